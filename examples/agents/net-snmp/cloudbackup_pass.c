/*
 * cloudbackup_pass - a pass_persist program for Net-SNMP's snmpd: tables of the kinds of jobs, and of the jobs, of Cloud
 * Backup for Microsoft 365
 *
 * CLOUDBACKUPJOBS-MIB.txt describes the tables. README.md says how to build the program and configure snmpd. The other
 * files:
 *
 *     options.c         the command line
 *     conversation.c    the protocol between snmpd and this program
 *     table.c           the objects of the MIB: which there are, and which comes next
 *     kind_cells.c      the columns of the table of kinds
 *     job_cells.c       the columns of the table of jobs
 *     cells.c           values in the form that snmpd takes
 *     watched.c         the watched kinds and jobs, and the thread that asks the service about them
 *     oid.c             object identifiers
 *     ../shared/        the verdict on a kind or a job, and its text: see job_check.h
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <signal.h>
#include <stdio.h>

#include "cloudbackupjobs.h"
#include "conversation.h"
#include "job_check.h"
#include "options.h"
#include "table.h"
#include "watched.h"

/* The exit status if the program cannot do its work. */
#define EXIT_WRONG 2

static int run(const options *read)
{
    cbj_client *client = NULL;
    cbj_error *config_error = NULL;
    const char *problem = NULL;
    int exit_status = 0;

    /*
     * Without a client the tables still exist, and their cells say what is wrong. The problem is not printed, because snmpd
     * takes standard error for an answer.
     */
    (void)jc_make_client(read->config_file, read->timeout_ms, NULL, 0, &client, &config_error);
    table_init(&read->base);
    if (watched_start(read, client, config_error, &problem)) {
        conversation_run();
        watched_stop();
    } else {
        fprintf(stderr, "cloudbackup_pass: %s\n", problem);
        exit_status = EXIT_WRONG;
    }
    cbj_client_free(client);
    cbj_error_free(config_error);
    return exit_status;
}

int main(int argc, char **argv)
{
    options read;
    int exit_status = 0;

    /* If snmpd ends and closes the pipes, this program ends in the normal way. */
    signal(SIGPIPE, SIG_IGN);
    switch (options_read(argc, argv, &read)) {
    case OPTIONS_RUN:
        exit_status = run(&read);
        break;
    case OPTIONS_ANSWERED:
        break;
    case OPTIONS_WRONG:
        exit_status = EXIT_WRONG;
        break;
    }
    options_free(&read);
    return exit_status;
}
