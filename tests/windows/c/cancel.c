/*
 * A host that is stopped while its threads wait for a peer that does not answer.
 *
 * Promised: cbj_client_cancel may be called from any thread and from a handler of console events, which Windows runs on a
 * thread of its own. Every call in progress returns CBJ_ERROR_CANCELLED within 50 ms, and every later call at once, until
 * cbj_client_resume. This holds even if cbj_client_resume comes right after the cancel.
 *
 * Arguments: what the threads call, a word for `ask` in calls.h, and "thread" or "console".
 */
#include <string.h>

#include "guest.h"

#define THREADS 4
#define ROUNDS 6

/* How long calls run before they are cancelled, and how long they may take to return. */
#define HEAD_START_MS 300
#define PROMISED_S 0.050

struct caller {
    HANDLE thread;
    cbj_status status;
    double returned;
};

static cbj_client *client;
static const char *what;
static volatile LONG handled;
static double cancelled_at;

static BOOL WINAPI cancel_on_event(DWORD event)
{
    if (event != CTRL_C_EVENT)
        return FALSE;
    cancelled_at = seconds_now();
    cbj_client_cancel(client);
    InterlockedIncrement(&handled);
    return TRUE;
}

static DWORD WINAPI call_once(void *argument)
{
    struct caller *caller = (struct caller *)argument;

    caller->status = ask(client, what, CBJ_ERROR_CANCELLED);
    caller->returned = seconds_now();
    return 0;
}

static void cancel_from_console(LONG events)
{
    int waited;

    CHECK(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    for (waited = 0; waited < 1000 && handled < events; waited++)
        Sleep(5);
    CHECK(handled == events);
}

/* How long the slowest call took to return. */
static double cancel_calls(int round, int by_console)
{
    static struct caller callers[THREADS];
    double slowest = 0;
    int i;

    for (i = 0; i < THREADS; i++)
        callers[i].thread = start_thread(call_once, &callers[i]);
    Sleep(HEAD_START_MS);
    if (by_console) {
        cancel_from_console(round + 1);
    } else {
        cancelled_at = seconds_now();
        cbj_client_cancel(client);
    }
    if (round % 3 == 0)
        cbj_client_resume(client);
    for (i = 0; i < THREADS; i++) {
        join(callers[i].thread);
        CHECK(callers[i].status == CBJ_ERROR_CANCELLED);
        CHECK(callers[i].returned >= cancelled_at);
        if (callers[i].returned - cancelled_at > slowest)
            slowest = callers[i].returned - cancelled_at;
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
    double slowest[ROUNDS];
    int by_console, threads, handles, round;
    int in_time = 0;

    CHECK(argc == 3);
    what = argv[1];
    by_console = strcmp(argv[2], "console") == 0;
    if (by_console) {
        /* A console of its own: events of an inherited one would reach the program that started this one. */
        FreeConsole();
        CHECK(AllocConsole());
        CHECK(SetConsoleCtrlHandler(cancel_on_event, TRUE));
    }
    client = client_of_environment(20000);
    /* The first round may load what Winsock keeps for the process, and start what it needs. */
    cancel_calls(0, by_console);
    handled = 0;
    threads = count_threads();
    handles = count_handles();
    for (round = 0; round < ROUNDS; round++) {
        slowest[round] = cancel_calls(round, by_console);
        in_time += slowest[round] <= PROMISED_S;
    }
    /* On a busy machine a call may be late once. */
    for (round = 0; in_time < ROUNDS / 2 && round < ROUNDS; round++)
        fprintf(stderr, "the slowest call returned after %ld ms\n", (long)(slowest[round] * 1000));
    CHECK(in_time >= ROUNDS / 2);
    CHECK(settles_at(threads, handles));
    cbj_client_free(client);
    return 0;
}
