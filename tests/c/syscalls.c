/*
 * A host on a machine where calls of the system fail: each of them, at each of its calls, in each way in which it may.
 *
 * Promised: a call ends in time, with success and the right answer or with a documented status and a message that names
 * the cause. No descriptor and no thread is left. The next call works.
 *
 * Started with LD_PRELOAD of faults.c. Arguments: a scene, and what to let fail:
 *   few SECONDS                    every call of every function, each in one way, once
 *   all SECONDS                    every call of every function, in every way, once and from then on
 *   FUNCTION WAY FIRST TIMES ...   these calls
 * "rows" prints the functions and ways instead. CBJ_TEST_VERBOSE=1 prints the outcome of each case.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <netdb.h>
#include <signal.h>
#include <sys/mman.h>

#include "faults.h"
#include "scenes.h"

/* The time of a call that never gets anywhere, of any other call, and of a case as a whole. */
#define SHORT_MS 400
#define LONG_MS 20000
#define WATCHDOG_S 60

/* A signal may interrupt a call again and again, but not for ever. */
#define MANY_SIGNALS 100
#define FOR_EVER 1000000000

static struct faults *faults;
static struct fault_plan plans[MOST_PLANS];
static const struct scene *scene;
static int descriptors_before;

/* What the children found. */
static struct found {
    long hits;
    struct outcome outcome;
    struct outcome first;
    long statuses[32];
} *found;

static long cases, all_hits;

/* Prints what repeats the case. */
static void print_plans(FILE *to)
{
    int i;

    fprintf(to, "CBJ_TEST_FAULTS=\"%s %s", getenv("CBJ_TEST_WAY"), scene->name);
    for (i = 0; i < MOST_PLANS && plans[i].function != NULL; i++)
        fprintf(to, " %s %d %ld %ld", plans[i].function, plans[i].way, plans[i].first, plans[i].times);
    fputc('"', to);
}

#define PROMISE(condition) \
    do { \
        if (!(condition)) { \
            print_plans(stderr); \
            fprintf(stderr, ": %s, line %d: %s: %s\n", #condition, __LINE__, cbj_status_name(found->outcome.status), \
                    found->outcome.message); \
            _exit(1); \
        } \
    } while (0)

#include "fault_outcomes.h"

static int find_library(struct dl_phdr_info *info, size_t size, void *unused)
{
    int i;

    (void)size;
    (void)unused;
    if (strstr(info->dlpi_name, "libcloudbackupjobs") == NULL)
        return 0;
    for (i = 0; i < info->dlpi_phnum; i++) {
        const char *begin = (const char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

        if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X) != 0) {
            faults->from = begin;
            faults->to = begin + info->dlpi_phdr[i].p_memsz;
        }
    }
    return 1;
}

static void arm(void)
{
    memcpy(faults->plans, plans, sizeof plans);
}

static void disarm(void)
{
    int i;

    for (i = 0; i < MOST_PLANS; i++)
        found->hits += faults->plans[i].hits;
    memset(faults->plans, 0, sizeof faults->plans);
}

/* Look-ups may outlive their call. */
static void wait_for_threads(void)
{
    int i;

    for (i = 0; i < 5000 && count_entries("/proc/self/task") > 3; i++)
        sleep_ms(1);
    PROMISE(count_entries("/proc/self/task") == 3);
}

/*
 * All are closed. Only where the system has no `getrandom`, Rust's standard library keeps a file of random bytes open as
 * long as the process lives.
 */
static void check_descriptors(void)
{
    char path[64], file[64];
    int kept = 0;
    int fd;

    for (fd = 0; fd < 64; fd++) {
        ssize_t length;

        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        length = readlink(path, file, sizeof file - 1);
        file[length > 0 ? length : 0] = '\0';
        kept += strcmp(file, "/dev/urandom") == 0;
    }
    PROMISE(kept <= 1 && open_descriptors() - kept == descriptors_before);
}

static void run_scene(void)
{
    struct outcome *outcome = &found->outcome;
    cbj_client *client = NULL;
    double begin;

    alarm(WATCHDOG_S);
    /* Without a standard input, the first descriptor that is opened gets its number. */
    if (strcmp(scene->name, "low") == 0)
        close(0);
    descriptors_before = open_descriptors();
    if (scene->kind == MAKES_CLIENT) {
        arm();
        client = make(outcome);
        disarm();
    } else {
        client = make(outcome);
        PROMISE(client != NULL);
        cbj_client_set_timeout_ms(client, is_endless() ? SHORT_MS : LONG_MS);
        if (scene->kind == RUNS_AGAIN)
            scene->run(client, outcome);
        begin = seconds_now();
        arm();
        scene->run(client, outcome);
        disarm();
        PROMISE(seconds_now() - begin < 10 * patience());
    }
    found->first = *outcome;
    judge(outcome);
    found->statuses[outcome->status]++;
    /* The next call would take the result of a look-up that is still under way, and a fault may have been in it. */
    wait_for_threads();
    if (client == NULL)
        client = make(outcome);
    PROMISE(client != NULL);
    cbj_client_set_timeout_ms(client, LONG_MS);
    scene->run(client, outcome);
    PROMISE(outcome->status == CBJ_OK);
    cbj_client_free(client);
    wait_for_threads();
    check_descriptors();
}

