/*
 * dispatch.h - hands values and notifications to collectd
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "job_check.h"
#include "settings.h"

/* The values of a kind or a job: verdict, state, metrics. */
void cloudbackup_dispatch(const watched_item *item, const jc_result *result);
/* A notification about a new verdict, and a line in the log. `job_id` is that of a kind's last run, or NULL. */
void cloudbackup_notify(const watched_item *item, const jc_result *result, const char *job_id);

#endif /* DISPATCH_H */
