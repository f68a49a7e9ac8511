/*
 * room.c - output in limited room
 */
#include "room.h"

#include <string.h>

void room_add_cut(jc_text *text, const char *whole, size_t room)
{
    size_t length = strlen(whole);

    if (length <= room) {
        jc_text_bytes(text, whole, length);
    } else if (room > 3) {
        jc_text_bytes(text, whole, jc_fitting_length(whole, room - 3));
        jc_text_add(text, "...");
    }
}

size_t room_left(size_t max_bytes, size_t used)
{
    if (max_bytes == 0)
        return SIZE_MAX;
    return max_bytes > used + 1 ? max_bytes - used - 1 : 0;
}

void room_add_lines(jc_text *text, const char *lines, const char *separator, size_t max_bytes, size_t reserved)
{
    /* The length of "and 1234 more lines" with a separator. */
    const size_t remark = 24;
    unsigned long left_out = 0;
    const char *at;

    for (at = lines; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        size_t room = room_left(max_bytes, text->length + strlen(separator) + reserved);
        int is_last = at[length] == '\0' || at[length + 1] == '\0';

        if (left_out > 0 || length + (is_last ? 0 : remark) > room) {
            left_out++;
        } else {
            jc_text_add(text, "%s", separator);
            jc_text_bytes(text, at, length);
        }
        at += length + (at[length] != '\0');
    }
    if (left_out > 0 && room_left(max_bytes, text->length + reserved) >= remark)
        jc_text_add(text, "%sand %lu more lines", separator, left_out);
}
