/*
 * bcryptprimitives.dll for a wine that has none, such as wine 8. Every Windows since 7 has it. Rust's standard library takes
 * random numbers from its function ProcessPrng, and a program that is linked with it does not start without the DLL.
 *
 * For tests only: packaging/wine/run puts it into the prefix of wine.
 */
#include <windows.h>

#include <ntsecapi.h>

/* The most that RtlGenRandom is asked for at once: it counts in 32 bits. */
#define LARGEST 0x10000000u

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T size);

BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T size)
{
    while (size > 0) {
        ULONG part = size < LARGEST ? (ULONG)size : LARGEST;

        if (!RtlGenRandom(data, part))
            return FALSE;
        data += part;
        size -= part;
    }
    return TRUE;
}
