/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mii.h - PHYs behind a controller's MDIO
 *
 * Spec: IEEE 802.3, clause 22 "Media Independent Interface": 22.2.4 has the registers; 28 and 40.5
 * what negotiation puts there
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

struct netdev;

#define MII_PHYS       32
#define MII_REGS       32
#define MII_NOTHING    0xffff /* read where nobody answers: the line is pulled up */

/* Registers of clause 22 */
#define MII_BMCR       0
#define MII_BMSR       1
#define MII_ID1	       2
#define MII_ID2	       3
#define MII_ABLE       4
#define MII_PARTNER    5
#define MII_GIGA       9
#define MII_GIGA_STATE 10

/**
 * struct mii - the bus, and the PHY of this device
 * @read:  16 bits, or -ETIMEDOUT: the controller does not end it
 * @write: Errors: -ETIMEDOUT
 * @hint:  where the tree says that its PHY is; -1: it does not say
 * @phy:   where it is, after mii_link(); -1: none answers
 */
struct mii {
	int (*read)(struct netdev *dev, unsigned int phy, unsigned int reg);
	int (*write)(struct netdev *dev, unsigned int phy, unsigned int reg, uint16_t value);
	struct netdev *dev;
	int hint, phy;
};

/** struct mii_speed - what both ends of the line have agreed on */
struct mii_speed {
	unsigned int mbit;
	bool full;
};

/** mii_read() - a register; MII_NOTHING where the bus does not answer either */
uint16_t mii_read(const struct mii *mii, unsigned int phy, unsigned int reg);

/** mii_is_there() - does a PHY answer at this address? */
bool mii_is_there(const struct mii *mii, unsigned int phy);

/** mii_link() - is there a carrier? true where there is no PHY that can tell; it is looked for */
bool mii_link(struct mii *mii);

/**
 * mii_await_link() - wait until there is one; after three seconds it goes on without
 *
 * Errors: -EINTR the device's @enough
 */
int mii_await_link(struct mii *mii, struct why *why);

/**
 * mii_speed() - by negotiation, or what the PHY is set to
 * @phy:     its address, or -1
 * @fastest: what it is where nobody can tell: a fixed link, or negotiation is not over
 */
struct mii_speed mii_speed(const struct mii *mii, int phy, unsigned int fastest);
