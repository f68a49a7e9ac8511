/*
 * What a careful C programmer writes today: libcurl with one reused easy handle for each thread, and cJSON into a structure
 * with copies of the texts. It reads every member that the library reads: times and hours as numbers, too, and the JSON of
 * the job, for which this keeps a copy of the answer.
 */
#define _XOPEN_SOURCE 700 /* strndup */
#include "cjson_job.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

struct session {
    CURL *curl;
    const char *base_url;
    struct curl_slist *headers;
    /* The answer's body; kept and grown from fetch to fetch. */
    char *body;
    size_t length;
    size_t room;
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
    session->base_url = target->base_url;
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

void peer_parse(const char *answer, size_t length)
{
    cJSON *envelope = cJSON_ParseWithLength(answer, length);
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(envelope, "data");
    /* The JSON of the job. */
    char *json = strndup(answer, length);
    struct reading reading = {0};
    struct answer_info info;
    struct job job;

    if (json == NULL)
        fail("libcurl", "out of memory");
    if (!cJSON_IsObject(data) || json_count(envelope, "statusCode") != 200)
        fail("libcurl", "the answer cannot be read");
    read_answer_info(&info, envelope);
    read_job(&job, data);
    cJSON_Delete(envelope);
    look_at_job(&reading, &job, &info);
    reading.texts += json[0] != '\0';
    expect_job("libcurl", &reading);
    free_job(&job);
    free_answer_info(&info);
    free(json);
}

static void perform(struct session *session)
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
}

void peer_fetch(struct session *session)
{
    perform(session);
    peer_parse(session->body, session->length);
}

/*
 * Pages by their numbers while there is a next one; each job is read into its structure, looked at and freed. The JSON of an
 * entry is left out: cJSON does not keep it, and printing it again would cost more than all the rest.
 */
void peer_list(struct session *session, size_t jobs, size_t page_size)
{
    struct reading reading = {0};
    size_t index = 0, length = 1;
    char url[1000];

    while (length > 0) {
        cJSON *envelope;
        const cJSON *metadata, *data, *next, *entry;
        struct answer_info info;

        snprintf(url, sizeof url, "%s/backup/m365/cloudbackupjobs?pageIndex=%zu&pageSize=%zu", session->base_url, index++,
                 page_size);
        curl_easy_setopt(session->curl, CURLOPT_URL, url);
        perform(session);
        envelope = cJSON_ParseWithLength(session->body, session->length);
        data = cJSON_GetObjectItemCaseSensitive(envelope, "data");
        metadata = cJSON_GetObjectItemCaseSensitive(envelope, "metadata");
        next = cJSON_GetObjectItemCaseSensitive(metadata, "nextLink");
        if (!cJSON_IsArray(data) || json_count(envelope, "statusCode") != 200 || !cJSON_IsString(next) ||
            json_count(metadata, "totalCount") != (int64_t)jobs)
            fail("libcurl", "the page cannot be read");
        length = strlen(next->valuestring);
        read_answer_info(&info, envelope);
        cJSON_ArrayForEach(entry, data) {
            struct job job;

            read_job(&job, entry);
            look_at_job(&reading, &job, &info);
            free_job(&job);
        }
        free_answer_info(&info);
        cJSON_Delete(envelope);
    }
    expect_jobs("libcurl", jobs, &reading);
}

void peer_summarize(struct session *session, size_t jobs, size_t page_size)
{
    (void)session;
    (void)jobs;
    (void)page_size;
    fail("libcurl", "summarizes nothing");
}
