"""The installed package, as its users have it. The sandbox's URLs come in the environment, the job's id as argument."""

import datetime
import gc
import json
import os
import sys
import tempfile
import threading
import time

import cloudbackupjobs
from cloudbackupjobs import Client, Error, JobIterator, ObjectType, State, Status, Summary

job_id = sys.argv[1]
urls = {name: os.environ[f"CBJ_{name.upper()}"] for name in ("base_url", "identity_url")}
credentials = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}


def fails(kind, says, function):
    try:
        function()
    except kind as failure:
        assert says in str(failure), failure
        return failure
    raise AssertionError(f"no {kind.__name__}")


assert os.path.dirname(cloudbackupjobs.__file__).startswith(sys.prefix), "not the installed package"
with Client(**urls, **credentials, timeout_ms=20_000, max_retries=0, user_agent="test/1", allow_http=False, proxy="") as client:
    job = client.get_job(job_id)
    assert (job.id, job.state, job.failed_count) == (job_id, State.FINISHED_WITH_EXCEPTION, 4)
    assert job.state.is_terminal and job.finish_time - job.start_time == job.elapsed > datetime.timedelta()
    assert job.start_time.tzinfo is datetime.timezone.utc and isinstance(job.errors[0].message, str)

    # While a call waits, the interpreter runs other threads.
    ticks, over = [], threading.Event()

    def tick():
        while not over.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.01)

    ticker = threading.Thread(target=tick)
    ticker.start()
    began = time.monotonic()
    client.get_job(job_id)
    waited = time.monotonic() - began
    over.set()
    ticker.join()
    # The sandbox answers after 500 ms; how many ticks the scheduler makes of it is its own matter.
    assert waited >= 0.5 and sum(began <= at <= began + waited for at in ticks) >= 5, (waited, len(ticks))

    # As on Windows, where the main thread waits in short pieces.
    cloudbackupjobs._WAIT = 0.05
    assert client.get_job(job_id).id == job_id
    cloudbackupjobs._WAIT = None

    canceller = threading.Timer(0.1, client.cancel)
    canceller.start()
    assert fails(Error, "", lambda: client.get_job(job_id)).status is Status.CANCELLED
    canceller.join()
    client.resume()

    fails(ValueError, "job_id holds a NUL", lambda: client.get_job("FB\0"))
    error = fails(Error, "job", lambda: client.get_job("FB20261123000000000000"))
    assert error.status is Status.NOT_FOUND and error.status_name == "CBJ_ERROR_NOT_FOUND" and error.http_status == 200
    assert fails(Error, "access token", lambda: client.set_access_token("t")).status is Status.CONFIG

    # The jobs of two days, newest first, and a summary of them. A list that nobody closed is freed by the collector.
    jobs = client.list_jobs(since=datetime.timedelta(days=2), object_type=ObjectType.EXCHANGE_ONLINE)
    assert isinstance(jobs, JobIterator) and not jobs.is_complete
    found = list(jobs)
    assert jobs.is_complete and found[0].state is State.IN_PROGRESS and {job.state for job in found} > {State.IN_PROGRESS}
    assert found[-1].start_time > datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=2)
    summary = client.summarize_jobs(object_type=ObjectType.EXCHANGE_ONLINE, since=found[-1].start_time)
    assert isinstance(summary, Summary) and summary.is_complete and summary.count == len(found)
    assert summary.latest.id == summary.latest_by_state[State.IN_PROGRESS].id == found[0].id
    assert summary.latest_ended.state.is_terminal and summary.count_by_state[State.IN_PROGRESS] == 1
    next(client.list_jobs(page_size=1))
    gc.collect()
    assert client.wait_job(job_id, timeout=datetime.timedelta(seconds=20), poll_interval=1).state.is_terminal
    with client.share() as other:
        other.set_timeout(0.1)
        assert fails(Error, "", lambda: other.get_job(job_id)).status is Status.TIMEOUT
    assert client.get_job(job_id).id == job_id
fails(ValueError, "closed", lambda: client.get_job(job_id))
client.close()

invalid = [
    fails(Error, '"timeout" is not an option', lambda: Client(timeout=1)),
    fails(Error, 'max_retries is "-1"', lambda: Client(max_retries=-1)),
    fails(Error, 'timeout_ms is "4294967296"', lambda: Client(timeout_ms=2**32)),
    fails(Error, 'trust is "me"', lambda: Client(trust="me")),
]
assert [error.status for error in invalid] == [Status.INVALID_ARGUMENT] * 4
fails(TypeError, "timeout_ms is a float", lambda: Client(timeout_ms=1.5))
fails(ValueError, "scope holds a NUL", lambda: Client(scope="s\0"))
fails(ValueError, "an option's name holds a NUL", lambda: Client(**{"scope\0": "s"}))
fails(Error, "client_id", lambda: Client(**urls, client_secret="x"))
fails(Error, "data_center", lambda: Client(**credentials))
fails(Error, "/nonexistent", lambda: Client.from_file("/nonexistent"))
assert cloudbackupjobs.has_feature("certificate") and not cloudbackupjobs.has_feature("none")

# A file's options, and one that wins over them; the environment has no part in it.
with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
    json.dump({**urls, **credentials, "location": "EUR&"}, file)
    file.flush()
    fails(Error, "location", lambda: Client.from_file(file.name))
    Client.from_file(file.name, location="EUR").close()
assert Status(99) == 99 and State(77).name == "UNKNOWN_77" and not State(77).is_terminal

parsed = cloudbackupjobs.parse_job('{"statusCode":200,"data":{"id":"FB1","jobErrors":[{"isErrorCode":true},{}]}}')
assert parsed.id == "FB1" and parsed.start_time is None and parsed.total_count is None and parsed.duration_hours is None
assert [each.has_code for each in parsed.errors] == [True, None] and parsed.has_error_list
assert not cloudbackupjobs.parse_job('{"statusCode":200,"data":{"id":"FB1"}}').has_error_list
fails(Error, "JSON", lambda: cloudbackupjobs.parse_job(b"nonsense"))

# A client that nobody closed is freed by the collector, and one that was not made is not.
Client(**urls, **credentials)
gc.collect()
print(cloudbackupjobs.version())
