// SPDX-License-Identifier: BSD-2-Clause
/* elf.h: an honest file, then every lie that the header can tell, each with its sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "common/image/elf.h"
#include "include/loft/boot.h"
#include "test/host/common/image/elf_build.h"

static struct elf_build file;
static struct elf_image image;
static struct why why;
static unsigned reads;

/* A source that counts, over an exactly sized copy: ASan sees a read beyond the end. */
static int counting_read(struct source *source, uint64_t off, void *dst, uint64_t len)
{
	reads++;
	memcpy(dst, (const uint8_t *)source->priv + off, len);
	return 0;
}

static int read_file(void)
{
	uint8_t *copy = malloc(file.size + 1);
	struct source source = { "kernel", file.size, counting_read, NULL, (uintptr_t)(copy + 1),
				 NULL };
	int err;

	/* odd address: nothing may assume alignment */
	memcpy(copy + 1, file.bytes, file.size);
	reads = 0;
	why.text[0] = '\0';
	err = elf_read(&source, &image, &why);
	free(copy);
	return err;
}

static void refused(int err, const char *sentence)
{
	int got = read_file();

	assert_string_equal(why.text, sentence);
	assert_int_equal(got, err);
}

static void test_honest(void **state)
{
	(void)state;
	elf_honest(&file);
	elf_phdr(&file, 4, 4, 0x3000, 0, 0, 0x24, 0x24);
	elf_phdr(&file, 1, 6, 0, 0, 0, 0, 0);              /* p_memsz 0: passed over */
	elf_phdr(&file, 0x6474e551, 7, ~0u, 0, 0, ~0u, 0); /* GNU_STACK: its fields don't count */
	assert_int_equal(read_file(), 0);
	assert_int_equal(reads, 1);
	assert_int_equal(image.segment_count, 3);
	assert_int_equal(image.note_count, 1);
	assert_true(image.note[0].offset == 0x3000 && image.note[0].size == 0x24);
	assert_true(image.entry == HIGH + DRAM + 0x80000);
	assert_true(image.va_lowest == HIGH + DRAM + 0x80000);
	assert_true(image.va_last == HIGH + DRAM + 0x87fff);
	assert_true(image.pa_lowest == DRAM + 0x80000 && image.pa_last == DRAM + 0x87fff);
	assert_true(image.same_distance && image.distance == HIGH);
	assert_false(image.linked_at_va);
	assert_false(image.has_wx);
	assert_true(image.file_end == 0x4400);
	assert_true(image.segment[2].memsz == 0x5000 && image.segment[2].filesz == 0x400);
	assert_int_equal(image.segment[2].phdr, 2);
	assert_string_equal(elf_segment_kind(&image.segment[0]), "text");
	assert_string_equal(elf_segment_kind(&image.segment[1]), "rodata");
	assert_string_equal(elf_segment_kind(&image.segment[2]), "data");
}

static void test_facts(void **state)
{
	(void)state;
	elf_honest(&file);
	put_ph(&file, 2, PH_FLAGS, 0xfffffff7);
	put_ph(&file, 2, PH_PADDR, DRAM + 0x200000);
	assert_int_equal(read_file(), 0);
	assert_true(image.has_wx);
	assert_int_equal(image.segment[2].flags, ELF_R | ELF_W | ELF_X);
	assert_string_equal(elf_segment_kind(&image.segment[2]), "rwx");
	assert_false(image.same_distance);
	put_ph(&file, 2, PH_FLAGS, 0);
	assert_int_equal(read_file(), 0);
	assert_string_equal(elf_segment_kind(&image.segment[2]), "no access");
	for (unsigned n = 0; n < 3; n++)
		put_ph(&file, n, PH_PADDR, HIGH + DRAM + 0x80000 + n * 0x10000);
	for (unsigned n = 0; n < 3; n++)
		put_ph(&file, n, PH_VADDR, HIGH + DRAM + 0x80000 + n * 0x10000);
	assert_int_equal(read_file(), 0);
	assert_true(image.linked_at_va && image.same_distance && image.distance == 0);
}

