/*
 * check_cloudbackup_job - a monitoring plugin that checks one job of Cloud Backup for Microsoft 365
 *
 * For Nagios, Icinga, Naemon, Sensu and NRPE; with --format also for Checkmk, Prometheus, Telegraf and other programs.
 * README.md says how to build and install it. --help lists the options.
 *
 * This file does one check: it configures a client, asks the service, judges the job, prints the result, and ends in time
 * even if the service hangs. The other files:
 *
 *     options.c     the command line
 *     formats.c     chooses the output format
 *     lines.c       the formats nagios and checkmk
 *     series.c      the formats prometheus and influx
 *     ../shared/    the verdict on a job, its text, and the format json: see job_check.h
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "cloudbackupjobs.h"
#include "formats.h"
#include "job_check.h"
#include "options.h"

/*
 * The alarm comes this long after the deadline of the call, so that the library can end the call first: its message says
 * what the call was doing. The alarm ends what has no deadline, such as reading the configuration files.
 */
#define ALARM_DELAY_MS 40

/* ---- Where the output goes ------------------------------------------------------------------------------------- */

/* A signal handler may have to write the output, so everything here is async-signal-safe. */
static struct {
    const char *path;           /* NULL: standard output */
    const char *temporary_path; /* in the same folder */
} destination;

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

