// SPDX-License-Identifier: BSD-2-Clause
/*
 * FIT images: a configuration names a kernel, ramdisks, a device tree with its overlays, and what
 * else is to be in memory.
 */
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "common/boot/container.h"
#include "common/boot/modules.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/fdt/overlay.h"
#include "common/image/fit.h"
#include "common/image/packed.h"
#include "common/image/show.h"
#include "common/image/trust.h"
#include "lib/base/printable.h"

#define NAME_SIZE  160
#define PAGE       (4 * KIB)
#define ANYWHERE   (~(paddr_t)0)
#define NO_CONFIG  (-1)

/* One image of it. */
struct part {
	const char *name;
	int node;
	const uint8_t *data;
	uint32_t size;
};

/* What an image may be, and what U-Boot calls that. */
struct role {
	const char *property, *shown;
	const char *types[3];
};

static const struct role kernel_role = { "kernel", "kernel", { "kernel", "kernel_noload" } };
static const struct role ramdisk_role = { "ramdisk", "ramdisk", { "ramdisk" } };
static const struct role tree_role = { "fdt", "fdt", { "flat_dt" } };
static const struct role loadable_role = { "loadables", "loadables", { NULL } };

static bool is_type(const struct fit *fit, int node, const struct role *role)
{
	const char *type = fit_text(fit->tree, node, "type");

	if (!role->types[0])
		return true;
	for (unsigned i = 0; i < ARRAY_SIZE(role->types) && role->types[i]; i++)
		if (type && !strcmp(type, role->types[i]))
			return true;
	return false;
}

static int verify(const struct fit *fit, int node, struct why *why)
{
	int rc;

	if (!container_verify() && !trust_required())
		return 0;
	printf("   Verifying Hash Integrity ... ");
	rc = fit_print_hashes(fit, node, why);
	if (!rc)
		printf("OK\n");
	return rc || !trust_required() ? rc : trust_image(fit, node, why);
}

/* By its name: found, shown, checked. */
static int take(const struct fit *fit, const struct role *role, const char *name, struct part *part,
		struct why *why)
{
	struct printable shown;
	const char *type;

	part->name = name;
	part->node = name ? fit_child(fit->tree, "/images", name) : -1;
	if (part->node < 0)
		return refuse(why, -ENOENT, "Can't find '%.60s' FIT subimage", name ? name : "");
	printf("   Trying '%s' %s subimage\n", printable(&shown, name), role->shown);
	fit_print_image(fit, part->node);
	type = fit_text(fit->tree, part->node, "type");
	if (!is_type(fit, part->node, role))
		return refuse(why, -ENOEXEC, "'%.60s' is to be the %s, and its type is '%.20s'",
			      name, role->shown, type ? type : "");
	if (fit_data(fit, part->node, &part->data, &part->size, why))
		return -EINVAL;
	return verify(fit, part->node, why);
}

/* The image that a configuration names, the @index-th; -ENOENT without a sentence: no more. */
static int take_named(const struct fit *fit, int config, const struct role *role, int index,
		      struct part *part, struct why *why)
{
	const int count = fdt_stringlist_count(fit->tree, config, role->property);
	struct printable shown;

	if (count == -FDT_ERR_BADVALUE)
		return refuse(why, -EINVAL, "'%.60s' of the FIT: %s is no list of names",
			      fit_name(fit->tree, config), role->property);
	if (index >= count)
		return -ENOENT;
	printf("## Loading %s from FIT Image at %08llx ...\n   Using '%s' configuration\n",
	       role->shown, (unsigned long long)(uintptr_t)fit->tree,
	       printable(&shown, fit_name(fit->tree, config)));
	return take(fit, role, fdt_stringlist_get(fit->tree, config, role->property, index, NULL),
		    part, why);
}

