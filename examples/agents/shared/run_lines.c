/*
 * run_lines.c - the lines about a kind: the summary if all is well, the line with all numbers, and the lines below it
 */
#include "internal.h"

void jc_add_runs_summary(const jc_subject *of)
{
    jc_text *summary = &of->result->summary;

    if (of->runs->count == 0) {
        jc_add_none(summary, of);
        jc_text_add(summary, of->is_new ? ", and the kind is new" : ", and it is optional");
        return;
    }
    if (of->runs->succeeded != NULL)
        jc_add_success(summary, of);
    else if (of->runs->ended != NULL)
        jc_add_last_run(summary, of, "");
    if (of->runs->running != NULL) {
        jc_text_add(summary, "%s", summary->length > 0 ? ", " : "");
        jc_add_running(summary, of);
    }
    if (of->result->values[JC_RUNS].count > 0) {
        jc_text_add(summary, ", ");
        jc_add_failed_runs(summary, of);
    }
}

static void next_part(jc_text *line)
{
    jc_text_add(line, "%s", line->length > 0 ? "; " : "");
}

void jc_add_runs_line(const jc_subject *of)
{
    jc_text *line = &of->result->line;
    const jc_runs *runs = of->runs;
    const cbj_job *named = runs->ended != NULL ? runs->ended : runs->running;
    int overdue = jc_overdue_verdict(of, JC_SINCE_SUCCESS);

    if (runs->count == 0) {
        jc_add_none(line, of);
    } else {
        jc_add_last_run(line, of, "ended ");
        if (runs->running != NULL) {
            next_part(line);
            jc_add_running(line, of);
        }
        if (runs->succeeded != runs->ended || overdue == JC_WARNING || overdue == JC_CRITICAL) {
            next_part(line);
            jc_add_success(line, of);
        }
        if (jc_is_waited_for(of, JC_SINCE_SUCCESS) || jc_is_waited_for(of, JC_SINCE_RUN) || jc_is_waited_for(of, JC_AGE))
            jc_text_add(line, ", waiting for the run in progress");
        if (runs->ended != NULL && jc_value_is_known(of->result->values[JC_RUNS])) {
            next_part(line);
            jc_add_failed_runs(line, of);
        }
    }
    if (runs->strange != NULL) {
        next_part(line);
        jc_add_strange(line, of);
    }
    if (runs->missing != 0) {
        next_part(line);
        jc_add_missing_jobs(line, of);
    }
    if (runs->undated > 0) {
        next_part(line);
        jc_add_undated(line, of);
    }
    if (jc_is_clock_wrong(runs) || runs->future > 0) {
        next_part(line);
        jc_add_wrong_clock(line, of);
    }
    if (named != NULL && cbj_job_id(named) != NULL) {
        next_part(line);
        jc_text_line(line, cbj_job_id(named));
    }
}

/* The id and the times of a run that the lines above do not have. */
static void add_other_run(jc_text *text, const char *label, const cbj_job *job, const char *verb, int64_t unix_ms)
{
    if (job == NULL)
        return;
    jc_text_add(text, "%s: ", label);
    jc_text_line(text, cbj_job_id(job) != NULL ? cbj_job_id(job) : "a run without an id");
    if (unix_ms != CBJ_NO_TIME) {
        jc_text_add(text, ", %s ", verb);
        jc_text_time(text, unix_ms);
    }
    jc_text_add(text, "\n");
}

void jc_add_runs_details(const jc_subject *of, const jc_error_sums *errors)
{
    jc_text *details = &of->result->details;
    const jc_runs *runs = of->runs;

    if (runs->ended != NULL) {
        jc_add_facts(details, runs->ended, of->result);
        jc_add_errors(details, of->policy, runs->ended, errors);
    }
    add_other_run(details, "In progress", runs->running, "started", cbj_job_start_time_ms(runs->running));
    if (runs->succeeded != runs->ended)
        add_other_run(details, "Last success", runs->succeeded, "ended", cbj_job_finish_time_ms(runs->succeeded));
    if (runs->ended != NULL && of->result->verdict != JC_OK)
        jc_add_ids(details, cbj_job_request_id(runs->ended), cbj_job_trace_id(runs->ended));
}
