/*
 * A host that shares its process with the library.
 *
 * Promised: no call changes what the host can see of its process: error mode, folder, environment, locale, code pages, the
 * control words of floating point, timer resolution, priorities, the handler of last resort, standard handles; no window is
 * made. After the calls there are as many threads and handles as before.
 *
 * The server at CBJ_BASE_URL answers as the service does, but breaks the connection in the second call. With an argument the
 * program changes what the argument names instead of calling, and must fail.
 */
#include "state.h"

static void call_everything(const char *failing_url)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = client_of_environment(10000);
    cbj_client *other = share(client);
    cbj_error *error = NULL;

    CHECK(cbj_config_load_env(config, &error) == CBJ_OK && error == NULL);
    CHECK(cbj_config_load_file(config, "no-such-file.json", &error) == CBJ_ERROR_CONFIG);
    cbj_error_free(error);
    cbj_config_free(config);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    CHECK(ask(other, "list", CBJ_OK) == CBJ_OK);
    CHECK(ask(client, "summarize", CBJ_OK) == CBJ_OK);
    cbj_client_cancel(other);
    CHECK(call(other, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
    cbj_client_free(client);
    cbj_client_free(other);

    config = cbj_config_new();
    cbj_config_set_base_url(config, failing_url);
    cbj_config_set_access_token(config, "token");
    cbj_config_set_max_retries(config, 0);
    cbj_config_set_trust(config, CBJ_TRUST_SYSTEM);
    CHECK(cbj_client_new(config, &client, NULL) == CBJ_OK);
    CHECK(call(client, CBJ_ERROR_NETWORK) == CBJ_ERROR_NETWORK);
    cbj_client_free(client);
    cbj_config_set_base_url(config, "https://nobody.invalid");
    CHECK(cbj_client_new(config, &client, NULL) == CBJ_OK);
    CHECK(call(client, CBJ_ERROR_RESOLVE) == CBJ_ERROR_RESOLVE);
    cbj_client_free(client);
    cbj_config_free(config);
}

int main(int argc, char **argv)
{
    static struct state before, after;
    int threads, handles;

    /* What Windows itself loads and starts at the first use of names, sockets and certificates stays. */
    call_everything(getenv("FAILING_URL"));
    note(&before);
    threads = count_threads();
    handles = count_handles();
    if (argc > 1)
        CHECK(disturb(argv[1]));
    else
        call_everything(getenv("FAILING_URL"));
    note(&after);
    CHECK(is_unchanged(&before, &after));
    CHECK(settles_at(threads, handles));
    return 0;
}
