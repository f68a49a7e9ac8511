"""The jobs of Cloud Backup for Microsoft 365, by the C library cloudbackupjobs. Not affiliated with AvePoint.

    import cloudbackupjobs

    with cloudbackupjobs.Client.from_environment() as client:
        job = client.get_job("FB20241015105312327583")
        print(job.state, job.failed_count)
        for job in client.list_jobs(object_type="exchange-online", since=datetime.timedelta(days=2)):
            print(job.id, job.start_time, job.state)
        print(client.summarize_jobs(job_type="backup").latest_ended)

Options are keyword arguments: Client(data_center="us", client_id="...", client_secret_file="/run/secrets/cbj", timeout_ms=5000)
takes these alone; Client.from_environment(timeout_ms=5000) takes the environment's, and where both are given this one.

As a program it prints a job, all jobs, or a summary of all jobs, or waits until a job has ended. It is configured by the
environment (CBJ_DATA_CENTER, CBJ_CLIENT_ID, CBJ_CLIENT_SECRET_FILE ...):

    python3 cloudbackupjobs.py JOB_ID | list | summary | wait JOB_ID

The library's file is looked for beside this file, and then where the system has its libraries: LD_LIBRARY_PATH names other
folders on Linux, PATH on Windows. CBJ_LIBRARY names another file.
While a call waits, the interpreter runs other threads, and in the main thread Ctrl-C ends the call at once.
"""

import _thread
import collections.abc
import ctypes
import ctypes.util
import dataclasses
import datetime
import enum
import math
import os
import sys
import threading
import weakref
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

__all__ = ["Client", "Error", "ErrorDetail", "Job", "JobError", "JobIterator", "JobType", "ObjectType", "State", "Status",
           "Summary", "has_feature", "parse_job", "version"]


# begin generated: library
_LIBRARIES = {"win32": "cloudbackupjobs.dll", "darwin": "libcloudbackupjobs.1.dylib"}
_LIBRARY = _LIBRARIES.get(sys.platform, "libcloudbackupjobs.so.1")
# end generated


def _load():
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), _LIBRARY)
    name = os.environ.get("CBJ_LIBRARY") or (beside if os.path.exists(beside) else _LIBRARY)
    if sys.platform == "win32" and name == _LIBRARY:
        # CDLL looks beside python.exe, in the system's folder and in those of os.add_dll_directory, but not in those of PATH.
        name = ctypes.util.find_library(name) or name
    try:
        return ctypes.CDLL(name)
    except OSError as failure:
        raise OSError(f"{failure}. Install the library, or name its file in the environment variable CBJ_LIBRARY") from None


_lib = _load()

