/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The secure side of the interrupt controller against models of four: a GICv2, a GICv3, a
 * GIC-600, whose redistributors have no power after reset, and a GICv3.1 with extended ranges.
 * What counts is what the normal world finds: every interrupt in group 1, at a priority that it
 * can mask. Offsets and fields by number, as the specifications have them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arch/io.h>

#include "arch/arm64/el3/el3.h"

#define GICD	 UINT64_C(0x08000000)
#define GICC	 UINT64_C(0x08010000)
#define GICR	 UINT64_C(0x080a0000)
#define CPUS_MAX 40

enum { GICV2, GICV2_NO_SECURITY, GICV3, GIC600, GICV31 };

static struct {
	int kind;
	bool v4;
	unsigned cpus, lines; /* 32 * lines SPIs */
	uint64_t affinity[CPUS_MAX];
	uint32_t ctlr;
	uint32_t dist[0x10000 / 4];
	uint32_t cpu_interface[0x1000 / 4];
	struct {
		uint32_t sgi[0x10000 / 4];
		uint32_t waker, pwrr;
		unsigned power_reads; /* until a group's change is over */
	} redist[CPUS_MAX];
} gic;

static struct start_el3 el3;

static uint64_t frame_size(void)
{
	return gic.v4 ? 0x40000 : 0x20000;
}

/* What is put at @reg by a write: enables are clear registers. */
static void set(uint32_t *bank, uint32_t reg, uint64_t value)
{
	bool clears = (reg >= 0x180 && reg < 0x200) || (reg >= 0x1400 && reg < 0x1500);

	bank[reg / 4] = clears ? bank[reg / 4] & ~(uint32_t)value : (uint32_t)value;
}

static uint64_t read_redist(unsigned n, uint64_t reg)
{
	switch (reg) {
	case 0x04: /* IIDR */
		return gic.kind == GIC600 ? 0x0200043b : 0x43b;
	case 0x08: /* TYPER: affinity, VLPIS, Last, PPInum */
		return gic.affinity[n] << 32 | (gic.v4 ? 2 : 0) | (n + 1 == gic.cpus ? 0x10 : 0) |
		       (gic.kind == GICV31 ? UINT64_C(2) << 27 : 0);
	case 0x14:
		return gic.redist[n].waker;
	case 0x24:
		assert_int_equal(gic.kind, GIC600); /* reserved elsewhere */
		if (gic.redist[n].power_reads && !--gic.redist[n].power_reads)
			gic.redist[n].pwrr ^= 8; /* RDGPO follows RDGPD */
		return gic.redist[n].pwrr;
	default:
		assert_true(reg >= 0x10000 && reg < 0x20000);
		return gic.redist[n].sgi[(reg - 0x10000) / 4];
	}
}

static void write_redist(unsigned n, uint64_t reg, uint64_t value)
{
	if (reg == 0x14) {
		gic.redist[n].waker = (uint32_t)value & 2;
		/* without power nobody wakes */
		if (!(value & 2) && !(gic.kind == GIC600 && gic.redist[n].pwrr & 1))
			gic.redist[n].waker &= ~UINT32_C(4);
		else
			gic.redist[n].waker |= 4;
	} else if (reg == 0x24) {
		assert_int_equal(gic.kind, GIC600);
		assert_int_equal(gic.redist[n].power_reads, 0); /* a write then is lost */
		assert_int_equal(value & ~UINT64_C(3), 0);
		gic.redist[n].pwrr = (uint32_t)(value & 1) | (gic.redist[n].pwrr & 8);
		gic.redist[n].power_reads = 3;
	} else {
		assert_true(reg >= 0x10000 && reg < 0x20000);
		/* asleep it keeps nothing */
		if (!(gic.redist[n].waker & 4))
			set(gic.redist[n].sgi, (uint32_t)reg - 0x10000, value);
	}
}

static uint64_t read_dist(uint64_t reg)
{
	switch (reg) {
	case 0x0:
		return gic.ctlr;
	case 0x4: {
		uint64_t typer = gic.lines;

		if (gic.kind == GICV2)
			typer |= 1 << 10;
		if (gic.kind <= GICV2_NO_SECURITY)
			typer |= (gic.cpus - 1) << 5;
		if (gic.kind == GICV31)
			typer |= 1 << 8 | UINT64_C(1) << 27; /* ESPI, 64 of them */
		return typer;
	}
	case 0xfe8:
		return gic.kind <= GICV2_NO_SECURITY ? 0x2b : 0;
	default:
		return gic.dist[reg / 4];
	}
}

