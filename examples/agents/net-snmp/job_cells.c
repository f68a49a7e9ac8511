/*
 * job_cells.c - the columns of cbjJobTable
 *
 * Ages and verdicts are computed for each answer, so they are always current.
 */
#include "columns.h"
#include "watched.h"

/* The first column, the index, is not accessible. */
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

/* The metrics in the columns from COLUMN_TOTAL on. */
static const jc_metric metrics[] = {JC_TOTAL,  JC_FAILED,   JC_FAILED_PERCENT, JC_SUCCESSFUL, JC_SKIPPED,
                                    JC_ERRORS, JC_DURATION, JC_AGE,            JC_RUNNING};

static void judge(const watched_job *job, jc_result *result)
{
    const jc_policy *policy = watched_policy();

    if (watched_config_error() != NULL)
        jc_judge_failure(policy, JC_ASKED_JOB, job->last.status, watched_config_error(), NULL, result);
    else if (job->last.ended_ms < 0)
        jc_judge_failure(policy, JC_ASKED_JOB, CBJ_ERROR_CANCELLED, NULL, "the service was not asked yet", result);
    else if (job->last.status == CBJ_OK)
        jc_judge_job(policy, job->job, job->id, jc_wall_ms(), result);
    else
        jc_judge_failure(policy, JC_ASKED_JOB, job->last.status, job->last.error, NULL, result);
}

static cell_value cell(uint32_t column, size_t row)
{
    const watched_job *job = watched_job_at(row);
    cell_value got = CELL_EMPTY;
    jc_result result;

    judge(job, &result);
    switch (column) {
    case COLUMN_ID:
        cell_text(&got, job->id);
        break;
    case COLUMN_VERDICT:
        cell_integer(&got, result.verdict);
        break;
    case COLUMN_SUMMARY:
        cell_text(&got, jc_text_get(&result.summary));
        break;
    case COLUMN_STATUS:
        cell_integer(&got, job->last.status);
        break;
    case COLUMN_ANSWER_AGE:
        if (job->last.ended_ms >= 0)
            cell_gauge(&got, (double)(jc_monotonic_ms() - job->last.ended_ms) / 1000);
        break;
    case COLUMN_STATE:
        if (job->job != NULL)
            cell_integer(&got, cbj_job_state(job->job));
        break;
    case COLUMN_STATE_TEXT:
        cell_text(&got, cbj_job_state_text(job->job));
        break;
    case COLUMN_START_TIME:
        cell_text(&got, cbj_job_start_time_text(job->job));
        break;
    case COLUMN_FINISH_TIME:
        cell_text(&got, cbj_job_finish_time_text(job->job));
        break;
    case COLUMN_REQUEST_ID:
        cell_text(&got, job->job != NULL ? cbj_job_request_id(job->job) : cbj_error_request_id(job->last.error));
        break;
    default:
        cell_metric(&got, &result, metrics[column - COLUMN_TOTAL]);
        break;
    }
    jc_result_free(&result);
    return got;
}

/* Rows are numbered from 1. */
static size_t index_of(size_t row, uint32_t *parts)
{
    parts[0] = (uint32_t)row + 1;
    return 1;
}

const mib_table job_table = {1, 2, COLUMN_ID, COLUMN_END, watched_job_count, index_of, cell};
