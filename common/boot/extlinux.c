/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/extlinux.h"

#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "common/boot/boot.h"
#include "common/boot/options.h"
#include "common/boot/ram.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/fdt/overlay.h"
#include "common/handoff/state.h"
#include "common/shell/readline.h"
#include "common/shell/shell.h"
#include "lib/base/crc32.h"
#include "lib/base/span.h"
#include "lib/extlinux/extlinux.h"

#define NAME_SIZE     256
#define INCLUDE_ALIGN 64
#define OVERLAY_ALIGN (4 * KIB)
#define INITRD_ALIGN  4 /* of each archive that follows another */

/* What a label names, out of the way of what is loaded over the text. */
struct plan {
	char name[64], kernel[NAME_SIZE], fdt[NAME_SIZE], overlays[NAME_SIZE];
	char initrd[4 * NAME_SIZE]; /* names with commas between them */
	const char *config;         /* of a FIT: behind the kernel's # */
	bool in_dir;                /* fdt is what ${fdtfile} is called in fdtdir */
	char append[BOOTARGS_MAX];
	bool has_append;
};

static struct extlinux menu __noinit;
static struct plan plan __noinit;
static paddr_t text_at[1 + EXTLINUX_INCLUDES]; /* the menu and what it includes */
static paddr_t text_end;

static int put(struct extlinux_text text, char *out, size_t room, const char *what, struct why *why)
{
	return extlinux_copy(text, out, room)
		       ? refuse(why, -E2BIG, "%s: %zu characters, the limit is %zu", what,
				text.size, room - 1)
		       : 0;
}

/* A line of somebody else's, with nothing in it that a terminal obeys. @but: is not printed */
static void print_text(struct extlinux_text t, char but)
{
	for (size_t i = 0; i < t.size; i++)
		if (t.at[i] != but)
			console_putc(t.at[i] < ' ' || t.at[i] == 0x7f ? '?' : t.at[i]);
	console_putc('\n');
}

static int parse(const struct extlinux_files *files, paddr_t at, uint64_t size, struct why *why)
{
	int err;

	memset(&menu, 0, sizeof(menu));
	text_at[0] = at;
	err = extlinux_parse(&menu, (const char *)at, size, why);
	for (unsigned int i = 0; !err && i < menu.includes; i++) {
		char name[NAME_SIZE];

		at = ALIGN_UP(at + size, (paddr_t)INCLUDE_ALIGN);
		err = put(menu.include[i], name, sizeof(name), "include", why);
		if (!err)
			err = files->load(files->ctx, name, at, &size, why);
		text_at[1 + i] = at;
		if (!err)
			err = extlinux_parse(&menu, (const char *)at, size, why);
	}
	text_end = at + size;
	if (!err && menu.ignored_line) {
		menu.ignored.size = MIN(menu.ignored.size, (size_t)40);
		printf("Ignoring unknown command: ");
		print_text(menu.ignored, '\0');
	}
	if (!err && !menu.labels)
		return refuse(why, -ENOENT, "the menu has no label");
	return err;
}

/* Without the mark of a key. */
static void print_entry(const struct extlinux_label *label)
{
	printf("%u:\t", (unsigned int)(label - menu.label) + 1);
	print_text(label->title.at ? label->title : label->name, '^');
}

/* NULL: what belongs to no label */
static void print_says(const struct extlinux_label *label)
{
	for (unsigned int i = 0; i < menu.says; i++)
		if (menu.say[i].label == label)
			print_text(menu.say[i].text, '\0');
}

static void print_menu(void)
{
	if (menu.title.size)
		print_text(menu.title, '\0');
	for (unsigned int i = 0; i < menu.labels; i++)
		print_entry(&menu.label[i]);
}

/* @label: the default, may be NULL; receives the choice, @chosen: by somebody. */
static int choose(const struct extlinux_label **label, bool *chosen)
{
	const struct readline how = { .prompt = "Enter choice: ", .seconds = menu.timeout };
	const char *line;

	*chosen = false;
	print_says(NULL);
	if (*label && (menu.at_once || (!menu.prompt && !menu.timeout)))
		return 0;
	print_menu();
	for (;;) {
		const enum lineedit_event event = console_readline(&how, &line);

		if (event == LINEEDIT_INTERRUPT)
			return -EINTR;
		if (event == LINEEDIT_GIVEN_UP) {
			if (!*label)
				*label = &menu.label[0];
			break;
		}
		if (!line[0] && *label)
			break;
		if (extlinux_find(&menu, line)) {
			*label = extlinux_find(&menu, line);
			*chosen = true;
			break;
		}
		printf("%s not found\n", line);
	}
	console_fresh_line();
	print_entry(*label);
	return 0;
}

