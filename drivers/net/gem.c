/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/net/gem.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <arch/cpu.h>
#include <arch/io.h>

#include "drivers/base/wait.h"

#define CONTROL	       0x000
#define CONTROL_RX     BIT(2)
#define CONTROL_TX     BIT(3)
#define CONTROL_MDIO   BIT(4)
#define CONTROL_SEND   BIT(9)
#define CONFIG	       0x004
#define CONFIG_100     BIT(0)
#define CONFIG_FULL    BIT(1)
#define CONFIG_ALL     BIT(4) /* any frame: whose they are, net/ looks */
#define CONFIG_1536    BIT(8)
#define CONFIG_1000    BIT(10)
#define CONFIG_NO_FCS  BIT(17)
#define CONFIG_MDC_96  (5 << 18)
#define CONFIG_BUS_64  (1 << 21)
#define CONFIG_ALWAYS  (CONFIG_ALL | CONFIG_1536 | CONFIG_NO_FCS | CONFIG_MDC_96 | CONFIG_BUS_64)
#define STATUS	       0x008
#define STATUS_MDIO    BIT(2) /* nothing is on its way */
#define DMA	       0x010
#define DMA_BURST_16   0x10
#define DMA_RX_ALL     (3 << 8)
#define DMA_TX_ALL     BIT(10)
#define DMA_64	       BIT(30)
#define TX_STATUS      0x014
#define RX_RING	       0x018
#define TX_RING	       0x01c
#define RX_STATUS      0x020
#define IRQ_STATUS     0x024
#define IRQ_DISABLE    0x02c
#define MDIO	       0x034
#define MDIO_READ      (1u << 30 | 2u << 28 | 2u << 16)
#define MDIO_WRITE     (1u << 30 | 1u << 28 | 2u << 16)
#define MAC_LOW	       0x088
#define MAC_HIGH       0x08c
#define TX_RING1       0x440
#define RX_RING1       0x480
#define TX_RING_HIGH   0x4c8
#define RX_RING_HIGH   0x4d4

#define MDIO_MS	       2
#define SEND_MS	       1000

#define LINE	       64 /* of the caches that these machines have */
#define RX_SIZE	       64
#define BUFFER	       2048
#define GROUP	       (LINE / sizeof(struct desc))

#define RX_USED	       BIT(0) /* of the address: it is ours */
#define RX_WRAP	       BIT(1)
#define RX_LENGTH      0x1fff
#define RX_WHOLE       (BIT(14) | BIT(15))
#define TX_LAST	       BIT(15)
#define TX_WRAP	       BIT(30)
#define TX_USED	       BIT(31)

/*
 * What lies in one cache line belongs to one side at a time: frames are sent one by one, and those
 * that came are given back by the line.
 */
struct desc {
	uint32_t low, status, high, none;
};

struct gem_memory {
	struct desc rx[RX_SIZE] __attribute__((aligned(4096)));
	struct desc tx[LINE / 16] __attribute__((aligned(LINE)));
	struct desc rx1[LINE / 16], tx1[LINE / 16]; /* of the other queue, which has none */
	uint8_t rx_buffer[RX_SIZE][BUFFER] __attribute__((aligned(4096)));
	uint8_t tx_buffer[LINE / 16][BUFFER];
};

static_assert(sizeof(struct desc) == 16 && NETDEV_FRAME_MAX + 4 <= BUFFER, "a frame and its CRC");

static struct gem *of(struct netdev *dev)
{
	return (struct gem *)dev; /* the first member */
}

static uint32_t get(const struct gem *dev, uint32_t at)
{
	return mmio_read32(dev->regs + at);
}

static void set(const struct gem *dev, uint32_t at, uint32_t value)
{
	mmio_write32(dev->regs + at, value);
}

/* ---- the PHY */

/* Before the device runs, too. */
static int mdio(const struct gem *dev, uint32_t word)
{
	struct wait wait = wait_begin(MDIO_MS);

	if (!(get(dev, CONTROL) & CONTROL_MDIO)) {
		set(dev, CONFIG, CONFIG_ALWAYS);
		set(dev, CONTROL, CONTROL_MDIO);
	}
	set(dev, MDIO, word);
	while (!(get(dev, STATUS) & STATUS_MDIO))
		if (wait_over(&wait))
			return -ETIMEDOUT;
	return (int)(get(dev, MDIO) & 0xffff);
}

