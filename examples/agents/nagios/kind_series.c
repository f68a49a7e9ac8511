/*
 * kind_series.c - the formats prometheus and influx for kinds of jobs
 *
 * The labels never change from night to night, so that a series lives as long as the kind is watched. The id of the last
 * run is only in one series that exists for it.
 */
#include "kind_series.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "samples.h"

/* ---- What a series shows of a kind ----------------------------------------------------------------------------- */

/* Times in seconds, counts and limits; NaN: there is no sample. */
typedef double (*reader)(const report *found, size_t i);

static double seconds_of(int64_t unix_ms)
{
    return unix_ms != CBJ_NO_TIME ? (double)(unix_ms / 1000) : (double)NAN;
}

static double read_verdict(const report *found, size_t i)
{
    return found->answers[i].result.verdict;
}

static double read_success_time(const report *found, size_t i)
{
    return found->answers[i].result.was_retrieved ? seconds_of(found->answers[i].result.success_ms) : (double)NAN;
}

static double read_run_time(const report *found, size_t i)
{
    return found->answers[i].result.was_retrieved ? seconds_of(found->answers[i].result.finish_ms) : (double)NAN;
}

static double read_running_start(const report *found, size_t i)
{
    const jc_result *result = &found->answers[i].result;

    return result->was_retrieved ? seconds_of(result->running_start_ms) : (double)NAN;
}

/* The value above which a range alerts; NaN if there is none. */
static double upper_end(const jc_range *range)
{
    return range->is_set && !range->is_inverted && range->end != INFINITY ? range->end : (double)NAN;
}

/* The limit for CRITICAL, else that for WARNING. */
static double upper_limit(const report *found, size_t i, jc_metric metric)
{
    double critical = upper_end(&found->answers[i].policy.critical[metric]);

    return critical == critical ? critical : upper_end(&found->answers[i].policy.warning[metric]);
}

static double read_success_limit(const report *found, size_t i)
{
    return upper_limit(found, i, JC_SINCE_SUCCESS);
}

static double read_running_limit(const report *found, size_t i)
{
    return upper_limit(found, i, JC_RUNNING);
}

static double read_window(const report *found, size_t i)
{
    (void)i;
    return (double)(found->policy->window_ms / 1000);
}

static double read_missing(const report *found, size_t i)
{
    const report_answer *answer = &found->answers[i];

    return answer->result.was_retrieved && answer->runs.missing >= 0 ? (double)answer->runs.missing : (double)NAN;
}

/* ---- prometheus ------------------------------------------------------------------------------------------------ */

static void add_name(jc_text *text, const report *found, size_t i, const char *name, const char *more_name,
                     const char *more_value)
{
    samples_labels labels = SAMPLES_NO_LABELS;

    jc_text_add(text, "%s", name);
    samples_add_label(&labels, "object_type", cbj_object_type_name(found->kinds[i].object_type));
    samples_add_label(&labels, "job_type", cbj_job_type_name(found->kinds[i].job_type));
    samples_add_label(&labels, "location", found->kinds[i].location);
    if (more_name != NULL)
        samples_add_label(&labels, more_name, more_value);
    samples_add_free_labels(&labels, found->labels);
    samples_end_labels(text, &labels);
}

/* Adds the samples of one metric, with the lines that describe it unless there are none. */
static void end_metric(jc_text *text, const char *name, const char *help, jc_text *samples)
{
    if (samples->length > 0)
        samples_begin(text, name, help);
    jc_text_add(text, "%s", jc_text_get(samples));
    jc_text_free(samples);
}

static const struct {
    const char *name;
    const char *help;
    reader read;
} of_kinds[] = {
    {"cloudbackup_kind_verdict", "What the check says: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.", read_verdict},
    {"cloudbackup_last_success_time_seconds", "When the last run that succeeded ended, Unix time.", read_success_time},
    {"cloudbackup_last_run_time_seconds", "When the last run ended, Unix time.", read_run_time},
    {"cloudbackup_running_start_time_seconds", "When the run in progress started, Unix time.", read_running_start},
    {"cloudbackup_success_limit_seconds", "How long after a success the next one is overdue.", read_success_limit},
    {"cloudbackup_running_limit_seconds", "How long a run may take.", read_running_limit},
    {"cloudbackup_window_seconds", "The time in which runs are counted.", read_window},
    {"cloudbackup_missing_jobs", "Jobs that the service has and did not list.", read_missing},
};

static const struct {
    const char *name;
    const char *help;
    jc_metric metric;
} of_last_runs[] = {
    {"cloudbackup_last_run_objects", "Objects in the last run that ended.", JC_TOTAL},
    {"cloudbackup_last_run_failed_objects", "Objects of the last run that failed.", JC_FAILED},
    {"cloudbackup_last_run_successful_objects", "Objects of the last run that succeeded.", JC_SUCCESSFUL},
    {"cloudbackup_last_run_skipped_objects", "Objects of the last run that were skipped.", JC_SKIPPED},
    {"cloudbackup_last_run_error_occurrences", "Occurrences of its top errors that are not ignored.", JC_ERRORS},
    {"cloudbackup_last_run_duration_seconds", "From start to end of the last run.", JC_DURATION},
};

