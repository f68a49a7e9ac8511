/*
 * cloudbackupjobs.hpp - the jobs of Cloud Backup for Microsoft 365, for C++17 and later
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Not affiliated with AvePoint.
 *
 * IN SHORT
 *
 *     #include <cloudbackupjobs.hpp>
 *     #include <iostream>
 *
 *     int main()
 *     {
 *         try {
 *             cloudbackupjobs::Config config;
 *             config.load_env();
 *             cloudbackupjobs::Client client(config);
 *             cloudbackupjobs::Query query;
 *             query.job_type(cloudbackupjobs::JobType::backup)
 *                 .object_type(cloudbackupjobs::ObjectType::sharepoint_online);
 *             const cloudbackupjobs::Summary summary = client.summarize_jobs(query);
 *             const auto last = summary.latest_ended();
 *             if (!last) {
 *                 std::cout << "no backup has ended in the last 7 days\n";
 *                 return 2;
 *             }
 *             std::cout << *last->id() << ": " << last->state_text().value_or("no state") << '\n';
 *             // Every backup of these days, the page after the first one fetched when it is needed.
 *             for (const cloudbackupjobs::Job &job : client.list_jobs(query))
 *                 std::cout << job.id().value_or("no id") << '\n';
 *             return last->state() == cloudbackupjobs::State::finished ? 0 : 2;
 *         } catch (const cloudbackupjobs::Exception &failure) {
 *             std::cerr << failure.what() << '\n';
 *             return 3;
 *         }
 *     }
 *
 * A thin layer over cloudbackupjobs.h. That header is the manual: every function here is one call of a function there, and
 * its comments on threads, units and values apply here, too. Where the names differ, the comment here has the C name.
 * Link as a C program does; this header adds no library.
 *
 * RULES THAT HOLD EVERYWHERE
 *
 * Handles    are owned by Config, Client, Query, JobList, Summary, Job and Error, which free them. These objects can be
 *            moved, but not copied. An object that was moved from contains NULL, and its functions return what the C
 *            functions return for NULL.
 * Failure    is an Exception. Functions with `try_` in their name are noexcept and return a Result instead. So the header
 *            can be used without exceptions (-fno-exceptions), too; there the other functions end the process.
 * Texts out  are std::string_view into the object that returns them, valid as long as the object lives. They are
 *            NUL-terminated.
 * Texts in   are `const char *` or std::string, NUL-terminated UTF-8. A NUL inside a std::string is an Exception with
 *            CBJ_ERROR_INVALID_ARGUMENT, because the text after it would be lost.
 * Absent     is an empty std::optional.
 */

#ifndef CLOUDBACKUPJOBS_HPP
#define CLOUDBACKUPJOBS_HPP

#if !defined(__cplusplus) || __cplusplus < 201703L
#error "cloudbackupjobs.hpp is for C++17 and later; cloudbackupjobs.h is for C and every C++"
#endif

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cloudbackupjobs.h"

