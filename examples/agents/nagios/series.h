/*
 * series.h - the formats for databases of time series: prometheus and influx
 */
#ifndef SERIES_H
#define SERIES_H

#include "job_check.h"

void series_write_prometheus(jc_text *text, const jc_result *result, const char *job_id);

/* `job` may be NULL. */
void series_write_influx(jc_text *text, const jc_result *result, const char *job_id, const cbj_job *job);

#endif /* SERIES_H */
