/*
 * saved_runs.c - the runs of a kind as bytes
 *
 * The bytes are for the same machine and the same version: the numbers of jc_runs as they are in memory, and then the jobs,
 * each as the length and the JSON of an answer of the service. A length of 0 means no job.
 */
#include <string.h>

#include "internal.h"

#define JOBS 4

/* The numbers of jc_runs, and which of its jobs are the same one. */
typedef struct {
    int64_t listed_ms;
    int64_t skew_ms;
    int64_t lookback_ms;
    int64_t window_ms;
    int64_t count;
    int64_t window_runs[JC_STATES];
    int64_t undated;
    int64_t future;
    int64_t missing;
    uint64_t lengths[JOBS]; /* of ended, succeeded, running, strange */
    uint64_t succeeded_is_ended;
} saved;

static void add_job(jc_text *text, uint64_t *length, const cbj_job *job)
{
    size_t before = text->length;

    *length = 0;
    if (job == NULL)
        return;
    jc_text_add(text, "{\"statusCode\":200,\"requestId\":");
    jc_text_json(text, cbj_job_request_id(job));
    jc_text_add(text, ",\"traceId\":");
    jc_text_json(text, cbj_job_trace_id(job));
    jc_text_add(text, ",\"data\":%s}", cbj_job_json(job));
    *length = text->length - before;
}

void jc_runs_save(jc_text *text, const jc_runs *runs)
{
    jc_text jobs = JC_TEXT_EMPTY;
    saved numbers;

    memset(&numbers, 0, sizeof numbers);
    numbers.listed_ms = runs->listed_ms;
    numbers.skew_ms = runs->skew_ms;
    numbers.lookback_ms = runs->lookback_ms;
    numbers.window_ms = runs->window_ms;
    numbers.count = runs->count;
    memcpy(numbers.window_runs, runs->window_runs, sizeof numbers.window_runs);
    numbers.undated = runs->undated;
    numbers.future = runs->future;
    numbers.missing = runs->missing;
    numbers.succeeded_is_ended = runs->succeeded == runs->ended;
    add_job(&jobs, &numbers.lengths[0], runs->ended);
    add_job(&jobs, &numbers.lengths[1], numbers.succeeded_is_ended ? NULL : runs->succeeded);
    add_job(&jobs, &numbers.lengths[2], runs->running);
    add_job(&jobs, &numbers.lengths[3], runs->strange);
    jc_text_bytes(text, (const char *)&numbers, sizeof numbers);
    jc_text_bytes(text, jc_text_get(&jobs), jobs.length);
    text->is_cut |= jobs.is_cut;
    jc_text_free(&jobs);
}

int jc_runs_load(const char *bytes, size_t length, jc_runs *runs)
{
    cbj_job **places[JOBS];
    saved numbers;
    size_t i;

    memset(runs, 0, sizeof *runs);
    if (length < sizeof numbers)
        return 0;
    memcpy(&numbers, bytes, sizeof numbers);
    bytes += sizeof numbers;
    length -= sizeof numbers;
    places[0] = &runs->ended;
    places[1] = &runs->succeeded;
    places[2] = &runs->running;
    places[3] = &runs->strange;
    for (i = 0; i < JOBS; i++) {
        size_t size = numbers.lengths[i] <= length ? (size_t)numbers.lengths[i] : 0;

        if (size != numbers.lengths[i] || (size > 0 && cbj_job_parse(bytes, size, places[i], NULL) != CBJ_OK)) {
            jc_runs_free(runs);
            return 0;
        }
        bytes += size;
        length -= size;
    }
    if (numbers.succeeded_is_ended)
        runs->succeeded = runs->ended;
    runs->listed_ms = numbers.listed_ms;
    runs->skew_ms = numbers.skew_ms;
    runs->lookback_ms = numbers.lookback_ms;
    runs->window_ms = numbers.window_ms;
    runs->count = numbers.count;
    memcpy(runs->window_runs, numbers.window_runs, sizeof numbers.window_runs);
    runs->undated = numbers.undated;
    runs->future = numbers.future;
    runs->missing = numbers.missing;
    return 1;
}
