/*
 * failures.c - the words for a failed call
 *
 * The library's message has the URL, what the service said, and advice. It can be long, and quote a page of HTML. The first
 * line of a check only says who failed how; all else is in the lines below it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* What a message of the library says beside the status. */
typedef struct {
    const char *server;   /* "API" or "identity service" */
    long http_status;     /* 0: no answer */
    const char *attempts; /* "(3 attempts)", at the end of the message; "" for one attempt */
    int64_t allowed_ms;   /* the time that the call had; 0 if the message does not say it */
} message_facts;

static int begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Whether the library said it about a request. An agent that ends a call itself says why, in words of its own. */
static int is_about_request(const char *said)
{
    return begins_with(said, "GET ") || begins_with(said, "POST ") || begins_with(said, "Waiting for ");
}

/* "(3 attempts)", with which the library ends a message; "" if it does not. */
static const char *attempts_in(const char *said)
{
    const char *last = strrchr(said, '(');
    char *end;

    if (last == NULL)
        return "";
    (void)strtol(last + 1, &end, 10);
    return strcmp(end, " attempts)") == 0 ? last : "";
}

static message_facts read_message(const cbj_error *error, const char *said)
{
    message_facts facts = {"API", 0, "", 0};
    const char *http = strstr(said, ": HTTP ");
    const char *allowed = strstr(said, " ms for the whole call)");

    /* Only a token is fetched by POST. */
    if (begins_with(said, "POST ") || begins_with(said, "Waiting for the access token "))
        facts.server = "identity service";
    facts.http_status = cbj_error_http_status(error);
    /* An agent may have kept the message alone. */
    if (facts.http_status == 0 && http != NULL)
        facts.http_status = strtol(http + 7, NULL, 10);
    facts.attempts = attempts_in(said);
    if (allowed != NULL) {
        while (allowed > said && allowed[-1] != '(')
            allowed--;
        facts.allowed_ms = strtoll(allowed, NULL, 10);
    }
    return facts;
}

/* "API answers 503, try again in 30 s (3 attempts)" */
static void add_answer(jc_text *text, const message_facts *facts, const cbj_error *error)
{
    int64_t wait_ms = cbj_error_retry_after_ms(error);

    jc_text_add(text, "%s answers ", facts->server);
    if (facts->http_status == 0)
        jc_text_add(text, "an error");
    else
        jc_text_add(text, "%ld", facts->http_status);
    if (facts->http_status >= 300 && facts->http_status < 400)
        jc_text_add(text, ", a redirect");
    if (wait_ms >= 0)
        jc_text_add(text, ", try again in %" PRId64 " s", (wait_ms + 999) / 1000);
}

/* " (403)" */
static void add_http_status(jc_text *text, const message_facts *facts)
{
    if (facts->http_status != 0)
        jc_text_add(text, " (%ld)", facts->http_status);
}

static void add_authentication(jc_text *text, const message_facts *facts, const cbj_error *error)
{
    long status = facts->http_status;

    if (strcmp(facts->server, "API") == 0)
        jc_text_add(text, "access token refused");
    else if (status == 400 || status == 401 || status == 403)
        jc_text_add(text, "credentials refused by the identity service");
    else {
        add_answer(text, facts, error);
        return;
    }
    add_http_status(text, facts);
}

static void add_rejection(jc_text *text, const message_facts *facts, const cbj_error *error)
{
    long status = facts->http_status;

    /* These are not about what was asked. */
    if (status < 400 || status == 408 || status == 425) {
        add_answer(text, facts, error);
    } else {
        jc_text_add(text, "%s rejects the request", facts->server);
        add_http_status(text, facts);
    }
}

