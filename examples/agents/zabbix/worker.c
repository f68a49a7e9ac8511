/*
 * worker.c - the client of this process, and the time that it has for an item
 */
#include "worker.h"

#include <stddef.h>

#include "job_check.h"
#include "settings.h"

/* The part of the agent's timeout for sending the answer. */
#define ANSWER_MS 200
/* A request needs at least this long. */
#define LEAST_CALL_MS 100

static cbj_client *own;

int64_t cloudbackup_item_ms(void)
{
    return cloudbackup.timeout_ms > 2 * ANSWER_MS ? cloudbackup.timeout_ms - ANSWER_MS : ANSWER_MS;
}

int64_t cloudbackup_left_ms(int64_t begin_ms)
{
    int64_t left_ms = begin_ms + cloudbackup_item_ms() - jc_monotonic_ms();

    return left_ms >= LEAST_CALL_MS ? left_ms : 0;
}

cbj_status cloudbackup_client(int64_t call_ms, cbj_client **client, cbj_error **error)
{
    cbj_status status = CBJ_OK;

    if (own == NULL)
        status = jc_make_client(cloudbackup.credentials, call_ms, NULL, 0, &own, error);
    if (status == CBJ_OK)
        status = cbj_client_set_timeout_ms(own, call_ms < UINT32_MAX ? (uint32_t)call_ms : UINT32_MAX);
    *client = own;
    return status;
}

void cloudbackup_client_free(void)
{
    cbj_client_free(own);
    own = NULL;
}
