/*
 * questions.h - a question to the service, whose answer all processes of the agent share
 */
#ifndef QUESTIONS_H
#define QUESTIONS_H

#include <stdint.h>

#include "cloudbackupjobs.h"
#include "job_check.h"

typedef struct {
    const char *key;   /* in the cache */
    const char *words; /* for messages: "job FB..." */
    jc_asked asked;
    int64_t stale_ms;  /* up to which age an answer stands in for a service that is away; 0: it does not */
    const void *about; /* what the two functions need to know */
    /* Asks the service, and adds the answer as bytes. The caller frees the error. */
    cbj_status (*ask)(cbj_client *client, const void *about, jc_text *answer, cbj_error **error);
    /* Adds the failure as JSON. `error` may be NULL. */
    void (*failure_json)(jc_text *json, const void *about, const jc_result *judged, const cbj_error *error);
} cloudbackup_question;

/* What the items about an answer, or about a failure, need. */
typedef struct {
    jc_result judged;
    jc_text message; /* after a failure, for an item that has no value */
    jc_text json;    /* everything */
} cloudbackup_judgement;

void cloudbackup_judgement_free(cloudbackup_judgement *judgement);

/* An answer, a failure, or both: an old answer, and the failure for which it stands in. Release it with
 * cloudbackup_answer_free. */
typedef struct {
    int has_answer;
    jc_text answer;
    int has_failed;
    cloudbackup_judgement failure;
} cloudbackup_answer;

/*
 * All items that need the same answer cost one request in CacheSeconds, in whichever worker of the agent they run. If a
 * worker needs an answer that another worker is asking for, it waits for that one. A failure is remembered for 5 seconds.
 */
cloudbackup_answer cloudbackup_ask(const cloudbackup_question *question);
void cloudbackup_answer_free(cloudbackup_answer *answer);
/* For an answer that cannot be used: makes it a failure. */
void cloudbackup_answer_reject(cloudbackup_answer *answer, const cloudbackup_question *question, cbj_status status,
                               const char *message);
/* Takes the failure out of the answer. */
cloudbackup_judgement cloudbackup_answer_failure(cloudbackup_answer *answer);

#endif /* QUESTIONS_H */
