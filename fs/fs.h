/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File systems, read. For: finding a file of a volume and which of the volume's bytes are its own.
 * In: the volume's metadata, by struct fs_device. Out: a node for a path; runs, "these bytes of the
 * file are those bytes of the volume". Readers are pure: they know no device and keep nothing
 * outside struct fs. Whoever wants contents has the runs turned into requests (fs_read()), straight
 * to where the bytes belong.
 */
#pragma once

#include "lib/base/table.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

#define FS_PIECE      4096 /* metadata is read and kept in pieces of so many bytes */
#define FS_PIECES     16
#define FS_NAME_ROOM  768 /* of a name in UTF-8, with its end: 255 UTF-16 units */
#define FS_PATH_ROOM  1024
#define FS_DEPTH_MAX  32 /* folders one in another */
#define FS_LINKS_MAX  16 /* symbolic links on the way to one file */
#define FS_STATE_SIZE 512
#define FS_SEGMENTS   32 /* of one request */

/** struct fs_segment - @len bytes of the volume from @at on belong at @dst */
struct fs_segment {
	uint64_t at;
	void *dst;
	uint64_t len;
};

/**
 * struct fs_device - what a volume lies on
 * @size: bytes, a multiple of @unit
 * @unit: bytes, a power of two up to FS_PIECE: what @at and @len of a segment are multiples of
 * @read: read all segments, in any order. They are inside the volume. 0 or -E...
 * @write: as @read; NULL: nothing is ever written
 * @flush: what was written stays when the power goes; NULL: it always does
 */
struct fs_device {
	uint64_t size;
	uint32_t unit;
	int (*read)(struct fs_device *device, const struct fs_segment *segments,
		    unsigned int count);
	int (*write)(struct fs_device *device, const struct fs_segment *segments,
		     unsigned int count);
	int (*flush)(struct fs_device *device);
	void *priv;
};

enum fs_kind { FS_FILE, FS_DIR, FS_LINK, FS_OTHER };

/**
 * struct fs_node - a file or a folder
 * @size: bytes of a file or a link; of a folder as the reader likes
 * @id:   where the reader finds it
 * @aux:  the reader's
 */
struct fs_node {
	enum fs_kind kind;
	uint64_t size;
	uint64_t id;
	uint64_t aux;
};

/**
 * struct fs_entry - one name of a folder
 * @node:  what it is; fs_open() completes it
 * @name:  UTF-8, ended by 0
 * @alias: a second name (FAT's short one, where it has a long one), or ""
 */
struct fs_entry {
	struct fs_node node;
	char name[FS_NAME_ROOM];
	char alias[13];
};

/**
 * struct fs_run - bytes of a file that lie together
 * @len:  at least 1; may pass the end of the file
 * @at:   the volume's byte where they are; any alignment
 * @zero: they are nowhere: all zero
 * @packed: they are nowhere as they are: fs_type.unpack makes them
 */
struct fs_run {
	uint64_t at;
	uint64_t len;
	bool zero, packed;
};

struct fs;

/* Are there readers that have something to say of a volume? */
#define FS_NOTES (IS_ENABLED(CONFIG_FS_BTRFS) || IS_ENABLED(CONFIG_FS_EXT4_JOURNAL))

/** struct fs_name - the last part of a path: @len bytes of UTF-8 at @text */
struct fs_name {
	const char *text;
	size_t len;
};

/**
 * struct fs_edit - a writer
 * @put:    a file becomes its first @keep bytes (0: none, it may be a new one) and @len from @src
 * @mkdir:  a new folder; nothing of that name is there
 * @remove: a file, or a folder that is empty
 * @rename: a file or a folder gets another name, or another folder; @to is not there
 *
 * Whatever the moment when the power goes, files have what they had or what they get. They return 0
 * or -E... with a sentence by fs->why.
 */
struct fs_edit {
	int (*put)(struct fs *fs, const struct fs_node *dir, struct fs_name name, uint64_t keep,
		   const void *src, uint64_t len);
	int (*mkdir)(struct fs *fs, const struct fs_node *dir, struct fs_name name);
	int (*remove)(struct fs *fs, const struct fs_node *dir, struct fs_name name);
	int (*rename)(struct fs *fs, const struct fs_node *dir, struct fs_name name,
		      const struct fs_node *to_dir, struct fs_name to);
};

