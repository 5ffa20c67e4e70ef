// SPDX-License-Identifier: BSD-2-Clause
/*
 * cpio archives of the kind "newc", as an initramfs is: one behind the other, each a header of
 * digits, a path, contents.
 * Spec: Linux' Documentation/driver-api/early-userspace/buffer-format.rst
 *
 * A node's id is the volume's byte of its header, plus 1; 0 is the root, which need not have one.
 * The first archive of a volume is read, to its trailer.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fs.h"
#include "lib/base/span.h"

#define HEADER_SIZE 110
#define PATH_MAX    400 /* of a folder that can be looked into */

/**
 * struct cpio - an archive
 * @dir:  whose path @path is, plus 1; 0: of none
 */
struct cpio {
	uint64_t dir;
	uint32_t path_len;
	char path[PATH_MAX];
};

static_assert(sizeof(struct cpio) <= FS_STATE_SIZE, "cpio's state");

static struct cpio *cpio_state(struct fs *fs)
{
	return (struct cpio *)fs->state;
}

/** struct header - of a file: where its path, its contents and the next header are */
struct header {
	uint32_t inode, mode, links, size, name_len, major, minor;
	uint64_t name, data, next;
};

static bool take_hex(const uint8_t *digits, uint32_t *out)
{
	*out = 0;
	for (unsigned int i = 0; i < 8; i++) {
		const uint8_t c = digits[i], letter = c | 0x20;
		uint32_t value;

		if (c >= '0' && c <= '9')
			value = c - (uint32_t)'0';
		else if (letter >= 'a' && letter <= 'f')
			value = letter - (uint32_t)'a' + 10;
		else
			return false;
		*out = *out << 4 | value;
	}
	return true;
}

static bool is_magic(const uint8_t *h)
{
	return !memcmp(h, "07070", 5) && (h[5] == '1' || h[5] == '2');
}

static int get_header(struct fs *fs, uint64_t at, struct header *h)
{
	const uint64_t size = fs->device->size;
	uint8_t b[HEADER_SIZE];
	int err = at > size || size - at < HEADER_SIZE
			  ? fs_damaged(fs, "it ends without its trailer")
			  : fs_copy(fs, at, b, sizeof(b));

	if (err)
		return err;
	if (!is_magic(b) || !take_hex(b + 6, &h->inode) || !take_hex(b + 14, &h->mode) ||
	    !take_hex(b + 38, &h->links) || !take_hex(b + 54, &h->size) ||
	    !take_hex(b + 62, &h->major) || !take_hex(b + 70, &h->minor) ||
	    !take_hex(b + 94, &h->name_len) || !h->name_len)
		return fs_damaged(fs, "no header at 0x%" PRIx64, at);
	h->name = at + HEADER_SIZE;
	h->data = ALIGN_UP(span_end(h->name, h->name_len), UINT64_C(4));
	if (!span_fits(size, h->name, h->name_len) || !span_fits(size, h->data, h->size))
		return fs_damaged(fs, "the file at 0x%" PRIx64 " has 0x%" PRIx32 " bytes", at,
				  h->size);
	h->next = ALIGN_UP(h->data + h->size, UINT64_C(4));
	h->name_len--;
	return 0;
}

/* A path without what may stand before it, "./" or "/", into @out of @room; -ENAMETOOLONG. */
static int get_path(struct fs *fs, const struct header *h, char *out, uint32_t room, uint32_t *len)
{
	uint32_t skip = 0;
	int err;

	if (h->name_len >= room)
		return -ENAMETOOLONG;
	err = fs_copy(fs, h->name, out, h->name_len);
	if (err)
		return err;
	out[h->name_len] = '\0';
	while (out[skip] == '/' || (out[skip] == '.' && out[skip + 1] == '/'))
		skip++;
	if (out[skip] == '.' && !out[skip + 1])
		skip++;
	*len = (uint32_t)strlen(out + skip);
	memmove(out, out + skip, *len + 1);
	return 0;
}

