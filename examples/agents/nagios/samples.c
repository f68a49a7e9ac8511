/*
 * samples.c - the syntax of the formats prometheus and influx
 */
#include "samples.h"

#include <inttypes.h>
#include <string.h>

void samples_add_quoted(jc_text *text, const char *value)
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

static void begin_label(samples_labels *labels, const char *name, size_t length)
{
    jc_text_add(&labels->text, "%s", labels->text.length > 0 ? "," : "{");
    jc_text_bytes(&labels->text, name, length);
    jc_text_add(&labels->text, "=");
}

void samples_add_label(samples_labels *labels, const char *name, const char *value)
{
    begin_label(labels, name, strlen(name));
    samples_add_quoted(&labels->text, value);
}

void samples_add_free_labels(samples_labels *labels, const label_list *free_labels)
{
    size_t i;

    for (i = 0; i < free_labels->count; i++) {
        begin_label(labels, free_labels->all[i].text, free_labels->all[i].name_length);
        samples_add_quoted(&labels->text, labels_value(&free_labels->all[i]));
    }
}

void samples_end_labels(jc_text *text, samples_labels *labels)
{
    jc_text_add(text, "%s%s", jc_text_get(&labels->text), labels->text.length > 0 ? "} " : " ");
    jc_text_free(&labels->text);
}

void samples_begin(jc_text *text, const char *name, const char *help)
{
    jc_text_add(text, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* ---- influx ---------------------------------------------------------------------------------------------------- */

void samples_add_tag_value(jc_text *text, const char *value)
{
    for (; *value != '\0'; value++) {
        if (strchr(" ,=\\", *value) != NULL)
            jc_text_bytes(text, "\\", 1);
        jc_text_bytes(text, (unsigned char)*value < 0x20 ? "_" : value, 1);
    }
}

void samples_add_tag(jc_text *text, const char *name, size_t name_length, const char *value)
{
    jc_text_add(text, ",");
    jc_text_bytes(text, name, name_length);
    jc_text_add(text, "=");
    samples_add_tag_value(text, value);
}

void samples_add_free_tags(jc_text *text, const label_list *free_labels)
{
    size_t i;

    for (i = 0; i < free_labels->count; i++)
        samples_add_tag(text, free_labels->all[i].text, free_labels->all[i].name_length,
                        labels_value(&free_labels->all[i]));
}

void samples_add_text_field(jc_text *text, const char *name, const char *value)
{
    if (value == NULL)
        return;
    jc_text_add(text, ",%s=", name);
    samples_add_quoted(text, value);
}

void samples_add_time_field(jc_text *text, const char *name, int64_t unix_ms)
{
    if (unix_ms != CBJ_NO_TIME)
        jc_text_add(text, ",%s=%" PRId64 "i", name, unix_ms / 1000);
}

void samples_add_metric_fields(jc_text *text, const jc_result *result, jc_metric end)
{
    size_t i;

    for (i = 0; i < (size_t)end; i++) {
        if (!jc_value_is_known(result->values[i]))
            continue;
        jc_text_add(text, ",%s=", jc_metric_kinds[i].name);
        jc_text_value(text, result->values[i]);
        /* Influx keeps the first type of a field. Here counts are always integers, and all others never are. */
        jc_text_add(text, "%s", jc_metric_kinds[i].unit[0] == '\0' ? "i" : "");
    }
}
