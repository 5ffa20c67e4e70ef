/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/edit/menu.h"

/**
 * bootmenu_run() - let the person at the console choose, and run that
 * @delay: the command's argument, or NULL
 *
 * Return: as a command's run().
 */
int bootmenu_run(enum menu_style style, const char *delay);
