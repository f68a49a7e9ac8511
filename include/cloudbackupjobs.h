/*
 * cloudbackupjobs.h - the details of one Cloud Backup for Microsoft 365 job, for C and C++
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Not affiliated with AvePoint.
 *
 * Generated from src/ffi: change it there, then run CBJ_GENERATE=1 cargo test --test generated
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
 *         cbj_client *client = NULL;
 *         cbj_job *job = NULL;
 *         cbj_error *error = NULL;
 *
 *         cbj_config_set_data_center(config, "us");
 *         cbj_config_set_client_secret(config, "client id", "client secret");
 *         if (cbj_client_new(config, &client, &error) == CBJ_OK &&
 *             cbj_client_get_job(client, "FB20241015105312327583", NULL, &job, &error) == CBJ_OK) {
 *             int64_t failed = cbj_job_failed_count(job);
 *
 *             if (failed >= 0)
 *                 printf("state %d, %" PRId64 " failed\n", (int)cbj_job_state(job), failed);
 *             else
 *                 printf("state %d, the service did not say how many failed\n", (int)cbj_job_state(job));
 *         } else {
 *             fprintf(stderr, "%s\n", cbj_error_message(error));
 *         }
 *         cbj_error_free(error);
 *         cbj_job_free(job);
 *         cbj_client_free(client);
 *         cbj_config_free(config);
 *         return 0;
 *     }
 *
 * RULES THAT HOLD EVERYWHERE
 *
 * Handles    are opaque. Each is freed by its own function, which takes NULL.
 * Failure    is a cbj_status other than CBJ_OK. Where a reason helps, the last parameter receives a cbj_error. There is
 *            no "last error" of a thread or of the process.
 * Out        parameters are written and never read: a handle that is still in one is not freed, so free it before you
 *            use the variable again. After a success the handle is new and the error is NULL. After a failure the
 *            handle is NULL and the error is new. The pointer for the error may be NULL.
 * Texts in   are NUL-terminated UTF-8. The library copies them.
 * Texts out  are NUL-terminated UTF-8. The handle owns them; they are valid until it is freed. A text that is absent is
 *            NULL.
 * Absent     numbers are never 0: counts and occurrences of a job are -1, times are CBJ_NO_TIME, hours are NaN.
 * NULL       is accepted for every pointer. An accessor answers "absent", a function that frees does nothing, and any
 *            other function answers CBJ_ERROR_INVALID_ARGUMENT, unless its comment gives NULL a meaning. An index that is
 *            out of range answers "absent", too.
 * Constants  are 32-bit numbers. The library refuses a number that it does not know; a newer library may return a number
 *            that your program does not know. Yes is 1, no is 0, and -1 is "absent".
 * Threads    Any number of threads may use a cbj_client at once, and may read a cbj_job or a cbj_error at once. Only one
 *            thread at a time may use a cbj_config.
 * The host   keeps its process: the library never exits, aborts or prints, installs no signal handler, and changes
 *            neither the environment nor the locale. A defect of the library ends as CBJ_ERROR_INTERNAL. Two things end
 *            the process: memory that runs out, as in every Rust program, and a C++ exception that leaves a log function.
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
 * What a time is that is absent or cannot be read: the value of `INT64_MIN`.
 */
#define CBJ_NO_TIME (-9223372036854775807 - 1)

/**
 * Asks the service. Keeps connections and the access token between calls, so make one and keep it.
 *
 * Made by `cbj_client_new`, freed by `cbj_client_free`. May be used by many threads at once,
 * except that `cbj_client_free` waits for nobody: call it when the last other call has returned. Jobs and errors that
 * it gave out are independent of it.
 *
 * After `fork` a client that the parent made works in parent and child alike, also if other threads were inside calls
 * at that moment. The child makes its own connections and look-ups, and holds no descriptor of the parent's; it begins
 * with the access token, and the cancelled state, that the parent had. Each process frees its own copy.
 * Not from inside a call: a signal handler that interrupted one may fork, but its child must not return into the call.
 * Handlers of `pthread_atfork` may make calls and free clients.
 *
 * A program that closes descriptors which are not its own, as daemons do when they begin, may close the client's between
 * two calls: the client makes another connection, and leaves alone what the program opens under the same numbers.
 */
