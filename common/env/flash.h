/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/env/copies.h"

/**
 * env_flash_find() - the flash that copies lie in; reads need no more
 * @flash:  receives base, size and width
 * @layout: offset, stride and redundant are read
 *
 * Return: false: this machine has none that is so large, or nothing answers there
 */
bool env_flash_find(struct flash *flash, const struct env_layout *layout);
