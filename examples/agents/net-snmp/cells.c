/*
 * cells.c - values in the form that snmpd takes
 */
#include "cells.h"

#include <inttypes.h>

#define MAX_TEXT 255

void cell_text(cell_value *into, const char *text)
{
    jc_text line = JC_TEXT_EMPTY;

    if (text == NULL)
        return;
    jc_text_line(&line, text);
    into->type = "string";
    jc_text_bytes(&into->text, jc_text_get(&line), jc_fitting_length(jc_text_get(&line), MAX_TEXT));
    jc_text_free(&line);
}

static void set_number(cell_value *into, const char *type, int64_t number)
{
    into->type = type;
    jc_text_add(&into->text, "%" PRId64, number);
}

void cell_integer(cell_value *into, int64_t number)
{
    set_number(into, "integer", number);
}

/* A gauge has 32 bits. A larger number becomes the largest gauge. */
void cell_gauge(cell_value *into, double number)
{
    set_number(into, "gauge", number >= 4294967295.0 ? INT64_C(4294967295) : (int64_t)number);
}

void cell_metric(cell_value *into, const jc_result *result, jc_metric metric)
{
    jc_value value = result->values[metric];

    if (!jc_value_is_known(value))
        return;
    if (jc_metric_kinds[metric].unit[0] == '%')
        cell_gauge(into, value.number * 100 + 0.5);
    else if (value.count >= 0)
        set_number(into, "counter64", value.count);
    else
        cell_gauge(into, value.number);
}
