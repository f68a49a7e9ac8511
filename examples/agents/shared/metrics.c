/*
 * metrics.c - the numbers of a job: names, units, values
 */
#include <inttypes.h>
#include <math.h>

#include "internal.h"

const jc_metric_kind jc_metric_kinds[JC_METRICS] = {
    {"total", "", "%s objects in all"},
    {"failed", "", "%s objects failed"},
    {"failed_percent", "%", "%s of the objects failed"},
    {"successful", "", "%s objects successful"},
    {"skipped", "", "%s objects skipped"},
    {"errors", "", "%s errors occurred"},
    {"duration", "s", "took %s"},
    {"age", "s", "ended %s ago"},
    {"running", "s", "has been running for %s"},
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
