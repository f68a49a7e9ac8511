/*
 * settings.h - what the operator configures
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <collectd/core/daemon/plugin.h>

#include <stddef.h>

#include "job_check.h"

#define PLUGIN "cloudbackup"

/* A block <Kind "NAME"> or <Job "ID">, and what the plugin remembers between two rounds. */
typedef struct {
    int is_kind;
    char *name;     /* of the kind, in its shortest form; or the id of the job */
    char *instance; /* the plugin instance in the names of the values */
    char *location; /* of a job; NULL: as configured */
    jc_kind kind;   /* only if is_kind */
    jc_policy policy;
    int verdict;  /* of the last round. OK before the first, so that an OK then causes no notification */
    jc_runs runs; /* of a kind: the last answer of the service */
    int has_runs; /* 1: there was an answer */
    int is_stale; /* 1: this answer stood in for the service in the last round */
} watched_item;

typedef struct {
    char *credentials; /* ConfigFile; NULL: only the environment */
    int timeout_seconds;
    watched_item *items; /* in the order of the configuration */
    size_t item_count;
    int is_wrong; /* 1: the problem was logged */
} cloudbackup_settings;

extern cloudbackup_settings cloudbackup;

/* collectd calls it with the block <Plugin cloudbackup>. */
int cloudbackup_configure(oconfig_item_t *block);
void cloudbackup_settings_free(void);

#endif /* SETTINGS_H */
