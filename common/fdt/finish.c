/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/fdt/finish.h"

#include <inttypes.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "common/fdt/put.h"
#include "common/fdt/walk.h"
#include "lib/base/num.h"
#include "lib/base/span.h"

/*
 * The kernel's tree is written in one go, from the front to the back: pieces of the old structure
 * block are copied as they are, and what is new stands between them. Twenty properties added by
 * fdt_setprop() would each look for their node, look for their name and move the rest of the tree.
 *
 *	header | reservations, old and new | structure | strings: the old ones, then the new
 */

#define HEADER_SIZE      40

struct finish {
	const struct fdt_facts *facts;
	struct why *why;
	struct fdt_walk walk;
	struct fdt_put put;
	const char *base;                   /* of the new tree */
	const uint32_t *copied;             /* the old structure block is written up to here */
	unsigned int depth;                 /* open nodes */
	uint32_t address_cells, size_cells; /* of the root */
	enum { IN_OTHER, IN_CHOSEN, IN_RESERVED, IN_CPUS } in; /* child of the root that is open */
	bool in_cpu;                                           /* and a CPU in it */
	unsigned int cpus;                                     /* so many were begun */
	bool has_chosen, has_reserved, has_memory;
	struct {
		uint32_t address_cells, size_cells;
		bool has_ranges, props_done;
	} reserved;
};

/* The machine's own reservations are in its own tree already. */
static bool is_kept(const struct finish *f, const struct mem_range *r)
{
	return r->flags & MEM_KEEP || (f->facts->machine_memory && r->flags & MEM_FOREIGN);
}

static bool is_permanent(const struct finish *f, const struct mem_range *r)
{
	return is_kept(f, r) && !(r->flags & MEM_RECLAIM);
}

/* Bring what was not copied yet across, up to @to. */
static void copy_up_to(struct finish *f, const uint32_t *to)
{
	fdt_put_words(&f->put, f->copied, (size_t)(to - f->copied));
	f->copied = to;
}

static void put_loft(struct fdt_put *out, const struct fdt_facts *facts)
{
	fdt_put_u64(out, FDT_NAME(protocol), LOFT_PROTOCOL_VERSION);
	fdt_put_u64(out, FDT_NAME(boot_el), facts->boot_el);
	fdt_put_u64(out, FDT_NAME(boot_time_ns), facts->boot_time_ns);
	if (facts->secondary_entry)
		fdt_put_u64(out, FDT_NAME(secondary_entry), facts->secondary_entry);
	if (facts->placed)
		fdt_put_u64(out, FDT_NAME(kernel_phys), facts->kernel_phys);
	if (facts->relocated)
		fdt_put_u64(out, FDT_NAME(kernel_virt), facts->kernel_virt);
	if (!facts->mapped)
		return;
	fdt_put_u64(out, FDT_NAME(virt_start), facts->virt_start);
	fdt_put_u64(out, FDT_NAME(va_bits), facts->va_bits);
	fdt_put_u64(out, FDT_NAME(granule), facts->granule);
	fdt_put_u64(out, FDT_NAME(ttbr1), facts->ttbr1);
	fdt_put_u64(out, FDT_NAME(tcr), facts->tcr);
	fdt_put_u64(out, FDT_NAME(mair), facts->mair);
}

static bool is_multiboot(const struct fdt_facts *facts)
{
	return IS_ENABLED(CONFIG_MODULES) && facts->multiboot;
}

/* Do nodes with addresses go into /chosen? */
static bool has_children(const struct fdt_facts *facts)
{
	return facts->framebuffer || is_multiboot(facts);
}

