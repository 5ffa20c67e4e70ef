/* SPDX-License-Identifier: BSD-2-Clause */
/* Pure, without static pointers: it also runs when little else does. */
#include "arch/arm64/fault/esr.h"

#include <stdio.h>

#include "arch/arm64/cpu/sysreg.h"
#include "lib/base/texts.h"

/* clang-format off */
/* X(EC, text): the exception classes that are allocated. */
#define CLASSES(X) \
	X(0x00, "unknown instruction or state") \
	X(0x01, "trapped WFI or WFE") \
	X(0x03, "trapped MCR or MRC (CP15)") \
	X(0x04, "trapped MCRR or MRRC (CP15)") \
	X(0x05, "trapped MCR or MRC (CP14)") \
	X(0x06, "trapped LDC or STC") \
	X(0x07, "trapped FP, SIMD or SVE access") \
	X(0x08, "trapped VMRS") \
	X(0x09, "trapped pointer authentication") \
	X(0x0a, "trapped LD64B or ST64B") \
	X(0x0c, "trapped MRRC (CP14)") \
	X(0x0d, "branch target exception") \
	X(0x0e, "illegal execution state") \
	X(0x11, "SVC from AArch32") \
	X(0x12, "HVC from AArch32") \
	X(0x13, "SMC from AArch32") \
	X(0x14, "trapped MSRR, MRRS or system instruction") \
	X(0x15, "SVC from AArch64") \
	X(0x16, "HVC from AArch64") \
	X(0x17, "SMC from AArch64") \
	X(0x18, "trapped MSR, MRS or system instruction") \
	X(0x19, "trapped SVE access") \
	X(0x1a, "trapped ERET") \
	X(0x1b, "TSTART in a state that forbids it") \
	X(0x1c, "pointer authentication failure") \
	X(0x1d, "trapped SME access") \
	X(0x1e, "granule protection check") \
	X(0x1f, "implementation defined to EL3") \
	X(0x20, "instruction abort, lower EL") \
	X(0x21, "instruction abort, same EL") \
	X(0x22, "PC alignment fault") \
	X(0x24, "data abort, lower EL") \
	X(0x25, "data abort, same EL") \
	X(0x26, "SP alignment fault") \
	X(0x27, "memory copy or set exception") \
	X(0x28, "trapped FP exception from AArch32") \
	X(0x2c, "trapped FP exception from AArch64") \
	X(0x2d, "guarded control stack exception") \
	X(0x2f, "SError") \
	X(0x30, "breakpoint, lower EL") \
	X(0x31, "breakpoint, same EL") \
	X(0x32, "software step, lower EL") \
	X(0x33, "software step, same EL") \
	X(0x34, "watchpoint, lower EL") \
	X(0x35, "watchpoint, same EL") \
	X(0x38, "BKPT from AArch32") \
	X(0x3a, "vector catch from AArch32") \
	X(0x3c, "BRK from AArch64") \
	X(0x3d, "profiling exception")

/*
 * X(code, levels, first_level, text): fault status codes that stand alone (levels 0), and the first
 * of those that count levels: code + 0 .. code + levels - 1 are levels first_level ...
 */
#define STATUSES(X) \
	X(0x00, 4, 0, "address size fault") \
	X(0x04, 4, 0, "translation fault") \
	X(0x08, 4, 0, "access flag fault") \
	X(0x0c, 4, 0, "permission fault") \
	X(0x10, 0, 0, "external abort") \
	X(0x11, 0, 0, "tag check fault") \
	X(0x12, 2, -2, "external abort on a table walk") \
	X(0x14, 4, 0, "external abort on a table walk") \
	X(0x18, 0, 0, "parity or ECC error") \
	X(0x1b, 1, -1, "parity or ECC error on a table walk") \
	X(0x1c, 4, 0, "parity or ECC error on a table walk") \
	X(0x21, 0, 0, "alignment fault") \
	X(0x22, 2, -2, "granule protection fault on a walk") \
	X(0x24, 4, 0, "granule protection fault on a walk") \
	X(0x28, 0, 0, "granule protection fault") \
	X(0x29, 1, -1, "address size fault") \
	X(0x2a, 1, -2, "translation fault") \
	X(0x2b, 1, -1, "translation fault") \
	X(0x2c, 1, -2, "address size fault") \
	X(0x30, 0, 0, "TLB conflict") \
	X(0x31, 0, 0, "unsupported atomic update") \
	X(0x34, 0, 0, "lockdown fault") \
	X(0x35, 0, 0, "unsupported exclusive or atomic access")

#define CLASS_CODE(ec, text)				ec,
#define CLASS_TEXT(ec, text)				text "\0"
#define STATUS_CODES(code, levels, first_level, text)	{ code, levels, first_level },
#define STATUS_TEXT(code, levels, first_level, text)	text "\0"

static const uint8_t classes[] = { CLASSES(CLASS_CODE) };
static const char class_texts[] = CLASSES(CLASS_TEXT);

