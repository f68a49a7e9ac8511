/*
 * What the programs in this folder share: the calls of calls.h, and a look at the open descriptors of the process.
 */
#ifndef GUEST_H
#define GUEST_H

#include <dirent.h>
#include <sys/wait.h>
#include <time.h>

#include "calls.h"

/* The number of entries in a folder. /proc/self/fd has the open descriptors, and one for reading the folder. */
static inline int count_entries(const char *folder)
{
    DIR *dir = opendir(folder);
    int count = 0;

    CHECK(dir != NULL);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

static inline int open_descriptors(void)
{
    return count_entries("/proc/self/fd");
}

/* Waits for a child, whose checks must all succeed. */
static inline void wait_for(pid_t child)
{
    int status;

    CHECK(child > 0);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static inline double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How many times longer than on the developer's machine a promise in milliseconds may take where the program runs. */
static inline double patience(void)
{
    const char *text = getenv("CBJ_TEST_PATIENCE");

    return text != NULL ? strtod(text, NULL) : 1;
}

static inline void sleep_ms(long ms)
{
    struct timespec left;

    left.tv_sec = ms / 1000;
    left.tv_nsec = ms % 1000 * 1000000;
    while (nanosleep(&left, &left) != 0)
        continue;
}

#endif
