/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code without a header: what `objcopy -O binary` makes of a kernel. Nothing says so in the file,
 * so its first instruction has to be one that kernels begin with.
 */
#pragma once

#include "lib/base/types.h"

#define FLAT_HEAD_SIZE 16

/**
 * flat_is_code() - may a file that begins so be AArch64 code from its first byte on?
 *
 * No text, and first a branch, an address, a constant, a system register, a barrier, a literal, a
 * move, or something on the stack.
 * Spec: Arm ARM DDI 0487 K.a, C4.1 "A64 instruction set encoding"
 */
bool flat_is_code(const uint8_t head[FLAT_HEAD_SIZE]);