typedef struct cbj_client cbj_client;

/**
 * How to reach the service, and as whom.
 *
 * Made by `cbj_config_new`, freed by `cbj_config_free`. Belongs to one thread at a time. A client takes a copy: the
 * configuration may be changed or freed as soon as `cbj_client_new` has returned.
 *
 * What every setter has in common: it copies its texts, and a later call wins over an earlier one. It returns `CBJ_OK`,
 * or `CBJ_ERROR_INVALID_ARGUMENT` where a pointer is NULL or a text is not UTF-8, and then changes nothing. Whether the
 * options make sense is judged by `cbj_client_new`, whose error names the option. `cbj_config_load_env`,
 * `cbj_config_load_file` and `cbj_config_set_option` are like calls of the setters: of all calls the last one wins.
 *
 * Needed are a data center, or a base URL; and an access token, or a client id with a client secret or a certificate.
 */
typedef struct cbj_config cbj_config;

/**
 * Why a call failed: a status, one line for a person, and what the service said.
 *
 * Made by the functions that take `cbj_error **error`, freed by `cbj_error_free`. Independent of the client and of
 * every other handle: it may outlive them. Immutable: any number of threads may read it.
 *
 * No secret is ever part of it.
 */
typedef struct cbj_error cbj_error;

/**
 * One job as the service described it.
 *
 * Made by `cbj_client_get_job` and `cbj_job_parse`, freed by `cbj_job_free`. Independent of the client: it may outlive it.
 * Immutable: any number of threads may read it.
 *
 * What the accessors have in common: a text is owned by the job and valid until `cbj_job_free`. What the service did not
 * send (a missing member, null or an empty string) is NULL for a text, -1 for a count, `CBJ_NO_TIME` for a time and NaN
 * for hours, never 0; a NULL handle answers the same. A U+0000 inside a text of the service reads as U+FFFD.
 *
 * Service page: "Retrieve Job Details", response.
 */
typedef struct cbj_job cbj_job;

/**
 * How a call went: `CBJ_OK` or one of the `CBJ_ERROR_...` numbers. The numbers never change. New ones may be added: treat
 * a number that you do not know as an error.
 *
 * Each number says what happened, whether the same call makes sense later without a change ("Retryable"), how long to wait
 * before it where the service named no time (`cbj_error_retry_after_ms`), and what a person can do. Where it says "except",
 * `cbj_error_is_retryable` has the answer for the error at hand.
 */
typedef int32_t cbj_status;

/**
 * Whose certificates are trusted: one of the `CBJ_TRUST_...` numbers.
 */
typedef int32_t cbj_trust;

/**
 * How much a line of the log matters: one of the `CBJ_LOG_...` numbers, the smaller the more. New ones may be added.
 */
typedef int32_t cbj_log_level;

/**
 * A function of the host that is told what a client does.
 *
 * `user_data`: as given to `cbj_config_set_log`. `level`: one of the `CBJ_LOG_...` numbers. `message`: one line without a line
 * break, NUL-terminated UTF-8, valid until the function returns. No secret is part of it.
 *
 * It is called on the thread of the call that it tells of, by several threads at once if several make calls. It may
 * call the library, also with the same client; what the library does for it is not logged. The call goes on when it
 * returns, so while it blocks no deadline is kept and no cancelling noticed.
 *
 * It must return. A C++ exception that leaves it ends the process (abort), for this library cannot catch one: a function
 * that may throw needs a catch of its own. The same happens where it ends its thread (pthread_exit, or a cancellation of the
 * thread). A longjmp out of it is not allowed: it would leave the client with a token fetch that never ends. A Rust function
 * may panic if it is `extern "C-unwind"`: the panic ends here, and the call goes on.
 */
typedef void (*cbj_log_fn)(void *user_data, cbj_log_level level, const char *message);

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
 * number that is no choice. Nothing was sent.
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
 * The service answered 404, or its answer holds no job.
 *
 * Retryable: no.
 * What to do: check the job id, the location, the data center and the licence of the tenant.
 */
#define CBJ_ERROR_NOT_FOUND 5

