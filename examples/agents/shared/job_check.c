/*
 * job_check.c - from a backup job to what a monitoring system wants to know of it; see job_check.h
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "job_check.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* ---- Policy: what a state and an error mean, as data ----------------------------------------------------------- */

const jc_state jc_states[JC_STATES] = {
    {CBJ_STATE_FAILED, "failed", "Failed", JC_CRITICAL},
    {CBJ_STATE_FINISHED_WITH_EXCEPTION, "finished-with-exception", "Finished with Exception", JC_WARNING},
    {CBJ_STATE_PARTIALLY_FINISHED, "partially-finished", "Partially Finished", JC_WARNING},
    {CBJ_STATE_UNKNOWN, "unknown", "in an unknown state", JC_UNKNOWN},
    {CBJ_STATE_IN_PROGRESS, "in-progress", "In Progress", JC_OK},
    {CBJ_STATE_FINISHED, "finished", "Finished", JC_OK},
};

/*
 * The plugin guidelines keep UNKNOWN for what is wrong with the check itself, credentials and permissions included; what
 * is wrong out there, a name that does not resolve and a timeout included, is not UNKNOWN.
 */
const jc_failure jc_failures[JC_FAILURES] = {
    {CBJ_ERROR_INVALID_ARGUMENT, "invalid-argument", JC_UNKNOWN},
    {CBJ_ERROR_CONFIG, "config", JC_UNKNOWN},
    {CBJ_ERROR_AUTHENTICATION, "authentication", JC_UNKNOWN},
    {CBJ_ERROR_PERMISSION, "permission", JC_UNKNOWN},
    {CBJ_ERROR_NOT_FOUND, "not-found", JC_CRITICAL},
    {CBJ_ERROR_REJECTED, "rejected", JC_UNKNOWN},
    {CBJ_ERROR_RATE_LIMITED, "rate-limited", JC_WARNING},
    {CBJ_ERROR_SERVER, "server", JC_CRITICAL},
    {CBJ_ERROR_RESOLVE, "resolve", JC_CRITICAL},
    {CBJ_ERROR_CONNECT, "connect", JC_CRITICAL},
    {CBJ_ERROR_TLS, "tls", JC_CRITICAL},
    {CBJ_ERROR_NETWORK, "network", JC_CRITICAL},
    {CBJ_ERROR_TIMEOUT, "timeout", JC_CRITICAL},
    {CBJ_ERROR_CANCELLED, "cancelled", JC_UNKNOWN},
    {CBJ_ERROR_PROTOCOL, "protocol", JC_CRITICAL},
    {CBJ_ERROR_INTERNAL, "internal", JC_UNKNOWN},
};

const jc_metric_kind jc_metric_kinds[JC_METRICS] = {
    {"total", "", "%s objects in all"},
    {"failed", "", "%s objects failed"},
    {"failed_percent", "%", "%s of the objects failed"},
    {"successful", "", "%s objects successful"},
    {"skipped", "", "%s objects skipped"},
    {"errors", "", "%s errors occurred"},
    {"duration", "s", "took %s"},
    {"age", "s", "ended %s ago"},
    {"running", "s", "has been running for %s"},
};

/* Dates before it are placeholders: 0001-01-01, 1900-01-01, 1970-01-01. The service is younger. */
#define OLDEST_TIME_MS INT64_C(946684800000) /* 2000-01-01T00:00:00Z */
/* By how much the service's clock may be ahead of ours. */
#define CLOCK_SKEW_MS INT64_C(300000)

/* ---- Text that grows ------------------------------------------------------------------------------------------- */

/* Room for `more` bytes and a NUL. */
static int reserve(jc_text *text, size_t more)
{
    size_t capacity = text->capacity != 0 ? text->capacity : 256;
    char *bytes;

    if (text->is_cut || more > SIZE_MAX / 4 || text->length > SIZE_MAX / 4)
        return 0;
    while (capacity < text->length + more + 1)
        capacity *= 2;
    if (capacity == text->capacity)
        return 1;
    bytes = (char *)realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->is_cut = 1;
        return 0;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return 1;
}

