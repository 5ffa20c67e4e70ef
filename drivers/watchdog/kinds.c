/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of watchdogs, each with where its facts are from. */
#include <arch/io.h>

#include "drivers/watchdog/watchdog.h"

#define MS 1000

/* Longest time of a counter, without a product that wraps. */
static uint64_t ms_of(uint64_t ticks, uint64_t hz)
{
	return ticks / hz * MS + ticks % hz * MS / hz;
}

/* Rounded up: no watchdog bites before its time. At most ms_of() of what fits into the counter. */
static uint64_t ticks_of(uint64_t ms, uint64_t hz)
{
	return ms / MS * hz + (ms % MS * hz + MS - 1) / MS;
}

static uint32_t at_least_1(uint64_t ticks, uint32_t max)
{
	return ticks > max ? max : ticks ? (uint32_t)ticks : 1;
}

/*
 * SBSA generic watchdog. Spec: Arm DEN 0029 "Base System Architecture", generic watchdog. Control
 * frame and refresh frame; the first WOR ticks end in an interrupt, the second in a reset.
 */
#define SBSA_WRR 0x000 /* of the refresh frame */
#define SBSA_WCS 0x000
#define SBSA_WOR 0x008

static uint64_t sbsa_max_ms(const struct watchdog *w)
{
	return ms_of(2 * (uint64_t)UINT32_MAX, w->hz);
}

static void sbsa_stop(struct watchdog *w)
{
	mmio_write32(w->base[0] + SBSA_WCS, 0);
}

static void sbsa_set(struct watchdog *w, uint32_t ticks)
{
	sbsa_stop(w);
	mmio_write32(w->base[0] + SBSA_WOR, ticks);
	mmio_write32(w->base[0] + SBSA_WCS, 1);
}

static void sbsa_start(struct watchdog *w, uint64_t ms)
{
	sbsa_set(w, at_least_1((ticks_of(ms, w->hz) + 1) / 2, UINT32_MAX));
}

static void sbsa_kick(const struct watchdog *w)
{
	mmio_write32(w->base[1] + SBSA_WRR, 1);
}

static bool sbsa_running(const struct watchdog *w)
{
	return mmio_read32(w->base[0] + SBSA_WCS) & 1;
}

static void sbsa_expire(struct watchdog *w)
{
	sbsa_set(w, 1);
}

/* SP805. Spec: Arm DDI 0270, chapter 3. As the SBSA's: interrupt, then reset. */
#define SP805_LOAD    0x000
#define SP805_CONTROL 0x008 /* INTEN, RESEN */
#define SP805_INTCLR  0x00c
#define SP805_LOCK    0xc00
#define SP805_KEY     0x1acce551

static void sp805_write(const struct watchdog *w, unsigned int reg, uint32_t value)
{
	mmio_write32(w->base[0] + SP805_LOCK, SP805_KEY);
	mmio_write32(w->base[0] + reg, value);
	mmio_write32(w->base[0] + SP805_LOCK, 0);
}

static void sp805_set(struct watchdog *w, uint32_t ticks)
{
	sp805_write(w, SP805_LOAD, ticks);
	sp805_write(w, SP805_INTCLR, 1);
	sp805_write(w, SP805_CONTROL, 3);
}

static void sp805_start(struct watchdog *w, uint64_t ms)
{
	sp805_set(w, at_least_1((ticks_of(ms, w->hz) + 1) / 2, UINT32_MAX));
}

static void sp805_stop(struct watchdog *w)
{
	sp805_write(w, SP805_CONTROL, 0);
}

static void sp805_kick(const struct watchdog *w)
{
	sp805_write(w, SP805_INTCLR, 1);
}

static bool sp805_running(const struct watchdog *w)
{
	return mmio_read32(w->base[0] + SP805_CONTROL) & 1;
}

static void sp805_expire(struct watchdog *w)
{
	sp805_set(w, 1);
}

/* DesignWare. Spec: DW_apb_wdt databook. 2^(16 + TOP) ticks; enabled for good. */
#define DW_CR	0x00 /* bit 0: enabled; bit 1: an interrupt first */
#define DW_TORR 0x04
#define DW_CRR	0x0c
#define DW_KICK 0x76
#define DW_TOPS 15

static uint64_t dw_max_ms(const struct watchdog *w)
{
	return ms_of(UINT64_C(0x10000) << DW_TOPS, w->hz);
}

static void dw_kick(const struct watchdog *w)
{
	mmio_write32(w->base[0] + DW_CRR, DW_KICK);
}

static void dw_set(struct watchdog *w, uint32_t top)
{
	uint32_t cr = mmio_read32(w->base[0] + DW_CR);

	mmio_write32(w->base[0] + DW_TORR, top << 4 | top);
	mmio_write32(w->base[0] + DW_CR, (cr & ~UINT32_C(2)) | 1);
	dw_kick(w);
}

