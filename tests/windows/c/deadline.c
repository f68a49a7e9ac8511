/*
 * A host whose peer is silent: nobody accepts the connection, or nobody goes on with the handshake or the answer.
 *
 * Promised: the call ends with CBJ_ERROR_TIMEOUT, not before its time and no more than 50 ms after it. A busy machine makes
 * some calls late, a defect makes all of them late: the best of ten counts.
 *
 * The argument is a word of the message, which says what the call was doing.
 */
#include <string.h>

#include "guest.h"

#define TIMEOUT_MS 700
#define PROMISED_MS 50
#define TRIES 10

/* How long the call took. */
static long try_once(cbj_client *client, const char *doing)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    double begin = seconds_now();
    cbj_status status = cbj_client_get_job(client, JOB_ID, NULL, &job, &error);
    long took_ms = (long)((seconds_now() - begin) * 1000);

    if (status != CBJ_ERROR_TIMEOUT || strstr(cbj_error_message(error), doing) == NULL || job != NULL) {
        fprintf(stderr, "%s: %s\n", cbj_status_name(status), error ? cbj_error_message(error) : "no error");
        exit(1);
    }
    cbj_error_free(error);
    CHECK(took_ms >= TIMEOUT_MS);
    return took_ms;
}

int main(int argc, char **argv)
{
    cbj_client *client = client_of_environment(TIMEOUT_MS);
    long took_ms[TRIES];
    int tries = 0;
    int i;

    CHECK(argc == 2);
    do
        took_ms[tries] = try_once(client, argv[1]);
    while (took_ms[tries] > TIMEOUT_MS + PROMISED_MS && ++tries < TRIES);
    cbj_client_free(client);
    for (i = 0; tries == TRIES && i < TRIES; i++)
        fprintf(stderr, "took %ld ms\n", took_ms[i]);
    return tries < TRIES ? 0 : 1;
}
