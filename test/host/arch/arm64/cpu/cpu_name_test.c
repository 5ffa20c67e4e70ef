/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/cpu.h"
#include "test/host/arch/arm64/el2/id_values.h"

static void names_cpus(void **state)
{
	(void)state;
	assert_string_equal(cpu_name(id_cortex_a35.midr), "Cortex-A35");
	assert_string_equal(cpu_name(id_cortex_a53.midr), "Cortex-A53");
	assert_string_equal(cpu_name(id_cortex_a57.midr), "Cortex-A57");
	assert_string_equal(cpu_name(id_cortex_a72.midr), "Cortex-A72");
	assert_string_equal(cpu_name(id_cortex_a76.midr), "Cortex-A76");
	assert_string_equal(cpu_name(id_neoverse_n1.midr), "Neoverse-N1");
	assert_string_equal(cpu_name(id_neoverse_v1_qemu10.midr), "Neoverse-V1");
	assert_string_equal(cpu_name(id_neoverse_n2_qemu10.midr), "Neoverse-N2");
	assert_string_equal(cpu_name(id_max.midr), "QEMU max");
	assert_string_equal(cpu_name(id_max_qemu10.midr), "QEMU max");
	assert_string_equal(cpu_name(0x410fd051), "Cortex-A55");
	assert_string_equal(cpu_name(0x410fd091), "Cortex-A73");
	assert_string_equal(cpu_name(0x412fd471), "Cortex-A710");
}

/* The same part number means another CPU with another implementer. */
static void admits_what_it_does_not_know(void **state)
{
	(void)state;
	assert_string_equal(cpu_name(0), "unknown CPU");
	assert_string_equal(cpu_name(0x510fd034), "unknown CPU");
	assert_string_equal(cpu_name(~UINT64_C(0)), "unknown CPU");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_cpus),
		cmocka_unit_test(admits_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
