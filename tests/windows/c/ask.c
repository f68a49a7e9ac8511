/*
 * Asks for one job and prints the status, and the id of the job or the message of the error.
 *
 * Arguments, in the order in which they are applied: NAME=VALUE sets an option, "env" loads the environment, @FILE loads a
 * file, +NAME=VALUE sets a variable of the environment of the process while it runs. "times=N" asks N times.
 * The arguments are read as UTF-16 and passed on as UTF-8, as a program for Windows must do it.
 */
#include <string.h>

#include "guest.h"

#include <shellapi.h>

#define MOST_TEXT 4096

static int times = 1;

static cbj_status apply(cbj_config *config, char *argument, const wchar_t *wide, cbj_error **error)
{
    char *value = strchr(argument, '=');

    if (argument[0] == '@')
        return cbj_config_load_file(config, argument + 1, error);
    if (strcmp(argument, "env") == 0)
        return cbj_config_load_env(config, error);
    CHECK(value != NULL);
    *value++ = '\0';
    if (argument[0] == '+') {
        wchar_t name[MOST_TEXT];
        const wchar_t *wide_value = wcschr(wide, L'=');
        size_t length = (size_t)(wide_value - wide) - 1;

        memcpy(name, wide + 1, length * sizeof *name);
        name[length] = L'\0';
        CHECK(SetEnvironmentVariableW(name, wide_value + 1));
        return CBJ_OK;
    }
    if (strcmp(argument, "times") == 0) {
        times = atoi(value);
        return CBJ_OK;
    }
    return cbj_config_set_option(config, argument, value, error);
}

static void print(cbj_status status, const cbj_job *job, const cbj_error *error)
{
    printf("%s %s\n", cbj_status_name(status), status == CBJ_OK ? cbj_job_id(job) : cbj_error_message(error));
}

int main(void)
{
    int count = 0;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &count);
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_error *error = NULL;
    cbj_status status = CBJ_OK;
    int i;

    CHECK(arguments != NULL);
    for (i = 1; i < count && status == CBJ_OK; i++) {
        char text[MOST_TEXT];

        CHECK(WideCharToMultiByte(CP_UTF8, 0, arguments[i], -1, text, sizeof text, NULL, NULL) != 0);
        status = apply(config, text, arguments[i], &error);
    }
    if (status == CBJ_OK)
        status = cbj_client_new(config, &client, &error);
    if (status != CBJ_OK)
        print(status, NULL, error);
    for (i = 0; client != NULL && i < times; i++) {
        cbj_job *job = NULL;

        cbj_error_free(error);
        status = cbj_client_get_job(client, JOB_ID, NULL, &job, &error);
        print(status, job, error);
        cbj_job_free(job);
    }
    cbj_error_free(error);
    cbj_client_free(client);
    cbj_config_free(config);
    LocalFree(arguments);
    return 0;
}