# begin generated: declarations
_DECLARATIONS = {
    "cbj_status_name": (c_char_p, [c_int32]),
    "cbj_version": (c_char_p, []),
    "cbj_has_feature": (c_int32, [c_char_p]),
    "cbj_error_message": (c_char_p, [c_void_p]),
    "cbj_error_http_status": (c_int32, [c_void_p]),
    "cbj_error_request_id": (c_char_p, [c_void_p]),
    "cbj_error_trace_id": (c_char_p, [c_void_p]),
    "cbj_error_retry_after_ms": (c_int64, [c_void_p]),
    "cbj_error_is_retryable": (c_int32, [c_void_p]),
    "cbj_error_detail_count": (c_size_t, [c_void_p]),
    "cbj_error_detail_code": (c_char_p, [c_void_p, c_size_t]),
    "cbj_error_detail_field": (c_char_p, [c_void_p, c_size_t]),
    "cbj_error_detail_message": (c_char_p, [c_void_p, c_size_t]),
    "cbj_error_free": (None, [c_void_p]),
    "cbj_config_new": (c_void_p, []),
    "cbj_config_free": (None, [c_void_p]),
    "cbj_config_load_env": (c_int32, [c_void_p, POINTER(c_void_p)]),
    "cbj_config_load_file": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cbj_config_set_option": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p)]),
    "cbj_client_new": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cbj_client_free": (None, [c_void_p]),
    "cbj_client_get_job": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cbj_client_wait_job": (c_int32, [c_void_p, c_char_p, c_char_p, c_uint32, c_uint32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cbj_client_share": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cbj_client_set_timeout_ms": (c_int32, [c_void_p, c_uint32]),
    "cbj_client_set_access_token": (c_int32, [c_void_p, c_char_p]),
    "cbj_client_cancel": (None, [c_void_p]),
    "cbj_client_resume": (None, [c_void_p]),
    "cbj_job_type_name": (c_char_p, [c_int32]),
    "cbj_job_type_from_name": (c_int32, [c_char_p]),
    "cbj_object_type_name": (c_char_p, [c_int32]),
    "cbj_object_type_from_name": (c_int32, [c_char_p]),
    "cbj_query_new": (c_void_p, []),
    "cbj_query_free": (None, [c_void_p]),
    "cbj_query_set_since_ms": (c_int32, [c_void_p, c_int64]),
    "cbj_query_set_until_ms": (c_int32, [c_void_p, c_int64]),
    "cbj_query_set_job_type": (c_int32, [c_void_p, c_int32]),
    "cbj_query_set_object_type": (c_int32, [c_void_p, c_int32]),
    "cbj_query_set_state": (c_int32, [c_void_p, c_int32]),
    "cbj_query_set_location": (c_int32, [c_void_p, c_char_p]),
    "cbj_query_set_page_size": (c_int32, [c_void_p, c_uint32]),
    "cbj_query_set_max_jobs": (c_int32, [c_void_p, c_uint32]),
    "cbj_client_list_jobs": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cbj_job_iter_next": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cbj_job_iter_total_count": (c_int64, [c_void_p]),
    "cbj_job_iter_missing_count": (c_int64, [c_void_p]),
    "cbj_job_iter_is_complete": (c_int32, [c_void_p]),
    "cbj_job_iter_free": (None, [c_void_p]),
    "cbj_client_summarize_jobs": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cbj_summary_latest": (c_void_p, [c_void_p]),
    "cbj_summary_latest_ended": (c_void_p, [c_void_p]),
    "cbj_summary_latest_in_state": (c_void_p, [c_void_p, c_int32]),
    "cbj_summary_count": (c_int64, [c_void_p]),
    "cbj_summary_count_in_state": (c_int64, [c_void_p, c_int32]),
    "cbj_summary_total_count": (c_int64, [c_void_p]),
    "cbj_summary_missing_count": (c_int64, [c_void_p]),
    "cbj_summary_is_complete": (c_int32, [c_void_p]),
    "cbj_summary_free": (None, [c_void_p]),
    "cbj_job_parse": (c_int32, [c_char_p, c_size_t, POINTER(c_void_p), POINTER(c_void_p)]),
    "cbj_job_free": (None, [c_void_p]),
    "cbj_job_id": (c_char_p, [c_void_p]),
    "cbj_job_state": (c_int32, [c_void_p]),
    "cbj_job_state_text": (c_char_p, [c_void_p]),
    "cbj_state_is_terminal": (c_int32, [c_int32]),
    "cbj_job_start_time_ms": (c_int64, [c_void_p]),
    "cbj_job_finish_time_ms": (c_int64, [c_void_p]),
    "cbj_job_start_time_text": (c_char_p, [c_void_p]),
    "cbj_job_finish_time_text": (c_char_p, [c_void_p]),
    "cbj_job_elapsed_ms": (c_int64, [c_void_p]),
    "cbj_job_duration_hours": (c_double, [c_void_p]),
    "cbj_job_duration_text": (c_char_p, [c_void_p]),
    "cbj_job_total_count": (c_int64, [c_void_p]),
    "cbj_job_failed_count": (c_int64, [c_void_p]),
    "cbj_job_successful_count": (c_int64, [c_void_p]),
    "cbj_job_skipped_count": (c_int64, [c_void_p]),
    "cbj_job_error_count": (c_size_t, [c_void_p]),
    "cbj_job_has_error_list": (c_int32, [c_void_p]),
    "cbj_job_error_message": (c_char_p, [c_void_p, c_size_t]),
    "cbj_job_error_url": (c_char_p, [c_void_p, c_size_t]),
    "cbj_job_error_occurrences": (c_int64, [c_void_p, c_size_t]),
    "cbj_job_error_has_code": (c_int32, [c_void_p, c_size_t]),
    "cbj_job_request_id": (c_char_p, [c_void_p]),
    "cbj_job_trace_id": (c_char_p, [c_void_p]),
    "cbj_job_response_time_ms": (c_int64, [c_void_p]),
    "cbj_job_json": (c_char_p, [c_void_p]),
}
# end generated

for _name, (_result, _parameters) in _DECLARATIONS.items():
    _function = getattr(_lib, _name)
    _function.restype, _function.argtypes = _result, _parameters

_NO_TIME = -(2**63)
# The seconds that the main thread waits without a look at signals: on Windows, Ctrl-C does not end a wait.
_WAIT = 0.05 if sys.platform == "win32" else None
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class _OpenEnum(enum.IntEnum):
    """Numbers of a newer library are kept as they are."""

    @classmethod
    def _missing_(cls, value):
        member = int.__new__(cls, value)
        member._name_, member._value_ = f"UNKNOWN_{value}", value
        return member


