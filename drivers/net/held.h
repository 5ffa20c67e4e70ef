/* SPDX-License-Identifier: BSD-2-Clause */
/* held.h - the network device that runs on between two commands, for a connection that is kept */
#pragma once

#include "drivers/net/net.h"

/** netdev_hold() - from now on @dev runs; NULL: none does */
void netdev_hold(struct netdev *dev);

/** netdev_held() - the device that runs; NULL: none, or it was stopped by netdev_quiesce() */
struct netdev *netdev_held(void);

/** netdev_quiesce() - stop it, before a kernel gets the machine */
void netdev_quiesce(void);
