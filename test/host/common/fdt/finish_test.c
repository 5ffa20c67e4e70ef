/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "common/fdt/fdt.h"
#include "common/fdt/finish.h"
#include "include/loft/boot.h"
#include "test/host/common/fdt/dts.h"

#define HEAD   "/ { #address-cells = <2>; #size-cells = <2>;"
#define MEMORY "memory@40000000 { device_type = \"memory\"; reg = <0 0x40000000 0 0x8000000>; };"

static uint64_t out[64 * KIB / 8];
static struct memmap mem;
static struct fdt_facts facts;
static struct why why;

static int fresh(void **state)
{
	(void)state;
	memset(&mem, 0, sizeof(mem));
	memset(out, 0xa5, sizeof(out));
	facts = (struct fdt_facts){ .fdt = dtb_buffer, .mem = &mem, .boot_el = 1 };
	return memmap_add_bank(&mem, 0x40000000, 0x8000000, NULL);
}

static void keep(paddr_t start, uint64_t size, uint32_t flags, const char *owner)
{
	assert_int_equal(memmap_claim(&mem, start, size, MEM_KEEP | flags, owner, &why), 0);
}

static void source(const char *body)
{
	char text[8192];

	snprintf(text, sizeof(text), "%s};\n", body);
	assert_true(dtb_from_source(text) > 0);
}

static void finish(void)
{
	uint32_t used = 0;
	int err = fdt_finish_tree(out, sizeof(out), &facts, &used, &why);

	if (err)
		print_error("%s\n", why.text);
	assert_int_equal(err, 0);
	assert_int_equal(used, fdt_totalsize(out));
	assert_true(used <= fdt_finish_room(&facts, 0));
	assert_int_equal(fdt_check_full(out, used), 0);
}

static const void *get(const char *path, const char *name, int *len)
{
	int node = fdt_path_offset(out, path);

	assert_true(node >= 0);
	return fdt_getprop(out, node, name, len);
}

static void check_number(const char *path, const char *name, uint64_t value)
{
	int len = 0;
	const void *p = get(path, name, &len);

	assert_int_equal(len, 8);
	assert_int_equal(fdt64_ld(p), value);
}

static void check_string(const char *path, const char *name, const char *value)
{
	int len = 0;
	const char *p = get(path, name, &len);

	assert_non_null(p);
	assert_int_equal(len, strlen(value) + 1);
	assert_string_equal(p, value);
}

static void check_absent(const char *path, const char *name)
{
	int len;

	assert_null(get(path, name, &len));
	assert_int_equal(len, -FDT_ERR_NOTFOUND);
}

static void test_mapped_kernel(void **state)
{
	(void)state;
	source(HEAD MEMORY "chosen { stdout-path = \"/u\"; bootargs = \"old\"; kaslr-seed = <7 8>;"
			   " linux,initrd-start = <1>; linux,initrd-end = <2>; sub { x; }; };"
			   "after { y = <1>; };");
	facts.bootargs = "console=ttyAMA0";
	facts.initrd_start = 0x44000000;
	facts.initrd_end = 0x44100000;
	facts.kaslr_seed = (const uint8_t *)"\x01\x02\x03\x04\x05\x06\x07\x08";
	facts.rng_seed = (const uint8_t *)"0123456789abcdefghijklmnopqrstuv";
	facts.boot_el = 2;
	facts.boot_time_ns = 123456789012;
	facts.mapped = true;
	facts.virt_start = 0xffffff8000000000;
	facts.va_bits = 39;
	facts.granule = 4096;
	facts.ttbr1 = 0x47c00000;
	facts.tcr = 0x1234567890;
	facts.mair = 0x440004ff;
	finish();
	check_string("/chosen", "bootargs", "console=ttyAMA0");
	check_string("/chosen", "stdout-path", "/u");
	check_number("/chosen", "linux,initrd-start", 0x44000000);
	check_number("/chosen", "linux,initrd-end", 0x44100000);
	check_number("/chosen", "kaslr-seed", 0x0102030405060708);
	check_number("/chosen", LOFT_FDT_PROTOCOL, 1);
	check_number("/chosen", LOFT_FDT_VIRT_START, 0xffffff8000000000);
	check_number("/chosen", LOFT_FDT_VA_BITS, 39);
	check_number("/chosen", LOFT_FDT_GRANULE, 4096);
	check_number("/chosen", LOFT_FDT_TTBR1, 0x47c00000);
	check_number("/chosen", LOFT_FDT_TCR, 0x1234567890);
	check_number("/chosen", LOFT_FDT_MAIR, 0x440004ff);
	check_number("/chosen", LOFT_FDT_BOOT_EL, 2);
	check_number("/chosen", LOFT_FDT_BOOT_TIME_NS, 123456789012);
	check_absent("/chosen", LOFT_FDT_SECONDARY_ENTRY);
	check_absent("/chosen", LOFT_FDT_KERNEL_PHYS);
	get("/chosen/sub", "x", &(int){ 0 });
	get("/after", "y", &(int){ 0 });
	assert_memory_equal(get("/chosen", "rng-seed", &(int){ 0 }), facts.rng_seed, 32);
}

