/*
 * options.c - the command line of cloudbackup_pass
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* netSnmpPlaypen.365 */
#define DEFAULT_BASE ".1.3.6.1.4.1.8072.9999.9999.365"
/* The parts of the longest identifier below the base: 4 for the column, 3 for the numbers in a kind's index, and its
 * location. */
#define PARTS_BELOW_BASE (7 + JC_LOCATION_BYTES)
#define MAX_ROWS 65535

static const char usage[] =
    "usage: cloudbackup_pass [options] --object-type=KIND[,KIND]... [JOB_ID...]\n"
    "  --object-type=KINDS    kinds of jobs, separated by commas; may be repeated. A kind is\n"
    "                         OBJECT-TYPE[/JOB-TYPE[/LOCATION]]: exchange-online, onedrive/backup/EUR.\n"
    "                         check_cloudbackup_job --list-kinds prints those that ran\n"
    "  --job-type=TYPE        job type of kinds whose names have none; default backup\n"
    "  --location=LOCATION    location of kinds whose names have none, and of jobs\n"
    "  --config=FILE          JSON file with the data center and the credentials. The environment supplies what the\n"
    "                         file lacks\n"
    "  --refresh=SECONDS      time between two requests for a kind or a job; default 300\n"
    "  --timeout=SECONDS      time limit of a request; default 30\n"
    "  --base=OID             root of the tree; default " DEFAULT_BASE "\n"
    "  --help                 print this text\n"
    "These decide the verdict, see check_cloudbackup_job --help. Each takes an argument:\n";

enum {
    OPTION_CONFIG = 256,
    OPTION_REFRESH,
    OPTION_TIMEOUT,
    OPTION_BASE,
    OPTION_OBJECT_TYPE,
    OPTION_JOB_TYPE,
    OPTION_LOCATION,
    OPTION_HELP,
    OPTION_SETTING
};

static const struct option fixed[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"refresh", required_argument, NULL, OPTION_REFRESH},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"base", required_argument, NULL, OPTION_BASE},
    {"object-type", required_argument, NULL, OPTION_OBJECT_TYPE},
    {"job-type", required_argument, NULL, OPTION_JOB_TYPE},
    {"location", required_argument, NULL, OPTION_LOCATION},
    {"help", no_argument, NULL, OPTION_HELP},
};
#define FIXED (sizeof fixed / sizeof fixed[0])

static int print_usage(void)
{
    size_t i;

    fputs(usage, stdout);
    for (i = 0; i < JC_SETTINGS; i++)
        printf("  --%s\n", jc_settings[i].option);
    return fflush(stdout) == 0;
}

/* Takes one option. Returns 0 and the problem if the option or its argument is wrong. */
static int take(int option, const char *argument, options *read, jc_text *object_types, jc_text *problem)
{
    switch (option) {
    case OPTION_CONFIG:
        read->config_file = argument;
        return 1;
    case OPTION_REFRESH:
        return jc_parse_seconds(argument, 1, &read->refresh_ms, problem);
    case OPTION_TIMEOUT:
        return jc_parse_seconds(argument, 1, &read->timeout_ms, problem);
    case OPTION_BASE:
        if (oid_parse(argument, &read->base) && read->base.length <= OID_MAX_LENGTH - PARTS_BELOW_BASE)
            return 1;
        jc_text_add(problem, "'%s' is not an object identifier in digits", argument);
        return 0;
    case OPTION_OBJECT_TYPE:
        /* A later --job-type counts, too, so the names are read at the end. */
        jc_text_add(object_types, "%s%s", object_types->length > 0 ? "," : "", argument);
        return 1;
    case OPTION_JOB_TYPE:
        read->job_type = argument;
        return 1;
    case OPTION_LOCATION:
        read->location = argument;
        return 1;
    default:
        if (option >= OPTION_SETTING && option < OPTION_SETTING + JC_SETTINGS)
            return jc_settings[option - OPTION_SETTING].set(&read->policy, argument, problem);
        jc_text_add(problem, "there is no such option, or its argument is missing; see --help");
        return 0;
    }
}

