/*
 * settings.c - reads the block <Plugin cloudbackup>
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "settings.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <syslog.h>

cloudbackup_settings cloudbackup = {.timeout_seconds = 5};

/* The text of an option that takes one. */
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
    const jc_setting *setting = jc_setting_of(item->key, strcasecmp);
    const char *text = text_of(item);
    jc_text problem = JC_TEXT_EMPTY;
    int is_set = 0;

    if (text == NULL)
        return 0;
    if (setting != NULL) {
        is_set = setting->set(policy, text, &problem);
    } else {
        jc_text_add(&problem, "is not one of Instance, Location, ");
        jc_text_setting_keys(&problem);
    }
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
    grown = is_right ? (watched_job *)realloc(cloudbackup.jobs, (cloudbackup.job_count + 1) * sizeof *grown) : NULL;
    if (grown == NULL) {
        free_job(&job);
        return 0;
    }
    cloudbackup.jobs = grown;
    cloudbackup.jobs[cloudbackup.job_count++] = job;
    return 1;
}

int cloudbackup_configure(oconfig_item_t *block)
{
    int i;

    for (i = 0; i < block->children_num; i++) {
        const oconfig_item_t *item = &block->children[i];
        int is_right;

        if (strcasecmp(item->key, "ConfigFile") == 0) {
            is_right = set_text(item, &cloudbackup.credentials);
        } else if (strcasecmp(item->key, "Timeout") == 0) {
            is_right = cf_util_get_int(item, &cloudbackup.timeout_seconds) == 0 && cloudbackup.timeout_seconds >= 1 &&
                       cloudbackup.timeout_seconds <= 300;
            if (!is_right)
                plugin_log(LOG_ERR, PLUGIN ": Timeout takes a number of seconds from 1 to 300");
        } else if (strcasecmp(item->key, "Job") == 0) {
            is_right = add_job(item);
        } else {
            plugin_log(LOG_ERR, PLUGIN ": %s is not one of ConfigFile, Timeout, Job", item->key);
            is_right = 0;
        }
        if (!is_right) {
            /* If this callback failed, collectd would not start, with all its other plugins. */
            cloudbackup.is_wrong = 1;
            return 0;
        }
    }
    return 0;
}

void cloudbackup_settings_free(void)
{
    size_t i;

    for (i = 0; i < cloudbackup.job_count; i++)
        free_job(&cloudbackup.jobs[i]);
    free(cloudbackup.jobs);
    cloudbackup.jobs = NULL;
    cloudbackup.job_count = 0;
    free(cloudbackup.credentials);
    cloudbackup.credentials = NULL;
}
