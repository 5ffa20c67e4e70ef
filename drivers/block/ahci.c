/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/block/ahci.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <arch/io.h>

#include "drivers/base/wait.h"
#include "lib/base/err.h"
#include "lib/base/span.h"

/* Of the controller, 3.1. */
#define CAP		0x00
#define CAP_64		BIT(31)
#define GHC		0x04
#define GHC_AHCI	BIT(31)
#define GHC_INTERRUPTS	BIT(1)
#define PI		0x0c

/* Of a port, 3.3. */
#define CLB		0x00
#define FB		0x08
#define IS		0x10
#define IE		0x14
#define CMD		0x18
#define TFD		0x20
#define SIG		0x24
#define SSTS		0x28
#define SERR		0x30
#define CI		0x38

#define CMD_START	BIT(0)
#define CMD_SPIN_UP	BIT(1)
#define CMD_POWER	BIT(2)
#define CMD_RECEIVE	BIT(4)
#define CMD_RECEIVES	BIT(14)
#define CMD_RUNS	BIT(15)
#define CMD_SLOT(value) ((value) >> 8 & 0x1f)

/* task file, host bus, interface, overflow */
#define IS_ERRORS	(0xfu << 27 | BIT(26) | BIT(24))
#define TFD_BUSY	(BIT(7) | BIT(3))
#define SIG_DISK	0x101
#define LINK_SEEN	1
#define LINK_UP		3

/* Of a command's header. */
#define FLAGS_WRITE	BIT(6)
#define FLAGS_LENGTH	5 /* words of the FIS */
#define FLAGS_PIECES	(1u << 16)

#define ATA_READ	0x25
#define ATA_WRITE	0x35
#define ATA_FLUSH	0xea
#define ATA_IDENTIFY	0xec

#define LINK_SEEN_MS	10  /* a device answers within that, */
#define LINK_MS		100 /* and can be talked to within that */
#define STOP_MS		500
#define REQUEST_BYTES	(4 * MIB) /* one piece of memory can be so long */

static_assert(offsetof(struct ahci_table, data) == 0x80, "layout");
static_assert(sizeof(struct ahci_table) == 256, "layout");

static uint32_t reg_read(const struct ahci *disk, unsigned int at)
{
	return mmio_read32(disk->base + at);
}

static void reg_write(const struct ahci *disk, unsigned int at, uint32_t value)
{
	mmio_write32(disk->base + at, value);
}

static void reg_write_address(const struct ahci *disk, unsigned int at, const void *address)
{
	reg_write(disk, at, (uint32_t)(uintptr_t)address);
	reg_write(disk, at + 4, (uint32_t)((uint64_t)(uintptr_t)address >> 32));
}

static int await_clear(const struct ahci *disk, unsigned int at, uint32_t bits, uint32_t ms)
{
	struct wait wait = wait_begin(ms);

	while (reg_read(disk, at) & bits)
		if (wait_over(&wait))
			return -ETIMEDOUT;
	return 0;
}

/* The port touches no memory any more: first commands, then what is received, 10.3.2 */
static int halt(struct ahci *disk)
{
	int err;

	disk->runs = false;
	reg_write(disk, CMD, reg_read(disk, CMD) & ~CMD_START);
	err = await_clear(disk, CMD, CMD_RUNS, STOP_MS);
	reg_write(disk, CMD, reg_read(disk, CMD) & ~CMD_RECEIVE);
	return await_clear(disk, CMD, CMD_RECEIVES, STOP_MS) ?: err;
}

