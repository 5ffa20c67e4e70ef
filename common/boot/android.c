// SPDX-License-Identifier: BSD-2-Clause
/*
 * Android's boot images: kernel, ramdisk, command line and device trees. From version 3 on what the
 * maker of the machine adds is in a second image, vendor_boot, and from 13 on the ramdisk is in a
 * third one, init_boot.
 */
#include "lib/pack/android.h"

#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "arch/mem.h"
#include "common/boot/android.h"
#include "common/boot/container.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/fdt/overlay.h"
#include "common/source/qfw.h"
#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/hash/hash.h"

#define PAGE	       (4 * KIB)
#define TREES_MAX      1024
#define ID_SIZE	       32
#define SHA1_SIZE      20
#define TRAILER_SIZE   20 /* size, sum, and these: */
#define TRAILER_MAGIC  "#BOOTCONFIG\n"
#define BOOTCONFIG_KEY "bootconfig"

/* An image in memory, all of it. */
struct loaded {
	struct android_image image;
	const uint8_t *bytes;
};

static uint8_t head[ANDROID_HEAD_SIZE] __noinit;

uint64_t android_vendor_size(paddr_t addr)
{
	struct android_image image;
	uint64_t room;

	return memmap_is_dram(&machine.mem, addr, 1) &&
			       !machine_readable(&machine, addr, &room, NULL) &&
			       android_is_vendor((const uint8_t *)addr, room) &&
			       !android_parse((const uint8_t *)addr, room, &image, NULL)
		       ? image.end
		       : 0;
}

/* Its lines are two fields, of which a full one goes on in the other. */
static int take_cmdline(struct boot *b, const struct loaded *from, struct why *why)
{
	const struct android_range *line = &from->image.cmdline, *extra = &from->image.extra;
	int rc;

	/* id, which stood between the two, has been looked at */
	memcpy(head, from->bytes, MIN(from->image.end, (uint64_t)ANDROID_HEAD_SIZE));
	memmove(head + line->offset + line->size, head + extra->offset, extra->size);
	if (extra->size && head[line->offset + line->size - 1])
		return container_cmdline(b, (char *)head + line->offset, line->size + extra->size,
					 true, "Android boot image", why);
	rc = container_cmdline(b, (char *)head + line->offset, line->size, true,
			       "Android boot image", why);
	return rc || !extra->size ? rc
				  : container_cmdline(b, (char *)head + line->offset + line->size,
						      extra->size, true, "Android boot image", why);
}

/* What mkbootimg writes: SHA-1 of each part and its size. Other tools write what they like. */
static int check_id(const struct loaded *from, struct why *why)
{
	static const uint8_t none[ID_SIZE];
	const struct android_image *image = &from->image;
	const uint8_t *id = from->bytes + image->id;
	const unsigned parts = ANDROID_SECOND + 1 + MIN(image->version, 2u);
	const struct hash *sha1 = hash_find("sha1");
	union hash_state state;
	uint8_t digest[SHA1_SIZE];

	if (!image->id || !container_verify() || !memcmp(id, none, ID_SIZE) ||
	    memcmp(id + SHA1_SIZE, none, ID_SIZE - SHA1_SIZE) || !sha1)
		return 0;
	printf("   Verifying Hash Integrity ... ");
	sha1->init(&state);
	for (unsigned i = 0; i < parts; i++) {
		const uint32_t size = (uint32_t)image->part[i].size;
		uint8_t le[sizeof(size)];

		put_le32(le, size);
		sha1->update(&state, from->bytes + image->part[i].offset, size);
		sha1->update(&state, le, sizeof(le));
	}
	sha1->final(&state, digest);
	printf("sha1%s\n", memcmp(digest, id, SHA1_SIZE) ? " error!" : "+ OK");
	return memcmp(digest, id, SHA1_SIZE)
		       ? refuse(why, -EILSEQ,
				"Android boot image: Bad hash: its id at 0x%x is not the SHA-1 of"
				" its parts (verify=no boots it)",
				image->id)
		       : 0;
}

/* An image beside the boot image, which lies in memory. */
static int beside(struct loaded *out, paddr_t at, uint64_t size, const char *what, struct why *why)
{
	if (!memmap_is_dram(&machine.mem, at, MAX(size, (uint64_t)1)))
		return refuse(why, -ENXIO, "%s: 0x%llx is not in DRAM", what,
			      (unsigned long long)at);
	if (!size && machine_readable(&machine, at, &size, why))
		return -ENXIO;
	out->bytes = (const uint8_t *)at;
	return android_parse(out->bytes, size, &out->image, why);
}

/* What lies where a variable says; where none does @out has no bytes. */
static int by_variable(struct loaded *out, const char *name, struct why *why)
{
	int rc;

	if (!env_get(name))
		return 0;
	rc = beside(out, env_get_hex(name, 0), 0, name, why);
	return rc ? rc : container_hold((paddr_t)out->bytes, out->image.end, name, why);
}

