/*
 * cloudbackup.so - a loadable module for zabbix_agentd: the jobs of Cloud Backup for Microsoft 365 as items
 *
 *     cloudbackup.ping                        1 if the module is configured
 *     cloudbackup.job[id,field,<location>]    one fact of a job; FIELDS below
 *     cloudbackup.job.json[id,<location>]     all of it as JSON, for dependent items
 *
 * README.md tells how to build and configure it. Written against the published description of the module interface (API
 * version 2), without Zabbix's headers.
 *
 * The agent loads the module once and then forks its workers. What they share is one cache in memory that is mapped
 * before that: ten items of a job cost one request, whichever workers they come to, and a worker that is asked for a job
 * that another one is just asking for waits for its answer.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#endif

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "cloudbackupjobs.h"
#include "job_check.h"

/* ---- The agent's side of the interface ------------------------------------------------------------------------- */

#define ZBX_MODULE_OK 0
#define ZBX_MODULE_API_VERSION 2
#define SYSINFO_RET_OK 0
#define SYSINFO_RET_FAIL 1
#define CF_HAVEPARAMS 1u

/* Which member of a result is set. */
#define AR_UINT64 1
#define AR_DOUBLE 2
#define AR_STRING 4
#define AR_TEXT 8
#define AR_MESSAGE 32

/* The agent passes pointers to these; only the members up to the last one that is used here matter. */
typedef struct {
    char *key;
    int nparam;
    char **params;
} agent_request;

typedef struct {
    uint64_t lastlogsize;
    uint64_t ui64;
    double dbl;
    char *str;
    char *text;
    char *msg;
    void *log;
    int type;
    int mtime;
} agent_result;

typedef struct {
    const char *key;
    unsigned flags;
    int (*function)(agent_request *request, agent_result *result);
    const char *test_param;
} agent_metric;

int zbx_module_api_version(void);
int zbx_module_init(void);
int zbx_module_uninit(void);
agent_metric *zbx_module_item_list(void);
void zbx_module_item_timeout(int timeout);

/* The agent frees what it is given. Without memory there is no message. */
static int fail(agent_result *result, const char *message)
{
    result->msg = strdup(message);
    result->type |= result->msg != NULL ? AR_MESSAGE : 0;
    return SYSINFO_RET_FAIL;
}

static int answer_text(agent_result *result, const char *text)
{
    result->text = strdup(text);
    if (result->text == NULL)
        return SYSINFO_RET_FAIL;
    result->type |= AR_TEXT;
    return SYSINFO_RET_OK;
}

static int answer_number(agent_result *result, uint64_t number)
{
    result->ui64 = number;
    result->type |= AR_UINT64;
    return SYSINFO_RET_OK;
}

static int answer_decimal(agent_result *result, double number)
{
    result->dbl = number;
    result->type |= AR_DOUBLE;
    return SYSINFO_RET_OK;
}

/* ---- Configuration --------------------------------------------------------------------------------------------- */

#ifndef CLOUDBACKUP_CONF
#define CLOUDBACKUP_CONF "/etc/zabbix/cloudbackup.conf"
#endif

static struct {
    char *credentials; /* ConfigFile */
    int64_t cache_ms;
    jc_policy policy;
    jc_text problem; /* empty: none */
} configuration;

/* The agent's, in milliseconds. */
static int64_t timeout_ms = 3000;

/* What is left of the timeout to send the answer. */
#define ANSWER_MS 200
/* How long it is remembered that a job could not be had: long enough for the other items of that job. */
#define FAILURE_CACHE_MS 5000

static int set_option(const char *key, const char *value, jc_text *problem)
{
    if (strcmp(key, "ConfigFile") == 0) {
        free(configuration.credentials);
        configuration.credentials = strdup(value);
        return configuration.credentials != NULL;
    }
    if (strcmp(key, "CacheSeconds") == 0) {
        char *end;
        long seconds = strtol(value, &end, 10);

        configuration.cache_ms = (int64_t)seconds * 1000;
        if (end != value && *end == '\0' && seconds >= 0 && seconds <= 86400)
            return 1;
        jc_text_add(problem, "'%s' is not a number of seconds from 0 to 86400", value);
        return 0;
    }
    if (strcmp(key, "Warning") == 0)
        return jc_policy_set_thresholds(&configuration.policy, JC_WARNING, value, problem);
    if (strcmp(key, "Critical") == 0)
        return jc_policy_set_thresholds(&configuration.policy, JC_CRITICAL, value, problem);
    if (strcmp(key, "State") == 0)
        return jc_policy_set_state(&configuration.policy, value, problem);
    if (strcmp(key, "OnError") == 0)
        return jc_policy_set_failure(&configuration.policy, value, problem);
    if (strcmp(key, "IgnoreError") == 0)
        return jc_policy_ignore_error(&configuration.policy, value, problem);
    jc_text_add(problem, "'%s' is none of ConfigFile, CacheSeconds, Warning, Critical, State, OnError, IgnoreError", key);
    return 0;
}

