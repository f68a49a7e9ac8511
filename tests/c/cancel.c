/*
 * A host that cancels: an agent that is told to stop while its checks wait for a service that does not answer.
 *
 * Promised: a signal handler may call cbj_client_cancel. Every call in progress returns CBJ_ERROR_CANCELLED within 50
 * ms, and every later call at once, until cbj_client_resume. This holds even if cbj_client_resume comes right after the
 * cancel.
 *
 * The server at CBJ_BASE_URL does not answer, or not with what the call waits for. Arguments: the number of threads that
 * call at once, and what they call, a word for `ask` in guest.h.
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define MOST_THREADS 32
#define ROUNDS 6

/* How long calls run before they are cancelled, and how long they may take to return. By then a handshake has computed what it
 * computes, which nothing interrupts. */
#define HEAD_START_MS (long)(150 + 150 * patience())
#define PROMISED_S (0.050 * patience())

struct caller {
    pthread_t thread;
    cbj_status status;
    double returned;
};

static cbj_client *client;
static const char *what;

static void cancel_on_signal(int signal)
{
    (void)signal;
    cbj_client_cancel(client);
}

static void *call_once(void *argument)
{
    struct caller *caller = argument;

    caller->status = ask(client, what, CBJ_ERROR_CANCELLED);
    caller->returned = seconds_now();
    return NULL;
}

/* How long the slowest call took to return. */
static double cancel_calls(long threads, int round)
{
    static struct caller callers[MOST_THREADS];
    double slowest = 0;
    double cancelled;
    long i;

    for (i = 0; i < threads; i++)
        CHECK(pthread_create(&callers[i].thread, NULL, call_once, &callers[i]) == 0);
    sleep_ms(HEAD_START_MS);
    cancelled = seconds_now();
    if (round % 2 == 0)
        cbj_client_cancel(client);
    else
        CHECK(raise(SIGUSR1) == 0);
    if (round % 3 == 0)
        cbj_client_resume(client);
    for (i = 0; i < threads; i++) {
        CHECK(pthread_join(callers[i].thread, NULL) == 0);
        CHECK(callers[i].status == CBJ_ERROR_CANCELLED);
        CHECK(callers[i].returned >= cancelled);
        if (callers[i].returned - cancelled > slowest)
            slowest = callers[i].returned - cancelled;
    }
    if (round % 3 != 0) {
        double begin = seconds_now();

        CHECK(call(client, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
        CHECK(call(client, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
        CHECK(seconds_now() - begin < PROMISED_S);
        cbj_client_resume(client);
    }
    return slowest;
}

int main(int argc, char **argv)
{
    long threads = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    struct sigaction action;
    int descriptors = open_descriptors();
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    int in_time = 0;
    int round;

    CHECK(threads > 0 && threads <= MOST_THREADS);
    what = argv[2];
    memset(&action, 0, sizeof action);
    action.sa_handler = cancel_on_signal;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);

    client = client_of_environment(20000);
    /* Before the first call, too. */
    cbj_client_cancel(client);
    CHECK(cbj_client_get_job(client, "J", NULL, &job, &error) == CBJ_ERROR_CANCELLED);
    /* A program that repeats retryable calls must end. */
    CHECK(cbj_error_is_retryable(error) == 0);
    CHECK(strstr(cbj_error_message(error), "cbj_client_resume") != NULL);
    cbj_error_free(error);
    cbj_client_resume(client);
    cbj_client_resume(client);
    for (round = 0; round < ROUNDS; round++)
        in_time += cancel_calls(threads, round) <= PROMISED_S;
    /* On a busy machine a call may be late once. */
    CHECK(in_time >= ROUNDS / 2);
    cbj_client_free(client);
    /* A look-up that was given up may still have some open. */
    for (round = 0; round < 100 && open_descriptors() != descriptors; round++)
        sleep_ms(50);
    CHECK(open_descriptors() == descriptors);
    return 0;
}
