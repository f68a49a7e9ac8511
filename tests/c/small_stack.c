/*
 * A host that calls on threads with little stack, as agents with many threads do.
 *
 * Promised: 64 KiB are enough to make a client, do a TLS handshake, and get a job, a list, a summary or an error.
 */
#include <pthread.h>

#include "guest.h"

#define STACK (64 * 1024)

static void *thread_main(void *unused)
{
    (void)unused;
    call_in_every_way();
    return NULL;
}

int main(void)
{
    pthread_attr_t attributes;
    pthread_t thread;

    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstacksize(&attributes, STACK) == 0);
    CHECK(pthread_create(&thread, &attributes, thread_main, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    return 0;
}
