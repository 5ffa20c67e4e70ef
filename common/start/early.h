/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/start: the C half of reset, from the early map to the prompt.
 * In:    scratch, x0, where the image lies
 * Out:   Loft at home at the top of DRAM, its console on, a kernel booted or the prompt
 * Uses:  handoff, map, image, shell, env, console, fdt, mem
 */
#pragma once

#include "lib/base/types.h"

/** loft_main() - the first function at home (main.c) */
void __attribute__((noreturn)) loft_main(void);
