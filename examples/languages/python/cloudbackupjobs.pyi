import dataclasses
import datetime
import enum
import os
from collections.abc import Iterator, Sequence
from typing import Literal, TypedDict, type_check_only

from typing_extensions import Unpack

__all__ = ["Client", "Error", "ErrorDetail", "Job", "JobError", "JobIterator", "JobType", "ObjectType", "State", "Status",
           "Summary", "has_feature", "parse_job", "version"]

class State(enum.IntEnum):
    # begin generated: states
    UNKNOWN = 0
    IN_PROGRESS = 1
    FINISHED = 2
    FAILED = 3
    FINISHED_WITH_EXCEPTION = 4
    PARTIALLY_FINISHED = 5
    # end generated
    @property
    def is_terminal(self) -> bool: ...

class JobType(enum.IntEnum):
    # begin generated: job_types
    ALL = 0
    BACKUP = 1
    RESTORE = 2
    EXPORT = 3
    DELETION = 4
    RETENTION = 5
    # end generated
    @property
    def label(self) -> str | None: ...
    @classmethod
    def from_name(cls, name: str) -> JobType: ...

class ObjectType(enum.IntEnum):
    # begin generated: object_types
    ALL = 0
    EXCHANGE_ONLINE = 1
    SHAREPOINT_ONLINE = 2
    ONEDRIVE = 3
    MICROSOFT_365_GROUPS = 4
    PROJECT_ONLINE = 5
    PUBLIC_FOLDER = 6
    TEAMS = 7
    VIVA_ENGAGE = 8
    TEAMS_CHAT = 9
    POWER_BI = 10
    POWER_AUTOMATE = 11
    POWER_APPS = 12
    # end generated
    @property
    def label(self) -> str | None: ...
    @classmethod
    def from_name(cls, name: str) -> ObjectType: ...

class Status(enum.IntEnum):
    # begin generated: statuses
    INVALID_ARGUMENT = 1
    CONFIG = 2
    AUTHENTICATION = 3
    PERMISSION = 4
    NOT_FOUND = 5
    REJECTED = 6
    RATE_LIMITED = 7
    SERVER = 8
    RESOLVE = 9
    CONNECT = 10
    TLS = 11
    NETWORK = 12
    TIMEOUT = 13
    CANCELLED = 14
    PROTOCOL = 15
    INTERNAL = 16
    # end generated

@dataclasses.dataclass(frozen=True)
class ErrorDetail:
    code: str | None
    field: str | None
    message: str | None

class Error(Exception):
    status: Status
    http_status: int | None
    request_id: str | None
    trace_id: str | None
    retry_after: datetime.timedelta | None
    is_retryable: bool
    details: tuple[ErrorDetail, ...]
    def __init__(
        self,
        status: int,
        message: str,
        http_status: int | None = None,
        request_id: str | None = None,
        trace_id: str | None = None,
        retry_after: datetime.timedelta | None = None,
        is_retryable: bool = False,
        details: tuple[ErrorDetail, ...] = (),
    ) -> None: ...
    @property
    def status_name(self) -> str: ...

@dataclasses.dataclass(frozen=True)
class JobError:
    message: str | None
    url: str | None
    occurrences: int | None
    has_code: bool | None

@dataclasses.dataclass(frozen=True)
class Job:
    id: str | None
    state: State
    state_text: str | None
    start_time: datetime.datetime | None
    finish_time: datetime.datetime | None
    start_time_text: str | None
    finish_time_text: str | None
    elapsed: datetime.timedelta | None
    duration_hours: float | None
    duration_text: str | None
    total_count: int | None
    failed_count: int | None
    successful_count: int | None
    skipped_count: int | None
    errors: tuple[JobError, ...]
    has_error_list: bool
    request_id: str | None
    trace_id: str | None
    response_time: datetime.datetime | None
    json: str

@dataclasses.dataclass(frozen=True)
class Summary:
    latest: Job | None
    latest_ended: Job | None
    latest_by_state: dict[State, Job]
    count: int
    count_by_state: dict[State, int]
    total_count: int | None
    missing_count: int | None
    is_complete: bool

def version() -> str: ...
def has_feature(name: str) -> bool: ...
def parse_job(envelope: str | bytes | bytearray | memoryview) -> Job: ...

@type_check_only
class _Options(TypedDict, total=False):
    # begin generated: options
    data_center: str | None
    base_url: str | None
    identity_url: str | None
    access_token: str | None
    access_token_file: str | os.PathLike[str] | None
    client_id: str | None
    client_secret: str | None
    client_secret_file: str | os.PathLike[str] | None
    client_certificate: str | os.PathLike[str] | None
    client_certificate_password: str | None
    client_certificate_password_file: str | os.PathLike[str] | None
    scope: str | None
    location: str | None
    timeout_ms: int | None
    connect_timeout_ms: int | None
    max_retries: int | None
    max_response_bytes: int | None
    ca_file: str | os.PathLike[str] | None
    trust: Literal["bundled", "system"] | None
    proxy: str | None
    proxy_file: str | os.PathLike[str] | None
    user_agent: str | None
    allow_http: bool | None
    # end generated

@type_check_only
class _Query(TypedDict, total=False):
    since: datetime.datetime | datetime.timedelta | None
    until: datetime.datetime | datetime.timedelta | None
    job_type: JobType | str | int | None
    object_type: ObjectType | str | int | None
    state: State | str | None
    location: str | None
    page_size: int | None
    max_jobs: int | None

class JobIterator(Iterator[Job]):
    total_count: int | None
    missing_count: int | None
    is_complete: bool
    def __init__(self, client: Client, handle: int) -> None: ...
    def __next__(self) -> Job: ...
    def close(self) -> None: ...
    def __enter__(self) -> JobIterator: ...
    def __exit__(self, *_: object) -> None: ...

class Client:
    def __init__(self, **options: Unpack[_Options]) -> None: ...
    @classmethod
    def from_environment(cls, **options: Unpack[_Options]) -> Client: ...
    @classmethod
    def from_file(cls, path: str | os.PathLike[str], **options: Unpack[_Options]) -> Client: ...
    def get_job(self, job_id: str, location: str | None = None) -> Job: ...
    def wait_job(
        self,
        job_id: str,
        *,
        timeout: datetime.timedelta | float,
        poll_interval: datetime.timedelta | float | None = None,
        location: str | None = None,
    ) -> Job: ...
    def list_jobs(self, **query: Unpack[_Query]) -> JobIterator: ...
    def summarize_jobs(self, **query: Unpack[_Query]) -> Summary: ...
    def share(self) -> Client: ...
    def set_timeout(self, timeout: datetime.timedelta | float) -> None: ...
    def set_access_token(self, token: str) -> None: ...
    def cancel(self) -> None: ...
    def resume(self) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Client: ...
    def __exit__(self, *_: object) -> None: ...

def main(arguments: Sequence[str]) -> int: ...
