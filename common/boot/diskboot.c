/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/diskboot.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/boot/bls.h"
#include "common/boot/boot.h"
#include "common/boot/bootstd.h"
#include "common/boot/extlinux.h"
#include "common/boot/loftcfg.h"
#include "common/boot/options.h"
#include "common/boot/rpi.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/shell/shell.h"
#include "common/source/file.h"
#include "lib/base/num.h"
#include "lib/extlinux/text.h"

#define NAME_SIZE 256
#define SPEC_SIZE 16
#define LOADS_MAX 12

/**
 * struct where - what struct extlinux_files loads from
 * @folder: with its slash
 * @at:     what was loaded: text, kernel, ramdisk, tree, and what the menu includes
 */
struct where {
	const char *type, *spec;
	char folder[NAME_SIZE];
	paddr_t at[LOADS_MAX];
	unsigned int loads;
};

/* In the order in which they are tried. */
static const struct {
	const char *method, *file;
} known[] = {
	{ "loft", "/loft.cfg" },
	{ "loft", "/boot/loft.cfg" },
	{ "extlinux", "/extlinux/extlinux.conf" },
	{ "extlinux", "/boot/extlinux/extlinux.conf" },
	{ "bls", BLS_FOLDER },
	{ "script", "/boot.scr.uimg" },
	{ "script", "/boot.scr" },
	{ "script", "/boot/boot.scr.uimg" },
	{ "script", "/boot/boot.scr" },
	{ "uenv", "/uEnv.txt" },
	{ "uenv", "/boot/uEnv.txt" },
	{ "kernel", "/boot/kernel.elf" },
	{ "kernel", "/kernel.elf" },
};

static void spec_of(const struct bootflow *flow, char spec[SPEC_SIZE])
{
	snprintf(spec, SPEC_SIZE, "%x:%x", flow->number, flow->part);
}

/* ---- finding ---- */

/** struct search - where it stands */
struct search {
	int (*take)(void *ctx, const struct bootflow *flow);
	void *ctx;
	bool last; /* only what comes after all partitions: the firmware's own, on each Pi's card */
	void (*miss)(void *ctx, const struct bootflow *flow, enum bootflow_state state);
	unsigned int found;
};

static int look_for_rpi(const struct search *s, struct fs *fs, const struct volume_place *place)
{
	const struct bootflow flow = { "rpi", RPI_CONFIG, place->blk->type, place->blk->number,
				       place->part.number };
	struct fs_node node;

	return fs_lookup(fs, flow.file, &node, NULL) || node.kind != FS_FILE
		       ? 0
		       : s->take(s->ctx, &flow);
}

/* @only: the one method; NULL: all. *@fs is NULL where the volume can't be read any more. */
static int look_for(struct search *s, struct fs **fs, const struct volume_place *place,
		    const char *only)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < ARRAY_SIZE(known); i++) {
		const struct bootflow flow = { known[i].method, known[i].file, place->blk->type,
					       place->blk->number, place->part.number };
		struct fs_node node;
		struct why why;

		if (only && strcmp(only, flow.method))
			continue;
		if (fs_lookup(*fs, flow.file, &node, &why) ||
		    (node.kind == FS_FILE) == (flow.method[0] == 'b'))
			continue;
		if (IS_ENABLED(CONFIG_BOOTSTD_FULL))
			s->found++;
		err = s->take(s->ctx, &flow);
		if (!err && volume_mount(place, fs, &why)) { /* it may have mounted another */
			*fs = NULL;
			break;
		}
	}
	return err;
}

/* What @place has nothing for, where somebody wants to know. */
static void say_missing(const struct search *s, const struct volume_place *place,
			const char *method, enum bootflow_state state)
{
	struct bootflow flow = { method, NULL, place->blk->type, place->blk->number,
				 place->part.number };

	for (unsigned int i = 0; !flow.file && i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i].method, method))
			flow.file = known[i].file;
	if (s->miss && flow.file)
		s->miss(s->ctx, &flow, state);
}

static int look_in_volume(struct search *s, struct fs *fs, const struct volume_place *place)
{
	const char *method;
	int err = 0;

	if (!IS_ENABLED(CONFIG_BOOTSTD_FULL))
		return look_for(s, &fs, place, NULL);
	for (unsigned int i = 0; fs && !err && (method = bootstd_method(i)); i++) {
		const unsigned int found = s->found;

		err = look_for(s, &fs, place, method);
		if (s->found == found)
			say_missing(s, place, method, BOOTFLOW_FS);
	}
	return err;
}

