/*
 * Runs a peer and prints what it cost, one "name value" a line, for benches/run to read.
 *
 *     PEER version
 *     PEER parse ANSWER_FILE COUNT
 *     PEER peak ANSWER_FILE          reads it once, and tells the peak memory of the process
 *     PEER once    BASE_URL CA_FILE JOB_ID TOKEN
 *     PEER idle    BASE_URL CA_FILE JOB_ID TOKEN
 *     PEER warm    BASE_URL CA_FILE JOB_ID TOKEN COUNT
 *     PEER threads BASE_URL CA_FILE JOB_ID TOKEN COUNT THREADS
 *     PEER list    BASE_URL CA_FILE JOB_ID TOKEN COUNT JOBS PAGE_SIZE   reads the list of all JOBS, COUNT times
 *     PEER summary BASE_URL CA_FILE JOB_ID TOKEN COUNT JOBS PAGE_SIZE   the same for a summary
 */
#include "harness.h"

#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* The first fetches make the connection, and grow buffers and pools. */
enum { WARM_UP = 50, MOST_THREADS = 64 };

void fail(const char *what, const char *reason)
{
    fprintf(stderr, "%s: %s\n", what, reason != NULL ? reason : "no reason given");
    exit(1);
}

/* Whether the numbers of all jobs fit each other. The service rounds to thousandths of an hour. */
static int fits(const struct reading *reading)
{
    double rounded = reading->duration_hours * 3.6e6 - (double)reading->elapsed_ms;
    double most = 3.6e3 * (double)reading->jobs;

    return reading->occurrences == reading->failed &&
           reading->successful + reading->failed + reading->skipped == reading->total && reading->elapsed_ms >= 0 &&
           reading->elapsed_ms == reading->finish_ms - reading->start_ms && reading->response_ms > reading->finish_ms &&
           rounded <= most && rounded >= -most;
}

void expect_job(const char *peer, const struct reading *reading)
{
    /* Eight texts of the job, its JSON among them, and at least a message for the entries of the fixtures. */
    if (reading->jobs != 1 || reading->finished_with_exception != 1 || reading->texts < 8 + 1 || reading->entries < 1 ||
        reading->flags < 1 || !fits(reading))
        fail(peer, "that is not the job");
}

void expect_jobs(const char *peer, size_t jobs, const struct reading *reading)
{
    /* Seven texts of each job. One job in ten has errors (list_pages.py). */
    if (reading->jobs != jobs || reading->texts < 7 * jobs || reading->finished_with_exception != jobs / 10 ||
        reading->entries < jobs / 10 || reading->flags != reading->entries || !fits(reading))
        fail(peer, "those are not the jobs");
}

