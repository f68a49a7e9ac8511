"""The details of one Cloud Backup for Microsoft 365 job, by the C library cloudbackupjobs. Not affiliated with AvePoint.

    import cloudbackupjobs

    with cloudbackupjobs.Client.from_environment() as client:
        job = client.get_job("FB20241015105312327583")
        print(job.state, job.failed_count)

Options are keyword arguments: Client(data_center="us", client_id="...", client_secret_file="/run/secrets/cbj", timeout_ms=5000)
takes these alone; Client.from_environment(timeout_ms=5000) takes the environment's, and where both are given this one.

As a program it prints a job, configured by the environment (CBJ_DATA_CENTER, CBJ_CLIENT_ID, CBJ_CLIENT_SECRET_FILE ...):

    python3 cloudbackupjobs.py JOB_ID

The library is looked for beside this file, and then where the system has its libraries; CBJ_LIBRARY names another file.
While a call waits, the interpreter runs other threads, and in the main thread Ctrl-C ends the call at once.
"""

import _thread
import ctypes
import dataclasses
import datetime
import enum
import math
import os
import sys
import threading
import weakref
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

__all__ = ["Client", "Error", "ErrorDetail", "Job", "JobError", "State", "Status", "has_feature", "parse_job", "version"]


def _load():
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libcloudbackupjobs.so.1")
    name = os.environ.get("CBJ_LIBRARY") or (beside if os.path.exists(beside) else "libcloudbackupjobs.so.1")
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
    "cbj_client_set_access_token": (c_int32, [c_void_p, c_char_p]),
    "cbj_client_cancel": (None, [c_void_p]),
    "cbj_client_resume": (None, [c_void_p]),
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
    request_id: object
    trace_id: object
    response_time: object
    json: str


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
            request_id=_text(_lib.cbj_job_request_id(handle)),
            trace_id=_text(_lib.cbj_job_trace_id(handle)),
            response_time=_time(_lib.cbj_job_response_time_ms(handle)),
            json=_text(_lib.cbj_job_json(handle)),
        )
    finally:
        _lib.cbj_job_free(handle)


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
        self._handle = handle.value
        self._cancelling, self._is_cancelled = threading.RLock(), False
        # Freed when the client is collected, closed, or the interpreter ends; never twice, and never during a call,
        # which holds the client.
        self._free = weakref.finalize(self, _lib.cbj_client_free, self._handle)

    def _open(self):
        if not self._free.alive:
            raise ValueError("the client is closed")
        return self._handle

    def get_job(self, job_id, location=None):
        """Retrieves one job. Blocks this thread, and no other.

        In the main thread an exception of a signal handler, such as KeyboardInterrupt by Ctrl-C, ends the call. It ends
        those of other threads that share the client, too, with Status.CANCELLED.
        """
        id_text, location_text = _text_in("job_id", job_id), _text_in("location", location)
        job, error = c_void_p(), c_void_p()
        status = self._interruptible(_lib.cbj_client_get_job, self._open(), id_text, location_text, byref(job), byref(error))
        if status:
            _raise(status, error)
        return _job(job)

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
            over.wait()
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


def main(arguments):
    """Prints a job. Returns the exit status: 0 it was retrieved, 1 it was not, 2 wrong usage."""
    if len(arguments) != 1:
        print("usage: cloudbackupjobs.py JOB_ID", file=sys.stderr)
        return 2
    try:
        with Client.from_environment() as client:
            for line in _report(client.get_job(arguments[0])):
                print(line)
        return 0
    except Error as error:
        for line in _explanation(error):
            print(line, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
