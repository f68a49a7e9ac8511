/*
 * help.c - the text of --help, in lines of at most 80 characters
 */
#include "help.h"

#include <string.h>

#include "process.h"

/* ---- Parts ----------------------------------------------------------------------------------------------------- */

static const char beginning[] =
    "check_cloudbackup_job - checks backups of Cloud Backup for Microsoft 365\n"
    "\n"
    "usage: check_cloudbackup_job --latest --object-type=KIND[,KIND] [options]\n"
    "       check_cloudbackup_job -j ID [options]\n"
    "       check_cloudbackup_job --list-kinds [options]\n"
    "\n"
    "Examples. Which kinds of jobs there are; the last backups of two of them;\n"
    "whether the API answers:\n"
    "\n"
    "  check_cloudbackup_job --config cloudbackup.json --list-kinds\n"
    "  check_cloudbackup_job --config cloudbackup.json --latest \\\n"
    "      --object-type=exchange-online,teams-chat -c teams-chat.since_success=8d\n"
    "  check_cloudbackup_job --config cloudbackup.json --latest --object-type=any\n"
    "\n"
    "What to check:\n"
    "\n"
    "      --latest             the last runs of kinds of jobs\n"
    "      --object-type=KIND[,KIND]\n"
    "                           the kinds; may be repeated. 'any' alone: only whether\n"
    "                           the API answers\n"
    "      --job-type=TYPE      for kinds without a type; default backup\n"
    "      --location=GEO       for kinds without a location, or of the job; only in\n"
    "                           a Multi-Geo tenant; e.g. EUR\n"
    "      --list-kinds         print the kinds that ran in the last 30 days\n"
    "  -j, --job=ID             one job, e.g. FB20241015105312327583\n"
    "\n"
    "How to reach the service:\n"
    "\n"
    "      --config=FILE        JSON file with data center and credentials, as below.\n"
    "                           The environment supplies what the file lacks\n"
    "  -t, --timeout=TIME       give up after this time: 10, 2.5, 500ms, 1m; default\n"
    "                           10 seconds for everything together\n"
    "\n";

static const char problems[] =
    "What is a problem:\n"
    "\n"
    "  -w, --warning=RANGES     WARNING if a number is outside its range\n"
    "  -c, --critical=RANGES    CRITICAL if a number is outside its range\n"
    "                           RANGES is RANGE or [KIND.]NAME=RANGE, or several of\n"
    "                           them with commas in between. A later -w adds to an\n"
    "                           earlier one, and replaces only a range of the same\n"
    "                           number and kind. The same goes for -c\n"
    "      --state=STATE=VERDICT\n"
    "                           change the verdict of a state, e.g. failed=warning;\n"
    "                           may be repeated\n";

static const char after_ignore_error[] =
    "                           partially finished, or finished with exception, is OK\n"
    "                           if ignored errors explain all its failed objects. A\n"
    "                           run of a kind then counts as a success\n"
    "      --on-unavailable=VERDICT\n"
    "                           if the service or the network is away: the verdict of\n"
    "                           all errors that are marked below\n"
    "      --on-ERROR=VERDICT   the verdict of one error, e.g. --on-timeout=critical;\n"
    "                           wins over --on-unavailable\n"
    "\n"
    "What is a problem of kinds:\n"
    "\n"
    "      --success=STATES     states of a run that succeeded; default finished\n"
    "      --lookback=TIME      how far to look back for runs; default 15d\n"
    "      --window=TIME        in which time to count runs; default 24h\n"
    "      --on-none=VERDICT    if nothing ran at all; default CRITICAL\n"
    "      --optional[=KINDS]   these kinds, or all, need not run at all\n"
    "      --grace-until=[KIND=]TIME\n"
    "                           until then a kind is new: that it has not run or not\n"
    "                           succeeded is no problem. E.g. 2026-12-01T06:00Z\n"
    "\n";

static const char outputs[] =
    "Output:\n"
    "\n"
    "      --format=FORMAT      nagios (default), checkmk, prometheus, influx or json\n"
    "      --output=FILE        write to this file instead of standard output. The\n"
    "                           file is replaced in one step\n"
    "      --service=NAME       name of the service in the format checkmk, before the\n"
    "                           name of a kind; default \"Cloud Backup\"; of a job\n"
    "                           \"Cloud Backup ID\"\n"
    "      --label=NAME=VALUE   a label for every series in the formats prometheus\n"
    "                           and influx, e.g. tenant=contoso; may be repeated\n"
    "      --max-output=BYTES   in the formats nagios and checkmk, shorten the output\n"
    "                           (of checkmk, each line) to less than this many bytes;\n"
    "                           1024 for NRPE 2\n"
    "  -v, --verbose            list all errors, and details of what is OK; -vv also\n"
    "                           logs each call to standard error, -vvv logs more\n"
    "  -V, --version            print the version of the library\n"
    "  -h, --help               print this text\n"
    "\n"
    "A KIND is OBJECT-TYPE[/JOB-TYPE[/LOCATION]]: exchange-online, onedrive/restore,\n"
    "onedrive/backup/EUR. With -w, -c, --optional and --grace-until a name without a\n"
    "part is for all that have the others. The object types:\n"
    "\n";

static const char ranges[] =
    "\n"
    "A RANGE is [@]START:END, as in the plugin guidelines:\n"
    "\n"
    "  10       alert above 10 (and below 0)\n"
    "  10:      alert below 10\n"
    "  ~:10     alert above 10\n"
    "  10:20    alert below 10 and above 20\n"
    "  @10:20   alert from 10 to 20\n"
    "\n"
    "A RANGE without a NAME is for the failed objects. With % it is for their\n"
    "percentage. Times take the units s, m, h, d and w; without a unit they are\n"
    "seconds. The names:\n"
    "\n";

