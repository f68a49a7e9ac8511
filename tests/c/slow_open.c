/*
 * slow_open.so - a file system that hangs: opening a file whose name ends with "slow.json" takes five seconds
 *
 * Loaded with LD_PRELOAD.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

static int open_late(const char *path, int flags, int mode, const char *name)
{
    static const char ending[] = "slow.json";
    size_t length = strlen(path);
    int (*real)(const char *, int, ...);

    if (length >= sizeof ending - 1 && strcmp(path + length - (sizeof ending - 1), ending) == 0) {
        struct timespec left = {5, 0};

        while (nanosleep(&left, &left) != 0)
            ;
    }
    *(void **)&real = dlsym(RTLD_NEXT, name);
    return real(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    int mode;

    va_start(arguments, flags);
    mode = flags & O_CREAT ? va_arg(arguments, int) : 0;
    va_end(arguments);
    return open_late(path, flags, mode, "open");
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    int mode;

    va_start(arguments, flags);
    mode = flags & O_CREAT ? va_arg(arguments, int) : 0;
    va_end(arguments);
    return open_late(path, flags, mode, "open64");
}
