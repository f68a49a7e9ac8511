/*
 * oid.c - object identifiers
 */
#include "oid.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int oid_parse(const char *text, object_id *oid)
{
    oid->length = 0;
    text += *text == '.';
    while (*text != '\0') {
        uint64_t part = 0;

        if (oid->length == OID_MAX_LENGTH || *text < '0' || *text > '9')
            return 0;
        for (; *text >= '0' && *text <= '9'; text++) {
            part = part * 10 + (uint64_t)(*text - '0');
            if (part > UINT32_MAX)
                return 0;
        }
        oid->parts[oid->length++] = (uint32_t)part;
        if (*text == '.' && text[1] != '\0')
            text++;
        else if (*text != '\0')
            return 0;
    }
    return oid->length > 0;
}

object_id oid_below(const object_id *base, const uint32_t *parts, size_t count)
{
    object_id oid = *base;

    memcpy(oid.parts + oid.length, parts, count * sizeof *parts);
    oid.length += count;
    return oid;
}

int oid_compare(const object_id *one, const object_id *other)
{
    size_t i;

    for (i = 0; i < one->length && i < other->length; i++) {
        if (one->parts[i] != other->parts[i])
            return one->parts[i] < other->parts[i] ? -1 : 1;
    }
    return one->length < other->length ? -1 : one->length > other->length;
}

void oid_print(const object_id *oid)
{
    size_t i;

    for (i = 0; i < oid->length; i++)
        printf(".%" PRIu32, oid->parts[i]);
    printf("\n");
}