class State(_OpenEnum):
    """The state of a job (cbj_state)."""

    # begin generated: states
    UNKNOWN = 0
    IN_PROGRESS = 1
    FINISHED = 2
    FAILED = 3
    FINISHED_WITH_EXCEPTION = 4
    PARTIALLY_FINISHED = 5
    # end generated

    @property
    def is_terminal(self):
        """Whether the job will not change any more."""
        return _lib.cbj_state_is_terminal(self) == 1


class JobType(_OpenEnum):
    """What a job does (cbj_job_type)."""

    # begin generated: job_types
    ALL = 0
    BACKUP = 1
    RESTORE = 2
    EXPORT = 3
    DELETION = 4
    RETENTION = 5
    # end generated

    @property
    def label(self):
        """The name with small letters, e.g. "backup"; None for a number that has no name here."""
        return _text(_lib.cbj_job_type_name(self))

    @classmethod
    def from_name(cls, name):
        """The type with this name. Upper and lower case, blanks, "_" and "-" make no difference."""
        return cls(_named(_lib.cbj_job_type_from_name, "type of job", name))


class ObjectType(_OpenEnum):
    """The kind of objects that a job is about (cbj_object_type)."""

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
    def label(self):
        """The name with small letters, e.g. "exchange-online"; None for a number that has no name here."""
        return _text(_lib.cbj_object_type_name(self))

    @classmethod
    def from_name(cls, name):
        """The kind with this name. Upper and lower case, blanks, "_" and "-" make no difference."""
        return cls(_named(_lib.cbj_object_type_from_name, "kind of objects", name))


class Status(_OpenEnum):
    """Why a call failed (cbj_status)."""

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
    """One entry of the service's own list of errors."""

    code: object
    field: object
    message: object


class Error(Exception):
    """A call failed. str() is one line for a person."""

    def __init__(self, status, message, http_status=None, request_id=None, trace_id=None, retry_after=None,
                 is_retryable=False, details=()):
        super().__init__(message)
        self.status = Status(status)
        self.http_status = http_status
        self.request_id = request_id
        self.trace_id = trace_id
        self.retry_after = retry_after
        self.is_retryable = is_retryable
        self.details = details

    def __reduce__(self):
        # For pickle, also between the processes of multiprocessing: Exception's own knows nothing of the status.
        return type(self), (self.status, *self.args), vars(self)

    @property
    def status_name(self):
        return _lib.cbj_status_name(self.status).decode()


@dataclasses.dataclass(frozen=True)
class JobError:
    """One of the job's top errors."""

    message: object
    url: object
    occurrences: object
    has_code: object


@dataclasses.dataclass(frozen=True)
class Job:
    """One job as the service described it. What the service did not send is None."""

    id: object
    state: State
    state_text: object
    start_time: object
    finish_time: object
    start_time_text: object
    finish_time_text: object
    elapsed: object
    duration_hours: object
    duration_text: object
    total_count: object
    failed_count: object
    successful_count: object
    skipped_count: object
    errors: tuple
    #: Whether the service sent the list of errors, even an empty one.
    has_error_list: bool
    request_id: object
    trace_id: object
    response_time: object
    json: str


@dataclasses.dataclass(frozen=True)
class Summary:
    """A summary of the jobs that match a query."""

    #: The job that started last, and the one that ended last; None where there is none.
    latest: object
    latest_ended: object
    #: The job that started last, for each state that a job is in.
    latest_by_state: dict
    #: How many different jobs there are, and how many of them are in each state.
    count: int
    count_by_state: dict
    #: How many jobs there are, as the service said last; it counts whole days. None if it did not say it.
    total_count: object
    #: How many jobs the service says it has and did not send. None where the number is unknown.
    missing_count: object
    #: Whether no job is known to be missing.
    is_complete: bool


def version():
    """The version of the library that is loaded."""
    return _lib.cbj_version().decode()


def has_feature(name):
    """Whether the library that is loaded has this part: "certificate" or "system-trust"."""
    return _lib.cbj_has_feature(_text_in("name", name)) == 1


def _text_in(name, value):
    """Text for C, which would end it at a NUL."""
    if value is None:
        return None
    encoded = os.fspath(value).encode() if not isinstance(value, bytes) else value
    if b"\0" in encoded:
        raise ValueError(f"{name} holds a NUL")
    return encoded


def _named(from_name, what, name):
    """The number that the library has for a name."""
    number = from_name(_text_in(f"the name of a {what}", name))
    if number < 0:
        raise ValueError(f"{name!r} is not the name of a {what}")
    return number