/**
 * The service answered with any other 4xx (400, 405, 413, 422 and so on) or any 3xx: redirects are not followed.
 *
 * Retryable: no, except HTTP 408 and 425.
 * Wait: one minute, or until the program asks the next time anyway.
 * What to do: correct what the message and the details name.
 */
#define CBJ_ERROR_REJECTED 6

/**
 * The service answered 429: too many requests.
 *
 * Retryable: yes.
 * Wait: one minute, or until the program asks the next time anyway.
 * What to do: ask less often.
 */
#define CBJ_ERROR_RATE_LIMITED 7

/**
 * The service answered 5xx: it failed, or a gateway before it.
 *
 * Retryable: yes, except HTTP 501 and 505.
 * Wait: one minute, or until the program asks the next time anyway.
 * What to do: try again later; if it stays so, give the request id to the vendor's support.
 */
#define CBJ_ERROR_SERVER 8

/**
 * The host name could not be resolved.
 *
 * Retryable: yes, except where the resolver says that there is no such name.
 * Wait: one minute, or until the program asks the next time anyway.
 * What to do: check the host name and this machine's name resolution.
 */
#define CBJ_ERROR_RESOLVE 9

/**
 * The connection was refused or not made in time, the host is unreachable, the proxy refused, or the process may open
 * no more files.
 *
 * Retryable: yes, except where the proxy refused with 3xx, 4xx or 501.
 * Wait: one minute, or until the program asks the next time anyway.
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
 * Wait: one minute, or until the program asks the next time anyway.
 * What to do: try again.
 */
#define CBJ_ERROR_NETWORK 12

/**
 * The call's time was up. The message says what the call was doing.
 *
 * Retryable: yes.
 * Wait: one minute, or until the program asks the next time anyway.
 * What to do: try again, or allow more time (`cbj_config_set_timeout_ms`).
 */
#define CBJ_ERROR_TIMEOUT 13

/**
 * `cbj_client_cancel` ended the call, or did not let it begin.
 *
 * Retryable: no.
 * What to do: `cbj_client_resume`, then call again.
 */
#define CBJ_ERROR_CANCELLED 14

/**
 * The answer is not HTTP, not JSON, not of the documented shape, cut short, or larger than allowed.
 *
 * Retryable: no, except where the answer was cut short.
 * Wait: one minute, or until the program asks the next time anyway.
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
 * Those of the machine: of the environment variables SSL_CERT_FILE and SSL_CERT_DIR if one is set, else where the system
 * keeps them.
 */
#define CBJ_TRUST_SYSTEM 1

/**
 * A call failed.
 */
#define CBJ_LOG_ERROR 1

/**
 * A call went on, but something should be looked after.
 */
#define CBJ_LOG_WARN 2

/**
 * One line per call.
 */
#define CBJ_LOG_INFO 3

/**
 * What happens inside of a call.
 */
#define CBJ_LOG_DEBUG 4

/**
 * The service sent no state, or one that this version does not know: see `cbj_job_state_text`.
 */
#define CBJ_STATE_UNKNOWN 0

/**
 * The job runs.
 */
#define CBJ_STATE_IN_PROGRESS 1

/**
 * The job ended without an error.
 */
#define CBJ_STATE_FINISHED 2

/**
 * The job ended and failed.
 */
#define CBJ_STATE_FAILED 3

/**
 * The job ended, and some objects had errors.
 */
#define CBJ_STATE_FINISHED_WITH_EXCEPTION 4

/**
 * The job ended with a part of its objects.
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
 * The version of the library that is loaded, e.g. "1.2.3". The header that a program was compiled with says
 * `CBJ_VERSION_MAJOR`, `CBJ_VERSION_MINOR` and `CBJ_VERSION_PATCH`.
 *
 * Returns: static text, never NULL.
 * Threads: any.
 */
const char *cbj_version(void);

/**
 * Whether the library that is loaded was built with a part that can be left out: "certificate" (client certificates as
 * credentials) or "system-trust" (`CBJ_TRUST_SYSTEM`). A configuration that needs a part that is not there is refused by
 * `cbj_client_new`.
 *
 * Returns: 1 if it has the part; 0 if it has not, for a name that this version does not know, and for NULL.
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
 * One line for a person: what was asked of whom, what came back, what to do. English, UTF-8, without line breaks or
 * control characters, safe to print or to log. Not for programs: its wording changes.
 *
 * Returns: text owned by `error`, valid until `cbj_error_free`; NULL only for NULL.
 * Threads: any.
 */
