/*
 * rounds.h - asks the service about kinds and jobs, round by round
 */
#ifndef ROUNDS_H
#define ROUNDS_H

#include "cloudbackupjobs.h"

/* Reads as many kinds and jobs as half of the interval allows. The next round begins where this one ended. */
void cloudbackup_round(cbj_client *client);
/* The next round begins with the first one. */
void cloudbackup_rounds_reset(void);

#endif /* ROUNDS_H */
