/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "common/fdt/fdt.h"
#include "common/fdt/walk.h"
#include "test/host/common/fdt/dts.h"

#define DEVICES 96
#define WINDOWS 160

static struct machine m;
static struct device devices[WINDOWS + 40];
static struct window windows[WINDOWS + 40];
static const struct machine_room room = { devices, windows, DEVICES, WINDOWS };
static struct why why;

#define HEAD   "/ { #address-cells = <2>; #size-cells = <2>; model = \"test\";\n"
#define MEMORY "memory@40000000 { device_type = \"memory\"; reg = <0 0x40000000 0 0x8000000>; };\n"

static int scan(const char *body)
{
	char source[8192];
	size_t n;

	snprintf(source, sizeof(source), "%s};\n", body);
	n = dtb_from_source(source);
	assert_true(n > 0);
	memset(&why, 0, sizeof(why));
	return machine_scan(&m, dtb_buffer, n, &room, &why);
}

static void scan_ok(const char *body)
{
	int err = scan(body);

	if (err)
		print_error("%s\n", why.text);
	assert_int_equal(err, 0);
}

static void check_range(const struct mem_range *r, paddr_t start, uint64_t size)
{
	assert_int_equal(r->start, start);
	assert_int_equal(r->size, size);
}

static void check_window(unsigned int i, paddr_t start, uint64_t size)
{
	assert_true(i < m.win_count);
	assert_int_equal(m.win[i].start, start);
	assert_int_equal(m.win[i].size, size);
}

static void test_memory(void **state)
{
	(void)state;
	scan_ok(HEAD
		"memory@80000000 { device_type = \"memory\";"
		" reg = <0 0x80000000 0 0x1000000>, <1 0 0x3f 0xc0000000>, <0 0x70000000 0 0>; };"
		"memory@40000000 { device_type = \"memory\"; reg = <0 0x40000000 0 0x8000000>; };"
		"memory@f0000000 { device_type = \"memory\"; status = \"disabled\";"
		" reg = <0 0xf0000000 0 0x1000>; };"
		"memory@48000000 { device_type = \"memory\"; status = \"okay\";"
		" reg = <0 0x48000000 0 0x8000000>; };"
		"empty { device_type = \"memory\"; };");
	assert_int_equal(m.mem.bank_count, 3);
	check_range(&m.mem.bank[0], 0x40000000, 0x10000000);
	check_range(&m.mem.bank[1], 0x80000000, 0x1000000);
	check_range(&m.mem.bank[2], 0x100000000, 255 * GIB);
	assert_int_equal(m.dev_count, 0);
	assert_string_equal(m.model, "test");
	assert_int_equal(m.fdt_size, fdt_totalsize(dtb_buffer));
}

static void test_memory_one_cell(void **state)
{
	(void)state;
	scan_ok("/ { #address-cells = <1>; #size-cells = <1>; compatible = \"one,cell\", \"b\";"
		"memory { device_type = \"memory\"; reg = <0 0x3b400000>; };");
	check_range(&m.mem.bank[0], 0, 0x3b400000);
	assert_string_equal(m.model, "one,cell");
}

static void test_reservations(void **state)
{
	(void)state;
	scan_ok("/memreserve/ 0x40000000 0x1000; /memreserve/ 0x10 0x20;"
		"/memreserve/ 0x47fff000 0x2000;" HEAD
		"reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;"
		" secure@41000000 { reg = <0 0x41000000 0 0x1000>, <0 0x42000000 0 0x1000>; no-map;"
		"  compatible = \"x\"; };"
		" off@43000000 { reg = <0 0x43000000 0 0x1000>; status = \"disabled\"; };"
		" cma { size = <0 0x1000000>; reusable; };"
		" shared@44000000 { reg = <0 0x44000000 0 0x1000>;"
		"  inner@0 { reg = <0 0x45000000 0 1>; }; };"
		"};" MEMORY);
	assert_int_equal(m.mem.owned_count, 5);
	check_range(&m.mem.owned[0], 0x40000000, 0x1000);
	assert_string_equal(m.mem.owned[0].owner, "/memreserve/");
	assert_int_equal(m.mem.owned[0].flags, MEM_FOREIGN);
	check_range(&m.mem.owned[1], 0x41000000, 0x1000);
	assert_string_equal(m.mem.owned[1].owner, "secure@41000000");
	assert_int_equal(m.mem.owned[1].flags, MEM_FOREIGN | MEM_NOMAP);
	check_range(&m.mem.owned[2], 0x42000000, 0x1000);
	check_range(&m.mem.owned[3], 0x44000000, 0x1000);
	check_range(&m.mem.owned[4], 0x47fff000, 0x1000);
	assert_int_equal(m.win_count, 0); /* nothing in there is a device */
}

