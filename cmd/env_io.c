/* SPDX-License-Identifier: BSD-2-Clause */
/* env export and env import: variables to memory and back, as text, strings, or a stored copy. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/mem.h"
#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/mem/memguard.h"
#include "lib/base/crc32.h"
#include "lib/env/envimage.h"
#include "lib/env/envtext.h"
#include "lib/base/le.h"

#define REDUNDANT  IS_ENABLED(CONFIG_ENV_REDUNDANT)
#define IMPORT_MAX (1 * MIB) /* looked through for the end of data without a size */
#define ENTRY_MAX  (64 * KIB)

static char buffer[ENTRY_MAX] __noinit; /* a variable that is imported */

/* What both commands are told. */
struct request {
	char format; /* 't', 'b', 'c'; 0 where it was not said */
	bool del, crlf, sized;
	uint64_t addr, size;
	int names;
	char *const *name; /* of the variables that are meant; none means all */
};

static int take_format(struct request *r, char letter, const char *command)
{
	if (r->format) {
		printf("## %s: only one of \"-b\", \"-c\" or \"-t\" allowed\n", command);
		return CMD_FAILED;
	}
	r->format = letter;
	return 0;
}

/* Options, the address, and where @allowed has 's' "-s size". */
static int parse(struct request *r, const char *allowed, int argc, char *const argv[])
{
	int i = 1;
	int err = 0;

	*r = (struct request){ .format = 0 };
	for (; i < argc && argv[i][0] == '-' && argv[i][1] && !err; i++) {
		for (const char *letter = argv[i] + 1; *letter && !err; letter++) {
			if (!strchr(allowed, *letter))
				return CMD_USAGE;
			r->del |= *letter == 'd';
			r->crlf |= *letter == 'r';
			if (strchr("tbc", *letter))
				err = take_format(r, *letter, argv[0]);
			if (*letter != 's')
				continue;
			if (++i >= argc)
				return CMD_USAGE;
			err = cmd_number(argv[i], "size", &r->size);
			r->sized = true;
			break;
		}
	}
	if (err)
		return CMD_FAILED;
	if (i >= argc)
		return CMD_USAGE;
	if (cmd_number(argv[i], "address", &r->addr))
		return CMD_FAILED;
	r->names = argc - i - 1;
	r->name = argv + i + 1;
	return 0;
}

static bool is_meant(const struct request *r, const char *entry)
{
	const size_t len = strcspn(entry, "=");

	for (int i = 0; i < r->names; i++)
		if (!strncmp(r->name[i], entry, len) && !r->name[i][len])
			return true;
	return !r->names;
}

/* Counts where @out is NULL. */
static size_t put_entries(const struct request *r, char *out)
{
	const char *entry = NULL;
	size_t size = 0;

	while ((entry = envstore_next(env_store(), entry))) {
		size_t len = strlen(entry) + 1;

		if (!is_meant(r, entry))
			continue;
		if (r->format == 't')
			len = envtext_put(entry, out ? out + size : NULL, SIZE_MAX);
		else if (out)
			memcpy(out + size, entry, len);
		size += len;
	}
	return size;
}

static int check_target(uint64_t addr, uint64_t size)
{
	struct why why;
	int err = memguard_check_write(&machine.mem, addr, size, &why);

	if (err)
		printf("export: %s\n", why.text);
	return err;
}

static int set_size(const char *format, uint64_t size)
{
	char text[17];

	snprintf(text, sizeof(text), format, size);
	return env_set("filesize", text) ? CMD_FAILED : 0;
}

static int no_room(size_t need, uint64_t size)
{
	printf("Env export buffer too small: %" PRIu64 ", but need %zu\n"
	       "## Error: Cannot export environment\n",
	       size, need);
	return CMD_FAILED;
}

static int export_copy(const struct request *r)
{
	struct envimage image = {
		.size = (uint32_t)r->size,
		.header = envimage_header(REDUNDANT),
		.generation = 1,
	};
	char *target = mem_pointer(r->addr);
	struct why why;

	image.used = put_entries(r, NULL);
	if (r->size > ENVIMAGE_SIZE_MAX || r->size < image.header + image.used + 1)
		return no_room(image.header + image.used + 1, r->size);
	if (check_target(r->addr, r->size))
		return CMD_FAILED;
	image.data = target + image.header;
	put_entries(r, target + image.header);
	if (envimage_init(&image, &why))
		return no_room(image.used, r->size);
	envimage_bytes(&image, 0, target, image.header);
	memset(target + image.header + image.used, 0, r->size - image.header - image.used);
	return set_size("%" PRIx64, r->size);
}

static int do_export(int argc, char *const argv[])
{
	struct request r;
	int err = parse(&r, "tbcs", argc, argv);
	size_t need;
	char *target;

	if (err)
		return err;
	if (!r.format)
		r.format = 't';
	if (r.format == 'c') {
		r.size = r.sized ? r.size : CONFIG_ENV_SIZE;
		return export_copy(&r);
	}
	need = put_entries(&r, NULL) + 1;
	if (r.sized && r.size < need)
		return no_room(need, r.size);
	if (check_target(r.addr, MAX((uint64_t)need, r.size)))
		return CMD_FAILED;
	target = mem_pointer(r.addr);
	put_entries(&r, target);
	memset(target + need - 1, 0, MAX((uint64_t)need, r.size) - (need - 1));
	need = r.sized ? r.size : need;
	return set_size(r.format == 't' ? "%" PRIX64 : "%" PRIx64, need);
}

