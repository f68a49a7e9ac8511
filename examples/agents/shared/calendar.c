/*
 * calendar.c - the date of a time in UTC, for every time
 *
 * The C library's calendar ends where its time_t does: in 2038, where that has 32 bits.
 */
#include <inttypes.h>

#include "job_check.h"

#define DAY 86400
/* The Gregorian calendar repeats itself after 400 years. */
#define DAYS_OF_400_YEARS 146097
/* From 1 March of the year 0 to 1 January 1970. */
#define DAYS_BEFORE_1970 719468

/* Division that rounds down; C rounds towards zero. */
static int64_t divided(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

void jc_text_utc(jc_text *text, int64_t unix_ms)
{
    int64_t seconds = divided(unix_ms, 1000);
    int64_t days = divided(seconds, DAY);
    int64_t second = seconds - days * DAY;
    int64_t cycle = divided(days + DAYS_BEFORE_1970, DAYS_OF_400_YEARS);
    /* A year begins in March here, so that the leap day is its last. */
    int64_t day = days + DAYS_BEFORE_1970 - cycle * DAYS_OF_400_YEARS;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t month;

    day -= year * 365 + year / 4 - year / 100;
    month = (day * 5 + 2) / 153;
    day -= (month * 153 + 2) / 5;
    year += cycle * 400 + (month >= 10);
    jc_text_add(text, "%04" PRId64 "-%02" PRId64 "-%02" PRId64 " ", year, (month + 2) % 12 + 1, day + 1);
    jc_text_add(text, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 " +0000", second / 3600, second / 60 % 60, second % 60);
}