static void dw_start(struct watchdog *w, uint64_t ms)
{
	const uint64_t ticks = ticks_of(ms, w->hz);
	uint32_t top = 0;

	while (top < DW_TOPS && UINT64_C(0x10000) << top < ticks)
		top++;
	dw_set(w, top);
}

static bool dw_running(const struct watchdog *w)
{
	return mmio_read32(w->base[0] + DW_CR) & 1;
}

static void dw_expire(struct watchdog *w)
{
	dw_set(w, 0);
}

/* i.MX. Spec: i.MX 8M Plus reference manual, "WDOG". 16 bits; half seconds; enabled for good. */
#define IMX_WCR	    0x0
#define IMX_WSR	    0x2
#define IMX_WMCR    0x8 /* the power-down counter, which bites 16 s after reset */
#define IMX_WCR_WT  0xff00
#define IMX_WCR_WDW BIT(7)
#define IMX_WCR_WDA BIT(5) /* 0: external signal, now */
#define IMX_WCR_SRS BIT(4) /* 0: reset, now */
#define IMX_WCR_WDE BIT(2)
#define IMX_HZ	    2

static uint64_t imx_max_ms(const struct watchdog *w)
{
	return ms_of(0x100, w->hz);
}

static void imx_write(const struct watchdog *w, unsigned int reg, uint32_t value)
{
	const uint16_t v = (uint16_t)value;

	mmio_write16(w->base[0] + reg, w->big_endian ? __builtin_bswap16(v) : v);
}

static void imx_kick(const struct watchdog *w)
{
	imx_write(w, IMX_WSR, 0x5555);
	imx_write(w, IMX_WSR, 0xaaaa);
}

static uint32_t imx_wcr(const struct watchdog *w)
{
	const uint16_t v = mmio_read16(w->base[0] + IMX_WCR);

	return w->big_endian ? __builtin_bswap16(v) : v;
}

static void imx_start(struct watchdog *w, uint64_t ms)
{
	const uint32_t halves = at_least_1(ticks_of(ms, w->hz), 0x100);
	uint32_t wcr = imx_wcr(w) & ~(IMX_WCR_WT | IMX_WCR_WDW);

	wcr |= (halves - 1) << 8 | IMX_WCR_WDA | IMX_WCR_SRS;
	imx_write(w, IMX_WMCR, 0);
	imx_write(w, IMX_WCR, wcr);
	imx_write(w, IMX_WCR, wcr | IMX_WCR_WDE);
	imx_kick(w);
}

static bool imx_running(const struct watchdog *w)
{
	return imx_wcr(w) & IMX_WCR_WDE;
}

static void imx_expire(struct watchdog *w)
{
	const uint32_t wcr = imx_wcr(w) & ~IMX_WCR_SRS;

	/* Inside; then by the signal to the board as well. */
	imx_write(w, IMX_WCR, wcr | IMX_WCR_WDA);
	imx_write(w, IMX_WCR, wcr & ~IMX_WCR_WDA);
}

/* Cadence. Spec: UG1087 "SWDT": 4096 ticks of the clock, in units of 4096. */
#define CADENCE_MODE	0x0
#define CADENCE_CONTROL 0x4
#define CADENCE_RESTART 0x8
#define CADENCE_MODE_KEY 0xabc000
#define CADENCE_KEEP	0xff8 /* lengths of the pulses */
#define CADENCE_CONTROL_KEY 0x920000
#define CADENCE_KICK	0x1999
#define CADENCE_TICKS	(UINT64_C(1) << 24)

static uint64_t cadence_max_ms(const struct watchdog *w)
{
	return ms_of(0x1000 * CADENCE_TICKS, w->hz);
}

static void cadence_mode(const struct watchdog *w, uint32_t set)
{
	const uint32_t old = mmio_read32(w->base[0] + CADENCE_MODE) & CADENCE_KEEP;

	mmio_write32(w->base[0] + CADENCE_MODE, CADENCE_MODE_KEY | old | set);
}

static void cadence_kick(const struct watchdog *w)
{
	mmio_write32(w->base[0] + CADENCE_RESTART, CADENCE_KICK);
}

static void cadence_stop(struct watchdog *w)
{
	cadence_mode(w, 0);
}

/* @prescale: 0 for 8 ticks, 3 for 4096 */
static void cadence_set(struct watchdog *w, uint32_t count, uint32_t prescale)
{
	cadence_mode(w, 0);
	mmio_write32(w->base[0] + CADENCE_CONTROL, CADENCE_CONTROL_KEY | count << 2 | prescale);
	cadence_mode(w, 3); /* enabled, resets */
	cadence_kick(w);
}

static void cadence_start(struct watchdog *w, uint64_t ms)
{
	const uint64_t ticks = ticks_of(ms, w->hz);

	cadence_set(w, at_least_1((ticks + CADENCE_TICKS - 1) / CADENCE_TICKS, 0x1000) - 1, 3);
}

static bool cadence_running(const struct watchdog *w)
{
	return mmio_read32(w->base[0] + CADENCE_MODE) & 1;
}

