/*
 * A host that lives for a year.
 *
 * Promised: after any number of calls, successful and failed, the process has the same descriptors, threads, signal
 * dispositions and heap as before.
 *
 * Arguments: the number of calls that succeed, the number of calls that fail. CBJ_BASE_URL answers every request with a
 * job; FAILING_URL breaks every connection.
 */
#include <malloc.h>
#include <signal.h>

#include "guest.h"

static void read_dispositions(struct sigaction *dispositions)
{
    int number;

    for (number = 1; number < 65; number++)
        sigaction(number, NULL, &dispositions[number]);
}

static void use(const char *url, const char *token, long calls, int succeed)
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
        cbj_job *job = NULL;
        cbj_error *error = NULL;
        cbj_status status = cbj_client_get_job(client, "FB20241015105312327583", NULL, &job, &error);

        if ((status == CBJ_OK) != succeed)
            fprintf(stderr, "%s\n", error ? cbj_error_message(error) : "a job");
        CHECK((status == CBJ_OK) == succeed);
        cbj_job_free(job);
        cbj_error_free(error);
    }
    cbj_client_free(client);
}

static void use_all(long successes, long failures)
{
    use(getenv("CBJ_BASE_URL"), "token", successes, 1);
    use(getenv("FAILING_URL"), "token", failures / 3, 0);
    use("http://127.0.0.1:1", "token", failures / 3, 0);
    /* Each call makes a look-up, whose result is not kept. */
    use("http://localhost:1", "token", failures / 3, 0);
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

    /* A call leaks less than a byte. A leak grows in each round. But if more threads than before look up a name at once,
     * the C library makes more memory once and keeps it, so the next round does not grow. */
    for (round = 0; round < 3; round++) {
        heap = mallinfo2().uordblks;
        use_all(successes, failures);
        for (wait = 0; wait < 100 && count_entries("/proc/self/task") != threads; wait++)
            sleep_ms(20);
        more = mallinfo2().uordblks > heap ? mallinfo2().uordblks - heap : 0;
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
