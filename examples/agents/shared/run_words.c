/*
 * run_words.c - what is said about the runs of a kind
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "internal.h"

static void add_limit(jc_text *text, jc_metric metric, const jc_range *range, jc_value value)
{
    if (range == NULL)
        return;
    jc_text_add(text, " (");
    jc_text_limit(text, metric, range, jc_value_is_known(value) ? value.number : INFINITY);
    jc_text_add(text, ")");
}

static void add_breach(jc_text *text, const jc_subject *of, jc_metric metric)
{
    jc_value value = of->result->values[metric];

    add_limit(text, metric, jc_breached(of->policy, metric, value), value);
}

/* The range that an age is outside of; NULL if it is not, or while the run in progress excuses it. */
static const jc_range *overdue_range(const jc_subject *of, jc_metric metric)
{
    int verdict = jc_overdue_verdict(of, metric);

    if (verdict == JC_CRITICAL)
        return &of->policy->critical[metric];
    return verdict == JC_WARNING ? &of->policy->warning[metric] : NULL;
}

static void add_lookback(jc_text *text, const jc_subject *of)
{
    jc_text_short_duration(text, (double)of->runs->lookback_ms / 1000);
}

void jc_add_none(jc_text *text, const jc_subject *of)
{
    jc_text_add(text, "nothing ran in ");
    add_lookback(text, of);
}

void jc_add_last_run(jc_text *text, const jc_subject *of, const char *before_age)
{
    jc_policy said = *of->policy;
    int state_verdict = of->policy->state_verdicts[jc_state_row(of->result->state)];

    if (of->runs->ended == NULL) {
        jc_text_add(text, "no run ended in ");
        add_lookback(text, of);
        return;
    }
    /* These are numbers of the kind. */
    said.warning[JC_RUNNING].is_set = said.critical[JC_RUNNING].is_set = 0;
    if (overdue_range(of, JC_AGE) == NULL) {
        /* The age of the last run is the same number. */
        said.warning[JC_AGE] = said.warning[JC_SINCE_RUN];
        said.critical[JC_AGE] = said.critical[JC_SINCE_RUN];
        if (overdue_range(of, JC_SINCE_RUN) == NULL)
            said.warning[JC_AGE].is_set = said.critical[JC_AGE].is_set = 0;
    }
    jc_add_outcome(text, &said, of->runs->ended, of->result, of->is_excused ? JC_OK : state_verdict, of->is_excused,
                   before_age);
}

void jc_add_running(jc_text *text, const jc_subject *of)
{
    jc_value running = of->result->values[JC_RUNNING];

    jc_text_add(text, "in progress");
    if (jc_value_is_known(running)) {
        jc_text_add(text, " for ");
        jc_text_value_beside(text, JC_RUNNING, running, jc_breached(of->policy, JC_RUNNING, running));
        add_breach(text, of, JC_RUNNING);
    }
}

void jc_add_no_success(jc_text *text, const jc_subject *of)
{
    jc_value age = of->result->values[JC_SINCE_SUCCESS];
    const jc_range *range = overdue_range(of, JC_SINCE_SUCCESS);

    if (of->runs->succeeded == NULL) {
        jc_text_add(text, "no success in ");
        add_lookback(text, of);
    } else {
        jc_text_add(text, "no success for ");
        jc_text_value_beside(text, JC_SINCE_SUCCESS, age, range);
    }
    add_limit(text, JC_SINCE_SUCCESS, range, age);
}

void jc_add_success(jc_text *text, const jc_subject *of)
{
    jc_value age = of->result->values[JC_SINCE_SUCCESS];
    const jc_range *range = overdue_range(of, JC_SINCE_SUCCESS);

    if (of->runs->succeeded == NULL) {
        jc_add_no_success(text, of);
    } else if (jc_value_is_known(age)) {
        jc_text_add(text, "success ");
        jc_text_value_beside(text, JC_SINCE_SUCCESS, age, range);
        jc_text_add(text, " ago");
        add_limit(text, JC_SINCE_SUCCESS, range, age);
    } else {
        jc_text_add(text, "success at an unknown time");
    }
}

void jc_add_no_run(jc_text *text, const jc_subject *of, jc_metric metric)
{
    jc_value age = of->result->values[metric];
    const jc_range *range = overdue_range(of, metric);

    jc_text_add(text, of->runs->ended == NULL ? "no run ended in " : "no run ended for ");
    if (of->runs->ended == NULL)
        add_lookback(text, of);
    else
        jc_text_value_beside(text, metric, age, range);
    add_limit(text, metric, range, age);
}

void jc_add_failed_runs(jc_text *text, const jc_subject *of)
{
    const jc_value *values = of->result->values;

    if (values[JC_RUNS].count == 0)
        jc_text_add(text, "no run ended in ");
    else
        jc_text_add(text, "%" PRId64 " of %" PRId64 " run%s failed in ", values[JC_FAILED_RUNS].count,
                    values[JC_RUNS].count, values[JC_RUNS].count == 1 ? "" : "s");
    jc_text_short_duration(text, (double)of->runs->window_ms / 1000);
    add_breach(text, of, JC_FAILED_RUNS);
    add_breach(text, of, JC_FAILED_RUNS_PERCENT);
    add_breach(text, of, JC_RUNS);
}

void jc_add_strange(jc_text *text, const jc_subject *of)
{
    const char *state = cbj_job_state_text(of->runs->strange);

    if (state == NULL) {
        jc_text_add(text, "the service sent no state for the latest run");
        return;
    }
    jc_text_add(text, "the latest run is in the state '");
    jc_text_line(text, state);
    jc_text_add(text, "', which this version does not know");
}

void jc_add_wrong_clock(jc_text *text, const jc_subject *of)
{
    double seconds = (double)of->runs->skew_ms / 1000;

    if (jc_is_clock_wrong(of->runs)) {
        jc_text_add(text, "the clock of this machine is ");
        jc_text_short_duration(text, seconds < 0 ? -seconds : seconds);
        jc_text_add(text, " %s the service's", seconds < 0 ? "behind" : "ahead of");
    } else {
        jc_text_add(text, "the times of %" PRId64 " run%s are in the future; check the clock of this machine",
                    of->runs->future, of->runs->future == 1 ? "" : "s");
    }
}

void jc_add_missing_jobs(jc_text *text, const jc_subject *of)
{
    jc_text_add(text, "the list is incomplete");
    if (of->runs->missing > 0)
        jc_text_add(text, ": %" PRId64 " job%s missing", of->runs->missing, of->runs->missing == 1 ? " is" : "s are");
}

void jc_add_undated(jc_text *text, const jc_subject *of)
{
    jc_text_add(text, "%" PRId64 " run%s no date that can be read, and may be the latest", of->runs->undated,
                of->runs->undated == 1 ? " has" : "s have");
}

void jc_add_unknown_age(jc_text *text, const jc_subject *of, jc_metric metric)
{
    const cbj_job *job = metric == JC_SINCE_SUCCESS ? of->runs->succeeded : of->runs->ended;
    const char *time = cbj_job_finish_time_text(job);
    const char *problem = jc_time_problem(cbj_job_finish_time_ms(job), time, of->now_ms);

    jc_text_add(text, "%s cannot be judged: ", jc_metric_kinds[metric].name);
    if (problem == NULL) {
        jc_add_wrong_clock(text, of);
        return;
    }
    jc_text_add(text, "the finish time ");
    if (time != NULL) {
        jc_text_add(text, "'");
        jc_text_line(text, time);
        jc_text_add(text, "' ");
    }
    jc_text_add(text, "%s", problem);
}
