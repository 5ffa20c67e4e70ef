/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/net/held.h"

static struct netdev *held;

void netdev_hold(struct netdev *dev)
{
	held = dev;
}

struct netdev *netdev_held(void)
{
	return held;
}

void netdev_quiesce(void)
{
	if (held)
		held->ops->stop(held);
	held = NULL;
}
