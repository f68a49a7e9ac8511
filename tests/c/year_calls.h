/*
 * The kinds of calls that a host makes in a year, and what each must return: for year.c.
 */
#ifndef YEAR_CALLS_H
#define YEAR_CALLS_H

#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#include "guest.h"

#define WORKERS 4

/* The calls of a round. */
static long round_calls;

/* What all threads use. */
#define CLIENTS 6
static struct {
    cbj_client *plain;
    cbj_client *tls;
    cbj_client *refused;        /* Nobody listens at its address. */
    cbj_client *renews_ahead;   /* Its tokens have expired when they come. */
    cbj_client *renews_after;   /* The service refuses each of its tokens the second time. */
    cbj_client *moves;          /* The address of its host changes. */
} clients;

/* A thread that calls, and one that cancels its calls. */
struct worker {
    long number;
    pthread_t thread;
    pthread_t canceller;
    cbj_client *own;            /* Shares the connections of clients.plain. */
    sem_t begins;
    sem_t cancelled;
    long cancel_after_us;       /* Negative: the canceller ends. */
};

static cbj_client *new_client(const char *url, const char *token, const char *identity)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_error *error = NULL;

    cbj_config_set_base_url(config, url);
    cbj_config_set_ca_file(config, getenv("CBJ_CA_FILE"));
    cbj_config_set_allow_http(config, 1);
    cbj_config_set_max_retries(config, 0);
    if (token != NULL)
        cbj_config_set_access_token(config, token);
    if (identity != NULL) {
        cbj_config_set_identity_url(config, identity);
        cbj_config_set_client_secret(config, "client", "s3cret");
    }
    if (cbj_client_new(config, &client, &error) != CBJ_OK)
        fprintf(stderr, "%s\n", cbj_error_message(error));
    CHECK(client != NULL);
    cbj_config_free(config);
    return client;
}

/* The plain server at another host name. */
static cbj_client *client_at(const char *host)
{
    char url[96];

    snprintf(url, sizeof url, "http://%s:%s", host, getenv("YEAR_PORT"));
    return new_client(url, "token", NULL);
}

static void make_clients(void)
{
    char identity[128];

    clients.plain = new_client(getenv("CBJ_BASE_URL"), "token", NULL);
    clients.tls = new_client(getenv("YEAR_TLS_URL"), "token", NULL);
    clients.refused = new_client("http://127.0.0.1:1", "token", NULL);
    snprintf(identity, sizeof identity, "%s/token/short", getenv("CBJ_BASE_URL"));
    clients.renews_ahead = new_client(getenv("CBJ_BASE_URL"), NULL, identity);
    snprintf(identity, sizeof identity, "%s/token", getenv("CBJ_BASE_URL"));
    clients.renews_after = new_client(getenv("CBJ_BASE_URL"), NULL, identity);
    clients.moves = client_at("moves.example");
}

static void free_clients(void)
{
    cbj_client_free(clients.plain);
    cbj_client_free(clients.tls);
    cbj_client_free(clients.refused);
    cbj_client_free(clients.renews_ahead);
    cbj_client_free(clients.renews_after);
    cbj_client_free(clients.moves);
}

/* The status of a call, whose error is freed. */
static cbj_status freed(cbj_status status, cbj_error *error)
{
    CHECK((status == CBJ_OK) == (error == NULL));
    CHECK(error == NULL || cbj_error_status(error) == status);
    cbj_error_free(error);
    return status;
}

static cbj_status get(cbj_client *client, const char *id)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_get_job(client, id, NULL, &job, &error);

    CHECK((status == CBJ_OK) == (job != NULL));
    cbj_job_free(job);
    return freed(status, error);
}

static cbj_status read_list(cbj_client *client, const char *location)
{
    cbj_query *query = cbj_query_new();
    cbj_job_iter *iter = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status;
    long jobs = 0;

    cbj_query_set_location(query, location);
    status = cbj_client_list_jobs(client, query, &iter, &error);
    while (status == CBJ_OK && (status = cbj_job_iter_next(iter, &job, &error)) == CBJ_OK && job != NULL) {
        jobs++;
        cbj_job_free(job);
    }
    CHECK(status != CBJ_OK || (jobs == 3 && cbj_job_iter_is_complete(iter) == 1));
    cbj_job_iter_free(iter);
    cbj_query_free(query);
    return freed(status, error);
}

static cbj_status get_one(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.plain, JOB_ID);
}

static cbj_status get_over_tls(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.tls, JOB_ID);
}

static cbj_status get_over_new_tls(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.tls, "CLOSE");
}

static cbj_status list_all(struct worker *worker, long i)
{
    (void)worker;
    return read_list(i % 2 == 0 ? clients.plain : clients.tls, NULL);
}

static cbj_status summarize(struct worker *worker, long i)
{
    cbj_summary *summary = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_summarize_jobs(i % 2 == 0 ? clients.plain : clients.tls, NULL, &summary, &error);

    (void)worker;
    CHECK(status != CBJ_OK || cbj_summary_count(summary) == 3);
    cbj_summary_free(summary);
    return freed(status, error);
}

