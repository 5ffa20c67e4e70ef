/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/net/fec.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <arch/cpu.h>
#include <arch/io.h>

#include "drivers/base/wait.h"

#define EIR	       0x004
#define EIR_MII	       BIT(23)
#define EIR_GRA	       BIT(28) /* the frame under way has been sent, and no other begins */
#define EIMR	       0x008
#define RDAR	       0x010
#define TDAR	       0x014
#define ACTIVE	       BIT(24)
#define ECR	       0x024
#define ECR_ETHEREN    BIT(1)
#define ECR_SPEED      BIT(5) /* 1000 */
#define ECR_DBSWP      BIT(8) /* descriptors of a CPU that is little-endian */
#define MMFR	       0x040
#define MMFR_READ      (1u << 30 | 2u << 28 | 2u << 16)
#define MMFR_WRITE     (1u << 30 | 1u << 28 | 2u << 16)
#define MSCR	       0x044
#define MSCR_SLOWEST   (63u << 1 | 2u << 8) /* 2.1 MHz of 266; data are held for three cycles */
#define RCR	       0x084
#define RCR_MII	       BIT(2)
#define RCR_PROM       BIT(3) /* any frame: whose they are, net/ looks */
#define RCR_RGMII      BIT(6)
#define RCR_RMII       BIT(8)
#define RCR_10T	       BIT(9)
#define RCR_HALF       BIT(1) /* it does not hear itself */
#define RCR_MAX_FL     (1522u << 16)
#define TCR	       0x0c4
#define TCR_GTS	       BIT(0)
#define TCR_FDEN       BIT(2)
#define PALR	       0x0e4
#define PAUR	       0x0e8
#define TFWR	       0x144
#define TFWR_STRFWD    BIT(8) /* a frame is sent when all of it is there */
#define RDSR	       0x180
#define TDSR	       0x184
#define MRBR	       0x188
#define RSFL	       0x190
#define FTRL	       0x1b0
#define FTRL_ALL       0x7ff
#define TACC	       0x1c0
#define RACC	       0x1c4
#define RCMR1	       0x1c8 /* what goes into the other queues */
#define RCMR2	       0x1cc

#define MDIO_MS	       2
#define STOP_MS	       20
#define SEND_MS	       1000
#define SETTLE_US      10

#define LINE	       64 /* of the caches that these machines have */
#define RX_SIZE	       64
#define BUFFER	       2048
#define CRC	       4
#define GROUP	       (LINE / sizeof(struct desc))

/* A descriptor's first word: a length, and these */
#define RX_LENGTH      0xffff
#define RX_EMPTY       (1u << 31) /* it is the device's */
#define RX_LAST	       (1u << 27)
#define RX_BAD	       (0x37u << 16) /* too long, no whole bytes, CRC, overrun, cut */
#define TX_READY       (1u << 31) /* it is the device's */
#define TX_LAST	       (1u << 27)
#define TX_CRC	       (1u << 26)
#define WRAP	       (1u << 29)

/*
 * What lies in one cache line belongs to one side at a time: frames are sent one by one, and those
 * that came are given back by the line.
 */
struct desc {
	uint32_t word;
	uint32_t at;
};

struct fec_memory {
	struct desc rx[RX_SIZE] __attribute__((aligned(4096)));
	struct desc tx[LINE / 8] __attribute__((aligned(LINE)));
	uint8_t rx_buffer[RX_SIZE][BUFFER] __attribute__((aligned(4096)));
	uint8_t tx_buffer[LINE / 8][BUFFER];
};

static_assert(sizeof(struct desc) == 8 && NETDEV_FRAME_MAX + CRC <= BUFFER, "a frame and its CRC");

static struct fec *of(struct netdev *dev)
{
	return (struct fec *)dev; /* the first member */
}

static uint32_t get(const struct fec *dev, uint32_t at)
{
	return mmio_read32(dev->regs + at);
}

static void set(const struct fec *dev, uint32_t at, uint32_t value)
{
	mmio_write32(dev->regs + at, value);
}

/* ---- the PHY */

/* MMFR first: a word there would go out when MSCR turns the clock on. */
static int mdio(const struct fec *dev, uint32_t word)
{
	struct wait wait = wait_begin(MDIO_MS);

	if (get(dev, MSCR) != MSCR_SLOWEST) {
		set(dev, MMFR, 0);
		set(dev, MSCR, MSCR_SLOWEST);
	}
	set(dev, EIR, EIR_MII);
	set(dev, MMFR, word);
	while (!(get(dev, EIR) & EIR_MII))
		if (wait_over(&wait))
			return -ETIMEDOUT;
	return (int)(get(dev, MMFR) & 0xffff);
}

