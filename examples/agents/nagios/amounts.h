/*
 * amounts.h - times and sizes on the command line
 */
#ifndef AMOUNTS_H
#define AMOUNTS_H

#include <stddef.h>
#include <stdint.h>

/* Reads "10", "2.5", "500ms", "2s" or "1m". Returns milliseconds, or 0 if it is not a time. */
int64_t amounts_time(const char *text);
/* Reads a number of bytes. Returns 0 if it is none. */
int amounts_size(const char *text, size_t *size);

#endif /* AMOUNTS_H */
