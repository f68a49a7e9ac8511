/*
 * A host whose resolver is slow or does not answer at all.
 *
 * Promised: a call still ends at its deadline. Look-ups run on their own threads: one for a name and four in total, for
 * any number of calls, threads and clients. A look-up that lasts longer than its caller goes on, and the next call gets
 * its result. A connection that is kept open, and an address, need no look-up. A failure that the resolver calls
 * temporary is tried again; a name that does not exist is not.
 *
 * Arguments: what to do, then the base URLs. The program is started with the resolver of tests/c/resolver.c.
 */
#include <pthread.h>
#include <string.h>

#include "guest.h"

#define THREADS 12

struct caller {
    pthread_t thread;
    cbj_client *client;
    cbj_status expected;
};

static cbj_client *client_of(const char *url, uint32_t timeout_ms)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;

    cbj_config_set_base_url(config, url);
    cbj_config_set_allow_http(config, 1);
    cbj_config_set_access_token(config, "token");
    cbj_config_set_max_retries(config, 0);
    cbj_config_set_timeout_ms(config, timeout_ms);
    CHECK(cbj_client_new(config, &client, NULL) == CBJ_OK);
    cbj_config_free(config);
    return client;
}

static void *call_once(void *argument)
{
    struct caller *caller = argument;

    CHECK(call(caller->client, caller->expected) == caller->expected);
    return NULL;
}

/* One call on each of many threads. Every thread has its own client; the URLs take turns. */
static void call_on_threads(int urls, char **url, uint32_t timeout_ms, cbj_status expected)
{
    struct caller callers[THREADS];
    int i;

    for (i = 0; i < THREADS; i++) {
        callers[i].client = client_of(url[i % urls], timeout_ms);
        callers[i].expected = expected;
        CHECK(pthread_create(&callers[i].thread, NULL, call_once, &callers[i]) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_join(callers[i].thread, NULL) == 0);
        cbj_client_free(callers[i].client);
    }
}

static void call_again_and_again(const char *url, int calls)
{
    cbj_client *client = client_of(url, 10000);
    int i;

    for (i = 0; i < calls; i++)
        CHECK(call(client, CBJ_OK) == CBJ_OK);
    cbj_client_free(client);
}

/* Makes a call that may ask the resolver again, and checks its result. */
static void try_again(const char *url, cbj_status expected, int32_t retryable)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;

    cbj_config_set_base_url(config, url);
    cbj_config_set_allow_http(config, 1);
    cbj_config_set_access_token(config, "token");
    cbj_config_set_max_retries(config, 2);
    CHECK(cbj_client_new(config, &client, NULL) == CBJ_OK);
    cbj_config_free(config);
    CHECK(cbj_client_get_job(client, "FB20241015105312327583", NULL, &job, &error) == expected);
    CHECK(cbj_error_is_retryable(error) == retryable);
    cbj_error_free(error);
    cbj_job_free(job);
    cbj_client_free(client);
}

/* The resolver is slow to answer: the first call has too little time for it, the second has enough. */
static void outlive(const char *url)
{
    cbj_client *hasty = client_of(url, 300);
    cbj_client *patient = client_of(url, 10000);
    double begin = seconds_now();

    CHECK(call(hasty, CBJ_ERROR_TIMEOUT) == CBJ_ERROR_TIMEOUT);
    CHECK(seconds_now() - begin >= 0.300);
    CHECK(call(patient, CBJ_OK) == CBJ_OK);
    cbj_client_free(hasty);
    cbj_client_free(patient);
}

int main(int argc, char **argv)
{
    int threads = count_entries("/proc/self/task");
    int wait;

    CHECK(argc >= 3);
    if (strcmp(argv[1], "share") == 0)
        call_on_threads(argc - 2, argv + 2, 10000, CBJ_OK);
    else if (strcmp(argv[1], "time-out") == 0)
        call_on_threads(argc - 2, argv + 2, 300, CBJ_ERROR_TIMEOUT);
    else if (strcmp(argv[1], "repeat") == 0)
        call_again_and_again(argv[2], 5);
    else if (strcmp(argv[1], "outlive") == 0)
        outlive(argv[2]);
    else if (strcmp(argv[1], "try-again") == 0)
        try_again(argv[2], CBJ_OK, 0);
    else if (strcmp(argv[1], "fail-for-now") == 0)
        try_again(argv[2], CBJ_ERROR_RESOLVE, 1);
    else if (strcmp(argv[1], "fail-for-good") == 0)
        try_again(argv[2], CBJ_ERROR_RESOLVE, 0);
    /* Under qemu a thread that was joined stays for a moment. */
    for (wait = 0; patience() > 1 && wait < 100 && count_entries("/proc/self/task") > threads + 4; wait++)
        sleep_ms(20);
    /* No more threads are left than the number of look-ups that may run at once. */
    CHECK(count_entries("/proc/self/task") <= threads + 4);
    return 0;
}
