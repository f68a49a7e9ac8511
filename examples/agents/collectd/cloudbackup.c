/*
 * cloudbackup.so - a plugin for collectd: the jobs of Cloud Backup for Microsoft 365
 *
 * For each configured job it dispatches counts, duration, age, state and verdict, and a notification when the verdict
 * changes. README.md says how to build and configure it. This file is what collectd calls. The other files:
 *
 *     settings.c    reads the block <Plugin cloudbackup>
 *     dispatch.c    hands values and notifications to collectd
 *     ../shared/    the verdict on a job, and its text: see job_check.h
 *
 * collectd loads and configures its plugins before it forks into the background, so the init callback makes the client.
 * One callback reads all jobs. With a callback for each job, a service that hangs could occupy all of collectd's few read
 * threads. With one callback it occupies one thread, for half an interval.
 *
 * All global names begin with "cloudbackup", so that none is taken for a name of collectd, which exports its own.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "settings.h"

#include <syslog.h>

#include "cloudbackupjobs.h"
#include "dispatch.h"
#include "job_check.h"

static size_t next_job; /* the first one of the next round */
static cbj_client *client;

void module_register(void);

static void read_job(watched_job *job)
{
    cbj_job *got = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_get_job(client, job->id, job->location, &got, &error);
    jc_result result;

    if (status == CBJ_OK)
        jc_judge_job(&job->policy, got, job->id, (int64_t)CDTIME_T_TO_MS(cdtime()), &result);
    else
        jc_judge_failure(&job->policy, status, error, NULL, &result);
    cloudbackup_dispatch(job, &result);
    if (result.verdict != job->verdict)
        cloudbackup_notify(job, &result);
    job->verdict = result.verdict;
    jc_result_free(&result);
    cbj_error_free(error);
    cbj_job_free(got);
}

/*
 * Reads as many jobs as half of the interval allows. The next round begins where this one ended. Never fails, because after
 * each failure collectd doubles the interval, up to a day, and would notice late that the service is back.
 */
static int read_jobs(void)
{
    int64_t begin_ms = jc_monotonic_ms();
    int64_t budget_ms = (int64_t)CDTIME_T_TO_MS(plugin_get_interval()) / 2;
    size_t i;

    for (i = 0; i < cloudbackup.job_count && (i == 0 || jc_monotonic_ms() - begin_ms < budget_ms); i++) {
        read_job(&cloudbackup.jobs[next_job]);
        next_job = (next_job + 1) % cloudbackup.job_count;
    }
    return 0;
}

static int init(void)
{
    cbj_error *error = NULL;

    if (client != NULL)
        return 0;
    /* The problem was logged. With half of a configuration, half of the jobs would go unwatched and nobody would notice. */
    if (cloudbackup.is_wrong)
        return -1;
    if (cloudbackup.job_count == 0) {
        plugin_log(LOG_ERR, PLUGIN ": no <Job \"ID\"> is configured");
        return -1;
    }
    if (jc_make_client(cloudbackup.credentials, (int64_t)cloudbackup.timeout_seconds * 1000, NULL, 0, &client, &error) !=
        CBJ_OK)
        plugin_log(LOG_ERR, PLUGIN ": %s", cbj_error_message(error));
    cbj_error_free(error);
    return client != NULL ? 0 : -1;
}

static int shut_down(void)
{
    cbj_client_free(client);
    client = NULL;
    next_job = 0;
    cloudbackup_settings_free();
    return 0;
}

void module_register(void)
{
    plugin_register_complex_config(PLUGIN, cloudbackup_configure);
    plugin_register_init(PLUGIN, init);
    plugin_register_read(PLUGIN, read_jobs);
    plugin_register_shutdown(PLUGIN, shut_down);
}
