/*
 * lines.c - the formats nagios and checkmk, for one job and for what has no numbers
 */
#include "lines.h"

#include <string.h>

#include "kind_lines.h"
#include "numbers.h"
#include "room.h"

/* ---- nagios ---------------------------------------------------------------------------------------------------- */

/* "'failed'=4;0;10;0;1530" */
static void add_perfdata(jc_text *text, const report *found, const jc_result *result, jc_metric metric)
{
    jc_text_add(text, "'%s'=", jc_metric_kinds[metric].name);
    numbers_add_nagios(text, metric, result->values[metric], found->policy);
    jc_text_add(text, ";");
    numbers_add_maximum(text, metric, result);
}

static void write_job(jc_text *text, size_t max_bytes, const report *found)
{
    const jc_result *result = &found->answers[0].result;
    jc_text first = JC_TEXT_EMPTY;
    jc_text numbers = JC_TEXT_EMPTY;
    size_t i;

    jc_text_add(&first, "BACKUP %s - ", jc_verdict_name(result->verdict));
    jc_text_line(&first, found->job_id);
    jc_text_add(&first, ": %s", jc_text_get(&result->summary));
    for (i = 0; i < JC_JOB_METRICS; i++) {
        jc_text number = JC_TEXT_EMPTY;

        if (!jc_value_is_known(result->values[i]))
            continue;
        add_perfdata(&number, found, result, (jc_metric)i);
        /* The sentence may need up to half of the room. A number that does not fit into the rest is left out. */
        if (max_bytes == 0 ||
            numbers.length + number.length + 1 <=
                room_left(max_bytes, 1 + (first.length < max_bytes / 2 ? first.length : max_bytes / 2) + 2))
            jc_text_add(&numbers, "%s%s", numbers.length > 0 ? " " : "", jc_text_get(&number));
        jc_text_free(&number);
    }
    room_add_cut(text, jc_text_get(&first), room_left(max_bytes, 1 + (numbers.length > 0 ? numbers.length + 3 : 0)));
    if (numbers.length > 0)
        jc_text_add(text, " | %s", jc_text_get(&numbers));
    room_add_lines(text, jc_text_get(&result->details), "\n", max_bytes, 1);
    jc_text_add(text, "\n");
    jc_text_free(&first);
    jc_text_free(&numbers);
}

/* An answer without numbers: whether the service answers, or a problem with the command line. */
static void write_plain(jc_text *text, size_t max_bytes, const report *found)
{
    const jc_result *result = &found->answers[0].result;
    jc_text first = JC_TEXT_EMPTY;

    jc_text_add(&first, "BACKUP %s - ", jc_verdict_name(result->verdict));
    jc_text_line(&first, found->problem != NULL ? found->problem : jc_text_get(&result->summary));
    room_add_cut(text, jc_text_get(&first), room_left(max_bytes, 1));
    room_add_lines(text, jc_text_get(&result->details), "\n", max_bytes, 1);
    jc_text_add(text, "\n");
    jc_text_free(&first);
}

void lines_write_nagios(jc_text *text, size_t max_bytes, const report *found)
{
    if (found->problem == NULL && found->subject == SUBJECT_JOB)
        write_job(text, max_bytes, found);
    else if (found->problem == NULL && found->subject == SUBJECT_KINDS)
        kind_lines_write_nagios(text, max_bytes, found);
    else
        write_plain(text, max_bytes, found);
}

/* ---- checkmk --------------------------------------------------------------------------------------------------- */

void lines_write_checkmk(jc_text *text, const char *service, size_t max_bytes, const report *found)
{
    const jc_result *result = &found->answers[0].result;
    size_t before;
    size_t i;

    if (found->subject == SUBJECT_KINDS) {
        kind_lines_write_checkmk(text, service, max_bytes, found);
        return;
    }
    jc_text_add(text, "%d \"", result->verdict);
    if (service != NULL) {
        jc_text_add(text, "%s", service);
    } else {
        const char *id = found->job_id != NULL ? found->job_id : "";

        jc_text_add(text, "Cloud Backup%s", found->subject == SUBJECT_SERVICE ? " API" : *id != '\0' ? " " : "");
        /* A quote would end the name. */
        for (; *id != '\0'; id++)
            jc_text_bytes(text, *id == '"' || (unsigned char)*id < 0x20 ? "_" : id, 1);
    }
    jc_text_add(text, "\" ");
    before = text->length;
    for (i = 0; i < JC_JOB_METRICS; i++) {
        if (found->subject != SUBJECT_JOB || !jc_value_is_known(result->values[i]))
            continue;
        jc_text_add(text, "%s%s=", text->length > before ? "|" : "", jc_metric_kinds[i].name);
        numbers_add_checkmk(text, (jc_metric)i, result->values[i], found->policy);
    }
    jc_text_add(text, text->length > before ? " " : "- ");
    room_add_cut(text, jc_text_get(&result->summary), room_left(max_bytes, text->length + 1));
    /* Checkmk takes backslash and n for a line break. */
    room_add_lines(text, jc_text_get(&result->details), "\\n", max_bytes, 1);
    jc_text_add(text, "\n");
}
