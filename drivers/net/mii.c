/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/net/mii.h"

#include <errno.h>

#include "drivers/base/wait.h"
#include "drivers/net/net.h"

#define LINK_MS		3000

#define BMCR_FULL	BIT(8)
#define BMCR_AUTO	BIT(12)
#define BMCR_100	BIT(13)
#define BMCR_1000	BIT(6)
#define BMSR_LINK	BIT(2)
#define BMSR_DONE	BIT(5)
#define BMSR_EXTENDED	BIT(8) /* there is more than 100 Mbit/s */
#define ABLE_100	(BIT(7) | BIT(8))
#define ABLE_100_FULL	BIT(8)
#define ABLE_10_FULL	BIT(6)
#define GIGA_FULL	BIT(9) /* ours; of the partner, two bits further up */
#define GIGA_HALF	BIT(8)
#define GIGA_PARTNER(r) ((r) >> 2)

uint16_t mii_read(const struct mii *mii, unsigned int phy, unsigned int reg)
{
	const int value = mii->read(mii->dev, phy, reg);

	return value < 0 ? MII_NOTHING : (uint16_t)value;
}

bool mii_is_there(const struct mii *mii, unsigned int phy)
{
	const uint16_t id = mii_read(mii, phy, MII_ID1);

	return id && id != MII_NOTHING;
}

/* Where the tree says, else from above: many answer at 0, too. */
static void find(struct mii *mii)
{
	if (mii->hint >= 0 && mii_is_there(mii, (unsigned int)mii->hint)) {
		mii->phy = mii->hint;
		return;
	}
	for (mii->phy = MII_PHYS - 1; mii->phy >= 0; mii->phy--)
		if (mii_is_there(mii, (unsigned int)mii->phy))
			return;
}

bool mii_link(struct mii *mii)
{
	uint16_t bmsr;

	if (mii->phy < 0)
		find(mii);
	if (mii->phy < 0)
		return true;
	(void)mii_read(mii, (unsigned int)mii->phy, MII_BMSR); /* has what was, too */
	bmsr = mii_read(mii, (unsigned int)mii->phy, MII_BMSR);
	return bmsr != MII_NOTHING && bmsr & BMSR_LINK;
}

int mii_await_link(struct mii *mii, struct why *why)
{
	struct wait wait = wait_begin(LINK_MS);

	while (!mii_link(mii) && !wait_over(&wait))
		if (mii->dev->enough && mii->dev->enough())
			return refuse(why, -EINTR, "Abort");
	return 0;
}

static struct mii_speed as_set(uint16_t bmcr)
{
	const unsigned int mbit = bmcr & BMCR_1000 ? 1000 : bmcr & BMCR_100 ? 100 : 10;

	return (struct mii_speed){ mbit, bmcr & BMCR_FULL };
}

struct mii_speed mii_speed(const struct mii *mii, int phy, unsigned int fastest)
{
	const unsigned int at = (unsigned int)phy;
	uint16_t bmcr, bmsr, both;

	if (phy < 0)
		return (struct mii_speed){ fastest, true };
	bmcr = mii_read(mii, at, MII_BMCR);
	bmsr = mii_read(mii, at, MII_BMSR);
	if (!(bmcr & BMCR_AUTO))
		return as_set(bmcr);
	if (!(bmsr & BMSR_DONE))
		return (struct mii_speed){ fastest, true };
	both = bmsr & BMSR_EXTENDED ? mii_read(mii, at, MII_GIGA) &
					      GIGA_PARTNER(mii_read(mii, at, MII_GIGA_STATE))
				    : 0;
	if (both & (GIGA_FULL | GIGA_HALF))
		return (struct mii_speed){ 1000, both & GIGA_FULL };
	both = mii_read(mii, at, MII_ABLE) & mii_read(mii, at, MII_PARTNER);
	if (both & ABLE_100)
		return (struct mii_speed){ 100, both & ABLE_100_FULL };
	return (struct mii_speed){ 10, both & ABLE_10_FULL };
}
