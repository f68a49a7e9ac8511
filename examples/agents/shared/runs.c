/*
 * runs.c - the last runs of a kind, from a list of jobs
 */
#include <string.h>

#include "internal.h"

/* A page with so many jobs is usually the whole list. */
#define PAGE_SIZE 100
/* Enough to find one: some jobs of a page may be a day too old. */
#define FEW 10

/* A time that the job has and that can be used; otherwise CBJ_NO_TIME. */
static int64_t usable(int64_t unix_ms, int64_t now_ms)
{
    return jc_time_problem(unix_ms, NULL, now_ms) == NULL ? unix_ms : CBJ_NO_TIME;
}

/* When a run ended, as far as it can be said. */
static int64_t end_of(const cbj_job *job, int64_t now_ms)
{
    int64_t finish = usable(cbj_job_finish_time_ms(job), now_ms);

    return finish != CBJ_NO_TIME ? finish : usable(cbj_job_start_time_ms(job), now_ms);
}

static int ended_later(const cbj_job *one, const cbj_job *other, int64_t now_ms)
{
    int64_t end = end_of(one, now_ms);
    int64_t other_end = end_of(other, now_ms);

    if (end != other_end)
        return end > other_end;
    return usable(cbj_job_start_time_ms(one), now_ms) > usable(cbj_job_start_time_ms(other), now_ms);
}

static int started_later(const cbj_job *one, const cbj_job *other, int64_t now_ms)
{
    return usable(cbj_job_start_time_ms(one), now_ms) > usable(cbj_job_start_time_ms(other), now_ms);
}

/* ---- The jobs that are kept ------------------------------------------------------------------------------------ */

/* Frees a job unless it is kept in another place. */
static void let_go(jc_runs *runs, cbj_job *job)
{
    if (job != runs->ended && job != runs->succeeded && job != runs->running && job != runs->strange)
        cbj_job_free(job);
}

static void keep(jc_runs *runs, cbj_job **place, cbj_job *job)
{
    cbj_job *before = *place;

    *place = job;
    if (before != NULL)
        let_go(runs, before);
}

static int is_in_future(int64_t unix_ms, int64_t now_ms)
{
    return unix_ms != CBJ_NO_TIME && unix_ms > now_ms + JC_CLOCK_SKEW_MS;
}

/* A run whose errors the operator ignores counts as a success: otherwise a kind with such errors each night has none. */
static int is_success(const jc_policy *policy, const cbj_job *job)
{
    jc_error_sums errors;

    if (policy->is_success[jc_state_row(cbj_job_state(job))])
        return 1;
    errors = jc_sum_errors(policy, job);
    return jc_has_only_ignored_errors(&errors, job);
}

/* Takes a job of the list, and frees it unless it is one of those that are kept. */
static void take(jc_runs *runs, const jc_policy *policy, int64_t now_ms, cbj_job *job)
{
    cbj_state state = cbj_job_state(job);
    size_t row = jc_state_row(state);
    int succeeded = is_success(policy, job);
    int64_t end = end_of(job, now_ms);
    int64_t window_begin = now_ms - policy->window_ms;

    runs->count++;
    /* The clock by which the service wrote its first answer. The last one may come minutes after `now_ms`. */
    if (runs->count == 1 && cbj_job_response_time_ms(job) != CBJ_NO_TIME)
        runs->skew_ms = now_ms - cbj_job_response_time_ms(job);
    if (is_in_future(cbj_job_start_time_ms(job), now_ms) || is_in_future(cbj_job_finish_time_ms(job), now_ms))
        runs->future++;
    else if (end == CBJ_NO_TIME && !succeeded)
        runs->undated++;
    if (state == CBJ_STATE_IN_PROGRESS) {
        runs->window_runs[row]++;
        if (runs->running == NULL || started_later(job, runs->running, now_ms))
            keep(runs, &runs->running, job);
    } else if (!cbj_state_is_terminal(state)) {
        runs->window_runs[row] += end >= window_begin;
        if (runs->strange == NULL || started_later(job, runs->strange, now_ms))
            keep(runs, &runs->strange, job);
    } else {
        /* CBJ_NO_TIME is less than every time. */
        runs->window_runs[row] += end >= window_begin;
        if (runs->ended == NULL || ended_later(job, runs->ended, now_ms))
            keep(runs, &runs->ended, job);
        if (succeeded && (runs->succeeded == NULL || ended_later(job, runs->succeeded, now_ms)))
            keep(runs, &runs->succeeded, job);
    }
    let_go(runs, job);
}

