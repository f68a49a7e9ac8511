/*
 * A resolver that does what it is told, for programs that are started with LD_PRELOAD: getaddrinfo and freeaddrinfo
 * that are slow, fail or know several addresses. It behaves the same on every machine and asks no server.
 *
 * CBJ_FAKE_RESOLVER says how the calls end, in the order in which they begin, separated by '|'. The last entry also
 * counts for all further calls; if CBJ_FAKE_RESOLVER_REPEATS is set, the first entry follows the last. An entry is "addresses=A,B,...", "fail=noname" or "fail=again", with "delay_ms=N;"
 * before it for a slow call. CBJ_FAKE_RESOLVER_LOG names a file that gets a line when a call begins: the name, the
 * number of calls in progress, the number of signals that the thread accepts, and its KiB of stack.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned begun;
static unsigned under_way;

/* How many signals can be blocked, and are not. */
static int signals_taken(void)
{
    sigset_t all, blocked, possible;
    int taken = 0;
    int number;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &blocked);
    /* The C library keeps signals for itself, two others cannot be blocked, and qemu does not know the last two. */
    pthread_sigmask(SIG_SETMASK, &blocked, &possible);
    for (number = 1; number <= SIGRTMAX; number++)
        taken += sigismember(&possible, number) == 1 && sigismember(&blocked, number) == 0;
    return taken;
}

/* The stack from this function to the guard page: the unused rest. */
static unsigned long stack_kib(void)
{
    char line[512];
    unsigned long here = (unsigned long)(void *)line;
    unsigned long kib = 0;
    unsigned long from, to;
    FILE *maps = fopen("/proc/self/maps", "r");

    if (maps == NULL)
        return 0;
    while (fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%lx-%lx", &from, &to) == 2 && from <= here && here < to)
            kib = (here - from) / 1024;
    fclose(maps);
    return kib;
}

static void write_down(const char *name)
{
    const char *path = getenv("CBJ_FAKE_RESOLVER_LOG");
    FILE *log = path != NULL ? fopen(path, "a") : NULL;

    if (log == NULL)
        return;
    fprintf(log, "%s %u %d %lu\n", name, under_way, signals_taken(), stack_kib());
    fclose(log);
}

/* The number of entries in the settings. */
static unsigned count_entries(const char *settings)
{
    unsigned count = 1;

    for (; *settings != '\0'; settings++)
        count += *settings == '|';
    return count;
}

/* The result of the call with this number: the part of the settings between two '|'. */
static void read_settings(unsigned number, char *settings, size_t size)
{
    const char *from = getenv("CBJ_FAKE_RESOLVER");
    const char *bar;
    size_t length;

    if (from == NULL)
        from = "";
    if (getenv("CBJ_FAKE_RESOLVER_REPEATS") != NULL)
        number %= count_entries(from);
    while (number-- > 0 && (bar = strchr(from, '|')) != NULL)
        from = bar + 1;
    length = strcspn(from, "|");
    if (length >= size)
        length = size - 1;
    memcpy(settings, from, length);
    settings[length] = '\0';
}

static void wait_ms(long ms)
{
    struct timespec left;

    left.tv_sec = ms / 1000;
    left.tv_nsec = ms % 1000 * 1000000;
    while (nanosleep(&left, &left) != 0)
        continue;
}

/* One address of either family, as the C library would return it. NULL if it is not an address. */
static struct addrinfo *new_address(const char *text, unsigned port)
{
    struct addrinfo *info = calloc(1, sizeof *info);
    struct sockaddr_in *v4 = calloc(1, sizeof *v4);
    struct sockaddr_in6 *v6 = calloc(1, sizeof *v6);

    if (info == NULL || v4 == NULL || v6 == NULL)
        abort();
    info->ai_socktype = SOCK_STREAM;
    info->ai_protocol = IPPROTO_TCP;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((in_port_t)port);
        info->ai_family = AF_INET;
        info->ai_addrlen = sizeof *v4;
        info->ai_addr = (struct sockaddr *)v4;
        free(v6);
    } else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((in_port_t)port);
        info->ai_family = AF_INET6;
        info->ai_addrlen = sizeof *v6;
        info->ai_addr = (struct sockaddr *)v6;
        free(v4);
    } else {
        free(info);
        free(v4);
        free(v6);
        return NULL;
    }
    return info;
}

static int answer(char *settings, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
    unsigned port = service != NULL ? (unsigned)strtoul(service, NULL, 10) : 0;
    int family = hints != NULL ? hints->ai_family : AF_UNSPEC;
    struct addrinfo **end = result;
    char *addresses;
    char *address;
    char *rest;

    *result = NULL;
    if (strstr(settings, "fail=again") != NULL)
        return EAI_AGAIN;
    addresses = strstr(settings, "addresses=");
    if (addresses == NULL)
        return EAI_NONAME;
    addresses += strlen("addresses=");
    for (address = strtok_r(addresses, ",", &rest); address != NULL; address = strtok_r(NULL, ",", &rest)) {
        struct addrinfo *info = new_address(address, port);

        if (info != NULL && family != AF_UNSPEC && family != info->ai_family) {
            freeaddrinfo(info);
        } else if (info != NULL) {
            *end = info;
            end = &info->ai_next;
        }
    }
    return *result != NULL ? 0 : EAI_NONAME;
}

int getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict result)
{
    char settings[512];
    const char *delay;
    int outcome;

    pthread_mutex_lock(&lock);
    read_settings(begun++, settings, sizeof settings);
    under_way++;
    write_down(name != NULL ? name : "-");
    pthread_mutex_unlock(&lock);

    delay = strstr(settings, "delay_ms=");
    if (delay != NULL)
        wait_ms(strtol(delay + strlen("delay_ms="), NULL, 10));
    outcome = answer(settings, service, hints, result);

    pthread_mutex_lock(&lock);
    under_way--;
    pthread_mutex_unlock(&lock);
    return outcome;
}

void freeaddrinfo(struct addrinfo *list)
{
    while (list != NULL) {
        struct addrinfo *next = list->ai_next;

        free(list->ai_addr);
        free(list);
        list = next;
    }
}
