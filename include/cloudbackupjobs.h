/*
 * cloudbackupjobs.h - jobs of Cloud Backup for Microsoft 365: did last night's run, and why not; for C and C++
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Not affiliated with AvePoint.
 *
 * Generated from src/ffi: change it there, then run CBJ_GENERATE=1 cargo test --test generated
 *
 * C99 or later compiles the program below; C89 and C++98 compile this header, too. Build a program with
 *     cc program.c $(pkg-config --cflags --libs cloudbackupjobs)
 *
 * IN SHORT
 *
 *     #include <inttypes.h>
 *     #include <stdio.h>
 *     #include <cloudbackupjobs.h>
 *
 *     int main(void)
 *     {
 *         cbj_config *config = cbj_config_new();
 *         cbj_query *query = cbj_query_new();
 *         cbj_client *client = NULL;
 *         cbj_summary *summary = NULL;
 *         cbj_error *error = NULL;
 *         int exit_status = 3;
 *
 *         cbj_config_set_data_center(config, "us");
 *         cbj_config_set_client_secret(config, "client id", "client secret");
 *         cbj_query_set_job_type(query, CBJ_JOB_TYPE_BACKUP);
 *         cbj_query_set_object_type(query, CBJ_OBJECT_TYPE_SHAREPOINT_ONLINE);
 *         if (cbj_client_new(config, &client, &error) == CBJ_OK &&
 *             cbj_client_summarize_jobs(client, query, &summary, &error) == CBJ_OK) {
 *             const cbj_job *last = cbj_summary_latest_ended(summary);
 *             int64_t failed = cbj_job_failed_count(last);
 *
 *             if (last == NULL)
 *                 printf("no backup has ended in the last 7 days\n");
 *             else if (failed >= 0)
 *                 printf("%s, %" PRId64 " objects failed\n", cbj_state_name(cbj_job_state(last)), failed);
 *             else
 *                 printf("%s, the service did not say how many failed\n", cbj_state_name(cbj_job_state(last)));
 *             exit_status = cbj_job_state(last) == CBJ_STATE_FINISHED ? 0 : 2;
 *         } else {
 *             fprintf(stderr, "%s\n", cbj_error_message(error));
 *         }
 *         cbj_error_free(error);
 *         cbj_summary_free(summary);
 *         cbj_client_free(client);
 *         cbj_query_free(query);
 *         cbj_config_free(config);
 *         return exit_status;
 *     }
 *
 * TO DO THIS, CALL THAT
 *
 *     what ran last, and how it ended           cbj_client_summarize_jobs, cbj_summary_latest_ended
 *     what runs now                             cbj_summary_latest_in_state with CBJ_STATE_IN_PROGRESS
 *     every job of some days                    cbj_client_list_jobs, cbj_job_iter_next
 *     backups only, one kind of objects only    cbj_query_set_job_type, cbj_query_set_object_type
 *     a job whose id is known                   cbj_client_get_job
 *     wait until a job has ended                cbj_client_wait_job
 *     why objects failed                        cbj_job_error_message, cbj_job_error_url
 *     why a call failed, and whether to retry   cbj_error_message, cbj_error_is_retryable
 *     options of the environment or of a file   cbj_config_load_env, cbj_config_load_file
 *     end calls, also in a signal handler       cbj_client_cancel
 *     a timeout and a cancel for each thread    cbj_client_share
 *     see what the library does                 cbj_config_set_log
 *
 * RULES THAT HOLD EVERYWHERE
 *
 * Handles    are opaque. Each is freed by its own function, which takes NULL. A handle that a function returns as const
 *            belongs to the handle that it came from, and is valid until that is freed.
 * Failure    is a cbj_status other than CBJ_OK. Where a reason helps, the last parameter receives a cbj_error. There is
 *            no "last error" of a thread or of the process.
 * Out        parameters are written and never read: a handle that is still in one is not freed, so free it before you
 *            use the variable again. After a success the handle is new and the error is NULL. After a failure the
 *            handle is NULL and the error is new. The pointer for the error may be NULL.
 * Texts in   are NUL-terminated UTF-8. The library copies them.
 * Texts out  are NUL-terminated UTF-8. The handle owns them; they are valid until it is freed. A text that is absent is
 *            NULL.
 * Absent     numbers of a job are never 0: counts and occurrences are -1, times are CBJ_NO_TIME, hours are NaN.
 * NULL       is accepted for every pointer. An accessor answers "absent", a function that frees does nothing, and any
 *            other function answers CBJ_ERROR_INVALID_ARGUMENT, unless its comment gives NULL a meaning. An index that is
 *            out of range answers "absent", too.
 * Constants  are 32-bit numbers. The library refuses a number that it does not know; a newer library may return a number
 *            that your program does not know. Yes is 1, no is 0, and -1 is "absent".
 * Threads    Any number of threads may use a cbj_client at once, and may read a cbj_job, a cbj_summary or a cbj_error at
 *            once. Only one thread at a time may use a cbj_config, a cbj_query or a cbj_job_iter.
 * The host   keeps its process: the library never exits, aborts or prints, installs no signal handler, raises no SIGPIPE,
 *            goes on after an interrupted system call, and changes neither the environment nor the locale. A call runs on
 *            the thread of its caller; only the look-up of a name needs another thread, for a moment, in which all signals
 *            are blocked. A defect of the library ends as CBJ_ERROR_INTERNAL. The process ends if memory runs out, as in
 *            every Rust program, and if a log function ends with a C++ exception or with its thread (see cbj_log_fn).
 * Windows    has no signals and no fork. Paths are UTF-8 there, too, and the access control list of a file says who can read
 *            it. The library stays in memory after FreeLibrary, once a client was made.
 */

#ifndef CLOUDBACKUPJOBS_H
#define CLOUDBACKUPJOBS_H

#include <stddef.h>
#include <stdint.h>



/** The version of this header. `cbj_version` has the version of the library that is loaded. */
#define CBJ_VERSION_MAJOR 0
#define CBJ_VERSION_MINOR 1
#define CBJ_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif


/**
 * The value of a time that is absent or cannot be read: `INT64_MIN`.
 */
#if defined(__LP64__) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L) || \
    (defined(__cplusplus) && __cplusplus >= 201103L)
#define CBJ_NO_TIME (-9223372036854775807 - 1)
#else
#define CBJ_NO_TIME ((int64_t)(-2147483647 - 1) * 65536 * 65536)
#endif

/**
 * Asks the service for jobs. Keeps connections and the access token between calls, so make one and keep it.
 *
 * Made by `cbj_client_new`, freed by `cbj_client_free`. Many threads may use it at the same time. `cbj_client_free` does
 * not wait for them: call it when every other call has returned. Jobs, lists, summaries and errors are independent of the
 * client.
 *
 * After `fork` a client of the parent works in the parent and in the child, also if other threads were inside calls at
 * that moment. The child opens its own connections, makes its own look-ups, and keeps no descriptor of the parent open. It
 * begins with the parent's access token and cancelled state. Each process frees its own copy. Do not fork inside a call: a
 * signal handler that interrupted a call may fork, but its child must not return into the call. Handlers of
 * `pthread_atfork` may make calls and free clients.
 *
 * A program may close descriptors that are not its own between two calls, as daemons do when they start. The client then
 * opens another connection, and does not touch what the program opens under the same numbers.
 */
typedef struct cbj_client cbj_client;

/**
 * How to reach the service, and as whom.
 *
 * Made by `cbj_config_new`, freed by `cbj_config_free`. Belongs to one thread at a time. A client takes a copy: you may
 * change or free the configuration as soon as `cbj_client_new` has returned.
 *
 * Every setter copies its texts, and a later call wins over an earlier one. It returns `CBJ_OK`, or
 * `CBJ_ERROR_INVALID_ARGUMENT` where a pointer is NULL or a text is not UTF-8; then it changes nothing. `cbj_client_new`
 * judges the options together, and its error names the option that is wrong. `cbj_config_load_env`, `cbj_config_load_file`
 * and `cbj_config_set_option` work like calls of the setters: the last call that sets an option wins.
 *
 * A client needs a data center or a base URL. It also needs an access token, or a client id with a client secret or a
 * certificate. With a base URL and a client id it needs an identity URL, too.
 */
typedef struct cbj_config cbj_config;

/**
 * Why a call failed: a status, one line for a person, and what the service said.
 *
 * Made by the functions that take `cbj_error **error`, freed by `cbj_error_free`. Independent of the client and of
 * every other handle, which may be freed before it. Immutable: any number of threads may read it.
 *
 * No secret is part of it.
 */