/* QEMU's -initrd may be one. */
static int fetch_qfw(struct boot *b, struct why *why)
{
	uint64_t size = IS_ENABLED(CONFIG_FW_CFG) ? qfw_initrd_size() : 0;
	int rc;

	if (!b->req->initrd_from_qfw || !size)
		return 0;
	rc = memmap_alloc(&machine.mem, size, PAGE, true, ~(paddr_t)0, 0, "initrd",
			  &b->initrd.start, why);
	b->initrd.size = size;
	return rc ? rc : qfw_initrd_read((void *)b->initrd.start, why);
}

/* The ramdisk that was named, or ${android_vendor_boot}. */
static int find_vendor(struct boot *b, struct loaded *vendor, struct why *why)
{
	const char *name = "android_vendor_boot";
	int rc = fetch_qfw(b, why);

	if (rc)
		return rc;
	if (android_is_vendor((const uint8_t *)b->initrd.start, b->initrd.size)) {
		rc = beside(vendor, b->initrd.start, b->initrd.size, "vendor_boot", why);
		b->initrd = (struct piece){ 0 };
		return rc;
	}
	rc = by_variable(vendor, name, why);
	return rc || !vendor->bytes || vendor->image.vendor
		       ? rc
		       : refuse(why, -ENOEXEC, "%s: no vendor_boot image, but a boot image", name);
}

static int find_init(struct loaded *init, struct why *why)
{
	const char *name = "android_init_boot";
	int rc = by_variable(init, name, why);

	return rc || !init->bytes || !init->image.vendor
		       ? rc
		       : refuse(why, -ENOEXEC, "%s: a vendor_boot image", name);
}

/* Of several trees behind each other the one that is for this machine; none: its own. */
static int take_tree(struct boot *b, const struct loaded *from, struct why *why)
{
	const struct android_range *part = &from->image.part[ANDROID_DTB];
	struct span left = { from->bytes + part->offset, part->size };
	void *best = NULL, *tree;
	int rank, rc;

	if (b->req->fdt || !part->size)
		return 0;
	for (unsigned n = 0; left.size >= FDT_HEADER_SIZE; n++) {
		const fdt32_t *header = (const fdt32_t *)left.at;
		const uint64_t size = fdt32_ld(header + 1);

		if (fdt32_ld(header) != FDT_MAGIC && n)
			break; /* padding */
		if (fdt32_ld(header) != FDT_MAGIC)
			return refuse(why, -EINVAL,
				      "Android: dtb: begins with 0x%x, a device tree with 0x%x",
				      fdt32_ld(header), FDT_MAGIC);
		if (n == TREES_MAX)
			return refuse(why, -E2BIG, "Android: dtb: more than %u trees", n);
		if (size > left.size)
			return refuse(why, -ENODATA,
				      "Android: dtb: tree %u says 0x%llx bytes, 0x%llx are there",
				      n, (unsigned long long)size, (unsigned long long)left.size);
		rc = fdt_take(left.at, size, &tree, why);
		if (rc)
			return rc;
		if (fdt_choose(&best, &rank, tree))
			printf("   Device tree %u of the image is for this machine\n", n);
		(void)!span_take(&left, size, NULL);
	}
	if (best)
		b->tree = best;
	else
		printf("   No device tree of the image is for this machine: its own is taken\n");
	return 0;
}

/* Linux finds it by what stands at the ramdisk's end. Spec: Linux, Boot Configuration */
static void put_bootconfig(uint8_t *to, const uint8_t *from, uint64_t size, uint64_t padded)
{
	uint32_t sum = 0;

	mem_copy(to, from, size);
	memset(to + size, 0, padded - size);
	for (uint64_t i = 0; i < size; i++)
		sum += from[i];
	to += padded;
	put_le32(to, (uint32_t)padded);
	put_le32(to + 4, sum);
	memcpy(to + 8, TRAILER_MAGIC, TRAILER_SIZE - 8);
}

/* The maker's pieces, the system's ramdisk, the bootconfig; @to NULL: only count. */
static int join(const struct loaded *vendor, const struct loaded *system, uint8_t *to,
		uint64_t *size, struct why *why)
{
	const struct android_range *config = &vendor->image.part[ANDROID_BOOTCONFIG];
	const struct android_range *ramdisk = &system->image.part[ANDROID_RAMDISK];
	struct android_range piece;
	uint64_t at = 0, padded;
	bool other;
	int rc;

	for (unsigned n = 0;
	     !(rc = android_piece(&vendor->image, vendor->bytes, n, &piece, &other, why)); n++) {
		if (other)
			continue;
		if (piece.size > *size - at)
			return refuse(why, -EFBIG,
				      "vendor_boot: the pieces of its ramdisk overlap");
		if (to)
			mem_copy(to + at, vendor->bytes + piece.offset, piece.size);
		at += piece.size;
	}
	if (rc != -ENOENT)
		return rc;
	if (to)
		mem_copy(to + at, system->bytes + ramdisk->offset, ramdisk->size);
	at += ramdisk->size;
	if (config->size) {
		padded = ALIGN_UP(at + config->size, (uint64_t)4) - at;
		if (to)
			put_bootconfig(to + at, vendor->bytes + config->offset, config->size,
				       padded);
		at += padded + TRAILER_SIZE;
	}
	*size = at;
	return 0;
}

