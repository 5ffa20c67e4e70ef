// SPDX-License-Identifier: BSD-2-Clause
/*
 * FAT, written, so that the power may go at any moment.
 *
 * What a file gets is written into clusters that nobody names; then one sector changes, that of the
 * name, and the file is the new one; then the old clusters are given back. Each of the three steps
 * is on the medium before the next begins. What a cut leaves at worst are clusters that nobody
 * names, and tables of which one is newer; never a name with the wrong bytes.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fat_write.h"
#include "lib/base/le.h"

#define DAY_ONE 0x21 /* 1 January 1980 */

static uint64_t clusters_of(const struct fat *fat, uint64_t size)
{
	return size ? ((size - 1) >> fat->shift) + 1 : 0;
}

static void set_file(uint8_t e[ENTRY], uint32_t first, uint64_t size)
{
	put_le16(e + 20, (uint16_t)(first >> 16));
	put_le16(e + 26, (uint16_t)first);
	put_le32(e + 28, (uint32_t)size);
}

static void new_entry(uint8_t e[ENTRY], uint8_t attributes)
{
	memset(e, 0, ENTRY);
	e[11] = attributes;
	put_le16(e + 16, DAY_ONE);
	put_le16(e + 24, DAY_ONE);
}

/* ---- contents ---- */

/* Bytes of @node, whose chain is there, from @src on. */
static int write_node(struct fs *fs, const struct fs_node *node, uint64_t off, const uint8_t *src,
		      uint64_t len)
{
	int err = 0;

	while (len && !err) {
		struct fs_run run;

		err = fs_whole_run(fs, node, off, &run);
		if (err)
			break;
		run.len = MIN(run.len, len);
		err = fs_write_at(fs, run.at, src, run.len);
		off += run.len;
		src += run.len;
		len -= run.len;
	}
	return err;
}

/* The first @len bytes of a file, by way of the metadata's pieces. */
static int copy_node(struct fs *fs, const struct fs_node *from, const struct fs_node *to,
		     uint64_t len)
{
	const uint8_t *bytes;
	int err = 0;

	for (uint64_t off = 0, part; off < len && !err; off += part) {
		struct fs_run run;

		err = fs_whole_run(fs, from, off, &run);
		if (err)
			break;
		part = MIN(MIN(run.len, len - off), FS_PIECE - run.at % FS_PIECE);
		err = fs_get(fs, run.at, (size_t)part, &bytes);
		if (!err)
			err = write_node(fs, to, off, bytes, part);
	}
	return err;
}

/* A chain with @keep bytes of @old and @len of @src: not yet a file. */
static int new_file(struct fs *fs, const struct fs_node *old, uint64_t keep, const void *src,
		    uint64_t len, struct fs_node *node)
{
	uint32_t first;
	int err;

	*node = (struct fs_node){ .kind = FS_FILE, .size = keep + len };
	err = fat_chain_new(fs, clusters_of(fat_state(fs), node->size), &first);
	node->id = first;
	if (!err && keep)
		err = copy_node(fs, old, node, keep);
	if (!err)
		err = write_node(fs, node, keep, src, len);
	return err ? err : fs_sync(fs);
}

/* ---- fs_edit ---- */

static int replace(struct fs *fs, const struct fs_node *old, const struct fs_node *node)
{
	uint8_t e[ENTRY];
	int err = fs_copy(fs, old->aux, e, ENTRY);

	set_file(e, (uint32_t)node->id, node->size);
	e[11] |= ATTR_ARCHIVE;
	if (!err)
		err = fs_put(fs, old->aux, e, ENTRY);
	if (!err)
		err = fs_sync(fs);
	if (!err && node->id != old->id)
		err = fat_chain_free(fs, (uint32_t)old->id);
	return err;
}

static int put(struct fs *fs, const struct fs_node *dir, struct fs_name name, uint64_t keep,
	       const void *src, uint64_t len)
{
	const struct fat *fat = fat_state(fs);
	struct fs_node old = { .kind = FS_FILE }, node;
	struct fat_slots slots;
	uint8_t e[ENTRY];
	int err = fat_name_find(fs, dir, name, &old, &slots);
	const bool found = !err;

	if (err && err != -ENOENT)
		return err;
	err = found ? 0 : fat_name_check(fs, name);
	if (!err && len > UINT32_MAX - keep)
		err = refuse(fs->why, -EFBIG, "fat: a file has at most 4 GiB less one byte");
	if (!err)
		err = fat_begin(fs);
	if (err)
		return err;
	node = old;
	if (found && keep == old.size && keep && len &&
	    clusters_of(fat, keep + len) == clusters_of(fat, keep)) {
		node.size += len; /* behind its end, where nobody looks yet */
		err = write_node(fs, &node, keep, src, len);
		if (!err)
			err = fs_sync(fs);
	} else {
		err = new_file(fs, &old, keep, src, len, &node);
	}
	if (err)
		return fat_end(fs, err);
	if (found)
		return fat_end(fs, replace(fs, &old, &node));
	new_entry(e, ATTR_ARCHIVE);
	set_file(e, (uint32_t)node.id, node.size);
	return fat_end(fs, fat_name_add(fs, dir, name, e, NULL));
}

