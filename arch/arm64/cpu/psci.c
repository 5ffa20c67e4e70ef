/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>

#include <arch/psci.h>

/* PSCI's return codes, from -1 down (DEN 0022, "Return error codes"). */
static int error_of(int32_t code)
{
	static const int errors[] = {
		-ENOTSUP,	/* NOT_SUPPORTED */
		-EINVAL,	/* INVALID_PARAMETERS */
		-EPERM,		/* DENIED */
		-EALREADY,	/* ALREADY_ON */
		-EBUSY,		/* ON_PENDING */
		-EIO,		/* INTERNAL_FAILURE */
		-ENOENT,	/* NOT_PRESENT */
		-EINVAL,	/* DISABLED */
		-EFAULT,	/* INVALID_ADDRESS */
	};
	const uint32_t index = ~(uint32_t)code;		/* -1 is 0, -2 is 1 ... */

	return index < ARRAY_SIZE(errors) ? errors[index] : -EIO;
}

/*
 * The convention in its oldest version lets a call change x0..x17; x18 and up, SP and the vector
 * registers are kept.
 */
#define CONDUIT(instruction)                                                                      \
	__asm__ volatile(instruction " #0"                                                        \
			 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)                                 \
			 :                                                                        \
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", \
			   "x15", "x16", "x17", "cc", "memory")

static int32_t invoke(enum psci_conduit conduit, uint64_t function, uint64_t x1, uint64_t x2,
		      uint64_t x3)
{
	register uint64_t r0 __asm__("x0") = function;
	register uint64_t r1 __asm__("x1") = x1;
	register uint64_t r2 __asm__("x2") = x2;
	register uint64_t r3 __asm__("x3") = x3;

	if (conduit == PSCI_HVC)
		CONDUIT("hvc");
	else
		CONDUIT("smc");
	return (int32_t)r0;
}

static struct psci_ids own;

void psci_use(const struct psci_ids *ids)
{
	own = *ids;
}

static uint64_t number_of(uint64_t function)
{
	uint32_t id = function == LOFT_PSCI_CPU_ON	  ? own.cpu_on
		      : function == LOFT_PSCI_SYSTEM_OFF   ? own.off
		      : function == LOFT_PSCI_SYSTEM_RESET ? own.reset
							   : 0;

	return id ? id : function;
}

int psci_call(enum psci_conduit conduit, uint64_t function, uint64_t x1, uint64_t x2, uint64_t x3,
	      uint32_t *result)
{
	if (conduit == PSCI_NONE)
		return -ENODEV;

	const int32_t code = invoke(conduit, number_of(function), x1, x2, x3);

	if (code < 0)
		return error_of(code);
	if (result)
		*result = (uint32_t)code;
	return 0;
}

int psci_version(enum psci_conduit conduit, uint32_t *version)
{
	return psci_call(conduit, LOFT_PSCI_VERSION, 0, 0, 0, version);
}

/* A call that comes back with success has not done it either. */
int psci_system_off(enum psci_conduit conduit)
{
	const int err = psci_call(conduit, LOFT_PSCI_SYSTEM_OFF, 0, 0, 0, NULL);

	return err ? err : -EIO;
}

int psci_system_reset(enum psci_conduit conduit)
{
	const int err = psci_call(conduit, LOFT_PSCI_SYSTEM_RESET, 0, 0, 0, NULL);

	return err ? err : -EIO;
}
