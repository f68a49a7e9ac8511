/*
 * formats.c - what check_cloudbackup_job prints, for each monitoring system
 */
#include "formats.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char *const format_names[FORMATS] = {"nagios", "checkmk", "prometheus", "influx", "json"};

int formats_find(const char *name, output_format *format)
{
    int i;

    for (i = 0; i < FORMATS; i++) {
        if (strcmp(name, format_names[i]) == 0) {
            *format = (output_format)i;
            return 1;
        }
    }
    return 0;
}

int formats_exit_status(const output_shape *shape, const jc_result *result)
{
    /* Telegraf drops what a program prints that exits with another status, and cron sends mail. */
    return shape->format == FORMAT_NAGIOS ? result->verdict : 0;
}

/* ---- nagios ---------------------------------------------------------------------------------------------------- */

/* "'failed'=4;0;10;0;1530" */
static void add_perfdata(jc_text *text, const jc_policy *policy, const jc_result *result, size_t metric)
{
    const char *unit = jc_metric_kinds[metric].unit;
    jc_value total = result->values[JC_TOTAL];

    jc_text_add(text, "'%s'=", jc_metric_kinds[metric].name);
    jc_text_value(text, result->values[metric]);
    jc_text_add(text, "%s;", unit);
    jc_text_range(text, &policy->warning[metric]);
    jc_text_add(text, ";");
    jc_text_range(text, &policy->critical[metric]);
    jc_text_add(text, ";0;");
    if (*unit == '%')
        jc_text_add(text, "100");
    else if (jc_value_is_known(total) && (metric == JC_FAILED || metric == JC_SUCCESSFUL || metric == JC_SKIPPED))
        jc_text_value(text, total);
}

/* The longest beginning of at most `length` bytes that does not end inside a character. */
static size_t whole_characters(const char *bytes, size_t length)
{
    while (length > 0 && ((unsigned char)bytes[length] & 0xC0) == 0x80)
        length--;
    return length;
}

/* `text` in at most `room` bytes, with "..." where it was cut. */
static void add_cut(jc_text *text, const char *whole, size_t room)
{
    size_t length = strlen(whole);

    if (length <= room) {
        jc_text_bytes(text, whole, length);
    } else if (room > 3) {
        jc_text_bytes(text, whole, whole_characters(whole, room - 3));
        jc_text_add(text, "...");
    }
}

/* The bytes that are left of `max_bytes` when a NUL and `used` are taken off. */
static size_t room_for(size_t max_bytes, size_t used)
{
    if (max_bytes == 0)
        return SIZE_MAX;
    return max_bytes > used + 1 ? max_bytes - used - 1 : 0;
}

/* Whole lines as far as they fit, each behind `separator`, and a last one that tells how many do not. */
static void add_details(jc_text *text, const char *details, const char *separator, size_t max_bytes, size_t reserved)
{
    /* " and 1234 more lines" with either separator */
    const size_t remark = 24;
    unsigned long left_out = 0;
    const char *at;

    for (at = details; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        size_t room = room_for(max_bytes, text->length + strlen(separator) + reserved);
        int is_last = at[length] == '\0' || at[length + 1] == '\0';

        if (left_out > 0 || length + (is_last ? 0 : remark) > room) {
            left_out++;
        } else {
            jc_text_add(text, "%s", separator);
            jc_text_bytes(text, at, length);
        }
        at += length + (at[length] != '\0');
    }
    if (left_out > 0 && room_for(max_bytes, text->length + reserved) >= remark)
        jc_text_add(text, "%sand %lu more lines", separator, left_out);
}

static void write_nagios(jc_text *text, const output_shape *shape, const jc_policy *policy, const jc_result *result,
                         const char *job_id)
{
    jc_text first = JC_TEXT_EMPTY;
    jc_text numbers = JC_TEXT_EMPTY;
    size_t i;

    jc_text_add(&first, "BACKUP %s - ", jc_verdict_name(result->verdict));
    jc_text_line(&first, job_id);
    jc_text_add(&first, ": %s", jc_text_get(&result->summary));
    for (i = 0; i < JC_METRICS; i++) {
        jc_text number = JC_TEXT_EMPTY;

        if (!jc_value_is_known(result->values[i]))
            continue;
        add_perfdata(&number, policy, result, i);
        /* Half of the room is for the sentence, if that needs so much; a number is there whole or not at all. */
        if (shape->max_bytes == 0 ||
            numbers.length + number.length + 1 <=
                room_for(shape->max_bytes,
                         1 + (first.length < shape->max_bytes / 2 ? first.length : shape->max_bytes / 2) + 2))
            jc_text_add(&numbers, "%s%s", numbers.length > 0 ? " " : "", jc_text_get(&number));
        jc_text_free(&number);
    }
    add_cut(text, jc_text_get(&first),
            room_for(shape->max_bytes, 1 + (numbers.length > 0 ? numbers.length + 3 : 0)));
    if (numbers.length > 0)
        jc_text_add(text, " | %s", jc_text_get(&numbers));
    add_details(text, jc_text_get(&result->details), "\n", shape->max_bytes, 1);
    jc_text_add(text, "\n");
    jc_text_free(&first);
    jc_text_free(&numbers);
}

