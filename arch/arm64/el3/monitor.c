// SPDX-License-Identifier: BSD-2-Clause
/* In the island: see monitor.h.  Here is what can be tested on the host. */
#include "arch/arm64/el3/monitor.h"

#include "arch/arm64/cpu/aarch32.h"
#include "arch/arm64/cpu/sysreg_id.h"
#include "arch/barrier.h"

#define PSCI_1_1  0x00010001
#define SMCCC_1_1 0x00010001

/* Function numbers without the bit of the 64-bit convention. */
#define SMC64		  UINT32_C(0x40000000)
#define SMCCC_VERSION	  UINT32_C(0x80000000)
#define SMCCC_FEATURES	  UINT32_C(0x80000001)
#define PSCI_VERSION	  UINT32_C(0x84000000)
#define PSCI_CPU_SUSPEND  UINT32_C(0x84000001)
#define PSCI_CPU_OFF	  UINT32_C(0x84000002)
#define PSCI_CPU_ON	  UINT32_C(0x84000003)
#define PSCI_AFFINITY	  UINT32_C(0x84000004)
#define PSCI_MIGRATE_TYPE UINT32_C(0x84000006)
#define PSCI_SYSTEM_OFF	  UINT32_C(0x84000008)
#define PSCI_SYSTEM_RESET UINT32_C(0x84000009)
#define PSCI_FEATURES	  UINT32_C(0x8400000a)

enum {
	SUCCESS = 0,
	NOT_SUPPORTED = -1,
	INVALID_PARAMETERS = -2,
	ALREADY_ON = -4,
	ON_PENDING = -5,
	INVALID_ADDRESS = -9,
};

#define NO_TRUSTED_OS 2 /* MIGRATE_INFO_TYPE: nothing would have to migrate */

/* power_state in its original format: StateID 15:0, StateType 16, level 25:24. */
#define POWER_STATE_STANDBY MASK(15, 0)

int monitor_number(uint64_t mpidr, bool mt)
{
	/* Aff0, the thread, goes where no number has bits: none but 0 has one. */
	if (mt)
		mpidr = mpidr >> 8 | mpidr << 56;

	uint64_t aff0 = mpidr & (BIT(MPIDR_AFF0_BITS) - 1);
	uint64_t aff1 = mpidr >> 8 & (BIT(MPIDR_AFF1_BITS) - 1);

	return mpidr == (aff1 << 8 | aff0) ? (int)(aff1 << MPIDR_AFF0_BITS | aff0) : -1;
}

static bool goes_first(const struct monitor_cpu *other, uint32_t ticket, bool lower)
{
	uint32_t theirs = other->ticket;

	return theirs && (theirs < ticket || (theirs == ticket && lower));
}

void monitor_lock(struct monitor *m, unsigned self)
{
	struct monitor_cpu *me = &m->cpu[self];
	uint32_t last = 0;

	me->choosing = 1;
	dmb(sy); /* said before the others' tickets are looked at */
	for (unsigned i = 0; i < m->cpus; i++) {
		uint32_t ticket = m->cpu[i].ticket; /* once: it may change */

		last = MAX(last, ticket);
	}
	me->ticket = last + 1;
	dmb(sy); /* the ticket is there for whoever sees that it has been chosen */
	me->choosing = 0; /* when the others see it makes no difference: the ticket is out */
	for (unsigned i = 0; i < m->cpus; i++) {
		while (m->cpu[i].choosing)
			;
		/*
		 * Chosen before the ticket is looked at: with the two loads the other way round two
		 * CPUs can hold the lock. Device-nR loads of one peripheral keep their order
		 * anyway; this says so where memory is anything else.
		 */
		dmb(sy);
		while (goes_first(&m->cpu[i], last + 1, i < self))
			;
	}
	dmb(sy); /* the lock is held before anything that it protects is read */
}

void monitor_unlock(struct monitor *m, unsigned self)
{
	dmb(sy); /* what it protects is written before the next one is let in */
	m->cpu[self].ticket = 0;
}

static struct monitor_cpu *target_of(struct monitor *m, uint64_t mpidr)
{
	int n = monitor_number(mpidr, m->mt);

	if (n < 0 || (unsigned)n >= m->cpus || m->cpu[n].state == MONITOR_ABSENT)
		return NULL;
	return &m->cpu[n];
}

/* In DRAM as far as the monitor knows where that is, and not in what is its own. */
static bool is_entry(const struct monitor *m, uint64_t entry, bool aarch32)
{
	bool aligned = aarch32 ? (entry & 3) != 2 : !(entry & 3);

	return aligned && entry >= m->dram_start && entry < m->address_end &&
	       entry - m->base >= m->size;
}

/* As is_entry(), for @size bytes: whole pages, of which el3_copy() makes no more. */
static bool is_room(const struct monitor *m, uint64_t at, uint64_t size)
{
	return size && !(at & 15) && at >= m->dram_start && at < m->address_end &&
	       m->address_end - at >= size &&
	       (at < m->base ? m->base - at >= size : at - m->base >= m->size);
}

