/*
 * table.h - the objects of CLOUDBACKUPJOBS-MIB: which there are, and which comes next
 */
#ifndef TABLE_H
#define TABLE_H

#include "cells.h"
#include "oid.h"

/* `base` must live as long as the tables are used. */
void table_init(const object_id *base);

/* Both return whether there is a value. Release it with jc_text_free. The caller holds watched_lock. */
int table_get(const object_id *asked, cell_value *value);
/* The first object behind `asked`. */
int table_next(const object_id *asked, object_id *oid, cell_value *value);

#endif /* TABLE_H */