/* The Raspberry Pi's way: everything behind a bus at another address. */
static void test_translation(void **state)
{
	(void)state;
	scan_ok("/ { #address-cells = <1>; #size-cells = <1>;"
		"aliases { serial0 = \"/soc/serial@7e201000\"; };"
		"chosen { stdout-path = \"serial0:115200n8\"; };"
		"memory@0 { device_type = \"memory\"; reg = <0 0x3b400000>; };"
		"soc { compatible = \"simple-bus\"; #address-cells = <1>; #size-cells = <1>;"
		" ranges = <0x7e000000 0x3f000000 0x1000000>, <0x40000000 0x40000000 0x1000>;"
		" serial@7e201000 { compatible = \"arm,pl011\", \"arm,primecell\";"
		"  reg = <0x7e201000 0x200>; };"
		" two@7e000000 { compatible = \"two\"; reg = <0x7f000000 4>, <0x7e000100 0x10>,"
		"  <0x40000000 0x1000>, <0x7effffff 2>; };"
		" inner { #address-cells = <2>; #size-cells = <1>;"
		"  ranges = <0 0 0x7e800000 0x1000>;"
		"  compatible = \"simple-bus\";"
		"  deep@10 { compatible = \"deep\"; reg = <0 0x10 0x10>; }; };"
		" same { #address-cells = <1>; #size-cells = <1>; ranges;"
		"  s@7e300000 { compatible = \"s\"; reg = <0x7e300000 0x100>; }; };"
		" none { #address-cells = <1>; #size-cells = <1>;"
		"  n@0 { compatible = \"n\"; reg = <0x7e400000 0x100>; }; };"
		" i2c { compatible = \"i2c\"; #address-cells = <1>; #size-cells = <0>;"
		"  reg = <0x7e500000 0x100>; eeprom@50 { compatible = \"e\"; reg = <0x50>; }; };"
		" dead { compatible = \"simple-bus\"; status = \"disabled\"; ranges;"
		"  #address-cells = <1>; #size-cells = <1>;"
		"  d@7e600000 { compatible = \"d\"; reg = <0x7e600000 0x100>; }; };"
		"};"
		"cpus { #address-cells = <1>; #size-cells = <0>;"
		" cpu@0 { device_type = \"cpu\"; reg = <0>; compatible = \"arm,cortex-a53\"; };"
		" cpu@1 { device_type = \"cpu\"; reg = <1>; status = \"disabled\"; };"
		" l2 { compatible = \"cache\"; }; };");
	assert_int_equal(m.skipped, 0);
	check_window(0, 0x3f201000, 0x200);
	check_window(1, 0x3f000100, 0x10);
	check_window(2, 0x40000000, 0x1000);
	check_window(3, 0x3f800010, 0x10);
	check_window(4, 0x3f300000, 0x100);
	check_window(5, 0x3f500000, 0x100);
	assert_int_equal(m.win_count, 6);
	assert_int_equal(m.dev_count, 5);
	assert_int_equal(m.console_base, 0x3f201000);
	assert_string_equal(m.console_compatible, "arm,pl011");
	assert_string_equal(machine_find(&m, "arm,primecell", 0)->name, "serial@7e201000");
	assert_int_equal(machine_find(&m, "two", 0)->base, 0x3f000100);
	assert_int_equal(machine_find(&m, "two", 0)->node,
			 fdt_path_offset(dtb_buffer, "/soc/two@7e000000"));
	assert_null(machine_find(&m, "two", 1));
	assert_null(machine_find(&m, "d", 0));
	assert_null(machine_find(&m, "arm", 0));
	assert_int_equal(m.cpu_count, 2);
	assert_int_equal(m.cpus_node, fdt_path_offset(dtb_buffer, "/cpus"));
}

