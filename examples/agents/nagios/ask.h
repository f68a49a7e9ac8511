/*
 * ask.h - asks the service for what the command line says, with one client
 */
#ifndef ASK_H
#define ASK_H

#include <stdint.h>

#include "options.h"
#include "report.h"

/* The words for a check that the time or a signal ended. */
void ask_add_ending(jc_text *text, int is_alarm, int64_t timeout_ms);

/* Fills the answers of the report. `deadline_ms` is of the monotonic clock. */
void ask(const options *read, int64_t deadline_ms, report *found);

/* The log of the calls, in lines: to be written after the output, because Icinga mixes both. */
jc_text *ask_log(void);

#endif /* ASK_H */
