/*
 * table.c - the objects of CLOUDBACKUPJOBS-MIB: which there are, and which comes next
 */
#include "table.h"

#include "columns.h"

/* The number of cbjObjects below the base. */
#define OBJECTS 1
/* The number of the row's object below its table. */
#define ENTRY 1

/* In the order of their numbers. */
static const mib_table *const tables[] = {&job_table, &kind_table};
#define TABLES (sizeof tables / sizeof tables[0])

static const object_id *root;

void table_init(const object_id *base)
{
    root = base;
}

/* The number of rows of a table. */
static object_id count_oid(const mib_table *table)
{
    uint32_t parts[] = {OBJECTS, 0, 0};

    parts[1] = table->count_object;
    return oid_below(root, parts, 3);
}

static cell_value count_of(const mib_table *table)
{
    cell_value got = CELL_EMPTY;

    cell_integer(&got, (int64_t)table->count());
    return got;
}

static object_id cell_oid(const mib_table *table, uint32_t column, size_t row)
{
    uint32_t parts[4 + MAX_INDEX_PARTS] = {OBJECTS, 0, ENTRY, 0};

    parts[1] = table->table_object;
    parts[3] = column;
    return oid_below(root, parts, 4 + table->index(row, parts + 4));
}

/* The first row whose cell in this column is behind `asked`, or at it if `is_at`; the number of rows if there is none. */
static size_t first_row(const mib_table *table, uint32_t column, const object_id *asked, int is_at)
{
    size_t begin = 0;
    size_t end = table->count();

    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        object_id oid = cell_oid(table, column, middle);
        int order = oid_compare(&oid, asked);

        if (order > 0 || (order == 0 && is_at))
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

int table_get(const object_id *asked, cell_value *value)
{
    cell_value none = CELL_EMPTY;
    uint32_t column = asked->length > root->length + 3 ? asked->parts[root->length + 3] : 0;
    size_t i;

    *value = none;
    for (i = 0; i < TABLES && value->type == NULL; i++) {
        object_id oid = count_oid(tables[i]);
        size_t row;

        if (oid_compare(&oid, asked) == 0) {
            *value = count_of(tables[i]);
            continue;
        }
        if (column < tables[i]->first_column || column >= tables[i]->end_column)
            continue;
        row = first_row(tables[i], column, asked, 1);
        if (row == tables[i]->count())
            continue;
        oid = cell_oid(tables[i], column, row);
        if (oid_compare(&oid, asked) == 0)
            *value = tables[i]->cell(column, row);
    }
    return value->type != NULL;
}

/* The first cell of a table behind `asked` that has a value. */
static int next_cell(const mib_table *table, const object_id *asked, object_id *oid, cell_value *value)
{
    uint32_t column;
    size_t row;

    for (column = table->first_column; column < table->end_column; column++) {
        for (row = first_row(table, column, asked, 0); row < table->count(); row++) {
            *value = table->cell(column, row);
            if (value->type != NULL) {
                *oid = cell_oid(table, column, row);
                return 1;
            }
        }
    }
    return 0;
}

int table_next(const object_id *asked, object_id *oid, cell_value *value)
{
    size_t i;

    for (i = 0; i < TABLES; i++) {
        *oid = count_oid(tables[i]);
        if (oid_compare(oid, asked) > 0) {
            *value = count_of(tables[i]);
            return 1;
        }
        if (next_cell(tables[i], asked, oid, value))
            return 1;
    }
    return 0;
}