static const char after_numbers[] =
    "\n"
    "A backup that succeeded more than 26 hours ago is CRITICAL unless\n"
    "since_success, since_run or age has a range. A late run is no problem while one\n"
    "is running that began in time.\n"
    "\n"
    "If the service does not send a number that has a range, or sends one that cannot\n"
    "be read, the check is at least UNKNOWN. The states and their default verdicts:\n"
    "\n";

static const char before_errors[] =
    "\n"
    "The errors of the check and their default verdicts. * means that the service or\n"
    "the network is away, which is CRITICAL with --object-type=any. not-found is\n"
    "CRITICAL only with -j:\n"
    "\n";

static const char configuration[] =
    "For most tenants this is enough:\n"
    "\n"
    "  {\n"
    "    \"data_center\": \"us\",\n"
    "    \"client_id\": \"client id of the app registration\",\n"
    "    \"client_secret\": \"its client secret\"\n"
    "  }\n"
    "\n"
    "Its members, and in capitals with CBJ_ in front the variables of the environment\n"
    "(CBJ_DATA_CENTER):\n"
    "\n";

static const char end[] =
    "\n"
    "access_token, client_secret, client_certificate_password and proxy may be in a\n"
    "file: client_secret_file has its path. No option takes a secret.\n"
    "\n"
    "Exit status: in the format nagios the verdict (0 OK, 1 WARNING, 2 CRITICAL,\n"
    "3 UNKNOWN). In the other formats 0, because their output contains the verdict.\n"
    "In all formats 3 if an option is wrong or the output could not be written, and\n"
    "with --list-kinds if the kinds are not known.\n"
    "\n"
    "Not affiliated with AvePoint.\n";

/* In the order of jc_metric. */
static const char *const numbers[JC_METRICS] = {
    "objects in the job, or in the last run that ended",
    "objects of it that failed",
    "their percentage",
    "objects that succeeded",
    "objects that were skipped",
    "failed objects that ignored errors do not explain",
    "occurrences of its top errors, without ignored errors",
    "how long the job took; only if it has ended",
    "time since the job ended",
    "time since the start; only in progress",
    "time since the last run that succeeded ended",
    "time since the last run ended",
    "runs that ended within the window",
    "those of them that failed",
    "their percentage",
};

static const struct {
    const char *name;
    const char *value;
} members[] = {
    {"data_center", "the tenant's: \"us\", \"gcp-jp\", \"gov\" ..."},
    {"base_url", "URL of the service, instead of a data center"},
    {"identity_url", "token URL of the identity service"},
    {"access_token", "an access token, instead of credentials"},
    {"client_id", "client id of the app registration"},
    {"client_secret", "its client secret"},
    {"client_certificate", "or the path of its certificate and key"},
    {"client_certificate_password", "password of that file"},
    {"scope", "default \"microsoft365backup.jobInfo.read.all\""},
    {"location", "location of the jobs in a Multi-Geo tenant"},
    {"timeout_ms", "not used here: see --timeout"},
    {"connect_timeout_ms", "time for one attempt to connect; default 10000"},
    {"max_retries", "how often a call is tried again; default 2"},
    {"max_response_bytes", "largest answer; default 8388608"},
    {"ca_file", "only these certificates are trusted: path of PEM"},
    {"trust", "\"bundled\" (default) or \"system\" certificates"},
    {"proxy", "\"http://user:password@host:port\", or \"\" for none"},
    {"user_agent", "text before the library's own User-Agent"},
    {"allow_http", "true: plain http to other hosts than loopback"},
};

/* ---- The text -------------------------------------------------------------------------------------------------- */

static void add_object_types(jc_text *text)
{
    size_t column = 0;
    cbj_object_type type;

    for (type = 1; cbj_object_type_name(type) != NULL; type++) {
        const char *name = cbj_object_type_name(type);

        if (column + strlen(name) + 2 > 78) {
            jc_text_add(text, ",\n");
            column = 0;
        }
        jc_text_add(text, "%s%s", column == 0 ? "  " : ", ", name);
        column += strlen(name) + 2;
    }
    jc_text_add(text, "\n");
}

void help_add(jc_text *text)
{
    size_t i;

    jc_text_add(text, "%s%s%s%s%s", beginning, problems, process_help_ignore_error, after_ignore_error, outputs);
    add_object_types(text);
    jc_text_add(text, "%s", ranges);
    for (i = 0; i < JC_METRICS; i++) {
        if (i == JC_JOB_METRICS)
            jc_text_add(text, "\nand of kinds only:\n\n");
        jc_text_add(text, "  %-20s %s\n", jc_metric_kinds[i].name, numbers[i]);
    }
    jc_text_add(text, "%s", after_numbers);
    for (i = 0; i < JC_STATES; i++)
        jc_text_add(text, "  %-24s %s\n", jc_states[i].key, jc_verdict_name(jc_states[i].verdict));
    jc_text_add(text, "%s", before_errors);
    for (i = 0; i < JC_FAILURES; i++)
        jc_text_add(text, "  %-24s %s%s\n", jc_failures[i].key, jc_verdict_name(jc_failures[i].verdict),
                    jc_failures[i].is_unavailable ? " *" : "");
    jc_text_add(text, "\n%s%s", process_help_config, configuration);
    for (i = 0; i < sizeof members / sizeof members[0]; i++)
        jc_text_add(text, "  %-28s %s\n", members[i].name, members[i].value);
    jc_text_add(text, "%s", end);
}
