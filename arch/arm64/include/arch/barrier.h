/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * Barriers by the manual's names; whoever uses one says what it orders before what.  Arm ARM DDI
 * 0487 K.a, B2.3.12
 */
#define dsb(domain) __asm__ volatile("dsb " #domain : : : "memory")
#define dmb(domain) __asm__ volatile("dmb " #domain : : : "memory")
#define isb()	    __asm__ volatile("isb" : : : "memory")
#define sev()	    __asm__ volatile("sev" : : : "memory") /* wakes every CPU that waits by WFE */