static const struct {
	uint8_t code, levels;
	int8_t first_level;
} statuses[] = { STATUSES(STATUS_CODES) };
static const char status_texts[] = STATUSES(STATUS_TEXT);
/* clang-format on */

static unsigned exception_class(uint64_t esr)
{
	return (unsigned)ID_GET(ESR_EC, esr);
}

const char *esr_class(uint64_t esr)
{
	for (unsigned i = 0; i < ARRAY_SIZE(classes); i++)
		if (classes[i] == exception_class(esr))
			return text_nth(class_texts, i);
	return "reserved exception class";
}

bool esr_is_abort(uint64_t esr)
{
	unsigned ec = exception_class(esr);

	return ec == ESR_EC_IABORT || ec == ESR_EC_IABORT_LOWER || ec == ESR_EC_DABORT ||
	       ec == ESR_EC_DABORT_LOWER;
}

static bool has_imm16(unsigned ec)
{
	return ec == ESR_EC_BRK64 || ec == ESR_EC_SVC64 || ec == ESR_EC_HVC64 || ec == ESR_EC_SMC64;
}

static bool is_data_abort(uint64_t esr)
{
	return exception_class(esr) == ESR_EC_DABORT || exception_class(esr) == ESR_EC_DABORT_LOWER;
}

bool esr_has_far(uint64_t esr)
{
	unsigned ec = exception_class(esr);

	/* FnV means something with external aborts only; it is RES0 with all others. */
	if (esr_is_abort(esr))
		return !(esr & ESR_ISS_FNV);
	return ec == ESR_EC_PC_ALIGN || ec == ESR_EC_WATCHPOINT || ec == ESR_EC_WATCHPOINT_LOWER;
}

void esr_fault_status(unsigned status, char *out, size_t size)
{
	for (unsigned i = 0; i < ARRAY_SIZE(statuses); i++) {
		const char *text = text_nth(status_texts, i);
		unsigned first = statuses[i].code;

		if (statuses[i].levels == 0 && status == first) {
			snprintf(out, size, "%s", text);
			return;
		}
		if (status >= first && status - first < statuses[i].levels) {
			snprintf(out, size, "%s, level %d", text,
				 statuses[i].first_level + (int)(status - first));
			return;
		}
	}
	snprintf(out, size, "fault status 0x%02x", status);
}

/* What the access was: "write", "cache maintenance", "read, on a walk of stage 1". */
static const char *access_of(uint64_t esr)
{
	if (!is_data_abort(esr))
		return esr & ESR_ISS_S1PTW ? ", on a walk of stage 1" : "";
	if (esr & ESR_ISS_CM)
		return ", cache maintenance or AT";
	if (esr & ESR_ISS_S1PTW)
		return esr & ESR_ISS_WNR ? ", write, on a walk of stage 1"
					 : ", read, on a walk of stage 1";
	return esr & ESR_ISS_WNR ? ", write" : ", read";
}

static void describe_abort(uint64_t esr, char *out, size_t size)
{
	char status[64];

	esr_fault_status((unsigned)ID_GET(ESR_ISS_FSC, esr), status, sizeof(status));
	snprintf(out, size, "%s: %s%s", esr_class(esr), status, access_of(esr));
}

static void describe_sysreg(uint64_t esr, char *out, size_t size)
{
	unsigned op0 = (unsigned)ID_GET(ESR_ISS_SYS_OP0, esr);
	unsigned op1 = (unsigned)ID_GET(ESR_ISS_SYS_OP1, esr);
	unsigned crn = (unsigned)ID_GET(ESR_ISS_SYS_CRN, esr);
	unsigned crm = (unsigned)ID_GET(ESR_ISS_SYS_CRM, esr);
	unsigned op2 = (unsigned)ID_GET(ESR_ISS_SYS_OP2, esr);
	unsigned rt = (unsigned)ID_GET(ESR_ISS_SYS_RT, esr);
	bool read = esr & ESR_ISS_SYS_READ;

	snprintf(out, size, "%s: %s of S%u_%u_C%u_C%u_%u %s x%u", esr_class(esr),
		 read ? "read" : "write", op0, op1, crn, crm, op2, read ? "to" : "from", rt);
}

void esr_describe(uint64_t esr, char *out, size_t size)
{
	unsigned ec = exception_class(esr);

	if (esr_is_abort(esr))
		describe_abort(esr, out, size);
	else if (ec == ESR_EC_SYSREG)
		describe_sysreg(esr, out, size);
	else if (has_imm16(ec))
		snprintf(out, size, "%s: 0x%x", esr_class(esr),
			 (unsigned)ID_GET(ESR_ISS_IMM16, esr));
	else if (esr_class(esr)[0] == 'r')
		snprintf(out, size, "%s 0x%02x", esr_class(esr), ec);
	else
		snprintf(out, size, "%s", esr_class(esr));
}
