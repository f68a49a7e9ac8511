/*
 * For LD_PRELOAD: ends the program with status 77 if a socket gets the number of a standard stream, because whatever the
 * program prints would then go to its peer.
 */
#include <dlfcn.h>
#include <sys/socket.h>
#include <unistd.h>

int socket(int domain, int type, int protocol)
{
    int (*next)(int, int, int);
    int made;

    *(void **)&next = dlsym(RTLD_NEXT, "socket");
    made = next(domain, type, protocol);
    if (made >= 0 && made <= STDERR_FILENO)
        _exit(77);
    return made;
}
