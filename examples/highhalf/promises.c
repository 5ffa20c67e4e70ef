/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Loft promises of the first instruction, row by row as doc/boot-protocol.md has it:
 * arguments, PSTATE, system registers, image, /chosen. At EL2 with VHE the same names are EL2's
 * registers: el2.c has what is more there.
 */
#include "kernel.h"

/* Fields by the manual's names. Arm ARM DDI 0487, D19 */
#define SCTLR_EL1_M		(1ull << 0)
#define SCTLR_EL1_C		(1ull << 2)
#define SCTLR_EL1_SA		(1ull << 3)
#define SCTLR_EL1_I		(1ull << 12)
#define SCTLR_EL1_WXN		(1ull << 19)
#define SCTLR_EL1_E0E		(1ull << 24)
#define SCTLR_EL1_EE		(1ull << 25)
#define TCR_EL1_EPD0		(1ull << 7)
#define TCR_EL1_EPD1		(1ull << 23)
#define DAIF_ALL		(0xfull << 6)
#define SPSEL_SPX		1
#define CPACR_EL1_FPEN(x)	((x) >> 20 & 3)
#define ATTR_DEVICE_NGNRE	0x04

uint64_t translate(uint64_t va, bool write)
{
	if (write)
		__asm__ volatile("at s1e1w, %0" : : "r"(va));
	else
		__asm__ volatile("at s1e1r, %0" : : "r"(va));
	ISB();
	return SYSREG_READ(par_el1);
}

static bool is_upper(void)
{
	return kernel.geometry.virt_start >> 55 & 1;
}

static void check_arguments(const struct entry_state *entry)
{
	const uint64_t virt_start = entry->x[2];
	unsigned first_not_zero = 4;
	uint64_t va = 0;

	check(entry->x[2] == VIRT_START, "x2 = VIRT_START as the note asks", entry->x[2]);
	check(entry->x[3] == LOFT_MAGIC, "x3 = \"LOFT\", version 1", entry->x[3]);
	check(entry->x[0] % 8 == 0 && memory_is_dram(entry->x[0], kernel.fdt.size),
	      "x0 = FDT, physical, 8-byte aligned, in DRAM", entry->x[0]);
	check(loft_phys_to_virt(virt_start, entry->x[0], &va) && va == entry->x[1],
	      "x1 = x0 + VIRT_START", entry->x[1]);
	check(kernel.fdt.size <= 0x200000, "the FDT has at most 2 MiB", kernel.fdt.size);
	while (first_not_zero <= 30 && !entry->x[first_not_zero])
		first_not_zero++;
	check(first_not_zero > 30, "x4..x30 are zero", first_not_zero);
}

/* The stack: at least the protocol's default size below SP, all of it writable DRAM of our own. */
static void check_stack(uint64_t virt_start, uint64_t sp)
{
	const struct range *range = NULL;
	uint64_t lowest = 0, unwritable = 0;

	check(sp % 16 == 0, "SP is 16-byte aligned", sp);
	if (!check(loft_virt_to_phys(virt_start, sp - LOFT_STACK_SIZE_DEFAULT, &lowest) &&
			   memory_is_dram(lowest, LOFT_STACK_SIZE_DEFAULT),
		   "SP is in the linear map, of DRAM", sp))
		return;
	for (uint64_t at = sp - LOFT_STACK_SIZE_DEFAULT; at < sp; at += 0x1000)
		if (translate(at, true) & PAR_FAULT)
			unwritable = at;
	check(!unwritable, "16 KiB below SP are writable", unwritable);
	range = memory_reservation(lowest, LOFT_STACK_SIZE_DEFAULT);
	check(range && range->reclaimable, "the boot stack is reserved, and reclaimable", lowest);
}

static void check_pstate(void)
{
	check(SYSREG_READ(CurrentEL) == ENTRY_EL << 2, "CurrentEL is the note's ENTRY_EL",
	      SYSREG_READ(CurrentEL));
	check(SYSREG_READ(SPSel) == SPSEL_SPX, "SP is SP_ELx", SYSREG_READ(SPSel));
	check(SYSREG_READ(daif) == DAIF_ALL, "D A I F are masked", SYSREG_READ(daif));
}

