/*
 * system.h - what the program asks of the operating system
 *
 * system_posix.c defines all of it for POSIX, system_windows.c and times_windows.c define it for Windows. All are always
 * compiled: those for the other system are empty. No other file knows the system. Texts are UTF-8.
 */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

/*
 * To be called before anything else. On Windows it makes the arguments UTF-8 (the new ones live as long as the program),
 * and has text written as it is: UTF-8, without CR before LF. Returns 0 if memory ran out.
 */
int begin_program(int *argc, char ***argv);

/* ---- Terminals ---- */

int is_terminal(FILE *stream);
int has_colours(void); /* whether stdout is a terminal that obeys escape sequences */
void show_lines(void); /* shows the lines on stdout, if it is a terminal and they are not shown yet */

/* ---- Signals ---- */

/* Calls `cancel` when somebody wants the program to end: by a signal, or on Windows by Ctrl+C, Ctrl+Break or closing the
 * console. It runs in a signal handler, or on Windows in a thread of its own. */
void catch_signals(void (*cancel)(void));
void leave_signals(void); /* from now on `cancel` is not called any more */
/* Ends the program as if it had not caught the signal: a shell sees that, and ends its script, too. Returns if there was
 * none. */
void end_by_signal(void);

/* ---- Times ---- */

int64_t now_ms(void);
/* Each returns 0 for a time that the system cannot convert. The text is like "2026-11-25 03:12 +0100". */
int write_local_time(int64_t unix_seconds, char *buffer, size_t size);
int seconds_of_local(const struct tm *local, int64_t *unix_seconds);

/* ---- Threads ---- */

/* A thread that takes no signals. */
struct thread;
struct thread *start_thread(void (*run)(struct thread *self, void *argument), void *argument); /* NULL: it failed */
int sleep_a_second(struct thread *self); /* or until it is to end; returns whether it is */
void tell_to_end(struct thread *thread);
void join_thread(struct thread *thread); /* waits for its end, and frees it */

#endif
