/*
 * help.c - what --help prints
 */
#include "jobs.h"

static const char help[] =
    "Tells about the jobs of Cloud Backup for Microsoft 365.\n"
    "\n"
    "Usage: cloudbackupjobs latest [KIND...] [--since TIME] [--type TYPE]\n"
    "       cloudbackupjobs list [--since TIME] [--until TIME] [--state STATE]\n"
    "                            [--kind KIND] [--type TYPE] [--max N]\n"
    "       cloudbackupjobs show ID\n"
    "       cloudbackupjobs wait ID [--interval DURATION] [--timeout DURATION]\n"
    "\n"
    "  latest   the last run of each kind of object: how it ended, when, and what\n"
    "           runs now. Without KIND: every kind that had a run\n"
    "  list     all jobs, in the order in which the service sends them\n"
    "  show     everything about one job\n"
    "  wait     waits until a job has ended, then shows it. On a terminal, a line\n"
    "           tells how far it is\n"
    "\n"
    "  --since TIME         jobs that started then or later. Default: 7d\n"
    "  --until TIME         jobs that started before then. Default: now\n"
    "  --state STATE        jobs in this state\n"
    "  --kind KIND          jobs about this kind of object\n"
    "  --type TYPE          jobs of this type. Default: backup for latest, all for\n"
    "                       list\n"
    "  --max N              at most N jobs\n"
    "  --location GEO       a location of a Multi-Geo tenant, such as EUR. show and\n"
    "                       wait do not find a job of another location without it\n"
    "  --interval DURATION  how often to ask. Default: 30s\n"
    "  --timeout DURATION   how long to wait. Default: 2h\n"
    "  --config FILE        a JSON file with the data center and the credentials.\n"
    "                       The environment supplies what the file lacks:\n"
    "                       CBJ_DATA_CENTER, CBJ_CLIENT_ID, CBJ_CLIENT_SECRET_FILE\n"
    "                       and others. No option takes a secret\n"
    "  --json               print JSON: one object; for list one object on each line\n"
    "  --help               print this text\n"
    "  --version            print the version\n"
    "\n"
    "DURATION is a number with a unit: 90s, 30m, 26h, 7d, 2w. TIME is a DURATION\n"
    "before now, or a date: 2026-11-25, \"2026-11-25 03:12\", 2026-11-25T02:12:00Z.\n"
    "A date without a zone is local time. Times are printed in local time with its\n"
    "distance from UTC, and in JSON in UTC; TZ=UTC makes all of them UTC.\n"
    "\n";

static const char ending[] =
    "\n"
    "Exit status:\n"
    "  0  the jobs are fine: they finished, or are running. For list: jobs were\n"
    "     listed, whatever their state\n"
    "  1  a job failed; for latest also: a KIND that was named, or every kind, had\n"
    "     no run\n"
    "  2  the command line is wrong\n"
    "  3  the service could not be asked, or the output not be written; for latest\n"
    "     also: the service did not send all jobs\n"
    "  4  a job finished with exceptions or in part, or in a state that is unknown\n"
    "  5  the time of wait is up, and the job has not ended. If the service gave no\n"
    "     answer in the end, the status is 3\n"
    "latest looks at the last run of each kind that has ended. Of several reasons, 1\n"
    "counts before 3, and 3 before 4. A signal ends the program as it does others.\n"
    "\n"
    "Examples:\n"
    "  cloudbackupjobs latest\n"
    "  cloudbackupjobs latest exchange-online onedrive --since 26h || alert\n"
    "  cloudbackupjobs list --since 7d --state failed --json | jq -r .id\n"
    "  cloudbackupjobs wait RS202602270354220001 --timeout 30m\n"
    "\n"
    "Not affiliated with AvePoint.\n";

/* Prints a list of names, in lines of at most 80 characters. */
static void print_names(const char *label, const char *(*name)(int32_t), int32_t first)
{
    int column = printf("%-6s", label);
    int32_t number;

    for (number = first; name(number) != NULL; number++) {
        const char *ending_of_name = name(number + 1) != NULL ? "," : "";
        char word[64];
        int length = snprintf(word, sizeof word, " %s%s", name(number), ending_of_name);

        if (column + length > 80)
            column = printf("\n%6s", "") - 1;
        column += printf("%s", word);
    }
    putchar('\n');
}

void print_help(void)
{
    fputs(help, stdout);
    print_names("KIND", cbj_object_type_name, 1);
    print_names("STATE", cbj_state_name, CBJ_STATE_IN_PROGRESS);
    print_names("TYPE", cbj_job_type_name, 0);
    fputs(ending, stdout);
}