static void check_sctlr(void)
{
	const uint64_t sctlr = SYSREG_READ(sctlr_el1);
	const uint64_t on = SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I | SCTLR_EL1_SA;
	const uint64_t off = SCTLR_EL1_WXN | SCTLR_EL1_EE | SCTLR_EL1_E0E;
	static const uint32_t words[2] = { 0x33221100, 0x77665544 };
	uint32_t unaligned;

	check((sctlr & on) == on, "SCTLR_EL1: M, C, I, SA set", sctlr);
	check(!(sctlr & off), "SCTLR_EL1: WXN clear, little-endian", sctlr);
	__asm__ volatile("ldr %w0, [%1, #1]" : "=r"(unaligned) : "r"(words), "m"(words));
	check(unaligned == 0x44332211, "an unaligned load works", unaligned);
}

static uint64_t expected_ips(void)
{
	const uint64_t parange = SYSREG_READ(id_aa64mmfr0_el1) & 0xf;

	const uint64_t held = VA_BITS > 48 ? 6 : 5;	/* in descriptors: 52 or 48 bits */

	return parange > held ? held : parange;
}

/* TG0 and TG1 encode the same sizes differently. */
static uint64_t expected_tg(void)
{
	switch (GRANULE) {
	case 0x1000:
		return is_upper() ? 2 : 0;
	case 0x4000:
		return is_upper() ? 1 : 2;
	default:
		return is_upper() ? 3 : 1;
	}
}

static void check_translation(void)
{
	const bool lpa2 = VA_BITS > 48 && GRANULE < 0x10000;
	const uint64_t tcr = SYSREG_READ(tcr_el1);
	const unsigned half = is_upper() ? 16 : 0;
	const uint64_t attributes = tcr >> (half + 8) & 0x3f;	/* IRGN, ORGN, SH */
	const uint64_t granule = is_upper() ? tcr >> 30 & 3 : tcr >> 14 & 3;
	const uint64_t mair = SYSREG_READ(mair_el1);

	check((tcr >> half & 0x3f) == 64 - VA_BITS, "TCR_EL1: TxSZ is that of the note's VA_BITS",
	      tcr);
	check(granule == expected_tg(), "TCR_EL1: TGx is the note's GRANULE", tcr);
	check(kernel.geometry.lpa2 == lpa2, "TCR_EL1: DS is set for 52 bits of 4 and 16 KiB", tcr);
	check(attributes == 0x35, "TCR_EL1: walks are write-back, inner-shareable", tcr);
	check((tcr >> 32 & 7) == expected_ips(),
	      "TCR_EL1: IPS is the CPU's range, at most what descriptors hold", tcr);
	check(mair == LOFT_MAIR, "MAIR_EL1 = 0x440004ff", mair);
	check(memory_is_dram(kernel.geometry.root_pa, 0x1000) &&
		      memory_reservation(kernel.geometry.root_pa, 8),
	      "the root table is in reserved DRAM", kernel.geometry.root_pa);
	if (!is_upper()) {
		check(tcr & TCR_EL1_EPD1, "TCR_EL1: EPD1 set, the upper half is empty", tcr);
		return;
	}
	check(!(tcr & TCR_EL1_EPD1), "TCR_EL1: EPD1 clear", tcr);
	if (keeps_idmap()) {
		check(!(tcr & TCR_EL1_EPD0), "TCR_EL1: EPD0 clear (KEEP_IDMAP)", tcr);
		check(*(volatile uint32_t *)(kernel.fdt.blob - kernel.geometry.virt_start) ==
			      *(const uint32_t *)kernel.fdt.blob,
		      "the FDT at its physical address (KEEP_IDMAP)", 0);
		return;
	}
	check(tcr & TCR_EL1_EPD0, "TCR_EL1: EPD0 set", tcr);
	check(!SYSREG_READ(ttbr0_el1), "TTBR0_EL1 = 0", SYSREG_READ(ttbr0_el1));
}

static void check_vectors(uint64_t vbar)
{
	struct leaf leaf;
	uint64_t par = translate(vbar, false);

	check(vbar % 2048 == 0 && vbar >> 55 == (is_upper() ? 0x1ff : 0),
	      "VBAR_EL1: 2 KiB aligned, in our half", vbar);
	check(!(par & PAR_FAULT) && translate(vbar, true) & PAR_FAULT &&
		      tables_find(&kernel.geometry, vbar, &leaf) && leaf_is_executable(&leaf),
	      "the early vectors are executable and read-only", par);
	check(memory_reservation(PAR_PA(par), 2048), "and in reserved memory", PAR_PA(par));
}

