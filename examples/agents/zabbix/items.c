/*
 * items.c - the items about the module, about the service and about a job
 */
#include "items.h"

#include <string.h>

#include "jobs.h"
#include "results.h"
#include "service.h"
#include "settings.h"
#include "worker.h"

int cloudbackup_item_ping(agent_request *request, agent_result *result)
{
    cbj_client *client;
    cbj_error *error = NULL;
    cbj_status status;
    int outcome;

    (void)request;
    if (cloudbackup.problem.length > 0)
        return cloudbackup_fail(result, jc_text_get(&cloudbackup.problem));
    status = cloudbackup_client(cloudbackup_item_ms(), &client, &error);
    if (status == CBJ_OK)
        outcome = cloudbackup_answer_number(result, 1);
    else
        outcome = cloudbackup_fail(result, error != NULL ? cbj_error_message(error) : cbj_status_name(status));
    cbj_error_free(error);
    return outcome;
}

int cloudbackup_item_service(agent_request *request, agent_result *result)
{
    jc_text json = JC_TEXT_EMPTY;

    (void)request;
    if (cloudbackup.problem.length > 0)
        return cloudbackup_fail(result, jc_text_get(&cloudbackup.problem));
    cloudbackup_ask_service(&json);
    return cloudbackup_answer_with(result, &json);
}

/* ---- A job ----------------------------------------------------------------------------------------------------- */

/* Beside the numbers. */
static const char *const fields[] = {CLOUDBACKUP_COMMON_FIELDS, "state",       "state_text", "start_time",
                                     "finish_time",             "request_id", NULL};

/* Returns -1 if the job does not have the field. */
static int answer_field(const char *field, const cloudbackup_job *got, agent_result *result)
{
    const jc_result *judged = &got->judgement.judged;
    int outcome = cloudbackup_answer_common(result, field, judged);

    if (outcome >= 0)
        return outcome;
    if (got->job == NULL)
        return cloudbackup_fail(result, jc_text_get(&got->judgement.message));
    if (strcmp(field, "state") == 0)
        return cloudbackup_answer_number(result, (uint64_t)judged->state);
    if (strcmp(field, "state_text") == 0)
        return cloudbackup_answer_known(result, cbj_job_state_text(got->job));
    if (strcmp(field, "request_id") == 0)
        return cloudbackup_answer_known(result, cbj_job_request_id(got->job));
    if (strcmp(field, "start_time") == 0)
        return cloudbackup_answer_time(result, judged->start_ms);
    if (strcmp(field, "finish_time") == 0)
        return cloudbackup_answer_time(result, judged->finish_ms);
    return cloudbackup_answer_metric(result, field, judged);
}

int cloudbackup_item_job(agent_request *request, agent_result *result)
{
    const char *id = cloudbackup_parameter(request, 0);
    const char *field = cloudbackup_parameter(request, 1);
    cloudbackup_job got;
    int outcome;

    if (cloudbackup.problem.length > 0)
        return cloudbackup_fail(result, jc_text_get(&cloudbackup.problem));
    if (id == NULL || request->nparam > 3)
        return cloudbackup_fail(result, "the parameters are [job id, field, location]; the location is optional");
    if (field == NULL || !cloudbackup_is_field(fields, JC_JOB_METRICS, field))
        return cloudbackup_fail_field(result, fields, JC_JOB_METRICS, field);
    got = cloudbackup_get_job(id, cloudbackup_parameter(request, 2));
    outcome = answer_field(field, &got, result);
    if (outcome < 0) {
        jc_text message = JC_TEXT_EMPTY;

        jc_text_add(&message, "the service did not send %s of job %s, or sent a value that cannot be read", field, id);
        outcome = cloudbackup_fail_with(result, &message);
    }
    cloudbackup_job_free(&got);
    return outcome;
}

int cloudbackup_item_job_json(agent_request *request, agent_result *result)
{
    const char *id = cloudbackup_parameter(request, 0);
    cloudbackup_job got;
    int outcome;

    if (cloudbackup.problem.length > 0)
        return cloudbackup_fail(result, jc_text_get(&cloudbackup.problem));
    if (id == NULL || request->nparam > 2)
        return cloudbackup_fail(result, "the parameters are [job id, location]; the location is optional");
    got = cloudbackup_get_job(id, cloudbackup_parameter(request, 1));
    outcome = cloudbackup_answer_with(result, &got.judgement.json);
    cloudbackup_job_free(&got);
    return outcome;
}
