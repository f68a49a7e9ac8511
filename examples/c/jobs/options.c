/*
 * options.c - the command line
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "system.h"

#define LATEST (1u << COMMAND_LATEST)
#define LIST (1u << COMMAND_LIST)
#define SHOW (1u << COMMAND_SHOW)
#define WAIT (1u << COMMAND_WAIT)
#define ALL (LATEST | LIST | SHOW | WAIT)

static const char *const command_names[] = {"latest", "list", "show", "wait"};
#define COMMANDS (sizeof command_names / sizeof command_names[0])

/* In the order of `named`. */
enum { SINCE, UNTIL, STATE, KIND, TYPE, MAX, LOCATION, INTERVAL, TIMEOUT, CONFIG, JSON, HELP, VERSION, OPTIONS };

static const struct option named[] = {
    {"since", required_argument, NULL, SINCE},       {"until", required_argument, NULL, UNTIL},
    {"state", required_argument, NULL, STATE},       {"kind", required_argument, NULL, KIND},
    {"type", required_argument, NULL, TYPE},         {"max", required_argument, NULL, MAX},
    {"location", required_argument, NULL, LOCATION}, {"interval", required_argument, NULL, INTERVAL},
    {"timeout", required_argument, NULL, TIMEOUT},   {"config", required_argument, NULL, CONFIG},
    {"json", no_argument, NULL, JSON},               {"help", no_argument, NULL, HELP},
    {"version", no_argument, NULL, VERSION},         {NULL, 0, NULL, 0},
};

/* The commands that take each option. */
static const unsigned taken_by[OPTIONS] = {
    LATEST | LIST, LIST, LIST, LIST, LATEST | LIST, LIST, ALL, WAIT, WAIT, ALL, ALL, ALL, ALL,
};

/* Reports a value that has no meaning, and the names that would have one. */
static int unknown_name(const char *what, const char *value, const char *(*name)(int32_t), int32_t first)
{
    int32_t number;

    fprintf(stderr, "cloudbackupjobs: unknown %s \"", what);
    print_text(stderr, value);
    fputs("\"; known are:", stderr);
    for (number = first; name(number) != NULL; number++)
        fprintf(stderr, " %s", name(number));
    fputc('\n', stderr);
    return 0;
}

static int bad_value(int option, const char *value, const char *wanted)
{
    fprintf(stderr, "cloudbackupjobs: --%s \"", named[option].name);
    print_text(stderr, value);
    fprintf(stderr, "\" is not %s\n", wanted);
    return 0;
}

/* Reports what getopt_long did not take. `optopt` is the number of a known option, the letter of a short one, or 0. BSD's
 * getopt_long, which MinGW has, returns ':' also for a value that there must not be. */
static int bad_option(int is_about_value, const char *word)
{
    if (is_about_value || (optopt > 0 && optopt < OPTIONS)) {
        complain("--%s takes %s value", named[optopt].name, named[optopt].has_arg == required_argument ? "a" : "no");
    } else if (optopt > 0) {
        complain("unknown option -%c", optopt);
    } else {
        fputs("cloudbackupjobs: unknown option ", stderr);
        print_text(stderr, word);
        fputc('\n', stderr);
    }
    return 0;
}

static int read_max(const char *value, uint32_t *jobs)
{
    char *end;
    unsigned long number = strtoul(value, &end, 10);

    *jobs = (uint32_t)number;
    /* strtoul also takes signs and blanks. */
    return *value >= '0' && *value <= '9' && *end == '\0' && number >= 1 && number <= 1000000000;
}

/* A duration that the library can take: from 1 ms to 49 days. */
static int read_wait(const char *value, uint32_t *ms)
{
    int64_t duration_ms;

    if (!read_duration(value, &duration_ms) || duration_ms < 1 || duration_ms > UINT32_MAX)
        return 0;
    *ms = (uint32_t)duration_ms;
    return 1;
}

/* The library says what a location may look like. */
static int is_location(const char *value)
{
    cbj_query *query = cbj_query_new();
    cbj_status status = cbj_query_set_location(query, value);

    cbj_query_free(query);
    return status == CBJ_OK;
}

