import dataclasses
import datetime
import enum
import os
from collections.abc import Sequence
from typing import Literal, TypedDict, type_check_only

from typing_extensions import Unpack

__all__ = ["Client", "Error", "ErrorDetail", "Job", "JobError", "State", "Status", "has_feature", "parse_job", "version"]

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
    request_id: str | None
    trace_id: str | None
    response_time: datetime.datetime | None
    json: str

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

class Client:
    def __init__(self, **options: Unpack[_Options]) -> None: ...
    @classmethod
    def from_environment(cls, **options: Unpack[_Options]) -> Client: ...
    @classmethod
    def from_file(cls, path: str | os.PathLike[str], **options: Unpack[_Options]) -> Client: ...
    def get_job(self, job_id: str, location: str | None = None) -> Job: ...
    def set_access_token(self, token: str) -> None: ...
    def cancel(self) -> None: ...
    def resume(self) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Client: ...
    def __exit__(self, *_: object) -> None: ...

def main(arguments: Sequence[str]) -> int: ...
