// SPDX-License-Identifier: BSD-2-Clause
/*
 * fs/fat_write.c: what it writes, judged by fsck.fat, and what is there when the power goes at any
 * sector. Between two flushes a disk writes in any order: any choice of those may be there, too.
 * LOFT_OPS: how many operations; LOFT_SEED: which ones; LOFT_FSCK: fsck.fat after each so-many'th
 * sector; LOFT_ORDERS: how many choices for each flush.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/host/fs/volume.h"

#define FILES     24
#define SIZE_MAX_ 9000
#define LOG_MAX   4000

/** struct item - a file as it has to be; @size < 0: none */
struct item {
	char name[260];
	int size;
	uint8_t bytes[SIZE_MAX_];
};

/** struct cut - a sector that was written; @flush: how many flushes were before it */
struct cut {
	uint64_t at;
	unsigned int flush;
	uint8_t bytes[4096];
};

static struct volume v, w;
static struct item items[FILES], before, other;
static struct cut *cuts;
static unsigned int cut_count, flush_count, cuts_seen, orders_seen, fscks, fsck_clean;
static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % sides;
}

static unsigned int setting(const char *name, unsigned int usual)
{
	const char *text = getenv(name);

	return text ? (unsigned int)atoi(text) : usual;
}

static void note_cut(void *priv, uint64_t at, const uint8_t *unit, uint32_t len)
{
	(void)priv;
	assert_true(cut_count < LOG_MAX);
	cuts[cut_count].at = at;
	cuts[cut_count].flush = flush_count;
	memcpy(cuts[cut_count++].bytes, unit, len);
}

static void note_flush(void *priv)
{
	(void)priv;
	flush_count++;
}

static bool fsck(bool perfect)
{
	bool clean, good = volume_fsck_fat("cut.img", &clean);

	fscks++;
	fsck_clean += clean;
	if (perfect && !clean)
		print_error("fsck.fat is not content\n");
	return good && (clean || !perfect);
}

static bool same(struct volume *x, const struct item *item)
{
	static uint8_t bytes[SIZE_MAX_];
	struct fs_node node;
	struct why why = { "" };
	int err = fs_lookup(&x->fs, item->name, &node, &why);

	if (err && err != -ENOENT)
		print_error("%s: %s\n", item->name, why.text);
	if (item->size < 0)
		return err == -ENOENT;
	if (err || node.size != (uint64_t)item->size)
		return false;
	return !fs_read(&x->fs, &node, 0, bytes, node.size, &why) &&
	       !memcmp(bytes, item->bytes, node.size);
}

static void remount(struct volume *x)
{
	static const struct fs_type *const types[] = { &fat_type, NULL };
	struct why why;

	assert_int_equal(fs_mount(&x->fs, types, &why), 0);
}

/* The power went at sector @i of an operation on @a and @b, which had been @before and @other. */
static void check_cut(unsigned int i, const struct item *a, const struct item *b)
{
	remount(&w);
	for (unsigned int n = 0; n < FILES; n++) {
		if (&items[n] == a || &items[n] == b)
			continue;
		if (!same(&w, &items[n]))
			fail_msg("cut %u: %s", i, items[n].name);
	}
	if (a && !same(&w, a) && !same(&w, &before))
		fail_msg("cut %u of %u: %s is neither old nor new", i, cut_count, a->name);
	if (b && !same(&w, b) && !same(&w, &other))
		fail_msg("cut %u of %u: %s is neither old nor new", i, cut_count, b->name);
	/* a file that gets another name is never nowhere */
	if (b && b->size >= 0 && before.size >= 0 && !same(&w, b))
		assert_true(same(&w, &before));
}

/* One flush is behind the sectors [@from, @to): any may be there without the others. */
static void check_orders(unsigned int from, unsigned int to, const struct item *a,
			 const struct item *b, unsigned int every)
{
	const uint32_t unit = w.device.unit, kept = seed;
	static uint8_t old[LOG_MAX][4096];

	if (to - from < 2)
		return;
	for (unsigned int n = setting("LOFT_ORDERS", 2); n; n--) {
		for (unsigned int i = from; i < to; i++)
			memcpy(old[i], w.bytes + cuts[i].at, unit);
		seed += n * 77777 + orders_seen;
		for (unsigned int i = from; i < to; i++)
			if (dice(2))
				memcpy(w.bytes + cuts[i].at, cuts[i].bytes, unit);
		check_cut(from, a, b);
		if (++orders_seen % every == 0 && !fsck(false))
			fail_msg("some of [%u, %u), %s", from, to, a ? a->name : "folder");
		for (unsigned int i = to; i-- > from;)
			memcpy(w.bytes + cuts[i].at, old[i], unit);
		seed = kept;
	}
}