/* What ld -Ttext= puts in front: file header, program headers, build-id. */
static void test_headers(void **state)
{
	const uint64_t end = ELF_PHOFF + 5 * ELF_PHDR + 8 + 0x24;

	(void)state;
	for (unsigned spoilt = 0; spoilt < 6; spoilt++) {
		elf_honest(&file);
		elf_phdr(&file, 1, 4, 0, 0x400000, 0x400000, end, end);
		elf_phdr(&file, 4, 4, end - 0x24, 0, 0, 0x24, 0x24);
		if (spoilt == 1)
			put_ph(&file, 3, PH_FLAGS, 6);
		if (spoilt == 2)
			put_ph(&file, 3, PH_MEMSZ, end + 1);
		if (spoilt == 3)
			put_ph(&file, 3, PH_FILESZ, end + 1), put_ph(&file, 3, PH_MEMSZ, end + 1);
		if (spoilt == 4)
			put_ph(&file, 4, PH_OFFSET, end - 0x24 + PH_ALIGN),
				put_ph(&file, 4, PH_FILESZ, 4);
		if (spoilt == 5)
			put_ph(&file, 4, PH_TYPE, 7);
		assert_int_equal(read_file(), 0);
		assert_int_equal(image.headers, spoilt ? 0 : 8);
		if (spoilt)
			continue;
		assert_true(image.pa_lowest == 0x400000 && !image.same_distance);
		elf_leave_out(&image, image.headers);
		assert_int_equal(image.segment_count, 3);
		assert_true(image.pa_lowest == DRAM + 0x80000 && image.same_distance);
		assert_true(image.va_lowest == HIGH + DRAM + 0x80000);
	}
}

static void test_second_read_for_far_headers(void **state)
{
	(void)state;
	elf_honest(&file);
	memcpy(file.bytes + 0x7000, file.bytes + ELF_PHOFF, 3 * ELF_PHDR);
	memset(file.bytes + ELF_PHOFF, 0xff, 3 * ELF_PHDR);
	put(&file, 32, 0x7000, 8);
	assert_int_equal(read_file(), 0);
	assert_int_equal(reads, 2);
	assert_int_equal(image.segment_count, 3);
	assert_true(image.file_end == 0x7000 + 3 * ELF_PHDR);
}

static void test_ident(void **state)
{
	(void)state;
	elf_honest(&file);
	file.size = 63;
	refused(-ENODATA, "kernel: 0x3f bytes are no ELF header of 64");
	file.size = 0;
	refused(-ENODATA, "kernel: 0x0 bytes are no ELF header of 64");
	elf_honest(&file);
	file.bytes[1] = 'e';
	refused(-ENOEXEC, "kernel: no ELF file, it begins 7f 65 4c 46");
	elf_honest(&file);
	file.bytes[4] = 1;
	refused(-ENOEXEC, "kernel: ELF class is 1 (32-bit), Loft boots 64-bit (2)");
	elf_honest(&file);
	file.bytes[5] = 2;
	refused(-ENOEXEC, "kernel: ELF byte order is 2 (big-endian), Loft boots little-endian (1)");
	elf_honest(&file);
	file.bytes[5] = 9;
	refused(-ENOEXEC, "kernel: ELF byte order is 9 (unknown), Loft boots little-endian (1)");
	elf_honest(&file);
	file.bytes[6] = 0;
	refused(-ENOEXEC, "kernel: ELF version is 0/1, not 1/1");
	elf_honest(&file);
	put(&file, 20, 7, 4);
	refused(-ENOEXEC, "kernel: ELF version is 1/7, not 1/1");
}

static void test_machine_and_type(void **state)
{
	(void)state;
	elf_honest(&file);
	put(&file, 18, 62, 2);
	refused(-ENOEXEC, "kernel: machine is x86-64 (62), Loft boots AArch64 (183)");
	put(&file, 18, 40, 2);
	refused(-ENOEXEC, "kernel: machine is AArch32 (40), Loft boots AArch64 (183)");
	put(&file, 18, 0xbeef, 2);
	refused(-ENOEXEC, "kernel: machine is unknown (48879), Loft boots AArch64 (183)");
	elf_honest(&file);
	put(&file, 16, 3, 2); /* a static PIE: reloc_test.c */
	assert_int_equal(read_file(), 0);
	put(&file, 16, 1, 2);
	refused(-ENOEXEC, "kernel: type 1 is ET_REL, an object file that was not linked; "
			  "Loft boots ET_EXEC (2)");
	put(&file, 16, 0xfe00, 2);
	refused(-ENOEXEC, "kernel: type 65024 is unknown; Loft boots ET_EXEC (2)");
}