namespace cloudbackupjobs {

/** How a call went: the numbers of cbj_status. Open: a newer library may return a number that is not listed. */
enum class Status : std::int32_t {
    ok = CBJ_OK,
    invalid_argument = CBJ_ERROR_INVALID_ARGUMENT,
    config = CBJ_ERROR_CONFIG,
    authentication = CBJ_ERROR_AUTHENTICATION,
    permission = CBJ_ERROR_PERMISSION,
    not_found = CBJ_ERROR_NOT_FOUND,
    rejected = CBJ_ERROR_REJECTED,
    rate_limited = CBJ_ERROR_RATE_LIMITED,
    server = CBJ_ERROR_SERVER,
    resolve = CBJ_ERROR_RESOLVE,
    connect = CBJ_ERROR_CONNECT,
    tls = CBJ_ERROR_TLS,
    network = CBJ_ERROR_NETWORK,
    timeout = CBJ_ERROR_TIMEOUT,
    cancelled = CBJ_ERROR_CANCELLED,
    protocol = CBJ_ERROR_PROTOCOL,
    internal = CBJ_ERROR_INTERNAL
};

/** The state of a job: the numbers of cbj_state. Open: treat a number that is not listed as unknown. */
enum class State : std::int32_t {
    unknown = CBJ_STATE_UNKNOWN,
    in_progress = CBJ_STATE_IN_PROGRESS,
    finished = CBJ_STATE_FINISHED,
    failed = CBJ_STATE_FAILED,
    finished_with_exception = CBJ_STATE_FINISHED_WITH_EXCEPTION,
    partially_finished = CBJ_STATE_PARTIALLY_FINISHED
};

/** What a job does: the numbers of cbj_job_type. Open: a number of 0 or more that is not listed is sent to the service. */
enum class JobType : std::int32_t {
    all = CBJ_JOB_TYPE_ALL,
    backup = CBJ_JOB_TYPE_BACKUP,
    restore = CBJ_JOB_TYPE_RESTORE,
    // `export` is a keyword.
    export_ = CBJ_JOB_TYPE_EXPORT,
    deletion = CBJ_JOB_TYPE_DELETION,
    retention = CBJ_JOB_TYPE_RETENTION
};

/**
 * The kind of objects that a job is about: the numbers of cbj_object_type. Open: a number of 0 or more that is not listed
 * is sent to the service.
 */
enum class ObjectType : std::int32_t {
    all = CBJ_OBJECT_TYPE_ALL,
    exchange_online = CBJ_OBJECT_TYPE_EXCHANGE_ONLINE,
    sharepoint_online = CBJ_OBJECT_TYPE_SHAREPOINT_ONLINE,
    onedrive = CBJ_OBJECT_TYPE_ONEDRIVE,
    microsoft_365_groups = CBJ_OBJECT_TYPE_MICROSOFT_365_GROUPS,
    project_online = CBJ_OBJECT_TYPE_PROJECT_ONLINE,
    public_folder = CBJ_OBJECT_TYPE_PUBLIC_FOLDER,
    teams = CBJ_OBJECT_TYPE_TEAMS,
    viva_engage = CBJ_OBJECT_TYPE_VIVA_ENGAGE,
    teams_chat = CBJ_OBJECT_TYPE_TEAMS_CHAT,
    power_bi = CBJ_OBJECT_TYPE_POWER_BI,
    power_automate = CBJ_OBJECT_TYPE_POWER_AUTOMATE,
    power_apps = CBJ_OBJECT_TYPE_POWER_APPS
};

/** Whose certificates are trusted: the numbers of cbj_trust. */
enum class Trust : std::int32_t { bundled = CBJ_TRUST_BUNDLED, system = CBJ_TRUST_SYSTEM };

/** How important a line of the log is: the numbers of cbj_log_level. */
enum class LogLevel : std::int32_t {
    error = CBJ_LOG_ERROR,
    warn = CBJ_LOG_WARN,
    info = CBJ_LOG_INFO,
    debug = CBJ_LOG_DEBUG
};

/** A point in time of the system's clock, to the millisecond. */
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/** The name of a status as the C header spells it, e.g. "CBJ_ERROR_TIMEOUT" (cbj_status_name). */
inline std::string_view name(Status status) noexcept { return cbj_status_name(static_cast<cbj_status>(status)); }

/** Whether a job in this state has ended (cbj_state_is_terminal). */
inline bool is_terminal(State state) noexcept { return cbj_state_is_terminal(static_cast<cbj_state>(state)) == 1; }

/** The version of the loaded library (cbj_version). CBJ_VERSION_MAJOR and so on are the version of the header. */
inline std::string_view version() noexcept { return cbj_version(); }

/** Whether the loaded library has this part: "certificate" or "system-trust" (cbj_has_feature). */
inline bool has_feature(const char *name) noexcept { return cbj_has_feature(name) == 1; }

namespace detail {

struct Free {
    void operator()(cbj_config *handle) const noexcept { cbj_config_free(handle); }
    void operator()(cbj_client *handle) const noexcept { cbj_client_free(handle); }
    void operator()(cbj_query *handle) const noexcept { cbj_query_free(handle); }
    void operator()(cbj_job_iter *handle) const noexcept { cbj_job_iter_free(handle); }
    void operator()(cbj_summary *handle) const noexcept { cbj_summary_free(handle); }
    void operator()(cbj_job *handle) const noexcept { cbj_job_free(handle); }
    void operator()(cbj_error *handle) const noexcept { cbj_error_free(handle); }
};

template <class Handle> using Owned = std::unique_ptr<Handle, Free>;

inline std::optional<std::string_view> text(const char *found) noexcept
{
    if (found == nullptr)
        return std::nullopt;
    return std::string_view(found);
}

inline std::optional<std::int64_t> count(std::int64_t found) noexcept
{
    if (found < 0)
        return std::nullopt;
    return found;
}

inline std::optional<std::chrono::milliseconds> span(std::int64_t ms) noexcept
{
    if (ms < 0)
        return std::nullopt;
    return std::chrono::milliseconds(ms);
}

inline std::optional<Time> time(std::int64_t ms) noexcept
{
    if (ms == CBJ_NO_TIME)
        return std::nullopt;
    return Time(std::chrono::milliseconds(ms));
}

template <class Kind> std::optional<Kind> kind(std::int32_t number) noexcept
{
    if (number < 0)
        return std::nullopt;
    return static_cast<Kind>(number);
}

/* Whether a time can be given to the C functions, which take 32 bits. */
inline bool is_ms(std::chrono::milliseconds time, std::int64_t least) noexcept
{
    return time.count() >= least && time.count() <= std::int64_t{UINT32_MAX};
}

} // namespace detail

/**
 * A text parameter: made from `const char *` or std::string, and destroyed at the end of the statement. Programs must not
 * name this type. It does not accept std::string_view, because a std::string_view need not be NUL-terminated.
 */
class Text {
public:
    Text(const char *text) noexcept : text_(text) {}
    Text(const std::string &text) noexcept : text_(text.c_str()), is_whole_(text.find('\0') == std::string::npos) {}
    Text(std::nullptr_t) noexcept {}

