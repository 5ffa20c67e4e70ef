// SPDX-License-Identifier: BSD-2-Clause
/* Unified kernel images: the sections' kernel, ramdisk, command line and device tree. */
#include "common/image/uki.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/boot/container.h"
#include "common/fdt/fdt.h"
#include "common/fdt/overlay.h"
#include "lib/base/printable.h"
#include "lib/base/span.h"

enum part { LINUX, INITRD, CMDLINE, DTB, OSREL, UNAME, PARTS };

static const char *const names[PARTS] = { ".linux", ".initrd", ".cmdline",
					  ".dtb",   ".osrel",  ".uname" };

/* What it has for us; size 0: none. Of several profiles the first one is taken. */
struct parts {
	struct uki_section part[PARTS];
	uint64_t end; /* of all that is there */
	unsigned count;
};

/* 0 and up: the place among @names; PARTS: none of them. */
static unsigned part_of(const char *name)
{
	unsigned i = 0;

	while (i < PARTS && strcmp(names[i], name))
		i++;
	return i;
}

static int find(struct source *source, const struct uki *uki, struct parts *parts, struct why *why)
{
	unsigned profiles = 0, seen = 0;
	struct uki_section section;
	int rc;

	memset(parts, 0, sizeof(*parts));
	for (unsigned n = 0; !(rc = uki_section(source, uki, n, &section, why)); n++) {
		const unsigned i = part_of(section.name);

		if (!strcmp(section.name, ".profile")) {
			seen = 0; /* what it has goes before what all have */
			if (++profiles == 2)
				return 0;
		}
		if (i < PARTS && seen & BIT(i))
			return refuse(why, -EINVAL, "UKI: section %u is a second %s", n, names[i]);
		if (i < PARTS) {
			seen |= BIT(i);
			parts->part[i] = section;
		}
		parts->end = MAX(parts->end, span_end(section.offset, section.size));
		parts->count = n + 1;
	}
	return rc == -ENOENT ? 0 : rc;
}

/* The line of a file of key="value" lines that begins with @key. */
static void show_value(const char *what, const char *text, uint64_t size, const char *key)
{
	const size_t length = strlen(key);
	struct printable shown;
	char value[80];
	size_t count = 0;

	for (uint64_t at = 0; at < size; at++) {
		if ((at && text[at - 1] != '\n') || size - at < length ||
		    memcmp(text + at, key, length))
			continue;
		for (at += length; at < size && count < sizeof(value) - 1 && text[at] &&
				   text[at] != '\n' && text[at] != '"';
		     at++)
			value[count++] = text[at];
		value[count] = '\0';
		if (count)
			printf("   %s %s\n", what, printable(&shown, value));
		return;
	}
}

static void show(const struct parts *parts, const uint8_t *bytes)
{
	const struct uki_section *os = &parts->part[OSREL], *uname = &parts->part[UNAME];

	show_value("OS:          ", (const char *)bytes + os->offset, os->size, "PRETTY_NAME=\"");
	show_value("Kernel:      ", (const char *)bytes + uname->offset, uname->size, "");
	for (unsigned i = 0; i < PARTS; i++)
		if (parts->part[i].size)
			printf("   %-12s 0x%llx bytes at 0x%llx\n", names[i],
			       (unsigned long long)parts->part[i].size,
			       (unsigned long long)parts->part[i].offset);
}

/* Of the trees that are for some machine the one that is for this; else the one for all. */
static int take_tree(struct boot *b, const struct uki *uki, const struct parts *parts,
		     const uint8_t *bytes, struct why *why)
{
	const struct uki_section *all = &parts->part[DTB];
	struct uki_section section;
	struct why reason = { "" };
	void *best = NULL, *tree;
	int rank, rc;

	for (unsigned n = 0; n < parts->count; n++) {
		rc = uki_section(b->source, uki, n, &section, why);
		if (rc)
			return rc;
		if (strcmp(section.name, ".dtbauto") ||
		    fdt_take(bytes + section.offset, section.size, &tree, &reason))
			continue;
		if (fdt_choose(&best, &rank, tree))
			printf("   .dtbauto     section %u is for this machine\n", n);
	}
	if (!best && all->size) {
		rc = fdt_take(bytes + all->offset, all->size, &best, &reason);
		if (rc)
			return refuse(why, rc, "UKI: .dtb: %.200s", reason.text);
	}
	if (best)
		b->tree = best;
	return 0;
}

static int open_uki(struct boot *b, struct why *why)
{
	struct container_kernel kernel = { .name = "UKI's kernel" };
	const struct uki_section *part;
	const uint8_t *bytes;
	struct parts parts;
	struct uki uki;
	int rc = uki_open(b->source, &uki, why);

	if (!rc)
		rc = find(b->source, &uki, &parts, why);
	if (rc)
		return rc;
	part = parts.part;
	if (!part[LINUX].size)
		return refuse(why, -EINVAL, "UKI: its .linux is empty");
	rc = container_take(b, parts.end, "UKI", &bytes, why);
	if (rc)
		return rc;
	printf("## Booting kernel from Unified Kernel Image ...\n");
	show(&parts, bytes);
	rc = container_cmdline(b, (const char *)bytes + part[CMDLINE].offset, part[CMDLINE].size,
			       false, "UKI: .cmdline", why);
	if (rc)
		return rc;
	if (part[INITRD].size)
		container_ramdisk(b, bytes + part[INITRD].offset, part[INITRD].size);
	if (!b->req->fdt) {
		rc = take_tree(b, &uki, &parts, bytes, why);
		if (rc)
			return rc;
	}
	kernel.data = bytes + part[LINUX].offset;
	kernel.size = part[LINUX].size;
	return container_boot_kernel(b, &kernel, why);
}

IMAGE_KERNEL(kernel_uki) = {
	.name = "EFI UKI",
	.magic = { 0, 2, "MZ" },
	.open = open_uki,
	.any = true,
	.is = uki_is,
};
