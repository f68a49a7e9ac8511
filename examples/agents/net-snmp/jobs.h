/*
 * jobs.h - the watched jobs, and the thread that asks the service about them
 *
 * snmpd gives up on a program after a second, so every answer comes from memory. A thread asks the service about one job
 * after the other, and starts again after the refresh time.
 */
#ifndef JOBS_H
#define JOBS_H

#include <stddef.h>
#include <stdint.h>

#include "cloudbackupjobs.h"
#include "job_check.h"

/* A job with the last answer of the service. */
typedef struct {
    const char *id;
    int was_asked;
    int64_t answered_ms; /* jc_monotonic_ms */
    cbj_status status;
    cbj_job *job;     /* NULL after a failure */
    cbj_error *error; /* NULL after a success */
} watched_job;

/* Starts to watch jobs with a client, which may be NULL: then nobody is asked. The ids stay the caller's. Returns 0 and
 * the problem if it failed. */
int jobs_start(char **ids, size_t count, cbj_client *client, int64_t refresh_ms, const char **problem);
/* Ends the thread, also in the middle of a call, and frees all answers. */
void jobs_stop(void);

/* Between the two, the thread changes no job. */
void jobs_lock(void);
void jobs_unlock(void);
size_t jobs_count(void);
const watched_job *jobs_at(size_t index);

#endif /* JOBS_H */
