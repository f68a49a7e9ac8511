/*
 * room.h - output in limited room
 *
 * `max_bytes` is the room for the whole output, including a terminating NUL; 0 means no limit.
 */
#ifndef ROOM_H
#define ROOM_H

#include <stddef.h>

#include "job_check.h"

/* How many bytes are free after `used` bytes and a NUL. */
size_t room_left(size_t max_bytes, size_t used);
/* Adds `whole` in at most `room` bytes. If it does not fit, it ends with "...". */
void room_add_cut(jc_text *text, const char *whole, size_t room);
/* Adds the lines that fit, with `separator` before each, and leaves `reserved` bytes free. The last line says how many
 * lines did not fit. */
void room_add_lines(jc_text *text, const char *lines, const char *separator, size_t max_bytes, size_t reserved);

#endif /* ROOM_H */
