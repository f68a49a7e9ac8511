/*
 * cache.c - answers that all processes of the agent share
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#endif

#include "cache.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "job_check.h"

#define SLOTS 128
/* No process holds the cache's lock for long. */
#define CACHE_LOCK_MS 200

typedef struct {
    pthread_mutex_t lock; /* of the slots' keys */
    cloudbackup_slot slots[SLOTS];
} shared_cache;

static shared_cache *cache;

/* If a process ends while it holds a lock, the next one gets the lock and EOWNERDEAD, with the data as they are. */
static int take_lock(pthread_mutex_t *lock, int64_t wait_ms)
{
    struct timespec end;
    int outcome;

    jc_set_timespec(&end, jc_wall_ms() + wait_ms);
    outcome = wait_ms > 0 ? pthread_mutex_timedlock(lock, &end) : pthread_mutex_trylock(lock);
    if (outcome == EOWNERDEAD)
        return pthread_mutex_consistent(lock) == 0 ? EOWNERDEAD : -1;
    return outcome;
}

static int is_taken(int outcome)
{
    return outcome == 0 || outcome == EOWNERDEAD;
}

void cloudbackup_cache_make(void)
{
    pthread_mutexattr_t attributes;
    void *memory = mmap(NULL, sizeof *cache, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t i;

    if (memory == MAP_FAILED)
        return;
    cache = (shared_cache *)memory;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&cache->lock, &attributes);
    for (i = 0; i < SLOTS; i++)
        pthread_mutex_init(&cache->slots[i].lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

void cloudbackup_cache_leave(void)
{
    if (cache != NULL)
        (void)munmap(cache, sizeof *cache);
    cache = NULL;
}

static void forget(cloudbackup_slot *slot)
{
    slot->answered.at_ms = 0;
    slot->failed.at_ms = 0;
}

cloudbackup_slot *cloudbackup_slot_of(const char *key, int64_t now_ms)
{
    cloudbackup_slot *oldest = NULL;
    cloudbackup_slot *found = NULL;
    size_t i;

    if (cache == NULL || strlen(key) >= CLOUDBACKUP_KEY_BYTES || !is_taken(take_lock(&cache->lock, CACHE_LOCK_MS)))
        return NULL;
    for (i = 0; i < SLOTS && found == NULL; i++) {
        cloudbackup_slot *at = &cache->slots[i];

        if (strcmp(at->key, key) == 0)
            found = at;
        else if (oldest == NULL || at->used_ms < oldest->used_ms)
            oldest = at;
    }
    if (found == NULL && oldest != NULL && is_taken(take_lock(&oldest->lock, 0))) {
        found = oldest;
        memcpy(found->key, key, strlen(key) + 1);
        forget(found);
        pthread_mutex_unlock(&found->lock);
    }
    if (found != NULL)
        found->used_ms = now_ms;
    pthread_mutex_unlock(&cache->lock);
    return found;
}

cloudbackup_slot_state cloudbackup_slot_take(cloudbackup_slot *slot, const char *key, int64_t wait_ms)
{
    int outcome = take_lock(&slot->lock, wait_ms);

    if (!is_taken(outcome))
        return CLOUDBACKUP_SLOT_BUSY;
    /* The process that ended may have written half of its answer. */
    if (outcome == EOWNERDEAD)
        forget(slot);
    if (strcmp(slot->key, key) != 0) {
        pthread_mutex_unlock(&slot->lock);
        return CLOUDBACKUP_SLOT_REUSED;
    }
    return CLOUDBACKUP_SLOT_TAKEN;
}

void cloudbackup_slot_release(cloudbackup_slot *slot)
{
    pthread_mutex_unlock(&slot->lock);
}

static void keep(cloudbackup_entry *entry, char *into, size_t capacity, const char *bytes, size_t length, int64_t now_ms)
{
    entry->at_ms = 0;
    if (length > capacity)
        return;
    memcpy(into, bytes, length);
    entry->length = length;
    entry->at_ms = now_ms;
}

void cloudbackup_slot_keep_answer(cloudbackup_slot *slot, const char *bytes, size_t length, int64_t now_ms)
{
    slot->failed.at_ms = 0;
    keep(&slot->answered, slot->answer, sizeof slot->answer, bytes, length, now_ms);
}

void cloudbackup_slot_keep_failure(cloudbackup_slot *slot, const char *bytes, size_t length, int64_t now_ms)
{
    keep(&slot->failed, slot->failure, sizeof slot->failure, bytes, length, now_ms);
}