    /** NULL for a text with a NUL inside: the C functions would cut it there, and they refuse NULL. */
    const char *c_str() const noexcept { return is_whole_ ? text_ : nullptr; }
    bool is_whole() const noexcept { return is_whole_; }

private:
    const char *text_ = nullptr;
    bool is_whole_ = true;
};

/** The name of a state, e.g. "finished-with-exception" (cbj_state_name). Absent for a number that has no name here. */
inline std::optional<std::string_view> name(State state) noexcept
{
    return detail::text(cbj_state_name(static_cast<cbj_state>(state)));
}

/** The state with this name (cbj_state_from_name). Absent for any other name. */
inline std::optional<State> state(const Text &name) noexcept
{
    return detail::kind<State>(cbj_state_from_name(name.c_str()));
}

/** The name of a type of job, e.g. "backup" (cbj_job_type_name). Absent for a number that has no name here. */
inline std::optional<std::string_view> name(JobType type) noexcept
{
    return detail::text(cbj_job_type_name(static_cast<cbj_job_type>(type)));
}

/** The type of job with this name (cbj_job_type_from_name). Absent for any other name. */
inline std::optional<JobType> job_type(const Text &name) noexcept
{
    return detail::kind<JobType>(cbj_job_type_from_name(name.c_str()));
}

/** The name of a kind of objects, e.g. "exchange-online" (cbj_object_type_name). Absent for a number that has no name here. */
inline std::optional<std::string_view> name(ObjectType type) noexcept
{
    return detail::text(cbj_object_type_name(static_cast<cbj_object_type>(type)));
}

/** The kind of objects with this name (cbj_object_type_from_name). Absent for any other name. */
inline std::optional<ObjectType> object_type(const Text &name) noexcept
{
    return detail::kind<ObjectType>(cbj_object_type_from_name(name.c_str()));
}

/** One entry of the service's own list of errors. Its texts are views into the Error or Exception that returned it. */
struct ErrorDetail {
    std::optional<std::string_view> code;
    std::optional<std::string_view> field;
    std::optional<std::string_view> message;
};

/** Why a call failed (cbj_error). Immutable: any number of threads may read it. */
class Error {
public:
    /** Takes over a handle of the C functions. */
    Error(Status status, cbj_error *handle) noexcept : status_(status), handle_(handle) {}
    /** An error without a handle; `message` is a literal. */
    Error(Status status, const char *message) noexcept : status_(status), message_(message) {}

    Status status() const noexcept { return status_; }
    /** One line for a person; never NULL. */
    const char *message() const noexcept
    {
        const char *message = cbj_error_message(handle_.get());
        return message != nullptr ? message : message_;
    }
    /** Absent where no answer came. */
    std::optional<int> http_status() const noexcept
    {
        const std::int32_t status = cbj_error_http_status(handle_.get());
        if (status == 0)
            return std::nullopt;
        return status;
    }
    std::optional<std::string_view> request_id() const noexcept
    {
        return detail::text(cbj_error_request_id(handle_.get()));
    }
    std::optional<std::string_view> trace_id() const noexcept
    {
        return detail::text(cbj_error_trace_id(handle_.get()));
    }
    /** How long the service asked to wait; absent if it named no time (cbj_error_retry_after_ms). */
    std::optional<std::chrono::milliseconds> retry_after() const noexcept
    {
        return detail::span(cbj_error_retry_after_ms(handle_.get()));
    }
    /** Whether the same call makes sense later without a change. */
    bool is_retryable() const noexcept { return cbj_error_is_retryable(handle_.get()) == 1; }
    std::size_t detail_count() const noexcept { return cbj_error_detail_count(handle_.get()); }
    /** Everything is absent if `index` is detail_count() or more. */
    ErrorDetail detail(std::size_t index) const noexcept
    {
        return {detail::text(cbj_error_detail_code(handle_.get(), index)),
                detail::text(cbj_error_detail_field(handle_.get(), index)),
                detail::text(cbj_error_detail_message(handle_.get(), index))};
    }

    /** The C handle, which this object owns; NULL where a setter failed. */
    const cbj_error *get() const noexcept { return handle_.get(); }

private:
    Status status_;
    const char *message_ = "moved from";
    detail::Owned<cbj_error> handle_;
};

/**
 * The exception that is thrown: an Error. Copies share it, because copying an exception must not throw. An exception that was
 * moved from keeps its Error: a move is a copy.
 */
class Exception : public std::exception {
public:
    explicit Exception(Error error) : error_(std::make_shared<const Error>(std::move(error))) {}
    // With these there are no moves, which would leave an exception without an Error.
    Exception(const Exception &) noexcept = default;
    Exception &operator=(const Exception &) noexcept = default;

    /** One line for a person. */
    const char *what() const noexcept override { return error_->message(); }
    const Error &error() const noexcept { return *error_; }
    Status status() const noexcept { return error_->status(); }

private:
    std::shared_ptr<const Error> error_;
};

namespace detail {

[[noreturn]] inline void fail(Error error)
{
#if defined(__cpp_exceptions)
    throw Exception(std::move(error));
#else
    (void)error;
    std::abort();
#endif
}

} // namespace detail

/** The result of a `try_` function: a value, or an Error. */
template <class Value> class Result {
public:
    Result(Value value) noexcept : value_(std::move(value)) {}
    Result(Error error) noexcept : error_(std::move(error)) {}

    explicit operator bool() const noexcept { return value_.has_value(); }
    bool has_value() const noexcept { return value_.has_value(); }

    /** The value; only where has_value(). */
    Value &operator*() &noexcept { return *value_; }
    const Value &operator*() const &noexcept { return *value_; }
    Value &&operator*() &&noexcept { return *std::move(value_); }
    Value *operator->() noexcept { return &*value_; }
    const Value *operator->() const noexcept { return &*value_; }

    /** The error; only where not has_value(). */
    const Error &error() const noexcept { return *error_; }

    /** The value, or its error as an Exception. */
    Value value() &&
    {
        if (!value_)
            detail::fail(std::move(*error_));
        return *std::move(value_);
    }

private:
    std::optional<Value> value_;
    std::optional<Error> error_;
};

/* What is said of a text that was refused; the option's name comes before it. Undefined again below. */
#define CBJ_DETAIL_TEXT ": NULL, not UTF-8, or a NUL inside"

/** How to reach the service, and as whom (cbj_config). Belongs to one thread at a time. */
class Config {
public:
    Config() : handle_(cbj_config_new()) {}

