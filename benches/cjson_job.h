/* A job as a careful C programmer keeps it: a structure with copies of the texts, read with cJSON. */
#ifndef CJSON_JOB_H
#define CJSON_JOB_H

#include "harness.h"

#include <cjson/cJSON.h>

struct job_error {
    char *message;
    char *url;
    int64_t occurrences;
    int has_code; /* -1: not said */
};

struct job {
    char *id;
    char *state;
    char *start_time;
    char *finish_time;
    char *duration;
    int64_t total, failed, successful, skipped;
    int64_t start_ms, finish_ms;
    double duration_hours;
    struct job_error *errors;
    size_t error_count;
};

/* The ids and the time of an answer. */
struct answer_info {
    char *request_id;
    char *trace_id;
    int64_t response_ms;
};

/* The number of the member; -1 where it is something else. */
int64_t json_count(const cJSON *object, const char *name);

void read_answer_info(struct answer_info *info, const cJSON *envelope);
void free_answer_info(struct answer_info *info);

/* Reads the members of the object that is a job. */
void read_job(struct job *job, const cJSON *data);
void free_job(struct job *job);

/* Looks at every member of the job, and adds to `reading`. */
void look_at_job(struct reading *reading, const struct job *job, const struct answer_info *info);

#endif
