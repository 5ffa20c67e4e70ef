/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two files of the menu use of each other; users include lib/edit/menu.h. */
#pragma once

#include "lib/edit/menu.h"

/* ---- menu_show.c ---- */

/* All of it. */
void menu_show(struct menu *menu);

/* Another entry than @before is selected. */
void menu_show_selected(struct menu *menu, unsigned int before);

/* The seconds have changed, or (negative) are counted no more. */
void menu_show_seconds(struct menu *menu);
