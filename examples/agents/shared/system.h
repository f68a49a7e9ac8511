/*
 * system.h - what the files of this folder ask of the operating system, beyond the C library
 *
 * system_posix.c and system_windows.c define the same functions. Both are always compiled: the one for the other system
 * is empty. The two clocks are in job_check.h. No other file of this folder knows the system.
 */
#ifndef JOB_CHECK_SYSTEM_H
#define JOB_CHECK_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#include "job_check.h"

/* Writes local time with its offset, "2026-11-22 23:47:31 +0100". Returns 0 for a time that the system cannot convert. */
int jc_system_local_time(int64_t unix_seconds, char *buffer, size_t size);

/*
 * An expression that is looked for in texts. POSIX has extended regular expressions. Windows has no library for them, so
 * an expression is a text there that others contain, as in a regular expression without special characters: a backslash
 * stands before each punctuation mark that would be special, and an expression with a special character is refused.
 */
struct jc_pattern;

/* Compiles an expression. Returns NULL and the problem if it is none, or if memory ran out. */
struct jc_pattern *jc_system_pattern(const char *expression, jc_text *problem);
int jc_system_matches(const struct jc_pattern *pattern, const char *text);
void jc_system_pattern_free(struct jc_pattern *pattern);

#endif /* JOB_CHECK_SYSTEM_H */
