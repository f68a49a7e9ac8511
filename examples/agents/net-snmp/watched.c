/*
 * watched.c - the watched kinds and jobs, and the thread that asks the service about them
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "watched.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* `lock` guards what both threads use: the answers in `kinds` and `jobs`, and `is_over`. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static int is_over;
static watched_kind *kinds;
static watched_job *jobs;
static const options *given;
static cbj_client *asking;
static const cbj_error *no_client_because;
static pthread_t thread;

/* ---- The thread ------------------------------------------------------------------------------------------------ */

/* The caller holds the lock, and frees the error that is returned. */
static cbj_error *note(last_request *last, cbj_status status, cbj_error *error)
{
    cbj_error *old = last->error;

    last->ended_ms = jc_monotonic_ms();
    last->status = status;
    last->error = error;
    return old;
}

static void refresh_kind(watched_kind *kind)
{
    cbj_error *error = NULL;
    jc_runs runs;
    cbj_status status = jc_list_runs(asking, &given->policy, &kind->kind, jc_wall_ms(), &runs, &error);
    jc_runs old_runs;
    cbj_error *old_error;
    int must_free;

    watched_lock();
    must_free = status == CBJ_OK && kind->has_runs;
    old_runs = kind->runs;
    old_error = note(&kind->last, status, error);
    if (status == CBJ_OK) {
        kind->runs = runs;
        kind->has_runs = 1;
        kind->runs_ms = kind->last.ended_ms;
    }
    watched_unlock();
    if (must_free)
        jc_runs_free(&old_runs);
    cbj_error_free(old_error);
}

static void refresh_job(watched_job *job)
{
    const char *location = given->location;
    cbj_job *got = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_get_job(asking, job->id, location, &got, &error);
    cbj_job *old_job;
    cbj_error *old_error;

    watched_lock();
    old_job = job->job;
    old_error = note(&job->last, status, error);
    job->job = got;
    watched_unlock();
    cbj_job_free(old_job);
    cbj_error_free(old_error);
}

static int must_end(void)
{
    int answer;

    watched_lock();
    answer = is_over;
    watched_unlock();
    return answer;
}

/* Waits until a time, or until the thread must end. */
static void wait_until(int64_t end_ms)
{
    struct timespec end;

    jc_set_timespec(&end, end_ms);
    watched_lock();
    while (!is_over && jc_monotonic_ms() < end_ms)
        pthread_cond_timedwait(&changed, &lock, &end);
    watched_unlock();
}

static void *refresh(void *unused)
{
    (void)unused;
    while (asking != NULL && !must_end()) {
        int64_t begin_ms = jc_monotonic_ms();
        size_t i;

        for (i = 0; i < given->kind_count && !must_end(); i++)
            refresh_kind(&kinds[i]);
        for (i = 0; i < given->job_count && !must_end(); i++)
            refresh_job(&jobs[i]);
        wait_until(begin_ms + given->refresh_ms);
    }
    return NULL;
}

/* ---- For the thread that talks to snmpd ------------------------------------------------------------------------ */

static int compare_kinds(const void *one, const void *other)
{
    const jc_kind *left = &((const watched_kind *)one)->kind;
    const jc_kind *right = &((const watched_kind *)other)->kind;
    size_t left_length = strlen(left->location);
    size_t right_length = strlen(right->location);

    if (left->object_type != right->object_type)
        return left->object_type < right->object_type ? -1 : 1;
    if (left->job_type != right->job_type)
        return left->job_type < right->job_type ? -1 : 1;
    if (left_length != right_length)
        return left_length < right_length ? -1 : 1;
    return strcmp(left->location, right->location);
}

static int make_rows(const options *read, const cbj_error *config_error)
{
    last_request none;
    size_t i;

    none.ended_ms = -1;
    none.status = config_error != NULL ? cbj_error_status(config_error) : -1;
    none.error = NULL;
    /* One more, because calloc may return NULL for none. */
    kinds = (watched_kind *)calloc(read->kind_count + 1, sizeof *kinds);
    jobs = (watched_job *)calloc(read->job_count + 1, sizeof *jobs);
    if (kinds == NULL || jobs == NULL)
        return 0;
    for (i = 0; i < read->kind_count; i++) {
        kinds[i].kind = read->kinds[i];
        kinds[i].last = none;
    }
    qsort(kinds, read->kind_count, sizeof *kinds, compare_kinds);
    for (i = 0; i < read->job_count; i++) {
        jobs[i].id = read->job_ids[i];
        jobs[i].last = none;
    }
    return 1;
}

static int start_thread(void)
{
    pthread_condattr_t attributes;
    sigset_t all, before;
    int failure;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
    /* Signals from snmpd go to the thread that talks to it. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    failure = pthread_create(&thread, NULL, refresh, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure == 0;
}

int watched_start(const options *read, cbj_client *client, const cbj_error *config_error, const char **problem)
{
    given = read;
    asking = client;
    no_client_because = config_error;
    *problem = NULL;
    if (!make_rows(read, config_error))
        *problem = "out of memory";
    else if (!start_thread())
        *problem = "cannot start a thread";
    if (*problem == NULL)
        return 1;
    free(kinds);
    free(jobs);
    return 0;
}

void watched_stop(void)
{
    size_t i;

    watched_lock();
    is_over = 1;
    pthread_cond_signal(&changed);
    watched_unlock();
    cbj_client_cancel(asking);
    pthread_join(thread, NULL);
    for (i = 0; i < given->kind_count; i++) {
        if (kinds[i].has_runs)
            jc_runs_free(&kinds[i].runs);
        cbj_error_free(kinds[i].last.error);
    }
    for (i = 0; i < given->job_count; i++) {
        cbj_job_free(jobs[i].job);
        cbj_error_free(jobs[i].last.error);
    }
    free(kinds);
    free(jobs);
}

void watched_lock(void)
{
    pthread_mutex_lock(&lock);
}

void watched_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

size_t watched_kind_count(void)
{
    return given->kind_count;
}

const watched_kind *watched_kind_at(size_t index)
{
    return &kinds[index];
}

size_t watched_job_count(void)
{
    return given->job_count;
}

const watched_job *watched_job_at(size_t index)
{
    return &jobs[index];
}

const cbj_error *watched_config_error(void)
{
    return no_client_because;
}

const jc_policy *watched_policy(void)
{
    return &given->policy;
}