static void cadence_expire(struct watchdog *w)
{
	cadence_set(w, 0, 0);
}

/*
 * BCM2835 power management block. No manual has it: registers as drivers/bcm283x/pm.h. 20 bits of
 * 1/65536 s; the password in the upper byte.
 */
#define BCM_RSTC     0x1c
#define BCM_WDOG     0x24
#define BCM_PASSWORD 0x5a000000
#define BCM_CONFIG   0x30
#define BCM_FULL     0x20
#define BCM_OFF	     0x102
#define BCM_MAX	     0xfffff

static uint64_t bcm_max_ms(const struct watchdog *w)
{
	return ms_of(BCM_MAX, w->hz);
}

static void bcm_kick(const struct watchdog *w)
{
	mmio_write32(w->base[0] + BCM_WDOG, BCM_PASSWORD | (w->load ? w->load : BCM_MAX));
}

static void bcm_set(struct watchdog *w, uint32_t ticks)
{
	uint32_t rstc = mmio_read32(w->base[0] + BCM_RSTC) & 0x00ffffff & ~(uint32_t)BCM_CONFIG;

	w->load = ticks;
	bcm_kick(w);
	mmio_write32(w->base[0] + BCM_RSTC, BCM_PASSWORD | rstc | BCM_FULL);
}

static void bcm_start(struct watchdog *w, uint64_t ms)
{
	bcm_set(w, at_least_1(ticks_of(ms, w->hz), BCM_MAX));
}

static void bcm_stop(struct watchdog *w)
{
	mmio_write32(w->base[0] + BCM_RSTC, BCM_PASSWORD | BCM_OFF);
}

static bool bcm_running(const struct watchdog *w)
{
	return (mmio_read32(w->base[0] + BCM_RSTC) & BCM_CONFIG) == BCM_FULL;
}

static void bcm_expire(struct watchdog *w)
{
	bcm_set(w, 10);
}

/* Aspeed. Spec: AST2600 data sheet, "Watchdog timer": microseconds. */
#define ASPEED_RELOAD  0x04
#define ASPEED_RESTART 0x08
#define ASPEED_CTRL    0x0c /* bit 0: counts; bit 1: resets; bit 4: by 1 MHz */
#define ASPEED_KICK    0x4755

static uint64_t aspeed_max_ms(const struct watchdog *w)
{
	return ms_of(UINT32_MAX, w->hz);
}

static void aspeed_kick(const struct watchdog *w)
{
	mmio_write32(w->base[0] + ASPEED_RESTART, ASPEED_KICK);
}

static void aspeed_stop(struct watchdog *w)
{
	mmio_write32(w->base[0] + ASPEED_CTRL, 0);
}

static void aspeed_set(struct watchdog *w, uint32_t us)
{
	aspeed_stop(w);
	mmio_write32(w->base[0] + ASPEED_RELOAD, us);
	aspeed_kick(w);
	mmio_write32(w->base[0] + ASPEED_CTRL, 0x13);
}

static void aspeed_start(struct watchdog *w, uint64_t ms)
{
	aspeed_set(w, at_least_1(ticks_of(ms, w->hz), UINT32_MAX));
}

static bool aspeed_running(const struct watchdog *w)
{
	return mmio_read32(w->base[0] + ASPEED_CTRL) & 1;
}

static void aspeed_expire(struct watchdog *w)
{
	aspeed_set(w, 1);
}

#define CALLS(kind)                                                            \
	.start = kind##_start, .kick = kind##_kick, .running = kind##_running, \
	.expire = kind##_expire

const struct watchdog_kind watchdog_kinds[] = {
	{ "arm,sbsa-gwdt\0", .counter = true, .frames = 2, .max_ms = sbsa_max_ms, .stop = sbsa_stop,
	  CALLS(sbsa) },
	{ "arm,sp805\0", .frames = 1, .max_ms = sbsa_max_ms, .stop = sp805_stop, CALLS(sp805) },
	{ "snps,dw-wdt\0", .frames = 1, .max_ms = dw_max_ms, CALLS(dw) },
	{ "fsl,imx21-wdt\0", .hz = IMX_HZ, .frames = 1, .max_ms = imx_max_ms, CALLS(imx) },
	{ "cdns,wdt-r1p2\0", .frames = 1, .max_ms = cadence_max_ms, .stop = cadence_stop,
	  CALLS(cadence) },
	{ "brcm,bcm2835-pm-wdt\0brcm,bcm2835-pm\0", .hz = 65536, .frames = 1, .max_ms = bcm_max_ms,
	  .stop = bcm_stop, CALLS(bcm) },
	{ "aspeed,ast2600-wdt\0aspeed,ast2700-wdt\0", .hz = 1000000, .frames = 1,
	  .max_ms = aspeed_max_ms, .stop = aspeed_stop, CALLS(aspeed) },
};
const unsigned int watchdog_kind_count = ARRAY_SIZE(watchdog_kinds);
