/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <libfdt.h>

#include "common/fdt/fdt.h"
#include "common/source/qfw.h"
#include "lib/base/err.h"

/* An item and the option that fills it, for the sentences. */
struct item {
	uint16_t size_key, data_key;
	const char *option;
};

static const struct item kernel = { FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA, "-kernel" };
static const struct item initrd = { FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA, "-initrd" };
static const struct item cmdline = { FW_CFG_CMDLINE_SIZE, FW_CFG_CMDLINE_DATA, "-append" };

int qfw_device(const struct fwcfg **fw)
{
	static struct fwcfg the_device;
	static enum { UNTRIED, PRESENT, ABSENT } state;

	if (state == UNTRIED) {
		const struct device *device = machine_find(&machine, "qemu,fw-cfg-mmio", 0);

		state = ABSENT;
		if (device &&
		    !fwcfg_init(&the_device, device->base,
				fdt_getprop(machine.fdt, device->node, "dma-coherent", NULL)))
			state = PRESENT;
	}
	if (state != PRESENT)
		return -ENODEV;
	*fw = &the_device;
	return 0;
}

/* The device and the size of an item that QEMU was given; size 0 is "not given". */
static int find_item(const struct item *item, const struct fwcfg **fw, uint32_t *size,
		     struct why *why)
{
	int err = qfw_device(fw);

	if (err)
		return refuse(why, err, "this machine has no fw_cfg device with DMA");
	err = fwcfg_number(*fw, item->size_key, size);
	if (err)
		return refuse(why, err, "fw_cfg: reading the size of QEMU's %s failed: %s",
			      item->option, err_name(err));
	if (!*size)
		return refuse(why, -ENOENT, "fw_cfg: QEMU was started without %s", item->option);
	return 0;
}

static int read_item(const struct item *item, void *dst, uint32_t size, struct why *why)
{
	const struct fwcfg *fw;
	int err = qfw_device(&fw);

	if (!err)
		err = fwcfg_read(fw, item->data_key, 0, dst, size);
	if (err)
		return refuse(why, err, "fw_cfg: reading %u bytes of QEMU's %s failed: %s", size,
			      item->option, err_name(err));
	return 0;
}

static int source_of_key(struct source *source, uint64_t off, void *dst, uint64_t len)
{
	const struct fwcfg *fw;
	const int err = qfw_device(&fw);

	return err ? err : fwcfg_read(fw, (uint16_t)source->priv, off, dst, len);
}

int qfw_kernel_source(struct source *source, struct why *why)
{
	const struct fwcfg *fw;
	uint32_t size;
	const int err = find_item(&kernel, &fw, &size, why);

	if (err)
		return err;
	*source = (struct source){
		.name = "kernel (QEMU -kernel)",
		.size = size,
		.read = source_of_key,
		.priv = kernel.data_key,
	};
	return 0;
}

uint64_t qfw_initrd_size(void)
{
	const struct fwcfg *fw;
	uint32_t size;

	return find_item(&initrd, &fw, &size, NULL) ? 0 : size;
}

int qfw_initrd_read(void *dst, struct why *why)
{
	const struct fwcfg *fw;
	uint32_t size;
	const int err = find_item(&initrd, &fw, &size, why);

	return err ? err : read_item(&initrd, dst, size, why);
}

int qfw_cmdline(char *text, size_t size, struct why *why)
{
	const struct fwcfg *fw;
	uint32_t length;
	int err = find_item(&cmdline, &fw, &length, why);

	if (err)
		return err;
	/* the item's size counts a NUL, but nothing obliges the device to send one */
	if (length > size)
		return refuse(why, -E2BIG, "fw_cfg: QEMU's -append has %u bytes, the limit is %zu",
			      length, size);
	err = read_item(&cmdline, text, length, why);
	if (!err)
		text[length - 1] = '\0';
	return err;
}
