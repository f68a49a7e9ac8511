/*
 * table.h - the objects of CLOUDBACKUPJOBS-MIB and their values
 */
#ifndef TABLE_H
#define TABLE_H

#include "job_check.h"
#include "oid.h"

/* A value in the form that snmpd takes. */
typedef struct {
    const char *type; /* NULL: there is no value */
    jc_text text;
} table_value;

/* `config_error`: why there is no client; NULL if there is one. All must live as long as the table is used. */
void table_init(const object_id *base, const jc_policy *policy, const cbj_error *config_error);

/* Both return whether there is a value. Release it with jc_text_free. The caller holds jobs_lock. */
int table_get(const object_id *asked, table_value *value);
/* The first object behind `asked`. */
int table_next(const object_id *asked, object_id *oid, table_value *value);

#endif /* TABLE_H */
