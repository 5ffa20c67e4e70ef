// SPDX-License-Identifier: BSD-2-Clause
/*
 * The secure side of a GICv2 or GICv3: all interrupts to group 1 of the normal world, at
 * priorities that it can mask.
 *
 * Spec: IHI 0048 B.b (GICv2), 4.3; IHI 0069 H (GICv3), 12.9 to 12.11
 */
#include "arch/arm64/el3/el3.h"
#include "arch/arm64/cpu/sysreg_id.h"
#include "arch/barrier.h"
#include "arch/io.h"

#define GICD_CTLR	  0x0000
#define GICD_TYPER	  0x0004
#define GICD_IGROUPR	  0x0080
#define GICD_ICENABLER	  0x0180
#define GICD_IPRIORITYR	  0x0400
#define GICD_IGRPMODR	  0x0d00
#define GICD_ICPIDR2_V2 \
	0x0fe8 /* 0 in a GICv3, which has GICD_PIDR2 at 0xffe8, outside of a GICv2's frame */
#define GICD_CTLR_GRP0	  BIT(0)
#define GICD_CTLR_ARE_S	  BIT(4)
#define GICD_CTLR_ARE_NS  BIT(5)
#define GICD_CTLR_RWP	  BIT(31)
#define GICD_TYPER_LINES  4, 0 /* 32 * (N + 1) interrupts */
#define GICD_TYPER_SECURE BIT(10)
#define GICD_TYPER_ESPI	  BIT(8)   /* GICv3.1: 32 * (range + 1) more SPIs, from 4096 on */
#define GICD_TYPER_ESPIS  31, 27
#define GICD_TYPER_CPUS	  7, 5 /* GICv2: N + 1 CPU interfaces */
#define GICD_PIDR2_REV	  7, 4

#define GICC_CTLR 0x0000
#define GICC_PMR  0x0004
/* FIQBypDisGrp0, IRQBypDisGrp0, and group 1's */
#define GICC_CTLR_BYPASS_OFF MASK(8, 5)

#define GICR_IIDR		0x0004
#define GICR_TYPER		0x0008
#define GICR_WAKER		0x0014
#define GICR_PWRR		0x0024 /* GIC-600 (TRM 100336), GIC-600AE, GIC-700 */
#define GICR_SGI		0x10000 /* second frame: registers as in the distributor */
#define GICR_FRAMES		0x20000
#define GICR_FRAMES_V4		0x40000
#define GICR_TYPER_AFFINITY	63, 32
#define GICR_TYPER_LAST		BIT(4)
#define GICR_TYPER_VLPIS	BIT(1)
#define GICR_TYPER_PPIS		31, 27 /* GICv3.1: 32 * N more PPIs */
#define EXTENDED_PPI_BANKS	2
#define GICR_PWRR_OFF		BIT(0) /* RDPD */
#define GICR_PWRR_GROUP_OFF	BIT(2) /* RDGPD: wanted, ... */
#define GICR_PWRR_GROUP_IS_OFF	BIT(3) /* ... RDGPO: so it is */
#define IIDR_PRODUCT		31, 24
#define IIDR_IMPLEMENTER	11, 0
#define ARM			0x43b
#define GIC_600			2
#define GIC_700			4
#define GICR_WAKER_SLEEP	BIT(1)
#define GICR_WAKER_ASLEEP	BIT(2)

#define ALL	      UINT32_MAX
#define PRIORITIES    0x80808080 /* the highest that the normal world may give, its 0 */
#define PMR_ALL	      0xff	 /* in the normal world's half, so that it can change the mask */
#define TRIES	      1000000

static unsigned revision(const struct start_el3 *el3)
{
	unsigned rev = (unsigned)ID_GET(GICD_PIDR2_REV, mmio_read32(el3->gicd + GICD_ICPIDR2_V2));

	return rev ? rev : 3;
}

bool el3_gic_is_v3(const struct start_el3 *el3)
{
	return el3->gicd && revision(el3) >= 3;
}

static void wait_clear(paddr_t at, uint32_t bit)
{
	for (unsigned i = 0; mmio_read32(at) & bit && i < TRIES; i++)
		;
}

/* Where a bank's registers begin: GICv3.1 has the extended SPIs' elsewhere. */
struct bank_regs {
	uint16_t group, enable_clear, priority, modifier;
};
static const struct bank_regs common_regs = { GICD_IGROUPR, GICD_ICENABLER, GICD_IPRIORITYR,
					      GICD_IGRPMODR };
static const struct bank_regs extended_regs = { 0x1000, 0x1400, 0x2000, 0x3400 };

/*
 * 32 interrupts, from number 32 * bank of their kind on. A GICv2 without the security extensions
 * knows no normal world: who enables "its" interrupts there enables group 0, where they are at
 * reset.
 */
static void give_bank(paddr_t regs, const struct bank_regs *at, unsigned bank, bool v3)
{
	bool secure = v3 || mmio_read32(regs + GICD_TYPER) & GICD_TYPER_SECURE;

	mmio_write32(regs + at->enable_clear + bank * 4, ALL);
	mmio_write32(regs + at->group + bank * 4, secure ? ALL : 0);
	if (v3)
		mmio_write32(regs + at->modifier + bank * 4, 0);
	for (unsigned i = 0; i < 8; i++)
		mmio_write32(regs + at->priority + bank * 32 + i * 4, PRIORITIES);
}

