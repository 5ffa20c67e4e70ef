// SPDX-License-Identifier: BSD-2-Clause
/* A kernel faulted while Loft's early vectors, or its EL2 stub, were still in force. */
#include "common/handoff/kernel_fault.h"

#include <stdio.h>

#include "arch/arm64/fault/esr.h"
#include "arch/arm64/mmu/mmu.h"
#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/exception.h"
#include "arch/psci.h"
#include "common/console/console.h"
#include "common/image/elf.h"
#include "common/fdt/fdt.h"
#include "common/gdb/gdb.h"
#include "common/handoff/gdb.h"
#include "common/handoff/return.h"

#define NAME_MAX 64 /* of a device */

/* Code that ran with the MMU off, at EL2 say, has the names of its virtual addresses. */
static vaddr_t named_address(const struct kernel_symbols *s, vaddr_t address)
{
	for (unsigned i = 0; i < s->segment_count; i++)
		if (address - s->segment[i].pa < s->segment[i].size)
			return address - s->segment[i].pa + s->segment[i].va;
	return address;
}

static bool kernel_lookup(const void *ctx, vaddr_t address, const char **name, uint64_t *offset)
{
	const struct kernel_symbols *s = ctx;

	address = named_address(s, address);
	if (s->symtab && elf_symbol_lookup(s->symtab, s->symtab_size, s->strtab, s->strtab_size,
					   address - s->moved, name, offset))
		return true;
	for (unsigned i = 0; i < s->segment_count; i++) {
		if (address - s->segment[i].va < s->segment[i].size) {
			*name = s->segment[i].name;
			*offset = address - s->segment[i].va;
			return true;
		}
	}
	return false;
}

/*
 * The device at an address. Its name is the kernel's memory by now, and may have been written over:
 * what is no name any more is not printed.
 */
static const char *device_at(paddr_t pa)
{
	const char *tree = machine.fdt;

	for (unsigned i = 0; i < machine.dev_count; i++) {
		const struct device *d = &machine.dev[i];
		uint64_t at = (uint64_t)((uintptr_t)d->name - (uintptr_t)tree);
		unsigned n = 0;

		if (pa - d->base >= d->size)
			continue;
		while (at < machine.fdt_size && n < NAME_MAX && n < machine.fdt_size - at &&
		       tree[at + n] > ' ' && tree[at + n] < 0x7f)
			n++;
		if (n && n < NAME_MAX && n < machine.fdt_size - at && !tree[at + n])
			return d->name;
	}
	return NULL;
}

/* FAR is a physical address that the kernel's map has, elsewhere: the commonest first mistake. */
static void print_physical(const struct fault_frame *f)
{
	const struct kernel_symbols *s = &kernel_symbols;
	const char *name;

	if (!s->mapped || !s->virt_start || !esr_has_far(f->esr))
		return;
	name = memmap_is_dram(&machine.mem, f->far, 1) ? "DRAM" : device_at(f->far);
	if (name)
		printf("  0x%llx (%s) is mapped at 0x%llx: this kernel's VIRT_START is 0x%llx\n",
		       (unsigned long long)f->far, name,
		       (unsigned long long)(f->far + s->virt_start),
		       (unsigned long long)s->virt_start);
}

static void report(const struct fault_frame *frame, const struct fault_names *names)
{
	fault_print("the kernel", frame, names);
	print_physical(frame);
	if (kernel_symbols.hint[0])
		printf("  %s\n", kernel_symbols.hint);
}

void kernel_fault(struct fault_frame *frame)
{
	const struct fault_names names = { kernel_lookup, &kernel_symbols };

	/* Stored past the cache; a line that the kernel's prefetches brought in would hide it. */
	cache_inval_poc(frame, sizeof(*frame));
	frame->el = cpu_el();
	/*
	 * EL1's tables, EL2's with E2H under a kernel that Loft mapped there, none; or those of a
	 * kernel at EL2 that was entered with the MMU off. Loft's own E2H is in force by now.
	 */
	frame->two_halves = kernel_symbols.mapped || frame->el != 2 || frame->vector >= 8 ||
			    mmu_regime() != PT_EL2;
	fault_add_lower(frame);
	fault_recovery = NULL;
	if (IS_ENABLED(CONFIG_GDB))
		frame = handoff_gdb_fault(frame);
	if (IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		return_keep();
	if (IS_ENABLED(CONFIG_RETURN_TO_LOADER) && fault_is_call(frame, LOFT_PSCI_SYSTEM_OFF))
		printf("\nthe kernel powers the machine off\n");
	else
		report(frame, &names);
	if (IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		return_to_loader();
	fault_stop();
}

void fault_stop(void)
{
	if (IS_ENABLED(CONFIG_PANIC_POWEROFF)) {
		console_drain();
		psci_system_off(machine.psci);
	}
	printf("stopped: reset the machine\n");
	if (IS_ENABLED(CONFIG_GDB) && loft_is_whole())
		gdb_over();
	console_drain();
	cpu_halt();
}
