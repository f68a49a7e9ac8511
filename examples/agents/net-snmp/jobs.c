/*
 * jobs.c - the watched jobs, and the thread that asks the service about them
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "jobs.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

/* `lock` guards what both threads use: the answers in `jobs`, and `is_over`. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static int is_over;
static watched_job *jobs;
static size_t job_count;
static cbj_client *asking;
static int64_t pause_ms;
static pthread_t thread;

/* ---- The thread ------------------------------------------------------------------------------------------------ */

static void refresh_job(watched_job *job)
{
    cbj_job *got = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_get_job(asking, job->id, NULL, &got, &error);
    cbj_job *old_job;
    cbj_error *old_error;

    jobs_lock();
    old_job = job->job;
    old_error = job->error;
    job->was_asked = 1;
    job->answered_ms = jc_monotonic_ms();
    job->status = status;
    job->job = got;
    job->error = error;
    jobs_unlock();
    cbj_job_free(old_job);
    cbj_error_free(old_error);
}

static int must_end(void)
{
    int answer;

    jobs_lock();
    answer = is_over;
    jobs_unlock();
    return answer;
}

/* Waits until a time, or until the thread must end. */
static void wait_until(int64_t end_ms)
{
    struct timespec end;

    jc_set_timespec(&end, end_ms);
    jobs_lock();
    while (!is_over && jc_monotonic_ms() < end_ms)
        pthread_cond_timedwait(&changed, &lock, &end);
    jobs_unlock();
}

static void *refresh(void *unused)
{
    (void)unused;
    while (asking != NULL && !must_end()) {
        int64_t begin_ms = jc_monotonic_ms();
        size_t i;

        for (i = 0; i < job_count && !must_end(); i++)
            refresh_job(&jobs[i]);
        wait_until(begin_ms + pause_ms);
    }
    return NULL;
}

/* ---- For the thread that talks to snmpd ------------------------------------------------------------------------ */

int jobs_start(char **ids, size_t count, cbj_client *client, int64_t refresh_ms, const char **problem)
{
    pthread_condattr_t attributes;
    sigset_t all, before;
    int failure;
    size_t i;

    jobs = (watched_job *)calloc(count, sizeof *jobs);
    if (jobs == NULL) {
        *problem = "out of memory";
        return 0;
    }
    for (i = 0; i < count; i++)
        jobs[i].id = ids[i];
    job_count = count;
    asking = client;
    pause_ms = refresh_ms;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
    /* Signals from snmpd go to the thread that talks to it. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    failure = pthread_create(&thread, NULL, refresh, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure == 0)
        return 1;
    free(jobs);
    *problem = "cannot start a thread";
    return 0;
}

void jobs_stop(void)
{
    size_t i;

    jobs_lock();
    is_over = 1;
    pthread_cond_signal(&changed);
    jobs_unlock();
    cbj_client_cancel(asking);
    pthread_join(thread, NULL);
    for (i = 0; i < job_count; i++) {
        cbj_job_free(jobs[i].job);
        cbj_error_free(jobs[i].error);
    }
    free(jobs);
}

void jobs_lock(void)
{
    pthread_mutex_lock(&lock);
}

void jobs_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

size_t jobs_count(void)
{
    return job_count;
}

const watched_job *jobs_at(size_t index)
{
    return &jobs[index];
}
