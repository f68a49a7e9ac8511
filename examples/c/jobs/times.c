/*
 * times.c - times and durations, as they are written and read
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "jobs.h"
#include "system.h"

#define SECOND ((int64_t)1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* Reads `digits` digits, moves behind them, and returns their number; -1 for anything else. */
static int read_digits(const char **text, int digits)
{
    int number = 0;

    for (; digits > 0; digits--, (*text)++) {
        if (**text < '0' || **text > '9')
            return -1;
        number = number * 10 + (**text - '0');
    }
    return number;
}

/* Moves behind the character if it comes next. */
static int skip(const char **text, char c)
{
    if (**text != c)
        return 0;
    (*text)++;
    return 1;
}

int read_duration(const char *text, int64_t *ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"s", SECOND}, {"m", MINUTE}, {"h", HOUR}, {"d", DAY}, {"w", 7 * DAY}};
    int64_t number = 0;
    int digits = 0;
    size_t i;

    for (; *text >= '0' && *text <= '9'; text++) {
        if (++digits > 9)
            return 0;
        number = number * 10 + (*text - '0');
    }
    for (i = 0; digits > 0 && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text, units[i].name) == 0) {
            *ms = number * units[i].ms;
            return 1;
        }
    }
    return 0;
}

/* Unix seconds of a time in UTC. POSIX has no function for it. */
static int64_t seconds_of_utc(const struct tm *time)
{
    /* A year begins in March here, so that the leap day is its last. */
    int64_t year = (int64_t)time->tm_year + 1900 - (time->tm_mon < 2);
    int64_t month = (time->tm_mon + 10) % 12;
    int64_t day = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + time->tm_mday - 1 - 719468;

    return ((day * 24 + time->tm_hour) * 60 + time->tm_min) * 60 + time->tm_sec;
}

/* The time in UTC, as gmtime_r would give it. Where time_t has 32 bits, gmtime_r knows no time after January 2038. */
static void utc_of_seconds(int64_t seconds, struct tm *time)
{
    /* Division rounds towards zero; a time before 1970 must be rounded down. */
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    int64_t second = seconds - days * 86400;
    /* The calendar repeats itself after 400 years, which have 146097 days. */
    int64_t cycle = (days + 719468) / 146097 - ((days + 719468) % 146097 < 0);
    int64_t day = days + 719468 - cycle * 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t month;

    day -= year * 365 + year / 4 - year / 100;
    month = (day * 5 + 2) / 153;
    memset(time, 0, sizeof *time);
    time->tm_year = (int)(year + cycle * 400 + (month >= 10) - 1900);
    time->tm_mon = (int)((month + 2) % 12);
    time->tm_mday = (int)(day - (month * 153 + 2) / 5 + 1);
    time->tm_hour = (int)(second / 3600);
    time->tm_min = (int)(second / 60 % 60);
    time->tm_sec = (int)(second % 60);
}

/* Reads a zone: "Z", "+01:00" or "+0100". Returns 1 or 0. */
static int read_zone(const char *text, int *minutes_east)
{
    int hours;
    int minutes;
    int sign = *text == '-' ? -1 : 1;

    *minutes_east = 0;
    if (skip(&text, 'Z') || skip(&text, 'z'))
        return *text == '\0';
    if (!skip(&text, '+') && !skip(&text, '-'))
        return 0;
    hours = read_digits(&text, 2);
    skip(&text, ':');
    minutes = read_digits(&text, 2);
    *minutes_east = sign * (hours * 60 + minutes);
    return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && *text == '\0';
}

