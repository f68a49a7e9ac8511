/*
 * lines.h - the formats nagios and checkmk: lines of text with numbers, in limited room
 *
 * `max_bytes` is the room for the output, including a terminating NUL; 0 means no limit.
 */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>

#include "job_check.h"
#include "report.h"

void lines_write_nagios(jc_text *text, size_t max_bytes, const report *found);
/* `service` is the name of the service; NULL: "Cloud Backup ID". */
void lines_write_checkmk(jc_text *text, const char *service, size_t max_bytes, const report *found);

#endif /* LINES_H */
