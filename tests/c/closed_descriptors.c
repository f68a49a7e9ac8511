/*
 * A daemon that closes every descriptor when it starts, including the library's. Then it opens its own, which get the
 * same numbers.
 *
 * Promised: the new descriptors belong to the daemon. The library neither writes, reads nor closes them: not in the
 * parent, not in a child after fork, and not when the client is freed. It opens a new connection, and can be cancelled
 * as before.
 *
 * Argument: what the daemon opens: "sockets", "events" or "files". The server at CBJ_BASE_URL answers. The one at
 * FAILING_URL does not; only its third connection answers one request.
 */
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

/* More than the library opens. */
#define OWN 24

static struct {
    int descriptor;
    struct stat status;
} own[OWN];

static void close_everything(void)
{
    int descriptor;

    for (descriptor = 3; descriptor < 256; descriptor++)
        close(descriptor);
}

static void open_own(const char *kind)
{
    int i;

    for (i = 0; i < OWN; i++) {
        int pair[2];

        if (strcmp(kind, "sockets") == 0) {
            if (i % 2 == 0) {
                CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
                own[i].descriptor = pair[0];
                own[i + 1].descriptor = pair[1];
            }
        } else if (strcmp(kind, "events") == 0) {
            own[i].descriptor = eventfd(0, EFD_NONBLOCK);
        } else {
            char path[] = "own-XXXXXX";

            own[i].descriptor = mkstemp(path);
            CHECK(unlink(path) == 0);
        }
    }
    for (i = 0; i < OWN; i++)
        CHECK(fstat(own[i].descriptor, &own[i].status) == 0);
}

/* All descriptors are open, unchanged, and received nothing. */
static int own_are_intact(void)
{
    int i;

    for (i = 0; i < OWN; i++) {
        struct stat status;
        char bytes[8];

        if (fstat(own[i].descriptor, &status) != 0 || status.st_ino != own[i].status.st_ino ||
            status.st_size != own[i].status.st_size || !S_ISSOCK(status.st_mode) != !S_ISSOCK(own[i].status.st_mode))
            return 0;
        if (read(own[i].descriptor, bytes, sizeof bytes) > 0)
            return 0;
    }
    return 1;
}

static void *call_until_cancelled(void *client)
{
    CHECK(call(client, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
    return NULL;
}

static void cancel_a_call(cbj_client *client)
{
    pthread_t caller;
    double begin;

    CHECK(pthread_create(&caller, NULL, call_until_cancelled, client) == 0);
    sleep_ms(300);
    begin = seconds_now();
    cbj_client_cancel(client);
    CHECK(pthread_join(caller, NULL) == 0);
    /* Far less than the call's own time, which it would use up if nothing woke it. */
    CHECK(seconds_now() - begin < 10);
    cbj_client_resume(client);
}

int main(int argc, char **argv)
{
    cbj_client *client = client_of_environment(30000);
    cbj_client *freed = client_of_environment(30000);
    cbj_client *silent, *other;
    int own_and_standard;
    pid_t child;

    CHECK(argc == 2);
    CHECK(setenv("CBJ_BASE_URL", getenv("FAILING_URL"), 1) == 0);
    silent = client_of_environment(30000);
    other = share(silent);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    CHECK(call(freed, CBJ_OK) == CBJ_OK);
    cancel_a_call(silent);
    cancel_a_call(other);
    close_everything();
    open_own(argv[1]);
    own_and_standard = open_descriptors();

    child = fork();
    if (child == 0) {
        CHECK(own_are_intact());
        CHECK(call(client, CBJ_OK) == CBJ_OK);
        cbj_client_free(client);
        cbj_client_free(freed);
        cbj_client_free(silent);
        cbj_client_free(other);
        CHECK(own_are_intact());
        CHECK(open_descriptors() == own_and_standard);
        _exit(0);
    }
    wait_for(child);

    cbj_client_free(freed);
    CHECK(own_are_intact());
    /* A cancel that wakes nobody. */
    cbj_client_cancel(client);
    CHECK(own_are_intact());
    cbj_client_resume(client);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    /* One client makes a new connection, and the other one is cancelled on it. */
    CHECK(call(silent, CBJ_OK) == CBJ_OK);
    cancel_a_call(other);
    cancel_a_call(silent);
    CHECK(own_are_intact());
    cbj_client_free(client);
    cbj_client_free(silent);
    cbj_client_free(other);
    CHECK(own_are_intact());
    CHECK(open_descriptors() == own_and_standard);
    return 0;
}
