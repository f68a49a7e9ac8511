/*
 * A host whose memory ends: at each allocation of a scene in turn, once and from then on.
 *
 * Promised: the process ends by Rust's abort, which says so, and by nothing worse; or the call ends with success and the
 * right answer, or with a status and a message that says what is lacking. Then the next call works.
 *
 * Started with LD_PRELOAD of scarce.c. Arguments: a scene, how many allocations to begin with, how many to go on by, how
 * large an allocation must be to fail, and for how many seconds at most. CBJ_TEST_VERBOSE=1 prints each outcome.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "scarce.h"
#include "scenes.h"

#define WATCHDOG_S 60
#define FOR_EVER 1000000000

static struct scarce *scarce;
static const struct scene *scene;
static int said;

static struct found {
    long hits;
    size_t size;
    struct outcome outcome;
    struct outcome first;
    long aborts;
    long aborts_of_glibc;
    long statuses[32];
} *found;

/* What the child printed, cut if it is long. */
static const char *printed(void)
{
    static char text[512];
    ssize_t length = pread(said, text, sizeof text - 1, 0);

    text[length > 0 ? length : 0] = '\0';
    return text;
}

static void print_case(FILE *to, long first, long times)
{
    fprintf(to, "%s, allocation %ld, %s, of %zu bytes: ", scene->name, first, times == 1 ? "once" : "from then on",
            found->size);
}

#define PROMISE(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s, line %d: %s: %s\n", #condition, __LINE__, cbj_status_name(found->outcome.status), \
                    found->outcome.message); \
            _exit(1); \
        } \
    } while (0)

static void arm(long first, long times, size_t larger_than)
{
    scarce->first = first;
    scarce->times = times;
    scarce->larger_than = larger_than;
    scarce->is_armed = 1;
}

static void disarm(void)
{
    scarce->is_armed = 0;
}

/* What the C library and Rust call a lack of memory. glibc's resolver may call it a name that is not known. */
static int names_memory(const char *message)
{
    return strstr(message, "emory") != NULL || strstr(message, "Resource temporarily unavailable") != NULL ||
           strstr(message, "not known") != NULL || strstr(message, "name resolution") != NULL;
}

static void run_scene(long first, long times, size_t larger_than)
{
    struct outcome *outcome = &found->outcome;
    cbj_client *client = NULL;
    int descriptors = open_descriptors();

    alarm(WATCHDOG_S);
    if (scene->kind != MAKES_CLIENT)
        client = make(outcome);
    if (scene->kind == RUNS_AGAIN)
        scene->run(client, outcome);
    arm(first, times, larger_than);
    if (scene->kind == MAKES_CLIENT)
        client = make(outcome);
    else
        scene->run(client, outcome);
    disarm();
    found->hits = scarce->hits;
    found->size = scarce->size;
    found->first = *outcome;
    PROMISE(outcome->status == CBJ_OK || names_memory(outcome->message));
    found->statuses[outcome->status]++;
    if (client == NULL)
        client = make(outcome);
    PROMISE(client != NULL);
    if (found->hits > 0) {
        scene->run(client, outcome);
        PROMISE(outcome->status == CBJ_OK);
    }
    cbj_client_free(client);
    for (first = 0; first < 5000 && open_descriptors() != descriptors; first++)
        sleep_ms(1);
    PROMISE(open_descriptors() == descriptors);
}

/* Runs the scene in a child. False if the allocation was not made. */
static int run_case(long first, long times, size_t larger_than)
{
    pid_t child;
    int status;

    found->hits = 1;
    found->size = 0;
    CHECK(ftruncate(said, 0) == 0);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        CHECK(dup2(said, STDERR_FILENO) == STDERR_FILENO && lseek(said, 0, SEEK_SET) == 0);
        run_scene(first, times, larger_than);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && strstr(printed(), "memory allocation of ") != NULL &&
        strstr(printed(), " bytes failed") != NULL) {
        found->aborts++;
        snprintf(found->first.message, sizeof found->first.message, "%s", printed());
    } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
               strstr(printed(), "Fatal glibc error: failed to register TLS destructor: out of memory") != NULL) {
        found->aborts_of_glibc++;
        snprintf(found->first.message, sizeof found->first.message, "%s", printed());
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || printed()[0] != '\0') {
        print_case(stderr, first, times);
        fprintf(stderr, "status %#x: %s\n", (unsigned)status, printed());
        exit(1);
    }
    if (getenv("CBJ_TEST_VERBOSE") != NULL && found->hits > 0) {
        print_case(stdout, first, times);
        printf("%#x %s %s\n", (unsigned)status, cbj_status_name(found->first.status), found->first.message);
    }
    return found->hits > 0;
}

/* A job whose answer has some MiB. */
static void get_large(cbj_client *client, struct outcome *outcome)
{
    get_id(client, "large", outcome);
}

static const struct scene SCENES[] = {
    {"make", MAKES_CLIENT, get}, {"get", RUNS, get},       {"again", RUNS_AGAIN, get},   {"list", RUNS, list_all},
    {"summarize", RUNS, summarize}, {"cancel", RUNS, cancel}, {"large", RUNS, get_large},
};

int main(int argc, char **argv)
{
    struct rlimit no_core = {0, 0};
    struct addrinfo *addresses;
    double end;
    long cases = 0;
    long first, step;
    size_t larger_than;
    size_t i;

    scarce = dlsym(RTLD_DEFAULT, "scarce");
    CHECK(scarce != NULL && argc == 6);
    for (i = 0; i < sizeof SCENES / sizeof SCENES[0]; i++)
        if (strcmp(SCENES[i].name, argv[1]) == 0)
            scene = &SCENES[i];
    first = atol(argv[2]);
    step = atol(argv[3]);
    larger_than = (size_t)atol(argv[4]);
    end = seconds_now() + strtod(argv[5], NULL);
    CHECK(scene != NULL && first > 0 && step > 0);
    found = mmap(NULL, sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    said = memfd_create("stderr", MFD_CLOEXEC);
    CHECK(found != MAP_FAILED && said >= 0 && setrlimit(RLIMIT_CORE, &no_core) == 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    /* At the first look-up of a process, glibc 2.36 does not notice that it got no memory, and writes to NULL. */
    CHECK(getaddrinfo("localhost", NULL, NULL, &addresses) == 0);
    freeaddrinfo(addresses);
    for (;; first += step) {
        if (seconds_now() > end) {
            printf("left %ld\n", first);
            break;
        }
        if (!run_case(first, 1, larger_than))
            break;
        run_case(first, FOR_EVER, larger_than);
        cases += 2;
    }
    printf("cases %ld\n", cases);
    printf("rust %ld\n", found->aborts);
    printf("glibc %ld\n", found->aborts_of_glibc);
    for (i = 0; i < sizeof found->statuses / sizeof found->statuses[0]; i++)
        if (found->statuses[i] > 0)
            printf("%s %ld\n", cbj_status_name((cbj_status)i), found->statuses[i]);
    return 0;
}
