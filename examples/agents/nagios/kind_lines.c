/*
 * kind_lines.c - the formats nagios and checkmk for kinds of jobs
 */
#include "kind_lines.h"

#include <stdlib.h>
#include <string.h>

#include "headline.h"
#include "numbers.h"
#include "room.h"

/* The order of the numbers: those of the kind first, then those of its last run. */
static jc_metric metric_at(size_t place)
{
    size_t of_kind = JC_METRICS - JC_JOB_METRICS;

    return (jc_metric)(place < of_kind ? place + JC_JOB_METRICS : place - of_kind);
}

/* Whether the output has the number. The age is since_run by another name. */
static int is_shown(const report_answer *answer, jc_metric metric)
{
    return jc_value_is_known(answer->result.values[metric]) &&
           (metric != JC_AGE || answer->policy.warning[metric].is_set || answer->policy.critical[metric].is_set);
}

/* ---- nagios ---------------------------------------------------------------------------------------------------- */

/* "exchange_online_since_success=111600s;;93600;0", with a blank before. Adds nothing if the number is unknown. */
static void add_perfdata(jc_text *text, const report_answer *answer, const char *identifier, jc_metric metric)
{
    size_t length;

    if (!is_shown(answer, metric))
        return;
    jc_text_add(text, " %s_%s=", identifier, jc_metric_kinds[metric].name);
    numbers_add_nagios(text, metric, answer->result.values[metric], &answer->policy);
    length = text->length;
    jc_text_add(text, ";");
    numbers_add_maximum(text, metric, &answer->result);
    /* Without a maximum the last field is left out. */
    if (text->length == length + 1 && !text->is_cut)
        text->bytes[text->length = length] = '\0';
}

/*
 * Chooses numbers for limited room: sets a bit of `chosen` for each place. Each number of all kinds is taken before the next
 * number of any: the age of the last success matters more than how many objects one kind skipped.
 */
static void choose_numbers(const report *found, size_t room, unsigned *chosen)
{
    size_t used = 0;
    size_t place;
    size_t i;

    for (place = 0; place < JC_METRICS; place++) {
        for (i = 0; i < found->count; i++) {
            jc_text identifier = JC_TEXT_EMPTY;
            jc_text number = JC_TEXT_EMPTY;

            jc_text_kind_identifier(&identifier, &found->kinds[i]);
            add_perfdata(&number, &found->answers[i], jc_text_get(&identifier), metric_at(place));
            used += number.length;
            if (number.length > 0 && used <= room)
                chosen[i] |= 1u << place;
            jc_text_free(&identifier);
            jc_text_free(&number);
            if (used > room)
                return;
        }
    }
}

/* Adds the numbers, kind by kind, with a blank before each. */
static void add_numbers(jc_text *text, const report *found, size_t room)
{
    unsigned *chosen = NULL;
    size_t place;
    size_t i;

    if (room != SIZE_MAX) {
        chosen = (unsigned *)calloc(found->count, sizeof *chosen);
        if (chosen == NULL)
            return;
        choose_numbers(found, room, chosen);
    }
    for (i = 0; i < found->count; i++) {
        jc_text identifier = JC_TEXT_EMPTY;

        jc_text_kind_identifier(&identifier, &found->kinds[i]);
        for (place = 0; place < JC_METRICS; place++) {
            if (chosen == NULL || (chosen[i] & 1u << place) != 0)
                add_perfdata(text, &found->answers[i], jc_text_get(&identifier), metric_at(place));
        }
        jc_text_free(&identifier);
    }
    free(chosen);
}

/* "[CRITICAL] exchange-online: Failed, 4 of 200 objects failed, ended 7 h ago; ..." */
static void add_line(jc_text *text, const report *found, size_t i)
{
    const jc_result *result = &found->answers[i].result;

    jc_text_add(text, "[%s] ", jc_verdict_name(result->verdict));
    jc_text_kind(text, &found->kinds[i]);
    jc_text_add(text, ": %s\n", jc_text_get(result->line.length > 0 ? &result->line : &result->summary));
}

static int has_same_details(const report *found, size_t one, size_t other)
{
    const report_answer *first = &found->answers[one];
    const report_answer *second = &found->answers[other];

    return !first->result.was_retrieved && !second->result.was_retrieved &&
           first->result.verdict == second->result.verdict &&
           strcmp(jc_text_get(&first->result.details), jc_text_get(&second->result.details)) == 0;
}

