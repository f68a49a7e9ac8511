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

/* ---- verdicts.c ------------------------------------------------------------------------------------------------ */

int jc_is_worse(int one, int other);
/* The index in jc_states; that of CBJ_STATE_UNKNOWN for any other number. */
size_t jc_state_row(cbj_state state);

/* ---- metrics.c ------------------------------------------------------------------------------------------------- */

jc_value jc_value_of_number(double number);
/* A negative count is an unknown value. */
jc_value jc_value_of_count(int64_t count);
/* The sum of two counts. -1, which is "unknown", stays -1; a sum that is too large for 64 bits stays at INT64_MAX. */
int64_t jc_sum(int64_t one, int64_t other);

/* ---- ranges.c -------------------------------------------------------------------------------------------------- */

/* Reads "[@][start:][end]" from `at` up to `end`, in a metric's unit. Returns 0 if it is not a range. */
int jc_range_parse(const char *at, const char *end, const char *unit, jc_range *range);

/* ---- policy.c -------------------------------------------------------------------------------------------------- */

/* Whether the operator ignores this error. `message` may be NULL. */
int jc_policy_ignores(const jc_policy *policy, const char *message);

/* ---- values.c -------------------------------------------------------------------------------------------------- */

/* The top errors of a job, added up. Occurrences are -1 if an error does not have its number. */
typedef struct {
    size_t ignored; /* entries that the policy ignores */
    int64_t ignored_occurrences;
    size_t counted; /* all other entries */
    int64_t occurrences;
} jc_error_sums;

jc_error_sums jc_sum_errors(const jc_policy *policy, const cbj_job *job);
/* Why a time cannot be used, as the end of a sentence; NULL if it can be used. */
const char *jc_time_problem(int64_t unix_ms, const char *text, int64_t now_ms);
/* Sets the values and times of the result. */
void jc_read_values(const cbj_job *job, const jc_error_sums *errors, int64_t now_ms, jc_result *result);

/* ---- thresholds.c ---------------------------------------------------------------------------------------------- */

/* Compares every value with its thresholds: makes the verdict of the result worse where one is breached, and adds the
 * reason to `reasons`, which has one text for each verdict. */
void jc_judge_thresholds(const jc_policy *policy, const cbj_job *job, int64_t now_ms, jc_result *result,
                         jc_text *reasons);

/* ---- summary.c ------------------------------------------------------------------------------------------------- */

/* "Failed, 4 of 1530 objects failed in 41 min 44 s, ended 3 h ago". The end is left out if a threshold for the age is
 * breached, because the reason for that already has it. */
void jc_add_outcome(jc_text *text, const jc_policy *policy, const cbj_job *job, const jc_result *result);
/* The first error that is not ignored. The service lists the most frequent errors. */
void jc_add_first_error(jc_text *text, const jc_policy *policy, const cbj_job *job);

/* ---- details.c: lines that end with a line break --------------------------------------------------------------- */

/* Times and counts. */
void jc_add_facts(jc_text *text, const cbj_job *job, const jc_result *result);
void jc_add_errors(jc_text *text, const jc_policy *policy, const cbj_job *job, const jc_error_sums *errors);
/* What the service said about a failed call, and the status of the call. `error` may be NULL. */
void jc_add_failure(jc_text *text, cbj_status status, const cbj_error *error);
/* Each id may be NULL. */
void jc_add_ids(jc_text *text, const char *request_id, const char *trace_id);

#endif /* JOB_CHECK_INTERNAL_H */
