/*
 * options.c - the command line of check_cloudbackup_job
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amounts.h"
#include "help.h"
#include "subject.h"

/* Long options without a letter. */
enum {
    OPTION_CONFIG = 256,
    OPTION_LATEST,
    OPTION_LIST_KINDS,
    OPTION_OBJECT_TYPE,
    OPTION_JOB_TYPE,
    OPTION_LOCATION,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_SERVICE,
    OPTION_MAX_OUTPUT,
    OPTION_LABEL,
    OPTION_SETTING,                                 /* the first of a series: one for each row of jc_settings */
    OPTION_ON_FAILURE = OPTION_SETTING + JC_SETTINGS /* the same for jc_failures */
};

static const struct option named[] = {
    {"job", required_argument, NULL, 'j'},
    {"latest", no_argument, NULL, OPTION_LATEST},
    {"object-type", required_argument, NULL, OPTION_OBJECT_TYPE},
    {"job-type", required_argument, NULL, OPTION_JOB_TYPE},
    {"location", required_argument, NULL, OPTION_LOCATION},
    {"list-kinds", no_argument, NULL, OPTION_LIST_KINDS},
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"timeout", required_argument, NULL, 't'},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"service", required_argument, NULL, OPTION_SERVICE},
    {"label", required_argument, NULL, OPTION_LABEL},
    {"max-output", required_argument, NULL, OPTION_MAX_OUTPUT},
    {"verbose", no_argument, NULL, 'v'},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},
};
#define NAMED (sizeof named / sizeof named[0])

typedef struct {
    struct option all[NAMED + JC_SETTINGS + JC_FAILURES + 1];
    char on_failure[JC_FAILURES][32];
} option_table;

/*
 * All settings are options, but for two: a plugin has no memory, so that no earlier answer can stand in (stale), and each
 * error has an option of its own (on-error).
 */
static void fill_table(option_table *table)
{
    size_t count = NAMED;
    size_t i;

    memset(table, 0, sizeof *table);
    memcpy(table->all, named, sizeof named);
    for (i = 0; i < JC_SETTINGS; i++) {
        const char *name = jc_settings[i].option;

        if (strcmp(name, "stale") == 0 || strcmp(name, "on-error") == 0)
            continue;
        table->all[count].name = name;
        table->all[count].has_arg = strcmp(name, "optional") == 0 ? optional_argument : required_argument;
        table->all[count].val = OPTION_SETTING + (int)i;
        count++;
    }
    for (i = 0; i < JC_FAILURES; i++, count++) {
        snprintf(table->on_failure[i], sizeof table->on_failure[i], "on-%s", jc_failures[i].key);
        table->all[count].name = table->on_failure[i];
        table->all[count].has_arg = required_argument;
        table->all[count].val = OPTION_ON_FAILURE + (int)i;
    }
}

static int set(options *read, size_t setting, const char *argument, jc_text *problem)
{
    jc_text_add(problem, "--%s: ", jc_settings[setting].option);
    return jc_settings[setting].set(&read->policy, argument != NULL ? argument : "", problem);
}

static int set_by_name(options *read, const char *option, const char *argument, jc_text *problem)
{
    size_t i;

    for (i = 0; i < JC_SETTINGS; i++) {
        if (strcmp(jc_settings[i].option, option) == 0)
            return set(read, i, argument, problem);
    }
    return 0;
}

static int set_failure(options *read, size_t row, const char *argument, jc_text *problem)
{
    int verdict = jc_verdict_from_name(argument);

    if (verdict >= 0) {
        read->policy.failure_verdicts[row] = verdict;
        return 1;
    }
    jc_text_add(problem, "--on-%s: '%s' is not one of ok, warning, critical, unknown", jc_failures[row].key, argument);
    return 0;
}

