// SPDX-License-Identifier: BSD-2-Clause
#include "test/host/fs/volume.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCRATCH     (3u << 20)
#define SCRATCH_MAX (16u << 20)

static char root[] = "/tmp/loft-fs-XXXXXX";

static void remove_dir(void)
{
	char line[64];

	snprintf(line, sizeof(line), "rm -rf %s", root);
	if (system(line))
		perror(line);
}

const char *volume_dir(void)
{
	static bool made;

	if (!made) {
		assert_non_null(mkdtemp(root));
		atexit(remove_dir);
		made = true;
	}
	return root;
}

bool volume_shell(const char *fmt, ...)
{
	char line[4096];
	va_list args;
	int len = snprintf(line, sizeof(line), "PATH=$PATH:/usr/sbin:/sbin; set -e; cd %s; {\n",
			   volume_dir());

	va_start(args, fmt);
	len += vsnprintf(line + len, sizeof(line) - (size_t)len, fmt, args);
	va_end(args);
	snprintf(line + len, sizeof(line) - (size_t)len,
		 "\n} >log 2>&1 || { cat log >&2; exit 1; }");
	return !system(line);
}

static bool harmless(const char *line, const char *image)
{
	static const char *const known[] = {
		"fsck.fat ", "FATs differ",       "Reclaimed",     "Free cluster summary",
		"  Auto-",   "  Using first FAT", "Automatically", "Leaving file",
		"\n",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++)
		if (!strncmp(line, known[i], strlen(known[i])))
			return true;
	return !strncmp(line, image, strlen(image));
}

bool volume_fsck_fat(const char *name, bool *clean)
{
	char line[300];
	bool good = true;
	FILE *f;

	snprintf(line, sizeof(line), "cd %s; PATH=$PATH:/sbin:/usr/sbin fsck.fat -n %s 2>&1",
		 volume_dir(), name);
	f = popen(line, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (harmless(line, name))
			continue;
		print_error("fsck.fat: %s", line);
		good = false;
	}
	*clean = !pclose(f);
	return good;
}

static void make_file(const char *name, size_t size, uint32_t seed)
{
	char path[400];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tree/%s", volume_dir(), name);
	f = fopen(path, "w");
	assert_non_null(f);
	while (size--) {
		seed = seed * 1664525 + 1013904223;
		fputc((int)(seed >> 24), f);
	}
	fclose(f);
}

void volume_tree(void)
{
	static const size_t sizes[] = { 0,     1,     59,     60,     61,      100,    511,   512,
					513,   4095,  4096,   4097,   8192,    12288,  12289, 49152,
					49153, 65536, 100000, 300001, 1048577, 5000000 };
	char name[300];
	unsigned int i;

	assert_true(
		volume_shell("rm -rf tree; mkdir -p tree/boot/extlinux tree/a/b/c/d tree/many"));
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		snprintf(name, sizeof(name), "a/file-%zu", sizes[i]);
		make_file(name, sizes[i], i + 1);
	}
	for (i = 0; i < VOLUME_MANY; i++) {
		snprintf(name, sizeof(name), "many/a file with a longer name, number %u.text", i);
		make_file(name, i % 7, i);
	}
	make_file("boot/extlinux/extlinux.conf", 77, 5);
	make_file("SHORT.TXT", 9, 6);
	make_file("lower.txt", 10, 7);
	make_file("a/b/c/d/\xc3\xa4 name that wants more than eleven letters.bin", 33, 8);
	memset(name, 'n', 250);
	strcpy(name + 250, ".bin");
	make_file(name, 12, 9);
}

static int device_read(struct fs_device *device, const struct fs_segment *s, unsigned int count)
{
	struct volume *v = device->priv;

	assert_in_range(count, 1, FS_SEGMENTS);
	v->requests++;
	while (count--) {
		assert_int_equal(s->at % device->unit, 0);
		assert_int_equal(s->len % device->unit, 0);
		assert_true(s->len && s->at < device->size && s->len <= device->size - s->at);
		v->segments++;
		if (v->fail_at - s->at < s->len)
			return -EIO;
		memcpy(s->dst, v->bytes + s->at, s->len);
		s++;
	}
	return 0;
}

static int device_write(struct fs_device *device, const struct fs_segment *s, unsigned int count)
{
	struct volume *v = device->priv;

	while (count--) {
		assert_int_equal(s->at % device->unit, 0);
		assert_int_equal(s->len % device->unit, 0);
		assert_true(s->len && s->at < device->size && s->len <= device->size - s->at);
		for (uint64_t off = 0; off < s->len; off += device->unit) {
			const uint8_t *unit = (const uint8_t *)s->dst + off;

			if (v->written)
				v->written(v->priv, s->at + off, unit, device->unit);
			memcpy(v->bytes + s->at + off, unit, device->unit);
		}
		s++;
	}
	return 0;
}

static int device_flush(struct fs_device *device)
{
	struct volume *v = device->priv;

	if (v->flushed)
		v->flushed(v->priv);
	return 0;
}

