/*
 * A host that forks while a client is in use, as an agent does for its workers.
 *
 * Promised: the client works in the child and still works in the parent, even if other threads were inside calls at the
 * moment of the fork. The child never has a descriptor of the parent, whether it calls the library or not, and leaves
 * no descriptor behind.
 *
 * Arguments: the number of forks; the number of threads that call meanwhile; "kept" or "closed", which says what the
 * server does with a connection after each answer.
 */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

/* A child that waits for a lock of a thread that it does not have waits for ever. */
#define PATIENCE_S 30

static cbj_client *client;
static int connections_kept;
static volatile int over;

static void *call_until_over(void *failures)
{
    while (!over)
        if (call(client, CBJ_OK) != CBJ_OK)
            ++*(long *)failures;
    return NULL;
}

/* Forks a child, which forks its own child, and so on for `generations`. */
static void fork_and_wait(int descriptors_before_client, int generations)
{
    pid_t child = fork();

    if (child != 0) {
        wait_for(child);
        return;
    }
    alarm(PATIENCE_S);
    CHECK(open_descriptors() == descriptors_before_client);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    /* Its own connection, and the two descriptors for cancelling. */
    CHECK(open_descriptors() == descriptors_before_client + connections_kept + 2);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    if (generations > 1) {
        fork_and_wait(descriptors_before_client, generations - 1);
        CHECK(call(client, CBJ_OK) == CBJ_OK);
    }
    cbj_client_free(client);
    CHECK(open_descriptors() == descriptors_before_client);
    _exit(0);
}

int main(int argc, char **argv)
{
    long forks = argc == 4 ? strtol(argv[1], NULL, 10) : 0;
    long threads = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    int descriptors = open_descriptors();
    pthread_t thread[64];
    long failures[64] = {0};
    long i;

    CHECK(forks > 0 && threads >= 0 && threads <= 64);
    connections_kept = strcmp(argv[3], "kept") == 0;
    client = client_of_environment(20000);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    for (i = 0; i < threads; i++)
        CHECK(pthread_create(&thread[i], NULL, call_until_over, &failures[i]) == 0);
    for (i = 0; i < forks; i++) {
        fork_and_wait(descriptors, i % 10 == 0 ? 3 : 1);
        CHECK(call(client, CBJ_OK) == CBJ_OK);
    }
    over = 1;
    for (i = 0; i < threads; i++) {
        CHECK(pthread_join(thread[i], NULL) == 0);
        CHECK(failures[i] == 0);
    }
    cbj_client_free(client);
    CHECK(open_descriptors() == descriptors);
    return 0;
}
