/*
 * A host that lives for a year: four threads make calls of every kind, successful and failed.
 *
 * Promised: after any number of calls the process has the same descriptors, threads, signal dispositions and memory as
 * before.
 *
 * Arguments: the number of calls in a round, the number of rounds for which a client lives, and the least and the most lives.
 * After the least, lives follow until one shows no leak. CBJ_BASE_URL (its port in YEAR_PORT) and YEAR_TLS_URL answer as
 * tests/hosts/year/server.rs says. Prints how often each kind was called and how long it took, and what the process has
 * after each round.
 */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "year_calls.h"

/* Half of a leak of the smallest block, 32 bytes, in the rarest kind of call: 10 of a thousand calls. */
#define NO_LEAK(calls) ((calls) / 100 * 16 < 65536 ? (size_t)(calls) / 100 * 16 : 65536)

/* By how much a client may grow after its first round: connections are kept, up to one for each thread. */
#define MORE_CONNECTIONS (CLIENTS * WORKERS)
#define MORE_HEAP ((size_t)1 << 20)

/* What the process has. */
struct state {
    int descriptors;
    int threads;
    size_t heap;
    size_t resident;
};

static struct {
    atomic_long made;
    atomic_long took_ns;
    atomic_long ended_with[CBJ_ERROR_INTERNAL + 1];
} counts[KIND_COUNT];

static atomic_long next_call;
static long last_call;
static double began;

static void read_dispositions(struct sigaction *dispositions)
{
    int number;

    for (number = 1; number < 65; number++)
        sigaction(number, NULL, &dispositions[number]);
}