/* What a bus shows at and over the end of the addresses: whole, or not at all. */
static void test_ranges_that_wrap(void **state)
{
	static const struct {
		const char *range, *reg;
		uint64_t start, size; /* 0: out of reach */
	} cases[] = {
		/* from, to, size */
		{ "0 0  0xffffffff 0xfffff000  0 0x1000", "0 0 0 0x1000", ~0xfffull, 0x1000 },
		{ "0 0  0xffffffff 0xfffff000  0 0x1000", "0 0xfff 0 1", ~0ull, 1 },
		{ "0 0  0xffffffff 0xfffff000  0 0x1001", "0 0 0 0x1001", 0, 0 },
		{ "0 0  0xffffffff 0xfffff000  0 0x2000", "0 0x1000 0 1", 0, 0 },
		{ "0 0  0xffffffff 0xfffff000  0 0x2000", "0 0x1001 0 0x10", 0, 0 },
		{ "0 0  0xffffffff 0xffffffff  0xffffffff 0xffffffff", "0 2 0 1", 0, 0 },
		{ "0 0  0xffffffff 0xffffffff  0xffffffff 0xffffffff", "0 0 0 1", ~0ull, 1 },
		{ "0xffffffff 0xfffff000  0 0x9000000  0 0x1000", "0xffffffff 0xfffff800 0 0x800",
		  0x9000800, 0x800 },
		{ "0xffffffff 0xfffff000  0 0x9000000  0 0x9000", "0xffffffff 0xfffff800 0 0x1000",
		  0x9000800, 0x1000 },
		{ "0xffffffff 0xfffff000  0 0x9000000  0 0x9000", "0 0 0 0x1000", 0, 0 },
		{ "0 0  0 0x9000000  0xffffffff 0xffffffff", "0xffffffff 0xfffffff0 0 8", 0, 0 },
		{ "0 0  0 0x9000000  0 0x1000", "0 0x800 0xffffffff 0xffffffff", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[600];

		snprintf(text, sizeof(text),
			 HEAD MEMORY "bus { #address-cells = <2>; #size-cells = <2>;"
				     " ranges = <%s>; d { compatible = \"d\"; reg = <%s>; }; };",
			 cases[i].range, cases[i].reg);
		scan_ok(text);
		assert_int_equal(m.skipped, 0);
		assert_int_equal(m.win_count, cases[i].size ? 1 : 0);
		assert_int_equal(m.dev_count, cases[i].size ? 1 : 0);
		if (cases[i].size)
			check_window(0, cases[i].start, cases[i].size);
	}
	/* Address 0 does not go on where the last address ends. */
	scan_ok(HEAD MEMORY "d { compatible = \"d\"; reg = <0xffffffff 0xfffff000 0 0x1000>,"
			    " <0 0 0 0x1000>, <0 0x1000 0 0x1000>; };");
	assert_int_equal(m.win_count, 2);
	check_window(0, ~0xfffull, 0x1000);
	check_window(1, 0, 0x2000);
}

static void test_pci(void **state)
{
	(void)state;
	scan_ok(HEAD MEMORY
		"pcie@10000000 { device_type = \"pci\"; compatible = \"pci-host-ecam-generic\";"
		" #address-cells = <3>; #size-cells = <2>; reg = <0x40 0x10000000 0 0x10000000>;"
		" ranges = <0x1000000 0 0 0 0x3eff0000 0 0x10000>,"
		"  <0x2000000 0 0x10000000 0 0x10000000 0 0x2eff0000>,"
		"  <0x3000000 0x80 0 0x80 0 0x80 0>, <0 0 0 0 0x50000000 0 0x1000>;"
		" dev@0 { reg = <0 0 0 0 0>; compatible = \"pci1b36,8\"; }; };");
	check_window(0, 0x3eff0000, 0x10000);
	check_window(1, 0x10000000, 0x2eff0000);
	check_window(2, 0x8000000000, 0x8000000000);
	check_window(3, 0x4010000000, 0x10000000);
	assert_int_equal(m.win_count, 4);
	assert_int_equal(m.dev_count, 1);
	assert_int_equal(m.skipped, 0);
}

static void test_chosen(void **state)
{
	(void)state;
	scan_ok(HEAD MEMORY
		"uart@9000000 { compatible = \"ns16550a\"; reg = <0 0x9000000 0 0x1000>; };"
		"chosen { bootargs = \"console=ttyS0 quiet\"; stdout-path = \"/uart\";"
		" linux,initrd-start = <0x44000000>; linux,initrd-end = <0 0x44100000>;"
		" kaslr-seed = <1 2>; rng-seed = [00 11 22];"
		" framebuffer@47000000 { compatible = \"simple-framebuffer\";"
		"  reg = <0 0x47000000 0 0x1000>; };"
		"};");
	assert_string_equal(m.bootargs, "console=ttyS0 quiet");
	assert_int_equal(m.initrd_start, 0x44000000);
	assert_int_equal(m.initrd_end, 0x44100000);
	assert_true(m.has_kaslr_seed);
	assert_true(m.has_rng_seed);
	assert_int_equal(m.console_base, 0x9000000); /* by a path without the unit address */
	assert_int_equal(m.dev_count, 1);
	assert_int_equal(m.psci, PSCI_NONE);
}

static void test_console_nowhere(void **state)
{
	static const char *const chosen[] = {
		"",
		"stdout-path = \"serial7\";",
		"stdout-path = \"/nothing\";",
		"stdout-path = [61 62];",
		"stdout-path = \"\";",
		"stdout-path;",
		"stdout-path = \"/memory@40000000\";",
		"stdout-path = \"/\";",
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(chosen); i++) {
		char body[512];

		snprintf(body, sizeof(body),
			 HEAD MEMORY "aliases { serial7 = [00 01]; }; chosen { %s };", chosen[i]);
		scan_ok(body);
		assert_int_equal(m.console_base, 0);
		assert_null(m.console_compatible);
	}
}

static void test_psci(void **state)
{
	(void)state;
	scan_ok(HEAD MEMORY "firmware { psci { compatible = \"arm,psci-1.0\", \"arm,psci\";"
			    " method = \"smc\"; }; };");
	assert_int_equal(m.psci, PSCI_SMC);
	scan_ok(HEAD MEMORY "psci { compatible = \"arm,psci-0.2\"; method = \"hvc\"; };");
	assert_int_equal(m.psci, PSCI_HVC);
	scan_ok(HEAD MEMORY "psci { compatible = \"arm,psci\"; method = \"hvc\"; };");
	assert_int_equal(m.psci, PSCI_HVC);
	scan_ok(HEAD MEMORY "psci { compatible = \"arm,psci-0.2\"; method = \"eret\"; };");
	assert_int_equal(m.psci, PSCI_NONE);
	scan_ok(HEAD MEMORY "x { compatible = \"arm,scmi-smc\"; method = \"smc\"; };");
	assert_int_equal(m.psci, PSCI_NONE);
}

/* A node that makes no sense is left out, the machine still boots. */
static void test_skipped(void **state)
{
	(void)state;
	scan_ok(HEAD MEMORY
		"a@0 { compatible = \"a\"; reg = <1 2 3>; };"
		"b@0 { compatible = [61 62]; reg = <0 1 0 1>; };"
		"c { compatible = \"c\"; #address-cells = <1>; #size-cells = <1>; ranges = <1 2>;"
		" k@1 { compatible = \"k\"; reg = <1 1>; }; };"
		"d { compatible = \"d\"; #address-cells = <77>; ranges;"
		" k@2 { compatible = \"k\"; reg = <1 1>; }; };"
		"e@1 { compatible = \"e\"; reg = <0xffffffff 0xfffff000 0 0x2000>; };"
		"f@5000 { compatible = \"f\"; reg = <0 0x5000 0 0x1000>; };");
	assert_int_equal(m.skipped, 3);
	assert_int_equal(m.dev_count, 1);
	assert_string_equal(m.dev[0].compatible, "f");
	check_window(0, 0x5000, 0x1000);
}

/* FIELD.md T4: whatever their number, no byte of a reservation is anybody else's. */
static void test_many_reservations(void **state)
{
	static char body[160000];
	const unsigned int count = 1000;

	(void)state;
	for (unsigned int no_map = 0; no_map < 3; no_map++) {
		size_t n = (size_t)snprintf(body, sizeof(body),
					    HEAD MEMORY "reserved-memory { #address-cells = <2>;"
							" #size-cells = <2>; ranges;\n");

		for (unsigned int i = 0; i < count; i++) {
			unsigned int at = 0x40100000 + (i * 7 % count) * 0x4000;

			n += (size_t)snprintf(body + n, sizeof(body) - n,
					      "r@%x { reg = <0 0x%x 0 0x1800>; %s };\n", at, at,
					      no_map == 2 || (no_map && i % 2) ? "no-map;" : "");
		}
		snprintf(body + n, sizeof(body) - n, "};};");
		n = dtb_from_source(body);
		assert_true(n > 0);
		assert_int_equal(machine_scan(&m, dtb_buffer, n, &room, &why), 0);
		for (unsigned int i = 0; i < count; i++) {
			paddr_t at = 0x40100000 + (i * 7 % count) * 0x4000;
			const struct mem_range *r = memmap_owner(&m.mem, at, 1);

			assert_non_null(r);
			assert_true(mem_range_last(r) >= at + 0x17ff);
			if (no_map == 2 || (no_map && i % 2))
				assert_true(r->flags & MEM_NOMAP);
		}
		assert_true(m.mem.owned_count <= MEMMAP_OWNED_MAX - MEMMAP_OWNED_SPARE);
		assert_null(memmap_owner(&m.mem, 0x40000000, 0x100000));
		assert_int_equal(memmap_claim(&m.mem, 0x40000000, 0x1000, 0, "Loft", &why), 0);
	}
}

static void test_many_banks(void **state)
{
	static char body[16000];
	size_t n = (size_t)snprintf(body, sizeof(body), HEAD);

	(void)state;
	for (unsigned int i = 0; i < 100; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n,
				      "memory@%x { device_type = \"memory\"; reg = <0 0x%x 0 "
				      "0x1000>; };\n",
				      0x40000000 + i * 0x2000, 0x40000000 + i * 0x2000);
	snprintf(body + n, sizeof(body) - n, "};");
	n = dtb_from_source(body);
	assert_int_equal(machine_scan(&m, dtb_buffer, n, &room, &why), 0);
	assert_int_equal(m.mem.bank_count, MEMMAP_BANKS_MAX);
	assert_int_equal(m.banks_left_out, 100 - MEMMAP_BANKS_MAX);
}

static void test_too_many(void **state)
{
	char body[24000];
	size_t n = (size_t)snprintf(body, sizeof(body), HEAD MEMORY);

	(void)state;
	for (unsigned int i = 0; i < WINDOWS + 40; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n,
				      "d@%x { compatible = \"d\"; reg = <0 0x%x 0 0x100>; };\n",
				      0x1000 * i, 0x1000 * i);
	n += (size_t)snprintf(body + n, sizeof(body) - n, "};");
	assert_true(n < sizeof(body));
	n = dtb_from_source(body);
	assert_int_equal(machine_scan(&m, dtb_buffer, n, &room, &why), 0);
	assert_int_equal(m.dev_count, DEVICES);
	assert_int_equal(m.win_count, WINDOWS);
	/* All of them are counted, none is damaged, and with that much room all are there. */
	assert_int_equal(m.dev_seen, WINDOWS + 40);
	assert_int_equal(m.win_seen, WINDOWS + 40);
	assert_int_equal(m.skipped, 0);
	assert_int_equal(machine_rescan(&m, dtb_buffer,
					&(struct machine_room){ devices, windows, m.dev_seen,
								m.win_seen },
					&why),
			 0);
	assert_int_equal(m.dev_count, WINDOWS + 40);
	check_window(WINDOWS + 39, 0x1000 * (WINDOWS + 39), 0x100);
	assert_int_equal(machine_scan(&m, dtb_buffer, n, NULL, &why), 0);
	assert_int_equal(m.dev_count + m.win_count, 0);
	assert_int_equal(m.dev_seen, WINDOWS + 40);
}

static void refused(const char *body, int err, const char *sentence)
{
	assert_int_equal(scan(body), err);
	if (!strstr(why.text, sentence))
		print_error("got: %s\n", why.text);
	assert_non_null(strstr(why.text, sentence));
}

static void test_refused(void **state)
{
	char deep[1024], nodes[129] = "", ends[129] = "";

	(void)state;
	for (int i = 0; i < 64; i++) {
		memcpy(nodes + 2 * i, "a{", 2);
		memcpy(ends + 2 * i, "};", 2);
	}
	refused(HEAD, -ENODEV, "the FDT has no memory node with a size");
	refused(HEAD "memory@0 { device_type = \"memory\"; reg = <0 0 0 0>; };", -ENODEV,
		"no memory");
	refused(HEAD "memory@0 { device_type = \"memory\"; reg = <0 0 0>; };", -EINVAL,
		"memory@0 has a reg of 12 bytes, no multiple of 16");
	refused("/ { #address-cells = <5>; #size-cells = <2>;" MEMORY, -EINVAL,
		"memory@40000000 can't be read: its parent has bad cell counts");
	refused("/ { #size-cells = [00];" MEMORY, -EINVAL, "bad cell counts");
	refused(HEAD "memory@1 { device_type = \"memory\"; reg = <0xffffffff 0xffffffff 0 2>; };",
		-ERANGE, "0xffffffffffffffff");
	snprintf(deep, sizeof(deep), HEAD MEMORY "%.*s %.*s", 2 * 64, nodes, 2 * 64, ends);
	refused(deep, -E2BIG, "deeper than 64");
	snprintf(deep, sizeof(deep), HEAD MEMORY "%.*s %.*s", 2 * 63, nodes, 2 * 63, ends);
	scan_ok(deep);
}

/* FIELD.md T5, T11: what the prompt does not need is left out, and the first is known. */
static void test_left_out(void **state)
{
	(void)state;
	scan_ok(HEAD MEMORY "reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;"
			    " r@0 { reg = <1>; }; s@40001000 { reg = <0 0x40001000 0 0x1000>; };"
			    " t@0 { reg = <0xffffffff 0xfffff000 0 0x2000>; }; };"
			    "memory@9 { device_type = \"memory\"; reg = <9>; };");
	assert_int_equal(m.skipped, 3);
	assert_string_equal(fdt_get_name(dtb_buffer, m.skipped_node, NULL), "memory@9");
	assert_int_equal(m.mem.owned_count, 1);
	check_range(&m.mem.owned[0], 0x40001000, 0x1000);
	scan_ok(HEAD MEMORY "reserved-memory { r@40001000 { reg = <0 0x40001000 0x1000>; }; };");
	assert_int_equal(m.skipped, 0); /* 2 and 1 cells are what counts without */
	check_range(&m.mem.owned[0], 0x40001000, 0x1000);
}

static void test_stale_initrd(void **state)
{
	(void)state;
	scan_ok(HEAD MEMORY "chosen { linux,initrd-start = <0 0x90000000>;"
			    " linux,initrd-end = <0 0x90001000>; };");
	assert_int_equal(m.initrd_end, 0);
	assert_int_equal(m.initrd_stale, 0x90000000);
	scan_ok(HEAD MEMORY "chosen { linux,initrd-start = <0 0x41000000>;"
			    " linux,initrd-end = <0 0x40001000>; };");
	assert_int_equal(m.initrd_end, 0);
	assert_int_equal(m.initrd_stale, 0);
}

/* FIELD.md T12: firmware before PSCI 0.2 */
static void test_psci_ids(void **state)
{
	(void)state;
	scan_ok(HEAD MEMORY "psci { compatible = \"arm,psci\"; method = \"smc\";"
			    " cpu_on = <0x95c1ba60>; sys_poweroff = <0x84000101>; };");
	assert_int_equal(m.psci, PSCI_SMC);
	assert_int_equal(m.psci_ids.cpu_on, 0x95c1ba60);
	assert_int_equal(m.psci_ids.off, 0x84000101);
	assert_int_equal(m.psci_ids.reset, 0);
	scan_ok(HEAD MEMORY "psci { compatible = \"arm,psci-1.0\", \"arm,psci\";"
			    " method = \"hvc\"; cpu_on = <0x95c1ba60>; };");
	assert_int_equal(m.psci, PSCI_HVC);
	assert_int_equal(m.psci_ids.cpu_on, 0);
}

static uint64_t copy[1024];

static void fresh_copy(void)
{
	assert_true(fdt_totalsize(dtb_buffer) <= sizeof(copy));
	memcpy(copy, dtb_buffer, fdt_totalsize(dtb_buffer));
}

static void copy_refused(const char *sentence)
{
	assert_int_equal(machine_scan(&m, copy, fdt_totalsize(dtb_buffer), &room, &why), -EINVAL);
	if (!strstr(why.text, sentence))
		print_error("got: %s\n", why.text);
	assert_non_null(strstr(why.text, sentence));
	fresh_copy();
}

/* Early in a boot no more of a tree is mapped than this. */
static void test_extent(void **state)
{
	uint64_t extent;
	uint32_t used, off;
	size_t n;

	(void)state;
	scan_ok(HEAD MEMORY);
	n = fdt_totalsize(dtb_buffer);
	fresh_copy();
	fdt_set_totalsize(copy, (uint32_t)n + 0x1000);
	assert_int_equal(fdt_extent(copy, &extent, &why), 0);
	assert_int_equal(fdt_check(copy, n + 0x1000, &used, &why), 0);
	assert_int_equal(extent, used);
	assert_int_equal(extent, n);
	/* reservations behind the structure: nothing says where they end */
	off = fdt_off_mem_rsvmap(copy);
	fdt_set_off_mem_rsvmap(copy, fdt_off_dt_struct(copy) + 8);
	assert_int_equal(fdt_extent(copy, &extent, &why), 0);
	assert_int_equal(extent, n + 0x1000);
	/* and before it they end before it */
	fdt_set_off_mem_rsvmap(copy, off);
	memset((char *)copy + off, 0xff, fdt_off_dt_struct(copy) - off);
	assert_int_equal(fdt_check(copy, n + 0x1000, &used, &why), -EINVAL);
	assert_non_null(strstr(why.text, "does not end"));
	fresh_copy();
	fdt_set_size_dt_strings(copy, UINT32_MAX);
	assert_int_equal(fdt_extent(copy, &extent, &why), 0);
	assert_int_equal(extent, n);
	fdt_set_totalsize(copy, 3 * MIB);
	assert_int_equal(fdt_extent(copy, &extent, &why), -E2BIG);
	fdt_set_magic(copy, 0x12345678);
	assert_int_equal(fdt_extent(copy, &extent, &why), -EINVAL);
}

/* FIELD.md X1: libfdt goes in circles where the length of a property wraps. */
static void test_lengths_that_wrap(void **state)
{
	static const uint32_t lengths[] = { 0xfffffff4, 0xfffffff8, 0xffffffff, 0x80000000,
					    0x7ffffffc };
	uint32_t *p;

	(void)state;
	scan_ok(HEAD MEMORY);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		fresh_copy();
		p = (uint32_t *)((char *)copy + fdt_off_dt_struct(copy));
		assert_int_equal(fdt_be32(p + 2), FDT_PROP);
		p[3] = __builtin_bswap32(lengths[i]);
		assert_int_equal(fdt_check(copy, sizeof(copy), NULL, &why), 0);
		assert_int_equal(fdt_check_whole(copy, sizeof(copy), i & 1, &why), -EINVAL);
		assert_non_null(strstr(why.text, "longer than the block"));
	}
}

