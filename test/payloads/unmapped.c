/* SPDX-License-Identifier: BSD-2-Clause */
/* A kernel that wants the Linux way in: MMU and D-cache off, FDT in x0, EL2 if there is one. */
#include "kernel.h"

#if WITH_NOTE
LOFT_NOTE({ LOFT_NOTE_FLAGS, LOFT_FLAG_UNMAPPED });
#endif

#define SCTLR_M		(1ull << 0)
#define SCTLR_C		(1ull << 2)

static uint64_t ok_count, fail_count;
static struct fdt fdt;

bool check(bool ok, const char *what, uint64_t value)
{
	ok_count += ok;
	fail_count += !ok;
	if (ok)
		print("ok   %s\n", what);
	else
		print("FAIL %s: %x\n", what, value);
	return ok;
}

void power_off(void)
{
	const uint32_t psci = fdt_path(&fdt, "/psci");
	const char *method = psci == FDT_NONE ? NULL : fdt_string(&fdt, psci, "method");
	register uint64_t x0 __asm__("x0") = LOFT_PSCI_SYSTEM_OFF;

	if (method && method[0] == 'h')
		__asm__ volatile("hvc #0" : "+r"(x0) : : "memory");
	else if (method)
		__asm__ volatile("smc #0" : "+r"(x0) : : "memory");
	for (;;)
		__asm__ volatile("wfe");
}

static void open_console(void)
{
	const uint32_t chosen = fdt_path(&fdt, "/chosen");
	const char *path = chosen == FDT_NONE ? NULL : fdt_string(&fdt, chosen, "stdout-path");
	const uint32_t uart = path ? fdt_path(&fdt, path) : FDT_NONE;
	const char *kind;
	uint64_t address, size;
	uint32_t bytes = 0;

	if (uart == FDT_NONE || !fdt_reg(&fdt, fdt_parent(&fdt, uart), uart, 0, &address, &size))
		return;
	kind = fdt_property(&fdt, uart, "compatible", &bytes);
	console_set(address, kind, bytes);
}

static bool bss_is_zero(void)
{
	/* the stack is at the end of .bss and in use: all below it */
	const uint64_t end = (uint64_t)__bss_end - 4096;

	for (uint64_t at = (uint64_t)__bss_start; at < end; at += 8)
		if (*(const volatile uint64_t *)at)
			return false;
	return true;
}

void kernel_main(const uint64_t x[4]);

void kernel_main(const uint64_t x[4])
{
	const bool bss_was_zero = bss_is_zero();
	const uint64_t el = SYSREG_READ(CurrentEL) >> 2;
	const uint64_t sctlr = el == 2 ? SYSREG_READ(sctlr_el2) : SYSREG_READ(sctlr_el1);
	const uint64_t pc = (uint64_t)_start;

	if (fdt_open(&fdt, x[0]))
		open_console();
	print("\nunmapped: entered at %x, EL%u\n", pc, el);
	check(fdt.blob, "x0 = FDT, physical, 8-byte aligned", x[0]);
	check(!x[1] && !x[2] && !x[3], "x1..x3 are zero", x[1] | x[2] | x[3]);
	check(!(sctlr & (SCTLR_M | SCTLR_C)), "MMU and D-cache are off", sctlr);
	check(SYSREG_READ(daif) == 0xf << 6, "D A I F are masked", SYSREG_READ(daif));
	check(!(pc >> 55), "PC is a physical address", pc);
	check(bss_was_zero, ".bss is zero", 0);
	check(SYSREG_READ(cntfrq_el0), "CNTFRQ_EL0 is programmed", 0);
	print("unmapped: %u ok, %u FAIL\n", ok_count, fail_count);
	power_off();
}
