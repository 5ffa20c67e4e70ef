/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text: commands get whole words, it ends, the arena is given back, errors have sentences, and
 * the target's stack suffices (FIELD X10), though AddressSanitizer's frames are larger.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sh/sh.h"

static char memory[4096];
static struct sh_arena arena = { .mem = memory, .size = sizeof(memory) };
static const char *variable;
static char assigned[64];
static unsigned int steps;

#define HOME_STACK (72 * 1024) /* scripts/check-stack.py: home */
static char stack[HOME_STACK] __attribute__((aligned(4096)));

static const char *lookup(void *ctx, const char *name)
{
	(void)ctx;
	if (name[0] == 'v' || name[0] == 'f')
		return assigned[0] ? assigned : NULL;
	return name[0] == 'u' || strchr(name, '(') ? NULL : variable;
}

static int assign(void *ctx, const char *name, const char *value)
{
	size_t len = strlen(value);

	(void)ctx;
	if (len >= sizeof(assigned) || !*name)
		return -1;
	memmove(assigned, value, len + 1);
	return 0;
}

static bool stop(void *ctx)
{
	(void)ctx;
	return ++steps > 200;
}

static int run(void *ctx, int argc, char *const argv[]);
static const struct sh_ops ops = { .lookup = lookup, .assign = assign, .run = run, .stop = stop };
static struct sh sh;

static int run(void *ctx, int argc, char *const argv[])
{
	const size_t used = arena.used;
	struct why why;
	int i;

	(void)ctx;
	if (argc < 1 || argv[argc])
		abort();
	for (i = 0; i < argc; i++) {
		if (argv[i] < memory || argv[i] + strlen(argv[i]) >= memory + arena.used)
			abort();
	}
	if (stop(NULL))
		return -1;
	if (strchr("bcrx", argv[0][0]) && argv[0][0]) {
		sh.flow = argv[0][0] == 'b'   ? SH_BREAK
			  : argv[0][0] == 'c' ? SH_CONTINUE
			  : argv[0][0] == 'r' ? SH_RETURN
					      : SH_EXIT;
		sh.count = sh.loops;
		if ((sh.flow == SH_BREAK || sh.flow == SH_CONTINUE) && !sh.loops)
			sh.flow = SH_GO_ON;
	} else if (argv[0][0] == 'n') {
		if (sh_run(&sh, &arena, variable, &why) < 0)
			sh.status = 1;
		sh.flow = SH_GO_ON;
	}
	if (arena.used != used)
		abort();
	return argv[0][0] == 't' ? 0 : argv[0][0] == 'n' ? sh.status : 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *run_line(void *line)
{
	struct why why;
	int err = sh_run(&sh, &arena, line, &why);

	if (arena.used || sh.nest || sh.blocks || sh.loops || sh.argc)
		abort();
	if (err && steps <= 200 && !why.text[0])
		abort();
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pthread_attr_t attributes;
	pthread_t thread;
	char line[1024];

	size = size < sizeof(line) - 1 ? size : sizeof(line) - 1;
	memcpy(line, data, size);
	line[size] = '\0';
	variable = line + size / 2;
	assigned[0] = '\0';
	steps = 0;
	sh = (struct sh){ .ops = &ops };
	if (pthread_attr_init(&attributes) ||
	    pthread_attr_setstack(&attributes, stack, sizeof(stack)) ||
	    pthread_create(&thread, &attributes, run_line, line) || pthread_join(thread, NULL))
		abort();
	return 0;
}