/* Runs the scene with the plans in a child. False if no planned call was made. */
static int run_case(void)
{
    pid_t child;
    int status;

    cases++;
    found->hits = 0;
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        run_scene();
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        print_plans(stderr);
        fprintf(stderr, ": %s %d\n", WIFSIGNALED(status) ? "signal" : "status",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        exit(1);
    }
    all_hits += found->hits > 0;
    if (getenv("CBJ_TEST_VERBOSE") != NULL && found->hits > 0) {
        print_plans(stdout);
        printf(": %s %d: %s\n", cbj_status_name(found->first.status), found->first.retryable, found->first.message);
    }
    return found->hits > 0;
}

static void fork_and_get(cbj_client *client, struct outcome *outcome)
{
    pid_t child;

    get(client, outcome);
    if (outcome->status != CBJ_OK)
        return;
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        get(client, outcome);
        judge(outcome);
        memset(faults->plans, 0, sizeof faults->plans);
        cbj_client_set_timeout_ms(client, LONG_MS);
        get(client, outcome);
        PROMISE(outcome->status == CBJ_OK);
        cbj_client_free(client);
        wait_for_threads();
        check_descriptors();
        _exit(0);
    }
    wait_for(child);
    get(client, outcome);
}

static const struct scene SCENES[] = {
    {"make", MAKES_CLIENT, get}, {"get", RUNS, get},       {"again", RUNS_AGAIN, get},    {"low", RUNS, get},
    {"list", RUNS, list_all},    {"cancel", RUNS, cancel}, {"fork", RUNS, fork_and_get}, {"summarize", RUNS, summarize},
};

static void plan(int index, const char *function, int way, long first, long times)
{
    plans[index].function = function;
    plans[index].way = way;
    plans[index].first = first;
    plans[index].times = times;
}

/* Every call of every function in turn, until the scene runs through without the fault being reached. */
static void run_all(int everything, double seconds)
{
    double end = seconds_now() + seconds;
    const struct fault_row *row;
    long first;
    int ways;
    int way;

    for (row = faults->rows; row->function != NULL; row++) {
        int reached = 1;
        long reached_cases = 0;

        for (ways = 0; row->ways[ways] != 0; ways++)
            continue;
        for (first = 1; reached; first++) {
            reached = 0;
            for (way = 0; way < ways; way++) {
                int is_signal = row->ways[way] == EINTR;

                if (!everything && way != first % ways)
                    continue;
                if (seconds_now() > end) {
                    printf("left %s %ld\n", row->function, first);
                    return;
                }
                plan(0, row->function, row->ways[way], first, 1);
                if (!run_case())
                    break;
                reached = 1;
                reached_cases++;
                if (everything) {
                    plan(0, row->function, row->ways[way], first, is_signal ? MANY_SIGNALS : FOR_EVER);
                    run_case();
                    reached_cases++;
                }
            }
        }
        if (reached_cases > 0)
            printf("function %s\n", row->function);
    }
}

static void print_rows(void)
{
    const struct fault_row *row;
    int way;

    for (row = faults->rows; row->function != NULL; row++)
        for (way = 0; row->ways[way] != 0; way++)
            printf("%s %d\n", row->function, row->ways[way]);
}

int main(int argc, char **argv)
{
    size_t i;

    faults = dlsym(RTLD_DEFAULT, "faults");
    CHECK(faults != NULL);
    if (argc == 2 && strcmp(argv[1], "rows") == 0) {
        print_rows();
        return 0;
    }
    CHECK(argc > 3 && dl_iterate_phdr(find_library, NULL) == 1 && faults->to != NULL);
    for (i = 0; i < sizeof SCENES / sizeof SCENES[0]; i++)
        if (strcmp(SCENES[i].name, argv[1]) == 0)
            scene = &SCENES[i];
    CHECK(scene != NULL);
    found = mmap(NULL, sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(found != MAP_FAILED);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (strcmp(argv[2], "few") == 0 || strcmp(argv[2], "all") == 0) {
        run_all(argv[2][0] == 'a', strtod(argv[3], NULL));
    } else {
        for (i = 0; 4 * i + 5 < (size_t)argc; i++)
            plan((int)i, argv[2 + 4 * i], atoi(argv[3 + 4 * i]), atol(argv[4 + 4 * i]), atol(argv[5 + 4 * i]));
        run_case();
        printf("outcome %s %d %s\n", cbj_status_name(found->first.status), found->first.retryable,
               found->first.message);
    }
    printf("cases %ld\n", cases);
    printf("hits %ld\n", all_hits);
    for (i = 0; i < sizeof found->statuses / sizeof found->statuses[0]; i++)
        if (found->statuses[i] > 0)
            printf("%s %ld\n", cbj_status_name((cbj_status)i), found->statuses[i]);
    return 0;
}
