/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/targets.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/mem/home.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/image.h"
#include "common/source/qfw.h"

#define CMDLINE_SIZE 4096

static const struct mem_range *bank_of(paddr_t addr)
{
	unsigned int i;

	for (i = 0; i < machine.mem.bank_count; i++) {
		if (addr - machine.mem.bank[i].start < machine.mem.bank[i].size)
			return &machine.mem.bank[i];
	}
	return NULL;
}

/* Bytes from @addr that may be a file: to the bank's end or to what somebody owns. */
static uint64_t room_at(const struct mem_range *bank, paddr_t addr)
{
	paddr_t last = mem_range_last(bank);
	unsigned int i;

	for (i = 0; i < machine.mem.owned_count; i++) {
		const struct mem_range *owned = &machine.mem.owned[i];

		if (!(owned->flags & MEM_LOADED) && owned->start > addr && owned->start <= last)
			last = owned->start - 1;
	}
	return last - addr + 1;
}

int bootsrc_ram(struct source *source, paddr_t addr, struct why *why)
{
	static char name[40];
	const struct mem_range *bank = bank_of(addr);
	const struct mem_range *owner = memmap_owner(&machine.mem, addr, 1);
	uint64_t size;

	if (!bank)
		return refuse(why, -ENXIO, "0x%" PRIx64 " is not in DRAM", addr);
	if (owner && !(owner->flags & MEM_LOADED))
		return refuse(why, -EEXIST, "0x%" PRIx64 " belongs to %s", addr, owner->owner);
	size = room_at(bank, addr);
	if (env_get("fileaddr") && env_get_hex("fileaddr", 0) == addr)
		size = MIN(size, env_get_hex("filesize", size));
	snprintf(name, sizeof(name), "image at 0x%" PRIx64, addr);
	source_mem(source, name, (const void *)(uintptr_t)addr, size);
	return 0;
}

int bootsrc_qfw(struct boot_request *req, struct source *source, struct why *why)
{
	static char cmdline[CMDLINE_SIZE] __noinit;
	int err;

	if (!IS_ENABLED(CONFIG_FW_CFG))
		return refuse(why, -ENOTSUP, "this Loft was built without fw_cfg");
	err = qfw_kernel_source(source, why);
	if (err)
		return err;
	err = qfw_cmdline(cmdline, sizeof(cmdline), why);
	if (err && err != -ENOENT)
		return err;
	req->source = source;
	req->initrd_from_qfw = qfw_initrd_size() != 0;
	if (!err && cmdline[0])
		req->bootargs = cmdline;
	return 0;
}

/* `-bios loft.bin -kernel loft.bin`: each would start the next one, without end. */
static bool is_this_loft(struct source *source)
{
	char header[64];

	return source->size == loft_file_size() &&
	       !source_read(source, 0, header, sizeof(header), NULL) && loft_is_header(header);
}

static int find_qfw(struct boot_request *req, struct source *source, struct why *why)
{
	int err = bootsrc_qfw(req, source, why);

	if (!err && is_this_loft(source))
		return refuse(why, -EINVAL, "QEMU's -kernel is this Loft itself");
	return err == -ENODEV || err == -ENOTSUP ? -ENOENT : err;
}

static int find_ram(struct boot_request *req, struct source *source, struct why *why)
{
	uint64_t addr = env_get_hex("loadaddr", 0);

	if (bootsrc_ram(source, addr, why) || !image_may_be(source, NULL))
		return -ENOENT;
	req->source = source;
	return 0;
}

/* Where autoboot may look. A target that holds nothing says -ENOENT, and the next has its turn. */
static const struct {
	const char *name;
	int (*find)(struct boot_request *req, struct source *source, struct why *why);
} targets[] = {
	{ "qfw", find_qfw },
	{ "ram", find_ram },
};

static int boot_target(const char *name, size_t len, struct why *why)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(targets); i++) {
		struct boot_request req = { 0 };
		struct source source = { 0 };
		int err;

		if (strlen(targets[i].name) != len || memcmp(targets[i].name, name, len))
			continue;
		err = targets[i].find(&req, &source, why);
		return err ? err : boot_run(&req, why);
	}
	return refuse(why, -EINVAL, "boot_targets: no target '%.*s'", (int)len, name);
}

int bootsrc_auto(struct why *why)
{
	const char *list = env_get("boot_targets");
	const char *name = list ? list : "";

	while (*(name += strspn(name, " "))) {
		size_t len = strcspn(name, " ");
		int err = boot_target(name, len, why);

		if (err != -ENOENT)
			return err;
		name += len;
	}
	return refuse(why, -ENOENT, "nothing to boot in boot_targets (%s)",
		      list ? list : "not set");
}
