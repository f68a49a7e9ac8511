/*
 * What a process is to those who share it, as far as it can be read: noted, compared, and changed on purpose to see that the
 * comparison notices. Of a change the name is printed.
 */
#ifndef STATE_H
#define STATE_H

#include <direct.h>
#include <float.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>
#include <xmmintrin.h>

#include "guest.h"

/* The bits of MXCSR that say how to round and what to report. The others say what has happened. */
#define MXCSR_CONTROL 0xffc0u

#define MOST_CHARACTERS 32768

struct state {
    UINT error_mode;
    DWORD thread_error_mode;
    wchar_t folder[MAX_PATH];
    wchar_t dll_folder[MAX_PATH];
    wchar_t environment[MOST_CHARACTERS];
    char locale[256];
    LCID thread_locale;
    UINT code_pages[4];
    unsigned x87_control;
    unsigned mxcsr;
    ULONG timer_resolution;
    DWORD priority_class;
    int thread_priority;
    DWORD_PTR affinity;
    LPTOP_LEVEL_EXCEPTION_FILTER filter;
    HANDLE streams[3];
    int windows;
};

typedef LONG(NTAPI *query_timer_fn)(ULONG *, ULONG *, ULONG *);
typedef LONG(NTAPI *set_timer_fn)(ULONG, BOOLEAN, ULONG *);

/* Functions without a header. A FARPROC has the size of each of them. */
static inline void find_in_ntdll(const char *name, void *function)
{
    FARPROC found = GetProcAddress(GetModuleHandleA("ntdll.dll"), name);

    CHECK(found != NULL);
    memcpy(function, &found, sizeof found);
}

static BOOL CALLBACK count_own_window(HWND window, LPARAM count)
{
    DWORD process = 0;

    GetWindowThreadProcessId(window, &process);
    if (process == GetCurrentProcessId())
        ++*(int *)count;
    return TRUE;
}

/* Visible or not, and those that only take messages. */
static inline int count_windows(void)
{
    int count = 0;
    HWND window = NULL;

    EnumWindows(count_own_window, (LPARAM)&count);
    while ((window = FindWindowExA(HWND_MESSAGE, window, NULL, NULL)) != NULL)
        count_own_window(window, (LPARAM)&count);
    return count;
}

static inline void copy_environment(wchar_t *to)
{
    wchar_t *block = GetEnvironmentStringsW();
    const wchar_t *end = block;

    while (*end != L'\0')
        end += wcslen(end) + 1;
    CHECK(end - block < MOST_CHARACTERS);
    memcpy(to, block, (size_t)(end - block) * sizeof *to);
    FreeEnvironmentStringsW(block);
}

static inline void note(struct state *state)
{
    static const DWORD streams[3] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    query_timer_fn query_timer;
    ULONG coarsest, finest;
    DWORD_PTR of_system;
    int i;

    memset(state, 0, sizeof *state);
    state->error_mode = GetErrorMode();
    state->thread_error_mode = GetThreadErrorMode();
    CHECK(GetCurrentDirectoryW(MAX_PATH, state->folder) != 0);
    GetDllDirectoryW(MAX_PATH, state->dll_folder);
    copy_environment(state->environment);
    snprintf(state->locale, sizeof state->locale, "%s", setlocale(LC_ALL, NULL));
    state->thread_locale = GetThreadLocale();
    state->code_pages[0] = GetACP();
    state->code_pages[1] = GetOEMCP();
    state->code_pages[2] = GetConsoleCP();
    state->code_pages[3] = GetConsoleOutputCP();
    state->x87_control = _controlfp(0, 0);
    state->mxcsr = _mm_getcsr() & MXCSR_CONTROL;
    find_in_ntdll("NtQueryTimerResolution", &query_timer);
    query_timer(&coarsest, &finest, &state->timer_resolution);
    state->priority_class = GetPriorityClass(GetCurrentProcess());
    state->thread_priority = GetThreadPriority(GetCurrentThread());
    CHECK(GetProcessAffinityMask(GetCurrentProcess(), &state->affinity, &of_system));
    state->filter = SetUnhandledExceptionFilter(NULL);
    SetUnhandledExceptionFilter(state->filter);
    for (i = 0; i < 3; i++)
        state->streams[i] = GetStdHandle(streams[i]);
    state->windows = count_windows();
}

static inline int same(const char *name, int equal)
{
    if (!equal)
        fprintf(stderr, "changed: %s\n", name);
    return equal;
}

#define SAME(member) same(#member, memcmp(&before->member, &after->member, sizeof before->member) == 0)

static inline int is_unchanged(const struct state *before, const struct state *after)
{
    return SAME(error_mode) & SAME(thread_error_mode) & SAME(folder) & SAME(dll_folder) & SAME(environment) &
           SAME(locale) & SAME(thread_locale) & SAME(code_pages) & SAME(x87_control) & SAME(mxcsr) &
           SAME(timer_resolution) & SAME(priority_class) & SAME(thread_priority) & SAME(affinity) & SAME(filter) &
           SAME(streams) & SAME(windows);
}

static LONG WINAPI own_filter(EXCEPTION_POINTERS *exception)
{
    (void)exception;
    return EXCEPTION_CONTINUE_SEARCH;
}

/* Changes the member with this name. 0: no such member. */
static inline int disturb(const char *name)
{
    static const char *const names[] = {"error_mode", "thread_error_mode", "folder", "dll_folder", "environment", "locale",
                                        "thread_locale", "x87_control", "mxcsr", "priority_class", "thread_priority",
                                        "affinity", "filter", "streams", "windows"};
    size_t which = 0;

    while (which < sizeof names / sizeof *names && strcmp(names[which], name) != 0)
        which++;
    switch (which) {
    case 0: SetErrorMode(SEM_NOGPFAULTERRORBOX); break;
    case 1: SetThreadErrorMode(SEM_NOOPENFILEERRORBOX, NULL); break;
    case 2: CHECK(_chdir("..") == 0); break;
    case 3: SetDllDirectoryA("C:\\"); break;
    case 4: SetEnvironmentVariableA("CBJ_DISTURBED", "1"); break;
    case 5: CHECK(setlocale(LC_ALL, "English") != NULL); break;
    case 6: SetThreadLocale(0x0407); break;
    case 7: _controlfp(_RC_UP, _MCW_RC); break;
    case 8: _mm_setcsr(_mm_getcsr() ^ 0x8000u); break;
    case 9: SetPriorityClass(GetCurrentProcess(), BELOW_NORMAL_PRIORITY_CLASS); break;
    case 10: SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_LOWEST); break;
    case 11: SetProcessAffinityMask(GetCurrentProcess(), 1); break;
    case 12: SetUnhandledExceptionFilter(own_filter); break;
    case 13: SetStdHandle(STD_INPUT_HANDLE, NULL); break;
    case 14: CHECK(CreateWindowExA(0, "STATIC", "", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL) != NULL); break;
    default: return 0;
    }
    return 1;
}

#endif
