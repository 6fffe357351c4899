/*
 * loop.h - the smallest event loop that can host a reqtask client, and the way to leave it.
 *
 * The client uses queued delivery: its wakeup writes one byte into a pipe, this thread sleeps on
 * the pipe and calls reqtask_client_dispatch, and so every listener runs here. Ctrl-C takes the
 * same road: the signal handler only sets a flag and writes a byte (both async-signal-safe), and
 * reqtask_abort is called from the loop. A second Ctrl-C ends the process as usual.
 */
#ifndef EXAMPLE_LOOP_H
#define EXAMPLE_LOOP_H

#include <stdbool.h>

#include "reqtask.h"

/** Makes the pipe and takes over SIGINT. False with errno set. Once per process. */
bool loop_open(void);

/** For reqtask_config_set_wakeup; user is not used. */
void loop_wakeup(void *user);

/** True once Ctrl-C has been pressed. */
bool loop_interrupted(void);

/** Sleeps and dispatches until *done; aborts the task when Ctrl-C is pressed. */
void loop_run(reqtask_client *client, reqtask_id task, const bool *done);

#endif
