/*
 * A host that cancels again while it resumes: one thread resumes the client and waits for the calls that the first
 * cancel ended. Meanwhile another thread, or a signal, cancels again.
 *
 * Promised: the second cancel counts. The client stays cancelled until it is resumed once more.
 *
 * The host itself delays the call that is waited for, in its log function.
 */
#include <pthread.h>
#include <string.h>

#include "guest.h"

#define ROUNDS 5

static cbj_client *client;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* What has happened in this round. */
static struct {
    int held_up;
    int resuming;
    int released;
} now;

static void happens(int *what)
{
    pthread_mutex_lock(&lock);
    *what = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void await(const int *what)
{
    pthread_mutex_lock(&lock);
    while (!*what)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

/* Called during a call. */
static void hold_up(void *unused, cbj_log_level level, const char *message)
{
    (void)unused;
    (void)level;
    if (strstr(message, "connected to") != NULL) {
        happens(&now.held_up);
        await(&now.released);
    }
}

static void *call_once(void *unused)
{
    (void)unused;
    CHECK(call(client, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
    return NULL;
}

static void *resume_once(void *unused)
{
    (void)unused;
    happens(&now.resuming);
    cbj_client_resume(client);
    return NULL;
}

/* Whether the client was still cancelled at the end of the round. */
static int cancel_resume_cancel(void)
{
    pthread_t caller, resumer;
    cbj_error *error = NULL;
    cbj_job *job = NULL;
    cbj_status status;

    memset(&now, 0, sizeof now);
    CHECK(pthread_create(&caller, NULL, call_once, NULL) == 0);
    await(&now.held_up);
    cbj_client_cancel(client);
    CHECK(pthread_create(&resumer, NULL, resume_once, NULL) == 0);
    await(&now.resuming);
    /* Long enough to be inside cbj_client_resume, and shorter than cbj_client_resume waits. */
    sleep_ms(300);
    cbj_client_cancel(client);
    happens(&now.released);
    CHECK(pthread_join(caller, NULL) == 0);
    CHECK(pthread_join(resumer, NULL) == 0);
    status = cbj_client_get_job(client, "J", NULL, &job, &error);
    CHECK(status == CBJ_OK || status == CBJ_ERROR_CANCELLED);
    cbj_job_free(job);
    cbj_error_free(error);
    cbj_client_resume(client);
    return status == CBJ_ERROR_CANCELLED;
}

int main(int argc, char **argv)
{
    cbj_config *config = cbj_config_new();
    int kept = 0;
    int round;

    (void)argv;
    CHECK(argc == 1);
    cbj_config_set_base_url(config, getenv("CBJ_BASE_URL"));
    cbj_config_set_access_token(config, getenv("CBJ_ACCESS_TOKEN"));
    cbj_config_set_log(config, hold_up, NULL, CBJ_LOG_DEBUG);
    CHECK(cbj_client_new(config, &client, NULL) == CBJ_OK);
    cbj_config_free(config);
    /* On a busy machine the resuming thread may be late, and then takes both cancels back. But not every time. */
    for (round = 0; round < ROUNDS; round++)
        kept += cancel_resume_cancel();
    CHECK(kept > 0);
    happens(&now.released);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    cbj_client_free(client);
    return 0;
}