/* A line for each kind, the worst first, with its details below. Kinds that failed in the same way have them once. */
static void add_lines(jc_text *text, const report *found)
{
    static const int worst_first[] = {JC_CRITICAL, JC_WARNING, JC_UNKNOWN, JC_OK};
    size_t verdict;
    size_t i;

    for (verdict = 0; verdict < 4; verdict++) {
        for (i = 0; i < found->count; i++) {
            const jc_result *result = &found->answers[i].result;

            if (result->verdict != worst_first[verdict])
                continue;
            add_line(text, found, i);
            if ((result->verdict != JC_OK || found->is_verbose) &&
                !(i + 1 < found->count && has_same_details(found, i, i + 1)))
                jc_text_add(text, "%s", jc_text_get(&result->details));
        }
    }
}

void kind_lines_write_nagios(jc_text *text, size_t max_bytes, const report *found)
{
    jc_text first = JC_TEXT_EMPTY;
    jc_text numbers = JC_TEXT_EMPTY;
    jc_text lines = JC_TEXT_EMPTY;
    size_t sentence;
    size_t reserved;

    jc_text_add(&first, "BACKUP %s - ", jc_verdict_name(report_verdict(found)));
    headline_add(&first, found);
    add_lines(&lines, found);
    /* In limited room the sentence has up to half of it, and the lines below have up to a quarter. */
    sentence = max_bytes == 0 || first.length < max_bytes / 2 ? first.length : max_bytes / 2;
    reserved = max_bytes == 0 || lines.length < max_bytes / 4 ? lines.length : max_bytes / 4;
    add_numbers(&numbers, found, room_left(max_bytes, sentence + reserved + 3));
    room_add_cut(text, jc_text_get(&first), room_left(max_bytes, 1 + (numbers.length > 0 ? numbers.length + 2 : 0)));
    if (numbers.length > 0)
        jc_text_add(text, " |%s", jc_text_get(&numbers));
    room_add_lines(text, jc_text_get(&lines), "\n", max_bytes, 1);
    jc_text_add(text, "\n");
    jc_text_free(&first);
    jc_text_free(&numbers);
    jc_text_free(&lines);
}

/* ---- checkmk --------------------------------------------------------------------------------------------------- */

static void add_service(jc_text *text, const char *service, size_t max_bytes, const report *found, size_t i)
{
    const jc_result *result = &found->answers[i].result;
    jc_text line = JC_TEXT_EMPTY;
    jc_text lines = JC_TEXT_EMPTY;
    size_t place;
    size_t before;

    jc_text_add(&line, "%d \"%s ", result->verdict, service != NULL ? service : "Cloud Backup");
    jc_text_kind(&line, &found->kinds[i]);
    jc_text_add(&line, "\" ");
    before = line.length;
    for (place = 0; place < JC_METRICS; place++) {
        jc_metric metric = metric_at(place);

        if (!is_shown(&found->answers[i], metric))
            continue;
        jc_text_add(&line, "%s%s=", line.length > before ? "|" : "", jc_metric_kinds[metric].name);
        numbers_add_checkmk(&line, metric, result->values[metric], &found->answers[i].policy);
    }
    jc_text_add(&line, line.length > before ? " " : "- ");
    room_add_cut(&line, jc_text_get(&result->summary), room_left(max_bytes, line.length + 1));
    if (result->line.length > 0)
        jc_text_add(&lines, "%s\n", jc_text_get(&result->line));
    if (result->verdict != JC_OK || found->is_verbose)
        jc_text_add(&lines, "%s", jc_text_get(&result->details));
    /* Checkmk takes backslash and n for a line break. */
    room_add_lines(&line, jc_text_get(&lines), "\\n", max_bytes, 1);
    jc_text_add(text, "%s\n", jc_text_get(&line));
    jc_text_free(&line);
    jc_text_free(&lines);
}

void kind_lines_write_checkmk(jc_text *text, const char *service, size_t max_bytes, const report *found)
{
    size_t i;

    for (i = 0; i < found->count; i++)
        add_service(text, service, max_bytes, found, i);
}