static void test_unmapped_kernel_keeps_what_is_there(void **state)
{
	(void)state;
	source(HEAD MEMORY "chosen { bootargs = \"old\"; kaslr-seed = <7 8>; rng-seed = [aa bb];"
			   " linux,initrd-start = <1>; linux,initrd-end = <2>;"
			   " loft,ttbr1 = <1 2>; loft,protocol = <9 9>; };");
	facts.secondary_entry = 0x47fe0000;
	facts.placed = true;
	facts.kernel_phys = 0;
	finish();
	check_string("/chosen", "bootargs", "old");
	check_number("/chosen", "kaslr-seed", 0x0000000700000008);
	assert_non_null(get("/chosen", "rng-seed", &(int){ 0 }));
	check_absent("/chosen", "linux,initrd-start"); /* that memory is not kept any more */
	check_absent("/chosen", "linux,initrd-end");
	check_absent("/chosen", LOFT_FDT_TTBR1); /* an earlier Loft's */
	check_number("/chosen", LOFT_FDT_PROTOCOL, 1);
	check_number("/chosen", LOFT_FDT_SECONDARY_ENTRY, 0x47fe0000);
	check_number("/chosen", LOFT_FDT_KERNEL_PHYS, 0);
}

static void check_reg(const char *path, uint64_t start, uint64_t size)
{
	int len = 0;
	const char *p = get(path, "reg", &len);

	assert_int_equal(len, 16);
	assert_int_equal(fdt64_ld((const fdt64_t *)p), start);
	assert_int_equal(fdt64_ld((const fdt64_t *)(p + 8)), size);
}

static void test_reserved_memory_is_made(void **state)
{
	uint64_t start, size;

	(void)state;
	source("/memreserve/ 0x40001000 0x2000;" HEAD MEMORY);
	keep(0x47f00000, 0x1000, 0, "Loft's EL2 stub");
	keep(0x47e00000, 0x4000, MEM_RECLAIM, "boot stack");
	keep(0x47d00000, 0x1000, MEM_NOMAP, "EL3: monitor!");
	keep(0x47c00000, 0x1000, 0, "Loft");
	assert_int_equal(memmap_claim(&mem, 0x47000000, 0x1000, 0, "Loft's heap", NULL), 0);
	finish();
	check_reg("/reserved-memory/loft-el2-stub@47f00000", 0x47f00000, 0x1000);
	check_reg("/reserved-memory/loft-boot-stack@47e00000", 0x47e00000, 0x4000);
	check_reg("/reserved-memory/loft-el3-monitor@47d00000", 0x47d00000, 0x1000);
	check_reg("/reserved-memory/loft@47c00000", 0x47c00000, 0x1000);
	assert_true(fdt_path_offset(out, "/reserved-memory/loft-heap") < 0);
	assert_int_equal(fdt_address_cells(out, fdt_path_offset(out, "/reserved-memory")), 2);
	assert_int_equal(fdt_size_cells(out, fdt_path_offset(out, "/reserved-memory")), 2);
	assert_non_null(get("/reserved-memory", "ranges", &(int){ 0 }));
	assert_non_null(
		get("/reserved-memory/loft-boot-stack@47e00000", "loft,reclaimable", &(int){ 0 }));
	check_absent("/reserved-memory/loft-boot-stack@47e00000", "no-map");
	assert_non_null(get("/reserved-memory/loft-el3-monitor@47d00000", "no-map", &(int){ 0 }));
	check_absent("/reserved-memory/loft-el2-stub@47f00000", "no-map");
	/* The permanent ones for kernels that know that list only. */
	assert_int_equal(fdt_num_mem_rsv(out), 4);
	assert_int_equal(fdt_get_mem_rsv(out, 0, &start, &size), 0);
	assert_int_equal(start, 0x40001000);
	assert_int_equal(fdt_get_mem_rsv(out, 3, &start, &size), 0);
	assert_int_equal(start, 0x47f00000);
	assert_int_equal(size, 0x1000);
}