/* What libfdt may be given: one root, ended. */
static void test_whole(void **state)
{
	uint32_t *p;

	(void)state;
	scan_ok(HEAD MEMORY);
	fresh_copy();
	p = (uint32_t *)((char *)copy + fdt_off_dt_struct(copy) + fdt_size_dt_struct(copy)) - 1;
	*p = __builtin_bswap32(FDT_NOP);
	assert_int_equal(fdt_check_whole(copy, sizeof(copy), false, &why), -EINVAL);
	*p = __builtin_bswap32(FDT_END_NODE);
	assert_int_equal(fdt_check_whole(copy, sizeof(copy), false, &why), -EINVAL);
	fresh_copy();
	((char *)copy)[fdt_off_dt_struct(copy) + 3] = FDT_END;
	assert_int_equal(fdt_check_whole(copy, sizeof(copy), false, &why), -EINVAL);
	assert_non_null(strstr(why.text, "begin with a node"));
}

static void test_header(void **state)
{
	uint32_t used;
	size_t n;

	(void)state;
	scan_ok(HEAD MEMORY);
	n = fdt_totalsize(dtb_buffer);
	fresh_copy();
	assert_int_equal(fdt_check(copy, n, &used, &why), 0);
	assert_int_equal(used, n);
	assert_int_equal(fdt_check((char *)copy + 2, n, &used, &why), -EINVAL);
	assert_non_null(strstr(why.text, "not 4-byte aligned"));
	memmove((char *)copy + 4, copy, n); /* FIELD.md T10 */
	assert_int_equal(fdt_check((char *)copy + 4, n, &used, &why), 0);
	assert_int_equal(fdt_check_whole((char *)copy + 4, n, false, &why), -EINVAL);
	assert_non_null(strstr(why.text, "not 8-byte aligned"));
	assert_int_equal(machine_scan(&m, (char *)copy + 4, n, &room, &why), 0);
	fresh_copy();
	assert_int_equal(fdt_check_whole(copy, n, false, &why), 0);
	assert_int_equal(fdt_check(copy, 39, &used, &why), -EINVAL);
	assert_int_equal(fdt_check(copy, n - 1, &used, &why), -EINVAL);
	assert_non_null(strstr(why.text, "truncated"));
	fdt_set_magic(copy, 0x12345678);
	copy_refused("it begins with 0x12345678, not 0xd00dfeed");
	fdt_set_version(copy, 16);
	copy_refused("version 16");
	fdt_set_totalsize(copy, 3 * MIB); /* FIELD.md T9: what the blocks use is what counts */
	assert_int_equal(fdt_check(copy, 4 * MIB, &used, &why), 0);
	assert_int_equal(used, n);
	assert_int_equal(fdt_check(copy, n, &used, &why), 0);
	fdt_set_size_dt_strings(copy, 5 * MIB / 2);
	assert_int_equal(fdt_check(copy, 4 * MIB, NULL, &why), -E2BIG);
	assert_int_equal(fdt_check(copy, 2 * MIB, NULL, &why), -EINVAL);
	assert_non_null(strstr(why.text, "truncated"));
	fdt_set_totalsize(copy, 0x80000000);
	assert_int_equal(fdt_check(copy, 4 * GIB, NULL, &why), -E2BIG);
	fresh_copy();
	fdt_set_off_dt_struct(copy, fdt_off_dt_struct(copy) + 1);
	copy_refused("misaligned");
	fdt_set_off_dt_strings(copy, (uint32_t)n);
	copy_refused("outside");
	fdt_set_off_mem_rsvmap(copy, (uint32_t)n & ~7u);
	copy_refused("list of memory reservations does not end");
	((char *)copy)[fdt_off_dt_strings(copy) + fdt_size_dt_strings(copy) - 1] = 'x';
	copy_refused("does not end in a NUL");
	((char *)copy)[fdt_off_dt_struct(copy) + 3] = 9;
	copy_refused("does not begin with a node");
	((char *)copy)[fdt_off_dt_struct(copy) + 11] = 8;
	copy_refused("no token is there");
	((char *)copy)[fdt_off_dt_struct(copy) + 11] = FDT_END;
	copy_refused("it ends inside of a node, after the node /");
	fdt_set_size_dt_struct(copy, fdt_size_dt_struct(copy) - 8);
	copy_refused("the block ends before the tree does");
}