static int phy_read(struct netdev *netdev, unsigned int phy, unsigned int reg)
{
	return mdio(of(netdev), MDIO_READ | phy << 23 | reg << 18);
}

static int phy_write(struct netdev *netdev, unsigned int phy, unsigned int reg, uint16_t value)
{
	const int err = mdio(of(netdev), MDIO_WRITE | phy << 23 | reg << 18 | value);

	return err < 0 ? err : 0;
}

static bool has_link(struct netdev *netdev)
{
	return mii_link(&of(netdev)->mii);
}

/* What both ends can; without a word about it a gigabit, as QEMU and a fixed link have it. */
static uint32_t speed(const struct gem *dev)
{
	const struct mii_speed speed = mii_speed(&dev->mii, dev->mii.phy, 1000);

	return (speed.mbit == 1000 ? CONFIG_1000 : 0) | (speed.mbit == 100 ? CONFIG_100 : 0) |
	       (speed.full ? CONFIG_FULL : 0);
}

/* ---- the rings */

static void set_rx(struct gem_memory *m, unsigned int i)
{
	const uint64_t at = (uintptr_t)m->rx_buffer[i];

	m->rx[i] = (struct desc){ .low = (uint32_t)at | (i == RX_SIZE - 1 ? RX_WRAP : 0),
				  .high = (uint32_t)(at >> 32) };
}

static void set_rings(const struct gem *dev)
{
	struct gem_memory *m = dev->memory;
	const uint64_t at = (uintptr_t)m;

	memset(m, 0, offsetof(struct gem_memory, rx_buffer));
	for (unsigned int i = 0; i < RX_SIZE; i++)
		set_rx(m, i);
	for (unsigned int i = 0; i < ARRAY_SIZE(m->tx); i++)
		m->tx[i].status = TX_USED | (i == ARRAY_SIZE(m->tx) - 1 ? TX_WRAP : 0);
	m->rx1[0].low = RX_USED | RX_WRAP;
	m->tx1[0].status = TX_USED | TX_LAST | TX_WRAP;
	dma_clean(dev->coherent, m, sizeof(*m)); /* buffers, too: no dirty line over what comes */
	set(dev, RX_RING_HIGH, (uint32_t)(at >> 32));
	set(dev, TX_RING_HIGH, (uint32_t)(at >> 32));
	set(dev, RX_RING, (uint32_t)(uintptr_t)m->rx);
	set(dev, TX_RING, (uint32_t)(uintptr_t)m->tx);
	set(dev, RX_RING1, (uint32_t)(uintptr_t)m->rx1);
	set(dev, TX_RING1, (uint32_t)(uintptr_t)m->tx1);
}

static void stop(struct netdev *netdev)
{
	const struct gem *dev = of(netdev);

	set(dev, CONTROL, 0);
	set(dev, IRQ_DISABLE, UINT32_MAX);
	set(dev, TX_STATUS, UINT32_MAX);
	set(dev, RX_STATUS, UINT32_MAX);
	(void)get(dev, IRQ_STATUS);
}

static int start(struct netdev *netdev, void *memory, struct why *why)
{
	struct gem *dev = of(netdev);

	stop(netdev);
	dev->memory = memory;
	dev->rx_next = dev->tx_next = 0;
	if (mii_await_link(&dev->mii, why))
		return -EINTR;
	set(dev, CONFIG, CONFIG_ALWAYS | speed(dev));
	set(dev, DMA, DMA_BURST_16 | DMA_RX_ALL | DMA_TX_ALL | DMA_64 | BUFFER / 64 << 16);
	set_rings(dev);
	dma_wmb(); /* descriptors before the device may read them */
	set(dev, CONTROL, CONTROL_MDIO | CONTROL_RX | CONTROL_TX);
	return 0;
}

