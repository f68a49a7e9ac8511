/*
 * formats.h - the output of check_cloudbackup_job, for each monitoring system
 */
#ifndef FORMATS_H
#define FORMATS_H

#include <stddef.h>

#include "report.h"

typedef enum { FORMAT_NAGIOS, FORMAT_CHECKMK, FORMAT_PROMETHEUS, FORMAT_INFLUX, FORMAT_JSON, FORMATS } output_format;

typedef struct {
    output_format format;
    const char *service; /* for checkmk; NULL: "Cloud Backup ID" */
    size_t max_bytes;    /* for nagios and checkmk: room for the output, including a terminating NUL; 0: no limit */
} output_shape;

/* Finds a format by its name. Returns 0 if there is none. */
int formats_find(const char *name, output_format *format);
/* Writes the whole output, with a line break at the end. */
void formats_write(jc_text *text, const output_shape *shape, const report *found);
/* The exit status that goes with the output. */
int formats_exit_status(const output_shape *shape, const report *found);

#endif /* FORMATS_H */
