/*
 * details.c - the lines below the summary
 */
#include <inttypes.h>

#include "internal.h"

static void add_time(jc_text *text, const char *label, int64_t unix_ms, const char *as_sent)
{
    jc_text_add(text, "%s ", label);
    if (unix_ms != CBJ_NO_TIME) {
        jc_text_time(text, unix_ms);
    } else if (as_sent != NULL) {
        jc_text_add(text, "'");
        jc_text_line(text, as_sent);
        jc_text_add(text, "' (cannot be read)");
    } else {
        jc_text_add(text, "-");
    }
}

static void add_count(jc_text *text, int64_t count, const char *label)
{
    if (count >= 0)
        jc_text_add(text, "%" PRId64 " %s", count, label);
    else
        jc_text_add(text, "? %s", label);
}

void jc_add_facts(jc_text *text, const cbj_job *job, const jc_result *result)
{
    int64_t total = cbj_job_total_count(job);
    int64_t failed = cbj_job_failed_count(job);
    int64_t successful = cbj_job_successful_count(job);
    int64_t skipped = cbj_job_skipped_count(job);
    int64_t parts = jc_sum(jc_sum(failed, successful), skipped);

    add_time(text, "Started", cbj_job_start_time_ms(job), cbj_job_start_time_text(job));
    add_time(text, ", ended", cbj_job_finish_time_ms(job), cbj_job_finish_time_text(job));
    if (jc_value_is_known(result->values[JC_DURATION])) {
        jc_text_add(text, ", took ");
        jc_text_duration(text, result->values[JC_DURATION].number);
    }
    jc_text_add(text, "; ");
    if (total < 0 && failed < 0 && successful < 0 && skipped < 0) {
        jc_text_add(text, "the service sent no counts\n");
        return;
    }
    add_count(text, total, "objects: ");
    add_count(text, successful, "successful, ");
    add_count(text, failed, "failed, ");
    add_count(text, skipped, "skipped");
    if (total >= 0 && (failed > total || successful > total || skipped > total || parts > total))
        jc_text_add(text, "; the counts contradict each other: the parts exceed the total");
    jc_text_add(text, "\n");
}

void jc_add_errors(jc_text *text, const jc_policy *policy, const cbj_job *job, const jc_error_sums *errors)
{
    size_t listed = 0;
    size_t i;

    for (i = 0; i < cbj_job_error_count(job) && listed < policy->listed_errors; i++) {
        const char *message = cbj_job_error_message(job, i);
        const char *url = cbj_job_error_url(job, i);
        int64_t occurrences = cbj_job_error_occurrences(job, i);

        if (jc_policy_ignores(policy, message))
            continue;
        listed++;
        if (occurrences >= 0)
            jc_text_add(text, "%" PRId64 " x ", occurrences);
        jc_text_line(text, message != NULL ? message : "(an error without a text)");
        if (url != NULL) {
            jc_text_add(text, " ");
            jc_text_line(text, url);
        }
        jc_text_add(text, "\n");
    }
    if (errors->counted > listed)
        jc_text_add(text, "and %lu more kinds of errors\n", (unsigned long)(errors->counted - listed));
    if (errors->ignored > 0) {
        jc_text_add(text, "Ignored: %lu kinds of errors", (unsigned long)errors->ignored);
        if (errors->ignored_occurrences >= 0)
            jc_text_add(text, ", %" PRId64 " occurrences", errors->ignored_occurrences);
        jc_text_add(text, "\n");
    }
}

void jc_add_ids(jc_text *text, const char *request_id, const char *trace_id)
{
    if (request_id != NULL) {
        jc_text_add(text, "Request id ");
        jc_text_line(text, request_id);
        jc_text_add(text, "\n");
    }
    if (trace_id != NULL) {
        jc_text_add(text, "Trace id ");
        jc_text_line(text, trace_id);
        jc_text_add(text, "\n");
    }
}
