/* Calls every function of the library as a careless C program would: with NULL for each pointer, with bytes that are not
 * UTF-8, and with numbers out of range. Checks each answer against the contract.
 *
 * One row is one such call. Most rows are generated, in null_walk_rows.h; this file has their arguments, and the rows of
 * calls that each function answers in its own way. null_walk_expectations.h has what is expected of an answer.
 * tests/null_walk.rs holds all rows against the header, so that none can be missing. A row is listed and called from the
 * same text. BASE_URL is that of a server with one job. Prints the rows that fail, and with the argument "rows" all of them;
 * the exit status is 1 if one fails. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cloudbackupjobs.h"

/* A parameter that is a pointer is NULL, every other argument is sound. */
#define NULL_ROW(function, parameter, expectation, arguments) \
    ROW("NULL\t" #function "\t" #parameter "\t" #arguments, expectation(function arguments))

/* A parameter that is a text holds bytes that are not UTF-8. */
#define NOT_UTF8_ROW(function, parameter, expectation, arguments) \
    ROW("NOT_UTF8\t" #function "\t" #parameter "\t" #arguments, expectation(function arguments))

/* A parameter that is an index, a length or the number of a choice has a value that means nothing. */
#define OUT_OF_RANGE_ROW(function, parameter, expectation, arguments) \
    ROW("OUT_OF_RANGE\t" #function "\t" #parameter "\t" #arguments, expectation(function arguments))

/* A function that takes no pointer. */
#define NO_POINTER_ROW(function, expectation, arguments) \
    ROW("NO_POINTER\t" #function "\t-\t" #arguments, expectation(function arguments))

#define ROW(text, holds) \
    do { \
        forget_outs(); \
        settle(text, holds); \
    } while (0)

/* What the rows need to be what they are: without it they would prove nothing. */
#define REQUIRE(condition) settle("REQUIRED\t" #condition "\t-\t()", (condition))

#define NOT_UTF8 "\xff"

static const char ENVELOPE[] =
    "{\"statusCode\":200,\"requestId\":\"r\",\"data\":{\"id\":\"FB1\",\"state\":\"Failed\",\"jobErrors\":["
    "{\"value\":\"first\",\"url\":\"u\",\"number\":1,\"isErrorCode\":true},"
    "{\"value\":\"last\",\"url\":\"u\",\"number\":2,\"isErrorCode\":false}]}}";

static const char REFUSAL[] =
    "{\"statusCode\":400,\"message\":\"Bad Request\",\"errors\":["
    "{\"code\":\"first\",\"field\":\"f\",\"message\":\"m\"},{\"code\":\"last\",\"field\":\"f\",\"message\":\"m\"}]}";

/* What the rows share. */
static cbj_config *config;
static cbj_config *empty_config;
/* For what NULL has a meaning of its own. */
static cbj_config *scratch_config;
static cbj_client *client;
/* Asks the server that the test provides, for what only a server can give. */
static cbj_client *list_client;
static cbj_query *query;
static cbj_job_iter *job_iter;
static cbj_summary *summary;
static cbj_job *job;
static cbj_error *failure;

/* Where the calls put handles. Before each it points at something that is no handle, so that a call that writes nothing
 * is not taken for one that writes NULL. */
static struct {
    cbj_client *client;
    cbj_client *other;
    cbj_job_iter *iter;
    cbj_summary *summary;
    cbj_job *job;
    cbj_error *error;
} out;

static char no_handle;
#define UNTOUCHED ((void *)&no_handle)

static int prints_rows;
static int failures;

static void forget_outs(void)
{
    out.client = UNTOUCHED;
    out.other = UNTOUCHED;
    out.iter = UNTOUCHED;
    out.summary = UNTOUCHED;
    out.job = UNTOUCHED;
    out.error = UNTOUCHED;
}

static void settle(const char *row, int holds)
{
    if (!holds) {
        fprintf(stderr, "failed: %s\n", row);
        failures++;
    }
    if (prints_rows) {
        printf("%s\n", row);
    }
}

#include "null_walk_expectations.h"

static char logged;

static void log_line(void *user_data, cbj_log_level level, const char *message)
{
    *(char *)user_data = (char)(level != 0 && message != NULL);
}

static void prepare_lists(const char *base_url)
{
    cbj_config *list_config = cbj_config_new();

    query = cbj_query_new();
    REQUIRE(list_config != NULL && query != NULL);
    REQUIRE(cbj_config_set_base_url(list_config, base_url) == CBJ_OK);
    REQUIRE(cbj_config_set_access_token(list_config, "token") == CBJ_OK);
    forget_outs();
    REQUIRE(cbj_client_new(list_config, &list_client, &out.error) == CBJ_OK && out.error == NULL);
    cbj_config_free(list_config);
    REQUIRE(cbj_query_set_since_ms(query, CBJ_NO_TIME) == CBJ_OK);
    forget_outs();
    REQUIRE(cbj_client_list_jobs(list_client, query, &job_iter, &out.error) == CBJ_OK && out.error == NULL);
    REQUIRE(cbj_job_iter_total_count(job_iter) == 1);
    forget_outs();
    REQUIRE(cbj_client_summarize_jobs(list_client, query, &summary, &out.error) == CBJ_OK && out.error == NULL);
    REQUIRE(cbj_summary_count(summary) == 1 && cbj_summary_is_complete(summary) == 1);
}

static void prepare(const char *base_url)
{
    prepare_lists(base_url);
    config = cbj_config_new();
    empty_config = cbj_config_new();
    scratch_config = cbj_config_new();
    REQUIRE(config != NULL && empty_config != NULL && scratch_config != NULL);
    /* Nothing listens on the port "discard" any more. */
    REQUIRE(cbj_config_set_base_url(config, "http://127.0.0.1:9") == CBJ_OK);
    REQUIRE(cbj_config_set_access_token(config, "token") == CBJ_OK);
    REQUIRE(cbj_config_set_max_retries(config, 0) == CBJ_OK);
    forget_outs();
    REQUIRE(cbj_client_new(config, &client, &out.error) == CBJ_OK && out.error == NULL);
    forget_outs();
    REQUIRE(cbj_job_parse(ENVELOPE, strlen(ENVELOPE), &job, &out.error) == CBJ_OK && out.error == NULL);
    forget_outs();
    REQUIRE(cbj_job_parse(REFUSAL, strlen(REFUSAL), &out.job, &failure) == CBJ_ERROR_REJECTED && out.job == NULL);
}

#include "null_walk_rows.h"

/* NULL where it has a meaning, in calls that give a reason when they fail. */
static void walk_meanings(void)
{
    NULL_ROW(cbj_config_load_env, 1, accepted, (scratch_config, NULL));
    NULL_ROW(cbj_config_load_file, 2, no_configuration, (config, "/nonexistent/options.json", NULL));
    NULL_ROW(cbj_config_set_option, 3, no_configuration, (config, "client_secret_file", "/nonexistent/secret", NULL));
    /* The refused setters have changed nothing: the configuration still makes a client. */
    NULL_ROW(cbj_client_new, 2, a_client, (config, &out.client, NULL));
    NULL_ROW(cbj_client_new, 2, no_client_unexplained, (empty_config, &out.client, NULL));
    /* No location. */
    NULL_ROW(cbj_client_get_job, 2, no_connection, (client, "FB1", NULL, &out.job, &out.error));
    NULL_ROW(cbj_client_get_job, 4, no_job_unexplained, (client, "", "EUR", &out.job, NULL));
    NULL_ROW(cbj_client_wait_job, 2, time_is_up, (client, "FB1", NULL, 1, 20, &out.job, &out.error));
    NULL_ROW(cbj_client_wait_job, 6, no_job_unexplained, (client, "", "EUR", 1, 1, &out.job, NULL));
    NULL_ROW(cbj_client_share, 2, another_client, (client, &out.other, NULL));
    /* Every job of the last days. */
    NULL_ROW(cbj_client_list_jobs, 1, a_list, (list_client, NULL, &out.iter, &out.error));
    NULL_ROW(cbj_client_list_jobs, 3, a_list_unexplained, (list_client, query, &out.iter, NULL));
    NULL_ROW(cbj_client_summarize_jobs, 1, a_summary, (list_client, NULL, &out.summary, &out.error));
    NULL_ROW(cbj_client_summarize_jobs, 3, a_summary_unexplained, (list_client, query, &out.summary, NULL));
    /* The last one: it takes the job. */
    NULL_ROW(cbj_job_iter_next, 2, a_job, (job_iter, &out.job, NULL));
    NULL_ROW(cbj_job_parse, 3, a_job, (ENVELOPE, strlen(ENVELOPE), &out.job, NULL));
    NULL_ROW(cbj_job_parse, 3, no_readable_answer_unexplained, (ENVELOPE, 0, &out.job, NULL));
}

/* A text with a length. */
static void walk_lengths(void)
{
    NULL_ROW(cbj_job_parse, 0, no_job, (NULL, 0, &out.job, &out.error));
    /* The bytes are an answer of the service, and not a text of the program: a wrong one is the service's fault. */
    NOT_UTF8_ROW(cbj_job_parse, 0, no_readable_answer, (NOT_UTF8, 1, &out.job, &out.error));
    OUT_OF_RANGE_ROW(cbj_job_parse, 1, no_readable_answer, (ENVELOPE, 0, &out.job, &out.error));
    OUT_OF_RANGE_ROW(cbj_job_parse, 1, no_job, (ENVELOPE, SIZE_MAX, &out.job, &out.error));
}

/* The first index out of range, its neighbour, and the one that an addition inside the library would carry to 0. */
static void walk_indexes(size_t count, void (*walk)(size_t index))
{
    walk(count);
    walk(count + 1);
    walk(SIZE_MAX);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: null_walk BASE_URL [rows]\n");
        return 2;
    }
    prints_rows = argc == 3 && strcmp(argv[2], "rows") == 0;
    prepare(argv[1]);

    walk_without_pointers();
    walk_numbers(-1);
    walk_numbers(17);
    walk_numbers(INT32_MIN);
    walk_numbers(INT32_MAX);
    walk_neighbours();
    walk_pointers();
    walk_texts();
    walk_lengths();
    walk_meanings();

    /* The last index in range has something to say in every accessor, so that the next one is where the range ends. */
    REQUIRE(cbj_job_error_count(job) == 2);
    REQUIRE(a_text(cbj_job_error_message(job, 1)));
    REQUIRE(a_text(cbj_job_error_url(job, 1)));
    REQUIRE(cbj_job_error_occurrences(job, 1) == 2);
    REQUIRE(cbj_job_error_has_code(job, 1) == 0);
    walk_indexes(cbj_job_error_count(job), walk_job_indexes);

    REQUIRE(cbj_error_detail_count(failure) == 2);
    REQUIRE(a_text(cbj_error_detail_code(failure, 1)));
    REQUIRE(a_text(cbj_error_detail_field(failure, 1)));
    REQUIRE(a_text(cbj_error_detail_message(failure, 1)));
    walk_indexes(cbj_error_detail_count(failure), walk_error_indexes);

    cbj_error_free(failure);
    cbj_job_iter_free(job_iter);
    cbj_summary_free(summary);
    cbj_query_free(query);
    cbj_client_free(list_client);
    cbj_job_free(job);
    cbj_client_free(client);
    cbj_config_free(scratch_config);
    cbj_config_free(empty_config);
    cbj_config_free(config);
    return failures == 0 ? 0 : 1;
}
