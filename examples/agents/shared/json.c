/*
 * json.c - a result as JSON
 */
#include <inttypes.h>
#include <string.h>

#include "internal.h"

void jc_json_member(jc_text *text, const char *name, const char *value)
{
    jc_text_add(text, ",\"%s\":", name);
    jc_text_json(text, value);
}

void jc_json_lines(jc_text *text, const char *name, const jc_text *lines)
{
    const char *at = jc_text_get(lines);
    const char *separator = "";

    jc_text_add(text, ",\"%s\":[", name);
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");
        jc_text line = JC_TEXT_EMPTY;

        jc_text_bytes(&line, at, length);
        jc_text_add(text, "%s", separator);
        jc_text_json(text, jc_text_get(&line));
        jc_text_free(&line);
        separator = ",";
        at += length + (at[length] == '\n');
    }
    jc_text_add(text, "]");
}

static void json_range(jc_text *text, const char *name, const jc_range *range)
{
    jc_text written = JC_TEXT_EMPTY;

    jc_text_range(&written, range);
    jc_json_member(text, name, range->is_set ? jc_text_get(&written) : NULL);
    jc_text_free(&written);
}

void jc_json_metrics(jc_text *text, const jc_policy *policy, const jc_result *result)
{
    const char *separator = "";
    size_t i;

    jc_text_add(text, ",\"metrics\":{");
    for (i = 0; i < JC_METRICS; i++) {
        if (!jc_value_is_known(result->values[i]))
            continue;
        jc_text_add(text, "%s\"%s\":{\"value\":", separator, jc_metric_kinds[i].name);
        jc_text_value(text, result->values[i]);
        jc_json_member(text, "unit", jc_metric_kinds[i].unit);
        json_range(text, "warning", &policy->warning[i]);
        json_range(text, "critical", &policy->critical[i]);
        jc_text_add(text, "}");
        separator = ",";
    }
    jc_text_add(text, "}");
}

void jc_json_errors(jc_text *text, const jc_policy *policy, const cbj_job *job)
{
    size_t i;

    jc_text_add(text, ",\"errors\":[");
    for (i = 0; i < cbj_job_error_count(job); i++) {
        int64_t occurrences = cbj_job_error_occurrences(job, i);
        const char *message = cbj_job_error_message(job, i);

        jc_text_add(text, "%s{\"message\":", i > 0 ? "," : "");
        jc_text_json(text, message);
        jc_json_member(text, "url", cbj_job_error_url(job, i));
        if (occurrences >= 0)
            jc_text_add(text, ",\"occurrences\":%" PRId64, occurrences);
        else
            jc_text_add(text, ",\"occurrences\":null");
        jc_text_add(text, ",\"ignored\":%s}", jc_policy_ignores(policy, message) ? "true" : "false");
    }
    jc_text_add(text, "]");
}

void jc_json_failure(jc_text *text, const cbj_error *error)
{
    size_t i;

    if (error == NULL) {
        jc_text_add(text, ",\"error\":null");
        return;
    }
    jc_text_add(text, ",\"error\":{\"http_status\":%" PRId32 ",\"retryable\":%s", cbj_error_http_status(error),
                cbj_error_is_retryable(error) ? "true" : "false");
    if (cbj_error_retry_after_ms(error) >= 0)
        jc_text_add(text, ",\"retry_after_ms\":%" PRId64, cbj_error_retry_after_ms(error));
    else
        jc_text_add(text, ",\"retry_after_ms\":null");
    jc_text_add(text, ",\"details\":[");
    for (i = 0; i < cbj_error_detail_count(error); i++) {
        jc_text_add(text, "%s{\"code\":", i > 0 ? "," : "");
        jc_text_json(text, cbj_error_detail_code(error, i));
        jc_json_member(text, "field", cbj_error_detail_field(error, i));
        jc_json_member(text, "message", cbj_error_detail_message(error, i));
        jc_text_add(text, "}");
    }
    jc_text_add(text, "]}");
}

/* The service's JSON without its line breaks, which can only be between tokens. */
static void json_on_one_line(jc_text *text, const char *json)
{
    for (; *json != '\0'; json++)
        jc_text_bytes(text, (unsigned char)*json < 0x20 ? " " : json, 1);
}

void jc_text_result_json(jc_text *text, const jc_policy *policy, const jc_result *result, const char *asked,
                         const cbj_job *job, const cbj_error *error)
{
    jc_text_add(text, "{\"job_id\":");
    jc_text_json(text, asked);
    jc_text_add(text, ",\"verdict\":%d", result->verdict);
    jc_json_member(text, "verdict_text", jc_verdict_name(result->verdict));
    jc_json_member(text, "status", cbj_status_name(result->status));
    jc_json_member(text, "summary", jc_text_get(&result->summary));
    jc_json_lines(text, "details", &result->details);
    if (result->was_retrieved)
        jc_text_add(text, ",\"state\":%" PRId32, result->state);
    else
        jc_text_add(text, ",\"state\":null");
    jc_json_member(text, "state_text", cbj_job_state_text(job));
    jc_json_member(text, "start_time", cbj_job_start_time_text(job));
    jc_json_member(text, "finish_time", cbj_job_finish_time_text(job));
    jc_json_metrics(text, policy, result);
    jc_json_errors(text, policy, job);
    jc_json_member(text, "request_id", job != NULL ? cbj_job_request_id(job) : cbj_error_request_id(error));
    jc_json_member(text, "trace_id", job != NULL ? cbj_job_trace_id(job) : cbj_error_trace_id(error));
    jc_json_failure(text, error);
    jc_text_add(text, ",\"job\":");
    json_on_one_line(text, job != NULL ? cbj_job_json(job) : "null");
    jc_text_add(text, "}");
}
