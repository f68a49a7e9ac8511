/*
 * Unloads the library again and again while a thread that has called it still lives: dlopen, a call on a thread,
 * dlclose, and only then the end of the thread. What the library keeps for a thread, and a look-up that still runs on
 * its own thread, must find the code at its place. So the library stays mapped; a call after dlclose shows it.
 * Arguments: the path of the library, the number of rounds.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "cloudbackupjobs.h"

/* The functions that the thread calls, by the names that they have in the library. */
static struct {
    cbj_config *(*config_new)(void);
    void (*config_free)(cbj_config *);
    cbj_status (*config_set_base_url)(cbj_config *, const char *);
    cbj_status (*config_set_access_token)(cbj_config *, const char *);
    cbj_status (*config_set_max_retries)(cbj_config *, uint32_t);
    cbj_status (*client_new)(const cbj_config *, cbj_client **, cbj_error **);
    void (*client_free)(cbj_client *);
    cbj_status (*client_get_job)(cbj_client *, const char *, const char *, cbj_job **, cbj_error **);
    cbj_status (*client_share)(cbj_client *, cbj_client **, cbj_error **);
    cbj_status (*client_list_jobs)(cbj_client *, const cbj_query *, cbj_job_iter **, cbj_error **);
    cbj_status (*client_summarize_jobs)(cbj_client *, const cbj_query *, cbj_summary **, cbj_error **);
    void (*error_free)(cbj_error *);
} api;

/* C cannot convert an object pointer to a function pointer; POSIX says that this way works. */
#define LOOK_UP(library, name) ((*(void **)&api.name = dlsym((library), "cbj_" #name)) != NULL)

static int look_up_all(void *library)
{
    return LOOK_UP(library, config_new) && LOOK_UP(library, config_free) && LOOK_UP(library, config_set_base_url) &&
           LOOK_UP(library, config_set_access_token) && LOOK_UP(library, config_set_max_retries) &&
           LOOK_UP(library, client_new) && LOOK_UP(library, client_free) && LOOK_UP(library, client_get_job) &&
           LOOK_UP(library, client_share) && LOOK_UP(library, client_list_jobs) &&
           LOOK_UP(library, client_summarize_jobs) && LOOK_UP(library, error_free);
}

static pthread_barrier_t called;
static pthread_barrier_t closed;
static int failed;

/* Nobody listens on this port; "localhost" makes the library look up a name first. */
static void call(void)
{
    cbj_config *config = api.config_new();
    cbj_client *client = NULL, *other = NULL;
    cbj_job *job = NULL;
    cbj_job_iter *iter = NULL;
    cbj_summary *summary = NULL;
    cbj_error *error = NULL;

    api.config_set_base_url(config, "http://localhost:1");
    api.config_set_access_token(config, "token");
    api.config_set_max_retries(config, 0);
    if (api.client_new(config, &client, &error) != CBJ_OK ||
        api.client_get_job(client, "J", NULL, &job, &error) != CBJ_ERROR_CONNECT)
        failed = 1;
    api.error_free(error);
    if (api.client_share(client, &other, NULL) != CBJ_OK ||
        api.client_list_jobs(other, NULL, &iter, NULL) != CBJ_ERROR_CONNECT)
        failed = 1;
    api.client_free(client);
    if (api.client_summarize_jobs(other, NULL, &summary, NULL) != CBJ_ERROR_CONNECT)
        failed = 1;
    api.client_free(other);
    api.config_free(config);
}

static void *thread_main(void *unused)
{
    (void)unused;
    call();
    pthread_barrier_wait(&called);
    pthread_barrier_wait(&closed);
    return NULL;
}

static int round_trip(const char *path)
{
    pthread_t thread;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL || !look_up_all(library)) {
        fprintf(stderr, "%s\n", dlerror());
        return 0;
    }
    if (pthread_create(&thread, NULL, thread_main, NULL) != 0)
        return 0;
    pthread_barrier_wait(&called);
    if (dlclose(library) != 0)
        return 0;
    pthread_barrier_wait(&closed);
    return pthread_join(thread, NULL) == 0 && !failed;
}

/* Before any thread: on some systems the C library itself keeps the code of a thread's destructors mapped. */
static int stays_mapped(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL || !look_up_all(library) || dlclose(library) != 0)
        return 0;
    api.config_free(api.config_new());
    return 1;
}

int main(int argc, char **argv)
{
    long rounds = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    long i;

    if (rounds <= 0)
        return 2;
    if (!stays_mapped(argv[1]))
        return 1;
    pthread_barrier_init(&called, NULL, 2);
    pthread_barrier_init(&closed, NULL, 2);
    for (i = 0; i < rounds; i++)
        if (!round_trip(argv[1]))
            return 1;
    return 0;
}
