/*
 * stale.c - the last good answer stands in for a service that is away
 */
#include "job_check.h"

int jc_stands_in(const jc_policy *policy, cbj_status status, const jc_runs *runs, int64_t now_ms)
{
    return jc_is_unavailable(status) && now_ms >= runs->listed_ms && now_ms - runs->listed_ms <= policy->stale_ms;
}

void jc_add_stale(jc_result *result, const jc_policy *policy, const jc_runs *runs, const char *why)
{
    jc_text text = JC_TEXT_EMPTY;

    jc_text_add(&text, "The service is away: ");
    jc_text_line(&text, why);
    jc_text_add(&text, ". All of this is from its answer of ");
    jc_text_time(&text, runs->listed_ms);
    jc_text_add(&text, ", which may be ");
    jc_text_duration(&text, (double)policy->stale_ms / 1000);
    jc_text_add(&text, " old\n%s", jc_text_get(&result->details));
    jc_text_free(&result->details);
    result->details = text;
}
