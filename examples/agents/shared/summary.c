/*
 * summary.c - the line that says how a job went: each number once, with its limit if the number breaches it
 */
#include <inttypes.h>
#include <string.h>

#include "internal.h"

/* A comma before everything but the first thing. */
static void separate(jc_text *text, size_t begin)
{
    if (text->length > begin)
        jc_text_add(text, ", ");
}

static void add_value(jc_text *text, const jc_policy *policy, jc_metric metric, const jc_result *result)
{
    jc_value value = result->values[metric];

    jc_text_value_beside(text, metric, value, jc_breached(policy, metric, value));
}

/* " (>26 h)" if the value breaches a limit. */
static void add_limit(jc_text *text, const jc_policy *policy, jc_metric metric, const jc_result *result)
{
    const jc_range *range = jc_breached(policy, metric, result->values[metric]);

    if (range == NULL)
        return;
    jc_text_add(text, " (");
    jc_text_limit(text, metric, range, result->values[metric].number);
    jc_text_add(text, ")");
}

static int is_breached(const jc_policy *policy, jc_metric metric, const jc_result *result)
{
    return jc_breached(policy, metric, result->values[metric]) != NULL;
}

static int is_any_breached(const jc_policy *policy, const jc_result *result)
{
    size_t i;

    for (i = 0; i < JC_JOB_METRICS; i++) {
        if (is_breached(policy, (jc_metric)i, result))
            return 1;
    }
    return 0;
}

/* The verdict on the failed objects by their number, their percentage, and those that are not ignored. */
static int verdict_on_failed(const jc_policy *policy, const jc_result *result)
{
    static const jc_metric metrics[] = {JC_FAILED, JC_FAILED_PERCENT, JC_FAILED_UNIGNORED};
    int verdict = JC_OK;
    size_t i;

    for (i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        const jc_range *range = jc_breached(policy, metrics[i], result->values[metrics[i]]);

        if (range != NULL)
            verdict = jc_worse(verdict, range == &policy->critical[metrics[i]] ? JC_CRITICAL : JC_WARNING);
    }
    return verdict;
}

static void add_state(jc_text *text, const jc_policy *policy, const cbj_job *job, const jc_result *result)
{
    const char *state_text = cbj_job_state_text(job);

    if (result->state != CBJ_STATE_UNKNOWN) {
        jc_text_add(text, "%s", jc_state_of(result->state)->name);
    } else if (state_text != NULL) {
        jc_text_add(text, "in the state '");
        jc_text_line(text, state_text);
        jc_text_add(text, "', which this version does not know");
    } else {
        jc_text_add(text, "the service sent no state");
    }
    /* The run in progress of a kind is another one. */
    if (result->state == CBJ_STATE_IN_PROGRESS && jc_value_is_known(result->values[JC_RUNNING])) {
        jc_text_add(text, " for ");
        add_value(text, policy, JC_RUNNING, result);
        add_limit(text, policy, JC_RUNNING, result);
    }
}

/* "190 of 200 objects ". The total is left out where it has a phrase of its own. */
static void add_part(jc_text *text, const jc_policy *policy, jc_metric metric, const jc_result *result)
{
    jc_value total = result->values[JC_TOTAL];

    jc_text_value(text, result->values[metric]);
    if (jc_value_is_known(total) && !is_breached(policy, JC_TOTAL, result))
        jc_text_add(text, " of %" PRId64, total.count);
    jc_text_add(text, " objects ");
}

