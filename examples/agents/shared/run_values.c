/*
 * run_values.c - computes the numbers of a kind from its runs
 */
#include <math.h>

#include "internal.h"

int jc_is_clock_wrong(const jc_runs *runs)
{
    return runs->skew_ms > JC_CLOCK_SKEW_MS || runs->skew_ms < -JC_CLOCK_SKEW_MS;
}

/* An unknown value for a time that cannot be used. */
static jc_value seconds_since(int64_t unix_ms, int64_t now_ms)
{
    if (jc_time_problem(unix_ms, NULL, now_ms) != NULL)
        return jc_value_of_number(NAN);
    return jc_seconds_since(unix_ms, now_ms);
}

static void count_runs(const jc_runs *runs, jc_value *values)
{
    int64_t failed = runs->window_runs[jc_state_row(CBJ_STATE_FAILED)];
    int64_t ended = 0;
    size_t i;

    for (i = 0; i < JC_STATES; i++) {
        if (cbj_state_is_terminal(jc_states[i].state))
            ended += runs->window_runs[i];
    }
    values[JC_RUNS] = jc_value_of_count(ended);
    values[JC_FAILED_RUNS] = jc_value_of_count(failed);
    if (ended > 0)
        values[JC_FAILED_RUNS_PERCENT] = jc_value_of_number((double)failed / (double)ended * 100);
}

void jc_read_run_values(const jc_runs *runs, const jc_error_sums *errors, int64_t now_ms, jc_result *result)
{
    if (runs->ended != NULL) {
        jc_read_values(runs->ended, errors, now_ms, result);
        result->state = cbj_job_state(runs->ended);
    }
    if (jc_time_problem(cbj_job_start_time_ms(runs->running), NULL, now_ms) == NULL)
        result->running_start_ms = cbj_job_start_time_ms(runs->running);
    if (jc_is_clock_wrong(runs)) {
        result->values[JC_AGE] = jc_value_of_number(NAN);
        return;
    }
    result->values[JC_RUNNING] = seconds_since(cbj_job_start_time_ms(runs->running), now_ms);
    result->values[JC_SINCE_RUN] = result->values[JC_AGE];
    result->values[JC_SINCE_SUCCESS] = seconds_since(cbj_job_finish_time_ms(runs->succeeded), now_ms);
    if (jc_value_is_known(result->values[JC_SINCE_SUCCESS]))
        result->success_ms = cbj_job_finish_time_ms(runs->succeeded);
    count_runs(runs, result->values);
}