static void check_cpu(void)
{
	uint64_t before, virtual_count, after, sum;

	check(CPACR_EL1_FPEN(SYSREG_READ(cpacr_el1)) == 3, "CPACR_EL1: FPEN = 0b11",
	      SYSREG_READ(cpacr_el1));
	__asm__ volatile(".arch_extension fp\n\t.arch_extension simd\n\t"
			 "fmov d0, #1.5\n\tfadd d0, d0, d0\n\tfmov %0, d0"
			 : "=r"(sum));
	check(sum == 0x4008000000000000, "floating point works: 1.5 + 1.5", sum);
	check(SYSREG_READ(cntfrq_el0), "CNTFRQ_EL0 is programmed", 0);
	ISB();
	before = SYSREG_READ(cntpct_el0);
	ISB();
	virtual_count = SYSREG_READ(cntvct_el0);
	ISB();
	after = SYSREG_READ(cntpct_el0);
	check(before <= virtual_count && virtual_count <= after, "CNTVOFF = 0: both counters agree",
	      virtual_count - before);
}

/* One segment: readable, writable or not, executable or not, from first to last byte. */
static void check_segment(const char *start, const char *end, bool writable, bool executable,
			  const char *what)
{
	uint64_t wrong = 0;

	for (uint64_t va = (uint64_t)start; va < (uint64_t)end; va += 0x1000) {
		struct leaf leaf;

		if (translate(va, false) & PAR_FAULT ||
		    !(translate(va, true) & PAR_FAULT) != writable ||
		    !tables_find(&kernel.geometry, va, &leaf) ||
		    leaf_is_executable(&leaf) != executable)
			wrong = va;
	}
	check(!wrong, what, wrong);
}

static uint64_t image_pa(void)
{
	return PAR_PA(translate((uint64_t)_start, false));
}

static void check_image(const char *pc)
{
	static const char *const link_address = _start;	/* absolute, as the linker saw it */
	const struct range *over;
	const uint64_t pa = image_pa();

	check(pc == *(const char *const volatile *)&link_address, "PC = e_entry", (uint64_t)pc);
	check_segment(__text_start, __text_end, WX, true, ".text is read-only and executable");
	check_segment(__rodata_start, __rodata_end, WX, WX, ".rodata is read-only, not executable");
	check_segment(__data_start, __image_end, true, WX,
		      ".data and .bss are writable, not executable");
	over = memory_reservation(pa, 1);
	check(!over, "the image lies in no reservation", over ? over->start : 0);
}

static void check_console(void)
{
	const uint64_t va = loft_va(kernel.geometry.virt_start, kernel.uart_pa);
	const uint64_t par = translate(va, true);
	const uint64_t page = kernel.uart_pa & ~UINT64_C(0xfff);	/* what PAR_EL1 has of it */

	if (!(NOTE_FLAGS & LOFT_FLAG_NO_MMIO))
		check(!(par & PAR_FAULT) && PAR_PA(par) == page &&
			      PAR_ATTR(par) == ATTR_DEVICE_NGNRE,
		      "the UART is mapped at VIRT_START + PA, Device-nGnRE", par);
	if (CONSOLE_VA) {
		const uint64_t alias = translate(CONSOLE_VA + kernel.uart_pa % GRANULE, true);

		check(PAR_PA(alias) == page && PAR_ATTR(alias) == ATTR_DEVICE_NGNRE,
		      "the UART is mapped at CONSOLE_VA, Device-nGnRE", alias);
	}
}

/* Some kernels look for their FDT at the base of DRAM and not in x0. */
static void check_fdt_at_base(void)
{
	struct fdt copy;

	check(fdt_open(&copy, loft_va(kernel.geometry.virt_start, banks[0].start)) &&
		      copy.size == kernel.fdt.size,
	      "the FDT is at the base of DRAM, too", banks[0].start);
}

static void check_number(const struct fdt *fdt, uint32_t chosen, const char *name,
			 uint64_t expected)
{
	uint64_t value = ~expected;

	check(fdt_number(fdt, chosen, name, &value) && value == expected, name, value);
}

