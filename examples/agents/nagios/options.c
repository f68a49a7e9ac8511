/*
 * options.c - the command line of check_cloudbackup_job
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Long options without a letter. */
enum {
    OPTION_CONFIG = 256,
    OPTION_STATE,
    OPTION_IGNORE_ERROR,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_SERVICE,
    OPTION_MAX_OUTPUT,
    OPTION_LOCATION,
    OPTION_ON_FAILURE /* the first of a series: one for each row of jc_failures */
};

static const struct option named[] = {
    {"job", required_argument, NULL, 'j'},
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"location", required_argument, NULL, OPTION_LOCATION},
    {"timeout", required_argument, NULL, 't'},
    {"warning", required_argument, NULL, 'w'},
    {"critical", required_argument, NULL, 'c'},
    {"state", required_argument, NULL, OPTION_STATE},
    {"ignore-error", required_argument, NULL, OPTION_IGNORE_ERROR},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"service", required_argument, NULL, OPTION_SERVICE},
    {"max-output", required_argument, NULL, OPTION_MAX_OUTPUT},
    {"verbose", no_argument, NULL, 'v'},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},
};
#define NAMED (sizeof named / sizeof named[0])

static void add_usage(jc_text *text)
{
    size_t i;

    jc_text_add(text, "%s",
        "check_cloudbackup_job - checks one job of Cloud Backup for Microsoft 365\n"
        "\n"
        "usage: check_cloudbackup_job -j ID [options]\n"
        "\n"
        "  -j, --job=ID             id of the job, e.g. FB20241015105312327583\n"
        "      --location=GEO       location of the job, e.g. EUR; only in a Multi-Geo tenant\n"
        "      --config=FILE        JSON file with the data center and the credentials. The environment supplies\n"
        "                           what the file lacks: CBJ_DATA_CENTER, CBJ_CLIENT_ID, CBJ_CLIENT_SECRET_FILE ...\n"
        "                           (see cloudbackupjobs.h). No option takes a secret.\n"
        "  -t, --timeout=TIME       give up after this time: 10, 2.5, 500ms, 1m; default 10 seconds\n"
        "  -w, --warning=RANGES     WARNING if a number is outside its range; may be repeated\n"
        "  -c, --critical=RANGES    CRITICAL if a number is outside its range; may be repeated\n"
        "                           RANGES is RANGE or NAME=RANGE, or several of them with commas in between\n"
        "      --state=STATE=VERDICT\n"
        "                           change the verdict of a state, e.g. failed=warning; may be repeated\n"
        "      --ignore-error=REGEX ignore errors whose text matches this extended regular expression; may be\n"
        "                           repeated. A job that is partially finished, or finished with exception, is OK\n"
        "                           if ignored errors explain all its failed objects\n"
        "      --on-ERROR=VERDICT   change the verdict of an error of the check, e.g. --on-timeout=unknown\n"
        "      --format=FORMAT      nagios (default), checkmk, prometheus, influx or json\n"
        "      --output=FILE        write to this file instead of standard output. The file is replaced in one\n"
        "                           step, so that a reader never sees half of it\n"
        "      --service=NAME       name of the service in the format checkmk; default \"Cloud Backup ID\"\n"
        "      --max-output=BYTES   in the formats nagios and checkmk, shorten the output to less than this many\n"
        "                           bytes (1024 for NRPE 2)\n"
        "  -v, --verbose            list all errors; -vv also logs each call to standard error, -vvv logs more\n"
        "  -V, --version            print the version of the library\n"
        "  -h, --help               print this text\n"
        "\n"
        "A RANGE is [@]START:END, as in the plugin guidelines:\n"
        "\n"
        "  10       alert above 10 (and below 0)\n"
        "  10:      alert below 10\n"
        "  ~:10     alert above 10\n"
        "  10:20    alert below 10 and above 20\n"
        "  @10:20   alert from 10 to 20\n"
        "\n"
        "A RANGE without a NAME is for the failed objects. With % it is for their percentage. Times take the units\n"
        "s, m, h, d and w; without a unit they are seconds. The names:\n"
        "\n"
        "  total, failed, failed_percent, successful, skipped   objects in the job\n"
        "  errors     occurrences of its top errors, without ignored errors\n"
        "  duration   how long the job took; only of a job that has ended\n"
        "  age        time since the job ended\n"
        "  running    time since the job started; only of a job in progress\n"
        "\n"
        "If the service does not send a number that has a range, or sends one that cannot be read, the check is at\n"
        "least UNKNOWN. The states and their default verdicts:\n"
        "\n");
    for (i = 0; i < JC_STATES; i++)
        jc_text_add(text, "  %-24s %s\n", jc_states[i].key, jc_verdict_name(jc_states[i].verdict));
    jc_text_add(text, "\nThe errors of the check and their default verdicts:\n\n");
    for (i = 0; i < JC_FAILURES; i++)
        jc_text_add(text, "  %-24s %s\n", jc_failures[i].key, jc_verdict_name(jc_failures[i].verdict));
    jc_text_add(text, "%s",
        "\n"
        "Exit status: in the format nagios the verdict (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN). In the other formats\n"
        "0, because their output contains the verdict. In all formats 3 if an option is wrong or the output could not\n"
        "be written.\n"
        "\n"
        "Not affiliated with AvePoint.\n");
}