static const struct fs_type *const types[] = { &fat_type,   &ext4_type,  &iso_type,
					       &sqfs_type,  &erofs_type, &cpio_type,
					       &exfat_type, &btrfs_type, NULL };

int volume_again(struct volume *v)
{
	struct why why = { "" };
	int err = fs_mount(&v->fs, types, &why);

	if (err == -ENOMEM && v->fs.scratch_wanted < SCRATCH_MAX) { /* exactly */
		free(v->fs.scratch);
		v->fs.scratch_size = v->fs.scratch_wanted;
		v->fs.scratch = malloc(v->fs.scratch_size);
		err = fs_mount(&v->fs, types, &why);
	}
	strcpy(v->why, why.text);
	return err;
}

int volume_open(struct volume *v, const char *name, uint32_t unit)
{
	char path[300];
	struct stat st;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", volume_dir(), name);
	assert_int_equal(stat(path, &st), 0);
	memset(v, 0, sizeof(*v));
	v->fail_at = ~UINT64_C(0);
	v->device = (struct fs_device){ .size = ALIGN_DOWN((uint64_t)st.st_size, (uint64_t)unit),
					.unit = unit,
					.read = device_read,
					.write = device_write,
					.flush = device_flush,
					.priv = v };
	v->bytes = malloc((size_t)st.st_size);
	v->fs.device = &v->device;
	v->fs.pieces = malloc((size_t)FS_PIECES * FS_PIECE);
	v->fs.scratch_size = SCRATCH;
	v->fs.scratch = malloc(SCRATCH);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fread(v->bytes, 1, (size_t)st.st_size, f), st.st_size);
	fclose(f);
	return volume_again(v);
}

void volume_close(struct volume *v)
{
	free(v->bytes);
	free(v->fs.pieces);
	free(v->fs.scratch);
}

static void compare_file(struct volume *v, const char *host, const char *path)
{
	struct fs_node node;
	struct why why = { "" };
	uint8_t *theirs, *ours;
	struct stat st;
	FILE *f;

	assert_int_equal(stat(host, &st), 0);
	if (fs_lookup(&v->fs, path, &node, &why))
		fail_msg("%s: %s", path, why.text);
	assert_int_equal(node.kind, FS_FILE);
	assert_int_equal(node.size, st.st_size);
	theirs = malloc((size_t)st.st_size + 1);
	ours = malloc((size_t)st.st_size + 1);
	f = fopen(host, "r");
	assert_int_equal(fread(theirs, 1, (size_t)st.st_size, f), st.st_size);
	fclose(f);
	if (fs_read(&v->fs, &node, 0, ours, node.size, &why))
		fail_msg("%s: %s", path, why.text);
	assert_memory_equal(ours, theirs, node.size);
	if (node.size > 10) { /* a part, that begins and ends anywhere */
		memset(ours, 0, node.size);
		assert_int_equal(fs_read(&v->fs, &node, 7, ours, node.size - 9, &why), 0);
		assert_memory_equal(ours, theirs + 7, node.size - 9);
	}
	assert_int_equal(fs_read(&v->fs, &node, node.size, ours, 1, &why), -ENODATA);
	free(theirs);
	free(ours);
}

static unsigned int count_names(struct volume *v, const char *path)
{
	static struct fs_entry entry;
	struct why why = { "" };
	unsigned int count = 0;
	uint64_t cursor = 0;
	struct fs_node dir;
	int err;

	if (fs_lookup(&v->fs, path, &dir, &why))
		fail_msg("%s: %s", path, why.text);
	while (!(err = fs_list(&v->fs, &dir, &cursor, &entry, &why)))
		count += strcmp(entry.name, ".") && strcmp(entry.name, "..") &&
			 strcmp(entry.name, "lost+found");
	if (err != 1)
		fail_msg("%s: %s", path, why.text);
	return count;
}

static unsigned int compare_dir(struct volume *v, const char *tree, const char *path)
{
	char host[1500], inner[1000];
	unsigned int files = 0, names = 0;
	struct dirent *d;
	struct stat st;
	DIR *open;

	snprintf(host, sizeof(host), "%s/%s%s", volume_dir(), tree, path);
	open = opendir(host);
	assert_non_null(open);
	while ((d = readdir(open))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		names++;
		snprintf(inner, sizeof(inner), "%s/%s", path, d->d_name);
		snprintf(host, sizeof(host), "%s/%s%s", volume_dir(), tree, inner);
		assert_int_equal(stat(host, &st), 0);
		if (S_ISDIR(st.st_mode)) {
			files += compare_dir(v, tree, inner);
			continue;
		}
		compare_file(v, host, inner);
		files++;
	}
	closedir(open);
	assert_int_equal(count_names(v, path), names);
	return files;
}

unsigned int volume_compare(struct volume *v, const char *tree)
{
	return compare_dir(v, tree, "");
}
