/*
 * formats.h - what check_cloudbackup_job prints, for each monitoring system
 */
#ifndef FORMATS_H
#define FORMATS_H

#include <stddef.h>

#include "job_check.h"

typedef enum { FORMAT_NAGIOS, FORMAT_CHECKMK, FORMAT_PROMETHEUS, FORMAT_INFLUX, FORMAT_JSON, FORMATS } output_format;

typedef struct {
    output_format format;
    const char *service; /* checkmk; NULL: "Cloud Backup ID" */
    size_t max_bytes;    /* nagios and checkmk: room, a terminating NUL included; 0: as much as there is */
} output_shape;

/* By its name; 0 if there is none. */
int formats_find(const char *name, output_format *format);

/* The whole output, ended by a line break. `job` and `error`: either may be NULL. */
void formats_write(jc_text *text, const output_shape *shape, const jc_policy *policy, const jc_result *result,
                   const char *job_id, const cbj_job *job, const cbj_error *error);

/* The exit status that belongs to the output. */
int formats_exit_status(const output_shape *shape, const jc_result *result);

#endif /* FORMATS_H */
