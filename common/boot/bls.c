/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/bls.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "common/source/volume.h"
#include "lib/base/glob.h"
#include "lib/extlinux/bls.h"
#include "lib/extlinux/text.h"

#define ENTRIES_MAX 32
#define TEXT_MAX    4096 /* of one entry */
#define MENU_MAX    (64 * KIB)

/** struct listed - one entry, and what its place in the menu depends on; @id: of @name */
struct listed {
	char name[80], id[80], sort_key[40], machine_id[40], version[40];
	bool tried; /* no tries are left */
};

static struct listed list[ENTRIES_MAX] __noinit;
static char text[TEXT_MAX] __noinit __attribute__((aligned(64)));

/* Less than 0: @a stands before @b. */
static int order(const struct listed *a, const struct listed *b)
{
	int by;

	if (a->tried != b->tried)
		return a->tried - b->tried;
	if (!!a->sort_key[0] != !!b->sort_key[0])
		return a->sort_key[0] ? -1 : 1;
	by = strcmp(a->sort_key, b->sort_key);
	if (!by && a->sort_key[0])
		by = strcmp(a->machine_id, b->machine_id);
	if (!by && a->sort_key[0])
		by = -bls_version_compare(a->version, b->version);
	return by ? by : -bls_version_compare(a->id, b->id);
}

/* Into @text. */
static int read_file(struct fs *fs, const char *path, size_t *size, struct why *why)
{
	struct fs_node node;
	struct source source;
	int err = volume_source(fs, path, &node, &source, why);

	if (!err && source.size > TEXT_MAX)
		err = refuse(why, -E2BIG, "'%s' is longer than %d bytes", path, TEXT_MAX);
	if (err)
		return err;
	*size = source.size;
	return source_read(&source, 0, text, source.size, why);
}

static int read_entry(struct fs *fs, const char *file, struct bls_entry *entry, struct why *why)
{
	char path[sizeof(BLS_FOLDER "/") + sizeof(list[0].name)];
	size_t size;
	int err;

	snprintf(path, sizeof(path), BLS_FOLDER "/%s", file);
	err = read_file(fs, path, &size, why);
	if (!err)
		bls_parse(entry, text, size);
	return err;
}

static void insert(const struct listed *entry, unsigned int *count)
{
	unsigned int i = (*count)++;

	for (; i && order(entry, &list[i - 1]) < 0; i--)
		list[i] = list[i - 1];
	list[i] = *entry;
}

/* The names first: reading a file in between would cost the folder's place. */
static int find_names(struct fs *fs, unsigned int *count, struct why *why)
{
	static struct fs_entry entry;
	struct fs_node dir;
	uint64_t cursor = 0;
	int err = fs_lookup(fs, BLS_FOLDER, &dir, why);

	*count = 0;
	if (err)
		return err;
	while (!(err = fs_list(fs, &dir, &cursor, &entry, why))) {
		if (!bls_is_entry(entry.name) || strlen(entry.name) >= sizeof(list[0].name))
			continue;
		if (*count == ENTRIES_MAX)
			return refuse(why, -ENOSPC, BLS_FOLDER " has more than %d entries",
				      ENTRIES_MAX);
		strcpy(list[(*count)++].name, entry.name);
	}
	return MIN(err, 0);
}

static int sort(struct fs *fs, unsigned int *count, struct why *why)
{
	unsigned int found, sorted = 0;
	struct bls_entry entry;
	int err = find_names(fs, &found, why);

	for (unsigned int i = 0; i < found && !err; i++) {
		struct listed l = list[i];

		if (read_entry(fs, l.name, &entry,
			       why)) { /* the others are none the worse for it */
			printf("%s\n", why->text);
			continue;
		}
		if (entry.passed)
			continue;
		/* what is too long is "" */
		(void)!extlinux_copy(entry.sort_key, l.sort_key, sizeof(l.sort_key));
		(void)!extlinux_copy(entry.machine_id, l.machine_id, sizeof(l.machine_id));
		(void)!extlinux_copy(entry.version, l.version, sizeof(l.version));
		(void)!extlinux_copy((struct extlinux_text){ l.name, bls_id_length(l.name) }, l.id,
				     sizeof(l.id));
		l.tried = !bls_tries_left(l.name);
		insert(&l, &sorted);
	}
	*count = sorted;
	if (!err && !sorted)
		err = refuse(why, -ENOENT, BLS_FOLDER " has no entry for this machine");
	return err;
}

/** struct menu - the text that is being written */
struct menu {
	char *at;
	size_t used;
};

static void __printf(2, 3) add(struct menu *menu, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(menu->at + menu->used, MENU_MAX - menu->used, format, args);
	va_end(args);
	menu->used = MIN(menu->used + (size_t)MAX(n, 0), (size_t)MENU_MAX - 1);
}