    Config &data_center(const Text &name) { return set(cbj_config_set_data_center, name, "data_center" CBJ_DETAIL_TEXT); }
    Config &base_url(const Text &url) { return set(cbj_config_set_base_url, url, "base_url" CBJ_DETAIL_TEXT); }
    Config &identity_url(const Text &url)
    {
        return set(cbj_config_set_identity_url, url, "identity_url" CBJ_DETAIL_TEXT);
    }
    Config &access_token(const Text &token)
    {
        return set(cbj_config_set_access_token, token, "access_token" CBJ_DETAIL_TEXT);
    }
    Config &client_secret(const Text &client_id, const Text &secret)
    {
        return check(cbj_config_set_client_secret(get(), client_id.c_str(), secret.c_str()),
                     "client_id or client_secret" CBJ_DETAIL_TEXT);
    }
    /** `password`: nullptr if the file has none. */
    Config &client_certificate(const Text &client_id, const Text &path, const Text &password = nullptr)
    {
        if (!password.is_whole())
            return check(CBJ_ERROR_INVALID_ARGUMENT, "client_certificate_password" CBJ_DETAIL_TEXT);
        return check(cbj_config_set_client_certificate(get(), client_id.c_str(), path.c_str(), password.c_str()),
                     "client_id, client_certificate or its password" CBJ_DETAIL_TEXT);
    }
    Config &scope(const Text &text) { return set(cbj_config_set_scope, text, "scope" CBJ_DETAIL_TEXT); }
    Config &location(const Text &text) { return set(cbj_config_set_location, text, "location" CBJ_DETAIL_TEXT); }
    /** The whole call (cbj_config_set_timeout_ms); 1 ms to 2^32-1 ms. */
    Config &timeout(std::chrono::milliseconds time)
    {
        return set(cbj_config_set_timeout_ms, time, "timeout: 1 ms to 4294967295 ms");
    }
    /** One attempt to connect (cbj_config_set_connect_timeout_ms); 1 ms to 2^32-1 ms. */
    Config &connect_timeout(std::chrono::milliseconds time)
    {
        return set(cbj_config_set_connect_timeout_ms, time, "connect_timeout: 1 ms to 4294967295 ms");
    }
    Config &max_retries(std::uint32_t retries)
    {
        return check(cbj_config_set_max_retries(get(), retries), "max_retries was refused");
    }
    Config &max_response_bytes(std::uint64_t bytes)
    {
        return check(cbj_config_set_max_response_bytes(get(), bytes), "max_response_bytes was refused");
    }
    Config &ca_file(const Text &path) { return set(cbj_config_set_ca_file, path, "ca_file" CBJ_DETAIL_TEXT); }
    Config &trust(Trust whose)
    {
        return check(cbj_config_set_trust(get(), static_cast<cbj_trust>(whose)), "trust: not a number that is known");
    }
    /** `url`: nullptr takes the proxy from the environment, "" means no proxy. */
    Config &proxy(const Text &url)
    {
        if (!url.is_whole())
            return check(CBJ_ERROR_INVALID_ARGUMENT, "proxy" CBJ_DETAIL_TEXT);
        return set(cbj_config_set_proxy, url, "proxy" CBJ_DETAIL_TEXT);
    }
    Config &user_agent(const Text &text) { return set(cbj_config_set_user_agent, text, "user_agent" CBJ_DETAIL_TEXT); }
    Config &allow_http(bool allow)
    {
        return check(cbj_config_set_allow_http(get(), allow ? 1 : 0), "allow_http was refused");
    }
    /** As the C function, whose comment says what `function` must not do. An exception that leaves it ends the process. */
    Config &log(cbj_log_fn function, void *user_data, LogLevel max_level)
    {
        return check(cbj_config_set_log(get(), function, user_data, static_cast<cbj_log_level>(max_level)),
                     "log: not a level that is known");
    }
    Config &load_env()
    {
        cbj_error *error = nullptr;
        const cbj_status status = cbj_config_load_env(get(), &error);
        return check(status, "the environment", error);
    }
    Config &load_file(const Text &path)
    {
        if (path.c_str() == nullptr)
            return check(CBJ_ERROR_INVALID_ARGUMENT, "the path of the configuration file" CBJ_DETAIL_TEXT);
        cbj_error *error = nullptr;
        const cbj_status status = cbj_config_load_file(get(), path.c_str(), &error);
        return check(status, "the configuration file", error);
    }

    /** Any option by its name, e.g. "timeout_ms", with its value as text (cbj_config_set_option). */
    Config &set_option(const Text &name, const Text &value)
    {
        if (name.c_str() == nullptr || value.c_str() == nullptr)
            return check(CBJ_ERROR_INVALID_ARGUMENT, "the name or the value of an option" CBJ_DETAIL_TEXT);
        cbj_error *error = nullptr;
        const cbj_status status = cbj_config_set_option(get(), name.c_str(), value.c_str(), &error);
        return check(status, "an option", error);
    }

