"""Lists of jobs as the service sends them, page by page, for benches/run."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

DETAILS = json.loads((Path(__file__).resolve().parent / "answer.json").read_text())
LAST_START = datetime(2026, 4, 21, 21, 3, 7, tzinfo=timezone.utc)


def time_text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def job(number, distance):
    """The job with this number; the first one started last. The checks of harness.c know what is in it."""
    start = LAST_START - distance * number
    elapsed = timedelta(seconds=200 + number * 7919 % 9000)
    errors = []
    state = "Finished"
    if number % 10 == 3:
        state = "Finished with Exception"
        errors = DETAILS["data"]["jobErrors"][: 1 + number % 4]
    elif number % 50 == 7:
        state = "Failed"
        errors = DETAILS["data"]["jobErrors"][4:5]
    failed = sum(error["number"] for error in errors)
    successful, skipped = number * 104729 % 60000, number % 17
    return {
        "id": f"{'FB' if number % 28 == 0 else 'IB'}{start:%Y%m%d%H%M%S}{number:06}",
        "state": state,
        "startTime": time_text(start),
        "finishTime": time_text(start + elapsed),
        "duration": f"{elapsed.total_seconds() / 3600:.3f}",
        "backupDetails": {
            "totalNumber": failed + successful + skipped,
            "failedNumber": failed,
            "successfulNumber": successful,
            "skippedNumber": skipped,
        },
        "jobErrors": errors,
    }


def write_pages(folder, jobs, page_size):
    """Writes the pages of a list of so many jobs in a week. A file is named by the number of its page."""
    folder.mkdir(parents=True)
    pages = -(-jobs // page_size)
    for page in range(pages):
        numbers = range(page * page_size, min(jobs, (page + 1) * page_size))
        next_link = f"/backup/m365/cloudbackupjobs?pageIndex={page + 1}&pageSize={page_size}"
        metadata = {"totalCount": jobs, "nextLink": next_link if page + 1 < pages else ""}
        data = [job(number, timedelta(days=7) / jobs) for number in numbers]
        text = json.dumps({**DETAILS, "data": data, "metadata": metadata}, separators=(",", ":"), ensure_ascii=False)
        (folder / str(page)).write_text(text)
