/*
 * verdicts.c - the verdicts, and the default one of each state and error
 */
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
 * The plugin guidelines reserve UNKNOWN for a problem of the check itself, such as wrong credentials or a missing
 * permission. A problem of the service or the network, such as a name that does not resolve or a timeout, is not UNKNOWN.
 */
const jc_failure jc_failures[JC_FAILURES] = {
    {CBJ_ERROR_INVALID_ARGUMENT, "invalid-argument", JC_UNKNOWN},
    {CBJ_ERROR_CONFIG, "config", JC_UNKNOWN},
    {CBJ_ERROR_AUTHENTICATION, "authentication", JC_UNKNOWN},
    {CBJ_ERROR_PERMISSION, "permission", JC_UNKNOWN},
    {CBJ_ERROR_NOT_FOUND, "not-found", JC_CRITICAL},
    {CBJ_ERROR_REJECTED, "rejected", JC_UNKNOWN},
    {CBJ_ERROR_RATE_LIMITED, "rate-limited", JC_WARNING},
    {CBJ_ERROR_SERVER, "server", JC_CRITICAL},
    {CBJ_ERROR_RESOLVE, "resolve", JC_CRITICAL},
    {CBJ_ERROR_CONNECT, "connect", JC_CRITICAL},
    {CBJ_ERROR_TLS, "tls", JC_CRITICAL},
    {CBJ_ERROR_NETWORK, "network", JC_CRITICAL},
    {CBJ_ERROR_TIMEOUT, "timeout", JC_CRITICAL},
    {CBJ_ERROR_CANCELLED, "cancelled", JC_UNKNOWN},
    {CBJ_ERROR_PROTOCOL, "protocol", JC_CRITICAL},
    {CBJ_ERROR_INTERNAL, "internal", JC_UNKNOWN},
};

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
