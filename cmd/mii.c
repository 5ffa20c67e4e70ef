/* SPDX-License-Identifier: BSD-2-Clause */
/* mii, mdio: registers of PHYs, IEEE 802.3 clause 22. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/mii.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/net/net.h"
#include "common/shell/cmd.h"
#include "common/shell/complete.h"
#include "drivers/net/mii.h"
#include "lib/base/num.h"

struct range {
	unsigned int first, last;
};

/* What a command is about. */
struct target {
	struct netdev *dev;
	struct range phys, regs;
};

static unsigned int current; /* what `mii device` has chosen, plus 1 */
static const char *who;      /* mii or mdio, for its sentences */

/* ---- devices */

static bool is_named(unsigned int nth, const struct netdev *dev, const char *name)
{
	char number[8];

	snprintf(number, sizeof(number), "eth%u", nth);
	return !strcmp(name, dev->name) || !strcmp(name, number);
}

static struct netdev *named(const char *name, unsigned int *nth)
{
	struct netdev *dev;

	for (unsigned int i = 0; (dev = netif_device(i)); i++)
		if (dev->mii && is_named(i, dev, name)) {
			if (nth)
				*nth = i;
			return dev;
		}
	return NULL;
}

/* The chosen one; else ${ethact}, else the first. */
static struct netdev *device(void)
{
	const char *name = env_get("ethact");
	struct netdev *dev = current ? netif_device(current - 1) : name ? named(name, NULL) : NULL;

	for (unsigned int i = 0; !dev && netif_device(i); i++)
		dev = netif_device(i)->mii ? netif_device(i) : NULL;
	if (!dev)
		printf("%s: no network device here has a PHY behind MDIO\n", who);
	return dev;
}

/* ---- arguments */

/* "a" or "a-b", hexadecimal, at most @last */
static int parse_range(const char *text, const char *what, unsigned int last, struct range *range)
{
	const char *dash = strchr(text, '-');
	char first[16];
	uint64_t from, to;

	if (!dash)
		dash = text + strlen(text);
	if ((size_t)(dash - text) < sizeof(first)) {
		memcpy(first, text, (size_t)(dash - text));
		first[dash - text] = '\0';
		if (!num_parse(first, 16, &from) && !num_parse(*dash ? dash + 1 : first, 16, &to) &&
		    from <= to && to <= last) {
			*range = (struct range){ (unsigned int)from, (unsigned int)to };
			return 0;
		}
	}
	printf("%s: %s '%.20s' is not within 0 and %x, nor a range of these\n", who, what, text,
	       last);
	return -EINVAL;
}

static int parse_target(struct target *t, const char *phy, const char *reg)
{
	t->dev = t->dev ?: device();
	if (!t->dev)
		return -ENODEV;
	return parse_range(phy, "PHY address", MII_PHYS - 1, &t->phys)
		       ?: parse_range(reg, "register", MII_REGS - 1, &t->regs);
}

static int parse_word(const char *text, const char *what, uint16_t *word)
{
	uint64_t value;

	if (num_parse(text, 16, &value) || value > UINT16_MAX) {
		printf("%s: %s '%.20s' is not within 0 and ffff\n", who, what, text);
		return -EINVAL;
	}
	*word = (uint16_t)value;
	return 0;
}

static int get(struct netdev *dev, unsigned int phy, unsigned int reg, uint16_t *value)
{
	const int word = dev->mii->read(dev, phy, reg);

	if (word < 0) {
		printf("%s: %s: reading register %x of PHY %x did not end\n", who, dev->name, reg,
		       phy);
		return word;
	}
	*value = (uint16_t)word;
	return 0;
}

static int put(struct netdev *dev, unsigned int phy, unsigned int reg, uint16_t value)
{
	const int err = dev->mii->write(dev, phy, reg, value);

	if (err)
		printf("%s: %s: writing register %x of PHY %x did not end\n", who, dev->name, reg,
		       phy);
	return err;
}

/* @what for each register, until one fails. */
static int for_each(const struct target *t,
		    int (*what)(const struct target *t, unsigned int phy, unsigned int reg))
{
	int err = 0;

	for (unsigned int phy = t->phys.first; !err && phy <= t->phys.last; phy++)
		for (unsigned int reg = t->regs.first; !err && reg <= t->regs.last; reg++)
			err = console_ctrlc() ? -EINTR : what(t, phy, reg);
	return err;
}

/* ---- mii */

static int do_device(int argc, char *const argv[])
{
	struct netdev *dev;
	unsigned int nth;

	if (argc > 1) {
		if (!named(argv[1], &nth)) {
			printf("%s: no device '%s' with MDIO: `mii device` has those that are there\n",
			       who, argv[1]);
			return -ENODEV;
		}
		current = nth + 1;
		return 0;
	}
	printf("MII devices:");
	for (unsigned int i = 0; (dev = netif_device(i)); i++)
		if (dev->mii)
			printf(" '%s'", dev->name);
	printf("\n");
	dev = device();
	if (dev)
		printf("Current device: '%s'\n", dev->name);
	return dev ? 0 : -ENODEV;
}

