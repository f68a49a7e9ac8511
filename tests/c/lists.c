/*
 * Lists, summaries, waits and shared clients, whose handles are freed in every order that the header allows. Run it under
 * valgrind, or with a sanitizer.
 *
 * Promised: an iterator, a summary and a job need no client; what one handle of clients that share needs, the others keep.
 *
 * The server at CBJ_BASE_URL has a list of the jobs J1, J2 and J3 on three pages. Its second page fails with HTTP 503 if
 * the location is "BROKEN". The job "RUNNING" does not end.
 */
#include <pthread.h>
#include <string.h>

#include "guest.h"

static cbj_job *next(cbj_job_iter *iter)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;

    CHECK(cbj_job_iter_next(iter, &job, &error) == CBJ_OK && error == NULL);
    return job;
}

static void is(const cbj_job *job, const char *id)
{
    CHECK(job != NULL && strcmp(cbj_job_id(job), id) == 0);
    CHECK(strstr(cbj_job_json(job), id) != NULL);
    CHECK(strcmp(cbj_job_request_id(job), "request-2") == 0);
}

/* The query, then the client, then the iterator, and the jobs last. */
static void jobs_outlive_everything(void)
{
    cbj_client *client = client_of_environment(20000);
    cbj_query *query = cbj_query_new();
    cbj_job_iter *iter = NULL;
    cbj_job *job[3];
    int i;

    CHECK(cbj_query_set_location(query, "EUR") == CBJ_OK);
    CHECK(cbj_client_list_jobs(client, query, &iter, NULL) == CBJ_OK);
    cbj_query_free(query);
    job[0] = next(iter);
    cbj_client_free(client);
    job[1] = next(iter);
    job[2] = next(iter);
    CHECK(next(iter) == NULL && next(iter) == NULL);
    CHECK(cbj_job_iter_total_count(iter) == 3 && cbj_job_iter_is_complete(iter) == 1);
    cbj_job_iter_free(iter);
    is(job[0], "J1");
    is(job[1], "J2");
    is(job[2], "J3");
    for (i = 0; i < 3; i++)
        cbj_job_free(job[i]);
}

/* A page that fails, and an iterator that is freed in the middle. */
static void a_list_is_given_up(void)
{
    cbj_client *client = client_of_environment(20000);
    cbj_query *query = cbj_query_new();
    cbj_job_iter *iter = NULL;
    cbj_job *job = NULL;
    int i;

    CHECK(cbj_query_set_location(query, "BROKEN") == CBJ_OK);
    CHECK(cbj_client_list_jobs(client, query, &iter, NULL) == CBJ_OK);
    cbj_job_free(next(iter));
    for (i = 0; i < 2; i++) {
        cbj_error *error = NULL;

        CHECK(cbj_job_iter_next(iter, &job, &error) == CBJ_ERROR_SERVER && job == NULL);
        CHECK(cbj_error_http_status(error) == 503);
        cbj_error_free(error);
    }
    /* The reason is not wanted. */
    CHECK(cbj_job_iter_next(iter, &job, NULL) == CBJ_ERROR_SERVER && job == NULL);
    cbj_job_iter_free(iter);
    CHECK(cbj_client_list_jobs(client, NULL, &iter, NULL) == CBJ_OK);
    cbj_job_iter_free(iter);
    cbj_query_free(query);
    cbj_client_free(client);
}

static void a_summary_outlives_its_client(void)
{
    cbj_client *client = client_of_environment(20000);
    cbj_query *query = cbj_query_new();
    cbj_summary *summary = NULL;
    cbj_error *error = NULL;

    CHECK(cbj_query_set_location(query, "BROKEN") == CBJ_OK);
    CHECK(cbj_client_summarize_jobs(client, query, &summary, &error) == CBJ_ERROR_SERVER);
    CHECK(summary == NULL && cbj_error_http_status(error) == 503);
    cbj_error_free(error);
    CHECK(cbj_client_summarize_jobs(client, NULL, &summary, &error) == CBJ_OK);
    cbj_client_free(client);
    cbj_query_free(query);
    CHECK(cbj_summary_count(summary) == 3 && cbj_summary_count_in_state(summary, CBJ_STATE_FINISHED) == 3);
    CHECK(cbj_summary_is_complete(summary) == 1);
    CHECK(cbj_job_json(cbj_summary_latest(summary)) != NULL);
    CHECK(cbj_job_id(cbj_summary_latest_ended(summary)) != NULL);
    CHECK(cbj_summary_latest_in_state(summary, CBJ_STATE_FAILED) == NULL);
    cbj_summary_free(summary);
}

static void *wait_until_cancelled(void *client)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;

    CHECK(cbj_client_wait_job(client, "RUNNING", NULL, 60000, 600000, &job, &error) == CBJ_ERROR_CANCELLED);
    CHECK(job == NULL);
    cbj_error_free(error);
    return NULL;
}

static void waits_end_in_every_way(void)
{
    cbj_client *client = client_of_environment(20000);
    cbj_client *other = share(client);
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    pthread_t thread;

    CHECK(cbj_client_wait_job(client, "J1", NULL, 50, 20000, &job, &error) == CBJ_OK && error == NULL);
    CHECK(cbj_state_is_terminal(cbj_job_state(job)));
    cbj_job_free(job);
    CHECK(cbj_client_wait_job(other, "RUNNING", NULL, 100, 500, &job, &error) == CBJ_ERROR_TIMEOUT && job == NULL);
    CHECK(strstr(cbj_error_message(error), "In Progress") != NULL);
    cbj_error_free(error);
    CHECK(pthread_create(&thread, NULL, wait_until_cancelled, other) == 0);
    sleep_ms(200);
    cbj_client_cancel(other);
    CHECK(pthread_join(thread, NULL) == 0);
    cbj_client_free(other);
    cbj_client_free(client);
}

/* A client that shares with one that shares, freed from the oldest to the youngest, with a list of each. */
static void the_youngest_is_freed_last(void)
{
    cbj_client *client[3];
    cbj_job_iter *iter[3] = {NULL, NULL, NULL};
    int i;

    client[0] = client_of_environment(20000);
    client[1] = share(client[0]);
    client[2] = share(client[1]);
    for (i = 0; i < 3; i++)
        CHECK(cbj_client_list_jobs(client[i], NULL, &iter[i], NULL) == CBJ_OK);
    CHECK(cbj_client_set_timeout_ms(client[1], 10000) == CBJ_OK);
    CHECK(cbj_client_set_access_token(client[0], "another-token") == CBJ_OK);
    for (i = 0; i < 3; i++) {
        cbj_client_free(client[i]);
        cbj_job_free(next(iter[i]));
        cbj_job_free(next(iter[2 - i]));
        if (i < 2)
            CHECK(ask(client[2], "get", CBJ_OK) == CBJ_OK);
    }
    for (i = 0; i < 3; i++)
        cbj_job_iter_free(iter[2 - i]);
}

int main(void)
{
    jobs_outlive_everything();
    a_list_is_given_up();
    a_summary_outlives_its_client();
    waits_end_in_every_way();
    the_youngest_is_freed_last();
    return 0;
}