typedef struct cbj_error cbj_error;

/**
 * One job as the service described it.
 *
 * Made by `cbj_client_get_job`, `cbj_client_wait_job`, `cbj_job_iter_next` and `cbj_job_parse`, freed by `cbj_job_free`;
 * the jobs of a `cbj_summary` are freed with it. Independent of the client, which may be freed before it. Immutable: any
 * number of threads may read it.
 *
 * The job owns every text that an accessor returns; a text is valid until `cbj_job_free`. Where the service sent nothing
 * (a missing member, null or an empty string), an accessor returns NULL for a text, -1 for a count, `CBJ_NO_TIME` for a
 * time and NaN for hours, and never 0. It returns the same for a NULL handle. A U+0000 inside a text of the service
 * becomes U+FFFD.
 *
 * Service page: "Retrieve Job Details", response.
 */
typedef struct cbj_job cbj_job;

/**
 * The jobs that a query means, one after the other. Fetches the next page when it is needed.
 *
 * Made by `cbj_client_list_jobs`, freed by `cbj_job_iter_free`. Belongs to one thread at a time. May be used and freed
 * after its client was freed, in any order. While its client is cancelled, `cbj_job_iter_next` returns
 * `CBJ_ERROR_CANCELLED`, and no job is lost; after the client was freed nothing can cancel it.
 *
 * How the pages are read: the service documents neither their order nor the largest page, and jobs may move between pages
 * while they are read. So every job is returned once, told apart by its id, in the order in which the service sends them.
 * The list ends when the service names no next page and no further jobs, or when a page has only jobs that came before. A
 * link to the next page is followed only if it leads to the same scheme, host, port and path. The service filters by day
 * only: the library asks for one day more at each end and leaves out what is not in the query's time.
 */
typedef struct cbj_job_iter cbj_job_iter;

/**
 * Which jobs `cbj_client_list_jobs` and `cbj_client_summarize_jobs` are to find. A new query means every job that started
 * in the last 7 days before the call.
 *
 * Made by `cbj_query_new`, freed by `cbj_query_free`. Belongs to one thread at a time. A call copies what it needs: you
 * may change or free the query as soon as the call has returned, and use it for any number of calls and clients.
 *
 * Every setter returns `CBJ_OK`, or `CBJ_ERROR_INVALID_ARGUMENT` where `query` is NULL or the value is not allowed; then
 * it changes nothing: a program that does not look at the result asks about more than it meant to.
 *
 * Service page: "List Jobs", GET /backup/m365/cloudbackupjobs, parameters.
 */
typedef struct cbj_query cbj_query;

/**
 * What happened in the time of a query: the latest jobs, how many there are in each state, and whether any may be missing.
 *
 * Made by `cbj_client_summarize_jobs`, freed by `cbj_summary_free`. Independent of the client, which may be freed before
 * it. Immutable: any number of threads may read it.
 *
 * The summary owns its jobs: they are valid until `cbj_summary_free`, and are not freed by `cbj_job_free`. A job whose
 * start time cannot be read counts as older than every other.
 */
typedef struct cbj_summary cbj_summary;

/**
 * How a call went: `CBJ_OK` or one of the `CBJ_ERROR_...` numbers. The numbers never change. New ones may be added: treat
 * a number that you do not know as an error.
 *
 * Each number says what happened, whether the same call makes sense later without a change ("Retryable"), how long to wait
 * before it where the service named no time (`cbj_error_retry_after_ms`), and what a person can do. Where it says
 * "except", `cbj_error_is_retryable` has the answer for the error at hand.
 */
typedef int32_t cbj_status;

/**
 * Whose certificates are trusted: one of the `CBJ_TRUST_...` numbers.
 */
typedef int32_t cbj_trust;

/**
 * How important a line of the log is: one of the `CBJ_LOG_...` numbers. A smaller number is more important. New numbers
 * may be added.
 */
typedef int32_t cbj_log_level;

/**
 * A log function of the program. The library calls it for each line of the log.
 *
 * `user_data`: the pointer that was given to `cbj_config_set_log`. `level`: one of the `CBJ_LOG_...` numbers. `message`:
 * one line without a line break, NUL-terminated UTF-8, valid until the function returns. No secret is part of it.
 *
 * The library calls the function on the thread that made the call. If several threads make calls, they may call the
 * function at the same time. The function may call the library, also with the same client; the library does not log such
 * calls. The call continues when the function returns: while the function blocks, the call notices neither its deadline
 * nor a cancel.
 *
 * The function must return. A C++ exception that leaves it ends the process (abort), because this library cannot catch
 * one: a function that may throw needs a catch of its own. The process also ends if the function ends its thread
 * (pthread_exit, or a cancellation of the thread); with musl only the thread ends, and what its call held stays held. The function must not longjmp out: the client would then wait forever
 * for a fetch of a token. A Rust function may panic if it is `extern "C-unwind"`: the library catches the panic, and the
 * call continues.
 */
typedef void (*cbj_log_fn)(void *user_data, cbj_log_level level, const char *message);

/**
 * What a job does: one of the `CBJ_JOB_TYPE_...` numbers, which are the service's own. The set is open: a number that is
 * not listed here is passed on to the service; a negative one is refused.
 *
 * Service page: the `jobType` filter of "List Jobs".
 */
typedef int32_t cbj_job_type;

/**
 * The kind of objects that a job is about: one of the `CBJ_OBJECT_TYPE_...` numbers, which are the service's own, and
 * which differ from those of `serviceType` elsewhere in its API. The set is open: a number that is not listed here is
 * passed on to the service; a negative one is refused.
 *
 * Service page: the `objectType` filter of "List Jobs".
 */
typedef int32_t cbj_object_type;

/**
 * The state of a job: one of the `CBJ_STATE_...` numbers, which are the service's own. The set is open: treat a number
 * that you do not know as `CBJ_STATE_UNKNOWN`.
 */
typedef int32_t cbj_state;

/**
 * The call did what it was asked to.
 */
#define CBJ_OK 0

/**
 * A parameter is NULL, is not UTF-8, or has a value that is not allowed: an empty or malformed id or location, a
 * number that is not one of the choices. Nothing was sent.
 *
 * Retryable: no.
 * What to do: correct the call.
 */
#define CBJ_ERROR_INVALID_ARGUMENT 1

/**
 * The configuration is incomplete, contradictory or malformed, or names a file that cannot be read.
 *
 * Retryable: no.
 * What to do: correct the option that the message names.
 */
#define CBJ_ERROR_CONFIG 2

/**
 * The identity service refused the client, or the service answered 401 to a fresh token.
 *
 * Retryable: no.
 * What to do: check the client id, the secret or certificate and whether it has expired, and the data center.
 */
#define CBJ_ERROR_AUTHENTICATION 3

/**
 * The service answered 403: the app registration lacks the permission.
 *
 * Retryable: no.
 * What to do: grant the app registration the permission microsoft365backup.jobInfo.read.all.
 */
#define CBJ_ERROR_PERMISSION 4

/**
 * The service answered 404, or its answer contains no job.
 *
 * Retryable: no.
 * What to do: check the job id, the location, the data center and the licence of the tenant.
 */
#define CBJ_ERROR_NOT_FOUND 5

/**
 * The service answered with any other 4xx (400, 405, 413, 422 and so on) or any 3xx: redirects are not followed.
 *
 * Retryable: no, except HTTP 408 and 425.
 * Wait: one minute; a program that asks at an interval waits for its next turn.
 * What to do: correct what the message and the details name.
 */
#define CBJ_ERROR_REJECTED 6

/**
 * The service answered 429: too many requests.
 *
 * Retryable: yes.
 * Wait: one minute; a program that asks at an interval waits for its next turn.
 * What to do: ask less often.
 */
#define CBJ_ERROR_RATE_LIMITED 7

/**
 * The service answered 5xx: it failed, or a gateway before it.
 *
 * Retryable: yes, except HTTP 501 and 505.
 * Wait: one minute; a program that asks at an interval waits for its next turn.
 * What to do: try again later; if it stays so, give the request id to the vendor's support.
 */
#define CBJ_ERROR_SERVER 8

/**
 * The host name could not be resolved.
 *
 * Retryable: yes, except where the resolver says that there is no such name.
 * Wait: one minute; a program that asks at an interval waits for its next turn.
 * What to do: check the host name and this machine's name resolution.
 */
#define CBJ_ERROR_RESOLVE 9

