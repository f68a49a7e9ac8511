/* Times of the shared files of the agents, of the program `cloudbackupjobs` and of the example `job_details`, each as the
 * program writes it. Needs no library, so that it also runs where there is none: on a machine with 32 bits.
 *
 *     TZ=... ./late_times UNIX_MS ...           the time, as the three write it
 *     TZ=... ./late_times days                  whether every day of 1200 years is the calendar's
 *     TZ=... ./late_times read TEXT ...         the milliseconds of what --since takes */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The example is one file, with a `main`, and shares names with the program. The linker drops what is not called, and with it the calls of the library. */
#define main job_details_main
#define print_job job_details_print_job
#define print_error job_details_print_error
#include "../../examples/c/job_details.c"
#undef main
#undef print_job
#undef print_error

#include "../../examples/agents/shared/job_check.h"
#include "../../examples/c/jobs/jobs.h"

static void print_times(int64_t unix_ms)
{
    char local[TIME_SIZE];
    char utc[TIME_SIZE];
    jc_text text = JC_TEXT_EMPTY;

    jc_text_time(&text, unix_ms);
    printf("%s | %s | %s |", jc_text_get(&text), local_time(unix_ms, local), utc_time(unix_ms, utc));
    jc_text_free(&text);
    print_time("", unix_ms, "the text");
}

static int is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Counts the days of a calendar, and compares each with what is computed. */
static int compare_days(void)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = -135140; /* 1600-01-01 */
    int year;
    int month;
    int of_month;

    for (year = 1600; year < 2800; year++) {
        for (month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && is_leap(year));

            for (of_month = 1; of_month <= length; of_month++, day++) {
                int64_t last_ms = (day + 1) * 86400000 - 1;
                char expected[64];
                char utc[TIME_SIZE];
                jc_text text = JC_TEXT_EMPTY;
                int is_wrong;

                jc_text_utc(&text, last_ms);
                snprintf(expected, sizeof expected, "%04d-%02d-%02d 23:59:59 +0000", year, month, of_month);
                is_wrong = strcmp(jc_text_get(&text), expected) != 0;
                jc_text_free(&text);
                snprintf(expected, sizeof expected, "%04d-%02d-%02dT23:59:59Z", year, month, of_month);
                if (is_wrong || strcmp(utc_time(last_ms, utc), expected) != 0) {
                    printf("day %" PRId64 ": not %s\n", day, expected);
                    return 1;
                }
            }
        }
    }
    printf("%" PRId64 " is the last day\n", day - 1);
    return 0;
}

int main(int argc, char **argv)
{
    int i;

    if (argc == 2 && strcmp(argv[1], "days") == 0)
        return compare_days();
    if (argc > 1 && strcmp(argv[1], "read") == 0) {
        for (i = 2; i < argc; i++) {
            int64_t unix_ms;

            if (read_time(argv[i], &unix_ms))
                printf("%" PRId64 "\n", unix_ms);
            else
                printf("no time\n");
        }
        return 0;
    }
    printf("%d bits\n", (int)sizeof(time_t) * 8);
    for (i = 1; i < argc; i++)
        print_times(strtoll(argv[i], NULL, 10));
    return 0;
}
