/*
 * amounts.c - times and sizes on the command line
 */
#include "amounts.h"

#include <string.h>

int64_t amounts_time(const char *text)
{
    static const struct {
        const char *suffix;
        int64_t ms;
    } suffixes[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60000}};
    int64_t whole = 0;
    int64_t thousandths = 0;
    int64_t place = 100;
    int digits = 0;
    size_t i;

    for (; *text >= '0' && *text <= '9'; text++, digits++) {
        if (digits == 9)
            return 0;
        whole = whole * 10 + (*text - '0');
    }
    if (*text == '.') {
        for (text++; *text >= '0' && *text <= '9'; text++, digits++) {
            thousandths += (*text - '0') * place;
            place /= 10;
        }
    }
    for (i = 0; digits > 0 && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (strcmp(text, suffixes[i].suffix) == 0)
            return whole * suffixes[i].ms + thousandths * suffixes[i].ms / 1000;
    }
    return 0;
}

int amounts_size(const char *text, size_t *size)
{
    *size = 0;
    if (*text == '\0')
        return 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (*size > 100000000)
            return 0;
        *size = *size * 10 + (size_t)(*text - '0');
    }
    return *text == '\0';
}
