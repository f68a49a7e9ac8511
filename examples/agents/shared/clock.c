/*
 * clock.c - the clocks, and times in milliseconds
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <stdlib.h>
#include <time.h>

#include "job_check.h"

/* A day. */
#define MOST_SECONDS 86400

static int64_t now_ms(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t jc_wall_ms(void)
{
    return now_ms(CLOCK_REALTIME);
}

int64_t jc_monotonic_ms(void)
{
    return now_ms(CLOCK_MONOTONIC);
}

void jc_set_timespec(struct timespec *time, int64_t ms)
{
    time->tv_sec = (time_t)(ms / 1000);
    time->tv_nsec = (long)(ms % 1000) * 1000000;
}

int jc_parse_seconds(const char *text, int least, int64_t *ms, jc_text *problem)
{
    char *end;
    long seconds = strtol(text, &end, 10);

    if (end != text && *end == '\0' && seconds >= least && seconds <= MOST_SECONDS) {
        *ms = (int64_t)seconds * 1000;
        return 1;
    }
    jc_text_add(problem, "'%s' is not a number of seconds from %d to %d", text, least, MOST_SECONDS);
    return 0;
}
