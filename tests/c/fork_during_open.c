/*
 * A host that forks while another thread has opened a socket of the library, and has not come further.
 *
 * Promised: the child holds no descriptor of the parent, however long that thread is held up. A signal handler that interrupts
 * the thread itself may fork as well, and does not wait for it.
 *
 * Arguments: "thread" or "handler".
 */
#define _DEFAULT_SOURCE /* syscall */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define PATIENCE_S 60

/* How long the thread is held up. As long as a thread that waits for a busy processor, and longer. */
#define HELD_UP_MS 500

/* Together they would take longer than PATIENCE_S if each waited. */
#define FORKS 50

static sem_t opened;
static int descriptors;
static int from_handler;

static void hold_up(void)
{
    struct timespec left = {0, HELD_UP_MS * 1000000L};

    while (nanosleep(&left, &left) != 0)
        continue;
}

static void fork_once(void)
{
    pid_t child = fork();

    if (child == 0) {
        alarm(PATIENCE_S);
        CHECK(from_handler || open_descriptors() == descriptors);
        _exit(0);
    }
    wait_for(child);
}

static void fork_often(int number)
{
    int i;

    (void)number;
    for (i = 0; i < FORKS; i++)
        fork_once();
}

/* In the place of the C library's: the library calls this one. */
int socket(int domain, int type, int protocol)
{
    int made = (int)syscall(SYS_socket, domain, type, protocol);

    if (from_handler) {
        CHECK(raise(SIGUSR1) == 0);
    } else {
        CHECK(sem_post(&opened) == 0);
        hold_up();
    }
    return made;
}

static void *call_once(void *client)
{
    CHECK(call((cbj_client *)client, CBJ_OK) == CBJ_OK);
    return NULL;
}

int main(int argc, char **argv)
{
    cbj_client *client;
    pthread_t thread;

    CHECK(argc == 2);
    from_handler = strcmp(argv[1], "handler") == 0;
    alarm(PATIENCE_S);
    CHECK(sem_init(&opened, 0, 0) == 0);
    CHECK(signal(SIGUSR1, fork_often) != SIG_ERR);
    descriptors = open_descriptors();
    client = client_of_environment(20000);
    if (from_handler) {
        call_once(client);
    } else {
        CHECK(pthread_create(&thread, NULL, call_once, client) == 0);
        CHECK(sem_wait(&opened) == 0);
        fork_once();
        CHECK(pthread_join(thread, NULL) == 0);
    }
    cbj_client_free(client);
    CHECK(open_descriptors() == descriptors);
    return 0;
}