static int look_in_place(struct search *s, const struct volume_place *place)
{
	const char *method;
	struct why why;
	struct fs *fs;
	int err = volume_mount(place, &fs, &why);

	if (!err && IS_ENABLED(CONFIG_BOOT_RPI) && s->last)
		return look_for_rpi(s, fs, place);
	if (!err)
		return look_in_volume(s, fs, place);
	for (unsigned int i = 0;
	     IS_ENABLED(CONFIG_BOOTSTD_FULL) && !s->last && (method = bootstd_method(i)); i++)
		say_missing(s, place, method, BOOTFLOW_PART);
	if (err != -ENODEV && !s->last)
		printf("%s %u:%u: %s\n", place->blk->type, place->blk->number, place->part.number,
		       why.text);
	return 0;
}

static int look_in_parts(struct search *s, struct volume_place *place, bool bootable)
{
	const struct part_table table = place->table;
	struct part part = { 0 };
	struct why why;
	int err;

	while ((err = part_next(&table, &part, &why)) <= 0) {
		if (err && bootable)
			printf("%s %u: %s\n", place->blk->type, place->blk->number, why.text);
		if (err || part.bootable != bootable)
			continue;
		place->part = part;
		err = look_in_place(s, place);
		if (err)
			return err;
	}
	return 0;
}

static int look_in_disk(struct search *s, const char *type, unsigned int number)
{
	struct volume_place place;
	char spec[SPEC_SIZE];
	struct why why;
	int err;

	snprintf(spec, sizeof(spec), "%x:0", number);
	err = volume_place(type, spec, &place, &why);
	if (err) {
		printf("%s %u: %s\n", type, number, why.text);
		return 0;
	}
	if (place.table.scheme == PART_NONE)
		return look_in_place(s, &place);
	err = look_in_parts(s, &place, true);
	return err ? err : look_in_parts(s, &place, false);
}

static int look_twice(struct search *s, const char *type, unsigned int number)
{
	int err;

	s->last = false;
	err = look_in_disk(s, type, number);
	s->last = true;
	if (err || !IS_ENABLED(CONFIG_BOOT_RPI) ||
	    (IS_ENABLED(CONFIG_BOOTSTD_FULL) && !bootstd_looks_for("rpi")))
		return err;
	return look_in_disk(s, type, number);
}

/* "virtio0": its kind, and @number of its disk; UINT64_MAX: all */
static const struct disk_type *parse_name(const char *name, size_t len, uint64_t *number)
{
	TABLE_FOREACH(disk_table, struct disk_type, type) {
		const size_t kind = strlen(type->name);
		char digits[6] = "";

		if (len < kind || len - kind >= sizeof(digits) || memcmp(name, type->name, kind))
			continue;
		memcpy(digits, name + kind, len - kind);
		*number = UINT64_MAX;
		if (!digits[0] || !num_parse(digits, 10, number))
			return type;
	}
	return NULL;
}

static int find(const char *name, size_t len, struct search *search)
{
	uint64_t number;
	const struct disk_type *type = parse_name(name, len, &number);
	int err = 0;

	if (!type)
		return -EINVAL;
	disk_scan_once(type);
	for (unsigned int n = 0; !err && blk_find(type->name, n); n++) {
		if (number == UINT64_MAX || number == n)
			err = look_twice(search, type->name, n);
	}
	return err;
}

int diskboot_find(const char *name, size_t len, int (*take)(void *ctx, const struct bootflow *flow),
		  void *ctx)
{
	struct search search = { take, ctx, false, NULL, 0 };

	return find(name, len, &search);
}

int diskboot_find_all(
	const char *name, size_t len, int (*take)(void *ctx, const struct bootflow *flow),
	void (*miss)(void *ctx, const struct bootflow *flow, enum bootflow_state state), void *ctx)
{
	struct search search = { take, ctx, false, miss, 0 };

	return find(name, len, &search);
}

/* ---- booting ---- */

static void remember(struct where *where, paddr_t at)
{
	for (unsigned int i = 0; i < where->loads; i++)
		if (where->at[i] == at)
			return;
	if (where->loads < LOADS_MAX)
		where->at[where->loads++] = at;
}

