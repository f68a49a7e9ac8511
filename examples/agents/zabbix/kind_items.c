/*
 * kind_items.c - the items about kinds of jobs
 */
#include <string.h>

#include "discovery.h"
#include "items.h"
#include "last_runs.h"
#include "results.h"
#include "settings.h"

int cloudbackup_item_discovery(agent_request *request, agent_result *result)
{
    jc_text json = JC_TEXT_EMPTY;
    jc_text problem = JC_TEXT_EMPTY;

    (void)request;
    if (cloudbackup.problem.length > 0)
        return cloudbackup_fail(result, jc_text_get(&cloudbackup.problem));
    if (cloudbackup_discover(&json, &problem))
        return cloudbackup_answer_with(result, &json);
    jc_text_free(&json);
    return cloudbackup_fail_with(result, &problem);
}

/* Reads the kind. Returns SYSINFO_RET_OK, or what the item answers because the kind or the configuration is wrong. */
static int read_kind(const agent_request *request, int parameters, jc_kind *kind, agent_result *result)
{
    const char *name = cloudbackup_parameter(request, 0);
    jc_text problem = JC_TEXT_EMPTY;

    if (cloudbackup.problem.length > 0)
        return cloudbackup_fail(result, jc_text_get(&cloudbackup.problem));
    if (name == NULL || request->nparam != parameters)
        return cloudbackup_fail(result, parameters == 1 ? "the parameter is [kind], such as exchange-online"
                                                        : "the parameters are [kind, field]");
    if (!jc_kind_parse(name, NULL, NULL, kind, &problem))
        return cloudbackup_fail_with(result, &problem);
    jc_text_free(&problem);
    return SYSINFO_RET_OK;
}

/* Beside the numbers. state, job_id, start_time and finish_time are those of the last run that ended. */
static const char *const fields[] = {CLOUDBACKUP_COMMON_FIELDS,
                                     "line",
                                     "state",
                                     "state_text",
                                     "job_id",
                                     "start_time",
                                     "finish_time",
                                     "success_time",
                                     "success_job_id",
                                     "running_start_time",
                                     "running_job_id",
                                     "listed_time",
                                     "missing_jobs",
                                     "request_id",
                                     NULL};

/* Returns -1 if nothing is known about the field. */
static int answer_field(const char *field, const cloudbackup_last_runs *got, agent_result *result)
{
    const jc_result *judged = &got->judgement.judged;
    const jc_runs *runs = &got->runs;
    int outcome = cloudbackup_answer_common(result, field, judged);

    if (outcome >= 0)
        return outcome;
    if (!got->has_runs)
        return cloudbackup_fail(result, jc_text_get(&got->judgement.message));
    if (strcmp(field, "line") == 0)
        return cloudbackup_answer_text(result, jc_text_get(&judged->line));
    if (strcmp(field, "state") == 0)
        return runs->ended != NULL ? cloudbackup_answer_number(result, (uint64_t)judged->state) : -1;
    if (strcmp(field, "state_text") == 0)
        return cloudbackup_answer_known(result, cbj_job_state_text(runs->ended));
    if (strcmp(field, "job_id") == 0)
        return cloudbackup_answer_known(result, cbj_job_id(runs->ended));
    if (strcmp(field, "start_time") == 0)
        return cloudbackup_answer_time(result, judged->start_ms);
    if (strcmp(field, "finish_time") == 0)
        return cloudbackup_answer_time(result, judged->finish_ms);
    if (strcmp(field, "success_time") == 0)
        return cloudbackup_answer_time(result, judged->success_ms);
    if (strcmp(field, "success_job_id") == 0)
        return cloudbackup_answer_known(result, cbj_job_id(runs->succeeded));
    if (strcmp(field, "running_start_time") == 0)
        return cloudbackup_answer_time(result, judged->running_start_ms);
    if (strcmp(field, "running_job_id") == 0)
        return cloudbackup_answer_known(result, cbj_job_id(runs->running));
    if (strcmp(field, "listed_time") == 0)
        return cloudbackup_answer_time(result, runs->listed_ms);
    if (strcmp(field, "missing_jobs") == 0)
        return runs->missing >= 0 ? cloudbackup_answer_number(result, (uint64_t)runs->missing) : -1;
    if (strcmp(field, "request_id") == 0)
        return cloudbackup_answer_known(result, cbj_job_request_id(runs->ended));
    return cloudbackup_answer_metric(result, field, judged);
}

int cloudbackup_item_kind(agent_request *request, agent_result *result)
{
    const char *field = cloudbackup_parameter(request, 1);
    cloudbackup_last_runs got;
    jc_kind kind;
    int outcome = read_kind(request, 2, &kind, result);

    if (outcome != SYSINFO_RET_OK)
        return outcome;
    if (field == NULL || !cloudbackup_is_field(fields, JC_METRICS, field))
        return cloudbackup_fail_field(result, fields, JC_METRICS, field);
    got = cloudbackup_get_last_runs(&kind);
    outcome = answer_field(field, &got, result);
    if (outcome < 0) {
        jc_text message = JC_TEXT_EMPTY;

        jc_text_add(&message, "nothing is known about %s of ", field);
        jc_text_kind(&message, &kind);
        jc_text_add(&message, ": ");
        jc_text_line(&message, jc_text_get(&got.judgement.judged.line));
        outcome = cloudbackup_fail_with(result, &message);
    }
    cloudbackup_last_runs_free(&got);
    return outcome;
}

int cloudbackup_item_kind_json(agent_request *request, agent_result *result)
{
    cloudbackup_last_runs got;
    jc_kind kind;
    int outcome = read_kind(request, 1, &kind, result);

    if (outcome != SYSINFO_RET_OK)
        return outcome;
    got = cloudbackup_get_last_runs(&kind);
    outcome = cloudbackup_answer_with(result, &got.judgement.json);
    cloudbackup_last_runs_free(&got);
    return outcome;
}
