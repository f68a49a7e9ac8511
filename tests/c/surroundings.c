/*
 * A host with an unusual process: the standard streams are closed, the locale writes numbers with a comma, the working
 * folder was deleted, and there is a mask for new files.
 *
 * Promised: the library works there and changes none of it. It writes to none of the first three descriptors, changes
 * no signal handler (SIGPIPE's neither), and leaves no descriptor open for a program that is started by exec.
 *
 * The server at CBJ_BASE_URL answers with a job, then breaks as many connections as one call makes while the request is
 * sent, then answers as the service does.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

extern char **environ;

#define MOST_DESCRIPTORS 256

static char inherited[MOST_DESCRIPTORS];

static void look_what_is_inherited(void)
{
    int descriptor;

    for (descriptor = 3; descriptor < MOST_DESCRIPTORS; descriptor++)
        inherited[descriptor] = fcntl(descriptor, F_GETFD) >= 0;
}

/* Whether the host's output fails, as it must. */
static int standard_streams_are_closed(void)
{
    return write(0, "x", 1) < 0 && write(1, "x", 1) < 0 && fcntl(0, F_GETFD) < 0 && fcntl(1, F_GETFD) < 0 &&
           fcntl(2, F_GETFD) < 0;
}

/* Descriptors were opened since, and all of them are closed on exec. */
static int all_close_on_exec(void)
{
    int opened = 0;
    int descriptor;

    for (descriptor = 0; descriptor < MOST_DESCRIPTORS; descriptor++) {
        int flags = fcntl(descriptor, F_GETFD);

        if (flags < 0 || inherited[descriptor])
            continue;
        if (!(flags & FD_CLOEXEC))
            return 0;
        opened++;
    }
    return opened > 0;
}

static size_t environment_size(void)
{
    size_t size = 0;
    char **entry;

    for (entry = environ; *entry != NULL; entry++)
        size += strlen(*entry) + 1;
    return size;
}

static int has_default_handlers(void)
{
    int number;

    for (number = 1; number < 32; number++) {
        struct sigaction action;

        if (sigaction(number, NULL, &action) != 0 || action.sa_handler != SIG_DFL)
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    char folder[] = "gone-XXXXXX";
    char path[32];
    size_t environment = environment_size();
    char *locale;
    cbj_client *client, *other;
    int number;

    (void)argv;
    CHECK(argc == 1);
    /* Whoever started the tests may ignore signals: nohup does, and a shell for programs in the background. */
    for (number = 1; number < 32; number++)
        signal(number, SIG_DFL);
    look_what_is_inherited();
    client = client_of_environment(10000);
    /* Any of these that is installed; without one, the locale stays "C". */
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        setlocale(LC_ALL, "C.UTF-8");
    locale = strdup(setlocale(LC_ALL, NULL));
    CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0);
    CHECK(snprintf(path, sizeof path, "../%s", folder) > 0 && rmdir(path) == 0);
    umask(0123);
    signal(SIGPIPE, SIG_DFL);
    close(0);
    close(1);
    /* Standard error last, so that earlier failures can be printed. */
    if (has_default_handlers())
        close(2);

    if (call(client, CBJ_OK) != CBJ_OK)
        return 10;
    if (!standard_streams_are_closed())
        return 17;
    if (!all_close_on_exec())
        return 11;
    if (call(client, CBJ_ERROR_NETWORK) != CBJ_ERROR_NETWORK)
        return 12;
    if (call(client, CBJ_OK) != CBJ_OK)
        return 13;
    other = share(client);
    if (ask(other, "list", CBJ_OK) != CBJ_OK || ask(other, "summarize", CBJ_OK) != CBJ_OK ||
        ask(other, "wait", CBJ_OK) != CBJ_OK)
        return 18;
    if (!standard_streams_are_closed() || !all_close_on_exec())
        return 19;
    cbj_client_free(client);
    cbj_client_free(other);
    if (open("/dev/null", O_RDONLY) != 0)
        return 14; /* the lowest number is free again */
    if (strcmp(locale, setlocale(LC_ALL, NULL)) != 0 || environment != environment_size())
        return 15;
    if (umask(0) != 0123 || !has_default_handlers())
        return 16;
    return 0;
}
