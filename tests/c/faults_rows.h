/*
 * The functions that faults.c lets fail, and the ways in which the manual pages of Linux say that they may.
 */
#ifndef FAULTS_ROWS_H
#define FAULTS_ROWS_H

#include <errno.h>
#include <netdb.h>

#include "faults.h"

#define BROKEN ECONNRESET, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENOBUFS, ENOMEM
#define UNREADABLE EINTR, EIO, ENOMEM
#define NOT_OPENED EINTR, EMFILE, ENFILE, ENOMEM, EACCES, EIO
#define UNKNOWN EIO, ENOMEM

static struct fault_row rows[] = {
    {"socket", {EMFILE, ENFILE, ENOBUFS, ENOMEM, EACCES, EAFNOSUPPORT}, 0},
    {"socketpair", {EMFILE, ENFILE, ENOBUFS, ENOMEM, EAFNOSUPPORT}, 0},
    {"connect", {EINTR, ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, ETIMEDOUT, EADDRNOTAVAIL, EAGAIN, EACCES, ENOBUFS}, 0},
    {"setsockopt", {ENOBUFS, ENOMEM, EINVAL}, 0},
    {"getsockopt", {ENOBUFS, ENOMEM, PENDING - ECONNREFUSED, PENDING - ETIMEDOUT, PENDING - EHOSTUNREACH}, 0},
    {"send", {SHORT_COUNT, EINTR, EAGAIN, BROKEN}, 0},
    {"recv", {SHORT_COUNT, END_OF_INPUT, EINTR, EAGAIN, BROKEN}, 0},
    {"write", {SHORT_COUNT, EINTR, EAGAIN, EIO, BROKEN}, 0},
    {"read", {SHORT_COUNT, END_OF_INPUT, UNREADABLE, ECONNRESET}, 0},
    {"writev", {EINTR, EAGAIN, BROKEN}, 0},
    {"readv", {EINTR, EAGAIN, BROKEN}, 0},
    {"poll", {READY, EINTR, ENOMEM, EINVAL, EAGAIN}, 0},
    {"close", {EINTR, EIO, ENOSPC}, 0},
    {"fcntl", {EMFILE, EINVAL}, 0},
    {"open", {NOT_OPENED}, 0},
    {"open64", {NOT_OPENED}, 0},
    {"opendir", {EMFILE, ENFILE, ENOMEM, EACCES, ENOENT}, 0},
    {"readdir64", {EIO, ENOENT}, 0},
    {"closedir", {EINTR}, 0},
    {"fstat64", {UNKNOWN}, 0},
    {"stat64", {EACCES, UNKNOWN}, 0},
    {"statx", {ENOSYS, EACCES, UNKNOWN}, 0},
    {"lseek64", {ESPIPE, EINVAL}, 0},
    {"readlink", {EINVAL, UNKNOWN}, 0},
    {"realpath", {EACCES, UNKNOWN}, 0},
    {"getcwd", {ENOENT, ERANGE}, 0},
    {"getpeername", {ENOTCONN, ENOBUFS}, 0},
    {"getsockname", {ENOBUFS}, 0},
    {"getaddrinfo", {EAI_AGAIN, EAI_FAIL, EAI_MEMORY, EAI_NONAME, EAI_NODATA, EAI_SYSTEM, EAI_FAMILY, EAI_SERVICE}, 0},
    {"getrandom", {EINTR, ENOSYS, EAGAIN, SHORT_COUNT}, 0},
    {"syscall", {EINTR, EAGAIN, ENOSYS}, 0},
    {"clock_nanosleep", {EINTR}, 0},
    {"pthread_create", {EAGAIN, EPERM, ENOMEM}, 0},
    {"pthread_setname_np", {ERANGE}, 0},
    {"pthread_attr_setstacksize", {EINVAL}, 0},
    {"pthread_setspecific", {ENOMEM}, 0},
    {"pthread_getattr_np", {ENOMEM, EINVAL}, 0},
    {"sigaltstack", {ENOMEM}, 0},
    {"mmap64", {ENOMEM, EAGAIN}, 0},
    {"mprotect", {ENOMEM}, 0},
    {"munmap", {ENOMEM}, 0},
    {"__register_atfork", {ENOMEM}, 0},
    {NULL, {0}, 0},
};

#endif
