/*
 * questions.c - a question to the service, whose answer all processes of the agent share
 */
#include "questions.h"

#include <string.h>

#include "cache.h"
#include "settings.h"
#include "worker.h"

/* A failure is not remembered for longer than this. It is long enough for the other items of the same question. */
#define FAILURE_CACHE_MS 5000

void cloudbackup_judgement_free(cloudbackup_judgement *judgement)
{
    jc_result_free(&judgement->judged);
    jc_text_free(&judgement->message);
    jc_text_free(&judgement->json);
}

void cloudbackup_answer_free(cloudbackup_answer *answer)
{
    jc_text_free(&answer->answer);
    cloudbackup_judgement_free(&answer->failure);
}

cloudbackup_judgement cloudbackup_answer_failure(cloudbackup_answer *answer)
{
    cloudbackup_judgement taken = answer->failure;

    memset(&answer->failure, 0, sizeof answer->failure);
    answer->has_failed = 0;
    return taken;
}

/* ---- Failures -------------------------------------------------------------------------------------------------- */

/* `message` may be NULL, and `error`, too. */
static void fail(cloudbackup_answer *into, const cloudbackup_question *question, cbj_status status, const cbj_error *error,
                 const char *message)
{
    cloudbackup_judgement *failure = &into->failure;

    into->has_failed = 1;
    jc_judge_failure(&cloudbackup.policy, question->asked, status, error, message, &failure->judged);
    if (message == NULL)
        message = cbj_error_message(error);
    jc_text_add(&failure->message, "%s", message != NULL ? message : cbj_status_name(status));
    if (cbj_error_request_id(error) != NULL)
        jc_text_add(&failure->message, " (request id %s)", cbj_error_request_id(error));
    question->failure_json(&failure->json, question->about, &failure->judged, error);
}

void cloudbackup_answer_reject(cloudbackup_answer *answer, const cloudbackup_question *question, cbj_status status,
                               const char *message)
{
    answer->has_answer = 0;
    cloudbackup_judgement_free(&answer->failure);
    fail(answer, question, status, NULL, message);
}

#define FAILURE_TEXTS 5

static void list_texts(cloudbackup_judgement *failure, jc_text *texts[FAILURE_TEXTS])
{
    texts[0] = &failure->judged.summary;
    texts[1] = &failure->judged.line;
    texts[2] = &failure->judged.details;
    texts[3] = &failure->message;
    texts[4] = &failure->json;
}

/* The failure as bytes: its status, and its texts with their NULs. */
static void save_failure(jc_text *bytes, cloudbackup_judgement *failure)
{
    jc_text *texts[FAILURE_TEXTS];
    size_t i;

    list_texts(failure, texts);
    jc_text_bytes(bytes, (const char *)&failure->judged.status, sizeof failure->judged.status);
    for (i = 0; i < FAILURE_TEXTS; i++) {
        bytes->is_cut |= texts[i]->is_cut;
        jc_text_bytes(bytes, jc_text_get(texts[i]), texts[i]->length + 1);
    }
}

/* The policy gives the same verdict as before: it does not change while the agent runs. */
static void load_failure(cloudbackup_answer *into, const cloudbackup_question *question, const char *bytes)
{
    jc_text *texts[FAILURE_TEXTS];
    cbj_status status;
    size_t i;

    memcpy(&status, bytes, sizeof status);
    bytes += sizeof status;
    into->has_failed = 1;
    jc_judge_failure(&cloudbackup.policy, question->asked, status, NULL, NULL, &into->failure.judged);
    list_texts(&into->failure, texts);
    for (i = 0; i < FAILURE_TEXTS; i++) {
        jc_text_free(texts[i]);
        jc_text_add(texts[i], "%s", bytes);
        bytes += strlen(bytes) + 1;
    }
}

/* ---- Asking ---------------------------------------------------------------------------------------------------- */

/* Says that no time is left to ask. `words` are about the other processes of the agent, which had all of it. */
static void fail_late(cloudbackup_answer *into, const cloudbackup_question *question, const char *words)
{
    jc_text message = JC_TEXT_EMPTY;

    jc_text_add(&message, "another process of the agent %s %s", words, question->words);
    fail(into, question, CBJ_ERROR_TIMEOUT, NULL, jc_text_get(&message));
    jc_text_free(&message);
}

