/*
 * jobs.c - a job by its id, judged
 */
#include "jobs.h"

#include <string.h>

#include "settings.h"

typedef struct {
    const char *id;
    const char *location; /* NULL: as configured */
} named_job;

/* The answer as cbj_job_parse reads it. */
static void add_envelope(jc_text *text, const cbj_job *job)
{
    jc_text_add(text, "{\"statusCode\":200,\"requestId\":");
    jc_text_json(text, cbj_job_request_id(job));
    jc_text_add(text, ",\"traceId\":");
    jc_text_json(text, cbj_job_trace_id(job));
    jc_text_add(text, ",\"data\":%s}", cbj_job_json(job));
}

static cbj_status ask(cbj_client *client, const void *about, jc_text *answer, cbj_error **error)
{
    const named_job *named = (const named_job *)about;
    cbj_job *job = NULL;
    cbj_status status = cbj_client_get_job(client, named->id, named->location, &job, error);

    if (status == CBJ_OK)
        add_envelope(answer, job);
    cbj_job_free(job);
    return status;
}

static void failure_json(jc_text *json, const void *about, const jc_result *judged, const cbj_error *error)
{
    jc_text_result_json(json, &cloudbackup.policy, judged, ((const named_job *)about)->id, NULL, error);
}

cloudbackup_job cloudbackup_get_job(const char *id, const char *location)
{
    named_job named;
    jc_text key = JC_TEXT_EMPTY;
    jc_text words = JC_TEXT_EMPTY;
    cloudbackup_question question = {NULL, NULL, JC_ASKED_JOB, 0, NULL, ask, failure_json};
    cloudbackup_answer answer;
    cloudbackup_job got;

    memset(&got, 0, sizeof got);
    named.id = id;
    named.location = location;
    jc_text_add(&key, "job\n%s\n%s", id, location != NULL ? location : "");
    jc_text_add(&words, "job %s", id);
    question.key = jc_text_get(&key);
    question.words = jc_text_get(&words);
    question.about = &named;
    answer = cloudbackup_ask(&question);
    if (answer.has_answer &&
        cbj_job_parse(jc_text_get(&answer.answer), answer.answer.length, &got.job, NULL) != CBJ_OK)
        cloudbackup_answer_reject(&answer, &question, CBJ_ERROR_INTERNAL, "the answer cannot be read from the cache");
    if (got.job != NULL) {
        jc_judge_job(&cloudbackup.policy, got.job, id, jc_wall_ms(), &got.judgement.judged);
        jc_text_result_json(&got.judgement.json, &cloudbackup.policy, &got.judgement.judged, id, got.job, NULL);
    } else {
        got.judgement = cloudbackup_answer_failure(&answer);
    }
    cloudbackup_answer_free(&answer);
    jc_text_free(&key);
    jc_text_free(&words);
    return got;
}

void cloudbackup_job_free(cloudbackup_job *got)
{
    cbj_job_free(got->job);
    cloudbackup_judgement_free(&got->judgement);
}