/* Every word of a rich tree set to nasty values: nothing out of bounds, no endless loop. */
static void test_mutations(void **state)
{
	static const uint32_t nasty[] = {
		0, 1, 2, 3, 4, 9, 0xff, 0x7fffffff, 0x80000000, 0xffffffff
	};
	uint32_t *exact;
	unsigned int survived = 0;
	size_t n;

	(void)state;
	scan_ok(HEAD MEMORY
		"aliases { s = \"/soc/u@1000\"; };"
		"chosen { stdout-path = \"s\"; bootargs = \"x\"; };"
		"reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;"
		" r@41000000 { reg = <0 0x41000000 0 0x1000>; no-map; }; };"
		"soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x9000000 0x10000>;"
		" u@1000 { compatible = \"arm,pl011\"; reg = <0x1000 0x1000>; }; };");
	assert_int_equal(m.console_base, 0x9001000);
	n = fdt_totalsize(dtb_buffer);
	exact = aligned_alloc(8, ALIGN_UP(n, 8)); /* for ASan: exactly as long */
	for (size_t at = 0; at < n / 4; at++)
		for (unsigned int i = 0; i < ARRAY_SIZE(nasty); i++) {
			memcpy(exact, dtb_buffer, n);
			exact[at] = cpu_to_fdt32(nasty[i]);
			survived += machine_scan(&m, exact, n, &room, &why) == 0;
		}
	assert_true(survived > 0);
	free(exact);
}

