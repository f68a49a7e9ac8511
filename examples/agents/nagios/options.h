/*
 * options.h - the command line of check_cloudbackup_job
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

#include "formats.h"
#include "job_check.h"
#include "labels.h"
#include "report.h"

typedef struct {
    report_subject subject;
    const char *job_id;      /* of SUBJECT_JOB */
    const char *location;    /* NULL: as configured */
    jc_kind *kinds;          /* of SUBJECT_KINDS, and those that SUBJECT_LIST asks for */
    size_t kind_count;
    const char *config_file; /* NULL: only the environment */
    int64_t timeout_ms;
    int verbosity;
    output_shape shape;
    const char *output_file; /* NULL: standard output */
    label_list labels;
    jc_policy policy;
} options;

typedef enum {
    OPTIONS_CHECK,  /* do the check */
    OPTIONS_ANSWER, /* `text` is the answer to --help or --version */
    OPTIONS_WRONG   /* `text` is the problem; everything else was read, so that it can be written where it belongs */
} options_outcome;

/* Reads the whole command line. The strings of `read` belong to `argv`. Release it with options_free. */
options_outcome options_read(int argc, char **argv, options *read, jc_text *text);
void options_free(options *read);

#endif /* OPTIONS_H */
