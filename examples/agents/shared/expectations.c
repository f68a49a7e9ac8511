/*
 * expectations.c - what the operator expects of a kind of jobs: thresholds, the time to look at, success
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define HOUR_MS INT64_C(3600000)
/* Ten years. Every time that is set is at most this long. */
#define MOST_MS (3650 * 24 * HOUR_MS)

void jc_expect_usual(jc_policy *policy)
{
    policy->is_success[jc_state_row(CBJ_STATE_FINISHED)] = 1;
    policy->none_verdict = JC_CRITICAL;
    policy->lookback_ms = 15 * 24 * HOUR_MS;
    policy->window_ms = 24 * HOUR_MS;
}

void jc_expect_nothing(jc_policy *policy)
{
    free(policy->kind_ranges);
    free(policy->optional);
    free(policy->graces);
    policy->kind_ranges = NULL;
    policy->optional = NULL;
    policy->graces = NULL;
    policy->kind_range_count = policy->optional_count = policy->grace_count = 0;
}

/* ---- Thresholds by kind ---------------------------------------------------------------------------------------- */

int jc_expect_range(jc_policy *policy, const char *kinds, const char *end, int verdict, jc_metric metric,
                    const jc_range *range, jc_text *problem)
{
    jc_kind_range *grown;
    jc_kinds which;

    if (!jc_parse_kinds(kinds, end, &which, problem))
        return 0;
    grown = (jc_kind_range *)jc_grow(policy->kind_ranges, policy->kind_range_count, sizeof *grown, problem);
    if (grown == NULL)
        return 0;
    policy->kind_ranges = grown;
    grown += policy->kind_range_count++;
    grown->kinds = which;
    grown->verdict = verdict;
    grown->metric = metric;
    grown->range = *range;
    return 1;
}

/* The range that the operator set. The last one that names the kind counts, before one that names none. */
static const jc_range *set_range(const jc_policy *policy, const jc_kind *kind, int verdict, jc_metric metric)
{
    size_t i;

    for (i = policy->kind_range_count; i-- > 0;) {
        const jc_kind_range *at = &policy->kind_ranges[i];

        if (at->verdict == verdict && at->metric == metric && jc_kinds_have(&at->kinds, kind))
            return &at->range;
    }
    return verdict == JC_WARNING ? &policy->warning[metric] : &policy->critical[metric];
}

/* The range of a kind, with the default of since_success. */
static jc_range range_of(const jc_policy *policy, const jc_kind *kind, int verdict, jc_metric metric)
{
    static const jc_metric ages[] = {JC_SINCE_SUCCESS, JC_SINCE_RUN, JC_AGE};
    jc_range range = *set_range(policy, kind, verdict, metric);
    size_t i;

    /* Only backups run by a schedule. */
    if (metric != JC_SINCE_SUCCESS || verdict != JC_CRITICAL || kind->job_type != CBJ_JOB_TYPE_BACKUP)
        return range;
    for (i = 0; i < sizeof ages / sizeof ages[0]; i++) {
        if (set_range(policy, kind, JC_WARNING, ages[i])->is_set || set_range(policy, kind, JC_CRITICAL, ages[i])->is_set)
            return range;
    }
    range.is_set = 1;
    range.is_inverted = 0;
    range.start = 0;
    range.end = JC_DEFAULT_SINCE_SUCCESS;
    if (policy->lookback_ms / 1000 < JC_DEFAULT_SINCE_SUCCESS)
        range.end = (double)(policy->lookback_ms / 1000);
    return range;
}

jc_policy jc_policy_of_kind(const jc_policy *policy, const jc_kind *kind)
{
    jc_policy of_kind = *policy;
    size_t i;

    for (i = 0; i < JC_METRICS; i++) {
        of_kind.warning[i] = range_of(policy, kind, JC_WARNING, (jc_metric)i);
        of_kind.critical[i] = range_of(policy, kind, JC_CRITICAL, (jc_metric)i);
    }
    return of_kind;
}

