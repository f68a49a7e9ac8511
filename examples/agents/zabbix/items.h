/*
 * items.h - the items of the module
 */
#ifndef ITEMS_H
#define ITEMS_H

#include "interface.h"

/* ---- items.c --------------------------------------------------------------------------------------------------- */

/* cloudbackup.ping */
int cloudbackup_item_ping(agent_request *request, agent_result *result);
/* cloudbackup.service */
int cloudbackup_item_service(agent_request *request, agent_result *result);
/* cloudbackup.job[id,field,<location>] */
int cloudbackup_item_job(agent_request *request, agent_result *result);
/* cloudbackup.job.json[id,<location>] */
int cloudbackup_item_job_json(agent_request *request, agent_result *result);

/* ---- kind_items.c ---------------------------------------------------------------------------------------------- */

/* cloudbackup.kinds.discovery */
int cloudbackup_item_discovery(agent_request *request, agent_result *result);
/* cloudbackup.kind[kind,field] */
int cloudbackup_item_kind(agent_request *request, agent_result *result);
/* cloudbackup.kind.json[kind] */
int cloudbackup_item_kind_json(agent_request *request, agent_result *result);

#endif /* ITEMS_H */
