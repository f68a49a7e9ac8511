/*
 * A host that lives for a year.
 *
 * Promised: after any number of calls, successful and failed, the process has the same descriptors, threads, signal
 * dispositions and heap as before.
 *
 * Arguments: the number of calls that succeed, the number of calls that fail. CBJ_BASE_URL answers as the
 * service does; FAILING_URL breaks every connection.
 */
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include "guest.h"

static void read_dispositions(struct sigaction *dispositions)
{
    int number;

    for (number = 1; number < 65; number++)
        sigaction(number, NULL, &dispositions[number]);
}

/* The bytes of the heap that are in use, or where the C library does not tell them, the process's pages in memory. */
static size_t heap_in_use(void)
{
#ifndef __GLIBC__
    FILE *statm = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;

    CHECK(statm != NULL && fscanf(statm, "%*u %lu", &pages) == 1);
    fclose(statm);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
#elif __GLIBC_PREREQ(2, 33)
    return mallinfo2().uordblks;
#else
    /* Headers newer than the C library call it deprecated. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return (unsigned)mallinfo().uordblks;
#endif
}

/* Every other call is a list, and every 16th call is made with a client that shares the connections. */
static void use(const char *url, const char *token, long calls, cbj_status expected)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    long i;

    cbj_config_set_base_url(config, url);
    cbj_config_set_access_token(config, token);
    cbj_config_set_ca_file(config, getenv("CBJ_CA_FILE"));
    cbj_config_set_max_retries(config, 0);
    CHECK(cbj_client_new(config, &client, NULL) == CBJ_OK);
    cbj_config_free(config);
    for (i = 0; i < calls; i++) {
        static const char *const WHAT[] = {"get", "list", "get", "summarize"};
        cbj_client *caller = i % 16 < 15 ? client : share(client);

        CHECK(ask(caller, WHAT[i % 4], expected) == expected);
        if (caller != client)
            cbj_client_free(caller);
    }
    cbj_client_free(client);
}

static void use_all(long successes, long failures)
{
    use(getenv("CBJ_BASE_URL"), "token", successes, CBJ_OK);
    use(getenv("FAILING_URL"), "token", failures / 3, CBJ_ERROR_NETWORK);
    use("http://127.0.0.1:1", "token", failures / 3, CBJ_ERROR_CONNECT);
    /* Each call makes a look-up, whose result is not kept. */
    use("http://localhost:1", "token", failures / 3, CBJ_ERROR_CONNECT);
}

int main(int argc, char **argv)
{
    static struct sigaction before[65], after[65];
    long successes = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    long failures = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    int descriptors, threads, number, wait, round;
    size_t heap, more = 0;

    CHECK(successes > 0 && failures > 0);
    /* By now everything exists that is made once and kept: the looked-up names, the C library's own memory. */
    use_all(10, 30);
    for (wait = 0; wait < 100 && count_entries("/proc/self/task") != 3; wait++)
        sleep_ms(20);
    descriptors = open_descriptors();
    threads = count_entries("/proc/self/task");
    read_dispositions(before);

    /* A call leaks less than a byte. A leak grows in each round. What the C library keeps for itself also grows now and then,
     * for instance when more threads than before look up a name at once, but not in each round. */
    for (round = 0; round < 8; round++) {
        heap = heap_in_use();
        use_all(successes, failures);
        for (wait = 0; wait < 100 && count_entries("/proc/self/task") != threads; wait++)
            sleep_ms(20);
        more = heap_in_use() > heap ? heap_in_use() - heap : 0;
        if (more <= (size_t)successes / 2 + 512)
            break;
        fprintf(stderr, "%zu bytes more in round %d\n", more, round);
    }
    CHECK(count_entries("/proc/self/task") == threads);
    CHECK(open_descriptors() == descriptors);
    read_dispositions(after);
    for (number = 1; number < 65; number++)
        CHECK(before[number].sa_handler == after[number].sa_handler);
    CHECK(more <= (size_t)successes / 2 + 512);
    return 0;
}
