/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/pci against a model of functions and bridges, as reset or a firmware left them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include <arch/io.h>

#include "drivers/pci/io.h"
#include "drivers/pci/pci.h"

#define ECAM	  0x4010000000
#define CPU	  0x50000000
#define BUS	  0x10000000
#define FUNCTIONS 300

/* One function: where it is plugged in, what its registers hold and which bits can be written. */
static struct function {
	int parent; /* index of the bridge that it is behind; -1: the first bus */
	unsigned int devfn;
	uint32_t reg[64], mask[64];
} model[FUNCTIONS];
static unsigned int count;
static struct pci_host host;
static bool all_ones;

static unsigned int secondary(const struct function *f)
{
	return f->reg[6] >> 8 & 0xff;
}

/* Is the bus reached through bridge @b from the first one? */
static bool routed(int b, unsigned int bus)
{
	for (; b >= 0; b = model[b].parent)
		if (secondary(&model[b]) > bus || (model[b].reg[6] >> 16 & 0xff) < bus)
			return false;
	return true;
}

static struct function *at(unsigned int bus, unsigned int devfn)
{
	for (unsigned int i = 0; i < count; i++) {
		const int p = model[i].parent;

		if (model[i].devfn == devfn &&
		    (p < 0 ? bus == host.first
			   : bus && secondary(&model[p]) == bus && routed(p, bus)))
			return &model[i];
	}
	return NULL;
}

static struct function *decode(paddr_t address, unsigned int *reg)
{
	const uint64_t off = address - ECAM;

	assert_true(off < (uint64_t)(host.last - host.first + 1) << 20);
	assert_true((off & 0xfff) < 256);
	*reg = off & 0xff;
	return at((unsigned int)(off >> 20) + host.first, off >> 12 & 0xff);
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	unsigned int reg;
	const struct function *f = decode(address, &reg);

	assert_int_equal(reg % bytes, 0);
	if (!f || all_ones)
		return UINT64_MAX >> (64 - 8 * bytes);
	return f->reg[reg / 4] >> (8 * (reg % 4)) & (UINT64_MAX >> (64 - 8 * bytes));
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	unsigned int reg;
	struct function *f = decode(address, &reg);
	const uint32_t bits = (uint32_t)(UINT64_MAX >> (64 - 8 * bytes)) << (8 * (reg % 4));

	if (!f)
		return;
	const uint32_t mask = f->mask[reg / 4] & bits;

	f->reg[reg / 4] = (f->reg[reg / 4] & ~mask) | ((uint32_t)value << (8 * (reg % 4)) & mask);
}

static struct function *add(int parent, unsigned int devfn, uint32_t class_code, uint8_t header)
{
	struct function *f = &model[count++];

	*f = (struct function){ .parent = parent, .devfn = devfn };
	f->reg[0] = 0x12341af4;
	f->reg[2] = class_code << 8 | 1;
	f->reg[3] = (uint32_t)header << 16;
	f->mask[1] = 0x7;
	if ((header & 0x7f) == 1)
		for (unsigned int i = 6; i < 10; i++)
			f->mask[i] = UINT32_MAX;
	return f;
}

static void bar(struct function *f, unsigned int n, uint64_t size, uint32_t flags)
{
	f->reg[4 + n] = flags;
	f->mask[4 + n] = (uint32_t)-size & ~0xfu;
	if (flags & 4)
		f->mask[5 + n] = (uint32_t)(-size >> 32);
}

static int begin(void **state)
{
	(void)state;
	count = 0;
	all_ones = false;
	host = (struct pci_host){
		.ecam = ECAM, .last = 15, .cpu = CPU, .bus = BUS, .size = 64 * MIB
	};
	return 0;
}

