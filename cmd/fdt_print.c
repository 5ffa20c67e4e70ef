/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/fdt_print.h"

#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/fdt_value.h"
#include "cmd/fdt_work.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "lib/base/num.h"

#define LEVELS_MAX 32

/* libfdt follows an alias of an alias, and one of itself for ever. */
static int find(const void *fdt, const char *path)
{
	const char *alias =
		*path == '/' ? path : fdt_get_alias_namelen(fdt, path, (int)strcspn(path, "/"));

	return alias && *alias == '/' ? fdt_path_offset(fdt, path) : -FDT_ERR_BADPATH;
}

int fdt_node_at(const char *path)
{
	int node = find(fdt_work(), path);

	if (node >= 0)
		return node;
	printf("libfdt fdt_path_offset() returned %s\n", fdt_strerror(node));
	return -ENOENT;
}

static void indent(int level)
{
	while (level-- > 0)
		printf("\t");
}

static void print_property(const void *fdt, int offset, int level)
{
	const char *name;
	int len = 0;
	const void *value = fdt_getprop_by_offset(fdt, offset, &name, &len);

	if (!value)
		return;
	indent(level);
	printf("%s%s", name, len ? " = " : "");
	fdt_value_print(value, (size_t)len);
	printf(";\n");
}

static void print_begin(const void *fdt, int offset, int level)
{
	const char *name = fdt_get_name(fdt, offset, NULL);

	indent(level);
	printf("%s {\n", name && *name ? name : "/");
}

/* Token by token from @node to its end; what lies deeper than @depth is passed over. */
static int print_node(const void *fdt, int node, int depth)
{
	int level = 0, offset = node, next;

	do {
		uint32_t tag = fdt_next_tag(fdt, offset, &next);

		if (console_ctrlc())
			return -EINTR;
		if (tag == FDT_END || next < 0) {
			printf("The FDT is damaged at 0x%x: it ends here\n", (unsigned int)offset);
			return -EINVAL;
		}
		if (tag == FDT_END_NODE && --level <= depth) {
			indent(level);
			printf("};\n");
		}
		if (tag == FDT_PROP && level <= depth)
			print_property(fdt, offset, level);
		if (tag == FDT_BEGIN_NODE && level <= depth)
			print_begin(fdt, offset, level);
		if (tag == FDT_BEGIN_NODE && ++level >= LEVELS_MAX) {
			printf("Nested too deep, aborting.\n");
			return -E2BIG;
		}
		offset = next;
	} while (level > 0);
	return 0;
}

static const void *property(int node, const char *name, int *len)
{
	const void *value = fdt_getprop(fdt_work(), node, name, len);

	if (!value)
		printf("libfdt fdt_getprop(): %s\n", fdt_strerror(*len));
	return value;
}

static int print(int argc, char *const argv[], int depth)
{
	int node = fdt_node_at(argc > 1 ? argv[1] : "/");
	const void *value;
	int len;

	if (node < 0)
		return node;
	if (argc < 3)
		return print_node(fdt_work(), node, depth);
	value = property(node, argv[2], &len);
	if (!value)
		return -ENOENT;
	printf(len ? "%s = " : "%s ", len ? argv[2] : argv[1]);
	fdt_value_print(value, (size_t)len);
	printf("%s\n", len ? "" : argv[2]);
	return 0;
}

int do_fdt_print(int argc, char *const argv[])
{
	return print(argc, argv, LEVELS_MAX);
}

int do_fdt_list(int argc, char *const argv[])
{
	return print(argc, argv, 1);
}

static int get_value(const char *var, int node, const char *prop, const char *index)
{
	static char text[1024];
	uint64_t n = 0;
	int len, err;
	const void *value = property(node, prop, &len);

	if (!value)
		return -ENOENT;
	if (index && (num_parse(index, 10, &n) || n > INT32_MAX)) {
		printf("'%s' is not a number\n", index);
		return -EINVAL;
	}
	err = fdt_value_text(value, (size_t)len, index ? (long)n : -1, text, sizeof(text));
	if (err == -ENOENT)
		printf("%s has no entry %" PRIu64 "\n", prop, n);
	else if (err)
		printf("error: unprintable value\n");
	return err ? err : env_set(var, text);
}