static int start(struct ahci *disk)
{
	int err;

	if (disk->runs)
		return 0;
	err = halt(disk);
	if (err)
		return err;
	memset(disk->memory, 0, sizeof(*disk->memory));
	dma_clean(disk->coherent, disk->memory, sizeof(*disk->memory));
	reg_write(disk, IE, 0);
	reg_write_address(disk, CLB, disk->memory->header);
	reg_write_address(disk, FB, disk->memory->received);
	dma_wmb(); /* empty lists before the port may look at them */
	reg_write(disk, SERR, UINT32_MAX);
	reg_write(disk, IS, UINT32_MAX);
	reg_write(disk, CMD, reg_read(disk, CMD) | CMD_RECEIVE);
	err = await_clear(disk, TFD, TFD_BUSY, BLK_TIMEOUT_MS);
	if (err) {
		(void)!halt(disk);
		return err;
	}
	reg_write(disk, CMD, reg_read(disk, CMD) | CMD_START);
	disk->runs = true;
	return 0;
}

/* @buffer NULL: a command without data. */
static void put(struct ahci *disk, unsigned int slot, uint8_t command, uint64_t lba, uint32_t count,
		void *buffer, uint32_t bytes)
{
	struct ahci_table *table = &disk->memory->table[slot];
	const uint64_t at = (uintptr_t)table;
	uint8_t *fis = table->fis;

	memset(table, 0, sizeof(*table));
	fis[0] = 0x27; /* register, host to device */
	fis[1] = 0x80; /* a command */
	fis[2] = command;
	for (unsigned int i = 0; i < 3; i++) {
		fis[4 + i] = (uint8_t)(lba >> (8 * i));
		fis[8 + i] = (uint8_t)(lba >> (8 * i + 24));
	}
	fis[7] = 0x40; /* an LBA */
	fis[12] = (uint8_t)count;
	fis[13] = (uint8_t)(count >> 8);
	table->data = (uint32_t)(uintptr_t)buffer;
	table->data_high = (uint32_t)((uint64_t)(uintptr_t)buffer >> 32);
	table->size = bytes - 1;
	disk->memory->header[slot] = (struct ahci_header){
		.flags = FLAGS_LENGTH | (command == ATA_WRITE ? FLAGS_WRITE : 0) |
			 (buffer ? FLAGS_PIECES : 0),
		.table = (uint32_t)at,
		.table_high = (uint32_t)(at >> 32),
	};
	/* what the device writes is cleaned too: no dirty line may land on it later */
	if (buffer)
		dma_clean(disk->coherent, buffer, bytes);
	dma_clean(disk->coherent, table, sizeof(*table));
}

static int await(const struct ahci *disk, uint32_t pending, uint32_t *left)
{
	struct wait wait = wait_begin(BLK_TIMEOUT_MS);

	*left = pending;
	while (*left) {
		/* what was done stays done: bits that come back would hold us without end */
		const uint32_t now = reg_read(disk, CI) & *left;

		if (now == UINT32_MAX && reg_read(disk, CMD) == UINT32_MAX)
			return -ENODEV; /* unplugged: all registers are ones */
		if (reg_read(disk, IS) & IS_ERRORS)
			return -EIO;
		if (now != *left)
			wait = wait_begin(BLK_TIMEOUT_MS);
		else if (now && wait_over(&wait))
			return -ETIMEDOUT;
		*left = now;
	}
	/* an error of the last one may be told a little later than its end */
	return reg_read(disk, IS) & IS_ERRORS || reg_read(disk, TFD) & BIT(0) ? -EIO : 0;
}

/* Slots 0 to @count - 1 are done, or the port is halted. */
static int run(struct ahci *disk, unsigned int count, unsigned int *failed)
{
	const uint32_t pending = count == 32 ? UINT32_MAX : (1u << count) - 1;
	uint32_t left;
	int err;

	dma_clean(disk->coherent, disk->memory->header, sizeof(disk->memory->header));
	dma_wmb(); /* the commands before the register that starts them */
	reg_write(disk, CI, pending);
	err = await(disk, pending, &left);
	dma_rmb(); /* the end before the data */
	dma_invalidate(disk->coherent, disk->memory->header, sizeof(disk->memory->header));
	if (!err)
		return 0;
	*failed = err == -EIO ? CMD_SLOT(reg_read(disk, CMD))
		  : left      ? (unsigned int)__builtin_ctz(left)
			      : 0;
	(void)!halt(disk);
	return err;
}

