/*
 * service.c - whether the service answers
 */
#include "service.h"

#include "questions.h"
#include "settings.h"

static void add_json(jc_text *json, int verdict, cbj_status status, const char *summary)
{
    jc_text_add(json, "{\"verdict\":%d,\"verdict_text\":\"%s\",\"status\":\"%s\",\"summary\":", verdict,
                jc_verdict_name(verdict), cbj_status_name(status));
    jc_text_json(json, summary);
    jc_text_add(json, "}");
}

static cbj_status ask(cbj_client *client, const void *about, jc_text *answer, cbj_error **error)
{
    cbj_status status = jc_ping(client, jc_wall_ms(), error);

    (void)about;
    if (status == CBJ_OK)
        add_json(answer, JC_OK, CBJ_OK, "API answers");
    return status;
}

static void failure_json(jc_text *json, const void *about, const jc_result *judged, const cbj_error *error)
{
    (void)about;
    (void)error;
    add_json(json, judged->verdict, judged->status, jc_text_get(&judged->summary));
}

void cloudbackup_ask_service(jc_text *json)
{
    cloudbackup_question question = {"service", "whether the API answers", JC_ASKED_SERVICE, 0, NULL, ask, failure_json};
    cloudbackup_answer answer = cloudbackup_ask(&question);

    jc_text_add(json, "%s", jc_text_get(answer.has_answer ? &answer.answer : &answer.failure.json));
    cloudbackup_answer_free(&answer);
}
