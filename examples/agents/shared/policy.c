/*
 * policy.c - what the operator decides: verdicts, thresholds, errors to ignore
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "system.h"

void jc_policy_init(jc_policy *policy)
{
    size_t i;

    memset(policy, 0, sizeof *policy);
    for (i = 0; i < JC_STATES; i++)
        policy->state_verdicts[i] = jc_states[i].verdict;
    for (i = 0; i < JC_FAILURES; i++)
        policy->failure_verdicts[i] = -1;
    policy->unavailable_verdict = -1;
    policy->listed_errors = 5;
    jc_expect_usual(policy);
}

void jc_policy_free(jc_policy *policy)
{
    size_t i;

    for (i = 0; i < policy->ignored_count; i++)
        jc_system_pattern_free(policy->ignored[i]);
    free(policy->ignored);
    policy->ignored = NULL;
    policy->ignored_count = 0;
    jc_expect_nothing(policy);
}

/* Splits "name=verdict". */
static int parse_assignment(const char *assignment, const char **equals, int *verdict, jc_text *problem)
{
    *equals = strchr(assignment, '=');
    *verdict = *equals != NULL ? jc_verdict_from_name(*equals + 1) : -1;
    if (*verdict >= 0)
        return 1;
    jc_text_add(problem, "'%s' is not NAME=VERDICT with the verdict ok, warning, critical or unknown", assignment);
    return 0;
}

int jc_policy_set_unavailable(jc_policy *policy, const char *verdict, jc_text *problem)
{
    return jc_parse_verdict(verdict, &policy->unavailable_verdict, problem);
}

int jc_policy_set_state(jc_policy *policy, const char *assignment, jc_text *problem)
{
    const char *equals;
    int verdict;
    size_t i;

    if (!parse_assignment(assignment, &equals, &verdict, problem))
        return 0;
    for (i = 0; i < JC_STATES; i++) {
        if (jc_is_spelled(jc_states[i].key, assignment, equals)) {
            policy->state_verdicts[i] = verdict;
            return 1;
        }
    }
    jc_text_add(problem, "'%.*s' is not one of the states", (int)(equals - assignment), assignment);
    for (i = 0; i < JC_STATES; i++)
        jc_text_add(problem, "%s %s", i > 0 ? "," : "", jc_states[i].key);
    return 0;
}

int jc_policy_set_failure(jc_policy *policy, const char *assignment, jc_text *problem)
{
    const char *equals;
    int verdict;
    size_t i;

    if (!parse_assignment(assignment, &equals, &verdict, problem))
        return 0;
    for (i = 0; i < JC_FAILURES; i++) {
        if (jc_is_spelled(jc_failures[i].key, assignment, equals)) {
            policy->failure_verdicts[i] = verdict;
            return 1;
        }
    }
    jc_text_add(problem, "'%.*s' is not one of the errors", (int)(equals - assignment), assignment);
    for (i = 0; i < JC_FAILURES; i++)
        jc_text_add(problem, "%s %s", i > 0 ? "," : "", jc_failures[i].key);
    return 0;
}

static int find_metric(const char *at, const char *end, size_t *metric, jc_text *problem)
{
    for (*metric = 0; *metric < JC_METRICS; (*metric)++) {
        const char *name = jc_metric_kinds[*metric].name;

        if (strlen(name) == (size_t)(end - at) && strncmp(name, at, (size_t)(end - at)) == 0)
            return 1;
    }
    jc_text_add(problem, "'%.*s' is not one of the numbers", (int)(end - at), at);
    for (*metric = 0; *metric < JC_METRICS; (*metric)++)
        jc_text_add(problem, "%s %s", *metric > 0 ? "," : "", jc_metric_kinds[*metric].name);
    return 0;
}

/* The last '.' before `end`; the name of a location may contain others. NULL if there is none. */
static const char *last_dot(const char *at, const char *end)
{
    while (end > at) {
        if (*--end == '.')
            return end;
    }
    return NULL;
}

/* Reads "[kind.]name=range", or a range alone, up to `end`. */
static int set_threshold(jc_policy *policy, int verdict, const char *at, const char *end, jc_text *problem)
{
    const char *equals = (const char *)memchr(at, '=', (size_t)(end - at));
    const char *range_text = equals != NULL ? equals + 1 : at;
    const char *dot = equals != NULL ? last_dot(at, equals) : NULL;
    size_t metric = JC_FAILED;
    jc_range range;

    if (equals != NULL && !find_metric(dot != NULL ? dot + 1 : at, equals, &metric, problem))
        return 0;
    if (metric == JC_FAILED && memchr(range_text, '%', (size_t)(end - range_text)) != NULL)
        metric = JC_FAILED_PERCENT;
    if (!jc_range_parse(range_text, end, jc_metric_kinds[metric].unit, &range)) {
        jc_text_add(problem, "'%.*s' is not a range for %s: use [@]start:end with start not above end, '~' for minus infinity%s",
                    (int)(end - range_text), range_text, jc_metric_kinds[metric].name,
                    jc_metric_kinds[metric].unit[0] == 's' ? ", and the units s, m, h, d, w" : "");
        return 0;
    }
    if (dot != NULL)
        return jc_expect_range(policy, at, dot, verdict, (jc_metric)metric, &range, problem);
    *(verdict == JC_WARNING ? &policy->warning[metric] : &policy->critical[metric]) = range;
    return 1;
}

int jc_policy_set_thresholds(jc_policy *policy, int verdict, const char *list, jc_text *problem)
{
    for (;;) {
        const char *comma = strchr(list, ',');
        const char *end = comma != NULL ? comma : list + strlen(list);
        const char *last = end;

        while (list < last && *list == ' ')
            list++;
        while (last > list && last[-1] == ' ')
            last--;
        if (!set_threshold(policy, verdict, list, last, problem))
            return 0;
        if (comma == NULL)
            return 1;
        list = comma + 1;
    }
}

int jc_policy_ignore_error(jc_policy *policy, const char *expression, jc_text *problem)
{
    struct jc_pattern **grown;
    struct jc_pattern *made;

    /* It would match every text. */
    if (expression[0] == '\0') {
        jc_text_add(problem, "the regular expression is empty, which would ignore every error");
        return 0;
    }
    grown = (struct jc_pattern **)jc_grow(policy->ignored, policy->ignored_count, sizeof *grown, problem);
    if (grown == NULL)
        return 0;
    policy->ignored = grown;
    made = jc_system_pattern(expression, problem);
    if (made == NULL)
        return 0;
    grown[policy->ignored_count++] = made;
    return 1;
}

int jc_policy_ignores(const jc_policy *policy, const char *message)
{
    size_t i;

    for (i = 0; message != NULL && i < policy->ignored_count; i++) {
        if (jc_system_matches(policy->ignored[i], message))
            return 1;
    }
    return 0;
}
