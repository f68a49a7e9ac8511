/*
 * summary.c - the line that says how a job went
 */
#include <inttypes.h>

#include "internal.h"

void jc_add_outcome(jc_text *text, const jc_policy *policy, const cbj_job *job, const jc_result *result)
{
    jc_value age = result->values[JC_AGE];
    const char *state_text = cbj_job_state_text(job);
    jc_value failed = result->values[JC_FAILED];
    jc_value total = result->values[JC_TOTAL];

    if (result->state != CBJ_STATE_UNKNOWN) {
        jc_text_add(text, "%s", jc_state_of(result->state)->name);
    } else if (state_text != NULL) {
        jc_text_add(text, "in the state '");
        jc_text_line(text, state_text);
        jc_text_add(text, "', which this version does not know");
    } else {
        jc_text_add(text, "the service sent no state");
    }
    if (result->state == CBJ_STATE_IN_PROGRESS && jc_value_is_known(result->values[JC_RUNNING])) {
        jc_text_add(text, " for ");
        jc_text_duration(text, result->values[JC_RUNNING].number);
    }
    if (jc_value_is_known(failed) && (failed.count > 0 || !jc_value_is_known(result->values[JC_SUCCESSFUL]))) {
        jc_text_add(text, ", %" PRId64, failed.count);
        if (jc_value_is_known(total))
            jc_text_add(text, " of %" PRId64, total.count);
        jc_text_add(text, " objects failed");
    } else if (jc_value_is_known(result->values[JC_SUCCESSFUL])) {
        jc_text_add(text, ", %" PRId64, result->values[JC_SUCCESSFUL].count);
        if (jc_value_is_known(total))
            jc_text_add(text, " of %" PRId64, total.count);
        jc_text_add(text, " objects %s", result->state == CBJ_STATE_IN_PROGRESS ? "done" : "successful");
    }
    if (jc_value_is_known(result->values[JC_DURATION])) {
        jc_text_add(text, " in ");
        jc_text_duration(text, result->values[JC_DURATION].number);
    }
    if (jc_value_is_known(age) && !jc_range_alerts(&policy->warning[JC_AGE], age.number) &&
        !jc_range_alerts(&policy->critical[JC_AGE], age.number)) {
        jc_text_add(text, ", ended ");
        jc_text_duration(text, age.number);
        jc_text_add(text, " ago");
    }
}

void jc_add_first_error(jc_text *text, const jc_policy *policy, const cbj_job *job)
{
    size_t i;

    for (i = 0; i < cbj_job_error_count(job); i++) {
        const char *message = cbj_job_error_message(job, i);
        int64_t occurrences = cbj_job_error_occurrences(job, i);

        if (message == NULL || jc_policy_ignores(policy, message))
            continue;
        jc_text_add(text, ": ");
        jc_text_line(text, message);
        if (occurrences >= 0)
            jc_text_add(text, " (%" PRId64 " x)", occurrences);
        return;
    }
}