/* Of each ${name} in the command line the variable's value, as U-Boot's menus have it. */
static int expand_append(struct why *why)
{
	struct extlinux_text all = { plan.append, 0 };
	char *at = plan.append, *end;

	while ((at = strstr(at, "${")) && (end = strchr(at, '}'))) {
		const char *value;
		size_t size, rest;

		*end++ = '\0';
		value = env_get(at + 2);
		if (!value)
			value = "";
		size = strlen(value);
		rest = strlen(end) + 1;
		if (size > sizeof(plan.append) - (size_t)(at - plan.append) - rest) {
			all.size = (size_t)(at - plan.append) + size + rest - 1;
			return put(all, plan.append, sizeof(plan.append), "append", why);
		}
		memmove(at + size, end, rest);
		memcpy(at, value, size);
		at += size;
	}
	return 0;
}

/* ip= and BOOTIF=, as PXELINUX writes them. */
static void add_addresses(unsigned int ipappend)
{
	static const char *const names[] = { "ipaddr", "serverip", "gatewayip", "netmask" };
	size_t used = strlen(plan.append);
	const char *mac = env_get("ethaddr");

	if (!(ipappend & 1) || !env_get("ipaddr"))
		goto bootif;
	for (unsigned int i = 0; i < ARRAY_SIZE(names) && used < sizeof(plan.append); i++) {
		const char *value = env_get(names[i]);

		used += (size_t)snprintf(plan.append + used, sizeof(plan.append) - used, "%s%s",
					 i ? ":" : " ip=", value ? value : "");
	}
bootif:
	if (!(ipappend & 2) || !mac || used >= sizeof(plan.append))
		return;
	snprintf(plan.append + used, sizeof(plan.append) - used, " BOOTIF=01-%s", mac);
	for (char *c = plan.append + used + strlen(" BOOTIF="); *c; c++)
		if (*c == ':')
			*c = '-';
}

/* fdtdir holds the trees of many boards; ${fdtfile} is which. */
static int name_fdt(const struct extlinux_label *label, struct why *why)
{
	const char *file = env_get("fdtfile");
	char dir[NAME_SIZE];
	int n, err = put(label->fdt, plan.fdt, sizeof(plan.fdt), "fdt", why);

	plan.in_dir = false;
	if (err || label->fdt.size || !label->fdtdir.size)
		return err;
	if (!file) {
		printf("fdtdir: ${fdtfile} is not set; the kernel gets the machine's own tree\n");
		return 0;
	}
	err = put(label->fdtdir, dir, sizeof(dir), "fdtdir", why);
	if (err)
		return err;
	plan.in_dir = true;
	n = snprintf(plan.fdt, sizeof(plan.fdt), "%s%s%s", dir,
		     dir[strlen(dir) - 1] == '/' ? "" : "/", file);
	return n < 0 || (size_t)n >= sizeof(plan.fdt)
		       ? refuse(why, -E2BIG, "fdtdir: the limit is %u characters", NAME_SIZE - 1)
		       : 0;
}

/* "file#configuration" */
static void cut_config(void)
{
	char *at = strchr(plan.kernel, '#');

	plan.config = at ? at + 1 : NULL;
	if (at)
		*at = '\0';
}

static int make_plan(const struct extlinux_label *label, struct why *why)
{
	const struct extlinux_text append = extlinux_append(&menu, label);
	int err;

	(void)!extlinux_copy(label->name, plan.name, sizeof(plan.name));
	plan.has_append = append.at || label->ipappend;
	err = put(label->overlays, plan.overlays, sizeof(plan.overlays), "fdtoverlays", why);
	if (!err)
		err = put(label->kernel, plan.kernel, sizeof(plan.kernel), "kernel", why);
	if (!err)
		cut_config();
	if (!err)
		err = put(label->initrd, plan.initrd, sizeof(plan.initrd), "initrd", why);
	if (!err)
		err = put(append, plan.append, sizeof(plan.append), "append", why);
	if (!err)
		err = expand_append(why);
	if (!err)
		err = name_fdt(label, why);
	if (!err)
		add_addresses(label->ipappend);
	return err;
}

