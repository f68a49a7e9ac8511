/*
 * series.h - the formats for databases of time series: prometheus and influx
 */
#ifndef SERIES_H
#define SERIES_H

#include "report.h"

void series_write_prometheus(jc_text *text, const report *found);
void series_write_influx(jc_text *text, const report *found);

#endif /* SERIES_H */
