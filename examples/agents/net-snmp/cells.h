/*
 * cells.h - values in the form that snmpd takes
 */
#ifndef CELLS_H
#define CELLS_H

#include <stdint.h>

#include "job_check.h"

/* Release it with jc_text_free. */
typedef struct {
    const char *type; /* NULL: there is no value */
    jc_text text;
} cell_value;

#define CELL_EMPTY {NULL, JC_TEXT_EMPTY}

/* Each sets a value that is not set yet. Text that is NULL, and a metric that is unknown, are no value. */
void cell_text(cell_value *into, const char *text);
void cell_integer(cell_value *into, int64_t number);
void cell_gauge(cell_value *into, double number);
/* A count as a counter of 64 bits, a percentage as a gauge in hundredths, seconds as a gauge. */
void cell_metric(cell_value *into, const jc_result *result, jc_metric metric);

#endif /* CELLS_H */
