/*
 * lines.c - the formats that are lines of text with numbers, in limited room: nagios and checkmk
 */
#include "lines.h"

#include <math.h>
#include <string.h>

/* ---- Room ------------------------------------------------------------------------------------------------------ */

/* Adds `whole` in at most `room` bytes. If it does not fit, it ends with "...". */
static void add_cut(jc_text *text, const char *whole, size_t room)
{
    size_t length = strlen(whole);

    if (length <= room) {
        jc_text_bytes(text, whole, length);
    } else if (room > 3) {
        jc_text_bytes(text, whole, jc_fitting_length(whole, room - 3));
        jc_text_add(text, "...");
    }
}

/* How many of `max_bytes` are free after `used` bytes and a NUL. */
static size_t room_for(size_t max_bytes, size_t used)
{
    if (max_bytes == 0)
        return SIZE_MAX;
    return max_bytes > used + 1 ? max_bytes - used - 1 : 0;
}

/* Adds the lines that fit, with `separator` before each. The last line says how many lines did not fit. */
static void add_details(jc_text *text, const char *details, const char *separator, size_t max_bytes, size_t reserved)
{
    /* The length of "and 1234 more lines" with a separator. */
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

void lines_write_nagios(jc_text *text, size_t max_bytes, const jc_policy *policy, const jc_result *result,
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
        /* The sentence may need up to half of the room. A number that does not fit into the rest is left out. */
        if (max_bytes == 0 ||
            numbers.length + number.length + 1 <=
                room_for(max_bytes, 1 + (first.length < max_bytes / 2 ? first.length : max_bytes / 2) + 2))
            jc_text_add(&numbers, "%s%s", numbers.length > 0 ? " " : "", jc_text_get(&number));
        jc_text_free(&number);
    }
    add_cut(text, jc_text_get(&first), room_for(max_bytes, 1 + (numbers.length > 0 ? numbers.length + 3 : 0)));
    if (numbers.length > 0)
        jc_text_add(text, " | %s", jc_text_get(&numbers));
    add_details(text, jc_text_get(&result->details), "\n", max_bytes, 1);
    jc_text_add(text, "\n");
    jc_text_free(&first);
    jc_text_free(&numbers);
}

/* ---- checkmk --------------------------------------------------------------------------------------------------- */

/*
 * Checkmk has an upper limit, or a lower and an upper limit written "5:10". It has neither a lower limit alone nor a limit
 * for the inside of a range.
 */
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

void lines_write_checkmk(jc_text *text, const char *service, size_t max_bytes, const jc_policy *policy,
                         const jc_result *result, const char *job_id)
{
    size_t before;
    size_t i;

    jc_text_add(text, "%d \"", result->verdict);
    if (service != NULL) {
        jc_text_add(text, "%s", service);
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
    add_cut(text, jc_text_get(&result->summary), room_for(max_bytes, text->length + 1));
    /* Checkmk takes backslash and n for a line break. */
    add_details(text, jc_text_get(&result->details), "\\n", max_bytes, 1);
    jc_text_add(text, "\n");
}