/* What did not boot is not in the next one's way. */
static void forget(const struct where *where)
{
	for (unsigned int i = 0; i < where->loads; i++) {
		const struct mem_range *is = memmap_owner(&machine.mem, where->at[i], 1);

		if (is && is->flags & MEM_LOADED && is->start == where->at[i])
			(void)!memmap_release(&machine.mem, where->at[i]);
	}
}

static int load(void *ctx, const char *name, paddr_t at, uint64_t *size, struct why *why)
{
	struct where *where = ctx;
	char path[2 * NAME_SIZE];
	struct file file;
	int err;

	snprintf(path, sizeof(path), "%s%s", name[0] == '/' ? "" : where->folder, name);
	printf("Retrieving file: %s\n", path);
	err = file_open(where->type, where->spec, path, &file, why);
	if (!err && !file.source.size)
		err = refuse(why, -ENODATA, "'%s' is empty", path);
	if (!err)
		err = file_load(&file.source, at, 0, 0, size, why);
	if (!err)
		remember(where, at);
	return err;
}

int diskboot_menu(const char *type, const char *spec, const char *path, paddr_t at, struct why *why)
{
	struct where where = { .type = type, .spec = spec };
	const struct extlinux_files files = { load, &where, NULL };
	const char *slash = strrchr(path, '/');
	const size_t len = slash ? (size_t)(slash + 1 - path) : 0;
	uint64_t size;
	int err = 0;

	if (len >= sizeof(where.folder))
		return refuse(why, -E2BIG, "'%.80s': a file's name has at most %u characters", path,
			      NAME_SIZE - 1);
	if (!at)
		err = extlinux_place(&at, why);
	if (!err)
		err = load(&where, path, at, &size, why);
	if (err)
		return err;
	memcpy(where.folder, path, len);
	err = extlinux_boot(&files, at, size, why);
	forget(&where);
	return err;
}

/* What U-Boot's scripts find set. */
static void set_variables(const struct bootflow *flow)
{
	(void)!env_set("devtype", flow->type);
	(void)!env_set_hex("devnum", flow->number);
	(void)!env_set_hex("distro_bootpart", flow->part);
	(void)!env_set("prefix", !strncmp(flow->file, "/boot/", 6) ? "/boot/" : "/");
}

static void count_try(void *ctx, struct extlinux_text label)
{
	const struct where *where = ctx;

	bls_count_try(where->type, where->spec, label);
}

/* Files, made one menu; their names begin at the volume's root. */
static int run_menu(const struct bootflow *flow, const char *spec,
		    int (*make)(const char *type, const char *spec, paddr_t at, uint64_t *size,
				struct why *why),
		    struct why *why)
{
	struct where where = { .type = flow->type, .spec = spec, .folder = "/" };
	const struct extlinux_files files = { load, &where, make == bls_menu ? count_try : NULL };
	uint64_t size;
	paddr_t at;
	int err = extlinux_place(&at, why);

	if (!err)
		err = make(flow->type, spec, at, &size, why);
	if (err)
		return err;
	remember(&where, at);
	err = extlinux_boot(&files, at, size, why);
	forget(&where);
	return err;
}

static int run_loftcfg(const struct bootflow *flow, const char *spec, struct why *why)
{
	struct where where = { .type = flow->type, .spec = spec };
	const struct extlinux_files files = { load, &where, NULL };
	int err = loftcfg_run(&files, flow->type, spec, flow->file, why);

	forget(&where);
	return err;
}

/*
 * To ${scriptaddr}; what runs it may ask the variables where it comes from. It is a copy that runs:
 * the text itself is in no kernel's way, and is read there before anything else comes.
 */
static int load_text(const struct bootflow *flow, const char *spec, paddr_t *at, uint64_t *size,
		     struct why *why)
{
	struct where where = { .type = flow->type, .spec = spec };
	const struct extlinux_files files = { load, &where, NULL };
	int err = extlinux_load(&files, flow->file, "scriptaddr", at, size, why);

	forget(&where);
	if (!err)
		set_variables(flow);
	return err;
}

static int run_script(const struct bootflow *flow, const char *spec, struct why *why)
{
	char command[40];
	uint64_t size;
	paddr_t at;
	int err = load_text(flow, spec, &at, &size, why);

	if (err)
		return err;
	snprintf(command, sizeof(command), "source %" PRIx64, at);
	err = shell_run_boot(command);
	if (err == -EINTR)
		return refuse(why, err, "Abort");
	return refuse(why, -EIO, "%s has ended and booted nothing", flow->file);
}

