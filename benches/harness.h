/*
 * What the programs of the benchmark have in common. Each is harness.c and one peer: a source that defines the functions
 * below. So all of them are timed, warmed up and stopped alike.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stddef.h>
#include <stdint.h>

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

/* Reads the whole list of `jobs` jobs in pages, and looks at all of every job. */
void peer_list(struct session *session, size_t jobs, size_t page_size);

/* Makes a summary of the same list. */
void peer_summarize(struct session *session, size_t jobs, size_t page_size);

/* What a peer read of a job, or of all jobs of a list together. Both peers read every member, in its usable form, and both are checked alike. */
struct reading {
    size_t jobs;
    size_t texts; /* How many of the texts are there: those of the job, and message and URL of each entry. */
    size_t entries;
    size_t flags; /* How many entries say whether they have a code. */
    int64_t occurrences; /* Of all entries. */
    int64_t total, failed, successful, skipped;
    int64_t start_ms, finish_ms, elapsed_ms, response_ms; /* Unix time, but for the elapsed. */
    double duration_hours;
    size_t finished_with_exception; /* How many of the jobs. */
};

/* Fails unless `reading` is the benchmark's job, whole. */
void expect_job(const char *peer, const struct reading *reading);

/* Fails unless `reading` is the benchmark's list of `jobs` jobs, whole. */
void expect_jobs(const char *peer, size_t jobs, const struct reading *reading);

/* Ends the process: a benchmark that goes on after a failure measures something else. */
void fail(const char *what, const char *reason);

#endif
