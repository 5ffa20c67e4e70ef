/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/fwcfg/fwcfg.h"

/* Registers of the MMIO variant; all big-endian. */
#define FW_CFG_DMA_ADDRESS	16
#define FW_CFG_DMA_SIGNATURE	UINT64_C(0x51454d5520434647)	/* reads so: "QEMU CFG" */

/* Bits of the control word; the key is in its upper half when SELECT is set. */
#define FW_CFG_DMA_ERROR	BIT(0)
#define FW_CFG_DMA_READ		BIT(1)
#define FW_CFG_DMA_SKIP		BIT(2)
#define FW_CFG_DMA_SELECT	BIT(3)
#define FW_CFG_DMA_WRITE	BIT(4)
#define FW_CFG_DMA_KEY(key)	((uint32_t)(key) << 16)

/* The device counts with 32 bits; a transfer is cut at this many bytes. */
#define FW_CFG_DMA_MAX		(1 * GIB)

/*
 * Looks at the control word before a transfer is given up. QEMU has finished before the store that
 * starts a transfer retires, so the first look suffices; the number only has to be an end.
 */
#define FW_CFG_SPINS		50000000

/*
 * What the device reads, big-endian; alone in its cache lines, as it may need maintenance by VA.
 * (Lines of 256 bytes, A64FX, are
 * QEMU's alone here, whose devices are coherent: no line is dropped.)
 */
struct dma_access {
	uint32_t control;
	uint32_t length;
	uint64_t address;
} __attribute__((aligned(128)));

static_assert(sizeof(struct dma_access) == 128, "shares no cache line");

static uint32_t be32(uint32_t value)
{
	return __builtin_bswap32(value);
}

static uint64_t be64(uint64_t value)
{
	return __builtin_bswap64(value);
}

static int dma_wait(const struct fwcfg *fw, struct dma_access *access)
{
	for (unsigned spins = FW_CFG_SPINS; spins; spins--) {
		if (!fw->coherent)
			cache_inval_poc(access, sizeof(*access));
		const uint32_t control = be32(*(const volatile uint32_t *)&access->control);

		if (control & FW_CFG_DMA_ERROR)
			return -EIO;
		if (!control)
			return 0;
	}
	return -ETIMEDOUT;
}

static int dma_run(const struct fwcfg *fw, uint32_t control, const void *dst, uint32_t length)
{
	struct dma_access access = {
		.control = be32(control),
		.length = be32(length),
		.address = be64((uintptr_t)dst),
	};

	if (!fw->coherent)
		cache_clean_poc(&access, sizeof(access));
	/* the descriptor, and the last stores to dst, before the store that starts the transfer */
	dma_wmb();
	mmio_write64(fw->base + FW_CFG_DMA_ADDRESS, be64((uintptr_t)&access));

	const int err = dma_wait(fw, &access);

	/* the look at the control word before the caller's loads of what was transferred */
	dma_rmb();
	return err;
}

int fwcfg_init(struct fwcfg *fw, paddr_t base, bool coherent)
{
	/* the eight bytes say both: fw_cfg, and with DMA */
	if (mmio_read64(base + FW_CFG_DMA_ADDRESS) != be64(FW_CFG_DMA_SIGNATURE))
		return -ENODEV;
	*fw = (struct fwcfg){ .base = base, .coherent = coherent };
	return 0;
}

int fwcfg_read(const struct fwcfg *fw, uint16_t key, uint64_t off, void *dst, uint64_t len)
{
	uint32_t select = FW_CFG_DMA_SELECT | FW_CFG_DMA_KEY(key);
	unsigned char *to = dst;
	int err = 0;

	if (off > UINT32_MAX || len > UINT32_MAX - off)
		return -ERANGE;
	if (off) {
		err = dma_run(fw, select | FW_CFG_DMA_SKIP, NULL, (uint32_t)off);
		select = 0;
	}
	/* no dirty line may be evicted over what the device writes, no stale one read after */
	if (!fw->coherent)
		cache_clean_poc(dst, len);
	while (len && !err) {
		const uint32_t part = (uint32_t)MIN(len, FW_CFG_DMA_MAX);

		err = dma_run(fw, select | FW_CFG_DMA_READ, to, part);
		select = 0;
		to += part;
		len -= part;
	}
	if (!fw->coherent)
		cache_inval_poc(dst, (size_t)(to - (unsigned char *)dst));
	return err;
}

int fwcfg_write(const struct fwcfg *fw, uint16_t key, const void *src, uint32_t len)
{
	/* the device reads memory, not the caches */
	if (!fw->coherent)
		cache_clean_poc(src, len);
	return dma_run(fw, FW_CFG_DMA_SELECT | FW_CFG_DMA_KEY(key) | FW_CFG_DMA_WRITE, src, len);
}

int fwcfg_number(const struct fwcfg *fw, uint16_t key, uint32_t *value)
{
	uint32_t number __attribute__((aligned(128))) = 0;
	const int err = fwcfg_read(fw, key, 0, &number, sizeof(number));

	if (!err)
		*value = number;
	return err;
}

int fwcfg_each_file(const struct fwcfg *fw, int (*each)(void *ctx, const struct fwcfg_file *file),
		    void *ctx)
{
	/* the directory's own layout, big-endian, 64 bytes an entry */
	struct entry {
		uint32_t size;
		uint16_t key, reserved;
		char name[sizeof(((struct fwcfg_file *)0)->name)];
	} entries[16] __attribute__((aligned(128)));
	uint32_t count __attribute__((aligned(128))) = 0;
	uint64_t off = sizeof(count);
	int err = fwcfg_read(fw, FW_CFG_FILE_DIR, 0, &count, sizeof(count));

	count = be32(count);
	if (!err && count > FW_CFG_FILES_MAX)
		return -EBADMSG;
	while (!err && count) {
		const uint32_t batch = (uint32_t)MIN(count, ARRAY_SIZE(entries));

		err = fwcfg_read(fw, FW_CFG_FILE_DIR, off, entries, batch * sizeof(entries[0]));
		for (uint32_t i = 0; i < batch && !err; i++) {
			struct fwcfg_file file = {
				.size = be32(entries[i].size),
				.key = __builtin_bswap16(entries[i].key),
			};

			memcpy(file.name, entries[i].name, sizeof(file.name) - 1);
			err = each(ctx, &file);
		}
		off += batch * sizeof(entries[0]);
		count -= batch;
	}
	return err;
}

struct wanted {
	const char *name;
	struct fwcfg_file *found;
};

static int take_if_wanted(void *ctx, const struct fwcfg_file *file)
{
	const struct wanted *wanted = ctx;

	if (strcmp(file->name, wanted->name))
		return 0;
	*wanted->found = *file;
	return 1;
}

int fwcfg_find_file(const struct fwcfg *fw, const char *name, struct fwcfg_file *found)
{
	struct wanted wanted = { name, found };
	const int err = fwcfg_each_file(fw, take_if_wanted, &wanted);

	if (err < 0)
		return err;
	return err ? 0 : -ENOENT;
}
