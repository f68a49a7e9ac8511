/* The library in a C++ program. The linker finds the names only if the header declares them extern "C", and the results
 * are right only if both sides agree on every type. Argument: the version that the library should have. */

#include "cloudbackupjobs.h"

#include <cstring>
#include <iostream>
#include <sstream>
#include <string>

namespace {

int failures = 0;

void expect(bool holds, const char *what)
{
    if (!holds) {
        std::cerr << "not so: " << what << std::endl;
        ++failures;
    }
}

bool is(const char *text, const std::string &expected)
{
    return text != NULL && text == expected;
}

std::string version_of_the_header()
{
    std::ostringstream version;
    version << CBJ_VERSION_MAJOR << '.' << CBJ_VERSION_MINOR << '.' << CBJ_VERSION_PATCH;
    return version.str();
}

void read_a_job()
{
    const char *const envelope =
        "{\"statusCode\":200,\"data\":{\"id\":\"FB1\",\"state\":\"Finished\",\"duration\":\"0.5\","
        "\"backupDetails\":{\"failedCount\":3}}}";
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    expect(cbj_job_parse(envelope, std::strlen(envelope), &job, &error) == CBJ_OK, "the envelope is read");
    expect(job != NULL && error == NULL, "a job and no error");
    expect(is(cbj_job_id(job), "FB1"), "the id is FB1");
    expect(cbj_job_state(job) == CBJ_STATE_FINISHED, "the state is finished");
    expect(cbj_job_duration_hours(job) == 0.5, "it took half an hour");
    expect(cbj_job_failed_count(job) == 3, "three objects failed");
    expect(cbj_job_start_time_ms(job) == CBJ_NO_TIME, "no start was sent");
    cbj_job_free(job);
}

void miss_a_client()
{
    cbj_client *client = NULL;
    cbj_error *error = NULL;
    cbj_config *config = cbj_config_new();
    expect(config != NULL, "a configuration is made");
    expect(cbj_client_new(config, &client, &error) == CBJ_ERROR_CONFIG, "an empty configuration is refused");
    expect(client == NULL && error != NULL, "an error and no client");
    expect(cbj_error_status(error) == CBJ_ERROR_CONFIG, "the error has the status");
    cbj_error_free(error);
    cbj_config_free(config);
}

} // namespace

int main(int argc, char **argv)
{
    expect(argc == 2 && is(cbj_version(), argv[1]), "the library has Cargo's version");
    expect(is(cbj_version(), version_of_the_header()), "library and header have the same version");
    read_a_job();
    miss_a_client();
    return failures == 0 ? 0 : 1;
}