static size_t resident(void)
{
    FILE *statm = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;

    CHECK(statm != NULL && fscanf(statm, "%*u %lu", &pages) == 1);
    fclose(statm);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* The bytes of the heap that are in use, or where the C library does not tell them, the process's pages in memory. With
 * YEAR_NO_MEMORY set nobody can tell: an emulator's own pages are among those of the process. */
static size_t heap_in_use(void)
{
#ifndef __GLIBC__
    return getenv("YEAR_NO_MEMORY") != NULL ? 0 : resident();
#elif __GLIBC_PREREQ(2, 33)
    struct mallinfo2 all = mallinfo2();

    return all.uordblks + all.hblkhd;
#else
    /* Headers newer than the C library call it deprecated. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return (unsigned)mallinfo().uordblks;
#endif
}

/* Look-ups end soon after the calls that wanted them. */
static struct state state_at_rest(int threads)
{
    struct state state;
    int wait;

    for (wait = 0; wait < 100 && count_entries("/proc/self/task") != threads; wait++)
        sleep_ms(20);
    state.descriptors = open_descriptors();
    state.threads = count_entries("/proc/self/task");
    state.heap = heap_in_use();
    state.resident = resident();
    return state;
}

/* Every thousand calls have each kind as often as its share, and the kinds take turns. */
static size_t kind_of(long call)
{
    long place = call % 1000 * 617 % 1000;
    size_t kind = 0;

    while (place >= KINDS[kind].share)
        place -= KINDS[kind++].share;
    return kind;
}

static void *make_calls(void *argument)
{
    struct worker *worker = argument;
    long call;

    while ((call = atomic_fetch_add(&next_call, 1)) < last_call) {
        size_t kind = kind_of(call);
        double begin = seconds_now();
        cbj_status status = KINDS[kind].call(worker, call);

        if ((KINDS[kind].expected & ONLY(status)) == 0)
            fprintf(stderr, "call %ld, %s: %s\n", call, KINDS[kind].name, cbj_status_name(status));
        CHECK((KINDS[kind].expected & ONLY(status)) != 0);
        atomic_fetch_add(&counts[kind].made, 1);
        atomic_fetch_add(&counts[kind].took_ns, (long)((seconds_now() - begin) * 1e9));
        atomic_fetch_add(&counts[kind].ended_with[status], 1);
    }
    return NULL;
}

static void *cancel_calls(void *argument)
{
    struct worker *worker = argument;

    for (;;) {
        struct timespec left = {0, 0};

        while (sem_wait(&worker->begins) != 0)
            CHECK(errno == EINTR);
        if (worker->cancel_after_us < 0)
            return NULL;
        left.tv_nsec = worker->cancel_after_us * 1000;
        while (nanosleep(&left, &left) != 0)
            CHECK(errno == EINTR);
        cbj_client_cancel(worker->own);
        sem_post(&worker->cancelled);
    }
}

static void make_round(long calls)
{
    static struct worker workers[WORKERS];
    long i;

    round_calls = calls;
    last_call += calls;
    atomic_store(&next_call, last_call - calls);
    for (i = 0; i < WORKERS; i++) {
        workers[i].number = i;
        workers[i].own = share(clients.plain);
        CHECK(sem_init(&workers[i].begins, 0, 0) == 0 && sem_init(&workers[i].cancelled, 0, 0) == 0);
        CHECK(pthread_create(&workers[i].canceller, NULL, cancel_calls, &workers[i]) == 0);
        CHECK(pthread_create(&workers[i].thread, NULL, make_calls, &workers[i]) == 0);
    }
    for (i = 0; i < WORKERS; i++) {
        CHECK(pthread_join(workers[i].thread, NULL) == 0);
        workers[i].cancel_after_us = -1;
        sem_post(&workers[i].begins);
        CHECK(pthread_join(workers[i].canceller, NULL) == 0);
        cbj_client_free(workers[i].own);
        sem_destroy(&workers[i].begins);
        sem_destroy(&workers[i].cancelled);
    }
}

static void print_state(const char *when, const struct state *state)
{
    printf("%6.0f s: %sheap %zu bytes, resident %zu KiB, %d threads, %d descriptors\n", seconds_now() - began, when, state->heap,
           state->resident / 1024, state->threads - 2, state->descriptors - 3);
}

static void print_kinds(double seconds)
{
    long made = 0;
    size_t kind;
    int status;

    for (kind = 0; kind < KIND_COUNT; kind++) {
        long calls = atomic_load(&counts[kind].made);

        made += calls;
        printf("%-32s %9ld calls, %7.0f us each:", KINDS[kind].name, calls,
               (double)atomic_load(&counts[kind].took_ns) / 1e3 / (double)calls);
        for (status = 0; status <= CBJ_ERROR_INTERNAL; status++) {
            long ended = atomic_load(&counts[kind].ended_with[status]);

            if (ended > 0)
                printf(" %s %ld", cbj_status_name(status), ended);
        }
        printf("\n");
    }
    printf("%ld calls in %.0f s, %.0f a second\n", made, seconds, (double)made / seconds);
}

/* Names led everywhere, or the resolver was not that of the test. */
static void check_that_hosts_moved(void)
{
    static const cbj_status STATUSES[] = {CBJ_OK, CBJ_ERROR_RESOLVE, CBJ_ERROR_CONNECT};
    size_t status, kind;

    for (status = 0; status < sizeof STATUSES / sizeof STATUSES[0]; status++) {
        long ended = 0;

        for (kind = 0; kind < KIND_COUNT; kind++)
            if (KINDS[kind].expected == ANYWHERE)
                ended += atomic_load(&counts[kind].ended_with[STATUSES[status]]);
        CHECK(ended > 0);
    }
}

/* Makes the calls of the clients' life, and returns what the process has when they are freed. */
static struct state live(long calls, long rounds, int threads)
{
    struct state first = {0, 0, 0, 0};
    long round;

    make_clients();
    for (round = 0; round < rounds; round++) {
        struct state now;

        make_round(calls);
        now = state_at_rest(threads);
        print_state("", &now);
        if (round == 0)
            first = now;
        CHECK(now.threads == first.threads);
        CHECK(now.descriptors <= first.descriptors + MORE_CONNECTIONS);
        CHECK(now.heap <= first.heap + MORE_HEAP);
    }
    free_clients();
    return state_at_rest(threads);
}

int main(int argc, char **argv)
{
    static struct sigaction before[65], after[65];
    long calls = argc == 5 ? strtol(argv[1], NULL, 10) : 0;
    long rounds = argc == 5 ? strtol(argv[2], NULL, 10) : 0;
    long least = argc == 5 ? strtol(argv[3], NULL, 10) : 0;
    long most = argc == 5 ? strtol(argv[4], NULL, 10) : 0;
    size_t least_growth = (size_t)-1;
    struct state first, last;
    long life;
    int number;

    CHECK(calls > 0 && calls % 1000 == 0 && rounds > 0 && least > 0 && most >= least);
#ifdef M_ARENA_MAX
    /* The C library tells how much of one arena is in use. */
    mallopt(M_ARENA_MAX, 1);
#endif
    began = seconds_now();
    /* By now everything exists that is made once and kept: the looked-up names, the C library's own memory. */
    first = last = live(calls < 20000 ? calls : 20000, 1, 3);
    print_state("without clients: ", &first);
    read_dispositions(before);
    for (life = 0; life < least || (life < most && least_growth > NO_LEAK(calls * rounds)); life++) {
        struct state now = live(calls, rounds, first.threads);
        size_t growth;

        print_state("without clients: ", &now);
        CHECK(now.threads == first.threads);
        CHECK(now.descriptors == first.descriptors);
        /* A leak grows in each life. What the C library keeps for itself also grows now and then, for instance when more
         * threads than before look up a name at once, but not in each life. */
        growth = now.heap > last.heap ? now.heap - last.heap : 0;
        least_growth = growth < least_growth ? growth : least_growth;
        last = now;
    }
    print_kinds(seconds_now() - began);
    read_dispositions(after);
    for (number = 1; number < 65; number++)
        CHECK(before[number].sa_handler == after[number].sa_handler);
    CHECK(least_growth <= NO_LEAK(calls * rounds));
    check_that_hosts_moved();
    return 0;
}
