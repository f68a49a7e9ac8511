/*
 * A host that forks while several clients share connections, one of them is cancelled, and a list is half read.
 *
 * Promised: all of it works in the child as in the parent. The child keeps no descriptor of the parent and makes one
 * connection of its own, which its clients share. A cancel and a resume count in their own process only. Whatever other
 * threads were doing at the fork, nothing is locked in the child.
 *
 * Arguments: the number of forks; the number of threads that meanwhile share, call and free.
 */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define PATIENCE_S 30

/* What a client needs to be cancelled. */
#define FOR_CANCEL 2

static cbj_client *first;
static cbj_client *cancelled;
static cbj_job_iter *half_read;
static pthread_barrier_t begun;
static volatile int over;

/* Whether other threads have clients. */
static int others_share;

static void *share_until_over(void *failures)
{
    cbj_client *own = share(first);

    pthread_barrier_wait(&begun);
    while (!over) {
        cbj_client *passing = share(own);

        *(long *)failures += ask(passing, "get", CBJ_OK) != CBJ_OK;
        *(long *)failures += ask(own, "list", CBJ_OK) != CBJ_OK;
        cbj_client_free(passing);
    }
    cbj_client_free(own);
    return NULL;
}

/* Takes the next job of the list that is half read; NULL is its end. */
static void next_is(const char *id)
{
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status = cbj_job_iter_next(half_read, &job, &error);

    if (status != CBJ_OK)
        fprintf(stderr, "%s\n", cbj_error_message(error));
    CHECK(status == CBJ_OK && (job != NULL) == (id != NULL));
    CHECK(id == NULL || strcmp(cbj_job_id(job), id) == 0);
    cbj_job_free(job);
}

static void in_the_grandchild(int descriptors, cbj_client *of_the_child)
{
    pid_t grandchild = fork();

    if (grandchild != 0) {
        wait_for(grandchild);
        return;
    }
    alarm(PATIENCE_S);
    CHECK(open_descriptors() == descriptors);
    CHECK(call(of_the_child, CBJ_OK) == CBJ_OK);
    CHECK(call(first, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
    CHECK(open_descriptors() == descriptors + 1 + FOR_CANCEL);
    _exit(0);
}

static void in_the_child(int descriptors, int with_grandchild)
{
    cbj_client *other;
    cbj_job *job = NULL;

    alarm(PATIENCE_S);
    CHECK(open_descriptors() == descriptors);
    CHECK(call(cancelled, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
    next_is("J2");
    CHECK(open_descriptors() == descriptors + 1 + FOR_CANCEL);
    other = share(cancelled);
    CHECK(call(other, CBJ_OK) == CBJ_OK);
    cbj_client_resume(cancelled);
    CHECK(call(cancelled, CBJ_OK) == CBJ_OK);
    CHECK(open_descriptors() == descriptors + 1 + 3 * FOR_CANCEL);

    cbj_client_cancel(first);
    CHECK(cbj_job_iter_next(half_read, &job, NULL) == CBJ_ERROR_CANCELLED && job == NULL);
    CHECK(call(other, CBJ_OK) == CBJ_OK);
    if (with_grandchild)
        in_the_grandchild(descriptors, other);
    cbj_client_resume(first);
    cbj_client_free(first);
    next_is("J3");
    next_is(NULL);
    CHECK(cbj_job_iter_is_complete(half_read));
    CHECK(open_descriptors() == descriptors + 1 + 3 * FOR_CANCEL);
    cbj_client_free(other);
    cbj_job_iter_free(half_read);
    CHECK(call(cancelled, CBJ_OK) == CBJ_OK);
    cbj_client_free(cancelled);
    /* A client of a thread that the child does not have is freed by nobody, and keeps what it shares. */
    CHECK(open_descriptors() == descriptors + others_share);
    _exit(0);
}

int main(int argc, char **argv)
{
    long forks = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    long threads = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    int descriptors = open_descriptors();
    pthread_t thread[16];
    long failures[16] = {0};
    long i;

    CHECK(forks > 0 && threads >= 0 && threads <= 16);
    others_share = threads > 0;
    first = client_of_environment(20000);
    cancelled = share(first);
    CHECK(call(cancelled, CBJ_OK) == CBJ_OK);
    cbj_client_cancel(cancelled);
    CHECK(cbj_client_list_jobs(first, NULL, &half_read, NULL) == CBJ_OK);
    next_is("J1");
    CHECK(pthread_barrier_init(&begun, NULL, (unsigned)threads + 1) == 0);
    for (i = 0; i < threads; i++)
        CHECK(pthread_create(&thread[i], NULL, share_until_over, &failures[i]) == 0);
    pthread_barrier_wait(&begun);
    for (i = 0; i < forks; i++) {
        pid_t child = fork();

        if (child == 0)
            in_the_child(descriptors, i % 10 == 0);
        wait_for(child);
        CHECK(call(cancelled, CBJ_ERROR_CANCELLED) == CBJ_ERROR_CANCELLED);
        CHECK(call(first, CBJ_OK) == CBJ_OK);
    }
    over = 1;
    for (i = 0; i < threads; i++) {
        CHECK(pthread_join(thread[i], NULL) == 0);
        CHECK(failures[i] == 0);
    }
    next_is("J2");
    cbj_client_free(first);
    cbj_client_free(cancelled);
    next_is("J3");
    cbj_job_iter_free(half_read);
    CHECK(open_descriptors() == descriptors);
    return 0;
}
