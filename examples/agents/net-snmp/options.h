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
    char **job_ids;
    size_t job_count;
} options;

typedef enum {
    OPTIONS_RUN,
    OPTIONS_ANSWERED, /* --help was printed */
    OPTIONS_WRONG     /* the problem was printed to standard error */
} options_outcome;

/* Reads the command line. The strings of `read` belong to `argv`. Release the policy with jc_policy_free. */
options_outcome options_read(int argc, char **argv, options *read);

#endif /* OPTIONS_H */
