/*
 * What TLS and the network cost alone: the same request written to one blocking OpenSSL connection, and the answer read to
 * its end. Nothing is parsed, no time is limited, no connection replaced.
 */
#include "harness.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

struct session {
    SSL_CTX *context;
    SSL *ssl;
    int socket;
    int request_length;
    char request[20000];
    char answer[65536];
};

const char *peer_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}

void peer_begin(const struct target *target)
{
    (void)target;
}

void peer_end(void)
{
}

static int connect_to(const char *host, const char *port)
{
    struct addrinfo hints, *addresses, *address;
    int one = 1;
    int fd = -1;

    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &addresses) != 0)
        fail("openssl", "the host name is not known");
    for (address = addresses; address != NULL; address = address->ai_next) {
        fd = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
        if (fd >= 0 && connect(fd, address->ai_addr, address->ai_addrlen) == 0)
            break;
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    freeaddrinfo(addresses);
    if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0)
        fail("openssl", "cannot connect");
    return fd;
}

struct session *peer_open(const struct target *target)
{
    struct session *session = calloc(1, sizeof *session);
    char host[256], port[8];

    if (session == NULL)
        fail("openssl", "out of memory");
    if (sscanf(target->base_url, "https://%255[^:]:%7[0-9]", host, port) != 2)
        fail(target->base_url, "is not https://HOST:PORT");
    session->request_length =
        snprintf(session->request, sizeof session->request,
                 "GET /backup/m365/cloudbackupjobs/%s HTTP/1.1\r\nHost: %s:%s\r\nUser-Agent: benchmark/1.0\r\n"
                 "Accept: application/json\r\nAuthorization: Bearer %s\r\n\r\n",
                 target->job_id, host, port, target->token);
    if ((size_t)session->request_length >= sizeof session->request)
        fail("openssl", "the token is too long");
    session->context = SSL_CTX_new(TLS_client_method());
    if (session->context == NULL || SSL_CTX_load_verify_locations(session->context, target->ca_file, NULL) != 1)
        fail(target->ca_file, "cannot be read");
    SSL_CTX_set_verify(session->context, SSL_VERIFY_PEER, NULL);
    session->ssl = SSL_new(session->context);
    session->socket = connect_to(host, port);
    if (session->ssl == NULL || SSL_set1_host(session->ssl, host) != 1 ||
        SSL_set_tlsext_host_name(session->ssl, host) != 1 || SSL_set_fd(session->ssl, session->socket) != 1 ||
        SSL_connect(session->ssl) != 1)
        fail("openssl", "the handshake fails");
    return session;
}

void peer_close(struct session *session)
{
    SSL_shutdown(session->ssl);
    SSL_free(session->ssl);
    SSL_CTX_free(session->context);
    close(session->socket);
    free(session);
}

/* The length of the whole answer; 0 while its head is not there yet. */
static size_t whole_length(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    const char *length = strstr(answer, "Content-Length: ");

    if (end == NULL)
        return 0;
    if (strncmp(answer, "HTTP/1.1 200 ", 13) != 0 || length == NULL || length > end)
        fail("openssl", "not answered with 200 and a Content-Length");
    return (size_t)(end + 4 - answer) + strtoul(length + 16, NULL, 10);
}

void peer_fetch(struct session *session)
{
    size_t have = 0, want = 0;

    if (SSL_write(session->ssl, session->request, session->request_length) != session->request_length)
        fail("openssl", "cannot write");
    while (want == 0 || have < want) {
        int more = SSL_read(session->ssl, session->answer + have, (int)(sizeof session->answer - 1 - have));

        if (more <= 0)
            fail("openssl", "the answer does not come");
        have += (size_t)more;
        session->answer[have] = '\0';
        if (want == 0)
            want = whole_length(session->answer);
    }
}

void peer_parse(const char *answer, size_t length)
{
    (void)answer;
    (void)length;
    fail("openssl", "parses nothing");
}

void peer_list(struct session *session, size_t jobs, size_t page_size)
{
    (void)session;
    (void)jobs;
    (void)page_size;
    fail("openssl", "lists nothing");
}

void peer_summarize(struct session *session, size_t jobs, size_t page_size)
{
    peer_list(session, jobs, page_size);
}
