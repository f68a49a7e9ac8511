/*
 * service.h - whether the service answers
 */
#ifndef SERVICE_H
#define SERVICE_H

#include "job_check.h"

/* Adds the answer as JSON: verdict, verdict_text, status and summary. */
void cloudbackup_ask_service(jc_text *json);

#endif /* SERVICE_H */