/* "Key=Value" lines, as the agent's own file. */
static void read_configuration(void)
{
    const char *path = getenv("CLOUDBACKUP_CONF");
    char line[4096];
    int number = 0;
    FILE *file;

    if (path == NULL || *path == '\0')
        path = CLOUDBACKUP_CONF;
    file = fopen(path, "re");
    if (file == NULL) {
        jc_text_add(&configuration.problem, "cannot read %s: %s", path, strerror(errno));
        return;
    }
    while (configuration.problem.length == 0 && fgets(line, sizeof line, file) != NULL) {
        jc_text problem = JC_TEXT_EMPTY;
        size_t length = strcspn(line, "\r\n");
        int is_whole = line[length] != '\0' || feof(file);
        char *value;

        number++;
        line[length] = '\0';
        if (line[0] == '\0' || line[0] == '#')
            continue;
        value = strchr(line, '=');
        if (value != NULL)
            *value++ = '\0';
        if (value == NULL || !is_whole)
            jc_text_add(&configuration.problem, "%s line %d is not Key=Value", path, number);
        else if (!set_option(line, value, &problem))
            jc_text_add(&configuration.problem, "%s line %d: %s", path, number, jc_text_get(&problem));
        jc_text_free(&problem);
    }
    if (configuration.problem.length == 0 && ferror(file))
        jc_text_add(&configuration.problem, "cannot read %s", path);
    fclose(file);
}

/* ---- The client of this process -------------------------------------------------------------------------------- */

static cbj_client *client;
static int64_t client_timeout_ms;

/* Made when it is first needed, and again after a failure: a corrected file needs no restart. */
static cbj_client *own_client(jc_text *problem)
{
    cbj_error *error = NULL;

    if (client != NULL && client_timeout_ms == timeout_ms)
        return client;
    cbj_client_free(client);
    client_timeout_ms = timeout_ms;
    if (jc_make_client(configuration.credentials, timeout_ms > 2 * ANSWER_MS ? timeout_ms - ANSWER_MS : ANSWER_MS, NULL, 0,
                       &client, &error) != CBJ_OK)
        jc_text_add(problem, "%s", cbj_error_message(error));
    cbj_error_free(error);
    return client;
}

/* ---- The cache of all processes -------------------------------------------------------------------------------- */

#define SLOTS 128
#define KEY_BYTES 320      /* an id, and a location */
#define CONTENT_BYTES 65536 /* pages that are not written to cost nothing */

typedef struct {
    pthread_mutex_t lock; /* held while the service is asked */
    char key[KEY_BYTES];  /* changed only with both locks held */
    int64_t used_ms;
    int64_t fetched_ms; /* 0: nothing is here */
    int64_t good_for_ms;
    cbj_status status;
    size_t length;
    char content[CONTENT_BYTES]; /* the answer as an envelope, or why there is none */
} slot;

typedef struct {
    pthread_mutex_t lock; /* of the slots' keys */
    slot slots[SLOTS];
} shared_cache;

static shared_cache *cache; /* NULL: there is no memory to share, and every item asks the service */

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A worker that is killed while it holds a lock leaves it to the next one, who finds what was written so far. */
static int take_lock(pthread_mutex_t *lock, int64_t wait_ms)
{
    struct timespec end;
    int outcome;

    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += (time_t)(wait_ms / 1000);
    end.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_nsec -= 1000000000;
        end.tv_sec++;
    }
    outcome = wait_ms > 0 ? pthread_mutex_timedlock(lock, &end) : pthread_mutex_trylock(lock);
    if (outcome == EOWNERDEAD)
        return pthread_mutex_consistent(lock) == 0 ? EOWNERDEAD : -1;
    return outcome;
}

