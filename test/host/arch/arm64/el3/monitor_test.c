/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSCI as the monitor decides it: results by number, as DEN 0022 has them, not by the monitor's
 * names.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arch/arm64/el3/monitor.h"

#define BASE	   UINT64_C(0x0e000000)
#define ENTRY	   UINT64_C(0x40080000)
#define CPU_ON64   0xc4000003
#define CPU_ON32   0x84000003
#define AFFINITY64 0xc4000004

static struct monitor m;
static enum monitor_action action;

static int fresh(void **state)
{
	(void)state;
	memset(&m, 0, sizeof(m));
	m.cpus = 18;
	m.dram_start = 0x40000000;
	m.address_end = BIT(44);
	m.base = BASE;
	m.size = MONITOR_SIZE(MONITOR_CPUS);
	for (unsigned i = 0; i < 4; i++)
		m.cpu[i].state = MONITOR_OFF;
	m.cpu[16].state = m.cpu[17].state = MONITOR_OFF; /* a second cluster */
	m.cpu[0].state = MONITOR_ON;
	return 0;
}

static int64_t smc(uint32_t function, uint64_t x1, uint64_t x2, uint64_t x3)
{
	const struct monitor_call call = { .function = function, .x1 = x1, .x2 = x2, .x3 = x3 };
	int64_t result = 77;

	action = monitor_call(&m, 0, &call, &result);
	return result;
}

static int64_t smc32(uint32_t function, uint64_t x1, uint64_t x2, uint64_t x3)
{
	const struct monitor_call call = {
		.function = function, .aarch32 = true, .x1 = x1, .x2 = x2, .x3 = x3
	};
	int64_t result = 77;

	action = monitor_call(&m, 0, &call, &result);
	return result;
}

/* What the image left in flash is copied once, into DRAM that is not the monitor's. */
static void fetch(void **state)
{
	const uint64_t size = 0x4d000, refused[] = {
		0,       ENTRY + 8,           0x40000000 - 16, 0x3ff00000,
		BIT(44), BIT(44) - size + 16, UINT64_MAX - 15, UINT64_C(1) << 63,
	};

	(void)state;
	assert_int_equal(smc(0xc2004c46, ENTRY, 0, 0), -1);
	assert_int_equal(action, MONITOR_RETURN);
	for (unsigned i = 0; i < ARRAY_SIZE(refused); i++) {
		m.cold_size = size;
		assert_int_equal(smc(0xc2004c46, refused[i], 0, 0), -1);
		assert_int_equal(action, MONITOR_RETURN);
		assert_int_equal(m.cold_size, 0); /* and that was it */
	}
	m.cold_size = size;
	assert_int_equal(smc(0xc2004c46, BIT(44) - size, 0, 0), 0);
	assert_int_equal(action, MONITOR_COPY);
	/* the window of a monitor in DRAM, from both sides */
	m.base = 0x48000000;
	for (int64_t by = -16; by <= 16; by += 32) {
		m.cold_size = size;
		smc(0xc2004c46, m.base - size + (uint64_t)by, 0, 0);
		assert_int_equal(action, by < 0 ? MONITOR_COPY : MONITOR_RETURN);
		m.cold_size = size;
		smc(0xc2004c46, m.base + m.size + (uint64_t)by, 0, 0);
		assert_int_equal(action, by < 0 ? MONITOR_RETURN : MONITOR_COPY);
	}
	/* not of AArch32, where no Loft runs */
	m.cold_size = size;
	assert_int_equal(smc32(0xc2004c46, ENTRY, 0, 0), -1);
	assert_int_equal(action, MONITOR_RETURN);
}

static void numbers(void **state)
{
	(void)state;
	assert_int_equal(monitor_number(0, false), 0);
	assert_int_equal(monitor_number(0xf, false), 15);
	assert_int_equal(monitor_number(0x100, false), 16);
	assert_int_equal(monitor_number(0x30f, false), 63);
	assert_int_equal(monitor_number(0x400, false), 64);
	assert_int_equal(monitor_number(0xf0f, false), 255);
	assert_int_equal(monitor_number(0x10, false), -1);
	assert_int_equal(monitor_number(0x1000, false), -1);
	assert_int_equal(monitor_number(0x10000, false), -1);
	assert_int_equal(monitor_number(UINT64_C(0x100000000), false), -1);
	assert_int_equal(monitor_number(0x80000000, false), -1);
	assert_int_equal(monitor_number(UINT64_MAX, false), -1);
	/* Aff0 a thread, Aff1 the core, Aff2 the cluster */
	assert_int_equal(monitor_number(0, true), 0);
	assert_int_equal(monitor_number(0x100, true), 1);
	assert_int_equal(monitor_number(0x700, true), 7);
	assert_int_equal(monitor_number(0x10000, true), 16);
	assert_int_equal(monitor_number(0x30f00, true), 63);
	assert_int_equal(monitor_number(0x40000, true), 64);
	assert_int_equal(monitor_number(0xf0f00, true), 255);
	assert_int_equal(monitor_number(0x1, true), -1);
	assert_int_equal(monitor_number(0x101, true), -1);
	assert_int_equal(monitor_number(0x1000, true), -1);
	assert_int_equal(monitor_number(0x100000, true), -1);
	assert_int_equal(monitor_number(UINT64_C(0x100000000), true), -1);
	assert_int_equal(monitor_number(UINT64_MAX, true), -1);
}