static int get_name(const char *var, int node, const char *index)
{
	char copy[64];
	uint64_t n;
	int child;

	if (num_parse(index, 10, &n)) {
		printf("'%s' is not a number\n", index);
		return -EINVAL;
	}
	fdt_for_each_subnode(child, fdt_work(), node)
		if (!n--) {
			snprintf(copy, sizeof(copy), "%s", fdt_get_name(fdt_work(), child, NULL));
			return env_set(var, copy);
		}
	printf("libfdt node not found\n");
	return -ENOENT;
}

static int get_addr(const char *var, int node, const char *prop)
{
	char text[24];
	int len;
	const void *value = property(node, prop, &len);

	if (!value)
		return -ENOENT;
	snprintf(text, sizeof(text), "0x%016" PRIxPTR, (uintptr_t)value);
	return env_set(var, text);
}

static int get_size(const char *var, int node, const char *prop)
{
	char text[24];
	int len = 0, child;

	if (prop) {
		if (!property(node, prop, &len))
			return -ENOENT;
		snprintf(text, sizeof(text), "0x%08X", (unsigned int)len);
		return env_set(var, text);
	}
	fdt_for_each_subnode(child, fdt_work(), node)
		len++;
	snprintf(text, sizeof(text), "%d", len);
	return env_set(var, text);
}

int do_fdt_get(int argc, char *const argv[])
{
	int node;

	if (argc < 4)
		return CMD_USAGE;
	node = fdt_node_at(argv[3]);
	if (node < 0)
		return node;
	if (!strcmp(argv[1], "value") && argc >= 5)
		return get_value(argv[2], node, argv[4], argc > 5 ? argv[5] : NULL);
	if (!strcmp(argv[1], "name") && argc == 5)
		return get_name(argv[2], node, argv[4]);
	if (!strcmp(argv[1], "addr") && argc == 5)
		return get_addr(argv[2], node, argv[4]);
	if (!strcmp(argv[1], "size") && argc <= 5)
		return get_size(argv[2], node, argc > 4 ? argv[4] : NULL);
	return CMD_USAGE;
}

static int header_get(const char *var, const char *member)
{
	static const char names[][20] = {
		"magic",           "totalsize",     "off_dt_struct",     "off_dt_strings",
		"off_mem_rsvmap",  "version",       "last_comp_version", "boot_cpuid_phys",
		"size_dt_strings", "size_dt_struct"
	};
	const fdt32_t *words = fdt_work(); /* struct fdt_header has them in this order */

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(member, names[i]))
			return env_set_hex(var, fdt32_to_cpu(words[i]));
	printf("The FDT's header has no member '%s'\n", member);
	return -ENOENT;
}

int do_fdt_header(int argc, char *const argv[])
{
	const void *fdt = fdt_work();

	if (argc == 4 && !strcmp(argv[1], "get"))
		return header_get(argv[2], argv[3]);
	if (argc != 1)
		return CMD_USAGE;
	printf("magic:\t\t\t0x%x\n", fdt_magic(fdt));
	printf("totalsize:\t\t0x%x (%u)\n", fdt_totalsize(fdt), fdt_totalsize(fdt));
	printf("off_dt_struct:\t\t0x%x\n", fdt_off_dt_struct(fdt));
	printf("off_dt_strings:\t\t0x%x\n", fdt_off_dt_strings(fdt));
	printf("off_mem_rsvmap:\t\t0x%x\n", fdt_off_mem_rsvmap(fdt));
	printf("version:\t\t%u\n", fdt_version(fdt));
	printf("last_comp_version:\t%u\n", fdt_last_comp_version(fdt));
	printf("boot_cpuid_phys:\t0x%x\n", fdt_boot_cpuid_phys(fdt));
	printf("size_dt_strings:\t0x%x\n", fdt_size_dt_strings(fdt));
	printf("size_dt_struct:\t\t0x%x\n", fdt_size_dt_struct(fdt));
	printf("number mem_rsv:\t\t0x%x\n\n", (unsigned int)fdt_num_mem_rsv(fdt));
	return 0;
}
