/*
 * cloudbackup_pass - a pass_persist program for Net-SNMP's snmpd: a table of jobs of Cloud Backup for Microsoft 365
 *
 * CLOUDBACKUPJOBS-MIB.txt describes the table, README.md how to configure snmpd. snmpd gives up on a program after a
 * second, so every answer comes from memory; a thread asks the service, one job after the other, and again after the
 * time that --refresh says. Ages and verdicts are of the moment of the answer.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cloudbackupjobs.h"
#include "job_check.h"

/* netSnmpPlaypen.365 */
#define DEFAULT_BASE ".1.3.6.1.4.1.8072.9999.9999.365"
#define MAX_OID 64
#define MAX_JOBS 65535
#define MAX_TEXT 255

/* Columns of cbjJobTable; the first is not accessible. */
enum {
    COLUMN_ID = 2,
    COLUMN_VERDICT,
    COLUMN_SUMMARY,
    COLUMN_STATUS,
    COLUMN_ANSWER_AGE,
    COLUMN_STATE,
    COLUMN_STATE_TEXT,
    COLUMN_START_TIME,
    COLUMN_FINISH_TIME,
    COLUMN_TOTAL,
    COLUMN_FAILED,
    COLUMN_FAILED_PERCENT,
    COLUMN_SUCCESSFUL,
    COLUMN_SKIPPED,
    COLUMN_ERRORS,
    COLUMN_DURATION,
    COLUMN_AGE,
    COLUMN_RUNNING,
    COLUMN_REQUEST_ID,
    COLUMN_END
};

/* What was last heard of a job. */
typedef struct {
    const char *id;
    int was_asked;
    int64_t answered_ms; /* monotonic */
    cbj_status status;
    cbj_job *job;     /* NULL after a failure */
    cbj_error *error; /* NULL after a success */
} watched_job;

static struct {
    pthread_mutex_t lock; /* of what the thread writes: the jobs but for their ids, and is_over */
    pthread_cond_t changed;
    int is_over;
    watched_job *jobs;
    size_t count;
    cbj_client *client;
    cbj_error *config_error; /* why there is no client */
    int64_t refresh_ms;
    jc_policy policy;
} cache;

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- The thread that asks -------------------------------------------------------------------------------------- */

static void refresh_job(watched_job *job)
{
    cbj_job *got = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_get_job(cache.client, job->id, NULL, &got, &error);
    cbj_job *old_job;
    cbj_error *old_error;

    pthread_mutex_lock(&cache.lock);
    old_job = job->job;
    old_error = job->error;
    job->was_asked = 1;
    job->answered_ms = clock_ms(CLOCK_MONOTONIC);
    job->status = status;
    job->job = got;
    job->error = error;
    pthread_mutex_unlock(&cache.lock);
    cbj_job_free(old_job);
    cbj_error_free(old_error);
}

static void *refresh(void *unused)
{
    int is_over = cache.client == NULL;

    (void)unused;
    while (!is_over) {
        int64_t begin_ms = clock_ms(CLOCK_MONOTONIC);
        size_t i;

        for (i = 0; i < cache.count && !is_over; i++) {
            refresh_job(&cache.jobs[i]);
            pthread_mutex_lock(&cache.lock);
            is_over = cache.is_over;
            pthread_mutex_unlock(&cache.lock);
        }
        pthread_mutex_lock(&cache.lock);
        while (!cache.is_over && clock_ms(CLOCK_MONOTONIC) < begin_ms + cache.refresh_ms) {
            int64_t end_ms = begin_ms + cache.refresh_ms;
            struct timespec end;

            end.tv_sec = (time_t)(end_ms / 1000);
            end.tv_nsec = (long)(end_ms % 1000) * 1000000;
            pthread_cond_timedwait(&cache.changed, &cache.lock, &end);
        }
        is_over = cache.is_over;
        pthread_mutex_unlock(&cache.lock);
    }
    return NULL;
}