static void put_chosen(struct fdt_put *out, const struct fdt_facts *facts)
{
	if (has_children(facts)) {
		fdt_put_u32(out, FDT_NAME(address_cells), 2);
		fdt_put_u32(out, FDT_NAME(size_cells), 2);
	}
	if (facts->framebuffer)
		fdt_put_prop(out, FDT_NAME(ranges), NULL, 0);
	if (is_multiboot(facts) && facts->bootargs)
		fdt_put_string(out, FDT_NAME(xen_bootargs), facts->bootargs);
	if (facts->bootargs)
		fdt_put_string(out, FDT_NAME(bootargs), facts->bootargs);
	if (facts->initrd_end) {
		fdt_put_u64(out, FDT_NAME(initrd_start), facts->initrd_start);
		fdt_put_u64(out, FDT_NAME(initrd_end), facts->initrd_end);
	}
	if (facts->kaslr_seed)
		fdt_put_prop(out, FDT_NAME(kaslr_seed), facts->kaslr_seed, FDT_KASLR_SEED_SIZE);
	if (facts->rng_seed)
		fdt_put_prop(out, FDT_NAME(rng_seed), facts->rng_seed, FDT_RNG_SEED_SIZE);
	put_loft(out, facts);
}

/* Does put_chosen() write this one, or make it untrue? */
static bool is_replaced(const struct fdt_facts *facts, const char *name)
{
	switch (*name) {
	case '#':
		return has_children(facts); /* #address-cells, #size-cells */
	case 'b':
		return facts->bootargs && !strcmp(name, "bootargs");
	case 'k':
		return facts->kaslr_seed && !strcmp(name, "kaslr-seed");
	case 'l':
		return !strncmp(name, "loft,", 5) || !strcmp(name, "linux,initrd-start") ||
		       !strcmp(name, "linux,initrd-end");
	case 'r':
		return (facts->rng_seed && !strcmp(name, "rng-seed")) ||
		       (facts->framebuffer && !strcmp(name, "ranges"));
	case 'x':
		return is_multiboot(facts) && facts->bootargs && !strcmp(name, "xen,xen-bootargs");
	default:
		return false;
	}
}

/* Of a kept range that is a module. */
static void put_module_props(struct fdt_put *out, const struct fdt_facts *facts, paddr_t start)
{
	for (unsigned i = 0; i < facts->module_count; i++) {
		const struct fdt_module *m = &facts->module[i];

		if (m->start != start)
			continue;
		fdt_put_string(out, FDT_NAME(compatible), LOFT_FDT_MODULE);
		fdt_put_string(out, FDT_NAME(module_name), m->name);
		if (m->cmdline)
			fdt_put_string(out, FDT_NAME(bootargs), m->cmdline);
	}
}

/* Spec: Xen, docs/misc/arm/device-tree/booting.txt */
static void put_multiboot(struct fdt_put *out, const struct fdt_facts *facts)
{
	static const char any[] = "multiboot,module";
	static const char *const kinds[] = {
		[FDT_MODULE_KERNEL] = "multiboot,kernel\0multiboot,module",
		[FDT_MODULE_RAMDISK] = "multiboot,ramdisk\0multiboot,module",
		[FDT_MODULE_TREE] = "multiboot,device-tree\0multiboot,module",
	};

	for (unsigned i = 0; i < facts->module_count; i++) {
		const struct fdt_module *m = &facts->module[i];
		const struct mem_range r = { .start = m->start, .size = m->size };
		const char *kind = kinds[m->kind] ? kinds[m->kind] : any;
		const uint32_t first = m->kind ? (uint32_t)strlen(kind) + 1 : 0;
		char name[sizeof("module@") + 16] = "module@";

		num_put_hex(name + strlen(name), m->start);
		fdt_put_begin(out, name);
		fdt_put_prop(out, FDT_NAME(compatible), kind, first + (uint32_t)sizeof(any));
		fdt_put_reg(out, &r, 1, 2, 2);
		if (m->cmdline)
			fdt_put_string(out, FDT_NAME(bootargs), m->cmdline);
		fdt_put_end(out);
	}
}

