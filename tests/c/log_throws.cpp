/* What happens to a process whose log function does not return. It happens in a child of this program, which prints how
 * the child ended.
 *
 *     ./log_throws http://127.0.0.1:8080 FB20241015105312327583 caught|throws|exits */

#include <cstdio>
#include <cstring>
#include <stdexcept>

#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cloudbackupjobs.h"

static const char *base_url, *job_id, *how;

static void log_line(const char *message)
{
    throw std::runtime_error(message);
}

extern "C" void log_function(void *, cbj_log_level, const char *message)
{
    if (std::strcmp(how, "exits") == 0) {
        pthread_exit(nullptr);
    } else if (std::strcmp(how, "throws") == 0) {
        log_line(message);
    } else {
        try {
            log_line(message);
        } catch (const std::exception &) {
        }
    }
}

static void *call(void *)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = nullptr;
    cbj_job *job = nullptr;
    cbj_status status;

    cbj_config_set_base_url(config, base_url);
    cbj_config_set_access_token(config, "t");
    cbj_config_set_log(config, log_function, nullptr, CBJ_LOG_DEBUG);
    status = cbj_client_new(config, &client, nullptr);
    if (status == CBJ_OK) {
        try {
            status = cbj_client_get_job(client, job_id, nullptr, &job, nullptr);
        } catch (...) {
            std::puts("the exception came through the library");
        }
    }
    cbj_job_free(job);
    cbj_client_free(client);
    cbj_config_free(config);
    _exit(status);
}

int main(int argc, char **argv)
{
    pid_t child;
    int ended = 0;

    if (argc != 4) {
        return 2;
    }
    base_url = argv[1];
    job_id = argv[2];
    how = argv[3];
    child = fork();
    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        pthread_t thread;

        setrlimit(RLIMIT_CORE, &no_core);
        if (pthread_create(&thread, nullptr, call, nullptr) == 0) {
            pthread_join(thread, nullptr);
        }
        /* The thread ended, but the process did not. */
        _exit(77);
    }
    waitpid(child, &ended, 0);
    if (WIFSIGNALED(ended)) {
        std::printf("%s: signal %d\n", how, WTERMSIG(ended));
    } else {
        std::printf("%s: exit %d\n", how, WEXITSTATUS(ended));
    }
    return 0;
}
