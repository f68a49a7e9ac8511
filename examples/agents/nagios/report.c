/*
 * report.c - what check_cloudbackup_job found out
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

int report_init(report *found, report_subject subject, const jc_policy *policy, const label_list *labels,
                const char *job_id, const jc_kind *kinds, size_t kind_count)
{
    size_t i;

    memset(found, 0, sizeof *found);
    found->subject = subject;
    found->policy = policy;
    found->labels = labels;
    found->job_id = job_id;
    found->kinds = subject == SUBJECT_KINDS || subject == SUBJECT_LIST ? kinds : NULL;
    found->count = found->kinds != NULL ? kind_count : 1;
    found->answers = (report_answer *)calloc(found->count, sizeof *found->answers);
    /* At most one for each answer. */
    found->errors = (cbj_error **)calloc(found->count, sizeof *found->errors);
    for (i = 0; i < found->count && found->answers != NULL; i++)
        found->answers[i].policy = found->kinds != NULL ? jc_policy_of_kind(policy, &kinds[i]) : *policy;
    return found->answers != NULL && found->errors != NULL;
}

void report_free(report *found)
{
    size_t i;

    for (i = 0; i < found->count && found->answers != NULL; i++) {
        jc_result_free(&found->answers[i].result);
        cbj_job_free(found->answers[i].job);
        jc_runs_free(&found->answers[i].runs);
    }
    for (i = 0; i < found->error_count; i++)
        cbj_error_free(found->errors[i]);
    free(found->answers);
    free(found->errors);
    free(found->has_runs);
    jc_text_free(&found->remarks);
    memset(found, 0, sizeof *found);
}

static void fail(report *found, size_t first, size_t end, cbj_status status, cbj_error *error, const char *message)
{
    jc_asked asked = found->subject == SUBJECT_JOB       ? JC_ASKED_JOB
                     : found->subject == SUBJECT_SERVICE ? JC_ASKED_SERVICE
                                                         : JC_ASKED_KIND;
    size_t i;

    if (error != NULL)
        found->errors[found->error_count++] = error;
    for (i = first; i < end; i++) {
        found->answers[i].error = error;
        jc_judge_failure(found->policy, asked, status, error, message, &found->answers[i].result);
    }
}

void report_fail(report *found, size_t first, cbj_status status, cbj_error *error, const char *message)
{
    fail(found, first, found->count, status, error, message);
}

void report_fail_one(report *found, size_t which, cbj_status status, cbj_error *error, const char *message)
{
    fail(found, which, which + 1, status, error, message);
}

void report_refuse(report *found, const char *problem)
{
    size_t i;

    report_fail(found, 0, CBJ_ERROR_INVALID_ARGUMENT, NULL, problem);
    for (i = 0; i < found->count; i++) {
        /* An operator can excuse failures of the service, but not a check that does nothing. */
        found->answers[i].result.verdict = JC_UNKNOWN;
        jc_text_free(&found->answers[i].result.details);
    }
    found->problem = problem;
}

int report_verdict(const report *found)
{
    int verdict = JC_OK;
    size_t i;

    for (i = 0; i < found->count; i++)
        verdict = jc_worse(verdict, found->answers[i].result.verdict);
    return verdict;
}

int report_is_up(const report *found)
{
    size_t i;

    for (i = 0; i < found->count; i++) {
        cbj_status status = found->answers[i].result.status;

        if (status != CBJ_OK && !(status == CBJ_ERROR_NOT_FOUND && found->subject == SUBJECT_JOB))
            return 0;
    }
    return 1;
}

int report_is_one_failure(const report *found)
{
    const jc_result *first = &found->answers[0].result;
    size_t i;

    for (i = 0; i < found->count; i++) {
        const jc_result *result = &found->answers[i].result;

        if (result->was_retrieved || result->verdict != first->verdict ||
            strcmp(jc_text_get(&result->summary), jc_text_get(&first->summary)) != 0)
            return 0;
    }
    return found->count > 0;
}