static void put_reserved_nodes(struct finish *f, uint32_t address_cells, uint32_t size_cells)
{
	const struct memmap *mem = f->facts->mem;
	struct fdt_put *out = &f->put;

	for (unsigned int i = 0; i < mem->owned_count; i++) {
		const struct mem_range *r = &mem->owned[i];
		char name[FDT_RANGE_NAME_SIZE];

		if (!is_kept(f, r))
			continue;
		fdt_put_range_name(name, r);
		fdt_put_begin(out, name);
		fdt_put_reg(out, r, 1, address_cells, size_cells);
		if (r->flags & MEM_RECLAIM)
			fdt_put_prop(out, FDT_NAME(reclaimable), NULL, 0);
		else if (r->flags & MEM_NOMAP)
			fdt_put_prop(out, FDT_NAME(no_map), NULL, 0);
		if (IS_ENABLED(CONFIG_MODULES))
			put_module_props(out, f->facts, r->start);
		fdt_put_end(out);
	}
}

/* Linux takes the node only with the cell counts of the root, and with ranges. */
static void put_reserved(struct finish *f)
{
	struct fdt_put *out = &f->put;

	fdt_put_begin(out, "reserved-memory");
	fdt_put_u32(out, FDT_NAME(address_cells), f->address_cells);
	fdt_put_u32(out, FDT_NAME(size_cells), f->size_cells);
	fdt_put_prop(out, FDT_NAME(ranges), NULL, 0);
	put_reserved_nodes(f, f->address_cells, f->size_cells);
	fdt_put_end(out);
}

/* Behind the properties of /chosen. Spec: Devicetree bindings, display/simple-framebuffer.yaml */
static void put_framebuffer(struct fdt_put *out, const struct screen_mode *mode)
{
	const struct mem_range r = { .start = (paddr_t)mode->base,
				     .size = (uint64_t)mode->height * mode->stride };
	char name[sizeof("framebuffer@") + 16] = "framebuffer@";

	num_put_hex(name + strlen(name), r.start);
	fdt_put_begin(out, name);
	fdt_put_string(out, FDT_NAME(compatible), "simple-framebuffer");
	fdt_put_reg(out, &r, 1, 2, 2);
	fdt_put_u32(out, FDT_NAME(width), mode->width);
	fdt_put_u32(out, FDT_NAME(height), mode->height);
	fdt_put_u32(out, FDT_NAME(stride), mode->stride);
	fdt_put_string(out, FDT_NAME(format), mode->format->name);
	fdt_put_end(out);
}

static void put_children(struct fdt_put *out, const struct fdt_facts *facts)
{
	if (facts->framebuffer)
		put_framebuffer(out, facts->framebuffer);
	if (is_multiboot(facts))
		put_multiboot(out, facts);
}

static void put_memory(struct finish *f)
{
	const struct memmap *mem = f->facts->mem;
	char name[sizeof("memory@") + 16] = "memory@";

	if (!mem->bank_count)
		return;
	num_put_hex(name + strlen(name), mem->bank[0].start);
	fdt_put_begin(&f->put, name);
	fdt_put_string(&f->put, FDT_NAME(device_type), "memory");
	fdt_put_reg(&f->put, mem->bank, mem->bank_count, f->address_cells, f->size_cells);
	fdt_put_end(&f->put);
}

/* Spec: Devicetree bindings, arm/psci.yaml */
static void put_psci(struct fdt_put *out)
{
	static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2";

	fdt_put_begin(out, "psci");
	fdt_put_prop(out, FDT_NAME(compatible), compatible, sizeof(compatible));
	fdt_put_string(out, FDT_NAME(method), "smc");
	fdt_put_end(out);
}

/* What the text says is known only when the kernel is about to be entered. */
static void put_bootstage(struct finish *f)
{
	const char *text;

	fdt_put_begin(&f->put, "bootstage");
	text = fdt_put_room(&f->put, FDT_NAME(json), f->facts->bootstage_size);
	if (text)
		*f->facts->bootstage_at = (uint32_t)(text - f->base);
	fdt_put_end(&f->put);
}

/* The number of cells, where the property is one of the two; 0, in which nothing fits, if bad. */
static void read_cells(const struct fdt_walk *w, uint32_t *address_cells, uint32_t *size_cells)
{
	const char *name = fdt_walk_name(w);
	uint32_t value = w->len == 4 ? fdt_be32(w->data) : 0;

	if (*name != '#')
		return;
	if (!strcmp(name, "#address-cells"))
		*address_cells = value;
	else if (!strcmp(name, "#size-cells"))
		*size_cells = value;
}