static void versions(void **state)
{
	(void)state;
	assert_int_equal(smc(0x84000000, 0, 0, 0), 0x10001);
	assert_int_equal(action, MONITOR_RETURN);
	assert_int_equal(smc(0x80000000, 0, 0, 0), 0x10001);
	assert_int_equal(smc(0x80000001, 0x80000000, 0, 0), 0);
	assert_int_equal(smc(0x80000001, 0x80008000, 0, 0), -1); /* ARCH_WORKAROUND_1 */
	assert_int_equal(smc(0x84000006, 0, 0, 0), 2);
}

static void feature_list(void **state)
{
	static const uint32_t there[] = { 0x80000000, 0x84000000, 0x84000001, 0xc4000001,
					  0x84000002, 0x84000003, 0xc4000003, 0x84000004,
					  0xc4000004, 0x84000006, 0x84000008, 0x84000009,
					  0x8400000a };
	static const uint32_t not_there[] = { 0,          1,          0x84000005, 0xc4000005,
					      0xc4000000, 0xc4000002, 0xc4000008, 0x84000007,
					      0x8400000b, 0x84000012, 0xc200ff00, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(there); i++)
		assert_int_equal(smc(0x8400000a, there[i], 0, 0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(not_there); i++) {
		assert_int_equal(smc(0x8400000a, not_there[i], 0, 0), -1);
		if (not_there[i])
			assert_int_equal(smc(not_there[i], 0, 0, 0), -1);
		assert_int_equal(action, MONITOR_RETURN);
	}
}

static void cpu_on(void **state)
{
	(void)state;
	assert_int_equal(smc(CPU_ON64, 1, ENTRY, 0x1234567812345678), 0);
	assert_int_equal(m.cpu[1].state, MONITOR_PENDING);
	assert_int_equal(m.cpu[1].entry, ENTRY);
	assert_int_equal(m.cpu[1].context, 0x1234567812345678);
	assert_int_equal(m.cpu[1].aarch32, 0);
	assert_int_equal(smc(AFFINITY64, 1, 0, 0), 2);
	assert_int_equal(smc(CPU_ON64, 1, ENTRY, 0), -5); /* ON_PENDING */
	m.cpu[1].state = MONITOR_ON;
	assert_int_equal(smc(AFFINITY64, 1, 0, 0), 0);
	assert_int_equal(smc(CPU_ON64, 1, ENTRY, 0), -4); /* ALREADY_ON */
	assert_int_equal(smc(CPU_ON64, 0, ENTRY, 0), -4);
	m.cpu[1].state = MONITOR_OFF;
	assert_int_equal(smc(AFFINITY64, 1, 0, 0), 1);
	assert_int_equal(smc(CPU_ON64, 1, ENTRY + 4, 0), 0);
	assert_int_equal(smc(CPU_ON64, 0x101, ENTRY, 0), 0);
	assert_int_equal(m.cpu[17].state, MONITOR_PENDING);
	for (unsigned i = 0; i < m.cpus; i++)
		assert_int_equal(m.cpu[i].ticket | m.cpu[i].choosing, 0);
}

static void cpu_on_refused(void **state)
{
	static const uint64_t nobody[] = { 4,
					   15,
					   0x10,
					   0x102,
					   0x200,
					   0x10000,
					   0x80000001,
					   UINT64_C(0x100000001),
					   UINT64_C(0x8000000000000001),
					   UINT64_MAX };
	static const uint64_t nowhere[] = { 0,
					    4,
					    BASE,
					    BASE + 0x2000,
					    0x3ffffffc,
					    ENTRY + 1,
					    ENTRY + 2,
					    ENTRY + 3,
					    UINT64_C(1) << 44,
					    UINT64_MAX - 3,
					    UINT64_C(0xffffff8040080000) };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nobody); i++) {
		assert_int_equal(smc(CPU_ON64, nobody[i], ENTRY, 0), -2); /* INVALID_PARAMETERS */
		assert_int_equal(smc(AFFINITY64, nobody[i], 0, 0), -2);
	}
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++)
		assert_int_equal(smc(CPU_ON64, 1, nowhere[i], 0), -9); /* INVALID_ADDRESS */
	assert_int_equal(m.cpu[1].state, MONITOR_OFF);
	assert_int_equal(smc(AFFINITY64, 1, 1, 0), -2);
	assert_int_equal(smc(AFFINITY64, 1, UINT64_MAX, 0), -2);
}

/* A monitor that lives in DRAM is no entry point either. */
static void cpu_on_into_the_monitor(void **state)
{
	(void)state;
	m.base = 0x48000000;
	assert_int_equal(smc(CPU_ON64, 1, 0x48000000, 0), -9);
	assert_int_equal(smc(CPU_ON64, 1, m.base + m.size - 4, 0), -9);
	assert_int_equal(smc(CPU_ON64, 1, m.base + m.size, 0), 0);
}

