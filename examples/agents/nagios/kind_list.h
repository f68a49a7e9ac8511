/*
 * kind_list.h - the output of --list-kinds
 */
#ifndef KIND_LIST_H
#define KIND_LIST_H

#include <stddef.h>

#include "report.h"

/* The first answer that is a failure; the number of answers if there is none. */
size_t kind_list_failure(const report *found);
/* Names to copy, and the options that watch them. */
void kind_list_write_text(jc_text *text, const report *found);
/* A JSON array; the failure as an object if there is one. */
void kind_list_write_json(jc_text *text, const report *found);

#endif /* KIND_LIST_H */
