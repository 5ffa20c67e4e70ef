/* SPDX-License-Identifier: BSD-2-Clause */
/* What loadx, loady, loadb and loads share: arguments, the line's speed, what is printed. */
#pragma once

#include "common/source/serload.h"

/**
 * struct serload_cmd - one of them
 * @format: "ymodem": as its lines call it; NULL: S-records
 * @start:  its receiver; @arg: the first argument
 * @step:   of its receiver
 */
struct serload_cmd {
	const char *name, *format;
	void (*start)(struct serload_job *job, uint64_t arg);
	int (*step)(struct serload_job *job, int c);
};

/** serload_command() - all of such a command; returns what run() does */
int serload_command(const struct serload_cmd *cmd, int argc, char *const argv[]);

#define SERLOAD_USAGE                                                  \
	"[addr] [baud]\n"                                              \
	"	- load binary file over serial line to address 'addr', or\n" \
	"	  ${loadaddr}, with baudrate 'baud'"
