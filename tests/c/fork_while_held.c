/*
 * A host that forks while another of its threads is inside its first call. A debugger stops that thread at any chosen
 * place.
 *
 * Promised: a call in the child does not wait for the thread, which does not exist in the child.
 *
 * Argument: "first" for the first call of the process, or "child" for the first call of a child, which then forks
 * again. The debugger begins to look at `hold_from_here`.
 */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

static cbj_client *client;
static volatile int ended;

/* The debugger's first breakpoint. */
void hold_from_here(void);
void hold_from_here(void)
{
    /* Nothing to do. */
}

static void *call_once(void *unused)
{
    (void)unused;
    hold_from_here();
    ask(client, "list", CBJ_OK);
    ended = 1;
    return NULL;
}

static void fork_in_the_midst(void)
{
    pthread_t thread;
    pid_t child;
    int i;

    CHECK(pthread_create(&thread, NULL, call_once, NULL) == 0);
    /* This thread cannot learn when the debugger has stopped the other one. */
    for (i = 0; i < 40 && !ended; i++)
        sleep_ms(50);
    child = fork();
    if (child == 0) {
        alarm(20);
        CHECK(ask(share(client), "list", CBJ_OK) == CBJ_OK);
        CHECK(call(client, CBJ_OK) == CBJ_OK);
        _exit(0);
    }
    wait_for(child);
    /* Not by the exit status: a debugger does not always get it from a process with a stopped thread. */
    puts("THE CHILD HAS CALLED");
    fflush(stdout);
    _exit(0);
}

int main(int argc, char **argv)
{
    pid_t child;

    CHECK(argc == 2);
    client = client_of_environment(10000);
    if (strcmp(argv[1], "first") == 0)
        fork_in_the_midst();
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    child = fork();
    if (child == 0)
        fork_in_the_midst();
    wait_for(child);
    return 0;
}
