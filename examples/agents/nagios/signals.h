/*
 * signals.h - ends the check in time and at a signal, never without an output
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdint.h>

#include "job_check.h"

typedef enum {
    ENDING_NONE,
    ENDING_ALARM, /* the time is up */
    ENDING_SIGNAL /* somebody wants the program to end */
} signals_ending;

/* The output if a signal comes while there is no call to cancel. */
typedef struct {
    jc_text output;
    int exit_status;
} last_words;

/* Begins to watch signals, with an alarm after `timeout_ms`. Both must live until signals_end. Returns 0 if the system
 * cannot do so. On Windows, the events of the console are the signals. */
int signals_watch(int64_t timeout_ms, const last_words *on_alarm, const last_words *on_signal);
/* From now on a signal cancels the calls of this client, and the caller writes the output. */
void signals_cancel(cbj_client *client);
/* From now on signals change nothing: the caller has everything that it needs for the output. */
void signals_end(void);
/* What ended the calls. */
signals_ending signals_seen(void);

#endif /* SIGNALS_H */
