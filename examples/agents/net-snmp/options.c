/*
 * options.c - the command line of cloudbackup_pass
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* netSnmpPlaypen.365 */
#define DEFAULT_BASE ".1.3.6.1.4.1.8072.9999.9999.365"
/* The parts of the longest identifier below the base, with some to spare. */
#define PARTS_BELOW_BASE 8
#define MAX_JOBS 65535

static const char usage[] =
    "usage: cloudbackup_pass [options] JOB_ID...\n"
    "  --config=FILE          JSON file with the data center and the credentials. The environment supplies what the\n"
    "                         file lacks\n"
    "  --refresh=SECONDS      time between two requests for a job; default 300\n"
    "  --timeout=SECONDS      time limit of a request; default 30\n"
    "  --warning=RANGES, --critical=RANGES, --state=STATE=VERDICT, --on-error=ERROR=VERDICT, --ignore-error=REGEX\n"
    "                         these decide the verdict, see check_cloudbackup_job --help\n"
    "  --base=OID             root of the tree; default " DEFAULT_BASE "\n"
    "  --help                 print this text\n";

enum { OPTION_CONFIG = 256, OPTION_REFRESH, OPTION_TIMEOUT, OPTION_BASE, OPTION_HELP, OPTION_SETTING };

static const struct option fixed[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"refresh", required_argument, NULL, OPTION_REFRESH},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"base", required_argument, NULL, OPTION_BASE},
    {"help", no_argument, NULL, OPTION_HELP},
};
#define FIXED (sizeof fixed / sizeof fixed[0])

/* Takes one option. Returns 0 and the problem if the option or its argument is wrong. */
static int take(int option, const char *argument, options *read, jc_text *problem)
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
    default:
        if (option >= OPTION_SETTING && option < OPTION_SETTING + JC_SETTINGS)
            return jc_settings[option - OPTION_SETTING].set(&read->policy, argument, problem);
        jc_text_add(problem, "there is no such option, or its argument is missing; see --help");
        return 0;
    }
}

options_outcome options_read(int argc, char **argv, options *read)
{
    struct option table[FIXED + JC_SETTINGS + 1];
    int option;
    size_t i;

    memset(read, 0, sizeof *read);
    read->timeout_ms = 30000;
    read->refresh_ms = 300000;
    jc_policy_init(&read->policy);
    (void)oid_parse(DEFAULT_BASE, &read->base);
    memset(table, 0, sizeof table);
    memcpy(table, fixed, sizeof fixed);
    for (i = 0; i < JC_SETTINGS; i++) {
        table[FIXED + i].name = jc_settings[i].option;
        table[FIXED + i].has_arg = required_argument;
        table[FIXED + i].val = OPTION_SETTING + (int)i;
    }
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        jc_text problem = JC_TEXT_EMPTY;

        if (option == OPTION_HELP)
            return fputs(usage, stdout) < 0 ? OPTIONS_WRONG : OPTIONS_ANSWERED;
        if (!take(option, optarg, read, &problem)) {
            /* An unknown option is printed without its argument, which may be a secret. */
            fprintf(stderr, "cloudbackup_pass: %.*s: %s\n", (int)strcspn(argv[optind - 1], "="), argv[optind - 1],
                    jc_text_get(&problem));
            jc_text_free(&problem);
            return OPTIONS_WRONG;
        }
        jc_text_free(&problem);
    }
    read->job_ids = argv + optind;
    read->job_count = (size_t)(argc - optind);
    if (read->job_count == 0 || read->job_count > MAX_JOBS) {
        fprintf(stderr, "cloudbackup_pass: there are no job ids, or more than %d\n%s", MAX_JOBS, usage);
        return OPTIONS_WRONG;
    }
    return OPTIONS_RUN;
}
