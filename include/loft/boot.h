/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loft/boot.h - what a kernel needs to know of Loft, boot protocol version 1
 *
 * For kernel authors: copy this one file into your kernel. It includes nothing but the
 * freestanding headers <stdint.h>, <stdbool.h> and <stddef.h>, and serves C, C++ and assembly (.S).
 * The protocol itself, with the reasons, is doc/boot-protocol.md.
 *
 * The address space at the kernel's first instruction, for VIRT_START = 0xffffff8000000000
 * (39-bit addresses) and QEMU's virt machine:
 *
 *   virtual                                              physical
 *   0xffffff8040000000 .. + size of DRAM   RW, never X    0x40000000   linear map, PA + VIRT_START
 *     with the kernel's segments in it     RX / R / RW    where p_paddr put them
 *   0xffffff8009000000 .. one granule      RW, Device     0x09000000   each device of the FDT
 *   one page                               RX             Loft's early vectors (VBAR_EL1)
 *   0x0000000000000000 .. the lower half   nothing        TCR_EL1.EPD0 = 1
 */
#pragma once

#ifdef __ASSEMBLER__
#define LOFT_U64(x)	x
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#define LOFT_U64(x)	UINT64_C(x)
#endif

/* ---- registers at the first instruction of a kernel that is entered with the MMU on ----------
 * x0 = FDT, physical address    x1 = FDT, virtual address in the linear map
 * x2 = VIRT_START               x3 = LOFT_MAGIC(version)
 * x4..x30 = 0, SP = top of the boot stack (16-byte aligned, in the linear map), D A I F masked.
 * A kernel that is entered with the MMU off gets x0 = FDT, x1..x3 = 0, as Linux does.
 */
#define LOFT_PROTOCOL_VERSION	1
#define LOFT_MAGIC_WORD		LOFT_U64(0x54464f4c)	/* bytes "LOFT" in memory, x3[31:0] */
#define LOFT_MAGIC		LOFT_U64(0x000154464f4c)	/* x3 for version 1 */
#define LOFT_MAGIC_VERSION(x3)	(((x3) >> 32) & 0xffff)		/* x3[47:32] */

/* ---- the ELF note: what a kernel may ask for ------------------------------------------------
 * Section .note.loft in a PT_NOTE segment, name "Loft", type 1, descriptor {u64 key, u64 value}...
 * An unknown key is an error, unless LOFT_NOTE_OPTIONAL is set in it: then it is ignored.
 */
#define LOFT_NOTE_NAME		"Loft"
#define LOFT_NOTE_NAMESZ	5				/* with the terminating NUL */
#define LOFT_NOTE_TYPE		1

#define LOFT_NOTE_VIRT_START	LOFT_U64(1)	/* base of the linear map: VA = PA + VIRT_START */
#define LOFT_NOTE_VA_BITS	LOFT_U64(2)	/* 36, 39, 42, 47, 48 or 52 */
#define LOFT_NOTE_GRANULE	LOFT_U64(3)	/* 4096, 16384 or 65536 */
#define LOFT_NOTE_ENTRY_EL	LOFT_U64(4)	/* 1 = EL1; 2 = EL2 with VHE */
#define LOFT_NOTE_FLAGS		LOFT_U64(5)	/* LOFT_FLAG_* */
#define LOFT_NOTE_STACK_SIZE	LOFT_U64(6)	/* bytes of boot stack, a multiple of the granule */
#define LOFT_NOTE_CONSOLE_VA	LOFT_U64(7)	/* a second VA for the console UART's page */
#define LOFT_NOTE_OPTIONAL	LOFT_U64(0x8000000000000000)

#define LOFT_FLAG_UNMAPPED		LOFT_U64(0x01)	/* MMU off, physical entry */
#define LOFT_FLAG_KEEP_IDMAP		LOFT_U64(0x02)	/* DRAM, console identity-mapped in TTBR0 */
#define LOFT_FLAG_ALLOW_WX		LOFT_U64(0x04)	/* segments both writable and executable */
#define LOFT_FLAG_NO_MMIO		LOFT_U64(0x08)	/* no device mappings */
#define LOFT_FLAG_PARK_SECONDARIES	LOFT_U64(0x10)	/* CPUs started, parked: loft_mailbox */
#define LOFT_FLAG_FDT_AT_DRAM_BASE	LOFT_U64(0x20)	/* a copy of the FDT at the base of DRAM */
#define LOFT_FLAG_IDENTITY		LOFT_U64(0x40)	/* VIRT_START 0: linear map in TTBR0 */
#define LOFT_FLAG_RANDOM_SLIDE		LOFT_U64(0x80)	/* a static PIE: at a random address */
#define LOFT_FLAG_ALL			LOFT_U64(0xff)

