/*
 * items.h - the items of the module
 */
#ifndef ITEMS_H
#define ITEMS_H

#include "interface.h"

/* cloudbackup.ping */
int cloudbackup_item_ping(agent_request *request, agent_result *result);
/* cloudbackup.job[id,field,<location>] */
int cloudbackup_item_job(agent_request *request, agent_result *result);
/* cloudbackup.job.json[id,<location>] */
int cloudbackup_item_json(agent_request *request, agent_result *result);

#endif /* ITEMS_H */
