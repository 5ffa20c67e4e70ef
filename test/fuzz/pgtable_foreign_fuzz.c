/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables by the fuzzer under registers by the fuzzer: a walk ends, reads nothing but through the
 * callback, and what it says is in range. Input: TCR, TTBR0, TTBR1, an address, a byte of flags,
 * then memory from 0 on, repeated.
 */
#include <stdlib.h>
#include <string.h>

#include "arch/arm64/pgtable/foreign.h"

struct memory {
	const uint8_t *bytes;
	size_t size;
	unsigned reads;
};

static int read_memory(void *ctx, paddr_t pa, uint64_t *out)
{
	struct memory *m = ctx;

	if (++m->reads > PT_STEPS_MAX || pa % 8 || pa >> 52)
		abort();
	if (m->size < 8 || pa >> 51)
		return -1;
	memcpy(out, m->bytes + pa % (m->size - 7), 8);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory memory;
	struct pt_foreign regime = { .read = read_memory, .ctx = &memory };
	struct pt_trace trace;
	vaddr_t va;

	if (size < 33)
		return 0;
	memcpy(&regime.tcr, data, 8);
	memcpy(&regime.ttbr0, data + 8, 8);
	memcpy(&regime.ttbr1, data + 16, 8);
	memcpy(&va, data + 24, 8);
	regime.two_halves = data[32] & 1;
	memory = (struct memory){ data + 33, size - 33, 0 };
	if (pt_walk_foreign(&regime, va, &trace) == 0) {
		if (trace.pa >> 52 || !trace.step_count || trace.step_count > PT_STEPS_MAX)
			abort();
		if (trace.pa % trace.leaf_size != (va & (trace.leaf_size - 1)))
			abort();
	}
	return 0;
}