static void test_reserved_memory_is_extended(void **state)
{
	int len;

	(void)state;
	source(HEAD MEMORY "reserved-memory { #address-cells = <1>; #size-cells = <1>;"
			   " fw@41000000 { reg = <0x41000000 0x1000>; no-map; }; };"
			   "chosen {};");
	keep(0x47f00000, 0x1000, 0, "stub");
	finish();
	assert_non_null(get("/reserved-memory", "ranges", &len)); /* Linux wants it */
	assert_non_null(get("/reserved-memory/fw@41000000", "no-map", &len));
	assert_non_null(get("/reserved-memory/loft-stub@47f00000", "reg", &len));
	assert_int_equal(len, 8);

	source(HEAD "reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges; };" MEMORY);
	finish();
	assert_non_null(get("/reserved-memory", "ranges", &len));
	assert_int_equal(memmap_add_bank(&mem, 0x100000000, 0x1000, NULL), 0);
	keep(0x100000000, 0x1000, 0, "high");
	assert_int_equal(fdt_finish_tree(out, sizeof(out), &facts, &(uint32_t){ 0 }, &why),
			 -ERANGE);
	assert_string_equal(why.text,
			    "0x100000000 does not fit the cells of the FDT's /reserved-memory");
}

static void test_memory_is_added(void **state)
{
	int len = 0;

	(void)state;
	source(HEAD "memory-controller@0 { x; };");
	finish();
	check_string("/memory@40000000", "device_type", "memory");
	check_reg("/memory@40000000", 0x40000000, 0x8000000);
	source(HEAD "memory { device_type = \"memory\"; reg = <0 0 0 1>; };");
	finish();
	assert_true(fdt_path_offset(out, "/memory@40000000") < 0);
	get("/memory", "reg", &len);
	assert_int_equal(len, 16);
}

static void test_no_room(void **state)
{
	uint32_t used = 0, need;
	uint64_t room;

	(void)state;
	source(HEAD MEMORY "chosen { a = \"b\"; };");
	keep(0x47f00000, 0x1000, 0, "stub");
	facts.bootargs = "x y z";
	finish();
	need = fdt_totalsize(out);
	for (room = 0; room < need; room++) {
		memset(out, 0xa5, sizeof(out));
		assert_int_equal(fdt_finish_tree(out, room, &facts, &used, &why), -ENOSPC);
		for (size_t i = ALIGN_UP(room, 8) / 8; i < need; i++)
			assert_int_equal(out[i], 0xa5a5a5a5a5a5a5a5);
	}
	assert_non_null(strstr(why.text, "the kernel's FDT does not fit 0x"));
	assert_int_equal(fdt_finish_tree(out, fdt_finish_room(&facts, 0), &facts, &used, &why), 0);
}

static void test_damaged(void **state)
{
	static const uint32_t nasty[] = { 0, 1, 2, 3, 4, 9, 0x7fffffff, 0xffffffff };
	uint32_t *exact, used;
	size_t n;

	(void)state;
	source(HEAD MEMORY "chosen { a = \"b\"; c { d; }; };"
			   "reserved-memory { #address-cells = <2>; #size-cells = <2>; r@1 {}; };");
	keep(0x47f00000, 0x1000, 0, "stub");
	n = fdt_totalsize(dtb_buffer);
	exact = aligned_alloc(8, ALIGN_UP(n, 8));
	facts.fdt = exact;
	for (size_t at = 0; at < n / 4; at++)
		for (unsigned int i = 0; i < ARRAY_SIZE(nasty); i++) {
			memcpy(exact, dtb_buffer, n);
			exact[at] = cpu_to_fdt32(nasty[i]);
			if (fdt_totalsize(exact) <= n)
				(void)!fdt_finish_tree(out, sizeof(out), &facts, &used, &why);
		}
	free(exact);
}