void jc_text_bytes(jc_text *text, const char *bytes, size_t length)
{
    if (length == 0 || !reserve(text, length))
        return;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void jc_text_add(jc_text *text, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length <= 0 || !reserve(text, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

void jc_text_number(jc_text *text, double number)
{
    int64_t thousandths;
    char decimals[8];
    size_t length;

    if (number != number) {
        jc_text_add(text, "NaN");
        return;
    }
    /* Beyond this a double has no decimals, and its thousandths no int64_t. */
    if (number >= 9e15 || number <= -9e15) {
        jc_text_add(text, "%.0f", number);
        return;
    }
    thousandths = (int64_t)(number < 0 ? number * 1000 - 0.5 : number * 1000 + 0.5);
    if (thousandths < 0) {
        jc_text_add(text, "-");
        thousandths = -thousandths;
    }
    jc_text_add(text, "%" PRId64, thousandths / 1000);
    if (thousandths % 1000 == 0)
        return;
    snprintf(decimals, sizeof decimals, "%03d", (int)(thousandths % 1000));
    for (length = 3; decimals[length - 1] == '0'; length--)
        ;
    jc_text_add(text, ".%.*s", (int)length, decimals);
}

void jc_text_json(jc_text *text, const char *string)
{
    const char *at;

    if (string == NULL) {
        jc_text_add(text, "null");
        return;
    }
    jc_text_bytes(text, "\"", 1);
    for (at = string; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            jc_text_bytes(text, "\\", 1);
        if ((unsigned char)*at < 0x20)
            jc_text_add(text, "\\u%04x", (unsigned)(unsigned char)*at);
        else
            jc_text_bytes(text, at, 1);
    }
    jc_text_bytes(text, "\"", 1);
}

const char *jc_text_get(const jc_text *text)
{
    return text->bytes != NULL ? text->bytes : "";
}

void jc_text_free(jc_text *text)
{
    free(text->bytes);
    text->bytes = NULL;
    text->length = text->capacity = 0;
    text->is_cut = 0;
}

/* ---- Words ----------------------------------------------------------------------------------------------------- */

void jc_text_line(jc_text *text, const char *string)
{
    for (; *string != '\0'; string++) {
        if (*string == '|')
            jc_text_bytes(text, "\xC2\xA6", 2);
        else if ((unsigned char)*string < 0x20 || *string == 0x7F)
            jc_text_bytes(text, " ", 1);
        else
            jc_text_bytes(text, string, 1);
    }
}

void jc_text_duration(jc_text *text, double seconds)
{
    /* What is written in which two units, from the longest down. */
    static const struct {
        int64_t from;
        int64_t one;
        const char *name;
        int64_t part;
        const char *part_name;
    } rows[] = {{2 * 86400, 86400, "d", 3600, "h"}, {3600, 3600, "h", 60, "min"}, {60, 60, "min", 1, "s"}};
    int64_t whole = seconds < 9e15 ? (int64_t)seconds : INT64_C(9000000000000000);
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (whole < rows[i].from)
            continue;
        jc_text_add(text, "%" PRId64 " %s", whole / rows[i].one, rows[i].name);
        if (whole % rows[i].one / rows[i].part != 0)
            jc_text_add(text, " %" PRId64 " %s", whole % rows[i].one / rows[i].part, rows[i].part_name);
        return;
    }
    jc_text_number(text, seconds);
    jc_text_add(text, " s");
}

void jc_text_time(jc_text *text, int64_t unix_ms)
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm local;
    char formatted[64];

    if (localtime_r(&seconds, &local) != NULL &&
        strftime(formatted, sizeof formatted, "%Y-%m-%d %H:%M:%S %z", &local) != 0)
        jc_text_add(text, "%s", formatted);
    else
        jc_text_add(text, "%" PRId64 " ms after 1970", unix_ms);
}

/* ---- Verdicts -------------------------------------------------------------------------------------------------- */

const char *jc_verdict_name(int verdict)
{
    static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

    return names[verdict >= JC_OK && verdict <= JC_UNKNOWN ? verdict : JC_UNKNOWN];
}

int jc_verdict_from_name(const char *name)
{
    int verdict;

    for (verdict = JC_OK; verdict <= JC_UNKNOWN; verdict++) {
        if (strcasecmp(name, jc_verdict_name(verdict)) == 0 || (name[0] == '0' + verdict && name[1] == '\0'))
            return verdict;
    }
    return -1;
}

int jc_worse(int one, int other)
{
    static const int badness[] = {0, 2, 3, 1}; /* of OK, WARNING, CRITICAL, UNKNOWN */

    return badness[one] >= badness[other] ? one : other;
}

static int is_worse(int one, int other)
{
    return one != other && jc_worse(one, other) == one;
}

static size_t state_row(cbj_state state)
{
    size_t row;
    size_t unknown = 0;

    for (row = 0; row < JC_STATES; row++) {
        if (jc_states[row].state == state)
            return row;
        if (jc_states[row].state == CBJ_STATE_UNKNOWN)
            unknown = row;
    }
    return unknown;
}

const jc_state *jc_state_of(cbj_state state)
{
    return &jc_states[state_row(state)];
}

/* ---- Ranges ---------------------------------------------------------------------------------------------------- */

int jc_range_alerts(const jc_range *range, double value)
{
    int is_inside = value >= range->start && value <= range->end;

    return range->is_set && (range->is_inverted ? is_inside : !is_inside);
}

void jc_text_range(jc_text *text, const jc_range *range)
{
    if (!range->is_set)
        return;
    if (range->is_inverted)
        jc_text_add(text, "@");
    if (isinf(range->start))
        jc_text_add(text, "~:");
    else if (range->start != 0 || isinf(range->end)) {
        jc_text_number(text, range->start);
        jc_text_add(text, ":");
    }
    if (!isinf(range->end))
        jc_text_number(text, range->end);
}

/* Units of a time in seconds; the first is the one that need not be written. */
static const struct {
    const char *suffix;
    double seconds;
} units[] = {{"s", 1}, {"", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}};

/* Reads "1.5", "26h" or "5%" up to `end`. strtod would take the locale's decimal point, "inf" and hexadecimal digits. */
static int parse_number(const char *at, const char *end, const char *unit, double *number)
{
    double scale = 1;
    int digits = 0;
    int is_negative = at < end && *at == '-';
    size_t i;

    *number = 0;
    for (at += is_negative; at < end && isdigit((unsigned char)*at); at++, digits++)
        *number = *number * 10 + (*at - '0');
    if (at < end && *at == '.') {
        for (at++; at < end && isdigit((unsigned char)*at); at++, digits++) {
            scale /= 10;
            *number += (*at - '0') * scale;
        }
    }
    if (is_negative)
        *number = -*number;
    /* More digits than a double can tell apart would silently become another number. */
    if (digits == 0 || digits > 15)
        return 0;
    if (at == end)
        return 1;
    if (*unit == '%')
        return end - at == 1 && *at == '%';
    for (i = 0; *unit == 's' && i < sizeof units / sizeof units[0]; i++) {
        if (strlen(units[i].suffix) == (size_t)(end - at) && strncmp(units[i].suffix, at, (size_t)(end - at)) == 0) {
            *number *= units[i].seconds;
            return 1;
        }
    }
    return 0;
}

/* Reads "[@][start:][end]" up to `end`. */
static int parse_range(const char *at, const char *end, const char *unit, jc_range *range)
{
    const char *colon;

    range->is_set = 1;
    range->is_inverted = at < end && *at == '@';
    at += range->is_inverted;
    range->start = 0;
    range->end = INFINITY;
    colon = (const char *)memchr(at, ':', (size_t)(end - at));
    if (colon != NULL) {
        if (colon - at == 1 && *at == '~')
            range->start = -INFINITY;
        else if (colon > at && !parse_number(at, colon, unit, &range->start))
            return 0;
        at = colon + 1;
        if (at == end)
            return 1;
    }
    return parse_number(at, end, unit, &range->end) && range->start <= range->end;
}

/* ---- What the operator decides --------------------------------------------------------------------------------- */

void jc_policy_init(jc_policy *policy)
{
    size_t i;

    memset(policy, 0, sizeof *policy);
    for (i = 0; i < JC_STATES; i++)
        policy->state_verdicts[i] = jc_states[i].verdict;
    for (i = 0; i < JC_FAILURES; i++)
        policy->failure_verdicts[i] = jc_failures[i].verdict;
    policy->listed_errors = 5;
}

void jc_policy_free(jc_policy *policy)
{
    size_t i;

    for (i = 0; i < policy->ignored_count; i++)
        regfree(&policy->ignored[i]);
    free(policy->ignored);
    policy->ignored = NULL;
    policy->ignored_count = 0;
}

/* Whether `key` is what stands before `end`, if case, blanks, '_' and '-' do not count. */
static int is_spelled(const char *key, const char *at, const char *end)
{
    for (;;) {
        while (*key == '-')
            key++;
        while (at < end && (*at == ' ' || *at == '_' || *at == '-'))
            at++;
        if (*key == '\0' || at == end)
            return *key == '\0' && at == end;
        if (*key != tolower((unsigned char)*at))
            return 0;
        key++, at++;
    }
}

/* Splits "name=verdict". */
static int parse_assignment(const char *assignment, const char **equals, int *verdict, jc_text *problem)
{
    *equals = strchr(assignment, '=');
    *verdict = *equals != NULL ? jc_verdict_from_name(*equals + 1) : -1;
    if (*verdict >= 0)
        return 1;
    jc_text_add(problem, "'%s' is not NAME=VERDICT with one of ok, warning, critical, unknown", assignment);
    return 0;
}

int jc_policy_set_state(jc_policy *policy, const char *assignment, jc_text *problem)
{
    const char *equals;
    int verdict;
    size_t i;

    if (!parse_assignment(assignment, &equals, &verdict, problem))
        return 0;
    for (i = 0; i < JC_STATES; i++) {
        if (is_spelled(jc_states[i].key, assignment, equals)) {
            policy->state_verdicts[i] = verdict;
            return 1;
        }
    }
    jc_text_add(problem, "'%.*s' is none of the states:", (int)(equals - assignment), assignment);
    for (i = 0; i < JC_STATES; i++)
        jc_text_add(problem, "%s %s", i > 0 ? "," : "", jc_states[i].key);
    return 0;
}

int jc_policy_set_failure(jc_policy *policy, const char *assignment, jc_text *problem)
{
    const char *equals;
    int verdict;
    size_t i;

    if (!parse_assignment(assignment, &equals, &verdict, problem))
        return 0;
    for (i = 0; i < JC_FAILURES; i++) {
        if (is_spelled(jc_failures[i].key, assignment, equals)) {
            policy->failure_verdicts[i] = verdict;
            return 1;
        }
    }
    jc_text_add(problem, "'%.*s' is none of the errors:", (int)(equals - assignment), assignment);
    for (i = 0; i < JC_FAILURES; i++)
        jc_text_add(problem, "%s %s", i > 0 ? "," : "", jc_failures[i].key);
    return 0;
}

/* One "name=range", or a range alone, up to `end`. */
static int set_threshold(jc_policy *policy, int verdict, const char *at, const char *end, jc_text *problem)
{
    const char *equals = (const char *)memchr(at, '=', (size_t)(end - at));
    const char *range_text = equals != NULL ? equals + 1 : at;
    size_t metric = equals == NULL ? (size_t)JC_FAILED : 0;
    jc_range range;
    size_t i;

    if (equals != NULL) {
        while (metric < JC_METRICS && (strlen(jc_metric_kinds[metric].name) != (size_t)(equals - at) ||
                                       strncmp(jc_metric_kinds[metric].name, at, (size_t)(equals - at)) != 0))
            metric++;
        if (metric == JC_METRICS) {
            jc_text_add(problem, "'%.*s' has no threshold; there is one for", (int)(equals - at), at);
            for (i = 0; i < JC_METRICS; i++)
                jc_text_add(problem, "%s %s", i > 0 ? "," : "", jc_metric_kinds[i].name);
            return 0;
        }
    }
    if (metric == JC_FAILED && memchr(range_text, '%', (size_t)(end - range_text)) != NULL)
        metric = JC_FAILED_PERCENT;
    if (!parse_range(range_text, end, jc_metric_kinds[metric].unit, &range)) {
        jc_text_add(problem, "'%.*s' is not a range for %s: [@]start:end, start not above end, '~' for minus infinity%s",
                    (int)(end - range_text), range_text, jc_metric_kinds[metric].name,
                    jc_metric_kinds[metric].unit[0] == 's' ? ", with the units s, m, h, d, w" : "");
        return 0;
    }
    *(verdict == JC_WARNING ? &policy->warning[metric] : &policy->critical[metric]) = range;
    return 1;
}

int jc_policy_set_thresholds(jc_policy *policy, int verdict, const char *list, jc_text *problem)
{
    for (;;) {
        const char *comma = strchr(list, ',');
        const char *end = comma != NULL ? comma : list + strlen(list);

        if (!set_threshold(policy, verdict, list, end, problem))
            return 0;
        if (comma == NULL)
            return 1;
        list = comma + 1;
    }
}

int jc_policy_ignore_error(jc_policy *policy, const char *expression, jc_text *problem)
{
    size_t count = policy->ignored_count;
    regex_t *grown;
    int failure;
    char words[200];

    /* It would be found in every text. */
    if (expression[0] == '\0') {
        jc_text_add(problem, "the regular expression is empty, which would ignore every error");
        return 0;
    }
    grown = (regex_t *)realloc(policy->ignored, (count + 1) * sizeof *grown);
    if (grown == NULL) {
        jc_text_add(problem, "out of memory");
        return 0;
    }
    policy->ignored = grown;
    failure = regcomp(&grown[count], expression, REG_EXTENDED | REG_NOSUB);
    if (failure != 0) {
        regerror(failure, &grown[count], words, sizeof words);
        jc_text_add(problem, "'%s' is not a regular expression: %s", expression, words);
        return 0;
    }
    policy->ignored_count = count + 1;
    return 1;
}

static int is_ignored(const jc_policy *policy, const char *message)
{
    size_t i;

    for (i = 0; message != NULL && i < policy->ignored_count; i++) {
        if (regexec(&policy->ignored[i], message, 0, NULL, 0) == 0)
            return 1;
    }
    return 0;
}

/* ---- The client ------------------------------------------------------------------------------------------------ */

cbj_status jc_make_client(const char *config_file, int64_t timeout_ms, cbj_log_fn log, cbj_log_level level,
                          cbj_client **client, cbj_error **error)
{
    cbj_config *config = cbj_config_new();
    cbj_status status = cbj_config_load_env(config, error);

    *client = NULL;
    if (status == CBJ_OK && config_file != NULL)
        status = cbj_config_load_file(config, config_file, error);
    if (status == CBJ_OK && log != NULL)
        status = cbj_config_set_log(config, log, NULL, level);
    if (status == CBJ_OK) {
        /* 0 is no time at all, which the library refuses. */
        cbj_config_set_timeout_ms(config, timeout_ms < 1 ? 1 : timeout_ms < UINT32_MAX ? (uint32_t)timeout_ms : UINT32_MAX);
        status = cbj_client_new(config, client, error);
    }
    cbj_config_free(config);
    return status;
}

/* ---- The numbers of a job -------------------------------------------------------------------------------------- */

int jc_value_is_known(jc_value value)
{
    return value.number == value.number;
}

void jc_text_value(jc_text *text, jc_value value)
{
    if (value.count >= 0)
        jc_text_add(text, "%" PRId64, value.count);
    else
        jc_text_number(text, value.number);
}

static jc_value of_number(double number)
{
    jc_value value;

    value.number = number;
    value.count = -1;
    return value;
}

static jc_value of_count(int64_t count)
{
    jc_value value = of_number(count >= 0 ? (double)count : NAN);

    value.count = count >= 0 ? count : -1;
    return value;
}

/* The top errors in sum. */
typedef struct {
    size_t ignored;              /* entries that the operator knows */
    int64_t ignored_occurrences; /* -1: one of them does not say */
    size_t counted;
    int64_t occurrences; /* of those that count; -1: one of them does not say */
} error_sums;

/* -1 stays -1, and nothing wraps. */
static int64_t sum(int64_t one, int64_t other)
{
    if (one < 0 || other < 0)
        return -1;
    return one > INT64_MAX - other ? INT64_MAX : one + other;
}

static error_sums sum_errors(const jc_policy *policy, const cbj_job *job)
{
    error_sums sums = {0, 0, 0, 0};
    size_t i;

    for (i = 0; i < cbj_job_error_count(job); i++) {
        int64_t occurrences = cbj_job_error_occurrences(job, i);

        if (is_ignored(policy, cbj_job_error_message(job, i))) {
            sums.ignored++;
            sums.ignored_occurrences = sum(sums.ignored_occurrences, occurrences);
        } else {
            sums.counted++;
            sums.occurrences = sum(sums.occurrences, occurrences);
        }
    }
    return sums;
}

/* Why a time cannot be used; NULL where it can. */
static const char *time_problem(int64_t unix_ms, const char *text, int64_t now_ms)
{
    if (unix_ms == CBJ_NO_TIME)
        return text == NULL ? "is missing" : "is not a date that can be read";
    if (unix_ms < OLDEST_TIME_MS)
        return "is a placeholder";
    if (unix_ms > now_ms + CLOCK_SKEW_MS)
        return "lies in the future; is this machine's clock right?";
    return NULL;
}

static double seconds_since(int64_t unix_ms, int64_t now_ms)
{
    return unix_ms < now_ms ? (double)(now_ms - unix_ms) / 1000 : 0;
}

static void read_values(const cbj_job *job, const error_sums *errors, int64_t now_ms, jc_result *result)
{
    jc_value *values = result->values;
    int64_t start = cbj_job_start_time_ms(job);
    int64_t finish = cbj_job_finish_time_ms(job);
    int64_t total = cbj_job_total_count(job);
    int64_t failed = cbj_job_failed_count(job);
    int is_running = cbj_job_state(job) == CBJ_STATE_IN_PROGRESS;
    int start_is_known = time_problem(start, NULL, now_ms) == NULL;
    int finish_is_known = time_problem(finish, NULL, now_ms) == NULL;
    size_t i;

    for (i = 0; i < JC_METRICS; i++)
        values[i] = of_number(NAN);
    values[JC_TOTAL] = of_count(total);
    values[JC_FAILED] = of_count(failed);
    values[JC_SUCCESSFUL] = of_count(cbj_job_successful_count(job));
    values[JC_SKIPPED] = of_count(cbj_job_skipped_count(job));
    values[JC_ERRORS] = of_count(errors->occurrences);
    if (total > 0 && failed >= 0 && failed <= total)
        values[JC_FAILED_PERCENT] = of_number((double)failed / (double)total * 100);
    else if (total == 0 && failed == 0)
        values[JC_FAILED_PERCENT] = of_number(0);
    result->start_ms = start_is_known ? start : CBJ_NO_TIME;
    result->finish_ms = finish_is_known && !is_running ? finish : CBJ_NO_TIME;
    if (is_running) {
        if (start_is_known)
            values[JC_RUNNING] = of_number(seconds_since(start, now_ms));
        return;
    }
    if (finish_is_known)
        values[JC_AGE] = of_number(seconds_since(finish, now_ms));
    if (start_is_known && finish_is_known && cbj_job_elapsed_ms(job) >= 0)
        values[JC_DURATION] = of_number((double)cbj_job_elapsed_ms(job) / 1000);
    else if (cbj_job_duration_hours(job) >= 0) /* which NaN is not */
        values[JC_DURATION] = of_number(cbj_job_duration_hours(job) * 3600);
}

/* ---- The judgement --------------------------------------------------------------------------------------------- */

static void begin_result(jc_result *result)
{
    size_t i;

    memset(result, 0, sizeof *result);
    result->start_ms = result->finish_ms = CBJ_NO_TIME;
    for (i = 0; i < JC_METRICS; i++)
        result->values[i] = of_number(NAN);
}

void jc_result_free(jc_result *result)
{
    jc_text_free(&result->summary);
    jc_text_free(&result->details);
}

/* A value or a limit for a person. */
static void add_in_words(jc_text *text, jc_metric metric, jc_value value)
{
    if (jc_metric_kinds[metric].unit[0] == 's')
        jc_text_duration(text, value.number);
    else
        jc_text_value(text, value);
    if (jc_metric_kinds[metric].unit[0] == '%')
        jc_text_add(text, " %%");
}

/* "above 10", "below 5", "outside 5 to 10", "within 5 to 10" */
static void add_limits(jc_text *text, jc_metric metric, const jc_range *range)
{
    if (isinf(range->start) || (range->start == 0 && !isinf(range->end))) {
        jc_text_add(text, range->is_inverted ? "up to " : "above ");
        add_in_words(text, metric, of_number(range->end));
    } else if (isinf(range->end)) {
        jc_text_add(text, range->is_inverted ? "from " : "below ");
        add_in_words(text, metric, of_number(range->start));
    } else {
        jc_text_add(text, range->is_inverted ? "from " : "outside ");
        add_in_words(text, metric, of_number(range->start));
        jc_text_add(text, " to ");
        add_in_words(text, metric, of_number(range->end));
    }
}

/* Why a number that has a threshold is not known. */
static void add_missing(jc_text *text, jc_metric metric, const cbj_job *job, int64_t now_ms)
{
    int is_start = metric == JC_RUNNING;
    const char *time_text = is_start ? cbj_job_start_time_text(job) : cbj_job_finish_time_text(job);
    int64_t time = is_start ? cbj_job_start_time_ms(job) : cbj_job_finish_time_ms(job);
    const char *problem = NULL;

    jc_text_add(text, "%s cannot be judged: ", jc_metric_kinds[metric].name);
    switch (metric) {
    case JC_DURATION:
        problem = time_problem(time, time_text, now_ms);
        if (problem == NULL) {
            time_text = cbj_job_start_time_text(job);
            is_start = 1;
            problem = time_problem(cbj_job_start_time_ms(job), time_text, now_ms);
        }
        if (problem == NULL) {
            jc_text_add(text, "the job ends before it starts");
            return;
        }
        break;
    case JC_AGE:
    case JC_RUNNING:
        problem = time_problem(time, time_text, now_ms);
        break;
    case JC_FAILED_PERCENT:
        jc_text_add(text, "the counts are missing or contradict each other");
        return;
    default:
        jc_text_add(text, "the service did not say");
        return;
    }
    jc_text_add(text, "the %s time", is_start ? "start" : "finish");
    if (time_text != NULL) {
        jc_text_add(text, " '");
        jc_text_line(text, time_text);
        jc_text_add(text, "'");
    }
    jc_text_add(text, " %s", problem);
}

/* Whether a number can be there at all in this state. */
static int applies(jc_metric metric, cbj_state state)
{
    if (metric == JC_RUNNING)
        return state == CBJ_STATE_IN_PROGRESS;
    if (metric == JC_DURATION || metric == JC_AGE)
        return state != CBJ_STATE_IN_PROGRESS;
    return 1;
}

/* Every threshold: what it says is added to `reasons` of its verdict. */
static void judge_thresholds(const jc_policy *policy, const cbj_job *job, int64_t now_ms, jc_result *result,
                             jc_text *reasons)
{
    jc_text not_judged = JC_TEXT_EMPTY;
    size_t i;

    for (i = 0; i < JC_METRICS; i++) {
        jc_metric metric = (jc_metric)i;
        const jc_range *warning = &policy->warning[i];
        const jc_range *critical = &policy->critical[i];
        jc_value value = result->values[i];
        int verdict = JC_OK;
        jc_text words = JC_TEXT_EMPTY;

        if (!warning->is_set && !critical->is_set)
            continue;
        if (!applies(metric, result->state)) {
            /* That a job which has ended does not run goes without saying. */
            if (metric != JC_RUNNING)
                jc_text_add(&not_judged, "%s%s", not_judged.length > 0 ? ", " : "", jc_metric_kinds[i].name);
            continue;
        }
        if (!jc_value_is_known(value))
            verdict = JC_UNKNOWN;
        else if (jc_range_alerts(critical, value.number))
            verdict = JC_CRITICAL;
        else if (jc_range_alerts(warning, value.number))
            verdict = JC_WARNING;
        if (verdict == JC_OK)
            continue;
        result->verdict = jc_worse(result->verdict, verdict);
        if (reasons[verdict].length > 0)
            jc_text_add(&reasons[verdict], "; ");
        if (verdict == JC_UNKNOWN) {
            add_missing(&reasons[verdict], metric, job, now_ms);
            continue;
        }
        add_in_words(&words, metric, value);
        /* The format is the table's own. */
        {
            const char *place = strstr(jc_metric_kinds[i].words, "%s");

            jc_text_bytes(&reasons[verdict], jc_metric_kinds[i].words, (size_t)(place - jc_metric_kinds[i].words));
            jc_text_add(&reasons[verdict], "%s%s (%s ", jc_text_get(&words), place + 2,
                        verdict == JC_CRITICAL ? "critical" : "warning");
        }
        add_limits(&reasons[verdict], metric, verdict == JC_CRITICAL ? critical : warning);
        jc_text_add(&reasons[verdict], ")");
        jc_text_free(&words);
    }
    if (not_judged.length > 0)
        jc_text_add(&result->details, "Not judged while the job runs: %s\n", jc_text_get(&not_judged));
    jc_text_free(&not_judged);
}

/* "Failed, 4 of 1530 objects failed in 41 min 44 s, ended 3 h ago" - unless a breached threshold says the last already. */
static void add_outcome(jc_text *text, const jc_policy *policy, const cbj_job *job, const jc_result *result)
{
    jc_value age = result->values[JC_AGE];
    const char *state_text = cbj_job_state_text(job);
    jc_value failed = result->values[JC_FAILED];
    jc_value total = result->values[JC_TOTAL];

    if (result->state != CBJ_STATE_UNKNOWN) {
        jc_text_add(text, "%s", jc_state_of(result->state)->name);
    } else if (state_text != NULL) {
        jc_text_add(text, "in the state '");
        jc_text_line(text, state_text);
        jc_text_add(text, "', which this version does not know");
    } else {
        jc_text_add(text, "the service sent no state");
    }
    if (result->state == CBJ_STATE_IN_PROGRESS && jc_value_is_known(result->values[JC_RUNNING])) {
        jc_text_add(text, " for ");
        jc_text_duration(text, result->values[JC_RUNNING].number);
    }
    if (jc_value_is_known(failed) && (failed.count > 0 || !jc_value_is_known(result->values[JC_SUCCESSFUL]))) {
        jc_text_add(text, ", %" PRId64, failed.count);
        if (jc_value_is_known(total))
            jc_text_add(text, " of %" PRId64, total.count);
        jc_text_add(text, " objects failed");
    } else if (jc_value_is_known(result->values[JC_SUCCESSFUL])) {
        jc_text_add(text, ", %" PRId64, result->values[JC_SUCCESSFUL].count);
        if (jc_value_is_known(total))
            jc_text_add(text, " of %" PRId64, total.count);
        jc_text_add(text, " objects %s", result->state == CBJ_STATE_IN_PROGRESS ? "done" : "successful");
    }
    if (jc_value_is_known(result->values[JC_DURATION])) {
        jc_text_add(text, " in ");
        jc_text_duration(text, result->values[JC_DURATION].number);
    }
    if (jc_value_is_known(age) && !jc_range_alerts(&policy->warning[JC_AGE], age.number) &&
        !jc_range_alerts(&policy->critical[JC_AGE], age.number)) {
        jc_text_add(text, ", ended ");
        jc_text_duration(text, age.number);
        jc_text_add(text, " ago");
    }
}

/* The first of the errors that count: the service lists the most frequent. */
static void add_first_error(jc_text *text, const jc_policy *policy, const cbj_job *job)
{
    size_t i;

    for (i = 0; i < cbj_job_error_count(job); i++) {
        const char *message = cbj_job_error_message(job, i);
        int64_t occurrences = cbj_job_error_occurrences(job, i);

        if (message == NULL || is_ignored(policy, message))
            continue;
        jc_text_add(text, ": ");
        jc_text_line(text, message);
        if (occurrences >= 0)
            jc_text_add(text, " (%" PRId64 " x)", occurrences);
        return;
    }
}

/*
 * Known noise excuses a job that ended with errors only if it explains them all: every listed error is known, and they
 * occurred at least as often as objects failed. The list has only the top errors, so less would hide what is not listed.
 */
static int is_excused(const error_sums *errors, const jc_result *result)
{
    return (result->state == CBJ_STATE_FINISHED_WITH_EXCEPTION || result->state == CBJ_STATE_PARTIALLY_FINISHED) &&
           errors->ignored > 0 && errors->counted == 0 && result->values[JC_FAILED].count >= 0 &&
           errors->ignored_occurrences >= result->values[JC_FAILED].count;
}

static void add_time(jc_text *text, const char *label, int64_t unix_ms, const char *as_sent)
{
    jc_text_add(text, "%s ", label);
    if (unix_ms != CBJ_NO_TIME) {
        jc_text_time(text, unix_ms);
    } else if (as_sent != NULL) {
        jc_text_add(text, "'");
        jc_text_line(text, as_sent);
        jc_text_add(text, "' (cannot be read)");
    } else {
        jc_text_add(text, "-");
    }
}

static void add_count(jc_text *text, int64_t count, const char *label)
{
    if (count >= 0)
        jc_text_add(text, "%" PRId64 " %s", count, label);
    else
        jc_text_add(text, "? %s", label);
}

static void add_facts(jc_text *text, const cbj_job *job, const jc_result *result)
{
    int64_t total = cbj_job_total_count(job);
    int64_t failed = cbj_job_failed_count(job);
    int64_t successful = cbj_job_successful_count(job);
    int64_t skipped = cbj_job_skipped_count(job);
    int64_t parts;

    add_time(text, "Started", cbj_job_start_time_ms(job), cbj_job_start_time_text(job));
    add_time(text, ", ended", cbj_job_finish_time_ms(job), cbj_job_finish_time_text(job));
    if (jc_value_is_known(result->values[JC_DURATION])) {
        jc_text_add(text, ", took ");
        jc_text_duration(text, result->values[JC_DURATION].number);
    }
    jc_text_add(text, "\nObjects: ");
    add_count(text, total, "in all, ");
    add_count(text, successful, "successful, ");
    add_count(text, failed, "failed, ");
    add_count(text, skipped, "skipped\n");
    parts = sum(sum(failed, successful), skipped);
    if (total >= 0 && (failed > total || successful > total || skipped > total || parts > total))
        jc_text_add(text, "The counts contradict each other: the parts are more than the whole\n");
}

static void add_errors(jc_text *text, const jc_policy *policy, const cbj_job *job, const error_sums *errors)
{
    size_t listed = 0;
    size_t i;

    for (i = 0; i < cbj_job_error_count(job) && listed < policy->listed_errors; i++) {
        const char *message = cbj_job_error_message(job, i);
        const char *url = cbj_job_error_url(job, i);
        int64_t occurrences = cbj_job_error_occurrences(job, i);

        if (is_ignored(policy, message))
            continue;
        listed++;
        if (occurrences >= 0)
            jc_text_add(text, "%" PRId64 " x ", occurrences);
        jc_text_line(text, message != NULL ? message : "(an error without a text)");
        if (url != NULL) {
            jc_text_add(text, " ");
            jc_text_line(text, url);
        }
        jc_text_add(text, "\n");
    }
    if (errors->counted > listed)
        jc_text_add(text, "and %lu more kinds of errors\n", (unsigned long)(errors->counted - listed));
    if (errors->ignored > 0) {
        jc_text_add(text, "Ignored: %lu kinds of errors", (unsigned long)errors->ignored);
        if (errors->ignored_occurrences >= 0)
            jc_text_add(text, ", %" PRId64 " occurrences", errors->ignored_occurrences);
        jc_text_add(text, "\n");
    }
}

static void add_ids(jc_text *text, const char *request_id, const char *trace_id)
{
    if (request_id != NULL) {
        jc_text_add(text, "Request id ");
        jc_text_line(text, request_id);
        jc_text_add(text, "\n");
    }
    if (trace_id != NULL) {
        jc_text_add(text, "Trace id ");
        jc_text_line(text, trace_id);
        jc_text_add(text, "\n");
    }
}

void jc_judge_job(const jc_policy *policy, const cbj_job *job, const char *asked, int64_t now_ms, jc_result *result)
{
    jc_text reasons[4] = {JC_TEXT_EMPTY, JC_TEXT_EMPTY, JC_TEXT_EMPTY, JC_TEXT_EMPTY}; /* by verdict */
    static const int worst_first[] = {JC_CRITICAL, JC_WARNING, JC_UNKNOWN};
    const char *id = cbj_job_id(job);
    error_sums errors = sum_errors(policy, job);
    int state_verdict;
    int excused;
    size_t i;

    begin_result(result);
    result->was_retrieved = 1;
    result->state = cbj_job_state(job);
    read_values(job, &errors, now_ms, result);

    state_verdict = policy->state_verdicts[state_row(result->state)];
    excused = is_excused(&errors, result);
    if (excused)
        state_verdict = JC_OK;
    result->verdict = state_verdict;
    judge_thresholds(policy, job, now_ms, result, reasons);

    /* What is wrong comes first: a breached threshold before a state that is less bad. */
    if (id != NULL && asked != NULL && strcasecmp(id, asked) != 0) {
        result->verdict = jc_worse(result->verdict, JC_UNKNOWN);
        jc_text_add(&result->summary, "the service answered about another job, ");
        jc_text_line(&result->summary, id);
        jc_text_add(&result->summary, "; ");
    }
    for (i = 0; i < 3; i++) {
        if (reasons[worst_first[i]].length > 0 && is_worse(worst_first[i], state_verdict))
            jc_text_add(&result->summary, "%s; ", jc_text_get(&reasons[worst_first[i]]));
    }
    add_outcome(&result->summary, policy, job, result);
    if (excused)
        jc_text_add(&result->summary, ", only errors that are ignored");
    if (state_verdict != JC_OK)
        add_first_error(&result->summary, policy, job);
    for (i = 0; i < 3; i++) {
        if (reasons[worst_first[i]].length > 0 && !is_worse(worst_first[i], state_verdict))
            jc_text_add(&result->summary, "; %s", jc_text_get(&reasons[worst_first[i]]));
    }
    add_facts(&result->details, job, result);
    add_errors(&result->details, policy, job, &errors);
    add_ids(&result->details, cbj_job_request_id(job), NULL);
    for (i = 0; i < 4; i++)
        jc_text_free(&reasons[i]);
}

void jc_judge_failure(const jc_policy *policy, cbj_status status, const cbj_error *error, const char *message,
                      jc_result *result)
{
    const char *said = message != NULL ? message : cbj_error_message(error);
    size_t i;

    begin_result(result);
    result->status = status;
    result->verdict = JC_UNKNOWN;
    for (i = 0; i < JC_FAILURES; i++) {
        if (jc_failures[i].status == status)
            result->verdict = policy->failure_verdicts[i];
    }
    jc_text_line(&result->summary, said != NULL ? said : cbj_status_name(status));
    for (i = 0; i < cbj_error_detail_count(error); i++) {
        const char *parts[3];
        size_t part;

        parts[0] = cbj_error_detail_code(error, i);
        parts[1] = cbj_error_detail_field(error, i);
        parts[2] = cbj_error_detail_message(error, i);
        jc_text_add(&result->details, "The service said:");
        for (part = 0; part < 3; part++) {
            if (parts[part] != NULL) {
                jc_text_add(&result->details, " ");
                jc_text_line(&result->details, parts[part]);
            }
        }
        jc_text_add(&result->details, "\n");
    }
    jc_text_add(&result->details, "%s", cbj_status_name(status));
    if (cbj_error_http_status(error) != 0)
        jc_text_add(&result->details, ", HTTP %" PRId32, cbj_error_http_status(error));
    if (cbj_error_retry_after_ms(error) >= 0)
        jc_text_add(&result->details, ", to be tried again in %" PRId64 " s",
                    (cbj_error_retry_after_ms(error) + 999) / 1000);
    jc_text_add(&result->details, "\n");
    add_ids(&result->details, cbj_error_request_id(error), cbj_error_trace_id(error));
}

/* ---- JSON ------------------------------------------------------------------------------------------------------ */

static void json_member(jc_text *text, const char *name, const char *value)
{
    jc_text_add(text, ",\"%s\":", name);
    jc_text_json(text, value);
}

static void json_lines(jc_text *text, const jc_text *lines)
{
    const char *at = jc_text_get(lines);
    const char *separator = "";

    jc_text_add(text, ",\"details\":[");
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");
        jc_text line = JC_TEXT_EMPTY;

        jc_text_bytes(&line, at, length);
        jc_text_add(text, "%s", separator);
        jc_text_json(text, jc_text_get(&line));
        jc_text_free(&line);
        separator = ",";
        at += length + (at[length] == '\n');
    }
    jc_text_add(text, "]");
}

