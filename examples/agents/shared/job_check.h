/*
 * job_check.h - turns a backup job into what a monitoring system needs
 *
 * The result is a verdict (OK, WARNING, CRITICAL, UNKNOWN), numbers with thresholds, and sentences for a person. To use it
 * in a program of your own, copy this folder, compile all its .c files with yours, and link -lcloudbackupjobs and -lm.
 *
 * It needs the C library, POSIX and cloudbackupjobs.h. It prints nothing and keeps no state between calls. It neither reads
 * nor sets the locale: numbers are read and written with a decimal point. This header works with C99 and later, and C++.
 *
 * The files. Each uses only files above it:
 *
 *     text.c         text that grows, and JSON strings
 *     words.c        durations, times and foreign text, written for a person
 *     clock.c        the clocks, and times in milliseconds
 *     client.c       a client from the environment and a configuration file
 *     verdicts.c     the verdicts, and the one that each state and each error has by default
 *     metrics.c      the numbers of a job: names, units, values
 *     ranges.c       the ranges of thresholds
 *     policy.c       what the operator decides: verdicts, thresholds, errors to ignore
 *     values.c       computes the numbers of a job from what the service sent
 *     thresholds.c   compares the numbers with their thresholds
 *     summary.c      the line that says how the job went
 *     details.c      the lines below it
 *     judge.c        the verdict on a job or on a failed call, with all its text
 *     json.c         the whole result as JSON
 */
#ifndef JOB_CHECK_H
#define JOB_CHECK_H

#include <regex.h>
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

/* ---- words.c: text for a person -------------------------------------------------------------------------------- */

/* Text from the service, on one line: control characters become blanks. '|' becomes a broken bar, because in the output of
 * a plugin it starts the performance data. */
void jc_text_line(jc_text *text, const char *string);
/* "39 s", "41 min 44 s", "1 h 47 min", "3 d 2 h" */
void jc_text_duration(jc_text *text, double seconds);
/* Local time with its offset: "2026-11-22 23:47:31 +0100" */
void jc_text_time(jc_text *text, int64_t unix_ms);

/* ---- clock.c: the clocks --------------------------------------------------------------------------------------- */

/* Milliseconds since 1970. */
int64_t jc_wall_ms(void);
/* Milliseconds of the clock that nobody sets. */
int64_t jc_monotonic_ms(void);
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
} jc_failure;

#define JC_FAILURES 16
extern const jc_failure jc_failures[JC_FAILURES];

/* ---- metrics.c: the numbers of a job --------------------------------------------------------------------------- */

typedef enum {
    JC_TOTAL,
    JC_FAILED,
    JC_FAILED_PERCENT,
    JC_SUCCESSFUL,
    JC_SKIPPED,
    JC_ERRORS,   /* occurrences of the top errors, without ignored errors */
    JC_DURATION, /* seconds; only of a job that has ended */
    JC_AGE,      /* seconds since the end; only of a job that has ended */
    JC_RUNNING,  /* seconds since the start; only of a job in progress */
    JC_METRICS
} jc_metric;

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

/* ---- ranges.c: thresholds -------------------------------------------------------------------------------------- */

/* A range as in the plugin guidelines. It alerts on values outside the range, or inside it after '@'. */
typedef struct {
    int is_set;
    int is_inverted;
    double start; /* -INFINITY for '~' */
    double end;   /* INFINITY if it is left out */
} jc_range;

int jc_range_alerts(const jc_range *range, double value);
/* In base units, as in performance data: "10", "5:", "~:10", "@10:20". Adds nothing for a range that is not set. */
void jc_text_range(jc_text *text, const jc_range *range);

/* ---- policy.c: what the operator decides ----------------------------------------------------------------------- */

typedef struct {
    int state_verdicts[JC_STATES];     /* in the order of jc_states */
    int failure_verdicts[JC_FAILURES]; /* in the order of jc_failures */
    jc_range warning[JC_METRICS];
    jc_range critical[JC_METRICS];
    regex_t *ignored; /* errors that do not count */
    size_t ignored_count;
    size_t listed_errors; /* how many of the top errors the details list; default 5 */
} jc_policy;

