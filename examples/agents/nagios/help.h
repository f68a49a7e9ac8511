/*
 * help.h - the text of --help
 */
#ifndef HELP_H
#define HELP_H

#include "job_check.h"

void help_add(jc_text *text);

#endif /* HELP_H */
