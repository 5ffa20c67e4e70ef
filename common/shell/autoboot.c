/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/autoboot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/cache.h"
#include "common/shell/autoboot_keyed.h"
#include "common/shell/bootcount.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/shell/readline.h"
#include "common/shell/shell.h"
#include "lib/base/num.h"

#define NEXT_BYTE_MS 20 /* a string that a machine types goes on within these */
#define BYTES_A_NAP  16
#define EARLY_ROUNDS 64 /* of so many bytes: no flood of what was typed ahead holds the boot up */

#define FAULTED 0x6c757466

/*
 * Kept in DRAM, where a reset leaves it: at the same place, since the same image finds the same
 * machine. The flash need not be written, and a boot that is well pays for one look.
 */
static uint32_t faulted __noinit;

static bool running; /* bootcmd or preboot does */
static bool gives_up_never;

/* What every boot asks for, in the order of the store, so that one pass over it will do. */
enum { BOOTCMD, BOOTDELAY, PREBOOT, UPGRADE_AVAILABLE, VARIABLES };

static const char *const variables[VARIABLES] = {
	[BOOTCMD] = "bootcmd",
	[BOOTDELAY] = "bootdelay",
	[PREBOOT] = "preboot",
	[UPGRADE_AVAILABLE] = "upgrade_available",
};

bool autoboot_locked(void)
{
	if (IS_ENABLED(CONFIG_LOCKED))
		return running;
	return IS_ENABLED(CONFIG_AUTOBOOT_KEYED) && running && autoboot_is_keyed();
}

int autoboot_seconds(const char *what, const char *text, int *seconds)
{
	const bool minus = text[0] == '-';
	uint64_t value;

	if (num_parse(text + minus, 10, &value) || value > (minus ? 2 : AUTOBOOT_DELAY_MAX)) {
		printf("%s: '%s' is not a number of seconds up to %d\n", what, text,
		       AUTOBOOT_DELAY_MAX);
		return -EINVAL;
	}
	*seconds = minus ? -(int)value : (int)value;
	return 0;
}

/* A key that stops autoboot is gone with that. */
static bool byte_stops(bool keyed)
{
	const int c = readline_key();
	enum stopkey_match match;

	if (!IS_ENABLED(CONFIG_AUTOBOOT_KEYED) || !keyed) {
		readline_drop_rest(c);
		return true;
	}
	match = c < 0 ? STOPKEY_NONE : autoboot_keyed_feed((char)c);
	gives_up_never = match == STOPKEY_STOP;
	return match != STOPKEY_NONE;
}

/* What waits, @most bytes of it. */
static bool stopped_now(bool keyed, unsigned int most)
{
	while (most-- && console_tstc()) {
		if (byte_stops(keyed))
			return true;
	}
	return false;
}

static bool stopped_within(uint64_t ms, bool keyed)
{
	const uint64_t start = readline_nap();

	do {
		if (stopped_now(keyed, BYTES_A_NAP))
			return true;
	} while (readline_nap() - start < ms);
	return false;
}

/* What was typed before anybody looked, to its end. */
static bool stopped_early(void)
{
	unsigned int rounds = EARLY_ROUNDS;
	uint64_t last = readline_nap();

	while (rounds && readline_nap() - last < NEXT_BYTE_MS) {
		if (!console_tstc())
			continue;
		if (stopped_now(true, BYTES_A_NAP))
			return true;
		last = readline_nap();
		rounds--;
	}
	return false;
}

static bool wait_keyed(int seconds)
{
	autoboot_keyed_start();
	if (console_tstc() && stopped_early())
		return true;
	if (!seconds)
		return false;
	printf("Autoboot in %d seconds\n", seconds);
	return stopped_within((uint64_t)seconds * 1000, true);
}

/* @told: the environment asks for @seconds. Who asked for 0 waits for the line, as rigs do. */
static bool count_down(int seconds, bool told)
{
	bool stopped;

	if (IS_ENABLED(CONFIG_LOCKED) || (!seconds && !told && !console_tstc()))
		return false;
	if (IS_ENABLED(CONFIG_AUTOBOOT_KEYED) && autoboot_is_keyed())
		return wait_keyed(seconds);
	stopped = console_tstc() && byte_stops(false);
	if (!seconds && told)
		printf("Hit any key to stop autoboot:  0 \n");
	if (!seconds || stopped)
		return stopped;
	printf("Hit any key to stop autoboot: %2d ", seconds);
	while (seconds && !stopped) {
		stopped = stopped_within(1000, false);
		seconds--;
		printf("\b\b\b%s%2d ", seconds >= 99 ? "\b" : "", stopped ? 0 : seconds);
	}
	printf("\n");
	return stopped;
}

static void run(const char *text)
{
	static struct console_tap tap = { .holds_ctrlc = autoboot_locked };

	if (IS_ENABLED(CONFIG_AUTOBOOT_KEYED) || IS_ENABLED(CONFIG_LOCKED))
		console_tap(&tap);
	running = true;
	if (shell_run_alone(text)) {
		faulted = FAULTED;
		cache_clean_poc(&faulted, sizeof(faulted)); /* the reset loses what is in a cache */
	}
	running = false;
}

/* Did the shell itself fault at what the last boot ran? Once: who resets again tries again. */
static bool must_skip(void)
{
	if (faulted != FAULTED)
		return false;
	faulted = 0;
	cache_clean_poc(&faulted, sizeof(faulted)); /* for the reset after this one */
	printf("The shell faulted at preboot or bootcmd before the reset: both are skipped this time\n");
	return true;
}

/* @delay: ${bootdelay}; where that is no number of seconds, to the prompt. */
static void boot(const char *text, const char *delay)
{
	int seconds = CONFIG_BOOTDELAY;

	if ((delay && autoboot_seconds("bootdelay", delay, &seconds)) || seconds == -1 || !text)
		return;
	if (seconds < 0 ||
	    !count_down(seconds, delay && (IS_ENABLED(CONFIG_RIG) || env_origin() != ENV_DEFAULT)))
		run(text);
}

void autoboot(void)
{
	const char *value[VARIABLES];
	const char *name = "bootcmd";

	if (must_skip())
		return;
	env_get_many(variables, VARIABLES, value);
	if (!value[PREBOOT] && !value[UPGRADE_AVAILABLE]) {
		boot(value[BOOTCMD], value[BOOTDELAY]);
		return;
	}
	if (IS_ENABLED(CONFIG_PREBOOT) && value[PREBOOT])
		run(value[PREBOOT]);
	if (IS_ENABLED(CONFIG_BOOTCOUNT) && bootcount_count())
		name = "altbootcmd";
	boot(env_get(name), env_get("bootdelay"));
}

static void again(void)
{
	printf("\nTimed out waiting for command\n");
	boot(env_get("bootcmd"), env_get("bootdelay"));
}

static unsigned int retry(void)
{
	const char *text = env_get("bootretry");
	uint64_t seconds;

	return !text || gives_up_never || num_parse(text, 10, &seconds) || seconds > UINT32_MAX
		       ? 0
		       : (unsigned int)seconds;
}

const struct shell_idle autoboot_idle = { .seconds = retry, .over = again };
