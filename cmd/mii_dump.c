/* SPDX-License-Identifier: BSD-2-Clause */
/* What the bits of a PHY's registers mean: IEEE 802.3, 22.2.4 and 28.2.4. */
#include "cmd/mii.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/texts.h"

/* Register, first and last bit, name */
#define FIELDS(_)                                                                    \
	_(0, 15, 15, "reset")                                                        \
	_(0, 14, 14, "loopback")                                                     \
	_(0, 13, 13, "speed selection, with 0.6: 10 = 1000 Mbps, 01 = 100, 00 = 10") \
	_(0, 12, 12, "A/N enable")                                                   \
	_(0, 11, 11, "power-down")                                                   \
	_(0, 10, 10, "isolate")                                                      \
	_(0, 9, 9, "restart A/N")                                                    \
	_(0, 8, 8, "duplex")                                                         \
	_(0, 7, 7, "collision test enable")                                          \
	_(0, 6, 6, "speed selection")                                                \
	_(0, 5, 0, "(reserved)")                                                     \
	_(1, 15, 15, "100BASE-T4 able")                                              \
	_(1, 14, 14, "100BASE-X  full duplex able")                                  \
	_(1, 13, 13, "100BASE-X  half duplex able")                                  \
	_(1, 12, 12, "10 Mbps    full duplex able")                                  \
	_(1, 11, 11, "10 Mbps    half duplex able")                                  \
	_(1, 10, 10, "100BASE-T2 full duplex able")                                  \
	_(1, 9, 9, "100BASE-T2 half duplex able")                                    \
	_(1, 8, 8, "extended status")                                                \
	_(1, 7, 7, "(reserved)")                                                     \
	_(1, 6, 6, "MF preamble suppression")                                        \
	_(1, 5, 5, "A/N complete")                                                   \
	_(1, 4, 4, "remote fault")                                                   \
	_(1, 3, 3, "A/N able")                                                       \
	_(1, 2, 2, "link status")                                                    \
	_(1, 1, 1, "jabber detect")                                                  \
	_(1, 0, 0, "extended capabilities")                                          \
	_(2, 15, 0, "OUI portion")                                                   \
	_(3, 15, 10, "OUI portion")                                                  \
	_(3, 9, 4, "manufacturer part number")                                       \
	_(3, 3, 0, "manufacturer rev. number")                                       \
	_(4, 15, 15, "next page able")                                               \
	_(4, 14, 14, "(reserved)")                                                   \
	_(4, 13, 13, "remote fault")                                                 \
	_(4, 12, 12, "(reserved)")                                                   \
	_(4, 11, 11, "asymmetric pause")                                             \
	_(4, 10, 10, "pause enable")                                                 \
	_(4, 9, 9, "100BASE-T4 able")                                                \
	_(4, 8, 8, "100BASE-TX full duplex able")                                    \
	_(4, 7, 7, "100BASE-TX able")                                                \
	_(4, 6, 6, "10BASE-T   full duplex able")                                    \
	_(4, 5, 5, "10BASE-T   able")                                                \
	_(4, 4, 0, "selector")                                                       \
	_(5, 15, 15, "next page able")                                               \
	_(5, 14, 14, "acknowledge")                                                  \
	_(5, 13, 13, "remote fault")                                                 \
	_(5, 12, 12, "(reserved)")                                                   \
	_(5, 11, 11, "asymmetric pause able")                                        \
	_(5, 10, 10, "pause able")                                                   \
	_(5, 9, 9, "100BASE-T4 able")                                                \
	_(5, 8, 8, "100BASE-X full duplex able")                                     \
	_(5, 7, 7, "100BASE-TX able")                                                \
	_(5, 6, 6, "10BASE-T full duplex able")                                      \
	_(5, 5, 5, "10BASE-T able")                                                  \
	_(5, 4, 0, "partner selector")
#define FIELD_BITS(reg, high, low, text) { reg, high, low },
#define FIELD_TEXT(reg, high, low, text) text "\0"

static const struct {
	unsigned char reg, high, low;
} fields[] = { FIELDS(FIELD_BITS) };

static const char field_names[] = FIELDS(FIELD_TEXT);

void mii_dump(unsigned int reg, uint16_t value)
{
	static const char names[] = "PHY control\0"
				    "PHY status\0"
				    "PHY ID 1\0"
				    "PHY ID 2\0"
				    "Autonegotiation advertisement\0"
				    "Autonegotiation partner abilities\0";

	printf("%u.     (%04x)                 -- %s register --\n", reg, value,
	       text_nth(names, reg));
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++) {
		const unsigned int high = fields[i].high, low = fields[i].low;
		const uint32_t bits = (uint32_t)MASK(high, low);

		if (fields[i].reg != reg)
			continue;
		printf("  (%04" PRIx32 ":%04" PRIx32 ") %u.", bits, value & bits, reg);
		if (high == low)
			printf("%2u    = %5" PRIu32, low, (value & bits) >> low);
		else
			printf("%2u-%2u = %5" PRIu32, high, low, (value & bits) >> low);
		printf("     %s\n", text_nth(field_names, i));
	}
	printf("\n");
}
