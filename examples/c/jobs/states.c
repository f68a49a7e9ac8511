/*
 * states.c - what the states of jobs and the failures of calls mean for the exit status
 */
#include "jobs.h"

int verdict(cbj_state state)
{
    switch (state) {
    case CBJ_STATE_IN_PROGRESS:
    case CBJ_STATE_FINISHED:
        return EXIT_FINE;
    case CBJ_STATE_FAILED:
        return EXIT_FAILED_JOB;
    default: /* Nobody knows that a job in an unknown state is fine. */
        return EXIT_IMPERFECT_JOB;
    }
}

const char *name_of_state(cbj_state state)
{
    const char *name = cbj_state_name(state);

    return name != NULL ? name : "unknown"; /* a state that only a newer library knows */
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
