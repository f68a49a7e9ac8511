/*
 * jobs.h - what the files of cloudbackupjobs share
 */
#ifndef JOBS_H
#define JOBS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cloudbackupjobs.h"

/* The exit statuses. --help and the man page explain them. */
enum {
    EXIT_FINE = 0,
    EXIT_FAILED_JOB = 1,
    EXIT_USAGE = 2,
    EXIT_NO_ANSWER = 3,
    EXIT_IMPERFECT_JOB = 4,
    EXIT_STILL_RUNNING = 5
};

enum command { COMMAND_LATEST, COMMAND_LIST, COMMAND_SHOW, COMMAND_WAIT };

/* What the command line says. Texts belong to the command line. */
struct options {
    enum command command;
    const char *config_file; /* NULL: the environment alone */
    const char *job_id;
    const char *location; /* NULL: the configured one */
    cbj_object_type *kinds; /* of `latest`, as many as kind_count; 0: every kind */
    size_t kind_count;
    cbj_job_type job_type;
    cbj_object_type object_type;
    cbj_state state; /* CBJ_STATE_UNKNOWN: any */
    int64_t since_ms;
    int64_t until_ms; /* CBJ_NO_TIME: now */
    uint32_t max_jobs; /* 0: not given */
    uint32_t interval_ms;
    uint32_t timeout_ms;
    int json;
};

/* options.c: reads the command line. Returns 1, or 0 when the program is to end with *exit_status: after --help and
 * --version, and after a mistake that was reported. The caller frees options->kinds. */
int read_options(int argc, char **argv, struct options *options, int *exit_status);

/* help.c */
void print_help(void);

/* latest.c, list.c, show.c, wait.c: the commands. Each returns an exit status. */
int run_latest(cbj_client *client, const struct options *options);
int run_list(cbj_client *client, const struct options *options);
int run_show(cbj_client *client, const struct options *options);
int run_wait(cbj_client *client, const struct options *options);

/* show.c: prints everything that a job has. */
void print_job(const cbj_job *job, const struct options *options);

/* states.c */
const char *name_of_state(cbj_state state); /* "in-progress"; static, never NULL */
int verdict(cbj_state state); /* the exit status for a job in this state */
int failure(cbj_status status); /* the exit status for a call that failed */
int worse(int one_status, int other_status);

/* text.c: what a person reads. A printed text is safe for a terminal, whatever the service sent. */
void complain(const char *format, ...); /* one line on stderr, after the name of the program */
void print_error(const char *what, const cbj_error *error);
void print_text(FILE *to, const char *text);
void print_cell(const char *text, int width); /* padded to the width, and a gap; 0: no padding; NULL: "-" */
void print_state_cell(const cbj_job *job, int width); /* in colour, where the terminal has it */
void print_count_cell(int64_t count, int width); /* to the right, without a gap; "-" where the service did not say */

/* times.c: all texts are written to the buffer, which is also returned. */
#define TIME_SIZE 40
int read_duration(const char *text, int64_t *ms); /* "90m", "26h", "7d"; returns 1 or 0 */
int read_time(const char *text, int64_t *unix_ms); /* a duration before now, or a date; returns 1 or 0 */
const char *local_time(int64_t unix_ms, char buffer[TIME_SIZE]); /* "2026-11-25 03:12 +0100"; "-" for CBJ_NO_TIME */
const char *utc_time(int64_t unix_ms, char buffer[TIME_SIZE]); /* "2026-11-25T02:12:00Z"; "" for what is no date */
const char *duration(int64_t ms, char buffer[TIME_SIZE]); /* "39s", "41m44s", "1h47m", "3d4h"; "-" below 0 */

/* json.c: what a program reads. */
void json_text(const char *text); /* in quotes; NULL: null */
void json_count(const char *name, int64_t count); /* ,"name":12; null where the service did not say */
void json_job(const cbj_job *job); /* one object, without a line break; NULL: null */

#endif
