/*
 * A host at its limits: no descriptor is left, no thread can be started, or no key for thread-specific data is left.
 *
 * Promised: the library reports an error that says so, and nothing else happens. A connection that is kept open still
 * works. When the limit is lifted, the same client works again, and a wait has gone on meanwhile.
 *
 * Argument: "descriptors", "threads" or "keys". CBJ_BASE_URL names a host that must be looked up, OTHER_URL another one.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "guest.h"

static void set_limit(int resource, rlim_t soft)
{
    struct rlimit limit;

    CHECK(getrlimit(resource, &limit) == 0);
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    CHECK(setrlimit(resource, &limit) == 0);
}

/* Makes a call, which must fail with `expected` and a message that contains `words`. */
static void fails(cbj_client *client, cbj_status expected, const char *words)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;

    CHECK(cbj_client_get_job(client, "J", NULL, &job, &error) != CBJ_OK);
    if (cbj_error_status(error) != expected || strstr(cbj_error_message(error), words) == NULL)
        fprintf(stderr, "%s\n", cbj_error_message(error));
    CHECK(cbj_error_status(error) == expected);
    CHECK(strstr(cbj_error_message(error), words) != NULL);
    /* The network is not to blame. */
    if (expected == CBJ_ERROR_CONNECT)
        CHECK(strstr(cbj_error_message(error), "Check the ") == NULL);
    cbj_error_free(error);
}

/* Allows only `more` descriptors to be opened. */
static void leave_descriptors(int more)
{
    int lowest = dup(0);

    CHECK(lowest >= 0 && close(lowest) == 0);
    set_limit(RLIMIT_NOFILE, (rlim_t)(lowest + more));
}

static uint32_t poll_interval_ms;

static void *wait_until_ended(void *client)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    static cbj_status status;

    status = cbj_client_wait_job(client, "J", NULL, poll_interval_ms, 60000, &job, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", cbj_error_message(error));
    cbj_job_free(job);
    cbj_error_free(error);
    return &status;
}

/* A wait that begins without a descriptor, and ends when there are some, or with a cancel. */
static void waits(cbj_status expected)
{
    cbj_client *client = client_of_environment(10000);
    double begin = seconds_now();
    pthread_t thread;
    void *status;

    /* A cancel does not wait for the next poll. */
    poll_interval_ms = expected == CBJ_ERROR_CANCELLED ? 30000 : 100;
    leave_descriptors(0);
    CHECK(pthread_create(&thread, NULL, wait_until_ended, client) == 0);
    sleep_ms(500);
    if (expected == CBJ_ERROR_CANCELLED)
        cbj_client_cancel(client);
    else
        set_limit(RLIMIT_NOFILE, 1024);
    CHECK(pthread_join(thread, &status) == 0);
    CHECK(*(cbj_status *)status == expected);
    CHECK(seconds_now() - begin >= 0.5 && seconds_now() - begin < 20);
    set_limit(RLIMIT_NOFILE, 1024);
    cbj_client_free(client);
}

static void no_descriptor(void)
{
    cbj_client *unused = client_of_environment(10000);
    cbj_client *used = client_of_environment(10000);
    cbj_client *other;
    double begin;
    int more;

    waits(CBJ_OK);
    waits(CBJ_ERROR_CANCELLED);
    CHECK(setenv("CBJ_BASE_URL", getenv("OTHER_URL"), 1) == 0);
    CHECK(call(used, CBJ_OK) == CBJ_OK);
    /* Two for cancelling, two for waiting for a look-up. If the name is known, one for the socket. */
    for (more = 0; more <= 4; more++) {
        other = client_of_environment(10000);
        leave_descriptors(more);
        CHECK(call(used, CBJ_OK) == CBJ_OK);
        begin = seconds_now();
        if (more <= 2)
            fails(unused, CBJ_ERROR_CONNECT, strerror(EMFILE));
        fails(other, CBJ_ERROR_CONNECT, strerror(EMFILE));
        /* Far less than the time to connect, let alone to try three times. */
        CHECK(seconds_now() - begin < 9);
        cbj_client_free(other);
        set_limit(RLIMIT_NOFILE, 1024);
    }
    leave_descriptors(0);
    cbj_client_free(client_of_environment(10000));
    set_limit(RLIMIT_NOFILE, 1024);
    CHECK(call(unused, CBJ_OK) == CBJ_OK);
    CHECK(call(used, CBJ_OK) == CBJ_OK);
    cbj_client_free(unused);
    cbj_client_free(used);
}

static void no_thread(void)
{
    cbj_client *client;

    /* The limit does not apply to root. */
    if (geteuid() == 0)
        CHECK(setgid(65534) == 0 && setuid(65534) == 0);
    client = client_of_environment(10000);
    set_limit(RLIMIT_NPROC, 0);
    fails(client, CBJ_ERROR_RESOLVE, "no thread could be started");
    fails(client, CBJ_ERROR_RESOLVE, "no thread could be started");
    set_limit(RLIMIT_NPROC, 100000);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    cbj_client_free(client);
}

/* The standard library of Rust needs a key for its first thread, and would end the process without one. */
static void no_key(void)
{
    static pthread_key_t keys[100000];
    cbj_client *client = client_of_environment(10000);
    size_t count = 0;

    while (count < sizeof keys / sizeof keys[0] && pthread_key_create(&keys[count], NULL) == 0)
        count++;
    CHECK(count < sizeof keys / sizeof keys[0]);
    fails(client, CBJ_ERROR_RESOLVE, "no thread could be started");
    fails(client, CBJ_ERROR_RESOLVE, "no key for thread-specific data");
    CHECK(pthread_key_delete(keys[--count]) == 0);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    cbj_client_free(client);
    /* From now on it has its key: another look-up needs none. */
    CHECK(pthread_key_create(&keys[count], NULL) != 0);
    CHECK(setenv("CBJ_BASE_URL", "http://localhost:1", 1) == 0);
    client = client_of_environment(10000);
    CHECK(call(client, CBJ_ERROR_CONNECT) == CBJ_ERROR_CONNECT);
    cbj_client_free(client);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    if (strcmp(argv[1], "descriptors") == 0)
        no_descriptor();
    else if (strcmp(argv[1], "threads") == 0)
        no_thread();
    else
        no_key();
    return 0;
}
