/*
 * discovery.h - the kinds of jobs that there are
 */
#ifndef DISCOVERY_H
#define DISCOVERY_H

#include "job_check.h"

/*
 * Adds the kinds as a JSON array of objects with the members kind, object_type, job_type and location: those of the lines
 * Kind=, or, without such lines, the types of objects with a backup in the last 30 days. Returns 0 and the problem if the
 * service did not answer about all of them.
 */
int cloudbackup_discover(jc_text *json, jc_text *problem);

#endif /* DISCOVERY_H */