static void test_move(void **state)
{
	const struct device *dev;

	(void)state;
	scan_ok(HEAD MEMORY
		"u@9000000 { compatible = \"arm,pl011\"; reg = <0 0x9000000 0 0x1000>; };"
		"chosen { stdout-path = \"/u@9000000\"; };");
	assert_int_equal(fdt_copy(copy, m.fdt_size - 1, dtb_buffer, m.fdt_size), -ENOSPC);
	assert_int_equal(fdt_copy(copy, sizeof(copy), dtb_buffer, m.fdt_size), 0);
	machine_move(&m, copy);
	memset(dtb_buffer, 0xee, m.fdt_size);
	dev = machine_find(&m, "arm,pl011", 0);
	assert_non_null(dev);
	assert_string_equal(dev->name, "u@9000000");
	assert_string_equal(m.console_compatible, "arm,pl011");
	assert_string_equal(m.stdout_path, "/u@9000000");
	assert_string_equal(m.model, "test");
	assert_null(m.bootargs);
	assert_int_equal(fdt_totalsize(copy), sizeof(copy));
	assert_int_equal(fdt_setprop_string(copy, 0, "grown", "yes"), 0);
}

static void check_virt(const char *board, const char *args, unsigned int cpus, uint64_t dram,
		       enum psci_conduit psci)
{
	size_t n = dtb_from_qemu(board, args);