const char *cbj_error_message(const cbj_error *error);

/**
 * The HTTP status of the answer, e.g. 403. Where the answer's envelope has a `statusCode` of its own, it is that one:
 * the service documents it as the one that counts.
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
 * How long the service asked to wait before the next request (`Retry-After`), in milliseconds from the answer on.
 *
 * Returns: -1 where the service named no time, and for NULL.
 * Threads: any.
 */
int64_t cbj_error_retry_after_ms(const cbj_error *error);

/**
 * Whether the same call would make sense later, without anything being changed first: 1 for everything that the call
 * itself tries again (see `cbj_config_set_max_retries`), for a call whose time was up, and for HTTP 425 and every 5xx but
 * 501 and 505. 0 after `cbj_client_cancel`: until `cbj_client_resume` every call would end so.
 *
 * Returns: 1 or 0; 0 for NULL.
 * Threads: any.
 */
int32_t cbj_error_is_retryable(const cbj_error *error);

/**
 * How many entries the service's own list of errors has (`errors`, ApiError).
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
 * Frees an error. Every text that it gave out is invalid from then on.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_error_free(cbj_error *error);

/**
 * Makes a configuration with every default.
 *
 * Returns: a handle that the caller frees with `cbj_config_free`; NULL only after a defect of this library.
 * Threads: any.
 */
cbj_config *cbj_config_new(void);

/**
 * Frees a configuration. Clients that were made of it go on.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_config_free(cbj_config *config);

/**
 * Sets the tenant's data center, which names both the service's URL and the identity service's: au, sg, ca, ne, we, fr,
 * de, jp, kr, ch, uk, us, uae, za, qa, gcp-au, gcp-jp, gcp-us, gcp-we, gcp-kr, gov, aos2 or fedramp. Case does not
 * count.
 *
 * Service page: "Use AvePoint Graph API".
 */
cbj_status cbj_config_set_data_center(cbj_config *config,
                                      const char *name);

/**
 * Sets the service's URL, e.g. `https://graph-us.avepointonlineservices.com`. Wins over the data center. It may carry
 * a path, and must be ASCII without user name, query or fragment. It must be https; http is accepted for loopback
 * (localhost, 127.0.0.0/8, ::1), and for any host after `cbj_config_set_allow_http`. At most 2048 bytes.
 */
cbj_status cbj_config_set_base_url(cbj_config *config,
                                   const char *url);

/**
 * Sets the identity service's token URL, e.g. `https://identity.avepointonlineservices.com/connect/token`. Wins over
 * the data center. The same rules as for the base URL. It is used as it is, a slash at its end included, also as the
 * audience of a certificate's assertion. Only used with a client secret or a certificate.
 *
 * Service page: "Use AvePoint Graph API", section "Authentication and Authorization".
 */
cbj_status cbj_config_set_identity_url(cbj_config *config,
                                       const char *url);

/**
 * Sets an access token that the host program got itself, without "Bearer". The client uses it until
 * `cbj_client_set_access_token` replaces it. Contradicts a client secret and a certificate: set one of them.
 */
cbj_status cbj_config_set_access_token(cbj_config *config, const char *token);

/**
 * Sets the client id and the client secret of the app registration, with which the client gets its tokens itself: when
 * it needs the first one, shortly before one expires, and once more when the service refuses one.
 *
 * Service page: "Use AvePoint Graph API", section "Authentication and Authorization", OAuth 2.0 client credentials.
 */
cbj_status cbj_config_set_client_secret(cbj_config *config,
                                        const char *client_id,
                                        const char *secret);

