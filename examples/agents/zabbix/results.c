/*
 * results.c - what an item answers to the agent
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "results.h"

#include <string.h>

/* Without memory there is no message. */
int cloudbackup_fail(agent_result *result, const char *message)
{
    result->msg = strdup(message);
    result->type |= result->msg != NULL ? AR_MESSAGE : 0;
    return SYSINFO_RET_FAIL;
}

int cloudbackup_fail_with(agent_result *result, jc_text *message)
{
    int outcome = cloudbackup_fail(result, jc_text_get(message));

    jc_text_free(message);
    return outcome;
}

int cloudbackup_answer_text(agent_result *result, const char *text)
{
    result->text = strdup(text);
    if (result->text == NULL)
        return SYSINFO_RET_FAIL;
    result->type |= AR_TEXT;
    return SYSINFO_RET_OK;
}

int cloudbackup_answer_with(agent_result *result, jc_text *text)
{
    int outcome = text->is_cut ? cloudbackup_fail(result, "out of memory")
                               : cloudbackup_answer_text(result, jc_text_get(text));

    jc_text_free(text);
    return outcome;
}

int cloudbackup_answer_number(agent_result *result, uint64_t number)
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

const char *cloudbackup_parameter(const agent_request *request, int place)
{
    return request->nparam > place && request->params[place][0] != '\0' ? request->params[place] : NULL;
}

/* ---- Fields ---------------------------------------------------------------------------------------------------- */

int cloudbackup_is_field(const char *const *fields, size_t metrics, const char *name)
{
    size_t i;

    for (i = 0; i < metrics; i++) {
        if (strcmp(name, jc_metric_kinds[i].name) == 0)
            return 1;
    }
    for (; *fields != NULL; fields++) {
        if (strcmp(name, *fields) == 0)
            return 1;
    }
    return 0;
}

int cloudbackup_fail_field(agent_result *result, const char *const *fields, size_t metrics, const char *name)
{
    jc_text message = JC_TEXT_EMPTY;
    size_t i;

    jc_text_add(&message, "'%s' is not one of the fields", name != NULL ? name : "");
    for (i = 0; fields[i] != NULL; i++)
        jc_text_add(&message, "%s %s", i > 0 ? "," : "", fields[i]);
    for (i = 0; i < metrics; i++)
        jc_text_add(&message, ", %s", jc_metric_kinds[i].name);
    return cloudbackup_fail_with(result, &message);
}

int cloudbackup_answer_common(agent_result *result, const char *field, const jc_result *judged)
{
    if (strcmp(field, "verdict") == 0)
        return cloudbackup_answer_number(result, (uint64_t)judged->verdict);
    if (strcmp(field, "verdict_text") == 0)
        return cloudbackup_answer_text(result, jc_verdict_name(judged->verdict));
    if (strcmp(field, "summary") == 0)
        return cloudbackup_answer_text(result, jc_text_get(&judged->summary));
    if (strcmp(field, "details") == 0)
        return cloudbackup_answer_text(result, jc_text_get(&judged->details));
    if (strcmp(field, "status") == 0)
        return cloudbackup_answer_number(result, (uint64_t)judged->status);
    return -1;
}

int cloudbackup_answer_metric(agent_result *result, const char *field, const jc_result *judged)
{
    size_t i;

    for (i = 0; i < JC_METRICS; i++) {
        jc_value value = judged->values[i];

        if (strcmp(field, jc_metric_kinds[i].name) == 0 && jc_value_is_known(value))
            return value.count >= 0 ? cloudbackup_answer_number(result, (uint64_t)value.count)
                                    : answer_decimal(result, value.number);
    }
    return -1;
}

int cloudbackup_answer_time(agent_result *result, int64_t unix_ms)
{
    return unix_ms != CBJ_NO_TIME ? cloudbackup_answer_number(result, (uint64_t)(unix_ms / 1000)) : -1;
}

int cloudbackup_answer_known(agent_result *result, const char *text)
{
    return text != NULL ? cloudbackup_answer_text(result, text) : -1;
}
