/*
 * report.h - what check_cloudbackup_job found out, for the files that write it in a format
 */
#ifndef REPORT_H
#define REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "job_check.h"
#include "labels.h"

typedef enum {
    SUBJECT_NONE,    /* the command line does not say what to check */
    SUBJECT_JOB,     /* one job */
    SUBJECT_KINDS,   /* the last runs of kinds of jobs */
    SUBJECT_SERVICE, /* whether the service answers */
    SUBJECT_LIST     /* which kinds there are */
} report_subject;

/* What was found out about one job, one kind or the service. */
typedef struct {
    jc_policy policy; /* with the ranges of the kind; it shares all else with the policy of the report */
    jc_result result;
    cbj_job *job;     /* of SUBJECT_JOB; NULL if it was not retrieved */
    jc_runs runs;     /* of SUBJECT_KINDS, if the result was retrieved */
    cbj_error *error; /* NULL if there is none; several answers may share it, and the report owns it */
} report_answer;

typedef struct {
    report_subject subject;
    const jc_policy *policy;
    const label_list *labels;
    const char *job_id;   /* of SUBJECT_JOB */
    const jc_kind *kinds; /* of SUBJECT_KINDS and SUBJECT_LIST; otherwise NULL */
    size_t count;         /* of answers: one for each kind; otherwise 1 */
    report_answer *answers;
    int64_t checked_ms;  /* when the check was done, Unix milliseconds */
    int is_verbose;      /* 1: details of what is OK, too */
    const char *problem; /* with the command line; NULL if there is none */
    /* Of SUBJECT_LIST. */
    int *has_runs;   /* one for each kind; NULL if the service could not be asked */
    jc_text remarks; /* kinds that cannot be asked for; lines */
    /* The errors, each once. */
    cbj_error **errors;
    size_t error_count;
} report;

/* Makes room for the answers. Returns 0 if memory ran out. Release the report with report_free. */
int report_init(report *found, report_subject subject, const jc_policy *policy, const label_list *labels,
                const char *job_id, const jc_kind *kinds, size_t kind_count);
void report_free(report *found);

/* Takes the error, and judges the call as failed for the answer `first` and all after it. `message` may be NULL. */
void report_fail(report *found, size_t first, cbj_status status, cbj_error *error, const char *message);
/* The same for one answer only. */
void report_fail_one(report *found, size_t which, cbj_status status, cbj_error *error, const char *message);
/* Every answer is UNKNOWN because of this problem with the command line, which stays with the caller. */
void report_refuse(report *found, const char *problem);

/* The worst verdict of all answers. */
int report_verdict(const report *found);
/* Whether the service answered every question. That there is no such job is an answer. */
int report_is_up(const report *found);
/* Whether there are only failures, and all of them are the same. */
int report_is_one_failure(const report *found);

#endif /* REPORT_H */
