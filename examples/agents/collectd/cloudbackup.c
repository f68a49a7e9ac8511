/*
 * cloudbackup.so - a plugin for collectd: the backups of Cloud Backup for Microsoft 365
 *
 * For each configured kind of jobs, and for each job, it dispatches counts, durations, ages, state and verdict, and a
 * notification when the verdict changes. README.md says how to build and configure it. This file is what collectd calls.
 * The other files:
 *
 *     settings.c    reads the block <Plugin cloudbackup>
 *     rounds.c      asks the service about kinds and jobs, round by round
 *     dispatch.c    hands values and notifications to collectd
 *     ../shared/    the verdict on a kind or a job, and its text: see job_check.h
 *
 * collectd loads and configures its plugins before it forks into the background, so the init callback makes the client.
 * One callback reads everything. With a callback for each kind, a service that hangs could occupy all of collectd's few
 * read threads. With one callback it occupies one thread, for half an interval.
 *
 * All global names begin with "cloudbackup", so that none is taken for a name of collectd, which exports its own.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "settings.h"

#include <syslog.h>

#include "cloudbackupjobs.h"
#include "job_check.h"
#include "rounds.h"

static cbj_client *client;

void module_register(void);

/* Never fails, because after each failure collectd doubles the interval, up to a day, and would notice late that the
 * service is back. */
static int read_all(void)
{
    cloudbackup_round(client);
    return 0;
}

static int init(void)
{
    cbj_error *error = NULL;

    if (client != NULL)
        return 0;
    /* The problem was logged. With half of a configuration, half of the backups would go unwatched, and nobody would
     * notice. */
    if (cloudbackup.is_wrong)
        return -1;
    if (cloudbackup.item_count == 0) {
        plugin_log(LOG_ERR, PLUGIN ": no <Kind \"NAME\"> and no <Job \"ID\"> is configured");
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
    cloudbackup_rounds_reset();
    cloudbackup_settings_free();
    return 0;
}

void module_register(void)
{
    plugin_register_complex_config(PLUGIN, cloudbackup_configure);
    plugin_register_init(PLUGIN, init);
    plugin_register_read(PLUGIN, read_all);
    plugin_register_shutdown(PLUGIN, shut_down);
}
