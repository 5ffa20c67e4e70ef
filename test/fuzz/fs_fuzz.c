// SPDX-License-Identifier: BSD-2-Clause
/*
 * Mutants of real volumes and partition tables: each ends, inside its bounds. The input's first
 * byte says which; four bytes each are then a place among its bytes that are not 0, and a value
 * for it.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fs/fs.h"
#include "fs/gpt.h"
#include "lib/base/crc32.h"
#include "lib/base/le.h"
#include "lib/hash/crc32c.h"

#define NODES_MAX 400 /* looked at, of one mutant */
#define READ_MAX  200000
#define SCRATCH_MAX (16u << 20)

static const char script[] =
	"PATH=$PATH:/usr/sbin; exec >/dev/null 2>&1; set -e; cd %s; mkdir -p t/d/e; "
	"for i in 1 2 3 4 5 6 7 8 9; do seq $((i*i*40)) >\"t/d/a long name, file $i\"; done; "
	"truncate -s 90000 t/d/e/hole; seq 99 | dd of=t/d/e/hole bs=1024 seek=80 conv=notrunc; "
	"ln -s d/e t/link; "
	"mkfs.vfat -C -s 1 v0 400; mcopy -s -i v0 t/d ::/; "
	"mkfs.vfat -C -F 16 -s 1 v1 4400; mcopy -s -i v1 t/d ::/; "
	"mkfs.vfat -C -F 32 -s 1 v2 34000; mcopy -s -i v2 t/d ::/; "
	"mke2fs -q -t ext2 -b 1024 -N 32 -d t v3 400; "
	"mke2fs -q -t ext4 -b 1024 -N 32 -O ^metadata_csum,^has_journal -d t v4 400; "
	"mke2fs -q -t ext4 -b 1024 -N 32 -O ^metadata_csum,^has_journal,inline_data -I 512 -d t v5 400; "
	"mke2fs -q -t ext4 -b 1024 -N 32 -O ^metadata_csum -d t v6 4M; "
	"printf 'jo -c\\njw -b 20,21,30 t/d/e/hole\\njc\\n' >do; debugfs -w -f do v6; "
	"truncate -s 1M v7 v8; printf 'label: gpt\\n,100,,\\n,100,,\\n' | sfdisk v7; "
	"printf 'label: dos\\n2048,,5\\n' | sfdisk v8 || true; "
	"printf 'label: dos\\n1,100,c\\n200,1000,5\\n300,50\\n400,50\\n' | sfdisk -f v8";

/* Packed small, so that mutants meet what is not file contents. */
static const char more[] =
	"PATH=$PATH:/usr/sbin; exec >/dev/null 2>&1; set -e; cd %s; "
	"xorriso -as mkisofs -quiet -R -J -o v9 t; xorriso -as mkisofs -quiet --norock -J -o v10 t; "
	"mksquashfs t v11 -noappend -comp gzip -b 4096; mksquashfs t v12 -noappend -comp lz4 -b 8192; "
	"mksquashfs t v13 -noappend -noI -noD -noF; "
	"(cd t; find . | cpio -o -H newc --quiet >../v14); "
	"truncate -s 4M v15; /usr/bin/python3 $OLDPWD/test/host/fs/make_exfat.py t v15; "
	"mkfs.erofs -Enosbcrc v16 t; mkfs.erofs -Enosbcrc -zlz4hc -C16384 -Eztailpacking v17 t; "
	"mkfs.erofs -Enosbcrc --chunksize 4096 v18 t; mkfs.erofs -Enosbcrc -zlz4 v19 t; "
	"mkfs.erofs -Enosbcrc -zlz4 -Elegacy-compress v20 t";

/* Their blocks have checksums, which each mutant gets right: seal_block(). */
static const char newest[] =
	"PATH=$PATH:/usr/sbin; exec >/dev/null 2>&1; cd %s; new=$OLDPWD/build/mkfs2025/mkfs.btrfs; n=21; "
	"for o in '' '--compress zlib' '--compress lzo -u default:d/e' '--compress zstd -u d -u d/e'; do "
	"truncate -s 40M v$n; $new -q -M --shrink $o -r t v$n || { rm v$n; truncate -s 40M v$n; "
	"mkfs.btrfs -q -M --shrink -r t v$n; }; n=$((n + 1)); done; new=${new%%btrfs}erofs; "
	"$new -Enosbcrc -zlz4 -Eall-fragments,dedupe v25 t || mkfs.erofs -Enosbcrc -zlz4 v25 t; "
	"$new -Enosbcrc -zlz4hc -C16384 -Efragments,dedupe v26 t || mkfs.erofs -Enosbcrc v26 t";

