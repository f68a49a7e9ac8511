/*
 * show.c - everything about one job
 */
#include <inttypes.h>

#include "jobs.h"
#include "system.h"

static void print_label(const char *label)
{
    printf("  %-11s ", label);
}

/* Local time, and the text of the service, which its own pages show. */
static void print_time(const char *label, int64_t unix_ms, const char *text)
{
    char buffer[TIME_SIZE];

    print_label(label);
    if (text == NULL) {
        puts("-");
        return;
    }
    if (unix_ms != CBJ_NO_TIME)
        printf("%s   (", local_time(unix_ms, buffer));
    print_text(stdout, text);
    puts(unix_ms != CBJ_NO_TIME ? ")" : "   (not a date that can be read)");
}

static void print_count(int64_t count, const char *what)
{
    if (count >= 0)
        printf("%" PRId64 " %s", count, what);
    else
        printf("? %s", what);
}

/* How long the job took, or how long it has been running. */
static void print_length(const cbj_job *job)
{
    int64_t start_ms = cbj_job_start_time_ms(job);
    double hours = cbj_job_duration_hours(job);
    char buffer[TIME_SIZE];

    print_label("Took");
    if (cbj_job_elapsed_ms(job) >= 0)
        puts(duration(cbj_job_elapsed_ms(job), buffer));
    else if (hours == hours) /* NaN, which means that there are none, is not */
        printf("%g hours\n", hours);
    else if (cbj_job_state(job) == CBJ_STATE_IN_PROGRESS && start_ms != CBJ_NO_TIME)
        printf("%s so far\n", duration(now_ms() - start_ms, buffer));
    else
        puts("-");
}

static void print_errors(const cbj_job *job)
{
    size_t count = cbj_job_error_count(job);
    size_t i;

    for (i = 0; i < count; i++) {
        const char *message = cbj_job_error_message(job, i);
        const char *url = cbj_job_error_url(job, i);
        int64_t occurrences = cbj_job_error_occurrences(job, i);

        print_label(i == 0 ? "Top errors" : "");
        if (occurrences >= 0)
            printf("%" PRId64 " x ", occurrences);
        print_text(stdout, message != NULL ? message : "(without a text)");
        putchar('\n');
        if (url != NULL) {
            print_label("");
            print_text(stdout, url);
            putchar('\n');
        }
    }
}

void print_job(const cbj_job *job, const struct options *options)
{
    const char *id = cbj_job_id(job);

    if (options->json) {
        json_job(job);
        putchar('\n');
        return;
    }
    fputs("Job ", stdout);
    print_text(stdout, id != NULL ? id : "(without an id)");
    putchar('\n');
    print_label("State");
    print_state_cell(job, 0);
    putchar('\n');
    print_time("Started", cbj_job_start_time_ms(job), cbj_job_start_time_text(job));
    print_time("Finished", cbj_job_finish_time_ms(job), cbj_job_finish_time_text(job));
    print_length(job);
    print_label("Objects");
    print_count(cbj_job_total_count(job), "in all: ");
    print_count(cbj_job_successful_count(job), "successful, ");
    print_count(cbj_job_failed_count(job), "failed, ");
    print_count(cbj_job_skipped_count(job), "skipped\n");
    print_errors(job);
    if (cbj_job_request_id(job) != NULL) {
        print_label("Request id");
        print_text(stdout, cbj_job_request_id(job));
        putchar('\n');
    }
}

int run_show(cbj_client *client, const struct options *options)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_get_job(client, options->job_id, options->location, &job, &error);
    int exit_status = failure(status);

    if (status == CBJ_OK) {
        print_job(job, options);
        exit_status = verdict(cbj_job_state(job));
    } else {
        print_error(NULL, error);
    }
    cbj_error_free(error);
    cbj_job_free(job);
    return exit_status;
}
