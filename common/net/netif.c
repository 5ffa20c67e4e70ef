/* SPDX-License-Identifier: BSD-2-Clause */
#define LOG_NAME "net"
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/handoff/rng.h"
#include "common/net/net.h"
#include "common/net/tree.h"
#include "common/source/pci.h"
#include "drivers/net/e1000.h"
#include "drivers/net/held.h"
#include "drivers/net/virtio_net.h"
#include "drivers/virtio/virtio_pci.h"
#include "lib/base/log.h"
#include "lib/base/num.h"
#include "net/addr.h"

#define DEVICES_MAX  4
#define PAGE         (4 * KIB)
#define SEED_SIZE    16
#define TICKS_HZ     1000000000 /* where CNTFRQ_EL0 has none: no counter is faster */
#define ROUNDS       64
#define RETRY_MS     1000
#define RETRY_MAX_MS 30000

static struct virtio_net virtio[DEVICES_MAX];
static struct netdev *devices[DEVICES_MAX];
static unsigned int device_count;
static bool looked;

static struct netdev *active;
static struct net *net; /* memory of ours, from the first use on */
static void *dma;
static uint64_t dma_size;
static bool failed;
static unsigned int users; /* with CONFIG_NET_HELD */
static unsigned int depth; /* of netif_run(), with CONFIG_NET_CONSOLE */

/* ---- devices */

static void look_mmio(void)
{
	unsigned int number = 0;

	for (unsigned int i = 0; i < machine.dev_count && device_count < DEVICES_MAX; i++) {
		const struct device *dev = &machine.dev[i];
		struct virtio found;

		if (!device_is(dev, "virtio,mmio"))
			continue;
		if (virtio_is(dev->base, VIRTIO_ID_NET) &&
		    !virtio_probe(&found, dev->base,
				  fdt_getprop(machine.fdt, dev->node, "dma-coherent", NULL))) {
			struct virtio_net *to = &virtio[device_count];

			virtio_net_init(to, &found);
			snprintf(to->base.name, sizeof(to->base.name), "virtio-net#%u", number);
			devices[device_count++] = &to->base;
		}
		number++;
	}
}

static void add_pci(struct netdev *dev, const char *kind, const struct pci_function *fn)
{
	snprintf(dev->name, sizeof(dev->name), "%s@%02x.%02x.%x", kind, fn->bdf >> 8,
		 fn->bdf >> 3 & 31, fn->bdf & 7);
	devices[device_count++] = dev;
}

static int take_virtio(const struct pci_function *fn, struct why *why)
{
	struct virtio_net *to = &virtio[device_count];
	struct virtio found;
	int err = pci_virtio(&found, fn, why);

	if (err)
		return err;
	virtio_net_init(to, &found);
	add_pci(&to->base, "virtio-net", fn);
	return 0;
}

static int take_e1000(const struct pci_function *fn, struct why *why)
{
	static struct e1000 e1000[DEVICES_MAX];
	struct e1000 *to = &e1000[device_count];
	paddr_t regs;

	if (!fn->host->coherent)
		return refuse(why, -ENOTSUP, "e1000: the host bridge's DMA is not coherent");
	if (pci_registers(fn, 0, E1000_REGISTERS, &regs))
		return refuse(why, -ERANGE, "e1000: its registers are out of reach");
	pci_enable(fn);
	e1000_init(to, regs, fn->device);
	add_pci(&to->base, "e1000", fn);
	return 0;
}

static void look_pci(void)
{
	struct pci_function fn = { 0 };
	unsigned int host = 0;
	struct why why;

	while (device_count < DEVICES_MAX && pci_walk(&fn, &host)) {
		int err = 0;

		if (IS_ENABLED(CONFIG_NET_VIRTIO) && IS_ENABLED(CONFIG_VIRTIO_PCI) &&
		    virtio_pci_id(&fn) == VIRTIO_ID_NET)
			err = take_virtio(&fn, &why);
		else if (IS_ENABLED(CONFIG_NET_E1000) && fn.vendor == PCI_VENDOR_INTEL &&
			 e1000_knows(fn.device))
			err = take_e1000(&fn, &why);
		if (err)
			printf("net: %s\n", why.text);
	}
}

static void look(void)
{
	looked = true;
	if (IS_ENABLED(CONFIG_NET_VIRTIO))
		look_mmio();
	if (IS_ENABLED(CONFIG_NET_TREE))
		device_count +=
			netif_tree_devices(devices + device_count, DEVICES_MAX - device_count);
	if (IS_ENABLED(CONFIG_PCI))
		look_pci();
}

