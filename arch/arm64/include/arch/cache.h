/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cache maintenance by address, for the PoC (what DMA, other masters and this CPU with its MMU
 * off see) and the PoU (what instruction fetch sees).  Everything works with the MMU on and off,
 * on any address that is mapped; ranges are [start, start + size), whole lines around them are
 * touched, and a size of 0 does nothing.
 *
 * By set and way is never right here: it neither reaches system caches nor stops other CPUs from
 * refilling lines.
 *
 * Spec: Arm ARM DDI 0487 K.a, D7.5 "Cache support"; B2.7 "Caches and memory hierarchy"
 */
#pragma once

#include "lib/base/types.h"

/**
 * cache_clean_poc() - bring what was written to memory proper
 *
 * For buffers that a device reads, and for code and data that something will read with its MMU
 * off.  On return it is there: a store to a device's register after the call can't overtake it.
 */
void cache_clean_poc(const void *start, uint64_t size);

/**
 * cache_clean_inval_poc() - the same, and keep no copy
 *
 * For memory that is handed over: whoever takes it next may write it with caches off.
 */
void cache_clean_inval_poc(const void *start, uint64_t size);

/**
 * cache_inval_poc() - drop cached copies: what was written since is lost
 *
 * For buffers that a device has written, and for memory about to be, or just, written with the
 * MMU off.  A line that is only partly inside the range is cleaned first, so that its other
 * bytes live.  The writer must have finished before the call; with the MMU off the caller's own
 * stores need a dsb before it.
 */
void cache_inval_poc(void *start, uint64_t size);

/**
 * cache_sync_code() - make instructions that were written fetchable
 *
 * On return this CPU fetches them at this address, and others do after an isb of their own.
 * Does only what CTR_EL0.IDC and .DIC leave to be done.  Code that will be fetched at another
 * address needs IC IALLU as well: instruction caches may be indexed by virtual address.
 */
void cache_sync_code(const void *start, uint64_t size);

/** cache_data_is_on(), cache_code_is_on() - SCTLR_ELx.C and .I of the EL that Loft runs at */
bool cache_data_is_on(void);
bool cache_code_is_on(void);

/** cache_code_enable() - turn this CPU's instruction cache on or off */
void cache_code_enable(bool on);

/** cache_code_drop() - invalidate this CPU's instruction caches; IC IALLU */
void cache_code_drop(void);
