/*
 * job_check.h - from a backup job to what a monitoring system wants to know of it
 *
 * A verdict (OK, WARNING, CRITICAL, UNKNOWN), numbers with thresholds, and words for a person. Needs the C library,
 * POSIX regular expressions and cloudbackupjobs.h, prints nothing and keeps nothing between calls: take the two files
 * job_check.h and job_check.c into a program of your own. C99 and later, and C++.
 *
 * Nothing here reads or sets the locale: numbers are read and written with a point whatever the host has set.
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

/* ---- Text that grows ------------------------------------------------------------------------------------------- */

/* Begins as JC_TEXT_EMPTY, ends with jc_text_free. */
typedef struct {
    char *bytes; /* NUL-terminated; NULL while it is empty */
    size_t length;
    size_t capacity;
    int is_cut; /* 1: memory ran out, and what came after that is missing */
} jc_text;

#define JC_TEXT_EMPTY {NULL, 0, 0, 0}

#if defined(__GNUC__)
#define JC_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define JC_PRINTF(text, first)
#endif

/* As printf. Not for floating point, whose decimal point is the locale's: see jc_text_number. */
void jc_text_add(jc_text *text, const char *format, ...) JC_PRINTF(2, 3);
void jc_text_bytes(jc_text *text, const char *bytes, size_t length);
/* A number with at most three decimals, without trailing zeros: 0.333, 2.5, 3600. */
void jc_text_number(jc_text *text, double number);
/* A JSON string, or null for NULL. */
void jc_text_json(jc_text *text, const char *string);
/* What is to be read: "" where nothing was added. */
const char *jc_text_get(const jc_text *text);
void jc_text_free(jc_text *text);

/* ---- Verdicts -------------------------------------------------------------------------------------------------- */

/* The exit statuses of monitoring plugins. */
#define JC_OK 0
#define JC_WARNING 1
#define JC_CRITICAL 2
#define JC_UNKNOWN 3

/* "OK", "WARNING", "CRITICAL", "UNKNOWN"; static. */
const char *jc_verdict_name(int verdict);
/* Case does not count, and the digits 0 to 3 are names too; -1 for anything else. */
int jc_verdict_from_name(const char *name);
/* The worse of two: CRITICAL, WARNING, UNKNOWN, OK. */
int jc_worse(int one, int other);

/* The states of a job, worst first, with the verdict that each has unless it is given another. */
typedef struct {
    cbj_state state;
    const char *key;  /* as options spell it: "finished-with-exception" */
    const char *name; /* as people read it: "Finished with Exception" */
    int verdict;
} jc_state;

#define JC_STATES 6
extern const jc_state jc_states[JC_STATES];
/* The row of a state; that of CBJ_STATE_UNKNOWN for a number that is none. */
const jc_state *jc_state_of(cbj_state state);

/* The errors of a check, with the verdict that each has unless it is given another. */
typedef struct {
    cbj_status status;
    const char *key; /* as options spell it: "timeout" */
    int verdict;
} jc_failure;

#define JC_FAILURES 16
extern const jc_failure jc_failures[JC_FAILURES];

/* ---- Numbers and thresholds ------------------------------------------------------------------------------------ */

typedef enum {
    JC_TOTAL,
    JC_FAILED,
    JC_FAILED_PERCENT,
    JC_SUCCESSFUL,
    JC_SKIPPED,
    JC_ERRORS,   /* occurrences of the top errors, but for those that are ignored */
    JC_DURATION, /* seconds; of a job that has ended */
    JC_AGE,      /* seconds since its end; of a job that has ended */
    JC_RUNNING,  /* seconds since its start; of a job in progress */
    JC_METRICS
} jc_metric;

typedef struct {
    const char *name; /* as options and performance data spell it */
    const char *unit; /* "" for a count, "%", "s" */
    const char *words; /* "%s" takes the value: "%s failed" */
} jc_metric_kind;

extern const jc_metric_kind jc_metric_kinds[JC_METRICS];

/* A number of a job. */
typedef struct {
    double number; /* NaN: the service did not say, or what it said cannot be so */
    int64_t count; /* the same, exact, of what is counted; -1 otherwise */
} jc_value;

int jc_value_is_known(jc_value value);
void jc_text_value(jc_text *text, jc_value value);

/* A range of the plugin guidelines: alerts outside of it, or inside with '@'. */
typedef struct {
    int is_set;
    int is_inverted;
    double start; /* -INFINITY for '~' */
    double end;   /* INFINITY where it is left out */
} jc_range;

int jc_range_alerts(const jc_range *range, double value);
/* In base units, as performance data has it: "10", "5:", "~:10", "@10:20"; nothing for one that is not set. */
void jc_text_range(jc_text *text, const jc_range *range);