def _whole(name, value, least, most):
    """A number that C can hold: it would cut a larger one."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is a {type(value).__name__}, wanted a whole number")
    if not least <= value <= most:
        raise ValueError(f"{name} is {value}, wanted {least} to {most}")
    return value


def _ms(name, value):
    """A timedelta, or seconds, as milliseconds for C."""
    if isinstance(value, datetime.timedelta):
        value = value.total_seconds()
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(f"{name} is a {type(value).__name__}, wanted a timedelta or seconds")
    if not 0 < value < 2**32 / 1000:
        raise ValueError(f"{name} is {value} seconds, wanted more than 0 and at most 49 days")
    return min(math.ceil(value * 1000), 2**32 - 1)


def _moment(name, value):
    """A datetime, or a time before now, in Unix milliseconds for C."""
    if value is None:
        return _NO_TIME
    if isinstance(value, datetime.timedelta):
        value = datetime.datetime.now(datetime.timezone.utc) - value
    if not isinstance(value, datetime.datetime):
        raise TypeError(f"{name} is a {type(value).__name__}, wanted a datetime or a timedelta")
    if value.utcoffset() is None:
        raise ValueError(f"{name} has no time zone")
    return (value - _EPOCH) // datetime.timedelta(milliseconds=1)


def _number(name, value, kind, least):
    """A number of an enum. A member of another one is a number, too, and means something else."""
    if isinstance(value, enum.Enum) and not isinstance(value, kind):
        raise TypeError(f"{name} is {value!r}, wanted a member of {kind.__name__}")
    return _whole(name, value, least, 2**31 - 1)


def _kind(name, value, kind):
    """The number of a job type or object type that is given as its member, name or number."""
    return kind.from_name(value) if isinstance(value, str) else _number(name, value, kind, -(2**31))


def _state(name, value):
    if not isinstance(value, str):
        return _number(name, value, State, 0)
    state = State.__members__.get(value.upper().replace("-", "_").replace(" ", "_"))
    if state is None:
        raise ValueError(f"{value!r} is not the name of a state")
    return state


# For each keyword of a query: the setter, and the function that converts the value.
_QUERY = {
    "since": (_lib.cbj_query_set_since_ms, _moment),
    "until": (_lib.cbj_query_set_until_ms, _moment),
    "job_type": (_lib.cbj_query_set_job_type, lambda name, value: _kind(name, value, JobType)),
    "object_type": (_lib.cbj_query_set_object_type, lambda name, value: _kind(name, value, ObjectType)),
    "state": (_lib.cbj_query_set_state, _state),
    "location": (_lib.cbj_query_set_location, lambda name, value: _text_in(name, value)),
    "page_size": (_lib.cbj_query_set_page_size, lambda name, value: _whole(name, value, 0, 2**32 - 1)),
    "max_jobs": (_lib.cbj_query_set_max_jobs, lambda name, value: _whole(name, value, 0, 2**32 - 1)),
}


def _make_query(keywords):
    """A handle that the caller frees."""
    handle = _lib.cbj_query_new()
    try:
        for name, value in keywords.items():
            if name not in _QUERY:
                raise TypeError(f"{name!r} is not a keyword of a query; the keywords are {', '.join(_QUERY)}")
            setter, convert = _QUERY[name]
            # Only since has a default that None does not mean.
            if value is not None or name == "since":
                status = setter(handle, convert(name, value))
                if status:
                    raise Error(status, f"{name} was refused: {value!r}")
    except BaseException:
        _lib.cbj_query_free(handle)
        raise
    return handle


def _text(found):
    return None if found is None else found.decode()


def _count(found):
    return None if found < 0 else found


def _time(ms):
    # A datetime ends with the year 9999.
    try:
        return None if ms == _NO_TIME else _EPOCH + datetime.timedelta(milliseconds=ms)
    except OverflowError:
        return None


def _span(ms):
    return None if ms < 0 else datetime.timedelta(milliseconds=ms)


def _raise(status, handle):
    """The error, copied out of its handle."""
    if not handle:
        raise Error(status, _lib.cbj_status_name(status).decode())
    try:
        raise Error(
            status,
            _text(_lib.cbj_error_message(handle)),
            _lib.cbj_error_http_status(handle) or None,
            _text(_lib.cbj_error_request_id(handle)),
            _text(_lib.cbj_error_trace_id(handle)),
            _span(_lib.cbj_error_retry_after_ms(handle)),
            _lib.cbj_error_is_retryable(handle) == 1,
            tuple(
                ErrorDetail(
                    _text(_lib.cbj_error_detail_code(handle, index)),
                    _text(_lib.cbj_error_detail_field(handle, index)),
                    _text(_lib.cbj_error_detail_message(handle, index)),
                )
                for index in range(_lib.cbj_error_detail_count(handle))
            ),
        )
    finally:
        _lib.cbj_error_free(handle)


def _job(handle):
    """The job, copied out of its handle, which is freed."""
    try:
        return _copied(handle)
    finally:
        _lib.cbj_job_free(handle)


def _copied(handle):
    """The job, copied out of its handle; None for NULL."""
    if not handle:
        return None
    hours = _lib.cbj_job_duration_hours(handle)
    has_code = {1: True, 0: False}
    return Job(
        id=_text(_lib.cbj_job_id(handle)),
        state=State(_lib.cbj_job_state(handle)),
        state_text=_text(_lib.cbj_job_state_text(handle)),
        start_time=_time(_lib.cbj_job_start_time_ms(handle)),
        finish_time=_time(_lib.cbj_job_finish_time_ms(handle)),
        start_time_text=_text(_lib.cbj_job_start_time_text(handle)),
        finish_time_text=_text(_lib.cbj_job_finish_time_text(handle)),
        elapsed=_span(_lib.cbj_job_elapsed_ms(handle)),
        duration_hours=None if math.isnan(hours) else hours,
        duration_text=_text(_lib.cbj_job_duration_text(handle)),
        total_count=_count(_lib.cbj_job_total_count(handle)),
        failed_count=_count(_lib.cbj_job_failed_count(handle)),
        successful_count=_count(_lib.cbj_job_successful_count(handle)),
        skipped_count=_count(_lib.cbj_job_skipped_count(handle)),
        errors=tuple(
            JobError(
                _text(_lib.cbj_job_error_message(handle, index)),
                _text(_lib.cbj_job_error_url(handle, index)),
                _count(_lib.cbj_job_error_occurrences(handle, index)),
                has_code.get(_lib.cbj_job_error_has_code(handle, index)),
            )
            for index in range(_lib.cbj_job_error_count(handle))
        ),
        has_error_list=_lib.cbj_job_has_error_list(handle) == 1,
        request_id=_text(_lib.cbj_job_request_id(handle)),
        trace_id=_text(_lib.cbj_job_trace_id(handle)),
        response_time=_time(_lib.cbj_job_response_time_ms(handle)),
        json=_text(_lib.cbj_job_json(handle)),
    )


def _summary(handle):
    """The summary, copied out of its handle, which is freed."""
    try:
        latest = {state: _copied(_lib.cbj_summary_latest_in_state(handle, state)) for state in State}
        return Summary(
            latest=_copied(_lib.cbj_summary_latest(handle)),
            latest_ended=_copied(_lib.cbj_summary_latest_ended(handle)),
            latest_by_state={state: job for state, job in latest.items() if job is not None},
            count=_lib.cbj_summary_count(handle),
            count_by_state={state: _lib.cbj_summary_count_in_state(handle, state) for state in State},
            total_count=_count(_lib.cbj_summary_total_count(handle)),
            missing_count=_count(_lib.cbj_summary_missing_count(handle)),
            is_complete=_lib.cbj_summary_is_complete(handle) == 1,
        )
    finally:
        _lib.cbj_summary_free(handle)


def parse_job(envelope):
    """Reads an answer of the service that was saved: text or bytes of the whole envelope."""
    data = envelope.encode() if isinstance(envelope, str) else bytes(envelope)
    job, error = c_void_p(), c_void_p()
    status = _lib.cbj_job_parse(data, len(data), byref(job), byref(error))
    if status:
        _raise(status, error)
    return _job(job)


class Client:
    """Asks the service. Keeps connections and the access token, so make one and keep it; threads may share it.

    The options are those of the library's configuration file: data_center, base_url, identity_url, access_token, client_id
    with client_secret or client_certificate (a path) and client_certificate_password, scope, location, timeout_ms,
    connect_timeout_ms, max_retries, max_response_bytes, ca_file, trust ("bundled" or "system"), proxy ("" for none),
    user_agent, allow_http; and access_token_file, client_secret_file, client_certificate_password_file and proxy_file, each
    the path of a file that holds the secret. None leaves an option out. A wrong option is an Error that names it.
    """

    def __init__(self, **options):
        self._make(lambda config: _set_options(config, options))

    @classmethod
    def from_environment(cls, **options):
        """Configured by the variables CBJ_DATA_CENTER, CBJ_CLIENT_ID and so on; where both have an option, `options` win."""
        client = cls.__new__(cls)
        client._make(lambda config: (_fallible(_lib.cbj_config_load_env, config), _set_options(config, options)))
        return client

    @classmethod
    def from_file(cls, path, **options):
        """Configured by a file: one JSON object with the names of the options; `options` win here, too."""
        client, text = cls.__new__(cls), _text_in("path", path)
        client._make(lambda config: (_fallible(_lib.cbj_config_load_file, config, text), _set_options(config, options)))
        return client

    def _make(self, configure):
        config = _lib.cbj_config_new()
        try:
            configure(config)
            handle, error = c_void_p(), c_void_p()
            status = _lib.cbj_client_new(config, byref(handle), byref(error))
            if status:
                _raise(status, error)
        finally:
            _lib.cbj_config_free(config)
        self._adopt(handle.value)

    def _adopt(self, handle):
        self._handle = handle
        self._cancelling, self._is_cancelled = threading.RLock(), False
        # Freed when the client is collected or closed; never twice, and not during a call, which holds the client. Not when
        # the interpreter ends: a daemon thread may be inside a call then.
        self._free = weakref.finalize(self, _lib.cbj_client_free, self._handle)
        self._free.atexit = False

    def _open(self):
        if not self._free.alive:
            raise ValueError("the client is closed")
        return self._handle

    def get_job(self, job_id, location=None):
        """Retrieves one job. Blocks this thread, and no other.

        In the main thread an exception of a signal handler, such as KeyboardInterrupt by Ctrl-C, ends the call. It ends
        those of other threads that share the client, too, with Status.CANCELLED. Threads with a client of their own, made
        by share(), go on.
        """
        id_text, location_text = _text_in("job_id", job_id), _text_in("location", location)
        return _job(self._call(_lib.cbj_job_free, _lib.cbj_client_get_job, id_text, location_text))

    def wait_job(self, job_id, *, timeout, poll_interval=None, location=None):
        """Waits until a job has ended, well or not, and returns it. Blocks as get_job() does.

        timeout is the time of the whole wait, after which Status.TIMEOUT is raised. poll_interval is the time between two
        polls; None means 30 seconds. Both are timedeltas, or seconds.
        """
        interval = 0 if poll_interval is None else _ms("poll_interval", poll_interval)
        id_text, location_text = _text_in("job_id", job_id), _text_in("location", location)
        limit = _ms("timeout", timeout)
        return _job(self._call(_lib.cbj_job_free, _lib.cbj_client_wait_job, id_text, location_text, interval, limit))

    def list_jobs(self, **query):
        """Lists the jobs that match a query. Fetches the first page, and returns a JobIterator. Blocks as get_job() does.

        The keywords, all optional:

        since: jobs that started at this time or later. A datetime with a time zone, or a timedelta before now; None for no
            limit. Default: the last 7 days.
        until: jobs that started before this time.
        job_type, object_type: a JobType and an ObjectType, or their names ("backup", "exchange-online").
        state: a State or its name ("failed").
        location: in a Multi-Geo tenant.
        page_size: how many jobs to ask for at once, 1 to 1000. Default: 50.
        max_jobs: after how many jobs the list gives up. Default: 10000.
        """
        handle = _make_query(query)
        try:
            return JobIterator(self, self._call(_lib.cbj_job_iter_free, _lib.cbj_client_list_jobs, handle).value)
        finally:
            _lib.cbj_query_free(handle)

    def summarize_jobs(self, **query):
        """Returns a Summary of the jobs that match a query. The keywords are those of list_jobs(). Reads all pages
        within the time of one call, and blocks as get_job() does."""
        handle = _make_query(query)
        try:
            return _summary(self._call(_lib.cbj_summary_free, _lib.cbj_client_summarize_jobs, handle))
        finally:
            _lib.cbj_query_free(handle)

    def share(self):
        """Makes another client on the same connections and token, with a time and a cancel of its own: for a thread whose
        calls must be ended without ending those of other threads. Close it like any other client."""
        handle, error = c_void_p(), c_void_p()
        status = _lib.cbj_client_share(self._open(), byref(handle), byref(error))
        if status:
            _raise(status, error)
        other = type(self).__new__(type(self))
        other._adopt(handle.value)
        return other

    def set_timeout(self, timeout):
        """Sets the time of a whole call, a timedelta or seconds, for calls that begin from now on."""
        status = _lib.cbj_client_set_timeout_ms(self._open(), _ms("timeout", timeout))
        if status:
            raise Error(status, "the timeout was refused")

    def _call(self, free, function, *arguments):
        """What a function makes that blocks: a handle. An exception of a signal handler ends the call."""
        made, error = c_void_p(), c_void_p()
        try:
            status = self._interruptible(function, self._open(), *arguments, byref(made), byref(error))
        except BaseException:
            # The call may have come to its end before it was cancelled.
            free(made)
            _lib.cbj_error_free(error)
            raise
        if status:
            _raise(status, error)
        return made

    def _interruptible(self, function, *arguments):
        """Calls a function that blocks. Python runs signal handlers in the main thread, and not while that is inside C:
        another thread makes the call, which costs about 0.1 ms, and the main thread waits for it."""
        if threading.current_thread() is not threading.main_thread():
            return function(*arguments)
        # Held by whoever came first: the thread that makes the call, or the exception that no longer wants it.
        turn, over, result = threading.Lock(), threading.Event(), []

        def call():
            if turn.acquire(False):
                try:
                    result.append(function(*arguments))
                finally:
                    over.set()

        try:
            try:
                _thread.start_new_thread(call, ())
            except RuntimeError:
                # The host allows no threads.
                if turn.acquire(False):
                    over.set()
                    return function(*arguments)
            while not over.wait(_WAIT):
                pass
        except BaseException:
            if not turn.acquire(False):
                self._end_call(over)
            raise
        return result[0]

    def _end_call(self, over):
        """Cancels the call that sets `over`, and waits for its end: it uses the client. Another Ctrl-C changes nothing."""
        is_done = False
        while not is_done:
            try:
                if not over.is_set():
                    _lib.cbj_client_cancel(self._handle)
                    over.wait()
                with self._cancelling:
                    _lib.cbj_client_resume(self._handle)
                    if self._is_cancelled:
                        _lib.cbj_client_cancel(self._handle)
                is_done = True
            except BaseException:
                pass

    def set_access_token(self, token):
        """Replaces the token of a client that was made with one."""
        status = _lib.cbj_client_set_access_token(self._open(), _text_in("access_token", token))
        if status:
            raise Error(status, "the access token was refused: empty, too long or no token, or this client gets its own")

    def cancel(self):
        """Ends the calls of other threads, and those to come until resume()."""
        with self._cancelling:
            self._is_cancelled = True
            _lib.cbj_client_cancel(self._open())

    def resume(self):
        """Takes cancel() back."""
        with self._cancelling:
            self._is_cancelled = False
            _lib.cbj_client_resume(self._open())

    def close(self):
        """Frees connections and token. Not while another thread is inside a call, and not in a signal handler."""
        self._free()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class JobIterator(collections.abc.Iterator):
    """The jobs of list_jobs(), in the service's order, each of them once. Fetches the next page when it is needed.

    total_count: how many jobs there are, as the service said last; it counts whole days. None if it did not say it.
    missing_count: how many jobs the service says it has and did not send. None where the number is unknown, and before the end.
    is_complete: whether the list has ended and no job is known to be missing.

    After an Error, the next call of next() asks for the same page again. After an exception of a signal handler, such as
    KeyboardInterrupt by Ctrl-C, the list can be continued, too. In the main thread next() costs about 0.1 ms more than in
    other threads, because another thread makes the call.
    """

    def __init__(self, client, handle):
        self._client, self._handle, self._turn = client, handle, threading.Lock()
        # A job that came when an exception of a signal handler ended the call.
        self._kept = []
        self._free = weakref.finalize(self, _free_list, handle, self._kept)
        self._free.atexit = False
        self._look()

    def _look(self):
        self.total_count = _count(_lib.cbj_job_iter_total_count(self._handle))
        self.missing_count = _count(_lib.cbj_job_iter_missing_count(self._handle))
        self.is_complete = _lib.cbj_job_iter_is_complete(self._handle) == 1

    def __next__(self):
        with _Turn(self._turn):
            if not self._free.alive:
                raise StopIteration
            self._client._open()
            if self._kept:
                return _job(self._kept.pop())
            job, error = c_void_p(), c_void_p()
            try:
                status = self._client._interruptible(_lib.cbj_job_iter_next, self._handle, byref(job), byref(error))
            except BaseException:
                _lib.cbj_error_free(error)
                if job:
                    self._kept.append(job)
                raise
            self._look()
            if status:
                _raise(status, error)
            if not job:
                self._free()
                raise StopIteration
            return _job(job)

    def close(self):
        """Frees the list, also before its end."""
        with _Turn(self._turn):
            self._free()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class _Turn:
    """Holds a lock that nobody waits for: a list belongs to one thread at a time."""

    def __init__(self, lock):
        self._lock = lock

    def __enter__(self):
        if not self._lock.acquire(False):
            raise ValueError("the list is in use, by another thread or below a signal handler")

    def __exit__(self, *_):
        self._lock.release()


def _free_list(handle, kept):
    _lib.cbj_job_iter_free(handle)
    for job in kept:
        _lib.cbj_job_free(job)


def _fallible(function, *arguments):
    error = c_void_p()
    status = function(*arguments, byref(error))
    if status:
        _raise(status, error)


def _set_options(config, options):
    for name, value in options.items():
        if isinstance(value, (bool, int)):
            value = str(value)
        elif not isinstance(value, (str, bytes, os.PathLike, type(None))):
            raise TypeError(f"{name} is a {type(value).__name__}, wanted text, a whole number, True or False")
        if value is not None:
            _fallible(_lib.cbj_config_set_option, config, _text_in("an option's name", name), _text_in(name, value))


# The program.


def _report(job):
    def or_unknown(count):
        return "?" if count is None else count

    def when(time, text):
        if time is None:
            return "-" if text is None else f"{text}   (not a date that can be read)"
        return f"{time:%Y-%m-%d %H:%M:%S %z}   ({text})"

    def took():
        if job.elapsed is None:
            return "-" if job.duration_hours is None else f"{job.duration_hours:g} h"
        seconds = int(job.elapsed.total_seconds())
        hours = f"{seconds // 3600} h " if seconds >= 3600 else ""
        minutes = f"{seconds // 60 % 60} min " if seconds >= 60 else ""
        return f"{hours}{minutes}{seconds % 60} s"

    state = job.state_text if job.state_text is not None else "not reported"
    known = "" if job.state != State.UNKNOWN else "   (not a state that this version knows)"
    yield f"Job {job.id if job.id is not None else '(without an id)'}"
    yield f"  State       {state}{known}"
    yield f"  Started     {when(job.start_time, job.start_time_text)}"
    yield f"  Finished    {when(job.finish_time, job.finish_time_text)}"
    yield f"  Took        {took()}"
    yield (f"  Objects     {or_unknown(job.total_count)} in all: {or_unknown(job.successful_count)} successful, "
           f"{or_unknown(job.failed_count)} failed, {or_unknown(job.skipped_count)} skipped")
    for index, error in enumerate(job.errors):
        times = "" if error.occurrences is None else f"{error.occurrences} x "
        message = error.message if error.message is not None else "(without a text)"
        yield f"  {'' if index else 'Top errors':11} {times}{message}"
        if error.url is not None:
            yield f"  {'':11}   {error.url}"
    if job.request_id is not None:
        yield f"  Request id  {job.request_id}"


def _explanation(error):
    yield str(error)
    yield f"  Status      {error.status_name}"
    if error.http_status is not None:
        yield f"  HTTP        {error.http_status}"
    for index, detail in enumerate(error.details):
        field = "" if detail.field is None else f" {detail.field}"
        code, message = detail.code or "-", detail.message or "-"
        yield f"  {'' if index else 'Details':11} {code}{field}: {message}"
    if error.retry_after is not None:
        yield f"  Try again   in {math.ceil(error.retry_after.total_seconds())} s"
    else:
        yield f"  Try again   {'later' if error.is_retryable else 'after a change'}"
    if error.request_id is not None:
        yield f"  Request id  {error.request_id}"
    if error.trace_id is not None:
        yield f"  Trace id    {error.trace_id}"


def _show(client, job_id):
    return _report(client.get_job(job_id))


def _list(client):
    jobs, count = client.list_jobs(since=None, page_size=2), 0
    for job in jobs:
        yield _line(job)
        count += 1
    yield f"{count} jobs, {_completeness(jobs)}"


def _summarize(client):
    summary = client.summarize_jobs(since=None, page_size=2)
    yield f"latest {summary.latest.id if summary.latest else '-'}"
    yield f"latest ended {summary.latest_ended.id if summary.latest_ended else '-'}"
    yield f"failed {summary.count_by_state[State.FAILED]}"
    yield _completeness(summary)


def _wait(client, job_id):
    yield _line(client.wait_job(job_id, poll_interval=0.05, timeout=10))


def _line(job):
    return f"{job.id or '-'} {job.state_text or '-'}"


def _completeness(jobs):
    return "complete" if jobs.is_complete else "incomplete"


_USAGE = "usage: cloudbackupjobs.py JOB_ID | list | summary | wait JOB_ID"


def main(arguments):
    """Prints a job, the jobs, or a summary. Returns the exit status: 0 success, 1 failure, 2 wrong usage."""
    commands = {("list", 1): _list, ("summary", 1): _summarize, ("wait", 2): _wait}
    if arguments and (arguments[0], len(arguments)) in commands:
        command, arguments = commands[arguments[0], len(arguments)], arguments[1:]
    elif len(arguments) == 1 and arguments[0] != "wait":
        command = _show
    else:
        print(_USAGE, file=sys.stderr)
        return 2
    # On Windows a pipe has the encoding of the system's language, which lacks most letters.
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with Client.from_environment() as client:
            for line in command(client, *arguments):
                print(line)
        return 0
    except Error as error:
        for line in _explanation(error):
            print(line, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
