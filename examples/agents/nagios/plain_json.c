/*
 * plain_json.c - a result without numbers as JSON
 */
#include "plain_json.h"

void plain_json_add(jc_text *text, const jc_result *result)
{
    jc_text_add(text, "{\"verdict\":%d,\"verdict_text\":", result->verdict);
    jc_text_json(text, jc_verdict_name(result->verdict));
    jc_text_add(text, ",\"status\":");
    jc_text_json(text, cbj_status_name(result->status));
    jc_text_add(text, ",\"summary\":");
    jc_text_json(text, jc_text_get(&result->summary));
    jc_text_add(text, "}\n");
}
