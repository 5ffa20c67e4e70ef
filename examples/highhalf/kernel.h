/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the example kernel share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <loft/boot.h>

/* start.S saves the registers of the first instruction in this order. */
struct entry_state {
	uint64_t x[31];
	uint64_t sp;
};

/* start.S saves this at an exception. */
struct trap {
	uint64_t x[31];
	uint64_t elr, esr, far, vector, spsr;
};

_Static_assert(sizeof(struct entry_state) == 256, "start.S");
_Static_assert(sizeof(struct trap) == 288, "start.S");

/* The linker script's addresses, and start.S. */
extern const char __text_start[], __text_end[], __rodata_start[], __rodata_end[];
extern char __data_start[], __bss_start[], __bss_end[], __image_end[];
extern const char _start[], secondary_start[];
extern const char kernel_vectors[], el2_vectors[], el2_ask_vbar[], el2_undefined[];
extern const char touch_write_store[];
uint64_t touch_read(uint64_t va);
uint64_t touch_write(uint64_t va);
uint64_t touch_execute(uint64_t va);
uint64_t hvc_call(uint64_t x0, uint64_t x1);
uint64_t hvc_ask_el2(uint64_t code_pa, uint64_t *current_el);

#define SYSREG_READ(name)					\
	({							\
		uint64_t value_;				\
		__asm__ volatile("mrs %0, " #name : "=r"(value_));	\
		value_;						\
	})
#define SYSREG_WRITE(name, value) \
	__asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)) : "memory")
#define ISB()	__asm__ volatile("isb" : : : "memory")

/* console.c */
void console_set(uint64_t uart_va, const char *compatible, uint32_t size);
void print(const char *format, ...);	/* %s, %c, %u (64 bits, decimal), %x (64 bits, hex) */

/* fdt.c: a node is an offset; FDT_NONE is no node, 0 is the root */
#define FDT_NONE	(~0u)
struct fdt {
	const uint8_t *blob;
	uint32_t size, structure, structure_end, strings, strings_end;
};
bool fdt_open(struct fdt *fdt, uint64_t va);
uint32_t fdt_root(const struct fdt *fdt);
uint32_t fdt_child(const struct fdt *fdt, uint32_t node);
uint32_t fdt_sibling(const struct fdt *fdt, uint32_t node);
const char *fdt_name(const struct fdt *fdt, uint32_t node);
uint32_t fdt_path(const struct fdt *fdt, const char *path);
uint32_t fdt_parent(const struct fdt *fdt, uint32_t node);
const void *fdt_property(const struct fdt *fdt, uint32_t node, const char *name, uint32_t *size);
const char *fdt_string(const struct fdt *fdt, uint32_t node, const char *name);
bool fdt_number(const struct fdt *fdt, uint32_t node, const char *name, uint64_t *value);
bool fdt_reg(const struct fdt *fdt, uint32_t parent, uint32_t node, unsigned index,
	     uint64_t *address, uint64_t *size);

/* tables.c: the translation tables, read through the linear map */
struct leaf {
	uint64_t va, pa, size, descriptor;
};
struct geometry {
	uint64_t virt_start, root_pa;
	unsigned va_bits, granule_shift;
	bool lpa2;	/* TCR_EL1.DS: address bits 51:50 stand in 9:8, shareability in TCR */
	bool wide;	/* 64 KiB and 52-bit output: address bits 51:48 stand in 15:12 */
};
bool tables_find(const struct geometry *geometry, uint64_t va, struct leaf *leaf);
void tables_audit(const struct geometry *geometry);
bool leaf_is_writable(const struct leaf *leaf);
bool leaf_is_executable(const struct leaf *leaf);
bool leaf_is_device(const struct leaf *leaf);

/* memory.c: what the FDT says of DRAM */
struct range {
	uint64_t start, size;
	const char *name;
	bool no_map, reclaimable;
};
extern struct range banks[16], reserved[80];
extern unsigned bank_count, reserved_count;
void memory_read(const struct fdt *fdt);
bool memory_is_dram(uint64_t pa, uint64_t size);
const struct range *memory_reservation(uint64_t pa, uint64_t size);
void memory_check(uint64_t virt_start);

/* main.c: one line a promise; the counts go into the last line */
struct kernel {
	struct fdt fdt;
	struct geometry geometry;
	uint64_t uart_pa, boot_el;
	const char *bootargs, *psci_method;
};
extern struct kernel kernel;
void check_passed(void);	/* for who prints the line itself */
bool check(bool ok, const char *what, uint64_t value);
const char *option(const char *name);	/* what follows the name in bootargs, or NULL */
bool keeps_idmap(void);
bool is_word(const char *text, const char *word);
void power_off(void) __attribute__((noreturn));

/* promises.c: registers, arguments and /chosen at the first instruction */
void promises_check(const struct entry_state *entry);
uint64_t translate(uint64_t va, bool write);	/* PAR_EL1 after AT S1E1W or AT S1E1R */
#define PAR_FAULT	1u
#define PAR_PA(par)	((par) & 0x000ffffffffff000)
#define PAR_ATTR(par)	((par) >> 56)
#define PAR_SH(par)	((par) >> 7 & 3)

/* smp.c: vbar is VBAR_EL1 at the first instruction */
void smp_check(const struct entry_state *boot, uint64_t vbar);

/* el2.c, traps.c */
bool el2_was_reachable(void);	/* is there a stub below us? */
void el2_check(void);
void el2_provoke(void);
void traps_check(void);
void traps_provoke(const char *kind);

/* What the Makefile may set for a variant: see there. */
#ifndef VIRT_START	/* as in kernel.lds.S */
#define VIRT_START	0xffffff8000000000
#endif
#ifndef LINK_OFFSET	/* p_vaddr - p_paddr */
#define LINK_OFFSET	VIRT_START
#endif
#ifndef VA_BITS
#define VA_BITS		39
#endif
#ifndef ENTRY_EL	/* 2: EL2 with VHE, where the _EL1 names reach EL2's registers */
#define ENTRY_EL	1
#endif
#ifndef GRANULE		/* as in kernel.lds.S */
#define GRANULE		0x1000
#endif
#ifndef NOTE_FLAGS
#define NOTE_FLAGS	0
#endif
#ifndef CONSOLE_VA
#define CONSOLE_VA	0	/* none */
#endif
#ifndef WITH_NOTE
#define WITH_NOTE	1
#endif
#ifndef WX
#define WX		0	/* one segment that is writable and executable */
#endif