static void print_phy(struct netdev *dev, unsigned int phy)
{
	const uint32_t id =
		(uint32_t)mii_read(dev->mii, phy, MII_ID1) << 16 | mii_read(dev->mii, phy, MII_ID2);
	const struct mii_speed speed = mii_speed(dev->mii, (int)phy, 10);

	printf("PHY 0x%02X: OUI = 0x%04" PRIX32 ", Model = 0x%02" PRIX32 ", Rev = 0x%02" PRIX32
	       ", %3ubaseT, %s\n",
	       phy, id >> 10, id >> 4 & 0x3f, id & 0xf, speed.mbit, speed.full ? "FDX" : "HDX");
}

static int do_info(int argc, char *const argv[])
{
	struct target t = { 0 };
	unsigned int count = 0;

	if (parse_target(&t, argc > 1 ? argv[1] : "0-1f", "0"))
		return -EINVAL;
	for (unsigned int phy = t.phys.first; phy <= t.phys.last; phy++) {
		if (console_ctrlc())
			return -EINTR;
		if (!mii_is_there(t.dev->mii, phy))
			continue;
		print_phy(t.dev, phy);
		count++;
	}
	if (!count)
		printf("%s: %s: no PHY answers at %s\n", who, t.dev->name,
		       argc > 1 ? argv[1] : "0-1f");
	return count ? 0 : CMD_FAILED;
}

static int read_one(const struct target *t, unsigned int phy, unsigned int reg)
{
	uint16_t value;
	const int err = get(t->dev, phy, reg, &value);

	if (err)
		return err;
	if (t->phys.first != t->phys.last || t->regs.first != t->regs.last)
		printf("addr=%02x reg=%02x data=", phy, reg);
	printf("%04X\n", value);
	return 0;
}

static int do_read(int argc, char *const argv[])
{
	struct target t = { 0 };

	if (argc < 3)
		return CMD_USAGE;
	return parse_target(&t, argv[1], argv[2]) ?: for_each(&t, read_one);
}

static uint16_t wanted, mask; /* of write_one() */

static int write_one(const struct target *t, unsigned int phy, unsigned int reg)
{
	uint16_t value = 0;
	const int err = mask == UINT16_MAX ? 0 : get(t->dev, phy, reg, &value);

	return err ?: put(t->dev, phy, reg, (uint16_t)((value & ~mask) | (wanted & mask)));
}

/* What is read and written, or shown, has to be somebody's. */
static int check_there(const struct target *t)
{
	for (unsigned int phy = t->phys.first; phy <= t->phys.last; phy++)
		if (!mii_is_there(t->dev->mii, phy)) {
			printf("%s: %s: no PHY answers at %x\n", who, t->dev->name, phy);
			return -ENODEV;
		}
	return 0;
}

static int do_write(int argc, char *const argv[])
{
	const bool modify = !strcmp(argv[0], "modify");
	struct target t = { 0 };

	if (argc < (modify ? 5 : 4))
		return CMD_USAGE;
	mask = UINT16_MAX;
	if (parse_target(&t, argv[1], argv[2]) || parse_word(argv[3], "data", &wanted) ||
	    (modify && (parse_word(argv[4], "mask", &mask) || check_there(&t))))
		return -EINVAL;
	return for_each(&t, write_one);
}

/* ---- mii dump */

static int dump_one(const struct target *t, unsigned int phy, unsigned int reg)
{
	uint16_t value;
	const int err = get(t->dev, phy, reg, &value);

	if (!err)
		mii_dump(reg, value);
	return err;
}

static int do_dump(int argc, char *const argv[])
{
	struct target t = { 0 };

	if (argc < 2)
		return CMD_USAGE;
	if (parse_target(&t, argv[1], argc > 2 ? argv[2] : "0-5"))
		return -EINVAL;
	if (t.regs.last >= MII_DUMPED) {
		printf("%s: registers 0 to 5 have names for their bits, %x has none\n", who,
		       t.regs.last);
		return -EINVAL;
	}
	return check_there(&t) ?: for_each(&t, dump_one);
}

#define MII_USAGE                                                                \
	"device [name]\n	- list devices with MDIO, or choose one\n"              \
	"mii info [addr]\n	- the PHYs that answer\n"                             \
	"mii read addr reg\n"                                                    \
	"mii write addr reg data\n"                                              \
	"mii modify addr reg data mask\n	- write those bits that the mask has\n" \
	"mii dump addr [reg]\n	- registers 0 to 5, by their bits\n"              \
	"Addresses and registers are 0 to 1f, or ranges such as 2-7"

static void complete_mii(struct complete *c)
{
	struct netdev *dev;

	if (c->argc != 3 || strcmp(c->argv[1], "device")) {
		complete_usage(c, "mii", MII_USAGE);
		return;
	}
	for (unsigned int i = 0; (dev = netif_device(i)); i++)
		if (dev->mii)
			complete_string(c, dev->name);
}

