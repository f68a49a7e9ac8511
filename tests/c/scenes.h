/*
 * What a host does with a client, for programs that let it fail (syscalls.c, oom.c). Each scene ends with success and the
 * right answer, or with a status and a message.
 *
 * CBJ_TEST_CONFIG names a file of options. Its server answers a question for a job with the job of that id, which is
 * some MiB long if the id is "large". It does not answer at all if the id is "stall". Its list has the jobs J1, J2, J3.
 */
#ifndef SCENES_H
#define SCENES_H

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

struct outcome {
    cbj_status status;
    int32_t retryable;
    char message[1024];
};

/* What may fail: the scene, the making of its client, or the scene on a connection that is kept open. */
struct scene {
    const char *name;
    enum { RUNS, MAKES_CLIENT, RUNS_AGAIN } kind;
    void (*run)(cbj_client *client, struct outcome *outcome);
};

/* Takes over and frees the error. */
static inline void note(struct outcome *outcome, cbj_status status, cbj_error *error)
{
    CHECK((status == CBJ_OK) == (error == NULL));
    CHECK(error == NULL || cbj_error_status(error) == status);
    outcome->status = status;
    outcome->retryable = cbj_error_is_retryable(error);
    snprintf(outcome->message, sizeof outcome->message, "%s", error != NULL ? cbj_error_message(error) : "");
    cbj_error_free(error);
}

static inline cbj_client *make(struct outcome *outcome)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_config_load_file(config, getenv("CBJ_TEST_CONFIG"), &error);

    if (status == CBJ_OK)
        status = cbj_client_new(config, &client, &error);
    CHECK((status == CBJ_OK) == (client != NULL));
    note(outcome, status, error);
    cbj_config_free(config);
    return client;
}

static inline void get_id(cbj_client *client, const char *id, struct outcome *outcome)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_get_job(client, id, NULL, &job, &error);

    CHECK((status == CBJ_OK) == (job != NULL));
    if (job != NULL)
        CHECK(strcmp(cbj_job_id(job), id) == 0 && cbj_job_state(job) == CBJ_STATE_FINISHED);
    note(outcome, status, error);
    cbj_job_free(job);
}

/* Each time asks for another job, so that no answer is taken for another. */
static inline void get(cbj_client *client, struct outcome *outcome)
{
    static int number;
    char id[64];

    snprintf(id, sizeof id, "J-%ld-%d", (long)getpid(), number++);
    get_id(client, id, outcome);
}

/* A page that fails is asked for once more. */
static inline void list_all(cbj_client *client, struct outcome *outcome)
{
    cbj_job_iter *iter = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_list_jobs(client, NULL, &iter, &error);
    int number = 1;
    char id[16];

    CHECK((status == CBJ_OK) == (iter != NULL));
    while (status == CBJ_OK && (status = cbj_job_iter_next(iter, &job, &error)) == CBJ_OK && job != NULL) {
        snprintf(id, sizeof id, "J%d", number++);
        CHECK(strcmp(cbj_job_id(job), id) == 0);
        cbj_job_free(job);
    }
    CHECK(status != CBJ_OK || (number == 4 && cbj_job_iter_is_complete(iter)));
    note(outcome, status, error);
    cbj_job_iter_free(iter);
}

static inline void summarize(cbj_client *client, struct outcome *outcome)
{
    cbj_summary *summary = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_summarize_jobs(client, NULL, &summary, &error);

    CHECK((status == CBJ_OK) == (summary != NULL));
    CHECK(summary == NULL || cbj_summary_count(summary) == 3);
    note(outcome, status, error);
    cbj_summary_free(summary);
}

struct stalled {
    cbj_client *client;
    struct outcome outcome;
};

static inline void *get_stalled(void *argument)
{
    struct stalled *stalled = argument;

    get_id(stalled->client, "stall", &stalled->outcome);
    return NULL;
}

/* A cancel ends a call that waits for its answer. */
static inline void cancel(cbj_client *client, struct outcome *outcome)
{
    struct stalled stalled;
    pthread_t thread;
    double begin;

    stalled.client = client;
    if (pthread_create(&thread, NULL, get_stalled, &stalled) != 0) {
        /* The fault has hit the host itself. */
        get(client, outcome);
        return;
    }
    sleep_ms(20);
    begin = seconds_now();
    cbj_client_cancel(client);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(seconds_now() - begin < 0.5 * patience());
    cbj_client_resume(client);
    *outcome = stalled.outcome;
    if (outcome->status == CBJ_ERROR_CANCELLED)
        get(client, outcome);
}

#endif
