/* SPDX-License-Identifier: BSD-2-Clause */
/* Volumes of the file system tests: made by the system's tools in a folder of the test's own. */
#pragma once

#include "fs/fs.h"

#define VOLUME_MANY  120 /* files of one folder */
#define VOLUME_FILES (VOLUME_MANY + 22 + 5)

/**
 * struct volume - an image that is read
 * @requests: how many, @segments: in them, since the last volume_reset()
 * @written:  told of each unit that is written, in their order, or NULL
 * @flushed:  told that all of them are on the medium before what comes, or NULL
 * @fail_at:  not ~0: a read that touches this byte fails
 */
struct volume {
	struct fs fs;
	struct fs_device device;
	uint8_t *bytes;
	unsigned int requests, segments;
	uint64_t fail_at;
	void (*written)(void *priv, uint64_t at, const uint8_t *unit, uint32_t len);
	void (*flushed)(void *priv);
	void *priv;
	char why[256];
};

/** volume_dir() - a folder in /tmp that goes with the program */
const char *volume_dir(void);

/** volume_shell() - run lines of sh in volume_dir(), with sbin on PATH; false where they fail */
bool volume_shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * volume_fsck_fat() - what fsck.fat says of the image @name of volume_dir()
 * @clean: it finds nothing at all
 *
 * Return: it finds nothing but what a power cut may leave: clusters that nobody names, a table that
 * is not yet copied, a count of free clusters that is not true. Else what it finds is printed.
 */
bool volume_fsck_fat(const char *name, bool *clean);

/** volume_tree() - make the folder "tree" in volume_dir(): files of many sizes and names */
void volume_tree(void);

/** volume_open() - read the image @name of volume_dir() and mount it; the error of fs_mount() */
int volume_open(struct volume *v, const char *name, uint32_t unit);

/** volume_again() - mount it again: its bytes have been changed */
int volume_again(struct volume *v);

/** volume_close() - forget it */
void volume_close(struct volume *v);

/** volume_compare() - each file, folder and link below "tree" is in the volume, the same; how many */
unsigned int volume_compare(struct volume *v, const char *tree);
