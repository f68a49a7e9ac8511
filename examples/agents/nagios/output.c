/*
 * output.c - where the output of check_cloudbackup_job goes
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "job_check.h"

void output_open_streams(void)
{
    int stream;

    for (stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        /* open takes the lowest number that is free. In the other direction reading and writing fail. */
        if (fcntl(stream, F_GETFD) == -1 && errno == EBADF)
            (void)open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

static struct {
    const char *path;       /* NULL: standard output */
    jc_text temporary_path; /* in the same folder */
} destination = {NULL, JC_TEXT_EMPTY};

int output_set_file(const char *path)
{
    /* A collector reads all files whose names end in .prom, so this name must not. */
    jc_text_add(&destination.temporary_path, "%s.%ld.tmp", path, (long)getpid());
    destination.path = path;
    return !destination.temporary_path.is_cut;
}

const char *output_name(void)
{
    return destination.path != NULL ? destination.path : "standard output";
}

static int write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);

        if (written < 0 && errno != EINTR)
            return 0;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return 1;
}

int output_write(const char *bytes, size_t length)
{
    const char *temporary_path = destination.temporary_path.bytes;
    int descriptor;
    int failure;

    if (destination.path == NULL)
        return write_all(STDOUT_FILENO, bytes, length);
    /* A run that was killed may have left a file with this name. O_EXCL does not follow a link. */
    (void)unlink(temporary_path);
    descriptor = open(temporary_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return 0;
    /* A reader of the file always finds the whole old or the whole new one. */
    if (write_all(descriptor, bytes, length) && close(descriptor) == 0 && rename(temporary_path, destination.path) == 0)
        return 1;
    failure = errno;
    (void)unlink(temporary_path);
    errno = failure;
    return 0;
}

void output_end(void)
{
    jc_text_free(&destination.temporary_path);
    destination.path = NULL;
}
