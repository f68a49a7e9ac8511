/*
 * What the programs in this folder and in tests/windows/c share: a check, a client configured by the environment, and a
 * call. Only the C library is needed.
 */
#ifndef CALLS_H
#define CALLS_H

#include <stdio.h>
#include <stdlib.h>

#include "cloudbackupjobs.h"

/* Prints the failed check and its place; the program ends with 1. */
#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

/* A client of CBJ_BASE_URL, with CBJ_CA_FILE if that is set, and with CBJ_ACCESS_TOKEN or a client secret. */
static inline cbj_client *client_of_environment(uint32_t timeout_ms)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_error *error = NULL;

    cbj_config_set_base_url(config, getenv("CBJ_BASE_URL"));
    cbj_config_set_ca_file(config, getenv("CBJ_CA_FILE"));
    cbj_config_set_identity_url(config, getenv("CBJ_IDENTITY_URL"));
    if (getenv("CBJ_ACCESS_TOKEN") != NULL)
        cbj_config_set_access_token(config, getenv("CBJ_ACCESS_TOKEN"));
    else
        cbj_config_set_client_secret(config, getenv("CBJ_CLIENT_ID"), getenv("CBJ_CLIENT_SECRET"));
    cbj_config_set_timeout_ms(config, timeout_ms);
    if (cbj_client_new(config, &client, &error) != CBJ_OK)
        fprintf(stderr, "%s\n", cbj_error_message(error));
    CHECK(client != NULL);
    cbj_config_free(config);
    return client;
}

#define JOB_ID "FB20241015105312327583"

/* Reads a list to its end. */
static inline cbj_status list(cbj_client *client, cbj_error **error)
{
    cbj_job_iter *iter = NULL;
    cbj_job *job = NULL;
    cbj_status status = cbj_client_list_jobs(client, NULL, &iter, error);

    while (status == CBJ_OK && (status = cbj_job_iter_next(iter, &job, error)) == CBJ_OK && job != NULL)
        cbj_job_free(job);
    CHECK(status != CBJ_OK || cbj_job_iter_is_complete(iter));
    cbj_job_iter_free(iter);
    return status;
}

/* Makes one call: "get", "list", "summarize", or "wait" for 40 seconds. Prints the error if its status is not `expected`. */
static inline cbj_status ask(cbj_client *client, const char *what, cbj_status expected)
{
    cbj_job *job = NULL;
    cbj_summary *summary = NULL;
    cbj_error *error = NULL;
    cbj_status status;

    switch (what[0]) {
    case 'l':
        status = list(client, &error);
        break;
    case 's':
        status = cbj_client_summarize_jobs(client, NULL, &summary, &error);
        break;
    case 'w':
        status = cbj_client_wait_job(client, JOB_ID, NULL, 20000, 40000, &job, &error);
        break;
    default:
        status = cbj_client_get_job(client, JOB_ID, NULL, &job, &error);
    }
    if (status != expected)
        fprintf(stderr, "%s: %s: %s\n", what, cbj_status_name(status), error ? cbj_error_message(error) : "no error");
    cbj_job_free(job);
    cbj_summary_free(summary);
    cbj_error_free(error);
    return status;
}

/* Gets one job. */
static inline cbj_status call(cbj_client *client, cbj_status expected)
{
    return ask(client, "get", expected);
}

/* Everything that may need a deep stack: a handshake, a job, two kinds of errors, a list and a summary. */
static inline void call_in_every_way(void)
{
    cbj_client *client = client_of_environment(10000);

    CHECK(call(client, CBJ_OK) == CBJ_OK);
    CHECK(call(client, CBJ_ERROR_SERVER) == CBJ_ERROR_SERVER);
    CHECK(call(client, CBJ_ERROR_PROTOCOL) == CBJ_ERROR_PROTOCOL);
    CHECK(ask(client, "list", CBJ_OK) == CBJ_OK);
    CHECK(ask(client, "summarize", CBJ_OK) == CBJ_OK);
    cbj_client_free(client);
}

/* Another client on the same connections. */
static inline cbj_client *share(cbj_client *client)
{
    cbj_client *other = NULL;
    cbj_error *error = NULL;

    CHECK(cbj_client_share(client, &other, &error) == CBJ_OK && other != NULL && error == NULL);
    return other;
}

#endif
