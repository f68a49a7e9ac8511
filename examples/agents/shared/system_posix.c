/*
 * system_posix.c - the clocks, local time and regular expressions of POSIX
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "system.h"

#ifndef _WIN32

#include <regex.h>
#include <stdlib.h>
#include <time.h>

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

int jc_system_local_time(int64_t unix_seconds, char *buffer, size_t size)
{
    time_t seconds = (time_t)unix_seconds;
    struct tm local;

    /* Where time_t has 32 bits, the C library knows no time after January 2038. */
    return (int64_t)seconds == unix_seconds && localtime_r(&seconds, &local) != NULL &&
           strftime(buffer, size, "%Y-%m-%d %H:%M:%S %z", &local) != 0;
}

struct jc_pattern {
    regex_t compiled;
};

struct jc_pattern *jc_system_pattern(const char *expression, jc_text *problem)
{
    struct jc_pattern *made = (struct jc_pattern *)malloc(sizeof *made);
    char words[200];
    int failure;

    if (made == NULL) {
        jc_text_add(problem, "out of memory");
        return NULL;
    }
    failure = regcomp(&made->compiled, expression, REG_EXTENDED | REG_NOSUB);
    if (failure == 0)
        return made;
    regerror(failure, &made->compiled, words, sizeof words);
    jc_text_add(problem, "'%s' is not a regular expression: %s", expression, words);
    free(made);
    return NULL;
}

int jc_system_matches(const struct jc_pattern *pattern, const char *text)
{
    return regexec(&pattern->compiled, text, 0, NULL, 0) == 0;
}

void jc_system_pattern_free(struct jc_pattern *pattern)
{
    regfree(&pattern->compiled);
    free(pattern);
}

#endif
