#define _DEFAULT_SOURCE /* timegm */
#define _XOPEN_SOURCE 700 /* strptime */
#include "cjson_job.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *text(const cJSON *object, const char *name)
{
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    char *copy;

    if (value == NULL)
        return NULL;
    copy = strdup(value);
    if (copy == NULL)
        fail("libcurl", "out of memory");
    return copy;
}

int64_t json_count(const cJSON *object, const char *name)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(value) ? (int64_t)value->valuedouble : -1;
}

/* Unix milliseconds of a time in UTC, as the service writes it; -1 where it is something else. */
static int64_t time_ms(const char *text)
{
    struct tm time = {0};
    int64_t ms = 0, unit = 100;
    const char *rest = text != NULL ? strptime(text, "%Y-%m-%dT%H:%M:%S", &time) : NULL;

    if (rest == NULL)
        return -1;
    if (*rest == '.')
        for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10)
            ms += unit * (*rest - '0');
    return strcmp(rest, "Z") == 0 ? (int64_t)timegm(&time) * 1000 + ms : -1;
}

void read_answer_info(struct answer_info *info, const cJSON *envelope)
{
    info->request_id = text(envelope, "requestId");
    info->trace_id = text(envelope, "traceId");
    info->response_ms = time_ms(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(envelope, "timestamp")));
}

void free_answer_info(struct answer_info *info)
{
    free(info->request_id);
    free(info->trace_id);
}

void read_job(struct job *job, const cJSON *data)
{
    const cJSON *details = cJSON_GetObjectItemCaseSensitive(data, "backupDetails");
    const cJSON *errors = cJSON_GetObjectItemCaseSensitive(data, "jobErrors");
    const cJSON *error;

    memset(job, 0, sizeof *job);
    job->id = text(data, "id");
    job->state = text(data, "state");
    job->start_time = text(data, "startTime");
    job->finish_time = text(data, "finishTime");
    job->duration = text(data, "duration");
    job->start_ms = time_ms(job->start_time);
    job->finish_ms = time_ms(job->finish_time);
    job->duration_hours = job->duration != NULL ? strtod(job->duration, NULL) : -1;
    job->total = json_count(details, "totalNumber");
    job->failed = json_count(details, "failedNumber");
    job->successful = json_count(details, "successfulNumber");
    job->skipped = json_count(details, "skippedNumber");
    job->errors = calloc((size_t)cJSON_GetArraySize(errors) + 1, sizeof *job->errors);
    if (job->errors == NULL)
        fail("libcurl", "out of memory");
    cJSON_ArrayForEach(error, errors) {
        struct job_error *copy = &job->errors[job->error_count++];
        const cJSON *flag = cJSON_GetObjectItemCaseSensitive(error, "isErrorCode");

        copy->message = text(error, "value");
        copy->url = text(error, "url");
        copy->occurrences = json_count(error, "number");
        copy->has_code = cJSON_IsBool(flag) ? cJSON_IsTrue(flag) : -1;
    }
}

void free_job(struct job *job)
{
    size_t i;

    for (i = 0; i < job->error_count; i++) {
        free(job->errors[i].message);
        free(job->errors[i].url);
    }
    free(job->errors);
    free(job->id);
    free(job->state);
    free(job->start_time);
    free(job->finish_time);
    free(job->duration);
}

void look_at_job(struct reading *reading, const struct job *job, const struct answer_info *info)
{
    size_t i;

    reading->jobs++;
    reading->entries += job->error_count;
    for (i = 0; i < job->error_count; i++) {
        reading->texts += job->errors[i].message != NULL;
        reading->texts += job->errors[i].url != NULL;
        reading->flags += job->errors[i].has_code != -1;
        reading->occurrences += job->errors[i].occurrences;
    }
    reading->texts += job->id != NULL;
    reading->texts += job->state != NULL;
    reading->texts += job->start_time != NULL;
    reading->texts += job->finish_time != NULL;
    reading->texts += job->duration != NULL;
    reading->texts += info->request_id != NULL;
    reading->texts += info->trace_id != NULL;
    reading->finished_with_exception += job->state != NULL && strcmp(job->state, "Finished with Exception") == 0;
    reading->total += job->total;
    reading->failed += job->failed;
    reading->successful += job->successful;
    reading->skipped += job->skipped;
    reading->start_ms += job->start_ms;
    reading->finish_ms += job->finish_ms;
    reading->elapsed_ms += job->finish_ms - job->start_ms;
    reading->response_ms += info->response_ms;
    reading->duration_hours += job->duration_hours;
}
