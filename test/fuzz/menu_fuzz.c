/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes at a menu: it stays inside its entries, and its rows inside the terminal. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/edit/menu.h"

static struct menu menu;
static char sequence[16];
static unsigned int sequence_len;

static void check_sequence(void)
{
	unsigned int row, column;

	if (sscanf(sequence, "[%u;%uH", &row, &column) != 2)
		return;
	if (!row || row > menu.rows || !column || column > menu.columns)
		abort();
}

static void emit(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	for (; len; len--, bytes++) {
		if (*bytes == '\033') {
			if (menu.style == MENU_DUMB)
				abort();
			sequence_len = 1;
		} else if (sequence_len) {
			if (sequence_len >= sizeof(sequence))
				abort();
			sequence[sequence_len - 1] = *bytes;
			sequence[sequence_len++] = '\0';
			if (*bytes >= '@' && *bytes != '[') {
				sequence_len = 0;
				check_sequence();
			}
		} else if ((unsigned char)*bytes < ' ' && !strchr("\n\r\b", *bytes)) {
			abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct menu_entry entry[256];
	size_t i;

	if (size < 8)
		return 0;
	sequence_len = 0;
	menu = (struct menu){ .emit = emit,
			      .heading = "Menu",
			      .entry = entry,
			      .count = 1 + data[0],
			      .selected = data[1] % (1U + data[0]),
			      .seconds = data[2] - 1,
			      .style = (enum menu_style)(data[3] % 3),
			      .can_edit = data[4] & 1,
			      .locked = data[4] & 2,
			      .rows = data[5],
			      .columns = data[6] };
	for (i = 0; i < menu.count; i++)
		entry[i] = (struct menu_entry){ (const char *)data, size, i % 7 ? "command" : NULL,
						(unsigned int)i };
	menu_start(&menu);
	for (i = 7; i < size; i++) {
		if (data[i] == 0xfe)
			menu_second(&menu);
		else if (data[i] == 0xfd)
			menu_pause(&menu);
		else
			menu_feed(&menu, data[i]);
		if (menu.selected >= menu.count || menu.selected < menu.top ||
		    (menu.style != MENU_DUMB && menu.selected >= menu.top + menu.visible))
			abort();
	}
	menu_leave(&menu);
	return 0;
}
