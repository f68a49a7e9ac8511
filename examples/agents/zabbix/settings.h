/*
 * settings.h - what the operator and the agent configure
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "job_check.h"

typedef struct {
    char *credentials; /* ConfigFile; NULL: only the environment */
    int64_t cache_ms;  /* CacheSeconds */
    jc_kind *kinds;    /* Kind, for the discovery */
    size_t kind_count;
    jc_policy policy;
    int64_t timeout_ms; /* the agent's timeout for an item */
    jc_text problem;    /* what is wrong with the file; empty: nothing */
} cloudbackup_settings;

extern cloudbackup_settings cloudbackup;

/* Reads cloudbackup.conf. */
void cloudbackup_settings_read(void);
void cloudbackup_settings_free(void);

#endif /* SETTINGS_H */
