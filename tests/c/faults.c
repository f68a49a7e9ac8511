/*
 * For LD_PRELOAD: functions of the C library that fail where the program says so (faults.h). Only the calls of the
 * library under test are counted: those that come from its code.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"
#include "faults_rows.h"

struct faults faults = {.rows = rows};

static struct fault_row *row_of(const char *function)
{
    struct fault_row *row = rows;

    while (strcmp(row->function, function) != 0)
        row++;
    if (row->next == NULL)
        row->next = dlsym(RTLD_NEXT, function);
    return row;
}

/* At once for all, because the loader's lock may be held at a fork. */
__attribute__((constructor)) static void find_all(void)
{
    struct fault_row *row;

    for (row = rows; row->function != NULL; row++)
        row_of(row->function);
}

/* The way in which this call fails; 0 if it does not. */
static int way_of(const char *function, const void *caller)
{
    const char *place = caller;
    int i;

    if (place < faults.from || place >= faults.to)
        return 0;
    for (i = 0; i < MOST_PLANS; i++) {
        struct fault_plan *plan = &faults.plans[i];
        long call;

        if (plan->function == NULL || strcmp(plan->function, function) != 0)
            continue;
        call = __atomic_add_fetch(&plan->calls, 1, __ATOMIC_SEQ_CST);
        if (call >= plan->first && call - plan->first < plan->times) {
            __atomic_add_fetch(&plan->hits, 1, __ATOMIC_SEQ_CST);
            return plan->way;
        }
    }
    return 0;
}

