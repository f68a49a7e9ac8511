/*
 * headline.c - the first line about kinds of jobs: what is wrong, or that all is well
 */
#include "headline.h"

#include <inttypes.h>
#include <string.h>

/* How many kinds the line names. */
#define NAMED_KINDS 3

/* The next kind with this verdict after `i`; the number of kinds if there is none. */
static size_t next_with(const report *found, size_t i, int verdict)
{
    do {
        i++;
    } while (i < found->count && found->answers[i].result.verdict != verdict);
    return i;
}

static int is_same_failure(const jc_result *one, const jc_result *other)
{
    return !one->was_retrieved && !other->was_retrieved &&
           strcmp(jc_text_get(&one->summary), jc_text_get(&other->summary)) == 0;
}

/* "exchange-online: ...; onedrive, teams: ...; and 2 more; 7 of 12 kinds OK": the kinds with the worst verdict. Those that
 * could not be asked for in the same way share their reason. */
static void add_what_is_wrong(jc_text *text, const report *found, int worst)
{
    size_t named = 0;
    size_t more = 0;
    size_t good = 0;
    size_t next;
    size_t i;

    for (i = 0; i < found->count; i++)
        good += found->answers[i].result.verdict == JC_OK;
    for (i = found->answers[0].result.verdict == worst ? 0 : next_with(found, 0, worst); i < found->count; i = next) {
        const jc_result *result = &found->answers[i].result;

        next = next_with(found, i, worst);
        if (named == NAMED_KINDS) {
            more++;
            continue;
        }
        named++;
        jc_text_kind(text, &found->kinds[i]);
        if (named < NAMED_KINDS && next < found->count && is_same_failure(result, &found->answers[next].result))
            jc_text_add(text, ", ");
        else
            jc_text_add(text, ": %s%s", jc_text_get(&result->summary),
                        next < found->count && named < NAMED_KINDS ? "; " : "");
    }
    if (more > 0)
        jc_text_add(text, "; and %lu more", (unsigned long)more);
    if (found->count > 1)
        jc_text_add(text, "; %lu of %lu kinds OK", (unsigned long)good, (unsigned long)found->count);
}

/* "3 kinds: oldest success 9 h ago (onedrive), 0 of 6 runs failed" */
static void add_all_is_well(jc_text *text, const report *found)
{
    size_t without = 0;
    size_t oldest = found->count;
    int64_t runs = 0;
    int64_t failed = 0;
    size_t i;

    for (i = 0; i < found->count; i++) {
        const jc_value *values = found->answers[i].result.values;

        if (!jc_value_is_known(values[JC_SINCE_SUCCESS]))
            without++;
        else if (oldest == found->count ||
                 values[JC_SINCE_SUCCESS].number > found->answers[oldest].result.values[JC_SINCE_SUCCESS].number)
            oldest = i;
        if (jc_value_is_known(values[JC_RUNS]) && jc_value_is_known(values[JC_FAILED_RUNS])) {
            runs += values[JC_RUNS].count;
            failed += values[JC_FAILED_RUNS].count;
        }
    }
    jc_text_add(text, "%lu kinds: ", (unsigned long)found->count);
    if (oldest < found->count) {
        jc_text_add(text, "oldest success ");
        jc_text_short_duration(text, found->answers[oldest].result.values[JC_SINCE_SUCCESS].number);
        jc_text_add(text, " ago (");
        jc_text_kind(text, &found->kinds[oldest]);
        jc_text_add(text, "), ");
    }
    if (without > 0)
        jc_text_add(text, "%lu without success, ", (unsigned long)without);
    jc_text_add(text, "%" PRId64 " of %" PRId64 " runs failed", failed, runs);
}

void headline_add(jc_text *text, const report *found)
{
    int worst = report_verdict(found);

    if (report_is_one_failure(found))
        jc_text_add(text, "%s", jc_text_get(&found->answers[0].result.summary));
    else if (worst == JC_OK && found->count > 1)
        add_all_is_well(text, found);
    else
        add_what_is_wrong(text, found, worst);
}
