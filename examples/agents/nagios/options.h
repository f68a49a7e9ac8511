/*
 * options.h - the command line of check_cloudbackup_job
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

#include "formats.h"
#include "job_check.h"

typedef struct {
    const char *job_id;
    const char *location;    /* NULL: as configured */
    const char *config_file; /* NULL: only the environment */
    int64_t timeout_ms;
    int verbosity;
    output_shape shape;
    const char *output_file; /* NULL: standard output */
    jc_policy policy;
} options;

typedef enum {
    OPTIONS_CHECK,  /* do the check */
    OPTIONS_ANSWER, /* `text` is the answer to --help or --version */
    OPTIONS_WRONG   /* `text` is the problem */
} options_outcome;

/* Reads the command line. The strings of `read` belong to `argv`. Release the policy with jc_policy_free. */
options_outcome options_read(int argc, char **argv, options *read, jc_text *text);

#endif /* OPTIONS_H */