static void add_timeout(jc_text *text, const message_facts *facts)
{
    /* The call has a few milliseconds less than the check. The operator knows the round number. */
    int64_t unit_ms = facts->allowed_ms >= 2000 ? 1000 : 100;

    jc_text_add(text, "no answer from the %s", facts->server);
    if (facts->allowed_ms > 0) {
        jc_text_add(text, " within ");
        jc_text_number(text, (double)((facts->allowed_ms + unit_ms / 2) / unit_ms * unit_ms) / 1000);
        jc_text_add(text, " s");
    }
}

void jc_add_failure_words(jc_text *text, jc_asked asked, cbj_status status, const cbj_error *error, const char *said)
{
    message_facts facts = read_message(error, said);

    if (error == NULL && !is_about_request(said)) {
        jc_text_line(text, said);
        return;
    }
    switch (status) {
    case CBJ_ERROR_INVALID_ARGUMENT:
    case CBJ_ERROR_CONFIG:
        /* What is wrong here, on this machine, and what to do. */
        jc_text_line(text, said);
        return;
    case CBJ_ERROR_AUTHENTICATION:
        add_authentication(text, &facts, error);
        break;
    case CBJ_ERROR_PERMISSION:
        jc_text_add(text, "permission missing");
        add_http_status(text, &facts);
        break;
    case CBJ_ERROR_NOT_FOUND:
        if (asked == JC_ASKED_JOB) {
            jc_text_add(text, "no such job");
            if (facts.http_status != 200)
                add_http_status(text, &facts);
        } else {
            add_answer(text, &facts, error);
        }
        break;
    case CBJ_ERROR_REJECTED:
        add_rejection(text, &facts, error);
        break;
    case CBJ_ERROR_RATE_LIMITED:
    case CBJ_ERROR_SERVER:
        add_answer(text, &facts, error);
        break;
    case CBJ_ERROR_RESOLVE:
        jc_text_add(text, "name of the %s does not resolve", facts.server);
        break;
    case CBJ_ERROR_CONNECT:
        jc_text_add(text, "%s cannot be reached", facts.server);
        break;
    case CBJ_ERROR_TLS:
        jc_text_add(text, "no TLS connection to the %s", facts.server);
        break;
    case CBJ_ERROR_NETWORK:
        jc_text_add(text, "connection to the %s broke", facts.server);
        break;
    case CBJ_ERROR_TIMEOUT:
        add_timeout(text, &facts);
        break;
    case CBJ_ERROR_CANCELLED:
        jc_text_add(text, "the call was cancelled");
        break;
    case CBJ_ERROR_PROTOCOL:
        jc_text_add(text, "answer of the %s cannot be read", facts.server);
        break;
    case CBJ_ERROR_INTERNAL:
        jc_text_add(text, "the library has a defect");
        break;
    default:
        jc_text_add(text, "%s", cbj_status_name(status));
        break;
    }
    if (facts.attempts[0] != '\0')
        jc_text_add(text, " %s", facts.attempts);
}

void jc_add_failure_facts(jc_text *text, cbj_status status, const cbj_error *error)
{
    size_t i;

    for (i = 0; i < cbj_error_detail_count(error); i++) {
        const char *parts[3];
        size_t part;

        parts[0] = cbj_error_detail_code(error, i);
        parts[1] = cbj_error_detail_field(error, i);
        parts[2] = cbj_error_detail_message(error, i);
        jc_text_add(text, "The service said:");
        for (part = 0; part < 3; part++) {
            if (parts[part] != NULL) {
                jc_text_add(text, " ");
                jc_text_line(text, parts[part]);
            }
        }
        jc_text_add(text, "\n");
    }
    jc_text_add(text, "%s", cbj_status_name(status));
    if (cbj_error_http_status(error) != 0)
        jc_text_add(text, ", HTTP %" PRId32, cbj_error_http_status(error));
    if (cbj_error_retry_after_ms(error) >= 0)
        jc_text_add(text, ", try again in %" PRId64 " s", (cbj_error_retry_after_ms(error) + 999) / 1000);
    jc_text_add(text, "\n");
}
