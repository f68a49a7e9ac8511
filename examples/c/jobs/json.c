/*
 * json.c - jobs as JSON
 */
#include <inttypes.h>

#include "jobs.h"

void json_text(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    if (text == NULL) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            printf("\\%c", *at);
        else if (*at < ' ' || *at == 0x7f)
            printf("\\u%04x", (unsigned)*at);
        else if (*at == 0xc2 && at[1] < 0xa0)
            printf("\\u%04x", (unsigned)*++at); /* JSON allows U+0080 to U+009F, but they control terminals */
        else
            putchar(*at); /* UTF-8, as the library promises, and so is JSON */
    }
    putchar('"');
}

static void member(const char *name)
{
    printf(",\"%s\":", name);
}

void json_count(const char *name, int64_t count)
{
    member(name);
    if (count >= 0)
        printf("%" PRId64, count);
    else
        fputs("null", stdout);
}

/* A time in UTC, and the text of the service, which stays where the time cannot be read. */
static void json_time(const char *name, int64_t unix_ms, const char *text)
{
    char buffer[TIME_SIZE];

    utc_time(unix_ms, buffer);
    member(name);
    json_text(buffer[0] != '\0' ? buffer : NULL);
    printf(",\"%sText\":", name);
    json_text(text);
}

static void json_errors(const cbj_job *job)
{
    size_t count = cbj_job_error_count(job);
    size_t i;

    member("errors");
    putchar('[');
    for (i = 0; i < count; i++) {
        int32_t has_code = cbj_job_error_has_code(job, i);

        printf("%s{\"message\":", i > 0 ? "," : "");
        json_text(cbj_job_error_message(job, i));
        member("url");
        json_text(cbj_job_error_url(job, i));
        json_count("occurrences", cbj_job_error_occurrences(job, i));
        member("hasCode");
        fputs(has_code < 0 ? "null" : has_code ? "true" : "false", stdout);
        putchar('}');
    }
    putchar(']');
}

void json_job(const cbj_job *job)
{
    int64_t elapsed_ms = cbj_job_elapsed_ms(job);

    if (job == NULL) {
        fputs("null", stdout);
        return;
    }
    fputs("{\"id\":", stdout);
    json_text(cbj_job_id(job));
    member("state");
    json_text(name_of_state(cbj_job_state(job)));
    member("stateText");
    json_text(cbj_job_state_text(job));
    json_time("startTime", cbj_job_start_time_ms(job), cbj_job_start_time_text(job));
    json_time("finishTime", cbj_job_finish_time_ms(job), cbj_job_finish_time_text(job));
    json_count("elapsedSeconds", elapsed_ms < 0 ? -1 : elapsed_ms / 1000);
    json_count("total", cbj_job_total_count(job));
    json_count("successful", cbj_job_successful_count(job));
    json_count("failed", cbj_job_failed_count(job));
    json_count("skipped", cbj_job_skipped_count(job));
    json_errors(job);
    member("requestId");
    json_text(cbj_job_request_id(job));
    putchar('}');
}