struct netdev *netif_device(unsigned int nth)
{
	if (!looked)
		look();
	return nth < device_count ? devices[nth] : NULL;
}

/* "ethaddr", "eth1addr" */
static const char *mac_variable(unsigned int nth, char *name, size_t room)
{
	if (nth)
		snprintf(name, room, "eth%uaddr", nth);
	else
		snprintf(name, room, "ethaddr");
	return name;
}

bool netif_mac(unsigned int nth, uint8_t *mac)
{
	const struct netdev *dev = netif_device(nth);
	char name[16];
	const char *text = env_get(mac_variable(nth, name, sizeof(name)));

	if (text && !net_parse_mac(text, mac))
		return true;
	memcpy(mac, dev->mac, NET_MAC_SIZE);
	return net_mac_is_valid(mac);
}

static void choose_mac(unsigned int nth, uint8_t *mac, const uint8_t *random)
{
	char name[16], text[NET_MAC_TEXT];

	if (!netif_mac(nth, mac)) {
		memcpy(mac, random, NET_MAC_SIZE);
		mac[0] = (uint8_t)((mac[0] & 0xfe) | 2);
		printf("Warning: %s has no MAC address; using random %s\n", devices[nth]->name,
		       net_mac_text(mac, text));
	}
	mac_variable(nth, name, sizeof(name));
	if (!env_get(name))
		(void)!env_set(name, net_mac_text(mac, text));
}

/* ---- addresses in variables */

uint32_t netif_var_ip(const char *name)
{
	const char *text = env_get(name);
	uint32_t ip = 0;

	if (text && net_parse_ip(text, &ip))
		log_warn("%s: '%s' is no address", name, text);
	return ip;
}

int netif_number(const char *name, uint32_t least, uint32_t most, uint32_t *value, struct why *why)
{
	const char *text = env_get(name);
	uint64_t number;

	if (!text)
		return 0;
	if (num_parse(text, 10, &number) || number < least || number > most)
		return refuse(why, -EINVAL, "%s: %.40s is not %u to %u", name, text,
			      (unsigned int)least, (unsigned int)most);
	*value = (uint32_t)number;
	return 0;
}

void netif_set_ip(const char *name, uint32_t ip)
{
	char text[NET_IP_TEXT];

	if (ip)
		(void)!env_set(name, net_ip_text(ip, text));
}

/* ---- the interface */

uint64_t netif_ms(void)
{
	const uint64_t ticks = cpu_ticks(), known = cpu_ticks_hz(), hz = known ? known : TICKS_HZ;

	return ticks / hz * 1000 + ticks % hz * 1000 / hz;
}

const char *netif_name(void)
{
	return active ? active->name : "none";
}

static void send(void *ctx, const void *frame, size_t size)
{
	(void)ctx;
	if (active->ops->send(active, frame, size))
		failed = true;
}

/* @last: its highest byte at most */
static int take_memory(uint64_t size, paddr_t last, struct why *why)
{
	paddr_t at;
	int err = 0;

	if (!net) {
		err = memmap_alloc(&machine.mem, sizeof(*net), PAGE, true, UINT64_MAX, 0, "network",
				   &at, why);
		net = err ? NULL : (struct net *)at;
	}
	if (err || (dma_size >= size && (paddr_t)dma + dma_size - 1 <= last))
		return err;
	err = memmap_alloc(&machine.mem, size, PAGE, true, last, 0, "network rings", &at, why);
	if (err)
		return err;
	if (dma)
		(void)memmap_release(&machine.mem, (paddr_t)dma);
	dma = (void *)at;
	dma_size = size;
	return 0;
}

static void fill_random(uint8_t *random, size_t size)
{
	static uint64_t count;

	if (!rng_fill(random, size))
		return;
	/* better than nothing: a local network's neighbours are not told */
	for (size_t i = 0; i < size; i++)
		random[i] = (uint8_t)(cpu_ticks() * UINT64_C(0x9e3779b97f4a7c15) >> 24 ^ count++);
	log_info("no source of entropy: ids and ports are from the clock");
}

static unsigned int chosen(void)
{
	const char *name = env_get("ethact");

	for (unsigned int i = 0; name && i < device_count; i++) {
		char number[8];

		snprintf(number, sizeof(number), "eth%u", i);
		if (!strcmp(devices[i]->name, name) || !strcmp(number, name))
			return i;
	}
	if (name)
		log_warn("ethact: no device is '%.40s'", name);
	return 0;
}

