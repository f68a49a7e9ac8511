/*
 * metrics.c - the numbers of a job and of a kind: names, units, values, limits
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "internal.h"

const jc_metric_kind jc_metric_kinds[JC_METRICS] = {
    {"total", "", "%s objects in all"},
    {"failed", "", "%s objects failed"},
    {"failed_percent", "%", "%s of the objects failed"},
    {"successful", "", "%s objects successful"},
    {"skipped", "", "%s objects skipped"},
    {"failed_unignored", "", "%s objects failed for other reasons than ignored errors"},
    {"errors", "", "%s errors occurred"},
    {"duration", "s", "took %s"},
    {"age", "s", "ended %s ago"},
    {"running", "s", "has been running for %s"},
    {"since_success", "s", "success %s ago"},
    {"since_run", "s", "last run ended %s ago"},
    {"runs", "", "%s runs"},
    {"failed_runs", "", "%s runs failed"},
    {"failed_runs_percent", "%", "%s of the runs failed"},
};

int jc_value_is_known(jc_value value)
{
    return value.number == value.number;
}

void jc_text_value(jc_text *text, jc_value value)
{
    if (value.count >= 0)
        jc_text_add(text, "%" PRId64, value.count);
    else
        jc_text_number(text, value.number);
}

jc_value jc_value_of_number(double number)
{
    jc_value value;

    value.number = number;
    value.count = -1;
    return value;
}

jc_value jc_value_of_count(int64_t count)
{
    jc_value value = jc_value_of_number(count >= 0 ? (double)count : NAN);

    value.count = count >= 0 ? count : -1;
    return value;
}

int64_t jc_sum(int64_t one, int64_t other)
{
    if (one < 0 || other < 0)
        return -1;
    return one > INT64_MAX - other ? INT64_MAX : one + other;
}

void jc_text_short_value(jc_text *text, jc_metric metric, jc_value value)
{
    if (jc_metric_kinds[metric].unit[0] == 's') {
        jc_text_short_duration(text, value.number);
        return;
    }
    jc_text_value(text, value);
    if (jc_metric_kinds[metric].unit[0] == '%')
        jc_text_add(text, " %%");
}

void jc_text_value_beside(jc_text *text, jc_metric metric, jc_value value, const jc_range *range)
{
    jc_text whole = JC_TEXT_EMPTY;
    jc_text limit = JC_TEXT_EMPTY;

    jc_text_short_value(&whole, metric, value);
    if (range != NULL && value.number > range->end)
        jc_text_short_value(&limit, metric, jc_value_of_number(range->end));
    /* "26 h ago (>26 h)" would be a contradiction. */
    if (jc_metric_kinds[metric].unit[0] == 's' && strcmp(jc_text_get(&whole), jc_text_get(&limit)) == 0)
        jc_text_duration(text, value.number);
    else
        jc_text_add(text, "%s", jc_text_get(&whole));
    jc_text_free(&whole);
    jc_text_free(&limit);
}

/* A limit is what the operator wrote, so it is not rounded: 90 minutes are "90 min", not "1 h". */
static void add_bound(jc_text *text, jc_metric metric, double bound)
{
    static const struct {
        double from;
        double unit;
        const char *name;
    } rows[] = {{2 * 86400, 86400, "d"}, {3600, 3600, "h"}, {60, 60, "min"}};
    size_t i;

    if (jc_metric_kinds[metric].unit[0] != 's') {
        jc_text_number(text, bound);
        return;
    }
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (bound >= rows[i].from && fmod(bound, rows[i].unit) == 0) {
            jc_text_number(text, bound / rows[i].unit);
            jc_text_add(text, " %s", rows[i].name);
            return;
        }
    }
    jc_text_number(text, bound);
    jc_text_add(text, " s");
}

void jc_text_limit(jc_text *text, jc_metric metric, const jc_range *range, double value)
{
    /* Most ranges begin at 0 only because that is the default. */
    int has_start = range->start != -INFINITY && (range->start != 0 || range->end == INFINITY || value < 0);
    int has_end = range->end != INFINITY;

    if (has_start && has_end) {
        jc_text_add(text, range->is_inverted ? "" : "not ");
        add_bound(text, metric, range->start);
        if (range->start != range->end) {
            jc_text_add(text, " to ");
            add_bound(text, metric, range->end);
        }
    } else if (has_end) {
        jc_text_add(text, range->is_inverted ? "<=" : ">");
        add_bound(text, metric, range->end);
    } else if (has_start) {
        jc_text_add(text, range->is_inverted ? ">=" : "<");
        add_bound(text, metric, range->start);
    } else {
        jc_text_add(text, "any");
        return;
    }
    if (jc_metric_kinds[metric].unit[0] == '%')
        jc_text_add(text, " %%");
}