/* Takes one option. Returns 0 and the problem if the argument is wrong. */
static int take(int option, const char *argument, options *read, subject_options *subject, jc_text *problem)
{
    switch (option) {
    case 'j':
        subject->job_id = argument;
        return 1;
    case OPTION_LATEST:
        subject->is_latest = 1;
        return 1;
    case OPTION_LIST_KINDS:
        subject->is_list = 1;
        return 1;
    case OPTION_OBJECT_TYPE:
        jc_text_add(&subject->kinds, "%s%s", subject->kinds.length > 0 ? "," : "", argument);
        if (*argument != '\0')
            return 1;
        jc_text_add(problem, "--object-type: no kind is named");
        return 0;
    case OPTION_JOB_TYPE:
        subject->job_type = argument;
        return 1;
    case OPTION_LOCATION:
        /* An agent that fills in a location may have none. */
        read->location = *argument != '\0' ? argument : NULL;
        return 1;
    case OPTION_CONFIG:
        read->config_file = argument;
        return 1;
    case 't': {
        int64_t ms = amounts_time(argument);

        /* An hour is more than any scheduler waits. */
        if (ms > 0 && ms <= 3600000) {
            read->timeout_ms = ms;
            return 1;
        }
        jc_text_add(problem, "--timeout: '%s' is not a time of up to an hour, like 10, 2.5, 500ms or 1m", argument);
        return 0;
    }
    case 'w':
        return set_by_name(read, "warning", argument, problem);
    case 'c':
        return set_by_name(read, "critical", argument, problem);
    case OPTION_FORMAT:
        if (formats_find(argument, &read->shape.format))
            return 1;
        jc_text_add(problem, "--format: '%s' is not one of nagios, checkmk, prometheus, influx, json", argument);
        return 0;
    case OPTION_OUTPUT:
        if (*argument != '\0' && argument[strlen(argument) - 1] != '/') {
            read->output_file = argument;
            return 1;
        }
        jc_text_add(problem, "--output: '%s' is not the name of a file", argument);
        return 0;
    case OPTION_SERVICE:
        if (*argument != '\0' && strpbrk(argument, "\"\r\n") == NULL) {
            read->shape.service = argument;
            return 1;
        }
        jc_text_add(problem, "--service: '%s' is empty, or contains quotes or line breaks", argument);
        return 0;
    case OPTION_LABEL:
        jc_text_add(problem, "--label: ");
        return labels_add(&read->labels, argument, problem);
    case OPTION_MAX_OUTPUT: {
        size_t size;

        /* A sentence and a number need this much room. */
        if (amounts_size(argument, &size) && size >= 128) {
            read->shape.max_bytes = size;
            return 1;
        }
        jc_text_add(problem, "--max-output: '%s' is not a number of bytes from 128 on", argument);
        return 0;
    }
    case 'v':
        read->verbosity++;
        read->policy.listed_errors = SIZE_MAX;
        return 1;
    default:
        if (option >= OPTION_ON_FAILURE)
            return set_failure(read, (size_t)(option - OPTION_ON_FAILURE), argument, problem);
        return set(read, (size_t)(option - OPTION_SETTING), argument, problem);
    }
}

/* Keeps the first problem: the later ones may be its consequences. */
static void keep_problem(jc_text *first, jc_text *problem)
{
    if (first->length == 0)
        jc_text_add(first, "%s", jc_text_get(problem));
    jc_text_free(problem);
}

/* Reads the options to the last one, whatever is wrong with the ones before: where to write the problem may come late. */
static options_outcome read_all(int argc, char **argv, const option_table *table, options *read,
                                subject_options *subject, jc_text *text)
{
    for (;;) {
        int at = optind;
        jc_text problem = JC_TEXT_EMPTY;
        int option = getopt_long(argc, argv, "+:j:t:w:c:vVh", table->all, NULL);

        if (option == -1) {
            if (optind < argc)
                jc_text_add(&problem, "'%s' is not an option; kinds need --object-type, a job id needs -j; see --help",
                            argv[optind]);
            if (optind >= argc || strcmp(argv[optind - 1], "--") == 0) {
                keep_problem(text, &problem);
                return text->length > 0 ? OPTIONS_WRONG : OPTIONS_CHECK;
            }
            optind++;
        } else if ((option == 'h' || option == 'V') && text->length == 0) {
            if (option == 'h')
                help_add(text);
            else
                jc_text_add(text, "check_cloudbackup_job %s\n", cbj_version());
            return OPTIONS_ANSWER;
        } else if (option == ':' && strchr(argv[at], '=') == NULL) {
            jc_text_add(&problem, "option '%s' needs an argument; see --help", argv[at]);
        } else if (option == '?' || option == ':') {
            /* ':' with an argument is how BSD's getopt, which MinGW has, says that there must be none. The argument is not
             * shown, because it may be a secret. */
            jc_text_add(&problem, "'%.*s' is not an option, or takes no argument; see --help",
                        (int)strcspn(argv[at], "="), argv[at]);
        } else if (option != 'h' && option != 'V' && !take(option, optarg, read, subject, &problem)) {
            /* The argument was left out, and this is the next option. */
            if (optarg != NULL && optarg == argv[optind - 1] && optarg[0] == '-' && optarg[1] != '\0')
                optind--;
        } else {
            jc_text_free(&problem);
            continue;
        }
        keep_problem(text, &problem);
    }
}

options_outcome options_read(int argc, char **argv, options *read, jc_text *text)
{
    option_table table;
    subject_options subject;
    options_outcome outcome;

    memset(read, 0, sizeof *read);
    memset(&subject, 0, sizeof subject);
    read->timeout_ms = 10000;
    jc_policy_init(&read->policy);
    fill_table(&table);
    /* getopt would write problems to standard error, but schedulers show standard output. */
    opterr = 0;
    outcome = read_all(argc, argv, &table, read, &subject, text);
    if (outcome != OPTIONS_ANSWER) {
        jc_text problem = JC_TEXT_EMPTY;

        if (subject_set(read, &subject, &problem) && subject_check(read, &problem)) {
            jc_text_free(&problem);
        } else {
            keep_problem(text, &problem);
            outcome = OPTIONS_WRONG;
        }
    }
    jc_text_free(&subject.kinds);
    return outcome;
}

void options_free(options *read)
{
    labels_free(&read->labels);
    jc_policy_free(&read->policy);
    free(read->kinds);
    read->kinds = NULL;
    read->kind_count = 0;
}