    /** The C handle, which this object owns: for the C functions, which report a failure by their status. */
    cbj_config *get() const noexcept { return handle_.get(); }

private:
    template <class Value> using Setter = cbj_status (*)(cbj_config *, Value);

    Config &check(cbj_status status, const char *message, cbj_error *error = nullptr)
    {
        if (status != CBJ_OK && error != nullptr)
            detail::fail(Error(static_cast<Status>(status), error));
        if (status != CBJ_OK)
            detail::fail(Error(static_cast<Status>(status), message));
        return *this;
    }
    Config &set(Setter<const char *> setter, const Text &text, const char *message)
    {
        return check(setter(get(), text.c_str()), message);
    }
    Config &set(Setter<std::uint32_t> setter, std::chrono::milliseconds time, const char *message)
    {
        // 0 and negative values are not a time, and the library would refuse 0 only when a client is made.
        if (!detail::is_ms(time, 1))
            return check(CBJ_ERROR_INVALID_ARGUMENT, message);
        return check(setter(get(), static_cast<std::uint32_t>(time.count())), message);
    }

    detail::Owned<cbj_config> handle_;
};

/** One top error of a job. Its texts are owned by the job. */
struct JobError {
    std::optional<std::string_view> message;
    std::optional<std::string_view> url;
    std::optional<std::int64_t> occurrences;
    std::optional<bool> has_code;
};

namespace detail {

/** What can be read of a job, whoever owns its handle: the functions of Job and JobView. */
template <class Self> class JobMembers {
public:
    std::optional<std::string_view> id() const noexcept { return detail::text(cbj_job_id(get())); }
    State state() const noexcept { return static_cast<State>(cbj_job_state(get())); }
    std::optional<std::string_view> state_text() const noexcept { return detail::text(cbj_job_state_text(get())); }
    std::optional<Time> start_time() const noexcept { return detail::time(cbj_job_start_time_ms(get())); }
    std::optional<Time> finish_time() const noexcept { return detail::time(cbj_job_finish_time_ms(get())); }
    std::optional<std::string_view> start_time_text() const noexcept
    {
        return detail::text(cbj_job_start_time_text(get()));
    }
    std::optional<std::string_view> finish_time_text() const noexcept
    {
        return detail::text(cbj_job_finish_time_text(get()));
    }
    /** Finish minus start (cbj_job_elapsed_ms). */
    std::optional<std::chrono::milliseconds> elapsed() const noexcept
    {
        return detail::span(cbj_job_elapsed_ms(get()));
    }
    /** The service's own, coarse hours (cbj_job_duration_hours). */
    std::optional<std::chrono::duration<double, std::ratio<3600>>> duration() const noexcept
    {
        const double hours = cbj_job_duration_hours(get());
        if (std::isnan(hours))
            return std::nullopt;
        return std::chrono::duration<double, std::ratio<3600>>(hours);
    }
    std::optional<std::string_view> duration_text() const noexcept
    {
        return detail::text(cbj_job_duration_text(get()));
    }
    std::optional<std::int64_t> total_count() const noexcept { return detail::count(cbj_job_total_count(get())); }
    std::optional<std::int64_t> failed_count() const noexcept { return detail::count(cbj_job_failed_count(get())); }
    std::optional<std::int64_t> successful_count() const noexcept
    {
        return detail::count(cbj_job_successful_count(get()));
    }
    std::optional<std::int64_t> skipped_count() const noexcept { return detail::count(cbj_job_skipped_count(get())); }
    std::size_t error_count() const noexcept { return cbj_job_error_count(get()); }
    /** Whether the service sent the list of errors, even an empty one. Absent only in a Job that was moved from. */
    std::optional<bool> has_error_list() const noexcept
    {
        const std::int32_t has_list = cbj_job_has_error_list(get());
        return has_list < 0 ? std::nullopt : std::optional<bool>(has_list == 1);
    }
    /** Everything is absent if `index` is error_count() or more. */
    JobError error(std::size_t index) const noexcept
    {
        const std::int32_t has_code = cbj_job_error_has_code(get(), index);
        return {detail::text(cbj_job_error_message(get(), index)), detail::text(cbj_job_error_url(get(), index)),
                detail::count(cbj_job_error_occurrences(get(), index)),
                has_code < 0 ? std::nullopt : std::optional<bool>(has_code == 1)};
    }
    std::optional<std::string_view> request_id() const noexcept { return detail::text(cbj_job_request_id(get())); }
    std::optional<std::string_view> trace_id() const noexcept { return detail::text(cbj_job_trace_id(get())); }
    std::optional<Time> response_time() const noexcept { return detail::time(cbj_job_response_time_ms(get())); }
    /** The JSON text of the `data` object exactly as sent; absent only in a Job that was moved from. */
    std::optional<std::string_view> json() const noexcept { return detail::text(cbj_job_json(get())); }

protected:
    JobMembers() = default;
    ~JobMembers() = default;
    JobMembers(const JobMembers &) = default;
    JobMembers &operator=(const JobMembers &) = default;

private:
    const cbj_job *get() const noexcept { return static_cast<const Self &>(*this).get(); }
};

} // namespace detail

/** One job as the service described it (cbj_job). Immutable: any number of threads may read it. */
class Job : public detail::JobMembers<Job> {
public:
    /** Takes over a handle of the C functions. */
    explicit Job(cbj_job *handle) noexcept : handle_(handle) {}

