/*
 * samples.h - the syntax of the formats prometheus and influx
 */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stdint.h>

#include "job_check.h"
#include "labels.h"

/* In quotes, as both formats have it. */
void samples_add_quoted(jc_text *text, const char *value);

/* ---- prometheus ---- */

/* Labels that are being written: begin with SAMPLES_NO_LABELS, and end with samples_end_labels. */
typedef struct {
    jc_text text;
} samples_labels;

#define SAMPLES_NO_LABELS {JC_TEXT_EMPTY}

void samples_add_label(samples_labels *labels, const char *name, const char *value);
void samples_add_free_labels(samples_labels *labels, const label_list *free_labels);
/* "{job_id=\"...\",tenant=\"...\"} ", or a blank if there are no labels. Frees them. */
void samples_end_labels(jc_text *text, samples_labels *labels);
/* The two lines before the first sample of a metric, which is a gauge. */
void samples_begin(jc_text *text, const char *name, const char *help);

/* ---- influx ---- */

/* ",tenant=contoso" */
void samples_add_tag(jc_text *text, const char *name, size_t name_length, const char *value);
void samples_add_free_tags(jc_text *text, const label_list *free_labels);
/* A value of a tag. */
void samples_add_tag_value(jc_text *text, const char *value);
/* ",name=\"value\""; nothing for NULL. */
void samples_add_text_field(jc_text *text, const char *name, const char *value);
/* ",name=1795000000i"; nothing for CBJ_NO_TIME. */
void samples_add_time_field(jc_text *text, const char *name, int64_t unix_ms);
/* The metrics before `end` that are known: ",failed=4i". */
void samples_add_metric_fields(jc_text *text, const jc_result *result, jc_metric end);

#endif /* SAMPLES_H */
