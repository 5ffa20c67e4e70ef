/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch/psci.h - calls to the firmware that owns power
 *
 * Spec: Arm DEN 0022 "Power State Coordination Interface"; Arm DEN 0028 "SMC Calling Convention"
 */
#pragma once

#include "include/loft/boot.h"
#include "lib/base/psci.h"
#include "lib/base/types.h"

/** psci_use() - the firmware has other function numbers than the standard's; once, at the start */
void psci_use(const struct psci_ids *ids);

/**
 * psci_call() - one call
 * @conduit:  an instruction that the firmware really takes: the other one is UNDEFINED or hangs
 * @function: LOFT_PSCI_*
 * @x1:       first to third argument; 0 where there is none
 * @result:   what the call returned when that is no error; may be NULL
 *
 * Errors: -ENODEV  @conduit is PSCI_NONE
 *         -ENOTSUP, -EINVAL, -EPERM, -EALREADY, -EBUSY, -EIO, -ENOENT, -EFAULT
 *         for PSCI's NOT_SUPPORTED, INVALID_PARAMETERS or DISABLED, DENIED, ALREADY_ON, ON_PENDING,
 *         INTERNAL_FAILURE, NOT_PRESENT, INVALID_ADDRESS
 */
int __must_check psci_call(enum psci_conduit conduit, uint64_t function, uint64_t x1, uint64_t x2,
			   uint64_t x3, uint32_t *result);

/** psci_version() - major in bits 31:16, minor in 15:0. Errors: as psci_call() */
int __must_check psci_version(enum psci_conduit conduit, uint32_t *version);

/** psci_system_off() - power off; returns only if that failed. Errors: as psci_call() */
int psci_system_off(enum psci_conduit conduit);

/** psci_system_reset() - cold reset; returns only if that failed. Errors: as psci_call() */
int psci_system_reset(enum psci_conduit conduit);
