/* A host that changes its environment after it has made a client. It makes two calls through the proxy that was set
 * before (the third argument), and none through the one that is set later (the fourth).
 *
 *     ./proxy_once BASE_URL JOB_ID PROXY OTHER_PROXY */

#include <stdio.h>
#include <stdlib.h>

#include "cloudbackupjobs.h"

int main(int argc, char **argv)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_error *error = NULL;
    int call;

    if (argc < 5 || setenv("HTTPS_PROXY", argv[3], 1) != 0) {
        return 2;
    }
    cbj_config_set_base_url(config, argv[1]);
    cbj_config_set_access_token(config, "token");
    cbj_config_set_max_retries(config, 0);
    if (cbj_client_new(config, &client, &error) != CBJ_OK) {
        fprintf(stderr, "%s\n", cbj_error_message(error));
        return 1;
    }
    for (call = 0; call < 2; call++) {
        cbj_job *job = NULL;
        if (setenv("HTTPS_PROXY", argv[4], 1) != 0) {
            return 2;
        }
        /* No server answers at the end of the tunnel. */
        if (cbj_client_get_job(client, argv[2], NULL, &job, &error) == CBJ_OK) {
            return 1;
        }
        cbj_error_free(error);
        unsetenv("HTTPS_PROXY");
    }
    cbj_client_free(client);
    cbj_config_free(config);
    return 0;
}
