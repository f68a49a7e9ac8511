/*
 * output.h - where the output of check_cloudbackup_job goes
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stddef.h>

/*
 * Opens each standard stream that is closed, so that no connection and no file gets its number. Reading or writing it
 * fails as before. To be called before anything else is opened.
 */
void output_open_streams(void);

/* From now on the output goes to this file. Returns 0 if memory ran out. */
int output_set_file(const char *path);
/* The file, or "standard output". */
const char *output_name(void);
/* Writes the whole output. Returns 0 and sets errno if it failed. Async-signal-safe. */
int output_write(const char *bytes, size_t length);
void output_end(void);

#endif /* OUTPUT_H */
