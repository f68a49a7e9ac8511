/*
 * options.h - the command line of cloudbackup_pass
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "job_check.h"
#include "oid.h"

typedef struct {
    const char *config_file; /* NULL: only the environment */
    int64_t timeout_ms;
    int64_t refresh_ms;
    jc_policy policy;
    object_id base;
    const char *job_type; /* of kinds whose names have none; NULL: backup */
    const char *location; /* of kinds whose names have none, and of jobs; NULL: as configured */
    jc_kind *kinds;       /* without duplicates, in the order of the command line */
    size_t kind_count;
    char **job_ids;
    size_t job_count;
} options;

typedef enum {
    OPTIONS_RUN,
    OPTIONS_ANSWERED, /* --help was printed */
    OPTIONS_WRONG     /* the problem was printed to standard error */
} options_outcome;

/* Reads the command line. The strings of `read` belong to `argv`. Release it with options_free, whatever the outcome. */
options_outcome options_read(int argc, char **argv, options *read);
void options_free(options *read);

#endif /* OPTIONS_H */
