/*
 * kind_list.c - the output of --list-kinds
 */
#include "kind_list.h"

#include "plain_json.h"

size_t kind_list_failure(const report *found)
{
    size_t i;

    for (i = 0; i < found->count; i++) {
        if (found->answers[i].result.status != CBJ_OK)
            break;
    }
    return i;
}

static void add_failure(jc_text *text, const report *found, size_t i)
{
    const jc_result *result = &found->answers[i].result;

    jc_text_add(text, "BACKUP %s - %s\n%s", jc_verdict_name(result->verdict), jc_text_get(&result->summary),
                jc_text_get(&result->details));
}

void kind_list_write_text(jc_text *text, const report *found)
{
    jc_text option = JC_TEXT_EMPTY;
    size_t i = kind_list_failure(found);

    if (i < found->count) {
        add_failure(text, found, i);
        return;
    }
    for (i = 0; i < found->count; i++) {
        if (!found->has_runs[i])
            continue;
        jc_text_kind(text, &found->kinds[i]);
        jc_text_add(text, "\n");
        jc_text_add(&option, "%s", option.length > 0 ? "," : "");
        jc_text_kind(&option, &found->kinds[i]);
    }
    if (option.length > 0)
        jc_text_add(text, "\n--latest --object-type=%s\n", jc_text_get(&option));
    else
        jc_text_add(text, "no kind has run in the last 30 days\n");
    jc_text_add(text, "%s", jc_text_get(&found->remarks));
    jc_text_free(&option);
}

void kind_list_write_json(jc_text *text, const report *found)
{
    const char *separator = "";
    size_t i = kind_list_failure(found);

    if (i < found->count) {
        plain_json_add(text, &found->answers[i].result);
        return;
    }
    jc_text_add(text, "[");
    for (i = 0; i < found->count; i++) {
        if (!found->has_runs[i])
            continue;
        jc_text_add(text, "%s", separator);
        jc_text_kind_json(text, &found->kinds[i]);
        separator = ",";
    }
    jc_text_add(text, "]\n");
}
