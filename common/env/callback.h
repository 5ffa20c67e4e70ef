/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* What common/env/env.c asks before it changes a variable; the table is in common/env/env.h. */

/**
 * env_callback_run() - tell those who wait for a variable
 * @value: the new one; NULL or "" where it is deleted
 *
 * Return: 0; what the first callback that refused returned
 */
int env_callback_run(const char *name, const char *value);

/** env_callback_start() - tell everybody the value that their variable has, if it is set */
void env_callback_start(void);
