/*
 * list.c - a list of jobs
 */
#include <inttypes.h>

#include "jobs.h"
#include "system.h"

#define ID_WIDTH 24
#define STATE_WIDTH 23
#define TIME_WIDTH 22
#define LENGTH_WIDTH 6

static void print_heading(void)
{
    print_cell("JOB", ID_WIDTH);
    print_cell("STATE", STATE_WIDTH);
    print_cell("STARTED", TIME_WIDTH);
    print_cell("TOOK", LENGTH_WIDTH);
    puts(" OBJECTS   FAILED");
}

static void print_line(const cbj_job *job)
{
    int64_t start_ms = cbj_job_start_time_ms(job);
    char buffer[TIME_SIZE];

    print_cell(cbj_job_id(job), ID_WIDTH);
    print_state_cell(job, STATE_WIDTH);
    /* A time that cannot be read is shown as the service wrote it. */
    print_cell(start_ms != CBJ_NO_TIME ? local_time(start_ms, buffer) : cbj_job_start_time_text(job), TIME_WIDTH);
    print_cell(duration(cbj_job_elapsed_ms(job), buffer), LENGTH_WIDTH);
    print_count_cell(cbj_job_total_count(job), 8);
    print_count_cell(cbj_job_failed_count(job), 9);
    putchar('\n');
}

static void print_listed(const cbj_job *job, uint32_t number, const struct options *options)
{
    if (options->json) {
        json_job(job);
        putchar('\n');
        return;
    }
    if (number == 0)
        print_heading();
    print_line(job);
}

static cbj_query *make_query(const struct options *options)
{
    cbj_query *query = cbj_query_new();

    cbj_query_set_since_ms(query, options->since_ms);
    cbj_query_set_until_ms(query, options->until_ms);
    cbj_query_set_job_type(query, options->job_type);
    cbj_query_set_object_type(query, options->object_type);
    cbj_query_set_state(query, options->state);
    cbj_query_set_location(query, options->location);
    if (options->max_jobs > 0)
        cbj_query_set_max_jobs(query, options->max_jobs);
    return query;
}

/* Says that jobs are missing, unless the user wanted no more than came. */
static void tell_what_is_missing(const cbj_job_iter *iter, uint32_t listed, const struct options *options)
{
    int64_t total = cbj_job_iter_total_count(iter);

    if (cbj_job_iter_is_complete(iter) || (options->max_jobs > 0 && listed >= options->max_jobs))
        return;
    if (total >= 0)
        complain("jobs are missing: %" PRIu32 " are listed; the service says that the days have %" PRId64, listed, total);
    else
        complain("jobs are missing: after %" PRIu32 " the listing gave up; --max allows more", listed);
}

int run_list(cbj_client *client, const struct options *options)
{
    cbj_query *query = make_query(options);
    cbj_job_iter *iter = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    uint32_t listed = 0;
    cbj_status status = cbj_client_list_jobs(client, query, &iter, &error);

    if (status != CBJ_OK)
        print_error(NULL, error);
    cbj_query_free(query);
    while (status == CBJ_OK) {
        status = cbj_job_iter_next(iter, &job, &error);
        if (status != CBJ_OK)
            print_error(NULL, error);
        if (job == NULL)
            break;
        print_listed(job, listed++, options);
        show_lines();
        cbj_job_free(job);
    }
    if (status == CBJ_OK)
        tell_what_is_missing(iter, listed, options);
    if (status == CBJ_OK && listed == 0 && !options->json)
        puts("There is no such job.");
    cbj_error_free(error);
    cbj_job_iter_free(iter);
    return status == CBJ_OK ? EXIT_FINE : failure(status);
}
