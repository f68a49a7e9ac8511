client = Client.from_environment()


def refused(call):
    try:
        call()
        print("was not refused")
    except Error as error:
        # Without the port of the server, and without what the last poll of a wait found. Where a cancel meets a call, its
        # request may be on the way or not.
        said = str(error).split(".")[0]
        is_bare = "http:" in said or error.status is Status.CANCELLED
        print(error.status_name if is_bare else f"{error.status_name}: {said}")
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def late(function, *arguments):
    del client._interruptible
    function(*arguments)
    raise KeyboardInterrupt


# A list goes on after an interrupt that came together with a job, and after a failure.
jobs = client.list_jobs(since=None, page_size=2)
client._interruptible = late
try:
    next(jobs)
except KeyboardInterrupt:
    print("interrupted")
found = []
while not jobs.is_complete:
    try:
        found.append(next(jobs).id)
    except Error as error:
        print(error.status_name, jobs.total_count, jobs.missing_count, found)
print(found, list(jobs), jobs.total_count, jobs.missing_count)

# Every keyword of a query.
since = datetime.datetime(2026, 11, 20, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
words = {"job_type": JobType.BACKUP, "object_type": "Exchange Online", "state": "finished-with-exception", "page_size": 7}
until = datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc)
print(list(client.list_jobs(since=since, until=until, location="EUR", max_jobs=9, **words)))

summary = client.summarize_jobs(since=None, page_size=2)
print(summary.count, summary.total_count, summary.missing_count, {state.name: count for state, count in summary.count_by_state.items()})
print({state.name: job.id for state, job in summary.latest_by_state.items()}, summary.latest.start_time)

print(ObjectType.MICROSOFT_365_GROUPS.label, ObjectType.from_name("Power BI").name, JobType(77).label, JobType.EXPORT.label)
refused(lambda: ObjectType.from_name("files"))
refused(lambda: client.list_jobs(sinc=None))
refused(lambda: client.list_jobs(since="yesterday"))
refused(lambda: client.list_jobs(until=datetime.datetime(2026, 11, 20)))
refused(lambda: client.list_jobs(object_type=2**32 + 1))
refused(lambda: client.list_jobs(job_type=-1))
refused(lambda: client.list_jobs(job_type="everything"))
refused(lambda: client.list_jobs(state="lost"))
refused(lambda: client.list_jobs(state=77))
refused(lambda: client.list_jobs(location="E\0"))
refused(lambda: client.summarize_jobs(page_size=2**32 + 2))
refused(lambda: client.summarize_jobs(page_size=2.0))
refused(lambda: client.summarize_jobs(max_jobs=0))
refused(lambda: client.wait_job("IB7", timeout=0))
refused(lambda: client.wait_job("IB7", timeout=2**32))
refused(lambda: client.wait_job("IB7", timeout=float("nan")))
refused(lambda: client.wait_job("IB7", timeout="1"))
refused(lambda: client.wait_job("IB7", timeout=1, poll_interval=0))
refused(lambda: client.set_timeout(datetime.timedelta(days=50)))

# A list that is closed has ended.
with client.list_jobs(since=None, page_size=2) as jobs:
    print(next(jobs).id)
print(list(jobs), jobs.is_complete)

# A cancel of another client does not end the calls of this one.
with client.share() as other:
    other.cancel()
    refused(lambda: other.list_jobs())
    jobs = client.list_jobs(since=None, page_size=2)
    print(next(jobs).id)

# A list belongs to one thread at a time, and cancel() ends its call.
print(next(jobs).id)
thread = threading.Thread(target=lambda: refused(lambda: next(jobs)))
thread.start()
while thread.is_alive() and jobs._turn.acquire(False):
    jobs._turn.release()
refused(lambda: next(jobs))
refused(jobs.close)
client.cancel()
thread.join()
client.resume()

client.set_timeout(datetime.timedelta(seconds=20))
refused(lambda: client.wait_job("IB7", timeout=datetime.timedelta(milliseconds=200), poll_interval=0.02))

# What an interrupted call made is freed.
free, freed = _lib.cbj_job_free, []
_lib.cbj_job_free = lambda handle: (freed.append(bool(handle)), free(handle))
client._interruptible = late
try:
    client.get_job("IB7")
except KeyboardInterrupt:
    print("interrupted", freed)
_lib.cbj_job_free = free

client.close()
refused(lambda: next(jobs))
refused(lambda: client.share())
jobs.close()