static void take_addresses(void)
{
	net->ip = netif_var_ip("ipaddr");
	net->mask = netif_var_ip("netmask");
	net->gateway = netif_var_ip("gatewayip");
	if (~net->mask & (~net->mask + 1))
		log_warn("netmask: '%s' is no mask; 255.255.255.0 counts", env_get("netmask"));
	if ((net->ip && !net->mask) || ~net->mask & (~net->mask + 1))
		net->mask = 0xffffff00;
	net_poll(net, netif_ms());
}

/* It runs, for somebody who keeps a connection; after a kernel that came back it starts again. */
static int join(struct net **out, struct why *why)
{
	int err = netdev_held() ? 0 : active->ops->start(active, dma, why);

	if (err)
		return err;
	netdev_hold(active);
	failed = false;
	take_addresses();
	users++;
	*out = net;
	return 0;
}

int netif_begin(struct net **out, struct why *why)
{
	const struct net_link link = { .send = send };
	uint8_t random[SEED_SIZE + NET_MAC_SIZE], mac[NET_MAC_SIZE];
	unsigned int nth;
	int err;

	if (IS_ENABLED(CONFIG_NET_HELD) && users)
		return join(out, why);
	if (!netif_device(0))
		return refuse(why, -ENODEV, "No ethernet found.");
	nth = chosen();
	err = take_memory(devices[nth]->ops->memory,
			  IS_ENABLED(CONFIG_NET_FEC) && devices[nth]->ops->low ? UINT32_MAX
									       : UINT64_MAX,
			  why);
	if (err)
		return err;
	fill_random(random, sizeof(random));
	choose_mac(nth, mac, random + SEED_SIZE);
	devices[nth]->enough = console_ctrlc;
	err = devices[nth]->ops->start(devices[nth], dma, why);
	if (err)
		return err;
	active = devices[nth];
	if (!active->ops->link(active))
		printf("Warning: %s has no link\n", active->name);
	failed = false;
	net_init(net, &link, mac, random);
	if (IS_ENABLED(CONFIG_IPV6))
		netif_ip6_again(net);
	take_addresses();
	if (IS_ENABLED(CONFIG_NET_HELD)) {
		users = 1;
		netdev_hold(active);
	}
	*out = net;
	return 0;
}

void netif_end(void)
{
	if (IS_ENABLED(CONFIG_NET_HELD) && users && --users)
		return;
	if (IS_ENABLED(CONFIG_NET_HELD))
		netdev_hold(NULL);
	if (IS_ENABLED(CONFIG_IPV6) && active)
		netif_ip6_keep(net);
	if (active)
		active->ops->stop(active);
	active = NULL;
}

/* The time of a round is taken when its first frame is there: no frame comes before it was sent. */
static void input(void *ctx, const void *frame, size_t size, bool checked)
{
	uint64_t *now = ctx;

	if (!*now)
		*now = netif_ms();
	net_input(net, frame, size, checked, *now);
}

/* Frames that came. Return: the time */
static uint64_t poll(void)
{
	uint64_t now = 0;

	active->ops->poll(active, input, &now);
	return now ? now : netif_ms();
}

bool netif_is_busy(void)
{
	return depth;
}

bool netif_runs(void)
{
	return netdev_held();
}

void netif_poll(void)
{
	if (netdev_held())
		net_poll(net, poll());
}

static int run(bool (*over)(void *ctx), void *ctx)
{
	uint64_t looked_at = 0;

	for (unsigned int round = 0;; round++) {
		const uint64_t now = poll();

		if (now != looked_at) /* nothing is due in less than a millisecond */
			net_poll(net, now);
		if (over(ctx))
			return 0;
		if (failed)
			return -EIO;
		/* each millisecond, and now and then: a packet costs less than a look */
		if ((now != looked_at || round % ROUNDS == 0) && console_ctrlc())
			return -EINTR;
		looked_at = now;
	}
}

int netif_run(bool (*over)(void *ctx), void *ctx)
{
	int err;

	if (!IS_ENABLED(CONFIG_NET_CONSOLE))
		return run(over, ctx);
	depth++;
	err = run(over, ctx);
	depth--;
	return err;
}

int netif_ended(int err, struct why *why)
{
	return refuse(why, err, err == -EINTR ? "Abort" : "the device stands still");
}

int netif_retry(unsigned int *ms)
{
	const char *text = env_get("netretry");

	if (text && !strchr("yno10", *text))
		log_warn("netretry: '%.40s' is not yes, no or once", text);
	if (!env_is_yes("netretry"))
		return -ENOENT;
	*ms = *ms ? MIN(*ms * 2, (unsigned int)RETRY_MAX_MS) : RETRY_MS;
	for (unsigned int i = 0; i < *ms; i++) {
		udelay(1000);
		if (console_ctrlc())
			return -EINTR;
	}
	return 0;
}