	if (!n)
		skip();
	assert_int_equal(machine_scan(&m, dtb_buffer, n, &room, &why), 0);
	assert_int_equal(m.mem.bank_count, 1);
	check_range(&m.mem.bank[0], 0x40000000, dram);
	assert_int_equal(m.cpu_count, cpus);
	assert_int_equal(m.psci, psci);
	assert_int_equal(m.console_base, 0x9000000);
	assert_int_equal(m.skipped, 0);
	assert_int_equal(machine_find(&m, "qemu,fw-cfg-mmio", 0)->base, 0x9020000);
	assert_non_null(machine_find(&m, "virtio,mmio", 31));
	assert_null(machine_find(&m, "virtio,mmio", 32));
	assert_true(m.fdt_size < 0x4000);
	assert_true(m.has_kaslr_seed && m.has_rng_seed);
}

static void test_qemu_virt(void **state)
{
	(void)state;
	check_virt("virt", "-m 128M", 1, 128 * MIB, PSCI_HVC);
}

static void test_qemu_virt_el2(void **state)
{
	(void)state;
	check_virt("virt,virtualization=on,gic-version=3", "-m 4G -smp 4 -cpu max", 4, 4 * GIB,
		   PSCI_SMC);
}

static void test_qemu_virt_el3(void **state)
{
	(void)state;
	check_virt("virt,secure=on", "-m 1G -smp 2 -bios /dev/null", 2, 1 * GIB, PSCI_NONE);
}