int extlinux_load(const struct extlinux_files *files, const char *name, const char *where,
		  paddr_t *at, uint64_t *size, struct why *why)
{
	*at = env_get_hex(where, 0);
	*size = 0;
	if (!name[0])
		return 0;
	if (!env_get(where))
		return refuse(why, -EINVAL, "${%s} is not set: no place for %s", where, name);
	return files->load(files->ctx, name, *at, size, why);
}

/* One behind the other, as Linux takes them: @size is that of all, with what lies between them. */
static int load_initrds(const struct extlinux_files *files, paddr_t *at, uint64_t *size,
			struct why *why)
{
	char *rest = plan.initrd;
	uint64_t have, more;
	const char *name = strtok_r(rest, ",", &rest);
	int err = extlinux_load(files, name ? name : "", "ramdisk_addr_r", at, size, why);

	while (!err && (name = strtok_r(rest, ",", &rest))) {
		have = ALIGN_UP(*size, (uint64_t)INITRD_ALIGN);
		err = files->load(files->ctx, name, *at + have, &more, why);
		if (err)
			break;
		memset((void *)(*at + *size), 0, have - *size);
		*size = have + more;
	}
	return err;
}

/* The tree; that a directory has none for this machine keeps nobody from booting. */
static int load_fdt(const struct extlinux_files *files, paddr_t *at, uint64_t *size,
		    struct why *why)
{
	int err = extlinux_load(files, plan.fdt, "fdt_addr_r", at, size, why);

	if (err != -ENOENT || !plan.in_dir)
		return err;
	printf("Skipping fdtdir: %s\n", why->text[0] ? why->text : plan.fdt);
	return 0;
}

static int apart(paddr_t kernel, uint64_t size, paddr_t other, uint64_t other_size,
		 const char *where, struct why *why)
{
	return span_overlap(kernel, size, other, other_size)
		       ? refuse(why, -EEXIST,
				"the kernel, 0x%" PRIx64 " bytes at 0x%" PRIx64
				", lies over what is at ${%s}, 0x%" PRIx64,
				size, kernel, where, other)
		       : 0;
}

static int set_fdt(struct boot_request *req, paddr_t at, struct why *why)
{
	char hex[20];

	snprintf(hex, sizeof(hex), "%" PRIx64, at);
	return boot_option_fdt(hex, req, why);
}

/* Each is read to memory that is free just now, and is part of the tree before the next is. */
static int add_overlays(const struct extlinux_files *files, void **tree, struct why *why)
{
	char *rest = plan.overlays;
	uint64_t size;
	paddr_t at;
	int err = 0;

	for (char *name; !err && (name = strtok_r(rest, " \t", &rest));) {
		err = memmap_alloc(&machine.mem, FDT_SIZE_MAX, OVERLAY_ALIGN, true, ~(paddr_t)0, 0,
				   "overlay", &at, why);
		if (err)
			break;
		memmap_release(&machine.mem, at);
		err = files->load(files->ctx, name, at, &size, why);
		if (!err)
			err = fdt_overlay(tree, (const void *)at, size, name, why);
	}
	return err;
}

/* @req's tree, or the machine's, with the overlays; NULL without any, or where it fails. */
static int overlay_tree(const struct extlinux_files *files, struct boot_request *req, void **tree,
			struct why *why)
{
	const void *base = req->fdt ? req->fdt : machine.fdt;
	int err;

	*tree = NULL;
	if (!plan.overlays[0])
		return 0;
	if (!IS_ENABLED(CONFIG_FIT))
		return refuse(why, -ENOTSUP, "fdtoverlays: this Loft applies none (CONFIG_FIT)");
	err = fdt_take(base, fdt_totalsize(base), tree, why);
	if (err)
		return err;
	err = add_overlays(files, tree, why);
	if (err) {
		memmap_release(&machine.mem, (paddr_t)*tree);
		*tree = NULL;
	}
	req->fdt = *tree;
	return err;
}