/* Reads "10", "2.5", "500ms", "2s" or "1m". Returns milliseconds, or 0 if it is not a time. */
static int64_t parse_timeout(const char *text)
{
    static const struct {
        const char *suffix;
        int64_t ms;
    } suffixes[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60000}};
    int64_t whole = 0;
    int64_t thousandths = 0;
    int64_t place = 100;
    int digits = 0;
    size_t i;

    for (; *text >= '0' && *text <= '9'; text++, digits++) {
        if (digits == 9)
            return 0;
        whole = whole * 10 + (*text - '0');
    }
    if (*text == '.') {
        for (text++; *text >= '0' && *text <= '9'; text++, digits++) {
            thousandths += (*text - '0') * place;
            place /= 10;
        }
    }
    for (i = 0; digits > 0 && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (strcmp(text, suffixes[i].suffix) == 0)
            return whole * suffixes[i].ms + thousandths * suffixes[i].ms / 1000;
    }
    return 0;
}

static int parse_size(const char *text, size_t *size)
{
    *size = 0;
    if (*text == '\0')
        return 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (*size > 100000000)
            return 0;
        *size = *size * 10 + (size_t)(*text - '0');
    }
    return *text == '\0';
}

/* Takes one option. Returns 0 and the problem if the argument is wrong. */
static int take(int option, const char *argument, options *read, jc_text *problem)
{
    switch (option) {
    case 'j':
        read->job_id = argument;
        return 1;
    case OPTION_LOCATION:
        read->location = argument;
        return 1;
    case OPTION_CONFIG:
        read->config_file = argument;
        return 1;
    case 't':
        read->timeout_ms = parse_timeout(argument);
        /* An hour is more than any scheduler waits. */
        if (read->timeout_ms > 0 && read->timeout_ms <= 3600000)
            return 1;
        jc_text_add(problem, "--timeout: '%s' is not a time of up to an hour, like 10, 2.5, 500ms or 1m", argument);
        return 0;
    case 'w':
        jc_text_add(problem, "--warning: ");
        return jc_policy_set_thresholds(&read->policy, JC_WARNING, argument, problem);
    case 'c':
        jc_text_add(problem, "--critical: ");
        return jc_policy_set_thresholds(&read->policy, JC_CRITICAL, argument, problem);
    case OPTION_STATE:
        jc_text_add(problem, "--state: ");
        return jc_policy_set_state(&read->policy, argument, problem);
    case OPTION_IGNORE_ERROR:
        jc_text_add(problem, "--ignore-error: ");
        return jc_policy_ignore_error(&read->policy, argument, problem);
    case OPTION_FORMAT:
        if (formats_find(argument, &read->shape.format))
            return 1;
        jc_text_add(problem, "--format: '%s' is not one of nagios, checkmk, prometheus, influx, json", argument);
        return 0;
    case OPTION_OUTPUT:
        read->output_file = argument;
        if (*argument != '\0' && argument[strlen(argument) - 1] != '/')
            return 1;
        jc_text_add(problem, "--output: '%s' is not the name of a file", argument);
        return 0;
    case OPTION_SERVICE:
        read->shape.service = argument;
        if (*argument != '\0' && strpbrk(argument, "\"\r\n") == NULL)
            return 1;
        jc_text_add(problem, "--service: '%s' is empty, or contains quotes or line breaks", argument);
        return 0;
    case OPTION_MAX_OUTPUT:
        /* A sentence and a number need this much room. */
        if (parse_size(argument, &read->shape.max_bytes) && read->shape.max_bytes >= 128)
            return 1;
        jc_text_add(problem, "--max-output: '%s' is not a number of bytes from 128 on", argument);
        return 0;
    case 'v':
        read->verbosity++;
        read->policy.listed_errors = SIZE_MAX;
        return 1;
    default: {
        size_t row = (size_t)(option - OPTION_ON_FAILURE);

        jc_text_add(problem, "--on-%s: ", jc_failures[row].key);
        read->policy.failure_verdicts[row] = jc_verdict_from_name(argument);
        if (read->policy.failure_verdicts[row] >= 0)
            return 1;
        jc_text_add(problem, "'%s' is not one of ok, warning, critical, unknown", argument);
        return 0;
    }
    }
}