static int64_t cpu_on(struct monitor *m, unsigned self, const struct monitor_call *call)
{
	struct monitor_cpu *cpu = target_of(m, call->x1);
	int64_t result = SUCCESS;

	if (!cpu)
		return INVALID_PARAMETERS;
	if (!is_entry(m, call->x2, call->aarch32))
		return INVALID_ADDRESS;
	monitor_lock(m, self);
	switch (cpu->state) {
	case MONITOR_ON:
		result = ALREADY_ON;
		break;
	case MONITOR_PENDING:
		result = ON_PENDING;
		break;
	default:
		cpu->entry = call->x2;
		cpu->context = call->x3;
		cpu->aarch32 = call->aarch32;
		dmb(sy); /* where to is known before it is told to go */
		cpu->state = MONITOR_PENDING;
		dsb(sy); /* the state is there before the event that makes it look */
		sev();
	}
	monitor_unlock(m, self);
	return result;
}

static int64_t affinity_info(struct monitor *m, const struct monitor_call *call)
{
	struct monitor_cpu *cpu = target_of(m, call->x1);

	if (!cpu || call->x2) /* since 1.0 levels above 0 are no longer owed */
		return INVALID_PARAMETERS;
	switch (cpu->state) {
	case MONITOR_ON:
		return 0;
	case MONITOR_PENDING:
		return 2;
	default:
		return 1;
	}
}

/*
 * Bit 30 counts: only what has addresses or affinities in its arguments exists in both
 * conventions.
 */
static int64_t features(uint32_t function)
{
	switch (function) {
	case SMCCC_VERSION:
	case PSCI_VERSION:
	case PSCI_CPU_SUSPEND:
	case PSCI_CPU_SUSPEND | SMC64:
	case PSCI_CPU_OFF:
	case PSCI_CPU_ON:
	case PSCI_CPU_ON | SMC64:
	case PSCI_AFFINITY:
	case PSCI_AFFINITY | SMC64:
	case PSCI_MIGRATE_TYPE:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case PSCI_FEATURES:
		return SUCCESS; /* for CPU_SUSPEND also: original format, no OS-initiated mode */
	default:
		return NOT_SUPPORTED;
	}
}

static bool is_smccc_feature(uint64_t function)
{
	return function == SMCCC_VERSION || function == SMCCC_FEATURES;
}

static enum monitor_action decide(struct monitor *m, unsigned self, const struct monitor_call *call,
				  int64_t *result)
{
	*result = SUCCESS;
	switch (call->function) {
	case SMCCC_VERSION:
		*result = SMCCC_1_1;
		return MONITOR_RETURN;
	case SMCCC_FEATURES:
		*result = is_smccc_feature(call->x1) ? SUCCESS : NOT_SUPPORTED;
		return MONITOR_RETURN;
	case PSCI_VERSION:
		*result = PSCI_1_1;
		return MONITOR_RETURN;
	case PSCI_CPU_SUSPEND:
	case PSCI_CPU_SUSPEND | SMC64:
		if (!(call->x1 & ~POWER_STATE_STANDBY))
			return MONITOR_STANDBY;
		*result = INVALID_PARAMETERS;
		return MONITOR_RETURN;
	case PSCI_CPU_OFF:
		return MONITOR_STOP;
	case PSCI_CPU_ON:
	case PSCI_CPU_ON | SMC64:
		*result = cpu_on(m, self, call);
		return MONITOR_RETURN;
	case PSCI_AFFINITY:
	case PSCI_AFFINITY | SMC64:
		*result = affinity_info(m, call);
		return MONITOR_RETURN;
	case PSCI_MIGRATE_TYPE:
		*result = NO_TRUSTED_OS;
		return MONITOR_RETURN;
	case PSCI_SYSTEM_OFF:
		return MONITOR_POWER_OFF;
	case PSCI_SYSTEM_RESET:
		return MONITOR_RESET;
	case PSCI_FEATURES:
		*result = features((uint32_t)call->x1);
		return MONITOR_RETURN;
	case MONITOR_FETCH:
		if (IS_ENABLED(CONFIG_COLD) && is_room(m, call->x1, m->cold_size))
			return MONITOR_COPY;
		m->cold_size = 0;
		*result = NOT_SUPPORTED;
		return MONITOR_RETURN;
	case MONITOR_ENTER_AARCH32:
		if (IS_ENABLED(CONFIG_AARCH32) && is_entry(m, call->x3, true) &&
		    call->x3 <= UINT32_MAX)
			return MONITOR_AARCH32;
		/* fallthrough */
	default:
		*result = NOT_SUPPORTED;
		return MONITOR_RETURN;
	}
}

enum monitor_action monitor_call(struct monitor *m, unsigned self, const struct monitor_call *call,
				 int64_t *result)
{
	/*
	 * Of 32-bit calls the upper halves mean nothing.  Field by field: nobody here supplies a
	 * memcpy().
	 */
	uint64_t width = call->function & SMC64 ? UINT64_MAX : UINT32_MAX;
	struct monitor_call c = {
		.function = call->function,
		.aarch32 = call->aarch32,
		.x1 = call->x1 & width,
		.x2 = call->x2 & width,
		.x3 = call->x3 & width,
	};

	if (!(c.function & SMC64) || !c.aarch32)
		return decide(m, self, &c, result);
	*result = NOT_SUPPORTED;
	return MONITOR_RETURN;
}
