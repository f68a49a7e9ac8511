/*
 * A host that unloads the library: at once, after calls, while a thread is in a call or in a look-up, and with threads that
 * have called it and end later.
 *
 * Promised: FreeLibrary is safe at any time. Once a client was made the module stays in the process, because a look-up may
 * still run on a thread of the library, and what the library keeps for a thread is freed when the thread ends. Nothing grows:
 * 100 times load, call and unload leave as many threads and handles as the first time.
 *
 * Arguments: the path of the library, the URL of a server that answers, and one of a server that does not.
 */
#include "loaded.h"

#define ROUNDS 100

static HANDLE freed;

struct job {
    const char *url;
    cbj_client *client;
    cbj_status expected;
    HANDLE begun;
};

static DWORD WINAPI call_and_stay(void *argument)
{
    struct job *job = (struct job *)argument;
    cbj_client *client = loaded_client(job->url);

    CHECK(loaded_call(client, job->expected) == job->expected);
    api.client_free(client);
    SetEvent(job->begun);
    CHECK(WaitForSingleObject(freed, 60000) == WAIT_OBJECT_0);
    return 0;
}

/* The thread ends after FreeLibrary. */
static void load_call_unload(const char *path, const char *url)
{
    struct job job;
    HMODULE library = load(path);
    HANDLE thread;

    job.url = url;
    job.expected = CBJ_OK;
    job.begun = CreateEventA(NULL, TRUE, FALSE, NULL);
    ResetEvent(freed);
    thread = start_thread(call_and_stay, &job);
    CHECK(WaitForSingleObject(job.begun, 60000) == WAIT_OBJECT_0);
    CHECK(FreeLibrary(library));
    SetEvent(freed);
    join(thread);
    CloseHandle(job.begun);
}

static DWORD WINAPI call_during_unload(void *argument)
{
    struct job *job = (struct job *)argument;

    SetEvent(job->begun);
    CHECK(loaded_call(job->client, job->expected) == job->expected);
    return 0;
}

/* Cancelled: a call that waits. */
static void unload_during_call(const char *path, const char *url, cbj_status expected)
{
    struct job job;
    HMODULE library = load(path);
    HANDLE thread;
    int again;

    job.client = loaded_client(url);
    job.expected = expected;
    job.begun = CreateEventA(NULL, TRUE, FALSE, NULL);
    thread = start_thread(call_during_unload, &job);
    CHECK(WaitForSingleObject(job.begun, 60000) == WAIT_OBJECT_0);
    Sleep(expected == CBJ_ERROR_CANCELLED ? 200 : 0);
    /* More often than it was loaded. */
    for (again = 0; again < 3; again++)
        FreeLibrary(library);
    if (expected == CBJ_ERROR_CANCELLED)
        api.client_cancel(job.client);
    join(thread);
    api.client_free(job.client);
    CloseHandle(job.begun);
}

int main(int argc, char **argv)
{
    const char *path = argv[1];
    HMODULE library;
    int threads, handles, round;

    CHECK(argc == 4);
    freed = CreateEventA(NULL, TRUE, FALSE, NULL);
    /* Without a client nothing of the library can be running, and the module goes. */
    for (round = 0; round < ROUNDS; round++) {
        library = load(path);
        api.config_free(api.config_new());
        CHECK(FreeLibrary(library));
        CHECK(GetModuleHandleA("cloudbackupjobs.dll") == NULL);
    }

    /* A client keeps the module, even one that has not been used. */
    library = load(path);
    api.client_free(loaded_client(argv[2]));
    CHECK(FreeLibrary(library));
    CHECK(GetModuleHandleA("cloudbackupjobs.dll") == library);
    api.client_free(loaded_client(argv[2]));

    load_call_unload(path, argv[2]);
    load_call_unload(path, argv[2]);
    threads = count_threads();
    handles = count_handles();
    for (round = 0; round < ROUNDS; round++)
        load_call_unload(path, argv[2]);
    CHECK(settles_at(threads, handles));

    unload_during_call(path, argv[3], CBJ_ERROR_CANCELLED);
    /* The look-up begins when the library is already free. */
    unload_during_call(path, "https://nobody.invalid", CBJ_ERROR_RESOLVE);
    CHECK(GetModuleHandleA("cloudbackupjobs.dll") == library);
    return 0;
}
