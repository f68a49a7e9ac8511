/*
 * A host whose threads block all signals, or get an alarm every millisecond whose handler interrupts system calls (no
 * SA_RESTART), as in agents that limit the time of their checks.
 *
 * Promised: calls succeed all the same, a deadline is neither shorter nor longer, and the thread has the same signal
 * mask afterwards.
 *
 * Argument: "blocked" or "alarmed". The server at CBJ_BASE_URL first answers in turn with a job, a list and a list, and then
 * does not answer any more.
 */
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "guest.h"

#define CALLS 21
#define TIMEOUT_MS (uint32_t)(700 * patience())
#define TOLERANCE_S (0.050 * patience())

static const char *const WHAT[] = {"get", "list", "summarize"};

static volatile sig_atomic_t alarms;

static void count_alarm(int signal)
{
    (void)signal;
    alarms++;
}

static void alarm_every_millisecond(void)
{
    struct sigaction action;
    struct itimerval timer;

    memset(&action, 0, sizeof action);
    action.sa_handler = count_alarm;
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    memset(&timer, 0, sizeof timer);
    timer.it_interval.tv_usec = 1000;
    timer.it_value.tv_usec = 1000;
    CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

static void block_all(void)
{
    sigset_t all;

    sigfillset(&all);
    CHECK(sigprocmask(SIG_SETMASK, &all, NULL) == 0);
}

/* Compares signal by signal: equal masks need not have equal bytes. */
static int is_same_mask(const sigset_t *one, const sigset_t *other)
{
    int number;

    for (number = 1; number < SIGRTMAX; number++)
        if (sigismember(one, number) != sigismember(other, number))
            return 0;
    return 1;
}

int main(int argc, char **argv)
{
    cbj_client *client = client_of_environment(TIMEOUT_MS);
    sigset_t before, after;
    int late = 1;
    int i;

    CHECK(argc == 2);
    if (strcmp(argv[1], "blocked") == 0)
        block_all();
    else
        alarm_every_millisecond();
    CHECK(sigprocmask(SIG_SETMASK, NULL, &before) == 0);
    for (i = 0; i < CALLS; i++)
        CHECK(ask(client, WHAT[i % 3], CBJ_OK) == CBJ_OK);
    /* On a busy machine a call may be late now and then. */
    for (i = 0; late; i++) {
        double begin = seconds_now();
        double took;

        CHECK(i < 10);
        CHECK(call(client, CBJ_ERROR_TIMEOUT) == CBJ_ERROR_TIMEOUT);
        took = seconds_now() - begin;
        CHECK(took >= TIMEOUT_MS / 1000.0);
        late = took > TIMEOUT_MS / 1000.0 + TOLERANCE_S;
    }
    CHECK(sigprocmask(SIG_SETMASK, NULL, &after) == 0);
    CHECK(is_same_mask(&before, &after));
    CHECK(strcmp(argv[1], "blocked") == 0 || alarms > 100);
    cbj_client_free(client);
    return 0;
}
