/*
 * words.c - text, durations and times for a person
 */
#include <inttypes.h>

#include "system.h"

/* Whether a byte stays as it is on a line. */
static int is_plain(char byte)
{
    return byte != '|' && byte != 0x7F && (unsigned char)byte >= 0x20;
}

void jc_text_line(jc_text *text, const char *string)
{
    while (*string != '\0') {
        size_t length = 0;

        while (is_plain(string[length]))
            length++;
        jc_text_bytes(text, string, length);
        string += length;
        for (; *string != '\0' && !is_plain(*string); string++)
            jc_text_add(text, "%s", *string == '|' ? "\xC2\xA6" : " ");
    }
}

void jc_text_duration(jc_text *text, double seconds)
{
    /* From `from` seconds on, a duration is written in units of `one` and `part` seconds. The longest come first. */
    static const struct {
        int64_t from;
        int64_t one;
        const char *name;
        int64_t part;
        const char *part_name;
    } rows[] = {{2 * 86400, 86400, "d", 3600, "h"}, {3600, 3600, "h", 60, "min"}, {60, 60, "min", 1, "s"}};
    int64_t whole = seconds < 9e15 ? (int64_t)seconds : INT64_C(9000000000000000);
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (whole < rows[i].from)
            continue;
        jc_text_add(text, "%" PRId64 " %s", whole / rows[i].one, rows[i].name);
        if (whole % rows[i].one / rows[i].part != 0)
            jc_text_add(text, " %" PRId64 " %s", whole % rows[i].one / rows[i].part, rows[i].part_name);
        return;
    }
    jc_text_number(text, seconds);
    jc_text_add(text, " s");
}

void jc_text_short_duration(jc_text *text, double seconds)
{
    /* A unit is used from two of it on: "90 s" and "47 h" say more than "1 min" and "1 d". */
    static const struct {
        int64_t unit;
        const char *name;
    } rows[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    int64_t whole = seconds < 9e15 ? (int64_t)seconds : INT64_C(9000000000000000);
    size_t i = 0;

    while (rows[i].unit > 1 && whole < 2 * rows[i].unit)
        i++;
    jc_text_add(text, "%" PRId64 " %s", whole / rows[i].unit, rows[i].name);
}

void jc_text_time(jc_text *text, int64_t unix_ms)
{
    /* Division rounds towards zero; a time before 1970 must be rounded down. */
    int64_t seconds = unix_ms / 1000 - (unix_ms % 1000 < 0);
    char formatted[64];

    if (jc_system_local_time(seconds, formatted, sizeof formatted))
        jc_text_add(text, "%s", formatted);
    else
        jc_text_utc(text, unix_ms);
}
