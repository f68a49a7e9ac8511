/*
 * zabbix_host - uses a module like zabbix_agentd, in one small program that tools like valgrind can check
 *
 *     zabbix_host MODULE [!]KEY[|PARAMETER...] ...
 *
 * Loads the module as the agent does, initialises it, asks for every key in a child made by fork and then again in the
 * parent, prints the answers, and unloads the module. A key with '!' is asked for in a process of its own, which is killed
 * when it waits for the service.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    char *key;
    int nparam;
    char **params;
    uint64_t lastlogsize;
    int mtime;
} request;

typedef struct {
    uint64_t lastlogsize;
    uint64_t ui64;
    double dbl;
    char *str;
    char *text;
    char *msg;
    void *log;
    int type;
    int mtime;
} result;

typedef struct {
    char *key;
    unsigned flags;
    int (*function)(request *, result *);
    char *test_param;
} metric;

/* POSIX lets an object pointer hold a function; ISO C has no cast for it. */
static void *symbol(void *module, const char *name)
{
    void *found = dlsym(module, name);

    if (found == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return found;
}

static void ask(metric *metrics, const char *text)
{
    char *copy = strdup(text);
    char *params[8];
    request asked = {copy, 0, params, 0, 0};
    result got;
    metric *at;
    char *next = strchr(copy, '|');
    int outcome;

    memset(&got, 0, sizeof got);
    while (next != NULL && asked.nparam < 8) {
        *next++ = '\0';
        params[asked.nparam++] = next;
        next = strchr(next, '|');
    }
    for (at = metrics; at->key != NULL && strcmp(at->key, copy) != 0; at++)
        ;
    if (at->key == NULL) {
        printf("%s: no such key\n", copy);
    } else {
        outcome = at->function(&asked, &got);
        printf("%s %d ", text, outcome);
        if (got.type & 1)
            printf("%" PRIu64, got.ui64);
        if (got.type & 2)
            printf("%.3f", got.dbl);
        if (got.type & 8)
            printf("%s", got.text);
        if (got.type & 32)
            printf("%s", got.msg);
        printf("\n");
    }
    free(got.str);
    free(got.text);
    free(got.msg);
    free(copy);
}

/* The state that Linux shows: 'S' for a process that waits, 'Z' for one that has ended. */
static char state_of(pid_t process)
{
    char path[64];
    char state = '?';
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/stat", (long)process);
    file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        exit(1);
    fclose(file);
    return state;
}

/* Until the process has waited for half a second. */
static void await_waiting(pid_t process)
{
    struct timespec pause = {0, 50000000};
    int waits = 0;

    while (waits < 10 && state_of(process) != 'Z') {
        waits = state_of(process) == 'S' ? waits + 1 : 0;
        (void)nanosleep(&pause, NULL);
    }
}

static void ask_and_die(metric *metrics, const char *text)
{
    pid_t worker;

    fflush(stdout);
    worker = fork();
    if (worker == 0) {
        if (freopen("/dev/null", "w", stdout) != NULL)
            ask(metrics, text);
        _exit(0);
    }
    if (worker < 0)
        exit(1);
    await_waiting(worker);
    (void)kill(worker, SIGKILL);
    (void)waitpid(worker, NULL, 0);
}

int main(int argc, char **argv)
{
    void *module = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
    int (*version)(void), (*init)(void), (*uninit)(void);
    metric *(*list)(void);
    void (*item_timeout)(int);
    metric *metrics;
    int status = 0;
    int i;
    pid_t child;

    if (module == NULL) {
        fprintf(stderr, "%s\n", argc > 1 ? dlerror() : "usage: zabbix_host MODULE KEY...");
        return 1;
    }
    *(void **)&version = symbol(module, "zbx_module_api_version");
    *(void **)&init = symbol(module, "zbx_module_init");
    *(void **)&uninit = symbol(module, "zbx_module_uninit");
    *(void **)&list = symbol(module, "zbx_module_item_list");
    *(void **)&item_timeout = symbol(module, "zbx_module_item_timeout");
    if (version() != 2 || init() != 0)
        return 1;
    metrics = list();
    item_timeout(3);
    fflush(stdout);
    child = fork();
    if (child < 0)
        return 1;
    for (i = 2; i < argc; i++) {
        if (child != 0 && i == 2)
            (void)waitpid(child, &status, 0);
        if (argv[i][0] == '!')
            ask_and_die(metrics, argv[i] + 1);
        else
            ask(metrics, argv[i]);
    }
    uninit();
    dlclose(module);
    fflush(stdout);
    if (child == 0)
        _exit(0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