/* A disk, a bridge with a disk and another bridge behind it, whose function 3 has a large BAR. */
static void build(void)
{
	add(-1, 0, 0x060000, 0);
	bar(add(-1, 8, 0x010802, 0), 0, 16 * KIB, 4);
	bar(&model[1], 2, 4 * KIB, 0);
	bar(&model[1], 3, 32, 1); /* I/O */
	add(-1, 16, 0x060400, 1); /* 2 */
	bar(&model[2], 0, 4 * KIB, 0);
	bar(add(2, 0, 0x010601, 0), 5, 8 * KIB, 0);
	add(2, 8, 0x060400, 1); /* 4 */
	add(4, 0, 0x020000, 0x80);
	bar(add(4, 3, 0x020000, 0), 0, 4 * MIB, 0xc);
	bar(add(-1, 24, 0x010601, 0), 5, 4 * KIB, 0);
}

static void check_windows(int bridge, const struct pci_bar *b)
{
	const uint64_t start = b->base - CPU + BUS;

	for (; bridge >= 0; bridge = model[bridge].parent) {
		const uint64_t window = model[bridge].reg[8];

		assert_true(start >= (window & 0xfff0) << 16);
		assert_true(start + b->size - 1 <= (window | 0xfffff));
	}
}

/* Every memory BAR lies alone, at a multiple of its size, in the windows of all bridges above. */
static void check_addresses(void)
{
	struct {
		uint64_t base, size;
	} got[64];
	unsigned int used = 0;
	struct pci_function fn = { 0 };
	struct pci_bar b;

	while (pci_next(&host, &fn)) {
		for (unsigned int n = 0; n < PCI_BARS; n++) {
			if (pci_bar(&fn, n, &b) || b.is_io)
				continue;
			assert_true(b.base >= CPU && b.base + b.size <= CPU + host.size);
			assert_int_equal(b.base % b.size, 0);
			for (unsigned int i = 0; i < used; i++)
				assert_true(b.base >= got[i].base + got[i].size ||
					    got[i].base >= b.base + b.size);
			got[used].base = b.base;
			got[used++].size = b.size;
			check_windows(at(fn.bdf >> 8, fn.bdf & 0xff)->parent, &b);
		}
	}
	assert_int_equal(used, 6);
}

static void test_what_reset_left_is_numbered(void **state)
{
	struct pci_function fn = { 0 };
	unsigned int seen = 0;
	paddr_t base;

	(void)state;
	build();
	assert_int_equal(pci_scan(&host, NULL), 0);
	assert_int_equal(host.top, 2);
	check_addresses();
	for (; pci_next(&host, &fn); seen++)
		if (fn.bdf == (2 << 8 | 3))
			assert_int_equal(pci_registers(&fn, 0, 4 * MIB, &base), 0);
	assert_int_equal(seen, 8);
	/* bridges hand on what is behind them and nothing else; I/O and prefetch are closed */
	assert_int_equal(model[2].reg[6] & 0xffffff, 0x020100);
	assert_int_equal(model[4].reg[6] & 0xffffff, 0x020201);
	assert_int_equal(model[2].reg[9], 0xfff0);
	assert_int_equal(model[2].reg[1] & 6, 6);
}

static void test_what_firmware_left_stays(void **state)
{
	struct function before[8];

	(void)state;
	build();
	assert_int_equal(pci_scan(&host, NULL), 0);
	memcpy(before, model, sizeof(before));
	bar(add(-1, 32, 0x010802, 0), 0, 16 * KIB, 4); /* one that firmware did not know */
	assert_int_equal(pci_scan(&host, NULL), 0);
	assert_memory_equal(before, model, sizeof(before));
	assert_int_equal(host.top, 2);
	assert_true(model[8].reg[4] > (model[2].reg[8] | 0xfffff));
}

