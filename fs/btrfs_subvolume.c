// SPDX-License-Identifier: BSD-2-Clause
/* Which subvolumes a btrfs has, and where in each other they are. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/btrfs.h"
#include "lib/base/le.h"
#include "lib/base/span.h"

#define REF_HEAD 18 /* of what leads from a subvolume to the folder that it is in; then its name */
#define LAST	 (-(uint64_t)BTRFS_ROOT_DIR)

/* A name and '/' before what is there of a path. */
static int put_before(struct fs *fs, char *path, const uint8_t *name, uint32_t len)
{
	const size_t old = strlen(path);

	if (!span_fits(FS_PATH_ROOM - 2, old, len))
		return refuse(fs->why, -ENAMETOOLONG, "btrfs: a subvolume's path is too long");
	memmove(path + len + 1, path, old + 1);
	memcpy(path, name, len);
	path[len] = '/';
	return 0;
}

/* Folders from @dir up to the topmost one of its subvolume. */
static int folders_of(struct fs *fs, uint64_t tree, uint64_t dir, char *path)
{
	struct btrfs_root root;
	struct btrfs_item item;
	unsigned int depth;
	int err = btrfs_tree(fs, tree, &root);

	for (depth = 0; !err && dir != BTRFS_ROOT_DIR; depth++) {
		const struct btrfs_key key = { dir, UINT64_MAX, BTRFS_INODE_REF };
		struct span left, head, name;

		if (depth == FS_DEPTH_MAX)
			return fs_damaged(fs, "more than %d folders one in another", FS_DEPTH_MAX);
		err = btrfs_at_most(fs, &root, &key, &item);
		if (err)
			break;
		left = (struct span){ item.data, item.size };
		if (item.key.id != dir || item.key.type != key.type ||
		    !span_take(&left, 10, &head) || !span_take(&left, get_le16(head.at + 8), &name))
			return fs_damaged(fs, "folder %" PRIu64 " is in none", dir);
		err = put_before(fs, path, name.at, (uint32_t)name.size);
		dir = item.key.off;
	}
	return err;
}

static int path_of(struct fs *fs, uint64_t id, char *path)
{
	struct btrfs_item item;
	unsigned int depth;
	int err = 0;

	path[0] = '\0';
	for (depth = 0; !err && id != BTRFS_TREE_TOP; depth++) {
		const struct btrfs_key key = { id, UINT64_MAX, BTRFS_ROOT_BACKREF };
		struct span left, head, name;
		uint64_t dir;

		if (depth == FS_DEPTH_MAX)
			return fs_damaged(fs, "more than %d subvolumes one in another",
					  FS_DEPTH_MAX);
		err = btrfs_at_most(fs, &btrfs_state(fs)->roots, &key, &item);
		if (err)
			break;
		left = (struct span){ item.data, item.size };
		if (item.key.id != id || item.key.type != key.type ||
		    !span_take(&left, REF_HEAD, &head) ||
		    !span_take(&left, get_le16(head.at + 16), &name))
			return 1;
		dir = get_le64(head.at);
		id = item.key.off;
		err = put_before(fs, path, name.at, (uint32_t)name.size);
		if (!err)
			err = folders_of(fs, id, dir, path);
	}
	return err ? err : put_before(fs, path, (const uint8_t *)"", 0);
}

int btrfs_next_subvolume(struct fs *fs, struct btrfs_subvolume *sub, struct why *why)
{
	const struct btrfs *s = btrfs_state(fs);
	struct btrfs_key key = { BTRFS_TREE_TOP, 0, BTRFS_ROOT_ITEM };
	struct btrfs_item item;
	int err = 0;

	fs->why = why;
	key.id = sub->id ? MAX(sub->id + 1, (uint64_t)BTRFS_ROOT_DIR) : key.id;
	while (!err && key.id <= LAST) {
		err = btrfs_at_least(fs, &s->roots, &key, &item);
		if (err || item.key.id > LAST)
			return err ? err : 1;
		key = item.key;
		if (key.type != BTRFS_ROOT_ITEM || item.size < BTRFS_ROOT_SIZE ||
		    (key.id != BTRFS_TREE_TOP && key.id < BTRFS_ROOT_DIR)) {
			key.off = key.off == UINT64_MAX ? 0 : key.off + 1;
			key.type = (uint8_t)(key.type + !key.off);
			key.id += !key.off && !key.type;
			continue;
		}
		sub->id = key.id;
		sub->generation = get_le64(item.data + 160);
		err = path_of(fs, key.id, sub->path);
		if (err < 1)
			return err;
		key.id++; /* one that is being deleted is nowhere */
		err = 0;
	}
	return err ? err : 1;
}
