/*
 * process.h - what check_cloudbackup_job asks of the operating system as a process
 *
 * process_posix.c and process_windows.c define the same functions. Both are always compiled: the one for the other system
 * is empty. No other file of this folder knows the system. Texts and paths are UTF-8.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stddef.h>
#include <stdint.h>

typedef enum { PROCESS_OUTPUT, PROCESS_ERRORS } process_stream;

/*
 * To be called before anything else. Makes the arguments UTF-8; the new ones live as long as the process. Opens each
 * standard stream that is closed, where a connection or a file could get its number otherwise: reading or writing it fails
 * as before. From now on, writing to a closed pipe fails instead of ending the program. Returns 0 if memory ran out.
 */
int process_begin(int *argc, char ***argv);

/* A number that no other running process has. */
unsigned long process_id(void);

/*
 * Writes all bytes as they are, without CR before LF. Returns 0 if that failed. To a console of Windows it writes the text
 * in the console's own encoding. Like process_replace, it may be called from `ending`.
 */
int process_write(process_stream stream, const char *bytes, size_t length);
/* Writes a file of another name in the same folder, and gives it the name `path`: a reader finds the whole old or the whole
 * new file. Returns 0 if that failed. */
int process_replace(const char *path, const char *temporary_path, const char *bytes, size_t length);
/* Why the last write failed. */
const char *process_problem(void);

/*
 * From now on `ending` is called with 1 after this time, and with 0 when somebody wants the program to end: by a signal, or
 * on Windows by Ctrl+C, Ctrl+Break or closing the console. It runs in a signal handler, or on Windows in a thread of its
 * own, and never twice at once. Returns 0 if there is no such thread.
 */
int process_watch(int64_t after_ms, void (*ending)(int is_alarm));
/* From now on `ending` is not called any more. Returns when a call of it has ended. */
void process_unwatch(void);
/* Ends the process at once. `ending` may call it. */
void process_exit(int status);

/* Parts of --help that differ: what --ignore-error takes, and who may read the file of --config. */
extern const char process_help_ignore_error[];
extern const char process_help_config[];

#endif /* PROCESS_H */
