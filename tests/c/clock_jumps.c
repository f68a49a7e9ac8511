/* A host on a machine whose clock is set forwards and backwards between its calls. tests/c/wall_clock.c must be loaded
 * before the C library.
 *
 *     LD_PRELOAD=wall_clock.so ./clock_jumps BASE_URL IDENTITY_URL JOB_ID */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cloudbackupjobs.h"

#define HOUR 3600L

int main(int argc, char **argv)
{
    static const long OFFSETS[] = {0, HOUR, -HOUR, 10 * 365 * 24 * HOUR, -10 * 365 * 24 * HOUR, 59, 0};
    long *offset = dlsym(RTLD_DEFAULT, "wall_clock_offset_seconds");
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_error *error = NULL;
    size_t jobs = 0;

    if (argc < 4 || offset == NULL) {
        fprintf(stderr, "the clock is not ours to set\n");
        return 2;
    }
    cbj_config_set_base_url(config, argv[1]);
    cbj_config_set_identity_url(config, argv[2]);
    cbj_config_set_client_secret(config, "id", "secret");
    if (cbj_client_new(config, &client, &error) == CBJ_OK) {
        time_t now = time(NULL);
        struct timespec moved;
        while (jobs < sizeof OFFSETS / sizeof *OFFSETS && error == NULL) {
            cbj_job *job = NULL;
            *offset = OFFSETS[jobs];
            clock_gettime(CLOCK_REALTIME, &moved);
            if (OFFSETS[jobs] != 0 && labs(moved.tv_sec - now - OFFSETS[jobs]) > 30) {
                fprintf(stderr, "the clock did not move\n");
                return 2;
            }
            if (cbj_client_get_job(client, argv[3], NULL, &job, &error) == CBJ_OK) {
                jobs++;
            }
            cbj_job_free(job);
        }
    }
    if (error != NULL) {
        fprintf(stderr, "%s\n", cbj_error_message(error));
    }
    printf("%lu jobs\n", (unsigned long)jobs);
    cbj_error_free(error);
    cbj_client_free(client);
    cbj_config_free(config);
    return jobs == sizeof OFFSETS / sizeof *OFFSETS ? 0 : 1;
}
