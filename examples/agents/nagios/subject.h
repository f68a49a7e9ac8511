/*
 * subject.h - what the command line says to check: a job, kinds of jobs, or the service
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "options.h"

/* The options that say so, as they were given. Initialise it with zeros. */
typedef struct {
    const char *job_id;
    int is_latest;
    int is_list;
    const char *job_type; /* NULL: backup */
    jc_text kinds;        /* the names, with commas in between */
} subject_options;

/* Sets subject, job and kinds of `read`. Returns 0 and the problem; what can be used is set nevertheless. */
int subject_set(options *read, const subject_options *given, jc_text *problem);
/* Whether the other options go with the subject. Returns 0 and the problem. */
int subject_check(const options *read, jc_text *problem);

#endif /* SUBJECT_H */