uint64_t fake_mmio_read(paddr_t at, unsigned bytes)
{
	if (at - GICD < 0x10000) {
		assert_int_equal(bytes, 4);
		return read_dist(at - GICD);
	}
	assert_true(at - GICR < gic.cpus * frame_size());
	return read_redist((unsigned)((at - GICR) / frame_size()), (at - GICR) % frame_size());
}

void fake_mmio_write(paddr_t at, uint64_t value, unsigned bytes)
{
	assert_int_equal(bytes, 4);
	if (gic.kind <= GICV2_NO_SECURITY && at - GICC < 0x1000)
		gic.cpu_interface[(at - GICC) / 4] = (uint32_t)value;
	else if (at - GICD < 0x10000) {
		if (at == GICD) {
			/* ARE may change only while the groups are off */
			if ((gic.ctlr ^ value) & 0x30)
				assert_int_equal(gic.ctlr & 7, 0);
			gic.ctlr = (uint32_t)value;
		} else {
			set(gic.dist, (uint32_t)(at - GICD), value);
		}
	} else {
		assert_true(at - GICR < gic.cpus * frame_size());
		write_redist((unsigned)((at - GICR) / frame_size()), (at - GICR) % frame_size(),
			     value);
	}
}

static void reset(int kind, unsigned cpus, bool v4)
{
	memset(&gic, 0, sizeof(gic));
	gic.kind = kind;
	gic.cpus = cpus;
	gic.v4 = v4;
	gic.lines = 3;
	memset(gic.dist, 0x5a, sizeof(gic.dist)); /* UNKNOWN */
	for (unsigned n = 0; n < cpus; n++) {
		gic.affinity[n] = n % 8 << 8 | n / 8 << 16; /* with MT: cores of clusters of 8 */
		gic.redist[n].waker = 6;
		gic.redist[n].pwrr = kind == GIC600 ? 1 | 8 | 4 : 0;
		memset(gic.redist[n].sgi, 0x5a, sizeof(gic.redist[n].sgi));
	}
	/* RDGPD is wanted by the last redistributor that is off: on means 0 for all of it */
	for (unsigned n = 0; n < cpus && kind == GIC600; n++)
		gic.redist[n].pwrr = 1;
	el3 = (struct start_el3){ .gicd = GICD };
	if (kind <= GICV2_NO_SECURITY) {
		el3.gicc = GICC;
	} else {
		el3.gicr = GICR;
		el3.gicr_size = cpus * frame_size();
	}
}

static void given(const uint32_t *bank, unsigned group, unsigned enable, unsigned priority,
		  unsigned modifier, unsigned n)
{
	assert_int_equal(bank[group / 4 + n], UINT32_MAX);
	assert_int_equal(bank[enable / 4 + n], 0);
	if (modifier)
		assert_int_equal(bank[modifier / 4 + n], 0);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(bank[priority / 4 + n * 8 + i], 0x80808080);
}

static void check_cpu(unsigned n, unsigned ppi_banks)
{
	assert_int_equal(gic.redist[n].waker, 0);
	for (unsigned bank = 0; bank <= ppi_banks; bank++)
		given(gic.redist[n].sgi, 0x80, 0x180, 0x400, 0xd00, bank);
	assert_int_equal(gic.redist[n].sgi[0x80 / 4 + ppi_banks + 1], 0x5a5a5a5a);
}

static uint64_t mpidr_of(unsigned n)
{
	return (gic.affinity[n] & 0xff000000) << 8 | (gic.affinity[n] & 0xffffff);
}

static void v3(void **state)
{
	(void)state;
	for (unsigned v4 = 0; v4 < 2; v4++) {
		reset(GICV3, 20, v4);
		assert_true(el3_gic_distributor(&el3));
		assert_int_equal(gic.ctlr, 0x30);
		for (unsigned bank = 1; bank <= 3; bank++)
			given(gic.dist, 0x80, 0x180, 0x400, 0xd00, bank);
		/* there is no fourth bank, and no extended one */
		assert_int_equal(gic.dist[0x80 / 4 + 4], 0x5a5a5a5a);
		assert_int_equal(gic.dist[0x1000 / 4], 0x5a5a5a5a);
		el3_gic_cpu(&el3, mpidr_of(19));
		check_cpu(19, 0);
		assert_int_equal(gic.redist[18].waker, 6); /* nobody else's */
		el3_gic_cpu(&el3, 0x12300); /* there is no such CPU: nothing happens */
	}
}

