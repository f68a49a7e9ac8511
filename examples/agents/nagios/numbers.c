/*
 * numbers.c - numbers with their thresholds, for Nagios and Checkmk
 */
#include "numbers.h"

#include <math.h>

void numbers_add_nagios(jc_text *text, jc_metric metric, jc_value value, const jc_policy *policy)
{
    jc_text_value(text, value);
    jc_text_add(text, "%s;", jc_metric_kinds[metric].unit);
    jc_text_range(text, &policy->warning[metric]);
    jc_text_add(text, ";");
    jc_text_range(text, &policy->critical[metric]);
    jc_text_add(text, ";0");
}

void numbers_add_maximum(jc_text *text, jc_metric metric, const jc_result *result)
{
    jc_metric whole = JC_METRICS;

    if (jc_metric_kinds[metric].unit[0] == '%')
        jc_text_add(text, "100");
    else if (metric == JC_FAILED || metric == JC_SUCCESSFUL || metric == JC_SKIPPED)
        whole = JC_TOTAL;
    else if (metric == JC_FAILED_RUNS)
        whole = JC_RUNS;
    if (whole != JC_METRICS && jc_value_is_known(result->values[whole]))
        jc_text_value(text, result->values[whole]);
}

/*
 * Checkmk has an upper limit, or a lower and an upper limit written "5:10". It has neither a lower limit alone nor a limit
 * for the inside of a range.
 */
static void add_checkmk_limit(jc_text *text, const jc_range *range)
{
    jc_text_add(text, ";");
    if (!range->is_set || range->is_inverted || range->end == INFINITY)
        return;
    if (range->start != 0 && range->start != -INFINITY) {
        jc_text_number(text, range->start);
        jc_text_add(text, ":");
    }
    jc_text_number(text, range->end);
}

void numbers_add_checkmk(jc_text *text, jc_metric metric, jc_value value, const jc_policy *policy)
{
    jc_text_value(text, value);
    add_checkmk_limit(text, &policy->warning[metric]);
    add_checkmk_limit(text, &policy->critical[metric]);
    jc_text_add(text, ";0");
}
