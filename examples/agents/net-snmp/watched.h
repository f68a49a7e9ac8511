/*
 * watched.h - the watched kinds and jobs, and the thread that asks the service about them
 *
 * snmpd gives up on a program after a second, so every answer comes from memory. A thread asks the service about one kind
 * or job after the other, and starts again after the refresh time.
 */
#ifndef WATCHED_H
#define WATCHED_H

#include <stddef.h>
#include <stdint.h>

#include "cloudbackupjobs.h"
#include "job_check.h"
#include "options.h"

/* How the last request about a kind or a job ended. */
typedef struct {
    int64_t ended_ms; /* jc_monotonic_ms; -1: no request has ended yet */
    int32_t status;   /* of the request, or of the configuration if that is wrong; -1: unknown yet */
    cbj_error *error; /* NULL after a success */
} last_request;

/* A kind with the last list of the service. */
typedef struct {
    jc_kind kind;
    last_request last;
    int has_runs;    /* 1: there was a list */
    jc_runs runs;    /* it stays after a failure */
    int64_t runs_ms; /* when it came, jc_monotonic_ms */
} watched_kind;

/* A job with the last answer of the service. */
typedef struct {
    const char *id;
    last_request last;
    cbj_job *job; /* NULL after a failure */
} watched_job;

/* Starts to watch what the options name. `client` is NULL if it could not be made: then nobody is asked, and
 * `config_error` says why. The caller keeps all of them until watched_stop. Returns 0 and the problem if it failed. */
int watched_start(const options *read, cbj_client *client, const cbj_error *config_error, const char **problem);
/* Ends the thread, also in the middle of a call, and frees all answers. */
void watched_stop(void);

/* Between the two, the thread changes nothing. */
void watched_lock(void);
void watched_unlock(void);

/* Kinds are in the order of their rows: by object type, job type, and length and letters of the location. */
size_t watched_kind_count(void);
const watched_kind *watched_kind_at(size_t index);
size_t watched_job_count(void);
const watched_job *watched_job_at(size_t index);
/* Why nobody is asked; NULL if the service is. */
const cbj_error *watched_config_error(void);
const jc_policy *watched_policy(void);

#endif /* WATCHED_H */
