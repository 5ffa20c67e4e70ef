/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/** hash_run_sum() - what sha256sum and its like run: the algorithm is argv[0] without "sum" */
int hash_run_sum(int argc, char *const argv[]);

/** HASH_SUM_USAGE - of a command of that kind */
#define HASH_SUM_USAGE(name)                                                                       \
	"address count [[*]sum]\n"                                                                 \
	"	- digest of a memory area [save to a variable, or with * to memory]\n" name        \
	" -v address count [*]sum\n"                                                               \
	"	- verify: digits, a variable, or with * bytes in memory"