static bool starts_by_psci(const struct finish *f)
{
	return f->facts->monitor && !f->facts->spin_table;
}

/* How a CPU is started, other than by the monitor. */
static bool is_start_method(const char *name)
{
	return !strcmp(name, "enable-method") || !strcmp(name, "cpu-release-addr");
}

static void property(struct finish *f)
{
	const struct fdt_walk *w = &f->walk;

	if (f->depth == 3 && f->in_cpu && starts_by_psci(f) && is_start_method(fdt_walk_name(w))) {
		copy_up_to(f, w->token);
		f->copied = w->next;
	}
	if (f->depth == 1)
		read_cells(w, &f->address_cells, &f->size_cells);
	if (f->depth != 2)
		return;
	if (f->in == IN_CHOSEN && is_replaced(f->facts, fdt_walk_name(w))) {
		copy_up_to(f, w->token);
		f->copied = w->next;
	} else if (f->in == IN_RESERVED) {
		read_cells(w, &f->reserved.address_cells, &f->reserved.size_cells);
		f->reserved.has_ranges |= !strcmp(fdt_walk_name(w), "ranges");
	}
}

/* The properties of the tree's own /reserved-memory have ended. */
static void reserved_props_done(struct finish *f)
{
	if (f->reserved.props_done)
		return;
	f->reserved.props_done = true;
	if (f->reserved.has_ranges)
		return;
	copy_up_to(f, f->walk.token);
	fdt_put_prop(&f->put, FDT_NAME(ranges), NULL, 0);
}

/* Is this the node @wanted, with or without a unit address? Spec: Devicetree Specification 2.2.1 */
static bool is_node(const char *name, const char *wanted)
{
	size_t n = strlen(wanted);

	return *name == *wanted && !strncmp(name, wanted, n) && (!name[n] || name[n] == '@');
}

static void begin_cpu(struct finish *f)
{
	const struct fdt_facts *facts = f->facts;
	uint64_t mailbox;

	f->in_cpu = is_node(f->walk.data, "cpu");
	if (!f->in_cpu)
		return;
	copy_up_to(f, f->walk.next);
	if (starts_by_psci(f))
		fdt_put_string(&f->put, FDT_NAME(enable_method), "psci");
	if (f->cpus >= facts->mailbox_count)
		return;
	mailbox = facts->mailbox(facts->mailbox_of, f->cpus++);
	if (mailbox)
		fdt_put_u64(&f->put, FDT_NAME(mailbox), mailbox);
}

static int drop_node(struct finish *f)
{
	int err;

	copy_up_to(f, f->walk.token);
	f->depth--;
	err = fdt_walk_skip(&f->walk);
	f->copied = f->walk.next;
	return err;
}

/* Children of the root that stay as they are, nearly all, are passed over at once. */
static int begin_node(struct finish *f)
{
	const char *name = f->walk.data;

	f->depth++;
	if (f->depth == 3 && f->in == IN_RESERVED)
		reserved_props_done(f);
	if (f->depth == 3 && f->in == IN_CPUS)
		begin_cpu(f);
	if (f->depth != 2)
		return 0;
	if (!f->has_chosen && *name == 'c' && !strcmp(name, "chosen")) {
		f->in = IN_CHOSEN;
		f->has_chosen = true;
		copy_up_to(f, f->walk.next);
		put_chosen(&f->put, f->facts);
	} else if (!f->has_reserved && *name == 'r' && !strcmp(name, "reserved-memory")) {
		f->in = IN_RESERVED;
		f->has_reserved = true;
		f->reserved.address_cells = 2;
		f->reserved.size_cells = 1;
	} else if ((f->facts->monitor || f->facts->mailbox_count) && !strcmp(name, "cpus")) {
		f->in = IN_CPUS;
	} else if ((f->facts->monitor && is_node(name, "psci")) ||
		   (f->facts->bootstage_size && !strcmp(name, "bootstage")) ||
		   (f->facts->machine_memory && is_node(name, "memory"))) {
		return drop_node(f);
	} else {
		f->has_memory |= is_node(name, "memory");
		f->depth--;
		return fdt_walk_skip(&f->walk);
	}
	return 0;
}

