/*
 * process_posix.c - streams, files and signals of POSIX
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "process.h"

#ifndef _WIN32

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

const char process_help_ignore_error[] =
    "      --ignore-error=REGEX ignore errors whose text matches this extended\n"
    "                           regular expression; may be repeated. A run that is\n";

const char process_help_config[] =
    "The file of --config is one JSON object. Only its owner may read it (chmod 600).\n";

int process_begin(int *argc, char ***argv)
{
    int stream;

    (void)argc;
    (void)argv;
    for (stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        /* open takes the lowest number that is free. In the other direction reading and writing fail. */
        if (fcntl(stream, F_GETFD) == -1 && errno == EBADF)
            (void)open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
    (void)signal(SIGPIPE, SIG_IGN);
    return 1;
}

unsigned long process_id(void)
{
    return (unsigned long)getpid();
}

static int write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);

        if (written < 0 && errno != EINTR)
            return 0;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return 1;
}

int process_write(process_stream stream, const char *bytes, size_t length)
{
    return write_all(stream == PROCESS_OUTPUT ? STDOUT_FILENO : STDERR_FILENO, bytes, length);
}

int process_replace(const char *path, const char *temporary_path, const char *bytes, size_t length)
{
    int descriptor;
    int failure;

    /* A run that was killed may have left a file with this name. O_EXCL does not follow a link. */
    (void)unlink(temporary_path);
    descriptor = open(temporary_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return 0;
    if (write_all(descriptor, bytes, length) && close(descriptor) == 0 && rename(temporary_path, path) == 0)
        return 1;
    failure = errno;
    (void)unlink(temporary_path);
    errno = failure;
    return 0;
}

const char *process_problem(void)
{
    return strerror(errno);
}

static void (*call_at_end)(int is_alarm);

static void on_signal(int number)
{
    int failure = errno;

    call_at_end(number == SIGALRM);
    errno = failure;
}

static void block_signals(int how)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGALRM);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(how, &signals, NULL);
}

int process_watch(int64_t after_ms, void (*ending)(int is_alarm))
{
    struct sigaction action;
    struct itimerval timer;

    call_at_end = ending;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigfillset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    memset(&timer, 0, sizeof timer);
    timer.it_value.tv_sec = (time_t)(after_ms / 1000);
    timer.it_value.tv_usec = (suseconds_t)(after_ms % 1000 * 1000);
    setitimer(ITIMER_REAL, &timer, NULL);
    /* The scheduler may have blocked them. */
    block_signals(SIG_UNBLOCK);
    return 1;
}

void process_unwatch(void)
{
    block_signals(SIG_BLOCK);
}

void process_exit(int status)
{
    _exit(status);
}

#endif
