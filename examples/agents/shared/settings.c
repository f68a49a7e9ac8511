/*
 * settings.c - all setters by name, for agents that read names
 */
#include "job_check.h"

static int set_warning(jc_policy *policy, const char *value, jc_text *problem)
{
    return jc_policy_set_thresholds(policy, JC_WARNING, value, problem);
}

static int set_critical(jc_policy *policy, const char *value, jc_text *problem)
{
    return jc_policy_set_thresholds(policy, JC_CRITICAL, value, problem);
}

const jc_setting jc_settings[JC_SETTINGS] = {
    {"Warning", "warning", set_warning},
    {"Critical", "critical", set_critical},
    {"State", "state", jc_policy_set_state},
    {"OnError", "on-error", jc_policy_set_failure},
    {"OnUnavailable", "on-unavailable", jc_policy_set_unavailable},
    {"IgnoreError", "ignore-error", jc_policy_ignore_error},
    {"Success", "success", jc_policy_set_success},
    {"OnNone", "on-none", jc_policy_set_none},
    {"Lookback", "lookback", jc_policy_set_lookback},
    {"Window", "window", jc_policy_set_window},
    {"Stale", "stale", jc_policy_set_stale},
    {"GraceUntil", "grace-until", jc_policy_set_grace},
    {"Optional", "optional", jc_policy_set_optional},
};

const jc_setting *jc_setting_of(const char *key, int (*compare)(const char *, const char *))
{
    size_t i;

    for (i = 0; i < JC_SETTINGS; i++) {
        if (compare(key, jc_settings[i].key) == 0)
            return &jc_settings[i];
    }
    return NULL;
}

void jc_text_setting_keys(jc_text *text)
{
    size_t i;

    for (i = 0; i < JC_SETTINGS; i++)
        jc_text_add(text, "%s%s", i > 0 ? ", " : "", jc_settings[i].key);
}
