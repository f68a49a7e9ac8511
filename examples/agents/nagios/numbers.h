/*
 * numbers.h - numbers with their thresholds, for Nagios and Checkmk
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include "job_check.h"

/* For Nagios: "4;0;10;0", with the unit after the value. */
void numbers_add_nagios(jc_text *text, jc_metric metric, jc_value value, const jc_policy *policy);
/* The largest value that the number can have: "100" or the number of all objects or runs. Adds nothing if there is none. */
void numbers_add_maximum(jc_text *text, jc_metric metric, const jc_result *result);
/* For Checkmk: "4;0;10;0". */
void numbers_add_checkmk(jc_text *text, jc_metric metric, jc_value value, const jc_policy *policy);

#endif /* NUMBERS_H */