/* "4 of 200 objects failed (>0; 2 %, >1 %), 3 of them not ignored (>2)" */
static void add_failed(jc_text *text, const jc_policy *policy, const jc_result *result)
{
    jc_value failed = result->values[JC_FAILED];
    jc_value percent = result->values[JC_FAILED_PERCENT];
    jc_value unignored = result->values[JC_FAILED_UNIGNORED];
    const jc_range *failed_range = jc_breached(policy, JC_FAILED, failed);
    const jc_range *percent_range = jc_breached(policy, JC_FAILED_PERCENT, percent);
    int has_own_number = unignored.count != failed.count;

    /* One number needs one limit. */
    if (failed_range == NULL && !has_own_number)
        failed_range = jc_breached(policy, JC_FAILED_UNIGNORED, unignored);
    add_part(text, policy, JC_FAILED, result);
    jc_text_add(text, "failed");
    if (failed_range != NULL || percent_range != NULL)
        jc_text_add(text, " (");
    if (failed_range != NULL)
        jc_text_limit(text, JC_FAILED, failed_range, failed.number);
    if (percent_range != NULL) {
        jc_text_add(text, "%s", failed_range != NULL ? "; " : "");
        jc_text_short_value(text, JC_FAILED_PERCENT, percent);
        jc_text_add(text, ", ");
        jc_text_limit(text, JC_FAILED_PERCENT, percent_range, percent.number);
    }
    if (failed_range != NULL || percent_range != NULL)
        jc_text_add(text, ")");
    if (has_own_number && is_breached(policy, JC_FAILED_UNIGNORED, result)) {
        jc_text_add(text, ", %" PRId64 " of them not ignored", unignored.count);
        add_limit(text, policy, JC_FAILED_UNIGNORED, result);
    }
}

static void add_numbers(jc_text *text, size_t begin, const jc_policy *policy, const jc_result *result, int is_excused)
{
    static const jc_metric others[] = {JC_TOTAL, JC_SUCCESSFUL, JC_SKIPPED, JC_ERRORS, JC_DURATION};
    jc_value failed = result->values[JC_FAILED];
    jc_value successful = result->values[JC_SUCCESSFUL];
    int is_running = result->state == CBJ_STATE_IN_PROGRESS;
    int has_successful = 0;
    size_t i;

    if (jc_value_is_known(failed) && (failed.count > 0 || !jc_value_is_known(successful) ||
                                      verdict_on_failed(policy, result) != JC_OK)) {
        separate(text, begin);
        add_failed(text, policy, result);
        if (is_excused)
            jc_text_add(text, " with ignored errors only");
    } else if (jc_value_is_known(successful) && (is_running || !is_any_breached(policy, result))) {
        /* Beside a number that is wrong, those that are right only make the line longer. */
        separate(text, begin);
        add_part(text, policy, JC_SUCCESSFUL, result);
        jc_text_add(text, "%s", is_running ? "done" : "successful");
        add_limit(text, policy, JC_SUCCESSFUL, result);
        has_successful = 1;
    }
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        const char *words = jc_metric_kinds[others[i]].words;
        const char *place = strstr(words, "%s");

        if (!is_breached(policy, others[i], result) || (others[i] == JC_SUCCESSFUL && has_successful))
            continue;
        separate(text, begin);
        jc_text_bytes(text, words, (size_t)(place - words));
        add_value(text, policy, others[i], result);
        jc_text_add(text, "%s", place + 2);
        add_limit(text, policy, others[i], result);
    }
}

void jc_add_outcome(jc_text *text, const jc_policy *policy, const cbj_job *job, const jc_result *result,
                    int state_verdict, int is_excused, const char *before_age)
{
    size_t begin = text->length;
    int on_failed = verdict_on_failed(policy, result);

    /* Failed objects are the exception. Their number says more, unless the state is the worse of the two. */
    if (result->state != CBJ_STATE_FINISHED_WITH_EXCEPTION || on_failed == JC_OK ||
        jc_is_worse(state_verdict, on_failed))
        add_state(text, policy, job, result);
    add_numbers(text, begin, policy, result, is_excused);
    if (jc_value_is_known(result->values[JC_AGE])) {
        separate(text, begin);
        jc_text_add(text, "%s", before_age);
        add_value(text, policy, JC_AGE, result);
        jc_text_add(text, " ago");
        add_limit(text, policy, JC_AGE, result);
    }
}
