// SPDX-License-Identifier: BSD-2-Clause
#include "common/boot/modules.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "lib/base/num.h"

#define TEXT_SIZE 4096 /* of all command lines */

/* What the one request names; struct boot has those that come out of containers as well. */
static struct fdt_module named[FDT_MODULES_MAX];
static char text[TEXT_SIZE] __noinit;
static size_t text_used;

static enum fdt_module_kind kind_of(const char *name)
{
	static const struct {
		const char *name;
		enum fdt_module_kind kind;
	} kinds[] = {
		{ "kernel", FDT_MODULE_KERNEL },   { "dom0", FDT_MODULE_KERNEL },
		{ "ramdisk", FDT_MODULE_RAMDISK }, { "initrd", FDT_MODULE_RAMDISK },
		{ "fdt", FDT_MODULE_TREE },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(name, kinds[i].name))
			return kinds[i].kind;
	return FDT_MODULE_OTHER;
}

/* It becomes part of a node's name. */
static int check_name(const char *name, struct why *why)
{
	size_t n = 0;

	while (isalnum((unsigned char)name[n]) || (name[n] && strchr("-_.", name[n])))
		n++;
	if (!n || name[n] || n >= FDT_MODULE_NAME_SIZE)
		return refuse(why, -EINVAL,
			      "module '%.40s': a name has 1 to %d letters, digits, - _ .", name,
			      FDT_MODULE_NAME_SIZE - 1);
	return 0;
}

static int too_many(const char *name, struct why *why)
{
	return refuse(why, -E2BIG, "module '%s': more than %d modules", name, FDT_MODULES_MAX);
}

int modules_request(const char *name, paddr_t start, uint64_t size, const char *cmdline,
		    struct boot_request *req, struct why *why)
{
	const size_t length = cmdline ? strlen(cmdline) : 0;
	struct fdt_module *module;
	int rc = check_name(name, why);

	if (rc)
		return rc;
	if (req->module_count == FDT_MODULES_MAX)
		return too_many(name, why);
	if (!memmap_is_dram(&machine.mem, start, size))
		return refuse(why, -ENXIO, "module '%s': 0x%llx bytes at 0x%llx are not all DRAM",
			      name, (unsigned long long)size, (unsigned long long)start);
	if (!req->module_count)
		text_used = 0;
	if (length >= sizeof(text) - text_used)
		return refuse(why, -E2BIG, "module '%s': command lines of more than %d bytes", name,
			      TEXT_SIZE - 1);
	module = &named[req->module_count++];
	*module =
		(struct fdt_module){ .kind = (uint8_t)kind_of(name), .start = start, .size = size };
	strcpy(module->name, name);
	if (length) {
		module->cmdline = text + text_used;
		memcpy(text + text_used, cmdline, length + 1);
		text_used += length + 1;
	}
	return 0;
}

int modules_option(const char *arg, struct boot_request *req, struct why *why)
{
	const char *equals = strchr(arg, '='), *comma = strchr(arg, ',');
	const size_t end = comma ? (size_t)(comma - arg) : strlen(arg);
	char name[FDT_MODULE_NAME_SIZE + 1], place[48], *colon;
	const struct mem_range *is;
	uint64_t size = 0;
	paddr_t start;

	if (!equals || (size_t)(equals - arg) >= sizeof(name) || (size_t)(equals - arg) >= end ||
	    end - 1 - (size_t)(equals - arg) >= sizeof(place))
		return refuse(why, -EINVAL,
			      "module: '%.60s' is not name=address[:size][,command line]", arg);
	memcpy(name, arg, (size_t)(equals - arg));
	name[equals - arg] = '\0';
	memcpy(place, equals + 1, end - (size_t)(equals + 1 - arg));
	place[end - (size_t)(equals + 1 - arg)] = '\0';
	colon = strchr(place, ':');
	if (colon)
		*colon++ = '\0';
	if (num_parse(place, 16, &start) || (colon && num_parse(colon, 16, &size)))
		return refuse(why, -EINVAL,
			      "module: '%.60s': the address and the size are hexadecimal", arg);
	is = memmap_owner(&machine.mem, start, 1);
	if (!colon && is && is->flags & MEM_LOADED && is->start == start)
		size = is->size;
	if (!size)
		return refuse(why, -EINVAL, "module '%s': no size known; write %s=%s:size", name,
			      name, place);
	return modules_request(name, start, size, comma ? comma + 1 : NULL, req, why);
}

static void owner_of(const char *name, char owner[MEM_OWNER_SIZE])
{
	snprintf(owner, MEM_OWNER_SIZE, "module %s", name);
}

/* Another's bytes are no module; those of a load are, and so are those that nobody claimed. */
static int claim(const struct fdt_module *module, uint32_t flags, struct why *why)
{
	const struct mem_range *is = memmap_owner(&machine.mem, module->start, module->size);
	char owner[MEM_OWNER_SIZE];
	int rc;

	if (is && !(is->flags & MEM_LOADED))
		return refuse(why, -EEXIST, "module '%s' at 0x%llx: 0x%llx belongs to %s",
			      module->name, (unsigned long long)module->start,
			      (unsigned long long)MAX(is->start, module->start), is->owner);
	owner_of(module->name, owner);
	rc = memmap_claim(&machine.mem, module->start, module->size, MEM_LOADED, owner, why);
	if (rc)
		return rc;
	memmap_release(&machine.mem, module->start);
	return memmap_claim(&machine.mem, module->start, module->size, flags, owner, why);
}

static void show(const struct fdt_module *module)
{
	printf("   Module %s at 0x%llx, 0x%llx bytes%s%s\n", module->name,
	       (unsigned long long)module->start, (unsigned long long)module->size,
	       module->cmdline ? ": " : "", module->cmdline ? module->cmdline : "");
}

int modules_claim(struct boot *b, struct why *why)
{
	for (unsigned i = 0; i < b->req->module_count; i++) {
		int rc = claim(&named[i], 0, why);

		if (rc)
			return rc;
		b->module[b->module_count++] = named[i];
		show(&named[i]);
	}
	return 0;
}

int modules_add(struct boot *b, const char *name, enum fdt_module_kind kind, const uint8_t *bytes,
		uint64_t size, const char *cmdline, struct why *why)
{
	struct fdt_module *module = &b->module[b->module_count];
	char owner[MEM_OWNER_SIZE];
	int rc = check_name(name, why);

	if (rc)
		return rc;
	if (b->module_count == FDT_MODULES_MAX || b->copy_count == BOOT_COPIES_MAX)
		return too_many(name, why);
	*module = (struct fdt_module){ .kind = (uint8_t)(kind ? kind : kind_of(name)),
				       .size = size,
				       .cmdline = cmdline };
	strcpy(module->name, name);
	owner_of(name, owner);
	rc = memmap_alloc(&machine.mem, size, 4 * KIB, true, ~(paddr_t)0, 0, owner, &module->start,
			  why);
	if (rc)
		return rc;
	b->module_count++;
	b->copy[b->copy_count++] = (struct boot_copy){ bytes, { module->start, size } };
	show(module);
	return 0;
}

int modules_keep(const struct boot *b, struct why *why)
{
	for (unsigned i = 0; i < b->module_count; i++) {
		const struct fdt_module *module = &b->module[i];
		char owner[MEM_OWNER_SIZE];
		int rc;

		owner_of(module->name, owner);
		memmap_release(&machine.mem, module->start);
		rc = memmap_claim(&machine.mem, module->start, module->size, MEM_KEEP | MEM_RECLAIM,
				  owner, why);
		if (rc)
			return rc;
	}
	return 0;
}