    /** Reads a saved answer of the service (cbj_job_parse). */
    static Result<Job> try_parse(std::string_view json) noexcept
    {
        cbj_job *job = nullptr;
        cbj_error *error = nullptr;
        // The data of an empty view may be NULL, which the C function refuses for another reason.
        const char *data = json.data() != nullptr ? json.data() : "";
        const cbj_status status = cbj_job_parse(data, json.size(), &job, &error);
        if (status != CBJ_OK)
            return Error(static_cast<Status>(status), error);
        return Job(job);
    }
    static Job parse(std::string_view json) { return try_parse(json).value(); }

    /** The C handle, which this object owns. */
    const cbj_job *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<cbj_job> handle_;
};

/** A job that another object owns, a Summary or a Job: valid as long as that object lives. It can be copied. */
class JobView : public detail::JobMembers<JobView> {
public:
    JobView(const Job &job) noexcept : handle_(job.get()) {}
    /** `handle`: remains its owner's. */
    explicit JobView(const cbj_job *handle) noexcept : handle_(handle) {}

    /** The C handle, which this object does not own. */
    const cbj_job *get() const noexcept { return handle_; }

private:
    const cbj_job *handle_;
};

/**
 * Which jobs to find (cbj_query): every job that started in the last 7 days, unless the query says otherwise. Belongs to one
 * thread at a time. A call copies what it needs of the query.
 */
class Query {
public:
    Query() noexcept : handle_(cbj_query_new()) {}

    /** Jobs that started at this time or later (cbj_query_set_since_ms). std::nullopt: no limit. */
    Query &since(std::optional<Time> time)
    {
        return check(cbj_query_set_since_ms(get(), unix_ms(time)), "since was refused");
    }
    /** As above. Finer fractions than milliseconds are cut off. */
    template <class Duration> Query &since(std::chrono::time_point<std::chrono::system_clock, Duration> time)
    {
        return since(std::optional<Time>(std::chrono::floor<std::chrono::milliseconds>(time)));
    }
    /** Jobs that started before this time (cbj_query_set_until_ms). std::nullopt, the default: no limit. */
    Query &until(std::optional<Time> time)
    {
        return check(cbj_query_set_until_ms(get(), unix_ms(time)), "until was refused");
    }
    /** As above. Finer fractions than milliseconds are cut off. */
    template <class Duration> Query &until(std::chrono::time_point<std::chrono::system_clock, Duration> time)
    {
        return until(std::optional<Time>(std::chrono::floor<std::chrono::milliseconds>(time)));
    }
    /** Default: JobType::all. */
    Query &job_type(JobType type)
    {
        return check(cbj_query_set_job_type(get(), static_cast<cbj_job_type>(type)), "job_type: a negative number");
    }
    /** Default: ObjectType::all. */
    Query &object_type(ObjectType type)
    {
        return check(cbj_query_set_object_type(get(), static_cast<cbj_object_type>(type)), "object_type: a negative number");
    }
    /** Default: State::unknown, which means any state. */
    Query &state(State state)
    {
        return check(cbj_query_set_state(get(), static_cast<cbj_state>(state)), "state: not a number that is known");
    }
    /** `location`: nullptr, the default, means the configured location, or all locations if none is configured. */
    Query &location(const Text &location)
    {
        if (!location.is_whole())
            return check(CBJ_ERROR_INVALID_ARGUMENT, "location" CBJ_DETAIL_TEXT);
        return check(cbj_query_set_location(get(), location.c_str()), "location: not a location's name");
    }
    /** How many jobs to ask for at once: 1 to 1000. Default: 50. */
    Query &page_size(std::uint32_t jobs) { return check(cbj_query_set_page_size(get(), jobs), "page_size: 1 to 1000"); }
    /** After how many jobs a listing gives up; it is incomplete then. At least 1. Default: 10000. */
    Query &max_jobs(std::uint32_t jobs) { return check(cbj_query_set_max_jobs(get(), jobs), "max_jobs: at least 1"); }

    /** The C handle, which this object owns. */
    cbj_query *get() const noexcept { return handle_.get(); }

private:
    static std::int64_t unix_ms(std::optional<Time> time) noexcept
    {
        return time ? std::int64_t{time->time_since_epoch().count()} : std::int64_t{CBJ_NO_TIME};
    }
    Query &check(cbj_status status, const char *message)
    {
        if (status != CBJ_OK)
            detail::fail(Error(static_cast<Status>(status), message));
        return *this;
    }

    detail::Owned<cbj_query> handle_;
};

/**
 * The jobs that match a query, one after the other (cbj_job_iter): an input range, which can be read once. Fetches the next
 * page when it is needed, and throws if that fails. Belongs to one thread at a time. May outlive its client.
 */
class JobList {
public:
    /**
     * Points to the present job of its list, which must not be moved meanwhile. `*iterator` may be moved from. If `++` throws,
     * the iterator stays where it is, and another `++` asks for the same page again.
     */
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Job;
        using difference_type = std::ptrdiff_t;
        using pointer = Job *;
        using reference = Job &;

        iterator() noexcept = default;

        reference operator*() const noexcept { return *list_->job_; }
        pointer operator->() const noexcept { return &*list_->job_; }
        iterator &operator++()
        {
            if (!list_->advance())
                list_ = nullptr;
            return *this;
        }
        /** Returns nothing: the job before is gone. */
        void operator++(int) { ++*this; }

