/* The library through its C functions: one client, whatever the number of threads. */
#include "harness.h"

#include <stdlib.h>

#include "cloudbackupjobs.h"

struct session {
    const char *job_id;
};

static cbj_client *client;

const char *peer_version(void)
{
    return cbj_version();
}

void peer_begin(const struct target *target)
{
    cbj_config *config = cbj_config_new();
    cbj_error *error = NULL;

    if (cbj_config_set_base_url(config, target->base_url) != CBJ_OK ||
        cbj_config_set_ca_file(config, target->ca_file) != CBJ_OK ||
        cbj_config_set_access_token(config, target->token) != CBJ_OK)
        fail("ours", "an option was refused");
    if (cbj_client_new(config, &client, &error) != CBJ_OK)
        fail("ours", cbj_error_message(error));
    cbj_config_free(config);
}

void peer_end(void)
{
    cbj_client_free(client);
}

struct session *peer_open(const struct target *target)
{
    struct session *session = malloc(sizeof *session);

    if (session == NULL)
        fail("ours", "out of memory");
    session->job_id = target->job_id;
    return session;
}

void peer_close(struct session *session)
{
    free(session);
}

/* Asks for every member that the library has, and adds to `reading`. */
static void look_at_job(struct reading *reading, const cbj_job *job)
{
    size_t count = cbj_job_error_count(job), i;

    reading->jobs++;
    reading->entries += count;
    for (i = 0; i < count; i++) {
        reading->texts += cbj_job_error_message(job, i) != NULL;
        reading->texts += cbj_job_error_url(job, i) != NULL;
        reading->flags += cbj_job_error_has_code(job, i) != -1;
        reading->occurrences += cbj_job_error_occurrences(job, i);
    }
    reading->texts += cbj_job_id(job) != NULL;
    reading->texts += cbj_job_state_text(job) != NULL;
    reading->texts += cbj_job_start_time_text(job) != NULL;
    reading->texts += cbj_job_finish_time_text(job) != NULL;
    reading->texts += cbj_job_duration_text(job) != NULL;
    reading->texts += cbj_job_request_id(job) != NULL;
    reading->texts += cbj_job_trace_id(job) != NULL;
    reading->texts += cbj_job_json(job) != NULL;
    reading->finished_with_exception += cbj_job_state(job) == CBJ_STATE_FINISHED_WITH_EXCEPTION;
    reading->total += cbj_job_total_count(job);
    reading->failed += cbj_job_failed_count(job);
    reading->successful += cbj_job_successful_count(job);
    reading->skipped += cbj_job_skipped_count(job);
    reading->start_ms += cbj_job_start_time_ms(job);
    reading->finish_ms += cbj_job_finish_time_ms(job);
    reading->elapsed_ms += cbj_job_elapsed_ms(job);
    reading->response_ms += cbj_job_response_time_ms(job);
    reading->duration_hours += cbj_job_duration_hours(job);
}

static void read_and_free(cbj_job *job)
{
    struct reading reading = {0};

    look_at_job(&reading, job);
    expect_job("ours", &reading);
    cbj_job_free(job);
}

void peer_fetch(struct session *session)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;

    if (cbj_client_get_job(client, session->job_id, NULL, &job, &error) != CBJ_OK)
        fail("ours", cbj_error_message(error));
    read_and_free(job);
}

void peer_parse(const char *answer, size_t length)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;

    if (cbj_job_parse(answer, length, &job, &error) != CBJ_OK)
        fail("ours", cbj_error_message(error));
    read_and_free(job);
}

/* The benchmark's jobs are of one month of some year. */
static cbj_query *all_jobs(size_t page_size)
{
    cbj_query *query = cbj_query_new();

    if (cbj_query_set_since_ms(query, CBJ_NO_TIME) != CBJ_OK ||
        cbj_query_set_page_size(query, (uint32_t)page_size) != CBJ_OK)
        fail("ours", "a query was refused");
    return query;
}

void peer_list(struct session *session, size_t jobs, size_t page_size)
{
    struct reading reading = {0};
    cbj_query *query = all_jobs(page_size);
    cbj_job_iter *iter = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;

    (void)session;
    if (cbj_client_list_jobs(client, query, &iter, &error) != CBJ_OK)
        fail("ours", cbj_error_message(error));
    cbj_query_free(query);
    while (cbj_job_iter_next(iter, &job, &error) == CBJ_OK && job != NULL) {
        look_at_job(&reading, job);
        cbj_job_free(job);
    }
    if (error != NULL)
        fail("ours", cbj_error_message(error));
    if (cbj_job_iter_total_count(iter) != (int64_t)jobs || !cbj_job_iter_is_complete(iter))
        fail("ours", "the list is incomplete");
    cbj_job_iter_free(iter);
    expect_jobs("ours", jobs, &reading);
}

void peer_summarize(struct session *session, size_t jobs, size_t page_size)
{
    cbj_query *query = all_jobs(page_size);
    cbj_summary *summary = NULL;
    cbj_error *error = NULL;

    (void)session;
    if (cbj_client_summarize_jobs(client, query, &summary, &error) != CBJ_OK)
        fail("ours", cbj_error_message(error));
    cbj_query_free(query);
    if (cbj_summary_count(summary) != (int64_t)jobs || !cbj_summary_is_complete(summary) ||
        cbj_summary_count_in_state(summary, CBJ_STATE_FINISHED_WITH_EXCEPTION) != (int64_t)jobs / 10 ||
        cbj_job_id(cbj_summary_latest(summary)) == NULL)
        fail("ours", "that is not the summary");
    cbj_summary_free(summary);
}
