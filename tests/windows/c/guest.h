/*
 * What the programs in this folder share: the calls of tests/c/calls.h, time, and a look at the process: its threads and
 * its handles.
 */
#ifndef GUEST_H
#define GUEST_H

/* Winsock 2 must come before windows.h, which would bring Winsock 1. */
#include <winsock2.h>

#include <windows.h>

#include <tlhelp32.h>

#include "../../c/calls.h"

/* Handles are multiples of four. No program here has more than 4096. */
#define HIGHEST_HANDLE 0x4000u

/* Reads the first one, which is exact. GetTickCount64 advances by 16 ms. */
static inline double seconds_now(void)
{
    LARGE_INTEGER now, frequency;

    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return (double)now.QuadPart / (double)frequency.QuadPart;
}

/* The threads of this process. */
static inline int count_threads(void)
{
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry;
    BOOL found;
    int threads = 0;

    CHECK(snapshot != INVALID_HANDLE_VALUE);
    entry.dwSize = sizeof entry;
    for (found = Thread32First(snapshot, &entry); found; found = Thread32Next(snapshot, &entry))
        threads += entry.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(snapshot);
    return threads;
}

static inline HANDLE handle_of(size_t number)
{
    return (HANDLE)(uintptr_t)number;
}

/* The open handles of this process. GetProcessHandleCount says 0 under wine 8, so every number is tried. */
static inline int count_handles(void)
{
    size_t number;
    DWORD flags;
    int handles = 0;

    for (number = 4; number < HIGHEST_HANDLE; number += 4)
        handles += GetHandleInformation(handle_of(number), &flags) != 0;
    return handles;
}

/* Handles that wine opens once, at the first use of something: with them a process may have a few more than before. What a call
 * leaked would be as many as there were calls. */
#define HANDLES_OF_WINE 3

/* Waits until the process has no more than these threads and handles: a thread that a call has ended may take a moment. */
static inline int settles_at(int threads, int handles)
{
    int round;

    for (round = 0; round < 100; round++) {
        if (count_threads() <= threads && count_handles() <= handles + HANDLES_OF_WINE)
            return 1;
        Sleep(50);
    }
    fprintf(stderr, "%d threads and %d handles, not %d and %d\n", count_threads(), count_handles(), threads, handles);
    return 0;
}

static inline HANDLE start_thread(LPTHREAD_START_ROUTINE start, void *argument)
{
    HANDLE thread = CreateThread(NULL, 0, start, argument, 0, NULL);

    CHECK(thread != NULL);
    return thread;
}

/* Waits for the end of a thread. */
static inline void join(HANDLE thread)
{
    CHECK(WaitForSingleObject(thread, 60000) == WAIT_OBJECT_0);
    CloseHandle(thread);
}

#endif
