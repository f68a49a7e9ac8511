/*
 * judge.c - the verdict on a job or on a failed call
 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

static void begin_result(jc_result *result)
{
    size_t i;

    memset(result, 0, sizeof *result);
    result->start_ms = result->finish_ms = CBJ_NO_TIME;
    for (i = 0; i < JC_METRICS; i++)
        result->values[i] = jc_value_of_number(NAN);
}

void jc_result_free(jc_result *result)
{
    jc_text_free(&result->summary);
    jc_text_free(&result->details);
}

/*
 * A job that ended with errors is excused if the operator ignores every listed error and these errors occurred at least as
 * often as objects failed. If they occurred less often, there are errors that the service did not list.
 */
static int is_excused(const jc_error_sums *errors, const jc_result *result)
{
    return (result->state == CBJ_STATE_FINISHED_WITH_EXCEPTION || result->state == CBJ_STATE_PARTIALLY_FINISHED) &&
           errors->ignored > 0 && errors->counted == 0 && result->values[JC_FAILED].count >= 0 &&
           errors->ignored_occurrences >= result->values[JC_FAILED].count;
}

void jc_judge_job(const jc_policy *policy, const cbj_job *job, const char *asked, int64_t now_ms, jc_result *result)
{
    jc_text reasons[4] = {JC_TEXT_EMPTY, JC_TEXT_EMPTY, JC_TEXT_EMPTY, JC_TEXT_EMPTY}; /* by verdict */
    static const int worst_first[] = {JC_CRITICAL, JC_WARNING, JC_UNKNOWN};
    const char *id = cbj_job_id(job);
    jc_error_sums errors = jc_sum_errors(policy, job);
    int state_verdict;
    int excused;
    size_t i;

    begin_result(result);
    result->was_retrieved = 1;
    result->state = cbj_job_state(job);
    jc_read_values(job, &errors, now_ms, result);

    state_verdict = policy->state_verdicts[jc_state_row(result->state)];
    excused = is_excused(&errors, result);
    if (excused)
        state_verdict = JC_OK;
    result->verdict = state_verdict;
    jc_judge_thresholds(policy, job, now_ms, result, reasons);

    /* The worst comes first: a breached threshold comes before the state if its verdict is worse than the state's. */
    if (id != NULL && asked != NULL && strcasecmp(id, asked) != 0) {
        result->verdict = jc_worse(result->verdict, JC_UNKNOWN);
        jc_text_add(&result->summary, "the service answered about another job, ");
        jc_text_line(&result->summary, id);
        jc_text_add(&result->summary, "; ");
    }
    for (i = 0; i < 3; i++) {
        if (reasons[worst_first[i]].length > 0 && jc_is_worse(worst_first[i], state_verdict))
            jc_text_add(&result->summary, "%s; ", jc_text_get(&reasons[worst_first[i]]));
    }
    jc_add_outcome(&result->summary, policy, job, result);
    if (excused)
        jc_text_add(&result->summary, ", with ignored errors only");
    if (state_verdict != JC_OK)
        jc_add_first_error(&result->summary, policy, job);
    for (i = 0; i < 3; i++) {
        if (reasons[worst_first[i]].length > 0 && !jc_is_worse(worst_first[i], state_verdict))
            jc_text_add(&result->summary, "; %s", jc_text_get(&reasons[worst_first[i]]));
    }
    jc_add_facts(&result->details, job, result);
    jc_add_errors(&result->details, policy, job, &errors);
    jc_add_ids(&result->details, cbj_job_request_id(job), NULL);
    for (i = 0; i < 4; i++)
        jc_text_free(&reasons[i]);
}

void jc_judge_failure(const jc_policy *policy, cbj_status status, const cbj_error *error, const char *message,
                      jc_result *result)
{
    const char *said = message != NULL ? message : cbj_error_message(error);
    size_t i;

    begin_result(result);
    result->status = status;
    result->verdict = JC_UNKNOWN;
    for (i = 0; i < JC_FAILURES; i++) {
        if (jc_failures[i].status == status)
            result->verdict = policy->failure_verdicts[i];
    }
    jc_text_line(&result->summary, said != NULL ? said : cbj_status_name(status));
    jc_add_failure(&result->details, status, error);
    jc_add_ids(&result->details, cbj_error_request_id(error), cbj_error_trace_id(error));
}
