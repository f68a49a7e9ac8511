/*
 * Counts heap allocations: loaded with LD_PRELOAD, it stands before the C library's functions, and writes the number to
 * standard error when the process ends. A realloc counts as one, for it may be one.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>

static unsigned long count;

static void counted(void)
{
    __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
}

/* Looked up by the first call, for that may come before any constructor has run. */
#define NEXT(result, name, parameters) \
    static result(*next) parameters; \
    if (next == NULL) \
        *(void **)&next = dlsym(RTLD_NEXT, name)

void *malloc(size_t size)
{
    NEXT(void *, "malloc", (size_t));
    counted();
    return next(size);
}

void *calloc(size_t items, size_t size)
{
    NEXT(void *, "calloc", (size_t, size_t));
    counted();
    return next(items, size);
}

void *realloc(void *memory, size_t size)
{
    NEXT(void *, "realloc", (void *, size_t));
    counted();
    return next(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    NEXT(void *, "aligned_alloc", (size_t, size_t));
    counted();
    return next(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    NEXT(int, "posix_memalign", (void **, size_t, size_t));
    counted();
    return next(memory, alignment, size);
}

__attribute__((destructor)) static void tell(void)
{
    fprintf(stderr, "allocations %lu\n", count);
}