static void json_range(jc_text *text, const char *name, const jc_range *range)
{
    jc_text written = JC_TEXT_EMPTY;

    jc_text_range(&written, range);
    json_member(text, name, range->is_set ? jc_text_get(&written) : NULL);
    jc_text_free(&written);
}

static void json_metrics(jc_text *text, const jc_policy *policy, const jc_result *result)
{
    const char *separator = "";
    size_t i;

    jc_text_add(text, ",\"metrics\":{");
    for (i = 0; i < JC_METRICS; i++) {
        if (!jc_value_is_known(result->values[i]))
            continue;
        jc_text_add(text, "%s\"%s\":{\"value\":", separator, jc_metric_kinds[i].name);
        jc_text_value(text, result->values[i]);
        json_member(text, "unit", jc_metric_kinds[i].unit);
        json_range(text, "warning", &policy->warning[i]);
        json_range(text, "critical", &policy->critical[i]);
        jc_text_add(text, "}");
        separator = ",";
    }
    jc_text_add(text, "}");
}

static void json_errors(jc_text *text, const jc_policy *policy, const cbj_job *job)
{
    size_t i;

    jc_text_add(text, ",\"errors\":[");
    for (i = 0; i < cbj_job_error_count(job); i++) {
        int64_t occurrences = cbj_job_error_occurrences(job, i);
        const char *message = cbj_job_error_message(job, i);

        jc_text_add(text, "%s{\"message\":", i > 0 ? "," : "");
        jc_text_json(text, message);
        json_member(text, "url", cbj_job_error_url(job, i));
        if (occurrences >= 0)
            jc_text_add(text, ",\"occurrences\":%" PRId64, occurrences);
        else
            jc_text_add(text, ",\"occurrences\":null");
        jc_text_add(text, ",\"ignored\":%s}", is_ignored(policy, message) ? "true" : "false");
    }
    jc_text_add(text, "]");
}