static void test_header_numbers(void **state)
{
	(void)state;
	elf_honest(&file);
	put(&file, 52, 52, 2);
	refused(-EINVAL, "kernel: e_ehsize is 52, not 64");
	elf_honest(&file);
	put(&file, 54, 32, 2);
	refused(-EINVAL, "kernel: e_phentsize is 32, not 56");
	elf_honest(&file);
	put(&file, 56, 0, 2);
	refused(-ENOEXEC, "kernel: no program headers, so nothing to load");
	put(&file, 56, 65, 2);
	refused(-E2BIG, "kernel: 65 program headers, at most 64");
	put(&file, 56, 0xffff, 2);
	refused(-E2BIG, "kernel: at least 65535 program headers, at most 64");
	elf_honest(&file);
	put(&file, 32, file.size - 3 * ELF_PHDR + 1, 8);
	refused(-ENODATA, "kernel: truncated: 3 program headers at offset 0x7f59 need 168 bytes, "
			  "the file has 0x8000");
	put(&file, 32, UINT64_MAX - 10, 8);
	refused(-ENODATA, "kernel: truncated: 3 program headers at offset 0xfffffffffffffff5 need "
			  "168 bytes, the file has 0x8000");
	elf_honest(&file);
	file.size = ELF_PHOFF + 3 * ELF_PHDR - 1;
	refused(-ENODATA, "kernel: truncated: 3 program headers at offset 0x40 need 168 bytes, the "
			  "file has 0xe7");
}

static void test_most_headers(void **state)
{
	(void)state;
	elf_start(&file, HIGH);
	for (unsigned i = 0; i < 64; i++)
		elf_phdr(&file, i < 32 ? 1 : 0, 5, 0, HIGH + i * 0x1000, DRAM + i * 0x1000, 4, 4);
	assert_int_equal(read_file(), 0);
	assert_int_equal(reads, 2);
	assert_int_equal(image.segment_count, 32);
	put_ph(&file, 40, PH_TYPE, 1);
	refused(-E2BIG, "kernel: more than 32 PT_LOAD segments");
	elf_honest(&file);
	for (unsigned i = 0; i < 9; i++)
		elf_phdr(&file, 4, 4, 0x100, 0, 0, 12, 12);
	refused(-E2BIG, "kernel: more than 8 PT_NOTE segments");
}

static void test_no_segments(void **state)
{
	(void)state;
	elf_start(&file, HIGH);
	elf_phdr(&file, 1, 5, 0, 0, 0, 0, 0);
	elf_phdr(&file, 4, 5, 0, 0, 0, 0, 0);
	refused(-ENOEXEC, "kernel: no PT_LOAD segment with bytes in it");
}

static void test_truncated(void **state)
{
	(void)state;
	elf_honest(&file);
	file.size = 0x4400;
	assert_int_equal(read_file(), 0);
	file.size = 0x43ff;
	refused(-ENODATA, "kernel: truncated: segment 2 (data) needs 0x400 bytes at offset 0x4000, "
			  "the file has 0x43ff");
	file.size = 0x2000;
	refused(-ENODATA, "kernel: truncated: segment 0 (text) needs 0x2000 bytes at offset "
			  "0x1000, the file has 0x2000");
	elf_honest(&file);
	put_ph(&file, 0, PH_OFFSET, UINT64_MAX - 0xfff);
	refused(-ENODATA, "kernel: truncated: segment 0 (text) needs 0x2000 bytes at offset "
			  "0xfffffffffffff000, the file has 0x8000");
	elf_honest(&file);
	put_ph(&file, 0, PH_FILESZ, UINT64_MAX);
	refused(-EINVAL, "kernel: segment 0 (text) has p_memsz 0x2000 below p_filesz "
			 "0xffffffffffffffff");
	put_ph(&file, 0, PH_MEMSZ, UINT64_MAX);
	put_ph(&file, 0, PH_VADDR, 0);
	put_ph(&file, 0, PH_PADDR, 0);
	refused(-ENODATA, "kernel: truncated: segment 0 (text) needs 0xffffffffffffffff bytes at "
			  "offset 0x1000, the file has 0x8000");
	elf_honest(&file);
	elf_phdr(&file, 4, 4, 0x7ff8, 0, 0, 12, 12);
	refused(-ENODATA,
		"kernel: truncated: segment 3 (PT_NOTE) needs 0xc bytes at offset 0x7ff8, "
		"the file has 0x8000");
	elf_honest(&file);
	put_ph(&file, 1, PH_OFFSET, UINT64_MAX);
	put_ph(&file, 1, PH_FILESZ, 0); /* no bytes: where they would be is no matter */
	assert_int_equal(read_file(), 0);
}

