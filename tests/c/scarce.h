/*
 * What the helper for LD_PRELOAD (scarce.c) and the program that steers it (oom.c) share: which allocations fail.
 */
#ifndef SCARCE_H
#define SCARCE_H

#include <stddef.h>

/* The allocations `first` to `first + times - 1` of those that are larger than `larger_than` fail, whoever asks for them. */
struct scarce {
    int is_armed;
    size_t larger_than;
    long first;
    long times;
    long calls;
    long hits;
    size_t size; /* of the first that failed */
};

#endif
