/*
 * system_windows.c - arguments, consoles, console events and threads of Windows
 */
#include "system.h"

#ifdef _WIN32

#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <stdlib.h>

#include <windows.h>

/* ---- Arguments ---- */

/* The C library reads the command line. Its usual arguments lack all letters that the code page of the system lacks. */
struct start_information {
    int is_new_mode;
};
int __cdecl __wgetmainargs(int *argc, wchar_t ***argv, wchar_t ***environment, int expands_wildcards,
                           struct start_information *information);

static int read_arguments(int *argc, char ***argv)
{
    struct start_information information = {0};
    wchar_t **given = NULL;
    wchar_t **environment;
    char **made;
    int i;

    if (__wgetmainargs(argc, &given, &environment, 0, &information) < 0 || given == NULL)
        return 0;
    made = calloc((size_t)*argc + 1, sizeof *made);
    for (i = 0; made != NULL && i < *argc; i++) {
        int bytes = WideCharToMultiByte(CP_UTF8, 0, given[i], -1, NULL, 0, NULL, NULL);

        made[i] = malloc((size_t)bytes);
        if (made[i] == NULL)
            return 0;
        WideCharToMultiByte(CP_UTF8, 0, given[i], -1, made[i], bytes, NULL, NULL);
    }
    *argv = made;
    return made != NULL;
}

/* ---- Terminals ---- */

static HANDLE handle_of(FILE *stream)
{
    return GetStdHandle(stream == stdout ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
}

int is_terminal(FILE *stream)
{
    DWORD mode;

    /* _isatty would also take NUL for a terminal. */
    return GetConsoleMode(handle_of(stream), &mode) != 0;
}

static UINT encoding_before;
static DWORD mode_before;
static int is_mode_changed;

/* The console outlives the program. */
static void restore_console(void)
{
    fflush(stdout);
    fflush(stderr);
    if (is_mode_changed)
        SetConsoleMode(handle_of(stdout), mode_before);
    SetConsoleOutputCP(encoding_before);
}

int begin_program(int *argc, char ***argv)
{
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
    if (is_terminal(stdout) || is_terminal(stderr)) {
        encoding_before = GetConsoleOutputCP();
        SetConsoleOutputCP(CP_UTF8);
        atexit(restore_console);
    }
    /* Without a buffer, each byte of a character would be written alone, which a console cannot read. */
    if (is_terminal(stdout))
        setvbuf(stdout, NULL, _IOFBF, 65536);
    if (is_terminal(stderr))
        setvbuf(stderr, NULL, _IOFBF, 65536);
    return read_arguments(argc, argv);
}

int has_colours(void)
{
    if (is_mode_changed)
        return 1;
    if (!GetConsoleMode(handle_of(stdout), &mode_before))
        return 0;
    /* Consoles before Windows 10 refuse this. */
    is_mode_changed = SetConsoleMode(handle_of(stdout), mode_before | 0x0004 /* ENABLE_VIRTUAL_TERMINAL_PROCESSING */);
    return is_mode_changed;
}

void show_lines(void)
{
    if (is_terminal(stdout))
        fflush(stdout);
}

/* ---- Signals ---- */

static CRITICAL_SECTION signals_lock;
static void (*call_at_signal)(void); /* NULL: not any more */
static volatile LONG was_called;

static BOOL WINAPI on_console_event(DWORD event)
{
    /* A service gets this one when any user logs off. */
    if (event == CTRL_LOGOFF_EVENT)
        return FALSE;
    EnterCriticalSection(&signals_lock);
    if (call_at_signal != NULL) {
        was_called = 1;
        call_at_signal();
    }
    LeaveCriticalSection(&signals_lock);
    /* The process dies when this function returns after one of these. The main thread ends it before, in order. */
    if (event == CTRL_CLOSE_EVENT || event == CTRL_SHUTDOWN_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

void catch_signals(void (*cancel)(void))
{
    InitializeCriticalSection(&signals_lock);
    call_at_signal = cancel;
    SetConsoleCtrlHandler(on_console_event, TRUE);
}

void leave_signals(void)
{
    SetConsoleCtrlHandler(on_console_event, FALSE);
    EnterCriticalSection(&signals_lock);
    call_at_signal = NULL;
    LeaveCriticalSection(&signals_lock);
}

void end_by_signal(void)
{
    /* What a program ends with that Ctrl+C ended. cmd.exe then asks whether to end its batch file. */
    if (was_called)
        exit((int)0xC000013A /* STATUS_CONTROL_C_EXIT */);
}

/* ---- Threads ---- */

struct thread {
    void (*run)(struct thread *self, void *argument);
    void *argument;
    HANDLE handle;
    HANDLE to_end; /* an event */
};

static unsigned __stdcall begin_thread(void *thread)
{
    struct thread *self = thread;

    self->run(self, self->argument);
    return 0;
}

struct thread *start_thread(void (*run)(struct thread *self, void *argument), void *argument)
{
    struct thread *thread = malloc(sizeof *thread);

    if (thread == NULL)
        return NULL;
    thread->run = run;
    thread->argument = argument;
    thread->to_end = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread->handle = thread->to_end != NULL ? (HANDLE)_beginthreadex(NULL, 0, begin_thread, thread, 0, NULL) : NULL;
    if (thread->handle != NULL)
        return thread;
    if (thread->to_end != NULL)
        CloseHandle(thread->to_end);
    free(thread);
    return NULL;
}

int sleep_a_second(struct thread *self)
{
    return WaitForSingleObject(self->to_end, 1000) != WAIT_TIMEOUT;
}

void tell_to_end(struct thread *thread)
{
    SetEvent(thread->to_end);
}

void join_thread(struct thread *thread)
{
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
    CloseHandle(thread->to_end);
    free(thread);
}

#endif