/**
 * struct fs_type - a reader
 * @name:  as `fstype` prints it
 * @fold:  names are the same in capitals and in small letters
 * @mount: does the volume have this file system? -ENODEV: no; else it is filled in, or damaged
 * @root:  the topmost folder
 * @next:  the entry of a folder at *@cursor (0: the first), and move it on; 1: there is none more
 * @find:  the node of a name, which @open completes; 1: there is none. NULL: by @next
 * @open:  complete a node that @next gave; NULL: it is complete
 * @run:   the run that byte @off of a file begins or is inside of; @off is below its size
 * @unpack: make bytes of a packed run, all inside of it; NULL: there are none such
 * @edit:  NULL: it cannot write
 * @over:  may bytes of this file be written over in place, with no change of metadata? 0, or a
 *         refusal; NULL: never
 *
 * All return 0 or -E..., -EBADMSG for what cannot be so, with a sentence by fs->why.
 */
struct fs_type {
	const char *name;
	bool fold;
	int (*mount)(struct fs *fs);
	int (*root)(struct fs *fs, struct fs_node *node);
	int (*next)(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
		    struct fs_entry *entry);
	int (*find)(struct fs *fs, const struct fs_node *dir, struct fs_name name,
		    struct fs_node *node);
	int (*open)(struct fs *fs, struct fs_node *node);
	int (*run)(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run);
	int (*unpack)(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst,
		      uint64_t len);
	const struct fs_edit *edit;
	int (*over)(struct fs *fs, const struct fs_node *node);
};

/**
 * struct fs - a volume that is being read
 * @device: set by the caller before fs_mount(), as are @pieces and @scratch
 * @pieces: FS_PIECES * FS_PIECE bytes, aligned to a cache line: metadata
 * @scratch: @scratch_size bytes for what a reader must remember (ext4: the journal's blocks)
 * @scratch_wanted: how many it would take, where fs_mount() returns -ENOMEM
 * @label:  the volume's, or ""
 * @uuid:   in words, or ""
 * @note:   what there is to say of it, or NULL
 */
struct fs {
	struct fs_device *device;
	uint8_t *pieces;
	void *scratch;
	uint64_t scratch_size, scratch_wanted;
	const struct fs_type *type;
	struct why *why;
	struct fs_near {
		uint64_t at, len; /* of the volume's bytes; len 0: none */
		const uint8_t *bytes;
	} near[2];              /* of pieces: a folder and what it names are looked at in turn */
	unsigned int near_next; /* which of them is given up for another */
	_Alignas(8) uint8_t state[FS_STATE_SIZE];

	char label[48];
	char uuid[40];

	uint64_t clock;
	struct {
		uint64_t number, used; /* used 0: nothing is in it */
		uint32_t dirty;        /* a bit for each 512 bytes that the volume has older */
	} slot[FS_PIECES];
	struct fs_node stack[FS_DEPTH_MAX];
	struct fs_entry entry;
	char path[2][FS_PATH_ROOM];
	const char *note;
};

/**
 * fs_mount() - find out which file system a volume has
 * @fs:    device, pieces and scratch are set
 * @types: which to try, ended by NULL
 *
 * Errors: -ENODEV none of them; -EBADMSG, -ENOTSUP one of them, but damaged, or with a feature that
 *         changes how it is read and that Loft does not know; -E... of the device
 */
int __must_check fs_mount(struct fs *fs, const struct fs_type *const types[], struct why *why);

/**
 * fs_lookup() - the file or folder of a path
 * @path: parts between '/'; from the root whether it begins with one or not; "." and ".." count
 *
 * Symbolic links are followed, the last part's too.
 *
 * Errors: -ENOENT, -ENOTDIR, -ELOOP more than FS_LINKS_MAX links; -ENAMETOOLONG; -E... the reader
 */
int __must_check fs_lookup(struct fs *fs, const char *path, struct fs_node *node, struct why *why);

/**
 * fs_list() - the names of a folder, one a call
 * @dir:    its node
 * @cursor: 0 to begin; the reader's after that
 * @entry:  receives the name, with a complete node; "." and ".." where the volume has them
 *
 * Return: 0; 1 there is none more; -ENOTDIR; -E... as the reader
 */