static void add_line(struct menu *menu, const char *word, struct extlinux_text value)
{
	if (value.size)
		add(menu, "%s %.*s\n", word, (int)value.size, value.at);
}

static void add_entry(struct menu *menu, const struct listed *l, const struct bls_entry *e)
{
	add(menu, "label %.*s\n", (int)(strlen(l->name) - strlen(".conf")), l->name);
	if (e->title.size || e->version.size)
		add(menu, "menu label %.*s%s%.*s%s\n", (int)e->title.size,
		    e->title.at ? e->title.at : "", e->title.size && e->version.size ? " " : "",
		    (int)e->version.size, e->version.at ? e->version.at : "",
		    l->tried ? " (no tries left)" : "");
	add_line(menu, "kernel", e->kernel);
	for (unsigned int i = 0; i < e->initrd_count; i++)
		add(menu, "%s%.*s", i ? "," : "initrd ", (int)e->initrd[i].size, e->initrd[i].at);
	add(menu, "\n");
	add_line(menu, "fdt", e->devicetree);
	add_line(menu, "fdtoverlays", e->overlays);
	if (!e->option_count)
		return;
	add(menu, "append");
	for (unsigned int i = 0; i < e->option_count; i++)
		add(menu, " %.*s", (int)e->options[i].size, e->options[i].at);
	add(menu, "\n");
}

/* The value of a line of loader.conf; "" */
static void setting(size_t size, const char *key, char *out, size_t room)
{
	struct extlinux_text rest = text_begin(text, size), line;

	out[0] = '\0';
	while (text_line(&rest, &line)) {
		line = text_trim(line);
		if (text_is(text_word(&line), key) && line.size)
			(void)!extlinux_copy(line, out, room);
	}
}

static void add_settings(struct fs *fs, unsigned int count, struct menu *menu)
{
	char timeout[8], usual[sizeof(list[0].name)];
	const struct listed *first = &list[0];
	size_t size;

	timeout[0] = usual[0] = '\0';
	if (!read_file(fs, "/loader/loader.conf", &size, NULL)) {
		setting(size, "timeout", timeout, sizeof(timeout));
		setting(size, "default", usual, sizeof(usual));
	}
	for (unsigned int i = 0; i < count && usual[0]; i++) {
		char id[sizeof(list[0].name)]; /* what the file's name is without its tries */

		snprintf(id, sizeof(id), "%s.conf", list[i].id);
		if (!glob_match(usual, list[i].name) && !glob_match(usual, id))
			continue;
		first = &list[i];
		break;
	}
	add(menu, "default %.*s\n", (int)(strlen(first->name) - strlen(".conf")), first->name);
	/* tenths of a second */
	if (timeout[0] && strspn(timeout, "0123456789") == strlen(timeout))
		add(menu, "timeout %s0\n", timeout);
}

void bls_count_try(const char *type, const char *spec, struct extlinux_text label)
{
	char path[sizeof(BLS_FOLDER "/") + sizeof(list[0].name)], next[sizeof(path) + 2];
	struct why why;
	struct fs *fs;
	int n = snprintf(path, sizeof(path), BLS_FOLDER "/%.*s.conf",
			 (int)MIN(label.size, sizeof(path)), label.at);
	int err;

	if (n < 0 || (size_t)n >= sizeof(path) || !bls_next_try(path, next, sizeof(next)))
		return;
	err = volume_open(type, spec, &fs, &why);
	if (!err)
		err = IS_ENABLED(CONFIG_FS_WRITE) ? fs_rename(fs, path, next, &why)
						  : refuse(&why, -EROFS, "disks are only read");
	if (err)
		printf("%s: the try is not counted: %s\n", path, why.text);
	else
		printf("%s: %" PRIu32 " tries left\n", next, bls_tries_left(next));
}

int bls_menu(const char *type, const char *spec, paddr_t at, uint64_t *size, struct why *why)
{
	struct menu menu = { (char *)at, 0 };
	unsigned int count;
	struct fs *fs;
	int err = volume_open(type, spec, &fs, why);

	if (!err)
		err = sort(fs, &count, why);
	if (!err)
		err = memmap_claim(&machine.mem, at, MENU_MAX, MEM_LOADED, "menu", why);
	if (err)
		return err;
	add_settings(fs, count, &menu);
	for (unsigned int i = 0; i < count && !err; i++) {
		struct bls_entry entry;

		err = read_entry(fs, list[i].name, &entry, why);
		if (!err)
			add_entry(&menu, &list[i], &entry);
	}
	if (!err && menu.used == MENU_MAX - 1)
		err = refuse(why, -ENOSPC, "the menu of " BLS_FOLDER " does not fit 0x%x bytes",
			     (unsigned int)MENU_MAX);
	(void)!memmap_release(&machine.mem, at);
	*size = menu.used;
	return err ? err : memmap_claim(&machine.mem, at, menu.used, MEM_LOADED, "menu", why);
}
