/*
 * verdicts.c - the verdicts, and the default one of each state and error
 */
#include <ctype.h>
#include <strings.h>

#include "internal.h"

const jc_state jc_states[JC_STATES] = {
    {CBJ_STATE_FAILED, "failed", "Failed", JC_CRITICAL},
    {CBJ_STATE_FINISHED_WITH_EXCEPTION, "finished-with-exception", "Finished with Exception", JC_WARNING},
    {CBJ_STATE_PARTIALLY_FINISHED, "partially-finished", "Partially Finished", JC_WARNING},
    {CBJ_STATE_UNKNOWN, "unknown", "in an unknown state", JC_UNKNOWN},
    {CBJ_STATE_IN_PROGRESS, "in-progress", "In Progress", JC_OK},
    {CBJ_STATE_FINISHED, "finished", "Finished", JC_OK},
};

/*
 * A service or a network that is away says nothing about a backup, and an hour of that must not wake everybody who has a
 * backup. So all of these are UNKNOWN, as is a problem of the check itself, such as wrong credentials. One check whose
 * subject is the service (JC_ASKED_SERVICE) is CRITICAL instead.
 */
const jc_failure jc_failures[JC_FAILURES] = {
    {CBJ_ERROR_INVALID_ARGUMENT, "invalid-argument", JC_UNKNOWN, 0},
    {CBJ_ERROR_CONFIG, "config", JC_UNKNOWN, 0},
    {CBJ_ERROR_AUTHENTICATION, "authentication", JC_UNKNOWN, 0},
    {CBJ_ERROR_PERMISSION, "permission", JC_UNKNOWN, 0},
    {CBJ_ERROR_NOT_FOUND, "not-found", JC_CRITICAL, 0},
    {CBJ_ERROR_REJECTED, "rejected", JC_UNKNOWN, 0},
    {CBJ_ERROR_RATE_LIMITED, "rate-limited", JC_UNKNOWN, 1},
    {CBJ_ERROR_SERVER, "server", JC_UNKNOWN, 1},
    {CBJ_ERROR_RESOLVE, "resolve", JC_UNKNOWN, 1},
    {CBJ_ERROR_CONNECT, "connect", JC_UNKNOWN, 1},
    {CBJ_ERROR_TLS, "tls", JC_UNKNOWN, 1},
    {CBJ_ERROR_NETWORK, "network", JC_UNKNOWN, 1},
    {CBJ_ERROR_TIMEOUT, "timeout", JC_UNKNOWN, 1},
    {CBJ_ERROR_CANCELLED, "cancelled", JC_UNKNOWN, 0},
    {CBJ_ERROR_PROTOCOL, "protocol", JC_UNKNOWN, 1},
    {CBJ_ERROR_INTERNAL, "internal", JC_UNKNOWN, 0},
};

const jc_failure *jc_failure_of(cbj_status status)
{
    size_t i;

    for (i = 0; i < JC_FAILURES; i++) {
        if (jc_failures[i].status == status)
            return &jc_failures[i];
    }
    return NULL;
}

int jc_is_unavailable(cbj_status status)
{
    const jc_failure *failure = jc_failure_of(status);

    return failure != NULL && failure->is_unavailable;
}

const char *jc_verdict_name(int verdict)
{
    static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

    return names[verdict >= JC_OK && verdict <= JC_UNKNOWN ? verdict : JC_UNKNOWN];
}

int jc_verdict_from_name(const char *name)
{
    int verdict;

    for (verdict = JC_OK; verdict <= JC_UNKNOWN; verdict++) {
        if (strcasecmp(name, jc_verdict_name(verdict)) == 0 || (name[0] == '0' + verdict && name[1] == '\0'))
            return verdict;
    }
    return -1;
}

int jc_worse(int one, int other)
{
    static const int badness[] = {0, 2, 3, 1}; /* of OK, WARNING, CRITICAL, UNKNOWN */

    return badness[one] >= badness[other] ? one : other;
}

int jc_is_worse(int one, int other)
{
    return one != other && jc_worse(one, other) == one;
}

size_t jc_state_row(cbj_state state)
{
    size_t row;
    size_t unknown = 0;

    for (row = 0; row < JC_STATES; row++) {
        if (jc_states[row].state == state)
            return row;
        if (jc_states[row].state == CBJ_STATE_UNKNOWN)
            unknown = row;
    }
    return unknown;
}

const jc_state *jc_state_of(cbj_state state)
{
    return &jc_states[jc_state_row(state)];
}

int jc_parse_verdict(const char *name, int *verdict, jc_text *problem)
{
    *verdict = jc_verdict_from_name(name);
    if (*verdict >= 0)
        return 1;
    jc_text_add(problem, "'%s' is not one of ok, warning, critical, unknown", name);
    return 0;
}

int jc_is_spelled(const char *key, const char *at, const char *end)
{
    for (;;) {
        while (*key == '-')
            key++;
        while (at < end && (*at == ' ' || *at == '_' || *at == '-'))
            at++;
        if (*key == '\0' || at == end)
            return *key == '\0' && at == end;
        if (*key != tolower((unsigned char)*at))
            return 0;
        key++, at++;
    }
}