/**
 * Sets the client id of the app registration and the file of the certificate with which the client gets its tokens
 * itself, as with a client secret. The vendor recommends certificates over secrets.
 *
 * `path`: a PEM file with the certificate and its private key in any order (PKCS#8, also encrypted; PKCS#1), or a PKCS#12
 * file (.pfx, .p12) as OpenSSL, Windows and .NET write it. Of several keys the first one is used, with the certificate that
 * belongs to it. It must be an RSA key of 2048 to 4096 bits. The file is read by `cbj_client_new`, and not again. One that
 * would take more than about 3 seconds or 64 MiB to open is refused.
 * `password`: that of the file; NULL where it has none.
 *
 * `cbj_client_new` answers `CBJ_ERROR_CONFIG` for a file that cannot be read, a wrong password, a key that does not belong
 * to the certificate, another kind of key, a certificate that has expired or is not yet valid, and a key that lies
 * in the file without a password while other users can read it. Built without the cargo feature "certificate", the
 * library refuses every certificate.
 *
 * Service page: "Use AvePoint Graph API", section "Authentication and Authorization", with a certificate.
 */
cbj_status cbj_config_set_client_certificate(cbj_config *config,
                                             const char *client_id,
                                             const char *path,
                                             const char *password);

/**
 * Sets the scope that a token is asked for. Default: "microsoft365backup.jobInfo.read.all", which is the permission
 * that the service demands.
 */
cbj_status cbj_config_set_scope(cbj_config *config,
                                const char *scope);

/**
 * Sets the location for calls that pass NULL, e.g. "EUR". Only for Multi-Geo tenants: on any other tenant a location
 * makes the answer empty. Default: none, and the tenant's central location answers.
 */
cbj_status cbj_config_set_location(cbj_config *config,
                                   const char *location);

/**
 * Sets how many milliseconds a whole call may take: token, request, answer and retries. Default: 30000. At least 1.
 */
cbj_status cbj_config_set_timeout_ms(cbj_config *config,
                                     uint32_t ms);

/**
 * Sets how many milliseconds one attempt to connect may take, within the call's time: looking the name up, connecting to
 * one of its addresses and the TLS handshake together. Default: 10000. At least 1.
 */
cbj_status cbj_config_set_connect_timeout_ms(cbj_config *config,
                                             uint32_t ms);

/**
 * Sets how often a call tries again what may pass by itself, within its time: a look-up that the resolver calls
 * temporary, a connection that cannot be made, one that breaks before the whole answer is there (in the TLS handshake,
 * too), an answer that is cut short, and HTTP 408, 429, 502, 503 and 504. This holds for the request of a token as well.
 * 0: never. Default: 2. A connection that had been kept open and turns out to be closed is replaced once beside that.
 */
cbj_status cbj_config_set_max_retries(cbj_config *config,
                                      uint32_t retries);

/**
 * Sets the size of the largest answer that is read, in bytes. Default: 8388608 (8 MiB). At least 1. A larger answer is
 * given up without being read to its end, with `CBJ_ERROR_PROTOCOL`.
 *
 * Memory: a call takes at most three times the size of its answer, and 1 MiB, whatever the answer holds. A job or an
 * error keeps its own texts afterwards, and nothing else of the answer.
 */
cbj_status cbj_config_set_max_response_bytes(cbj_config *config,
                                             uint64_t bytes);

/**
 * Sets the path of a PEM file with the certificates that are trusted instead of all others, whatever
 * `cbj_config_set_trust` says: behind an inspecting proxy, that of the proxy. It is read by `cbj_client_new`, and not
 * again.
 */
cbj_status cbj_config_set_ca_file(cbj_config *config,
                                  const char *path);

/**
 * Sets whose certificates are trusted where no CA file is set: `CBJ_TRUST_BUNDLED` or `CBJ_TRUST_SYSTEM`; any other number
 * is `CBJ_ERROR_INVALID_ARGUMENT`. Default: `CBJ_TRUST_BUNDLED`. The system's are read by `cbj_client_new`, and not again.
 */
cbj_status cbj_config_set_trust(cbj_config *config,
                                cbj_trust trust);

