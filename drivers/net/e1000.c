/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/net/e1000.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <arch/cpu.h>
#include <arch/io.h>

#include "drivers/base/wait.h"

#define DEVICE_82540EM 0x100e
#define DEVICE_82574L  0x10d3
#define DEVICE_82576   0x10c9

#define CTRL           0x0000
#define CTRL_LINK_UP   BIT(6)
#define CTRL_RESET     BIT(26)
#define STATUS         0x0008
#define STATUS_LINK    BIT(1)
#define MDIC           0x0020
#define MDIC_WRITE     BIT(26)
#define MDIC_READ      BIT(27)
#define MDIC_READY     BIT(28)
#define MDIC_ERROR     BIT(30)                         /* nobody answers */
#define MDIC_RESTART   (MDIC_WRITE | 1 << 21 | 0x1200) /* PHY 1's register 0: negotiate again */
#define IMC            0x00d8
#define RCTL           0x0100
#define RCTL_ENABLE    BIT(1)
#define RCTL_UNICAST   BIT(3) /* any: whose frames they are, net/ looks */
#define RCTL_GROUPS    (IS_ENABLED(CONFIG_IPV6) ? BIT(4) : 0) /* any of these, too */
#define RCTL_BROADCAST BIT(15)
#define RCTL_STRIP_CRC BIT(26)
#define TCTL           0x0400
#define TCTL_ENABLE    BIT(1)
#define TCTL_PAD       BIT(3)
#define TCTL_COLLISION (0x0f << 4 | 0x40 << 12)
#define RX_RING        0x2800 /* the 82576 has its first queue here, too */
#define TX_RING        0x3800
#define RING_LOW       0x00
#define RING_HIGH      0x04
#define RING_SIZE      0x08
#define RING_HEAD      0x10
#define RING_TAIL      0x18
#define RING_CONTROL   0x28
#define QUEUE_ENABLE   BIT(25)
#define SRRCTL         0x280c /* 82576 */
#define SRRCTL_2K      2
#define SRRCTL_ONE     BIT(25) /* advanced descriptors, one buffer each */
#define RAL            0x5400
#define RAH            0x5404
#define RAH_VALID      BIT(31)

#define RESET_MS       20
#define LINK_MS        3000
#define MDIO_MS        10
#define SEND_MS        1000

#define RX_SIZE        64
#define TX_SIZE        16
#define BUFFER         2048

/* Legacy: length at 8, status at 12; advanced: status at 8, length at 12. */
#define RX_DONE    BIT(0)
#define RX_END     BIT(1)
#define TX_DONE    BIT(0)                        /* of the last word */
#define TX_COMMAND (BIT(24) | BIT(25) | BIT(27)) /* end of frame, insert CRC, report */

struct e1000_memory {
	struct desc {
		uint64_t address;
		uint32_t word[2];
	} rx[RX_SIZE], tx[TX_SIZE] __attribute__((aligned(4096)));
	uint8_t rx_buffer[RX_SIZE][BUFFER] __attribute__((aligned(4096)));
	uint8_t tx_buffer[TX_SIZE][BUFFER];
};

static_assert(NETDEV_FRAME_MAX + 4 <= BUFFER, "a frame and its CRC");

static struct e1000 *of(struct netdev *dev)
{
	return (struct e1000 *)dev; /* the first member */
}

static uint32_t get(const struct e1000 *dev, uint32_t at)
{
	return mmio_read32(dev->regs + at);
}

static void set(const struct e1000 *dev, uint32_t at, uint32_t value)
{
	mmio_write32(dev->regs + at, value);
}

bool e1000_knows(uint16_t device)
{
	return device == DEVICE_82540EM || device == DEVICE_82574L || device == DEVICE_82576;
}

static void set_ring(const struct e1000 *dev, uint32_t ring, const void *desc, uint32_t size)
{
	set(dev, ring + RING_LOW, (uint32_t)(uintptr_t)desc);
	set(dev, ring + RING_HIGH, (uint32_t)((uintptr_t)desc >> 32));
	set(dev, ring + RING_SIZE, size);
	set(dev, ring + RING_HEAD, 0);
	set(dev, ring + RING_TAIL, 0);
	if (dev->advanced)
		set(dev, ring + RING_CONTROL, QUEUE_ENABLE);
}

static int reset(const struct e1000 *dev)
{
	set(dev, IMC, UINT32_MAX);
	set(dev, RCTL, 0);
	set(dev, TCTL, 0);
	set(dev, CTRL, get(dev, CTRL) | CTRL_RESET);
	for (unsigned int i = 0; i < RESET_MS; i++) {
		udelay(1000);
		if (!(get(dev, CTRL) & CTRL_RESET))
			return 0;
	}
	return -EIO;
}

static bool has_link(struct netdev *netdev)
{
	return get(of(netdev), STATUS) & STATUS_LINK;
}

/* ---- the PHY, for who asks */

static int mdio(const struct e1000 *dev, uint32_t word)
{
	struct wait wait = wait_begin(MDIO_MS);
	uint32_t seen;

	set(dev, MDIC, word);
	while (!((seen = get(dev, MDIC)) & MDIC_READY))
		if (wait_over(&wait))
			return -ETIMEDOUT;
	return seen & MDIC_ERROR ? MII_NOTHING : (int)(seen & 0xffff);
}

static int phy_read(struct netdev *netdev, unsigned int phy, unsigned int reg)
{
	return mdio(of(netdev), MDIC_READ | phy << 21 | reg << 16);
}

