client = Client.from_environment()
client.list_jobs(since=None, job_type="backup", object_type="Exchange Online", state="finished-with-exception")
client.summarize_jobs(since=None, job_type=1, object_type=1, state=4)
for wrong in {"state": JobType.RETENTION}, {"job_type": State.FAILED}, {"object_type": JobType.BACKUP}, {"state": 2**32 + 3}:
    try:
        client.list_jobs(**wrong)
        print("was not refused:", wrong)
    except (TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")