/* The part's bytes where they are unpacked; the kernel is, and a tree may be. */
static int unpack(const struct fit *fit, struct part *part, struct why *why)
{
	const char *name = fit_text(fit->tree, part->node, "compression");
	const struct packing *packing;
	struct source packed, inner;
	int rc;

	if (!name || !strcmp(name, "none"))
		return 0;
	packing = packing_find(name);
	if (!packing)
		return refuse(why, -ENOTSUP,
			      "'%.60s' is packed with '%.20s', which this Loft does not unpack",
			      part->name, name);
	source_mem(&packed, "device tree", part->data, part->size);
	rc = packed_unwrap(packing, &packed, (struct packed_part){ 0, packed.size, true }, &inner,
			   why);
	if (rc)
		return rc;
	part->data = inner.mem;
	part->size = (uint32_t)MIN(inner.size, (uint64_t)FDT_SIZE_MAX + 1);
	return 0;
}

/* ---- which configuration ------------------------------------------------------------------ */

static int rank_of_config(const struct fit *fit, int config)
{
	const char *name = fdt_stringlist_get(fit->tree, config, "fdt", 0, NULL);
	const char *packing;
	const uint8_t *data;
	struct why none;
	uint32_t size;
	void *tree;
	int node, found;

	if (fdt_getprop(fit->tree, config, "compatible", NULL))
		return fdt_rank(fit->tree, config);
	node = name ? fit_child(fit->tree, "/images", name) : -1;
	packing = node < 0 ? NULL : fit_text(fit->tree, node, "compression");
	if (node < 0 || (packing && strcmp(packing, "none")) ||
	    fit_data(fit, node, &data, &size, &none))
		return -1;
	if (fdt_take(data, size, &tree, &none))
		return -1;
	found = fdt_rank(tree, 0);
	memmap_release(&machine.mem, (paddr_t)tree);
	return found;
}

/* What was asked for; what fits the machine best; the FIT's default. */
static int choose(const struct fit *fit, const char *name, int *config, struct why *why)
{
	const int parent = fdt_path_offset(fit->tree, "/configurations");
	int node, at, best = -1;

	*config = -1;
	if (parent < 0)
		return refuse(why, -ENOENT,
			      "the FIT has no configurations: name a kernel, ADDR:NAME");
	if (name) {
		*config = fit_child(fit->tree, "/configurations", name);
		return *config < 0
			       ? refuse(why, -ENOENT, "the FIT has no configuration '%.60s'", name)
			       : 0;
	}
	fdt_for_each_subnode(node, fit->tree, parent) {
		at = rank_of_config(fit, node);
		if (at >= 0 && (best < 0 || at < best)) {
			best = at;
			*config = node;
		}
	}
	if (*config < 0)
		*config = fit_child(fit->tree, "/configurations",
				    fit_default(fit->tree, "/configurations"));
	return *config < 0
		       ? refuse(why, -ENOENT,
				"no configuration of the FIT is for this machine, and it has no default")
		       : 0;
}

/* Nothing is taken out of it before its signatures are right. */
static int choose_signed(const struct fit *fit, const char *name, int *config, uint32_t *version,
			 struct why *why)
{
	int rc = choose(fit, name, config, why);

	return rc || !trust_required() ? rc : trust_config(fit, *config, version, why);
}

/* ---- what belongs to the kernel ----------------------------------------------------------- */

/* One is passed where it lies. Linux reads several cpio archives behind each other. */
static int take_ramdisks(struct boot *b, const struct fit *fit, int config, struct why *why)
{
	struct part part, first = { 0 };
	uint64_t size = 0;
	paddr_t at = 0;
	int count = 0, rc;

	while (!(rc = take_named(fit, config, &ramdisk_role, count, &part, why))) {
		if (!count++)
			first = part;
		size += ALIGN_UP((uint64_t)part.size, 4);
	}
	if (rc != -ENOENT || !count)
		return rc == -ENOENT ? 0 : rc;
	if (count == 1) {
		container_ramdisk(b, first.data, first.size);
		return 0;
	}
	rc = memmap_alloc(&machine.mem, size, PAGE, true, ANYWHERE, 0, "ramdisks", &at, why);
	if (rc)
		return rc;
	memset((void *)at, 0, size);
	container_ramdisk(b, (const uint8_t *)at, size);
	for (int i = 0; i < count; i++) {
		part.node = fit_child(fit->tree, "/images",
				      fdt_stringlist_get(fit->tree, config, "ramdisk", i, NULL));
		rc = fit_data(fit, part.node, &part.data, &part.size, why);
		if (rc)
			return rc;
		memcpy((void *)at, part.data, part.size);
		at += ALIGN_UP((uint64_t)part.size, 4);
	}
	return 0;
}

