/*
 * ask.c - asks the service for what the command line says, with one client
 */
#include "ask.h"

#include <stdlib.h>

#include "signals.h"

/* How far --list-kinds looks back. */
#define LISTED_MS (INT64_C(30) * 86400 * 1000)

void ask_add_ending(jc_text *text, int is_alarm, int64_t timeout_ms)
{
    if (is_alarm) {
        jc_text_add(text, "no answer within ");
        jc_text_duration(text, (double)timeout_ms / 1000);
        jc_text_add(text, " (--timeout)");
    } else {
        jc_text_add(text, "ended by a signal before there was an answer");
    }
}

/* jc_make_client hands no data to the log function. */
static jc_text log_lines = JC_TEXT_EMPTY;

jc_text *ask_log(void)
{
    return &log_lines;
}

static void add_log_line(void *user_data, cbj_log_level level, const char *message)
{
    static const char *const names[] = {"", "error", "warning", "info", "debug"};

    (void)user_data;
    jc_text_add(&log_lines, "%s: %s\n",
                level >= CBJ_LOG_ERROR && level <= CBJ_LOG_DEBUG ? names[level] : "log", message);
}

/* Whether the next question would fail in the same way. */
static int is_in_vain(cbj_status status)
{
    return status == CBJ_ERROR_AUTHENTICATION || status == CBJ_ERROR_PERMISSION || status == CBJ_ERROR_CONFIG ||
           status == CBJ_ERROR_CANCELLED || jc_is_unavailable(status);
}

/* Judges the answers from `which` on as failed; only this one if asking for the next one makes sense. Returns 1 then. */
static int fail(const options *read, report *found, size_t which, cbj_status status, cbj_error *error)
{
    jc_text message = JC_TEXT_EMPTY;
    int goes_on = !is_in_vain(status);

    if (status == CBJ_ERROR_CANCELLED && signals_seen() != ENDING_NONE) {
        int is_alarm = signals_seen() == ENDING_ALARM;

        ask_add_ending(&message, is_alarm, read->timeout_ms);
        /* It says no more than that the call was cancelled. */
        cbj_error_free(error);
        error = NULL;
        if (is_alarm)
            status = CBJ_ERROR_TIMEOUT;
    }
    if (goes_on)
        report_fail_one(found, which, status, error, NULL);
    else
        report_fail(found, which, status, error, message.length > 0 ? jc_text_get(&message) : NULL);
    jc_text_free(&message);
    return goes_on;
}

static void ask_for_job(cbj_client *client, const options *read, report *found)
{
    report_answer *answer = &found->answers[0];
    cbj_error *error = NULL;
    cbj_status status = cbj_client_get_job(client, read->job_id, read->location, &answer->job, &error);

    if (status == CBJ_OK)
        jc_judge_job(&read->policy, answer->job, read->job_id, jc_wall_ms(), &answer->result);
    else
        fail(read, found, 0, status, error);
}

static void ask_for_kinds(cbj_client *client, const options *read, report *found)
{
    int64_t judged_ms = jc_wall_ms(); /* one time for all kinds: their ages are compared */
    size_t i;

    for (i = 0; i < found->count; i++) {
        report_answer *answer = &found->answers[i];
        cbj_error *error = NULL;
        cbj_status status = jc_list_runs(client, &read->policy, &found->kinds[i], jc_wall_ms(), &answer->runs, &error);

        if (status == CBJ_OK)
            jc_judge_runs(&read->policy, &found->kinds[i], &answer->runs, judged_ms, &answer->result);
        else if (!fail(read, found, i, status, error))
            return;
    }
}

static void ask_the_service(cbj_client *client, const options *read, report *found)
{
    jc_result *result = &found->answers[0].result;
    cbj_error *error = NULL;
    cbj_status status = jc_ping(client, jc_wall_ms(), &error);

    if (status == CBJ_OK) {
        result->was_retrieved = 1;
        jc_text_add(&result->summary, "API answers");
    } else {
        fail(read, found, 0, status, error);
    }
}

/* A kind that the service refuses to list is left out with a remark, unless it refuses all of them. */
static void list_kinds(cbj_client *client, const options *read, report *found)
{
    size_t refused = 0;
    size_t i;

    found->has_runs = (int *)calloc(found->count, sizeof *found->has_runs);
    for (i = 0; i < found->count; i++) {
        cbj_error *error = NULL;
        cbj_status status = found->has_runs == NULL ? CBJ_ERROR_INTERNAL
                                                    : jc_has_runs(client, &found->kinds[i], LISTED_MS, jc_wall_ms(),
                                                                  &found->has_runs[i], &error);

        if (status == CBJ_OK) {
            found->answers[i].result.was_retrieved = 1;
        } else if ((status == CBJ_ERROR_REJECTED || status == CBJ_ERROR_NOT_FOUND) && ++refused < found->count) {
            jc_text_add(&found->remarks, "not listed: ");
            jc_text_kind(&found->remarks, &found->kinds[i]);
            jc_text_add(&found->remarks, ": ");
            jc_text_line(&found->remarks, cbj_error_message(error));
            jc_text_add(&found->remarks, "\n");
            cbj_error_free(error);
        } else {
            fail(read, found, i, status, error);
            return;
        }
    }
}

void ask(const options *read, int64_t deadline_ms, report *found)
{
    cbj_client *client = NULL;
    cbj_error *error = NULL;
    cbj_status status;

    status = jc_make_client(read->config_file, deadline_ms - jc_monotonic_ms(),
                            read->verbosity >= 2 ? add_log_line : NULL,
                            read->verbosity >= 3 ? CBJ_LOG_DEBUG : CBJ_LOG_INFO, &client, &error);
    if (status != CBJ_OK) {
        signals_end();
        report_fail(found, 0, status, error, NULL);
        return;
    }
    signals_cancel(client);
    switch (found->subject) {
    case SUBJECT_JOB:
        ask_for_job(client, read, found);
        break;
    case SUBJECT_KINDS:
        ask_for_kinds(client, read, found);
        break;
    case SUBJECT_LIST:
        list_kinds(client, read, found);
        break;
    case SUBJECT_SERVICE:
    case SUBJECT_NONE:
        ask_the_service(client, read, found);
        break;
    }
    signals_end();
    cbj_client_free(client);
}