static int phy_write(struct netdev *netdev, unsigned int phy, unsigned int reg, uint16_t value)
{
	const int err = mdio(of(netdev), MDIC_WRITE | phy << 21 | reg << 16 | value);

	return err < 0 ? err : 0;
}

/* A frame that is sent before is lost; without a cable it goes on after a while. */
static int await_link(struct e1000 *dev)
{
	struct wait wait = wait_begin(LINK_MS);

	if (has_link(&dev->base))
		return 0;
	set(dev, MDIC, MDIC_RESTART);
	while (!has_link(&dev->base) && !wait_over(&wait))
		if (dev->base.enough && dev->base.enough())
			return -EINTR;
	return 0;
}

static int start(struct netdev *netdev, void *memory, struct why *why)
{
	struct e1000 *dev = of(netdev);
	struct e1000_memory *m = memory;

	if (reset(dev))
		return refuse(why, -EIO, "%s: its reset does not end", netdev->name);
	set(dev, IMC, UINT32_MAX);
	dev->memory = m;
	dev->rx_next = dev->tx_next = 0;
	memset(m, 0, offsetof(struct e1000_memory, rx_buffer));
	for (unsigned int i = 0; i < RX_SIZE; i++)
		m->rx[i].address = (uintptr_t)m->rx_buffer[i];
	for (unsigned int i = 0; i < TX_SIZE; i++)
		m->tx[i] = (struct desc){ (uintptr_t)m->tx_buffer[i], { 0, TX_DONE } };
	set(dev, CTRL, get(dev, CTRL) | CTRL_LINK_UP);
	if (dev->advanced)
		set(dev, SRRCTL, SRRCTL_2K | SRRCTL_ONE);
	set_ring(dev, RX_RING, m->rx, sizeof(m->rx));
	set_ring(dev, TX_RING, m->tx, sizeof(m->tx));
	set(dev, RCTL, RCTL_ENABLE | RCTL_UNICAST | RCTL_GROUPS | RCTL_BROADCAST | RCTL_STRIP_CRC);
	set(dev, TCTL, TCTL_ENABLE | TCTL_PAD | TCTL_COLLISION);
	dma_wmb(); /* descriptors before the index that gives them to the device */
	set(dev, RX_RING + RING_TAIL, RX_SIZE - 1);
	if (!await_link(dev))
		return 0;
	(void)reset(dev);
	return refuse(why, -EINTR, "Abort");
}

static void stop(struct netdev *netdev)
{
	(void)reset(of(netdev));
}

static int send(struct netdev *netdev, const void *frame, size_t size)
{
	struct e1000 *dev = of(netdev);
	struct desc *d = &dev->memory->tx[dev->tx_next];
	uint8_t *buffer = dev->memory->tx_buffer[dev->tx_next];
	struct wait wait = wait_begin(SEND_MS);

	if (size > NETDEV_FRAME_MAX)
		return -EIO;
	while (!(*(volatile uint32_t *)&d->word[1] & TX_DONE))
		if (wait_over(&wait))
			return -EIO;
	memcpy(buffer, frame, size);
	d->word[0] = (uint32_t)size | TX_COMMAND;
	*(volatile uint32_t *)&d->word[1] = 0;
	dev->tx_next = (dev->tx_next + 1) % TX_SIZE;
	dma_wmb(); /* frame and descriptor before the index */
	set(dev, TX_RING + RING_TAIL, dev->tx_next);
	return 0;
}

/* What the device says is not believed: a length that can't be is passed over. */
static unsigned int poll(struct netdev *netdev, netdev_input *input, void *ctx)
{
	struct e1000 *dev = of(netdev);
	struct e1000_memory *m = dev->memory;
	unsigned int count = 0;

	while (count < RX_SIZE) {
		struct desc *d = &m->rx[dev->rx_next];
		uint8_t *buffer = m->rx_buffer[dev->rx_next];
		uint32_t status, length;

		status = *(volatile uint32_t *)&d->word[!dev->advanced];
		if (!(status & RX_DONE))
			break;
		dma_rmb(); /* "done" before the length and the frame */
		length = *(volatile uint32_t *)&d->word[dev->advanced] & 0xffff;
		if (status & RX_END && length && length <= BUFFER)
			input(ctx, buffer, length, false);
		*d = (struct desc){ .address = (uintptr_t)buffer };
		dma_mb(); /* the descriptor, and the frame read, before the index */
		set(dev, RX_RING + RING_TAIL, dev->rx_next);
		dev->rx_next = (dev->rx_next + 1) % RX_SIZE;
		count++;
	}
	return count;
}

static const struct netdev_ops ops = {
	.memory = sizeof(struct e1000_memory),
	.start = start,
	.send = send,
	.poll = poll,
	.stop = stop,
	.link = has_link,
};

void e1000_init(struct e1000 *dev, paddr_t regs, uint16_t device)
{
	uint64_t mac;

	*dev = (struct e1000){ .base.ops = &ops, .regs = regs, .advanced = device == DEVICE_82576 };
	if (IS_ENABLED(CONFIG_NET_MII)) {
		dev->mii[0] = (struct mii){ phy_read, phy_write, &dev->base, -1, -1 };
		dev->base.mii = dev->mii;
	}
	mac = get(dev, RAL) | (uint64_t)get(dev, RAH) << 32;
	for (unsigned int i = 0; i < NETDEV_MAC_SIZE; i++)
		dev->base.mac[i] = (uint8_t)(mac >> 8 * i);
}
