/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/arm64/cpu/sysreg_id.h"
#include "arch/cpu.h"

/* From the CPUs' reference manuals, MIDR_EL1; the revision is no part of the name. */
static const struct {
	uint8_t implementer;
	uint16_t part;
	char name[16];
} names[] = {
	{ 0x00, 0x051, "QEMU max" }, { 0x41, 0xd02, "Cortex-A34" },
	{ 0x41, 0xd03, "Cortex-A53" }, { 0x41, 0xd04, "Cortex-A35" },
	{ 0x41, 0xd05, "Cortex-A55" }, { 0x41, 0xd06, "Cortex-A65" },
	{ 0x41, 0xd07, "Cortex-A57" }, { 0x41, 0xd08, "Cortex-A72" },
	{ 0x41, 0xd09, "Cortex-A73" }, { 0x41, 0xd0a, "Cortex-A75" },
	{ 0x41, 0xd0b, "Cortex-A76" }, { 0x41, 0xd0c, "Neoverse-N1" },
	{ 0x41, 0xd0d, "Cortex-A77" }, { 0x41, 0xd0e, "Cortex-A76AE" },
	{ 0x41, 0xd40, "Neoverse-V1" }, { 0x41, 0xd41, "Cortex-A78" },
	{ 0x41, 0xd44, "Cortex-X1" }, { 0x41, 0xd46, "Cortex-A510" },
	{ 0x41, 0xd47, "Cortex-A710" }, { 0x41, 0xd48, "Cortex-X2" },
	{ 0x41, 0xd49, "Neoverse-N2" }, { 0x41, 0xd4a, "Neoverse-E1" },
	{ 0x41, 0xd4b, "Cortex-A78C" }, { 0x41, 0xd4d, "Cortex-A715" },
	{ 0x41, 0xd4f, "Neoverse-V2" }, { 0x41, 0xd80, "Cortex-A520" },
	{ 0x41, 0xd81, "Cortex-A720" }, { 0x41, 0xd84, "Neoverse-V3" },
	{ 0x41, 0xd8e, "Neoverse-N3" }, { 0x43, 0x0af, "ThunderX2" },
	{ 0x46, 0x001, "A64FX" }, { 0x48, 0xd01, "TSV110" },
	{ 0xc0, 0xac3, "Ampere-1" },
};

const char *cpu_name(uint64_t midr)
{
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].implementer == ID_GET(MIDR_IMPLEMENTER, midr) &&
		    names[i].part == ID_GET(MIDR_PARTNUM, midr))
			return names[i].name;
	return "unknown CPU";
}
