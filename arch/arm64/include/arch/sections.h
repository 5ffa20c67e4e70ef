/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The linker script's symbols (loft.lds), as arrays: their addresses are what counts, and are where
 * the image lies now.
 */
#pragma once

extern char __image_start[], __text_end[], __rodata_end[], __data_end[];
extern char __cold_start[], __cold_text_end[], __cold_end[];
extern char __bss_start[], __bss_end[];
extern char __stack_guard[], __stack_bottom[], __stack_top[];
extern char __fault_guard[], __fault_stack_bottom[], __fault_stack_top[];
extern char __scratch_start[], __scratch_end[], __image_end[];
extern const char __relr_start[], __relr_end[];
