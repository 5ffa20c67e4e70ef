/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The linker script, after the C preprocessor: a kernel linked high, loaded low.
 *
 * Addresses in here are virtual (p_vaddr). AT() makes the physical ones (p_paddr): virtual less
 * VIRT_START, so that the image lies in the linear map and one subtraction translates any address.
 * Every segment begins on a granule: rights belong to granules.
 */
#ifndef VIRT_START
#define VIRT_START	0xffffff8000000000
#endif
#ifndef LINK_ADDRESS	/* the first byte: DRAM starts at 0x40000000 here */
#define LINK_ADDRESS	VIRT_START + 0x40200000
#endif
#ifndef LINK_OFFSET	/* p_vaddr - p_paddr */
#define LINK_OFFSET	VIRT_START
#endif
#ifndef GRANULE
#define GRANULE		0x1000
#endif
#define LOAD(section)	section : AT(ADDR(section) - (LINK_OFFSET))

OUTPUT_ARCH(aarch64)
ENTRY(_start)

PHDRS
{
	text	PT_LOAD FLAGS(5);		/* R X: read-only and executable */
	rodata	PT_LOAD FLAGS(4);		/* R: neither writable nor executable */
	data	PT_LOAD FLAGS(6);	/* R W */
	note	PT_NOTE FLAGS(4);		/* what the kernel asks of Loft */
#ifdef PIE
	dynamic	PT_DYNAMIC FLAGS(4);		/* where the relocations are */
#endif
}

SECTIONS
{
	. = LINK_ADDRESS;
	__text_start = .;
	LOAD(.text) {
		*(.text.start)
		*(.text .text.*)
	} :text
	__text_end = .;

	. = ALIGN(GRANULE);
	__rodata_start = .;
	LOAD(.rodata) {
		*(.rodata .rodata.*)
	} :rodata
	LOAD(.note.loft) {
		KEEP(*(.note.loft))
	} :rodata :note
#ifdef PIE	/* -DPIE, and -pie for compiler and linker: Loft applies the relocations */
	LOAD(.rela.dyn) {
		*(.rela .rela.* .rela*)
	} :rodata
	LOAD(.relr.dyn) {
		*(.relr.dyn)
	} :rodata
	LOAD(.dynamic) {
		*(.dynamic)
	} :rodata :dynamic
	LOAD(.dynsym) { *(.dynsym) } :rodata
	LOAD(.dynstr) { *(.dynstr) } :rodata
	LOAD(.hash) { *(.hash) } :rodata
	LOAD(.gnu.hash) { *(.gnu.hash) } :rodata
	LOAD(.data.rel.ro) {	/* addresses that are constants, once they have been relocated */
		*(.data.rel.ro .data.rel.ro.* .got .got.plt)
	} :rodata
#endif
	__rodata_end = .;

	. = ALIGN(GRANULE);
	__data_start = .;
	LOAD(.data) {
		*(.data .data.*)
	} :data
	. = ALIGN(16);
	__bss_start = .;
	LOAD(.bss) {
		*(.bss .bss.* COMMON)
		. = ALIGN(16);
	} :data
	__bss_end = .;
	__image_end = .;

	/DISCARD/ : {
		*(.gnu.version .gnu.version_*)
		*(.comment .note.GNU-stack .eh_frame .eh_frame_hdr .note.gnu.*)
	}
}
