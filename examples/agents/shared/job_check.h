/*
 * job_check.h - turns backup jobs into what a monitoring system needs
 *
 * The result is a verdict (OK, WARNING, CRITICAL, UNKNOWN), numbers with thresholds, and sentences for a person. It is about
 * one job whose id is known, or about the last runs of a kind of jobs: mailboxes, OneDrive, Teams. To use it in a program of
 * your own, copy this folder, compile all its .c files with yours, and link -lcloudbackupjobs and -lm.
 *
 * It needs the C library, POSIX or Windows, and cloudbackupjobs.h. It prints nothing and keeps no state between calls. It
 * neither reads nor sets the locale: numbers are read and written with a decimal point. This header works with C99 and
 * later, and C++.
 *
 * The files. Each uses only files above it:
 *
 *     text.c         text that grows, and JSON strings
 *     system_posix.c the clocks, local time and regular expressions of POSIX
 *     system_windows.c
 *                    the clocks, local time and text patterns of Windows
 *     calendar.c     the date of a time in UTC
 *     words.c        durations, times and foreign text, written for a person
 *     clock.c        times in milliseconds
 *     client.c       a client from the environment and a configuration file
 *     kinds.c        kinds of jobs, and their names
 *     verdicts.c     the verdicts, and the one that each state and each error has by default
 *     metrics.c      the numbers of a job: names, units, values
 *     ranges.c       the ranges of thresholds
 *     expectations.c what the operator expects of a kind: thresholds, the time to look at, success
 *     exceptions.c   kinds that need not run, or not yet
 *     policy.c       what the operator decides: verdicts, thresholds, errors to ignore
 *     settings.c     what the operator decides, by name
 *     values.c       computes the numbers of a job from what the service sent
 *     runs.c         the last runs of a kind, from a list of jobs
 *     saved_runs.c   the same as bytes, for a cache
 *     thresholds.c   compares the numbers with their thresholds
 *     run_values.c   computes the numbers of a kind from its runs
 *     overdue.c      whether a success or a run of a kind is too long ago
 *     summary.c      the line that says how the job went
 *     details.c      the lines below it
 *     failures.c     the words for a failed call
 *     judge.c        the verdict on a job or on a failed call, with all its text
 *     run_words.c    what is said about the runs of a kind
 *     run_lines.c    the lines about a kind
 *     judge_runs.c   the verdict on a kind, with all its text
 *     stale.c        old runs stand in for a service that is away
 *     json.c         the whole result as JSON
 *     runs_json.c    the whole result about a kind as JSON
 */
#ifndef JOB_CHECK_H
#define JOB_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "cloudbackupjobs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- text.c: text that grows ----------------------------------------------------------------------------------- */

/* Initialise it with JC_TEXT_EMPTY and release it with jc_text_free. */
typedef struct {
    char *bytes; /* NUL-terminated; NULL while it is empty */
    size_t length;
    size_t capacity;
    int is_cut; /* 1: memory ran out, and everything added after that is missing */
} jc_text;

#define JC_TEXT_EMPTY {NULL, 0, 0, 0}

#if defined(__GNUC__)
#define JC_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define JC_PRINTF(text, first)
#endif

/* Like printf. Not for floating point, which printf writes with the decimal point of the locale: see jc_text_number. */
void jc_text_add(jc_text *text, const char *format, ...) JC_PRINTF(2, 3);
void jc_text_bytes(jc_text *text, const char *bytes, size_t length);
/* A number with at most three decimals and no trailing zeros: 0.333, 2.5, 3600. */
void jc_text_number(jc_text *text, double number);
/* A JSON string, or null for NULL. */
void jc_text_json(jc_text *text, const char *string);
/* The text as a string; "" if nothing was added. */
const char *jc_text_get(const jc_text *text);
void jc_text_free(jc_text *text);
/* How many bytes of a string to keep in `max_bytes` without cutting a UTF-8 character. */
size_t jc_fitting_length(const char *string, size_t max_bytes);

/* ---- calendar.c: dates in UTC ---------------------------------------------------------------------------------- */

/* "2100-01-01 00:00:00 +0000" */
void jc_text_utc(jc_text *text, int64_t unix_ms);

/* ---- words.c: text for a person -------------------------------------------------------------------------------- */

