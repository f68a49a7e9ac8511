/* Looks for what the library must not leave behind. While a client keeps its connections open, no writable memory of the
 * process holds what was sent over them. After everything is freed, none holds a secret any more, in the form in which it
 * was given or in one in which it was sent.
 *
 *     ./memory BASE_URL IDENTITY_URL JOB_ID PROXY_HOST_AND_PORT CERTIFICATE
 *     ./memory BASE_URL IDENTITY_URL JOB_ID CA_FILE
 *
 * The second one is for servers that speak TLS. It looks only for what was sent.
 *
 * The secrets stand in this file changed in every byte, so that looking for them does not put them into memory. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cloudbackupjobs.h"

/* The change of each byte. */
#define MASK 0x15

/* Each with its bytes changed by MASK; tests/secrets.rs has them as they are. */
struct secret {
    const char *name;
    const char *masked;
    /* Whether the client does not need the secret any more after it was sent. */
    int only_sent;
};

static const struct secret SECRETS[] = {
    {"client secret", MASKED_CLIENT_SECRET, 0},
    {"client secret as it was sent", MASKED_FORM, 1},
    {"assertion as it was sent", MASKED_ASSERTION, 1},
    {"access token", MASKED_TOKEN, 0},
    {"access token as it was sent", MASKED_TOKEN_HEADER, 1},
    {"access token of the host", MASKED_HOST_TOKEN, 0},
    {"password of the proxy", MASKED_PROXY_PASSWORD, 0},
    {"credentials of the proxy as they were sent", MASKED_PROXY_BASIC, 0},
    {"password of the certificate", MASKED_CERTIFICATE_PASSWORD, 0},
};

#define COUNT (sizeof SECRETS / sizeof *SECRETS)

static char *unmasked(const char *masked)
{
    size_t length = strlen(masked);
    char *text = malloc(length + 1);
    for (size_t i = 0; i < length; i++) {
        text[i] = (char)(masked[i] ^ MASK);
    }
    text[length] = '\0';
    return text;
}

static void wipe(char *text)
{
    explicit_bzero(text, strlen(text));
    free(text);
}

/* How often the secret occurs in the memory that was read. */
static size_t count(const char *memory, size_t size, const char *masked)
{
    size_t length = strlen(masked), found = 0;
    for (size_t start = 0; start + length <= size; start++) {
        size_t same = 0;
        while (same < length && (memory[start + same] ^ MASK) == masked[same]) {
            same++;
        }
        found += same == length;
    }
    return found;
}

/* Whether writable memory contains a secret, and which. The buffer for reading is not searched. */
static size_t look(const char *when, int only_sent)
{
    enum { LARGEST = 64 * 1024 * 1024 };
    FILE *maps = fopen("/proc/self/maps", "r");
    int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    char line[512];
    size_t findings = 0;
    while (maps != NULL && mem >= 0 && fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end;
        char permissions[5];
        if (sscanf(line, "%lx-%lx %4s", &start, &end, permissions) != 3 || permissions[1] != 'w' ||
            end - start > LARGEST) {
            continue;
        }
        size_t size = end - start;
        char *copy = malloc(size);
        ssize_t read = pread(mem, copy, size, (off_t)start);
        for (size_t i = 0; read > 0 && i < COUNT; i++) {
            if (only_sent && !SECRETS[i].only_sent) {
                continue;
            }
            size_t found = count(copy, (size_t)read, SECRETS[i].masked);
            if (found > 0) {
                printf("%s: the %s is %lu times in %s", when, SECRETS[i].name, (unsigned long)found, line);
                findings += found;
            }
        }
        explicit_bzero(copy, size);
        free(copy);
    }
    if (maps == NULL || mem < 0) {
        printf("the memory cannot be read\n");
        return 1;
    }
    fclose(maps);
    close(mem);
    return findings;
}

/* A client of its own for each kind of credentials, two calls, and everything freed. The result is what was found before
 * that. */
static size_t call(cbj_config *config, const char *job_id, int succeeds)
{
    size_t findings;
    cbj_client *client = NULL;
    cbj_job *job = NULL;
    cbj_job_iter *iter = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_client_new(config, &client, &error);
    if (status == CBJ_OK) {
        status = cbj_client_get_job(client, job_id, NULL, &job, &error);
    }
    if (status == CBJ_OK) {
        status = cbj_client_list_jobs(client, NULL, &iter, &error);
    }
    if ((status == CBJ_OK) != succeeds) {
        printf("unexpected: %s\n", error != NULL ? cbj_error_message(error) : "it succeeds");
        exit(2);
    }
    findings = look("while the client keeps its connections", 1);
    cbj_error_free(error);
    cbj_job_free(job);
    cbj_client_free(client);
    /* The iterator has what it needs of the client, and is the last to need it. */
    cbj_job_iter_free(iter);
    cbj_config_free(config);
    return findings;
}

static size_t with_client_secret(char **argv, const char *ca_file)
{
    cbj_config *config = cbj_config_new();
    char *secret = unmasked(MASKED_CLIENT_SECRET);
    cbj_config_set_base_url(config, argv[1]);
    cbj_config_set_identity_url(config, argv[2]);
    cbj_config_set_client_secret(config, "id", secret);
    if (ca_file != NULL) {
        cbj_config_set_ca_file(config, ca_file);
    }
    wipe(secret);
    return call(config, argv[3], 1);
}

static size_t with_token_and_proxy(char **argv)
{
    cbj_config *config = cbj_config_new();
    char *token = unmasked(MASKED_HOST_TOKEN), *password = unmasked(MASKED_PROXY_PASSWORD);
    char *proxy = malloc(strlen(password) + strlen(argv[4]) + 32);
    sprintf(proxy, "http://user:%s@%s", password, argv[4]);
    cbj_config_set_base_url(config, argv[1]);
    cbj_config_set_option(config, "access_token", token, NULL);
    cbj_config_set_proxy(config, proxy);
    cbj_config_set_max_retries(config, 0);
    wipe(token);
    wipe(password);
    wipe(proxy);
    return call(config, argv[3], 0);
}

static size_t with_certificate(char **argv)
{
    cbj_config *config = cbj_config_new();
    char *password = unmasked(MASKED_CERTIFICATE_PASSWORD);
    cbj_config_set_base_url(config, argv[1]);
    cbj_config_set_identity_url(config, argv[2]);
    cbj_config_set_client_certificate(config, "id", argv[5], password);
    wipe(password);
    return call(config, argv[3], 1);
}

int main(int argc, char **argv)
{
    size_t findings = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 5) {
        return 2;
    }
    /* The search must find existing secrets: otherwise finding none would prove nothing. */
    for (size_t i = 0; i < COUNT; i++) {
        char *there = unmasked(SECRETS[i].masked);
        if (count(there, strlen(there), SECRETS[i].masked) != 1) {
            printf("the %s would not be found\n", SECRETS[i].name);
            return 2;
        }
        wipe(there);
    }
    findings += look("before", 0);
    if (argc == 5) {
        findings += with_client_secret(argv, argv[4]);
        return findings == 0 ? 0 : 1;
    }
    findings += with_client_secret(argv, NULL);
    findings += look("after the client secret", 0);
    findings += with_token_and_proxy(argv);
    findings += look("after token and proxy", 0);
    findings += with_certificate(argv);
    findings += look("after the certificate", 0);
    return findings == 0 ? 0 : 1;
}
