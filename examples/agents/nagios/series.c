/*
 * series.c - the formats for databases of time series: prometheus and influx
 */
#include "series.h"

#include <inttypes.h>
#include <string.h>

/* Both formats quote text in the same way. */
static void add_quoted(jc_text *text, const char *value)
{
    jc_text_bytes(text, "\"", 1);
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            jc_text_bytes(text, "\\", 1);
        jc_text_bytes(text, (unsigned char)*value < 0x20 ? " " : value, 1);
    }
    jc_text_bytes(text, "\"", 1);
}

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
    {JC_TOTAL, "objects", "Objects in the job."},
    {JC_FAILED, "failed_objects", "Objects that failed."},
    {JC_SUCCESSFUL, "successful_objects", "Objects that succeeded."},
    {JC_SKIPPED, "skipped_objects", "Objects that were skipped."},
    {JC_ERRORS, "error_occurrences", "Occurrences of the top errors that are not ignored."},
    {JC_DURATION, "duration_seconds", "From start to end of a job that has ended."},
};

static void add_label(jc_text *text, const char *job_id)
{
    jc_text_add(text, "job_id=");
    add_quoted(text, job_id);
}

static void begin_series(jc_text *text, const char *name, const char *help, const char *job_id)
{
    jc_text_add(text, "# HELP cloudbackup_job_%s %s\n# TYPE cloudbackup_job_%s gauge\ncloudbackup_job_%s{", name, help,
                name, name);
    add_label(text, job_id);
}

static void add_seconds(jc_text *text, const char *name, const char *help, const char *job_id, int64_t unix_ms)
{
    if (unix_ms == CBJ_NO_TIME)
        return;
    begin_series(text, name, help, job_id);
    jc_text_add(text, "} %" PRId64 "\n", unix_ms / 1000);
}

void series_write_prometheus(jc_text *text, const jc_result *result, const char *job_id)
{
    size_t i;

    begin_series(text, "verdict", "What the check says: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.", job_id);
    jc_text_add(text, "} %d\n", result->verdict);
    begin_series(text, "retrieved", "Whether the service answered with the job: 1 or 0.", job_id);
    jc_text_add(text, "} %d\n", result->was_retrieved);
    if (!result->was_retrieved) {
        begin_series(text, "check_status", "Why the job was not retrieved: a CBJ_ERROR number.", job_id);
        jc_text_add(text, "} %" PRId32 "\n", result->status);
        return;
    }
    for (i = 0; i < JC_STATES; i++) {
        if (i == 0) {
            begin_series(text, "state", "The state of the job: 1 for the one that it is in.", job_id);
        } else {
            jc_text_add(text, "cloudbackup_job_state{");
            add_label(text, job_id);
        }
        jc_text_add(text, ",state=\"%s\"} %d\n", jc_states[i].key, jc_state_of(result->state) == &jc_states[i]);
    }
    for (i = 0; i < sizeof series / sizeof series[0]; i++) {
        jc_value value = result->values[series[i].metric];

        if (!jc_value_is_known(value))
            continue;
        begin_series(text, series[i].name, series[i].help, job_id);
        jc_text_add(text, "} ");
        jc_text_value(text, value);
        jc_text_add(text, "\n");
    }
    add_seconds(text, "start_time_seconds", "When the job started, Unix time.", job_id, result->start_ms);
    add_seconds(text, "finish_time_seconds", "When the job ended, Unix time.", job_id, result->finish_ms);
}

/* ---- influx ---------------------------------------------------------------------------------------------------- */

static void add_tag(jc_text *text, const char *value)
{
    for (; *value != '\0'; value++) {
        if (strchr(" ,=\\", *value) != NULL)
            jc_text_bytes(text, "\\", 1);
        jc_text_bytes(text, (unsigned char)*value < 0x20 ? "_" : value, 1);
    }
}

static void add_field(jc_text *text, const char *name, const char *value)
{
    if (value == NULL)
        return;
    jc_text_add(text, ",%s=", name);
    add_quoted(text, value);
}

static void add_time_field(jc_text *text, const char *name, int64_t unix_ms)
{
    if (unix_ms != CBJ_NO_TIME)
        jc_text_add(text, ",%s=%" PRId64 "i", name, unix_ms / 1000);
}

void series_write_influx(jc_text *text, const jc_result *result, const char *job_id, const cbj_job *job)
{
    size_t i;

    jc_text_add(text, "cloudbackup_job,job_id=");
    add_tag(text, job_id);
    jc_text_add(text, " verdict=%di,retrieved=%di,status=%" PRId32 "i", result->verdict, result->was_retrieved,
                result->status);
    if (result->was_retrieved) {
        jc_text_add(text, ",state=%" PRId32 "i", result->state);
        add_field(text, "state_text", cbj_job_state_text(job));
    }
    for (i = 0; i < JC_METRICS; i++) {
        if (!jc_value_is_known(result->values[i]))
            continue;
        jc_text_add(text, ",%s=", jc_metric_kinds[i].name);
        jc_text_value(text, result->values[i]);
        /* Influx keeps the first type of a field. Here counts are always integers, and all others never are. */
        jc_text_add(text, "%s", jc_metric_kinds[i].unit[0] == '\0' ? "i" : "");
    }
    add_time_field(text, "start_time", result->start_ms);
    add_time_field(text, "finish_time", result->finish_ms);
    add_field(text, "message", jc_text_get(&result->summary));
    jc_text_add(text, "\n");
}
