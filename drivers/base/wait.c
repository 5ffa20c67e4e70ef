/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/base/wait.h"

struct wait wait_begin(uint32_t ms)
{
	return (struct wait){ .begun = cpu_ticks(),
			      .ticks = cpu_ticks_hz() / 1000 * ms,
			      .looks = ms * UINT64_C(100000) };
}

bool wait_over(struct wait *wait)
{
	poll_pause();
	if (!--wait->looks)
		return true;
	return wait->ticks && cpu_ticks() - wait->begun > wait->ticks;
}
