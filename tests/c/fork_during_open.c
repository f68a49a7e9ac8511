/*
 * A host that forks while another thread has opened a socket or a file for the library, and has not come further.
 *
 * Promised: the child holds no descriptor of the parent, however long that thread is held up. A signal handler that interrupts
 * the thread itself may fork as well, and does not wait for it.
 *
 * Arguments: "socket", "file" and how the path of the file ends, or "handler".
 */
#define _DEFAULT_SOURCE /* syscall */
#include <fcntl.h>
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
static const char *held_file;

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

static void say_and_hold_up(void)
{
    CHECK(sem_post(&opened) == 0);
    hold_up();
}

/* In the place of the C library's functions: the library calls these. */
int socket(int domain, int type, int protocol)
{
    int made = (int)syscall(SYS_socket, domain, type, protocol);

    if (from_handler)
        CHECK(raise(SIGUSR1) == 0);
    else if (held_file == NULL)
        say_and_hold_up();
    return made;
}

static int open_and_hold_up(const char *path, int flags)
{
    int made = (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0);

    if (held_file != NULL && strstr(path, held_file) != NULL)
        say_and_hold_up();
    return made;
}

int open(const char *path, int flags, ...)
{
    return open_and_hold_up(path, flags);
}

int open64(const char *path, int flags, ...)
{
    return open_and_hold_up(path, flags);
}

static void *call_once(void *nothing)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;

    CHECK(cbj_config_load_env(config, NULL) == CBJ_OK);
    CHECK(cbj_client_new(config, &client, NULL) == CBJ_OK);
    cbj_config_free(config);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    cbj_client_free(client);
    return nothing;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    CHECK(argc == 2 || argc == 3);
    from_handler = strcmp(argv[1], "handler") == 0;
    held_file = argc == 3 ? argv[2] : NULL;
    alarm(PATIENCE_S);
    CHECK(sem_init(&opened, 0, 0) == 0);
    CHECK(signal(SIGUSR1, fork_often) != SIG_ERR);
    descriptors = open_descriptors();
    if (from_handler) {
        call_once(NULL);
    } else {
        CHECK(pthread_create(&thread, NULL, call_once, NULL) == 0);
        CHECK(sem_wait(&opened) == 0);
        fork_once();
        CHECK(pthread_join(thread, NULL) == 0);
    }
    CHECK(open_descriptors() == descriptors);
    return 0;
}