/**
 * Sets the proxy through which the service and the identity service are reached, with CONNECT:
 * "http://host:port" or "https://host:port". User and password go before the host, percent-encoded:
 * "http://user:p%40ss@host:port". At most 4096 bytes. What is set here holds for every host.
 *
 * `url`: NULL takes the proxy from the environment as it is when `cbj_client_new` is called, which is the default:
 * HTTPS_PROXY or https_proxy, else ALL_PROXY or all_proxy, the first that is not empty (for plain http: http_proxy, else
 * ALL_PROXY or all_proxy), but no proxy for loopback and for what NO_PROXY or no_proxy lists, separated by commas: names
 * (with everything under them, with or without a leading dot), addresses, both also with a port, networks like 10.0.0.0/8,
 * or "*" for everything. "" means no proxy at all.
 *
 * A refusal of the proxy is `CBJ_ERROR_CONNECT`, with the proxy's answer in the message.
 */
cbj_status cbj_config_set_proxy(cbj_config *config,
                                const char *url);

/**
 * Sets text that is put before the library's own User-Agent, e.g. "my-monitor/3.1". Printable ASCII, at most 1024 bytes.
 */
cbj_status cbj_config_set_user_agent(cbj_config *config,
                                     const char *text);

/**
 * Sets whether plain http is allowed to other hosts than loopback: 1 or 0, any other number is
 * `CBJ_ERROR_INVALID_ARGUMENT`. Default: 0. Tokens and secrets then cross the network readable by everyone.
 */
cbj_status cbj_config_set_allow_http(cbj_config *config, int32_t allow);

/**
 * Sets the function that is told what clients of this configuration do, up to `max_level`:
 *
 * `CBJ_LOG_ERROR`: a call failed; the error's message.
 * `CBJ_LOG_WARN`: a call went on, but something should be looked after: a token that was refused or could not be renewed
 * ahead of its end, a certificate that expires within 30 days or whose file others can read, an environment variable that is nearly
 * an option.
 * `CBJ_LOG_INFO`: one line per call: method, path, status, milliseconds, attempts, request id.
 * `CBJ_LOG_DEBUG`: inside of a call: look-up, connection, tunnel, TLS version and cipher, that a connection is used again, a
 * retry and why, a token that was fetched and until when it is used.
 *
 * `log`: NULL turns logging off, which is the default and costs nothing. `user_data`: handed to the function as it is; it
 * must stay valid as long as a client of this configuration lives. `max_level`: an unknown number is
 * `CBJ_ERROR_INVALID_ARGUMENT`.
 */
cbj_status cbj_config_set_log(cbj_config *config,
                              cbj_log_fn log,
                              void *user_data,
                              cbj_log_level max_level);

/**
 * Sets every option that the environment names, as the setters would. An empty variable counts as not set, except
 * `CBJ_PROXY`, whose empty value means no proxy. A yes or a no is written 1 or 0, or true or false.
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
 * Such a file is read now; one line break at its end is ignored. It is refused if other users can read or write it, as ssh
 * refuses keys.
 *
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` naming the variable whose value is none for its option or whose file cannot be used,
 * and then nothing is set; `CBJ_ERROR_INVALID_ARGUMENT` where `config` is NULL.
 * Threads: one per configuration, and while no other thread changes the environment.
 */
cbj_status cbj_config_load_env(cbj_config *config,
                               cbj_error **error);

/**
 * Sets every option that a file names, as the setters would. The file holds one JSON object in UTF-8 with these members,
 * which are described at `cbj_config_load_env`:
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
 * A file that holds a secret is refused if other users can read or write it, as ssh refuses keys. A file that holds a
 * secret, or the path of a secret or certificate, is also refused if other users can change it, or if it belongs to another
 * user than root and the one that runs the program: whoever changes identity_url, proxy or ca_file is sent the secret.
 * Where the secret comes from elsewhere, `cbj_client_new` refuses such a file. The message has the command to run.
 *
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` with line and column for what is not JSON, a name that is no option (with the nearest
 * one), a name that comes twice and a value that is none for its option, and without for a file that cannot be used;
 * then nothing is set. `CBJ_ERROR_INVALID_ARGUMENT` where `config` or `path` is NULL, or `path` is not UTF-8.
 * Threads: one per configuration.
 */
cbj_status cbj_config_load_file(cbj_config *config,
                                const char *path,
                                cbj_error **error);

