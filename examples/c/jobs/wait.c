/*
 * wait.c - waits until a job has ended
 *
 * cbj_client_wait_job tells nothing before its end. So on a terminal a second thread asks for the job, too, and shows what
 * it learns. It has a client of its own on the same connections (cbj_client_share), which is cancelled when the wait ends.
 */
#include <inttypes.h>
#include <string.h>

#include "jobs.h"
#include "system.h"

#define LINE_SIZE 80

struct progress {
    const struct options *options;
    cbj_client *client;
    struct thread *thread;
};

/* Replaces the line. Blanks delete what is left of the last one, on every terminal. */
static void show_line(const char *line)
{
    fprintf(stderr, "\r%-*s", LINE_SIZE - 1, line);
    fflush(stderr);
}

/* "in-progress for 7m12s: 812 of 1530 objects, 3 failed" */
static void describe(const cbj_job *job, char line[LINE_SIZE])
{
    int64_t total = cbj_job_total_count(job);
    int64_t failed = cbj_job_failed_count(job);
    int64_t successful = cbj_job_successful_count(job);
    int64_t skipped = cbj_job_skipped_count(job);
    int64_t start_ms = cbj_job_start_time_ms(job);
    char buffer[TIME_SIZE];
    size_t used;

    snprintf(line, LINE_SIZE, "%s", name_of_state(cbj_job_state(job)));
    if (start_ms != CBJ_NO_TIME && !cbj_state_is_terminal(cbj_job_state(job))) {
        used = strlen(line);
        snprintf(line + used, LINE_SIZE - used, " for %s", duration(now_ms() - start_ms, buffer));
    }
    if (failed >= 0 && successful >= 0 && skipped >= 0 && total >= 0) {
        used = strlen(line);
        snprintf(line + used, LINE_SIZE - used, ": %" PRId64 " of %" PRId64 " objects, %" PRId64 " failed",
                 failed + successful + skipped, total, failed);
    }
}

static void show_progress(struct thread *self, void *argument)
{
    struct progress *progress = argument;
    int64_t asked_at = CBJ_NO_TIME;
    cbj_job *job = NULL;
    char line[LINE_SIZE] = "waiting for the first answer";

    do {
        if (asked_at == CBJ_NO_TIME || now_ms() - asked_at >= progress->options->interval_ms) {
            cbj_job *newer;

            asked_at = now_ms();
            /* A failure is the business of the wait, which knows which ones pass. The line stays as it is. */
            if (cbj_client_get_job(progress->client, progress->options->job_id, progress->options->location, &newer,
                                   NULL) == CBJ_OK) {
                cbj_job_free(job);
                job = newer;
            }
        }
        if (job != NULL)
            describe(job, line);
        show_line(line);
    } while (!sleep_a_second(self));
    cbj_job_free(job);
    show_line("");
    fputc('\r', stderr);
    fflush(stderr);
}

/* Returns 1, or 0 if there is no progress to show. */
static int start_progress(struct progress *progress, cbj_client *client, const struct options *options)
{
    progress->options = options;
    if (!is_terminal(stderr) || cbj_client_share(client, &progress->client, NULL) != CBJ_OK)
        return 0;
    progress->thread = start_thread(show_progress, progress);
    if (progress->thread == NULL)
        cbj_client_free(progress->client);
    return progress->thread != NULL;
}

static void end_progress(struct progress *progress)
{
    tell_to_end(progress->thread);
    cbj_client_cancel(progress->client); /* ends its call, if it is inside one */
    join_thread(progress->thread);
    cbj_client_free(progress->client);
}

/* Whether the service was asked in vain in the end, so that nobody knows how the job is. It may also be slow: then the end
 * of the wait cuts the last poll off, and the poll before it still counts. Only the message says so. */
static int asked_in_vain(const cbj_error *error)
{
    const char *message = cbj_error_message(error);

    return strstr(message, " The last poll failed: ") != NULL &&
           (strstr(message, " The last state was ") == NULL || strstr(message, ": the time was up while ") == NULL);
}

int run_wait(cbj_client *client, const struct options *options)
{
    struct progress progress;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    int shows_progress = start_progress(&progress, client, options);
    cbj_status status = cbj_client_wait_job(client, options->job_id, options->location, options->interval_ms,
                                            options->timeout_ms, &job, &error);
    int exit_status = failure(status);

    if (shows_progress)
        end_progress(&progress);
    if (status == CBJ_OK) {
        print_job(job, options);
        exit_status = verdict(cbj_job_state(job));
    } else {
        if (status == CBJ_ERROR_TIMEOUT && !asked_in_vain(error))
            exit_status = EXIT_STILL_RUNNING;
        print_error(NULL, error);
    }
    cbj_error_free(error);
    cbj_job_free(job);
    return exit_status;
}