#define LOFT_STACK_SIZE_DEFAULT		LOFT_U64(0x4000)

/* ---- memory attributes: MAIR_EL1 as Loft leaves it, and the AttrIndx for your descriptors ---- */
#define LOFT_MAIR			LOFT_U64(0x440004ff)
#define LOFT_ATTR_NORMAL		0	/* 0xff Normal, write-back */
#define LOFT_ATTR_DEVICE		1	/* 0x04 Device-nGnRE */
#define LOFT_ATTR_DEVICE_STRICT		2	/* 0x00 Device-nGnRnE */
#define LOFT_ATTR_UNCACHED		3	/* 0x44 Normal, non-cacheable */

/* ---- the EL2 stub: HVC #0, call number in x0, when you run at EL1 and loft,boot-el is 2 or 3 ----
 * The numbers are those of Linux's hyp-stub. Result in x0: 0, or LOFT_HVC_ERROR.
 */
#define LOFT_HVC_SET_VECTORS	0	/* x1 = VBAR_EL2: PHYSICAL (MMU off there), 2 KiB aligned */
#define LOFT_HVC_SOFT_RESTART	1	/* x1 = PC, x2..x4 its x0..x2; at EL2, MMU off; no return */
#define LOFT_HVC_RESET_VECTORS	2	/* VBAR_EL2 = Loft's stub again */
#define LOFT_HVC_FINALISE_EL2	3	/* go on at EL2 with VHE; an error where that cannot be */
#define LOFT_HVC_ERROR		LOFT_U64(0xbadca11)

/* ---- the FDT: properties of /chosen, each number 64 bits (two cells) ---- */
#define LOFT_FDT_PROTOCOL		"loft,protocol"		/* LOFT_PROTOCOL_VERSION */
#define LOFT_FDT_VIRT_START		"loft,virt-start"
#define LOFT_FDT_VA_BITS		"loft,va-bits"
#define LOFT_FDT_GRANULE		"loft,granule"
#define LOFT_FDT_TTBR1			"loft,ttbr1"		/* root table, physical */
#define LOFT_FDT_TCR			"loft,tcr"
#define LOFT_FDT_MAIR			"loft,mair"
#define LOFT_FDT_BOOT_EL		"loft,boot-el"		/* EL Loft was entered at */
#define LOFT_FDT_SECONDARY_ENTRY	"loft,secondary-entry"	/* PA: CPU_ON, or release */
#define LOFT_FDT_BOOT_TIME_NS		"loft,boot-time-ns"
#define LOFT_FDT_KERNEL_PHYS		"loft,kernel-phys"	/* if Loft chose the place */
#define LOFT_FDT_KERNEL_VIRT		"loft,kernel-virt"	/* static PIE: where its lowest granule is */
/* in the /chosen of a tree that you bring: Loft leaves its /memory alone */
#define LOFT_FDT_KEEP_MEMORY		"loft,keep-memory"
/* in a /reserved-memory node: yours once you stand on your own feet (boot stack, early vectors) */
#define LOFT_FDT_RECLAIMABLE		"loft,reclaimable"
/* "compatible" of such a node that is a file given beside the kernel; bootargs is its command line */
#define LOFT_FDT_MODULE			"loft,module"
#define LOFT_FDT_NAME			"loft,name"
/* in a CPU's node, with a spin table or PARK_SECONDARIES: its struct loft_mailbox, physical */
#define LOFT_FDT_MAILBOX		"loft,mailbox"

/* ---- PSCI (Arm DEN 0022), called by HVC or SMC as /psci "method" says ---- */
#define LOFT_PSCI_VERSION		0x84000000
#define LOFT_PSCI_CPU_OFF		0x84000002
#define LOFT_PSCI_CPU_ON		LOFT_U64(0xc4000003)	/* MPIDR, entry, context_id */
#define LOFT_PSCI_AFFINITY_INFO		LOFT_U64(0xc4000004)
#define LOFT_PSCI_SYSTEM_OFF		0x84000008
#define LOFT_PSCI_SYSTEM_RESET		0x84000009
#define LOFT_PSCI_FEATURES		0x8400000a

