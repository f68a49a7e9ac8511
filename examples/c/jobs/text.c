/*
 * text.c - what a person reads: columns, colours, messages
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "jobs.h"
#include "system.h"

void complain(const char *format, ...)
{
    va_list arguments;

    fputs("cloudbackupjobs: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void print_error(const char *what, const cbj_error *error)
{
    const char *request_id = cbj_error_request_id(error);

    if (cbj_error_status(error) == CBJ_ERROR_CANCELLED)
        return; /* who sent the signal knows */
    /* The library keeps control characters out of its messages, but not out of the service's ids. */
    complain("%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "", cbj_error_message(error));
    if (request_id != NULL) {
        fputs("  Request id  ", stderr);
        print_text(stderr, request_id);
        fputc('\n', stderr);
    }
}

/* How many bytes at `text` are one character that is safe for a terminal; 0 for a control character. */
static size_t safe_bytes(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t length = 1;

    if (at[0] < ' ' || at[0] == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0))
        return 0; /* the last are the control characters U+0080 to U+009F */
    while ((at[length] & 0xc0) == 0x80)
        length++;
    return length;
}

/* Prints the text with a blank for each control character, up to the width, and returns the number of characters. */
static int print_safe(FILE *to, const char *text, int width)
{
    int printed = 0;

    for (; *text != '\0' && printed < width; printed++) {
        size_t length = safe_bytes(text);

        if (length == 0) {
            fputc(' ', to);
            text += (unsigned char)*text == 0xc2 ? 2 : 1;
        } else {
            fwrite(text, 1, length, to);
            text += length;
        }
    }
    return printed;
}

void print_text(FILE *to, const char *text)
{
    print_safe(to, text, INT32_MAX);
}

void print_cell(const char *text, int width)
{
    int printed = print_safe(stdout, text != NULL ? text : "-", width > 0 ? width : INT32_MAX);

    if (width > 0)
        printf("%*s", width - printed + 2, "");
}

void print_count_cell(int64_t count, int width)
{
    if (count >= 0)
        printf("%*" PRId64, width, count);
    else
        printf("%*s", width, "-");
}

/* https://no-color.org */
static int is_coloured(void)
{
    const char *forbidden = getenv("NO_COLOR");

    return (forbidden == NULL || *forbidden == '\0') && has_colours();
}

void print_state_cell(const cbj_job *job, int width)
{
    cbj_state state = cbj_job_state(job);
    int in_colour = is_coloured() && job != NULL;
    int status = verdict(state);

    if (in_colour)
        fputs(status == EXIT_FAILED_JOB ? "\033[1;31m" : status == EXIT_IMPERFECT_JOB ? "\033[33m"
              : state == CBJ_STATE_IN_PROGRESS ? "\033[36m" : "\033[32m", stdout);
    /* As the service wrote it, so that a state which nobody here knows is read, too. */
    print_cell(cbj_job_state_text(job), width);
    if (in_colour)
        fputs("\033[0m", stdout);
}