/* ---- What the operator decides --------------------------------------------------------------------------------- */

typedef struct {
    int state_verdicts[JC_STATES];     /* by the place in jc_states */
    int failure_verdicts[JC_FAILURES]; /* by the place in jc_failures */
    jc_range warning[JC_METRICS];
    jc_range critical[JC_METRICS];
    regex_t *ignored; /* errors that are known and do not count */
    size_t ignored_count;
    size_t listed_errors; /* how many of the top errors the details list; 5 */
} jc_policy;

void jc_policy_init(jc_policy *policy);
void jc_policy_free(jc_policy *policy);

/*
 * Setters. They return 1, or 0 and say in `problem` what is wrong with the text that they were given.
 *
 * state: "failed=warning"; case, blanks, '_' and '-' in the state do not count.
 * failure: "timeout=unknown".
 * thresholds, for JC_WARNING or JC_CRITICAL: "failed=10,skipped=0:5,age=26h". A range without a name is for failed
 * objects; one with '%' is for their percentage. Times take s, m, h, d and w; without they are seconds.
 * ignored error: an extended regular expression, found anywhere in an error's text.
 */
int jc_policy_set_state(jc_policy *policy, const char *assignment, jc_text *problem);
int jc_policy_set_failure(jc_policy *policy, const char *assignment, jc_text *problem);
int jc_policy_set_thresholds(jc_policy *policy, int verdict, const char *list, jc_text *problem);
int jc_policy_ignore_error(jc_policy *policy, const char *expression, jc_text *problem);

/* ---- The client ------------------------------------------------------------------------------------------------ */

/*
 * A client as every agent has it: what the environment says, over that the JSON file `config_file` unless it is NULL, and
 * at most `timeout_ms` for a call. `log` is told up to `level`; NULL: nobody is. As cbj_client_new, it asks nobody, and
 * its error is freed by the caller.
 */
cbj_status jc_make_client(const char *config_file, int64_t timeout_ms, cbj_log_fn log, cbj_log_level level,
                          cbj_client **client, cbj_error **error);

/* ---- The judgement --------------------------------------------------------------------------------------------- */

/* Begins zeroed by the functions that fill it, ends with jc_result_free. */
typedef struct {
    int verdict;
    cbj_status status;  /* how the call went */
    int was_retrieved;  /* 1: there is a job, and `state` and `values` are its own */
    cbj_state state;
    jc_value values[JC_METRICS];
    int64_t start_ms;  /* Unix milliseconds; CBJ_NO_TIME where the time is absent or cannot be so */
    int64_t finish_ms; /* likewise, and while the job runs */
    jc_text summary; /* one line: what is wrong */
    jc_text details; /* more lines, each ended by a line break */
} jc_result;

/*
 * Judges a job. `asked`: the id that it was asked for with. `now_ms`: Unix milliseconds, which ages are counted to.
 *
 * A number with a threshold that cannot be told - a count that the service did not send, a time that is absent, cannot be
 * read, lies before 2000 or more than five minutes ahead - makes the verdict UNKNOWN at least: it neither passes nor fails.
 */
void jc_judge_job(const jc_policy *policy, const cbj_job *job, const char *asked, int64_t now_ms, jc_result *result);
/* Judges a call that failed. `message`: put in the place of the error's own, unless NULL. */
void jc_judge_failure(const jc_policy *policy, cbj_status status, const cbj_error *error, const char *message,
                      jc_result *result);
void jc_result_free(jc_result *result);

/* ---- Words ----------------------------------------------------------------------------------------------------- */

/* Text of the service on one line: control characters become blanks, and '|', which begins performance data, a broken
 * bar. */
void jc_text_line(jc_text *text, const char *string);
/* "39 s", "41 min 44 s", "1 h 47 min", "3 d 2 h" */
void jc_text_duration(jc_text *text, double seconds);
/* Local time with its offset: "2026-11-22 23:47:31 +0100" */
void jc_text_time(jc_text *text, int64_t unix_ms);
/*
 * Everything as one JSON object, without a line break: job_id, verdict, verdict_text, status, summary, details, state,
 * state_text, start_time, finish_time, metrics (value, unit, warning, critical), errors (message, url, occurrences,
 * ignored), request_id, trace_id, error (http_status, retryable, retry_after_ms, details), and job, which is what the
 * service sent. What is not known is null, or not among the metrics. `job` and `error`: either may be NULL.
 */
void jc_text_result_json(jc_text *text, const jc_policy *policy, const jc_result *result, const char *asked,
                         const cbj_job *job, const cbj_error *error);

#ifdef __cplusplus
}
#endif

#endif /* JOB_CHECK_H */