/**
 * The connection was refused or not made in time, the host is unreachable, the proxy refused, or the process may open
 * no more files.
 *
 * Retryable: yes, except where the proxy refused with 3xx, 4xx or 501.
 * Wait: one minute; a program that asks at an interval waits for its next turn.
 * What to do: check the network, the firewall and the proxy, or the limit on open files; the message has the proxy's
 * answer.
 */
#define CBJ_ERROR_CONNECT 10

/**
 * There is no TLS connection: the certificate, the host name or the protocol version is wrong, or one side refused the
 * handshake.
 *
 * Retryable: no.
 * What to do: correct what the message names; behind an inspecting proxy set the CA file to its certificate.
 */
#define CBJ_ERROR_TLS 11

/**
 * The connection broke: before the answer, within it or in the TLS handshake.
 *
 * Retryable: yes.
 * Wait: one minute; a program that asks at an interval waits for its next turn.
 * What to do: try again.
 */
#define CBJ_ERROR_NETWORK 12

/**
 * The call's time was up. The message says what the call was doing.
 *
 * Retryable: yes.
 * Wait: one minute; a program that asks at an interval waits for its next turn.
 * What to do: try again, or allow more time (`cbj_config_set_timeout_ms`).
 */
#define CBJ_ERROR_TIMEOUT 13

/**
 * `cbj_client_cancel` ended the call, or did not let it begin.
 *
 * Retryable: no.
 * What to do: nothing, because the program wanted it; to call again, `cbj_client_resume` first.
 */
#define CBJ_ERROR_CANCELLED 14

/**
 * The answer is not HTTP, not JSON, not of the documented shape, cut short, or larger than allowed.
 *
 * Retryable: no, except where the answer was cut short.
 * Wait: one minute; a program that asks at an interval waits for its next turn.
 * What to do: check the URL that the message names; the message quotes the beginning of the answer.
 */
#define CBJ_ERROR_PROTOCOL 15

/**
 * A defect of this library.
 *
 * Retryable: no.
 * What to do: report it, with the message.
 */
#define CBJ_ERROR_INTERNAL 16

/**
 * Mozilla's authorities, as bundled with the library.
 */
#define CBJ_TRUST_BUNDLED 0

/**
 * The authorities of the machine: those in SSL_CERT_FILE and SSL_CERT_DIR if one of these environment variables is set,
 * else those in the system's store.
 */
#define CBJ_TRUST_SYSTEM 1

/**
 * A call failed.
 */
#define CBJ_LOG_ERROR 1

/**
 * A call continued, but a person should look at something.
 */
#define CBJ_LOG_WARN 2

/**
 * One line for each job or page that was asked for.
 */
#define CBJ_LOG_INFO 3

/**
 * What happens inside a call.
 */
#define CBJ_LOG_DEBUG 4

/**
 * Jobs of every type.
 */
#define CBJ_JOB_TYPE_ALL 0

/**
 * Jobs that back up.
 */
#define CBJ_JOB_TYPE_BACKUP 1

/**
 * Jobs that restore.
 */
#define CBJ_JOB_TYPE_RESTORE 2

/**
 * Jobs that export.
 */
#define CBJ_JOB_TYPE_EXPORT 3

/**
 * Jobs that delete backup data.
 */
#define CBJ_JOB_TYPE_DELETION 4

/**
 * Jobs that remove backup data whose retention time is over.
 */
#define CBJ_JOB_TYPE_RETENTION 5

/**
 * Objects of every kind.
 */
#define CBJ_OBJECT_TYPE_ALL 0

/**
 * Objects of Exchange Online.
 */
#define CBJ_OBJECT_TYPE_EXCHANGE_ONLINE 1

/**
 * Objects of SharePoint Online.
 */
#define CBJ_OBJECT_TYPE_SHAREPOINT_ONLINE 2

/**
 * Objects of OneDrive.
 */
#define CBJ_OBJECT_TYPE_ONEDRIVE 3

/**
 * Objects of Microsoft 365 Groups.
 */
#define CBJ_OBJECT_TYPE_MICROSOFT_365_GROUPS 4

/**
 * Objects of Project Online.
 */
#define CBJ_OBJECT_TYPE_PROJECT_ONLINE 5

/**
 * Objects in public folders.
 */
#define CBJ_OBJECT_TYPE_PUBLIC_FOLDER 6

/**
 * Objects of Teams.
 */
#define CBJ_OBJECT_TYPE_TEAMS 7

/**
 * Objects of Viva Engage.
 */
#define CBJ_OBJECT_TYPE_VIVA_ENGAGE 8

/**
 * Objects of Teams chats.
 */
#define CBJ_OBJECT_TYPE_TEAMS_CHAT 9

/**
 * Objects of Power BI.
 */
#define CBJ_OBJECT_TYPE_POWER_BI 10

/**
 * Objects of Power Automate.
 */
#define CBJ_OBJECT_TYPE_POWER_AUTOMATE 11

/**
 * Objects of Power Apps.
 */
#define CBJ_OBJECT_TYPE_POWER_APPS 12

/**
 * The service sent no state, or one that this version does not know: see `cbj_job_state_text`.
 */
#define CBJ_STATE_UNKNOWN 0

/**
 * The job is running.
 */
#define CBJ_STATE_IN_PROGRESS 1

/**
 * The job ended without an error.
 */
#define CBJ_STATE_FINISHED 2

/**
 * The job failed.
 */
#define CBJ_STATE_FAILED 3

/**
 * The job ended, and some objects had errors.
 */
#define CBJ_STATE_FINISHED_WITH_EXCEPTION 4

/**
 * The job ended after it had processed only a part of its objects.
 */
#define CBJ_STATE_PARTIALLY_FINISHED 5

/**
 * The name of a status as this header spells it, e.g. "CBJ_ERROR_TIMEOUT".
 *
 * Returns: static text, never NULL; "CBJ_ERROR_UNKNOWN" for a number that this version does not know.
 * Threads: any.
 */
const char *cbj_status_name(cbj_status status);

/**
 * The version of the library that is loaded, e.g. "1.2.3". `CBJ_VERSION_MAJOR`, `CBJ_VERSION_MINOR` and
 * `CBJ_VERSION_PATCH` are the version of the header that a program was compiled with.
 *
 * Returns: static text, never NULL.
 * Threads: any.
 */
const char *cbj_version(void);

/**
 * Whether the loaded library was built with a part that a build can leave out: "certificate" (client certificates as
 * credentials) or "system-trust" (`CBJ_TRUST_SYSTEM`). `cbj_client_new` refuses a configuration that needs a missing part.
 *
 * Returns: 1 if the library has the part; 0 if it does not, for a name that this version does not know, and for NULL.
 * Threads: any.
 */
int32_t cbj_has_feature(const char *name);

/**
 * The status that the failed call returned.
 *
 * NULL: `CBJ_ERROR_INVALID_ARGUMENT`.
 * Threads: any.
 */
cbj_status cbj_error_status(const cbj_error *error);

/**
 * One line for a person: what was asked of whom, what came back, what to do. English, UTF-8, without line breaks and
 * control characters, safe to print and to log. Programs must not interpret it, because its wording may change.
 *
 * Returns: text owned by `error`, valid until `cbj_error_free`; NULL only for NULL.
 * Threads: any.
 */
const char *cbj_error_message(const cbj_error *error);

/**
 * The HTTP status of the answer, e.g. 403. If the answer's envelope has a `statusCode` of its own, it is that number: the
 * service documents that the envelope's number counts.
 *
 * Returns: 0 where no answer came, and for NULL.
 * Threads: any.
 */
int32_t cbj_error_http_status(const cbj_error *error);

/**
 * The service's id of the request (`requestId`), which the vendor's support asks for.
 *
 * Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, and for NULL.
 * Threads: any.
 */
const char *cbj_error_request_id(const cbj_error *error);

/**
 * The trace id of the request (`traceId`), a W3C traceparent.
 *
 * Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, and for NULL.
 * Threads: any.
 */
const char *cbj_error_trace_id(const cbj_error *error);

/**
 * How long the service asked to wait before the next request (`Retry-After`), in milliseconds after the answer.
 *
 * Returns: -1 where the service named no time, and for NULL.
 * Threads: any.
 */
int64_t cbj_error_retry_after_ms(const cbj_error *error);

/**
 * Whether the same call makes sense later without a change. 1 for every failure after which the call itself tries again
 * (see `cbj_config_set_max_retries`), for a call whose time was up, for HTTP 425, and for every 5xx except 501 and 505.
 * 0 after `cbj_client_cancel`, because every call ends in the same way until `cbj_client_resume`.
 *
 * Returns: 1 or 0; 0 for NULL.
 * Threads: any.
 */
