/*
 * conversation.c - the pass_persist protocol: snmpd asks on standard input, and reads answers from standard output
 */
#include "conversation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "oid.h"
#include "table.h"
#include "watched.h"

/* Reads a line without its end. Returns 0 at the end of the input. */
static int read_line(char *line, size_t size)
{
    size_t length;

    while (fgets(line, (int)size, stdin) == NULL) {
        if (!ferror(stdin) || errno != EINTR)
            return 0;
        clearerr(stdin);
    }
    length = strcspn(line, "\r\n");
    if (line[length] == '\0' && !feof(stdin)) {
        /* The line is longer than any identifier. Its rest is dropped. */
        int rest;

        while ((rest = getchar()) != EOF && rest != '\n')
            ;
    }
    line[length] = '\0';
    return 1;
}

static void answer(const char *argument, int is_next)
{
    object_id asked;
    object_id oid;
    cell_value value = CELL_EMPTY;
    int is_there = 0;

    if (oid_parse(argument, &asked)) {
        oid = asked;
        watched_lock();
        is_there = is_next ? table_next(&asked, &oid, &value) : table_get(&asked, &value);
        watched_unlock();
    }
    if (is_there) {
        oid_print(&oid);
        printf("%s\n%s\n", value.type, jc_text_get(&value.text));
    } else {
        printf("NONE\n");
    }
    jc_text_free(&value.text);
}

void conversation_run(void)
{
    char command[16];
    char argument[1024];

    while (read_line(command, sizeof command)) {
        int is_next = strcmp(command, "getnext") == 0;

        if (strcmp(command, "PING") == 0) {
            printf("PONG\n");
        } else if (is_next || strcmp(command, "get") == 0) {
            if (!read_line(argument, sizeof argument))
                return;
            answer(argument, is_next);
        } else if (strcmp(command, "set") == 0) {
            /* Two more lines: the identifier, and its type and value. */
            if (!read_line(argument, sizeof argument) || !read_line(argument, sizeof argument))
                return;
            printf("not-writable\n");
        } else {
            printf("NONE\n");
        }
        if (fflush(stdout) != 0)
            return;
    }
}