static int add_kind(options *read, const char *name, jc_text *problem)
{
    jc_kind *grown = (jc_kind *)realloc(read->kinds, (read->kind_count + 1) * sizeof *grown);
    jc_kind *kind;
    size_t i;

    if (grown == NULL) {
        jc_text_add(problem, "out of memory");
        return 0;
    }
    read->kinds = grown;
    kind = &grown[read->kind_count];
    if (!jc_kind_parse(name, read->job_type, read->location, kind, problem))
        return 0;
    for (i = 0; i < read->kind_count; i++) {
        /* The same name twice is the same row. */
        if (jc_kind_is_same(&grown[i], kind))
            return 1;
    }
    read->kind_count++;
    return 1;
}

/* Reads names that are separated by commas. */
static int add_kinds(options *read, const char *names, jc_text *problem)
{
    int is_right = 1;

    while (is_right && *names != '\0') {
        size_t length = strcspn(names, ",");
        jc_text name = JC_TEXT_EMPTY;

        jc_text_bytes(&name, names, length);
        is_right = add_kind(read, jc_text_get(&name), problem);
        jc_text_free(&name);
        names += length;
        names += *names == ',';
    }
    return is_right;
}

/* Reads the kinds, and checks what can only be checked together. */
static options_outcome finish(options *read, const jc_text *object_types)
{
    jc_text problem = JC_TEXT_EMPTY;
    options_outcome outcome = OPTIONS_WRONG;

    if (!add_kinds(read, jc_text_get(object_types), &problem))
        fprintf(stderr, "cloudbackup_pass: --object-type: %s\n", jc_text_get(&problem));
    else if (read->kind_count > 0 && !jc_policy_check(&read->policy, &problem))
        fprintf(stderr, "cloudbackup_pass: %s\n", jc_text_get(&problem));
    else if (read->kind_count + read->job_count == 0)
        fprintf(stderr, "cloudbackup_pass: there are no kinds and there are no job ids; see --help\n");
    else if (read->kind_count > MAX_ROWS || read->job_count > MAX_ROWS)
        fprintf(stderr, "cloudbackup_pass: there are more than %d kinds or job ids\n", MAX_ROWS);
    else
        outcome = OPTIONS_RUN;
    jc_text_free(&problem);
    return outcome;
}

static options_outcome read_options(int argc, char **argv, options *read, jc_text *object_types)
{
    struct option table[FIXED + JC_SETTINGS + 1];
    int option;
    int index;
    size_t i;

    memset(table, 0, sizeof table);
    memcpy(table, fixed, sizeof fixed);
    for (i = 0; i < JC_SETTINGS; i++) {
        table[FIXED + i].name = jc_settings[i].option;
        table[FIXED + i].has_arg = required_argument;
        table[FIXED + i].val = OPTION_SETTING + (int)i;
    }
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", table, &index)) != -1) {
        jc_text problem = JC_TEXT_EMPTY;

        if (option == OPTION_HELP)
            return print_usage() ? OPTIONS_ANSWERED : OPTIONS_WRONG;
        if (!take(option, optarg, read, object_types, &problem)) {
            /* An unknown option is printed without its argument, which may be a secret. */
            if (option == '?')
                fprintf(stderr, "cloudbackup_pass: %.*s: %s\n", (int)strcspn(argv[optind - 1], "="), argv[optind - 1],
                        jc_text_get(&problem));
            else
                fprintf(stderr, "cloudbackup_pass: --%s: %s\n", table[index].name, jc_text_get(&problem));
            jc_text_free(&problem);
            return OPTIONS_WRONG;
        }
        jc_text_free(&problem);
    }
    read->job_ids = argv + optind;
    read->job_count = (size_t)(argc - optind);
    return OPTIONS_RUN;
}

options_outcome options_read(int argc, char **argv, options *read)
{
    jc_text object_types = JC_TEXT_EMPTY;
    options_outcome outcome;

    memset(read, 0, sizeof *read);
    read->timeout_ms = 30000;
    read->refresh_ms = 300000;
    jc_policy_init(&read->policy);
    (void)oid_parse(DEFAULT_BASE, &read->base);
    outcome = read_options(argc, argv, read, &object_types);
    if (outcome == OPTIONS_RUN)
        outcome = finish(read, &object_types);
    jc_text_free(&object_types);
    return outcome;
}

void options_free(options *read)
{
    jc_policy_free(&read->policy);
    free(read->kinds);
    read->kinds = NULL;
    read->kind_count = 0;
}
