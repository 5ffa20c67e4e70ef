/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room arch/arm64/fault: exceptions: vectors, what they mean, accesses that may fault, gdb's
 * registers.
 * In:    an exception
 * Out:   a report in words, or the program goes on
 * Uses:  mmu, pgtable, cpu
 */
#pragma once

#include "lib/base/types.h"

/** Room that every sentence of esr_describe() fits in. */
#define ESR_TEXT_MAX 128

/**
 * esr_class() - an exception class in words
 * @esr: ESR_ELx
 *
 * Return: "data abort, same EL", ...; "reserved exception class" for what the architecture does
 *         not name.
 * Spec:   Arm ARM DDI 0487 K.a, D24.2 "ESR_EL1", EC
 */
const char *esr_class(uint64_t esr);

/**
 * esr_describe() - a syndrome in words
 * @esr:  ESR_ELx
 * @out:  the sentence, always terminated: "data abort, same EL: translation fault, level 2, write",
 *        "trapped MSR, MRS or system instruction: write of S3_0_C1_C0_0 from x3", "BRK from
 *        AArch64: 0x1"
 * @size: of @out, at least 1; ESR_TEXT_MAX holds everything
 *
 * Spec:   Arm ARM DDI 0487 K.a, D24.2 "ESR_EL1", EC and ISS encodings
 */
void esr_describe(uint64_t esr, char *out, size_t size);

/** esr_fault_status() - a status code (DFSC, IFSC, PAR_EL1.FST) in words: "alignment fault" */
void esr_fault_status(unsigned status, char *out, size_t size);

/** esr_is_abort() - true for instruction and data aborts, whose ISS holds a fault status */
bool esr_is_abort(uint64_t esr);

/** esr_has_far() - true where FAR_ELx holds the address of the fault */
bool esr_has_far(uint64_t esr);