static cbj_status wait_for_one(struct worker *worker, long i)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_wait_job(clients.plain, JOB_ID, NULL, 0, 60000, &job, &error);

    (void)worker, (void)i;
    cbj_job_free(job);
    return freed(status, error);
}

static cbj_status get_shared(struct worker *worker, long i)
{
    cbj_client *other = share(i % 2 == 0 ? clients.plain : clients.tls);
    cbj_status status = get(other, JOB_ID);

    (void)worker;
    cbj_client_free(other);
    return status;
}

static cbj_status get_missing(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.plain, "GONE");
}

static cbj_status get_while_down(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.plain, "DOWN");
}

static cbj_status get_broken(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.plain, "BROKEN");
}

static cbj_status get_reset(struct worker *worker, long i)
{
    (void)worker;
    return get(i % 2 == 0 ? clients.plain : clients.tls, "RESET");
}

static cbj_status get_refused(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.refused, JOB_ID);
}

static cbj_status get_and_close(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.plain, "CLOSE");
}

static cbj_status get_with_new_token(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.renews_ahead, JOB_ID);
}

/* Each thread has a path of its own: otherwise one thread could spend the token that another has just fetched. */
static cbj_status get_after_refused_token(struct worker *worker, long i)
{
    char id[32];

    (void)i;
    snprintf(id, sizeof id, "SPENT-%ld", worker->number);
    return get(clients.renews_after, id);
}

static cbj_status get_stalled(struct worker *worker, long i)
{
    cbj_status status;

    cbj_client_set_timeout_ms(worker->own, 1 + (uint32_t)(i / 7 % 5));
    status = i % 2 == 0 ? get(worker->own, "STALL") : read_list(worker->own, "STALL");
    cbj_client_set_timeout_ms(worker->own, 60000);
    return status;
}

static cbj_status get_cancelled(struct worker *worker, long i)
{
    cbj_status status;

    worker->cancel_after_us = i / 7 % 20 * 50;
    sem_post(&worker->begins);
    status = i % 2 == 0 ? get(worker->own, "STALL") : read_list(worker->own, "STALL");
    while (sem_wait(&worker->cancelled) != 0)
        continue;
    cbj_client_resume(worker->own);
    return status;
}

/* The same names in each round, with a client for each call. In a long round they are more than the library keeps. */
static cbj_status get_from_new_host(struct worker *worker, long i)
{
    char host[32];
    cbj_client *client;
    cbj_status status;

    (void)worker;
    snprintf(host, sizeof host, "n%ld.example", i % round_calls);
    client = client_at(host);
    status = get(client, JOB_ID);
    cbj_client_free(client);
    return status;
}

static cbj_status get_from_moving_host(struct worker *worker, long i)
{
    (void)worker, (void)i;
    return get(clients.moves, "CLOSE");
}

#define ONLY(status) (1L << (status))
/* Where a name leads depends on what other threads have looked up meanwhile. */
#define ANYWHERE (ONLY(CBJ_OK) | ONLY(CBJ_ERROR_RESOLVE) | ONLY(CBJ_ERROR_CONNECT))

static const struct kind {
    const char *name;
    int share;                  /* Of a thousand calls. */
    long expected;
    cbj_status (*call)(struct worker *, long);
} KINDS[] = {
    {"a job", 350, ONLY(CBJ_OK), get_one},
    {"a job over TLS", 100, ONLY(CBJ_OK), get_over_tls},
    {"a list of 3 pages", 80, ONLY(CBJ_OK), list_all},
    {"a summary of 3 pages", 80, ONLY(CBJ_OK), summarize},
    {"a wait for a job", 20, ONLY(CBJ_OK), wait_for_one},
    {"a job by a client that shares", 30, ONLY(CBJ_OK), get_shared},
    {"404", 100, ONLY(CBJ_ERROR_NOT_FOUND), get_missing},
    {"500", 20, ONLY(CBJ_ERROR_SERVER), get_while_down},
    {"JSON that breaks off", 20, ONLY(CBJ_ERROR_PROTOCOL), get_broken},
    {"a connection that is reset", 20, ONLY(CBJ_ERROR_NETWORK), get_reset},
    {"a connection that is refused", 20, ONLY(CBJ_ERROR_CONNECT), get_refused},
    {"a connection that closes", 20, ONLY(CBJ_OK), get_and_close},
    {"a new connection over TLS", 20, ONLY(CBJ_OK), get_over_new_tls},
    {"an expired token", 30, ONLY(CBJ_OK), get_with_new_token},
    {"a refused token", 30, ONLY(CBJ_OK), get_after_refused_token},
    {"a stall until the deadline", 20, ONLY(CBJ_ERROR_TIMEOUT), get_stalled},
    {"a stall until a cancel", 20, ONLY(CBJ_ERROR_CANCELLED), get_cancelled},
    {"a new host name", 10, ANYWHERE, get_from_new_host},
    {"a host that moves", 10, ANYWHERE, get_from_moving_host},
};

#define KIND_COUNT (sizeof KINDS / sizeof KINDS[0])

#endif
