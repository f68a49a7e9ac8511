/*
 * For LD_PRELOAD: an allocator that fails where the program says so (scarce.h), for Rust and for the C library alike.
 */
#include <errno.h>
#include <stdlib.h>

#include "scarce.h"

/* glibc's own names for its functions: to look them up would allocate. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

struct scarce scarce;

static int fails(size_t size)
{
    long call;

    if (!scarce.is_armed || size <= scarce.larger_than)
        return 0;
    call = __atomic_add_fetch(&scarce.calls, 1, __ATOMIC_SEQ_CST);
    if (call < scarce.first || call - scarce.first >= scarce.times)
        return 0;
    if (__atomic_add_fetch(&scarce.hits, 1, __ATOMIC_SEQ_CST) == 1)
        scarce.size = size;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails(size) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails(count * size) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails(size) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(size) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **to, size_t alignment, size_t size)
{
    if (fails(size))
        return ENOMEM;
    *to = __libc_memalign(alignment, size);
    return *to != NULL ? 0 : ENOMEM;
}