static void ask_service(cloudbackup_answer *into, const cloudbackup_question *question, int64_t left_ms)
{
    cbj_error *error = NULL;
    cbj_client *client;
    cbj_status status = cloudbackup_client(left_ms, &client, &error);

    if (status == CBJ_OK)
        status = question->ask(client, question->about, &into->answer, &error);
    if (status != CBJ_OK)
        fail(into, question, status, error, NULL);
    else if (into->answer.is_cut)
        fail(into, question, CBJ_ERROR_INTERNAL, NULL, "out of memory");
    else
        into->has_answer = 1;
    cbj_error_free(error);
}

static void keep(cloudbackup_slot *slot, cloudbackup_answer *answer)
{
    jc_text bytes = JC_TEXT_EMPTY;

    if (answer->has_answer) {
        cloudbackup_slot_keep_answer(slot, jc_text_get(&answer->answer), answer->answer.length, jc_monotonic_ms());
        return;
    }
    save_failure(&bytes, &answer->failure);
    if (!bytes.is_cut)
        cloudbackup_slot_keep_failure(slot, jc_text_get(&bytes), bytes.length, jc_monotonic_ms());
    jc_text_free(&bytes);
}

static void read_answer(cloudbackup_answer *into, const cloudbackup_slot *slot)
{
    jc_text_free(&into->answer);
    jc_text_bytes(&into->answer, slot->answer, slot->answered.length);
    into->has_answer = !into->answer.is_cut;
}

static int is_newer(const cloudbackup_entry *entry, int64_t good_for_ms, int64_t now_ms)
{
    return entry->at_ms != 0 && now_ms < entry->at_ms + good_for_ms;
}

/* The caller holds the slot's lock. */
static void answer_from_slot(cloudbackup_answer *into, const cloudbackup_question *question, cloudbackup_slot *slot,
                             int64_t begin_ms)
{
    int64_t now_ms = jc_monotonic_ms();
    int64_t failure_ms = cloudbackup.cache_ms < FAILURE_CACHE_MS ? cloudbackup.cache_ms : FAILURE_CACHE_MS;
    int64_t left_ms = cloudbackup_left_ms(begin_ms);

    if (is_newer(&slot->failed, failure_ms, now_ms)) {
        load_failure(into, question, slot->failure);
    } else if (is_newer(&slot->answered, cloudbackup.cache_ms, now_ms)) {
        read_answer(into, slot);
    } else if (left_ms == 0) {
        fail_late(into, question, "took all the time to ask for");
    } else {
        ask_service(into, question, left_ms);
        keep(slot, into);
        now_ms = jc_monotonic_ms();
    }
    if (into->has_failed && jc_is_unavailable(into->failure.judged.status) &&
        is_newer(&slot->answered, question->stale_ms, now_ms))
        read_answer(into, slot);
}

cloudbackup_answer cloudbackup_ask(const cloudbackup_question *question)
{
    int64_t begin_ms = jc_monotonic_ms();
    cloudbackup_slot *slot = cloudbackup_slot_of(question->key, begin_ms);
    cloudbackup_answer got;
    int64_t left_ms;

    memset(&got, 0, sizeof got);
    if (slot == NULL) {
        ask_service(&got, question, cloudbackup_item_ms());
        return got;
    }
    switch (cloudbackup_slot_take(slot, question->key, cloudbackup_item_ms())) {
    case CLOUDBACKUP_SLOT_TAKEN:
        answer_from_slot(&got, question, slot, begin_ms);
        cloudbackup_slot_release(slot);
        break;
    case CLOUDBACKUP_SLOT_REUSED:
        left_ms = cloudbackup_left_ms(begin_ms);
        if (left_ms > 0)
            ask_service(&got, question, left_ms);
        else
            fail_late(&got, question, "took all the time to ask for something else than");
        break;
    case CLOUDBACKUP_SLOT_BUSY:
        fail_late(&got, question, "is still asking for");
        break;
    }
    return got;
}
