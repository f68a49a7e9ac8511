/*
 * results.h - what an item answers to the agent
 *
 * Each function returns what the item's function returns. A text is copied, and the agent frees the copy.
 */
#ifndef RESULTS_H
#define RESULTS_H

#include <stdint.h>

#include "interface.h"
#include "job_check.h"
#include "questions.h"

/* The item is not supported, and says why. */
int cloudbackup_fail(agent_result *result, const char *message);
/* The same; frees the message. */
int cloudbackup_fail_with(agent_result *result, jc_text *message);
int cloudbackup_answer_text(agent_result *result, const char *text);
/* The same; fails if memory ran out, and frees the text. */
int cloudbackup_answer_with(agent_result *result, jc_text *text);
int cloudbackup_answer_number(agent_result *result, uint64_t number);

/* A parameter of the item; NULL if it is missing or empty. */
const char *cloudbackup_parameter(const agent_request *request, int place);

/* The fields that every answer and every failure has: these five, and no others. */
#define CLOUDBACKUP_COMMON_FIELDS "verdict", "verdict_text", "summary", "details", "status"

/* Whether a name is one of the fields, which end with NULL, or one of the first `metrics` numbers. */
int cloudbackup_is_field(const char *const *fields, size_t metrics, const char *name);
/* The item is not supported, because the name is none of them. */
int cloudbackup_fail_field(agent_result *result, const char *const *fields, size_t metrics, const char *name);

/* These answer -1 if there is no such field, or nothing is known about it. */
int cloudbackup_answer_common(agent_result *result, const char *field, const jc_result *judged);
int cloudbackup_answer_metric(agent_result *result, const char *field, const jc_result *judged);
int cloudbackup_answer_time(agent_result *result, int64_t unix_ms);
/* `text` may be NULL. */
int cloudbackup_answer_known(agent_result *result, const char *text);

#endif /* RESULTS_H */
