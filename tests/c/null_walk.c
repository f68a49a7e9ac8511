/* Calls every function of the library as a careless C program would: with NULL in each place of a pointer, with bytes
 * that are no text, and with numbers out of range, and checks each answer against the contract.
 *
 * One row is one such call, and tests/null_walk.rs holds the rows against the header, so that none can be forgotten.
 * The call is made of the row itself: what is listed is what is called. Prints the rows that fail, with the argument
 * "rows" every other one, too; the exit status is 1 if one fails. */

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
static cbj_job *job;
static cbj_error *failure;

/* Where the calls put handles. Before each it points at something that is no handle, so that a call that writes nothing
 * is not taken for one that writes NULL. */
static struct {
    cbj_client *client;
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

/* Expectations of accessors: "absent" in the form of each type. */

static int no_text(const char *text)
{
    return text == NULL;
}

static int no_count(int64_t count)
{
    return count == -1;
}

static int no_time(int64_t ms)
{
    return ms == CBJ_NO_TIME && ms == INT64_MIN;
}

static int no_hours(double hours)
{
    return hours != hours;
}

static int nothing_listed(size_t count)
{
    return count == 0;
}

static int no_state(cbj_state state)
{
    return state == CBJ_STATE_UNKNOWN;
}

static int no_http_status(int32_t status)
{
    return status == 0;
}

/* The answer "no" where "absent" does not exist. */
static int no(int32_t answer)
{
    return answer == 0;
}

static int neither_yes_nor_no(int32_t answer)
{
    return answer == -1;
}

static int no_status_of_this_version(const char *name)
{
    return name != NULL && strcmp(name, "CBJ_ERROR_UNKNOWN") == 0;
}

static int a_text(const char *text)
{
    return text != NULL && *text != '\0';
}

/* A function without a result: that it returns is all there is. */
#define it_returns(call) ((call), 1)

/* Expectations of functions that give a status and no reason. */

static int refused(cbj_status status)
{
    return status == CBJ_ERROR_INVALID_ARGUMENT;
}

static int accepted(cbj_status status)
{
    return status == CBJ_OK;
}

static int a_config(cbj_config *made)
{
    int is_made = made != NULL;
    cbj_config_free(made);
    return is_made;
}

/* Expectations of functions that make a handle, or give the reason why not. */

static int is_untouched(const void *handle)
{
    return handle == UNTOUCHED;
}

/* An error that explains a failure before any answer came. */
static int explains(cbj_status status)
{
    int holds;
    if (out.error == NULL || is_untouched(out.error)) {
        return 0;
    }
    holds = cbj_error_status(out.error) == status && a_text(cbj_error_message(out.error)) &&
            cbj_error_http_status(out.error) == 0 && cbj_error_detail_count(out.error) == 0;
    cbj_error_free(out.error);
    return holds;
}

static int no_client(cbj_status status)
{
    return refused(status) && out.client == NULL && explains(status);
}

static int no_client_unexplained(cbj_status status)
{
    return status == CBJ_ERROR_CONFIG && out.client == NULL && is_untouched(out.error);
}

static int no_job(cbj_status status)
{
    return refused(status) && out.job == NULL && explains(status);
}

static int no_job_unexplained(cbj_status status)
{
    return refused(status) && out.job == NULL && is_untouched(out.error);
}

/* Where the place for the handle is what is missing. */
static int only_an_error(cbj_status status)
{
    return refused(status) && is_untouched(out.client) && is_untouched(out.job) && explains(status);
}

static int no_configuration(cbj_status status)
{
    return status == CBJ_ERROR_CONFIG && is_untouched(out.error);
}

static int no_readable_answer(cbj_status status)
{
    return status == CBJ_ERROR_PROTOCOL && out.job == NULL && explains(status);
}

static int no_readable_answer_unexplained(cbj_status status)
{
    return status == CBJ_ERROR_PROTOCOL && out.job == NULL && is_untouched(out.error);
}

static int no_connection(cbj_status status)
{
    return status == CBJ_ERROR_CONNECT && out.job == NULL && explains(status);
}

static int a_client(cbj_status status)
{
    int holds = status == CBJ_OK && out.client != NULL && !is_untouched(out.client) && is_untouched(out.error);
    if (holds) {
        cbj_client_free(out.client);
    }
    return holds;
}

static int a_job(cbj_status status)
{
    int holds = status == CBJ_OK && out.job != NULL && !is_untouched(out.job) && is_untouched(out.error);
    if (holds) {
        cbj_job_free(out.job);
    }
    return holds;
}

static char logged;

static void log_line(void *user_data, cbj_log_level level, const char *message)
{
    *(char *)user_data = (char)(level != 0 && message != NULL);
}

static void prepare(void)
{
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

static void walk_status(void)
{
    NO_POINTER_ROW(cbj_status_name, no_status_of_this_version, (17));
    NO_POINTER_ROW(cbj_version, a_text, ());
    NULL_ROW(cbj_has_feature, 0, no, (NULL));
    NOT_UTF8_ROW(cbj_has_feature, 0, no, (NOT_UTF8));
    NO_POINTER_ROW(cbj_state_is_terminal, no, (CBJ_STATE_UNKNOWN));
}

static void walk_error(void)
{
    NULL_ROW(cbj_error_status, 0, refused, (NULL));
    NULL_ROW(cbj_error_message, 0, no_text, (NULL));
    NULL_ROW(cbj_error_http_status, 0, no_http_status, (NULL));
    NULL_ROW(cbj_error_request_id, 0, no_text, (NULL));
    NULL_ROW(cbj_error_trace_id, 0, no_text, (NULL));
    NULL_ROW(cbj_error_retry_after_ms, 0, no_count, (NULL));
    NULL_ROW(cbj_error_is_retryable, 0, no, (NULL));
    NULL_ROW(cbj_error_detail_count, 0, nothing_listed, (NULL));
    NULL_ROW(cbj_error_detail_code, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_error_detail_field, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_error_detail_message, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_error_free, 0, it_returns, (NULL));
}

static void walk_error_details(size_t index)
{
    OUT_OF_RANGE_ROW(cbj_error_detail_code, 1, no_text, (failure, index));
    OUT_OF_RANGE_ROW(cbj_error_detail_field, 1, no_text, (failure, index));
    OUT_OF_RANGE_ROW(cbj_error_detail_message, 1, no_text, (failure, index));
}

static void walk_config(void)
{
    NO_POINTER_ROW(cbj_config_new, a_config, ());
    NULL_ROW(cbj_config_free, 0, it_returns, (NULL));

    NULL_ROW(cbj_config_set_data_center, 0, refused, (NULL, "us"));
    NULL_ROW(cbj_config_set_data_center, 1, refused, (config, NULL));
    NOT_UTF8_ROW(cbj_config_set_data_center, 1, refused, (config, NOT_UTF8));
    NULL_ROW(cbj_config_set_base_url, 0, refused, (NULL, "https://example.com"));
    NULL_ROW(cbj_config_set_base_url, 1, refused, (config, NULL));
    NOT_UTF8_ROW(cbj_config_set_base_url, 1, refused, (config, NOT_UTF8));
    NULL_ROW(cbj_config_set_identity_url, 0, refused, (NULL, "https://example.com"));
    NULL_ROW(cbj_config_set_identity_url, 1, refused, (config, NULL));
    NOT_UTF8_ROW(cbj_config_set_identity_url, 1, refused, (config, NOT_UTF8));
    NULL_ROW(cbj_config_set_access_token, 0, refused, (NULL, "token"));
    NULL_ROW(cbj_config_set_access_token, 1, refused, (config, NULL));
    NOT_UTF8_ROW(cbj_config_set_access_token, 1, refused, (config, NOT_UTF8));
    NULL_ROW(cbj_config_set_client_secret, 0, refused, (NULL, "id", "secret"));
    NULL_ROW(cbj_config_set_client_secret, 1, refused, (config, NULL, "secret"));
    NULL_ROW(cbj_config_set_client_secret, 2, refused, (config, "id", NULL));
    NOT_UTF8_ROW(cbj_config_set_client_secret, 1, refused, (config, NOT_UTF8, "secret"));
    NOT_UTF8_ROW(cbj_config_set_client_secret, 2, refused, (config, "id", NOT_UTF8));
    NULL_ROW(cbj_config_set_client_certificate, 0, refused, (NULL, "id", "c.pem", "password"));
    NULL_ROW(cbj_config_set_client_certificate, 1, refused, (config, NULL, "c.pem", "password"));
    NULL_ROW(cbj_config_set_client_certificate, 2, refused, (config, "id", NULL, "password"));
    NULL_ROW(cbj_config_set_client_certificate, 3, accepted, (scratch_config, "id", "c.pem", NULL));
    NOT_UTF8_ROW(cbj_config_set_client_certificate, 1, refused, (config, NOT_UTF8, "c.pem", "password"));
    NOT_UTF8_ROW(cbj_config_set_client_certificate, 2, refused, (config, "id", NOT_UTF8, "password"));
    NOT_UTF8_ROW(cbj_config_set_client_certificate, 3, refused, (config, "id", "c.pem", NOT_UTF8));
    NULL_ROW(cbj_config_set_scope, 0, refused, (NULL, "scope"));
    NULL_ROW(cbj_config_set_scope, 1, refused, (config, NULL));
    NOT_UTF8_ROW(cbj_config_set_scope, 1, refused, (config, NOT_UTF8));
    NULL_ROW(cbj_config_set_location, 0, refused, (NULL, "EUR"));
    NULL_ROW(cbj_config_set_location, 1, refused, (config, NULL));
    NOT_UTF8_ROW(cbj_config_set_location, 1, refused, (config, NOT_UTF8));
    NULL_ROW(cbj_config_set_ca_file, 0, refused, (NULL, "ca.pem"));
    NULL_ROW(cbj_config_set_ca_file, 1, refused, (config, NULL));
    NOT_UTF8_ROW(cbj_config_set_ca_file, 1, refused, (config, NOT_UTF8));
    NULL_ROW(cbj_config_set_trust, 0, refused, (NULL, CBJ_TRUST_SYSTEM));
    OUT_OF_RANGE_ROW(cbj_config_set_trust, 1, refused, (config, 2));
    NULL_ROW(cbj_config_set_proxy, 0, refused, (NULL, "http://127.0.0.1:9"));
    NULL_ROW(cbj_config_set_proxy, 1, accepted, (scratch_config, NULL));
    NOT_UTF8_ROW(cbj_config_set_proxy, 1, refused, (config, NOT_UTF8));
    NULL_ROW(cbj_config_set_log, 0, refused, (NULL, log_line, &logged, CBJ_LOG_DEBUG));
    NULL_ROW(cbj_config_set_log, 1, accepted, (scratch_config, NULL, &logged, CBJ_LOG_DEBUG));
    NULL_ROW(cbj_config_set_log, 2, accepted, (scratch_config, log_line, NULL, CBJ_LOG_DEBUG));
    OUT_OF_RANGE_ROW(cbj_config_set_log, 3, refused, (config, log_line, &logged, 5));
    OUT_OF_RANGE_ROW(cbj_config_set_log, 3, refused, (config, log_line, &logged, 0));
    NULL_ROW(cbj_config_load_env, 0, only_an_error, (NULL, &out.error));
    NULL_ROW(cbj_config_load_env, 1, accepted, (scratch_config, NULL));
    NULL_ROW(cbj_config_load_file, 0, only_an_error, (NULL, "options.json", &out.error));
    NULL_ROW(cbj_config_load_file, 1, only_an_error, (config, NULL, &out.error));
    NULL_ROW(cbj_config_load_file, 2, no_configuration, (config, "/nonexistent/options.json", NULL));
    NOT_UTF8_ROW(cbj_config_load_file, 1, only_an_error, (config, NOT_UTF8, &out.error));
    NULL_ROW(cbj_config_set_option, 0, only_an_error, (NULL, "scope", "s", &out.error));
    NULL_ROW(cbj_config_set_option, 1, only_an_error, (config, NULL, "s", &out.error));
    NULL_ROW(cbj_config_set_option, 2, only_an_error, (config, "scope", NULL, &out.error));
    NULL_ROW(cbj_config_set_option, 3, no_configuration, (config, "client_secret_file", "/nonexistent/secret", NULL));
    NOT_UTF8_ROW(cbj_config_set_option, 1, only_an_error, (config, NOT_UTF8, "s", &out.error));
    NOT_UTF8_ROW(cbj_config_set_option, 2, only_an_error, (config, "scope", NOT_UTF8, &out.error));

    NULL_ROW(cbj_config_set_user_agent, 0, refused, (NULL, "agent"));
    NULL_ROW(cbj_config_set_user_agent, 1, refused, (config, NULL));
    NOT_UTF8_ROW(cbj_config_set_user_agent, 1, refused, (config, NOT_UTF8));

    NULL_ROW(cbj_config_set_timeout_ms, 0, refused, (NULL, 1));
    NULL_ROW(cbj_config_set_connect_timeout_ms, 0, refused, (NULL, 1));
    NULL_ROW(cbj_config_set_max_retries, 0, refused, (NULL, 1));
    NULL_ROW(cbj_config_set_max_response_bytes, 0, refused, (NULL, 1));
    NULL_ROW(cbj_config_set_allow_http, 0, refused, (NULL, 1));
    OUT_OF_RANGE_ROW(cbj_config_set_allow_http, 1, refused, (config, 2));
}

static void walk_client(void)
{
    NULL_ROW(cbj_client_new, 0, no_client, (NULL, &out.client, &out.error));
    NULL_ROW(cbj_client_new, 1, only_an_error, (config, NULL, &out.error));
    /* That the refused setters have changed nothing shows here: the configuration still makes a client. */
    NULL_ROW(cbj_client_new, 2, a_client, (config, &out.client, NULL));
    NULL_ROW(cbj_client_new, 2, no_client_unexplained, (empty_config, &out.client, NULL));
    NULL_ROW(cbj_client_free, 0, it_returns, (NULL));

    NULL_ROW(cbj_client_get_job, 0, no_job, (NULL, "FB1", "EUR", &out.job, &out.error));
    NULL_ROW(cbj_client_get_job, 1, no_job, (client, NULL, "EUR", &out.job, &out.error));
    /* The one NULL that means something: no location. */
    NULL_ROW(cbj_client_get_job, 2, no_connection, (client, "FB1", NULL, &out.job, &out.error));
    NULL_ROW(cbj_client_get_job, 3, only_an_error, (client, "FB1", "EUR", NULL, &out.error));
    NULL_ROW(cbj_client_get_job, 4, no_job_unexplained, (client, "", "EUR", &out.job, NULL));
    NOT_UTF8_ROW(cbj_client_get_job, 1, no_job, (client, NOT_UTF8, "EUR", &out.job, &out.error));
    NOT_UTF8_ROW(cbj_client_get_job, 2, no_job, (client, "FB1", NOT_UTF8, &out.job, &out.error));

    NULL_ROW(cbj_client_set_access_token, 0, refused, (NULL, "token"));
    NULL_ROW(cbj_client_set_access_token, 1, refused, (client, NULL));
    NOT_UTF8_ROW(cbj_client_set_access_token, 1, refused, (client, NOT_UTF8));
    NULL_ROW(cbj_client_cancel, 0, it_returns, (NULL));
    NULL_ROW(cbj_client_resume, 0, it_returns, (NULL));
}

static void walk_job(void)
{
    NULL_ROW(cbj_job_parse, 0, no_job, (NULL, 2, &out.job, &out.error));
    NULL_ROW(cbj_job_parse, 0, no_job, (NULL, 0, &out.job, &out.error));
    NULL_ROW(cbj_job_parse, 2, only_an_error, (ENVELOPE, strlen(ENVELOPE), NULL, &out.error));
    NULL_ROW(cbj_job_parse, 3, a_job, (ENVELOPE, strlen(ENVELOPE), &out.job, NULL));
    NULL_ROW(cbj_job_parse, 3, no_readable_answer_unexplained, (ENVELOPE, 0, &out.job, NULL));
    /* An answer and no text of the program: what is wrong with it is the answer's affair. */
    NOT_UTF8_ROW(cbj_job_parse, 0, no_readable_answer, (NOT_UTF8, 1, &out.job, &out.error));
    OUT_OF_RANGE_ROW(cbj_job_parse, 1, no_readable_answer, (ENVELOPE, 0, &out.job, &out.error));
    OUT_OF_RANGE_ROW(cbj_job_parse, 1, no_job, (ENVELOPE, SIZE_MAX, &out.job, &out.error));
    NULL_ROW(cbj_job_free, 0, it_returns, (NULL));

    NULL_ROW(cbj_job_id, 0, no_text, (NULL));
    NULL_ROW(cbj_job_state, 0, no_state, (NULL));
    NULL_ROW(cbj_job_state_text, 0, no_text, (NULL));
    NULL_ROW(cbj_job_start_time_ms, 0, no_time, (NULL));
    NULL_ROW(cbj_job_finish_time_ms, 0, no_time, (NULL));
    NULL_ROW(cbj_job_start_time_text, 0, no_text, (NULL));
    NULL_ROW(cbj_job_finish_time_text, 0, no_text, (NULL));
    NULL_ROW(cbj_job_elapsed_ms, 0, no_count, (NULL));
    NULL_ROW(cbj_job_duration_hours, 0, no_hours, (NULL));
    NULL_ROW(cbj_job_duration_text, 0, no_text, (NULL));
    NULL_ROW(cbj_job_total_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_failed_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_successful_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_skipped_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_error_count, 0, nothing_listed, (NULL));
    NULL_ROW(cbj_job_error_message, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_job_error_url, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_job_error_occurrences, 0, no_count, (NULL, 0));
    NULL_ROW(cbj_job_error_has_code, 0, neither_yes_nor_no, (NULL, 0));
    NULL_ROW(cbj_job_request_id, 0, no_text, (NULL));
    NULL_ROW(cbj_job_trace_id, 0, no_text, (NULL));
    NULL_ROW(cbj_job_response_time_ms, 0, no_time, (NULL));
    NULL_ROW(cbj_job_json, 0, no_text, (NULL));
}

static void walk_job_errors(size_t index)
{
    OUT_OF_RANGE_ROW(cbj_job_error_message, 1, no_text, (job, index));
    OUT_OF_RANGE_ROW(cbj_job_error_url, 1, no_text, (job, index));
    OUT_OF_RANGE_ROW(cbj_job_error_occurrences, 1, no_count, (job, index));
    OUT_OF_RANGE_ROW(cbj_job_error_has_code, 1, neither_yes_nor_no, (job, index));
}

/* Numbers that are neither a status nor a state nor an answer. */
static void walk_choices(int32_t number)
{
    OUT_OF_RANGE_ROW(cbj_status_name, 0, no_status_of_this_version, (number));
    OUT_OF_RANGE_ROW(cbj_state_is_terminal, 0, no, (number));
    OUT_OF_RANGE_ROW(cbj_config_set_allow_http, 1, refused, (config, number));
    OUT_OF_RANGE_ROW(cbj_config_set_trust, 1, refused, (config, number));
    OUT_OF_RANGE_ROW(cbj_config_set_log, 3, refused, (config, log_line, &logged, number));
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
    prints_rows = argc == 2 && strcmp(argv[1], "rows") == 0;
    prepare();

    walk_status();
    walk_choices(-1);
    walk_choices(17);
    walk_choices(INT32_MIN);
    walk_choices(INT32_MAX);
    walk_error();
    walk_config();
    walk_client();
    walk_job();

    /* The last index in range has something to say in every accessor, so that the next one is where the range ends. */
    REQUIRE(cbj_job_error_count(job) == 2);
    REQUIRE(a_text(cbj_job_error_message(job, 1)));
    REQUIRE(a_text(cbj_job_error_url(job, 1)));
    REQUIRE(cbj_job_error_occurrences(job, 1) == 2);
    REQUIRE(cbj_job_error_has_code(job, 1) == 0);
    walk_indexes(cbj_job_error_count(job), walk_job_errors);

    REQUIRE(cbj_error_detail_count(failure) == 2);
    REQUIRE(a_text(cbj_error_detail_code(failure, 1)));
    REQUIRE(a_text(cbj_error_detail_field(failure, 1)));
    REQUIRE(a_text(cbj_error_detail_message(failure, 1)));
    walk_indexes(cbj_error_detail_count(failure), walk_error_details);

    cbj_error_free(failure);
    cbj_job_free(job);
    cbj_client_free(client);
    cbj_config_free(scratch_config);
    cbj_config_free(empty_config);
    cbj_config_free(config);
    return failures == 0 ? 0 : 1;
}
