/*
 * process_windows.c - arguments, streams, files and console events of Windows
 */
#include "process.h"

#ifdef _WIN32

#include <stdlib.h>
#include <string.h>

#include <windows.h>

const char process_help_ignore_error[] =
    "      --ignore-error=TEXT  ignore errors that contain this text, with a backslash\n"
    "                           before each of the characters . [ ( ) * + ? { | ^ $ \\;\n"
    "                           may be repeated. A run that is\n";

const char process_help_config[] =
    "The file of --config is one JSON object. Only the account of the checks, the\n"
    "administrators and the system may have access to it.\n";

/* ---- Texts ----------------------------------------------------------------------------------------------------- */

/* Windows has UTF-16 where the program has UTF-8. The caller frees it. NULL: out of memory, or not UTF-8. */
static wchar_t *wide(const char *text)
{
    int units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    wchar_t *made = units > 0 ? (wchar_t *)malloc((size_t)units * sizeof *made) : NULL;

    if (made != NULL)
        MultiByteToWideChar(CP_UTF8, 0, text, -1, made, units);
    return made;
}

/* The C library reads the command line. Its usual arguments lack all letters that the code page of the system lacks.
 * shell32.dll could read it, too, but it takes memory of the desktop, which services have little of. */
typedef struct {
    int is_new_mode;
} start_information;
int __cdecl __wgetmainargs(int *argc, wchar_t ***argv, wchar_t ***environment, int expands_wildcards,
                           start_information *information);

static int read_arguments(int *argc, char ***argv)
{
    start_information information = {0};
    wchar_t **given = NULL;
    wchar_t **environment;
    char **made;
    int i;

    if (__wgetmainargs(argc, &given, &environment, 0, &information) < 0 || given == NULL)
        return 0;
    made = (char **)calloc((size_t)*argc + 1, sizeof *made);
    for (i = 0; made != NULL && i < *argc; i++) {
        int bytes = WideCharToMultiByte(CP_UTF8, 0, given[i], -1, NULL, 0, NULL, NULL);

        made[i] = (char *)malloc((size_t)bytes);
        if (made[i] == NULL)
            return 0;
        WideCharToMultiByte(CP_UTF8, 0, given[i], -1, made[i], bytes, NULL, NULL);
    }
    *argv = made;
    return made != NULL;
}

int process_begin(int *argc, char ***argv)
{
    /* Nobody is there to close the window that would tell about a crash or a missing disk. */
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    return read_arguments(argc, argv);
}

unsigned long process_id(void)
{
    return GetCurrentProcessId();
}

/* ---- Streams and files ----------------------------------------------------------------------------------------- */

static DWORD last_failure;

static int has_failed(DWORD failure)
{
    last_failure = failure;
    return 0;
}

static int write_bytes(HANDLE file, const char *bytes, size_t length)
{
    while (length > 0) {
        DWORD written = 0;

        if (!WriteFile(file, bytes, length < 65536 ? (DWORD)length : 65536, &written, NULL))
            return has_failed(GetLastError());
        /* A pipe that does not wait is full. */
        if (written == 0)
            return has_failed(ERROR_WRITE_FAULT);
        bytes += written;
        length -= written;
    }
    return 1;
}

/* A console takes bytes in a code page that is rarely UTF-8, and UTF-16 always. */
static int write_to_console(HANDLE console, const char *bytes, size_t length)
{
    while (length > 0) {
        wchar_t units[1024];
        size_t part = length < 1024 ? length : 1024;
        DWORD written;
        int count;

        /* The bytes 10xxxxxx continue a character. */
        while (part < length && part > 1 && ((unsigned char)bytes[part] & 0xC0) == 0x80)
            part--;
        count = MultiByteToWideChar(CP_UTF8, 0, bytes, (int)part, units, 1024);
        if (!WriteConsoleW(console, units, (DWORD)count, &written, NULL))
            return has_failed(GetLastError());
        bytes += part;
        length -= part;
    }
    return 1;
}

