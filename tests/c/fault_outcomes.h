/*
 * What the failure of a call of the system may lead to. Part of syscalls.c.
 */
#ifndef FAULT_OUTCOMES_H
#define FAULT_OUTCOMES_H

/* Whether a call makes no progress, and can only end with its time. */
static int is_endless(void)
{
    int i;

    for (i = 0; i < MOST_PLANS; i++)
        if (plans[i].function != NULL && plans[i].times > (plans[i].way == EINTR ? MANY_SIGNALS : 1) &&
            (plans[i].way == EINTR || plans[i].way == EAGAIN || plans[i].way == READY))
            return 1;
    return 0;
}

/* Whether nothing fails: signals, short counts, and waits that end too early. */
static int is_harmless(void)
{
    int i;

    for (i = 0; i < MOST_PLANS && plans[i].function != NULL; i++) {
        const struct fault_plan *plan = &plans[i];
        int is_transfer = strcmp(plan->function, "send") == 0 || strcmp(plan->function, "recv") == 0;

        if (!(plan->way == EINTR && plan->times <= MANY_SIGNALS) && plan->way != SHORT_COUNT &&
            !(plan->way == READY && plan->times == 1) && !(plan->way == EAGAIN && plan->times == 1 && is_transfer))
            return 0;
    }
    return 1;
}

static int is_planned(const char *function)
{
    int i;

    for (i = 0; i < MOST_PLANS; i++)
        if (plans[i].function != NULL && strcmp(plans[i].function, function) == 0)
            return 1;
    return 0;
}

static int names(const char *message, const struct fault_plan *plan)
{
    static const char *const ENDS[] = {
        "broke", "cut short", "is empty", "no certificate", "no readable certificate", "section has no end", NULL,
    };
    int i;

    if (strcmp(plan->function, "getaddrinfo") == 0)
        return strstr(message, gai_strerror(plan->way)) != NULL ||
               (plan->way == EAI_SYSTEM && strstr(message, strerror(ENOMEM)) != NULL);
    if (plan->way <= PENDING)
        return strstr(message, strerror(PENDING - plan->way)) != NULL;
    if (plan->way > 0 && strstr(message, strerror(plan->way)) != NULL)
        return 1;
    if (plan->way == END_OF_INPUT || plan->way == ECONNRESET || plan->way == EPIPE)
        for (i = 0; ENDS[i] != NULL; i++)
            if (strstr(message, ENDS[i]) != NULL)
                return 1;
    if (strcmp(plan->function, "pthread_attr_setstacksize") == 0)
        return strstr(message, "invalid stack size") != NULL;
    return (strcmp(plan->function, "getrandom") == 0 || strcmp(plan->function, "syscall") == 0) &&
           strstr(message, "random ") != NULL;
}

/* What the failure of a call of the system may lead to. */
static void judge(const struct outcome *outcome)
{
    int is_named = outcome->status == CBJ_ERROR_TIMEOUT && strstr(outcome->message, "the time was up") != NULL;
    int i;

    if (outcome->status == CBJ_OK)
        return;
    PROMISE(!is_harmless());
    for (i = 0; i < MOST_PLANS && plans[i].function != NULL; i++)
        is_named |= names(outcome->message, &plans[i]);
    PROMISE(is_named);
    switch (outcome->status) {
    case CBJ_ERROR_CONFIG:
        PROMISE(scene->kind == MAKES_CLIENT && !outcome->retryable);
        break;
    case CBJ_ERROR_RESOLVE:
        PROMISE(outcome->retryable || is_planned("getaddrinfo"));
        break;
    case CBJ_ERROR_TIMEOUT:
        PROMISE(outcome->retryable && is_endless());
        break;
    case CBJ_ERROR_TLS:
        PROMISE(is_planned("getrandom") || is_planned("syscall"));
        break;
    case CBJ_ERROR_CONNECT:
    case CBJ_ERROR_NETWORK:
    case CBJ_ERROR_PROTOCOL:
        PROMISE(outcome->retryable);
        break;
    default:
        PROMISE(outcome->status == CBJ_ERROR_INTERNAL && 
                (is_planned("__register_atfork") || is_planned("getrandom") || is_planned("syscall")));
    }
}

#endif
