/*
 * formats.h - the output of check_cloudbackup_job, for each monitoring system
 */
#ifndef FORMATS_H
#define FORMATS_H

#include <stddef.h>

#include "job_check.h"

typedef enum { FORMAT_NAGIOS, FORMAT_CHECKMK, FORMAT_PROMETHEUS, FORMAT_INFLUX, FORMAT_JSON, FORMATS } output_format;

typedef struct {
    output_format format;
    const char *service; /* for checkmk; NULL: "Cloud Backup ID" */
    size_t max_bytes;    /* for nagios and checkmk: room for the output, including a terminating NUL; 0: no limit */
} output_shape;

/* Finds a format by its name. Returns 0 if there is none. */
int formats_find(const char *name, output_format *format);

/* Writes the whole output, with a line break at the end. `job` and `error` may be NULL. */
void formats_write(jc_text *text, const output_shape *shape, const jc_policy *policy, const jc_result *result,
                   const char *job_id, const cbj_job *job, const cbj_error *error);

/* The exit status that goes with the output. */
int formats_exit_status(const output_shape *shape, const jc_result *result);

#endif /* FORMATS_H */