/* snmpd's signals are for the thread that talks to it. */
static int start_thread(pthread_t *thread)
{
    pthread_condattr_t attributes;
    sigset_t all, before;
    int failure;

    pthread_mutex_init(&cache.lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&cache.changed, &attributes);
    pthread_condattr_destroy(&attributes);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    failure = pthread_create(thread, NULL, refresh, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}

static void end_thread(pthread_t thread)
{
    pthread_mutex_lock(&cache.lock);
    cache.is_over = 1;
    pthread_cond_signal(&cache.changed);
    pthread_mutex_unlock(&cache.lock);
    cbj_client_cancel(cache.client);
    pthread_join(thread, NULL);
}

/* ---- Object identifiers ---------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t parts[MAX_OID];
    size_t length;
} object_id;

static object_id base;

/* ".1.3.6" with or without its first dot. */
static int parse_oid(const char *text, object_id *oid)
{
    oid->length = 0;
    text += *text == '.';
    while (*text != '\0') {
        uint64_t part = 0;

        if (oid->length == MAX_OID || *text < '0' || *text > '9')
            return 0;
        for (; *text >= '0' && *text <= '9'; text++) {
            part = part * 10 + (uint64_t)(*text - '0');
            if (part > UINT32_MAX)
                return 0;
        }
        oid->parts[oid->length++] = (uint32_t)part;
        if (*text == '.' && text[1] != '\0')
            text++;
        else if (*text != '\0')
            return 0;
    }
    return oid->length > 0;
}

/* Below the base: 1.1.0 is cbjJobNumber, 1.2.1.column.row the table. */
static object_id oid_of(uint32_t column, uint32_t row)
{
    const uint32_t number[] = {1, 1, 0};
    uint32_t cell[] = {1, 2, 1, 0, 0};
    object_id oid = base;

    cell[3] = column;
    cell[4] = row;
    if (column == 0) {
        memcpy(oid.parts + oid.length, number, sizeof number);
        oid.length += 3;
    } else {
        memcpy(oid.parts + oid.length, cell, sizeof cell);
        oid.length += 5;
    }
    return oid;
}

static int compare(const object_id *one, const object_id *other)
{
    size_t i;

    for (i = 0; i < one->length && i < other->length; i++) {
        if (one->parts[i] != other->parts[i])
            return one->parts[i] < other->parts[i] ? -1 : 1;
    }
    return one->length < other->length ? -1 : one->length > other->length;
}

static void print_oid(const object_id *oid)
{
    size_t i;

    for (i = 0; i < oid->length; i++)
        printf(".%" PRIu32, oid->parts[i]);
    printf("\n");
}

/* ---- Values ---------------------------------------------------------------------------------------------------- */

/* A value as snmpd wants it; type NULL: there is none. */
typedef struct {
    const char *type;
    jc_text text;
} instance;

static void set_text(instance *into, const char *text)
{
    jc_text line = JC_TEXT_EMPTY;
    size_t length;

    if (text == NULL)
        return;
    jc_text_line(&line, text);
    length = line.length;
    if (length > MAX_TEXT) {
        for (length = MAX_TEXT; length > 0 && ((unsigned char)line.bytes[length] & 0xC0) == 0x80; length--)
            ;
    }
    into->type = "string";
    jc_text_bytes(&into->text, jc_text_get(&line), length);
    jc_text_free(&line);
}

static void set_number(instance *into, const char *type, int64_t number)
{
    into->type = type;
    jc_text_add(&into->text, "%" PRId64, number);
}

/* A gauge has 32 bits, and stays at its end. */
static void set_gauge(instance *into, double number)
{
    set_number(into, "gauge", number >= 4294967295.0 ? INT64_C(4294967295) : (int64_t)number);
}

static void set_metric(instance *into, const jc_result *result, jc_metric metric)
{
    jc_value value = result->values[metric];

    if (!jc_value_is_known(value))
        return;
    if (metric == JC_FAILED_PERCENT)
        set_gauge(into, value.number * 100 + 0.5);
    else if (value.count >= 0)
        set_number(into, "counter64", value.count);
    else
        set_gauge(into, value.number);
}

static void judge(const watched_job *job, jc_result *result)
{
    if (cache.config_error != NULL)
        jc_judge_failure(&cache.policy, cbj_error_status(cache.config_error), cache.config_error, NULL, result);
    else if (!job->was_asked)
        jc_judge_failure(&cache.policy, CBJ_ERROR_CANCELLED, NULL, "the service was not asked yet", result);
    else if (job->status == CBJ_OK)
        jc_judge_job(&cache.policy, job->job, job->id, clock_ms(CLOCK_REALTIME), result);
    else
        jc_judge_failure(&cache.policy, job->status, job->error, NULL, result);
}

static instance cell(uint32_t column, const watched_job *job)
{
    instance got = {NULL, JC_TEXT_EMPTY};
    jc_result result;

    judge(job, &result);
    switch (column) {
    case COLUMN_ID:
        set_text(&got, job->id);
        break;
    case COLUMN_VERDICT:
        set_number(&got, "integer", result.verdict);
        break;
    case COLUMN_SUMMARY:
        set_text(&got, jc_text_get(&result.summary));
        break;
    case COLUMN_STATUS:
        if (cache.config_error != NULL)
            set_number(&got, "integer", cbj_error_status(cache.config_error));
        else
            set_number(&got, "integer", job->was_asked ? job->status : -1);
        break;
    case COLUMN_ANSWER_AGE:
        if (job->was_asked)
            set_gauge(&got, (double)(clock_ms(CLOCK_MONOTONIC) - job->answered_ms) / 1000);
        break;
    case COLUMN_STATE:
        if (job->job != NULL)
            set_number(&got, "integer", cbj_job_state(job->job));
        break;
    case COLUMN_STATE_TEXT:
        set_text(&got, cbj_job_state_text(job->job));
        break;
    case COLUMN_START_TIME:
        set_text(&got, cbj_job_start_time_text(job->job));
        break;
    case COLUMN_FINISH_TIME:
        set_text(&got, cbj_job_finish_time_text(job->job));
        break;
    case COLUMN_REQUEST_ID:
        set_text(&got, job->job != NULL ? cbj_job_request_id(job->job) : cbj_error_request_id(job->error));
        break;
    case COLUMN_TOTAL:
    case COLUMN_FAILED:
    case COLUMN_FAILED_PERCENT:
    case COLUMN_SUCCESSFUL:
    case COLUMN_SKIPPED:
    case COLUMN_ERRORS:
    case COLUMN_DURATION:
    case COLUMN_AGE:
    case COLUMN_RUNNING:
        set_metric(&got, &result, (jc_metric)(JC_TOTAL + (int)(column - COLUMN_TOTAL)));
        break;
    default:
        break;
    }
    jc_result_free(&result);
    return got;
}

/* ---- What snmpd asks ------------------------------------------------------------------------------------------- */

static void answer(const object_id *oid, instance *value)
{
    print_oid(oid);
    printf("%s\n%s\n", value->type, jc_text_get(&value->text));
    jc_text_free(&value->text);
}

static instance number_of_jobs(void)
{
    instance got = {NULL, JC_TEXT_EMPTY};

    set_number(&got, "integer", (int64_t)cache.count);
    return got;
}

/* The value of an identifier, which is there whole or not at all. */
static int answer_get(const object_id *asked)
{
    object_id oid = oid_of(0, 0);
    instance got = {NULL, JC_TEXT_EMPTY};
    uint32_t column = asked->length == base.length + 5 ? asked->parts[base.length + 3] : 0;
    uint32_t row = asked->length == base.length + 5 ? asked->parts[base.length + 4] : 0;

    if (compare(asked, &oid) == 0) {
        got = number_of_jobs();
    } else if (row >= 1 && row <= cache.count) {
        oid = oid_of(column, row);
        if (column != 0 && compare(asked, &oid) == 0)
            got = cell(column, &cache.jobs[row - 1]);
    }
    if (got.type != NULL)
        answer(asked, &got);
    return got.type != NULL;
}

/* The value of the first identifier behind one. */
static int answer_next(const object_id *asked)
{
    object_id oid = oid_of(0, 0);
    uint32_t column;
    uint32_t row;

    if (compare(&oid, asked) > 0) {
        instance got = number_of_jobs();

        answer(&oid, &got);
        return 1;
    }
    for (column = COLUMN_ID; column < COLUMN_END; column++) {
        /* A whole column before the place is passed over at once. */
        oid = oid_of(column, (uint32_t)cache.count);
        if (compare(&oid, asked) <= 0)
            continue;
        for (row = 1; row <= cache.count; row++) {
            instance got;

            oid = oid_of(column, row);
            if (compare(&oid, asked) <= 0)
                continue;
            got = cell(column, &cache.jobs[row - 1]);
            if (got.type != NULL) {
                answer(&oid, &got);
                return 1;
            }
        }
    }
    return 0;
}

/* A line without its end; 0 at the end of the conversation. */
static int read_line(char *line, size_t size)
{
    size_t length;

    do {
        if (fgets(line, (int)size, stdin) == NULL) {
            if (ferror(stdin) && errno == EINTR) {
                clearerr(stdin);
                continue;
            }
            return 0;
        }
        break;
    } while (1);
    length = strcspn(line, "\r\n");
    if (line[length] == '\0' && !feof(stdin)) {
        /* Longer than any identifier: the rest belongs to it. */
        int rest;

        while ((rest = getchar()) != EOF && rest != '\n')
            ;
    }
    line[length] = '\0';
    return 1;
}

static void converse(void)
{
    char command[16];
    char argument[1024];

    while (read_line(command, sizeof command)) {
        int is_get = strcmp(command, "get") == 0;
        int is_next = strcmp(command, "getnext") == 0;
        object_id asked;
        int is_answered = 0;

        if (strcmp(command, "PING") == 0) {
            printf("PONG\n");
        } else if (is_get || is_next) {
            if (!read_line(argument, sizeof argument))
                return;
            pthread_mutex_lock(&cache.lock);
            if (parse_oid(argument, &asked))
                is_answered = is_get ? answer_get(&asked) : answer_next(&asked);
            pthread_mutex_unlock(&cache.lock);
            if (!is_answered)
                printf("NONE\n");
        } else if (strcmp(command, "set") == 0) {
            /* The identifier, then type and value. */
            if (!read_line(argument, sizeof argument) || !read_line(argument, sizeof argument))
                return;
            printf("not-writable\n");
        } else {
            printf("NONE\n");
        }
        if (fflush(stdout) != 0)
            return;
    }
}

/* ---- The command line ------------------------------------------------------------------------------------------ */

static const char usage[] =
    "usage: cloudbackup_pass [options] JOB_ID...\n"
    "  --config=FILE          JSON file with data center and credentials; what it does not set, the environment does\n"
    "  --refresh=SECONDS      how often the service is asked for each job; default 300\n"
    "  --timeout=SECONDS      for one job; default 30\n"
    "  --warning=RANGES, --critical=RANGES, --state=STATE=VERDICT, --on-error=ERROR=VERDICT, --ignore-error=REGEX\n"
    "                         what decides the verdict: see check_cloudbackup_job --help\n"
    "  --base=OID             where the tree begins; default " DEFAULT_BASE "\n";

enum { OPTION_CONFIG = 256, OPTION_REFRESH, OPTION_TIMEOUT, OPTION_WARNING, OPTION_CRITICAL, OPTION_STATE, OPTION_ON_ERROR,
       OPTION_IGNORE_ERROR, OPTION_BASE, OPTION_HELP };

static const struct option options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"refresh", required_argument, NULL, OPTION_REFRESH},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"warning", required_argument, NULL, OPTION_WARNING},
    {"critical", required_argument, NULL, OPTION_CRITICAL},
    {"state", required_argument, NULL, OPTION_STATE},
    {"on-error", required_argument, NULL, OPTION_ON_ERROR},
    {"ignore-error", required_argument, NULL, OPTION_IGNORE_ERROR},
    {"base", required_argument, NULL, OPTION_BASE},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static int64_t parse_seconds(const char *text, jc_text *problem)
{
    char *end;
    long seconds = strtol(text, &end, 10);

    if (end != text && *end == '\0' && seconds >= 1 && seconds <= 86400)
        return seconds;
    jc_text_add(problem, "'%s' is not a number of seconds from 1 to 86400", text);
    return 0;
}

