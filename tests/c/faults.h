/*
 * What the helper for LD_PRELOAD (faults.c) and the programs that steer it share: the calls of the C library that shall
 * fail, and how.
 */
#ifndef FAULTS_H
#define FAULTS_H

/* Ways to fail that are not numbers of errno. Those of getaddrinfo are its own numbers, from -1 to -105. */
enum {
    SHORT_COUNT = -10001, /* one byte only is sent or received */
    END_OF_INPUT = -10002, /* the peer has closed, or the file has ended */
    READY = -10003, /* a wait ends at once and calls everything ready that is not */
    PENDING = -20000 /* PENDING - number: getsockopt succeeds, and this error is the socket's */
};

#define MOST_WAYS 16
#define MOST_PLANS 4

/* A function that can fail, and the ways in which it may; 0 ends them. */
struct fault_row {
    const char *function;
    int ways[MOST_WAYS];
    void *next;
};

/* The calls `first` to `first + times - 1` of a function fail. Calls are counted that come from `from` to `to`. */
struct fault_plan {
    const char *function;
    int way;
    long first;
    long times;
    long calls;
    long hits;
};

struct faults {
    struct fault_plan plans[MOST_PLANS];
    const char *from;
    const char *to;
    struct fault_row *rows; /* The function of the last row is NULL. */
};

#endif