static void add_window(jc_text *text, const report *found)
{
    jc_text samples = JC_TEXT_EMPTY;
    size_t i;
    size_t state;

    for (i = 0; i < found->count; i++) {
        for (state = 0; state < JC_STATES && found->answers[i].result.was_retrieved; state++) {
            add_name(&samples, found, i, "cloudbackup_window_runs", "state", jc_states[state].key);
            jc_text_add(&samples, "%" PRId64 "\n", found->answers[i].runs.window_runs[state]);
        }
    }
    end_metric(text, "cloudbackup_window_runs", "Runs that ended in the window or are in progress, by state.", &samples);
}

static void add_last_run(jc_text *text, const report *found)
{
    jc_text states = JC_TEXT_EMPTY;
    jc_text ids = JC_TEXT_EMPTY;
    size_t i;
    size_t state;

    for (i = 0; i < found->count; i++) {
        const cbj_job *ended = found->answers[i].runs.ended;

        for (state = 0; state < JC_STATES && ended != NULL; state++) {
            add_name(&states, found, i, "cloudbackup_last_run_state", "state", jc_states[state].key);
            jc_text_add(&states, "%d\n", jc_state_of(cbj_job_state(ended)) == &jc_states[state]);
        }
        if (ended != NULL && cbj_job_id(ended) != NULL) {
            add_name(&ids, found, i, "cloudbackup_last_run_info", "job_id", cbj_job_id(ended));
            jc_text_add(&ids, "1\n");
        }
    }
    end_metric(text, "cloudbackup_last_run_state", "The state of the last run: 1 for the one that it is in.", &states);
    end_metric(text, "cloudbackup_last_run_info", "The id of the last run that ended.", &ids);
}

void kind_series_write_prometheus(jc_text *text, const report *found)
{
    size_t row;
    size_t i;

    for (row = 0; row < sizeof of_kinds / sizeof of_kinds[0]; row++) {
        jc_text samples = JC_TEXT_EMPTY;

        for (i = 0; i < found->count; i++) {
            double value = of_kinds[row].read(found, i);

            if (value != value)
                continue;
            add_name(&samples, found, i, of_kinds[row].name, NULL, NULL);
            jc_text_number(&samples, value);
            jc_text_add(&samples, "\n");
        }
        end_metric(text, of_kinds[row].name, of_kinds[row].help, &samples);
    }
    add_window(text, found);
    for (row = 0; row < sizeof of_last_runs / sizeof of_last_runs[0]; row++) {
        jc_text samples = JC_TEXT_EMPTY;

        for (i = 0; i < found->count; i++) {
            jc_value value = found->answers[i].result.values[of_last_runs[row].metric];

            if (found->answers[i].runs.ended == NULL || !jc_value_is_known(value))
                continue;
            add_name(&samples, found, i, of_last_runs[row].name, NULL, NULL);
            jc_text_value(&samples, value);
            jc_text_add(&samples, "\n");
        }
        end_metric(text, of_last_runs[row].name, of_last_runs[row].help, &samples);
    }
    add_last_run(text, found);
}

/* ---- influx ---------------------------------------------------------------------------------------------------- */

static void add_tag(jc_text *text, const char *name, const char *value)
{
    samples_add_tag(text, name, strlen(name), value);
}

void kind_series_write_influx(jc_text *text, const report *found)
{
    size_t i;

    for (i = 0; i < found->count; i++) {
        const jc_result *result = &found->answers[i].result;
        const jc_runs *runs = &found->answers[i].runs;
        const jc_kind *kind = &found->kinds[i];

        jc_text_add(text, "cloudbackup_kind");
        add_tag(text, "object_type", cbj_object_type_name(kind->object_type));
        add_tag(text, "job_type", cbj_job_type_name(kind->job_type));
        if (kind->location[0] != '\0')
            add_tag(text, "location", kind->location);
        samples_add_free_tags(text, found->labels);
        jc_text_add(text, " verdict=%di,retrieved=%di,status=%" PRId32 "i", result->verdict, result->was_retrieved,
                    result->status);
        if (result->was_retrieved) {
            if (runs->ended != NULL) {
                jc_text_add(text, ",state=%" PRId32 "i", result->state);
                samples_add_text_field(text, "state_text", cbj_job_state_text(runs->ended));
                samples_add_text_field(text, "job_id", cbj_job_id(runs->ended));
            }
            samples_add_metric_fields(text, result, JC_METRICS);
            samples_add_time_field(text, "start_time", result->start_ms);
            samples_add_time_field(text, "finish_time", result->finish_ms);
            samples_add_time_field(text, "success_time", result->success_ms);
            samples_add_time_field(text, "running_start_time", result->running_start_ms);
            if (runs->missing >= 0)
                jc_text_add(text, ",missing_jobs=%" PRId64 "i", runs->missing);
        }
        samples_add_text_field(text, "message", jc_text_get(&result->summary));
        jc_text_add(text, "\n");
    }
}
