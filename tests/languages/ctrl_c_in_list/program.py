client = Client.from_environment()
jobs = client.list_jobs(since=None, page_size=2)
is_over = False
while not is_over:
    try:
        for job in jobs:
            print(job.id, flush=True)
        is_over = True
    except KeyboardInterrupt:
        print("interrupted")
print(jobs.is_complete)
