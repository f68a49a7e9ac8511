/*
 * job_details - prints the details of one Cloud Backup for Microsoft 365 job
 *
 *     cargo rustc --release --lib --crate-type cdylib,staticlib
 *     cc -std=c99 -Iinclude examples/c/job_details.c -Ltarget/release -lcloudbackupjobs \
 *        -Wl,-rpath,"$PWD/target/release" -o job_details
 *     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET=... ./job_details FB20241015105312327583
 *
 * Exit status: 0 if the job was retrieved, in whatever state it is; 1 if it was not; 2 for wrong usage.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cloudbackupjobs.h"

/* "39 s", "41 min 44 s", "1 h 47 min 24 s" */
static void print_duration(int64_t ms)
{
    int64_t seconds = ms / 1000;

    if (seconds >= 3600)
        printf("%" PRId64 " h ", seconds / 3600);
    if (seconds >= 60)
        printf("%" PRId64 " min ", seconds / 60 % 60);
    printf("%" PRId64 " s", seconds % 60);
}

/* Minutes from UTC to local time. strftime has %z for it, which on Windows is the name of the zone. */
static int minutes_east(time_t seconds)
{
    struct tm local = *localtime(&seconds);
    struct tm utc = *gmtime(&seconds);
    int days = local.tm_year != utc.tm_year ? local.tm_year - utc.tm_year : local.tm_yday - utc.tm_yday;

    return (days * 24 + local.tm_hour - utc.tm_hour) * 60 + local.tm_min - utc.tm_min;
}

/* "2026-11-22 23:47:31 +0100   ", or nothing for a time that the C library cannot convert. */
static int print_local_time(int64_t unix_ms)
{
    /* Division rounds towards zero; a time before 1970 must be rounded down. */
    int64_t whole = unix_ms / 1000 - (unix_ms % 1000 < 0);
    time_t seconds = (time_t)whole;
    struct tm *local = localtime(&seconds);
    char formatted[64];
    int east;

    /* Where time_t has 32 bits, the C library knows no time after January 2038. */
    if ((int64_t)seconds != whole || local == NULL ||
        strftime(formatted, sizeof formatted, "%Y-%m-%d %H:%M:%S", local) == 0)
        return 0;
    east = minutes_east(seconds);
    printf("%s %c%02d%02d   ", formatted, east < 0 ? '-' : '+', abs(east) / 60, abs(east) % 60);
    return 1;
}

/* Local time, and the text of the service, which its own pages show. */
static void print_time(const char *label, int64_t unix_ms, const char *text)
{
    printf("  %-11s ", label);
    if (unix_ms != CBJ_NO_TIME)
        printf(print_local_time(unix_ms) ? "(%s)\n" : "%s\n", text);
    else if (text != NULL)
        printf("%s   (not a date that can be read)\n", text);
    else
        printf("-\n");
}

static void print_count(int64_t count, const char *label)
{
    if (count >= 0)
        printf("%" PRId64 " %s", count, label);
    else
        printf("? %s", label);
}

static void print_job(const cbj_job *job)
{
    const char *id = cbj_job_id(job);
    const char *state = cbj_job_state_text(job);
    int64_t elapsed_ms = cbj_job_elapsed_ms(job);
    double hours = cbj_job_duration_hours(job);
    size_t errors = cbj_job_error_count(job);
    size_t i;

    printf("Job %s\n", id != NULL ? id : "(without an id)");
    printf("  %-11s %s%s\n", "State", state != NULL ? state : "not reported",
           cbj_job_state(job) == CBJ_STATE_UNKNOWN ? "   (not a state that this version knows)" : "");
    print_time("Started", cbj_job_start_time_ms(job), cbj_job_start_time_text(job));
    print_time("Finished", cbj_job_finish_time_ms(job), cbj_job_finish_time_text(job));
    printf("  %-11s ", "Took");
    if (elapsed_ms >= 0)
        print_duration(elapsed_ms);
    else if (hours == hours) /* NaN, which means that there are none, is not */
        printf("%g h", hours);
    else
        printf("-");
    printf("\n  %-11s ", "Objects");
    print_count(cbj_job_total_count(job), "in all: ");
    print_count(cbj_job_successful_count(job), "successful, ");
    print_count(cbj_job_failed_count(job), "failed, ");
    print_count(cbj_job_skipped_count(job), "skipped\n");

    for (i = 0; i < errors; i++) {
        const char *message = cbj_job_error_message(job, i);
        const char *url = cbj_job_error_url(job, i);
        int64_t occurrences = cbj_job_error_occurrences(job, i);

        printf("  %-11s ", i == 0 ? "Top errors" : "");
        if (occurrences >= 0)
            printf("%" PRId64 " x ", occurrences);
        printf("%s\n", message != NULL ? message : "(without a text)");
        if (url != NULL)
            printf("  %-11s   %s\n", "", url);
    }
    if (cbj_job_request_id(job) != NULL)
        printf("  %-11s %s\n", "Request id", cbj_job_request_id(job));
}

static void print_error(const cbj_error *error)
{
    size_t details = cbj_error_detail_count(error);
    size_t i;

    fprintf(stderr, "%s\n", cbj_error_message(error));
    fprintf(stderr, "  %-11s %s\n", "Status", cbj_status_name(cbj_error_status(error)));
    if (cbj_error_http_status(error) != 0)
        fprintf(stderr, "  %-11s %" PRId32 "\n", "HTTP", cbj_error_http_status(error));
    for (i = 0; i < details; i++) {
        const char *code = cbj_error_detail_code(error, i);
        const char *field = cbj_error_detail_field(error, i);
        const char *message = cbj_error_detail_message(error, i);

        fprintf(stderr, "  %-11s %s%s%s: %s\n", i == 0 ? "Details" : "", code != NULL ? code : "-",
                field != NULL ? " " : "", field != NULL ? field : "", message != NULL ? message : "-");
    }
    if (cbj_error_retry_after_ms(error) >= 0)
        fprintf(stderr, "  %-11s in %" PRId64 " s\n", "Try again", (cbj_error_retry_after_ms(error) + 999) / 1000);
    else
        fprintf(stderr, "  %-11s %s\n", "Try again", cbj_error_is_retryable(error) ? "later" : "after a change");
    if (cbj_error_request_id(error) != NULL)
        fprintf(stderr, "  %-11s %s\n", "Request id", cbj_error_request_id(error));
    if (cbj_error_trace_id(error) != NULL)
        fprintf(stderr, "  %-11s %s\n", "Trace id", cbj_error_trace_id(error));
}

int main(int argc, char **argv)
{
    cbj_config *config;
    cbj_client *client = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    int exit_status = 1;

    if (argc != 2) {
        fprintf(stderr, "usage: %s JOB_ID\n"
                        "environment: CBJ_DATA_CENTER, CBJ_CLIENT_ID, CBJ_CLIENT_SECRET_FILE and others;\n"
                        "             cloudbackupjobs.h lists them all at cbj_config_load_env\n",
                argc > 0 ? argv[0] : "job_details");
        return 2;
    }
    config = cbj_config_new();
    if (cbj_config_load_env(config, &error) == CBJ_OK &&
        cbj_client_new(config, &client, &error) == CBJ_OK &&
        cbj_client_get_job(client, argv[1], NULL, &job, &error) == CBJ_OK) {
        print_job(job);
        exit_status = 0;
    } else {
        print_error(error);
    }
    /* All free functions accept NULL. */
    cbj_error_free(error);
    cbj_job_free(job);
    cbj_client_free(client);
    cbj_config_free(config);
    return exit_status;
}
