/*
 * judge.c - shows single judgements of examples/agents/shared
 *
 *     judge duration SECONDS
 *     judge limit METRIC RANGE VALUE
 *     judge verdict WARNING CRITICAL VALUE                  a range may be "", and the value "unknown"
 *     judge failure ASKED STATUS ON UNAVAILABLE MESSAGE     ON and UNAVAILABLE are verdicts, or -1 for "not set"
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static size_t metric_named(const char *name)
{
    size_t i;

    for (i = 0; i < JC_METRICS && strcmp(jc_metric_kinds[i].name, name) != 0; i++)
        ;
    return i;
}

static jc_range range_of(const char *text, const char *unit)
{
    jc_range range;

    memset(&range, 0, sizeof range);
    if (text[0] != '\0' && !jc_range_parse(text, text + strlen(text), unit, &range))
        exit(2);
    return range;
}

static void show_failure(char **arguments)
{
    cbj_status status = (cbj_status)atoi(arguments[1]);
    jc_policy policy;
    jc_result result;
    size_t i;

    jc_policy_init(&policy);
    for (i = 0; i < JC_FAILURES; i++) {
        if (jc_failures[i].status == status)
            policy.failure_verdicts[i] = atoi(arguments[2]);
    }
    policy.unavailable_verdict = atoi(arguments[3]);
    jc_judge_failure(&policy, (jc_asked)atoi(arguments[0]), status, NULL, arguments[4], &result);
    printf("%s: %s\n%s", jc_verdict_name(result.verdict), jc_text_get(&result.summary), jc_text_get(&result.details));
    jc_result_free(&result);
    jc_policy_free(&policy);
}

int main(int argc, char **argv)
{
    jc_text text = JC_TEXT_EMPTY;

    if (argc == 3 && strcmp(argv[1], "duration") == 0) {
        jc_text_short_duration(&text, atof(argv[2]));
    } else if (argc == 5 && strcmp(argv[1], "limit") == 0) {
        size_t metric = metric_named(argv[2]);
        jc_range range = range_of(argv[3], jc_metric_kinds[metric].unit);

        jc_text_limit(&text, (jc_metric)metric, &range, atof(argv[4]));
    } else if (argc == 5 && strcmp(argv[1], "verdict") == 0) {
        jc_range warning = range_of(argv[2], "");
        jc_range critical = range_of(argv[3], "");
        int is_known = strcmp(argv[4], "unknown") != 0;

        jc_text_add(&text, "%s", jc_verdict_name(jc_verdict_of(&warning, &critical,
                                                               jc_value_of_number(is_known ? atof(argv[4]) : NAN))));
    } else if (argc == 7 && strcmp(argv[1], "failure") == 0) {
        show_failure(argv + 2);
        return 0;
    } else {
        return 2;
    }
    printf("%s\n", jc_text_get(&text));
    jc_text_free(&text);
    return 0;
}
