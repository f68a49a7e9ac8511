/*
 * lines.h - the formats that are lines of text with numbers, in limited room: nagios and checkmk
 *
 * `max_bytes` is the room for the output, including a terminating NUL; 0 means no limit.
 */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>

#include "job_check.h"

void lines_write_nagios(jc_text *text, size_t max_bytes, const jc_policy *policy, const jc_result *result,
                        const char *job_id);

/* `service` is the name of the service; NULL: "Cloud Backup ID". */
void lines_write_checkmk(jc_text *text, const char *service, size_t max_bytes, const jc_policy *policy,
                         const jc_result *result, const char *job_id);

#endif /* LINES_H */