static void json_failure(jc_text *text, const cbj_error *error)
{
    size_t i;

    jc_text_add(text, ",\"error\":{\"http_status\":%" PRId32 ",\"retryable\":%s", cbj_error_http_status(error),
                cbj_error_is_retryable(error) ? "true" : "false");
    if (cbj_error_retry_after_ms(error) >= 0)
        jc_text_add(text, ",\"retry_after_ms\":%" PRId64, cbj_error_retry_after_ms(error));
    else
        jc_text_add(text, ",\"retry_after_ms\":null");
    jc_text_add(text, ",\"details\":[");
    for (i = 0; i < cbj_error_detail_count(error); i++) {
        jc_text_add(text, "%s{\"code\":", i > 0 ? "," : "");
        jc_text_json(text, cbj_error_detail_code(error, i));
        json_member(text, "field", cbj_error_detail_field(error, i));
        json_member(text, "message", cbj_error_detail_message(error, i));
        jc_text_add(text, "}");
    }
    jc_text_add(text, "]}");
}

/* JSON as it was sent: its line breaks can only stand between its tokens. */
static void json_on_one_line(jc_text *text, const char *json)
{
    for (; *json != '\0'; json++)
        jc_text_bytes(text, (unsigned char)*json < 0x20 ? " " : json, 1);
}