void jc_policy_init(jc_policy *policy);
void jc_policy_free(jc_policy *policy);

/*
 * Setters. They return 1, or 0 after they added to `problem` what is wrong with the text.
 *
 * set_state: "failed=warning". In the state, case, blanks, '_' and '-' do not matter.
 * set_failure: "timeout=unknown".
 * set_thresholds, for JC_WARNING or JC_CRITICAL: "failed=10,skipped=0:5,age=26h". A range without a name is for the failed
 * objects; with '%' it is for their percentage. Times take the units s, m, h, d and w; without a unit they are seconds.
 * ignore_error: an extended regular expression that matches anywhere in the text of an error.
 */
int jc_policy_set_state(jc_policy *policy, const char *assignment, jc_text *problem);
int jc_policy_set_failure(jc_policy *policy, const char *assignment, jc_text *problem);
int jc_policy_set_thresholds(jc_policy *policy, int verdict, const char *list, jc_text *problem);
int jc_policy_ignore_error(jc_policy *policy, const char *expression, jc_text *problem);

/* The same setters by name, for agents that read names. */
typedef struct {
    const char *key;    /* in a configuration file: "OnError" */
    const char *option; /* on a command line: "on-error" */
    int (*set)(jc_policy *policy, const char *value, jc_text *problem);
} jc_setting;

#define JC_SETTINGS 5
extern const jc_setting jc_settings[JC_SETTINGS];
/* The setting with a key; NULL if there is none. `compare` is strcmp, or strcasecmp where case does not matter. */
const jc_setting *jc_setting_of(const char *key, int (*compare)(const char *, const char *));
/* The keys of all settings: "Warning, Critical, State, OnError, IgnoreError". */
void jc_text_setting_keys(jc_text *text);

/* ---- judge.c: the verdict -------------------------------------------------------------------------------------- */

/* The judge functions fill it, whatever it held before. Release it with jc_result_free. */
typedef struct {
    int verdict;
    cbj_status status; /* of the call */
    int was_retrieved; /* 1: there is a job, and `state` and `values` describe it */
    cbj_state state;
    jc_value values[JC_METRICS];
    int64_t start_ms;  /* Unix milliseconds; CBJ_NO_TIME if the time is absent or impossible */
    int64_t finish_ms; /* the same; also CBJ_NO_TIME while the job runs */
    jc_text summary;   /* one line: what is wrong */
    jc_text details;   /* more lines; each ends with a line break */
} jc_result;

/*
 * Judges a job. `asked` is the id in the request. `now_ms` is the current time, in Unix milliseconds.
 *
 * A metric with a threshold can be unknown: the service did not send the count, or the time is absent, unreadable, before
 * 2000 or more than five minutes in the future. Then the verdict is at least UNKNOWN.
 */
void jc_judge_job(const jc_policy *policy, const cbj_job *job, const char *asked, int64_t now_ms, jc_result *result);
/* Judges a failed call. `message` replaces the message of the error; it may be NULL. `error` may be NULL. */
void jc_judge_failure(const jc_policy *policy, cbj_status status, const cbj_error *error, const char *message,
                      jc_result *result);
void jc_result_free(jc_result *result);

/* ---- json.c: everything ---------------------------------------------------------------------------------------- */

/*
 * The result as one JSON object without line breaks: job_id, verdict, verdict_text, status, summary, details, state,
 * state_text, start_time, finish_time, metrics (value, unit, warning, critical), errors (message, url, occurrences,
 * ignored), request_id, trace_id, error (http_status, retryable, retry_after_ms, details), and job, the JSON that the
 * service sent. Unknown members are null; unknown metrics are left out. `job` and `error` may be NULL.
 */
void jc_text_result_json(jc_text *text, const jc_policy *policy, const jc_result *result, const char *asked,
                         const cbj_job *job, const cbj_error *error);

#ifdef __cplusplus
}
#endif

#endif /* JOB_CHECK_H */
