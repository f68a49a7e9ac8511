/*
 * rounds.c - asks the service about kinds and jobs, round by round
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "rounds.h"

#include <syslog.h>

#include "dispatch.h"
#include "job_check.h"
#include "settings.h"

static size_t next_item; /* the first one of the next round */

static int64_t now_ms(void)
{
    return (int64_t)CDTIME_T_TO_MS(cdtime());
}

static void publish(watched_item *item, jc_result *result, const char *job_id)
{
    cloudbackup_dispatch(item, result);
    if (result->verdict != item->verdict)
        cloudbackup_notify(item, result, job_id);
    item->verdict = result->verdict;
    jc_result_free(result);
}

static void read_job(cbj_client *client, watched_item *item)
{
    cbj_job *got = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_get_job(client, item->name, item->location, &got, &error);
    jc_result result;

    if (status == CBJ_OK)
        jc_judge_job(&item->policy, got, item->name, now_ms(), &result);
    else
        jc_judge_failure(&item->policy, JC_ASKED_JOB, status, error, NULL, &result);
    publish(item, &result, NULL);
    cbj_error_free(error);
    cbj_job_free(got);
}

/* Says once in each outage that the values are not from now. */
static void log_stand_in(const watched_item *item, cbj_status status, const cbj_error *error)
{
    jc_text text = JC_TEXT_EMPTY;
    jc_result failure;

    jc_judge_failure(&item->policy, JC_ASKED_KIND, status, error, NULL, &failure);
    jc_text_add(&text, "%s: %s; the last answer, of ", item->name, jc_text_get(&failure.summary));
    jc_text_short_duration(&text, (double)(now_ms() - item->runs.listed_ms) / 1000);
    jc_text_add(&text, " ago, stands in");
    plugin_log(LOG_NOTICE, PLUGIN ": %s", jc_text_get(&text));
    jc_text_free(&text);
    jc_result_free(&failure);
}

static void read_kind(cbj_client *client, watched_item *item)
{
    cbj_error *error = NULL;
    jc_runs runs;
    cbj_status status = jc_list_runs(client, &item->policy, &item->kind, now_ms(), &runs, &error);
    int is_stale = item->has_runs && jc_stands_in(&item->policy, status, &item->runs, now_ms());
    jc_result result;

    if (status == CBJ_OK) {
        if (item->has_runs)
            jc_runs_free(&item->runs);
        item->runs = runs;
        item->has_runs = 1;
    }
    if (is_stale && !item->is_stale)
        log_stand_in(item, status, error);
    item->is_stale = is_stale;
    if (status == CBJ_OK || is_stale) {
        jc_judge_runs(&item->policy, &item->kind, &item->runs, now_ms(), &result);
        publish(item, &result, cbj_job_id(item->runs.ended));
    } else {
        jc_judge_failure(&item->policy, JC_ASKED_KIND, status, error, NULL, &result);
        publish(item, &result, NULL);
    }
    cbj_error_free(error);
}

void cloudbackup_round(cbj_client *client)
{
    int64_t begin_ms = jc_monotonic_ms();
    int64_t budget_ms = (int64_t)CDTIME_T_TO_MS(plugin_get_interval()) / 2;
    size_t i;

    for (i = 0; i < cloudbackup.item_count && (i == 0 || jc_monotonic_ms() - begin_ms < budget_ms); i++) {
        watched_item *item = &cloudbackup.items[next_item];

        if (item->is_kind)
            read_kind(client, item);
        else
            read_job(client, item);
        next_item = (next_item + 1) % cloudbackup.item_count;
    }
}

void cloudbackup_rounds_reset(void)
{
    next_item = 0;
}
