/*
 * discovery.c - the kinds of jobs that there are
 *
 * Which types of objects have backups takes a request for each type, which may be more than the agent's timeout allows.
 * So the findings are kept, and the next discovery asks only for the rest. A list of the types that were asked so far is
 * never an answer: the server would take the others for lost. A type that the service refuses to list is left out, as the
 * plugin's --list-kinds does: otherwise one such type would hide all kinds for ever.
 */
#include "discovery.h"

#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "settings.h"
#include "worker.h"

#define LOOKBACK_MS (INT64_C(30) * 86400 * 1000)
/* How long the findings are used once all types are known, and how long they wait for that. */
#define COMPLETE_MS INT64_C(3600000)
#define INCOMPLETE_MS INT64_C(86400000)

#define CACHE_KEY "kinds"
/* More than there are types of objects. */
#define TYPES 64

/* What is known about each type: '?', '0' (no backup), '1' or 'r' (refused). The first one is of type 1. */
typedef struct {
    char marks[TYPES];
    size_t count;
} findings;

/* ---- JSON ------------------------------------------------------------------------------------------------------ */

static void add_kind(jc_text *json, const jc_kind *kind)
{
    jc_text_add(json, "%s", json->length > 1 ? "," : "");
    jc_text_kind_json(json, kind);
}

static jc_kind kind_of_type(size_t index)
{
    jc_kind kind;

    memset(&kind, 0, sizeof kind);
    kind.object_type = (cbj_object_type)index + 1;
    kind.job_type = CBJ_JOB_TYPE_BACKUP;
    return kind;
}

/* ---- Asking ---------------------------------------------------------------------------------------------------- */

static findings nothing_found(void)
{
    findings found;

    memset(&found, '?', sizeof found);
    for (found.count = 0; found.count < TYPES && cbj_object_type_name((cbj_object_type)found.count + 1) != NULL;)
        found.count++;
    return found;
}

static size_t count_marks(const findings *found, char mark)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < found->count; i++)
        count += found->marks[i] == mark;
    return count;
}

static size_t count_unknown(const findings *found)
{
    return count_marks(found, '?');
}

static cbj_status ask_for(const jc_kind *kind, int64_t begin_ms, int *has_runs, cbj_error **error)
{
    int64_t left_ms = cloudbackup_left_ms(begin_ms);
    cbj_client *client;
    cbj_status status;

    if (left_ms == 0)
        return CBJ_ERROR_TIMEOUT;
    status = cloudbackup_client(left_ms, &client, error);
    return status == CBJ_OK ? jc_has_runs(client, kind, LOOKBACK_MS, jc_wall_ms(), has_runs, error) : status;
}

static void add_problem(jc_text *problem, const findings *found, const jc_kind *kind, cbj_status status,
                        const cbj_error *error)
{
    size_t known = found->count - count_unknown(found);

    if (status == CBJ_ERROR_TIMEOUT && known > 0)
        jc_text_add(problem,
                    "the agent's timeout allowed to ask for %lu of %lu types of objects; the next discovery asks for the "
                    "rest. Lines Kind= in cloudbackup.conf need no request.",
                    (unsigned long)known, (unsigned long)found->count);
    else
        jc_text_add(problem, "%s: %s", cbj_object_type_name(kind->object_type),
                    error != NULL ? cbj_error_message(error) : cbj_status_name(status));
}

static int is_refusal(cbj_status status)
{
    return status == CBJ_ERROR_REJECTED || status == CBJ_ERROR_NOT_FOUND;
}

/* A service that refuses all types, as behind a wrong path, may take them once that is mended: nothing is known then. */
static void mark_refused(findings *found, size_t which, cbj_status *status)
{
    if (count_marks(found, 'r') + 1 == found->count) {
        *found = nothing_found();
    } else {
        found->marks[which] = 'r';
        *status = CBJ_OK;
    }
}

/* Asks for the types that are not known yet. Returns 0 and the problem if time ran out or the service failed. */
static int find_rest(findings *found, int64_t begin_ms, jc_text *problem)
{
    cbj_status status = CBJ_OK;
    size_t i;

    for (i = 0; i < found->count && status == CBJ_OK; i++) {
        jc_kind kind = kind_of_type(i);
        cbj_error *error = NULL;
        int has_runs = 0;

        if (found->marks[i] != '?')
            continue;
        status = ask_for(&kind, begin_ms, &has_runs, &error);
        if (status == CBJ_OK)
            found->marks[i] = has_runs ? '1' : '0';
        else if (is_refusal(status))
            mark_refused(found, i, &status);
        if (status != CBJ_OK)
            add_problem(problem, found, &kind, status, error);
        cbj_error_free(error);
    }
    return status == CBJ_OK;
}

/* The caller holds the slot's lock. */
static findings read_slot(const cloudbackup_slot *slot)
{
    findings found = nothing_found();
    int64_t age_ms = jc_monotonic_ms() - slot->answered.at_ms;
    findings kept = found;

    if (slot->answered.at_ms == 0 || slot->answered.length != found.count)
        return found;
    memcpy(kept.marks, slot->answer, found.count);
    return age_ms < (count_unknown(&kept) == 0 ? COMPLETE_MS : INCOMPLETE_MS) ? kept : found;
}

/* Fills in all marks. */
static int find_all(findings *found, jc_text *problem)
{
    int64_t begin_ms = jc_monotonic_ms();
    cloudbackup_slot *slot = cloudbackup_slot_of(CACHE_KEY, begin_ms);
    size_t unknown;
    int is_complete;

    *found = nothing_found();
    if (slot == NULL)
        return find_rest(found, begin_ms, problem);
    if (cloudbackup_slot_take(slot, CACHE_KEY, cloudbackup_item_ms()) != CLOUDBACKUP_SLOT_TAKEN) {
        jc_text_add(problem, "another process of the agent is still asking which kinds there are");
        return 0;
    }
    *found = read_slot(slot);
    unknown = count_unknown(found);
    is_complete = find_rest(found, begin_ms, problem);
    if (count_unknown(found) != unknown)
        cloudbackup_slot_keep_answer(slot, found->marks, found->count, jc_monotonic_ms());
    cloudbackup_slot_release(slot);
    return is_complete;
}

int cloudbackup_discover(jc_text *json, jc_text *problem)
{
    findings found;
    size_t i;

    jc_text_add(json, "[");
    for (i = 0; i < cloudbackup.kind_count; i++)
        add_kind(json, &cloudbackup.kinds[i]);
    if (cloudbackup.kind_count == 0) {
        if (!find_all(&found, problem))
            return 0;
        for (i = 0; i < found.count; i++) {
            jc_kind kind = kind_of_type(i);

            if (found.marks[i] == '1')
                add_kind(json, &kind);
        }
    }
    jc_text_add(json, "]");
    return 1;
}