        friend bool operator==(const iterator &one, const iterator &other) noexcept { return one.list_ == other.list_; }
        friend bool operator!=(const iterator &one, const iterator &other) noexcept { return !(one == other); }

    private:
        friend class JobList;
        explicit iterator(JobList *list) noexcept : list_(list) {}

        JobList *list_ = nullptr;
    };

    /** Takes over a handle of the C functions. */
    explicit JobList(cbj_job_iter *handle) noexcept : handle_(handle) {}

    /** Takes the next job; std::nullopt at the end (cbj_job_iter_next). After a failure, call it again for the same page. */
    Result<std::optional<Job>> try_next() noexcept
    {
        cbj_job *job = nullptr;
        cbj_error *error = nullptr;
        const cbj_status status = cbj_job_iter_next(handle_.get(), &job, &error);
        if (status != CBJ_OK)
            return Error(static_cast<Status>(status), error);
        if (job == nullptr)
            return std::optional<Job>();
        return std::optional<Job>(Job(job));
    }
    std::optional<Job> next() { return try_next().value(); }

    /** Takes the next job, and points to it. */
    iterator begin() { return iterator(advance() ? this : nullptr); }
    iterator end() noexcept { return iterator(); }

    /** How many jobs there are, as the service said last; it counts whole days. Absent if it did not say it. */
    std::optional<std::int64_t> total_count() const noexcept
    {
        return detail::count(cbj_job_iter_total_count(handle_.get()));
    }
    /** How many jobs the service says it has and did not send. Absent where the number is unknown, and before the end. */
    std::optional<std::int64_t> missing_count() const noexcept
    {
        return detail::count(cbj_job_iter_missing_count(handle_.get()));
    }
    /** Whether the list has ended and no job is known to be missing. */
    bool is_complete() const noexcept { return cbj_job_iter_is_complete(handle_.get()) == 1; }

    /** The C handle, which this object owns. */
    cbj_job_iter *get() const noexcept { return handle_.get(); }

private:
    bool advance()
    {
        job_ = next();
        return job_.has_value();
    }

    detail::Owned<cbj_job_iter> handle_;
    std::optional<Job> job_;
};

/**
 * What happened in the time of a query (cbj_summary). Owns its jobs: a JobView of one is valid as long as the Summary lives.
 * Immutable: any number of threads may read it.
 */
class Summary {
public:
    /** Takes over a handle of the C functions. */
    explicit Summary(cbj_summary *handle) noexcept : handle_(handle) {}

    /** The job that started last. Absent where there is no job. */
    std::optional<JobView> latest() const noexcept { return view(cbj_summary_latest(get())); }
    /** The job that ended last. Absent where no job has ended. */
    std::optional<JobView> latest_ended() const noexcept { return view(cbj_summary_latest_ended(get())); }
    /** The job in this state that started last. Absent where no job is in this state. */
    std::optional<JobView> latest_in_state(State state) const noexcept
    {
        return view(cbj_summary_latest_in_state(get(), static_cast<cbj_state>(state)));
    }
    /** How many different jobs started in the query's time. Absent only in a Summary that was moved from. */
    std::optional<std::int64_t> count() const noexcept { return detail::count(cbj_summary_count(get())); }
    /** How many of them are in this state. Absent for a number that is no state. */
    std::optional<std::int64_t> count_in_state(State state) const noexcept
    {
        return detail::count(cbj_summary_count_in_state(get(), static_cast<cbj_state>(state)));
    }
    /** How many jobs there are, as the service said last; it counts whole days. Absent if it did not say it. */
    std::optional<std::int64_t> total_count() const noexcept { return detail::count(cbj_summary_total_count(get())); }
    /** How many jobs the service says it has and did not send. Absent where the number is unknown. */
    std::optional<std::int64_t> missing_count() const noexcept
    {
        return detail::count(cbj_summary_missing_count(get()));
    }
    /** Whether no job is known to be missing. */
    bool is_complete() const noexcept { return cbj_summary_is_complete(get()) == 1; }

    /** The C handle, which this object owns. */
    const cbj_summary *get() const noexcept { return handle_.get(); }

private:
    static std::optional<JobView> view(const cbj_job *job) noexcept
    {
        if (job == nullptr)
            return std::nullopt;
        return JobView(job);
    }

    detail::Owned<cbj_summary> handle_;
};

/**
 * Asks the service (cbj_client). It keeps connections and the access token between calls, so make one and keep it. Many
 * threads may call its functions at the same time. Only one thread may move or destroy it, while no other uses it.
 */
class Client {
public:
    explicit Client(const Config &config) : Client(try_make(config).value()) {}
    /** Takes over a handle of the C functions. */
    explicit Client(cbj_client *handle) noexcept : handle_(handle) {}

    static Result<Client> try_make(const Config &config) noexcept
    {
        cbj_client *client = nullptr;
        cbj_error *error = nullptr;
        const cbj_status status = cbj_client_new(config.get(), &client, &error);
        if (status != CBJ_OK)
            return Error(static_cast<Status>(status), error);
        return Client(client);
    }