/**
 * Sets one option by its name: the names and values of `cbj_config_load_file`'s object, each value as text. Made for
 * bindings of other languages and for programs with option files of their own; a C program has the setters.
 *
 * `name`: e.g. "timeout_ms". Token, secret, password and proxy may be given as the path of a file that holds them, with
 * the names and rules of `cbj_config_load_file`: "client_secret_file".
 * `value`: a number in decimal digits, yes and no as "true" and "false" or "1" and "0", trust as "bundled" or "system";
 * case does not count in these words. An empty value is the empty text, as "" in the file: no proxy for proxy, the empty
 * password for client_certificate_password, and refused for any other option, here or by `cbj_client_new`. To keep the
 * default of an option, do not set it.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `config`, `name` or `value` is NULL, where `name` or `value` is not
 * UTF-8, for a name that is no option (with the nearest one), and for a value that the option does not take;
 * `CBJ_ERROR_CONFIG` for a secret's file that cannot be read or is open to other users, because the argument is sound then
 * and the machine has to change. After a failure the configuration is as it was. The message names the option, and shows
 * no value that may be a secret.
 * Threads: one per configuration.
 */
cbj_status cbj_config_set_option(cbj_config *config,
                                 const char *name,
                                 const char *value,
                                 cbj_error **error);

/**
 * Makes a client of a configuration. Judges the configuration and reads the files that it names; sends nothing and
 * starts no thread, so it may be called before the network is there.
 *
 * `config`: stays the caller's. `client`: receives a handle that the caller frees with `cbj_client_free`; NULL on failure.
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
 * Frees a client, its connections and its token. Not while another thread is inside a call with it.
 *
 * NULL: nothing happens.
 * Threads: one, while no other uses the handle.
 */
void cbj_client_free(cbj_client *client);

/**
 * Retrieves the details of one job. Blocks until the job is there, the call has failed for good, or the configured time
 * is up, whichever comes first.
 *
 * `job_id`: as the service names it, e.g. "FB20241015105312327583". Refused before anything is sent: an id that is empty,
 * ".", "..", longer than 256 bytes or holds a control character.
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
 * Replaces the access token of a client that was configured with one, for calls from now on. A call under way keeps the
 * token it began with; if the service refuses that one, it goes on with the new one.
 *
 * `token`: without "Bearer"; copied.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `client` or `token` is NULL, or the token is empty, not UTF-8,
 * longer than 16384 bytes or holds a blank or control character; `CBJ_ERROR_CONFIG` where the client gets its tokens
 * itself, with a client secret.
 * Threads: any, also while others are inside calls.
 */
cbj_status cbj_client_set_access_token(cbj_client *client,
                                       const char *token);

/**
 * Cancels: every call of this client that is under way ends with `CBJ_ERROR_CANCELLED` within 50 ms, whatever it waits
 * for - a look-up, a connection, an answer, the time before a retry, another thread's token - and so does every later
 * call at once, until `cbj_client_resume`. A call that has its answer already may still succeed.
 *
 * Async-signal-safe: an atomic addition, an `fstat` and a `send`; `errno` stays what it was. So a handler of SIGTERM or
 * SIGALRM may call it.
 *
 * NULL: nothing happens.
 * Threads: any, also while others are inside calls, and signal handlers; not once `cbj_client_free` has been called.
 * In a child made by `fork` it cancels the child's calls only, and so in the parent.
 */
void cbj_client_cancel(cbj_client *client);

/**
 * Takes `cbj_client_cancel` back: later calls are made again. Returns when the calls that were cancelled have ended, which
 * is a matter of milliseconds (and after one second in any case). If the client is cancelled again meanwhile, it stays
 * cancelled.
 *
 * NULL, or a client that is not cancelled: nothing happens.
 * Threads: any, but not signal handlers.
 */
void cbj_client_resume(cbj_client *client);

/**
 * Reads an answer of the service that was saved: the JSON text of the whole envelope, as it came over HTTP. Sends nothing.
 *
 * `json`: `length` bytes of UTF-8; no NUL is needed at the end. Only read during the call.
 * `job`: receives a handle that the caller frees with `cbj_job_free`; NULL on failure.
 * `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
 *
 * Returns: `CBJ_OK`; `CBJ_ERROR_PROTOCOL` for text that is not JSON, not UTF-8 or not of the documented shape;
 * `CBJ_ERROR_NOT_FOUND` for an envelope without a job; the status that belongs to the envelope's own `statusCode` where
 * that is none of success; `CBJ_ERROR_INVALID_ARGUMENT` where `json` or `job` is NULL, or `length` is above `PTRDIFF_MAX`.
 * Threads: any.
 */