static void test_sizes(void **state)
{
	(void)state;
	elf_honest(&file);
	put_ph(&file, 2, PH_MEMSZ, 0x3ff);
	refused(-EINVAL, "kernel: segment 2 (data) has p_memsz 0x3ff below p_filesz 0x400");
	put_ph(&file, 2, PH_MEMSZ, 0);
	refused(-EINVAL, "kernel: segment 2 (data) has p_memsz 0x0 below p_filesz 0x400");
	elf_honest(&file);
	put_ph(&file, 1, PH_ALIGN, 0x1800);
	refused(-EINVAL, "kernel: segment 1 (rodata) has p_align 0x1800, no power of two");
	put_ph(&file, 1, PH_ALIGN, 0);
	assert_int_equal(read_file(), 0);
}

static void test_wrap(void **state)
{
	(void)state;
	elf_honest(&file);
	put_ph(&file, 2, PH_VADDR, UINT64_MAX - 0x4fff); /* ends at 2^64 exactly */
	assert_int_equal(read_file(), 0);
	assert_true(image.va_last == UINT64_MAX);
	put_ph(&file, 2, PH_VADDR, UINT64_MAX - 0x4ffe);
	refused(-EOVERFLOW, "kernel: segment 2 (data) wraps: p_vaddr 0xffffffffffffb001 + p_memsz "
			    "0x5000 passes 2^64");
	elf_honest(&file);
	put_ph(&file, 2, PH_PADDR, UINT64_MAX - 0x4fff);
	assert_int_equal(read_file(), 0);
	assert_true(image.pa_last == UINT64_MAX);
	put_ph(&file, 2, PH_PADDR, UINT64_MAX);
	refused(-EOVERFLOW, "kernel: segment 2 (data) wraps: p_paddr 0xffffffffffffffff + p_memsz "
			    "0x5000 passes 2^64");
	elf_honest(&file);
	put_ph(&file, 2, PH_MEMSZ, UINT64_MAX);
	refused(-EOVERFLOW, "kernel: segment 2 (data) wraps: p_vaddr 0xffffff8040083000 + p_memsz "
			    "0xffffffffffffffff passes 2^64");
}

static void test_overlap(void **state)
{
	(void)state;
	elf_honest(&file);
	put_ph(&file, 1, PH_VADDR, HIGH + DRAM + 0x81fff);
	refused(-EEXIST,
		"kernel: segment 1 (rodata) p_vaddr 0xffffff8040081fff..0xffffff80400827fe "
		"overlaps segment 0 (text) 0xffffff8040080000..0xffffff8040081fff");
	elf_honest(&file);
	put_ph(&file, 1, PH_PADDR, DRAM + 0x87fff);
	refused(-EEXIST, "kernel: segment 2 (data) p_paddr 0x40083000..0x40087fff overlaps segment "
			 "1 (rodata) 0x40087fff..0x400887fe");
	put_ph(&file, 1, PH_PADDR, DRAM + 0x88000);
	assert_int_equal(read_file(), 0);
}

static int fail_read(struct source *source, uint64_t off, void *dst, uint64_t len)
{
	(void)source, (void)off, (void)dst, (void)len;
	return -EIO;
}

static void test_failing_source(void **state)
{
	struct source source = { "fw_cfg kernel", 0x1000, fail_read, NULL, 0, NULL };

	(void)state;
	assert_int_equal(elf_read(&source, &image, &why), -EIO);
	assert_string_equal(why.text, "fw_cfg kernel: reading 0x400 bytes at offset 0x0 of 0x1000 "
				      "failed (EIO)");
	assert_int_equal(elf_read(&source, &image, NULL), -EIO);
}

static struct elf_entry entry;

static int enter(uint64_t e_entry, uint64_t flags)
{
	put(&file, 24, e_entry, 8);
	assert_int_equal(read_file(), 0);
	why.text[0] = '\0';
	return elf_entry(&image, flags, &entry, &why);
}

