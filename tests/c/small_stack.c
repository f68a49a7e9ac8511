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
    cbj_client *client = client_of_environment(10000);

    (void)unused;
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    CHECK(call(client, CBJ_ERROR_SERVER) == CBJ_ERROR_SERVER);
    CHECK(call(client, CBJ_ERROR_PROTOCOL) == CBJ_ERROR_PROTOCOL);
    CHECK(ask(client, "list", CBJ_OK) == CBJ_OK);
    CHECK(ask(client, "summarize", CBJ_OK) == CBJ_OK);
    cbj_client_free(client);
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