static int phy_read(struct netdev *netdev, unsigned int phy, unsigned int reg)
{
	return mdio(of(netdev), MMFR_READ | phy << 23 | reg << 18);
}

static int phy_write(struct netdev *netdev, unsigned int phy, unsigned int reg, uint16_t value)
{
	const int err = mdio(of(netdev), MMFR_WRITE | phy << 23 | reg << 18 | value);

	return err < 0 ? err : 0;
}

static bool has_link(struct netdev *netdev)
{
	return mii_link(&of(netdev)->mii);
}

/* ---- the rings */

static void set_rx(struct fec_memory *m, unsigned int i)
{
	m->rx[i] = (struct desc){ .word = RX_EMPTY | (i == RX_SIZE - 1 ? WRAP : 0),
				  .at = (uint32_t)(uintptr_t)m->rx_buffer[i] };
}

static void set_rings(const struct fec *dev)
{
	struct fec_memory *m = dev->memory;

	memset(m, 0, offsetof(struct fec_memory, rx_buffer));
	for (unsigned int i = 0; i < RX_SIZE; i++)
		set_rx(m, i);
	m->tx[ARRAY_SIZE(m->tx) - 1].word = WRAP;
	dma_clean(dev->coherent, m, sizeof(*m)); /* buffers, too: no dirty line over what comes */
	set(dev, RDSR, (uint32_t)(uintptr_t)m->rx);
	set(dev, TDSR, (uint32_t)(uintptr_t)m->tx);
	set(dev, MRBR, BUFFER);
}

/* Not by ECR's reset: that would cut a transfer on the bus short. */
static void stop(struct netdev *netdev)
{
	const struct fec *dev = of(netdev);
	struct wait wait = wait_begin(STOP_MS);

	set(dev, EIMR, 0);
	if (get(dev, ECR) & ECR_ETHEREN) {
		set(dev, EIR, EIR_GRA);
		set(dev, TCR, get(dev, TCR) | TCR_GTS);
		while (!(get(dev, EIR) & EIR_GRA) && !wait_over(&wait))
			;
	}
	set(dev, ECR, ECR_DBSWP);
	udelay(SETTLE_US); /* what is on the bus comes to its end */
	set(dev, TCR, 0);
}

/* What a driver before may have asked for: nothing is put before a frame, all go into one queue. */
static void set_plain(const struct fec *dev)
{
	static const uint16_t zero[] = { RSFL, TACC, RACC, RCMR1, RCMR2 };

	for (unsigned int i = 0; i < ARRAY_SIZE(zero); i++)
		set(dev, zero[i], 0);
	set(dev, FTRL, FTRL_ALL);
	set(dev, TFWR, TFWR_STRFWD);
	set(dev, EIR, UINT32_MAX);
}

static void set_speed(const struct fec *dev)
{
	static const uint32_t modes[] = {
		[FEC_MII] = RCR_MII,
		[FEC_RMII] = RCR_MII | RCR_RMII,
		[FEC_RGMII] = RCR_MII | RCR_RGMII,
	};
	const struct mii_speed speed =
		mii_speed(&dev->mii, dev->mii.phy, dev->mode == FEC_RGMII ? 1000 : 100);

	set(dev, RCR,
	    RCR_MAX_FL | RCR_PROM | modes[dev->mode] | (speed.mbit == 10 ? RCR_10T : 0) |
		    (speed.full ? 0 : RCR_HALF));
	set(dev, TCR, speed.full ? TCR_FDEN : 0);
	set(dev, ECR, ECR_DBSWP | (speed.mbit == 1000 ? ECR_SPEED : 0));
}

static int start(struct netdev *netdev, void *memory, struct why *why)
{
	struct fec *dev = of(netdev);

	stop(netdev);
	dev->memory = memory;
	dev->rx_next = dev->tx_next = 0;
	dev->within = false;
	if (mii_await_link(&dev->mii, why))
		return -EINTR;
	set_speed(dev);
	set_plain(dev);
	set_rings(dev);
	dma_wmb(); /* descriptors before the device may read them */
	set(dev, ECR, get(dev, ECR) | ECR_ETHEREN);
	set(dev, RDAR, ACTIVE);
	return 0;
}

