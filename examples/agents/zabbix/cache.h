/*
 * cache.h - answers that all processes of the agent share
 *
 * The agent loads the module once and then forks its workers. The cache is memory that is mapped before the fork.
 */
#ifndef CACHE_H
#define CACHE_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define CLOUDBACKUP_KEY_BYTES 320       /* an id and a location */
#define CLOUDBACKUP_ANSWER_BYTES 65536  /* pages that nobody writes to use no memory */
#define CLOUDBACKUP_FAILURE_BYTES 16384

/* Bytes, and when they were written. */
typedef struct {
    int64_t at_ms; /* of the clock that nobody sets; 0: there are none */
    size_t length;
} cloudbackup_entry;

/* What is known about one question to the service. */
typedef struct {
    pthread_mutex_t lock;            /* held while its owner asks the service */
    char key[CLOUDBACKUP_KEY_BYTES]; /* changed only with the cache's lock and this lock held */
    int64_t used_ms;
    cloudbackup_entry answered; /* the last answer */
    cloudbackup_entry failed;   /* why there has been none since */
    char answer[CLOUDBACKUP_ANSWER_BYTES];
    char failure[CLOUDBACKUP_FAILURE_BYTES];
} cloudbackup_slot;

typedef enum {
    CLOUDBACKUP_SLOT_TAKEN, /* the caller holds the lock, and gives it back with cloudbackup_slot_release */
    CLOUDBACKUP_SLOT_BUSY,  /* another process held the lock all the time */
    CLOUDBACKUP_SLOT_REUSED /* the slot belongs to another key now */
} cloudbackup_slot_state;

/* Without memory to share there is no cache, and every item asks the service. */
void cloudbackup_cache_make(void);
/* Unmaps the cache in this process. Others may still use it. */
void cloudbackup_cache_leave(void);

/* The slot of a key, which may have belonged to another key before. NULL: no cache, or all slots are in use. */
cloudbackup_slot *cloudbackup_slot_of(const char *key, int64_t now_ms);
/* Waits up to `wait_ms` for the lock. */
cloudbackup_slot_state cloudbackup_slot_take(cloudbackup_slot *slot, const char *key, int64_t wait_ms);
void cloudbackup_slot_release(cloudbackup_slot *slot);

/* For the one that holds the lock. Bytes that do not fit are not kept, and an earlier answer is forgotten then. */
void cloudbackup_slot_keep_answer(cloudbackup_slot *slot, const char *bytes, size_t length, int64_t now_ms);
void cloudbackup_slot_keep_failure(cloudbackup_slot *slot, const char *bytes, size_t length, int64_t now_ms);

#endif /* CACHE_H */
