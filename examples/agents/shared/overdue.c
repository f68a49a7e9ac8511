/*
 * overdue.c - whether a success or a run of a kind is too long ago
 */
#include <math.h>

#include "internal.h"

static int verdict_on_running(const jc_subject *of)
{
    return jc_verdict_of(&of->policy->warning[JC_RUNNING], &of->policy->critical[JC_RUNNING],
                         of->result->values[JC_RUNNING]);
}

/*
 * A run that is late because one is in progress is not overdue: the service begins no run while one runs. This holds if the
 * run in progress began in time, and until `running` reaches its limit; without such a limit, until the run in progress
 * takes as long as `range` allows.
 */
static int is_excused(const jc_subject *of, const jc_range *range, double seconds)
{
    jc_value running = of->result->values[JC_RUNNING];

    if (of->runs->running == NULL || !jc_value_is_known(running) || jc_range_alerts(range, seconds - running.number))
        return 0;
    if (of->policy->warning[JC_RUNNING].is_set || of->policy->critical[JC_RUNNING].is_set)
        return verdict_on_running(of) == JC_OK;
    return !jc_range_alerts(range, running.number);
}

int jc_is_waited_for(const jc_subject *of, jc_metric metric)
{
    jc_value age = of->result->values[metric];
    const jc_range *warning = &of->policy->warning[metric];
    const jc_range *critical = &of->policy->critical[metric];

    return jc_value_is_known(age) &&
           ((jc_range_alerts(critical, age.number) && is_excused(of, critical, age.number)) ||
            (jc_range_alerts(warning, age.number) && is_excused(of, warning, age.number)));
}

/* The age of what did not happen is infinite. */
static int is_too_long_ago(const jc_subject *of, const jc_range *range, int has_happened, double seconds)
{
    if (!has_happened)
        return jc_range_alerts(range, INFINITY);
    return jc_range_alerts(range, seconds) && !is_excused(of, range, seconds);
}

int jc_overdue_verdict(const jc_subject *of, jc_metric metric)
{
    int has_happened = (metric == JC_SINCE_SUCCESS ? of->runs->succeeded : of->runs->ended) != NULL;
    jc_value age = of->result->values[metric];
    const jc_range *warning = &of->policy->warning[metric];
    const jc_range *critical = &of->policy->critical[metric];

    if ((!warning->is_set && !critical->is_set) || (!has_happened && of->is_new))
        return JC_OK;
    if (has_happened && !jc_value_is_known(age))
        return JC_UNKNOWN;
    if (is_too_long_ago(of, critical, has_happened, age.number))
        return JC_CRITICAL;
    return is_too_long_ago(of, warning, has_happened, age.number) ? JC_WARNING : JC_OK;
}
