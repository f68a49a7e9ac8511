/*
 * items.c - the items of the module
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "items.h"

#include <string.h>

#include "jobs.h"
#include "settings.h"

/* ---- Answers to the agent -------------------------------------------------------------------------------------- */

/* The agent frees the message. Without memory there is none. */
static int fail(agent_result *result, const char *message)
{
    result->msg = strdup(message);
    result->type |= result->msg != NULL ? AR_MESSAGE : 0;
    return SYSINFO_RET_FAIL;
}

static int answer_text(agent_result *result, const char *text)
{
    result->text = strdup(text);
    if (result->text == NULL)
        return SYSINFO_RET_FAIL;
    result->type |= AR_TEXT;
    return SYSINFO_RET_OK;
}

static int answer_number(agent_result *result, uint64_t number)
{
    result->ui64 = number;
    result->type |= AR_UINT64;
    return SYSINFO_RET_OK;
}

static int answer_decimal(agent_result *result, double number)
{
    result->dbl = number;
    result->type |= AR_DOUBLE;
    return SYSINFO_RET_OK;
}

/* ---- The fields of a job --------------------------------------------------------------------------------------- */

static jc_result judge(const cloudbackup_answer *got, const char *id)
{
    jc_result result;

    if (got->status == CBJ_OK)
        jc_judge_job(&cloudbackup.policy, got->job, id, jc_wall_ms(), &result);
    else
        jc_judge_failure(&cloudbackup.policy, got->status, NULL, jc_text_get(&got->problem), &result);
    return result;
}

/* All fields but the metrics. The first five exist even if the job could not be retrieved. */
#define FIELDS "verdict, verdict_text, summary, details, status, state, state_text, start_time, finish_time, request_id"

/* Returns -1 if the job does not have the field. */
static int answer_field(const char *field, const cloudbackup_answer *got, const jc_result *judged, agent_result *result)
{
    size_t i;

    if (strcmp(field, "verdict") == 0)
        return answer_number(result, (uint64_t)judged->verdict);
    if (strcmp(field, "verdict_text") == 0)
        return answer_text(result, jc_verdict_name(judged->verdict));
    if (strcmp(field, "summary") == 0)
        return answer_text(result, jc_text_get(&judged->summary));
    if (strcmp(field, "details") == 0)
        return answer_text(result, jc_text_get(&judged->details));
    if (strcmp(field, "status") == 0)
        return answer_number(result, (uint64_t)judged->status);
    if (got->job == NULL)
        return fail(result, jc_text_get(&got->problem));
    if (strcmp(field, "state") == 0)
        return answer_number(result, (uint64_t)judged->state);
    if (strcmp(field, "state_text") == 0 && cbj_job_state_text(got->job) != NULL)
        return answer_text(result, cbj_job_state_text(got->job));
    if (strcmp(field, "request_id") == 0 && cbj_job_request_id(got->job) != NULL)
        return answer_text(result, cbj_job_request_id(got->job));
    if (strcmp(field, "start_time") == 0 && judged->start_ms != CBJ_NO_TIME)
        return answer_number(result, (uint64_t)(judged->start_ms / 1000));
    if (strcmp(field, "finish_time") == 0 && judged->finish_ms != CBJ_NO_TIME)
        return answer_number(result, (uint64_t)(judged->finish_ms / 1000));
    for (i = 0; i < JC_METRICS; i++) {
        if (strcmp(field, jc_metric_kinds[i].name) != 0 || !jc_value_is_known(judged->values[i]))
            continue;
        return judged->values[i].count >= 0 ? answer_number(result, (uint64_t)judged->values[i].count)
                                            : answer_decimal(result, judged->values[i].number);
    }
    return -1;
}

static int is_field(const char *field)
{
    size_t i;
    const char *at = strstr(", " FIELDS ",", field);

    for (i = 0; i < JC_METRICS; i++) {
        if (strcmp(field, jc_metric_kinds[i].name) == 0)
            return 1;
    }
    for (; *field != '\0' && at != NULL; at = strstr(at + 1, field)) {
        if (at[-1] == ' ' && at[strlen(field)] == ',')
            return 1;
    }
    return 0;
}

/* ---- The items ------------------------------------------------------------------------------------------------- */

/* NULL if the parameter is missing or empty. */
static const char *parameter(const agent_request *request, int place)
{
    return request->nparam > place && request->params[place][0] != '\0' ? request->params[place] : NULL;
}

int cloudbackup_item_ping(agent_request *request, agent_result *result)
{
    jc_text problem = JC_TEXT_EMPTY;
    int outcome;

    (void)request;
    if (cloudbackup.problem.length > 0)
        return fail(result, jc_text_get(&cloudbackup.problem));
    outcome = cloudbackup_client(&problem) != NULL ? answer_number(result, 1) : fail(result, jc_text_get(&problem));
    jc_text_free(&problem);
    return outcome;
}

int cloudbackup_item_job(agent_request *request, agent_result *result)
{
    const char *id = parameter(request, 0);
    const char *field = parameter(request, 1);
    cloudbackup_answer got;
    jc_result judged;
    jc_text message = JC_TEXT_EMPTY;
    int outcome;

    if (cloudbackup.problem.length > 0)
        return fail(result, jc_text_get(&cloudbackup.problem));
    if (id == NULL || request->nparam > 3)
        return fail(result, "the parameters are [job id, field, location]; the location is optional");
    if (field == NULL || !is_field(field)) {
        size_t i;

        jc_text_add(&message, "'%s' is not one of the fields " FIELDS, field != NULL ? field : "");
        for (i = 0; i < JC_METRICS; i++)
            jc_text_add(&message, ", %s", jc_metric_kinds[i].name);
        outcome = fail(result, jc_text_get(&message));
        jc_text_free(&message);
        return outcome;
    }
    got = cloudbackup_get_job(id, parameter(request, 2));
    judged = judge(&got, id);
    outcome = answer_field(field, &got, &judged, result);
    if (outcome < 0) {
        jc_text_add(&message, "the service did not send %s of job %s, or sent a value that cannot be read", field, id);
        outcome = fail(result, jc_text_get(&message));
        jc_text_free(&message);
    }
    jc_result_free(&judged);
    cloudbackup_answer_free(&got);
    return outcome;
}

int cloudbackup_item_json(agent_request *request, agent_result *result)
{
    const char *id = parameter(request, 0);
    cloudbackup_answer got;
    jc_result judged;
    jc_text json = JC_TEXT_EMPTY;
    int outcome;

    if (cloudbackup.problem.length > 0)
        return fail(result, jc_text_get(&cloudbackup.problem));
    if (id == NULL || request->nparam > 2)
        return fail(result, "the parameters are [job id, location]; the location is optional");
    got = cloudbackup_get_job(id, parameter(request, 1));
    judged = judge(&got, id);
    jc_text_result_json(&json, &cloudbackup.policy, &judged, id, got.job, NULL);
    outcome = json.is_cut ? fail(result, "out of memory") : answer_text(result, jc_text_get(&json));
    jc_text_free(&json);
    jc_result_free(&judged);
    cloudbackup_answer_free(&got);
    return outcome;
}
