// SPDX-License-Identifier: BSD-2-Clause
#include "fs/fs.h"

#include <errno.h>
#include <string.h>

#include "lib/base/span.h"

int fs_mount(struct fs *fs, const struct fs_type *const types[], struct why *why)
{
	int err = -ENODEV;

	fs->clock = 0;
	memset(fs->near, 0, sizeof(fs->near));
	memset(fs->slot, 0, sizeof(fs->slot));
	fs->why = why;
	for (; *types && err == -ENODEV; types++) {
		fs->type = *types;
		fs->label[0] = '\0';
		fs->uuid[0] = '\0';
		if (FS_NOTES)
			fs->note = NULL;
		err = fs->type->mount(fs);
	}
	return err == -ENODEV ? refuse(why, err, "no file system that Loft knows") : err;
}

int fs_list(struct fs *fs, const struct fs_node *dir, uint64_t *cursor, struct fs_entry *entry,
	    struct why *why)
{
	int err;

	fs->why = why;
	if (dir->kind != FS_DIR)
		return refuse(why, -ENOTDIR, "%s: not a folder", fs->type->name);
	err = fs->type->next(fs, dir, cursor, entry);
	return err || !fs->type->open ? err : fs->type->open(fs, &entry->node);
}

static int find_in(struct fs *fs, const struct fs_node *dir, const char *name, size_t len,
		   struct fs_node *node)
{
	struct fs_entry *entry = &fs->entry;
	uint64_t cursor = 0;
	int err;

	if (IS_ENABLED(CONFIG_FS_BTRFS) && fs->type->find) {
		err = fs->type->find(fs, dir, (struct fs_name){ name, len }, node);
		if (!err)
			return fs->type->open ? fs->type->open(fs, node) : 0;
		goto none;
	}
	while (!(err = fs->type->next(fs, dir, &cursor, entry))) {
		if (!fs_same_name(fs->type, entry->name, name, len) &&
		    !(entry->alias[0] && fs_same_name(fs->type, entry->alias, name, len)))
			continue;
		*node = entry->node;
		return fs->type->open ? fs->type->open(fs, node) : 0;
	}
none:
	return err > 0 ? refuse(fs->why, -ENOENT, "no '%.*s'", (int)len, name) : err;
}

/* The link's text before what is left of the path: path[*which] becomes the other one. */
static int follow(struct fs *fs, const struct fs_node *link, const char **rest, unsigned int *which)
{
	char *to = fs->path[!*which];
	const size_t left = strlen(*rest);
	int err;

	if (link->size >= FS_PATH_ROOM || !span_fits(FS_PATH_ROOM - link->size, left, 2))
		return refuse(fs->why, -ENAMETOOLONG, "a symbolic link's path is too long");
	err = fs_read(fs, link, 0, to, link->size, fs->why);
	if (err)
		return err;
	to[link->size] = '/';
	memcpy(to + link->size + 1, *rest, left + 1);
	*rest = to;
	*which = !*which;
	return 0;
}

int fs_lookup(struct fs *fs, const char *path, struct fs_node *node, struct why *why)
{
	unsigned int depth = 0, links = 0, which = 0;
	const char *rest = path;
	int err;

	fs->why = why;
	err = fs->type->root(fs, &fs->stack[0]);
	while (!err && *(rest += strspn(rest, "/"))) {
		const size_t len = strcspn(rest, "/");
		const struct fs_node *dir = &fs->stack[depth];
		struct fs_node *found;
		const char *name = rest;

		rest += len;
		if (dir->kind != FS_DIR)
			return refuse(why, -ENOTDIR, "what stands before '%.*s' is no folder",
				      (int)len, name);
		if (len == 1 && name[0] == '.')
			continue;
		if (len == 2 && name[0] == '.' && name[1] == '.') {
			depth -= depth > 0;
			continue;
		}
		if (depth == FS_DEPTH_MAX - 1)
			return refuse(why, -ENAMETOOLONG, "more than %d folders one in another",
				      FS_DEPTH_MAX);
		found = &fs->stack[depth + 1];
		err = find_in(fs, dir, name, len, found);
		if (err)
			break;
		if (found->kind != FS_LINK) {
			depth++;
			continue;
		}
		if (++links > FS_LINKS_MAX)
			return refuse(why, -ELOOP, "more than %d symbolic links to '%s'",
				      FS_LINKS_MAX, path);
		err = follow(fs, found, &rest, &which);
		if (!err && rest[0] == '/')
			depth = 0;
	}
	if (!err && rest > path && rest[-1] == '/' && fs->stack[depth].kind == FS_FILE && !links)
		return refuse(why, -ENOTDIR, "'%s' is no folder", path);
	*node = fs->stack[depth];
	return err;
}
