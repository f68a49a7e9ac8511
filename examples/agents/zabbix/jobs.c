/*
 * jobs.c - a job, from the cache or from the service
 *
 * All items of a job cost one request, in whichever worker of the agent they run. If a worker needs a job that another
 * worker is asking for, it waits for that answer.
 */
#include "jobs.h"

#include <string.h>

#include "cache.h"
#include "settings.h"

/* A failure is not remembered for longer than this. It is long enough for the other items of the job. */
#define FAILURE_CACHE_MS 5000

/* ---- The client of this process -------------------------------------------------------------------------------- */

static cbj_client *client;
static int64_t client_timeout_ms;

/* If this fails, the next item tries again, so that a corrected file needs no restart of the agent. */
cbj_client *cloudbackup_client(jc_text *problem)
{
    cbj_error *error = NULL;

    if (client != NULL && client_timeout_ms == cloudbackup.timeout_ms)
        return client;
    cbj_client_free(client);
    client_timeout_ms = cloudbackup.timeout_ms;
    if (jc_make_client(cloudbackup.credentials, cloudbackup_call_ms(), NULL, 0, &client, &error) != CBJ_OK)
        jc_text_add(problem, "%s", cbj_error_message(error));
    cbj_error_free(error);
    return client;
}

void cloudbackup_client_free(void)
{
    cbj_client_free(client);
    client = NULL;
}

/* ---- Answers --------------------------------------------------------------------------------------------------- */

void cloudbackup_answer_free(cloudbackup_answer *got)
{
    cbj_job_free(got->job);
    jc_text_free(&got->problem);
}

static cloudbackup_answer ask(const char *id, const char *location)
{
    cloudbackup_answer got = {CBJ_ERROR_CONFIG, NULL, JC_TEXT_EMPTY};
    cbj_error *error = NULL;

    if (cloudbackup_client(&got.problem) == NULL)
        return got;
    got.status = cbj_client_get_job(client, id, location, &got.job, &error);
    if (got.status != CBJ_OK) {
        jc_text_add(&got.problem, "%s", cbj_error_message(error));
        if (cbj_error_request_id(error) != NULL)
            jc_text_add(&got.problem, " (request id %s)", cbj_error_request_id(error));
    }
    cbj_error_free(error);
    return got;
}

static cloudbackup_answer read_slot(const cloudbackup_slot *from)
{
    cloudbackup_answer got = {CBJ_OK, NULL, JC_TEXT_EMPTY};

    got.status = from->status;
    if (got.status == CBJ_OK)
        got.status = cbj_job_parse(from->content, from->length, &got.job, NULL);
    if (got.status != CBJ_OK)
        jc_text_bytes(&got.problem, from->content, from->length);
    return got;
}

static void fill_slot(cloudbackup_slot *into, const cloudbackup_answer *got)
{
    jc_text content = JC_TEXT_EMPTY;

    into->fetched_ms = 0;
    into->status = got->status;
    into->good_for_ms = cloudbackup.cache_ms;
    if (got->status == CBJ_OK) {
        jc_text_add(&content, "{\"statusCode\":200,\"requestId\":");
        jc_text_json(&content, cbj_job_request_id(got->job));
        jc_text_add(&content, ",\"traceId\":");
        jc_text_json(&content, cbj_job_trace_id(got->job));
        jc_text_add(&content, ",\"data\":%s}", cbj_job_json(got->job));
    } else {
        jc_text_add(&content, "%s", jc_text_get(&got->problem));
        if (into->good_for_ms > FAILURE_CACHE_MS)
            into->good_for_ms = FAILURE_CACHE_MS;
    }
    /* An answer that does not fit is not cached. */
    if (!content.is_cut && content.length <= CLOUDBACKUP_CONTENT_BYTES) {
        memcpy(into->content, jc_text_get(&content), content.length);
        into->length = content.length;
        into->fetched_ms = jc_monotonic_ms();
    }
    jc_text_free(&content);
}

/* The caller holds the slot's lock since `begin_ms` or later. */
static cloudbackup_answer answer_from_slot(cloudbackup_slot *slot, const char *id, const char *location, int64_t begin_ms)
{
    cloudbackup_answer got = {CBJ_ERROR_TIMEOUT, NULL, JC_TEXT_EMPTY};
    int64_t now_ms = jc_monotonic_ms();

    if (slot->fetched_ms != 0 && now_ms < slot->fetched_ms + slot->good_for_ms)
        return read_slot(slot);
    if (now_ms - begin_ms > cloudbackup.timeout_ms / 2) {
        /* There is too little time left for a request. */
        jc_text_add(&got.problem, "the process of the agent that was asking for job %s has ended", id);
        return got;
    }
    got = ask(id, location);
    fill_slot(slot, &got);
    return got;
}

cloudbackup_answer cloudbackup_get_job(const char *id, const char *location)
{
    int64_t begin_ms = jc_monotonic_ms();
    cloudbackup_answer got = {CBJ_ERROR_TIMEOUT, NULL, JC_TEXT_EMPTY};
    jc_text key = JC_TEXT_EMPTY;
    cloudbackup_slot *slot;

    jc_text_add(&key, "%s\n%s", id, location != NULL ? location : "");
    slot = cloudbackup_slot_of(jc_text_get(&key), begin_ms);
    if (slot == NULL) {
        got = ask(id, location);
    } else {
        switch (cloudbackup_slot_take(slot, jc_text_get(&key), cloudbackup_call_ms())) {
        case CLOUDBACKUP_SLOT_TAKEN:
            got = answer_from_slot(slot, id, location, begin_ms);
            cloudbackup_slot_release(slot);
            break;
        case CLOUDBACKUP_SLOT_REUSED:
            got = ask(id, location);
            break;
        case CLOUDBACKUP_SLOT_BUSY:
            jc_text_add(&got.problem, "another process of the agent is still asking for job %s", id);
            break;
        }
    }
    jc_text_free(&key);
    return got;
}