static struct ahci *disk_of(struct blk *blk)
{
	return (struct ahci *)blk; /* the first member */
}

static void stop(struct blk *blk)
{
	if (disk_of(blk)->runs)
		(void)!halt(disk_of(blk)); /* one that hangs can't be helped */
}

/* Memory that the controller can't address. */
static bool out_of_reach(const struct ahci *disk, const void *start, uint64_t size)
{
	return !disk->is_64 && !span_fits(UINT64_C(1) << 32, (uintptr_t)start, size);
}

static int transfer_some(struct ahci *disk, bool write, const struct blk_request *list,
			 unsigned int count, unsigned int *failed)
{
	int err;

	for (unsigned int i = 0; i < count; i++) {
		const uint32_t bytes = list[i].count * disk->blk.block_size;

		*failed = i;
		if (out_of_reach(disk, list[i].buffer, bytes))
			return -ENOTSUP;
		put(disk, i, write ? ATA_WRITE : ATA_READ, list[i].lba, list[i].count,
		    list[i].buffer, bytes);
	}
	err = run(disk, count, failed);
	for (unsigned int i = 0; i < count && !write; i++)
		dma_invalidate(disk->coherent, list[i].buffer,
			       (uint64_t)list[i].count * disk->blk.block_size);
	for (unsigned int i = 0; i < count && !err; i++) {
		if (disk->memory->header[i].bytes == list[i].count * disk->blk.block_size)
			continue;
		*failed = i; /* it ended early */
		err = -EIO;
	}
	return err;
}

static int transfer(struct blk *blk, bool write, const struct blk_request *list, unsigned int count,
		    unsigned int *failed)
{
	struct ahci *disk = disk_of(blk);
	int err = start(disk);

	for (unsigned int done = 0, part; done < count && !err; done += part) {
		part = MIN(count - done, disk->slots);
		err = transfer_some(disk, write, list + done, part, failed);
		*failed += done;
	}
	return err;
}

static int flush(struct blk *blk)
{
	struct ahci *disk = disk_of(blk);
	unsigned int failed;
	const int err = start(disk);

	if (err || !disk->flushes)
		return err;
	put(disk, 0, ATA_FLUSH, 0, 0, NULL, 0);
	return run(disk, 1, &failed);
}

static uint16_t word(const struct ahci *disk, unsigned int n)
{
	return (uint16_t)(disk->memory->identify[2 * n] | disk->memory->identify[2 * n + 1] << 8);
}

static uint64_t words(const struct ahci *disk, unsigned int n, unsigned int count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 16 | word(disk, n + count);
	return value;
}

/* Text has its first character in the upper half of a word. */
static void copy_text(const struct ahci *disk, char *to, size_t size, unsigned int n,
		      unsigned int count)
{
	size_t len = 0;

	for (unsigned int i = 0; i < 2 * count && len < size - 1; i++) {
		const uint8_t c = disk->memory->identify[2 * n + (i ^ 1)];

		to[len++] = c >= ' ' && c < 0x7f ? (char)c : ' ';
	}
	while (len && to[len - 1] == ' ')
		len--;
	to[len] = '\0';
}

