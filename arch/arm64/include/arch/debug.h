/* SPDX-License-Identifier: BSD-2-Clause */
/* What a debugger wants of the CPU: stops, steps, points, and memory that may not be there. */
#pragma once

#include "arch/exception.h"
#include "lib/base/types.h"

/** guarded_copy(), guarded_semihost(), guarded_sysreg() - guarded.S has their contracts */
int guarded_copy(void *to, const void *from, uint64_t width);
int guarded_semihost(uint64_t operation, uint64_t parameter, uint64_t *result);
int guarded_sysreg(uint64_t index, uint64_t *value);
extern const char guarded_start[], guarded_end[], guarded_failed[];

/** enum debug_event - what an exception is to a debugger */
enum debug_event {
	DEBUG_BREAK,	 /* BRK; frame->elr is its address */
	DEBUG_STEP,
	DEBUG_HW_BREAK,
	DEBUG_WATCH,	 /* frame->far is the address that was accessed */
	DEBUG_UNDEFINED,
	DEBUG_ABORT,
	DEBUG_ALIGNMENT, /* of PC, SP or an access */
	DEBUG_INTERRUPT,
	DEBUG_OTHER,
};

/** debug_event() - from vector and ESR */
enum debug_event debug_event(const struct fault_frame *frame);

#define DEBUG_BRK_SIZE 4
#define DEBUG_BRK_ENTER 0xf1a7 /* BRK #imm of debug_enter() */
#define DEBUG_BRK_AT_ENTRY (0xd4200000u | DEBUG_BRK_ENTER << 5) /* the same, as an instruction */

/** debug_enter() - an exception to debug_exception(), now; its event says that it was this one */
void debug_enter(void);
bool debug_is_enter(const struct fault_frame *frame);

/** debug_brk - the instruction of a software breakpoint */
extern const uint32_t debug_brk;

/**
 * debug_start() - this EL takes debug exceptions from itself: step, points
 *
 * Wants PSTATE.D clear where they shall be taken: debug_resume().
 * Spec: Arm ARM DDI 0487 K.a, D2.4 "Routing debug exceptions", D2.5
 */
void debug_start(void);

/** debug_stop() - as before it, points removed */
void debug_stop(void);

/** debug_stopped() - what debug_resume() set is undone: the frame as the code would have it */
void debug_stopped(struct fault_frame *frame);

/**
 * debug_resume() - set up an exception return to code that is debugged
 * @frame: its SPSR is changed: SS, and D clear where a debug exception shall come through
 * @step:  stop again after one instruction
 */
void debug_resume(struct fault_frame *frame, bool step);

/**
 * debug_point() - insert or remove a hardware breakpoint or watchpoint of this EL
 * @type: as gdb numbers them: 1 breakpoint, 2 write, 3 read, 4 access watchpoint
 * @len:  for watchpoints 1 to 8 bytes that do not cross a multiple of 8
 *
 * Errors: -ENOTSUP a kind or a length that there is not; -ENOSPC all are in use
 */
int __must_check debug_point(bool insert, unsigned type, vaddr_t va, uint64_t len);

/** debug_points() - how many hardware points are set */
unsigned debug_points(void);

/**
 * debug_write() - write to memory of Loft's own map, also where the map has it read-only
 *
 * Instructions that were written are fetched after it. Physical memory that the map denies
 * writing is written with the MMU off for a moment.
 *
 * Return: 0; -EFAULT at the first byte that cannot be written
 */
int __must_check debug_write(vaddr_t va, const void *from, size_t len);

/** debug_read() - Return: 0; -EFAULT at the first byte that cannot be read */
int __must_check debug_read(vaddr_t va, void *to, size_t len);

/**
 * debug_exception() - an exception that Loft took (common/gdb/gdb.c)
 *
 * Return: true: the frame, with whatever was changed in it, goes on; false: it is a fault
 */
bool debug_exception(struct fault_frame *frame);