/* Text from the service, on one line: control characters become blanks. '|' becomes a broken bar, because in the output of
 * a plugin it starts the performance data. */
void jc_text_line(jc_text *text, const char *string);
/* "39 s", "41 min 44 s", "1 h 47 min", "3 d 2 h" */
void jc_text_duration(jc_text *text, double seconds);
/* The same in one unit, rounded down, and at least two of a unit but seconds: "90 s", "41 min", "31 h", "3 d". */
void jc_text_short_duration(jc_text *text, double seconds);
/* Local time with its offset: "2026-11-22 23:47:31 +0100". UTC for a time that the C library has no calendar for. */
void jc_text_time(jc_text *text, int64_t unix_ms);

/* ---- system_posix.c, system_windows.c: the clocks -------------------------------------------------------------- */

/* Milliseconds since 1970. */
int64_t jc_wall_ms(void);
/* Milliseconds of the clock that nobody sets. */
int64_t jc_monotonic_ms(void);

/* ---- clock.c: times in milliseconds ---------------------------------------------------------------------------- */

/* A time of either clock, in the form that waiting functions take. */
struct timespec;
void jc_set_timespec(struct timespec *time, int64_t ms);
/* Reads a number of seconds from `least` to a day. Returns 1 and the time in milliseconds, or 0 and the problem. */
int jc_parse_seconds(const char *text, int least, int64_t *ms, jc_text *problem);

/* ---- client.c: the client -------------------------------------------------------------------------------------- */

/*
 * Makes a client from the environment and the JSON file `config_file` (NULL: no file). The file takes precedence. A call
 * may take `timeout_ms`. `log` receives messages up to `level`; it may be NULL.
 *
 * Like cbj_client_new, this causes no network traffic, and the caller frees the error.
 */
cbj_status jc_make_client(const char *config_file, int64_t timeout_ms, cbj_log_fn log, cbj_log_level level,
                          cbj_client **client, cbj_error **error);

/* ---- kinds.c: kinds of jobs ------------------------------------------------------------------------------------ */

/*
 * A kind of jobs: those of a type (backup, restore ...) about objects of a type (mailboxes, OneDrive ...), in a location of a
 * Multi-Geo tenant or in all. Its name is OBJECT-TYPE[/JOB-TYPE[/LOCATION]], and it never changes: "exchange-online",
 * "onedrive/restore", "onedrive/backup/EUR". A job type that is left out or empty is backup.
 */
#define JC_LOCATION_BYTES 65

typedef struct {
    cbj_object_type object_type;
    cbj_job_type job_type;
    char location[JC_LOCATION_BYTES]; /* "": as configured, or all locations */
} jc_kind;

/*
 * Reads a name. `job_type` and `location` count for the parts that the name does not have; NULL: backup, "". In the names of
 * types, case, blanks, '_' and '-' do not matter. Returns 0 and the problem, with the names that are valid.
 */
int jc_kind_parse(const char *name, const char *job_type, const char *location, jc_kind *kind, jc_text *problem);
/* The name, in its shortest form. */
void jc_text_kind(jc_text *text, const jc_kind *kind);
/* The name as an identifier, for graphs: "exchange_online", "onedrive_restore", "onedrive_eur". */
void jc_text_kind_identifier(jc_text *text, const jc_kind *kind);
/* {"kind":"onedrive","object_type":"onedrive","job_type":"backup","location":""}, as for a discovery. */
void jc_text_kind_json(jc_text *text, const jc_kind *kind);
int jc_kind_is_same(const jc_kind *one, const jc_kind *other);

/* Which kinds a threshold or an exception is for: all, or those with this object type and these parts. */
typedef struct {
    int has_object_type; /* 0: all kinds */
    int has_job_type;
    int has_location;
    jc_kind kind;
} jc_kinds;

/* Reads a name as jc_kind_parse does. A part that the name does not have is no condition. */
int jc_kinds_parse(const char *name, jc_kinds *kinds, jc_text *problem);
int jc_kinds_have(const jc_kinds *kinds, const jc_kind *kind);

/* ---- verdicts.c: verdicts, states, errors ---------------------------------------------------------------------- */

/* The exit statuses of monitoring plugins. */
#define JC_OK 0
#define JC_WARNING 1
#define JC_CRITICAL 2
#define JC_UNKNOWN 3