cbj_status cbj_job_parse(const char *json,
                         size_t length,
                         cbj_job **job,
                         cbj_error **error);

/**
 * Frees a job. Every text that it gave out is invalid from then on.
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
 * The job's state (`state`), read in any spelling: case, blanks, '_' and '-' do not count.
 *
 * Returns: `CBJ_STATE_UNKNOWN` also for NULL.
 */
cbj_state cbj_job_state(const cbj_job *job);

/**
 * The state as the service wrote it, also where this version does not know it.
 */
const char *cbj_job_state_text(const cbj_job *job);

/**
 * Whether a job in this state will not change any more.
 *
 * Returns: 1 or 0; 0 for `CBJ_STATE_UNKNOWN` and for numbers that are no state.
 * Threads: any.
 */
int32_t cbj_state_is_terminal(cbj_state state);

/**
 * When the job started (`startTime`), in milliseconds since 1970-01-01T00:00:00Z; finer fractions are cut off.
 *
 * Returns: `CBJ_NO_TIME` also where the text cannot be read; `cbj_job_start_time_text` has it then.
 */
int64_t cbj_job_start_time_ms(const cbj_job *job);

/**
 * When the job ended (`finishTime`), in milliseconds since 1970-01-01T00:00:00Z; finer fractions are cut off.
 *
 * Returns: `CBJ_NO_TIME` while the job runs, and where the text cannot be read; `cbj_job_finish_time_text` has it then.
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
 * Returns: -1 while either is absent, or if the finish lies before the start.
 */
int64_t cbj_job_elapsed_ms(const cbj_job *job);

/**
 * The service's own `duration` in hours. It is coarse: 0.001 hours are 3.6 seconds; `cbj_job_elapsed_ms` is exact.
 *
 * Returns: NaN where it is absent or cannot be read; `cbj_job_duration_text` has it then.
 */
double cbj_job_duration_hours(const cbj_job *job);

/**
 * `duration` as sent: a decimal number of hours.
 */
const char *cbj_job_duration_text(const cbj_job *job);

/**
 * Objects in the job (`totalNumber` or `totalCount`). -1 where the service did not say.
 */
int64_t cbj_job_total_count(const cbj_job *job);

/**
 * Objects that failed (`failedNumber` or `failedCount`). -1 where the service did not say.
 */
int64_t cbj_job_failed_count(const cbj_job *job);

/**
 * Objects that succeeded (`successfulNumber` or `successfulCount`). -1 where the service did not say.
 */
int64_t cbj_job_successful_count(const cbj_job *job);

/**
 * Objects that were skipped (`skippedNumber` or `skippedCount`). -1 where the service did not say.
 */
int64_t cbj_job_skipped_count(const cbj_job *job);

/**
 * How many top errors the service listed (`jobErrors`). They keep the order in which the service sent them; the vendor
 * documents no order.
 *
 * Returns: 0 where it listed none, and for NULL.
 */
size_t cbj_job_error_count(const cbj_job *job);

/**
 * The text of a top error (`value`). NULL also where `index` is `cbj_job_error_count` or more.
 */
const char *cbj_job_error_message(const cbj_job *job, size_t index);

/**
 * The page on a top error (`url`). NULL also where `index` is `cbj_job_error_count` or more.
 */
const char *cbj_job_error_url(const cbj_job *job, size_t index);

/**
 * How often a top error occurred in this job (`number`). -1 where the service did not say, and where `index` is
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
 * 1970-01-01T00:00:00Z. `CBJ_NO_TIME` where it is absent or cannot be read.
 */
int64_t cbj_job_response_time_ms(const cbj_job *job);

/**
 * The `data` object exactly as sent, members that this library does not know included: JSON text. NULL only for NULL.
 */
const char *cbj_job_json(const cbj_job *job);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CLOUDBACKUPJOBS_H */
