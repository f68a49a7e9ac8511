/*
 * system_posix.c - terminals, signals, times and threads of POSIX
 */
#define _POSIX_C_SOURCE 200809L

#include "system.h"

#ifndef _WIN32

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int begin_program(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 1;
}

/* ---- Terminals ---- */

int is_terminal(FILE *stream)
{
    return isatty(fileno(stream));
}

int has_colours(void)
{
    const char *terminal = getenv("TERM");

    return is_terminal(stdout) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

void show_lines(void)
{
    /* stdio does so at the end of each line. */
}

/* ---- Signals ---- */

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};
#define ENDING_SIGNALS (sizeof ending_signals / sizeof ending_signals[0])

static void (*call_at_signal)(void);
static volatile sig_atomic_t caught_signal;

static void handle(int number)
{
    caught_signal = number;
    call_at_signal();
}

void catch_signals(void (*cancel)(void))
{
    struct sigaction action;
    struct sigaction old;
    size_t i;

    call_at_signal = cancel;
    action.sa_handler = handle;
    action.sa_flags = 0;
    sigemptyset(&action.sa_mask);
    for (i = 0; i < ENDING_SIGNALS; i++) {
        /* What was ignored stays ignored: nohup does so, and a shell for what runs in the background. */
        if (sigaction(ending_signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(ending_signals[i], &action, NULL);
    }
}

void leave_signals(void)
{
    size_t i;

    for (i = 0; i < ENDING_SIGNALS; i++) {
        struct sigaction old;

        if (sigaction(ending_signals[i], NULL, &old) == 0 && old.sa_handler == handle)
            signal(ending_signals[i], SIG_DFL);
    }
}

void end_by_signal(void)
{
    if (caught_signal != 0)
        raise(caught_signal);
}

/* ---- Times ---- */

int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int write_local_time(int64_t unix_seconds, char *buffer, size_t size)
{
    time_t seconds = (time_t)unix_seconds;
    struct tm local;

    /* Where time_t has 32 bits, the C library knows no time after January 2038. */
    return (int64_t)seconds == unix_seconds && localtime_r(&seconds, &local) != NULL &&
           strftime(buffer, size, "%Y-%m-%d %H:%M %z", &local) != 0;
}

int seconds_of_local(const struct tm *local, int64_t *unix_seconds)
{
    struct tm changed = *local;

    changed.tm_isdst = -1;
    /* mktime sets the day of the week, unless it fails. Its result for a failure, -1, is also a time. */
    changed.tm_wday = -1;
    *unix_seconds = (int64_t)mktime(&changed);
    return changed.tm_wday >= 0;
}

/* ---- Threads ---- */

struct thread {
    void (*run)(struct thread *self, void *argument);
    void *argument;
    pthread_t id;
    pthread_mutex_t mutex;
    pthread_cond_t to_end;
    int is_to_end;
};

static void *begin_thread(void *thread)
{
    struct thread *self = thread;

    self->run(self, self->argument);
    return NULL;
}

static void free_thread(struct thread *thread)
{
    pthread_cond_destroy(&thread->to_end);
    pthread_mutex_destroy(&thread->mutex);
    free(thread);
}

struct thread *start_thread(void (*run)(struct thread *self, void *argument), void *argument)
{
    struct thread *thread = malloc(sizeof *thread);
    sigset_t all;
    sigset_t before;
    int failed;

    if (thread == NULL)
        return NULL;
    thread->run = run;
    thread->argument = argument;
    thread->is_to_end = 0;
    pthread_mutex_init(&thread->mutex, NULL);
    pthread_cond_init(&thread->to_end, NULL);
    /* A thread begins with the mask of the one that starts it. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&thread->id, NULL, begin_thread, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        return thread;
    free_thread(thread);
    return NULL;
}

int sleep_a_second(struct thread *self)
{
    struct timespec until;
    int is_to_end;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&self->mutex);
    while (!self->is_to_end && pthread_cond_timedwait(&self->to_end, &self->mutex, &until) == 0)
        continue;
    is_to_end = self->is_to_end;
    pthread_mutex_unlock(&self->mutex);
    return is_to_end;
}

void tell_to_end(struct thread *thread)
{
    pthread_mutex_lock(&thread->mutex);
    thread->is_to_end = 1;
    pthread_cond_signal(&thread->to_end);
    pthread_mutex_unlock(&thread->mutex);
}

void join_thread(struct thread *thread)
{
    pthread_join(thread->id, NULL);
    free_thread(thread);
}

#endif