/* "OK", "WARNING", "CRITICAL", "UNKNOWN"; static. */
const char *jc_verdict_name(int verdict);
/* Takes a name in upper or lower case, or a digit from 0 to 3. Returns -1 for anything else. */
int jc_verdict_from_name(const char *name);
/* The worse of two verdicts. From bad to good: CRITICAL, WARNING, UNKNOWN, OK. */
int jc_worse(int one, int other);

/* The states of a job, worst first, with their default verdicts. */
typedef struct {
    cbj_state state;
    const char *key;  /* in options: "finished-with-exception" */
    const char *name; /* in sentences: "Finished with Exception" */
    int verdict;
} jc_state;

#define JC_STATES 6
extern const jc_state jc_states[JC_STATES];
/* The row of a state; the row of CBJ_STATE_UNKNOWN for any other number. */
const jc_state *jc_state_of(cbj_state state);

/* The errors of a check, with their default verdicts. */
typedef struct {
    cbj_status status;
    const char *key; /* in options: "timeout" */
    int verdict;
    int is_unavailable; /* 1: the service or the network is away, which says nothing about a backup */
} jc_failure;

#define JC_FAILURES 16
extern const jc_failure jc_failures[JC_FAILURES];
/* The row of an error; NULL for any other number. */
const jc_failure *jc_failure_of(cbj_status status);
int jc_is_unavailable(cbj_status status);

/* ---- metrics.c: the numbers of a job and of a kind --------------------------------------------------------------- */

typedef enum {
    JC_TOTAL,
    JC_FAILED,
    JC_FAILED_PERCENT,
    JC_SUCCESSFUL,
    JC_SKIPPED,
    JC_FAILED_UNIGNORED, /* failed objects that the ignored errors do not explain */
    JC_ERRORS,           /* occurrences of the top errors, without ignored errors */
    JC_DURATION,         /* seconds; only of a job that has ended */
    JC_AGE,              /* seconds since the end; only of a job that has ended */
    JC_RUNNING,          /* seconds since the start; only of a job in progress */
    /* Of a kind only. */
    JC_SINCE_SUCCESS,       /* seconds since the last run that succeeded ended */
    JC_SINCE_RUN,           /* seconds since the last run ended */
    JC_RUNS,                /* runs that ended within the window */
    JC_FAILED_RUNS,         /* those of them that failed */
    JC_FAILED_RUNS_PERCENT, /* their share; only if there are runs */
    JC_METRICS
} jc_metric;

/* The numbers before this one are those of a job. A kind has them, too: they are those of its last run that ended. */
#define JC_JOB_METRICS JC_SINCE_SUCCESS

typedef struct {
    const char *name;  /* in options and performance data */
    const char *unit;  /* "" for a count, "%", "s" */
    const char *words; /* "%s" stands for the value: "%s failed" */
} jc_metric_kind;

extern const jc_metric_kind jc_metric_kinds[JC_METRICS];

typedef struct {
    double number; /* NaN: the service did not send it, or sent an impossible value */
    int64_t count; /* the exact number if the metric is a count; otherwise -1 */
} jc_value;

int jc_value_is_known(jc_value value);
void jc_text_value(jc_text *text, jc_value value);

/* A range as in the plugin guidelines. It alerts on values outside the range, or inside it after '@'. */
typedef struct {
    int is_set;
    int is_inverted;
    double start; /* -INFINITY for '~' */
    double end;   /* INFINITY if it is left out */
} jc_range;

/* Why a range alerts on `value`, for a person, in the unit of the metric: ">26 h", "<1", "not 5 to 10", "5 to 10" inside an
 * inverted range, ">5 %". */
void jc_text_limit(jc_text *text, jc_metric metric, const jc_range *range, double value);

/* ---- ranges.c: thresholds -------------------------------------------------------------------------------------- */

int jc_range_alerts(const jc_range *range, double value);
/* In base units, as in performance data: "10", "5:", "~:10", "@10:20". Adds nothing for a range that is not set. */
void jc_text_range(jc_text *text, const jc_range *range);

/* ---- policy.c: what the operator decides ----------------------------------------------------------------------- */

/* A range of one number for some kinds. */
typedef struct {
    jc_kinds kinds;
    int verdict; /* JC_WARNING or JC_CRITICAL */
    jc_metric metric;
    jc_range range;
} jc_kind_range;

