/*
 * client.c - the client of an agent
 */
#include "job_check.h"

cbj_status jc_make_client(const char *config_file, int64_t timeout_ms, cbj_log_fn log, cbj_log_level level,
                          cbj_client **client, cbj_error **error)
{
    cbj_config *config = cbj_config_new();
    cbj_status status = cbj_config_load_env(config, error);

    *client = NULL;
    if (status == CBJ_OK && config_file != NULL)
        status = cbj_config_load_file(config, config_file, error);
    if (status == CBJ_OK && log != NULL)
        status = cbj_config_set_log(config, log, NULL, level);
    if (status == CBJ_OK) {
        /* The library refuses 0. */
        cbj_config_set_timeout_ms(config, timeout_ms < 1 ? 1 : timeout_ms < UINT32_MAX ? (uint32_t)timeout_ms : UINT32_MAX);
        status = cbj_client_new(config, client, error);
    }
    cbj_config_free(config);
    return status;
}