/* The first device tree of a configuration, and overlays: the others, and those of further ones. */
static int take_trees(struct boot *b, const struct fit *fit, int config, void **tree,
		      struct why *why)
{
	struct part part;
	int rc;

	for (int i = 0; !(rc = take_named(fit, config, &tree_role, i, &part, why)); i++) {
		if (b->req->fdt)
			continue; /* what was said counts */
		rc = unpack(fit, &part, why);
		if (!rc)
			rc = *tree ? fdt_overlay(tree, part.data, part.size, part.name, why)
				   : fdt_take(part.data, part.size, tree, why);
		if (rc)
			return rc;
	}
	return rc == -ENOENT ? 0 : rc;
}

/* Without a load address it may lie anywhere, and the kernel's tree says where. */
static int take_module(struct boot *b, const struct fit *fit, const struct part *part,
		       struct why *why)
{
	const char *type = fit_text(fit->tree, part->node, "type");
	const char *cmdline = fit_text(fit->tree, part->node, "bootargs");
	enum fdt_module_kind kind = FDT_MODULE_OTHER;

	if (!IS_ENABLED(CONFIG_MODULES))
		return refuse(why, -EINVAL, "'%.60s' has no load address", part->name);
	/* Signatures of images are of bytes only. */
	if (cmdline && trust_required() && !trust_needs_config())
		return trust_refuse("a module's command line", why);
	if (type && !strncmp(type, "kernel", 6))
		kind = FDT_MODULE_KERNEL;
	else if (type && !strcmp(type, "ramdisk"))
		kind = FDT_MODULE_RAMDISK;
	else if (type && !strcmp(type, "flat_dt"))
		kind = FDT_MODULE_TREE;
	return modules_add(b, part->name, kind, part->data, part->size, cmdline, why);
}

static int take_loadables(struct boot *b, const struct fit *fit, int config, struct why *why)
{
	struct part part;
	uint64_t load;
	int rc;

	for (int i = 0; !(rc = take_named(fit, config, &loadable_role, i, &part, why)); i++) {
		if (fit_place(fit->tree, part.node, "load", &load)) {
			rc = take_module(b, fit, &part, why);
			if (rc)
				return rc;
			continue;
		}
		printf("   Loading loadables from 0x%08llx to 0x%08llx\n",
		       (unsigned long long)(uintptr_t)part.data, (unsigned long long)load);
		rc = container_copy(b, part.name, part.data, part.size, load, why);
		if (rc)
			return rc;
	}
	return rc == -ENOENT ? 0 : rc;
}

static int take_kernel(struct boot *b, const struct fit *fit, const struct part *part,
		       struct why *why)
{
	struct container_kernel kernel = { .name = "FIT's kernel",
					   .data = part->data,
					   .size = part->size };
	const char *arch = fit_text(fit->tree, part->node, "arch");
	const char *type = fit_text(fit->tree, part->node, "type");

	if (!arch ||
	    (strcmp(arch, "arm64") && !(IS_ENABLED(CONFIG_AARCH32) && !strcmp(arch, "arm"))))
		return refuse(why, -ENOEXEC, "Unsupported Architecture '%.20s' of '%.60s'",
			      arch ? arch : "", part->name);
	kernel.packing = fit_text(fit->tree, part->node, "compression");
	if (strcmp(type, "kernel_noload") &&
	    !fit_place(fit->tree, part->node, "load", &kernel.raw.load)) {
		kernel.raw.kernel = &boot_raw_kernel;
		kernel.raw.entry = kernel.raw.load;
		(void)!fit_place(fit->tree, part->node, "entry", &kernel.raw.entry);
		/* Signatures of images are of bytes only: not of where they are entered. */
		if (trust_required() && kernel.raw.entry != kernel.raw.load &&
		    !trust_needs_config())
			return trust_refuse("an entry behind the image's first byte", why);
	}
	return container_boot_kernel(b, &kernel, why);
}

