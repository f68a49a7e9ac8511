/*
 * What a careful C programmer writes today: libcurl with one reused easy handle for each thread, and cJSON into a structure
 * with copies of the texts. It reads every member that the library reads: times and hours as numbers, too, and the JSON of
 * the job, for which this keeps a copy of the answer.
 */
#define _DEFAULT_SOURCE /* timegm */
#define _XOPEN_SOURCE 700 /* strptime */
#include "harness.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>

struct session {
    CURL *curl;
    struct curl_slist *headers;
    /* The answer's body; kept and grown from fetch to fetch. */
    char *body;
    size_t length;
    size_t room;
};

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
    char *request_id;
    char *trace_id;
    char *json;
    int64_t total, failed, successful, skipped;
    int64_t start_ms, finish_ms, response_ms;
    double duration_hours;
    struct job_error *errors;
    size_t error_count;
};

const char *peer_version(void)
{
    return curl_version();
}

void peer_begin(const struct target *target)
{
    (void)target;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        fail("libcurl", "does not start");
}

void peer_end(void)
{
    curl_global_cleanup();
}

static size_t append(char *data, size_t size, size_t count, void *context)
{
    struct session *session = context;
    size_t more = size * count;

    if (session->length + more > session->room) {
        size_t room = 2 * (session->length + more);
        char *body = realloc(session->body, room);

        if (body == NULL)
            return 0;
        session->body = body;
        session->room = room;
    }
    memcpy(session->body + session->length, data, more);
    session->length += more;
    return more;
}

struct session *peer_open(const struct target *target)
{
    struct session *session = calloc(1, sizeof *session);
    char authorization[20000];
    char url[1000];

    if (session == NULL || (session->curl = curl_easy_init()) == NULL)
        fail("libcurl", "out of memory");
    snprintf(url, sizeof url, "%s/backup/m365/cloudbackupjobs/%s", target->base_url, target->job_id);
    snprintf(authorization, sizeof authorization, "Authorization: Bearer %s", target->token);
    session->headers = curl_slist_append(NULL, authorization);
    session->headers = curl_slist_append(session->headers, "Accept: application/json");
    curl_easy_setopt(session->curl, CURLOPT_URL, url);
    curl_easy_setopt(session->curl, CURLOPT_HTTPHEADER, session->headers);
    curl_easy_setopt(session->curl, CURLOPT_USERAGENT, "benchmark/1.0");
    curl_easy_setopt(session->curl, CURLOPT_CAINFO, target->ca_file);
    curl_easy_setopt(session->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(session->curl, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(session->curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(session->curl, CURLOPT_WRITEDATA, session);
    return session;
}

void peer_close(struct session *session)
{
    curl_easy_cleanup(session->curl);
    curl_slist_free_all(session->headers);
    free(session->body);
    free(session);
}

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

static int64_t count(const cJSON *object, const char *name)
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

static int parse(const char *answer, size_t length, struct job *job)
{
    cJSON *envelope = cJSON_ParseWithLength(answer, length);
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(envelope, "data");
    const cJSON *details = cJSON_GetObjectItemCaseSensitive(data, "backupDetails");
    const cJSON *errors = cJSON_GetObjectItemCaseSensitive(data, "jobErrors");
    const cJSON *error;

    memset(job, 0, sizeof *job);
    if (!cJSON_IsObject(data) || count(envelope, "statusCode") != 200) {
        cJSON_Delete(envelope);
        return 0;
    }
    job->id = text(data, "id");
    job->state = text(data, "state");
    job->start_time = text(data, "startTime");
    job->finish_time = text(data, "finishTime");
    job->duration = text(data, "duration");
    job->request_id = text(envelope, "requestId");
    job->trace_id = text(envelope, "traceId");
    job->json = strndup(answer, length);
    if (job->json == NULL)
        fail("libcurl", "out of memory");
    job->start_ms = time_ms(job->start_time);
    job->finish_ms = time_ms(job->finish_time);
    job->response_ms = time_ms(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(envelope, "timestamp")));
    job->duration_hours = job->duration != NULL ? strtod(job->duration, NULL) : -1;
    job->total = count(details, "totalNumber");
    job->failed = count(details, "failedNumber");
    job->successful = count(details, "successfulNumber");
    job->skipped = count(details, "skippedNumber");
    job->errors = calloc((size_t)cJSON_GetArraySize(errors) + 1, sizeof *job->errors);
    if (job->errors == NULL)
        fail("libcurl", "out of memory");
    cJSON_ArrayForEach(error, errors) {
        struct job_error *copy = &job->errors[job->error_count++];
        const cJSON *flag = cJSON_GetObjectItemCaseSensitive(error, "isErrorCode");

        copy->message = text(error, "value");
        copy->url = text(error, "url");
        copy->occurrences = count(error, "number");
        copy->has_code = cJSON_IsBool(flag) ? cJSON_IsTrue(flag) : -1;
    }
    cJSON_Delete(envelope);
    return 1;
}

static void free_job(struct job *job)
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
    free(job->request_id);
    free(job->trace_id);
    free(job->json);
}

void peer_parse(const char *answer, size_t length)
{
    struct reading reading = {0};
    struct job job;
    size_t i;

    if (!parse(answer, length, &job))
        fail("libcurl", "the answer cannot be read");
    reading.entries = job.error_count;
    for (i = 0; i < reading.entries; i++) {
        reading.texts += job.errors[i].message != NULL;
        reading.texts += job.errors[i].url != NULL;
        reading.flags += job.errors[i].has_code != -1;
        reading.occurrences += job.errors[i].occurrences;
    }
    reading.texts += job.id != NULL;
    reading.texts += job.state != NULL;
    reading.texts += job.start_time != NULL;
    reading.texts += job.finish_time != NULL;
    reading.texts += job.duration != NULL;
    reading.texts += job.request_id != NULL;
    reading.texts += job.trace_id != NULL;
    reading.texts += job.json != NULL;
    reading.finished_with_exception = job.state != NULL && strcmp(job.state, "Finished with Exception") == 0;
    reading.total = job.total;
    reading.failed = job.failed;
    reading.successful = job.successful;
    reading.skipped = job.skipped;
    reading.start_ms = job.start_ms;
    reading.finish_ms = job.finish_ms;
    reading.elapsed_ms = job.finish_ms - job.start_ms;
    reading.response_ms = job.response_ms;
    reading.duration_hours = job.duration_hours;
    expect_job("libcurl", &reading);
    free_job(&job);
}

void peer_fetch(struct session *session)
{
    long status = 0;
    CURLcode code;

    session->length = 0;
    code = curl_easy_perform(session->curl);
    if (code != CURLE_OK)
        fail("libcurl", curl_easy_strerror(code));
    curl_easy_getinfo(session->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        fail("libcurl", "not answered with 200");
    peer_parse(session->body, session->length);
}
