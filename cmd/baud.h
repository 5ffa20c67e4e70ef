/* SPDX-License-Identifier: BSD-2-Clause */
/* The dialogue that changes the speed of the console's line. */
#pragma once

/**
 * baud_switch() - ask for the other end's change, change, and wait for Enter there
 *
 * Return: 0; -EINTR Ctrl-C; -ETIMEDOUT nobody pressed Enter; or as console_check_baud(). The
 * sentence is printed, and the line has the speed that it had.
 */
int __attribute__((warn_unused_result)) baud_switch(unsigned int baud);

/** baud_wait_key() - wait a minute for one of two keys. Return: 0; -EINTR Ctrl-C; -ETIMEDOUT */
int __attribute__((warn_unused_result)) baud_wait_key(char key, char other);