int32_t cbj_error_is_retryable(const cbj_error *error);

/**
 * The number of entries in the service's own list of errors (`errors`, ApiError).
 *
 * Returns: 0 where the service sent none, and for NULL.
 * Threads: any.
 */
size_t cbj_error_detail_count(const cbj_error *error);

/**
 * The code of an entry, e.g. "InvalidParameter".
 *
 * Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, where `index` is
 * `cbj_error_detail_count` or more, and for NULL.
 * Threads: any.
 */
const char *cbj_error_detail_code(const cbj_error *error,
                                  size_t index);

/**
 * The field of the request that an entry is about.
 *
 * Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, where `index` is
 * `cbj_error_detail_count` or more, and for NULL.
 * Threads: any.
 */
const char *cbj_error_detail_field(const cbj_error *error,
                                   size_t index);

/**
 * The text of an entry.
 *
 * Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, where `index` is
 * `cbj_error_detail_count` or more, and for NULL.
 * Threads: any.
 */
const char *cbj_error_detail_message(const cbj_error *error,
                                     size_t index);

/**
 * Frees an error. Afterwards every text of the error is invalid.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_error_free(cbj_error *error);

/**
 * Makes a configuration in which every option has its default.
 *
 * Returns: a handle that the caller frees with `cbj_config_free`; NULL only after a defect of this library.
 * Threads: any.
 */
cbj_config *cbj_config_new(void);

/**
 * Frees a configuration. Clients that were made from it continue to work.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_config_free(cbj_config *config);

/**
 * Sets the tenant's data center, which determines the URLs of the service and of the identity service. One of au, sg, ca,
 * ne, we, fr, de, jp, kr, ch, uk, us, uae, za, qa, gcp-au, gcp-jp, gcp-us, gcp-we, gcp-kr, gov, aos2 and fedramp, in upper
 * or lower case.
 *
 * Service page: "Use AvePoint Graph API".
 */
cbj_status cbj_config_set_data_center(cbj_config *config,
                                      const char *name);

/**
 * Sets the service's URL, e.g. `https://graph-us.avepointonlineservices.com`. Wins over the data center. The URL may have
 * a path. It must be ASCII, without user name, query and fragment, and at most 2048 bytes. It must begin with https; http
 * is accepted for loopback (localhost, 127.0.0.0/8, ::1), and for any host after `cbj_config_set_allow_http`.
 */
cbj_status cbj_config_set_base_url(cbj_config *config,
                                   const char *url);

/**
 * Sets the identity service's token URL, e.g. `https://identity.avepointonlineservices.com/connect/token`. Wins over
 * the data center. The rules are those of the base URL. The URL is used exactly as it is, also as the audience of a
 * certificate's assertion: a slash at its end counts. It is used only with a client secret or a certificate.
 *
 * Service page: "Use AvePoint Graph API", section "Authentication and Authorization".
 */
cbj_status cbj_config_set_identity_url(cbj_config *config,
                                       const char *url);

/**
 * Sets an access token that the program obtained itself, without "Bearer". The client uses it until
 * `cbj_client_set_access_token` replaces it. Set only one of access token, client secret and certificate.
 */
cbj_status cbj_config_set_access_token(cbj_config *config, const char *token);

/**
 * Sets the client id and the client secret of the app registration. With them the client gets its access tokens itself:
 * when it needs the first token, shortly before a token expires, and when the service refuses a token.
 *
 * Service page: "Use AvePoint Graph API", section "Authentication and Authorization", OAuth 2.0 client credentials.
 */
cbj_status cbj_config_set_client_secret(cbj_config *config,
                                        const char *client_id,
                                        const char *secret);

/**
 * Sets the client id of the app registration and the file of its certificate. With them the client gets its access
 * tokens itself, as with a client secret. The vendor recommends certificates over secrets.
 *
 * `path`: a PEM file with the certificate and its private key in any order (PKCS#8, also encrypted; PKCS#1), or a PKCS#12
 * file (.pfx, .p12) as OpenSSL, Windows and .NET write it. If the file has several keys, the first one is used, with the
 * certificate that belongs to it. The key must be an RSA key of 2048 to 4096 bits. `cbj_client_new` reads the file, and
 * nothing reads it again. A file that takes more than about 3 seconds or 64 MiB to decrypt is refused.
 * `password`: the password of the file; NULL if the file has none.
 *
 * `cbj_client_new` returns `CBJ_ERROR_CONFIG` for a file that cannot be read, a wrong password, a key that does not belong
 * to the certificate, a key that is not RSA, a certificate that has expired or is not yet valid, and a key without a
 * password in a file that other users can read. A library that was built without the cargo feature "certificate" refuses
 * every certificate.
 *
 * Service page: "Use AvePoint Graph API", section "Authentication and Authorization", with a certificate.
 */
cbj_status cbj_config_set_client_certificate(cbj_config *config,
                                             const char *client_id,
                                             const char *path,
                                             const char *password);

/**
 * Sets the scope that access tokens are requested for. Default: "microsoft365backup.jobInfo.read.all", the permission
 * that the service requires.
 */
cbj_status cbj_config_set_scope(cbj_config *config,
                                const char *scope);

/**
 * Sets the location for calls that pass NULL, e.g. "EUR". Only for Multi-Geo tenants: with a location, any other tenant
 * gets an empty answer. Default: none; the tenant's central location answers.
 */
cbj_status cbj_config_set_location(cbj_config *config,
                                   const char *location);

/**
 * Sets how many milliseconds a whole call may take, with token, request, answer and retries. Default: 30000. At least 1.
 */
cbj_status cbj_config_set_timeout_ms(cbj_config *config,
                                     uint32_t ms);

/**
 * Sets how many milliseconds one attempt to connect may take, within the call's time: the look-up of the name, the
 * connection to one of its addresses and the TLS handshake together. Default: 10000. At least 1.
 */
cbj_status cbj_config_set_connect_timeout_ms(cbj_config *config,
                                             uint32_t ms);

/**
 * Sets how many times a call tries again after a failure that may pass, within the call's time. Such failures are: a
 * look-up that failed for now, as the resolver says; a connection that cannot be made; a connection that breaks in the TLS
 * handshake or before the whole answer has come; an answer that is cut short; and HTTP 408, 429, 502, 503 and 504. The
 * request for a token is repeated in the same way. 0: never. Default: 2. Not counted as a retry: a new connection after
 * the server had closed one that was kept open.
 *
 * The call waits before a retry: up to 250 ms, and twice as long before each further one, up to 8 seconds; or as long as
 * the service asks for (`Retry-After`). If that would take longer than the time that is left, the call does not wait but
 * fails at once, and `cbj_error_retry_after_ms` has the service's wish.
 */
cbj_status cbj_config_set_max_retries(cbj_config *config,
                                      uint32_t retries);

/**
 * Sets the size of the largest answer that is read, in bytes. Default: 8388608 (8 MiB). At least 1. A call that gets a
 * larger answer stops reading and returns `CBJ_ERROR_PROTOCOL`.
 *
 * Memory: a call needs at most three times the size of its answer and 1 MiB, whatever the answer contains. Afterwards a
 * job or an error keeps only its own texts.
 */
cbj_status cbj_config_set_max_response_bytes(cbj_config *config,
                                             uint64_t bytes);

/**
 * Sets the path of a PEM file with the certificates that are trusted instead of all others. `cbj_config_set_trust` has no
 * effect then. Behind an inspecting proxy, set the file of the proxy's certificate. `cbj_client_new` reads the file, and
 * nothing reads it again.
 */
cbj_status cbj_config_set_ca_file(cbj_config *config,
                                  const char *path);

/**
 * Sets whose certificates are trusted where no CA file is set: `CBJ_TRUST_BUNDLED` or `CBJ_TRUST_SYSTEM`. Any other number
 * is `CBJ_ERROR_INVALID_ARGUMENT`. Default: `CBJ_TRUST_BUNDLED`. `cbj_client_new` reads the system's certificates, and
 * nothing reads them again.
 */
cbj_status cbj_config_set_trust(cbj_config *config,
                                cbj_trust trust);

/**
 * Sets the proxy through which the service and the identity service are reached, by CONNECT. A proxy that is set here is
 * used for every host.
 *
 * `url`: "http://host:port" or "https://host:port". User and password stand before the host, percent-encoded:
 * "http://user:p%40ss@host:port". At most 4096 bytes. "": no proxy at all. NULL, the default: the proxy that the
 * environment names when `cbj_client_new` is called.
 *
 * In the environment the first variable counts that is not empty: of HTTPS_PROXY, https_proxy, ALL_PROXY and all_proxy for
 * https, and of http_proxy, ALL_PROXY and all_proxy for http. Loopback is reached without a proxy, and so is everything
 * that NO_PROXY or no_proxy lists. The entries of the list are separated by commas: a name, which includes every name
 * under it, with or without a leading dot; an address; a name or an address with a port; a network like 10.0.0.0/8; or "*"
 * for everything.
 *
 * If the proxy refuses, the call returns `CBJ_ERROR_CONNECT`, and the message has the proxy's answer.
 */
