/*
 * signals.c - ends the check in time and at a signal, never without an output
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "output.h"

/*
 * The alarm comes this long after the deadline of the call, so that the library can end the call first: its message says
 * what the call was doing. The alarm ends what has no deadline, such as reading the configuration files, and what has one
 * for each call, such as several lists.
 */
#define ALARM_DELAY_MS 40

static const last_words *words_on_alarm;
static const last_words *words_on_signal;
static cbj_client *volatile client_to_cancel;
static volatile sig_atomic_t seen = ENDING_NONE;

static void on_signal(int number)
{
    int failure = errno;
    cbj_client *client = client_to_cancel;
    const last_words *words = number == SIGALRM ? words_on_alarm : words_on_signal;

    if (number != SIGALRM)
        seen = ENDING_SIGNAL;
    else if (seen == ENDING_NONE)
        seen = ENDING_ALARM;
    if (client != NULL) {
        cbj_client_cancel(client);
    } else {
        int was_written = output_write(words->output.bytes, words->output.length);

        _exit(was_written ? words->exit_status : JC_UNKNOWN);
    }
    errno = failure;
}

static void block_signals(int how)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGALRM);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(how, &signals, NULL);
}

void signals_watch(int64_t timeout_ms, const last_words *on_alarm, const last_words *on_end)
{
    struct sigaction action;
    struct itimerval timer;

    words_on_alarm = on_alarm;
    words_on_signal = on_end;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigfillset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    memset(&timer, 0, sizeof timer);
    timer.it_value.tv_sec = (time_t)((timeout_ms + ALARM_DELAY_MS) / 1000);
    timer.it_value.tv_usec = (suseconds_t)((timeout_ms + ALARM_DELAY_MS) % 1000 * 1000);
    setitimer(ITIMER_REAL, &timer, NULL);
    /* The scheduler may have blocked them. */
    block_signals(SIG_UNBLOCK);
}

void signals_cancel(cbj_client *client)
{
    client_to_cancel = client;
}

void signals_end(void)
{
    block_signals(SIG_BLOCK);
    client_to_cancel = NULL;
}

signals_ending signals_seen(void)
{
    return (signals_ending)seen;
}
