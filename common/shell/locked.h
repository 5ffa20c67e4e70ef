/* SPDX-License-Identifier: BSD-2-Clause */
/* CONFIG_LOCKED: who may have a prompt. */
#pragma once

/** locked_wait() - until the password has been typed; forever where there is none */
void locked_wait(void);