static int take(int option, const char *argument, const char **config_file, int64_t *timeout_ms, jc_text *problem)
{
    switch (option) {
    case OPTION_CONFIG:
        *config_file = argument;
        return 1;
    case OPTION_REFRESH:
        cache.refresh_ms = parse_seconds(argument, problem) * 1000;
        return cache.refresh_ms != 0;
    case OPTION_TIMEOUT:
        *timeout_ms = parse_seconds(argument, problem) * 1000;
        return *timeout_ms != 0;
    case OPTION_WARNING:
        return jc_policy_set_thresholds(&cache.policy, JC_WARNING, argument, problem);
    case OPTION_CRITICAL:
        return jc_policy_set_thresholds(&cache.policy, JC_CRITICAL, argument, problem);
    case OPTION_STATE:
        return jc_policy_set_state(&cache.policy, argument, problem);
    case OPTION_ON_ERROR:
        return jc_policy_set_failure(&cache.policy, argument, problem);
    case OPTION_IGNORE_ERROR:
        return jc_policy_ignore_error(&cache.policy, argument, problem);
    case OPTION_BASE:
        if (parse_oid(argument, &base) && base.length <= MAX_OID - 8)
            return 1;
        jc_text_add(problem, "'%s' is not an object identifier in digits", argument);
        return 0;
    default:
        jc_text_add(problem, "there is no such option, or its argument is missing; see --help");
        return 0;
    }
}

