/* Retrieves a job with the configuration of the environment and, if there is a second argument, of the file that it
 * names. Prints the job's state, or the status and the message. With a third argument, a level, it logs to stderr.
 *
 *     CBJ_BASE_URL=... CBJ_ACCESS_TOKEN=... ./fetch FB20241015105312327583 [options.json [4]]
 *
 * An empty second argument names no file. */

#include <stdio.h>
#include <stdlib.h>

#include "cloudbackupjobs.h"

static void log_line(void *user_data, cbj_log_level level, const char *message)
{
    fprintf((FILE *)user_data, "%d %s\n", (int)level, message);
}

static int fail(cbj_error *error)
{
    printf("%s: %s\n", cbj_status_name(cbj_error_status(error)), cbj_error_message(error));
    return 1;
}

int main(int argc, char **argv)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    int result = 0;

    if (argc > 3) {
        cbj_config_set_log(config, log_line, stderr, atoi(argv[3]));
    }
    if (cbj_config_load_env(config, &error) != CBJ_OK ||
        (argc > 2 && *argv[2] != '\0' && cbj_config_load_file(config, argv[2], &error) != CBJ_OK) ||
        cbj_client_new(config, &client, &error) != CBJ_OK ||
        cbj_client_get_job(client, argc > 1 ? argv[1] : "", NULL, &job, &error) != CBJ_OK) {
        result = fail(error);
    } else {
        printf("%s\n", cbj_job_state_text(job));
    }
    cbj_error_free(error);
    cbj_job_free(job);
    cbj_client_free(client);
    cbj_config_free(config);
    return result;
}