cbj_status cbj_config_set_proxy(cbj_config *config,
                                const char *url);

/**
 * Sets a text that stands before the library's own User-Agent, e.g. "my-monitor/3.1". Printable ASCII, at most 1024 bytes.
 */
cbj_status cbj_config_set_user_agent(cbj_config *config,
                                     const char *text);

/**
 * Sets whether plain http to hosts other than loopback is allowed: 1 or 0. Any other number is
 * `CBJ_ERROR_INVALID_ARGUMENT`. Default: 0. With 1, everyone on the network can read the tokens and secrets.
 */
cbj_status cbj_config_set_allow_http(cbj_config *config, int32_t allow);

/**
 * Sets every option that has an environment variable, as the setters would. An empty variable counts as not set, with one
 * exception: an empty `CBJ_PROXY` means no proxy. Yes and no are written 1 and 0, or true and false.
 *
 * `CBJ_DATA_CENTER`: the tenant's data center, which names both URLs: `us`, `gcp-jp`, `gov` and so on.
 * `CBJ_BASE_URL`: the URL of the service; wins over the data center.
 * `CBJ_IDENTITY_URL`: the token URL of the identity service, used exactly as it is; wins over the data center.
 * `CBJ_ACCESS_TOKEN`: an access token that the program got itself.
 * `CBJ_CLIENT_ID`: the client id of the app registration.
 * `CBJ_CLIENT_SECRET`: the client secret of the app registration.
 * `CBJ_CLIENT_CERTIFICATE`: the path of the file with the certificate of the app registration and its private key:
 * PEM, or PKCS#12 (.pfx, .p12).
 * `CBJ_CLIENT_CERTIFICATE_PASSWORD`: the password of the certificate's file. Default: none.
 * `CBJ_SCOPE`: the scope that access tokens are requested for. Default: microsoft365backup.jobInfo.read.all.
 * `CBJ_LOCATION`: the location of the jobs in a Multi-Geo tenant, for calls that name none. Default: none.
 * `CBJ_TIMEOUT_MS`: the milliseconds that a whole call may take, retries included. Default: 30000.
 * `CBJ_CONNECT_TIMEOUT_MS`: the milliseconds that one attempt to connect may take. Default: 10000.
 * `CBJ_MAX_RETRIES`: how many times a call tries again. Default: 2.
 * `CBJ_MAX_RESPONSE_BYTES`: the size in bytes of the largest answer that is read; a call takes at most three times the
 * size of its answer, and 1 MiB. Default: 8388608.
 * `CBJ_CA_FILE`: the path of a PEM file with the certificates that are trusted instead of all others.
 * `CBJ_TRUST`: whose certificates are trusted: `bundled` for Mozilla's authorities, `system` for those of the machine,
 * or of `SSL_CERT_FILE` and `SSL_CERT_DIR`. Default: bundled.
 * `CBJ_PROXY`: the proxy: `http[s]://[user:password@]host:port`, user and password percent-encoded; empty for no
 * proxy. Default: from the environment.
 * `CBJ_USER_AGENT`: text that is put before the library's own User-Agent. Default: none.
 * `CBJ_ALLOW_HTTP`: whether plain http is allowed to hosts other than loopback: `true` or `false`. Default: false.
 *
 * The value may also be in a file, whose path is then the value of `CBJ_ACCESS_TOKEN_FILE`, `CBJ_CLIENT_SECRET_FILE`,
 * `CBJ_CLIENT_CERTIFICATE_PASSWORD_FILE` or `CBJ_PROXY_FILE`.
 *
 * This function reads such a file, and ignores a byte order mark at its beginning and one line break at its end. It refuses a
 * file that other users can read or write, as ssh does with keys.
 *
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` where a variable has a value that its option does not take, or names a file that
 * cannot be used: the message names the variable, and nothing is set; `CBJ_ERROR_INVALID_ARGUMENT` where `config` is NULL.
 * Threads: one per configuration, and while no other thread changes the environment.
 */
cbj_status cbj_config_load_env(cbj_config *config,
                               cbj_error **error);

/**
 * Sets every option that a file contains, as the setters would. The file is one JSON object in UTF-8 with these members.
 * `cbj_config_load_env` describes them:
 *
 * Text: `data_center`, `base_url`, `identity_url`, `access_token`, `client_id`, `client_secret`, `client_certificate`,
 * `client_certificate_password`, `scope`, `location`, `ca_file`, `proxy` and `user_agent`.
 * Numbers: `timeout_ms`, `connect_timeout_ms`, `max_retries` and `max_response_bytes`.
 * "bundled" or "system": `trust`.
 * true or false: `allow_http`.
 *
 * The value may also be in a file, whose path is then the value of `access_token_file`, `client_secret_file`,
 * `client_certificate_password_file` or `proxy_file`.
 *
 * Which files are refused, because whoever can change identity_url, proxy or ca_file can receive the secret:
 *
 * A file that holds a secret, if other users can read it, as ssh does with keys.
 * A file that holds a secret, or the path of a secret or a certificate, if other users can change it, or if it belongs to
 * neither root nor the user who runs the program.
 * Any other file that other users can change: `cbj_client_new` refuses it if the client has a secret from elsewhere.
 *
 * The message has the command to run. On Windows, SYSTEM and the group Administrators are not other users.
 *
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` where the file cannot be used, is not JSON, has a name that is not an option or
 * that comes twice, or has a value that its option does not take: the message has line, column and the nearest option, and
 * nothing is set; `CBJ_ERROR_INVALID_ARGUMENT` where `config` or `path` is NULL, or `path` is not UTF-8.
 * Threads: one per configuration.
 */
cbj_status cbj_config_load_file(cbj_config *config,
                                const char *path,
                                cbj_error **error);

/**
 * Sets one option by its name. The names and values are those of the object that `cbj_config_load_file` reads, with each
 * value written as text. Made for bindings to other languages and for programs with option files of their own; a C
 * program has the setters.
 *
 * `name`: e.g. "timeout_ms". A token, a secret, a password or a proxy may also be in a file, with the names and rules of
 * `cbj_config_load_file`; the value of "client_secret_file" is the path of such a file.
 * `value`: a number in decimal digits; "true" or "1", "false" or "0"; "bundled" or "system" for trust. Upper and lower
 * case are the same in these words. An empty value is an empty text, as "" in the file: it means no proxy for proxy, and
 * the empty password for client_certificate_password. Any other option refuses it, here or in `cbj_client_new`. To keep
 * the default of an option, do not set it.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `config`, `name` or `value` is NULL, where `name` or `value` is
 * not UTF-8, where `name` is not an option (the message has the nearest one), and where the option does not take the
 * value; `CBJ_ERROR_CONFIG` where the file of a secret cannot be read or is open to other users, because then the argument
 * is right and the machine has to change. After a failure the configuration is unchanged. The message names the option,
 * and shows no value that may be a secret.
 * Threads: one per configuration.
 */
cbj_status cbj_config_set_option(cbj_config *config,
                                 const char *name,
                                 const char *value,
                                 cbj_error **error);

/**
 * Sets the log function of the clients that are made from this configuration. It gets the lines up to `max_level`:
 *
 * `CBJ_LOG_ERROR`: a call failed; the line is the error's message.
 * `CBJ_LOG_WARN`: a call continued, but a person should look at something: the service refused a token; a token could not
 * be renewed early, and the old one is still used; a certificate expires within 30 days, or other users can read its file;
 * an environment variable has nearly the name of an option; the answer is about another job than the one that was asked
 * for; a list of jobs is, or may be, incomplete.
 * `CBJ_LOG_INFO`: one line for each job or page that was asked for: method, path, status, milliseconds, attempts, request
 * id.
 * `CBJ_LOG_DEBUG`: what happens inside a call: look-up, connection, tunnel, TLS version and cipher, the reuse of a
 * connection, a retry and its reason, a new token and how long it is used.
 *
 * `log`: NULL turns logging off. That is the default and costs nothing. `user_data`: passed to the function unchanged; it
 * must stay valid as long as a client of this configuration lives. `max_level`: an unknown number is
 * `CBJ_ERROR_INVALID_ARGUMENT`.
 */