/* Until when a kind counts as new: that it has not run, or not succeeded, is no problem then. */
typedef struct {
    jc_kinds kinds;
    int64_t until_ms; /* Unix milliseconds */
} jc_grace;

typedef struct {
    int state_verdicts[JC_STATES];     /* in the order of jc_states */
    int failure_verdicts[JC_FAILURES]; /* in the order of jc_failures; -1: not decided by its name */
    int unavailable_verdict;           /* of all failures that are `is_unavailable`; -1: the default of each */
    jc_range warning[JC_METRICS];
    jc_range critical[JC_METRICS];
    struct jc_pattern **ignored; /* errors that do not count */
    size_t ignored_count;
    size_t listed_errors; /* how many of the top errors the details list; default 5 */
    /* Of kinds. */
    int is_success[JC_STATES]; /* in the order of jc_states; default: only Finished. A run with ignored errors only is one, too */
    int none_verdict;          /* nothing ran; default CRITICAL */
    int64_t lookback_ms;       /* the time that is listed; default 15 days */
    int64_t window_ms;         /* the time that is counted; default 24 hours */
    int64_t stale_ms;          /* how long the last answer stands in for a service that is away; default 0 */
    jc_kind_range *kind_ranges;
    size_t kind_range_count;
    jc_kinds *optional; /* kinds that need not run at all */
    size_t optional_count;
    jc_grace *graces;
    size_t grace_count;
} jc_policy;

void jc_policy_init(jc_policy *policy);
void jc_policy_free(jc_policy *policy);

/*
 * Setters. They return 1, or 0 after they added to `problem` what is wrong with the text.
 *
 * set_state: "failed=warning". In the state, case, blanks, '_' and '-' do not matter.
 * set_failure: "timeout=unknown".
 * set_unavailable: "critical": the verdict of every failure of the service or the network. set_failure wins.
 * set_thresholds, for JC_WARNING or JC_CRITICAL: "failed=10, skipped=0:5, age=26h". A range without a name is for the failed
 * objects; with '%' it is for their percentage. Times take the units s, m, h, d and w; without a unit they are seconds. With
 * the name of a kind and a dot in front, a range is for that kind: "teams-chat.since_success=8d". A range replaces an earlier
 * one of the same number, verdict and kind, and leaves all others as they are.
 * ignore_error: an extended regular expression that matches anywhere in the text of an error. On Windows: a text that the
 * error contains; see system.h.
 */
int jc_policy_set_state(jc_policy *policy, const char *assignment, jc_text *problem);
int jc_policy_set_failure(jc_policy *policy, const char *assignment, jc_text *problem);
int jc_policy_set_unavailable(jc_policy *policy, const char *verdict, jc_text *problem);
int jc_policy_set_thresholds(jc_policy *policy, int verdict, const char *list, jc_text *problem);
int jc_policy_ignore_error(jc_policy *policy, const char *expression, jc_text *problem);

/* ---- expectations.c, exceptions.c: what the operator expects of a kind ------------------------------------------ */

/* A backup that succeeded longer ago than this, or than the lookback if that is shorter, is CRITICAL where the operator has
 * set no limit for the age of a success or a run. Other types of jobs have no schedule, and no such default. */
#define JC_DEFAULT_SINCE_SUCCESS 93600 /* 26 hours, in seconds */

/*
 * Setters, like those of policy.c.
 *
 * set_success: "finished,finished-with-exception": the states of a run that succeeded.
 * set_none: "warning": the verdict if nothing ran at all.
 * set_lookback, set_window, set_stale: a time, such as "15d", "24h", "15m".
 * set_grace: "2026-12-01", "2026-12-01T06:00Z", "teams=2026-12-01": UTC if there is no offset.
 * set_optional: "teams,power-bi"; "" for all kinds.
 */
int jc_policy_set_success(jc_policy *policy, const char *states, jc_text *problem);
int jc_policy_set_none(jc_policy *policy, const char *verdict, jc_text *problem);
int jc_policy_set_lookback(jc_policy *policy, const char *time, jc_text *problem);
int jc_policy_set_window(jc_policy *policy, const char *time, jc_text *problem);
int jc_policy_set_stale(jc_policy *policy, const char *time, jc_text *problem);
int jc_policy_set_grace(jc_policy *policy, const char *text, jc_text *problem);
int jc_policy_set_optional(jc_policy *policy, const char *kinds, jc_text *problem);
/* To be called when everything is set and kinds are watched. Refuses a lookback that is shorter than the window or than a
 * limit for a time. */