/* Node by node, property by property: all that QEMU says is still there and in its order. */
static void test_qemu_tree_is_kept(void **state)
{
	int in = -1, depth_in = 0, at = -1, depth_at = 0;

	(void)state;
	if (!dtb_from_qemu("virt", "-smp 2"))
		skip();
	keep(0x47f00000, 0x1000, 0, "stub");
	finish();
	for (in = fdt_next_node(dtb_buffer, in, &depth_in); in >= 0;
	     in = fdt_next_node(dtb_buffer, in, &depth_in)) {
		int p;

		at = fdt_next_node(out, at, &depth_at);
		assert_int_equal(depth_at, depth_in);
		assert_string_equal(fdt_get_name(out, at, NULL),
				    fdt_get_name(dtb_buffer, in, NULL));
		fdt_for_each_property_offset(p, dtb_buffer, in) {
			const char *name;
			int len, len_at;
			const void *value = fdt_getprop_by_offset(dtb_buffer, p, &name, &len);
			const void *value_at = fdt_getprop(out, at, name, &len_at);

			assert_int_equal(len_at, len);
			assert_memory_equal(value_at, value, (size_t)len);
		}
	}
	at = fdt_next_node(out, at, &depth_at);
	assert_string_equal(fdt_get_name(out, at, NULL), "reserved-memory");
}

static void check_cell(const char *path, const char *name, uint32_t value)
{
	int length, at = fdt_path_offset(out, path);
	const fdt32_t *cell = fdt_getprop(out, at, name, &length);

	assert_non_null(cell);
	assert_int_equal(length, 4);
	assert_int_equal(fdt32_to_cpu(*cell), value);
}

/* A framebuffer of Loft's: in /chosen, which then has the cells for it. */
static void test_framebuffer(void **state)
{
	static const struct screen_format format = { .name = "x8r8g8b8", .bytes = 4 };
	const struct screen_mode mode = { .base = (uint8_t *)0x4fd00000,
					  .width = 1024,
					  .height = 768,
					  .stride = 4096,
					  .format = &format };
	static const char *const chosen[] = { "", "chosen { bootargs = \"a\"; #size-cells = <1>;"
						  " ranges = <1 2 3>; child { a; }; };" };
	static const char node[] = "/chosen/framebuffer@4fd00000";
	static const uint8_t reg[] = { 0, 0, 0, 0, 0x4f, 0xd0, 0, 0, 0, 0, 0, 0, 0, 0x30, 0, 0 };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		char text[1024];
		int at, length;

		snprintf(text, sizeof(text), HEAD MEMORY "%s", chosen[i]);
		source(text);
		facts.framebuffer = &mode;
		finish();
		check_string(node, "compatible", "simple-framebuffer");
		check_string(node, "format", "x8r8g8b8");
		check_cell(node, "width", 1024);
		check_cell(node, "height", 768);
		check_cell(node, "stride", 4096);
		check_cell("/chosen", "#address-cells", 2);
		check_cell("/chosen", "#size-cells", 2);
		at = fdt_path_offset(out, node);
		assert_memory_equal(fdt_getprop(out, at, "reg", &length), reg, sizeof(reg));
		assert_int_equal(length, sizeof(reg));
		assert_non_null(
			fdt_getprop(out, fdt_path_offset(out, "/chosen"), "ranges", &length));
		assert_int_equal(length, 0);
		if (i)
			assert_true(fdt_path_offset(out, "/chosen/child") >= 0);
	}
}

static uint64_t mailbox_of(const void *mailboxes, unsigned n)
{
	return ((const uint64_t *)mailboxes)[n];
}

static void test_mailboxes(void **state)
{
	static const uint64_t mailbox[] = { 0, 0x7ff58200, 0x7ff5a200 };

	(void)state;
	source(HEAD MEMORY "cpus { #address-cells = <1>; #size-cells = <0>;"
			   " cpu-map { cluster0 { core0 { cpu = <1>; }; }; };"
			   " cpu@0 { reg = <0>; enable-method = \"psci\"; };"
			   " cpu@1 { reg = <1>; }; cpu@2 { reg = <2>; }; cpu@3 { reg = <3>; }; };");
	facts.mailbox = mailbox_of;
	facts.mailbox_of = mailbox;
	facts.mailbox_count = ARRAY_SIZE(mailbox);
	finish();
	check_absent("/cpus/cpu@0", LOFT_FDT_MAILBOX);
	check_string("/cpus/cpu@0", "enable-method", "psci");
	check_number("/cpus/cpu@1", LOFT_FDT_MAILBOX, 0x7ff58200);
	check_number("/cpus/cpu@2", LOFT_FDT_MAILBOX, 0x7ff5a200);
	check_absent("/cpus/cpu@3", LOFT_FDT_MAILBOX);
	check_absent("/cpus/cpu@1", "enable-method");
}

