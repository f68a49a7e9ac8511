/*
 * settings.h - what the operator configures
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <collectd/core/daemon/plugin.h>

#include <stddef.h>

#include "job_check.h"

#define PLUGIN "cloudbackup"

typedef struct {
    char *id;
    char *instance; /* NULL: the id */
    char *location; /* NULL: as configured */
    jc_policy policy;
    int verdict; /* of the last round. OK before the first, so that an OK then causes no notification */
} watched_job;

typedef struct {
    char *credentials; /* ConfigFile; NULL: only the environment */
    int timeout_seconds;
    watched_job *jobs;
    size_t job_count;
    int is_wrong; /* 1: the problem was logged */
} cloudbackup_settings;

extern cloudbackup_settings cloudbackup;

/* collectd calls it with the block <Plugin cloudbackup>. */
int cloudbackup_configure(oconfig_item_t *block);
void cloudbackup_settings_free(void);

#endif /* SETTINGS_H */
