/*
 * dispatch.h - hands values and notifications to collectd
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "job_check.h"
#include "settings.h"

/* The values of a job: verdict, state, metrics. */
void cloudbackup_dispatch(const watched_job *job, const jc_result *result);
/* A notification about a new verdict, and a line in the log. */
void cloudbackup_notify(const watched_job *job, const jc_result *result);

#endif /* DISPATCH_H */
