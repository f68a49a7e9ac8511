/*
 * For programs that take the place of the C library's clock. Where `long` has 32 bits, glibc has a second clock_gettime for
 * times after 2038, and Rust's standard library prefers it. Include this behind the definition of clock_gettime.
 */
#ifndef CBJ_TESTS_WIDE_CLOCK_H
#define CBJ_TESTS_WIDE_CLOCK_H

#include <limits.h>
#include <stdint.h>
#include <time.h>

#if LONG_MAX == INT32_MAX
struct wide_time {
    int64_t seconds;
    int64_t nanoseconds;
};

int __clock_gettime64(clockid_t clock, struct wide_time *now);

int __clock_gettime64(clockid_t clock, struct wide_time *now)
{
    struct timespec time;
    int result = clock_gettime(clock, &time);

    if (result == 0) {
        now->seconds = time.tv_sec;
        now->nanoseconds = time.tv_nsec;
    }
    return result;
}
#endif

#endif