static int identify(struct ahci *disk)
{
	uint64_t size = 512, blocks;
	unsigned int failed;
	int err;

	put(disk, 0, ATA_IDENTIFY, 0, 0, disk->memory->identify, sizeof(disk->memory->identify));
	err = run(disk, 1, &failed);
	dma_invalidate(disk->coherent, disk->memory->identify, sizeof(disk->memory->identify));
	if (err)
		return err;
	if (!(word(disk, 83) & BIT(10)))
		return -ENOTSUP;
	if ((word(disk, 106) & 0xd000) == 0x5000) /* valid, and it has blocks of another size */
		size = words(disk, 117, 2) * 2;
	blocks = words(disk, 100, 4);
	if (size < BLK_BLOCK_MIN || size > BLK_BLOCK_MAX || size & (size - 1) || !blocks ||
	    blocks >> 48)
		return -EPROTO;
	disk->blk.block_size = (uint32_t)size;
	disk->blk.blocks = blocks;
	disk->blk.request_max = (uint32_t)(REQUEST_BYTES / size);
	disk->flushes = word(disk, 86) & BIT(13);
	copy_text(disk, disk->blk.product, sizeof(disk->blk.product), 27, 20);
	copy_text(disk, disk->blk.revision, sizeof(disk->blk.revision), 23, 4);
	return 0;
}

static paddr_t port_base(paddr_t base, unsigned int port)
{
	return base + AHCI_REGISTERS + (uint64_t)port * AHCI_PORT_BYTES;
}

uint32_t ahci_begin(paddr_t base, uint64_t size)
{
	uint32_t ports = mmio_read32(base + PI);

	if (mmio_read32(base + CAP) == UINT32_MAX)
		return 0;
	mmio_write32(base + GHC, GHC_AHCI);
	for (unsigned int i = 0; i < AHCI_PORTS; i++)
		if (size < AHCI_REGISTERS || (size - AHCI_REGISTERS) / AHCI_PORT_BYTES <= i)
			ports &= ~(1u << i);
	return ports;
}

/* The ports of @ports whose link is in a state. */
static uint32_t in_state(paddr_t base, uint32_t ports, uint32_t state)
{
	uint32_t in = 0;

	for (unsigned int i = 0; i < AHCI_PORTS; i++)
		if (ports & 1u << i && (mmio_read32(port_base(base, i) + SSTS) & 0xf) == state)
			in |= 1u << i;
	return in;
}

uint32_t ahci_links(paddr_t base, uint32_t ports)
{
	struct wait seen = wait_begin(LINK_SEEN_MS), wait = wait_begin(LINK_MS);
	uint32_t up;

	for (unsigned int i = 0; i < AHCI_PORTS; i++)
		if (ports & 1u << i)
			mmio_write32(port_base(base, i) + CMD,
				     mmio_read32(port_base(base, i) + CMD) | CMD_SPIN_UP |
					     CMD_POWER);
	do {
		up = in_state(base, ports, LINK_UP);
		if (up == ports)
			break;
	} while (!wait_over(&seen));
	while (in_state(base, ports, LINK_SEEN) && !wait_over(&wait))
		up = in_state(base, ports, LINK_UP);
	return up | in_state(base, ports, LINK_UP);
}

int ahci_init(struct ahci *disk, paddr_t base, unsigned int port, bool coherent,
	      struct ahci_memory *memory, struct why *why)
{
	static const struct blk_ops ops = { .transfer = transfer, .flush = flush, .stop = stop };
	const uint32_t cap = mmio_read32(base + CAP);
	int err;

	*disk = (struct ahci){
		.blk = { .ops = &ops, .type = "scsi", .align = 2, .target = port, .vendor = "ATA" },
		.base = port_base(base, port),
		.memory = memory,
		.slots = MIN((cap >> 8 & 0x1f) + 1, (uint32_t)BLK_BATCH),
		.coherent = coherent,
		.is_64 = cap & CAP_64,
	};
	err = out_of_reach(disk, memory, sizeof(*memory)) ? -ENOTSUP : start(disk);
	if (!err && reg_read(disk, SIG) != SIG_DISK)
		err = -ENODEV;
	if (!err)
		err = identify(disk);
	if (!err)
		return 0;
	stop(&disk->blk);
	return refuse(why, err, "port %u of the controller at 0x%" PRIx64 " has no disk for us: %s",
		      port, base, err_name(err));
}
