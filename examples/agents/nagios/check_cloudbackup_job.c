/*
 * check_cloudbackup_job - a monitoring plugin that checks backups of Cloud Backup for Microsoft 365
 *
 * For Nagios, Icinga, Naemon, Sensu and NRPE; with --format also for Checkmk, Prometheus, Telegraf and other programs.
 * README.md says how to build and install it. --help lists the options.
 *
 * This file does one check: it reads the options, asks, writes the output, and says how it ended. The other files:
 *
 *     options.c     the command line; with amounts.c, labels.c and subject.c, which says what to check
 *     help.c        the text of --help
 *     ask.c         asks the service
 *     report.c      what was found out
 *     signals.c     ends the check in time, even if the service hangs
 *     output.c      where the output goes
 *     process.h     what differs between systems; in process_posix.c and process_windows.c
 *     formats.c     chooses the output format
 *     lines.c       the formats nagios and checkmk; with room.c and numbers.c
 *     kind_lines.c  the same for kinds of jobs; with headline.c
 *     series.c      the formats prometheus and influx; with samples.c
 *     kind_series.c the same for kinds of jobs
 *     kind_list.c   the kinds that there are; with plain_json.c
 *     ../shared/    the verdict, its text, and the format json: see job_check.h
 */
#include <string.h>

#include "ask.h"
#include "cloudbackupjobs.h"
#include "formats.h"
#include "job_check.h"
#include "options.h"
#include "output.h"
#include "process.h"
#include "report.h"
#include "signals.h"

/* An empty report about what the command line says. */
static int begin_report(const options *read, report *found)
{
    int has_room = report_init(found, read->subject, &read->policy, &read->labels, read->job_id, read->kinds,
                               read->kind_count);

    found->is_verbose = read->verbosity > 0;
    found->checked_ms = jc_wall_ms();
    return has_room;
}

/* Writes the report. Returns the exit status. */
static int write_report(const options *read, const report *found)
{
    jc_text text = JC_TEXT_EMPTY;
    int exit_status = formats_exit_status(&read->shape, found);

    formats_write(&text, &read->shape, found);
    if (text.is_cut || !output_write(jc_text_get(&text), text.length)) {
        jc_text problem = JC_TEXT_EMPTY;
        const char *reason = text.is_cut ? "out of memory" : process_problem();

        jc_text_add(&problem, "cannot write %s", output_name());
        output_complain(jc_text_get(&problem), reason);
        jc_text_free(&problem);
        exit_status = JC_UNKNOWN;
    }
    jc_text_free(&text);
    return exit_status;
}

/* Writes the output for a signal in advance, because a signal handler cannot. */
static void prepare_last_words(const options *read, int is_alarm, last_words *words)
{
    jc_text message = JC_TEXT_EMPTY;
    report found;

    ask_add_ending(&message, is_alarm, read->timeout_ms);
    if (begin_report(read, &found)) {
        report_fail(&found, 0, is_alarm ? CBJ_ERROR_TIMEOUT : CBJ_ERROR_CANCELLED, NULL, jc_text_get(&message));
        formats_write(&words->output, &read->shape, &found);
        words->exit_status = formats_exit_status(&read->shape, &found);
    }
    report_free(&found);
    jc_text_free(&message);
}

static int check(const options *read, int64_t deadline_ms)
{
    static last_words on_alarm = {JC_TEXT_EMPTY, JC_UNKNOWN};
    static last_words on_signal = {JC_TEXT_EMPTY, JC_UNKNOWN};
    report found;
    int exit_status = JC_UNKNOWN;

    prepare_last_words(read, 1, &on_alarm);
    prepare_last_words(read, 0, &on_signal);
    if (!signals_watch(read->timeout_ms, &on_alarm, &on_signal)) {
        output_complain("cannot watch the time", process_problem());
        memset(&found, 0, sizeof found);
    } else if (begin_report(read, &found)) {
        ask(read, deadline_ms, &found);
        found.checked_ms = jc_wall_ms();
        exit_status = write_report(read, &found);
        /* JSON has no room for them. */
        if (read->shape.format == FORMAT_JSON)
            jc_text_add(ask_log(), "%s", jc_text_get(&found.remarks));
        output_log(ask_log());
    }
    report_free(&found);
    jc_text_free(ask_log());
    jc_text_free(&on_alarm.output);
    jc_text_free(&on_signal.output);
    return exit_status;
}

/* Says that an option is wrong, in the format and in the place that the other options name. */
static int refuse(options *read, const char *problem)
{
    report found;
    int exit_status = JC_UNKNOWN;

    /* There are no names to list. */
    if (read->subject == SUBJECT_LIST)
        read->subject = SUBJECT_NONE;
    if (begin_report(read, &found)) {
        report_refuse(&found, problem);
        exit_status = write_report(read, &found);
        /* Who starts the check by hand does not look into the file. */
        if (read->output_file != NULL)
            output_complain(problem, NULL);
    }
    report_free(&found);
    return exit_status;
}

int main(int argc, char **argv)
{
    int64_t start_ms = jc_monotonic_ms();
    options read;
    jc_text text = JC_TEXT_EMPTY;
    int exit_status = JC_UNKNOWN;
    options_outcome outcome;

    if (!process_begin(&argc, &argv)) {
        output_complain("out of memory", NULL);
        return JC_UNKNOWN;
    }
    outcome = options_read(argc, argv, &read, &text);
    if (outcome == OPTIONS_ANSWER) {
        exit_status = output_write(text.bytes, text.length) ? JC_OK : JC_UNKNOWN;
    } else if (read.output_file != NULL && !output_set_file(read.output_file)) {
        output_complain("out of memory", NULL);
    } else if (outcome == OPTIONS_WRONG) {
        exit_status = refuse(&read, jc_text_get(&text));
    } else {
        exit_status = check(&read, start_ms + read.timeout_ms);
    }
    output_end();
    options_free(&read);
    jc_text_free(&text);
    return exit_status;
}