#define VOLUMES    27
#define FIRST_BTRFS 21
#define LAST_BTRFS 24
#define BTRFS_BLOCK 4096
#define BTRFS_SUPER 65536
#define FIRST_DISK 7
#define LAST_DISK  8

struct image {
	uint8_t *bytes;
	uint32_t *place;
	uint32_t size, places;
};

static struct image images[VOLUMES];

static void load(const char *dir, unsigned int n)
{
	struct image *im = &images[n];
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/v%u", dir, n);
	f = fopen(path, "r");
	if (!f)
		abort();
	fseek(f, 0, SEEK_END);
	im->size = (uint32_t)ftell(f) & ~511u;
	rewind(f);
	im->bytes = malloc(im->size);
	if (fread(im->bytes, 1, im->size, f) != im->size)
		abort();
	fclose(f);
	for (int pass = 0; pass < 2; pass++) {
		im->places = 0;
		for (uint32_t i = 0; i < im->size; i++) {
			/* text of files is no metadata: digits and ends of lines are left out */
			if (!im->bytes[i] || im->bytes[i] == '\n' ||
			    (im->bytes[i] >= '0' && im->bytes[i] <= '9' && i > 4096))
				continue;
			if (pass)
				im->place[im->places] = i;
			im->places++;
		}
		if (!pass)
			im->place = malloc(4 * (size_t)im->places);
	}
}

static void make_images(void)
{
	char dir[] = "/tmp/loft-fuzz-XXXXXX", line[3000];

	if (!mkdtemp(dir))
		abort();
	snprintf(line, sizeof(line), script, dir);
	if (system(line))
		fprintf(stderr, "fs_fuzz: a tool failed\n");
	snprintf(line, sizeof(line), more, dir);
	if (system(line))
		fprintf(stderr, "fs_fuzz: a tool failed\n");
	snprintf(line, sizeof(line), newest, dir);
	if (system(line))
		fprintf(stderr, "fs_fuzz: a tool failed\n");
	for (unsigned int n = 0; n < VOLUMES; n++)
		load(dir, n);
	snprintf(line, sizeof(line), "rm -rf %s", dir);
	if (system(line))
		abort();
}

static int device_read(struct fs_device *device, const struct fs_segment *s, unsigned int count)
{
	const struct image *im = device->priv;

	if (!count || count > FS_SEGMENTS)
		abort();
	for (; count--; s++) {
		if (!s->len || s->at % 512 || s->len % 512 || s->at > im->size ||
		    s->len > im->size - s->at)
			abort();
		memcpy(s->dst, im->bytes + s->at, s->len);
	}
	return 0;
}

static void visit(struct fs *fs, const struct fs_node *dir, unsigned int depth, unsigned int *nodes,
		  uint64_t *bytes)
{
	struct fs_entry *entry = malloc(sizeof(*entry));
	struct why why = { "" };
	uint64_t cursor = 0;
	int err;

	while (!(err = fs_list(fs, dir, &cursor, entry, &why)) && ++*nodes < NODES_MAX) {
		if (strlen(entry->name) >= FS_NAME_ROOM)
			abort();
		if (entry->node.kind == FS_DIR && depth < 4)
			visit(fs, &entry->node, depth + 1, nodes, bytes);
		if (entry->node.kind == FS_FILE || entry->node.kind == FS_LINK) {
			const uint64_t len =
				entry->node.size < READ_MAX ? entry->node.size : READ_MAX;
			uint8_t *to = malloc(len + 1);

			if (*bytes < 20 * READ_MAX)
				(void)!fs_read(fs, &entry->node, entry->node.size - len, to, len,
					       &why);
			*bytes += len;
			free(to);
		}
	}
	if (err < 0 && !why.text[0])
		abort();
	free(entry);
}

static void try_volume(struct image *im)
{
	static const struct fs_type *const types[] = { &fat_type,  &ext4_type, &iso_type,
						       &sqfs_type, &cpio_type, &exfat_type,
						       &erofs_type, &btrfs_type, NULL };
	struct fs_device device = {
		.size = im->size, .unit = 512, .read = device_read, .priv = im
	};
	struct fs *fs = calloc(1, sizeof(*fs));
	unsigned int nodes = 0;
	struct why why = { "" };
	struct fs_node node;
	uint64_t bytes = 0;
	int err;

	fs->device = &device;
	fs->pieces = malloc((size_t)FS_PIECES * FS_PIECE);
	fs->scratch_size = 100000;
	fs->scratch = malloc(fs->scratch_size);
	err = fs_mount(fs, types, &why);
	if (err == -ENOMEM && fs->scratch_wanted < SCRATCH_MAX) { /* exactly */
		free(fs->scratch);
		fs->scratch_size = fs->scratch_wanted;
		fs->scratch = malloc(fs->scratch_size);
		err = fs_mount(fs, types, &why);
	}
	if (!err) {
		if (!fs_lookup(fs, "/", &node, &why))
			visit(fs, &node, 0, &nodes, &bytes);
		if (!fs_lookup(fs, "/link/hole", &node, &why) && node.kind > FS_OTHER)
			abort();
	} else if (!why.text[0]) {
		abort();
	}
	free(fs->pieces);
	free(fs->scratch);
	free(fs);
}