int process_write(process_stream stream, const char *bytes, size_t length)
{
    HANDLE file = GetStdHandle(stream == PROCESS_OUTPUT ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
    DWORD mode;

    if (file == NULL || file == INVALID_HANDLE_VALUE)
        return has_failed(ERROR_INVALID_HANDLE);
    return GetConsoleMode(file, &mode) ? write_to_console(file, bytes, length) : write_bytes(file, bytes, length);
}

/* Most programs open a file in such a way that nobody can replace it meanwhile. They soon close it. */
static int move_over(const wchar_t *from, const wchar_t *to)
{
    int tries;

    for (tries = 0; tries < 50; tries++) {
        if (MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING))
            return 1;
        has_failed(GetLastError());
        if (last_failure != ERROR_ACCESS_DENIED && last_failure != ERROR_SHARING_VIOLATION)
            return 0;
        Sleep(10);
    }
    return 0;
}

static int replace(const wchar_t *path, const wchar_t *temporary_path, const char *bytes, size_t length)
{
    HANDLE file;
    int is_written;

    /* A run that was killed may have left a file with this name. */
    (void)DeleteFileW(temporary_path);
    file = CreateFileW(temporary_path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return has_failed(GetLastError());
    is_written = write_bytes(file, bytes, length);
    if (!CloseHandle(file) && is_written)
        is_written = has_failed(GetLastError());
    if (is_written && move_over(temporary_path, path))
        return 1;
    (void)DeleteFileW(temporary_path);
    return 0;
}

int process_replace(const char *path, const char *temporary_path, const char *bytes, size_t length)
{
    wchar_t *to = wide(path);
    wchar_t *from = wide(temporary_path);
    int is_replaced = to != NULL && from != NULL ? replace(to, from, bytes, length) : has_failed(ERROR_OUTOFMEMORY);

    free(to);
    free(from);
    return is_replaced;
}

const char *process_problem(void)
{
    static char text[512];
    wchar_t units[256];
    DWORD count = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, last_failure, 0, units,
                                 sizeof units / sizeof units[0], NULL);
    int bytes;

    while (count > 0 && (units[count - 1] <= L' ' || units[count - 1] == L'.'))
        count--;
    bytes = count > 0 ? WideCharToMultiByte(CP_UTF8, 0, units, (int)count, text, sizeof text - 1, NULL, NULL) : 0;
    text[bytes] = '\0';
    return bytes > 0 ? text : "unknown error";
}

/* ---- Endings --------------------------------------------------------------------------------------------------- */

static CRITICAL_SECTION one_at_a_time; /* held by a call of `call_at_end`, and for ever from process_unwatch on */
static void (*call_at_end)(int is_alarm);
static DWORD alarm_ms;

static void end(int is_alarm)
{
    EnterCriticalSection(&one_at_a_time);
    call_at_end(is_alarm);
    LeaveCriticalSection(&one_at_a_time);
}

static DWORD WINAPI wait_for_alarm(void *unused)
{
    (void)unused;
    Sleep(alarm_ms);
    end(1);
    return 0;
}

static BOOL WINAPI on_console_event(DWORD event)
{
    /* A service gets this one when any user logs off. */
    if (event == CTRL_LOGOFF_EVENT)
        return FALSE;
    end(0);
    /* The process dies when this function returns after one of these. The main thread ends it before, with the output. */
    if (event == CTRL_CLOSE_EVENT || event == CTRL_SHUTDOWN_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

int process_watch(int64_t after_ms, void (*ending)(int is_alarm))
{
    HANDLE thread;

    InitializeCriticalSection(&one_at_a_time);
    call_at_end = ending;
    alarm_ms = (DWORD)after_ms;
    thread = CreateThread(NULL, 0, wait_for_alarm, NULL, 0, NULL);
    if (thread == NULL)
        return has_failed(GetLastError());
    CloseHandle(thread);
    SetConsoleCtrlHandler(on_console_event, TRUE);
    return 1;
}

void process_unwatch(void)
{
    EnterCriticalSection(&one_at_a_time);
}

void process_exit(int status)
{
    /* ExitProcess would run the ends of all libraries, while the main thread may be inside one. */
    TerminateProcess(GetCurrentProcess(), (UINT)status);
}

#endif
