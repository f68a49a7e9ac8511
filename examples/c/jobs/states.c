/*
 * states.c - the states of jobs: their names, and what they mean for the exit status
 */
#include <ctype.h>

#include "jobs.h"

static const struct {
    cbj_state state;
    const char *name;
    int verdict;
} states[] = {
    {CBJ_STATE_IN_PROGRESS, "in-progress", EXIT_FINE},
    {CBJ_STATE_FINISHED, "finished", EXIT_FINE},
    {CBJ_STATE_FAILED, "failed", EXIT_FAILED_JOB},
    {CBJ_STATE_FINISHED_WITH_EXCEPTION, "finished-with-exception", EXIT_IMPERFECT_JOB},
    {CBJ_STATE_PARTIALLY_FINISHED, "partially-finished", EXIT_IMPERFECT_JOB},
};
#define STATES (sizeof states / sizeof states[0])

/* The next character that counts, in lower case: blanks, '_' and '-' do not count. */
static int next(const char **text)
{
    while (**text == ' ' || **text == '_' || **text == '-')
        (*text)++;
    return **text == '\0' ? '\0' : tolower((unsigned char)*(*text)++);
}

static int is_same(const char *one, const char *other)
{
    int c;

    do {
        c = next(&one);
        if (c != next(&other))
            return 0;
    } while (c != '\0');
    return 1;
}

const char *state_name(cbj_state state)
{
    size_t i;

    for (i = 0; i < STATES; i++) {
        if (states[i].state == state)
            return states[i].name;
    }
    return "unknown"; /* also a state that a newer library knows */
}

const char *state_name_or_null(int32_t state)
{
    return state <= CBJ_STATE_PARTIALLY_FINISHED ? state_name(state) : NULL;
}

cbj_state state_from_name(const char *name)
{
    size_t i;

    for (i = 0; i < STATES; i++) {
        if (is_same(states[i].name, name))
            return states[i].state;
    }
    return CBJ_STATE_UNKNOWN;
}

int verdict(cbj_state state)
{
    size_t i;

    for (i = 0; i < STATES; i++) {
        if (states[i].state == state)
            return states[i].verdict;
    }
    /* Nobody knows that such a job is fine. */
    return EXIT_IMPERFECT_JOB;
}

int failure(cbj_status status)
{
    /* An id that cannot be one: nothing was sent. */
    return status == CBJ_ERROR_INVALID_ARGUMENT ? EXIT_USAGE : EXIT_NO_ANSWER;
}

int worse(int one_status, int other_status)
{
    static const int worst_first[] = {EXIT_FAILED_JOB, EXIT_NO_ANSWER, EXIT_IMPERFECT_JOB};
    size_t i;

    for (i = 0; i < sizeof worst_first / sizeof worst_first[0]; i++) {
        if (one_status == worst_first[i] || other_status == worst_first[i])
            return worst_first[i];
    }
    return EXIT_FINE;
}
