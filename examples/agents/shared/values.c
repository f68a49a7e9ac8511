/*
 * values.c - computes the numbers of a job from what the service sent
 */
#include <math.h>

#include "internal.h"

/* The service is younger than this. Earlier dates are placeholders, such as 0001-01-01, 1900-01-01 and 1970-01-01. */
#define OLDEST_TIME_MS INT64_C(946684800000) /* 2000-01-01T00:00:00Z */

jc_error_sums jc_sum_errors(const jc_policy *policy, const cbj_job *job)
{
    jc_error_sums sums = {0, 0, 0, 0};
    size_t i;

    for (i = 0; i < cbj_job_error_count(job); i++) {
        int64_t occurrences = cbj_job_error_occurrences(job, i);

        if (jc_policy_ignores(policy, cbj_job_error_message(job, i))) {
            sums.ignored++;
            sums.ignored_occurrences = jc_sum(sums.ignored_occurrences, occurrences);
        } else {
            sums.counted++;
            sums.occurrences = jc_sum(sums.occurrences, occurrences);
        }
    }
    return sums;
}

int jc_has_only_ignored_errors(const jc_error_sums *errors, const cbj_job *job)
{
    cbj_state state = cbj_job_state(job);
    int64_t failed = cbj_job_failed_count(job);

    return (state == CBJ_STATE_FINISHED_WITH_EXCEPTION || state == CBJ_STATE_PARTIALLY_FINISHED) &&
           errors->ignored > 0 && errors->counted == 0 && failed >= 0 && errors->ignored_occurrences >= failed;
}

const char *jc_time_problem(int64_t unix_ms, const char *text, int64_t now_ms)
{
    if (unix_ms == CBJ_NO_TIME)
        return text == NULL ? "is missing" : "is not a date that can be read";
    if (unix_ms < OLDEST_TIME_MS)
        return "is a placeholder";
    if (unix_ms > now_ms + JC_CLOCK_SKEW_MS)
        return "is in the future; check the clock of this machine";
    return NULL;
}

jc_value jc_seconds_since(int64_t unix_ms, int64_t now_ms)
{
    return jc_value_of_number(unix_ms < now_ms ? (double)((now_ms - unix_ms) / 1000) : 0);
}

/* The failed objects that the ignored errors do not explain. */
static int64_t failed_unignored(int64_t failed, const jc_error_sums *errors)
{
    if (failed < 0 || errors->ignored_occurrences < 0)
        return -1;
    return failed > errors->ignored_occurrences ? failed - errors->ignored_occurrences : 0;
}

void jc_read_values(const cbj_job *job, const jc_error_sums *errors, int64_t now_ms, jc_result *result)
{
    jc_value *values = result->values;
    int64_t start = cbj_job_start_time_ms(job);
    int64_t finish = cbj_job_finish_time_ms(job);
    int64_t total = cbj_job_total_count(job);
    int64_t failed = cbj_job_failed_count(job);
    int is_running = cbj_job_state(job) == CBJ_STATE_IN_PROGRESS;
    int start_is_known = jc_time_problem(start, NULL, now_ms) == NULL;
    int finish_is_known = jc_time_problem(finish, NULL, now_ms) == NULL;
    size_t i;

    for (i = 0; i < JC_METRICS; i++)
        values[i] = jc_value_of_number(NAN);
    values[JC_TOTAL] = jc_value_of_count(total);
    values[JC_FAILED] = jc_value_of_count(failed);
    values[JC_SUCCESSFUL] = jc_value_of_count(cbj_job_successful_count(job));
    values[JC_SKIPPED] = jc_value_of_count(cbj_job_skipped_count(job));
    values[JC_FAILED_UNIGNORED] = jc_value_of_count(failed_unignored(failed, errors));
    /* Without a list, nobody knows whether there were errors. */
    values[JC_ERRORS] = jc_value_of_count(cbj_job_has_error_list(job) == 1 ? errors->occurrences : -1);
    if (total > 0 && failed >= 0 && failed <= total)
        values[JC_FAILED_PERCENT] = jc_value_of_number((double)failed / (double)total * 100);
    else if (total == 0 && failed == 0)
        values[JC_FAILED_PERCENT] = jc_value_of_number(0);
    result->start_ms = start_is_known ? start : CBJ_NO_TIME;
    result->finish_ms = finish_is_known && !is_running ? finish : CBJ_NO_TIME;
    if (is_running) {
        if (start_is_known)
            values[JC_RUNNING] = jc_seconds_since(start, now_ms);
        return;
    }
    if (finish_is_known)
        values[JC_AGE] = jc_seconds_since(finish, now_ms);
    if (start_is_known && finish_is_known && cbj_job_elapsed_ms(job) >= 0)
        values[JC_DURATION] = jc_value_of_number((double)cbj_job_elapsed_ms(job) / 1000);
    else if (cbj_job_duration_hours(job) >= 0) /* also false for NaN */
        values[JC_DURATION] = jc_value_of_number(cbj_job_duration_hours(job) * 3600);
}
