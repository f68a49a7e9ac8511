/*
 * judge_runs.c - the verdict on a kind
 */
#include <math.h>
#include <string.h>

#include "internal.h"

/* Makes the verdict worse, and then says why: the summary has the worst reason only, and the first of two that are equally
 * bad. Frees the reason. */
static void blame(jc_result *result, int verdict, jc_text *reason)
{
    if (jc_is_worse(verdict, result->verdict)) {
        result->verdict = verdict;
        jc_text_free(&result->summary);
        result->summary = *reason;
    } else {
        jc_text_free(reason);
    }
}

static int verdict_of(const jc_subject *of, jc_metric metric)
{
    return jc_verdict_of(&of->policy->warning[metric], &of->policy->critical[metric], of->result->values[metric]);
}

/* ---- The questions, the most important first ------------------------------------------------------------------- */

static void judge_clock(const jc_subject *of)
{
    jc_text reason = JC_TEXT_EMPTY;

    if (!jc_is_clock_wrong(of->runs) && of->runs->future == 0)
        return;
    jc_add_wrong_clock(&reason, of);
    blame(of->result, JC_UNKNOWN, &reason);
}

static void judge_age(const jc_subject *of, jc_metric metric)
{
    int verdict = jc_overdue_verdict(of, metric);
    jc_text reason = JC_TEXT_EMPTY;

    if (verdict == JC_OK)
        return;
    if (verdict == JC_UNKNOWN)
        jc_add_unknown_age(&reason, of, metric);
    else if (metric == JC_SINCE_SUCCESS)
        jc_add_no_success(&reason, of);
    else
        jc_add_no_run(&reason, of, metric);
    blame(of->result, verdict, &reason);
}

static void judge_running(const jc_subject *of)
{
    jc_text reason = JC_TEXT_EMPTY;
    int verdict;

    if (of->runs->running == NULL)
        return;
    verdict = verdict_of(of, JC_RUNNING);
    if (verdict == JC_UNKNOWN)
        jc_text_add(&reason, "running cannot be judged: the start time of the run in progress cannot be used");
    else
        jc_add_running(&reason, of);
    blame(of->result, verdict, &reason);
    if (of->runs->ended == NULL) {
        jc_text state = JC_TEXT_EMPTY;

        jc_add_running(&state, of);
        blame(of->result, of->policy->state_verdicts[jc_state_row(CBJ_STATE_IN_PROGRESS)], &state);
    }
}

static void judge_last_run(const jc_subject *of)
{
    jc_text reason = JC_TEXT_EMPTY;

    if (of->runs->ended == NULL || of->is_excused)
        return;
    jc_add_last_run(&reason, of, "");
    blame(of->result, of->policy->state_verdicts[jc_state_row(of->result->state)], &reason);
}

static void judge_strange(const jc_subject *of)
{
    jc_text reason = JC_TEXT_EMPTY;

    if (of->runs->strange == NULL)
        return;
    jc_add_strange(&reason, of);
    blame(of->result, of->policy->state_verdicts[jc_state_row(CBJ_STATE_UNKNOWN)], &reason);
}

static void judge_counts_of_runs(const jc_subject *of)
{
    static const jc_metric metrics[] = {JC_FAILED_RUNS, JC_FAILED_RUNS_PERCENT, JC_RUNS};
    size_t i;

    for (i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        jc_text reason = JC_TEXT_EMPTY;

        /* No runs have no share that failed. With a wrong clock, nobody knows which runs belong to the window. */
        if (!jc_value_is_known(of->result->values[metrics[i]]))
            continue;
        jc_add_failed_runs(&reason, of);
        blame(of->result, verdict_of(of, metrics[i]), &reason);
    }
}

/* The numbers of the last run that ended. */
static void judge_numbers(const jc_subject *of)
{
    size_t i;

    if (of->runs->ended == NULL)
        return;
    for (i = 0; i < JC_JOB_METRICS; i++) {
        jc_text reason = JC_TEXT_EMPTY;
        int verdict = verdict_of(of, (jc_metric)i);

        /* These are judged as numbers of the kind. */
        if (verdict == JC_OK || i == JC_AGE || i == JC_RUNNING)
            continue;
        if (verdict == JC_UNKNOWN)
            jc_text_add(&reason, "%s of the last run cannot be judged: the service did not send it",
                        jc_metric_kinds[i].name);
        else
            jc_add_last_run(&reason, of, "");
        blame(of->result, verdict, &reason);
    }
}

/* What is not known, and may be worse than all that is. */
static void judge_gaps(const jc_subject *of)
{
    jc_text missing = JC_TEXT_EMPTY;
    jc_text undated = JC_TEXT_EMPTY;

    if (of->runs->missing != 0) {
        jc_add_missing_jobs(&missing, of);
        blame(of->result, JC_UNKNOWN, &missing);
    }
    if (of->runs->undated > 0) {
        jc_add_undated(&undated, of);
        blame(of->result, JC_UNKNOWN, &undated);
    }
}

/* ---- Nothing ran ----------------------------------------------------------------------------------------------- */

static void judge_none(const jc_subject *of, const jc_kind *kind)
{
    jc_text reason = JC_TEXT_EMPTY;
    int verdict = of->policy->none_verdict;

    jc_add_none(&reason, of);
    if (jc_policy_is_optional(of->policy, kind) || of->is_new)
        verdict = JC_OK;
    else if (of->runs->missing != 0)
        verdict = JC_UNKNOWN;
    blame(of->result, verdict, &reason);
}

/* ---- All of it ------------------------------------------------------------------------------------------------- */

void jc_judge_runs(const jc_policy *policy, const jc_kind *kind, const jc_runs *runs, int64_t now_ms, jc_result *result)
{
    jc_policy of_kind = jc_policy_of_kind(policy, kind);
    jc_error_sums errors = jc_sum_errors(policy, runs->ended);
    jc_subject of;

    jc_begin_result(result);
    result->was_retrieved = 1;
    of.policy = &of_kind;
    of.runs = runs;
    of.now_ms = now_ms;
    of.is_new = now_ms < jc_policy_grace_until(policy, kind);
    of.result = result;
    jc_read_run_values(runs, &errors, now_ms, result);
    of.is_excused = runs->ended != NULL && jc_has_only_ignored_errors(&errors, runs->ended);

    judge_clock(&of);
    if (runs->count == 0) {
        judge_none(&of, kind);
    } else {
        judge_age(&of, JC_SINCE_SUCCESS);
        judge_age(&of, JC_SINCE_RUN);
        judge_age(&of, JC_AGE);
        judge_running(&of);
        judge_last_run(&of);
        judge_strange(&of);
        judge_counts_of_runs(&of);
        judge_numbers(&of);
    }
    judge_gaps(&of);
    if (result->summary.length == 0)
        jc_add_runs_summary(&of);
    jc_add_runs_line(&of);
    jc_add_runs_details(&of, &errors);
}