    /** `location`: nullptr means the configured location, or none. */
    Result<Job> try_get_job(const Text &job_id, const Text &location = nullptr) const noexcept
    {
        cbj_job *job = nullptr;
        cbj_error *error = nullptr;
        if (!job_id.is_whole())
            return Error(Status::invalid_argument, "job_id" CBJ_DETAIL_TEXT);
        if (!location.is_whole())
            return Error(Status::invalid_argument, "location" CBJ_DETAIL_TEXT);
        const cbj_status status = cbj_client_get_job(get(), job_id.c_str(), location.c_str(), &job, &error);
        if (status != CBJ_OK)
            return Error(static_cast<Status>(status), error);
        return Job(job);
    }
    Job get_job(const Text &job_id, const Text &location = nullptr) const
    {
        return try_get_job(job_id, location).value();
    }

    /** Waits until a job has ended (cbj_client_wait_job). `poll_interval`: 0 means 30 s. `timeout`: of the whole wait. */
    Result<Job> try_wait_job(const Text &job_id, std::chrono::milliseconds poll_interval,
                             std::chrono::milliseconds timeout, const Text &location = nullptr) const noexcept
    {
        cbj_job *job = nullptr;
        cbj_error *error = nullptr;
        if (!job_id.is_whole())
            return Error(Status::invalid_argument, "job_id" CBJ_DETAIL_TEXT);
        if (!location.is_whole())
            return Error(Status::invalid_argument, "location" CBJ_DETAIL_TEXT);
        if (!detail::is_ms(poll_interval, 0))
            return Error(Status::invalid_argument, "poll_interval: 0 ms to 4294967295 ms");
        if (!detail::is_ms(timeout, 1))
            return Error(Status::invalid_argument, "timeout: 1 ms to 4294967295 ms");
        const cbj_status status =
            cbj_client_wait_job(get(), job_id.c_str(), location.c_str(), static_cast<std::uint32_t>(poll_interval.count()),
                                static_cast<std::uint32_t>(timeout.count()), &job, &error);
        if (status != CBJ_OK)
            return Error(static_cast<Status>(status), error);
        return Job(job);
    }
    Job wait_job(const Text &job_id, std::chrono::milliseconds poll_interval, std::chrono::milliseconds timeout,
                 const Text &location = nullptr) const
    {
        return try_wait_job(job_id, poll_interval, timeout, location).value();
    }

    /** Begins to list the jobs that match a query, and fetches the first page (cbj_client_list_jobs). */
    Result<JobList> try_list_jobs(const Query &query = Query()) const noexcept
    {
        return make<JobList, cbj_job_iter>(cbj_client_list_jobs, query);
    }
    JobList list_jobs(const Query &query = Query()) const { return try_list_jobs(query).value(); }

    /** A summary of the jobs that match a query: reads all pages within the time of one call (cbj_client_summarize_jobs). */
    Result<Summary> try_summarize_jobs(const Query &query = Query()) const noexcept
    {
        return make<Summary, cbj_summary>(cbj_client_summarize_jobs, query);
    }
    Summary summarize_jobs(const Query &query = Query()) const { return try_summarize_jobs(query).value(); }

    /** Another client on the same connections and token, with a time and a cancel of its own (cbj_client_share). */
    Result<Client> try_share() const noexcept
    {
        cbj_client *other = nullptr;
        cbj_error *error = nullptr;
        const cbj_status status = cbj_client_share(get(), &other, &error);
        if (status != CBJ_OK)
            return Error(static_cast<Status>(status), error);
        return Client(other);
    }
    Client share() const { return try_share().value(); }

    /** The time of a whole call, for calls that begin from now on (cbj_client_set_timeout_ms); 1 ms to 2^32-1 ms. */
    void set_timeout(std::chrono::milliseconds time) const
    {
        const bool is_time = detail::is_ms(time, 1);
        const cbj_status status = is_time ? cbj_client_set_timeout_ms(get(), static_cast<std::uint32_t>(time.count()))
                                          : CBJ_ERROR_INVALID_ARGUMENT;
        if (status != CBJ_OK)
            detail::fail(Error(static_cast<Status>(status), "timeout: 1 ms to 4294967295 ms"));
    }

    /** Replaces the access token of a client that was configured with one. */
    void set_access_token(const Text &token) const
    {
        const cbj_status status = cbj_client_set_access_token(get(), token.c_str());
        if (status != CBJ_OK)
            detail::fail(Error(static_cast<Status>(status),
                               status == CBJ_ERROR_CONFIG
                                   ? "access_token: this client gets its tokens itself"
                                   : "access_token: empty, too long, or not a token"));
    }
    /** Ends the present and later calls, until resume(). Async-signal-safe. */
    void cancel() const noexcept { cbj_client_cancel(get()); }
    void resume() const noexcept { cbj_client_resume(get()); }

    /** The C handle, which this object owns. */
    cbj_client *get() const noexcept { return handle_.get(); }

private:
    template <class Made, class Handle>
    Result<Made> make(cbj_status (*function)(cbj_client *, const cbj_query *, Handle **, cbj_error **),
                      const Query &query) const noexcept
    {
        Handle *handle = nullptr;
        cbj_error *error = nullptr;
        // The C functions take NULL for a query with every default, which nobody means with a query that was moved from.
        if (query.get() == nullptr)
            return Error(Status::invalid_argument, "query: moved from");
        const cbj_status status = function(get(), query.get(), &handle, &error);
        if (status != CBJ_OK)
            return Error(static_cast<Status>(status), error);
        return Made(handle);
    }

    detail::Owned<cbj_client> handle_;
};

#undef CBJ_DETAIL_TEXT

} // namespace cloudbackupjobs

#endif /* CLOUDBACKUPJOBS_HPP */
