/*
 * oid.h - object identifiers
 */
#ifndef OID_H
#define OID_H

#include <stddef.h>
#include <stdint.h>

/* As in SNMP. */
#define OID_MAX_LENGTH 128

typedef struct {
    uint32_t parts[OID_MAX_LENGTH];
    size_t length;
} object_id;

/* Reads ".1.3.6", with or without the first dot. Returns 0 if it is not an identifier. */
int oid_parse(const char *text, object_id *oid);
/* The base with more parts behind it. The caller makes sure that they fit. */
object_id oid_below(const object_id *base, const uint32_t *parts, size_t count);
/* Less than 0, 0, or more than 0, in the order in which snmpd walks. */
int oid_compare(const object_id *one, const object_id *other);
/* To standard output, with a line break. */
void oid_print(const object_id *oid);

#endif /* OID_H */