/* W13: RDPD before WAKER, no write while the group changes, and none where there is no PWRR. */
static void without_power(void **state)
{
	(void)state;
	reset(GIC600, 4, false);
	assert_true(el3_gic_distributor(&el3));
	gic.redist[2].pwrr = 1 | 4;    /* its group is on its way off */
	gic.redist[2].power_reads = 2; /* and has arrived two reads later: RDGPO */
	for (unsigned n = 0; n < 2; n++) {
		el3_gic_cpu(&el3, mpidr_of(n));
		assert_int_equal(gic.redist[n].pwrr & 1, 0);
		check_cpu(n, 0);
	}
	el3_gic_cpu(&el3, mpidr_of(2));
	assert_int_equal(gic.redist[2].pwrr & 1, 0);
	check_cpu(2, 0);
}

/* GICv3.1: 64 extended SPIs, 64 extended PPIs. */
static void extended(void **state)
{
	(void)state;
	reset(GICV31, 2, true);
	assert_true(el3_gic_distributor(&el3));
	for (unsigned bank = 0; bank < 2; bank++)
		given(gic.dist, 0x1000, 0x1400, 0x2000, 0x3400, bank);
	assert_int_equal(gic.dist[0x1000 / 4 + 2], 0x5a5a5a5a);
	el3_gic_cpu(&el3, mpidr_of(1));
	check_cpu(1, 2);
}

static void v2(void **state)
{
	(void)state;
	for (int kind = GICV2; kind <= GICV2_NO_SECURITY; kind++) {
		uint32_t group = kind == GICV2 ? UINT32_MAX : 0;

		reset(kind, 4, false);
		assert_false(el3_gic_distributor(&el3));
		el3_gic_cpu(&el3, 0);
		for (unsigned bank = 0; bank <= 3; bank++) {
			assert_int_equal(gic.dist[0x80 / 4 + bank], group);
			assert_int_equal(gic.dist[0x180 / 4 + bank], 0);
			assert_int_equal(gic.dist[0x400 / 4 + bank * 8 + 7], 0x80808080);
			assert_int_equal(gic.dist[0xd00 / 4 + bank], 0x5a5a5a5a);
		}
		assert_int_equal(gic.cpu_interface[1], 0xff);
		assert_int_equal(gic.cpu_interface[0], 0x1e0);
	}
}

/* Every CPU has a number of its own, by cores in Aff1: also those after the sixteenth. */
static void numbers(void **state)
{
	bool taken[MONITOR_CPUS] = { false };
	uint64_t at = 0;
	int64_t mpidr;
	unsigned n = 0;

	(void)state;
	reset(GICV3, CPUS_MAX, false);
	gic.affinity[CPUS_MAX - 1] |= UINT64_C(0x12000000); /* Aff3: no number */
	while ((mpidr = el3_gic_next_cpu(&el3, &at)) >= 0) {
		int number = monitor_number((uint64_t)mpidr, true);

		assert_int_equal(mpidr, mpidr_of(n));
		if (++n == CPUS_MAX) {
			assert_int_equal(mpidr >> 32, 0x12);
			assert_int_equal(number, -1);
			continue;
		}
		assert_in_range(number, 0, MONITOR_CPUS - 1);
		assert_false(taken[number]);
		taken[number] = true;
	}
	assert_int_equal(n, CPUS_MAX);
	reset(GICV2, 4, false);
	for (at = 0, n = 0; (mpidr = el3_gic_next_cpu(&el3, &at)) >= 0; n++)
		assert_int_equal(mpidr, n);
	assert_int_equal(n, 4);
}

static void none(void **state)
{
	uint64_t at = 0;

	(void)state;
	el3 = (struct start_el3){ 0 };
	assert_false(el3_gic_distributor(&el3));
	assert_int_equal(el3_gic_next_cpu(&el3, &at), -1);
	el3_gic_cpu(&el3, 0);
	el3_gate_open(&el3);
	assert_false(el3_gate_is_open(&el3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v3), cmocka_unit_test(without_power), cmocka_unit_test(extended),
		cmocka_unit_test(v2), cmocka_unit_test(numbers),       cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
