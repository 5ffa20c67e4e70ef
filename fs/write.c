// SPDX-License-Identifier: BSD-2-Clause
/* Paths of what is written, and bytes that are written over in place. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fs.h"

/* The folder of a path's last part, which @name receives; it stays where @path has it. */
static int find_parent(struct fs *fs, const char *path, struct fs_node *dir, struct fs_name *name,
		       struct why *why)
{
	size_t end = strlen(path), begin;

	fs->why = why;
	while (end && path[end - 1] == '/')
		end--;
	begin = end;
	while (begin && path[begin - 1] != '/')
		begin--;
	*name = (struct fs_name){ path + begin, end - begin };
	if (!name->len || (name->len <= 2 && !strncmp(name->text, "..", name->len)))
		return refuse(why, -EINVAL, "'%s' names no file", path);
	if (begin >= FS_PATH_ROOM)
		return refuse(why, -ENAMETOOLONG, "a path of %zu bytes is too long", end);
	memcpy(fs->path[0], path, begin);
	fs->path[0][begin] = '\0';
	return fs_lookup(fs, fs->path[0], dir, why);
}

static int read_only(struct fs *fs)
{
	return refuse(fs->why, -EROFS, "%s is only read", fs->type->name);
}

static int can_edit(struct fs *fs, const struct fs_node *dir, struct why *why)
{
	if (dir->kind != FS_DIR)
		return refuse(why, -ENOTDIR, "%s: not a folder", fs->type->name);
	return fs->device->write && fs->type->edit ? 0 : read_only(fs);
}

/* A run at a time; with @src NULL only looks whether there is one for each byte. */
static int overwrite(struct fs *fs, const struct fs_node *node, uint64_t off, const uint8_t *src,
		     uint64_t len)
{
	int err = 0;

	for (uint64_t done = 0; done < len && !err;) {
		struct fs_run run;

		err = fs_whole_run(fs, node, off + done, &run);
		if (!err && run.zero)
			err = refuse(fs->why, -ENOSPC,
				     "%s: the file has no blocks for byte 0x%" PRIx64
				     ", and no new ones are made",
				     fs->type->name, off + done);
		if (err)
			break;
		run.len = MIN(run.len, len - done);
		if (src)
			err = fs_write_at(fs, run.at, src + done, run.len);
		done += run.len;
	}
	return err;
}

static int in_place(struct fs *fs, const struct fs_node *node, uint64_t pos, const void *src,
		    uint64_t len, struct why *why)
{
	int err;

	fs->why = why;
	err = fs->device->write && fs->type->over ? fs->type->over(fs, node) : read_only(fs);
	if (!err)
		err = overwrite(fs, node, pos, NULL, len);
	if (!err)
		err = overwrite(fs, node, pos, src, len);
	return err ? err : fs_sync(fs);
}

int fs_save(struct fs *fs, const char *path, uint64_t pos, const void *src, uint64_t len,
	    struct why *why)
{
	struct fs_node node = { .kind = FS_FILE }, dir;
	struct fs_name name;
	int err = fs_lookup(fs, path, &node, why);
	const bool found = !err;

	if (err && (err != -ENOENT || (pos && pos != FS_WHOLE)))
		return err;
	if (found && node.kind != FS_FILE)
		return refuse(why, -EISDIR, "'%s' is no file", path);
	if (found && pos != FS_WHOLE && pos > node.size)
		return refuse(why, -ERANGE,
			      "'%s' has 0x%" PRIx64 " bytes: nothing can go to 0x%" PRIx64, path,
			      node.size, pos);
	if (found && pos != FS_WHOLE && len <= node.size - pos)
		return in_place(fs, &node, pos, src, len, why);
	if (found && !fs->type->edit && pos == FS_WHOLE && len == node.size)
		return in_place(fs, &node, 0, src, len, why);
	if (!fs->type->edit && fs->type->over)
		return refuse(why, -EROFS,
			      found ? "%s: '%s' keeps its size of 0x%" PRIx64
				      " bytes: no more and no less can be written"
				    : "%s: '%s' is not there, and no files are made",
			      fs->type->name, path, node.size);
	err = find_parent(fs, path, &dir, &name, why);
	if (!err)
		err = can_edit(fs, &dir, why);
	return err ? err : fs->type->edit->put(fs, &dir, name, pos == FS_WHOLE ? 0 : pos, src, len);
}

int fs_mkdir(struct fs *fs, const char *path, struct why *why)
{
	struct fs_node node, dir;
	struct fs_name name;
	int err = fs_lookup(fs, path, &node, why);

	if (!err)
		return refuse(why, -EEXIST, "'%s' is there already", path);
	if (err != -ENOENT)
		return err;
	err = find_parent(fs, path, &dir, &name, why);
	if (!err)
		err = can_edit(fs, &dir, why);
	return err ? err : fs->type->edit->mkdir(fs, &dir, name);
}

int fs_remove(struct fs *fs, const char *path, struct why *why)
{
	struct fs_node node, dir;
	struct fs_name name;
	int err = fs_lookup(fs, path, &node, why);

	if (!err)
		err = find_parent(fs, path, &dir, &name, why);
	if (!err)
		err = can_edit(fs, &dir, why);
	return err ? err : fs->type->edit->remove(fs, &dir, name);
}

static int check_absent(struct fs *fs, const struct fs_node *dir, struct fs_name name)
{
	uint64_t cursor = 0;
	int err;

	while (!(err = fs->type->next(fs, dir, &cursor, &fs->entry))) {
		if (fs_same_name(fs->type, fs->entry.name, name.text, name.len))
			return refuse(fs->why, -EEXIST, "'%.*s' is there already", (int)name.len,
				      name.text);
	}
	return MIN(err, 0);
}

int fs_rename(struct fs *fs, const char *from, const char *to, struct why *why)
{
	struct fs_node node, target, dir, to_dir;
	struct fs_name name, to_name;
	int err = fs_lookup(fs, from, &node, why);

	if (!err)
		err = find_parent(fs, from, &dir, &name, why);
	if (!err)
		err = can_edit(fs, &dir, why);
	if (err)
		return err;
	err = fs_lookup(fs, to, &target, why);
	if (!err && target.kind == FS_DIR && target.id != node.id) {
		to_dir = target;
		to_name = name;
		err = check_absent(fs, &to_dir, to_name);
	} else if (!err && target.aux != node.aux) {
		err = refuse(why, -EEXIST, "'%s' is there already", to);
	} else if (!err || err == -ENOENT) {
		err = find_parent(fs, to, &to_dir, &to_name, why);
	}
	if (!err)
		err = can_edit(fs, &to_dir, why);
	return err ? err : fs->type->edit->rename(fs, &dir, name, &to_dir, to_name);
}