/* Takes the value of an option. Returns 1, or 0 after it has reported a mistake. */
static int take(int option, const char *value, struct options *options)
{
    static const char a_time[] = "a time, such as 26h, 7d, 2026-11-25 or 2026-11-25T03:12:00Z";
    static const char a_wait[] = "a duration from 1s to 49d, such as 30s, 90m or 2h";

    switch (option) {
    case SINCE:
        return read_time(value, &options->since_ms) || bad_value(option, value, a_time);
    case UNTIL:
        return read_time(value, &options->until_ms) || bad_value(option, value, a_time);
    case STATE:
        options->state = cbj_state_from_name(value);
        return options->state > CBJ_STATE_UNKNOWN || unknown_name("state", value, cbj_state_name, CBJ_STATE_IN_PROGRESS);
    case KIND:
        options->object_type = cbj_object_type_from_name(value);
        return options->object_type >= 0 || unknown_name("kind", value, cbj_object_type_name, CBJ_OBJECT_TYPE_ALL);
    case TYPE:
        options->job_type = cbj_job_type_from_name(value);
        return options->job_type >= 0 || unknown_name("type", value, cbj_job_type_name, CBJ_JOB_TYPE_ALL);
    case MAX:
        return read_max(value, &options->max_jobs) || bad_value(option, value, "a number of jobs, at least 1");
    case LOCATION:
        options->location = value;
        return is_location(value) || bad_value(option, value, "a location, such as EUR");
    case INTERVAL:
        return read_wait(value, &options->interval_ms) || bad_value(option, value, a_wait);
    case TIMEOUT:
        return read_wait(value, &options->timeout_ms) || bad_value(option, value, a_wait);
    case CONFIG:
        options->config_file = value;
        return 1;
    case JSON:
        options->json = 1;
        return 1;
    default: /* --help and --version have no value */
        return 1;
    }
}

/* Reads the words behind the command: ids or kinds. Returns 1, or 0 after it has reported a mistake. */
static int take_words(char **words, size_t count, struct options *options)
{
    const char *command = command_names[options->command];
    size_t i;

    if (options->command == COMMAND_SHOW || options->command == COMMAND_WAIT) {
        if (count != 1)
            complain("%s takes the id of one job", command);
        else
            options->job_id = words[0];
        return count == 1;
    }
    if (options->command == COMMAND_LIST && count > 0) {
        fprintf(stderr, "cloudbackupjobs: list takes no \"");
        print_text(stderr, words[0]);
        fputs("\"; a kind follows --kind\n", stderr);
        return 0;
    }
    options->kinds = malloc((count > 0 ? count : 1) * sizeof *options->kinds);
    if (options->kinds == NULL) {
        complain("out of memory");
        return 0;
    }
    for (i = 0; i < count; i++) {
        options->kinds[i] = cbj_object_type_from_name(words[i]);
        if (options->kinds[i] <= CBJ_OBJECT_TYPE_ALL)
            return unknown_name("kind", words[i], cbj_object_type_name, 1);
    }
    options->kind_count = count;
    return 1;
}

/* Finds the command. Returns 1, or 0 after it has reported a mistake. */
static int take_command(const char *word, struct options *options)
{
    size_t i;

    for (i = 0; word != NULL && i < COMMANDS; i++) {
        if (strcmp(word, command_names[i]) == 0) {
            options->command = (enum command)i;
            return 1;
        }
    }
    if (word == NULL) {
        complain("a command is missing: latest, list, show or wait");
    } else {
        fputs("cloudbackupjobs: unknown command \"", stderr);
        print_text(stderr, word);
        fputs("\"; known are: latest list show wait\n", stderr);
    }
    return 0;
}

/* Reads everything. Returns 1, or 0 after it has reported a mistake. */
static int read_all(int argc, char **argv, struct options *options, unsigned *given)
{
    int option;
    int i;

    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", named, NULL)) != -1) {
        if (option == '?' || option == ':')
            return bad_option(option == ':', argv[optind - 1]);
        *given |= 1u << option;
        if (!take(option, optarg, options))
            return 0;
    }
    if (*given & (1u << HELP | 1u << VERSION))
        return 1;
    if (!take_command(optind < argc ? argv[optind] : NULL, options))
        return 0;
    for (i = 0; i < OPTIONS; i++) {
        if ((*given & 1u << i) && !(taken_by[i] & 1u << options->command)) {
            complain("%s does not take --%s", command_names[options->command], named[i].name);
            return 0;
        }
    }
    if (options->until_ms != CBJ_NO_TIME && options->since_ms > options->until_ms) {
        complain("the time that --since names is later than that of --until");
        return 0;
    }
    if (options->command == COMMAND_LATEST && !(*given & 1u << TYPE))
        options->job_type = CBJ_JOB_TYPE_BACKUP;
    return take_words(argv + optind + 1, (size_t)(argc - optind - 1), options);
}

int read_options(int argc, char **argv, struct options *options, int *exit_status)
{
    static const struct options empty;
    unsigned given = 0;

    *options = empty;
    options->since_ms = now_ms() - INT64_C(7) * 24 * 3600 * 1000;
    options->until_ms = CBJ_NO_TIME;
    options->interval_ms = 30 * 1000;
    options->timeout_ms = 2 * 3600 * 1000;
    *exit_status = EXIT_FINE;
    if (!read_all(argc, argv, options, &given)) {
        fputs("Try \"cloudbackupjobs --help\".\n", stderr);
        free(options->kinds);
        *exit_status = EXIT_USAGE;
        return 0;
    }
    if (given & 1u << HELP)
        print_help();
    else if (given & 1u << VERSION)
        printf("cloudbackupjobs %s\n", cbj_version());
    return !(given & (1u << HELP | 1u << VERSION));
}
