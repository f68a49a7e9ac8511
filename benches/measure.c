/*
 * measure - what a program costs from exec to exit: CPU time and peak memory
 *
 *     measure RUNS PROGRAM [ARGUMENT...]
 *
 * Prints microseconds of CPU and KiB of peak memory for each run. Small, because the kernel counts what the parent had in
 * memory at fork as the child's.
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int runs = argc > 2 ? atoi(argv[1]) : 0;

    if (runs < 1) {
        fprintf(stderr, "usage: measure RUNS PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    while (runs-- > 0) {
        struct rusage used;
        int status;
        pid_t child = fork();

        if (child == 0) {
            int nowhere = open("/dev/null", O_WRONLY);

            dup2(nowhere, STDOUT_FILENO);
            execvp(argv[2], argv + 2);
            _exit(127);
        }
        if (child < 0 || wait4(child, &status, 0, &used) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fprintf(stderr, "measure: %s failed\n", argv[2]);
            return 1;
        }
        printf("%ld %ld\n",
               (long)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec + used.ru_stime.tv_usec,
               used.ru_maxrss);
    }
    return 0;
}
