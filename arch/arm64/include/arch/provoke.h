/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * struct provocation - a way to cause an exception
 * @run: does not come back, unless the CPU or its emulator lets that pass
 */
struct provocation {
	char name[12];
	char what[52];
	void (*run)(void);
};

extern const struct provocation provocations[];
extern const unsigned int provocation_count;
