/*
 * thresholds.c - compares the numbers of a job with their thresholds
 */
#include "internal.h"

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
    case JC_FAILED_UNIGNORED:
        jc_text_add(text, "the service did not send how many objects failed, or how often an ignored error occurred");
        return;
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

const jc_range *jc_breached(const jc_policy *policy, jc_metric metric, jc_value value)
{
    if (!jc_value_is_known(value))
        return NULL;
    if (jc_range_alerts(&policy->critical[metric], value.number))
        return &policy->critical[metric];
    return jc_range_alerts(&policy->warning[metric], value.number) ? &policy->warning[metric] : NULL;
}

int jc_verdict_of(const jc_range *warning, const jc_range *critical, jc_value value)
{
    if (!warning->is_set && !critical->is_set)
        return JC_OK;
    if (!jc_value_is_known(value))
        return JC_UNKNOWN;
    if (jc_range_alerts(critical, value.number))
        return JC_CRITICAL;
    return jc_range_alerts(warning, value.number) ? JC_WARNING : JC_OK;
}

int jc_judge_thresholds(const jc_policy *policy, const cbj_job *job, int64_t now_ms, const jc_result *result,
                        jc_text *not_judged)
{
    int worst = JC_OK;
    size_t i;

    for (i = 0; i < JC_JOB_METRICS; i++) {
        int verdict = jc_verdict_of(&policy->warning[i], &policy->critical[i], result->values[i]);

        if (!applies((jc_metric)i, result->state))
            continue;
        if (verdict != JC_UNKNOWN) {
            worst = jc_worse(worst, verdict);
            continue;
        }
        jc_text_add(not_judged, "%s", not_judged->length > 0 ? "; " : "");
        add_missing(not_judged, (jc_metric)i, job, now_ms);
    }
    return worst;
}

void jc_add_left_out(jc_text *text, const jc_policy *policy, cbj_state state)
{
    const char *separator = "Not judged while the job runs: ";
    size_t i;

    for (i = 0; i < JC_JOB_METRICS; i++) {
        /* It is obvious that a job that has ended is not running. */
        if ((!policy->warning[i].is_set && !policy->critical[i].is_set) || applies((jc_metric)i, state) ||
            i == JC_RUNNING)
            continue;
        jc_text_add(text, "%s%s", separator, jc_metric_kinds[i].name);
        separator = ", ";
    }
    if (separator[0] == ',')
        jc_text_add(text, "\n");
}
