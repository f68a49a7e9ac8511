/*
 * headline.h - the first line about kinds of jobs
 */
#ifndef HEADLINE_H
#define HEADLINE_H

#include "report.h"

/* "exchange-online: no success for 31 h (>26 h); 2 of 3 kinds OK" */
void headline_add(jc_text *text, const report *found);

#endif /* HEADLINE_H */
