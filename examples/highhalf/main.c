/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An example kernel for Loft's boot protocol. It is entered in the high half with the MMU on,
 * prints what it finds, checks every promise that can be seen from there, and powers off.
 */
#include "kernel.h"

#if CONSOLE_VA
#define CONSOLE_PAIR	{ LOFT_NOTE_CONSOLE_VA, CONSOLE_VA },
#else
#define CONSOLE_PAIR
#endif

#if WITH_NOTE
/* clang-format off */
LOFT_NOTE({ LOFT_NOTE_VIRT_START, VIRT_START },
	  { LOFT_NOTE_VA_BITS, VA_BITS },
	  { LOFT_NOTE_GRANULE, GRANULE },
	  CONSOLE_PAIR
	  { LOFT_NOTE_ENTRY_EL, ENTRY_EL },
	  { LOFT_NOTE_FLAGS, NOTE_FLAGS });
/* clang-format on */
#endif

struct kernel kernel;

static uint64_t ok_count, fail_count;

void check_passed(void)
{
	ok_count++;
}

bool check(bool ok, const char *what, uint64_t value)
{
	if (ok) {
		ok_count++;
		print("ok   %s\n", what);
	} else {
		fail_count++;
		print("FAIL %s: %x\n", what, value);
	}
	return ok;
}

/* Does text begin with word, and does word end there? */
bool is_word(const char *text, const char *word)
{
	while (*word && *text == *word)
		text++, word++;
	return !*word && (!*text || *text == ' ');
}

const char *option(const char *name)
{
	for (const char *at = kernel.bootargs; at && *at; at++) {
		const char *a = at, *b = name;

		if (at != kernel.bootargs && at[-1] != ' ')
			continue;
		while (*b && *a == *b)
			a++, b++;
		if (!*b)
			return a;
	}
	return NULL;
}

void power_off(void)
{
	if (option("nooff") || !kernel.psci_method) {
		print("highhalf: halted\n");
	} else {
		const bool hvc = is_word(kernel.psci_method, "hvc"); /* a call would clobber x0 */
		register uint64_t x0 __asm__("x0") = LOFT_PSCI_SYSTEM_OFF;

		if (hvc)
			__asm__ volatile("hvc #0" : "+r"(x0) : : "memory");
		else
			__asm__ volatile("smc #0" : "+r"(x0) : : "memory");
		print("highhalf: PSCI SYSTEM_OFF came back with %x\n", x0);
	}
	for (;;)
		__asm__ volatile("wfe");
}

/* The UART that stdout-path names; its page is in the linear map's space, as Device memory. */
static void open_console(const struct fdt *fdt, uint64_t virt_start)
{
	const uint32_t chosen = fdt_path(fdt, "/chosen");
	const char *path = chosen == FDT_NONE ? NULL : fdt_string(fdt, chosen, "stdout-path");
	const uint32_t uart = path ? fdt_path(fdt, path) : FDT_NONE;
	const char *kind;
	uint64_t size, va;
	uint32_t bytes = 0;

	if (uart == FDT_NONE ||
	    !fdt_reg(fdt, fdt_parent(fdt, uart), uart, 0, &kernel.uart_pa, &size))
		return;
	kind = fdt_property(fdt, uart, "compatible", &bytes);
	if (CONSOLE_VA)
		console_set(CONSOLE_VA + kernel.uart_pa % GRANULE, kind, bytes);
	else if (loft_phys_to_virt(virt_start, kernel.uart_pa, &va))
		console_set(va, kind, bytes);
}

static void read_fdt(const struct fdt *fdt)
{
	const uint32_t psci = fdt_path(fdt, "/psci");
	const uint32_t chosen = fdt_path(fdt, "/chosen");
	const char *model = fdt_string(fdt, fdt_root(fdt), "model");

	kernel.psci_method = psci == FDT_NONE ? NULL : fdt_string(fdt, psci, "method");
	if (chosen != FDT_NONE) {
		kernel.bootargs = fdt_string(fdt, chosen, "bootargs");
		fdt_number(fdt, chosen, LOFT_FDT_BOOT_EL, &kernel.boot_el);
	}
	print("  model      %s\n", model ? model : "(none)");
	print("  bootargs   %s\n", kernel.bootargs ? kernel.bootargs : "(none)");
	print("  PSCI by    %s\n", kernel.psci_method ? kernel.psci_method : "(none)");
	memory_read(fdt);
}

/* What a half's tables look like: by the registers, which promises.c compares with /chosen. */
static struct geometry read_geometry(uint64_t virt_start)
{
	static const uint8_t tg0[4] = { 12, 16, 14, 0 }, tg1[4] = { 0, 14, 12, 16 };
	const bool upper = virt_start >> 55 & 1;
	const uint64_t ttbr = upper ? SYSREG_READ(ttbr1_el1) : SYSREG_READ(ttbr0_el1);
	const uint64_t tcr = SYSREG_READ(tcr_el1);
	struct geometry g = {
		.virt_start = virt_start,
		.root_pa = ttbr & 0x0000fffffffffffe,
		.va_bits = 64 - (tcr >> (upper ? 16 : 0) & 0x3f),	/* TxSZ */
		.granule_shift = upper ? tg1[tcr >> 30 & 3] : tg0[tcr >> 14 & 3],
		.lpa2 = tcr >> 59 & 1,					/* DS */
	};

	g.wide = g.granule_shift == 16 && (tcr >> 32 & 7) == 6;		/* IPS: 52 bits */
	if (g.wide || g.lpa2)
		g.root_pa = (ttbr & 0x0000ffffffffffc0) | (ttbr >> 2 & 0xf) << 48;
	return g;
}

/* The identity map stays in TTBR0 because the note, or whoever gave the bootargs, asked for it. */
bool keeps_idmap(void)
{
	return kernel.geometry.virt_start && (NOTE_FLAGS & LOFT_FLAG_KEEP_IDMAP || option("idmap"));
}

static bool bss_is_zero(void)
{
	for (const volatile uint64_t *p = (const uint64_t *)__bss_start;
	     p < (const uint64_t *)__bss_end; p++)
		if (*p)
			return false;
	return true;
}

void kernel_main(const struct entry_state *entry);

void kernel_main(const struct entry_state *entry)
{
	const bool bss_was_zero = bss_is_zero();	/* before anything writes there */
	const uint64_t virt_start = entry->x[2], vbar = SYSREG_READ(vbar_el1);

	if (fdt_open(&kernel.fdt, entry->x[1]))
		open_console(&kernel.fdt, virt_start);
	print("\nhighhalf: entered at %x, EL%u\n", (uint64_t)_start, SYSREG_READ(CurrentEL) >> 2);
	if (!check(kernel.fdt.blob, "x1 = FDT, in the linear map", entry->x[1]))
		power_off();
	kernel.geometry = read_geometry(virt_start);
	read_fdt(&kernel.fdt);
	if (option("fault="))
		traps_provoke(option("fault="));

	check(bss_was_zero, ".bss is zero", 0);
	promises_check(entry);
	memory_check(virt_start);
	tables_audit(&kernel.geometry);
	if (keeps_idmap()) {
		const struct geometry low = read_geometry(0);

		print("  the lower half: %u bits\n", (uint64_t)low.va_bits);
		tables_audit(&low);
	}
	traps_check();
	el2_check();
	smp_check(entry, vbar);
	print("highhalf: %u ok, %u FAIL\n", ok_count, fail_count);
	if (option("hang"))
		for (;;)
			;
	power_off();
}