/* The kernel last: its size is ${filesize} then. */
static int boot_plan(const struct extlinux_files *files, struct why *why)
{
	struct boot_request req = { 0 };
	struct source source = { 0 };
	uint64_t fdt_size, size;
	paddr_t fdt, at;
	void *tree = NULL;
	int err;

	req.fit_config = plan.config;
	err = load_initrds(files, &req.initrd_start, &req.initrd_size, why);
	if (!err && plan.has_append)
		printf("append: %s\n", plan.append);
	if (!err)
		err = load_fdt(files, &fdt, &fdt_size, why);
	if (!err)
		err = extlinux_load(files, plan.kernel, "kernel_addr_r", &at, &size, why);
	if (!err)
		err = apart(at, size, req.initrd_start, req.initrd_size, "ramdisk_addr_r", why);
	if (!err)
		err = apart(at, size, fdt, fdt_size, "fdt_addr_r", why);
	if (!err)
		err = apart(fdt, fdt_size, req.initrd_start, req.initrd_size, "ramdisk_addr_r",
			    why);
	if (!err && fdt_size)
		err = set_fdt(&req, fdt, why);
	if (!err)
		err = overlay_tree(files, &req, &tree, why);
	if (!err)
		err = bootsrc_ram(&source, at, why);
	if (err)
		return err;
	req.source = &source;
	req.bootargs = plan.has_append ? plan.append : NULL;
	err = boot_options_stored(&req, why);
	if (err)
		return err;
	for (unsigned int i = 0; i <= menu.includes; i++) /* read, and not in a kernel's way */
		(void)memmap_release(&machine.mem, text_at[i]);
	err = boot_run(&req, why);
	if (tree)
		memmap_release(&machine.mem, (paddr_t)tree);
	return err;
}

static int boot_label(const struct extlinux_files *files, const struct extlinux_label *label,
		      struct why *why)
{
	const char *local = env_get("localcmd");
	int err;

	if (label->localboot) {
		if (local)
			return shell_run_boot(local) ? refuse(why, -EIO, "${localcmd} failed") : 0;
		return refuse(why, -ENOENT,
			      "the label boots from elsewhere; ${localcmd} is not set");
	}
	if (!label->kernel.size)
		return refuse(why, -EINVAL, "label '%.*s' has no kernel",
			      (int)MIN(label->name.size, (size_t)80), label->name.at);
	err = make_plan(label, why);
	if (err)
		return err;
	print_says(label);
	if (files->begin)
		files->begin(files->ctx, label->name);
	return boot_plan(files, why);
}

static uint32_t text_crc(paddr_t at)
{
	return crc32(0, (const void *)at, text_end - at);
}

int extlinux_place(paddr_t *at, struct why *why)
{
	*at = env_get_hex("pxefile_addr_r", env_get_hex("scriptaddr", 0));
	return *at ? 0
		   : refuse(why, -EINVAL,
			    "neither ${pxefile_addr_r} nor ${scriptaddr} is set: no place for a menu");
}

int extlinux_boot(const struct extlinux_files *files, paddr_t at, uint64_t size, struct why *why)
{
	const struct extlinux_label *first;
	uint32_t crc;
	bool chosen, local;
	int err = parse(files, at, size, why);

	if (err)
		return err;
	crc = text_crc(at);
	first = extlinux_default(&menu);
	err = choose(&first, &chosen);
	if (err)
		return refuse(why, err, "Abort");
	local = first->localboot;
	err = boot_label(files, first, why);
	for (unsigned int i = 0; err && err != -EINTR && !chosen && !local && i < menu.labels;
	     i++) {
		if (text_crc(at) != crc)
			break; /* a file was loaded over the menu */
		if (&menu.label[i] == first || menu.label[i].localboot)
			continue;
		if (why->text[0])
			printf("%s\n", why->text);
		print_entry(&menu.label[i]);
		err = boot_label(files, &menu.label[i], why);
	}
	if (!memmap_owner(&machine.mem, at, size) && text_crc(at) == crc)
		(void)!memmap_claim(&machine.mem, at, size, MEM_LOADED, "menu", NULL);
	return err;
}
