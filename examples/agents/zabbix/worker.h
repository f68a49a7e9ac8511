/*
 * worker.h - the client of this process, and the time that it has for an item
 */
#ifndef WORKER_H
#define WORKER_H

#include <stdint.h>

#include "cloudbackupjobs.h"

/* How long an item may wait for the service in all. The rest of the agent's timeout is for sending the answer. */
int64_t cloudbackup_item_ms(void);

/* What is left of that time for an item that began at `begin_ms` of the clock that nobody sets; 0: too little to ask. */
int64_t cloudbackup_left_ms(int64_t begin_ms);

/*
 * The client of this process. Its next call may take `call_ms`. This causes no network traffic.
 *
 * If the client cannot be made, it is NULL, and the caller frees the error. Then the next item tries again, so that a
 * corrected file needs no restart of the agent.
 */
cbj_status cloudbackup_client(int64_t call_ms, cbj_client **client, cbj_error **error);
void cloudbackup_client_free(void);

#endif /* WORKER_H */
