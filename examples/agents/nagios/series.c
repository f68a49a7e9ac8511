/*
 * series.c - the formats prometheus and influx, for one job and for the check as a whole
 */
#include "series.h"

#include <inttypes.h>
#include <string.h>

#include "kind_series.h"
#include "samples.h"

/* ---- prometheus ------------------------------------------------------------------------------------------------ */

/*
 * Age and running time are not among the series: they would stand still between two runs of the check, and a query can
 * compute them from the times. A query can compute the percentage, too.
 */
static const struct {
    jc_metric metric;
    const char *name;
    const char *help;
} series[] = {
    {JC_TOTAL, "cloudbackup_job_objects", "Objects in the job."},
    {JC_FAILED, "cloudbackup_job_failed_objects", "Objects that failed."},
    {JC_SUCCESSFUL, "cloudbackup_job_successful_objects", "Objects that succeeded."},
    {JC_SKIPPED, "cloudbackup_job_skipped_objects", "Objects that were skipped."},
    {JC_ERRORS, "cloudbackup_job_error_occurrences", "Occurrences of the top errors that are not ignored."},
    {JC_DURATION, "cloudbackup_job_duration_seconds", "From start to end of a job that has ended."},
};

/* A name and its labels. A collector merges the files of many jobs, so each series has the job's id. */
static void add_name(jc_text *text, const report *found, const char *name, const char *state)
{
    samples_labels labels = SAMPLES_NO_LABELS;

    jc_text_add(text, "%s", name);
    if (found->subject == SUBJECT_JOB)
        samples_add_label(&labels, "job_id", found->job_id);
    if (state != NULL)
        samples_add_label(&labels, "state", state);
    samples_add_free_labels(&labels, found->labels);
    samples_end_labels(text, &labels);
}

static void add_sample(jc_text *text, const report *found, const char *name, const char *help, int64_t value)
{
    samples_begin(text, name, help);
    add_name(text, found, name, NULL);
    jc_text_add(text, "%" PRId64 "\n", value);
}

static void add_time(jc_text *text, const report *found, const char *name, const char *help, int64_t unix_ms)
{
    if (unix_ms != CBJ_NO_TIME)
        add_sample(text, found, name, help, unix_ms / 1000);
}

static void write_job(jc_text *text, const report *found)
{
    const jc_result *result = &found->answers[0].result;
    size_t i;

    add_sample(text, found, "cloudbackup_job_verdict", "What the check says: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
               result->verdict);
    add_sample(text, found, "cloudbackup_job_retrieved", "Whether the service answered with the job: 1 or 0.",
               result->was_retrieved);
    if (!result->was_retrieved) {
        add_sample(text, found, "cloudbackup_job_check_status", "Why the job was not retrieved: a CBJ_ERROR number.",
                   result->status);
        return;
    }
    samples_begin(text, "cloudbackup_job_state", "The state of the job: 1 for the one that it is in.");
    for (i = 0; i < JC_STATES; i++) {
        add_name(text, found, "cloudbackup_job_state", jc_states[i].key);
        jc_text_add(text, "%d\n", jc_state_of(result->state) == &jc_states[i]);
    }
    for (i = 0; i < sizeof series / sizeof series[0]; i++) {
        jc_value value = result->values[series[i].metric];

        if (!jc_value_is_known(value))
            continue;
        samples_begin(text, series[i].name, series[i].help);
        add_name(text, found, series[i].name, NULL);
        jc_text_value(text, value);
        jc_text_add(text, "\n");
    }
    add_time(text, found, "cloudbackup_job_start_time_seconds", "When the job started, Unix time.", result->start_ms);
    add_time(text, found, "cloudbackup_job_finish_time_seconds", "When the job ended, Unix time.", result->finish_ms);
}

void series_write_prometheus(jc_text *text, const report *found)
{
    add_sample(text, found, "cloudbackup_up", "Whether the service answered every question of the check: 1 or 0.",
               found->problem == NULL && report_is_up(found));
    add_sample(text, found, "cloudbackup_check_time_seconds", "When the check was done, Unix time.",
               found->checked_ms / 1000);
    if (found->subject == SUBJECT_JOB)
        write_job(text, found);
    else if (found->subject == SUBJECT_KINDS)
        kind_series_write_prometheus(text, found);
}

/* ---- influx ---------------------------------------------------------------------------------------------------- */

void series_write_influx(jc_text *text, const report *found)
{
    const jc_result *result = &found->answers[0].result;

    if (found->subject == SUBJECT_KINDS) {
        kind_series_write_influx(text, found);
        return;
    }
    jc_text_add(text, "cloudbackup_%s", found->subject == SUBJECT_JOB ? "job" : "service");
    if (found->subject == SUBJECT_JOB)
        samples_add_tag(text, "job_id", strlen("job_id"), found->job_id);
    samples_add_free_tags(text, found->labels);
    jc_text_add(text, " verdict=%di,retrieved=%di,status=%" PRId32 "i", result->verdict, result->was_retrieved,
                result->status);
    if (found->subject == SUBJECT_JOB) {
        if (result->was_retrieved) {
            jc_text_add(text, ",state=%" PRId32 "i", result->state);
            samples_add_text_field(text, "state_text", cbj_job_state_text(found->answers[0].job));
        }
        samples_add_metric_fields(text, result, JC_JOB_METRICS);
        samples_add_time_field(text, "start_time", result->start_ms);
        samples_add_time_field(text, "finish_time", result->finish_ms);
    }
    samples_add_text_field(text, "message", jc_text_get(&result->summary));
    jc_text_add(text, "\n");
}
