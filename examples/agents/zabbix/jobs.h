/*
 * jobs.h - a job, from the cache or from the service
 */
#ifndef JOBS_H
#define JOBS_H

#include "cloudbackupjobs.h"
#include "job_check.h"

/* A job, or the message of the failure. Release it with cloudbackup_answer_free. */
typedef struct {
    cbj_status status;
    cbj_job *job; /* NULL after a failure */
    jc_text problem;
} cloudbackup_answer;

/* `location` may be NULL. */
cloudbackup_answer cloudbackup_get_job(const char *id, const char *location);
void cloudbackup_answer_free(cloudbackup_answer *got);

/* The client of this process; NULL and a message if it cannot be made. It causes no network traffic. */
cbj_client *cloudbackup_client(jc_text *problem);
void cloudbackup_client_free(void);

#endif /* JOBS_H */
