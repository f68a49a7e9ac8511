/*
 * formats.c - chooses the output of check_cloudbackup_job
 */
#include "formats.h"

#include <string.h>

#include "kind_list.h"
#include "lines.h"
#include "plain_json.h"
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

int formats_exit_status(const output_shape *shape, const report *found)
{
    if (found->problem != NULL)
        return JC_UNKNOWN;
    if (found->subject == SUBJECT_LIST)
        return kind_list_failure(found) < found->count ? JC_UNKNOWN : JC_OK;
    /* After any other status Telegraf drops the output, and cron sends mail. */
    return shape->format == FORMAT_NAGIOS ? report_verdict(found) : 0;
}

static void write_json(jc_text *text, const report *found)
{
    size_t i;

    if (found->subject == SUBJECT_LIST)
        kind_list_write_json(text, found);
    for (i = 0; i < found->count && found->subject != SUBJECT_LIST; i++) {
        const report_answer *answer = &found->answers[i];

        if (found->subject == SUBJECT_JOB) {
            jc_text_result_json(text, found->policy, &answer->result, found->job_id, answer->job, answer->error);
            jc_text_add(text, "\n");
        } else if (found->subject == SUBJECT_KINDS) {
            jc_text_runs_json(text, found->policy, &answer->result, &found->kinds[i],
                              answer->result.was_retrieved ? &answer->runs : NULL, answer->error);
            jc_text_add(text, "\n");
        } else {
            plain_json_add(text, &answer->result);
        }
    }
}

void formats_write(jc_text *text, const output_shape *shape, const report *found)
{
    switch (shape->format) {
    case FORMAT_CHECKMK:
        lines_write_checkmk(text, shape->service, shape->max_bytes, found);
        break;
    case FORMAT_PROMETHEUS:
        series_write_prometheus(text, found);
        break;
    case FORMAT_INFLUX:
        series_write_influx(text, found);
        break;
    case FORMAT_JSON:
        write_json(text, found);
        break;
    case FORMAT_NAGIOS:
    case FORMATS:
        if (found->subject == SUBJECT_LIST && found->problem == NULL)
            kind_list_write_text(text, found);
        else
            lines_write_nagios(text, shape->max_bytes, found);
        break;
    }
}