options_outcome options_read(int argc, char **argv, options *read, jc_text *text)
{
    struct option table[NAMED + JC_FAILURES + 1];
    char names[JC_FAILURES][32];
    size_t i;
    int option;

    memset(read, 0, sizeof *read);
    read->timeout_ms = 10000;
    jc_policy_init(&read->policy);
    memset(table, 0, sizeof table);
    memcpy(table, named, sizeof named);
    for (i = 0; i < JC_FAILURES; i++) {
        snprintf(names[i], sizeof names[i], "on-%s", jc_failures[i].key);
        table[NAMED + i].name = names[i];
        table[NAMED + i].has_arg = required_argument;
        table[NAMED + i].val = OPTION_ON_FAILURE + (int)i;
    }
    /* getopt would write problems to standard error, but schedulers show standard output. */
    opterr = 0;
    for (;;) {
        int at = optind;
        jc_text problem = JC_TEXT_EMPTY;

        option = getopt_long(argc, argv, "+:j:t:w:c:vVh", table, NULL);
        if (option == -1)
            break;
        switch (option) {
        case 'h':
            add_usage(text);
            return OPTIONS_ANSWER;
        case 'V':
            jc_text_add(text, "check_cloudbackup_job %s\n", cbj_version());
            return OPTIONS_ANSWER;
        case ':':
            jc_text_add(text, "option '%s' needs an argument; see --help", argv[at]);
            return OPTIONS_WRONG;
        case '?':
            /* Without its argument, because that may be a secret. */
            jc_text_add(text, "'%.*s' is not an option, or takes no argument; see --help",
                        (int)strcspn(argv[at], "="), argv[at]);
            return OPTIONS_WRONG;
        default:
            if (!take(option, optarg, read, &problem)) {
                jc_text_add(text, "%s", jc_text_get(&problem));
                jc_text_free(&problem);
                return OPTIONS_WRONG;
            }
            jc_text_free(&problem);
        }
    }
    if (optind < argc) {
        jc_text_add(text, "'%s' is not an option; the job id needs -j; see --help",
                    argv[optind]);
        return OPTIONS_WRONG;
    }
    if (read->job_id == NULL) {
        jc_text_add(text, "the job id is missing: -j ID; see --help");
        return OPTIONS_WRONG;
    }
    return OPTIONS_CHECK;
}