cbj_status cbj_config_set_log(cbj_config *config,
                              cbj_log_fn log,
                              void *user_data,
                              cbj_log_level max_level);

/**
 * Makes a client from a configuration. Judges the configuration and reads the files that it names. Sends nothing and
 * starts no thread, so a program may call it before the network is up.
 *
 * `config`: remains the caller's. `client`: receives a handle that the caller frees with `cbj_client_free`; NULL on
 * failure.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` where an option is missing, contradictory, malformed or names a file that cannot
 * be read; `CBJ_ERROR_INVALID_ARGUMENT` where `config` or `client` is NULL.
 * Threads: one per configuration.
 */
cbj_status cbj_client_new(const cbj_config *config,
                          cbj_client **client,
                          cbj_error **error);

/**
 * Frees a client. Connections and token are freed with the last client that shares them (`cbj_client_share`). Do not call
 * it while another thread is inside a call with the client.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_client_free(cbj_client *client);

/**
 * Retrieves the details of one job. Blocks until the job has arrived, the call has failed for good, or the configured time
 * is up.
 *
 * `job_id`: the service's id of the job, e.g. "FB20241015105312327583". An id that is empty, ".", "..", longer than 256
 * bytes, or that contains a control character is refused, and nothing is sent.
 * `location`: the location of the job in a Multi-Geo tenant, e.g. "EUR"; letters, digits, '-', '_' and '.'. NULL: the
 * configured one, or none.
 * `job`: receives a handle that the caller frees with `cbj_job_free`; NULL on failure.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK` or any of the `CBJ_ERROR_...` numbers but `CBJ_ERROR_CONFIG`; `CBJ_ERROR_INVALID_ARGUMENT` where
 * `client`, `job_id` or `job` is NULL, where a text is not UTF-8, and for an id or a location that is refused.
 * Threads: any number at once with one client.
 *
 * Service page: "Retrieve Job Details", GET /backup/m365/cloudbackupjobs/{jobId}.
 */
cbj_status cbj_client_get_job(cbj_client *client,
                              const char *job_id,
                              const char *location,
                              cbj_job **job,
                              cbj_error **error);

/**
 * Waits until a job has ended: a restore or a backup that was just started. Asks for the job again and again (a poll), on
 * one connection, until its state is terminal (`cbj_state_is_terminal`). A failure that is retryable
 * (`cbj_error_is_retryable`) does not end the wait, also if every poll fails. Each pause is up to a tenth shorter or
 * longer than the interval, so that many programs do not ask at the same moment, and at least as long as the service asks
 * for (`Retry-After`). Shortly before the time is up, there is a last poll.
 *
 * `job_id`, `location`: as for `cbj_client_get_job`.
 * `poll_interval_ms`: the time between two polls. 0: 30000.
 * `timeout_ms`: the time for the whole wait, at least 1. A single poll takes no longer than a call of this client may.
 * `job`: receives a handle that the caller frees with `cbj_job_free`; NULL on failure.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK` for a job that has ended, well or not: read its state; `CBJ_ERROR_TIMEOUT` when the time is up, with a
 * message that names the last state; else as `cbj_client_get_job`, for a failure that is not retryable.
 * `CBJ_ERROR_INVALID_ARGUMENT` also where `timeout_ms` is 0. `cbj_client_cancel` ends the wait within 50 ms. If the last
 * poll failed, the message says "The last poll failed" and why, and the error of `CBJ_ERROR_TIMEOUT` has what the service
 * answered to that poll: HTTP status, ids, `Retry-After`. Where no answer came, the HTTP status is 0.
 * Threads: any number at once with one client.
 *
 * Service page: "Retrieve Job Details", GET /backup/m365/cloudbackupjobs/{jobId}.
 */
cbj_status cbj_client_wait_job(cbj_client *client,
                               const char *job_id,
                               const char *location,
                               uint32_t poll_interval_ms,
                               uint32_t timeout_ms,
                               cbj_job **job,
                               cbj_error **error);

/**
 * Makes a second client that uses the same connections, access token and look-ups of names. It has its own timeout, which
 * is at first that of `client`, and its own cancel; at first it is not cancelled. Make one for each thread that must be
 * stopped alone. Its log function is the same. `cbj_client_set_access_token` with either of the two counts for both.
 *
 * `other`: receives a handle that the caller frees with `cbj_client_free`, before or after `client`; NULL on failure.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `client` or `other` is NULL. Sends nothing.
 * Threads: any, also while other threads are inside calls.
 */
cbj_status cbj_client_share(cbj_client *client,
                            cbj_client **other,
                            cbj_error **error);

/**
 * Sets how many milliseconds a whole call of this client may take, as `cbj_config_set_timeout_ms` does, for calls that
 * begin from now on. At least 1. A call that has begun keeps its time. Other clients that share the connections keep
 * theirs.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `client` is NULL or `ms` is 0.
 * Threads: any, also while other threads are inside calls.
 */
cbj_status cbj_client_set_timeout_ms(cbj_client *client,
                                     uint32_t ms);

/**
 * Replaces the access token of a client that was configured with one, for calls that begin from now on. A call that has
 * begun keeps its token; if the service refuses that token, the call continues with the new one.
 *
 * `token`: without "Bearer"; copied.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `client` or `token` is NULL, or the token is empty, not UTF-8,
 * longer than 16384 bytes or contains a blank or a control character; `CBJ_ERROR_CONFIG` where the client gets its tokens
 * itself, with a client secret or a certificate.
 * Threads: any, also while other threads are inside calls.
 */
cbj_status cbj_client_set_access_token(cbj_client *client,
                                       const char *token);

/**
 * Cancels the calls of this client. Every call that has begun ends with `CBJ_ERROR_CANCELLED` within 50 ms, whatever it
 * waits for: a look-up, a connection, an answer, the time before a retry, or another thread's token. Every later call ends
 * in the same way at once, until `cbj_client_resume`: also `cbj_job_iter_next` of a list that the client made. A call that
 * already has its answer may still succeed.
 *
 * Async-signal-safe: it makes an atomic addition, an `fstat` and a `send`, and keeps `errno`. So a handler of SIGTERM or
 * SIGALRM may call it. On Windows a handler of `SetConsoleCtrlHandler` may call it; it makes an atomic addition and a
 * `send`, and keeps `GetLastError`.
 *
 * NULL: nothing happens.
 * Threads: any, also while other threads are inside calls, and signal handlers; not after `cbj_client_free` was called.
 * In a child made by `fork` it cancels only the calls of the child, and in the parent only those of the parent.
 */
void cbj_client_cancel(cbj_client *client);

/**
 * Ends the effect of `cbj_client_cancel`: later calls work again. First waits until the cancelled calls have ended, which
 * takes some milliseconds; after one second it does not wait any longer. If the client is cancelled again meanwhile, it
 * stays cancelled.
 *
 * NULL, or a client that is not cancelled: nothing happens.
 * Threads: any, but not signal handlers.
 */
void cbj_client_resume(cbj_client *client);

/**
 * The name of a type of job: "all", "backup", "restore", "export", "deletion" or "retention".
 *
 * Returns: static text; NULL for a number that has no name here.
 * Threads: any.
 */
const char *cbj_job_type_name(cbj_job_type job_type);

/**
 * The type of job with this name. Upper and lower case, blanks, '_' and '-' make no difference.
 *
 * Returns: one of the `CBJ_JOB_TYPE_...` numbers; -1 for any other name and for NULL.
 * Threads: any.
 */
cbj_job_type cbj_job_type_from_name(const char *name);

/**
 * The name of a kind of objects: "all", "exchange-online", "sharepoint-online", "onedrive", "microsoft-365-groups",
 * "project-online", "public-folder", "teams", "viva-engage", "teams-chat", "power-bi", "power-automate" or "power-apps".
 *
 * The numbers that have a name follow each other without a gap: a program that wants every kind begins with 1 and counts
 * until this function returns NULL.
 *
 * Returns: static text; NULL for a number that has no name here.
 * Threads: any.
 */
const char *cbj_object_type_name(cbj_object_type object_type);

/**
 * The kind of objects with this name. Upper and lower case, blanks, '_' and '-' make no difference: "Exchange Online" and
 * "exchange-online" are the same.
 *
 * Returns: one of the `CBJ_OBJECT_TYPE_...` numbers, `CBJ_OBJECT_TYPE_ALL` for "all"; -1 for any other name and for NULL.
 * Threads: any.
 */
cbj_object_type cbj_object_type_from_name(const char *name);

