/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fdt command on a foreign tree (FIELD X10): lines of words, a zero, then what is wrong with
 * the tree that they are about, three bytes a change. `@` is its address, `$` that of another.
 * Nothing outside is read or written, Loft's own tree stays one, an error has been printed.
 */
#include <stdlib.h>

#include "cmd/fdt.c" /* NOLINT: the command is in a table and has no name */

#include "common/console/console.h"
#include "common/mem/memmap.h"
#include "lib/base/num.h"

#define DRAM_SIZE  (2 * MIB)
#define FOREIGN_AT (1 * MIB)
#define LIKE_AT    (FOREIGN_AT + 64 * KIB)
#define TEXT_MAX   512

static uint8_t dram[DRAM_SIZE] __attribute__((aligned(4096)));
static uint8_t sample[2 * KIB] __attribute__((aligned(8)));
static uint8_t own[4 * KIB] __attribute__((aligned(8)));
static char value[2 * KIB];
static unsigned int steps;

/* ---- what the command needs of the console ---- */

const char *env_get(const char *name)
{
	return name[0] == 'b' || name[0] == 'v' ? value : NULL;
}

int env_set(const char *name, const char *text)
{
	(void)name;
	if (strlen(text) >= sizeof(value))
		return -ENOSPC;
	memmove(value, text, strlen(text) + 1);
	return 0;
}

int env_set_hex(const char *name, uint64_t number)
{
	char text[17];

	num_put_hex(text, number);
	return env_set(name, text);
}

bool console_ctrlc(void)
{
	return ++steps > 10000;
}

int cmd_number(const char *arg, const char *what, uint64_t *out)
{
	int err;

	if (!strcmp(arg, "@") || !strcmp(arg, "$")) {
		*out = (uintptr_t)dram + (*arg == '@' ? FOREIGN_AT : LIKE_AT);
		return 0;
	}
	err = num_parse(arg, 16, out);
	/* Where no DRAM is, a write is the user's affair, and a fault: dram's bytes alone then. */
	if (!err && !strcmp(what, "newaddr"))
		*out = (uintptr_t)dram + *out % DRAM_SIZE;
	return err;
}

int cmd_run_sub(const struct cmd *subs, unsigned int count, int argc, char *const argv[])
{
	for (unsigned int i = 0; argc > 1 && i < count; i++)
		if (!strncmp(subs[i].name, argv[1], strlen(argv[1])) && subs[i].run)
			return argc - 1 > subs[i].max_args ? CMD_USAGE
							   : subs[i].run(argc - 1, argv + 1);
	return CMD_USAGE;
}

/* ---- trees ---- */

/* An overlay, too: what is below __overlay__ goes to /soc. */
static void make_tree(uint8_t *to, int size)
{
	const uint64_t memory[2] = { cpu_to_fdt64((uintptr_t)dram), cpu_to_fdt64(DRAM_SIZE) };

	(void)fdt_create(to, size);
	(void)fdt_add_reservemap_entry(to, (uintptr_t)dram + 64, 4096);
	(void)fdt_finish_reservemap(to);
	(void)fdt_begin_node(to, "");
	(void)fdt_property_u32(to, "#address-cells", 2);
	(void)fdt_property_u32(to, "#size-cells", 2);
	(void)fdt_begin_node(to, "memory");
	(void)fdt_property_string(to, "device_type", "memory");
	(void)fdt_property(to, "reg", memory, sizeof(memory));
	(void)fdt_end_node(to);
	(void)fdt_begin_node(to, "soc");
	(void)fdt_property_string(to, "compatible", "simple-bus");
	(void)fdt_property(to, "names", "a\0bc\0\0d", 8);
	(void)fdt_begin_node(to, "uart@1000");
	(void)fdt_property(to, "reg", "\0\0\x10\0\0\0\1\0", 8);
	(void)fdt_property(to, "empty", NULL, 0);
	(void)fdt_end_node(to);
	(void)fdt_end_node(to);
	(void)fdt_begin_node(to, "aliases");
	(void)fdt_property_string(to, "serial0", "/soc/uart@1000");
	(void)fdt_property_string(to, "loop", "loop/x");
	(void)fdt_end_node(to);
	(void)fdt_begin_node(to, "fragment@0");
	(void)fdt_property_string(to, "target-path", "/soc");
	(void)fdt_begin_node(to, "__overlay__");
	(void)fdt_property_u32(to, "new", 1);
	(void)fdt_end_node(to);
	(void)fdt_end_node(to);
	(void)fdt_end_node(to);
	(void)fdt_finish(to);
}

static void start(void)
{
	struct why why;

	if (!sample[0]) {
		make_tree(sample, sizeof(sample));
		if (!freopen("/dev/null", "w", stdout))
			abort();
	}
	memset(dram + FOREIGN_AT, 0, MIB);
	memcpy(own, sample, sizeof(sample));
	value[0] = '\0';
	steps = 0;
	/* Loft's own again, which lies where no DRAM is. */
	if (machine_scan(&machine, own, sizeof(own), NULL, &why) ||
	    fdt_work_set((paddr_t)own, true))
		abort();
}

/* A line's words; at most as many as the shell has. */
static int words_of(char *line, char *argv[CMD_WORDS_MAX + 1])
{
	int count = 0;

	argv[count++] = (char *)"fdt";
	for (char *word = strtok(line, " "); word && count < CMD_WORDS_MAX;
	     word = strtok(NULL, " "))
		argv[count++] = word;
	argv[count] = NULL;
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TEXT_MAX + 1], *argv[CMD_WORDS_MAX + 1], *next;
	const uint8_t *zero = memchr(data, 0, size);
	size_t len = zero ? (size_t)(zero - data) : size;
	uint8_t *foreign = dram + FOREIGN_AT;

	start();
	memcpy(foreign, sample, sizeof(sample));
	memcpy(dram + LIKE_AT, sample, sizeof(sample));
	for (size_t at = len + 1; at < size && size - at >= 3; at += 3)
		foreign[(data[at] << 8 | data[at + 1]) % sizeof(sample)] = data[at + 2];
	len = MIN(len, (size_t)TEXT_MAX);
	memcpy(text, data, len);
	text[len] = '\0';
	for (char *line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		(void)do_fdt(words_of(line, argv), argv);
		if (fdt_check_whole(machine.fdt, FDT_SIZE_MAX, false, NULL))
			abort();
	}
	return 0;
}
