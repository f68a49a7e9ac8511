/*
 * cloudbackup.so - a plugin for collectd: the jobs of Cloud Backup for Microsoft 365
 *
 * For each configured job it dispatches its counts, duration, age, state and verdict, and a notification when the verdict
 * changes. README.md tells how to build and configure it.
 *
 * collectd loads and configures its plugins before it forks into the background, so the client is made in the init
 * callback. All jobs are read by one callback: as each read callback may hold one of collectd's few read threads, a
 * service that hangs holds one of them at most, and that for half an interval.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <collectd/core/daemon/plugin.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <syslog.h>
#include <time.h>

#include "cloudbackupjobs.h"
#include "job_check.h"

#define PLUGIN "cloudbackup"

typedef struct {
    char *id;
    char *instance; /* NULL: the id */
    char *location; /* NULL: as configured */
    jc_policy policy;
    int verdict; /* of the last round; OK before the first, so that good news is no notification */
} watched_job;

static watched_job *jobs;
static size_t job_count;
static size_t next_job; /* which one a round begins with */
static char *credentials;
static int timeout_seconds = 5;
static int is_misconfigured;
static cbj_client *client;

void module_register(void);

/* ---- Configuration --------------------------------------------------------------------------------------------- */

/* The one text of an option. */
static const char *text_of(const oconfig_item_t *item)
{
    if (item->values_num == 1 && item->values[0].type == OCONFIG_TYPE_STRING)
        return item->values[0].value.string;
    plugin_log(LOG_ERR, PLUGIN ": %s takes one text in quotes", item->key);
    return NULL;
}

static int set_text(const oconfig_item_t *item, char **into)
{
    const char *text = text_of(item);

    free(*into);
    *into = text != NULL ? strdup(text) : NULL;
    return *into != NULL;
}

static int set_policy(const oconfig_item_t *item, jc_policy *policy)
{
    const char *text = text_of(item);
    jc_text problem = JC_TEXT_EMPTY;
    int is_set = 0;

    if (text == NULL)
        return 0;
    if (strcasecmp(item->key, "Warning") == 0)
        is_set = jc_policy_set_thresholds(policy, JC_WARNING, text, &problem);
    else if (strcasecmp(item->key, "Critical") == 0)
        is_set = jc_policy_set_thresholds(policy, JC_CRITICAL, text, &problem);
    else if (strcasecmp(item->key, "State") == 0)
        is_set = jc_policy_set_state(policy, text, &problem);
    else if (strcasecmp(item->key, "OnError") == 0)
        is_set = jc_policy_set_failure(policy, text, &problem);
    else if (strcasecmp(item->key, "IgnoreError") == 0)
        is_set = jc_policy_ignore_error(policy, text, &problem);
    else
        jc_text_add(&problem, "is none of Instance, Location, Warning, Critical, State, OnError, IgnoreError");
    if (!is_set)
        plugin_log(LOG_ERR, PLUGIN ": %s %s", item->key, jc_text_get(&problem));
    jc_text_free(&problem);
    return is_set;
}

static void free_job(watched_job *job)
{
    free(job->id);
    free(job->instance);
    free(job->location);
    jc_policy_free(&job->policy);
}

static int add_job(const oconfig_item_t *block)
{
    watched_job job;
    watched_job *grown;
    int is_right;
    int i;

    memset(&job, 0, sizeof job);
    jc_policy_init(&job.policy);
    is_right = set_text(block, &job.id);
    for (i = 0; i < block->children_num && is_right; i++) {
        const oconfig_item_t *item = &block->children[i];

        if (strcasecmp(item->key, "Instance") == 0)
            is_right = set_text(item, &job.instance);
        else if (strcasecmp(item->key, "Location") == 0)
            is_right = set_text(item, &job.location);
        else
            is_right = set_policy(item, &job.policy);
    }
    grown = is_right ? (watched_job *)realloc(jobs, (job_count + 1) * sizeof *jobs) : NULL;
    if (grown == NULL) {
        free_job(&job);
        return 0;
    }
    jobs = grown;
    jobs[job_count++] = job;
    return 1;
}

static int configure(oconfig_item_t *block)
{
    int i;

    for (i = 0; i < block->children_num; i++) {
        const oconfig_item_t *item = &block->children[i];
        int is_right;

        if (strcasecmp(item->key, "ConfigFile") == 0) {
            is_right = set_text(item, &credentials);
        } else if (strcasecmp(item->key, "Timeout") == 0) {
            is_right = cf_util_get_int(item, &timeout_seconds) == 0 && timeout_seconds >= 1 && timeout_seconds <= 300;
            if (!is_right)
                plugin_log(LOG_ERR, PLUGIN ": Timeout takes a number of seconds from 1 to 300");
        } else if (strcasecmp(item->key, "Job") == 0) {
            is_right = add_job(item);
        } else {
            plugin_log(LOG_ERR, PLUGIN ": %s is none of ConfigFile, Timeout, Job", item->key);
            is_right = 0;
        }
        if (!is_right) {
            /* Not a failure of this callback, after which collectd would not start, with all its other plugins. */
            is_misconfigured = 1;
            return 0;
        }
    }
    return 0;
}

/* ---- Rounds ---------------------------------------------------------------------------------------------------- */

