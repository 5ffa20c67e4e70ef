/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/baud.h"

#include <errno.h>
#include <stdio.h>

#include "arch/cpu.h"
#include "common/console/console.h"
#include "common/console/speed.h"
#include "common/env/env.h"
#include "lib/base/num.h"

#define KEY_MS    60000
#define CTRL_C    3
#define SETTLE_US 50000 /* of the line, and of whoever changes the other end */

int baud_wait_key(char key, char other)
{
	unsigned int ms;

	for (ms = 0; ms < KEY_MS; ms++) {
		while (console_tstc()) {
			const int c = console_getc();

			if (c == key || c == other)
				return 0;
			if (c == CTRL_C)
				return -EINTR;
		}
		udelay(1000);
	}
	return -ETIMEDOUT;
}

int baud_switch(unsigned int baud)
{
	const unsigned int old = console_baud();
	struct why why;
	int err;

	err = console_check_baud(baud, &why);
	if (!err) {
		printf("## Switch baudrate to %u bps and press ENTER ...\n", baud);
		err = console_set_baud(baud, &why);
	}
	if (err) {
		printf("## %s\n", why.text);
		return err;
	}
	udelay(SETTLE_US);
	err = baud_wait_key('\r', '\n');
	if (!err)
		return 0;
	(void)!console_set_baud(old, &why);
	printf("## No ENTER at %u bps\n", baud);
	return err;
}

/*
 * At start-up, and when variables are loaded, nobody is there to press Enter: the variable has the
 * value by then.
 */
static bool is_there(const char *value)
{
	const char *now = env_get("baudrate");

	return now == value;
}

static int set_baudrate(const char *value)
{
	struct why why;
	uint64_t baud;

	if (!value)
		return 0;
	if (num_parse(value, 10, &baud) || baud > UINT32_MAX) {
		printf("## Baudrate %s bps not supported\n", value);
		return -EINVAL;
	}
	if (baud == console_baud())
		return 0;
	if (!is_there(value))
		return baud_switch((unsigned int)baud);
	if (console_check_baud((unsigned int)baud, &why)) {
		printf("## %s\n", why.text);
		return 0;
	}
	printf("## Baudrate is %u bps from here on\n", (unsigned int)baud);
	return console_set_baud((unsigned int)baud, &why);
}

TABLE_ENTRY(env_callback_table, struct env_callback, env_baudrate) = {
	.name = "baudrate",
	.set = set_baudrate,
};
