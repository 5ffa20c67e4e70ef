/* SPDX-License-Identifier: BSD-2-Clause */
/* The rarer sub-commands of fdt: functions of struct cmd. */
#pragma once

/** do_fdt_apply() - where CONFIG_FIT is on (fdt_apply.c) */
int do_fdt_apply(int argc, char *const argv[]);

int do_fdt_move(int argc, char *const argv[]);
int do_fdt_memory(int argc, char *const argv[]);
int do_fdt_rsvmem(int argc, char *const argv[]);
int do_fdt_bootcpu(int argc, char *const argv[]);