bool el3_gic_distributor(const struct start_el3 *el3)
{
	bool v3 = el3_gic_is_v3(el3);
	uint32_t typer;

	if (!el3->gicd)
		return false;
	typer = mmio_read32(el3->gicd + GICD_TYPER);
	mmio_write32(el3->gicd + GICD_CTLR, 0);
	if (v3) {
		wait_clear(el3->gicd + GICD_CTLR, GICD_CTLR_RWP);
		/* Affinity routing by itself first: it may only change while all groups are off. */
		mmio_write32(el3->gicd + GICD_CTLR, GICD_CTLR_ARE_S | GICD_CTLR_ARE_NS);
		wait_clear(el3->gicd + GICD_CTLR, GICD_CTLR_RWP);
	}
	for (unsigned bank = 1; bank <= ID_GET(GICD_TYPER_LINES, typer); bank++)
		give_bank(el3->gicd, &common_regs, bank, v3);
	for (unsigned bank = 0; v3 && typer & GICD_TYPER_ESPI; bank++) {
		give_bank(el3->gicd, &extended_regs, bank, v3);
		if (bank == ID_GET(GICD_TYPER_ESPIS, typer))
			break;
	}
	return v3;
}

static paddr_t next_frames(paddr_t frames, uint64_t typer)
{
	return frames + (typer & GICR_TYPER_VLPIS ? GICR_FRAMES_V4 : GICR_FRAMES);
}

/* Aff3 to Aff0 packed, as GICR_TYPER has them. */
static uint64_t packed(uint64_t mpidr)
{
	return (mpidr >> 8 & MASK(31, 24)) | (mpidr & MASK(23, 0));
}

/* The redistributor of a CPU; 0 if there is none. */
static paddr_t frames_of(const struct start_el3 *el3, uint64_t mpidr)
{
	paddr_t frames = el3->gicr;

	while (frames - el3->gicr < el3->gicr_size) {
		uint64_t typer = mmio_read64(frames + GICR_TYPER);

		if (ID_GET(GICR_TYPER_AFFINITY, typer) == packed(mpidr))
			return frames;
		if (typer & GICR_TYPER_LAST)
			return 0;
		frames = next_frames(frames, typer);
	}
	return 0;
}

/* GIC-600 and its kin leave reset with the redistributor without power: it never awakes so. */
static void power_on(paddr_t frames)
{
	uint32_t iidr = mmio_read32(frames + GICR_IIDR), pwrr;
	uint64_t product = ID_GET(IIDR_PRODUCT, iidr);

	if (ID_GET(IIDR_IMPLEMENTER, iidr) != ARM || product < GIC_600 || product > GIC_700)
		return;
	for (unsigned i = 0; i < TRIES; i++) {
		pwrr = mmio_read32(frames + GICR_PWRR);
		/* its group of redistributors between on and off: a write would be lost */
		if (!(pwrr & GICR_PWRR_GROUP_OFF) != !(pwrr & GICR_PWRR_GROUP_IS_OFF))
			continue;
		if (!(pwrr & GICR_PWRR_OFF))
			return;
		mmio_write32(frames + GICR_PWRR, 0);
	}
}

void el3_gic_cpu(const struct start_el3 *el3, uint64_t mpidr)
{
	paddr_t frames;
	unsigned ppis;

	if (!el3->gicd)
		return;
	if (!el3_gic_is_v3(el3)) {
		give_bank(el3->gicd, &common_regs, 0, false); /* each CPU sees its own there */
		mmio_write32(el3->gicc + GICC_PMR, PMR_ALL);
		/* off, and no legacy line reaches the CPU past it meanwhile */
		mmio_write32(el3->gicc + GICC_CTLR, GICC_CTLR_BYPASS_OFF);
		return;
	}
	frames = frames_of(el3, mpidr);
	if (!frames)
		return;
	power_on(frames);
	mmio_write32(frames + GICR_WAKER,
		     mmio_read32(frames + GICR_WAKER) & ~(uint32_t)GICR_WAKER_SLEEP);
	wait_clear(frames + GICR_WAKER, GICR_WAKER_ASLEEP);
	ppis = (unsigned)ID_GET(GICR_TYPER_PPIS, mmio_read64(frames + GICR_TYPER));
	for (unsigned bank = 0; bank <= ppis && bank <= EXTENDED_PPI_BANKS; bank++)
		give_bank(frames + GICR_SGI, &common_regs, bank, true);
}

int64_t el3_gic_next_cpu(const struct start_el3 *el3, uint64_t *at)
{
	uint64_t typer, affinity;

	if (!el3->gicd)
		return -1;
	if (!el3_gic_is_v3(
		    el3)) /* its CPU interfaces have numbers, which are Aff0 of one cluster */
		return *at <= ID_GET(GICD_TYPER_CPUS, mmio_read32(el3->gicd + GICD_TYPER))
			       ? (int64_t)(*at)++
			       : -1;
	if (*at >= el3->gicr_size)
		return -1;
	typer = mmio_read64(el3->gicr + *at + GICR_TYPER);
	affinity = ID_GET(GICR_TYPER_AFFINITY, typer);
	*at = typer & GICR_TYPER_LAST ? el3->gicr_size : next_frames(*at, typer);
	return (int64_t)((affinity & MASK(31, 24)) << 8 | (affinity & MASK(23, 0)));
}

void el3_gate_open(const struct start_el3 *el3)
{
	if (el3->gicd)
		mmio_write32(el3->gicd + GICD_CTLR,
			     mmio_read32(el3->gicd + GICD_CTLR) | GICD_CTLR_GRP0);
}

bool el3_gate_is_open(const struct start_el3 *el3)
{
	return el3->gicd && mmio_read32(el3->gicd + GICD_CTLR) & GICD_CTLR_GRP0;
}
