/*
 * A host that starts programs while a call is in progress. Windows gives a child every handle that is inheritable, and sockets
 * are, unless they were made otherwise. A child with the library's socket would keep a connection open that the host has closed.
 *
 * Promised: no handle of the library is inheritable, in a call and between calls.
 *
 * The server at CBJ_BASE_URL answers the first call, and not the second one. Started with numbers, it is the child: it fails
 * if one of them is a socket's or file's handle in its own process.
 */
#include <string.h>

#include "guest.h"

#define MOST_NUMBERS 64

static DWORD WINAPI call_in_vain(void *argument)
{
    cbj_client *client = (cbj_client *)argument;

    CHECK(call(client, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
    return 0;
}

static int is_open(size_t number)
{
    DWORD flags;

    return GetHandleInformation(handle_of(number), &flags) != 0;
}

/* Notes the handles that were opened since `before` was noted, none of which may be inheritable. */
static int check_new(const char *before, size_t *opened)
{
    size_t number;
    DWORD flags;
    int count = 0;

    for (number = 4; number < HIGHEST_HANDLE; number += 4) {
        if (before[number / 4] || !GetHandleInformation(handle_of(number), &flags))
            continue;
        if (flags & HANDLE_FLAG_INHERIT)
            fprintf(stderr, "handle %#x is inheritable, type %lu\n", (unsigned)number, GetFileType(handle_of(number)));
        CHECK(!(flags & HANDLE_FLAG_INHERIT));
        CHECK(count < MOST_NUMBERS);
        opened[count++] = number;
    }
    return count;
}

/* The pipes of the child's own start have other numbers: they are not among those that the parent names. */
static void start_child(const char *program, const size_t *numbers, int count)
{
    char line[2048];
    STARTUPINFOA startup;
    PROCESS_INFORMATION process;
    DWORD status;
    int i;
    int length = snprintf(line, sizeof line, "\"%s\"", program);

    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    for (i = 0; i < count; i++)
        length += snprintf(line + length, sizeof line - (size_t)length, " %u", (unsigned)numbers[i]);
    CHECK(CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process));
    CHECK(WaitForSingleObject(process.hProcess, 60000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &status) && status == 0);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
}

/* What the child has under a number may be its own; a pipe or socket it has not made. */
static int has_none(int argc, char **argv)
{
    int i;

    for (i = 1; i < argc; i++) {
        HANDLE handle = handle_of((size_t)strtoul(argv[i], NULL, 10));

        if (GetFileType(handle) == FILE_TYPE_PIPE) {
            fprintf(stderr, "the child has %s\n", argv[i]);
            return 0;
        }
    }
    return 1;
}

int main(int argc, char **argv)
{
    static char before[HIGHEST_HANDLE / 4];
    size_t opened[MOST_NUMBERS];
    size_t number;
    cbj_client *client;
    HANDLE thread;
    int count;

    if (argc > 1)
        return has_none(argc, argv) ? 0 : 1;
    for (number = 4; number < HIGHEST_HANDLE; number += 4)
        before[number / 4] = (char)is_open(number);
    client = client_of_environment(20000);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    check_new(before, opened);

    thread = start_thread(call_in_vain, client);
    Sleep(300);
    count = check_new(before, opened);
    /* The connection, the event of the call, the thread. */
    CHECK(count >= 3);
    start_child(argv[0], opened, count);
    cbj_client_cancel(client);
    join(thread);
    cbj_client_free(client);
    return 0;
}
