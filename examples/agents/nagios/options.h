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
    const char *config_file; /* NULL: the environment only */
    int64_t timeout_ms;
    int verbosity;
    output_shape shape;
    const char *output_file; /* NULL: standard output */
    jc_policy policy;
} options;

typedef enum {
    OPTIONS_CHECK,  /* do the check */
    OPTIONS_ANSWER, /* `text` answers --help or --version */
    OPTIONS_WRONG   /* `text` says what is wrong */
} options_outcome;

/* Reads the command line. The texts stay those of `argv`; ends with jc_policy_free. */
options_outcome options_read(int argc, char **argv, options *read, jc_text *text);

#endif /* OPTIONS_H */