/*
 * A 64-bit caller may use the 32-bit convention: upper halves are cut off.  A 32-bit one has no
 * other.
 */
static void conventions(void **state)
{
	(void)state;
	assert_int_equal(smc(CPU_ON32, UINT64_C(0xffffffff00000001), ENTRY | UINT64_C(1) << 40,
			     UINT64_C(0xdead00000007)),
			 0);
	assert_int_equal(m.cpu[1].entry, ENTRY);
	assert_int_equal(m.cpu[1].context, 7);
	assert_int_equal(m.cpu[1].aarch32, 0);
	assert_int_equal(smc32(CPU_ON64, 2, ENTRY, 0), -1);
	assert_int_equal(smc32(CPU_ON32, 2, ENTRY | 1, 9), 0); /* T32 */
	assert_int_equal(m.cpu[2].entry, ENTRY | 1);
	assert_int_equal(m.cpu[2].aarch32, 1);
	assert_int_equal(smc32(CPU_ON32, 3, ENTRY | 2, 9), -9);
	assert_int_equal(smc32(0x84000000, 0, 0, 0), 0x10001);
}

/* The level changes in monitor_target.c; here is who may ask for it, and for which place. */
static void enter_aarch32(void **state)
{
	(void)state;
	smc(0xc2004c32, UINT32_MAX, ENTRY, ENTRY);
	assert_int_equal(action, MONITOR_AARCH32);
	smc(0xc2004c32, UINT32_MAX, ENTRY, ENTRY | 1); /* T32 */
	assert_int_equal(action, MONITOR_AARCH32);
	assert_int_equal(smc32(0xc2004c32, 0, 0, ENTRY), -1); /* is there already */
	assert_int_equal(smc(0x82004c32, 0, 0, ENTRY), -1);
	assert_int_equal(smc(0xc2004c32, 0, 0, ENTRY | 2), -1);
	assert_int_equal(smc(0xc2004c32, 0, 0, BASE), -1);
	assert_int_equal(smc(0xc2004c32, 0, 0, ENTRY | UINT64_C(1) << 40), -1);
	assert_int_equal(action, MONITOR_RETURN);
	assert_int_equal(smc(0x8400000a, 0xc2004c32, 0, 0), -1); /* no function of PSCI */
}

static void actions(void **state)
{
	(void)state;
	smc(0x84000002, 0, 0, 0);
	assert_int_equal(action, MONITOR_STOP);
	smc(0x84000008, 0, 0, 0);
	assert_int_equal(action, MONITOR_POWER_OFF);
	smc(0x84000009, 0, 0, 0);
	assert_int_equal(action, MONITOR_RESET);
	assert_int_equal(smc(0xc4000001, 0, 0, 0), 0);
	assert_int_equal(action, MONITOR_STANDBY);
	assert_int_equal(smc(0x84000001, 0x1234, 0, 0), 0); /* a StateID means nothing here */
	assert_int_equal(action, MONITOR_STANDBY);
	assert_int_equal(smc(0xc4000001, BIT(16), ENTRY, 0), -2); /* power down */
	assert_int_equal(action, MONITOR_RETURN);
	assert_int_equal(smc(0xc4000001, BIT(24), 0, 0), -2); /* the cluster */
	assert_int_equal(smc(0xc4000001, BIT(31), 0, 0), -2);
	assert_int_equal(smc(0xc4000001, UINT64_C(1) << 40, 0, 0), -2);
}

#define THREADS 3
#define ROUNDS	300 /* who waits spins, and the host may have fewer CPUs than there are threads */
static volatile unsigned inside, count;

static void *contend(void *self)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		monitor_lock(&m, (unsigned)(uintptr_t)self);
		if (inside++)
			return self;
		count++;
		if (i % 64 == 0)
			sched_yield();
		inside--;
		monitor_unlock(&m, (unsigned)(uintptr_t)self);
		if (i % 16 == 0)
			sched_yield();
	}
	return NULL;
}

static void lock_is_exclusive(void **state)
{
	pthread_t thread[THREADS];
	void *clash;

	(void)state;
	m.cpus = THREADS;
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, contend, (void *)i), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &clash);
		assert_null(clash);
	}
	assert_int_equal(count, THREADS * ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(numbers, fresh),
		cmocka_unit_test_setup(fetch, fresh),
		cmocka_unit_test_setup(versions, fresh),
		cmocka_unit_test_setup(feature_list, fresh),
		cmocka_unit_test_setup(cpu_on, fresh),
		cmocka_unit_test_setup(cpu_on_refused, fresh),
		cmocka_unit_test_setup(cpu_on_into_the_monitor, fresh),
		cmocka_unit_test_setup(conventions, fresh),
		cmocka_unit_test_setup(enter_aarch32, fresh),
		cmocka_unit_test_setup(actions, fresh),
		cmocka_unit_test_setup(lock_is_exclusive, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