static uint32_t crc32(const uint8_t *p, uint64_t size)
{
	uint32_t crc = ~0u, nibble[16];

	for (uint32_t i = 0; i < 16; i++) {
		nibble[i] = i;
		for (int bit = 0; bit < 4; bit++)
			nibble[i] = nibble[i] >> 1 ^ (nibble[i] & 1 ? 0xedb88320 : 0);
	}
	while (size--) {
		crc = crc >> 4 ^ nibble[(crc ^ *p) & 15];
		crc = crc >> 4 ^ nibble[(crc ^ *p++ >> 4) & 15];
	}
	return ~crc;
}

static void check_initrd(const struct fdt *fdt, uint32_t chosen, uint64_t virt_start)
{
	uint64_t start, end;

	if (!fdt_number(fdt, chosen, "linux,initrd-start", &start) ||
	    !fdt_number(fdt, chosen, "linux,initrd-end", &end)) {
		print("  initrd     (none)\n");
		return;
	}
	if (!check(end > start && memory_is_dram(start, end - start), "the initrd is in DRAM",
		   start))
		return;
	print("  initrd     %x, %u bytes, crc32 %x\n", start, end - start,
	      (uint64_t)crc32((const uint8_t *)loft_va(virt_start, start), end - start));
}

static void check_chosen(void)
{
	const struct fdt *fdt = &kernel.fdt;
	const uint32_t chosen = fdt_path(fdt, "/chosen");
	const uint64_t root = kernel.geometry.root_pa;
	uint64_t number = 0;
	uint32_t size = 0;
	bool pie;

	if (!check(chosen != FDT_NONE, "the FDT has /chosen", 0))
		return;
	check_number(fdt, chosen, LOFT_FDT_PROTOCOL, LOFT_PROTOCOL_VERSION);
	check_number(fdt, chosen, LOFT_FDT_VIRT_START, VIRT_START);
	check_number(fdt, chosen, LOFT_FDT_VA_BITS, VA_BITS);
	check_number(fdt, chosen, LOFT_FDT_GRANULE, GRANULE);
	check_number(fdt, chosen, LOFT_FDT_TTBR1, root);
	check_number(fdt, chosen, LOFT_FDT_TCR, SYSREG_READ(tcr_el1));
	check_number(fdt, chosen, LOFT_FDT_MAIR, SYSREG_READ(mair_el1));
	check(kernel.boot_el >= 1 && kernel.boot_el <= 3, LOFT_FDT_BOOT_EL, kernel.boot_el);
	check(fdt_number(fdt, chosen, LOFT_FDT_BOOT_TIME_NS, &number) && number,
	      LOFT_FDT_BOOT_TIME_NS, number);
	print("  boot EL    %u\n  boot time  %u us\n", kernel.boot_el, number / 1000);
	/* who is linked high without AT(), or a static PIE, is told where Loft put it */
	pie = fdt_property(fdt, chosen, LOFT_FDT_KERNEL_VIRT, &size);
	if (pie)
		check_number(fdt, chosen, LOFT_FDT_KERNEL_VIRT, (uint64_t)__text_start);
	if (pie || LINK_OFFSET != VIRT_START)
		check_number(fdt, chosen, LOFT_FDT_KERNEL_PHYS, image_pa());
	number = 0;
	if (fdt_property(fdt, chosen, "kaslr-seed", &size))
		check(size == 8 && fdt_number(fdt, chosen, "kaslr-seed", &number) && number,
		      "kaslr-seed is 64 bits, not zero", size);
	else
		print("  kaslr-seed (no entropy source)\n");
	if (fdt_property(fdt, chosen, "rng-seed", &size))
		check(size >= 32, "rng-seed has 32 bytes or more", size);
	else
		print("  rng-seed   (no entropy source)\n");
	if (fdt_number(fdt, chosen, LOFT_FDT_SECONDARY_ENTRY, &number))
		print("  secondary  %x\n", number);
	check_initrd(fdt, chosen, kernel.geometry.virt_start);
}

void promises_check(const struct entry_state *entry)
{
	const char *pc;

	/* PC-relative: where _start is for the code that really runs */
	__asm__ volatile("adrp %0, _start\n\tadd %0, %0, :lo12:_start" : "=r"(pc));
	check_arguments(entry);
	check_stack(entry->x[2], entry->sp);
	check_pstate();
	check_sctlr();
	check_translation();
	check_vectors(SYSREG_READ(vbar_el1));
	check_cpu();
	check_image(pc);
	check_console();
	if (NOTE_FLAGS & LOFT_FLAG_FDT_AT_DRAM_BASE || option("fdt-at-base"))
		check_fdt_at_base();
	check_chosen();
}
