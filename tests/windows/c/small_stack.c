/*
 * A host that calls on threads with little stack.
 *
 * Promised: 64 KiB are enough to make a client, do a TLS handshake, and get a job, a list, a summary or an error.
 *
 * wine gives every thread 1 MiB at least, so a small stack would prove nothing. The program measures instead: it fills the
 * unused stack with a pattern, calls, and looks how much of the pattern is left. Some of the 64 KiB are left to Windows, for
 * the start of the thread and the page that guards the end.
 */
#include <string.h>

#include "guest.h"

#define PATTERN 0x5a
#define PAINTED (256 * 1024)
#define PROMISED ((64 - 12) * 1024)

/* The end of what is painted. The first byte that a call changes is above it. */
static uintptr_t painted;

/* Not inlined: what it has painted must be below the frames of the calls. */
static __attribute__((noinline)) void paint(void)
{
    volatile unsigned char unused[PAINTED];
    size_t i;

    for (i = 0; i < sizeof unused; i++)
        unused[i] = PATTERN;
    painted = (uintptr_t)unused;
}

static DWORD WINAPI thread_main(void *used)
{
    const volatile unsigned char *bytes;
    size_t unused = 0;

    paint();
    call_in_every_way();
    bytes = (const volatile unsigned char *)painted;
    while (unused < PAINTED && bytes[unused] == PATTERN)
        unused++;
    *(size_t *)used = PAINTED - unused;
    return 0;
}

int main(void)
{
    size_t used = 0;

    join(start_thread(thread_main, &used));
    if (used > PROMISED)
        fprintf(stderr, "%u bytes of stack\n", (unsigned)used);
    /* Less would mean that it was not measured. */
    CHECK(used > 4096 && used <= PROMISED);
    return 0;
}
