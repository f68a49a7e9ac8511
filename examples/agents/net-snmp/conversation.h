/*
 * conversation.h - the pass_persist protocol: snmpd asks on standard input, and reads answers from standard output
 */
#ifndef CONVERSATION_H
#define CONVERSATION_H

/* Answers until snmpd closes a pipe. */
void conversation_run(void);

#endif /* CONVERSATION_H */
