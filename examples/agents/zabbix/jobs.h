/*
 * jobs.h - a job by its id, judged
 */
#ifndef JOBS_H
#define JOBS_H

#include "cloudbackupjobs.h"
#include "questions.h"

/* Release it with cloudbackup_job_free. */
typedef struct {
    cbj_job *job;                    /* NULL after a failure */
    cloudbackup_judgement judgement; /* on the job, or on the failure */
} cloudbackup_job;

/* `location` may be NULL. */
cloudbackup_job cloudbackup_get_job(const char *id, const char *location);
void cloudbackup_job_free(cloudbackup_job *got);

#endif /* JOBS_H */