int jc_policy_check(const jc_policy *policy, jc_text *problem);

/* The policy with the ranges of a kind as its ranges, and with the default of since_success. It shares all else with
 * `policy`: do not free it. */
jc_policy jc_policy_of_kind(const jc_policy *policy, const jc_kind *kind);
int jc_policy_is_optional(const jc_policy *policy, const jc_kind *kind);
/* Until when the kind counts as new, in Unix milliseconds; CBJ_NO_TIME if it does not. */
int64_t jc_policy_grace_until(const jc_policy *policy, const jc_kind *kind);

/* ---- settings.c: all setters by name, for agents that read names ----------------------------------------------- */

typedef struct {
    const char *key;    /* in a configuration file: "OnError" */
    const char *option; /* on a command line: "on-error" */
    int (*set)(jc_policy *policy, const char *value, jc_text *problem);
} jc_setting;

#define JC_SETTINGS 13
extern const jc_setting jc_settings[JC_SETTINGS];
/* The setting with a key; NULL if there is none. `compare` is strcmp, or strcasecmp where case does not matter. */
const jc_setting *jc_setting_of(const char *key, int (*compare)(const char *, const char *));
/* The keys of all settings: "Warning, Critical, State, OnError, IgnoreError". */
void jc_text_setting_keys(jc_text *text);

/* ---- runs.c: the last runs of a kind --------------------------------------------------------------------------- */

/* What a list says about a kind. It holds all that a verdict needs, so that it can be judged again later. Release it with
 * jc_runs_free. */
typedef struct {
    int64_t listed_ms;   /* when the list was asked for, Unix milliseconds */
    int64_t skew_ms;     /* this machine's clock minus the service's; 0 if the service did not say its time */
    int64_t lookback_ms; /* as in the policy */
    int64_t window_ms;
    /* Jobs; NULL if there is none. Two of them may be the same one. */
    cbj_job *ended;     /* the run that ended last */
    cbj_job *succeeded; /* the run that ended last among those that succeeded */
    cbj_job *running;   /* the run in progress, if it began after `ended` began */
    cbj_job *strange;   /* the last run in a state that this version does not know, if it began after `ended` began */
    int64_t count;      /* runs that started within the lookback */
    int64_t window_runs[JC_STATES]; /* runs that ended within the window, and those in progress; in the order of jc_states */
    int64_t undated; /* runs without a usable time that did not succeed: nobody knows whether one of them is the last */
    int64_t future;  /* runs whose times are in the future, which means that a clock is wrong */
    int64_t missing; /* jobs that the service has and did not list; -1: an unknown number */
} jc_runs;

/*
 * Asks for the list of a kind, and reads all of it. A page has 100 jobs, and may take the time of a call of the client.
 * `now_ms` is the current time, in Unix milliseconds. The caller frees the error.
 */
cbj_status jc_list_runs(cbj_client *client, const jc_policy *policy, const jc_kind *kind, int64_t now_ms, jc_runs *runs,
                        cbj_error **error);
void jc_runs_free(jc_runs *runs);
/* Whether a kind has had a run in the last `lookback_ms`: 1 or 0. Usually sends one request. */
cbj_status jc_has_runs(cbj_client *client, const jc_kind *kind, int64_t lookback_ms, int64_t now_ms, int *has_runs,
                       cbj_error **error);
/* Whether the service answers at all: sends one request, for one job of any kind. */
cbj_status jc_ping(cbj_client *client, int64_t now_ms, cbj_error **error);

/* ---- saved_runs.c: runs as bytes ------------------------------------------------------------------------------- */

void jc_runs_save(jc_text *text, const jc_runs *runs);
/* Returns 0 for bytes that jc_runs_save did not write. */
int jc_runs_load(const char *bytes, size_t length, jc_runs *runs);

/* ---- judge.c: the verdict -------------------------------------------------------------------------------------- */