static int is_taken(int outcome)
{
    return outcome == 0 || outcome == EOWNERDEAD;
}

static void make_cache(void)
{
    pthread_mutexattr_t attributes;
    void *memory = mmap(NULL, sizeof *cache, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t i;

    if (memory == MAP_FAILED)
        return;
    cache = (shared_cache *)memory;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&cache->lock, &attributes);
    for (i = 0; i < SLOTS; i++)
        pthread_mutex_init(&cache->slots[i].lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

/* The slot of a key, perhaps one that was another's. NULL: all are in use. */
static slot *slot_of(const char *key, int64_t now)
{
    slot *oldest = NULL;
    slot *found = NULL;
    size_t i;

    /* Nobody holds this lock for long. */
    if (cache == NULL || strlen(key) >= KEY_BYTES || !is_taken(take_lock(&cache->lock, ANSWER_MS)))
        return NULL;
    for (i = 0; i < SLOTS && found == NULL; i++) {
        slot *at = &cache->slots[i];

        if (strcmp(at->key, key) == 0)
            found = at;
        else if (oldest == NULL || at->used_ms < oldest->used_ms)
            oldest = at;
    }
    if (found == NULL && oldest != NULL && is_taken(take_lock(&oldest->lock, 0))) {
        found = oldest;
        memcpy(found->key, key, strlen(key) + 1);
        found->fetched_ms = 0;
        pthread_mutex_unlock(&found->lock);
    }
    if (found != NULL)
        found->used_ms = now;
    pthread_mutex_unlock(&cache->lock);
    return found;
}

/* ---- A job ----------------------------------------------------------------------------------------------------- */

/* A job, or why there is none. */
typedef struct {
    cbj_status status;
    cbj_job *job;
    jc_text problem;
} answer;

static void free_answer(answer *got)
{
    cbj_job_free(got->job);
    jc_text_free(&got->problem);
}

static answer ask(const char *id, const char *location)
{
    answer got = {CBJ_ERROR_CONFIG, NULL, JC_TEXT_EMPTY};
    cbj_error *error = NULL;

    if (own_client(&got.problem) == NULL)
        return got;
    got.status = cbj_client_get_job(client, id, location, &got.job, &error);
    if (got.status != CBJ_OK) {
        jc_text_add(&got.problem, "%s", cbj_error_message(error));
        if (cbj_error_request_id(error) != NULL)
            jc_text_add(&got.problem, " (request id %s)", cbj_error_request_id(error));
    }
    cbj_error_free(error);
    return got;
}

static answer read_slot(const slot *from)
{
    answer got = {CBJ_OK, NULL, JC_TEXT_EMPTY};

    got.status = from->status;
    if (got.status == CBJ_OK)
        got.status = cbj_job_parse(from->content, from->length, &got.job, NULL);
    if (got.status != CBJ_OK)
        jc_text_bytes(&got.problem, from->content, from->length);
    return got;
}

static void fill_slot(slot *into, const answer *got)
{
    jc_text content = JC_TEXT_EMPTY;

    into->fetched_ms = 0;
    into->status = got->status;
    into->good_for_ms = configuration.cache_ms;
    if (got->status == CBJ_OK) {
        jc_text_add(&content, "{\"statusCode\":200,\"requestId\":");
        jc_text_json(&content, cbj_job_request_id(got->job));
        jc_text_add(&content, ",\"traceId\":");
        jc_text_json(&content, cbj_job_trace_id(got->job));
        jc_text_add(&content, ",\"data\":%s}", cbj_job_json(got->job));
    } else {
        jc_text_add(&content, "%s", jc_text_get(&got->problem));
        if (into->good_for_ms > FAILURE_CACHE_MS)
            into->good_for_ms = FAILURE_CACHE_MS;
    }
    /* What does not fit is asked for anew each time. */
    if (!content.is_cut && content.length <= CONTENT_BYTES) {
        memcpy(into->content, jc_text_get(&content), content.length);
        into->length = content.length;
        into->fetched_ms = monotonic_ms();
    }
    jc_text_free(&content);
}

static answer get_job(const char *id, const char *location)
{
    int64_t begin = monotonic_ms();
    answer got = {CBJ_ERROR_TIMEOUT, NULL, JC_TEXT_EMPTY};
    jc_text key = JC_TEXT_EMPTY;
    slot *own;
    int outcome;

    jc_text_add(&key, "%s\n%s", id, location != NULL ? location : "");
    own = slot_of(jc_text_get(&key), begin);
    outcome = own != NULL ? take_lock(&own->lock, timeout_ms > ANSWER_MS ? timeout_ms - ANSWER_MS : ANSWER_MS) : -1;
    if (!is_taken(outcome)) {
        if (own == NULL)
            got = ask(id, location);
        else
            jc_text_add(&got.problem, "another process of the agent is still asking for job %s", id);
    } else if (strcmp(own->key, jc_text_get(&key)) != 0) {
        /* Another key came into the slot meanwhile. */
        pthread_mutex_unlock(&own->lock);
        got = ask(id, location);
    } else {
        int64_t now = monotonic_ms();

        if (outcome == EOWNERDEAD)
            own->fetched_ms = 0;
        if (own->fetched_ms != 0 && now < own->fetched_ms + own->good_for_ms)
            got = read_slot(own);
        else if (now - begin > timeout_ms / 2)
            jc_text_add(&got.problem, "the process of the agent that was asking for job %s has ended", id);
        else {
            got = ask(id, location);
            fill_slot(own, &got);
        }
        pthread_mutex_unlock(&own->lock);
    }
    jc_text_free(&key);
    return got;
}

/* ---- Items ----------------------------------------------------------------------------------------------------- */

static int64_t wall_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static jc_result judge(const answer *got, const char *id)
{
    jc_result result;

    if (got->status == CBJ_OK)
        jc_judge_job(&configuration.policy, got->job, id, wall_clock_ms(), &result);
    else
        jc_judge_failure(&configuration.policy, got->status, NULL, jc_text_get(&got->problem), &result);
    return result;
}

/* Beside the metrics of job_check.h. The first five are there even if the job cannot be had. */
#define FIELDS "verdict, verdict_text, summary, details, status, state, state_text, start_time, finish_time, request_id"

static int answer_field(const char *field, const answer *got, const jc_result *judged, agent_result *result)
{
    size_t i;

    if (strcmp(field, "verdict") == 0)
        return answer_number(result, (uint64_t)judged->verdict);
    if (strcmp(field, "verdict_text") == 0)
        return answer_text(result, jc_verdict_name(judged->verdict));
    if (strcmp(field, "summary") == 0)
        return answer_text(result, jc_text_get(&judged->summary));
    if (strcmp(field, "details") == 0)
        return answer_text(result, jc_text_get(&judged->details));
    if (strcmp(field, "status") == 0)
        return answer_number(result, (uint64_t)judged->status);
    if (got->job == NULL)
        return fail(result, jc_text_get(&got->problem));
    if (strcmp(field, "state") == 0)
        return answer_number(result, (uint64_t)judged->state);
    if (strcmp(field, "state_text") == 0 && cbj_job_state_text(got->job) != NULL)
        return answer_text(result, cbj_job_state_text(got->job));
    if (strcmp(field, "request_id") == 0 && cbj_job_request_id(got->job) != NULL)
        return answer_text(result, cbj_job_request_id(got->job));
    if (strcmp(field, "start_time") == 0 && judged->start_ms != CBJ_NO_TIME)
        return answer_number(result, (uint64_t)(judged->start_ms / 1000));
    if (strcmp(field, "finish_time") == 0 && judged->finish_ms != CBJ_NO_TIME)
        return answer_number(result, (uint64_t)(judged->finish_ms / 1000));
    for (i = 0; i < JC_METRICS; i++) {
        if (strcmp(field, jc_metric_kinds[i].name) != 0 || !jc_value_is_known(judged->values[i]))
            continue;
        return judged->values[i].count >= 0 ? answer_number(result, (uint64_t)judged->values[i].count)
                                            : answer_decimal(result, judged->values[i].number);
    }
    return -1;
}

static int is_field(const char *field)
{
    size_t i;
    const char *at = strstr(", " FIELDS ",", field);

    for (i = 0; i < JC_METRICS; i++) {
        if (strcmp(field, jc_metric_kinds[i].name) == 0)
            return 1;
    }
    for (; *field != '\0' && at != NULL; at = strstr(at + 1, field)) {
        if (at[-1] == ' ' && at[strlen(field)] == ',')
            return 1;
    }
    return 0;
}

/* A parameter; NULL if it is left out or empty. */
static const char *parameter(const agent_request *request, int place)
{
    return request->nparam > place && request->params[place][0] != '\0' ? request->params[place] : NULL;
}

static int item_ping(agent_request *request, agent_result *result)
{
    jc_text problem = JC_TEXT_EMPTY;
    int outcome;

    (void)request;
    if (configuration.problem.length > 0)
        return fail(result, jc_text_get(&configuration.problem));
    outcome = own_client(&problem) != NULL ? answer_number(result, 1) : fail(result, jc_text_get(&problem));
    jc_text_free(&problem);
    return outcome;
}

static int item_job(agent_request *request, agent_result *result)
{
    const char *id = parameter(request, 0);
    const char *field = parameter(request, 1);
    answer got;
    jc_result judged;
    jc_text message = JC_TEXT_EMPTY;
    int outcome;

    if (configuration.problem.length > 0)
        return fail(result, jc_text_get(&configuration.problem));
    if (id == NULL || request->nparam > 3)
        return fail(result, "the parameters are [job id, field, location]; the location may be left out");
    if (field == NULL || !is_field(field)) {
        size_t i;

        jc_text_add(&message, "'%s' is no field; there are " FIELDS, field != NULL ? field : "");
        for (i = 0; i < JC_METRICS; i++)
            jc_text_add(&message, ", %s", jc_metric_kinds[i].name);
        outcome = fail(result, jc_text_get(&message));
        jc_text_free(&message);
        return outcome;
    }
    got = get_job(id, parameter(request, 2));
    judged = judge(&got, id);
    outcome = answer_field(field, &got, &judged, result);
    if (outcome < 0) {
        jc_text_add(&message, "the service did not send %s of job %s, or not so that it can be read", field, id);
        outcome = fail(result, jc_text_get(&message));
        jc_text_free(&message);
    }
    jc_result_free(&judged);
    free_answer(&got);
    return outcome;
}

static int item_json(agent_request *request, agent_result *result)
{
    const char *id = parameter(request, 0);
    answer got;
    jc_result judged;
    jc_text json = JC_TEXT_EMPTY;
    int outcome;

    if (configuration.problem.length > 0)
        return fail(result, jc_text_get(&configuration.problem));
    if (id == NULL || request->nparam > 2)
        return fail(result, "the parameters are [job id, location]; the location may be left out");
    got = get_job(id, parameter(request, 1));
    judged = judge(&got, id);
    jc_text_result_json(&json, &configuration.policy, &judged, id, got.job, NULL);
    outcome = json.is_cut ? fail(result, "out of memory") : answer_text(result, jc_text_get(&json));
    jc_text_free(&json);
    jc_result_free(&judged);
    free_answer(&got);
    return outcome;
}

/* ---- What the agent calls -------------------------------------------------------------------------------------- */

int zbx_module_api_version(void)
{
    return ZBX_MODULE_API_VERSION;
}

/*
 * Never fails, for that would keep the agent from starting, with all its other items: what is wrong with the configuration
 * is told by every item of this module.
 */
int zbx_module_init(void)
{
    jc_policy_init(&configuration.policy);
    configuration.cache_ms = 30000;
    read_configuration();
    make_cache();
    return ZBX_MODULE_OK;
}

int zbx_module_uninit(void)
{
    cbj_client_free(client);
    client = NULL;
    jc_policy_free(&configuration.policy);
    jc_text_free(&configuration.problem);
    free(configuration.credentials);
    configuration.credentials = NULL;
    /* Other processes of the agent may still be in it: only this one's view ends. */
    if (cache != NULL)
        (void)munmap(cache, sizeof *cache);
    cache = NULL;
    return ZBX_MODULE_OK;
}

void zbx_module_item_timeout(int timeout)
{
    timeout_ms = (int64_t)timeout * 1000;
}

agent_metric *zbx_module_item_list(void)
{
    static agent_metric list[] = {
        {"cloudbackup.ping", 0, item_ping, NULL},
        {"cloudbackup.job", CF_HAVEPARAMS, item_job, NULL},
        {"cloudbackup.job.json", CF_HAVEPARAMS, item_json, NULL},
        {NULL, 0, NULL, NULL},
    };

    return list;
}