static bool is_sent(const struct fec *dev, struct desc *d)
{
	dma_invalidate(dev->coherent, dev->memory->tx, sizeof(dev->memory->tx));
	return !(*(volatile uint32_t *)&d->word & TX_READY);
}

/* The device may have gone to sleep just before it was told of the frame: it is told again. */
static int await_sent(const struct fec *dev, struct desc *d)
{
	struct wait wait = wait_begin(SEND_MS);

	while (!is_sent(dev, d)) {
		if (!(get(dev, TDAR) & ACTIVE))
			set(dev, TDAR, ACTIVE);
		if (wait_over(&wait))
			return -EIO;
	}
	return 0;
}

static int send(struct netdev *netdev, const void *frame, size_t size)
{
	struct fec *dev = of(netdev);
	struct fec_memory *m = dev->memory;
	const unsigned int i = dev->tx_next, count = ARRAY_SIZE(m->tx);

	if (size > NETDEV_FRAME_MAX || await_sent(dev, &m->tx[(i + count - 1) % count]))
		return -EIO;
	memcpy(m->tx_buffer[i], frame, size);
	m->tx[i] = (struct desc){ .word = (uint32_t)size | TX_READY | TX_LAST | TX_CRC |
					  (i == count - 1 ? WRAP : 0),
				  .at = (uint32_t)(uintptr_t)m->tx_buffer[i] };
	dma_clean(dev->coherent, m->tx_buffer[i], size);
	dma_clean(dev->coherent, m->tx, sizeof(m->tx));
	dev->tx_next = (i + 1) % count;
	dma_wmb(); /* frame and descriptor before the word */
	set(dev, TDAR, ACTIVE);
	return 0;
}

/* The last of its line has come: all of them are the device's again. */
static void give_back(const struct fec *dev, unsigned int last)
{
	struct fec_memory *m = dev->memory;
	const unsigned int first = last + 1 - (unsigned int)GROUP;

	dma_mb(); /* the frames read before their descriptors say that the device may write there */
	for (unsigned int i = first; i <= last; i++)
		set_rx(m, i);
	dma_clean(dev->coherent, &m->rx[first], LINE);
	dma_wmb(); /* descriptors before it looks for them, should it have found none */
	set(dev, RDAR, ACTIVE);
}

/* What the device says is not believed: a frame is whole, in one buffer, or it is passed over. */
static void take(struct fec *dev, unsigned int i, uint32_t word, netdev_input *input, void *ctx)
{
	struct fec_memory *m = dev->memory;
	const uint32_t length = word & RX_LENGTH;
	const bool begins = !dev->within;

	dev->within = !(word & RX_LAST);
	if (!begins || dev->within || word & RX_BAD || length <= CRC || length > BUFFER)
		return;
	dma_invalidate(dev->coherent, m->rx_buffer[i], length);
	input(ctx, m->rx_buffer[i], length - CRC, false);
}

static unsigned int poll(struct netdev *netdev, netdev_input *input, void *ctx)
{
	struct fec *dev = of(netdev);
	struct fec_memory *m = dev->memory;
	unsigned int count = 0;

	for (; count < RX_SIZE; count++) {
		const unsigned int i = dev->rx_next;
		uint32_t word;

		dma_invalidate(dev->coherent, &m->rx[i - i % GROUP], LINE);
		word = *(volatile uint32_t *)&m->rx[i].word;
		if (word & RX_EMPTY)
			break;
		dma_rmb(); /* "not empty" before the frame */
		take(dev, i, word, input, ctx);
		dev->rx_next = (i + 1) % RX_SIZE;
		if (i % GROUP == GROUP - 1)
			give_back(dev, i);
	}
	return count;
}

static const struct netdev_ops ops = {
	.memory = sizeof(struct fec_memory),
	.low = true,
	.start = start,
	.send = send,
	.poll = poll,
	.stop = stop,
	.link = has_link,
};

void fec_init(struct fec *dev, paddr_t regs, bool coherent, enum fec_mode mode)
{
	uint64_t mac;

	*dev = (struct fec){ .base = { .ops = &ops, .mii = &dev->mii },
			     .mii = { phy_read, phy_write, &dev->base, -1, -1 },
			     .regs = regs,
			     .coherent = coherent,
			     .mode = mode };
	mac = (uint64_t)get(dev, PALR) << 16 | get(dev, PAUR) >> 16;
	for (unsigned int i = 0; i < NETDEV_MAC_SIZE; i++)
		dev->base.mac[i] = (uint8_t)(mac >> 8 * (NETDEV_MAC_SIZE - 1 - i));
}
