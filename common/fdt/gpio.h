/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/fdt/fdt.h"
#include "drivers/gpio/gpio.h"

/**
 * fdt_gpio() - the gpio controller that a device is
 * @fdt: a tree that was walked whole once
 * @dev: one of its devices
 * @g:   receives it
 *
 * Return: false where no row knows it, or its registers or lines are none
 */
bool fdt_gpio(const void *fdt, const struct device *dev, struct gpio *g);
