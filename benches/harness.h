/*
 * What the programs of the benchmark have in common. Each is harness.c and one peer: a source that defines the functions
 * below. So all of them are timed, warmed up and stopped alike.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stddef.h>

/* What is asked of whom. */
struct target {
    const char *base_url; /* https://HOST:PORT */
    const char *ca_file;
    const char *job_id;
    const char *token;
};

/* One thread's way to the server. */
struct session;

/* Says what is measured, e.g. "libcurl/8.0". */
const char *peer_version(void);

/* Once in a process, before the first session and after the last. */
void peer_begin(const struct target *target);
void peer_end(void);

struct session *peer_open(const struct target *target);
void peer_close(struct session *session);

/* Retrieves the job, looks at all of it, and frees it. */
void peer_fetch(struct session *session);

/* The same with an answer that is there already. */
void peer_parse(const char *answer, size_t length);

/* Ends the process: a benchmark that goes on after a failure measures something else. */
void fail(const char *what, const char *reason);

#endif