/* ---- The time to look at --------------------------------------------------------------------------------------- */

static int parse_time(const char *text, int64_t least_ms, int64_t *ms, jc_text *problem)
{
    double seconds;

    if (jc_parse_number(text, text + strlen(text), "s", &seconds) && seconds * 1000 >= (double)least_ms &&
        seconds * 1000 <= (double)MOST_MS) {
        *ms = (int64_t)(seconds * 1000);
        return 1;
    }
    jc_text_add(problem, "'%s' is not a time such as 90s, 15m, 26h, 15d or 2w", text);
    return 0;
}

int jc_policy_set_lookback(jc_policy *policy, const char *time, jc_text *problem)
{
    return parse_time(time, 60000, &policy->lookback_ms, problem);
}

int jc_policy_set_window(jc_policy *policy, const char *time, jc_text *problem)
{
    return parse_time(time, 60000, &policy->window_ms, problem);
}

int jc_policy_set_stale(jc_policy *policy, const char *time, jc_text *problem)
{
    return parse_time(time, 0, &policy->stale_ms, problem);
}

static int looks_back(jc_metric metric)
{
    return metric == JC_AGE || metric == JC_RUNNING || metric == JC_SINCE_SUCCESS || metric == JC_SINCE_RUN;
}

/* The limit that needs the longest look back: a success that is older than the lookback would not be found. */
static double longest_age(const jc_range *range, double longest)
{
    if (!range->is_set)
        return longest;
    if (range->end != INFINITY && range->end > longest)
        longest = range->end;
    return range->start > longest ? range->start : longest;
}

int jc_policy_check(const jc_policy *policy, jc_text *problem)
{
    double longest = 0;
    size_t i;

    for (i = 0; i < JC_METRICS; i++) {
        if (looks_back((jc_metric)i))
            longest = longest_age(&policy->warning[i], longest_age(&policy->critical[i], longest));
    }
    for (i = 0; i < policy->kind_range_count; i++) {
        if (looks_back(policy->kind_ranges[i].metric))
            longest = longest_age(&policy->kind_ranges[i].range, longest);
    }
    if (longest * 1000 > (double)policy->lookback_ms) {
        jc_text_add(problem, "the lookback of ");
        jc_text_duration(problem, (double)policy->lookback_ms / 1000);
        jc_text_add(problem, " is shorter than a limit of ");
        jc_text_duration(problem, longest);
        return 0;
    }
    if (policy->window_ms > policy->lookback_ms) {
        jc_text_add(problem, "the lookback of ");
        jc_text_duration(problem, (double)policy->lookback_ms / 1000);
        jc_text_add(problem, " is shorter than the window of ");
        jc_text_duration(problem, (double)policy->window_ms / 1000);
        return 0;
    }
    return 1;
}

/* ---- Success --------------------------------------------------------------------------------------------------- */

int jc_policy_set_success(jc_policy *policy, const char *states, jc_text *problem)
{
    int is_success[JC_STATES] = {0};
    size_t i;

    for (;;) {
        const char *end = states + strcspn(states, ",");

        for (i = 0; i < JC_STATES; i++) {
            if (cbj_state_is_terminal(jc_states[i].state) && jc_is_spelled(jc_states[i].key, states, end))
                break;
        }
        if (i == JC_STATES) {
            const char *separator = "";

            jc_text_add(problem, "'%.*s' is not one of the states of a run that has ended:", (int)(end - states), states);
            for (i = 0; i < JC_STATES; i++) {
                if (cbj_state_is_terminal(jc_states[i].state)) {
                    jc_text_add(problem, "%s %s", separator, jc_states[i].key);
                    separator = ",";
                }
            }
            return 0;
        }
        is_success[i] = 1;
        if (*end == '\0')
            break;
        states = end + 1;
    }
    memcpy(policy->is_success, is_success, sizeof is_success);
    return 1;
}
