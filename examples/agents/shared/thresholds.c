/*
 * thresholds.c - compares the numbers of a job with their thresholds
 */
#include <math.h>
#include <string.h>

#include "internal.h"

/* A value or a limit, in the unit of the metric. */
static void add_in_words(jc_text *text, jc_metric metric, jc_value value)
{
    if (jc_metric_kinds[metric].unit[0] == 's')
        jc_text_duration(text, value.number);
    else
        jc_text_value(text, value);
    if (jc_metric_kinds[metric].unit[0] == '%')
        jc_text_add(text, " %%");
}

/* "above 10", "below 5", "outside 5 to 10", "from 5 to 10" */
static void add_limits(jc_text *text, jc_metric metric, const jc_range *range)
{
    if (isinf(range->start) || (range->start == 0 && !isinf(range->end))) {
        jc_text_add(text, range->is_inverted ? "up to " : "above ");
        add_in_words(text, metric, jc_value_of_number(range->end));
    } else if (isinf(range->end)) {
        jc_text_add(text, range->is_inverted ? "from " : "below ");
        add_in_words(text, metric, jc_value_of_number(range->start));
    } else {
        jc_text_add(text, range->is_inverted ? "from " : "outside ");
        add_in_words(text, metric, jc_value_of_number(range->start));
        jc_text_add(text, " to ");
        add_in_words(text, metric, jc_value_of_number(range->end));
    }
}

/* Why a number with a threshold is unknown. */
static void add_missing(jc_text *text, jc_metric metric, const cbj_job *job, int64_t now_ms)
{
    int is_start = metric == JC_RUNNING;
    const char *time_text = is_start ? cbj_job_start_time_text(job) : cbj_job_finish_time_text(job);
    int64_t time = is_start ? cbj_job_start_time_ms(job) : cbj_job_finish_time_ms(job);
    const char *problem = NULL;

    jc_text_add(text, "%s cannot be judged: ", jc_metric_kinds[metric].name);
    switch (metric) {
    case JC_DURATION:
        problem = jc_time_problem(time, time_text, now_ms);
        if (problem == NULL) {
            time_text = cbj_job_start_time_text(job);
            is_start = 1;
            problem = jc_time_problem(cbj_job_start_time_ms(job), time_text, now_ms);
        }
        if (problem == NULL) {
            jc_text_add(text, "the finish time is before the start time");
            return;
        }
        break;
    case JC_AGE:
    case JC_RUNNING:
        problem = jc_time_problem(time, time_text, now_ms);
        break;
    case JC_FAILED_PERCENT:
        jc_text_add(text, "the counts are missing or contradict each other");
        return;
    default:
        jc_text_add(text, "the service did not send it");
        return;
    }
    jc_text_add(text, "the %s time", is_start ? "start" : "finish");
    if (time_text != NULL) {
        jc_text_add(text, " '");
        jc_text_line(text, time_text);
        jc_text_add(text, "'");
    }
    jc_text_add(text, " %s", problem);
}

/* Whether a job in this state can have the metric. */
static int applies(jc_metric metric, cbj_state state)
{
    if (metric == JC_RUNNING)
        return state == CBJ_STATE_IN_PROGRESS;
    if (metric == JC_DURATION || metric == JC_AGE)
        return state != CBJ_STATE_IN_PROGRESS;
    return 1;
}

void jc_judge_thresholds(const jc_policy *policy, const cbj_job *job, int64_t now_ms, jc_result *result,
                         jc_text *reasons)
{
    jc_text not_judged = JC_TEXT_EMPTY;
    size_t i;

    for (i = 0; i < JC_METRICS; i++) {
        jc_metric metric = (jc_metric)i;
        const jc_range *warning = &policy->warning[i];
        const jc_range *critical = &policy->critical[i];
        jc_value value = result->values[i];
        int verdict = JC_OK;
        const char *sentence = jc_metric_kinds[i].words;

        if (!warning->is_set && !critical->is_set)
            continue;
        if (!applies(metric, result->state)) {
            /* It is obvious that a job that has ended is not running. */
            if (metric != JC_RUNNING)
                jc_text_add(&not_judged, "%s%s", not_judged.length > 0 ? ", " : "", jc_metric_kinds[i].name);
            continue;
        }
        if (!jc_value_is_known(value))
            verdict = JC_UNKNOWN;
        else if (jc_range_alerts(critical, value.number))
            verdict = JC_CRITICAL;
        else if (jc_range_alerts(warning, value.number))
            verdict = JC_WARNING;
        if (verdict == JC_OK)
            continue;
        result->verdict = jc_worse(result->verdict, verdict);
        if (reasons[verdict].length > 0)
            jc_text_add(&reasons[verdict], "; ");
        if (verdict == JC_UNKNOWN) {
            add_missing(&reasons[verdict], metric, job, now_ms);
            continue;
        }
        jc_text_bytes(&reasons[verdict], sentence, (size_t)(strstr(sentence, "%s") - sentence));
        add_in_words(&reasons[verdict], metric, value);
        jc_text_add(&reasons[verdict], "%s (%s ", strstr(sentence, "%s") + 2,
                    verdict == JC_CRITICAL ? "critical" : "warning");
        add_limits(&reasons[verdict], metric, verdict == JC_CRITICAL ? critical : warning);
        jc_text_add(&reasons[verdict], ")");
    }
    if (not_judged.length > 0)
        jc_text_add(&result->details, "Not judged while the job runs: %s\n", jc_text_get(&not_judged));
    jc_text_free(&not_judged);
}