static int64_t now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* What the whole process has used of the processors, kernel included. */
static int64_t cpu_us(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static long peak_kib(void)
{
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    long kib = -1;

    if (status == NULL)
        fail("/proc/self/status", "cannot be read");
    while (fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0 && sscanf(line + 6, "%ld", &kib) != 1)
            kib = -1;
    fclose(status);
    if (kib < 0)
        fail("/proc/self/status", "tells no VmHWM");
    return kib;
}

static size_t heap_bytes(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

static int by_size(const void *left, const void *right)
{
    int64_t l = *(const int64_t *)left, r = *(const int64_t *)right;

    return (l > r) - (l < r);
}

static void run_warm(const struct target *target, size_t count)
{
    int64_t *latencies = malloc(count * sizeof *latencies);
    struct session *session;
    int64_t cpu, begin, end, wall;
    long peak;
    size_t i;

    if (latencies == NULL)
        fail("latencies", "out of memory");
    peer_begin(target);
    session = peer_open(target);
    for (i = 0; i < WARM_UP; i++)
        peer_fetch(session);
    cpu = cpu_us();
    wall = begin = now_ns();
    for (i = 0; i < count; i++) {
        peer_fetch(session);
        end = now_ns();
        latencies[i] = end - begin;
        begin = end;
    }
    wall = begin - wall;
    cpu = cpu_us() - cpu;
    /* Before sorting, which needs memory of its own. */
    peak = peak_kib();
    qsort(latencies, count, sizeof *latencies, by_size);
    printf("cpu_us %.3f\n", (double)cpu / (double)count);
    printf("wall_us %.3f\n", (double)wall / 1e3 / (double)count);
    printf("p50_us %.3f\n", (double)latencies[count / 2] / 1e3);
    printf("p99_us %.3f\n", (double)latencies[count - 1 - count / 100] / 1e3);
    printf("peak_kib %ld\n", peak);
    free(latencies);
    peer_close(session);
    peer_end();
}

struct worker {
    pthread_t thread;
    pthread_barrier_t *start;
    const struct target *target;
    size_t count;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct session *session = peer_open(worker->target);
    size_t i;

    for (i = 0; i < WARM_UP; i++)
        peer_fetch(session);
    pthread_barrier_wait(worker->start);
    for (i = 0; i < worker->count; i++)
        peer_fetch(session);
    /* So that no session is taken down while others are still being timed. */
    pthread_barrier_wait(worker->start);
    peer_close(session);
    return NULL;
}

static void run_threads(const struct target *target, size_t count, size_t threads)
{
    struct worker workers[MOST_THREADS];
    pthread_barrier_t start;
    int64_t wall, cpu;
    size_t i;

    if (threads == 0 || threads > MOST_THREADS)
        fail("threads", "wanted 1 to 64");
    peer_begin(target);
    pthread_barrier_init(&start, NULL, (unsigned)threads + 1);
    for (i = 0; i < threads; i++) {
        workers[i].start = &start;
        workers[i].target = target;
        workers[i].count = count / threads;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            fail("threads", "cannot be started");
    }
    pthread_barrier_wait(&start);
    wall = now_ns();
    cpu = cpu_us();
    pthread_barrier_wait(&start);
    wall = now_ns() - wall;
    cpu = cpu_us() - cpu;
    for (i = 0; i < threads; i++)
        pthread_join(workers[i].thread, NULL);
    pthread_barrier_destroy(&start);
    count = count / threads * threads;
    printf("per_second %.1f\n", (double)count * 1e9 / (double)wall);
    printf("cpu_us %.3f\n", (double)cpu / (double)count);
    peer_end();
}

static void run_list(const struct target *target, void (*list)(struct session *, size_t, size_t), size_t count,
                     size_t jobs, size_t page_size)
{
    struct session *session;
    int64_t cpu;
    size_t i;

    peer_begin(target);
    session = peer_open(target);
    list(session, jobs, page_size);
    cpu = cpu_us();
    for (i = 0; i < count; i++)
        list(session, jobs, page_size);
    cpu = cpu_us() - cpu;
    printf("list_cpu_us %.3f\n", (double)cpu / (double)count);
    printf("peak_kib %ld\n", peak_kib());
    peer_close(session);
    peer_end();
}

/* What a process pays for a client that is kept and has nothing to do, one-time initialisation included. */
static void run_idle(const struct target *target)
{
    size_t before = heap_bytes();
    struct session *session;

    peer_begin(target);
    session = peer_open(target);
    peer_fetch(session);
    printf("idle_bytes %ld\n", (long)heap_bytes() - (long)before);
    peer_close(session);
    peer_end();
}

static void run_once(const struct target *target)
{
    struct session *session;

    peer_begin(target);
    session = peer_open(target);
    peer_fetch(session);
    peer_close(session);
    peer_end();
}

/* The answer in a file; its memory is the process's until the end. */
static const char *read_answer(const char *path, size_t *length)
{
    static char answer[16 * 1024 * 1024];
    FILE *file = fopen(path, "rb");

    if (file == NULL || (*length = fread(answer, 1, sizeof answer - 1, file)) == 0)
        fail(path, "cannot be read");
    fclose(file);
    return answer;
}

static void run_peak(const char *path)
{
    size_t length;
    const char *answer = read_answer(path, &length);

    peer_parse(answer, length);
    printf("peak_kib %ld\n", peak_kib());
}

static void run_parse(const char *path, size_t count)
{
    int64_t wall;
    size_t length, i;
    const char *answer = read_answer(path, &length);

    for (i = 0; i < WARM_UP; i++)
        peer_parse(answer, length);
    wall = now_ns();
    for (i = 0; i < count; i++)
        peer_parse(answer, length);
    printf("parse_ns %.1f\n", (double)(now_ns() - wall) / (double)count);
}

static size_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (value == 0 || *end != '\0')
        fail(text, "is no number above 0");
    return value;
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    struct target target;

    if (argc == 2 && strcmp(mode, "version") == 0) {
        printf("version %s\n", peer_version());
        return 0;
    }
    if (argc == 4 && strcmp(mode, "parse") == 0) {
        run_parse(argv[2], number(argv[3]));
        return 0;
    }
    if (argc == 3 && strcmp(mode, "peak") == 0) {
        run_peak(argv[2]);
        return 0;
    }
    if (argc < 6)
        fail("usage", "see the head of harness.c");
    target.base_url = argv[2];
    target.ca_file = argv[3];
    target.job_id = argv[4];
    target.token = argv[5];
    if (argc == 6 && strcmp(mode, "once") == 0)
        run_once(&target);
    else if (argc == 6 && strcmp(mode, "idle") == 0)
        run_idle(&target);
    else if (argc == 7 && strcmp(mode, "warm") == 0)
        run_warm(&target, number(argv[6]));
    else if (argc == 8 && strcmp(mode, "threads") == 0)
        run_threads(&target, number(argv[6]), number(argv[7]));
    else if (argc == 9 && strcmp(mode, "list") == 0)
        run_list(&target, peer_list, number(argv[6]), number(argv[7]), number(argv[8]));
    else if (argc == 9 && strcmp(mode, "summary") == 0)
        run_list(&target, peer_summarize, number(argv[6]), number(argv[7]), number(argv[8]));
    else
        fail("usage", "see the head of harness.c");
    return 0;
}