/* A reader of the file always finds the whole old or the whole new one. Returns 0 and sets errno if it failed. */
static int emit(const char *bytes, size_t length)
{
    int descriptor;
    int failure;

    if (destination.path == NULL)
        return write_all(STDOUT_FILENO, bytes, length);
    /* A run that was killed may have left a file with this name. O_EXCL does not follow a link. */
    (void)unlink(destination.temporary_path);
    descriptor = open(destination.temporary_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return 0;
    if (write_all(descriptor, bytes, length) && close(descriptor) == 0 &&
        rename(destination.temporary_path, destination.path) == 0)
        return 1;
    failure = errno;
    (void)unlink(destination.temporary_path);
    errno = failure;
    return 0;
}

/* ---- Signals --------------------------------------------------------------------------------------------------- */

/* The output if a signal comes while there is no call to cancel. */
typedef struct {
    jc_text output;
    int exit_status;
} last_words;

static last_words words_on_alarm;
static last_words words_on_end;
static cbj_client *volatile client_to_cancel;
static volatile sig_atomic_t alarmed;
static volatile sig_atomic_t ended;

static void on_signal(int number)
{
    int failure = errno;
    cbj_client *client = client_to_cancel;
    const last_words *words = number == SIGALRM ? &words_on_alarm : &words_on_end;

    if (number == SIGALRM)
        alarmed = 1;
    else
        ended = 1;
    if (client != NULL) {
        cbj_client_cancel(client);
    } else {
        int was_written = emit(words->output.bytes, words->output.length);

        _exit(was_written ? words->exit_status : JC_UNKNOWN);
    }
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

static void watch_signals(int64_t timeout_ms)
{
    struct sigaction action;
    struct itimerval timer;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigfillset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    /* Writing to a closed pipe then fails instead of ending the program. */
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    memset(&timer, 0, sizeof timer);
    timer.it_value.tv_sec = (time_t)((timeout_ms + ALARM_DELAY_MS) / 1000);
    timer.it_value.tv_usec = (suseconds_t)((timeout_ms + ALARM_DELAY_MS) % 1000 * 1000);
    setitimer(ITIMER_REAL, &timer, NULL);
    /* The scheduler may have blocked them. */
    block_signals(SIG_UNBLOCK);
}

/* ---- One check ------------------------------------------------------------------------------------------------- */

static void log_to_stderr(void *user_data, cbj_log_level level, const char *message)
{
    static const char *const names[] = {"", "error", "warning", "info", "debug"};

    (void)user_data;
    fprintf(stderr, "%s: %s\n", level >= CBJ_LOG_ERROR && level <= CBJ_LOG_DEBUG ? names[level] : "log", message);
}

static void judge_signal(const options *read, jc_result *result)
{
    jc_text message = JC_TEXT_EMPTY;

    if (ended) {
        jc_text_add(&message, "ended by a signal before there was an answer");
    } else {
        jc_text_add(&message, "no answer within ");
        jc_text_duration(&message, (double)read->timeout_ms / 1000);
        jc_text_add(&message, " (--timeout)");
    }
    jc_judge_failure(&read->policy, ended ? CBJ_ERROR_CANCELLED : CBJ_ERROR_TIMEOUT, NULL, jc_text_get(&message), result);
    jc_text_free(&message);
}

/* Writes the output for a signal in advance, because a signal handler cannot. */
static void prepare_last_words(const options *read)
{
    last_words *words[2];
    int i;

    words[0] = &words_on_alarm;
    words[1] = &words_on_end;
    for (i = 0; i < 2; i++) {
        jc_result result;

        ended = i;
        judge_signal(read, &result);
        formats_write(&words[i]->output, &read->shape, &read->policy, &result, read->job_id, NULL, NULL);
        words[i]->exit_status = formats_exit_status(&read->shape, &result);
        jc_result_free(&result);
    }
    ended = 0;
}

static int check(const options *read, int64_t deadline_ms)
{
    cbj_client *client = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    jc_text output = JC_TEXT_EMPTY;
    jc_result result;
    int exit_status;
    cbj_status status;

    status = jc_make_client(read->config_file, deadline_ms - jc_monotonic_ms(),
                            read->verbosity >= 2 ? log_to_stderr : NULL,
                            read->verbosity >= 3 ? CBJ_LOG_DEBUG : CBJ_LOG_INFO, &client, &error);
    if (status == CBJ_OK) {
        client_to_cancel = client;
        status = cbj_client_get_job(client, read->job_id, read->location, &job, &error);
        /* From here on nothing waits, so a signal need not end anything, and must not replace the answer. */
        block_signals(SIG_BLOCK);
        client_to_cancel = NULL;
    } else {
        block_signals(SIG_BLOCK);
    }
    if (status == CBJ_OK)
        jc_judge_job(&read->policy, job, read->job_id, jc_wall_ms(), &result);
    else if (status == CBJ_ERROR_CANCELLED && (alarmed || ended))
        judge_signal(read, &result);
    else
        jc_judge_failure(&read->policy, status, error, NULL, &result);
    formats_write(&output, &read->shape, &read->policy, &result, read->job_id, job, error);
    exit_status = formats_exit_status(&read->shape, &result);
    if (!emit(jc_text_get(&output), output.length) || output.is_cut) {
        fprintf(stderr, "check_cloudbackup_job: cannot write %s: %s\n",
                destination.path != NULL ? destination.path : "standard output",
                output.is_cut ? "out of memory" : strerror(errno));
        exit_status = JC_UNKNOWN;
    }
    jc_text_free(&output);
    jc_result_free(&result);
    cbj_error_free(error);
    cbj_job_free(job);
    cbj_client_free(client);
    return exit_status;
}

int main(int argc, char **argv)
{
    int64_t start_ms = jc_monotonic_ms();
    options read;
    jc_text text = JC_TEXT_EMPTY;
    jc_text temporary_path = JC_TEXT_EMPTY;
    int exit_status = JC_UNKNOWN;

    switch (options_read(argc, argv, &read, &text)) {
    case OPTIONS_ANSWER:
        exit_status = write_all(STDOUT_FILENO, text.bytes, text.length) ? JC_OK : JC_UNKNOWN;
        break;
    case OPTIONS_WRONG:
        jc_text_add(&temporary_path, "BACKUP UNKNOWN - ");
        jc_text_line(&temporary_path, jc_text_get(&text));
        jc_text_add(&temporary_path, "\n");
        (void)write_all(STDOUT_FILENO, temporary_path.bytes, temporary_path.length);
        break;
    case OPTIONS_CHECK:
        if (read.output_file != NULL) {
            /* A collector reads all files whose names end in .prom, so this name must not. */
            jc_text_add(&temporary_path, "%s.%ld.tmp", read.output_file, (long)getpid());
            destination.path = read.output_file;
            destination.temporary_path = temporary_path.bytes;
        }
        prepare_last_words(&read);
        watch_signals(read.timeout_ms);
        exit_status = check(&read, start_ms + read.timeout_ms);
        jc_text_free(&words_on_alarm.output);
        jc_text_free(&words_on_end.output);
        break;
    }
    jc_policy_free(&read.policy);
    jc_text_free(&text);
    jc_text_free(&temporary_path);
    return exit_status;
}
