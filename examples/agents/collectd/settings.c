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

/* Takes one of the settings that decide verdicts. `others` are the other keys that are valid at this place. */
static int set_policy(const oconfig_item_t *item, jc_policy *policy, const char *others)
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
        jc_text_add(&problem, "is not one of %s, ", others);
        jc_text_setting_keys(&problem);
    }
    if (!is_set)
        plugin_log(LOG_ERR, PLUGIN ": %s %s", item->key, jc_text_get(&problem));
    jc_text_free(&problem);
    return is_set;
}

/* ---- A block for a kind or a job ------------------------------------------------------------------------------- */

static void free_item(watched_item *item)
{
    free(item->name);
    free(item->instance);
    free(item->location);
    jc_policy_free(&item->policy);
    if (item->has_runs)
        jc_runs_free(&item->runs);
}

/* Takes the name of the block: the name of a kind, or the id of a job. */
static int set_name(const oconfig_item_t *block, watched_item *item)
{
    const char *name = text_of(block);
    jc_text text = JC_TEXT_EMPTY;
    jc_text identifier = JC_TEXT_EMPTY;
    int is_set = name != NULL;

    if (is_set && item->is_kind) {
        is_set = jc_kind_parse(name, NULL, NULL, &item->kind, &text);
        if (is_set) {
            jc_text_kind(&text, &item->kind);
            jc_text_kind_identifier(&identifier, &item->kind);
        } else {
            plugin_log(LOG_ERR, PLUGIN ": %s %s", block->key, jc_text_get(&text));
        }
    } else if (is_set) {
        jc_text_add(&text, "%s", name);
        jc_text_add(&identifier, "%s", name);
    }
    if (is_set) {
        item->name = strdup(jc_text_get(&text));
        item->instance = strdup(jc_text_get(&identifier));
        is_set = item->name != NULL && item->instance != NULL;
    }
    jc_text_free(&text);
    jc_text_free(&identifier);
    return is_set;
}

/* Takes the settings of the whole plugin, wherever they stand, and after them those of the block, which win. */
static int set_options(const oconfig_item_t *all, const oconfig_item_t *block, watched_item *item)
{
    int is_right = 1;
    int i;

    for (i = 0; i < all->children_num && is_right; i++) {
        if (jc_setting_of(all->children[i].key, strcasecmp) != NULL)
            is_right = set_policy(&all->children[i], &item->policy, "");
    }
    for (i = 0; i < block->children_num && is_right; i++) {
        const oconfig_item_t *option = &block->children[i];

        if (strcasecmp(option->key, "Instance") == 0)
            is_right = set_text(option, &item->instance);
        else if (strcasecmp(option->key, "Location") == 0 && !item->is_kind)
            is_right = set_text(option, &item->location);
        else
            is_right = set_policy(option, &item->policy, item->is_kind ? "Instance" : "Instance, Location");
    }
    return is_right;
}

/* Whether the policy is consistent, and the values have names of their own. */
static int check_item(const watched_item *item)
{
    jc_text problem = JC_TEXT_EMPTY;
    int is_right = !item->is_kind || jc_policy_check(&item->policy, &problem);
    size_t i;

    for (i = 0; i < cloudbackup.item_count && is_right; i++) {
        const watched_item *other = &cloudbackup.items[i];

        if ((item->is_kind || other->is_kind) && strcmp(item->instance, other->instance) == 0) {
            jc_text_add(&problem, "'%s' is the plugin instance of an earlier block, too", item->instance);
            is_right = 0;
        }
    }
    if (!is_right)
        plugin_log(LOG_ERR, PLUGIN ": %s %s: %s", item->is_kind ? "Kind" : "Job", item->name, jc_text_get(&problem));
    jc_text_free(&problem);
    return is_right;
}

static int add_item(const oconfig_item_t *all, const oconfig_item_t *block, int is_kind)
{
    watched_item item;
    watched_item *grown = NULL;

    memset(&item, 0, sizeof item);
    item.is_kind = is_kind;
    jc_policy_init(&item.policy);
    if (set_name(block, &item) && set_options(all, block, &item) && check_item(&item))
        grown = (watched_item *)realloc(cloudbackup.items, (cloudbackup.item_count + 1) * sizeof *grown);
    if (grown == NULL) {
        free_item(&item);
        return 0;
    }
    cloudbackup.items = grown;
    cloudbackup.items[cloudbackup.item_count++] = item;
    return 1;
}

/* ---- The whole block ------------------------------------------------------------------------------------------- */

/* Takes one option, or one block. `checked` is a policy for the settings that no block has taken yet. */
static int configure(const oconfig_item_t *all, const oconfig_item_t *item, jc_policy *checked)
{
    int is_right;

    if (strcasecmp(item->key, "ConfigFile") == 0)
        return set_text(item, &cloudbackup.credentials);
    if (strcasecmp(item->key, "Job") == 0)
        return add_item(all, item, 0);
    if (strcasecmp(item->key, "Kind") == 0)
        return add_item(all, item, 1);
    if (strcasecmp(item->key, "Timeout") != 0)
        return set_policy(item, checked, "ConfigFile, Timeout, Job, Kind");
    is_right = cf_util_get_int(item, &cloudbackup.timeout_seconds) == 0 && cloudbackup.timeout_seconds >= 1 &&
               cloudbackup.timeout_seconds <= 300;
    if (!is_right)
        plugin_log(LOG_ERR, PLUGIN ": Timeout takes a number of seconds from 1 to 300");
    return is_right;
}

int cloudbackup_configure(oconfig_item_t *block)
{
    jc_policy checked;
    int i;

    jc_policy_init(&checked);
    for (i = 0; i < block->children_num && !cloudbackup.is_wrong; i++)
        cloudbackup.is_wrong = !configure(block, &block->children[i], &checked);
    jc_policy_free(&checked);
    /* If this callback failed, collectd would not start, with all its other plugins. */
    return 0;
}

void cloudbackup_settings_free(void)
{
    size_t i;

    for (i = 0; i < cloudbackup.item_count; i++)
        free_item(&cloudbackup.items[i]);
    free(cloudbackup.items);
    cloudbackup.items = NULL;
    cloudbackup.item_count = 0;
    free(cloudbackup.credentials);
    cloudbackup.credentials = NULL;
}