/* Loft's monitor is the one provider of PSCI: nobody else's claim survives. */
static void test_monitor(void **state)
{
	int len;

	(void)state;
	source(HEAD MEMORY
	       "psci { compatible = \"arm,psci-0.2\"; method = \"hvc\"; sub { x; }; };"
	       "cpus { #address-cells = <1>; #size-cells = <0>;"
	       " cpu-map { cluster0 { core0 { cpu = <1>; }; }; };"
	       " cpu@0 { device_type = \"cpu\"; reg = <0>; enable-method = \"spin-table\";"
	       "  l2 { enable-method = \"x\"; }; };"
	       " cpu@1 { device_type = \"cpu\"; reg = <1>; cpu-release-addr = <0 0x1000>; };"
	       "}; last { };");
	facts.monitor = true;
	facts.boot_el = 3;
	finish();
	assert_string_equal(get("/psci", "method", &len), "smc");
	assert_memory_equal(get("/psci", "compatible", &len), "arm,psci-1.0\0arm,psci-0.2", 26);
	assert_int_equal(len, 26);
	assert_true(fdt_path_offset(out, "/psci/sub") < 0);
	assert_string_equal(get("/cpus/cpu@0", "enable-method", &len), "psci");
	assert_string_equal(get("/cpus/cpu@1", "enable-method", &len), "psci");
	assert_string_equal(get("/cpus/cpu@0/l2", "enable-method", &len), "x");
	assert_null(
		fdt_getprop(out, fdt_path_offset(out, "/cpus/cpu@1"), "cpu-release-addr", NULL));
	assert_null(fdt_getprop(out, fdt_path_offset(out, "/cpus/cpu-map"), "enable-method", NULL));
	assert_true(fdt_path_offset(out, "/last") > 0);
	assert_int_equal(fdt_stringlist_count(out, fdt_path_offset(out, "/cpus/cpu@0"),
					      "enable-method"),
			 1);
}

/* FIELD K3: a board's tree, whose memory is "filled by the bootloader", or another machine's. */
static void test_machine_memory(void **state)
{
	int len = 0, node;
	const char *reg;

	(void)state;
	source(HEAD "memory@0 { device_type = \"memory\"; reg = <0 0 0 0>; };"
		    "memory@80000000 { device_type = \"memory\"; reg = <0 0x80000000 1 0>; };"
		    "memory-controller@1 { z; }; after { y = <1>; };");
	assert_int_equal(memmap_add_bank(&mem, 0x880000000, 0x40000000, &why), 0);
	assert_int_equal(memmap_claim(&mem, 0x41000000, 0x2000, MEM_FOREIGN | MEM_NOMAP,
				      "secure@41000000", &why),
			 0);
	assert_int_equal(memmap_claim(&mem, 0x42000000, 0x1000, MEM_FOREIGN, "/memreserve/", &why),
			 0);
	finish();
	assert_true(fdt_path_offset(out, "/memory@80000000") > 0); /* not asked for */
	assert_int_equal(fdt_num_mem_rsv(out), 0);
	facts.machine_memory = true;
	finish();
	assert_true(fdt_path_offset(out, "/memory@0") < 0);
	assert_true(fdt_path_offset(out, "/memory@80000000") < 0);
	assert_true(fdt_path_offset(out, "/memory-controller@1") > 0);
	assert_true(fdt_path_offset(out, "/after") > 0);
	reg = get("/memory@40000000", "reg", &len);
	assert_int_equal(len, 32);
	assert_int_equal(fdt64_ld((const fdt64_t *)reg), 0x40000000);
	assert_int_equal(fdt64_ld((const fdt64_t *)(reg + 8)), 0x8000000);
	assert_int_equal(fdt64_ld((const fdt64_t *)(reg + 16)), 0x880000000);
	node = fdt_path_offset(out, "/reserved-memory");
	assert_true(node > 0);
	get("/reserved-memory/loft-secure-41000000@41000000", "no-map", &len);
	assert_int_equal(len, 0);
	assert_int_equal(fdt_num_mem_rsv(out), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_mapped_kernel, fresh),
		cmocka_unit_test_setup(test_machine_memory, fresh),
		cmocka_unit_test_setup(test_unmapped_kernel_keeps_what_is_there, fresh),
		cmocka_unit_test_setup(test_reserved_memory_is_made, fresh),
		cmocka_unit_test_setup(test_reserved_memory_is_extended, fresh),
		cmocka_unit_test_setup(test_memory_is_added, fresh),
		cmocka_unit_test_setup(test_no_room, fresh),
		cmocka_unit_test_setup(test_mailboxes, fresh),
		cmocka_unit_test_setup(test_framebuffer, fresh),
		cmocka_unit_test_setup(test_monitor, fresh),
		cmocka_unit_test_setup(test_damaged, fresh),
		cmocka_unit_test_setup(test_qemu_tree_is_kept, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
