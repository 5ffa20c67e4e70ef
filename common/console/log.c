/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/console/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arch/cache.h"
#include "arch/cpu.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "lib/base/log.h"
#include "lib/base/types.h"

#define LINE_MAX    240
#define RING_BYTES  (4 * KIB + 16 * KIB) /* the header, and as much text as a power of two has */
#define MODULES_MAX 8
#define NAME_SIZE   12
#define US_PER_S    UINT64_C(1000000)

static const char level_names[][8] = { "err", "warn", "info", "debug" };
static const char prefixes[][10] = { "error: ", "warning: ", "", "debug: " };

struct levels {
	enum log_level all;
	unsigned int count;
	struct {
		char name[NAME_SIZE];
		enum log_level level;
	} module[MODULES_MAX];
};

static struct levels levels = { .all = (enum log_level)CONFIG_LOG_LEVEL };
static struct logring ring;
static bool capturing = true;

static uint64_t now_us(void)
{
	uint64_t ticks = cpu_ticks(), hz = cpu_ticks_hz();

	return hz ? ticks / hz * US_PER_S + ticks % hz * US_PER_S / hz : 0;
}

static void keep(const char *text, size_t count)
{
	if (ring.log)
		logring_write(&ring, text, count, ring.in_line && count == 1 ? 0 : now_us());
}

static bool capture(const char *text, size_t count)
{
	if (!capturing || !ring.log)
		return false;
	if (count == 1 && ring.in_line && *text != '\n')
		logring_add(&ring, *text);
	else
		keep(text, count);
	return false;
}

void log_start(void)
{
	static struct console_tap tap = { .prints = capture };
	paddr_t mem;

	if (!memmap_alloc(&machine.mem, RING_BYTES, 4 * KIB, true, ~UINT64_C(0),
			  MEM_KEEP | MEM_RECLAIM, "Loft's log", &mem, NULL))
		logring_init(&ring, (void *)mem, RING_BYTES);
	console_tap(&tap);
}

bool log_capturing(bool on)
{
	bool before = capturing;

	capturing = on;
	return before;
}

void log_keep(void)
{
	if (ring.log)
		cache_clean_poc(ring.log,
				sizeof(*ring.log) + MIN(ring.log->written, ring.log->size));
}

const struct logring *log_text(void)
{
	return ring.log ? &ring : NULL;
}

void log_clear(void)
{
	if (ring.log)
		ring.log->written = 0;
}

enum log_level log_level_of(const char *module)
{
	for (unsigned int i = 0; i < levels.count; i++)
		if (!strcmp(levels.module[i].name, module))
			return levels.module[i].level;
	return levels.all;
}

/* Printed or not, it is in the ring. */
void log_line(enum log_level level, const char *module, const char *fmt, ...)
{
	bool print = level <= log_level_of(module);
	char line[LINE_MAX];
	va_list args;
	int n;

	strcpy(line, prefixes[level]);
	strncat(line, module, NAME_SIZE);
	strcat(line, ": ");
	n = (int)strlen(line);
	va_start(args, fmt);
	n += vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, args);
	va_end(args);
	n = MIN(n, (int)sizeof(line) - 2);
	line[n++] = '\n';
	line[n] = '\0';
	if (print)
		printf("%s", line);
	if (!print || !capturing)
		keep(line, (size_t)n);
}

static int parse_level(const char *text, size_t length, enum log_level *level)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(level_names); i++)
		if (strlen(level_names[i]) == length && !strncmp(level_names[i], text, length)) {
			*level = (enum log_level)i;
			return 0;
		}
	/* U-Boot's, which has ten: a digit, or a longer name. */
	if (length == 1 && *text >= '0' && *text <= '9')
		*level = (enum log_level)("0000122333"[*text - '0'] - '0');
	else if (length == 7 && !strncmp(text, "warning", length))
		*level = LOG_WARN;
	else
		return -EINVAL;
	return 0;
}

/* One word: a level, or module=level. */
static int parse_word(const char *word, size_t length, struct levels *out, struct why *why)
{
	const char *equals = memchr(word, '=', length);
	size_t name = equals ? (size_t)(equals - word) : 0;
	enum log_level level;
	unsigned int i = 0;

	if (parse_level(equals ? equals + 1 : word, equals ? length - name - 1 : length, &level))
		return refuse(why, -EINVAL,
			      "'%.*s' is no level: err, warn, info, debug, or module=level",
			      (int)MIN(length, (size_t)40), word);
	if (!equals) {
		out->all = level;
		return 0;
	}
	while (i < out->count &&
	       (strlen(out->module[i].name) != name || strncmp(out->module[i].name, word, name)))
		i++;
	if (name >= NAME_SIZE || i == MODULES_MAX)
		return refuse(why, -E2BIG, "'%.*s': %s", (int)MIN(length, (size_t)40), word,
			      name >= NAME_SIZE ? "a module's name has at most 11 characters"
						: "there are levels for 8 modules already");
	memcpy(out->module[i].name, word, name);
	out->module[i].name[name] = '\0';
	out->module[i].level = level;
	out->count = MAX(out->count, i + 1);
	return 0;
}

int log_set_levels(const char *text, struct why *why)
{
	struct levels wanted = levels;

	for (;;) {
		size_t length;
		int err;

		text += strspn(text, " ");
		length = strcspn(text, " ");
		if (!length)
			break;
		err = parse_word(text, length, &wanted, why);
		if (err)
			return err;
		text += length;
	}
	levels = wanted;
	return 0;
}

void log_print_levels(void)
{
	printf("%s", level_names[levels.all]);
	for (unsigned int i = 0; i < levels.count; i++)
		printf(" %s=%s", levels.module[i].name, level_names[levels.module[i].level]);
	printf("\n");
}

const char *log_default_level(void)
{
	return level_names[CONFIG_LOG_LEVEL];
}
