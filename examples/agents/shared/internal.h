/*
 * internal.h - what the files of this folder share with each other
 *
 * Agents include job_check.h, which also lists the files and their order.
 */
#ifndef JOB_CHECK_INTERNAL_H
#define JOB_CHECK_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "job_check.h"

/* ---- text.c ---------------------------------------------------------------------------------------------------- */

/* Makes room for one more in an array. Returns NULL and the problem if memory ran out. */
void *jc_grow(void *array, size_t count, size_t size, jc_text *problem);

/* ---- clock.c --------------------------------------------------------------------------------------------------- */

/* Reads "2026-12-01", "2026-12-01T06:00", with seconds or without, and with "Z", an offset ("+01:00") or neither, which is
 * UTC. Returns 0 if it is not a date and a time of day. */
int jc_parse_date(const char *text, int64_t *unix_ms);

/* ---- kinds.c --------------------------------------------------------------------------------------------------- */

/* Like jc_kinds_parse, for the name from `at` to `end`. */
int jc_parse_kinds(const char *at, const char *end, jc_kinds *kinds, jc_text *problem);

/* ---- verdicts.c ------------------------------------------------------------------------------------------------ */

int jc_is_worse(int one, int other);
/* Whether the text from `at` to `end` is `key`. Case, blanks, '_' and '-' do not matter. */
int jc_is_spelled(const char *key, const char *at, const char *end);
int jc_parse_verdict(const char *name, int *verdict, jc_text *problem);
/* The index in jc_states; that of CBJ_STATE_UNKNOWN for any other number. */
size_t jc_state_row(cbj_state state);

/* ---- metrics.c ------------------------------------------------------------------------------------------------- */

jc_value jc_value_of_number(double number);
/* A negative count is an unknown value. */
jc_value jc_value_of_count(int64_t count);
/* The sum of two counts. -1, which is "unknown", stays -1; a sum that is too large for 64 bits stays at INT64_MAX. */
int64_t jc_sum(int64_t one, int64_t other);
/* A value with its unit, for the first line: "4", "2 %", "31 h". */
void jc_text_short_value(jc_text *text, jc_metric metric, jc_value value);
/* The same, for a limit that follows: a duration has two units if the limit would look equal: "26 h 10 min" for ">26 h". The
 * range may be NULL. */
void jc_text_value_beside(jc_text *text, jc_metric metric, jc_value value, const jc_range *range);

/* ---- ranges.c -------------------------------------------------------------------------------------------------- */

/* Reads "1.5", "26h" or "5%" from `at` up to `end`, in a metric's unit. Returns 0 if it is not a number. */
int jc_parse_number(const char *at, const char *end, const char *unit, double *number);
/* Reads "[@][start:][end]" from `at` up to `end`, in a metric's unit. Returns 0 if it is not a range. */
int jc_range_parse(const char *at, const char *end, const char *unit, jc_range *range);

/* ---- policy.c -------------------------------------------------------------------------------------------------- */

/* Whether the operator ignores this error. `message` may be NULL. */
int jc_policy_ignores(const jc_policy *policy, const char *message);

/* ---- expectations.c -------------------------------------------------------------------------------------------- */

/* The defaults. */
void jc_expect_usual(jc_policy *policy);
/* Frees what the setters made. */
void jc_expect_nothing(jc_policy *policy);
/* Sets a range for the kinds whose name is from `kinds` to `end`. */
int jc_expect_range(jc_policy *policy, const char *kinds, const char *end, int verdict, jc_metric metric,
                    const jc_range *range, jc_text *problem);

/* ---- values.c -------------------------------------------------------------------------------------------------- */

/* The top errors of a job, added up. Occurrences are -1 if an error does not have its number. */
typedef struct {
    size_t ignored; /* entries that the policy ignores */
    int64_t ignored_occurrences;
    size_t counted; /* all other entries */
    int64_t occurrences;
} jc_error_sums;

jc_error_sums jc_sum_errors(const jc_policy *policy, const cbj_job *job);
/*
 * Whether a job that ended with errors is excused: the operator ignores every listed error, and these errors occurred at
 * least as often as objects failed. If they occurred less often, there are errors that the service did not list.
 */
int jc_has_only_ignored_errors(const jc_error_sums *errors, const cbj_job *job);
/* How far the service's clock may be ahead of this machine's, or behind it. */
#define JC_CLOCK_SKEW_MS INT64_C(300000)
/* Why a time cannot be used, as the end of a sentence; NULL if it can be used. */
const char *jc_time_problem(int64_t unix_ms, const char *text, int64_t now_ms);
/* How long ago a time is, in whole seconds. 0 for a time in the future. */
jc_value jc_seconds_since(int64_t unix_ms, int64_t now_ms);
/* Sets the values and times of the result. */
void jc_read_values(const cbj_job *job, const jc_error_sums *errors, int64_t now_ms, jc_result *result);

/* ---- thresholds.c ---------------------------------------------------------------------------------------------- */

/* The verdict on one number: JC_UNKNOWN if it is unknown and has a threshold. The ranges need not be set. */
int jc_verdict_of(const jc_range *warning, const jc_range *critical, jc_value value);

/* The range that the value breaches, first the critical one; NULL if it is unknown or breaches none. */
const jc_range *jc_breached(const jc_policy *policy, jc_metric metric, jc_value value);
/* Compares the values of a job with their ranges. Returns the worst verdict of the known values, and adds to `not_judged` why
 * the unknown ones cannot be judged: "age cannot be judged: the finish time is missing; ...". */