static void end_node(struct finish *f)
{
	f->depth--;
	if (f->depth == 2)
		f->in_cpu = false;
	if (f->depth == 1 && f->in == IN_RESERVED) {
		reserved_props_done(f);
		copy_up_to(f, f->walk.token);
		put_reserved_nodes(f, f->reserved.address_cells, f->reserved.size_cells);
	}
	if (f->depth == 1 && f->in == IN_CHOSEN && has_children(f->facts)) {
		copy_up_to(f, f->walk.token);
		put_children(&f->put, f->facts);
	}
	if (f->depth == 1)
		f->in = IN_OTHER;
	if (f->depth)
		return;
	copy_up_to(f, f->walk.token);
	if (!f->has_memory)
		put_memory(f);
	if (!f->has_reserved)
		put_reserved(f);
	if (f->facts->monitor)
		put_psci(&f->put);
	if (f->facts->bootstage_size)
		put_bootstage(f);
	if (!f->has_chosen) {
		fdt_put_begin(&f->put, "chosen");
		put_chosen(&f->put, f->facts);
		put_children(&f->put, f->facts);
		fdt_put_end(&f->put);
	}
}

static int refuse_nesting(struct finish *f)
{
	return refuse(f->why, -EINVAL,
		      "the FDT is damaged at 0x%x of its structure block: nodes don't nest",
		      (unsigned int)fdt_walk_offset(&f->walk));
}

static int structure(struct finish *f)
{
	do {
		int tag = fdt_walk_next(&f->walk);

		if (tag < 0 || (tag == FDT_BEGIN_NODE && begin_node(f)))
			return fdt_walk_refuse(&f->walk, f->why);
		if (tag == FDT_BEGIN_NODE)
			continue;
		if (tag == FDT_PROP && f->depth)
			property(f);
		else if (tag == FDT_END_NODE && f->depth)
			end_node(f);
		else
			return refuse_nesting(f);
	} while (f->depth);
	copy_up_to(f, f->walk.next);
	if (fdt_walk_next(&f->walk) != FDT_END)
		return refuse_nesting(f);
	fdt_put_words(&f->put, &(uint32_t){ cpu_to_fdt32(FDT_END) }, 1);
	return 0;
}

/* Returns where the list ends in @dst. */
static uint32_t reservations(struct finish *f, char *dst, uint32_t room)
{
	const struct memmap *mem = f->facts->mem;
	struct fdt_put list = { .next = (uint32_t *)(dst + HEADER_SIZE),
				.end = (uint32_t *)(dst + room) };
	uint64_t start, size;

	for (unsigned int i = 0; fdt_reservation(f->facts->fdt, i, &start, &size); i++)
		fdt_put_numbers(&list, start, size);
	for (unsigned int i = 0; i < mem->owned_count; i++)
		if (is_permanent(f, &mem->owned[i]))
			fdt_put_numbers(&list, mem->owned[i].start, mem->owned[i].size);
	fdt_put_numbers(&list, 0, 0);
	f->put.failed |= list.failed;
	return (uint32_t)((char *)list.next - dst);
}

static void header(char *dst, const void *from, uint32_t structure_at, uint32_t strings_at,
		   uint32_t end)
{
	memset(dst, 0, HEADER_SIZE);
	fdt_set_magic(dst, FDT_MAGIC);
	fdt_set_totalsize(dst, end);
	fdt_set_off_dt_struct(dst, structure_at);
	fdt_set_off_dt_strings(dst, strings_at);
	fdt_set_off_mem_rsvmap(dst, HEADER_SIZE);
	fdt_set_version(dst, 17);
	fdt_set_last_comp_version(dst, 16);
	fdt_set_boot_cpuid_phys(dst, fdt_boot_cpuid_phys(from));
	fdt_set_size_dt_struct(dst, strings_at - structure_at);
}

