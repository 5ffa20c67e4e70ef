/* SPDX-License-Identifier: BSD-2-Clause */
#define LOG_NAME "rng"
#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include <arch/cpu.h>

#include "common/fdt/fdt.h"
#include "common/handoff/rng.h"
#include "drivers/rng/virtio_rng.h"
#include "drivers/virtio/virtio.h"
#include "lib/base/err.h"
#include "lib/base/log.h"

/*
 * Each wait for a device that does not answer is long. The first two are remembered, and then that
 * there is no use in asking more of them.
 */
#define SILENT_MAX 2
static paddr_t first_silent;
static unsigned silent_count;

static int fill_from_virtio(void *buf, size_t len)
{
	for (unsigned i = 0; i < machine.dev_count && silent_count < SILENT_MAX; i++) {
		const struct device *dev = &machine.dev[i];
		int err;

		if (!device_is(dev, "virtio,mmio") || !virtio_is(dev->base, VIRTIO_ID_RNG) ||
		    (silent_count && first_silent == dev->base))
			continue;
		err = virtio_rng_fill(dev->base,
				      fdt_getprop(machine.fdt, dev->node, "dma-coherent", NULL),
				      buf, len);
		if (!err)
			return 0;
		if (err == -ETIMEDOUT && !silent_count++)
			first_silent = dev->base;
		if (err != -ENODEV)
			log_warn("virtio device at 0x%llx gave no entropy: %s",
				 (unsigned long long)dev->base, err_name(err));
	}
	return -ENODEV;
}

static int fill_from_cpu(void *buf, size_t len)
{
	unsigned char *to = buf;

	while (len) {
		uint64_t word;
		const size_t part = MIN(len, sizeof(word));

		if (!cpu_rndr(&word))
			return -ENODEV;
		memcpy(to, &word, part);
		to += part;
		len -= part;
	}
	return 0;
}

int rng_fill(void *buf, size_t len)
{
	if (IS_ENABLED(CONFIG_RNG_VIRTIO) && !fill_from_virtio(buf, len))
		return 0;
	if (!fill_from_cpu(buf, len))
		return 0;
	memset(buf, 0, len);
	return -ENODEV;
}