static int block_read(struct part_disk *disk, uint64_t block, void *to)
{
	const struct image *im = disk->priv;

	if (block >= im->size / 512)
		abort();
	memcpy(to, im->bytes + block * 512, 512);
	return 0;
}

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* A mutant's checksums are made right, or nothing behind them would be looked at. */
static void seal(struct image *im)
{
	uint8_t *h = im->bytes + 512;
	const uint32_t size = get_le32(h + 12);
	const uint64_t at = get_le64(h + 72) * 512,
		       len = (uint64_t)get_le32(h + 80) * get_le32(h + 84);

	if (size > 512 || at > im->size || len > im->size - at)
		return;
	put32(h + 88, crc32(0, im->bytes + at, len));
	put32(h + 16, 0);
	put32(h + 16, crc32(0, h, size));
}

/* The checksum of the block that has byte @at, if it is one of a tree or the superblock. */
static void seal_block(struct image *im, uint32_t at)
{
	uint8_t *block = im->bytes + ALIGN_DOWN(at, (uint32_t)BTRFS_BLOCK);

	if (!memcmp(block + 32, im->bytes + BTRFS_SUPER + 32, 16))
		put32(block, ~crc32c(~0u, block + 32, BTRFS_BLOCK - 32));
}

static int block_write(struct gpt *gpt, uint64_t block, uint32_t count, const void *from,
		       struct why *why)
{
	static uint8_t kept[GPT_TABLE_BYTES];

	(void)why;
	if (block >= gpt->disk->blocks || count > gpt->disk->blocks - block)
		abort();
	memcpy(kept, from, (size_t)count * 512);
	return 0;
}

static int no_flush(struct gpt *gpt, struct why *why)
{
	(void)gpt;
	(void)why;
	return 0;
}

/* What a disk says is written anew, or compared with itself. */
static void try_gpt(struct part_disk *disk)
{
	static uint8_t entries[GPT_TABLE_BYTES];
	struct gpt gpt = {
		.disk = disk, .write = block_write, .flush = no_flush, .entries = entries
	};
	struct why why = { "" };

	if (!gpt_load(&gpt, &why)) {
		if (gpt_write(&gpt, &why))
			abort();
		(void)!gpt_verify(&gpt, &why);
	} else if (!why.text[0]) {
		abort();
	}
}

static void try_disk(struct image *im)
{
	uint8_t buffer[PART_BLOCK_MAX];
	struct part_disk disk = { im->size / 512, 512, block_read, im, buffer };
	struct part_table table;
	struct part part = { 0 };
	struct why why = { "" };
	unsigned int n = 0;

	try_gpt(&disk);
	if (part_open(&disk, &table, &why))
		return;
	while (!part_next(&table, &part, &why)) {
		if (++n > PART_MAX || part.start >= disk.blocks ||
		    part.blocks > disk.blocks - part.start)
			abort();
	}
	(void)!part_find(&table, "#x", &part, &why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t old[64], header[2][512];
	uint32_t at[64];
	struct image *im;
	size_t n = 0, i;
	bool sealed;

	if (!images[0].bytes)
		make_images();
	if (!size)
		return 0;
	im = &images[data[0] % VOLUMES];
	sealed = data[0] % VOLUMES >= FIRST_BTRFS && data[0] % VOLUMES <= LAST_BTRFS;
	memcpy(header, im->bytes + 512, 512);
	for (i = 1; i + 4 <= size && n < 64; i += 4, n++) {
		at[n] = im->place[(data[i] | (uint32_t)data[i + 1] << 8 |
				   (uint32_t)data[i + 2] << 16) %
				  im->places];
		old[n] = im->bytes[at[n]];
		im->bytes[at[n]] = data[i + 3];
	}
	for (i = 0; sealed && i < n; i++)
		seal_block(im, at[i]);
	if (data[0] % VOLUMES < FIRST_DISK || data[0] % VOLUMES > LAST_DISK) {
		try_volume(im);
	} else {
		memcpy(header[1], im->bytes + 512, 512);
		seal(im);
		try_disk(im);
		memcpy(im->bytes + 512, header[1], 512);
	}
	for (i = n; i--;)
		im->bytes[at[i]] = old[i];
	while (sealed && n--)
		seal_block(im, at[n]);
	return 0;
}
