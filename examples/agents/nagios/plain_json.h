/*
 * plain_json.h - a result without numbers as JSON
 */
#ifndef PLAIN_JSON_H
#define PLAIN_JSON_H

#include "job_check.h"

/* {"verdict":0,"verdict_text":"OK","status":"CBJ_OK","summary":"API answers"} and a line break. The module for Zabbix has
 * the same in its item cloudbackup.service. */
void plain_json_add(jc_text *text, const jc_result *result);

#endif /* PLAIN_JSON_H */
