/* SPDX-License-Identifier: BSD-2-Clause */
/* As many kernels are linked: one segment with all rights. */
#define VIRT_START	0xffffff8000000000

OUTPUT_ARCH(aarch64)
ENTRY(_start)

PHDRS
{
	all	PT_LOAD FLAGS(7);
	note	PT_NOTE FLAGS(4);
}

SECTIONS
{
	. = VIRT_START + 0x40200000;
	__text_start = .;
	.text : AT(ADDR(.text) - VIRT_START) {
		*(.text.start)
		*(.text .text.*)
	} :all
	__text_end = .;
	. = ALIGN(0x1000);
	__rodata_start = .;
	.rodata : AT(ADDR(.rodata) - VIRT_START) {
		*(.rodata .rodata.*)
	} :all
	.note.loft : AT(ADDR(.note.loft) - VIRT_START) {
		KEEP(*(.note.loft))
	} :all :note
	__rodata_end = .;
	. = ALIGN(0x1000);
	__data_start = .;
	.data : AT(ADDR(.data) - VIRT_START) {
		*(.data .data.*)
	} :all
	. = ALIGN(16);
	__bss_start = .;
	.bss : AT(ADDR(.bss) - VIRT_START) {
		*(.bss .bss.* COMMON)
		. = ALIGN(16);
	} :all
	__bss_end = .;
	__image_end = .;

	/DISCARD/ : {
		*(.comment .note.GNU-stack .eh_frame .eh_frame_hdr .note.gnu.*)
	}
}