static void test_qemu_numa(void **state)
{
	size_t n = dtb_from_qemu("virt", "-m 1G -smp 2 -object memory-backend-ram,id=a,size=512M "
					 "-object memory-backend-ram,id=b,size=512M "
					 "-numa node,memdev=a -numa node,memdev=b");

	(void)state;
	if (!n)
		skip();
	assert_int_equal(machine_scan(&m, dtb_buffer, n, &room, &why), 0);
	assert_int_equal(m.mem.bank_count, 1); /* two nodes that touch */
	check_range(&m.mem.bank[0], 0x40000000, 1 * GIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_memory_one_cell),
		cmocka_unit_test(test_reservations),
		cmocka_unit_test(test_translation),
		cmocka_unit_test(test_ranges_that_wrap),
		cmocka_unit_test(test_pci),
		cmocka_unit_test(test_chosen),
		cmocka_unit_test(test_console_nowhere),
		cmocka_unit_test(test_psci),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_many_reservations),
		cmocka_unit_test(test_many_banks),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_stale_initrd),
		cmocka_unit_test(test_psci_ids),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_extent),
		cmocka_unit_test(test_lengths_that_wrap),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_qemu_virt),
		cmocka_unit_test(test_qemu_virt_el2),
		cmocka_unit_test(test_qemu_virt_el3),
		cmocka_unit_test(test_qemu_numa),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