void jc_text_result_json(jc_text *text, const jc_policy *policy, const jc_result *result, const char *asked,
                         const cbj_job *job, const cbj_error *error)
{
    jc_text_add(text, "{\"job_id\":");
    jc_text_json(text, asked);
    jc_text_add(text, ",\"verdict\":%d", result->verdict);
    json_member(text, "verdict_text", jc_verdict_name(result->verdict));
    json_member(text, "status", cbj_status_name(result->status));
    json_member(text, "summary", jc_text_get(&result->summary));
    json_lines(text, &result->details);
    if (result->was_retrieved)
        jc_text_add(text, ",\"state\":%" PRId32, result->state);
    else
        jc_text_add(text, ",\"state\":null");
    json_member(text, "state_text", cbj_job_state_text(job));
    json_member(text, "start_time", cbj_job_start_time_text(job));
    json_member(text, "finish_time", cbj_job_finish_time_text(job));
    json_metrics(text, policy, result);
    json_errors(text, policy, job);
    json_member(text, "request_id", job != NULL ? cbj_job_request_id(job) : cbj_error_request_id(error));
    json_member(text, "trace_id", job != NULL ? cbj_job_trace_id(job) : cbj_error_trace_id(error));
    if (error != NULL)
        json_failure(text, error);
    else
        jc_text_add(text, ",\"error\":null");
    jc_text_add(text, ",\"job\":");
    json_on_one_line(text, job != NULL ? cbj_job_json(job) : "null");
    jc_text_add(text, "}");
}