/* collectd's names hold no slash. */
static void copy_name(char *into, size_t size, const char *name)
{
    size_t i;

    for (i = 0; i + 1 < size && name[i] != '\0'; i++)
        into[i] = name[i] == '/' ? '_' : name[i];
    into[i] = '\0';
}

static const char *instance_of(const watched_job *job)
{
    return job->instance != NULL ? job->instance : job->id;
}

static void dispatch(const watched_job *job, const char *type, const char *type_instance, double number)
{
    value_list_t list;
    value_t value;

    memset(&list, 0, sizeof list);
    value.gauge = number;
    list.values = &value;
    list.values_len = 1;
    copy_name(list.plugin, sizeof list.plugin, PLUGIN);
    copy_name(list.plugin_instance, sizeof list.plugin_instance, instance_of(job));
    copy_name(list.type, sizeof list.type, type);
    copy_name(list.type_instance, sizeof list.type_instance, type_instance);
    /* Where it fails collectd has logged why. */
    (void)plugin_dispatch_values(&list);
}

static void dispatch_result(const watched_job *job, const jc_result *result)
{
    size_t i;

    dispatch(job, "gauge", "verdict", result->verdict);
    if (!result->was_retrieved)
        return;
    dispatch(job, "gauge", "state", result->state);
    for (i = 0; i < JC_METRICS; i++) {
        const char *unit = jc_metric_kinds[i].unit;

        if (jc_value_is_known(result->values[i]))
            dispatch(job, unit[0] == 's' ? "duration" : unit[0] == '%' ? "percent" : "count", jc_metric_kinds[i].name,
                     result->values[i].number);
    }
}

static void notify(const watched_job *job, const jc_result *result)
{
    /* There is no severity for UNKNOWN. */
    static const int severities[] = {NOTIF_OKAY, NOTIF_WARNING, NOTIF_FAILURE, NOTIF_WARNING};
    notification_t notification;
    jc_text text = JC_TEXT_EMPTY;
    size_t length;

    memset(&notification, 0, sizeof notification);
    notification.severity = severities[result->verdict];
    notification.time = cdtime();
    jc_text_add(&text, "BACKUP %s - %s: %s", jc_verdict_name(result->verdict), job->id, jc_text_get(&result->summary));
    length = text.length < sizeof notification.message ? text.length : sizeof notification.message - 1;
    /* Not in the middle of a character. */
    while (length > 0 && length < text.length && ((unsigned char)text.bytes[length] & 0xC0) == 0x80)
        length--;
    memcpy(notification.message, jc_text_get(&text), length);
    copy_name(notification.host, sizeof notification.host, hostname_g);
    copy_name(notification.plugin, sizeof notification.plugin, PLUGIN);
    copy_name(notification.plugin_instance, sizeof notification.plugin_instance, instance_of(job));
    copy_name(notification.type, sizeof notification.type, "gauge");
    copy_name(notification.type_instance, sizeof notification.type_instance, "verdict");
    (void)plugin_dispatch_notification(&notification);
    /* The whole sentence, which a notification has no room for. */
    plugin_log(result->verdict == JC_OK ? LOG_NOTICE : LOG_WARNING, PLUGIN ": %s", jc_text_get(&text));
    jc_text_free(&text);
}

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
    dispatch_result(job, &result);
    if (result.verdict != job->verdict)
        notify(job, &result);
    job->verdict = result.verdict;
    jc_result_free(&result);
    cbj_error_free(error);
    cbj_job_free(got);
}

static double monotonic_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/*
 * Every job, as far as half of the interval goes; the next round begins where this one ended. Never fails: collectd would
 * double the interval each time, up to a day, and then be late to see that the service is back.
 */
static int read_jobs(void)
{
    double begin = monotonic_seconds();
    double budget = CDTIME_T_TO_DOUBLE(plugin_get_interval()) / 2;
    size_t i;

    for (i = 0; i < job_count && (i == 0 || monotonic_seconds() - begin < budget); i++) {
        read_job(&jobs[next_job]);
        next_job = (next_job + 1) % job_count;
    }
    return 0;
}

/* ---- What collectd calls --------------------------------------------------------------------------------------- */

static int init(void)
{
    cbj_error *error = NULL;

    if (client != NULL)
        return 0;
    /* Half of a configuration would watch half of the jobs, and nobody would know. What is wrong was logged. */
    if (is_misconfigured)
        return -1;
    if (job_count == 0) {
        plugin_log(LOG_ERR, PLUGIN ": no <Job \"ID\"> is configured");
        return -1;
    }
    if (jc_make_client(credentials, (int64_t)timeout_seconds * 1000, NULL, 0, &client, &error) != CBJ_OK)
        plugin_log(LOG_ERR, PLUGIN ": %s", cbj_error_message(error));
    cbj_error_free(error);
    return client != NULL ? 0 : -1;
}

static int shut_down(void)
{
    size_t i;

    cbj_client_free(client);
    client = NULL;
    for (i = 0; i < job_count; i++)
        free_job(&jobs[i]);
    free(jobs);
    jobs = NULL;
    job_count = next_job = 0;
    free(credentials);
    credentials = NULL;
    return 0;
}

void module_register(void)
{
    plugin_register_complex_config(PLUGIN, configure);
    plugin_register_init(PLUGIN, init);
    plugin_register_read(PLUGIN, read_jobs);
    plugin_register_shutdown(PLUGIN, shut_down);
}