/* ---- checkmk --------------------------------------------------------------------------------------------------- */

/* Checkmk knows an upper limit, or lower and upper as "5:10", but neither the inside of a range nor half of a pair. */
static void add_checkmk_limit(jc_text *text, const jc_range *range)
{
    jc_text_add(text, ";");
    if (!range->is_set || range->is_inverted || isinf(range->end))
        return;
    if (range->start != 0 && !isinf(range->start)) {
        jc_text_number(text, range->start);
        jc_text_add(text, ":");
    }
    jc_text_number(text, range->end);
}

static void write_checkmk(jc_text *text, const output_shape *shape, const jc_policy *policy, const jc_result *result,
                          const char *job_id)
{
    jc_text first = JC_TEXT_EMPTY;
    size_t before;
    size_t i;

    jc_text_add(text, "%d \"", result->verdict);
    if (shape->service != NULL) {
        jc_text_add(text, "%s", shape->service);
    } else {
        /* A quote would end the name. */
        jc_text_add(text, "Cloud Backup ");
        for (; *job_id != '\0'; job_id++)
            jc_text_bytes(text, *job_id == '"' || (unsigned char)*job_id < 0x20 ? "_" : job_id, 1);
    }
    jc_text_add(text, "\" ");
    before = text->length;
    for (i = 0; i < JC_METRICS; i++) {
        if (!jc_value_is_known(result->values[i]))
            continue;
        jc_text_add(text, "%s%s=", text->length > before ? "|" : "", jc_metric_kinds[i].name);
        jc_text_value(text, result->values[i]);
        add_checkmk_limit(text, &policy->warning[i]);
        add_checkmk_limit(text, &policy->critical[i]);
        jc_text_add(text, ";0");
    }
    jc_text_add(text, text->length > before ? " " : "- ");
    jc_text_add(&first, "%s", jc_text_get(&result->summary));
    add_cut(text, jc_text_get(&first), room_for(shape->max_bytes, text->length + 1));
    /* A line break is written as backslash and n. */
    add_details(text, jc_text_get(&result->details), "\\n", shape->max_bytes, 1);
    jc_text_add(text, "\n");
    jc_text_free(&first);
}

/* ---- prometheus ------------------------------------------------------------------------------------------------ */

/*
 * Ages are left out: between two runs of the check they would stand still; the times that they count from are there. So
 * is the percentage, which a query computes.
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
    jc_text_add(text, "job_id=\"");
    for (; *job_id != '\0'; job_id++) {
        if (*job_id == '"' || *job_id == '\\')
            jc_text_bytes(text, "\\", 1);
        jc_text_bytes(text, (unsigned char)*job_id < 0x20 ? " " : job_id, 1);
    }
    jc_text_add(text, "\"");
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

static void write_prometheus(jc_text *text, const jc_result *result, const char *job_id)
{
    size_t i;

    begin_series(text, "verdict", "What the check says: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.", job_id);
    jc_text_add(text, "} %d\n", result->verdict);
    begin_series(text, "retrieved", "Whether the service answered with the job: 1 or 0.", job_id);
    jc_text_add(text, "} %d\n", result->was_retrieved);
    if (!result->was_retrieved) {
        begin_series(text, "check_status", "Why not: a CBJ_ERROR number.", job_id);
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
    jc_text_add(text, ",%s=\"", name);
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            jc_text_bytes(text, "\\", 1);
        jc_text_bytes(text, (unsigned char)*value < 0x20 ? " " : value, 1);
    }
    jc_text_add(text, "\"");
}

static void add_time_field(jc_text *text, const char *name, int64_t unix_ms)
{
    if (unix_ms != CBJ_NO_TIME)
        jc_text_add(text, ",%s=%" PRId64 "i", name, unix_ms / 1000);
}

static void write_influx(jc_text *text, const jc_result *result, const char *job_id, const cbj_job *job)
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
        /* A field keeps the type that it had first: counts are integers, the rest never is. */
        jc_text_add(text, "%s", jc_metric_kinds[i].unit[0] == '\0' ? "i" : "");
    }
    add_time_field(text, "start_time", result->start_ms);
    add_time_field(text, "finish_time", result->finish_ms);
    add_field(text, "message", jc_text_get(&result->summary));
    jc_text_add(text, "\n");
}

/* ---------------------------------------------------------------------------------------------------------------- */

void formats_write(jc_text *text, const output_shape *shape, const jc_policy *policy, const jc_result *result,
                   const char *job_id, const cbj_job *job, const cbj_error *error)
{
    switch (shape->format) {
    case FORMAT_CHECKMK:
        write_checkmk(text, shape, policy, result, job_id);
        break;
    case FORMAT_PROMETHEUS:
        write_prometheus(text, result, job_id);
        break;
    case FORMAT_INFLUX:
        write_influx(text, result, job_id, job);
        break;
    case FORMAT_JSON:
        jc_text_result_json(text, policy, result, job_id, job, error);
        jc_text_add(text, "\n");
        break;
    case FORMAT_NAGIOS:
    case FORMATS:
        write_nagios(text, shape, policy, result, job_id);
        break;
    }
}