/* A 64-bit BAR where another loader had its window: Loft's map has nothing there. */
static void test_out_of_reach_is_moved(void **state)
{
	struct pci_function fn = { 0 };
	paddr_t base;

	(void)state;
	bar(add(-1, 0, 0x010802, 0), 0, 16 * KIB, 4);
	model[0].reg[5] = 0x80;
	assert_int_equal(pci_scan(&host, NULL), 0);
	assert_true(pci_next(&host, &fn));
	assert_int_equal(pci_registers(&fn, 0, 16 * KIB, &base), 0);
	assert_int_equal(base, CPU);
	assert_int_equal(pci_registers(&fn, 0, 16 * KIB + 1, &base), -ERANGE);
	assert_int_equal(pci_registers(&fn, 1, 1, &base), -ENOENT);
}

static void test_no_room_is_said(void **state)
{
	struct pci_function fn = { 0 };
	struct why why;
	paddr_t base;

	(void)state;
	bar(add(-1, 0, 0x010802, 0), 0, 128 * MIB, 0);
	bar(add(-1, 8, 0x010802, 0), 0, 16 * KIB, 0);
	assert_int_equal(pci_scan(&host, &why), -ENOSPC);
	assert_string_equal(why.text, "pci 00.00.0: a BAR finds no room in the host's window");
	assert_true(pci_next(&host, &fn));
	assert_int_equal(pci_registers(&fn, 0, 16, &base), -ERANGE);
	assert_true(pci_next(&host, &fn));
	assert_int_equal(pci_registers(&fn, 0, 16, &base), 0);
}

/* Bridge behind bridge, and more of them than bus numbers: an end, and a sentence. */
static void test_too_many_bridges(void **state)
{
	struct why why;

	(void)state;
	for (int i = 0; i < 12; i++)
		add(i - 1, 0, 0x060400, 1);
	assert_int_equal(pci_scan(&host, &why), -ENOSPC);
	assert_string_equal(why.text, "pci: more than 8 bridges, one behind another");
	count = 0;
	for (unsigned int i = 0; i < 32; i++)
		add(-1, i * 8, 0x060400, 1);
	assert_int_equal(pci_scan(&host, &why), -ENOSPC);
	assert_string_equal(why.text, "pci 00.1f.0: no bus number is left behind 15");
}

static void test_capabilities_end(void **state)
{
	struct pci_function fn = { 0 };
	struct function *f;

	(void)state;
	f = add(-1, 0, 0x010802, 0);
	assert_int_equal(pci_scan(&host, NULL), 0);
	assert_true(pci_next(&host, &fn));
	assert_int_equal(pci_capability(&fn, PCI_CAP_VENDOR, 0), 0);
	f->reg[1] |= 0x100000;
	f->reg[0x34 / 4] = 0x40;
	f->reg[0x40 / 4] = 0x5005; /* MSI, then 0x50 */
	f->reg[0x50 / 4] = 0x4009; /* and back */
	assert_int_equal(pci_capability(&fn, PCI_CAP_VENDOR, 0), 0x50);
	assert_int_equal(pci_capability(&fn, 0x11, 0), 0);
	all_ones = true;
	assert_int_equal(pci_capability(&fn, 0x11, 0), 0);
	assert_false(pci_next(&host, &fn));
}

/* Registers that answer anything: the walk ends, and no access leaves configuration space. */
/* The function at device @n of the first bus. */
static struct pci_function function(unsigned int n)
{
	struct pci_function fn = { 0 };

	while (pci_next(&host, &fn) && fn.bdf != n * 8)
		;
	assert_int_equal(fn.bdf, n * 8);
	return fn;
}