/* Each cut of an operation. */
static void check_cuts(const struct item *a, const struct item *b, unsigned int every)
{
	for (unsigned int i = 0, to = 0; i < cut_count; i++) {
		if (i == to) {
			while (to < cut_count && cuts[to].flush == cuts[i].flush)
				to++;
			check_orders(i, to, a, b, every);
		}
		memcpy(w.bytes + cuts[i].at, cuts[i].bytes, w.device.unit);
		check_cut(i, a, b);
		if (++cuts_seen % every == 0 && !fsck(false))
			fail_msg("cut %u of %u, %s", i, cut_count, a ? a->name : "folder");
	}
	cut_count = 0;
	assert_memory_equal(v.bytes, w.bytes, w.device.size);
	assert_true((!a || same(&w, a)) && (!b || same(&w, b)));
}

static void name_item(unsigned int n)
{
	static const char *const folders[] = { "", "one/", "one/two with a long name/" };
	static unsigned int serial;
	char *name = items[n].name;
	size_t len, wanted = dice(4) ? dice(30) : dice(180);

	len = (size_t)sprintf(name, "/%s", folders[dice(3)]);
	len += (size_t)sprintf(name + len, "%sf%u", dice(3) ? "" : "\xc3\xa4", serial++);
	while (len < wanted)
		name[len++] = "abcDEF .x"[dice(9)];
	strcpy(name + len, dice(2) ? ".TXT" : ".conf");
	items[n].size = -1;
}

static void fill(struct item *item, int from, int size)
{
	for (int i = from; i < size; i++)
		item->bytes[i] = (uint8_t)dice(256);
	item->size = size;
}

static int operation(struct item **a, struct item **b)
{
	const unsigned int n = dice(FILES);
	struct item *item = *a = &items[n];
	struct why why = { "" };
	uint64_t pos = FS_WHOLE;
	int err;

	*b = NULL;
	before = *item;
	if (item->size < 0)
		name_item(n);
	before.size = item->size;
	strcpy(before.name, item->name);
	switch (dice(6)) {
	case 0: /* delete */
		if (item->size < 0)
			break;
		item->size = -1;
		return fs_remove(&v.fs, item->name, &why);
	case 1: { /* rename, into another folder or in its own */
		struct item *to = &items[(n + 1) % FILES];

		if (item->size < 0 || to->size >= 0)
			break;
		name_item((n + 1) % FILES);
		*b = to;
		strcpy(other.name, to->name);
		other.size = -1;
		to->size = item->size;
		memcpy(to->bytes, item->bytes, sizeof(to->bytes));
		item->size = -1;
		return fs_rename(&v.fs, before.name, to->name, &why);
	}
	case 2: /* extend, or write over behind a place */
		if (item->size <= 0)
			break;
		pos = (uint64_t)(dice(2) ? item->size : (int)dice((uint32_t)item->size + 1));
		if (pos > SIZE_MAX_ - 3000) {
			pos = FS_WHOLE;
			break;
		}
		err = (int)pos + 1 + (int)dice(3000);
		if (err <= item->size)
			err = item->size + 1; /* in place is another test */
		fill(item, (int)pos, err);
		err = fs_save(&v.fs, item->name, pos, item->bytes + pos, (uint64_t)item->size - pos,
			      &why);
		if (err)
			print_error("%s\n", why.text);
		return err;
	}
	fill(item, 0, dice(5) ? (int)dice(SIZE_MAX_) : 0);
	err = fs_save(&v.fs, item->name, pos, item->bytes, (uint64_t)item->size, &why);
	if (err)
		print_error("%s: %s\n", item->name, why.text);
	return err;
}

