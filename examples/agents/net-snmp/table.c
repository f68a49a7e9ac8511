/*
 * table.c - the objects of CLOUDBACKUPJOBS-MIB and their values
 *
 * Ages and verdicts are computed for each answer, so they are always current.
 */
#include "table.h"

#include <inttypes.h>

#include "jobs.h"

#define MAX_TEXT 255

/* Columns of cbjJobTable. The first column, the index, is not accessible. */
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

static struct {
    const object_id *base;
    const jc_policy *policy;
    const cbj_error *config_error;
} table;

void table_init(const object_id *base, const jc_policy *policy, const cbj_error *config_error)
{
    table.base = base;
    table.policy = policy;
    table.config_error = config_error;
}

/* ---- Values ---------------------------------------------------------------------------------------------------- */

static void set_text(table_value *into, const char *text)
{
    jc_text line = JC_TEXT_EMPTY;

    if (text == NULL)
        return;
    jc_text_line(&line, text);
    into->type = "string";
    jc_text_bytes(&into->text, jc_text_get(&line), jc_fitting_length(jc_text_get(&line), MAX_TEXT));
    jc_text_free(&line);
}

static void set_number(table_value *into, const char *type, int64_t number)
{
    into->type = type;
    jc_text_add(&into->text, "%" PRId64, number);
}

/* A gauge has 32 bits. A larger number becomes the largest gauge. */
static void set_gauge(table_value *into, double number)
{
    set_number(into, "gauge", number >= 4294967295.0 ? INT64_C(4294967295) : (int64_t)number);
}

static void set_metric(table_value *into, const jc_result *result, jc_metric metric)
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
    if (table.config_error != NULL)
        jc_judge_failure(table.policy, cbj_error_status(table.config_error), table.config_error, NULL, result);
    else if (!job->was_asked)
        jc_judge_failure(table.policy, CBJ_ERROR_CANCELLED, NULL, "the service was not asked yet", result);
    else if (job->status == CBJ_OK)
        jc_judge_job(table.policy, job->job, job->id, jc_wall_ms(), result);
    else
        jc_judge_failure(table.policy, job->status, job->error, NULL, result);
}

static table_value cell(uint32_t column, const watched_job *job)
{
    table_value got = {NULL, JC_TEXT_EMPTY};
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
        if (table.config_error != NULL)
            set_number(&got, "integer", cbj_error_status(table.config_error));
        else
            set_number(&got, "integer", job->was_asked ? job->status : -1);
        break;
    case COLUMN_ANSWER_AGE:
        if (job->was_asked)
            set_gauge(&got, (double)(jc_monotonic_ms() - job->answered_ms) / 1000);
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
        /* These columns are in the order of jc_metric. */
        set_metric(&got, &result, (jc_metric)(JC_TOTAL + (int)(column - COLUMN_TOTAL)));
        break;
    default:
        break;
    }
    jc_result_free(&result);
    return got;
}

static table_value number_of_jobs(void)
{
    table_value got = {NULL, JC_TEXT_EMPTY};

    set_number(&got, "integer", (int64_t)jobs_count());
    return got;
}

/* ---- Objects --------------------------------------------------------------------------------------------------- */

/* cbjJobNumber.0 */
static object_id number_oid(void)
{
    const uint32_t parts[] = {1, 1, 0};

    return oid_below(table.base, parts, 3);
}

/* A cell of cbjJobTable. */
static object_id cell_oid(uint32_t column, uint32_t row)
{
    uint32_t parts[] = {1, 2, 1, 0, 0};

    parts[3] = column;
    parts[4] = row;
    return oid_below(table.base, parts, 5);
}

int table_get(const object_id *asked, table_value *value)
{
    object_id oid = number_oid();
    int is_cell = asked->length == table.base->length + 5;
    uint32_t column = is_cell ? asked->parts[table.base->length + 3] : 0;
    uint32_t row = is_cell ? asked->parts[table.base->length + 4] : 0;
    table_value none = {NULL, JC_TEXT_EMPTY};

    *value = none;
    if (oid_compare(asked, &oid) == 0) {
        *value = number_of_jobs();
    } else if (row >= 1 && row <= jobs_count()) {
        oid = cell_oid(column, row);
        if (oid_compare(asked, &oid) == 0)
            *value = cell(column, jobs_at(row - 1));
    }
    return value->type != NULL;
}

int table_next(const object_id *asked, object_id *oid, table_value *value)
{
    uint32_t column;
    uint32_t row;

    *oid = number_oid();
    if (oid_compare(oid, asked) > 0) {
        *value = number_of_jobs();
        return 1;
    }
    for (column = COLUMN_ID; column < COLUMN_END; column++) {
        /* Skips a whole column if its last cell is not behind `asked`. */
        *oid = cell_oid(column, (uint32_t)jobs_count());
        if (oid_compare(oid, asked) <= 0)
            continue;
        for (row = 1; row <= jobs_count(); row++) {
            *oid = cell_oid(column, row);
            if (oid_compare(oid, asked) <= 0)
                continue;
            *value = cell(column, jobs_at(row - 1));
            if (value->type != NULL)
                return 1;
        }
    }
    return 0;
}