/**
 * Makes a query for every job that started in the last 7 days.
 *
 * Returns: a handle that the caller frees with `cbj_query_free`; NULL only after a defect of this library.
 * Threads: any.
 */
cbj_query *cbj_query_new(void);

/**
 * Frees a query. Lists and summaries that were made with it stay as they are.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_query_free(cbj_query *query);

/**
 * Asks for jobs that started at this time or later. A job that started earlier is not found, even if it still runs or
 * ended later: to see what runs now, look back for longer than the longest run. A job whose start time cannot be read is
 * always found.
 *
 * `unix_ms`: milliseconds since 1970-01-01T00:00:00Z. `CBJ_NO_TIME`: no limit. Default: 7 days before the call.
 */
cbj_status cbj_query_set_since_ms(cbj_query *query,
                                  int64_t unix_ms);

/**
 * Asks for jobs that started before this time. A job whose start time cannot be read is always found.
 *
 * `unix_ms`: milliseconds since 1970-01-01T00:00:00Z. `CBJ_NO_TIME`, the default: no limit.
 */
cbj_status cbj_query_set_until_ms(cbj_query *query, int64_t unix_ms);

/**
 * Asks for jobs of one type, e.g. `CBJ_JOB_TYPE_BACKUP`. Default: `CBJ_JOB_TYPE_ALL`, so that restores are found, too.
 */
cbj_status cbj_query_set_job_type(cbj_query *query,
                                  cbj_job_type job_type);

/**
 * Asks for jobs about one kind of objects, e.g. `CBJ_OBJECT_TYPE_ONEDRIVE`. Default: `CBJ_OBJECT_TYPE_ALL`. A job does not
 * say what kind of objects it is about: this is the only way to know.
 */
cbj_status cbj_query_set_object_type(cbj_query *query,
                                     cbj_object_type object_type);

/**
 * Asks for jobs that the service finds in one state, e.g. `CBJ_STATE_FAILED`. Default: `CBJ_STATE_UNKNOWN`, which means
 * any state.
 */
cbj_status cbj_query_set_state(cbj_query *query,
                               cbj_state state);

/**
 * Asks for jobs in one location of a Multi-Geo tenant, e.g. "EUR": letters, digits, '-', '_' and '.', at most 64.
 *
 * `location`: NULL, the default: the configured location, or all locations if none is configured.
 */
cbj_status cbj_query_set_location(cbj_query *query,
                                  const char *location);

/**
 * Sets how many jobs to ask for at once: 1 to 1000. Default: 50. The service may send fewer; then more pages are asked
 * for. A page must fit into the largest answer (`cbj_config_set_max_response_bytes`).
 */
cbj_status cbj_query_set_page_size(cbj_query *query,
                                   uint32_t jobs);

/**
 * Sets after how many jobs a listing gives up; it then says that it is incomplete. At least 1. Default: 10000. It also
 * gives up after as many jobs outside of the query's time, or 10000 if that is more: a service may not know the filter.
 */
cbj_status cbj_query_set_max_jobs(cbj_query *query,
                                  uint32_t jobs);

/**
 * Begins to list the jobs that a query means, and fetches the first page. Blocks as `cbj_client_get_job` does.
 *
 * The jobs have the members of `cbj_client_get_job`'s, and nothing that says their type, kind of objects or location: what
 * a job is about is known only from what was asked for. `cbj_client_get_job` may not find a listed job of another location
 * unless the location is named. `cbj_job_request_id` of a listed job is the id of the request for its page.
 *
 * An empty list is not good news: the service sends one, too, for a location that the tenant does not have.
 *
 * `query`: remains the caller's. NULL: every job that started in the last 7 days.
 * `iter`: receives a handle that the caller frees with `cbj_job_iter_free`; NULL on failure.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`, also for an empty list, or any of the `CBJ_ERROR_...` numbers but `CBJ_ERROR_CONFIG`;
 * `CBJ_ERROR_INVALID_ARGUMENT` where `client` or `iter` is NULL, and for a query whose time begins after its end;
 * `CBJ_ERROR_PROTOCOL` for an entry that cannot be read as a job, with its place: `data[3].backupDetails.failedNumber`.
 * Threads: any number at once with one client.
 *
 * Service page: "List Jobs", GET /backup/m365/cloudbackupjobs.
 */
cbj_status cbj_client_list_jobs(cbj_client *client,
                                const cbj_query *query,
                                cbj_job_iter **iter,
                                cbj_error **error);

/**
 * Takes the next job. May fetch a page, which may take the client's whole time. After a failure the next call asks for the
 * same page again, and nothing is lost; a program that goes on after failures decides when to stop.
 *
 * `job`: receives a handle that the caller frees with `cbj_job_free`; NULL at the end, and on failure.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`, at the end with `job` NULL; else as `cbj_client_list_jobs`.
 * Threads: one per iterator.
 */
cbj_status cbj_job_iter_next(cbj_job_iter *iter,
                             cbj_job **job,
                             cbj_error **error);

/**
 * The service's own total, as it said last. It counts the days that the library asks for in addition, so it is often
 * larger than the number of jobs returned: do not compare the two, `cbj_job_iter_is_complete` does.
 *
 * Returns: -1 where the service did not say it.
 * Threads: one per iterator.
 */
int64_t cbj_job_iter_total_count(const cbj_job_iter *iter);

/**
 * How many jobs the service says it has and did not send. 0 where none is known to be missing; see
 * `cbj_job_iter_is_complete` for what that proves.
 *
 * Returns: -1 where the number is unknown: before the end, where the listing gave up (`cbj_query_set_max_jobs`), and for
 * NULL.
 * Threads: one per iterator.
 */
int64_t cbj_job_iter_missing_count(const cbj_job_iter *iter);

/**
 * Whether the list has ended and no job is known to be missing. A job is missing if the service says that there are more
 * than it sent (`cbj_job_iter_missing_count`), or if the listing gave up (`cbj_query_set_max_jobs`). The log
 * (`CBJ_LOG_WARN`) says it, too. 1 proves nothing where the service names no total (`cbj_job_iter_total_count` is -1): it may then have sent a part without saying
 * so.
 *
 * Returns: 1, or 0; 0 also before the end, and for NULL.
 * Threads: one per iterator.
 */
int32_t cbj_job_iter_is_complete(const cbj_job_iter *iter);

/**
 * Frees an iterator, also before its end. Its jobs are the caller's, and stay.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_job_iter_free(cbj_job_iter *iter);

/**
 * Reads every job that a query means, and says what ran last, how it ended and what runs now. Reads all pages within the
 * time of one call: for a list of many pages allow more time (`cbj_client_set_timeout_ms`) or ask for larger pages. Needs
 * 16 bytes of memory for each job, and keeps only the latest ones.
 *
 * A summary without jobs is not good news: nothing ran, or nothing was asked for that exists, such as a location that the
 * tenant does not have. A program that watches backups treats it as a failure.
 *
 * `query`: remains the caller's. NULL: every job that started in the last 7 days.
 * `summary`: receives a handle that the caller frees with `cbj_summary_free`; NULL on failure.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: as `cbj_client_list_jobs`; `CBJ_OK` also where there is no job. If a page fails, the call fails, and the next
 * call reads all pages again.
 * Threads: any number at once with one client.
 *
 * Service page: "List Jobs", GET /backup/m365/cloudbackupjobs.
 */
cbj_status cbj_client_summarize_jobs(cbj_client *client,
                                     const cbj_query *query,
                                     cbj_summary **summary,
                                     cbj_error **error);

/**
 * The job that started last, whatever its state.
 *
 * Returns: a job that the summary owns; NULL where there is no job.
 */
const cbj_job *cbj_summary_latest(const cbj_summary *summary);

/**
 * The job that ended last, among those in a terminal state (`cbj_state_is_terminal`). A job whose finish time is not known
 * counts by its start time.
 *
 * Returns: a job that the summary owns; NULL where no job has ended.
 */
const cbj_job *cbj_summary_latest_ended(const cbj_summary *summary);

/**
 * The job in one state that started last. `CBJ_STATE_UNKNOWN` means jobs whose state is absent or not known to this
 * version.
 *
 * Returns: a job that the summary owns; NULL where no job is in that state, and for a number that is no state.
 */
const cbj_job *cbj_summary_latest_in_state(const cbj_summary *summary,
                                           cbj_state state);

/**
 * How many different jobs started in the query's time.
 *
 * Returns: -1 for NULL.
 */
int64_t cbj_summary_count(const cbj_summary *summary);

