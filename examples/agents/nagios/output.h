/*
 * output.h - where the output of check_cloudbackup_job goes
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stddef.h>

#include "job_check.h"

/* From now on the output goes to this file. Returns 0 if memory ran out. */
int output_set_file(const char *path);
/* The file, or "standard output". */
const char *output_name(void);
/* Writes the whole output. Returns 0 if it failed; process_problem says why. Async-signal-safe. */
int output_write(const char *bytes, size_t length);
/* Writes a line to standard error: what went wrong and, unless it is NULL, why. */
void output_complain(const char *problem, const char *reason);
/* Writes lines to standard error. */
void output_log(const jc_text *lines);
void output_end(void);

#endif /* OUTPUT_H */
