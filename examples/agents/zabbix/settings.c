/*
 * settings.c - reads cloudbackup.conf
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef CLOUDBACKUP_CONF
#define CLOUDBACKUP_CONF "/etc/zabbix/cloudbackup.conf"
#endif

/* The agent's default timeout is 3 s. */
cloudbackup_settings cloudbackup = {.timeout_ms = 3000};

/* Adds a kind. One that is there already is not added again. */
static int add_kind(const char *name, jc_text *problem)
{
    jc_kind kind;
    jc_kind *grown;
    size_t i;

    if (!jc_kind_parse(name, NULL, NULL, &kind, problem))
        return 0;
    for (i = 0; i < cloudbackup.kind_count; i++) {
        if (jc_kind_is_same(&cloudbackup.kinds[i], &kind))
            return 1;
    }
    grown = (jc_kind *)realloc(cloudbackup.kinds, (cloudbackup.kind_count + 1) * sizeof *grown);
    if (grown == NULL) {
        jc_text_add(problem, "out of memory");
        return 0;
    }
    cloudbackup.kinds = grown;
    grown[cloudbackup.kind_count++] = kind;
    return 1;
}

static int set_option(const char *key, const char *value, jc_text *problem)
{
    const jc_setting *setting = jc_setting_of(key, strcmp);

    if (setting != NULL)
        return setting->set(&cloudbackup.policy, value, problem);
    if (strcmp(key, "ConfigFile") == 0) {
        free(cloudbackup.credentials);
        cloudbackup.credentials = strdup(value);
        return cloudbackup.credentials != NULL;
    }
    if (strcmp(key, "CacheSeconds") == 0)
        return jc_parse_seconds(value, 0, &cloudbackup.cache_ms, problem);
    if (strcmp(key, "Kind") == 0)
        return add_kind(value, problem);
    jc_text_add(problem, "'%s' is not one of ConfigFile, CacheSeconds, Kind, ", key);
    jc_text_setting_keys(problem);
    return 0;
}

/* Takes one line. Returns 0 and the problem, without the name of the file. */
static int take_line(char *line, int is_whole, jc_text *problem)
{
    jc_text reason = JC_TEXT_EMPTY;
    char *value;
    int is_right = 0;

    if (line[0] == '\0' || line[0] == '#')
        return 1;
    value = strchr(line, '=');
    if (value != NULL)
        *value++ = '\0';
    if (value == NULL || !is_whole)
        jc_text_add(problem, " is not Key=Value");
    else if (set_option(line, value, &reason))
        is_right = 1;
    else
        jc_text_add(problem, ": %s", jc_text_get(&reason));
    jc_text_free(&reason);
    return is_right;
}

/* Checks what is only wrong in combination. */
static void check(const char *path)
{
    jc_text problem = JC_TEXT_EMPTY;

    if (!jc_policy_check(&cloudbackup.policy, &problem))
        jc_text_add(&cloudbackup.problem, "%s: %s", path, jc_text_get(&problem));
    jc_text_free(&problem);
}

void cloudbackup_settings_read(void)
{
    const char *path = getenv("CLOUDBACKUP_CONF");
    char line[4096];
    int number = 0;
    int is_right = 1;
    FILE *file;

    jc_policy_init(&cloudbackup.policy);
    cloudbackup.cache_ms = 30000;
    if (path == NULL || *path == '\0')
        path = CLOUDBACKUP_CONF;
    file = fopen(path, "re");
    if (file == NULL) {
        jc_text_add(&cloudbackup.problem, "cannot read %s: %s", path, strerror(errno));
        return;
    }
    while (is_right && fgets(line, sizeof line, file) != NULL) {
        jc_text problem = JC_TEXT_EMPTY;
        size_t length = strcspn(line, "\r\n");
        int is_whole = line[length] != '\0' || feof(file);

        number++;
        line[length] = '\0';
        is_right = take_line(line, is_whole, &problem);
        if (!is_right)
            jc_text_add(&cloudbackup.problem, "%s line %d%s", path, number, jc_text_get(&problem));
        jc_text_free(&problem);
    }
    if (is_right && ferror(file))
        jc_text_add(&cloudbackup.problem, "cannot read %s", path);
    else if (is_right)
        check(path);
    fclose(file);
}

void cloudbackup_settings_free(void)
{
    jc_policy_free(&cloudbackup.policy);
    jc_text_free(&cloudbackup.problem);
    free(cloudbackup.credentials);
    cloudbackup.credentials = NULL;
    free(cloudbackup.kinds);
    cloudbackup.kinds = NULL;
    cloudbackup.kind_count = 0;
}
