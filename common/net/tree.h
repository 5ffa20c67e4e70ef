/* SPDX-License-Identifier: BSD-2-Clause */
/* tree.h - network devices that only the tree tells of, with a PHY behind MDIO */
#pragma once

#include "drivers/net/net.h"

/**
 * netif_tree_devices() - take those that there is a driver for, in the tree's order
 * @devices: receives them, @room at most
 *
 * The MAC address is the tree's (mac-address, local-mac-address), else what firmware has left in
 * the device.
 *
 * Return: how many
 */
unsigned int netif_tree_devices(struct netdev **devices, unsigned int room);