static int take_ramdisk(struct boot *b, const struct loaded *vendor, const struct loaded *system,
			struct why *why)
{
	const struct android_range *ramdisk = &system->image.part[ANDROID_RAMDISK];
	uint64_t size = GIB;
	paddr_t at;
	int rc;

	if (b->initrd.size)
		return 0; /* what was said counts */
	if (!vendor->bytes) {
		if (ramdisk->size)
			container_ramdisk(b, system->bytes + ramdisk->offset, ramdisk->size);
		return 0;
	}
	rc = join(vendor, system, NULL, &size, why);
	if (rc)
		return rc;
	if (!size)
		return refuse(why, -ENODATA,
			      "Android: neither vendor_boot nor the boot image has a ramdisk");
	rc = memmap_alloc(&machine.mem, size, PAGE, true, ~(paddr_t)0, 0, "ramdisks", &at, why);
	if (!rc)
		rc = join(vendor, system, (uint8_t *)at, &size, why);
	if (!rc)
		b->initrd = (struct piece){ at, size };
	return rc;
}

/* Without the word Linux does not look for its bootconfig. */
static int name_bootconfig(struct boot *b, const struct loaded *vendor, struct why *why)
{
	const char *at = b->bootargs;
	const size_t length = strlen(BOOTCONFIG_KEY);

	if (!vendor->bytes || !vendor->image.part[ANDROID_BOOTCONFIG].size)
		return 0;
	for (; (at = strstr(at, BOOTCONFIG_KEY)); at += length)
		if ((at == b->bootargs || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return 0;
	return container_cmdline(b, BOOTCONFIG_KEY, length, true, "Android boot image", why);
}

static void show(const struct loaded *from, const char *what)
{
	static const char *const names[] = { [ANDROID_KERNEL] = "kernel",
					     [ANDROID_RAMDISK] = "ramdisk",
					     [ANDROID_DTB] = "dtb",
					     [ANDROID_BOOTCONFIG] = "bootconfig" };

	printf("   %s, header version %u\n", what, from->image.version);
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i] && from->image.part[i].size)
			printf("   %-12s 0x%llx bytes at 0x%llx\n", names[i],
			       (unsigned long long)from->image.part[i].size,
			       (unsigned long long)from->image.part[i].offset);
}

static int read_boot(struct boot *b, struct loaded *boot, struct why *why)
{
	int rc = source_read(b->source, 0, head, MIN(b->source->size, (uint64_t)sizeof(head)), why);

	if (!rc)
		rc = android_parse(head, b->source->size, &boot->image, why);
	if (rc)
		return rc;
	if (!boot->image.part[ANDROID_KERNEL].size)
		return refuse(why, -ENOEXEC,
			      "Android boot image: it has no kernel (an init_boot image? set"
			      " android_init_boot to its address, and boot the boot image)");
	return container_take(b, boot->image.end, "Android image", &boot->bytes, why);
}

static int open_android(struct boot *b, struct why *why)
{
	struct container_kernel kernel = { .name = "Android image's kernel" };
	static struct loaded boot, vendor, init;
	int rc;

	vendor.bytes = init.bytes = NULL;
	printf("## Booting Android Image at 0x%08llx ...\n",
	       (unsigned long long)(uintptr_t)b->source->mem);
	rc = read_boot(b, &boot, why);
	if (!rc)
		rc = find_vendor(b, &vendor, why);
	if (!rc)
		rc = find_init(&init, why);
	if (rc)
		return rc;
	show(&boot, "boot image");
	if (vendor.bytes)
		show(&vendor, "vendor_boot image");
	if (init.bytes)
		show(&init, "init_boot image");
	rc = check_id(&boot, why);
	if (!rc && vendor.bytes)
		rc = take_cmdline(b, &vendor, why);
	if (!rc)
		rc = take_cmdline(b, &boot, why);
	if (!rc)
		rc = name_bootconfig(b, &vendor, why);
	if (!rc)
		rc = take_tree(b, vendor.bytes ? &vendor : &boot, why);
	if (!rc)
		rc = take_ramdisk(b, &vendor, init.bytes ? &init : &boot, why);
	if (rc)
		return rc;
	kernel.data = boot.bytes + boot.image.part[ANDROID_KERNEL].offset;
	kernel.size = boot.image.part[ANDROID_KERNEL].size;
	return container_boot_kernel(b, &kernel, why);
}

IMAGE_KERNEL(kernel_android) = {
	.name = "Android boot image",
	.magic = { 0, 8, "ANDROID!" },
	.open = open_android,
	.any = true,
};