/**
 * How many of them are in one state. `CBJ_STATE_UNKNOWN` means jobs whose state is absent or not known to this version.
 *
 * Returns: -1 for a number that is no state, and for NULL.
 */
int64_t cbj_summary_count_in_state(const cbj_summary *summary,
                                   cbj_state state);

/**
 * The service's own total, as it said last. It counts the days that the library asks for in addition, so it is often
 * larger than `cbj_summary_count`: do not compare the two, `cbj_summary_is_complete` does.
 *
 * Returns: -1 where the service did not say it.
 */
int64_t cbj_summary_total_count(const cbj_summary *summary);

/**
 * How many jobs the service says it has and did not send. 0 where none is known to be missing; see
 * `cbj_summary_is_complete` for what that proves.
 *
 * Returns: -1 where the number is unknown: where the listing gave up (`cbj_query_set_max_jobs`), and for NULL.
 */
int64_t cbj_summary_missing_count(const cbj_summary *summary);

/**
 * Whether no job is known to be missing. A job is missing if the service says that there are more than it sent
 * (`cbj_summary_missing_count`), or if the listing gave up (`cbj_query_set_max_jobs`). The log (`CBJ_LOG_WARN`) says it,
 * too. 1 proves nothing where the service names no total (`cbj_summary_total_count` is -1): it may then have sent a part without saying so.
 *
 * Returns: 1 or 0; 0 also for NULL.
 */
int32_t cbj_summary_is_complete(const cbj_summary *summary);

/**
 * Frees a summary. Afterwards its jobs and their texts are invalid.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_summary_free(cbj_summary *summary);

/**
 * Reads a saved answer of the service: the JSON text of the whole envelope, as it came over HTTP. Sends nothing.
 *
 * `json`: `length` bytes of UTF-8; no NUL is needed at the end. The library reads it only during the call.
 * `job`: receives a handle that the caller frees with `cbj_job_free`; NULL on failure.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_PROTOCOL` for text that is not JSON, not UTF-8 or not of the documented shape;
 * `CBJ_ERROR_NOT_FOUND` for an envelope without a job; the status that belongs to the envelope's own `statusCode` where
 * that is not 2xx; `CBJ_ERROR_INVALID_ARGUMENT` where `json` or `job` is NULL, or `length` is above `PTRDIFF_MAX`.
 * Threads: any.
 */
cbj_status cbj_job_parse(const char *json,
                         size_t length,
                         cbj_job **job,
                         cbj_error **error);

/**
 * Frees a job. Afterwards every text of the job is invalid.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_job_free(cbj_job *job);

/**
 * The job's id (`id`).
 */
const char *cbj_job_id(const cbj_job *job);

/**
 * The job's state (`state`). Upper and lower case, blanks, '_' and '-' make no difference in the service's text.
 *
 * Returns: `CBJ_STATE_UNKNOWN` also for NULL.
 */
cbj_state cbj_job_state(const cbj_job *job);

/**
 * The state as the service wrote it, also if this version does not know it.
 */
const char *cbj_job_state_text(const cbj_job *job);

/**
 * The name of a state: "unknown", "in-progress", "finished", "failed", "finished-with-exception" or "partially-finished".
 * It is the same for every spelling of the service, unlike `cbj_job_state_text`.
 *
 * Returns: static text; NULL for a number that is no state.
 * Threads: any.
 */
const char *cbj_state_name(cbj_state state);

/**
 * The state with this name. Upper and lower case, blanks, '_' and '-' make no difference.
 *
 * Returns: one of the `CBJ_STATE_...` numbers; -1 for any other name and for NULL.
 * Threads: any.
 */
cbj_state cbj_state_from_name(const char *name);

/**
 * Whether a job in this state has ended: it will not change any more.
 *
 * Returns: 1 or 0; 0 for `CBJ_STATE_UNKNOWN` and for numbers that are no state.
 * Threads: any.
 */
int32_t cbj_state_is_terminal(cbj_state state);

/**
 * When the job started (`startTime`), in milliseconds since 1970-01-01T00:00:00Z; finer fractions are cut off.
 *
 * Returns: `CBJ_NO_TIME` also where the text cannot be read; then `cbj_job_start_time_text` has the text.
 */
int64_t cbj_job_start_time_ms(const cbj_job *job);

/**
 * When the job ended (`finishTime`), in milliseconds since 1970-01-01T00:00:00Z; finer fractions are cut off.
 *
 * Returns: `CBJ_NO_TIME` while the job runs, and where the text cannot be read; then `cbj_job_finish_time_text` has the
 * text.
 */
int64_t cbj_job_finish_time_ms(const cbj_job *job);

/**
 * `startTime` as sent: ISO 8601, usually UTC.
 */
const char *cbj_job_start_time_text(const cbj_job *job);

/**
 * `finishTime` as sent: ISO 8601, usually UTC. NULL while the job runs.
 */
const char *cbj_job_finish_time_text(const cbj_job *job);

/**
 * Finish minus start, in milliseconds.
 *
 * Returns: -1 where one of them is absent, and where the finish is before the start.
 */
int64_t cbj_job_elapsed_ms(const cbj_job *job);

/**
 * The service's own `duration` in hours. Its unit is coarse, because 0.001 hours are 3.6 seconds. `cbj_job_elapsed_ms` is
 * exact.
 *
 * Returns: NaN where it is absent or cannot be read; then `cbj_job_duration_text` has the text, if there is one.
 */
double cbj_job_duration_hours(const cbj_job *job);

/**
 * `duration` as sent: a decimal number of hours.
 */
const char *cbj_job_duration_text(const cbj_job *job);

/**
 * The number of objects in the job (`totalNumber` or `totalCount`). -1 where the service did not say.
 */
int64_t cbj_job_total_count(const cbj_job *job);

/**
 * The number of objects that failed (`failedNumber` or `failedCount`). -1 where the service did not say.
 */
int64_t cbj_job_failed_count(const cbj_job *job);

/**
 * The number of objects that succeeded (`successfulNumber` or `successfulCount`). -1 where the service did not say.
 */
int64_t cbj_job_successful_count(const cbj_job *job);

/**
 * The number of objects that were skipped (`skippedNumber` or `skippedCount`). -1 where the service did not say.
 */
int64_t cbj_job_skipped_count(const cbj_job *job);

/**
 * The number of top errors that the service listed (`jobErrors`). They keep the order in which the service sent them; the
 * vendor documents no order.
 *
 * Returns: 0 where it listed none, where it sent no list (`cbj_job_has_error_list`), and for NULL.
 */
size_t cbj_job_error_count(const cbj_job *job);

/**
 * Whether the service sent the list of top errors (`jobErrors`), even an empty one. Where it sent none (a missing member
 * or null), a `cbj_job_error_count` of 0 does not mean that the job had no error.
 *
 * Returns: 1 or 0; -1 for NULL.
 */
int32_t cbj_job_has_error_list(const cbj_job *job);

/**
 * The text of a top error (`value`). NULL also where `index` is `cbj_job_error_count` or more.
 */
const char *cbj_job_error_message(const cbj_job *job, size_t index);

/**
 * The URL of a page about a top error (`url`). NULL also where `index` is `cbj_job_error_count` or more.
 */
const char *cbj_job_error_url(const cbj_job *job, size_t index);

/**
 * How many times a top error occurred in this job (`number`). -1 where the service did not say, and where `index` is
 * `cbj_job_error_count` or more.
 */
int64_t cbj_job_error_occurrences(const cbj_job *job,
                                  size_t index);

/**
 * Whether an error code is associated with a top error (`isErrorCode`).
 *
 * Returns: 1 or 0; -1 where the service did not say, where `index` is `cbj_job_error_count` or more, and for NULL.
 */
int32_t cbj_job_error_has_code(const cbj_job *job,
                               size_t index);

/**
 * The envelope's `requestId`, which the vendor's support asks for.
 */
const char *cbj_job_request_id(const cbj_job *job);

/**
 * The envelope's `traceId`, a W3C traceparent.
 */
const char *cbj_job_trace_id(const cbj_job *job);

/**
 * When the service wrote the answer (the envelope's `timestamp`), by the service's clock, in milliseconds since
 * 1970-01-01T00:00:00Z. `CBJ_NO_TIME` where the time is absent or cannot be read. Where this machine's clock may be wrong,
 * count how long ago a job ended from here.
 */
int64_t cbj_job_response_time_ms(const cbj_job *job);

/**
 * The JSON text of the `data` object exactly as sent, with the members that this library does not know. NULL only for
 * NULL.
 */
const char *cbj_job_json(const cbj_job *job);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CLOUDBACKUPJOBS_H */