/* offsets into struct loft_secondary and struct loft_mailbox, for assembly */
#define LOFT_SECONDARY_ENTRY_VA		0
#define LOFT_SECONDARY_SP_VA		8
#define LOFT_SECONDARY_ARG		16
#define LOFT_SECONDARY_SIZE		32
#define LOFT_MAILBOX_STATE		24
#define LOFT_MAILBOX_PARKED		1	/* loft_mailbox.state: the CPU waits */

#ifdef __ASSEMBLER__

/*
 * The note in assembly, for a .S file:
 *
 *	LOFT_NOTE_BEGIN
 *	LOFT_NOTE_PAIR(LOFT_NOTE_VIRT_START, 0xffffff8000000000)
 *	LOFT_NOTE_PAIR(LOFT_NOTE_VA_BITS, 39)
 *	LOFT_NOTE_END
 */
/* clang-format off */
#define LOFT_NOTE_BEGIN							\
	.pushsection .note.loft, "a", %note;				\
	.balign 4;							\
	.long LOFT_NOTE_NAMESZ, .Lloft_note_end - .Lloft_note_desc, LOFT_NOTE_TYPE; \
	.asciz LOFT_NOTE_NAME;						\
	.balign 4;							\
	.Lloft_note_desc:
#define LOFT_NOTE_PAIR(key, value)	.quad key, value
#define LOFT_NOTE_END			.Lloft_note_end: .popsection
/* clang-format on */

#else /* C and C++ */

#ifdef __cplusplus
#define LOFT_STATIC_ASSERT(condition)	static_assert(condition, #condition)
#else
#define LOFT_STATIC_ASSERT(condition)	_Static_assert(condition, #condition)
#endif

/**
 * struct loft_note_header - the start of the note: Elf64_Nhdr and the padded name
 *
 * 20 bytes, so the pairs that follow are only 4-byte aligned: hence the packed pair below.
 */
struct loft_note_header {
	uint32_t namesz;		/* LOFT_NOTE_NAMESZ */
	uint32_t descsz;		/* bytes of pairs */
	uint32_t type;			/* LOFT_NOTE_TYPE */
	char name[8];			/* LOFT_NOTE_NAME, NUL, padding */
};

struct loft_note_pair {
	uint64_t key;			/* LOFT_NOTE_* */
	uint64_t value;
} __attribute__((packed, aligned(4)));

LOFT_STATIC_ASSERT(sizeof(struct loft_note_header) == 20);
LOFT_STATIC_ASSERT(sizeof(struct loft_note_pair) == 16);

/**
 * LOFT_NOTE() - the note in C or C++, once in a kernel, at file scope, followed by a semicolon
 *
 *	LOFT_NOTE({ LOFT_NOTE_VIRT_START, 0xffffff8000000000 },
 *		  { LOFT_NOTE_VA_BITS, 39 });
 *
 * Values are constant expressions. The linker script must keep the section and give it a PT_NOTE:
 *
 *	PHDRS    { note PT_NOTE FLAGS(4); ... }
 *	SECTIONS { .note.loft : AT(...) { KEEP(*(.note.loft)) } :rodata :note ... }
 */
/* clang-format off */
#define LOFT_NOTE(...)							\
	__attribute__((used, section(".note.loft"), aligned(4)))	\
	static const struct {						\
		struct loft_note_header header;				\
		struct loft_note_pair pairs[LOFT_NOTE_COUNT_(__VA_ARGS__)]; \
	} loft_note = {							\
		{ LOFT_NOTE_NAMESZ,					\
		  LOFT_NOTE_COUNT_(__VA_ARGS__) * sizeof(struct loft_note_pair), \
		  LOFT_NOTE_TYPE, LOFT_NOTE_NAME },			\
		{ __VA_ARGS__ }						\
	}
/* clang-format on */

#ifdef __cplusplus
template <unsigned long n> char (&loft_note_count(const struct loft_note_pair (&)[n]))[n];
#define LOFT_NOTE_COUNT_(...)	sizeof(loft_note_count({ __VA_ARGS__ }))
#else
#define LOFT_NOTE_COUNT_(...)						\
	(sizeof((const struct loft_note_pair[]){ __VA_ARGS__ }) / sizeof(struct loft_note_pair))
#endif

