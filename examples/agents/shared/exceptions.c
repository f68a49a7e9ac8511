/*
 * exceptions.c - kinds of jobs that need not run, or not yet
 */
#include <string.h>

#include "internal.h"

int jc_policy_set_none(jc_policy *policy, const char *verdict, jc_text *problem)
{
    return jc_parse_verdict(verdict, &policy->none_verdict, problem);
}

static int add_optional(jc_policy *policy, const jc_kinds *kinds, jc_text *problem)
{
    jc_kinds *grown = (jc_kinds *)jc_grow(policy->optional, policy->optional_count, sizeof *grown, problem);

    if (grown == NULL)
        return 0;
    policy->optional = grown;
    grown[policy->optional_count++] = *kinds;
    return 1;
}

int jc_policy_set_optional(jc_policy *policy, const char *kinds, jc_text *problem)
{
    jc_kinds which;

    memset(&which, 0, sizeof which);
    if (*kinds == '\0')
        return add_optional(policy, &which, problem);
    for (;;) {
        const char *end = kinds + strcspn(kinds, ",");

        if (!jc_parse_kinds(kinds, end, &which, problem) || !add_optional(policy, &which, problem))
            return 0;
        if (*end == '\0')
            return 1;
        kinds = end + 1;
    }
}

int jc_policy_is_optional(const jc_policy *policy, const jc_kind *kind)
{
    size_t i;

    for (i = 0; i < policy->optional_count; i++) {
        if (jc_kinds_have(&policy->optional[i], kind))
            return 1;
    }
    return 0;
}

int jc_policy_set_grace(jc_policy *policy, const char *text, jc_text *problem)
{
    const char *equals = strchr(text, '=');
    const char *time = equals != NULL ? equals + 1 : text;
    jc_grace grace;
    jc_grace *grown;

    memset(&grace, 0, sizeof grace);
    if (equals != NULL && !jc_parse_kinds(text, equals, &grace.kinds, problem))
        return 0;
    if (!jc_parse_date(time, &grace.until_ms)) {
        jc_text_add(problem, "'%s' is not a time such as 2026-12-01 or 2026-12-01T06:00Z", time);
        return 0;
    }
    grown = (jc_grace *)jc_grow(policy->graces, policy->grace_count, sizeof *grown, problem);
    if (grown == NULL)
        return 0;
    policy->graces = grown;
    grown[policy->grace_count++] = grace;
    return 1;
}

int64_t jc_policy_grace_until(const jc_policy *policy, const jc_kind *kind)
{
    int64_t latest = CBJ_NO_TIME;
    size_t i;

    for (i = 0; i < policy->grace_count; i++) {
        if (policy->graces[i].until_ms > latest && jc_kinds_have(&policy->graces[i].kinds, kind))
            latest = policy->graces[i].until_ms;
    }
    return latest;
}
