/*
 * cloudbackupjobs - tells about the jobs of Cloud Backup for Microsoft 365
 *
 * The program is also an example: it shows how a C program lists, summarizes, fetches and awaits jobs, what it does with
 * values that are absent, and how a signal ends a call. Build it in the folder of the repository:
 *
 *     cargo rustc --release --lib --crate-type cdylib,staticlib
 *     cc -std=c99 -Iinclude examples/c/jobs/[a-z]*.c -Ltarget/release -lcloudbackupjobs -lpthread \
 *        -Wl,-rpath,"$PWD/target/release" -o cloudbackupjobs
 *     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... ./cloudbackupjobs latest
 *
 * main.c      configuration, client, signals
 * options.c   the command line
 * latest.c    the last run of each kind (cbj_client_summarize_jobs)
 * list.c      a list of jobs (cbj_client_list_jobs)
 * show.c      one job (cbj_client_get_job)
 * wait.c      until a job has ended (cbj_client_wait_job, cbj_client_share)
 * states.c, text.c, times.c, json.c   how values are written
 */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdlib.h>

#include "jobs.h"

static cbj_client *client; /* of the signal handler, too */
static volatile sig_atomic_t caught_signal;

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};
#define ENDING_SIGNALS (sizeof ending_signals / sizeof ending_signals[0])

static void cancel(int number)
{
    caught_signal = number;
    cbj_client_cancel(client); /* is async-signal-safe */
}

/* Lets signals end the call that runs, so that the program ends in order. */
static void catch_signals(void)
{
    struct sigaction action;
    struct sigaction old;
    size_t i;

    action.sa_handler = cancel;
    action.sa_flags = 0;
    sigemptyset(&action.sa_mask);
    for (i = 0; i < ENDING_SIGNALS; i++) {
        /* What was ignored stays ignored: nohup does so, and a shell for what runs in the background. */
        if (sigaction(ending_signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(ending_signals[i], &action, NULL);
    }
}

static void leave_signals(void)
{
    size_t i;

    for (i = 0; i < ENDING_SIGNALS; i++) {
        struct sigaction old;

        if (sigaction(ending_signals[i], NULL, &old) == 0 && old.sa_handler == cancel)
            signal(ending_signals[i], SIG_DFL);
    }
}

/* Makes the client of the environment and, if there is one, of the configuration file. */
static cbj_status make_client(const char *config_file, cbj_error **error)
{
    cbj_config *config = cbj_config_new();
    cbj_status status = cbj_config_load_env(config, error);

    /* The later call wins: the environment supplies what the file lacks. */
    if (status == CBJ_OK && config_file != NULL)
        status = cbj_config_load_file(config, config_file, error);
    if (status == CBJ_OK)
        status = cbj_client_new(config, &client, error);
    cbj_config_free(config);
    return status;
}

static int run(const struct options *options)
{
    switch (options->command) {
    case COMMAND_LATEST:
        return run_latest(client, options);
    case COMMAND_LIST:
        return run_list(client, options);
    case COMMAND_SHOW:
        return run_show(client, options);
    case COMMAND_WAIT:
        return run_wait(client, options);
    }
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct options options;
    cbj_error *error = NULL;
    int exit_status;

    if (!read_options(argc, argv, &options, &exit_status))
        return exit_status;
    if (make_client(options.config_file, &error) == CBJ_OK) {
        catch_signals();
        exit_status = run(&options);
        leave_signals(); /* before the client is freed: the handler uses it */
    } else {
        print_error(NULL, error);
        exit_status = EXIT_NO_ANSWER;
    }
    cbj_error_free(error);
    cbj_client_free(client);
    free(options.kinds);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("cannot write the output");
        exit_status = EXIT_NO_ANSWER;
    }
    if (caught_signal != 0)
        raise(caught_signal); /* A shell sees which signal ended the program, and ends its script, too. */
    return exit_status;
}
