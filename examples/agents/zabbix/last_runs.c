/*
 * last_runs.c - the last runs of a kind of jobs, judged
 *
 * The list is asked for once in CacheSeconds. The verdict on it is made anew for each item, because it depends on the time.
 */
#include "last_runs.h"

#include <string.h>

#include "settings.h"

static cbj_status ask(cbj_client *client, const void *about, jc_text *answer, cbj_error **error)
{
    jc_runs runs;
    cbj_status status =
        jc_list_runs(client, &cloudbackup.policy, (const jc_kind *)about, jc_wall_ms(), &runs, error);

    if (status != CBJ_OK)
        return status;
    jc_runs_save(answer, &runs);
    jc_runs_free(&runs);
    return CBJ_OK;
}

static void failure_json(jc_text *json, const void *about, const jc_result *judged, const cbj_error *error)
{
    jc_text_runs_json(json, &cloudbackup.policy, judged, (const jc_kind *)about, NULL, error);
}

cloudbackup_last_runs cloudbackup_get_last_runs(const jc_kind *kind)
{
    jc_text name = JC_TEXT_EMPTY;
    jc_text key = JC_TEXT_EMPTY;
    cloudbackup_question question = {NULL, NULL, JC_ASKED_KIND, 0, NULL, ask, failure_json};
    cloudbackup_answer answer;
    cloudbackup_last_runs got;
    cloudbackup_judgement *judgement = &got.judgement;

    memset(&got, 0, sizeof got);
    jc_text_kind(&name, kind);
    jc_text_add(&key, "kind\n%s", jc_text_get(&name));
    question.key = jc_text_get(&key);
    question.words = jc_text_get(&name);
    question.stale_ms = cloudbackup.policy.stale_ms;
    question.about = kind;
    answer = cloudbackup_ask(&question);
    if (answer.has_answer) {
        got.has_runs = jc_runs_load(jc_text_get(&answer.answer), answer.answer.length, &got.runs);
        if (!got.has_runs)
            cloudbackup_answer_reject(&answer, &question, CBJ_ERROR_INTERNAL, "the answer cannot be read from the cache");
    }
    if (got.has_runs) {
        jc_judge_runs(&cloudbackup.policy, kind, &got.runs, jc_wall_ms(), &judgement->judged);
        if (answer.has_failed)
            jc_add_stale(&judgement->judged, &cloudbackup.policy, &got.runs,
                         jc_text_get(&answer.failure.judged.summary));
        jc_text_runs_json(&judgement->json, &cloudbackup.policy, &judgement->judged, kind, &got.runs, NULL);
    } else {
        got.judgement = cloudbackup_answer_failure(&answer);
    }
    cloudbackup_answer_free(&answer);
    jc_text_free(&key);
    jc_text_free(&name);
    return got;
}

void cloudbackup_last_runs_free(cloudbackup_last_runs *got)
{
    if (got->has_runs)
        jc_runs_free(&got->runs);
    cloudbackup_judgement_free(&got->judgement);
}
