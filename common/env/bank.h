/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "drivers/flash/flash.h"

#define FLASH_BANKS_MAX 8

/**
 * flash_banks() - the banks of CFI flash that the device tree has, in its order
 * @bank: receives base, size and width of each; not probed
 *
 * Return: how many, at most FLASH_BANKS_MAX
 */
unsigned int flash_banks(struct flash bank[FLASH_BANKS_MAX]);

/**
 * flash_last() - the last of them
 *
 * Return: true, and *bank has base, size and width; false where there is none
 */
bool flash_last(struct flash *bank);
