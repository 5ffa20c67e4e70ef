/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/base: PURE: what every room has: types, sentences, numbers, text.
 * In:    -
 * Out:   -
 * Uses:  nothing
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Physical and virtual addresses: plain numbers, the type says which space. */
typedef uint64_t paddr_t;
typedef uint64_t vaddr_t;

/* Usable in assembly-free headers and static initialisers alike: constants, never calls. */
#define BIT(n)		 (UINT64_C(1) << (n))
#define MASK(hi, lo)	 ((~UINT64_C(0) >> (63 - (hi))) & (~UINT64_C(0) << (lo)))
#define FIELD(hi, lo, v) (((uint64_t)(v) << (lo)) & MASK(hi, lo))
#define FIELD_GET(hi, lo, x) (((uint64_t)(x) & MASK(hi, lo)) >> (lo))

/* Multipliers: (2*MIB). */
#define KIB (UINT64_C(1) << 10)
#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)
#define TIB (UINT64_C(1) << 40)

/* a is a power of two. ALIGN_UP wraps at the top of the type: check first where x is input. */
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a) - 1))
#define ALIGN_UP(x, a)	 ALIGN_DOWN((x) + ((__typeof__(x))(a) - 1), a)
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a) - 1)) == 0)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Each argument is evaluated once; the names are unique, so that MAX(a, MIN(b, c)) shadows none. */
#define MIN(a, b) MIN_NAMED_(a, b, __COUNTER__)
#define MAX(a, b) MAX_NAMED_(a, b, __COUNTER__)
#define MIN_NAMED_(a, b, n) MIN_BODY_(a, b, n)
#define MAX_NAMED_(a, b, n) MAX_BODY_(a, b, n)
#define MIN_BODY_(a, b, n)                               \
	({                                               \
		__typeof__(a) min_a_##n = (a);           \
		__typeof__(b) min_b_##n = (b);           \
		min_a_##n < min_b_##n ? min_a_##n : min_b_##n; \
	})
#define MAX_BODY_(a, b, n)                               \
	({                                               \
		__typeof__(a) max_a_##n = (a);           \
		__typeof__(b) max_b_##n = (b);           \
		max_a_##n > max_b_##n ? max_a_##n : max_b_##n; \
	})

#undef __must_check
#define __must_check __attribute__((warn_unused_result))
#undef __printf
#define __printf(format_arg, first_arg) __attribute__((format(printf, format_arg, first_arg)))

/* A buffer that is written before it is read: nobody zeroes it when Loft starts. */
#define __noinit __attribute__((section(".noinit")))

/*
 * IS_ENABLED(CONFIG_X) - 1 when autoconf.h defines CONFIG_X as 1, 0 when it does not define it
 *
 * The compiler then sees and type-checks both branches. A defined 1 pastes into a macro which
 * supplies one more argument, so the second argument picked is 1; anything else leaves the 0.
 */
#define IS_ENABLED(option)	       IS_ENABLED_PASTE_(option)
#define IS_ENABLED_PASTE_(value)       IS_ENABLED_PICK_(IS_ENABLED_ARG_##value)
#define IS_ENABLED_ARG_1	       0,
#define IS_ENABLED_PICK_(arg_or_junk)  IS_ENABLED_SECOND_(arg_or_junk 1, 0, 0)
#define IS_ENABLED_SECOND_(a, b, ...)  b

/* SELECT_IF(CONFIG_X, yes, no) - IS_ENABLED() that chooses tokens: parts of a string, say */
#define SELECT_IF(option, yes, no)	      SELECT_PASTE_(option, yes, no)
#define SELECT_PASTE_(value, yes, no)	      SELECT_PICK_(IS_ENABLED_ARG_##value, yes, no)
#define SELECT_PICK_(arg_or_junk, yes, no)    SELECT_SECOND_(arg_or_junk yes, no, 0)
#define SELECT_SECOND_(a, b, ...)	      b