/* "conf#overlays#more": the first is the configuration, the trees of the others are overlays. */
static int open_config(struct boot *b, const struct fit *fit, struct why *why)
{
	char names[NAME_SIZE] = "", *rest = NULL;
	void *tree = NULL;
	struct part kernel;
	uint32_t version = 0, others;
	int config, other, rc;

	if (b->req->fit_config) {
		if (strlen(b->req->fit_config) >= sizeof(names))
			return refuse(why, -E2BIG,
				      "the configuration's name is longer than %u characters",
				      NAME_SIZE - 1);
		strcpy(names, b->req->fit_config);
		strtok_r(names, "#", &rest);
	}
	rc = choose_signed(fit, names[0] ? names : NULL, &config, &version, why);
	if (!rc) {
		rc = take_named(fit, config, &kernel_role, 0, &kernel, why);
		if (rc == -ENOENT && fdt_stringlist_count(fit->tree, config, "kernel") <= 0)
			return refuse(why, -ENOENT, "the configuration '%.60s' names no kernel",
				      fit_name(fit->tree, config));
	}
	if (!rc)
		rc = take_ramdisks(b, fit, config, why);
	if (!rc)
		rc = take_trees(b, fit, config, &tree, why);
	for (char *name; !rc && rest && (name = strtok_r(NULL, "#", &rest));) {
		rc = choose_signed(fit, name, &other, &others, why);
		if (!rc && !tree && !b->req->fdt)
			return refuse(why, -ENOENT,
				      "'%.60s' has no tree for the overlays of '%.60s'", names,
				      name);
		if (!rc)
			rc = take_trees(b, fit, other, &tree, why);
	}
	if (!rc)
		rc = take_loadables(b, fit, config, why);
	if (rc)
		return rc;
	if (tree)
		b->tree = tree;
	b->trusted = true;
	b->version = version;
	return take_kernel(b, fit, &kernel, why);
}

/* In memory its end is what the tree says; else the file's. */
static int read_fit(struct boot *b, struct fit *fit, struct why *why)
{
	uint64_t size = b->source->size;
	const uint8_t *bytes = b->source->mem;
	int rc;

	if (bytes) {
		if ((uintptr_t)bytes % 8)
			return refuse(why, -EINVAL, "a FIT at 0x%llx, which is no multiple of 8",
				      (unsigned long long)(uintptr_t)bytes);
		rc = fit_check(fit, bytes, size, why);
		if (!rc)
			rc = fit_extent(fit, &size, why);
		if (rc)
			return rc;
	}
	rc = container_take(b, size, "FIT", &bytes, why);
	if (!rc)
		rc = fit_check(fit, bytes, size, why);
	if (!rc)
		fit->stopped = console_ctrlc;
	return rc;
}

static int open_fit(struct boot *b, struct why *why)
{
	struct part kernel;
	struct fit fit;
	int rc = read_fit(b, &fit, why);

	if (rc)
		return rc;
	if (!b->req->fit_unit)
		return open_config(b, &fit, why);
	if (trust_required() && trust_needs_config())
		return trust_refuse("an image without its configuration", why);
	printf("## Loading kernel from FIT Image at %08llx ...\n",
	       (unsigned long long)(uintptr_t)fit.tree);
	rc = take(&fit, &kernel_role, b->req->fit_unit, &kernel, why);
	b->trusted = !rc;
	return rc ? rc : take_kernel(b, &fit, &kernel, why);
}

IMAGE_KERNEL(kernel_fit) = {
	.name = "FIT",
	.magic = { 0, 4, "\xd0\x0d\xfe\xed" },
	.open = open_fit,
};
