/*
 * columns.h - the tables of the MIB, for the code that walks through them
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stddef.h>
#include <stdint.h>

#include "cells.h"
#include "job_check.h"

/* The parts of the longest index: two numbers, and a location with its length. */
#define MAX_INDEX_PARTS (2 + JC_LOCATION_BYTES)

/* A table, and the number of its rows, which is an object of its own. */
typedef struct {
    uint32_t count_object; /* the numbers of both below cbjObjects */
    uint32_t table_object;
    uint32_t first_column; /* the first one that is accessible */
    uint32_t end_column;   /* the number after the last column */
    size_t (*count)(void);
    /* Writes the index of a row, and returns how many parts it has. Rows are in the order of their indices. */
    size_t (*index)(size_t row, uint32_t *parts);
    cell_value (*cell)(uint32_t column, size_t row);
} mib_table;

extern const mib_table job_table;
extern const mib_table kind_table;

#endif /* COLUMNS_H */