/* Reads the command line, 0 if that goes on; else the exit status. */
static int read_options(int argc, char **argv, const char **config_file, int64_t *timeout_ms)
{
    jc_text problem = JC_TEXT_EMPTY;
    int option;
    size_t i;

    cache.refresh_ms = 300000;
    jc_policy_init(&cache.policy);
    (void)parse_oid(DEFAULT_BASE, &base);
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == OPTION_HELP)
            return fputs(usage, stdout) < 0 ? 2 : -1;
        if (!take(option, optarg, config_file, timeout_ms, &problem)) {
            fprintf(stderr, "cloudbackup_pass: %.*s: %s\n", (int)strcspn(argv[optind - 1], "="), argv[optind - 1],
                    jc_text_get(&problem));
            jc_text_free(&problem);
            return 2;
        }
    }
    cache.count = (size_t)(argc - optind);
    if (cache.count == 0 || cache.count > MAX_JOBS) {
        fprintf(stderr, "cloudbackup_pass: the jobs are missing, or too many\n%s", usage);
        return 2;
    }
    cache.jobs = (watched_job *)calloc(cache.count, sizeof *cache.jobs);
    if (cache.jobs == NULL) {
        fprintf(stderr, "cloudbackup_pass: out of memory\n");
        return 2;
    }
    for (i = 0; i < cache.count; i++)
        cache.jobs[i].id = argv[optind + (int)i];
    return 0;
}

int main(int argc, char **argv)
{
    const char *config_file = NULL;
    int64_t timeout_ms = 30000;
    pthread_t thread;
    int exit_status = read_options(argc, argv, &config_file, &timeout_ms);
    size_t i;

    /* snmpd that ends closes the pipes: that is an end like any other. */
    signal(SIGPIPE, SIG_IGN);
    if (exit_status == 0) {
        /* Without a client the table is there all the same, and says why: snmpd takes what is on standard error for an answer. */
        (void)jc_make_client(config_file, timeout_ms, NULL, 0, &cache.client, &cache.config_error);
        if (start_thread(&thread) == 0) {
            converse();
            end_thread(thread);
        } else {
            fprintf(stderr, "cloudbackup_pass: cannot start a thread\n");
            exit_status = 2;
        }
    }
    for (i = 0; cache.jobs != NULL && i < cache.count; i++) {
        cbj_job_free(cache.jobs[i].job);
        cbj_error_free(cache.jobs[i].error);
    }
    free(cache.jobs);
    jc_policy_free(&cache.policy);
    cbj_client_free(cache.client);
    cbj_error_free(cache.config_error);
    return exit_status > 0 ? exit_status : 0;
}
