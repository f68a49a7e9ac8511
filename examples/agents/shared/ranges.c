/*
 * ranges.c - the ranges of thresholds, read and written
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "internal.h"

int jc_range_alerts(const jc_range *range, double value)
{
    int is_inside = value >= range->start && value <= range->end;

    return range->is_set && (range->is_inverted ? is_inside : !is_inside);
}

void jc_text_range(jc_text *text, const jc_range *range)
{
    if (!range->is_set)
        return;
    if (range->is_inverted)
        jc_text_add(text, "@");
    if (range->start == -INFINITY)
        jc_text_add(text, "~:");
    else if (range->start != 0 || range->end == INFINITY) {
        jc_text_number(text, range->start);
        jc_text_add(text, ":");
    }
    if (range->end != INFINITY)
        jc_text_number(text, range->end);
}

/* The units of a time. */
static const struct {
    const char *suffix;
    double seconds;
} units[] = {{"s", 1}, {"", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}};

/* Not with strtod, which depends on the locale and takes "inf" and hexadecimal. */
int jc_parse_number(const char *at, const char *end, const char *unit, double *number)
{
    double scale = 1;
    int digits = 0;
    int is_negative = at < end && *at == '-';
    size_t i;

    *number = 0;
    for (at += is_negative; at < end && isdigit((unsigned char)*at); at++, digits++)
        *number = *number * 10 + (*at - '0');
    if (at < end && *at == '.') {
        for (at++; at < end && isdigit((unsigned char)*at); at++, digits++) {
            scale /= 10;
            *number += (*at - '0') * scale;
        }
    }
    if (is_negative)
        *number = -*number;
    /* A double is exact to 15 digits. With more, it would silently be another number. */
    if (digits == 0 || digits > 15)
        return 0;
    if (at == end)
        return 1;
    if (*unit == '%')
        return end - at == 1 && *at == '%';
    for (i = 0; *unit == 's' && i < sizeof units / sizeof units[0]; i++) {
        if (strlen(units[i].suffix) == (size_t)(end - at) && strncmp(units[i].suffix, at, (size_t)(end - at)) == 0) {
            *number *= units[i].seconds;
            return 1;
        }
    }
    return 0;
}

int jc_range_parse(const char *at, const char *end, const char *unit, jc_range *range)
{
    const char *colon;

    range->is_set = 1;
    range->is_inverted = at < end && *at == '@';
    at += range->is_inverted;
    range->start = 0;
    range->end = INFINITY;
    colon = (const char *)memchr(at, ':', (size_t)(end - at));
    if (colon != NULL) {
        if (colon - at == 1 && *at == '~')
            range->start = -INFINITY;
        else if (colon > at && !jc_parse_number(at, colon, unit, &range->start))
            return 0;
        at = colon + 1;
        if (at == end)
            return 1;
    }
    return jc_parse_number(at, end, unit, &range->end) && range->start <= range->end;
}
