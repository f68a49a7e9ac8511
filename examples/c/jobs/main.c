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
 * system.h    what differs between systems; in system_posix.c, system_windows.c and times_windows.c
 */
#include <stdlib.h>

#include "jobs.h"
#include "system.h"

static cbj_client *client;

/* Ends the call that runs, so that the program ends in order. */
static void cancel(void)
{
    cbj_client_cancel(client); /* may be called from everywhere, a signal handler included */
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

    if (!begin_program(&argc, &argv)) {
        complain("out of memory");
        return EXIT_NO_ANSWER;
    }
    if (!read_options(argc, argv, &options, &exit_status))
        return exit_status;
    if (make_client(options.config_file, &error) == CBJ_OK) {
        catch_signals(cancel);
        exit_status = run(&options);
        leave_signals(); /* before the client is freed, which `cancel` uses */
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
    end_by_signal();
    return exit_status;
}
