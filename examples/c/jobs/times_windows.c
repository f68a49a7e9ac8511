/*
 * times_windows.c - times of Windows
 */
#include "system.h"

#ifdef _WIN32

#include <stdlib.h>
#include <string.h>

#include <windows.h>

/* 1970 as a FILETIME, which counts from 1601 in units of 100 ns. */
#define TICKS_TO_1970 INT64_C(116444736000000000)
#define TICKS_IN_A_SECOND INT64_C(10000000)

static int64_t ticks_of(FILETIME time)
{
    return (int64_t)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

int64_t now_ms(void)
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    return (ticks_of(now) - TICKS_TO_1970) / (TICKS_IN_A_SECOND / 1000);
}

static int to_system_time(int64_t unix_seconds, FILETIME *time, SYSTEMTIME *utc)
{
    uint64_t ticks;

    /* Windows has the years 1601 to 30827. */
    if (unix_seconds < -TICKS_TO_1970 / TICKS_IN_A_SECOND ||
        unix_seconds > (INT64_MAX - TICKS_TO_1970) / TICKS_IN_A_SECOND)
        return 0;
    ticks = (uint64_t)(unix_seconds * TICKS_IN_A_SECOND + TICKS_TO_1970);
    time->dwLowDateTime = (DWORD)(ticks & UINT32_MAX);
    time->dwHighDateTime = (DWORD)(ticks >> 32);
    return FileTimeToSystemTime(time, utc);
}

/*
 * The zone of the system, with the rules of a year. The C library would take the zone from TZ where a shell such as that of
 * Git has set it, in a form that this library misreads. TZ=UTC counts, because it has only one meaning.
 */
static int zone_of(WORD year, TIME_ZONE_INFORMATION *zone)
{
    static const TIME_ZONE_INFORMATION utc;
    const char *chosen = getenv("TZ");

    if (chosen == NULL || (strcmp(chosen, "UTC") != 0 && strcmp(chosen, "UTC0") != 0))
        return GetTimeZoneInformationForYear(year, NULL, zone);
    *zone = utc;
    return 1;
}

int write_local_time(int64_t unix_seconds, char *buffer, size_t size)
{
    TIME_ZONE_INFORMATION zone;
    SYSTEMTIME utc;
    SYSTEMTIME local;
    FILETIME time;
    FILETIME local_time;
    int minutes;

    if (!to_system_time(unix_seconds, &time, &utc) || !zone_of(utc.wYear, &zone) ||
        !SystemTimeToTzSpecificLocalTime(&zone, &utc, &local) || !SystemTimeToFileTime(&local, &local_time))
        return 0;
    minutes = (int)((ticks_of(local_time) - ticks_of(time)) / (60 * TICKS_IN_A_SECOND));
    snprintf(buffer, size, "%d-%02d-%02d %02d:%02d %c%02d%02d", local.wYear, local.wMonth, local.wDay, local.wHour,
             local.wMinute, minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
    return 1;
}

int seconds_of_local(const struct tm *local, int64_t *unix_seconds)
{
    TIME_ZONE_INFORMATION zone;
    SYSTEMTIME given;
    SYSTEMTIME utc;
    FILETIME time;

    memset(&given, 0, sizeof given);
    given.wYear = (WORD)(local->tm_year + 1900);
    given.wMonth = (WORD)(local->tm_mon + 1);
    given.wDay = (WORD)local->tm_mday;
    given.wHour = (WORD)local->tm_hour;
    given.wMinute = (WORD)local->tm_min;
    given.wSecond = (WORD)local->tm_sec;
    if (!zone_of(given.wYear, &zone) || !TzSpecificLocalTimeToSystemTime(&zone, &given, &utc) ||
        !SystemTimeToFileTime(&utc, &time))
        return 0;
    *unix_seconds = (ticks_of(time) - TICKS_TO_1970) / TICKS_IN_A_SECOND;
    return 1;
}

#endif
