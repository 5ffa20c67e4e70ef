/* SPDX-License-Identifier: BSD-2-Clause */
/* Any line: commands get whole words, the arena is given back, an error has its sentence. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"

static char memory[2048];
static struct cmdline_arena arena = { .mem = memory, .size = sizeof(memory) };
static const char *variable;
static unsigned int ran;

static const char *lookup(void *ctx, const char *name)
{
	(void)ctx;
	return name[0] == 'u' ? NULL : variable;
}

static int run(void *ctx, int argc, char *const argv[]);
static const struct cmdline_ops ops = { .lookup = lookup, .run = run };

static int run(void *ctx, int argc, char *const argv[])
{
	size_t used = arena.used;
	struct why why;
	int status = 0;
	int i;

	(void)ctx;
	if (argc < 1 || argc > CMDLINE_WORDS_MAX || argv[argc])
		abort();
	for (i = 0; i < argc; i++) {
		if (argv[i] < memory || argv[i] + strlen(argv[i]) >= memory + arena.used)
			abort();
	}
	if (++ran > 100)
		return -1;
	if (argv[0][0] == 'n' && cmdline_run(variable, &ops, &arena, &status, &why) < 0)
		status = 1;
	if (arena.used != used)
		abort();
	return argv[0][0] == 'f' ? 1 : status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char line[1024];
	struct why why;
	int status = 0;
	int err;

	size = size < sizeof(line) - 1 ? size : sizeof(line) - 1;
	memcpy(line, data, size);
	line[size] = '\0';
	variable = line + size / 2;
	ran = 0;
	err = cmdline_run(line, &ops, &arena, &status, &why);
	if (arena.used || (err && ran <= 100 && !why.text[0]))
		abort();
	return 0;
}
