/* SPDX-License-Identifier: BSD-2-Clause */
/* arch/barrier.h for the host: barriers as strong as its compiler has them, and no events. */
#pragma once

#define dsb(domain) __sync_synchronize()
#define dmb(domain) __sync_synchronize()
#define isb()	    __sync_synchronize()
#define sev()	    ((void)0)
