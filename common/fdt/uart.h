/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/fdt/fdt.h"
#include "drivers/serial/serial.h"

/**
 * fdt_uart() - what a device's node says to a UART driver
 * @fdt:  a tree that was walked whole once
 * @dev:  one of its devices, or a struct with that one's compatible, base and node
 * @node: receives it; strings point into the tree
 *
 * Spec: Devicetree bindings, serial/8250.yaml: reg-offset, reg-shift, reg-io-width, big-endian
 */
void fdt_uart(const void *fdt, const struct device *dev, struct serial_node *node);