/* The device writes each segment to where it belongs. */
static int run_kernel(const struct bootflow *flow, const char *spec, const char *path,
		      struct why *why)
{
	struct boot_request req = { 0 };
	struct file file;
	int err = file_open(flow->type, spec, path, &file, why);

	if (err)
		return err;
	req.source = &file.source;
	err = boot_options_stored(&req, why);
	return err ? err : boot_run(&req, why);
}

/* ${uenvcmd} boots, or the kernel that ${kernel} names: beside @flow's file without a slash. */
static int obey_uenv(const struct bootflow *flow, const char *spec, struct why *why)
{
	const char *name = env_get("kernel");
	const bool whole = name && name[0] == '/';
	char path[NAME_SIZE];
	int n;

	if (env_get("uenvcmd"))
		return shell_run_boot("run uenvcmd") == -EINTR
			       ? refuse(why, -EINTR, "Abort")
			       : refuse(why, -EIO, "${uenvcmd} has ended and booted nothing");
	if (!name)
		return refuse(why, -ENOENT, "%s sets neither ${uenvcmd} nor ${kernel}", flow->file);
	n = snprintf(path, sizeof(path), "%s%s", whole ? "" : env_get("prefix"), name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return refuse(why, -E2BIG, "${kernel} is longer than %u characters", NAME_SIZE - 1);
	return run_kernel(flow, spec, path, why);
}

/* Variables. The two that boot are not left for the next such file, which may have only one. */
static int run_uenv(const struct bootflow *flow, const char *spec, struct why *why)
{
	static const char *const boots[] = { "uenvcmd", "kernel" };
	bool mine[ARRAY_SIZE(boots)];
	struct extlinux_text list;
	char command[60];
	uint64_t size;
	paddr_t at;
	int err = load_text(flow, spec, &at, &size, why);

	if (err)
		return err;
	list = text_begin((const char *)at, size);
	snprintf(command, sizeof(command), "env import -t -r %p %zx", (const void *)list.at,
		 list.size);
	for (unsigned int i = 0; i < ARRAY_SIZE(boots); i++)
		mine[i] = !env_get(boots[i]);
	err = shell_run_boot(command)
		      ? refuse(why, -EINVAL, "%s is no list of variables", flow->file)
		      : obey_uenv(flow, spec, why);
	for (unsigned int i = 0; i < ARRAY_SIZE(boots); i++)
		if (mine[i])
			(void)!env_set(boots[i], NULL);
	return err;
}

int diskboot_run(const struct bootflow *flow, struct why *why)
{
	char spec[SPEC_SIZE];

	spec_of(flow, spec);
	printf("** Booting %s %s %s with %s **\n", flow->type, spec, flow->file, flow->method);
	switch (flow->method[0]) { /* no two begin alike */
	case 'e':
		return diskboot_menu(flow->type, spec, flow->file, 0, why);
	case 's':
		return run_script(flow, spec, why);
	case 'l':
		return run_loftcfg(flow, spec, why);
	case 'b':
		return run_menu(flow, spec, bls_menu, why);
	case 'r':
		return IS_ENABLED(CONFIG_BOOT_RPI) ? run_menu(flow, spec, rpi_menu, why) : -EINVAL;
	case 'u':
		return run_uenv(flow, spec, why);
	default:
		return run_kernel(flow, spec, flow->file, why);
	}
}

/** struct attempt - of diskboot_auto() */
struct attempt {
	struct why *why;
	int err;
};

static int try(void *ctx, const struct bootflow *flow)
{
	struct attempt *a = ctx;

	if (a->err != -ENOENT)
		printf("%s\n", a->why->text);
	a->err = diskboot_run(flow, a->why);
	if (a->err == -ENOENT || a->err == -EINVAL)
		a->err = -ENODATA; /* they say that there is no disk, or no such kind */
	return a->err == -EINTR ? -EINTR : 0;
}

int diskboot_auto(const char *name, size_t len, struct why *why)
{
	/* of a target before: said where there is something to try */
	struct attempt a = { why, why->text[0] ? -ENODATA : -ENOENT };
	int err = diskboot_find(name, len, try, &a);

	return err == -EINVAL ? err : a.err;
}
