/*
 * clock.c - times in milliseconds
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <stdlib.h>
#include <time.h>

#include "internal.h"

/* A day. */
#define MOST_SECONDS 86400

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

/* Reads exactly `digits` digits, and goes behind them. Returns -1 if there are fewer. */
static int read_digits(const char **at, int digits)
{
    int number = 0;

    for (; digits > 0; digits--, (*at)++) {
        if (**at < '0' || **at > '9')
            return -1;
        number = number * 10 + (**at - '0');
    }
    return number;
}

static int skip(const char **at, char sign)
{
    if (**at != sign)
        return 0;
    (*at)++;
    return 1;
}

/* Days since 1970-01-01 in the Gregorian calendar. A year begins in March here, so that the leap day is its last. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t from_march = (month + 9) % 12;
    int64_t years = year - (month <= 2);

    return years * 365 + years / 4 - years / 100 + years / 400 + (from_march * 306 + 5) / 10 + day - 1 - 719468;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

/* Reads "Z", "+01:00" or nothing. Returns 0 if it is something else. */
static int read_offset(const char **at, int *minutes)
{
    int sign = **at == '-' ? -1 : 1;
    int hour;
    int minute;

    *minutes = 0;
    if (**at == '\0' || skip(at, 'Z'))
        return 1;
    if (!skip(at, '+') && !skip(at, '-'))
        return 0;
    hour = read_digits(at, 2);
    if (hour < 0 || hour > 23 || !skip(at, ':'))
        return 0;
    minute = read_digits(at, 2);
    *minutes = sign * (hour * 60 + minute);
    return minute >= 0 && minute < 60;
}

int jc_parse_date(const char *text, int64_t *unix_ms)
{
    int year;
    int month;
    int day;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int offset = 0;

    year = read_digits(&text, 4);
    if (year < 1970 || !skip(&text, '-'))
        return 0;
    month = read_digits(&text, 2);
    if (month < 1 || month > 12 || !skip(&text, '-'))
        return 0;
    day = read_digits(&text, 2);
    if (day < 1 || day > days_in(year, month))
        return 0;
    if (skip(&text, 'T')) {
        hour = read_digits(&text, 2);
        if (hour < 0 || hour > 23 || !skip(&text, ':'))
            return 0;
        minute = read_digits(&text, 2);
        if (minute < 0 || minute > 59)
            return 0;
        if (skip(&text, ':'))
            second = read_digits(&text, 2);
        if (second < 0 || second > 59 || !read_offset(&text, &offset))
            return 0;
    }
    if (*text != '\0')
        return 0;
    *unix_ms = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute - offset) * 60000 + (int64_t)second * 1000;
    return 1;
}
