/*
 * A host with its own handlers of fork, registered before the library's. They run while the library knows that a fork
 * is in progress; in the child they run before the library knows that it is in a child.
 *
 * Promised: such a handler may free a client or make a call, and fork returns. A call in the child's handler uses a
 * connection of the child.
 *
 * Arguments: "free", "call", or "look-up" for calls whose look-up fails; the number of forks; the number of threads
 * that call meanwhile.
 */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define MOST_THREADS 16

static cbj_client *client;
/* The clients that the handlers free: one before the fork, one after it in each process. */
static cbj_client *spare[2];
static int calls;
static cbj_status expected = CBJ_OK;
static int registered;
static volatile int over;

static void free_or_call(int which)
{
    if (!registered)
        return;
    if (calls) {
        CHECK(call(client, expected) == expected);
    } else {
        cbj_client_free(spare[which]);
        spare[which] = NULL;
    }
}

static void prepare(void)
{
    free_or_call(0);
}

static void in_parent(void)
{
    free_or_call(1);
}

static void in_child(void)
{
    /* The resolver of the test has its own lock, which another thread may have held. */
    if (expected == CBJ_ERROR_RESOLVE)
        _exit(0);
    free_or_call(1);
}

static void *call_until_over(void *failures)
{
    while (!over)
        if (call(client, expected) != expected)
            ++*(long *)failures;
    return NULL;
}

int main(int argc, char **argv)
{
    long forks = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    long threads = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    pthread_t thread[MOST_THREADS];
    long failures[MOST_THREADS] = {0};
    long i;

    CHECK(forks > 0 && threads >= 0 && threads <= MOST_THREADS);
    /* A deadlock lasts for ever. */
    alarm(120);
    calls = strcmp(argv[1], "free") != 0;
    if (strcmp(argv[1], "look-up") == 0)
        expected = CBJ_ERROR_RESOLVE;
    CHECK(pthread_atfork(prepare, in_parent, in_child) == 0);
    client = client_of_environment(20000);
    CHECK(call(client, expected) == expected);
    for (i = 0; i < threads; i++)
        CHECK(pthread_create(&thread[i], NULL, call_until_over, &failures[i]) == 0);
    registered = 1;
    for (i = 0; i < forks; i++) {
        int status;
        int which;
        pid_t child;

        for (which = 0; which < 2 && !calls; which++) {
            spare[which] = client_of_environment(20000);
            CHECK(call(spare[which], CBJ_OK) == CBJ_OK);
        }
        child = fork();
        if (child == 0) {
            alarm(60);
            CHECK(call(client, CBJ_OK) == CBJ_OK);
            cbj_client_free(client);
            _exit(0);
        }
        CHECK(child > 0);
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        CHECK(call(client, expected) == expected);
    }
    over = 1;
    for (i = 0; i < threads; i++) {
        CHECK(pthread_join(thread[i], NULL) == 0);
        CHECK(failures[i] == 0);
    }
    cbj_client_free(client);
    return 0;
}