/* The judge functions fill it, whatever it held before. Release it with jc_result_free. */
typedef struct {
    int verdict;
    cbj_status status; /* of the call */
    int was_retrieved; /* 1: there is an answer, and `values` describe it */
    cbj_state state;   /* of the job, or of the kind's last run that ended; CBJ_STATE_UNKNOWN if there is none */
    jc_value values[JC_METRICS];
    int64_t start_ms;   /* Unix milliseconds; CBJ_NO_TIME if the time is absent or impossible */
    int64_t finish_ms;  /* the same; also CBJ_NO_TIME while the job runs */
    int64_t success_ms; /* when the kind's last run that succeeded ended; otherwise CBJ_NO_TIME */
    int64_t running_start_ms; /* when the kind's running job began; CBJ_NO_TIME if none runs, or as for start_ms */
    jc_text summary;    /* one short line: what is wrong */
    jc_text line;       /* of a kind: one line that has all of its numbers and the id of its last run */
    jc_text details;    /* more lines; each ends with a line break */
} jc_result;

/*
 * Judges a job. `asked` is the id in the request. `now_ms` is the current time, in Unix milliseconds.
 *
 * A metric with a threshold can be unknown: the service did not send the count, or the time is absent, unreadable, before
 * 2000 or more than five minutes in the future. Then the verdict is at least UNKNOWN.
 */
void jc_judge_job(const jc_policy *policy, const cbj_job *job, const char *asked, int64_t now_ms, jc_result *result);

/* What a failed call was about. */
typedef enum {
    JC_ASKED_JOB,    /* one job: not-found is CRITICAL, because there is no such backup */
    JC_ASKED_KIND,   /* the list of a kind: not-found is UNKNOWN, because nothing is known about a backup */
    JC_ASKED_SERVICE /* whether the service answers: if it is away, that is CRITICAL */
} jc_asked;

/*
 * Judges a failed call. `message` replaces the message of the error, with which the details begin; it may be NULL. `error`
 * may be NULL.
 */
void jc_judge_failure(const jc_policy *policy, jc_asked asked, cbj_status status, const cbj_error *error,
                      const char *message, jc_result *result);
void jc_result_free(jc_result *result);

/* ---- judge_runs.c: the verdict on a kind ----------------------------------------------------------------------- */

/*
 * Judges a kind by its last run that ended, beside what runs now. `now_ms` is the current time, in Unix milliseconds; the
 * runs may be older.
 */
void jc_judge_runs(const jc_policy *policy, const jc_kind *kind, const jc_runs *runs, int64_t now_ms, jc_result *result);

/* ---- json.c: everything ---------------------------------------------------------------------------------------- */

/*
 * The result as one JSON object without line breaks: job_id, verdict, verdict_text, status, summary, details, state,
 * state_text, start_time, finish_time, metrics (value, unit, warning, critical), errors (message, url, occurrences,
 * ignored), request_id, trace_id, error (http_status, retryable, retry_after_ms, details), and job, the JSON that the
 * service sent. Unknown members are null; unknown metrics are left out. `job` and `error` may be NULL.
 */
void jc_text_result_json(jc_text *text, const jc_policy *policy, const jc_result *result, const char *asked,
                         const cbj_job *job, const cbj_error *error);

/* ---- stale.c: the last good answer stands in for a service that is away, in programs that live on --------------- */

/* Whether `runs`, the last good answer, stands in for a list that failed with `status`. */
int jc_stands_in(const jc_policy *policy, cbj_status status, const jc_runs *runs, int64_t now_ms);
/* Puts before the details of a result about old runs when they were listed, and why there is no newer list. */
void jc_add_stale(jc_result *result, const jc_policy *policy, const jc_runs *runs, const char *why);

/* ---- runs_json.c: everything about a kind ---------------------------------------------------------------------- */

/*
 * The result about a kind as one JSON object without line breaks: kind, object_type, job_type, location, verdict,
 * verdict_text, status, summary, line, details, metrics (value, unit, warning, critical), run, success, running, window,
 * missing_jobs, listed_time, request_id, trace_id and error.
 *
 * run, success and running are jobs or null: job_id, state, state_text, start_time, finish_time (Unix seconds). run, the
 * last run that ended, has errors, too. window has seconds and, by state, runs. `runs` and `error` may be NULL.
 */
void jc_text_runs_json(jc_text *text, const jc_policy *policy, const jc_result *result, const jc_kind *kind,
                       const jc_runs *runs, const cbj_error *error);

#ifdef __cplusplus
}
#endif

#endif /* JOB_CHECK_H */