/* What began before the last run that ended is over, whatever its state says: the service begins no run while one runs. */
static void forget_what_is_over(jc_runs *runs, int64_t now_ms)
{
    if (runs->ended == NULL)
        return;
    if (runs->running != NULL && started_later(runs->ended, runs->running, now_ms))
        keep(runs, &runs->running, NULL);
    if (runs->strange != NULL && started_later(runs->ended, runs->strange, now_ms))
        keep(runs, &runs->strange, NULL);
}

void jc_runs_free(jc_runs *runs)
{
    keep(runs, &runs->ended, NULL);
    keep(runs, &runs->succeeded, NULL);
    keep(runs, &runs->running, NULL);
    keep(runs, &runs->strange, NULL);
}

/* ---- The list -------------------------------------------------------------------------------------------------- */

/* `kind` may be NULL: jobs of any kind. NULL if the query cannot be made: half of one would ask for other jobs. */
static cbj_query *query_of(const jc_kind *kind, int64_t since_ms, uint32_t page_size)
{
    cbj_query *query = cbj_query_new();
    int is_right = cbj_query_set_since_ms(query, since_ms) == CBJ_OK &&
                   cbj_query_set_page_size(query, page_size) == CBJ_OK &&
                   (kind == NULL || (cbj_query_set_object_type(query, kind->object_type) == CBJ_OK &&
                                     cbj_query_set_job_type(query, kind->job_type) == CBJ_OK &&
                                     cbj_query_set_location(query, kind->location[0] != '\0' ? kind->location : NULL) ==
                                         CBJ_OK));

    if (is_right)
        return query;
    cbj_query_free(query);
    return NULL;
}

/* Begins a list. The iterator is NULL after a failure. */
static cbj_status begin_list(cbj_client *client, const jc_kind *kind, int64_t since_ms, uint32_t page_size,
                             cbj_job_iter **iter, cbj_error **error)
{
    cbj_query *query = query_of(kind, since_ms, page_size);
    cbj_status status = CBJ_ERROR_INVALID_ARGUMENT;

    *iter = NULL;
    if (query != NULL)
        status = cbj_client_list_jobs(client, query, iter, error);
    cbj_query_free(query);
    return status;
}

cbj_status jc_list_runs(cbj_client *client, const jc_policy *policy, const jc_kind *kind, int64_t now_ms, jc_runs *runs,
                        cbj_error **error)
{
    cbj_job_iter *iter;
    cbj_job *job = NULL;
    cbj_status status;

    memset(runs, 0, sizeof *runs);
    runs->listed_ms = now_ms;
    runs->lookback_ms = policy->lookback_ms;
    runs->window_ms = policy->window_ms;
    status = begin_list(client, kind, now_ms - policy->lookback_ms, PAGE_SIZE, &iter, error);
    while (status == CBJ_OK) {
        status = cbj_job_iter_next(iter, &job, error);
        if (job == NULL)
            break;
        take(runs, policy, now_ms, job);
    }
    if (status == CBJ_OK)
        runs->missing = cbj_job_iter_missing_count(iter);
    else
        jc_runs_free(runs);
    forget_what_is_over(runs, now_ms);
    cbj_job_iter_free(iter);
    return status;
}

cbj_status jc_has_runs(cbj_client *client, const jc_kind *kind, int64_t lookback_ms, int64_t now_ms, int *has_runs,
                       cbj_error **error)
{
    cbj_job_iter *iter;
    cbj_job *job = NULL;
    cbj_status status = begin_list(client, kind, now_ms - lookback_ms, FEW, &iter, error);

    if (status == CBJ_OK)
        status = cbj_job_iter_next(iter, &job, error);
    *has_runs = job != NULL;
    cbj_job_free(job);
    cbj_job_iter_free(iter);
    return status;
}

cbj_status jc_ping(cbj_client *client, int64_t now_ms, cbj_error **error)
{
    cbj_job_iter *iter;
    cbj_status status = begin_list(client, NULL, now_ms, 1, &iter, error);

    cbj_job_iter_free(iter);
    return status;
}