static void begin(const char *options, unsigned int kib, uint32_t unit)
{
	char path[300];
	int fd;

	assert_true(volume_shell("rm -f img cut.img; mkfs.vfat -C %s -i 1234abcd img %u; "
				 "cp img cut.img",
				 options, kib));
	assert_int_equal(volume_open(&v, "img", unit), 0);
	assert_int_equal(volume_open(&w, "cut.img", unit), 0);
	free(w.bytes);
	snprintf(path, sizeof(path), "%s/cut.img", volume_dir());
	fd = open(path, O_RDWR);
	w.bytes = mmap(NULL, kib * 1024, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(w.bytes, MAP_FAILED);
	close(fd);
	v.written = note_cut;
	v.flushed = note_flush;
	cut_count = 0;
}

static void end(unsigned int kib)
{
	assert_true(fsck(true));
	munmap(w.bytes, kib * 1024);
	w.bytes = NULL;
	volume_close(&v);
	volume_close(&w);
}

static void cut_power(const char *options, unsigned int kib, uint32_t unit, unsigned int ops)
{
	const unsigned int every = setting("LOFT_FSCK", 41);
	struct item *a, *b;
	struct why why;

	begin(options, kib, unit);
	seed = setting("LOFT_SEED", 1);
	cuts_seen = orders_seen = fscks = fsck_clean = 0;
	for (unsigned int n = 0; n < FILES; n++)
		name_item(n);
	before.size = -1;
	assert_int_equal(fs_mkdir(&v.fs, "/one", &why), 0);
	check_cuts(NULL, NULL, every);
	assert_int_equal(fs_mkdir(&v.fs, "one/two with a long name/", &why), 0);
	check_cuts(NULL, NULL, every);
	for (unsigned int i = 0; i < setting("LOFT_OPS", ops); i++) {
		assert_int_equal(operation(&a, &b), 0);
		check_cuts(a, b, every);
		remount(&v);
		if (i % setting("LOFT_WHOLE", 50) == 0)
			assert_true(fsck(true));
	}
	print_message("%s: %u sectors cut, %u choices of them, %u looks of fsck.fat, %u without a "
		      "finding\n",
		      options, cuts_seen, orders_seen, fscks, fsck_clean);
	end(kib);
}

static void test_cut_fat12(void **state)
{
	(void)state;
	cut_power("-F 12 -s 2", 1440, 512, 100);
}

static void test_cut_fat16(void **state)
{
	(void)state;
	cut_power("-F 16 -s 1 -r 224", 4096, 512, 100);
}

static void test_cut_fat32(void **state)
{
	(void)state;
	cut_power("-F 32 -s 1", 36 * 1024, 512, 60);
	cut_power("-F 32 -s 1 -f 1", 36 * 1024, 4096, 20);
}

#define SAVE(path, pos, bytes) fs_save(&v.fs, path, pos, bytes, sizeof(bytes) - 1, &why)

/* What mtools read of it is what was written. */
static void test_mtools(void **state)
{
	struct fs_node node;
	struct why why;
	char path[300];
	FILE *f;

	(void)state;
	begin("-F 32 -s 1", 36 * 1024, 512);
	assert_int_equal(SAVE("/uboot.env", FS_WHOLE, "one"), 0);
	assert_int_equal(SAVE("/uboot.env", FS_WHOLE, "second"), 0);
	assert_int_equal(SAVE("/uboot.env", 3, "OND and more"), 0);
	assert_int_equal(SAVE("/uboot.env", 0, "S"), 0);
	assert_int_equal(fs_mkdir(&v.fs, "/EFI", &why), 0);
	assert_int_equal(fs_mkdir(&v.fs, "/efi", &why), -EEXIST);
	assert_int_equal(SAVE("/EFI/\xc3\x84 file", FS_WHOLE, "x"), 0);
	assert_int_equal(fs_rename(&v.fs, "/uboot.env", "/EFI", &why), 0);
	assert_int_equal(fs_rename(&v.fs, "/EFI/uboot.env", "/EFI/\xc3\x84 file", &why), -EEXIST);
	assert_int_equal(fs_rename(&v.fs, "/EFI", "/EFI/sub", &why), -EXDEV);
	assert_string_equal(why.text, "fat: 'EFI' stays in its folder: when the power goes it "
				      "would be in both");
	assert_int_equal(fs_remove(&v.fs, "/EFI", &why), -ENOTEMPTY);
	assert_string_equal(why.text, "fat: 'EFI' is not empty");
	assert_int_equal(fs_rename(&v.fs, "/EFI", "/boot", &why), 0);
	assert_int_equal(SAVE("/nowhere/x", FS_WHOLE, "x"), -ENOENT);
	assert_int_equal(SAVE("/a:b", FS_WHOLE, "x"), -EINVAL);
	assert_int_equal(SAVE("/boot/uboot.env", 1000, "x"), -ERANGE);
	assert_int_equal(SAVE("/boot", FS_WHOLE, "x"), -EISDIR);
	assert_int_equal(fs_save(&v.fs, "/big", FS_WHOLE, path, UINT64_C(40) << 20, &why), -ENOSPC);
	assert_int_equal(fs_lookup(&v.fs, "/big", &node, &why), -ENOENT);
	snprintf(path, sizeof(path), "%s/out.img", volume_dir());
	f = fopen(path, "w");
	assert_int_equal(fwrite(v.bytes, 1, v.device.size, f), v.device.size);
	fclose(f);
	assert_true(
		volume_shell("fsck.fat -n out.img; export LC_ALL=C.UTF-8\n"
			     "test \"$(mtype -i out.img ::/boot/uboot.env)\" = 'SecOND and more'\n"
			     "mdir -i out.img -b ::/boot >list; grep -q '\xc3\x84 file' list\n"
			     "test $(wc -l <list) = 2"));
	memcpy(w.bytes, v.bytes, v.device.size);
	end(36 * 1024);
}

/* Names of others that lie across sectors go at once; none such is made. */
static void test_across_sectors(void **state)
{
	struct why why;

	(void)state;
	begin("-F 16 -s 1 -r 224", 4096, 512);
	for (unsigned int n = 0; n < FILES; n++) {
		strcpy(items[n].name, "/none");
		items[n].size = -1;
	}
	assert_true(volume_shell("echo -n 12345678 >f; for i in 1 2 3 4; do\n"
				 "n=$(printf 'a%%0230d' $i); mcopy -i cut.img f ::/$n; done"));
	memcpy(v.bytes, w.bytes, v.device.size);
	remount(&v);
	for (unsigned int n = 0; n < 4; n++) {
		sprintf(items[n].name, "/a%0230d", n + 1);
		memcpy(items[n].bytes, "12345678", 8);
		items[n].size = 8;
		assert_true(same(&v, &items[n]));
	}
	for (unsigned int n = 0; n < 3; n++) {
		struct item *to = &items[FILES - 1 - n];

		before = items[n];
		items[n].size = -1;
		if (n == 2) {
			assert_int_equal(fs_remove(&v.fs, items[n].name, &why), 0);
			check_cuts(&items[n], NULL, 1000);
			break;
		}
		*to = before;
		sprintf(to->name, "/b%0*d", 190 + (int)n, (int)n);
		strcpy(other.name, to->name);
		other.size = -1;
		assert_int_equal(fs_rename(&v.fs, before.name, to->name, &why), 0);
		check_cuts(&items[n], to, 1000);
	}
	sprintf(items[0].name, "/%0196d", 1);
	assert_int_equal(fs_save(&v.fs, items[0].name, FS_WHOLE, "x", 1, &why), -ENAMETOOLONG);
	assert_string_equal(why.text, "fat: names of at most 195 characters are written, and this "
				      "one has 196");
	end(4096);
}

/* A folder that grows, and is emptied; one of a fixed size that is full. */
static void test_many(void **state)
{
	char name[64];
	struct why why;
	int err = 0;

	(void)state;
	begin("-F 16 -s 1 -r 32", 4096, 512);
	v.written = NULL;
	assert_int_equal(fs_mkdir(&v.fs, "/d", &why), 0);
	for (unsigned int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "/d/a name that wants three entries %u", i);
		assert_int_equal(SAVE(name, FS_WHOLE, "1"), 0);
	}
	for (unsigned int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "/d/A NAME THAT WANTS THREE ENTRIES %u", i);
		assert_int_equal(fs_remove(&v.fs, name, &why), 0);
	}
	assert_int_equal(fs_remove(&v.fs, "/d", &why), 0);
	for (unsigned int i = 0; i < 40 && !err; i++) {
		snprintf(name, sizeof(name), "/FILE%u", i);
		err = SAVE(name, FS_WHOLE, "");
	}
	assert_int_equal(err, -ENOSPC);
	assert_string_equal(why.text, "fat: the folder is full");
	/* what has no room for its name keeps no cluster, or fsck.fat would find it */
	assert_int_equal(SAVE("/one more", FS_WHOLE, "with bytes"), -ENOSPC);
	assert_int_equal(fs_mkdir(&v.fs, "/d", &why), -ENOSPC);
	assert_int_equal(fs_remove(&v.fs, "/FILE0", &why), 0);
	assert_int_equal(fs_mkdir(&v.fs, "/D", &why), 0);
	assert_int_equal(SAVE("/D/F", FS_WHOLE, "with bytes"), 0);
	assert_int_equal(fs_rename(&v.fs, "/D/F", "/F", &why), -ENOSPC);
	memcpy(w.bytes, v.bytes, v.device.size);
	end(4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_fat12),      cmocka_unit_test(test_cut_fat16),
		cmocka_unit_test(test_cut_fat32),      cmocka_unit_test(test_mtools),
		cmocka_unit_test(test_across_sectors), cmocka_unit_test(test_many),
	};

	cuts = malloc(LOG_MAX * sizeof(*cuts));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