/* Reads "2026-11-25", "2026-11-25 03:12", "2026-11-25T03:12:45Z", "2026-11-25 03:12 +0100". Returns 1 or 0. */
static int read_date(const char *text, int64_t *unix_ms)
{
    struct tm time;
    struct tm valid;
    int minutes_east;
    int64_t seconds;
    int64_t local;

    memset(&time, 0, sizeof time);
    time.tm_year = read_digits(&text, 4) - 1900;
    if (time.tm_year < 0 || !skip(&text, '-'))
        return 0;
    time.tm_mon = read_digits(&text, 2) - 1;
    if (time.tm_mon < 0 || !skip(&text, '-'))
        return 0;
    time.tm_mday = read_digits(&text, 2);
    if (time.tm_mday < 1)
        return 0;
    if (skip(&text, 'T') || (*text == ' ' && text[1] >= '0' && text[1] <= '9' && skip(&text, ' '))) {
        time.tm_hour = read_digits(&text, 2);
        if (time.tm_hour < 0 || time.tm_hour > 23 || !skip(&text, ':'))
            return 0;
        time.tm_min = read_digits(&text, 2);
        if (time.tm_min < 0 || time.tm_min > 59)
            return 0;
        if (skip(&text, ':')) {
            time.tm_sec = read_digits(&text, 2);
            if (time.tm_sec < 0 || time.tm_sec > 59)
                return 0;
        }
    }
    skip(&text, ' ');
    /* There is no 30 February: the calendar gives another date back. */
    seconds = seconds_of_utc(&time);
    utc_of_seconds(seconds, &valid);
    if (valid.tm_mday != time.tm_mday || valid.tm_mon != time.tm_mon)
        return 0;
    if (*text == '\0') {
        /* A time that the system cannot convert counts as one in UTC. */
        if (!seconds_of_local(&time, &local))
            local = seconds;
        *unix_ms = local * SECOND;
        return 1;
    }
    if (!read_zone(text, &minutes_east))
        return 0;
    *unix_ms = seconds * SECOND - minutes_east * MINUTE;
    return 1;
}

int read_time(const char *text, int64_t *unix_ms)
{
    int64_t before_now;

    if (read_duration(text, &before_now)) {
        *unix_ms = now_ms() - before_now;
        return 1;
    }
    return read_date(text, unix_ms);
}

/* Whole seconds. */
static int64_t seconds_of(int64_t unix_ms)
{
    return unix_ms / 1000 - (unix_ms % 1000 < 0);
}

const char *local_time(int64_t unix_ms, char buffer[TIME_SIZE])
{
    struct tm utc;

    if (unix_ms != CBJ_NO_TIME && !write_local_time(seconds_of(unix_ms), buffer, TIME_SIZE)) {
        utc_of_seconds(seconds_of(unix_ms), &utc);
        snprintf(buffer, TIME_SIZE, "%d-%02d-%02d %02d:%02d +0000", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                 utc.tm_hour, utc.tm_min);
    }
    if (unix_ms == CBJ_NO_TIME)
        strcpy(buffer, "-");
    return buffer;
}

const char *utc_time(int64_t unix_ms, char buffer[TIME_SIZE])
{
    struct tm utc;

    buffer[0] = '\0';
    if (unix_ms == CBJ_NO_TIME)
        return buffer;
    utc_of_seconds(seconds_of(unix_ms), &utc);
    /* Not with strftime, which on Windows refuses some years. */
    snprintf(buffer, TIME_SIZE, "%d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
             utc.tm_min, utc.tm_sec);
    return buffer;
}

const char *duration(int64_t ms, char buffer[TIME_SIZE])
{
    if (ms < 0)
        strcpy(buffer, "-");
    else if (ms < MINUTE)
        snprintf(buffer, TIME_SIZE, "%" PRId64 "s", ms / SECOND);
    else if (ms < HOUR)
        snprintf(buffer, TIME_SIZE, "%" PRId64 "m%02" PRId64 "s", ms / MINUTE, ms % MINUTE / SECOND);
    else if (ms < DAY)
        snprintf(buffer, TIME_SIZE, "%" PRId64 "h%02" PRId64 "m", ms / HOUR, ms % HOUR / MINUTE);
    else
        snprintf(buffer, TIME_SIZE, "%" PRId64 "d%02" PRId64 "h", ms / DAY, ms % DAY / HOUR);
    return buffer;
}
