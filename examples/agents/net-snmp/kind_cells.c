/*
 * kind_cells.c - the columns of cbjKindTable
 *
 * Ages and verdicts are computed for each answer, so they are always current.
 */
#include <string.h>

#include "columns.h"
#include "watched.h"

/* The first columns, the index, are not accessible. */
enum {
    COLUMN_NAME = 4,
    COLUMN_VERDICT,
    COLUMN_SUMMARY,
    COLUMN_LINE,
    COLUMN_STATUS,
    COLUMN_ANSWER_AGE,
    COLUMN_SINCE_SUCCESS,
    COLUMN_SINCE_RUN,
    COLUMN_RUNNING,
    COLUMN_RUNS,
    COLUMN_FAILED_RUNS,
    COLUMN_FAILED_RUNS_PERCENT,
    COLUMN_SUCCESS_TIME,
    COLUMN_RUN_JOB_ID,
    COLUMN_RUN_STATE,
    COLUMN_RUN_STATE_TEXT,
    COLUMN_RUN_START_TIME,
    COLUMN_RUN_FINISH_TIME,
    COLUMN_RUN_TOTAL,
    COLUMN_RUN_FAILED,
    COLUMN_RUN_FAILED_PERCENT,
    COLUMN_RUN_SUCCESSFUL,
    COLUMN_RUN_SKIPPED,
    COLUMN_RUN_FAILED_UNIGNORED,
    COLUMN_RUN_ERRORS,
    COLUMN_RUN_DURATION,
    COLUMN_REQUEST_ID,
    COLUMN_END
};

/* The metrics in the columns from COLUMN_SINCE_SUCCESS to COLUMN_FAILED_RUNS_PERCENT. */
static const jc_metric kind_metrics[] = {JC_SINCE_SUCCESS, JC_SINCE_RUN,   JC_RUNNING,
                                         JC_RUNS,          JC_FAILED_RUNS, JC_FAILED_RUNS_PERCENT};
/* The metrics in the columns from COLUMN_RUN_TOTAL to COLUMN_RUN_DURATION. */
static const jc_metric run_metrics[] = {JC_TOTAL,   JC_FAILED,           JC_FAILED_PERCENT, JC_SUCCESSFUL,
                                        JC_SKIPPED, JC_FAILED_UNIGNORED, JC_ERRORS,         JC_DURATION};

/* Returns the list that was judged; NULL if there is none. */
static const jc_runs *judge(const watched_kind *kind, jc_result *result)
{
    const jc_policy *policy = watched_policy();
    const cbj_error *config_error = watched_config_error();
    int64_t now_ms = jc_wall_ms();

    if (config_error != NULL) {
        jc_judge_failure(policy, JC_ASKED_KIND, kind->last.status, config_error, NULL, result);
    } else if (kind->last.ended_ms < 0) {
        jc_judge_failure(policy, JC_ASKED_KIND, CBJ_ERROR_CANCELLED, NULL, "the service was not asked yet", result);
    } else if (kind->last.status == CBJ_OK ||
               (kind->has_runs && jc_stands_in(policy, kind->last.status, &kind->runs, now_ms))) {
        jc_judge_runs(policy, &kind->kind, &kind->runs, now_ms, result);
        return &kind->runs;
    } else {
        jc_judge_failure(policy, JC_ASKED_KIND, kind->last.status, kind->last.error, NULL, result);
    }
    return NULL;
}

static void set_name(cell_value *into, const jc_kind *kind)
{
    jc_text name = JC_TEXT_EMPTY;

    jc_text_kind(&name, kind);
    cell_text(into, jc_text_get(&name));
    jc_text_free(&name);
}