static void test_io(void **state)
{
	const struct pci_io window = { .cpu = 0x3eff0000, .size = 64 * KIB };
	struct pci_io small = window, high = window;
	struct pci_function fn;
	paddr_t base, again;

	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		bar(add(-1, i * 8, 0x070002, 0), 0, 32, 1);
	add(-1, 24, 0x060400, 1);
	bar(add(3, 0, 0x070002, 0), 0, 32, 1);
	bar(add(-1, 32, 0x010802, 0), 0, 4 * KIB, 0);
	assert_int_equal(pci_scan(&host, NULL), 0);
	/* what firmware decodes stays, and is passed over: where the first would have gone */
	model[1].reg[4] = 0x1000 | 1;
	model[1].reg[1] |= 1;
	fn = function(1);
	assert_int_equal(pci_io_registers(&fn, &window, 0, 8, &base), 0);
	assert_int_equal(base, window.cpu + 0x1000);
	fn = function(0);
	assert_int_equal(pci_io_registers(&fn, &window, 0, 8, &base), 0);
	assert_int_equal(base, window.cpu + 0x1020);
	assert_int_equal(model[0].reg[4], 0x1020 | 1);
	assert_int_equal(model[0].reg[1] & 1, 1);
	assert_int_equal(pci_io_registers(&fn, &window, 0, 8, &again), 0);
	assert_int_equal(base, again);
	fn = function(2);
	assert_int_equal(pci_io_registers(&fn, &window, 0, 33, &base), -ERANGE);
	assert_int_equal(pci_io_registers(&fn, &window, 1, 8, &base), -ENOENT);
	small.size = 0x1040;
	assert_int_equal(pci_io_registers(&fn, &small, 0, 8, &base), -ENOSPC);
	small.size = 0x105f;
	assert_int_equal(pci_io_registers(&fn, &small, 0, 8, &base), -ENOSPC);
	high.bus = UINT32_MAX - 16;
	assert_int_equal(pci_io_registers(&fn, &high, 0, 8, &base), -ENOSPC);
	high.bus = UINT64_MAX - 16;
	assert_int_equal(pci_io_registers(&fn, &high, 0, 8, &base), -ENOSPC);
	assert_int_equal(model[2].reg[1] & 1, 0);
	small.size = 0x1060;
	assert_int_equal(pci_io_registers(&fn, &small, 0, 8, &base), 0);
	assert_int_equal(base, window.cpu + 0x1040);
	/* firmware's, and not ours to reach */
	fn = function(1);
	model[1].reg[4] = 0x20000 | 1;
	assert_int_equal(pci_io_registers(&fn, &window, 0, 8, &base), -ERANGE);
	fn = function(4);
	assert_int_equal(pci_io_registers(&fn, &window, 0, 8, &base), -ENOENT);
	fn = (struct pci_function){ 0 };
	while (pci_next(&host, &fn) && fn.bdf >> 8 != 1)
		;
	assert_int_equal(pci_io_registers(&fn, &window, 0, 8, &base), -ENOTSUP);
}

static void test_nonsense(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (unsigned int round = 0; round < 2000; round++) {
		struct pci_function fn = { 0 };
		struct pci_bar b;
		struct why why;

		begin(NULL);
		for (unsigned int i = 0; i < 6; i++) {
			struct function *f = add(i ? (int)(seed >> 40) % (int)i : -1, i * 8 % 16,
						 0x060400, (uint8_t)(seed >> 33));

			for (unsigned int r = 2; r < 64; r++) {
				seed = seed * 6364136223846793005u + 1442695040888963407u;
				f->reg[r] = (uint32_t)(seed >> 32);
				f->mask[r] = r % 3 ? (uint32_t)(seed >> 13) : UINT32_MAX;
			}
		}
		(void)pci_scan(&host, &why);
		for (unsigned int n = 0; pci_next(&host, &fn); n++) {
			assert_true(n < 16 * 256);
			for (unsigned int i = 0; i < PCI_BARS; i++)
				(void)!pci_bar(&fn, i, &b);
			(void)pci_capability(&fn, 9, 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_what_reset_left_is_numbered, begin),
		cmocka_unit_test_setup(test_what_firmware_left_stays, begin),
		cmocka_unit_test_setup(test_out_of_reach_is_moved, begin),
		cmocka_unit_test_setup(test_no_room_is_said, begin),
		cmocka_unit_test_setup(test_too_many_bridges, begin),
		cmocka_unit_test_setup(test_capabilities_end, begin),
		cmocka_unit_test_setup(test_io, begin),
		cmocka_unit_test_setup(test_nonsense, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
