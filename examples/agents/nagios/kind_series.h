/*
 * kind_series.h - the formats prometheus and influx for kinds of jobs
 */
#ifndef KIND_SERIES_H
#define KIND_SERIES_H

#include "report.h"

void kind_series_write_prometheus(jc_text *text, const report *found);
/* A line for each kind. */
void kind_series_write_influx(jc_text *text, const report *found);

#endif /* KIND_SERIES_H */
