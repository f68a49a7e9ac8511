/*
 * cloudbackup.so - a loadable module for zabbix_agentd: the jobs of Cloud Backup for Microsoft 365 as items
 *
 *     cloudbackup.ping                        1 if the module is configured
 *     cloudbackup.service                     whether the service answers, as JSON
 *     cloudbackup.kinds.discovery             the kinds of jobs that there are, as JSON for low-level discovery
 *     cloudbackup.kind[kind,field]            one field of the last runs of a kind
 *     cloudbackup.kind.json[kind]             all fields as JSON, for dependent items
 *     cloudbackup.job[id,field,<location>]    one field of a job
 *     cloudbackup.job.json[id,<location>]     all fields as JSON, for dependent items
 *
 * README.md says how to build and configure it. This file is what the agent calls. The other files:
 *
 *     interface.h    the agent's side of the interface
 *     items.c        the items about the module, the service and a job
 *     kind_items.c   the items about kinds of jobs
 *     results.c      what an item answers to the agent
 *     jobs.c         a job, judged
 *     last_runs.c    the last runs of a kind, judged
 *     discovery.c    the kinds of jobs that there are
 *     service.c      whether the service answers
 *     questions.c    a question to the service, whose answer all processes share
 *     cache.c        the memory for that
 *     worker.c       the client of a process
 *     settings.c     reads cloudbackup.conf
 *     ../shared/     the verdict on a job or a kind, and its text: see job_check.h
 *
 * All global names begin with "cloudbackup", so that none is taken for a name of the agent, which exports its own.
 */
#include <stddef.h>

#include "cache.h"
#include "interface.h"
#include "items.h"
#include "settings.h"
#include "worker.h"

int zbx_module_api_version(void)
{
    return ZBX_MODULE_API_VERSION;
}

/*
 * Never fails, because then the agent would not start, with all its other items. If the configuration is wrong, every item
 * of this module says so.
 */
int zbx_module_init(void)
{
    cloudbackup_settings_read();
    cloudbackup_cache_make();
    return ZBX_MODULE_OK;
}

int zbx_module_uninit(void)
{
    cloudbackup_client_free();
    cloudbackup_settings_free();
    cloudbackup_cache_leave();
    return ZBX_MODULE_OK;
}

void zbx_module_item_timeout(int timeout)
{
    cloudbackup.timeout_ms = (int64_t)timeout * 1000;
}

agent_metric *zbx_module_item_list(void)
{
    static agent_metric list[] = {
        {"cloudbackup.ping", 0, cloudbackup_item_ping, NULL},
        {"cloudbackup.service", 0, cloudbackup_item_service, NULL},
        {"cloudbackup.kinds.discovery", 0, cloudbackup_item_discovery, NULL},
        {"cloudbackup.kind", CF_HAVEPARAMS, cloudbackup_item_kind, NULL},
        {"cloudbackup.kind.json", CF_HAVEPARAMS, cloudbackup_item_kind_json, NULL},
        {"cloudbackup.job", CF_HAVEPARAMS, cloudbackup_item_job, NULL},
        {"cloudbackup.job.json", CF_HAVEPARAMS, cloudbackup_item_job_json, NULL},
        {NULL, 0, NULL, NULL},
    };

    return list;
}