#define BEGIN(type, name, parameters) \
    type(*next) parameters; \
    int way = way_of(#name, __builtin_return_address(0)); \
    *(void **)&next = row_of(#name)->next

/* Functions that set errno and return `failed`. */
#define SETS_ERRNO(type, failed, name, parameters, arguments) \
    type name parameters \
    { \
        BEGIN(type, name, parameters); \
        if (way > 0) { \
            errno = way; \
            return failed; \
        } \
        return next arguments; \
    }

/* Functions that return the number of the error. */
#define RETURNS_ERROR(name, parameters, arguments) \
    int name parameters \
    { \
        BEGIN(int, name, parameters); \
        return way != 0 ? way : next arguments; \
    }

/* Functions that have done their work even if they report an error. */
#define ENDS_ANYWAY(name, parameters, arguments) \
    int name parameters \
    { \
        int result; \
        BEGIN(int, name, parameters); \
        result = next arguments; \
        if (way > 0) { \
            errno = way; \
            result = -1; \
        } \
        return result; \
    }

/* Functions that transfer bytes. */
#define TRANSFERS(name, parameters, arguments) \
    ssize_t name parameters \
    { \
        BEGIN(ssize_t, name, parameters); \
        if (way > 0) { \
            errno = way; \
            return -1; \
        } \
        if (way == END_OF_INPUT) \
            return 0; \
        if (way == SHORT_COUNT && size > 1) \
            size = 1; \
        return next arguments; \
    }

SETS_ERRNO(int, -1, socket, (int domain, int type, int protocol), (domain, type, protocol))
SETS_ERRNO(int, -1, socketpair, (int domain, int type, int protocol, int pair[2]), (domain, type, protocol, pair))
SETS_ERRNO(int, -1, setsockopt, (int fd, int level, int name, const void *value, socklen_t size),
           (fd, level, name, value, size))
SETS_ERRNO(ssize_t, -1, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
SETS_ERRNO(ssize_t, -1, readv, (int fd, const struct iovec *parts, int count), (fd, parts, count))
SETS_ERRNO(DIR *, NULL, opendir, (const char *path), (path))
SETS_ERRNO(struct dirent64 *, NULL, readdir64, (DIR *folder), (folder))
SETS_ERRNO(int, -1, fstat64, (int fd, struct stat64 *status), (fd, status))
SETS_ERRNO(int, -1, stat64, (const char *restrict path, struct stat64 *restrict status), (path, status))
SETS_ERRNO(int, -1, statx, (int fd, const char *restrict path, int flags, unsigned mask, struct statx *restrict status),
           (fd, path, flags, mask, status))
SETS_ERRNO(off64_t, -1, lseek64, (int fd, off64_t offset, int whence), (fd, offset, whence))
SETS_ERRNO(ssize_t, -1, readlink, (const char *restrict path, char *restrict to, size_t size), (path, to, size))
SETS_ERRNO(char *, NULL, realpath, (const char *restrict path, char *restrict to), (path, to))
SETS_ERRNO(char *, NULL, getcwd, (char *to, size_t size), (to, size))
SETS_ERRNO(int, -1, getpeername, (int fd, __SOCKADDR_ARG to, socklen_t *restrict size), (fd, to, size))
SETS_ERRNO(int, -1, getsockname, (int fd, __SOCKADDR_ARG to, socklen_t *restrict size), (fd, to, size))
SETS_ERRNO(int, -1, sigaltstack, (const stack_t *restrict new, stack_t *restrict old), (new, old))
SETS_ERRNO(void *, MAP_FAILED, mmap64, (void *at, size_t size, int access, int flags, int fd, off64_t from),
           (at, size, access, flags, fd, from))
SETS_ERRNO(int, -1, mprotect, (void *at, size_t size, int access), (at, size, access))
SETS_ERRNO(int, -1, munmap, (void *at, size_t size), (at, size))

RETURNS_ERROR(clock_nanosleep, (clockid_t clock, int flags, const struct timespec *time, struct timespec *left),
              (clock, flags, time, left))
RETURNS_ERROR(pthread_create,
              (pthread_t *restrict to, const pthread_attr_t *restrict how, void *(*body)(void *), void *restrict with),
              (to, how, body, with))
RETURNS_ERROR(pthread_setname_np, (pthread_t thread, const char *name), (thread, name))
RETURNS_ERROR(pthread_attr_setstacksize, (pthread_attr_t *how, size_t size), (how, size))
RETURNS_ERROR(pthread_setspecific, (pthread_key_t key, const void *value), (key, value))
RETURNS_ERROR(pthread_getattr_np, (pthread_t thread, pthread_attr_t *how), (thread, how))
RETURNS_ERROR(__register_atfork, (void (*before)(void), void (*parent)(void), void (*child)(void), void *of),
              (before, parent, child, of))

ENDS_ANYWAY(close, (int fd), (fd))
ENDS_ANYWAY(closedir, (DIR *folder), (folder))

TRANSFERS(recv, (int fd, void *bytes, size_t size, int flags), (fd, bytes, size, flags))
TRANSFERS(write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
TRANSFERS(read, (int fd, void *bytes, size_t size), (fd, bytes, size))
TRANSFERS(getrandom, (void *bytes, size_t size, unsigned flags), (bytes, size, flags))

/* A socket of this machine alone. Its `send` says EAGAIN only if its buffer is full, and nothing of hosts. */
static int is_local(int fd)
{
    int (*next)(int, int, int, void *, socklen_t *);
    int domain = AF_UNSPEC;
    socklen_t size = sizeof domain;

    *(void **)&next = row_of("getsockopt")->next;
    return next(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    BEGIN(ssize_t, send, (int, const void *, size_t, int));
    if (way > 0 && !((way == EAGAIN || way == ETIMEDOUT || way == EHOSTUNREACH) && is_local(fd))) {
        errno = way;
        return -1;
    }
    return next(fd, bytes, way == SHORT_COUNT ? 1 : size, flags);
}

/* After a signal the attempt to connect goes on. */
int connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t size)
{
    BEGIN(int, connect, (int, __CONST_SOCKADDR_ARG, socklen_t));
    if (way == EINTR)
        next(fd, to, size);
    if (way > 0) {
        errno = way;
        return -1;
    }
    return next(fd, to, size);
}

int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict size)
{
    int result;
    BEGIN(int, getsockopt, (int, int, int, void *, socklen_t *));

    if (way > 0) {
        errno = way;
        return -1;
    }
    result = next(fd, level, name, value, size);
    if (way <= PENDING && level == SOL_SOCKET && name == SO_ERROR)
        *(int *)value = PENDING - way;
    return result;
}

int poll(struct pollfd *watches, nfds_t count, int timeout)
{
    nfds_t i;
    BEGIN(int, poll, (struct pollfd *, nfds_t, int));

    if (way > 0) {
        errno = way;
        return -1;
    }
    if (way != READY)
        return next(watches, count, timeout);
    for (i = 0; i < count; i++)
        watches[i].revents = watches[i].events;
    return (int)count;
}

static int open_as(const char *name, int way, const char *path, int flags, mode_t mode)
{
    int (*next)(const char *, int, ...);

    *(void **)&next = row_of(name)->next;
    if (way > 0) {
        errno = way;
        return -1;
    }
    return next(path, flags, mode);
}

#define OPENS(name) \
    int name(const char *path, int flags, ...) \
    { \
        va_list arguments; \
        mode_t mode = 0; \
        if ((flags & O_CREAT) != 0) { \
            va_start(arguments, flags); \
            mode = va_arg(arguments, mode_t); \
            va_end(arguments); \
        } \
        return open_as(#name, way_of(#name, __builtin_return_address(0)), path, flags, mode); \
    }

OPENS(open)
OPENS(open64)

int fcntl(int fd, int command, ...)
{
    va_list arguments;
    long argument;
    BEGIN(int, fcntl, (int, int, long));

    va_start(arguments, command);
    argument = va_arg(arguments, long);
    va_end(arguments);
    if (way > 0) {
        errno = way;
        return -1;
    }
    return next(fd, command, argument);
}

/* Of the calls that have no function of their own, only some can fail as the table says. */
long syscall(long number, ...)
{
    long (*next)(long, ...);
    va_list list;
    long a[6];
    int way = 0;
    long command;
    int is_wait;
    int i;

    *(void **)&next = row_of("syscall")->next;
    va_start(list, number);
    for (i = 0; i < 6; i++)
        a[i] = va_arg(list, long);
    va_end(list);
    /* To wake those that wait for a futex cannot fail. */
    command = a[1] & FUTEX_CMD_MASK;
    is_wait = number == SYS_futex && (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET);
    if (is_wait || number == SYS_getrandom || number == SYS_statx)
        way = way_of("syscall", __builtin_return_address(0));
    /* A futex exists everywhere. */
    if (way > 0 && !(is_wait && way == ENOSYS)) {
        errno = way;
        return -1;
    }
    return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict result)
{
    BEGIN(int, getaddrinfo, (const char *, const char *, const struct addrinfo *, struct addrinfo **));
    if (way == 0)
        return next(name, service, hints, result);
    errno = ENOMEM;
    return way;
}
