/*
 * A host that waits for a job, on a clock that the test turns: a pause of an hour takes a moment, and the program sees
 * how long each pause was meant to be. It takes the place of the C library's `poll` and monotonic clock.
 *
 * Prints a line for each pause and for the end:
 *
 *     polls
 *     pauses 29120 ms
 *     polls
 *     ended CBJ_ERROR_TIMEOUT after 60000 ms: MESSAGE
 *
 * Arguments: poll_interval_ms and timeout_ms of the wait. The server is at CBJ_BASE_URL.
 */
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

/* How far the clock is ahead of the system's. */
static long long turned_ms;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (result == 0 && clock == CLOCK_MONOTONIC) {
        now->tv_sec += turned_ms / 1000;
        now->tv_nsec += turned_ms % 1000 * 1000000;
        if (now->tv_nsec >= 1000000000) {
            now->tv_sec++;
            now->tv_nsec -= 1000000000;
        }
    }
    return result;
}

#include "wide_clock.h"

/* A pause waits for the event of cancelling alone, every other wait also for a connection. */
int poll(struct pollfd *descriptors, nfds_t count, int timeout_ms)
{
    struct timespec timeout;

    if (count == 1) {
        printf("pauses %d ms\n", timeout_ms);
        turned_ms += timeout_ms;
        return 0;
    }
    puts("polls");
    timeout.tv_sec = timeout_ms / 1000;
    timeout.tv_nsec = timeout_ms % 1000 * 1000000L;
    return (int)syscall(SYS_ppoll, descriptors, count, timeout_ms < 0 ? NULL : &timeout, NULL, 0);
}

int main(int argc, char **argv)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status;
    double begin = seconds_now();

    CHECK(argc == 3);
    cbj_config_set_base_url(config, getenv("CBJ_BASE_URL"));
    cbj_config_set_access_token(config, "token");
    cbj_config_set_max_retries(config, 0);
    CHECK(cbj_client_new(config, &client, NULL) == CBJ_OK);
    cbj_config_free(config);
    status = cbj_client_wait_job(client, "J", NULL, (uint32_t)strtoul(argv[1], NULL, 10),
                                 (uint32_t)strtoul(argv[2], NULL, 10), &job, &error);
    CHECK((status == CBJ_OK) == (job != NULL) && (job == NULL) == (error != NULL));
    printf("ended %s after %.0f ms: %s\n", cbj_status_name(status), (seconds_now() - begin) * 1000,
           job != NULL ? cbj_job_state_text(job) : cbj_error_message(error));
    cbj_job_free(job);
    cbj_error_free(error);
    cbj_client_free(client);
    return 0;
}
