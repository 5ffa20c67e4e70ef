/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/net/tree.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "common/fdt/cell.h"
#include "common/fdt/fdt.h"
#include "drivers/net/fec.h"
#include "drivers/net/gem.h"
#include "net/addr.h"

#define EACH_MAX 4

/* The PHY that the tree names, where it is behind this device's own MDIO; else -1. */
static int phy_hint(int node)
{
	uint32_t handle;
	int at = node, depth = 0;

	if (!fdt_cell(machine.fdt, node, "phy-handle", 0, &handle))
		return -1;
	while ((at = fdt_next_node(machine.fdt, at, &depth)) >= 0 && depth > 0)
		if (fdt_get_phandle(machine.fdt, at) == handle) {
			const uint32_t phy = fdt_cell_or(machine.fdt, at, "reg", MII_PHYS);

			return phy < MII_PHYS ? (int)phy : -1;
		}
	return -1;
}

static void take_mac(struct netdev *dev, int node)
{
	static const char *const names[] = { "mac-address", "local-mac-address" };

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		int size;
		const uint8_t *mac = fdt_getprop(machine.fdt, node, names[i], &size);

		if (!mac || size != NET_MAC_SIZE || !net_mac_is_valid(mac))
			continue;
		memcpy(dev->mac, mac, NET_MAC_SIZE);
		return;
	}
}

/* What the tree says of any of them. */
static struct netdev *take(struct netdev *dev, struct mii *mii, const char *kind,
			   unsigned int number, int node)
{
	mii->hint = phy_hint(node);
	take_mac(dev, node);
	snprintf(dev->name, sizeof(dev->name), "%s#%u", kind, number);
	return dev;
}

static enum fec_mode fec_mode(int node)
{
	const char *mode = fdt_stringlist_get(machine.fdt, node, "phy-mode", 0, NULL);

	if (mode && !strncmp(mode, "rgmii", 5))
		return FEC_RGMII;
	return mode && !strcmp(mode, "rmii") ? FEC_RMII : FEC_MII;
}

static bool is_fec(const struct device *dev)
{
	return IS_ENABLED(CONFIG_NET_FEC) &&
	       (device_is(dev, "fsl,imx6sx-fec") || device_is(dev, "fsl,imx8mq-fec") ||
		device_is(dev, "fsl,imx8mp-fec"));
}

static struct netdev *take_fec(const struct device *dev, bool coherent)
{
	static struct fec fec[EACH_MAX];
	static unsigned int count;
	struct fec *to = &fec[count];

	if (count == EACH_MAX)
		return NULL;
	fec_init(to, dev->base, coherent, fec_mode(dev->node));
	return take(&to->base, &to->mii, "fec", count++, dev->node);
}

static struct netdev *take_gem(const struct device *dev, bool coherent)
{
	static struct gem gem[EACH_MAX];
	static unsigned int count;
	struct gem *to = &gem[count];

	if (count == EACH_MAX)
		return NULL;
	gem_init(to, dev->base, coherent);
	return take(&to->base, &to->mii, "gem", count++, dev->node);
}

unsigned int netif_tree_devices(struct netdev **devices, unsigned int room)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < machine.dev_count && count < room; i++) {
		const struct device *dev = &machine.dev[i];
		const bool coherent = fdt_getprop(machine.fdt, dev->node, "dma-coherent", NULL);
		struct netdev *found = NULL;

		if (is_fec(dev))
			found = take_fec(dev, coherent);
		else if (IS_ENABLED(CONFIG_NET_GEM) && device_is(dev, "cdns,gem"))
			found = take_gem(dev, coherent);
		if (found)
			devices[count++] = found;
	}
	return count;
}
