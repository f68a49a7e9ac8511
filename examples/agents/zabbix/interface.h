/*
 * interface.h - the agent's side of the module interface, API version 2
 *
 * Written from the published description, without Zabbix's headers. The agent passes pointers to these structures, so only
 * the members up to the last one used here matter.
 */
#ifndef INTERFACE_H
#define INTERFACE_H

#include <stdint.h>

#define ZBX_MODULE_OK 0
#define ZBX_MODULE_API_VERSION 2
#define SYSINFO_RET_OK 0
#define SYSINFO_RET_FAIL 1
#define CF_HAVEPARAMS 1u

/* Which member of a result is set. */
#define AR_UINT64 1
#define AR_DOUBLE 2
#define AR_TEXT 8
#define AR_MESSAGE 32

typedef struct {
    char *key;
    int nparam;
    char **params;
} agent_request;

typedef struct {
    uint64_t lastlogsize;
    uint64_t ui64;
    double dbl;
    char *str;
    char *text;
    char *msg;
    void *log;
    int type;
    int mtime;
} agent_result;

typedef struct {
    const char *key;
    unsigned flags;
    int (*function)(agent_request *request, agent_result *result);
    const char *test_param;
} agent_metric;

int zbx_module_api_version(void);
int zbx_module_init(void);
int zbx_module_uninit(void);
agent_metric *zbx_module_item_list(void);
void zbx_module_item_timeout(int timeout);

#endif /* INTERFACE_H */