static bool is_sent(const struct gem *dev, struct desc *d)
{
	dma_invalidate(dev->coherent, dev->memory->tx, sizeof(dev->memory->tx));
	return *(volatile uint32_t *)&d->status & TX_USED;
}

static int send(struct netdev *netdev, const void *frame, size_t size)
{
	struct gem *dev = of(netdev);
	struct gem_memory *m = dev->memory;
	const unsigned int i = dev->tx_next, count = ARRAY_SIZE(m->tx);
	const uint64_t at = (uintptr_t)m->tx_buffer[i];
	struct wait wait = wait_begin(SEND_MS);

	if (size > NETDEV_FRAME_MAX)
		return -EIO;
	while (!is_sent(dev, &m->tx[(i + count - 1) % count]))
		if (wait_over(&wait))
			return -EIO;
	memcpy(m->tx_buffer[i], frame, size);
	m->tx[i] =
		(struct desc){ .low = (uint32_t)at,
			       .status = (uint32_t)size | TX_LAST | (i == count - 1 ? TX_WRAP : 0),
			       .high = (uint32_t)(at >> 32) };
	dma_clean(dev->coherent, m->tx_buffer[i], size);
	dma_clean(dev->coherent, m->tx, sizeof(m->tx));
	dev->tx_next = (i + 1) % count;
	dma_wmb(); /* frame and descriptor before the word */
	set(dev, CONTROL, CONTROL_MDIO | CONTROL_RX | CONTROL_TX | CONTROL_SEND);
	return 0;
}

/* The last of its line has come: all of them are the device's again. */
static void give_back(const struct gem *dev, unsigned int last)
{
	struct gem_memory *m = dev->memory;
	const unsigned int first = last + 1 - (unsigned int)GROUP;

	dma_mb(); /* the frames read before their descriptors say that the device may write there */
	for (unsigned int i = first; i <= last; i++)
		set_rx(m, i);
	dma_clean(dev->coherent, &m->rx[first], LINE);
	dma_wmb(); /* descriptors before it looks for them, should it have found none */
	set(dev, CONTROL, CONTROL_MDIO | CONTROL_RX | CONTROL_TX);
}

/* What the device says is not believed: a length that can't be is passed over. */
static unsigned int poll(struct netdev *netdev, netdev_input *input, void *ctx)
{
	struct gem *dev = of(netdev);
	struct gem_memory *m = dev->memory;
	unsigned int count = 0;

	for (; count < RX_SIZE; count++) {
		const unsigned int i = dev->rx_next;
		struct desc *d = &m->rx[i];
		uint32_t status, length;

		dma_invalidate(dev->coherent, &m->rx[i - i % GROUP], LINE);
		if (!(*(volatile uint32_t *)&d->low & RX_USED))
			break;
		dma_rmb(); /* "used" before the length and the frame */
		status = *(volatile uint32_t *)&d->status;
		length = status & RX_LENGTH;
		if ((status & RX_WHOLE) == RX_WHOLE && length && length <= BUFFER) {
			dma_invalidate(dev->coherent, m->rx_buffer[i], length);
			input(ctx, m->rx_buffer[i], length, false);
		}
		dev->rx_next = (i + 1) % RX_SIZE;
		if (i % GROUP == GROUP - 1)
			give_back(dev, i);
	}
	return count;
}

static const struct netdev_ops ops = {
	.memory = sizeof(struct gem_memory),
	.start = start,
	.send = send,
	.poll = poll,
	.stop = stop,
	.link = has_link,
};

void gem_init(struct gem *dev, paddr_t regs, bool coherent)
{
	uint64_t mac;

	*dev = (struct gem){ .base = { .ops = &ops, .mii = &dev->mii },
			     .mii = { phy_read, phy_write, &dev->base, -1, -1 },
			     .regs = regs,
			     .coherent = coherent };
	mac = get(dev, MAC_LOW) | (uint64_t)get(dev, MAC_HIGH) << 32;
	for (unsigned int i = 0; i < NETDEV_MAC_SIZE; i++)
		dev->base.mac[i] = (uint8_t)(mac >> 8 * i);
}
