/*
 * Lists the runs of a kind, judges them with the files of examples/agents/shared, and prints the result as JSON.
 *
 *     judges_kinds KIND [Key=Value ...]
 *
 * The keys are those of jc_settings, and three more: Now=SECONDS judges so much later; Saved=1 saves the runs and loads them
 * again before it judges; Status=NUMBER lets the next list fail with a cbj_status.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job_check.h"

typedef struct {
    jc_policy policy;
    int64_t later_ms;
    int is_saved;
    cbj_status then; /* of a list that is asked for later */
} options;

static int fail(options *chosen, jc_text *message)
{
    fprintf(stderr, "%s\n", jc_text_get(message));
    jc_text_free(message);
    jc_policy_free(&chosen->policy);
    return 2;
}

static int set(options *chosen, const char *argument, jc_text *problem)
{
    const char *equals = strchr(argument, '=');
    const jc_setting *setting;
    jc_text key = JC_TEXT_EMPTY;
    int is_right = 1;

    if (equals == NULL)
        return 0;
    jc_text_bytes(&key, argument, (size_t)(equals - argument));
    setting = jc_setting_of(jc_text_get(&key), strcmp);
    if (setting != NULL)
        is_right = setting->set(&chosen->policy, equals + 1, problem);
    else if (strcmp(jc_text_get(&key), "Now") == 0)
        chosen->later_ms = (int64_t)atol(equals + 1) * 1000;
    else if (strcmp(jc_text_get(&key), "Status") == 0)
        chosen->then = (cbj_status)atol(equals + 1);
    else if (strcmp(jc_text_get(&key), "Saved") == 0)
        chosen->is_saved = 1;
    else
        is_right = 0;
    jc_text_free(&key);
    return is_right;
}

/* The same runs, out of bytes. Every shorter text must be refused. */
static int save_and_load(jc_runs *runs)
{
    jc_text saved = JC_TEXT_EMPTY;
    size_t length;
    int is_right;

    jc_runs_save(&saved, runs);
    jc_runs_free(runs);
    for (length = 0; length < saved.length; length++) {
        if (jc_runs_load(jc_text_get(&saved), length, runs))
            return 0;
    }
    is_right = jc_runs_load(jc_text_get(&saved), saved.length, runs);
    jc_text_free(&saved);
    return is_right;
}

int main(int argc, char **argv)
{
    options chosen;
    jc_kind kind;
    jc_text text = JC_TEXT_EMPTY;
    jc_runs runs;
    jc_result result;
    cbj_client *client = NULL;
    cbj_error *error = NULL;
    cbj_status status;
    int64_t now_ms = jc_wall_ms();
    int i;

    memset(&chosen, 0, sizeof chosen);
    jc_policy_init(&chosen.policy);
    if (argc < 2 || !jc_kind_parse(argv[1], NULL, NULL, &kind, &text))
        return fail(&chosen, &text);
    for (i = 2; i < argc; i++) {
        if (!set(&chosen, argv[i], &text))
            return fail(&chosen, &text);
    }
    if (!jc_policy_check(&chosen.policy, &text))
        return fail(&chosen, &text);
    status = jc_make_client(NULL, 20000, NULL, 0, &client, &error);
    if (status == CBJ_OK)
        status = jc_list_runs(client, &chosen.policy, &kind, now_ms, &runs, &error);
    if (status == CBJ_OK && chosen.is_saved && !save_and_load(&runs))
        return 3;
    now_ms += chosen.later_ms;
    if (status == CBJ_OK && chosen.then != CBJ_OK && !jc_stands_in(&chosen.policy, chosen.then, &runs, now_ms)) {
        status = chosen.then;
        jc_runs_free(&runs);
    }
    if (status == CBJ_OK)
        jc_judge_runs(&chosen.policy, &kind, &runs, now_ms, &result);
    else
        jc_judge_failure(&chosen.policy, JC_ASKED_KIND, status, error, NULL, &result);
    if (status == CBJ_OK && chosen.then != CBJ_OK)
        jc_add_stale(&result, &chosen.policy, &runs, cbj_status_name(chosen.then));
    jc_text_runs_json(&text, &chosen.policy, &result, &kind, status == CBJ_OK ? &runs : NULL, error);
    puts(jc_text_get(&text));
    if (status == CBJ_OK)
        jc_runs_free(&runs);
    jc_result_free(&result);
    jc_text_free(&text);
    jc_policy_free(&chosen.policy);
    cbj_error_free(error);
    cbj_client_free(client);
    return 0;
}
