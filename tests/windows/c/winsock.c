/*
 * A host that uses Winsock in its own way.
 *
 * Promised: the library starts Winsock for itself and never stops it. A host that never calls WSAStartup can use the library;
 * a host that calls WSAStartup and WSACleanup around its own work keeps its sockets while calls are made, and the library
 * keeps working after the cleanup. A host that calls WSACleanup too often takes Winsock away from the library, with the
 * sockets that it has; the library starts it again, and the next calls succeed and can be cancelled. New sockets of the host
 * may have the numbers of the library's lost ones then: the library does not use and does not close them.
 *
 * The argument: "never", "around", "inside", "too-often" or "numbers".
 */
#include <string.h>

#include "guest.h"

/* Why no socket can be made; 0 if Winsock is started. */
static int socket_error(void)
{
    SOCKET made = socket(AF_INET, SOCK_STREAM, 0);

    if (made == INVALID_SOCKET)
        return WSAGetLastError();
    closesocket(made);
    return 0;
}

static void start(void)
{
    WSADATA data;

    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0);
}

/* A socket that listens on loopback, and one that is connected to it. */
static void connect_pair(SOCKET *listener, SOCKET *connected)
{
    struct sockaddr_in address;
    int length = sizeof address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *listener = socket(AF_INET, SOCK_STREAM, 0);
    *connected = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(*listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(*listener, 1) == 0);
    CHECK(getsockname(*listener, (struct sockaddr *)&address, &length) == 0);
    CHECK(connect(*connected, (struct sockaddr *)&address, length) == 0);
}

/* The library never stops what the host has started. */
static void host_keeps_its_sockets(void)
{
    SOCKET listener, connected;
    cbj_client *client;

    start();
    connect_pair(&listener, &connected);
    client = client_of_environment(10000);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    cbj_client_free(client);
    CHECK(send(connected, "x", 1, 0) == 1);
    CHECK(closesocket(connected) == 0 && closesocket(listener) == 0);
    CHECK(WSACleanup() == 0);
}

/* The host starts and stops Winsock between two calls of a client that has a connection. */
static void host_stops_in_between(void)
{
    cbj_client *client = client_of_environment(10000);
    int round;

    for (round = 0; round < 3; round++) {
        CHECK(call(client, CBJ_OK) == CBJ_OK);
        start();
        CHECK(socket_error() == 0);
        CHECK(WSACleanup() == 0);
    }
    cbj_client_free(client);
}

static DWORD WINAPI call_in_vain(void *argument)
{
    cbj_client *client = (cbj_client *)argument;

    CHECK(call(client, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
    return 0;
}

/* The server does not answer the request after the third one. */
static void host_stops_too_often(void)
{
    cbj_client *client = client_of_environment(20000);
    int round;
    HANDLE thread;
    double begin;

    CHECK(call(client, CBJ_OK) == CBJ_OK);
    for (round = 0; round < 2; round++) {
        while (WSACleanup() == 0)
            continue;
        CHECK(socket_error() == WSANOTINITIALISED);
        /* There is no call to end. It must not disturb the next one. */
        cbj_client_cancel(client);
        cbj_client_resume(client);
        CHECK(call(client, CBJ_OK) == CBJ_OK);
    }
    while (WSACleanup() == 0)
        continue;
    thread = start_thread(call_in_vain, client);
    Sleep(500);
    begin = seconds_now();
    cbj_client_cancel(client);
    join(thread);
    /* It did not wait for the end of its time. */
    CHECK(seconds_now() - begin < 5);
    cbj_client_free(client);
}

/* More than the library has: all of its numbers are used again. */
#define PAIRS 8

/* After the library has lost its sockets, it is cancelled, makes a call and is freed. */
static void host_takes_the_numbers(void)
{
    cbj_client *other = client_of_environment(10000);
    cbj_client *client = client_of_environment(10000);
    SOCKET listener[PAIRS], connected[PAIRS], accepted;
    char received[2];
    int pair;

    CHECK(call(other, CBJ_OK) == CBJ_OK);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    while (WSACleanup() == 0)
        continue;
    start();
    for (pair = 0; pair < PAIRS; pair++)
        connect_pair(&listener[pair], &connected[pair]);
    cbj_client_cancel(client);
    cbj_client_resume(client);
    CHECK(call(client, CBJ_OK) == CBJ_OK);
    cbj_client_free(client);
    cbj_client_cancel(other);
    cbj_client_free(other);
    for (pair = 0; pair < PAIRS; pair++) {
        CHECK(send(connected[pair], "x", 1, 0) == 1);
        accepted = accept(listener[pair], NULL, NULL);
        CHECK(accepted != INVALID_SOCKET);
        CHECK(recv(accepted, received, sizeof received, 0) == 1 && received[0] == 'x');
        CHECK(closesocket(accepted) == 0 && closesocket(connected[pair]) == 0 && closesocket(listener[pair]) == 0);
    }
    CHECK(WSACleanup() == 0);
}

int main(int argc, char **argv)
{
    cbj_client *client;

    CHECK(argc == 2);
    /* DLLs of the system may have started it already. */
    while (WSACleanup() == 0)
        continue;
    CHECK(socket_error() == WSANOTINITIALISED);
    if (strcmp(argv[1], "never") == 0) {
        client = client_of_environment(10000);
        CHECK(call(client, CBJ_OK) == CBJ_OK);
        cbj_client_free(client);
    } else if (strcmp(argv[1], "around") == 0) {
        host_keeps_its_sockets();
        host_keeps_its_sockets();
    } else if (strcmp(argv[1], "inside") == 0) {
        host_stops_in_between();
    } else if (strcmp(argv[1], "too-often") == 0) {
        host_stops_too_often();
    } else {
        host_takes_the_numbers();
    }
    return 0;
}