/**
 * struct loft_secondary - how a further CPU shall enter the kernel
 *
 * Its physical address is the context_id of PSCI CPU_ON, whose entry point is /chosen
 * loft,secondary-entry. The CPU arrives at entry_va in the state of the boot CPU's first
 * instruction, except that x0 = arg and SP = sp_va. Write all of it, then DSB, then CPU_ON.
 */
struct loft_secondary {
	uint64_t entry_va;
	uint64_t sp_va;			/* 16-byte aligned */
	uint64_t arg;
	uint64_t reserved;		/* 0 */
};

/**
 * struct loft_mailbox - where a parked CPU waits (LOFT_FLAG_PARK_SECONDARIES), and what a CPU of a
 * spin table finds in place of a struct loft_secondary
 *
 * Write sp_va and arg, then entry_va with release semantics (STLR), then SEV.
 */
struct loft_mailbox {
	uint64_t entry_va;		/* 0 while the CPU shall wait */
	uint64_t sp_va;
	uint64_t arg;
	uint64_t state;			/* written by Loft alone */
};

LOFT_STATIC_ASSERT(offsetof(struct loft_secondary, entry_va) == LOFT_SECONDARY_ENTRY_VA);
LOFT_STATIC_ASSERT(offsetof(struct loft_secondary, sp_va) == LOFT_SECONDARY_SP_VA);
LOFT_STATIC_ASSERT(offsetof(struct loft_secondary, arg) == LOFT_SECONDARY_ARG);
LOFT_STATIC_ASSERT(sizeof(struct loft_secondary) == LOFT_SECONDARY_SIZE);
LOFT_STATIC_ASSERT(offsetof(struct loft_mailbox, state) == LOFT_MAILBOX_STATE);

/*
 * What Loft printed, and logged, before it jumped: in /reserved-memory/loft-log@..., whose reg is
 * where it lies. The newest byte is text[(written - 1) % size]; where written is more than size,
 * text[written % size] is the oldest.
 */
#define LOFT_LOG_MAGIC	UINT64_C(0x474f4c54464f4c)	/* "LOFTLOG" */
struct loft_log {
	uint64_t magic;
	uint64_t size;			/* of text[]: a power of two */
	uint64_t written;		/* bytes, since it was begun */
	uint64_t reserved;
	char text[];
};

/* Descriptors and registers hold at most 52 bits of physical address. */
#define LOFT_PA_LIMIT	(UINT64_C(1) << 52)

/**
 * loft_phys_to_virt() - the linear-map address of a physical one
 * @virt_start: VIRT_START: x2 at entry, or loft,virt-start
 * @pa:         physical address
 * @va:         out, written only on success
 *
 * Returns: false if @pa is no physical address (2^52 or more) or the sum passes the top of the
 *          address space. With a VIRT_START in the high half a true answer is therefore in the
 *          high half too. It does not say that anything is mapped there.
 */
static inline bool loft_phys_to_virt(uint64_t virt_start, uint64_t pa, uint64_t *va)
{
	if (pa >= LOFT_PA_LIMIT || pa > UINT64_MAX - virt_start)
		return false;
	*va = virt_start + pa;
	return true;
}

/**
 * loft_virt_to_phys() - the physical address behind a linear-map address
 * @virt_start: VIRT_START
 * @va:         virtual address in the linear map
 * @pa:         out, written only on success
 *
 * Returns: false if @va lies below VIRT_START or 2^52 or more above it. For an address of the
 *          kernel's image the answer is right only if the image lies in the linear map
 *          (p_vaddr - p_paddr = VIRT_START), as in examples/highhalf.
 */
static inline bool loft_virt_to_phys(uint64_t virt_start, uint64_t va, uint64_t *pa)
{
	if (va < virt_start || va - virt_start >= LOFT_PA_LIMIT)
		return false;
	*pa = va - virt_start;
	return true;
}

/**
 * loft_va() - loft_phys_to_virt() for an address that is known to be good; traps (BRK) if it is not
 */
static inline uint64_t loft_va(uint64_t virt_start, uint64_t pa)
{
	uint64_t va;

	if (!loft_phys_to_virt(virt_start, pa, &va))
		__builtin_trap();
	return va;
}

/**
 * loft_pa() - loft_virt_to_phys() for an address that is known to be good; traps (BRK) if it is not
 */
static inline uint64_t loft_pa(uint64_t virt_start, uint64_t va)
{
	uint64_t pa;

	if (!loft_virt_to_phys(virt_start, va, &pa))
		__builtin_trap();
	return pa;
}

#endif /* __ASSEMBLER__ */
