/*
 * signals.c - ends the check in time and at a signal, never without an output
 */
#include "signals.h"

#include <signal.h>

#include "output.h"
#include "process.h"

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

static void on_ending(int is_alarm)
{
    cbj_client *client = client_to_cancel;
    const last_words *words = is_alarm ? words_on_alarm : words_on_signal;

    if (!is_alarm)
        seen = ENDING_SIGNAL;
    else if (seen == ENDING_NONE)
        seen = ENDING_ALARM;
    if (client != NULL) {
        cbj_client_cancel(client);
    } else {
        int was_written = output_write(words->output.bytes, words->output.length);

        process_exit(was_written ? words->exit_status : JC_UNKNOWN);
    }
}

int signals_watch(int64_t timeout_ms, const last_words *on_alarm, const last_words *on_end)
{
    words_on_alarm = on_alarm;
    words_on_signal = on_end;
    return process_watch(timeout_ms + ALARM_DELAY_MS, on_ending);
}

void signals_cancel(cbj_client *client)
{
    client_to_cancel = client;
}

void signals_end(void)
{
    process_unwatch();
    client_to_cancel = NULL;
}

signals_ending signals_seen(void)
{
    return (signals_ending)seen;
}