int __must_check fs_list(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
			 struct fs_entry *entry, struct why *why);

/**
 * fs_read() - read [off, off + len) of a file to @dst
 *
 * What lies together is one segment and FS_SEGMENTS of them one request, straight to @dst; only the
 * ends of a run that are no whole units of the device go through the metadata's pieces.
 *
 * Errors: -ENODATA past the end of the file; -EISDIR; -EBADMSG the volume contradicts itself, or a
 *         run passes its end; -E... of the device
 */
int __must_check fs_read(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst,
			 uint64_t len, struct why *why);

/**
 * fs_whole_run() - fs_type.run, joined with the runs that follow it on the volume, and checked
 *
 * Errors: as the reader; -EBADMSG it passes the end of the volume
 */
int __must_check fs_whole_run(struct fs *fs, const struct fs_node *node, uint64_t off,
			      struct fs_run *run);

/**
 * fs_save() - write a file
 * @path:  of it; its folder is there
 * @pos:   FS_WHOLE: the file has these bytes and no others, and is made where it is not there;
 *         else they stand at @pos, which is at most its size, and the file may grow
 *
 * Bytes that a file has already are written over in place. All else leaves the file as it was until
 * it is what it becomes, which takes room for both.
 *
 * Errors: -EROFS no writer, or the device can't; -ENOSPC; -EISDIR; -EINVAL the name; as fs_lookup()
 */
int __must_check fs_save(struct fs *fs, const char *path, uint64_t pos, const void *src,
			 uint64_t len, struct why *why);

#define FS_WHOLE UINT64_MAX

/** fs_mkdir() - make a folder. Errors: -EEXIST; as fs_save() */
int __must_check fs_mkdir(struct fs *fs, const char *path, struct why *why);

/** fs_remove() - delete a file or an empty folder. Errors: -ENOTEMPTY; as fs_save() */
int __must_check fs_remove(struct fs *fs, const char *path, struct why *why);

/**
 * fs_rename() - give a file or a folder another path, or put it into the folder @to
 *
 * Errors: -EEXIST @to is a file; -EXDEV a folder into another one; as fs_save()
 */
int __must_check fs_rename(struct fs *fs, const char *from, const char *to, struct why *why);

/* ---- for readers ---- */

/**
 * fs_get() - look at metadata
 * @at:  the volume's byte; [at, at + len) lies inside one piece
 * @out: good until FS_PIECES - 2 other pieces have been asked for
 *
 * Errors: -EBADMSG past the volume's end; -E... of the device
 */
int __must_check fs_get(struct fs *fs, uint64_t at, size_t len, const uint8_t **out);

/** fs_copy() - copy metadata, across pieces. Errors: as fs_get() */
int __must_check fs_copy(struct fs *fs, uint64_t at, void *dst, size_t len);

/** fs_put() - change metadata, in memory until fs_sync(), or until there is no room for it */
int __must_check fs_put(struct fs *fs, uint64_t at, const void *src, size_t len);

/**
 * fs_write_at() - write contents: whole units straight from @src, ends by fs_put()
 *
 * Errors: of the device
 */
int __must_check fs_write_at(struct fs *fs, uint64_t at, const void *src, uint64_t len);

/** fs_sync() - all that was written so far is on the medium before all that comes */
int __must_check fs_sync(struct fs *fs);

/** fs_damaged() - refuse with -EBADMSG: "<type>: <sentence>" */
int fs_damaged(struct fs *fs, const char *fmt, ...) __printf(2, 3);

/** fs_uuid() - fs.uuid from its 16 bytes, in their order */
void fs_uuid(struct fs *fs, const uint8_t *uuid);

/** fs_utf8() - append a code point to @name of FS_NAME_ROOM; false where it does not fit */
bool fs_utf8(char *name, size_t *len, uint32_t point);

/** fs_same_name() - is an entry's @name (or alias) these @len bytes? */
bool fs_same_name(const struct fs_type *type, const char *name, const char *wanted, size_t len);

#define FS_TYPE(option, type) extern const struct fs_type type;
#include "fs/types.inc"
#undef FS_TYPE
