/*
 * subject.c - what the command line says to check
 */
#include "subject.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Returns 0 if memory ran out. */
static int add_kind(options *read, const jc_kind *kind)
{
    jc_kind *grown = (jc_kind *)realloc(read->kinds, (read->kind_count + 1) * sizeof *grown);

    if (grown == NULL)
        return 0;
    read->kinds = grown;
    grown[read->kind_count++] = *kind;
    return 1;
}

static int take_name(options *read, const char *name, const char *job_type, jc_text *problem)
{
    jc_kind kind;
    size_t i;

    if (strcasecmp(name, "any") == 0) {
        jc_text_add(problem, "'any' asks only whether the API answers, and has to be the only kind");
        return 0;
    }
    if (!jc_kind_parse(name, job_type, read->location, &kind, problem))
        return 0;
    for (i = 0; i < read->kind_count; i++) {
        if (jc_kind_is_same(&read->kinds[i], &kind)) {
            jc_text_add(problem, "'%s' is given twice", name);
            return 0;
        }
    }
    if (!add_kind(read, &kind)) {
        jc_text_add(problem, "out of memory");
        return 0;
    }
    return 1;
}

/* Takes all names that are right, and keeps the first problem. */
static int take_names(options *read, const char *names, const char *job_type, jc_text *problem)
{
    int is_right = 1;
    const char *at = names;

    for (;;) {
        size_t length = strcspn(at, ",");
        size_t blanks = strspn(at, " ");
        jc_text name = JC_TEXT_EMPTY;
        jc_text wrong = JC_TEXT_EMPTY;

        if (blanks < length)
            jc_text_bytes(&name, at + blanks, length - blanks);
        if (!take_name(read, jc_text_get(&name), job_type, &wrong)) {
            if (is_right)
                jc_text_add(problem, "--object-type: %s", jc_text_get(&wrong));
            is_right = 0;
        }
        jc_text_free(&name);
        jc_text_free(&wrong);
        if (at[length] == '\0')
            return is_right;
        at += length + 1;
    }
}

/* Every kind that this version knows. */
static int take_all(options *read, const char *job_type, jc_text *problem)
{
    cbj_object_type type;

    for (type = 1; cbj_object_type_name(type) != NULL; type++) {
        jc_kind kind;

        if (!jc_kind_parse(cbj_object_type_name(type), job_type, read->location, &kind, problem))
            return 0;
        if (!add_kind(read, &kind)) {
            jc_text_add(problem, "out of memory");
            return 0;
        }
    }
    return 1;
}

int subject_set(options *read, const subject_options *given, jc_text *problem)
{
    const char *names = jc_text_get(&given->kinds);
    int has_kinds = given->is_latest || *names != '\0';

    read->job_id = given->job_id;
    if ((given->job_id != NULL) + has_kinds + given->is_list > 1) {
        jc_text_add(problem, "use only one of -j, --latest with --object-type, and --list-kinds; see --help");
        if (given->job_id != NULL)
            read->subject = SUBJECT_JOB;
        return 0;
    }
    if (given->job_id != NULL) {
        read->subject = SUBJECT_JOB;
        if (given->job_type == NULL)
            return 1;
        jc_text_add(problem, "--job-type is for --latest and --list-kinds: a job that has an id has a type");
        return 0;
    }
    if (given->is_list) {
        read->subject = SUBJECT_LIST;
        return take_all(read, given->job_type, problem);
    }
    if (!has_kinds) {
        jc_text_add(problem, "nothing to check: use --latest --object-type=KIND, or -j ID; see --help");
        return 0;
    }
    if (*names == '\0') {
        jc_text_add(problem, "--latest needs the kinds of jobs: --object-type=exchange-online,onedrive; --list-kinds "
                             "prints those that there are, and 'any' only asks whether the API answers");
        return 0;
    }
    if (strcasecmp(names, "any") == 0) {
        read->subject = SUBJECT_SERVICE;
        return 1;
    }
    {
        int is_right = take_names(read, names, given->job_type, problem);

        read->subject = read->kind_count > 0 ? SUBJECT_KINDS : SUBJECT_NONE;
        return is_right;
    }
}

/* A limit that cannot be judged would make an operator believe that something is watched. */
static int check_job_limits(const jc_policy *policy, jc_text *problem)
{
    size_t i;

    for (i = JC_JOB_METRICS; i < JC_METRICS; i++) {
        if (policy->warning[i].is_set || policy->critical[i].is_set) {
            jc_text_add(problem, "%s is a number of kinds (--latest), and a job does not have it", jc_metric_kinds[i].name);
            return 0;
        }
    }
    if (policy->kind_range_count > 0)
        jc_text_add(problem, "a range for a kind needs --latest");
    return policy->kind_range_count == 0;
}

int subject_check(const options *read, jc_text *problem)
{
    if (read->subject == SUBJECT_LIST && read->shape.format != FORMAT_NAGIOS && read->shape.format != FORMAT_JSON) {
        jc_text_add(problem, "--list-kinds prints names or, with --format json, JSON");
        return 0;
    }
    if (read->labels.count > 0 && read->shape.format != FORMAT_PROMETHEUS && read->shape.format != FORMAT_INFLUX) {
        jc_text_add(problem, "--label: only the formats prometheus and influx have labels");
        return 0;
    }
    if (read->subject == SUBJECT_JOB)
        return check_job_limits(&read->policy, problem);
    return read->subject != SUBJECT_KINDS || jc_policy_check(&read->policy, problem);
}
