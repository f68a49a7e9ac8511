/*
 * The library as a program has it that loads it itself: the functions that the programs in this folder call, found by name.
 */
#ifndef LOADED_H
#define LOADED_H

#include <string.h>

#include "guest.h"

static struct {
    cbj_config *(*config_new)(void);
    void (*config_free)(cbj_config *);
    cbj_status (*config_set_base_url)(cbj_config *, const char *);
    cbj_status (*config_set_access_token)(cbj_config *, const char *);
    cbj_status (*config_set_max_retries)(cbj_config *, uint32_t);
    cbj_status (*client_new)(const cbj_config *, cbj_client **, cbj_error **);
    void (*client_free)(cbj_client *);
    cbj_status (*client_get_job)(cbj_client *, const char *, const char *, cbj_job **, cbj_error **);
    void (*client_cancel)(cbj_client *);
    void (*job_free)(cbj_job *);
    void (*error_free)(cbj_error *);
    const char *(*status_name)(cbj_status);
    const char *(*error_message)(const cbj_error *);
} api;

/* The types of functions differ, their size does not. */
static inline int look_up(HMODULE library, const char *name, void *function)
{
    FARPROC found = GetProcAddress(library, name);

    memcpy(function, &found, sizeof found);
    return found != NULL;
}

#define LOOK_UP(library, name) look_up((library), "cbj_" #name, &api.name)

static inline HMODULE load(const char *path)
{
    HMODULE library = LoadLibraryA(path);

    if (library == NULL)
        fprintf(stderr, "%s: error %lu\n", path, GetLastError());
    CHECK(library != NULL);
    CHECK(LOOK_UP(library, config_new) && LOOK_UP(library, config_free) && LOOK_UP(library, config_set_base_url) &&
          LOOK_UP(library, config_set_access_token) && LOOK_UP(library, config_set_max_retries) &&
          LOOK_UP(library, client_new) && LOOK_UP(library, client_free) && LOOK_UP(library, client_get_job) &&
          LOOK_UP(library, client_cancel) && LOOK_UP(library, job_free) && LOOK_UP(library, error_free) &&
          LOOK_UP(library, status_name) && LOOK_UP(library, error_message));
    return library;
}

static inline cbj_client *loaded_client(const char *url)
{
    cbj_config *config = api.config_new();
    cbj_client *client = NULL;

    api.config_set_base_url(config, url);
    api.config_set_access_token(config, "token");
    api.config_set_max_retries(config, 0);
    CHECK(api.client_new(config, &client, NULL) == CBJ_OK);
    api.config_free(config);
    return client;
}

/* Gets one job. */
static inline cbj_status loaded_call(cbj_client *client, cbj_status expected)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status = api.client_get_job(client, JOB_ID, NULL, &job, &error);

    if (status != expected)
        fprintf(stderr, "%s: %s\n", api.status_name(status), error ? api.error_message(error) : "no error");
    api.job_free(job);
    api.error_free(error);
    return status;
}

#endif