static int cpio_mount(struct fs *fs)
{
	const uint8_t *h;
	int err = fs->device->size < 512 ? -ENODEV : fs_get(fs, 0, HEADER_SIZE, &h);

	if (err)
		return err;
	if (!is_magic(h))
		return -ENODEV;
	cpio_state(fs)->dir = 0;
	return 0;
}

static int cpio_root(struct fs *fs, struct fs_node *node)
{
	(void)fs;
	*node = (struct fs_node){ .kind = FS_DIR };
	return 0;
}

static int enter(struct fs *fs, uint64_t id)
{
	struct cpio *c = cpio_state(fs);
	struct header h;
	int err = 0;

	if (c->dir == id + 1)
		return 0;
	c->dir = 0;
	c->path_len = 0;
	if (id)
		err = get_header(fs, id - 1, &h);
	if (id && !err)
		err = get_path(fs, &h, c->path, PATH_MAX, &c->path_len);
	if (err == -ENAMETOOLONG)
		return refuse(fs->why, err, "cpio: a folder's path is longer than %d bytes",
			      PATH_MAX - 1);
	c->dir = err ? 0 : id + 1;
	return err;
}

/* The name of a path in the folder; NULL: it is elsewhere. */
static const char *name_in(const struct cpio *c, const char *path, uint32_t len)
{
	const char *name = path;

	if (c->path_len) {
		if (len <= c->path_len || memcmp(path, c->path, c->path_len) ||
		    path[c->path_len] != '/')
			return NULL;
		name += c->path_len + 1;
	}
	return *name && !strchr(name, '/') ? name : NULL;
}

static enum fs_kind kind_of(const struct header *h)
{
	switch (h->mode >> 12) {
	case 0x8:
		return FS_FILE;
	case 0x4:
		return FS_DIR;
	case 0xa:
		return FS_LINK;
	}
	return FS_OTHER;
}

static int cpio_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
		     struct fs_entry *entry)
{
	const struct cpio *c = cpio_state(fs);
	int err = enter(fs, dir->id);

	while (!err) {
		const uint64_t at = *cursor;
		const char *name;
		struct header h;
		uint32_t len;

		err = get_header(fs, at, &h);
		if (err)
			break;
		*cursor = h.next;
		err = get_path(fs, &h, entry->name, FS_NAME_ROOM, &len);
		if (err == -ENAMETOOLONG) { /* in a folder that is too deep */
			err = 0;
			continue;
		}
		if (err)
			break;
		if (!strcmp(entry->name, "TRAILER!!!")) {
			*cursor = at;
			return 1;
		}
		name = name_in(c, entry->name, len);
		if (!name)
			continue;
		memmove(entry->name, name, strlen(name) + 1);
		entry->alias[0] = '\0';
		entry->node = (struct fs_node){ kind_of(&h), h.size, at + 1, h.data };
		if (entry->node.kind == FS_DIR || entry->node.kind == FS_OTHER)
			entry->node.size = 0;
		return 0;
	}
	return err;
}

/* Of several links to a file the last has its contents. */
static int cpio_open(struct fs *fs, struct fs_node *node)
{
	struct header h, other;
	uint64_t at;
	int err = 0;

	if (node->kind != FS_FILE || node->size)
		return 0;
	err = get_header(fs, node->id - 1, &h);
	for (at = h.next; !err && h.links > 1; at = other.next) {
		const uint8_t *name;

		err = get_header(fs, at, &other);
		if (!err && other.name_len == 10)
			err = fs_get(fs, other.name, 1, &name);
		if (err || (other.name_len == 10 && *name == 'T' && !other.mode))
			break;
		if (other.inode == h.inode && other.major == h.major && other.minor == h.minor &&
		    other.size) {
			node->size = other.size;
			node->aux = other.data;
			break;
		}
	}
	return err;
}

static int cpio_run(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run)
{
	(void)fs;
	*run = (struct fs_run){ .at = node->aux + off, .len = node->size - off };
	return 0;
}

const struct fs_type cpio_type = {
	.name = "cpio",
	.mount = cpio_mount,
	.root = cpio_root,
	.next = cpio_next,
	.open = cpio_open,
	.run = cpio_run,
};
