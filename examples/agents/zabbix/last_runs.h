/*
 * last_runs.h - the last runs of a kind of jobs, judged
 */
#ifndef LAST_RUNS_H
#define LAST_RUNS_H

#include "job_check.h"
#include "questions.h"

/* Release it with cloudbackup_last_runs_free. */
typedef struct {
    int has_runs; /* 0 after a failure */
    jc_runs runs;
    cloudbackup_judgement judgement; /* on the runs, or on the failure */
} cloudbackup_last_runs;

cloudbackup_last_runs cloudbackup_get_last_runs(const jc_kind *kind);
void cloudbackup_last_runs_free(cloudbackup_last_runs *got);

#endif /* LAST_RUNS_H */
