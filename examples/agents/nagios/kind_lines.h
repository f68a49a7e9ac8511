/*
 * kind_lines.h - the formats nagios and checkmk for kinds of jobs
 *
 * `max_bytes` is the room for the output, including a terminating NUL; 0 means no limit. Checkmk has one line, and so one
 * output, for each kind.
 */
#ifndef KIND_LINES_H
#define KIND_LINES_H

#include <stddef.h>

#include "report.h"

void kind_lines_write_nagios(jc_text *text, size_t max_bytes, const report *found);
/* `service` begins the name of each service; NULL: "Cloud Backup". */
void kind_lines_write_checkmk(jc_text *text, const char *service, size_t max_bytes, const report *found);

#endif /* KIND_LINES_H */