uint64_t fdt_finish_room(const struct fdt_facts *facts, unsigned int more)
{
	const uint64_t per_range = 256; /* name, reg, two flags, /memreserve/: less than 200 */
	const uint64_t per_bank = 16;
	const uint64_t per_cpu = 20; /* enable-method; its node has 12 at least */
	uint64_t room = 2 * KIB;     /* /chosen, other nodes, names: less than 1600 */
	uint64_t start, size;

	if (fdt_check(facts->fdt, FDT_SIZE_MAX, NULL, NULL))
		return room; /* refused later, with the reason */
	/* Block by block: nothing forbids a tree whose blocks overlap. */
	room += fdt_size_dt_struct(facts->fdt) + fdt_size_dt_strings(facts->fdt);
	for (unsigned int i = 0; fdt_reservation(facts->fdt, i, &start, &size); i++)
		room += sizeof(start) + sizeof(size);
	room += facts->bootstage_size;
	room += facts->bootargs ? strlen(facts->bootargs) << is_multiboot(facts) : 0; /* twice */
	for (unsigned i = 0; IS_ENABLED(CONFIG_MODULES) && i < facts->module_count; i++)
		room += per_range +
			(facts->module[i].cmdline ? strlen(facts->module[i].cmdline) : 0);
	room += per_bank * facts->mem->bank_count;
	room += facts->monitor ? fdt_size_dt_struct(facts->fdt) / 12 * per_cpu : 0;
	room += (uint64_t)facts->mailbox_count * per_cpu;
	room += per_range * (facts->mem->owned_count + (uint64_t)more);
	return ALIGN_UP(room, 8);
}

static int refuse_put(const struct finish *f, uint64_t room)
{
	if (f->put.unfit)
		return refuse(f->why, -ERANGE,
			      "0x%" PRIx64 " does not fit the cells of the FDT's /reserved-memory",
			      f->put.unfit_number);
	return refuse(f->why, -ENOSPC,
		      "the kernel's FDT does not fit 0x%" PRIx64
		      " bytes; it needs up to 0x%" PRIx64,
		      MIN(room, FDT_SIZE_MAX), fdt_finish_room(f->facts, 0));
}

int fdt_finish_tree(void *dst, uint64_t room, const struct fdt_facts *facts, uint32_t *used,
		    struct why *why)
{
	struct finish f = { .facts = facts, .why = why, .address_cells = 2, .size_cells = 1 };
	uint32_t limit = (uint32_t)ALIGN_DOWN(MIN(room, FDT_SIZE_MAX), 8);
	uint32_t old_used, structure_at, strings_at, old_strings;
	char *base = dst;
	int err = fdt_check(facts->fdt, FDT_SIZE_MAX, &old_used, why);

	if (!err)
		err = fdt_walk_init(&f.walk, facts->fdt, why);
	if (err)
		return err;
	f.base = base;
	f.copied = f.walk.next;
	old_strings = f.walk.strings_size;
	if (!span_fits(limit, HEADER_SIZE + sizeof(fdt_put_names), old_strings))
		return refuse_put(&f, room);
	limit -= old_strings + sizeof(fdt_put_names);
	structure_at = reservations(&f, base, limit);
	f.put.next = (uint32_t *)(base + structure_at);
	f.put.end = (uint32_t *)(base + limit);
	f.put.names_at = old_strings;
	err = structure(&f);
	if (err)
		return err;
	if (f.put.failed || f.put.unfit)
		return refuse_put(&f, room);

	strings_at = (uint32_t)((char *)f.put.next - base);
	memcpy(base + strings_at, f.walk.strings, old_strings);
	memcpy(base + strings_at + old_strings, &fdt_put_names, sizeof(fdt_put_names));
	*used = strings_at + old_strings + (uint32_t)sizeof(fdt_put_names);
	header(base, facts->fdt, structure_at, strings_at, *used);
	fdt_set_size_dt_strings(dst, old_strings + (uint32_t)sizeof(fdt_put_names));
	return 0;
}
