/*
 * judge.c - the verdict on a job or on a failed call
 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

void jc_begin_result(jc_result *result)
{
    size_t i;

    memset(result, 0, sizeof *result);
    result->start_ms = result->finish_ms = CBJ_NO_TIME;
    result->success_ms = result->running_start_ms = CBJ_NO_TIME;
    for (i = 0; i < JC_METRICS; i++)
        result->values[i] = jc_value_of_number(NAN);
}

void jc_result_free(jc_result *result)
{
    jc_text_free(&result->summary);
    jc_text_free(&result->line);
    jc_text_free(&result->details);
}

void jc_judge_job(const jc_policy *policy, const cbj_job *job, const char *asked, int64_t now_ms, jc_result *result)
{
    jc_text not_judged = JC_TEXT_EMPTY;
    const char *id = cbj_job_id(job);
    jc_error_sums errors = jc_sum_errors(policy, job);
    int is_other_job = id != NULL && asked != NULL && strcasecmp(id, asked) != 0;
    int state_verdict;
    int excused;

    jc_begin_result(result);
    result->was_retrieved = 1;
    result->state = cbj_job_state(job);
    jc_read_values(job, &errors, now_ms, result);

    excused = jc_has_only_ignored_errors(&errors, job);
    state_verdict = excused ? JC_OK : policy->state_verdicts[jc_state_row(result->state)];
    result->verdict = jc_worse(state_verdict, jc_judge_thresholds(policy, job, now_ms, result, &not_judged));

    if (is_other_job) {
        jc_text_add(&result->summary, "the service answered about another job, ");
        jc_text_line(&result->summary, id);
        jc_text_add(&result->summary, "; ");
    }
    /* The worst comes first. */
    if (not_judged.length > 0 && jc_is_worse(JC_UNKNOWN, result->verdict))
        jc_text_add(&result->summary, "%s; ", jc_text_get(&not_judged));
    jc_add_outcome(&result->summary, policy, job, result, state_verdict, excused, "");
    if (not_judged.length > 0 && !jc_is_worse(JC_UNKNOWN, result->verdict))
        jc_text_add(&result->summary, "; %s", jc_text_get(&not_judged));
    if (not_judged.length > 0 || is_other_job)
        result->verdict = jc_worse(result->verdict, JC_UNKNOWN);

    jc_add_facts(&result->details, job, result);
    jc_add_errors(&result->details, policy, job, &errors);
    jc_add_left_out(&result->details, policy, result->state);
    /* The ids change at every check. Of a result that is good nobody needs them, and programs compare its text. */
    if (result->verdict != JC_OK)
        jc_add_ids(&result->details, cbj_job_request_id(job), cbj_job_trace_id(job));
    jc_text_free(&not_judged);
}

static int failure_verdict(const jc_policy *policy, jc_asked asked, cbj_status status)
{
    const jc_failure *failure = jc_failure_of(status);
    int by_name = failure != NULL ? policy->failure_verdicts[failure - jc_failures] : JC_UNKNOWN;

    if (failure == NULL || by_name >= 0)
        return by_name;
    if (failure->is_unavailable && policy->unavailable_verdict >= 0)
        return policy->unavailable_verdict;
    if (failure->is_unavailable && asked == JC_ASKED_SERVICE)
        return JC_CRITICAL;
    /* That a list or the service is not there says nothing about a backup. */
    if (status == CBJ_ERROR_NOT_FOUND && asked != JC_ASKED_JOB)
        return JC_UNKNOWN;
    return failure->verdict;
}

void jc_judge_failure(const jc_policy *policy, jc_asked asked, cbj_status status, const cbj_error *error,
                      const char *message, jc_result *result)
{
    const char *said = message != NULL ? message : cbj_error_message(error);
    jc_text line = JC_TEXT_EMPTY;

    jc_begin_result(result);
    result->status = status;
    result->verdict = failure_verdict(policy, asked, status);
    jc_text_line(&line, said != NULL ? said : cbj_status_name(status));
    jc_add_failure_words(&result->summary, asked, status, error, jc_text_get(&line));
    if (strcmp(jc_text_get(&line), jc_text_get(&result->summary)) != 0)
        jc_text_add(&result->details, "%s\n", jc_text_get(&line));
    jc_add_failure_facts(&result->details, status, error);
    if (result->verdict != JC_OK)
        jc_add_ids(&result->details, cbj_error_request_id(error), cbj_error_trace_id(error));
    jc_text_free(&line);
}
