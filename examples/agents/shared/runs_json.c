/*
 * runs_json.c - a result about a kind as JSON
 */
#include <inttypes.h>

#include "internal.h"

static void json_time(jc_text *text, const char *name, int64_t unix_ms)
{
    if (unix_ms == CBJ_NO_TIME)
        jc_text_add(text, ",\"%s\":null", name);
    else
        jc_text_add(text, ",\"%s\":%" PRId64, name, unix_ms / 1000);
}

/* A placeholder is no time, nor is a time in the future. */
static void json_time_of_job(jc_text *text, const char *name, int64_t unix_ms, const jc_runs *runs)
{
    json_time(text, name, jc_time_problem(unix_ms, NULL, runs->listed_ms) == NULL ? unix_ms : CBJ_NO_TIME);
}

/* ,"name":{...} or ,"name":null; without the closing brace. Returns whether there is one to close. */
static int open_run(jc_text *text, const char *name, const cbj_job *job, const jc_runs *runs)
{
    jc_text_add(text, ",\"%s\":", name);
    if (job == NULL) {
        jc_text_add(text, "null");
        return 0;
    }
    jc_text_add(text, "{\"job_id\":");
    jc_text_json(text, cbj_job_id(job));
    jc_text_add(text, ",\"state\":%" PRId32, cbj_job_state(job));
    jc_json_member(text, "state_text", cbj_job_state_text(job));
    json_time_of_job(text, "start_time", cbj_job_start_time_ms(job), runs);
    json_time_of_job(text, "finish_time", cbj_job_finish_time_ms(job), runs);
    return 1;
}

static void json_run(jc_text *text, const char *name, const cbj_job *job, const jc_runs *runs)
{
    if (open_run(text, name, job, runs))
        jc_text_add(text, "}");
}

static void json_window(jc_text *text, const jc_runs *runs)
{
    size_t i;

    if (runs == NULL) {
        jc_text_add(text, ",\"window\":null");
        return;
    }
    jc_text_add(text, ",\"window\":{\"seconds\":%" PRId64 ",\"runs\":{", runs->window_ms / 1000);
    for (i = 0; i < JC_STATES; i++)
        jc_text_add(text, "%s\"%s\":%" PRId64, i > 0 ? "," : "", jc_states[i].key, runs->window_runs[i]);
    jc_text_add(text, "}}");
}

void jc_text_runs_json(jc_text *text, const jc_policy *policy, const jc_result *result, const jc_kind *kind,
                       const jc_runs *runs, const cbj_error *error)
{
    jc_policy of_kind = jc_policy_of_kind(policy, kind);
    const cbj_job *ended = runs != NULL ? runs->ended : NULL;
    jc_text name = JC_TEXT_EMPTY;

    jc_text_kind(&name, kind);
    jc_text_add(text, "{\"kind\":");
    jc_text_json(text, jc_text_get(&name));
    jc_text_free(&name);
    jc_json_member(text, "object_type", cbj_object_type_name(kind->object_type));
    jc_json_member(text, "job_type", cbj_job_type_name(kind->job_type));
    jc_json_member(text, "location", kind->location[0] != '\0' ? kind->location : NULL);
    jc_text_add(text, ",\"verdict\":%d", result->verdict);
    jc_json_member(text, "verdict_text", jc_verdict_name(result->verdict));
    jc_json_member(text, "status", cbj_status_name(result->status));
    jc_json_member(text, "summary", jc_text_get(&result->summary));
    jc_json_member(text, "line", jc_text_get(&result->line));
    jc_json_lines(text, "details", &result->details);
    jc_json_metrics(text, &of_kind, result);
    if (open_run(text, "run", ended, runs)) {
        jc_json_errors(text, policy, ended);
        jc_text_add(text, "}");
    }
    json_run(text, "success", runs != NULL ? runs->succeeded : NULL, runs);
    json_run(text, "running", runs != NULL ? runs->running : NULL, runs);
    json_window(text, runs);
    if (runs != NULL && runs->missing >= 0)
        jc_text_add(text, ",\"missing_jobs\":%" PRId64, runs->missing);
    else
        jc_text_add(text, ",\"missing_jobs\":null");
    json_time(text, "listed_time", runs != NULL ? runs->listed_ms : CBJ_NO_TIME);
    jc_json_member(text, "request_id", runs != NULL ? cbj_job_request_id(ended) : cbj_error_request_id(error));
    jc_json_member(text, "trace_id", runs != NULL ? cbj_job_trace_id(ended) : cbj_error_trace_id(error));
    jc_json_failure(text, error);
    jc_text_add(text, "}");
}