static int do_mii(int argc, char *const argv[])
{
	static const struct cmd subs[] = {
		{ .name = "device", .max_args = 2, .run = do_device },
		{ .name = "info", .max_args = 2, .run = do_info },
		{ .name = "read", .max_args = 3, .run = do_read },
		{ .name = "write", .max_args = 4, .run = do_write },
		{ .name = "modify", .max_args = 5, .run = do_write },
		{ .name = "dump", .max_args = 3, .run = do_dump },
	};

	who = "mii";
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_mii) = {
	.name = "mii",
	.max_args = 6,
	.run = do_mii,
	.brief = "MII utility commands",
	.usage = MII_USAGE,
	.complete = CMD_COMPLETE(complete_mii),
};

/* ---- mdio */

static int do_mdio_list(int argc, char *const argv[])
{
	struct netdev *dev;
	unsigned int count = 0;

	(void)argc;
	(void)argv;
	for (unsigned int i = 0; (dev = netif_device(i)); i++) {
		if (!dev->mii)
			continue;
		count++;
		printf("%s:\n", dev->name);
		(void)mii_link(dev->mii); /* it is looked for */
		for (unsigned int phy = 0; phy < MII_PHYS; phy++) {
			if (console_ctrlc())
				return -EINTR;
			if (mii_is_there(dev->mii, phy))
				printf("%x - Generic PHY%s%s\n", phy,
				       (int)phy == dev->mii->phy ? " <--> " : "",
				       (int)phy == dev->mii->phy ? dev->name : "");
		}
	}
	return count ? 0 : device() ? 0 : -ENODEV;
}

/* What stands before @reg: a bus and an address, an address, or a device's name. */
static int parse_phydev(struct target *t, int argc, char *const argv[], const char *reg)
{
	char own[8];

	if (strchr(reg, '.')) {
		printf("%s: '%.20s': only registers of clause 22 are known, without a device\n",
		       who, reg);
		return -ENOTSUP;
	}
	if (argc == 2)
		t->dev = named(argv[0], NULL);
	if (argc == 2 && !t->dev) {
		printf("%s: no device '%s' with MDIO: `mdio list` has those that are there\n", who,
		       argv[0]);
		return -ENODEV;
	}
	if (argc == 2 || !(t->dev = named(argv[0], NULL)))
		return parse_target(t, argv[argc - 1], reg);
	(void)mii_link(t->dev->mii);
	if (t->dev->mii->phy < 0) {
		printf("%s: %s: no PHY answers\n", who, t->dev->name);
		return -ENODEV;
	}
	snprintf(own, sizeof(own), "%x", (unsigned int)t->dev->mii->phy);
	return parse_target(t, own, reg);
}

static int mdio_read_one(const struct target *t, unsigned int phy, unsigned int reg)
{
	uint16_t value;
	const int err = get(t->dev, phy, reg, &value);

	if (err)
		return err;
	if (reg == t->regs.first)
		printf("PHY at address %x:\n", phy);
	printf("%u - 0x%x\n", reg, value);
	return 0;
}

static int do_mdio_read(int argc, char *const argv[])
{
	struct target t = { 0 };

	if (argc < 3)
		return CMD_USAGE;
	if (parse_phydev(&t, argc - 2, argv + 1, argv[argc - 1]))
		return -EINVAL;
	printf("Reading from bus %s\n", t.dev->name);
	return for_each(&t, mdio_read_one);
}

static int do_mdio_write(int argc, char *const argv[])
{
	struct target t = { 0 };

	if (argc < 4)
		return CMD_USAGE;
	mask = UINT16_MAX;
	if (parse_phydev(&t, argc - 3, argv + 1, argv[argc - 2]) ||
	    parse_word(argv[argc - 1], "data", &wanted))
		return -EINVAL;
	return for_each(&t, write_one);
}

#define MDIO_USAGE                                                                  \
	"list\n	- the buses, and the PHYs that answer there\n"                      \
	"mdio read phydev reg\n"                                                    \
	"mdio write phydev reg data\n"                                              \
	"phydev is a bus and an address, an address, or a network device's name;\n" \
	"addresses and registers are 0 to 1f, or ranges such as 2-7"

static void complete_mdio(struct complete *c)
{
	struct netdev *dev;

	complete_usage(c, "mdio", MDIO_USAGE);
	for (unsigned int i = 0;
	     c->argc == 3 && strcmp(c->argv[1], "list") && (dev = netif_device(i)); i++)
		if (dev->mii)
			complete_string(c, dev->name);
}

static int do_mdio(int argc, char *const argv[])
{
	static const struct cmd subs[] = {
		{ .name = "list", .max_args = 1, .run = do_mdio_list },
		{ .name = "read", .max_args = 4, .run = do_mdio_read },
		{ .name = "write", .max_args = 5, .run = do_mdio_write },
	};

	who = "mdio";
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_mdio) = {
	.name = "mdio",
	.max_args = 6,
	.run = do_mdio,
	.brief = "MDIO utility commands",
	.usage = MDIO_USAGE,
	.complete = CMD_COMPLETE(complete_mdio),
};
