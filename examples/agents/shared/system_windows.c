/*
 * system_windows.c - the clocks, local time and text patterns on Windows
 */
#include "system.h"

#ifdef _WIN32

#include <inttypes.h>
#include <stdio.h>
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

static FILETIME file_time_of(int64_t ticks)
{
    FILETIME time;

    time.dwLowDateTime = (DWORD)((uint64_t)ticks & UINT32_MAX);
    time.dwHighDateTime = (DWORD)((uint64_t)ticks >> 32);
    return time;
}

int64_t jc_wall_ms(void)
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    return (ticks_of(now) - TICKS_TO_1970) / (TICKS_IN_A_SECOND / 1000);
}

int64_t jc_monotonic_ms(void)
{
    LARGE_INTEGER frequency;
    LARGE_INTEGER count;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    return count.QuadPart / frequency.QuadPart * 1000 + count.QuadPart % frequency.QuadPart * 1000 / frequency.QuadPart;
}

/*
 * Local time in the zone of the system, by the rules of that year. The C library would do that, too, but it takes the
 * zone from TZ where a shell such as that of Git has set it, in a form that this library misreads. TZ=UTC counts, because
 * it has only one meaning.
 */
static int to_local(const SYSTEMTIME *utc, SYSTEMTIME *local)
{
    const char *chosen = getenv("TZ");
    TIME_ZONE_INFORMATION zone;

    if (chosen != NULL && (strcmp(chosen, "UTC") == 0 || strcmp(chosen, "UTC0") == 0)) {
        *local = *utc;
        return 1;
    }
    return GetTimeZoneInformationForYear(utc->wYear, NULL, &zone) && SystemTimeToTzSpecificLocalTime(&zone, utc, local);
}

int jc_system_local_time(int64_t unix_seconds, char *buffer, size_t size)
{
    /* Windows has the years 1601 to 30827. */
    const int64_t first = -TICKS_TO_1970 / TICKS_IN_A_SECOND;
    const int64_t last = (INT64_MAX - TICKS_TO_1970) / TICKS_IN_A_SECOND;
    SYSTEMTIME utc;
    SYSTEMTIME local;
    FILETIME time;
    FILETIME local_time;
    int minutes;

    if (unix_seconds < first || unix_seconds > last)
        return 0;
    time = file_time_of(unix_seconds * TICKS_IN_A_SECOND + TICKS_TO_1970);
    if (!FileTimeToSystemTime(&time, &utc) || !to_local(&utc, &local) || !SystemTimeToFileTime(&local, &local_time))
        return 0;
    minutes = (int)((ticks_of(local_time) - ticks_of(time)) / (60 * TICKS_IN_A_SECOND));
    snprintf(buffer, size, "%04d-%02d-%02d %02d:%02d:%02d %c%02d%02d", local.wYear, local.wMonth, local.wDay, local.wHour,
             local.wMinute, local.wSecond, minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
    return 1;
}

/* A text that others contain. */
struct jc_pattern {
    char *text;
};

struct jc_pattern *jc_system_pattern(const char *expression, jc_text *problem)
{
    static const char special[] = ".[()*+?{|^$\\";
    struct jc_pattern *made = (struct jc_pattern *)malloc(sizeof *made);
    const char *at;
    char *end;

    if (made == NULL || (made->text = (char *)malloc(strlen(expression) + 1)) == NULL) {
        free(made);
        jc_text_add(problem, "out of memory");
        return NULL;
    }
    for (at = expression, end = made->text; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0' && strchr(special, at[1]) != NULL) {
            at++;
        } else if (strchr(special, *at) != NULL) {
            jc_text_add(problem,
                        "'%s' is a regular expression because of its '%c'. On Windows this is a text that the error"
                        " contains: put a backslash before each special character, and give the option once for each text",
                        expression, *at);
            jc_system_pattern_free(made);
            return NULL;
        }
        *end++ = *at;
    }
    *end = '\0';
    return made;
}

int jc_system_matches(const struct jc_pattern *pattern, const char *text)
{
    return strstr(text, pattern->text) != NULL;
}

void jc_system_pattern_free(struct jc_pattern *pattern)
{
    free(pattern->text);
    free(pattern);
}

#endif