int jc_judge_thresholds(const jc_policy *policy, const cbj_job *job, int64_t now_ms, const jc_result *result,
                        jc_text *not_judged);
/* A line with the numbers that a job in this state cannot have and that have a threshold; nothing if there are none. */
void jc_add_left_out(jc_text *text, const jc_policy *policy, cbj_state state);

/* ---- summary.c ------------------------------------------------------------------------------------------------- */

/* "Failed, 4 of 1530 objects failed (>0), 3 h ago"; with "ended " as `before_age`: "ended 3 h ago". */
void jc_add_outcome(jc_text *text, const jc_policy *policy, const cbj_job *job, const jc_result *result,
                    int state_verdict, int is_excused, const char *before_age);

/* ---- details.c: lines that end with a line break --------------------------------------------------------------- */

/* One line: times and counts. */
void jc_add_facts(jc_text *text, const cbj_job *job, const jc_result *result);
void jc_add_errors(jc_text *text, const jc_policy *policy, const cbj_job *job, const jc_error_sums *errors);
/* Each id may be NULL. */
void jc_add_ids(jc_text *text, const char *request_id, const char *trace_id);

/* ---- failures.c ------------------------------------------------------------------------------------------------ */

/* A few words: "API answers 503 (3 attempts)". `said` is the whole message. `error` may be NULL. */
void jc_add_failure_words(jc_text *text, jc_asked asked, cbj_status status, const cbj_error *error, const char *said);
/* Lines: what the service said about a failed call, and the status of the call. `error` may be NULL. */
void jc_add_failure_facts(jc_text *text, cbj_status status, const cbj_error *error);

/* ---- judge.c --------------------------------------------------------------------------------------------------- */

/* A result without values. */
void jc_begin_result(jc_result *result);

/* ---- run_values.c ---------------------------------------------------------------------------------------------- */

/* Whether the clocks of this machine and of the service differ by too much. Then no age is known. */
int jc_is_clock_wrong(const jc_runs *runs);
/* Sets the values and times of a result without values. */
void jc_read_run_values(const jc_runs *runs, const jc_error_sums *errors, int64_t now_ms, jc_result *result);

/* What is judged, and against what. */
typedef struct {
    const jc_policy *policy; /* with the ranges of the kind */
    const jc_runs *runs;
    int64_t now_ms;
    int is_new;        /* the kind is in its time of grace */
    int is_excused;    /* the last run that ended has ignored errors only */
    jc_result *result; /* with its values */
} jc_subject;

/* ---- overdue.c ------------------------------------------------------------------------------------------------- */

/* The verdict on JC_SINCE_SUCCESS, JC_SINCE_RUN or JC_AGE. */
int jc_overdue_verdict(const jc_subject *of, jc_metric metric);
/* Whether the age is above its limit and the run in progress excuses it. */
int jc_is_waited_for(const jc_subject *of, jc_metric metric);

/* ---- run_words.c: each adds one part of a line ----------------------------------------------------------------- */

/* "nothing ran in 15 d" */
void jc_add_none(jc_text *text, const jc_subject *of);
/* "Failed, 4 of 200 objects failed, ended 7 h ago"; `before_age` is "ended " or "". */
void jc_add_last_run(jc_text *text, const jc_subject *of, const char *before_age);
/* "in progress for 7 min" */
void jc_add_running(jc_text *text, const jc_subject *of);
/* "no success for 31 h (>26 h)" */
void jc_add_no_success(jc_text *text, const jc_subject *of);
/* "success 31 h ago (>26 h)" */
void jc_add_success(jc_text *text, const jc_subject *of);
/* "no run ended for 31 h (>26 h)" */
void jc_add_no_run(jc_text *text, const jc_subject *of, jc_metric metric);
/* "2 of 3 runs failed in 24 h (>1)" */
void jc_add_failed_runs(jc_text *text, const jc_subject *of);
void jc_add_strange(jc_text *text, const jc_subject *of);
void jc_add_wrong_clock(jc_text *text, const jc_subject *of);
void jc_add_missing_jobs(jc_text *text, const jc_subject *of);
void jc_add_undated(jc_text *text, const jc_subject *of);
/* Why an age is unknown. */
void jc_add_unknown_age(jc_text *text, const jc_subject *of, jc_metric metric);

/* ---- run_lines.c ----------------------------------------------------------------------------------------------- */

/* The summary of a kind with which all is well. */
void jc_add_runs_summary(const jc_subject *of);
void jc_add_runs_line(const jc_subject *of);
void jc_add_runs_details(const jc_subject *of, const jc_error_sums *errors);

/* ---- json.c: parts that both results have ---------------------------------------------------------------------- */

/* ,"name":"value" or ,"name":null */
void jc_json_member(jc_text *text, const char *name, const char *value);
/* ,"name":["line","line"] */
void jc_json_lines(jc_text *text, const char *name, const jc_text *lines);
/* ,"metrics":{...}, with the ranges of the policy. */
void jc_json_metrics(jc_text *text, const jc_policy *policy, const jc_result *result);
/* ,"errors":[...] */
void jc_json_errors(jc_text *text, const jc_policy *policy, const cbj_job *job);
/* ,"error":{...} or ,"error":null */
void jc_json_failure(jc_text *text, const cbj_error *error);

#endif /* JOB_CHECK_INTERNAL_H */
