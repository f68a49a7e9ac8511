/*
 * Retrieves a job and prints how many KiB of memory the process then has resident. Arguments: base URL, CA file, job
 * id.
 */
#include <stdio.h>
#include <string.h>

#include "cloudbackupjobs.h"

static int print_resident(void)
{
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    long kib = -1;

    if (status == NULL)
        return 1;
    while (fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, "VmRSS:", 6) == 0 && sscanf(line + 6, "%ld", &kib) != 1)
            kib = -1;
    fclose(status);
    printf("%ld\n", kib);
    return kib < 0;
}

int main(int argc, char **argv)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    int exit_status = 1;

    if (argc == 4 && cbj_config_set_base_url(config, argv[1]) == CBJ_OK &&
        cbj_config_set_ca_file(config, argv[2]) == CBJ_OK &&
        cbj_config_set_access_token(config, "token") == CBJ_OK) {
        if (cbj_client_new(config, &client, &error) == CBJ_OK &&
            cbj_client_get_job(client, argv[3], NULL, &job, &error) == CBJ_OK)
            exit_status = print_resident();
        else
            fprintf(stderr, "%s\n", cbj_error_message(error));
    }
    cbj_error_free(error);
    cbj_job_free(job);
    cbj_client_free(client);
    cbj_config_free(config);
    return exit_status;
}
