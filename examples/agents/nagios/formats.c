/*
 * formats.c - chooses the output of check_cloudbackup_job
 */
#include "formats.h"

#include <string.h>

#include "lines.h"
#include "series.h"

static const char *const format_names[FORMATS] = {"nagios", "checkmk", "prometheus", "influx", "json"};

int formats_find(const char *name, output_format *format)
{
    int i;

    for (i = 0; i < FORMATS; i++) {
        if (strcmp(name, format_names[i]) == 0) {
            *format = (output_format)i;
            return 1;
        }
    }
    return 0;
}

int formats_exit_status(const output_shape *shape, const jc_result *result)
{
    /* After any other status Telegraf drops the output, and cron sends mail. */
    return shape->format == FORMAT_NAGIOS ? result->verdict : 0;
}

void formats_write(jc_text *text, const output_shape *shape, const jc_policy *policy, const jc_result *result,
                   const char *job_id, const cbj_job *job, const cbj_error *error)
{
    switch (shape->format) {
    case FORMAT_CHECKMK:
        lines_write_checkmk(text, shape->service, shape->max_bytes, policy, result, job_id);
        break;
    case FORMAT_PROMETHEUS:
        series_write_prometheus(text, result, job_id);
        break;
    case FORMAT_INFLUX:
        series_write_influx(text, result, job_id, job);
        break;
    case FORMAT_JSON:
        jc_text_result_json(text, policy, result, job_id, job, error);
        jc_text_add(text, "\n");
        break;
    case FORMAT_NAGIOS:
    case FORMATS:
        lines_write_nagios(text, shape->max_bytes, policy, result, job_id);
        break;
    }
}
