/*
 * labels.h - labels that the operator adds to every series: --label tenant=contoso
 */
#ifndef LABELS_H
#define LABELS_H

#include <stddef.h>

#include "job_check.h"

typedef struct {
    size_t name_length;
    const char *text; /* "tenant=contoso" */
} label;

/* Initialise it with zeros and release it with labels_free. */
typedef struct {
    label *all;
    size_t count;
} label_list;

/* Adds "NAME=VALUE", which must live as long as the list. Returns 0 and the problem if it cannot be a label. */
int labels_add(label_list *labels, const char *text, jc_text *problem);
void labels_free(label_list *labels);
const char *labels_value(const label *one);

#endif /* LABELS_H */
