/* SPDX-License-Identifier: BSD-2-Clause */
/* Copy, fill, sum and compare, each by a loop over whole blocks. */
#include "arch/mem.h"

#include <string.h>

#define COPY_BLOCK 256
#define FILL_BLOCK 256
#define SUM_BLOCK  128
#define SAME_BLOCK 64

void mem_read_device(void *dst, paddr_t from, uint64_t size)
{
	for (char *to = dst; size; size -= 64)
		__asm__ volatile("ldp	x2, x3, [%1], #64\n\t"
				 "ldp	x4, x5, [%1, #-48]\n\t"
				 "ldp	x6, x7, [%1, #-32]\n\t"
				 "ldp	x8, x9, [%1, #-16]\n\t"
				 "stp	x2, x3, [%0], #64\n\t"
				 "stp	x4, x5, [%0, #-48]\n\t"
				 "stp	x6, x7, [%0, #-32]\n\t"
				 "stp	x8, x9, [%0, #-16]"
				 : "+r"(to), "+r"(from)
				 :
				 : "memory", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9");
}

/* For a destination whose front is still to be read. */
static __attribute__((noinline)) void copy_down(char *dst, const char *src, uint64_t size)
{
	uint64_t blocks = size / COPY_BLOCK;
	char *dst_end = dst + blocks * COPY_BLOCK;
	const char *src_end = src + blocks * COPY_BLOCK;

	memmove(dst_end, src_end, size % COPY_BLOCK);
	for (; blocks; blocks--)
		__asm__ volatile("ldp	q0, q1, [%1, #-32]\n\t"
				 "ldp	q2, q3, [%1, #-64]\n\t"
				 "ldp	q4, q5, [%1, #-96]\n\t"
				 "ldp	q6, q7, [%1, #-128]\n\t"
				 "ldp	q16, q17, [%1, #-160]\n\t"
				 "ldp	q18, q19, [%1, #-192]\n\t"
				 "ldp	q20, q21, [%1, #-224]\n\t"
				 "ldp	q22, q23, [%1, #-256]!\n\t"
				 "stp	q0, q1, [%0, #-32]\n\t"
				 "stp	q2, q3, [%0, #-64]\n\t"
				 "stp	q4, q5, [%0, #-96]\n\t"
				 "stp	q6, q7, [%0, #-128]\n\t"
				 "stp	q16, q17, [%0, #-160]\n\t"
				 "stp	q18, q19, [%0, #-192]\n\t"
				 "stp	q20, q21, [%0, #-224]\n\t"
				 "stp	q22, q23, [%0, #-256]!"
				 : "+r"(dst_end), "+r"(src_end)
				 :
				 : "memory", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16",
				   "v17", "v18", "v19", "v20", "v21", "v22", "v23");
}

/* A block is read whole before it is written, so that ranges may overlap by any number of bytes. */
void mem_copy(void *dst, const void *src, uint64_t size)
{
	uint64_t blocks = size / COPY_BLOCK;
	const void *from = src;
	void *to = dst;

	if ((uintptr_t)dst - (uintptr_t)src < size) {
		copy_down(dst, src, size);
		return;
	}
	/* The loop, too: else the compiler moves the pointers about in each round. */
	if (blocks)
		__asm__ volatile("0:\n\t"
				 "ld1	{v0.16b-v3.16b}, [%1], #64\n\t"
				 "ld1	{v4.16b-v7.16b}, [%1], #64\n\t"
				 "ld1	{v16.16b-v19.16b}, [%1], #64\n\t"
				 "ld1	{v20.16b-v23.16b}, [%1], #64\n\t"
				 "st1	{v0.16b-v3.16b}, [%0], #64\n\t"
				 "st1	{v4.16b-v7.16b}, [%0], #64\n\t"
				 "st1	{v16.16b-v19.16b}, [%0], #64\n\t"
				 "st1	{v20.16b-v23.16b}, [%0], #64\n\t"
				 "subs	%2, %2, #1\n\t"
				 "b.ne	0b"
				 : "+r"(to), "+r"(from), "+r"(blocks)
				 :
				 : "memory", "cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7",
				   "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23");
	memmove(to, from, size % COPY_BLOCK);
}

void mem_fill(void *dst, uint64_t pattern, uint64_t size)
{
	typedef uint64_t pair __attribute__((vector_size(16)));
	const pair wide = { pattern, pattern };
	uint64_t blocks = size / FILL_BLOCK;
	char *to = dst;

	for (; blocks; blocks--)
		__asm__ volatile("stp	%q1, %q1, [%0], #256\n\t"
				 "stp	%q1, %q1, [%0, #-224]\n\t"
				 "stp	%q1, %q1, [%0, #-192]\n\t"
				 "stp	%q1, %q1, [%0, #-160]\n\t"
				 "stp	%q1, %q1, [%0, #-128]\n\t"
				 "stp	%q1, %q1, [%0, #-96]\n\t"
				 "stp	%q1, %q1, [%0, #-64]\n\t"
				 "stp	%q1, %q1, [%0, #-32]"
				 : "+r"(to)
				 : "w"(wide)
				 : "memory");
	for (size %= FILL_BLOCK; size >= 8; size -= 8)
		__asm__ volatile("str	%1, [%0], #8" : "+r"(to) : "r"(pattern) : "memory");
	for (; size; size--, pattern >>= 8)
		*to++ = (char)pattern;
}

/* Of the rest, by what its size is made of. A register that is loaded in part has zeros above. */
#define SUM_REST(bytes, load, sum)                                                              \
	if (size & (bytes))                                                                     \
	__asm__ volatile(load ", [%2], #" #bytes "\n\t" sum                                      \
			 : "+w"(a), "+w"(b), "+r"(src)                                          \
			 :                                                                      \
			 : "memory", "v0", "v1", "v2", "v3")
#define SUM_ONE "uadalp	%0.4s, v0.8h"

/* Each of eight sums takes 8 words of a block: no overflow below 64 MiB. */
uint64_t mem_sum(const void *src, uint64_t size)
{
	typedef uint32_t quad __attribute__((vector_size(16)));
	quad a = { 0 }, b = { 0 };
	uint64_t total = 0;

	for (uint64_t blocks = size / SUM_BLOCK; blocks; blocks--)
		__asm__ volatile("ld1	{v0.16b-v3.16b}, [%2], #64\n\t"
				 "ld1	{v4.16b-v7.16b}, [%2], #64\n\t"
				 "uadalp	%0.4s, v0.8h\n\t"
				 "uadalp	%1.4s, v1.8h\n\t"
				 "uadalp	%0.4s, v2.8h\n\t"
				 "uadalp	%1.4s, v3.8h\n\t"
				 "uadalp	%0.4s, v4.8h\n\t"
				 "uadalp	%1.4s, v5.8h\n\t"
				 "uadalp	%0.4s, v6.8h\n\t"
				 "uadalp	%1.4s, v7.8h"
				 : "+w"(a), "+w"(b), "+r"(src)
				 :
				 : "memory", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
	SUM_REST(64, "ld1	{v0.16b-v3.16b}",
		 SUM_ONE "\n\t"
			 "uadalp	%1.4s, v1.8h\n\t"
			 "uadalp	%0.4s, v2.8h\n\t"
			 "uadalp	%1.4s, v3.8h");
	SUM_REST(32, "ld1	{v0.16b-v1.16b}",
		 SUM_ONE "\n\t"
			 "uadalp	%1.4s, v1.8h");
	SUM_REST(16, "ldr	q0", SUM_ONE);
	SUM_REST(8, "ldr	d0", SUM_ONE);
	SUM_REST(4, "ldr	s0", SUM_ONE);
	SUM_REST(2, "ldr	h0", SUM_ONE);
	SUM_REST(1, "ldr	b0", SUM_ONE);
	for (unsigned int i = 0; i < 4; i++)
		total += (uint64_t)a[i] + b[i];
	return total;
}

uint64_t mem_same(const void *a, const void *b, uint64_t size)
{
	const char *at = a, *with = b;
	uint64_t blocks = size / SAME_BLOCK;
	uint64_t differ = 0;

	for (; blocks; blocks--) {
		__asm__ volatile("ldp	q0, q1, [%1], #64\n\t"
				 "ldp	q2, q3, [%1, #-32]\n\t"
				 "ldp	q4, q5, [%2], #64\n\t"
				 "ldp	q6, q7, [%2, #-32]\n\t"
				 "eor	v0.16b, v0.16b, v4.16b\n\t"
				 "eor	v1.16b, v1.16b, v5.16b\n\t"
				 "eor	v2.16b, v2.16b, v6.16b\n\t"
				 "eor	v3.16b, v3.16b, v7.16b\n\t"
				 "orr	v0.16b, v0.16b, v1.16b\n\t"
				 "orr	v2.16b, v2.16b, v3.16b\n\t"
				 "orr	v0.16b, v0.16b, v2.16b\n\t"
				 "umaxp	v0.4s, v0.4s, v0.4s\n\t"
				 "fmov	%0, d0"
				 : "=r"(differ), "+r"(at), "+r"(with)
				 :
				 : "memory", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
		if (differ)
			break;
	}
	return size - size % SAME_BLOCK - blocks * SAME_BLOCK;
}