/* Up to the empty line or string that ends it. */
static uint64_t find_size(const struct request *r)
{
	const volatile char *data = mem_pointer(r->addr);
	const char separator = r->format == 'b' ? '\0' : '\n';
	uint64_t size = 0;

	while (size < IMPORT_MAX && !(data[size] == separator && !data[size + 1]))
		size++;
	if (size == IMPORT_MAX)
		printf("## Warning: Input data exceeds %u bytes - truncated\n",
		       (unsigned int)IMPORT_MAX);
	size += 2;
	printf("## Info: input data size = %" PRIu64 " = 0x%" PRIX64 "\n", size, size);
	return size;
}

/* With a generation behind the CRC or without, whatever this Loft writes. */
static int check_copy(struct envtext *in, uint64_t size)
{
	for (unsigned int i = 0; i < 2; i++) {
		const uint8_t header = envimage_header(i ? !REDUNDANT : REDUNDANT);

		if (size > header &&
		    crc32(0, in->next + header, size - header) == get_le32(in->next)) {
			in->next += header;
			return 0;
		}
	}
	printf("## Error: bad CRC, import failed\n");
	return CMD_FAILED;
}

/* What may not be changed, or is no variable, is said, and no failure: the rest is imported. */
static int import_entry(const char *entry, const char *value)
{
	struct why why;
	int err = env_change(entry, value, 0, &why);

	if (err && why.text[0])
		printf("%s\n", why.text);
	return err && err != -EPERM && err != -EINVAL ? CMD_FAILED : 0;
}

/* Of the listed variables, which the data had: a bit each, words beyond are never told missing. */
static void mark(const struct request *r, const char *name, uint64_t *seen)
{
	for (int i = 0; i < r->names && i < 64; i++)
		if (!strcmp(r->name[i], name))
			*seen |= BIT(i);
}

static int delete_missing(const struct request *r, uint64_t seen)
{
	int err = 0;

	for (int i = 0; i < r->names && i < 64; i++) {
		if (seen & BIT(i))
			continue;
		if (!env_get(r->name[i])) {
			printf("WARNING: '%s' neither in running nor in imported env!\n",
			       r->name[i]);
			continue;
		}
		printf("WARNING: '%s' not in imported env, deleting it!\n", r->name[i]);
		if (import_entry(r->name[i], NULL))
			err = CMD_FAILED;
	}
	return err;
}

static int import_all(const struct request *r, struct envtext *in)
{
	uint64_t seen = 0;
	int failed = 0;
	int len;

	if (r->del && !r->names)
		env_clear();
	while ((len = envtext_next(in, buffer, sizeof(buffer)))) {
		if (len < 0) {
			printf("## Warning: an entry that is not name=value, or longer than %u, "
			       "is passed over\n",
			       (unsigned int)ENTRY_MAX);
			continue;
		}
		if (!is_meant(r, buffer))
			continue;
		mark(r, buffer, &seen);
		if (import_entry(buffer, buffer + len + 1))
			failed = CMD_FAILED;
	}
	if (r->del && delete_missing(r, seen))
		failed = CMD_FAILED;
	return failed;
}

static int do_import(int argc, char *const argv[])
{
	struct request r;
	struct envtext in;
	int err = parse(&r, "tbcdr", argc, argv);

	if (err)
		return err;
	if (!r.format)
		printf("## Warning: defaulting to text format\n");
	/* A size may follow the address; "-" is none, where variables are to follow. */
	if (r.names) {
		r.sized = strcmp(r.name[0], "-") != 0;
		if (r.sized && cmd_number(r.name[0], "size", &r.size))
			return CMD_FAILED;
		r.names--;
		r.name++;
	}
	if (!r.sized && r.format == 'c') {
		printf("## Error: external checksum format must pass size\n");
		return CMD_FAILED;
	}
	if (!r.sized)
		r.size = find_size(&r);
	if (r.size > IMPORT_MAX + 2 || r.addr > UINT64_MAX - r.size) {
		printf("import: 0x%" PRIx64 " bytes at 0x%" PRIx64
		       ": more than 0x%x, the most that "
		       "is looked at\n",
		       r.size, r.addr, (unsigned int)IMPORT_MAX);
		return CMD_FAILED;
	}
	in.next = mem_pointer(r.addr);
	in.end = in.next + r.size;
	in.text = r.format != 'b' && r.format != 'c';
	in.crlf = r.crlf;
	if (r.format == 'c' && check_copy(&in, r.size))
		return CMD_FAILED;
	return import_all(&r, &in);
}

TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_export) = { .name = "export", .max_args = CMD_WORDS_MAX, .run = do_export };
TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_import) = { .name = "import", .max_args = CMD_WORDS_MAX, .run = do_import };