static void dot(uint8_t e[ENTRY], const char *name, uint64_t cluster)
{
	new_entry(e, ATTR_DIR);
	memset(e, ' ', 11);
	memcpy(e, name, strlen(name));
	set_file(e, (uint32_t)cluster, 0);
}

/* What ".." of a folder in @dir has: 0 stands for the root. */
static uint32_t parent_cluster(const struct fat *fat, const struct fs_node *dir)
{
	return fat->bits == 32 && dir->id == fat->root_cluster ? 0 : (uint32_t)dir->id;
}

static int make_folder(struct fs *fs, const struct fs_node *dir, struct fs_name name)
{
	struct fat *fat = fat_state(fs);
	uint8_t e[ENTRY];
	uint32_t first;
	uint64_t at;
	int err = fat_chain_new(fs, 1, &first);

	if (!err)
		err = fat_zero(fs, first);
	if (err)
		return err;
	at = fat_cluster_at(fat, first);
	dot(e, ".", first);
	err = fs_put(fs, at, e, ENTRY);
	dot(e, "..", parent_cluster(fat, dir));
	if (!err)
		err = fs_put(fs, at + ENTRY, e, ENTRY);
	if (!err)
		err = fs_sync(fs);
	new_entry(e, ATTR_DIR);
	set_file(e, first, 0);
	return err ? err : fat_name_add(fs, dir, name, e, NULL);
}

static int make_dir(struct fs *fs, const struct fs_node *dir, struct fs_name name)
{
	int err = fat_name_check(fs, name);

	if (!err)
		err = fat_begin(fs);
	return err ? err : fat_end(fs, make_folder(fs, dir, name));
}

static int check_empty(struct fs *fs, const struct fs_node *dir, struct fs_name name)
{
	uint64_t cursor = 0;
	int err;

	while (!(err = fat_next(fs, dir, &cursor, &fs->entry))) {
		if (strcmp(fs->entry.name, ".") && strcmp(fs->entry.name, ".."))
			return refuse(fs->why, -ENOTEMPTY, "fat: '%.*s' is not empty",
				      (int)name.len, name.text);
	}
	return MIN(err, 0);
}

static int unlink_slots(struct fs *fs, const struct fs_node *dir, const struct fat_slots *slots)
{
	const int err = fat_name_remove(fs, dir, slots);

	return err ? err : fs_sync(fs);
}

static int remove_name(struct fs *fs, const struct fs_node *dir, struct fs_name name)
{
	struct fat_slots slots;
	struct fs_node node;
	int err = fat_name_find(fs, dir, name, &node, &slots);

	if (!err && node.kind == FS_DIR)
		err = check_empty(fs, &node, name);
	if (!err)
		err = fat_begin(fs);
	if (err)
		return err;
	err = unlink_slots(fs, dir, &slots);
	if (!err)
		err = fat_chain_free(fs, (uint32_t)node.id);
	return fat_end(fs, err);
}

/* The file under its new name has clusters of its own, so that no two names share any. */
static int move_file(struct fs *fs, const struct fs_node *dir, const struct fs_node *node,
		     const struct fat_slots *slots, const struct fs_node *to_dir, struct fs_name to)
{
	struct fs_node copy;
	uint8_t e[ENTRY];
	int err = fs_copy(fs, node->aux, e, ENTRY);

	if (!err)
		err = new_file(fs, node, node->size, NULL, 0, &copy);
	if (err)
		return err;
	set_file(e, (uint32_t)copy.id, copy.size);
	e[12] = 0;
	err = fat_name_add(fs, to_dir, to, e, NULL);
	if (!err)
		err = unlink_slots(fs, dir, slots);
	return err ? err : fat_chain_free(fs, (uint32_t)node->id);
}

static int move_slots(struct fs *fs, const struct fs_node *dir, const struct fs_node *node,
		      const struct fat_slots *slots, struct fs_name to)
{
	uint8_t e[ENTRY];
	int err = fs_copy(fs, node->aux, e, ENTRY);

	e[12] = 0; /* the name says itself what is small in it */
	return err ? err : fat_name_add(fs, dir, to, e, slots);
}

static int rename_name(struct fs *fs, const struct fs_node *dir, struct fs_name name,
		       const struct fs_node *to_dir, struct fs_name to)
{
	struct fat_slots slots;
	struct fs_node node;
	int err = fat_name_find(fs, dir, name, &node, &slots);

	if (!err)
		err = fat_name_check(fs, to);
	if (!err && node.kind == FS_DIR && dir->id != to_dir->id)
		err = refuse(fs->why, -EXDEV,
			     "fat: '%.*s' stays in its folder: when the power goes it would be in "
			     "both",
			     (int)name.len, name.text);
	if (!err)
		err = fat_begin(fs);
	if (err)
		return err;
	err = dir->id == to_dir->id ? move_slots(fs, dir, &node, &slots, to) : 1;
	if (err > 0 && node.kind == FS_DIR)
		err = refuse(
			fs->why, -ENOSPC,
			"fat: the sector of '%.*s' has no room for the new name: a shorter one "
			"may fit",
			(int)name.len, name.text);
	else if (err > 0)
		err = move_file(fs, dir, &node, &slots, to_dir, to);
	return fat_end(fs, err);
}

const struct fs_edit fat_edit = {
	.put = put,
	.mkdir = make_dir,
	.remove = remove_name,
	.rename = rename_name,
};