static void test_entry(void **state)
{
	(void)state;
	elf_honest(&file);
	assert_int_equal(enter(HIGH + DRAM + 0x81004, 0), 0);
	assert_int_equal(entry.mode, ELF_MAPPED);
	assert_true(entry.va == HIGH + DRAM + 0x81004 && entry.pa == DRAM + 0x81004);
	assert_int_equal(entry.segment, 0);
	assert_int_equal(enter(HIGH + DRAM + 0x81ffc, 0), 0);
	assert_int_equal(enter(HIGH + DRAM + 0x81000, LOFT_FLAG_UNMAPPED), 0);
	assert_int_equal(entry.mode, ELF_UNMAPPED);
	assert_true(entry.pa == DRAM + 0x81000);
	/* a physical e_entry: for a kernel that is linked high but enters itself */
	assert_int_equal(enter(DRAM + 0x80010, 0), 0);
	assert_int_equal(entry.mode, ELF_UNMAPPED);
	assert_true(entry.pa == DRAM + 0x80010);
	/* MMU off: whether the segment is executable is no question */
	assert_int_equal(enter(DRAM + 0x82000, 0), 0);
	assert_int_equal(entry.segment, 1);
}

static void test_entry_refused(void **state)
{
	(void)state;
	elf_honest(&file);
	assert_int_equal(enter(HIGH + DRAM + 0x80002, 0), -EINVAL);
	assert_string_equal(why.text, "e_entry 0xffffff8040080002 is not a multiple of 4");
	assert_int_equal(enter(HIGH + DRAM + 0x82000, 0), -EFAULT);
	assert_string_equal(why.text, "e_entry 0xffffff8040082000 is in segment 1 (rodata), not "
				      "executable");
	assert_int_equal(enter(HIGH, 0), -EFAULT);
	assert_string_equal(why.text, "e_entry 0xffffff8000000000 is in no segment (they span "
				      "0xffffff8040080000..0xffffff8040087fff)");
	assert_int_equal(enter(UINT64_MAX - 3, 0), -EFAULT);
	assert_int_equal(enter(0, 0), -EFAULT);
	assert_int_equal(enter(DRAM + 0x80000, LOFT_FLAG_IDENTITY), -EFAULT);
	assert_int_equal(enter(HIGH + DRAM + 0x80000, LOFT_FLAG_IDENTITY), -EINVAL);
	assert_string_equal(why.text,
			    "FLAGS IDENTITY contradicts e_entry 0xffffff8040080000, which "
			    "is in the high half");
	assert_int_equal(enter(DRAM, LOFT_FLAG_IDENTITY | LOFT_FLAG_UNMAPPED), -EINVAL);
	assert_string_equal(why.text, "FLAGS UNMAPPED and IDENTITY exclude each other");
	put_ph(&file, 0, PH_FILESZ, 6);
	assert_int_equal(enter(HIGH + DRAM + 0x80004, 0), -EFAULT);
	assert_string_equal(why.text,
			    "e_entry 0xffffff8040080004 is in the zeroed part of segment 0 "
			    "(text), which has 0x6 bytes from the file");
	assert_int_equal(enter(HIGH + DRAM + 0x80000, 0), 0);
	put_ph(&file, 0, PH_FILESZ, 0);
	assert_int_equal(enter(HIGH + DRAM + 0x80000, 0), -EFAULT);
}

static void test_entry_identity(void **state)
{
	(void)state;
	elf_start(&file, 0);
	elf_phdr(&file, 1, 5, 0x1000, DRAM, DRAM, 0x1000, 0x1000);
	assert_int_equal(enter(DRAM, LOFT_FLAG_IDENTITY), 0);
	assert_int_equal(entry.mode, ELF_IDENTITY);
	assert_int_equal(enter(DRAM, 0), 0);
	assert_int_equal(entry.mode, ELF_UNMAPPED);
}

static void test_va_to_pa(void **state)
{
	paddr_t pa = 1;
	unsigned segment = 99;

	(void)state;
	elf_honest(&file);
	assert_int_equal(read_file(), 0);
	assert_true(elf_va_to_pa(&image, HIGH + DRAM + 0x87fff, &pa, &segment));
	assert_true(pa == DRAM + 0x87fff && segment == 2);
	assert_true(elf_va_to_pa(&image, HIGH + DRAM + 0x80000, &pa, NULL));
	assert_false(elf_va_to_pa(&image, HIGH + DRAM + 0x88000, &pa, NULL));
	assert_false(elf_va_to_pa(&image, HIGH + DRAM + 0x7ffff, &pa, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_second_read_for_far_headers),
		cmocka_unit_test(test_ident),
		cmocka_unit_test(test_machine_and_type),
		cmocka_unit_test(test_header_numbers),
		cmocka_unit_test(test_most_headers),
		cmocka_unit_test(test_no_segments),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_failing_source),
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_entry_refused),
		cmocka_unit_test(test_entry_identity),
		cmocka_unit_test(test_va_to_pa),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