/* The columns about the last run that ended. */
static void set_run(cell_value *into, uint32_t column, const cbj_job *run, const jc_result *result)
{
    switch (column) {
    case COLUMN_RUN_JOB_ID:
        cell_text(into, cbj_job_id(run));
        break;
    case COLUMN_RUN_STATE:
        cell_integer(into, cbj_job_state(run));
        break;
    case COLUMN_RUN_STATE_TEXT:
        cell_text(into, cbj_job_state_text(run));
        break;
    case COLUMN_RUN_START_TIME:
        cell_text(into, cbj_job_start_time_text(run));
        break;
    case COLUMN_RUN_FINISH_TIME:
        cell_text(into, cbj_job_finish_time_text(run));
        break;
    default:
        cell_metric(into, result, run_metrics[column - COLUMN_RUN_TOTAL]);
        break;
    }
}

/* The numbers of the kind: seconds, counts of runs, hundredths of a percent. All are gauges. */
static void set_kind_metric(cell_value *into, const jc_result *result, jc_metric metric)
{
    if (jc_metric_kinds[metric].unit[0] == '%')
        cell_metric(into, result, metric);
    else if (jc_value_is_known(result->values[metric]))
        cell_gauge(into, result->values[metric].number);
}

static const char *request_id_of(const watched_kind *kind)
{
    const jc_runs *runs = &kind->runs;

    if (kind->last.error != NULL || !kind->has_runs)
        return cbj_error_request_id(kind->last.error);
    return cbj_job_request_id(runs->ended != NULL     ? runs->ended
                              : runs->running != NULL ? runs->running
                                                      : runs->strange);
}

static cell_value cell(uint32_t column, size_t row)
{
    const watched_kind *kind = watched_kind_at(row);
    cell_value got = CELL_EMPTY;
    jc_result result;
    const jc_runs *runs = judge(kind, &result);
    int64_t answered_ms = runs != NULL ? kind->runs_ms : kind->last.ended_ms;

    if (column >= COLUMN_SINCE_SUCCESS && column <= COLUMN_FAILED_RUNS_PERCENT) {
        set_kind_metric(&got, &result, kind_metrics[column - COLUMN_SINCE_SUCCESS]);
    } else if (column >= COLUMN_RUN_JOB_ID && column <= COLUMN_RUN_DURATION) {
        if (runs != NULL && runs->ended != NULL)
            set_run(&got, column, runs->ended, &result);
    } else {
        switch (column) {
        case COLUMN_NAME:
            set_name(&got, &kind->kind);
            break;
        case COLUMN_VERDICT:
            cell_integer(&got, result.verdict);
            break;
        case COLUMN_SUMMARY:
            cell_text(&got, jc_text_get(&result.summary));
            break;
        case COLUMN_LINE:
            if (runs != NULL)
                cell_text(&got, jc_text_get(&result.line));
            break;
        case COLUMN_STATUS:
            cell_integer(&got, kind->last.status);
            break;
        case COLUMN_ANSWER_AGE:
            if (kind->last.ended_ms >= 0)
                cell_gauge(&got, (double)(jc_monotonic_ms() - answered_ms) / 1000);
            break;
        case COLUMN_SUCCESS_TIME:
            if (runs != NULL)
                cell_text(&got, cbj_job_finish_time_text(runs->succeeded));
            break;
        case COLUMN_REQUEST_ID:
            cell_text(&got, request_id_of(kind));
            break;
        default:
            break;
        }
    }
    jc_result_free(&result);
    return got;
}

/* Object type, job type, location. The letters of a text of variable length follow its length. */
static size_t index_of(size_t row, uint32_t *parts)
{
    const jc_kind *kind = &watched_kind_at(row)->kind;
    size_t length = strlen(kind->location);
    size_t i;

    parts[0] = (uint32_t)kind->object_type;
    parts[1] = (uint32_t)kind->job_type;
    parts[2] = (uint32_t)length;
    for (i = 0; i < length; i++)
        parts[3 + i] = (unsigned char)kind->location[i];
    return 3 + length;
}

const mib_table kind_table = {3, 4, COLUMN_NAME, COLUMN_END, watched_kind_count, index_of, cell};
