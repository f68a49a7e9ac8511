/*
 * latest.c - the last run of each kind
 */
#include <inttypes.h>
#include <stdlib.h>

#include "jobs.h"
#include "system.h"

#define KIND_WIDTH 20
#define STATE_WIDTH 23
#define TIME_WIDTH 22
#define AGO_WIDTH 6

/* What is known of one kind. */
struct row {
    cbj_object_type kind;
    cbj_summary *summary; /* NULL: the service did not answer for this kind, or was not asked */
    cbj_error *error;
};

/* Asks for one kind. Returns whether it makes sense to ask for the next one. */
static int ask(cbj_client *client, cbj_query *query, struct row *row)
{
    cbj_query_set_object_type(query, row->kind);
    switch (cbj_client_summarize_jobs(client, query, &row->summary, &row->error)) {
    case CBJ_OK:
    /* The service answered, and may have another answer for the next kind: perhaps this one is not licensed. */
    case CBJ_ERROR_NOT_FOUND:
    case CBJ_ERROR_REJECTED:
    case CBJ_ERROR_PROTOCOL:
        return 1;
    default:
        return 0;
    }
}

/* The job that runs now; NULL where none does. A job in a state that nobody here knows may be running, too. */
static const cbj_job *running(const cbj_summary *summary)
{
    const cbj_job *latest = cbj_summary_latest(summary);

    if (latest != NULL && !cbj_state_is_terminal(cbj_job_state(latest)))
        return latest;
    return cbj_summary_latest_in_state(summary, CBJ_STATE_IN_PROGRESS);
}

static void print_now(const cbj_job *job)
{
    int64_t start_ms = cbj_job_start_time_ms(job);
    char buffer[TIME_SIZE];

    if (job == NULL) {
        puts("-");
        return;
    }
    if (cbj_job_state(job) == CBJ_STATE_IN_PROGRESS)
        fputs("running", stdout);
    else
        print_text(stdout, cbj_job_state_text(job) != NULL ? cbj_job_state_text(job) : "no state");
    if (start_ms != CBJ_NO_TIME)
        printf(" %s", duration(now_ms() - start_ms, buffer));
    putchar('\n');
}

static void print_row(const struct row *row)
{
    const cbj_job *ended = cbj_summary_latest_ended(row->summary);
    int64_t finish_ms = cbj_job_finish_time_ms(ended);
    char buffer[TIME_SIZE];

    print_cell(cbj_object_type_name(row->kind), KIND_WIDTH);
    if (row->summary == NULL) {
        puts("not known");
        return;
    }
    if (ended != NULL)
        print_state_cell(ended, STATE_WIDTH);
    else
        print_cell(cbj_summary_count(row->summary) == 0 ? "no run" : "none has ended", STATE_WIDTH);
    print_cell(finish_ms != CBJ_NO_TIME ? local_time(finish_ms, buffer) : cbj_job_finish_time_text(ended), TIME_WIDTH);
    print_cell(finish_ms != CBJ_NO_TIME ? duration(now_ms() - finish_ms, buffer) : NULL, AGO_WIDTH);
    print_count_cell(cbj_job_total_count(ended), 8);
    print_count_cell(cbj_job_failed_count(ended), 9);
    fputs("  ", stdout);
    print_now(running(row->summary));
}

/* The errors of the last run, if it was not fine. */
static void print_reasons(const struct row *row)
{
    const cbj_job *ended = cbj_summary_latest_ended(row->summary);
    size_t i;

    if (ended == NULL || verdict(cbj_job_state(ended)) == EXIT_FINE)
        return;
    printf("\n%s  ", cbj_object_type_name(row->kind));
    print_text(stdout, cbj_job_id(ended) != NULL ? cbj_job_id(ended) : "(without an id)");
    putchar('\n');
    for (i = 0; i < cbj_job_error_count(ended); i++) {
        int64_t occurrences = cbj_job_error_occurrences(ended, i);
        const char *message = cbj_job_error_message(ended, i);
        const char *url = cbj_job_error_url(ended, i);

        fputs("  ", stdout);
        if (occurrences >= 0)
            printf("%" PRId64 " x ", occurrences);
        print_text(stdout, message != NULL ? message : "(without a text)");
        putchar('\n');
        if (url != NULL) {
            fputs("  ", stdout);
            print_text(stdout, url);
            putchar('\n');
        }
    }
}

static void print_table(const struct row *rows, size_t count)
{
    size_t i;

    print_cell("KIND", KIND_WIDTH);
    print_cell("LAST RUN", STATE_WIDTH);
    print_cell("ENDED", TIME_WIDTH);
    print_cell("AGO", AGO_WIDTH);
    puts(" OBJECTS   FAILED  NOW");
    for (i = 0; i < count; i++)
        print_row(&rows[i]);
    for (i = 0; i < count; i++)
        print_reasons(&rows[i]);
}

static void print_json(const struct row *rows, size_t count)
{
    size_t i;

    fputs("{\"kinds\":[", stdout);
    for (i = 0; i < count; i++) {
        const cbj_summary *summary = rows[i].summary;

        printf("%s{\"kind\":", i > 0 ? "," : "");
        json_text(cbj_object_type_name(rows[i].kind));
        fputs(",\"lastRun\":", stdout);
        json_job(cbj_summary_latest_ended(summary));
        fputs(",\"running\":", stdout);
        json_job(running(summary));
        json_count("jobs", summary != NULL ? cbj_summary_count(summary) : -1);
        json_count("failedJobs", cbj_summary_count_in_state(summary, CBJ_STATE_FAILED));
        printf(",\"isComplete\":%s,\"error\":", cbj_summary_is_complete(summary) ? "true" : "false");
        json_text(summary == NULL && rows[i].error == NULL ? "not asked" : cbj_error_message(rows[i].error));
        putchar('}');
    }
    puts("]}");
}

/* The exit status for one kind. Says on stderr what could not be found out. */
static int judge(const struct row *row)
{
    const char *kind = cbj_object_type_name(row->kind);
    const cbj_job *ended = cbj_summary_latest_ended(row->summary);
    const cbj_job *now = running(row->summary);
    int exit_status = EXIT_FINE;

    if (row->summary == NULL) {
        if (row->error == NULL)
            complain("%s: not asked", kind);
        else
            print_error(kind, row->error);
        return EXIT_NO_ANSWER;
    }
    if (!cbj_summary_is_complete(row->summary)) {
        complain("%s: the service did not send all of its jobs, so a later run may be missing", kind);
        exit_status = EXIT_NO_ANSWER;
    }
    if (cbj_summary_count(row->summary) == 0)
        return EXIT_FAILED_JOB;
    if (now != NULL)
        exit_status = worse(exit_status, verdict(cbj_job_state(now)));
    return ended != NULL ? worse(exit_status, verdict(cbj_job_state(ended))) : exit_status;
}

static size_t count_known_kinds(void)
{
    size_t count = 0;

    while (cbj_object_type_name((cbj_object_type)count + 1) != NULL)
        count++;
    return count;
}

/* Asks for each kind, until a failure would be that of every kind. Keeps the rows of kinds that were named, that had a run,
 * that the service has no answer for, or that were not asked, and returns their number. */
static size_t ask_for_all(cbj_client *client, cbj_query *query, const struct options *options, struct row *rows,
                          size_t most)
{
    static const struct row empty;
    int goes_on = 1;
    size_t kept = 0;
    size_t i;

    for (i = 0; i < most; i++) {
        struct row *row = &rows[kept];

        *row = empty;
        row->kind = options->kind_count > 0 ? options->kinds[i] : (cbj_object_type)i + 1;
        if (goes_on)
            goes_on = ask(client, query, row);
        if (options->kind_count > 0 || row->summary == NULL || cbj_summary_count(row->summary) > 0)
            kept++;
        else
            cbj_summary_free(row->summary);
    }
    return kept;
}

static int report(const struct row *rows, size_t count, const struct options *options)
{
    int exit_status = EXIT_FINE;
    size_t i;

    for (i = 0; i < count && rows[i].summary == NULL; i++)
        continue;
    if (count > 0 && i == count) {
        /* No kind has an answer, so one reason is enough. */
        print_error(cbj_object_type_name(rows[0].kind), rows[0].error);
        return EXIT_NO_ANSWER;
    }

    if (options->json)
        print_json(rows, count);
    else if (count > 0)
        print_table(rows, count);
    else
        puts("No kind of object had a run.");
    fflush(stdout); /* before the messages */
    if (count == 0)
        exit_status = EXIT_FAILED_JOB;
    for (i = 0; i < count; i++)
        exit_status = worse(exit_status, judge(&rows[i]));
    return exit_status;
}

int run_latest(cbj_client *client, const struct options *options)
{
    size_t most = options->kind_count > 0 ? options->kind_count : count_known_kinds();
    struct row *rows = malloc(most * sizeof *rows);
    cbj_query *query;
    size_t count;
    size_t i;
    int exit_status;

    if (rows == NULL) {
        complain("out of memory");
        return EXIT_NO_ANSWER;
    }
    query = cbj_query_new();
    cbj_query_set_since_ms(query, options->since_ms);
    cbj_query_set_job_type(query, options->job_type);
    cbj_query_set_location(query, options->location);
    count = ask_for_all(client, query, options, rows, most);
    cbj_query_free(query);
    exit_status = report(rows, count, options);
    for (i = 0; i < count; i++) {
        cbj_summary_free(rows[i].summary);
        cbj_error_free(rows[i].error);
    }
    free(rows);
    return exit_status;
}
