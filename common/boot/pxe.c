/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/pxe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/boot/extlinux.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/net/net.h"

#define NAME_SIZE DHCP_FILE_SIZE
#define IP_DIGITS 8

/* @name below the prefix, into @path. */
static int whole_path(const char *name, char *path, struct why *why)
{
	const char *prefix = env_get("pxelinux_pathprefix"), *file = env_get("bootfile");
	const char *slash = !prefix && file ? strrchr(file, '/') : NULL;
	const size_t len = prefix ? strlen(prefix) : slash ? (size_t)(slash + 1 - file) : 0;
	int n;

	n = snprintf(path, NAME_SIZE, "%.*s%s", name[0] == '/' ? 0 : (int)len,
		     prefix ? prefix
		     : file ? file
			    : "",
		     name);
	if (n < 0 || n >= NAME_SIZE)
		return refuse(why, -E2BIG, "'%.80s': a file's name has at most %u characters", name,
			      NAME_SIZE - 1);
	return 0;
}

static int retrieve(struct net *net, const char *name, paddr_t at, uint64_t *size, struct why *why)
{
	static char path[NAME_SIZE];
	struct netif_digest wanted;
	int err = netif_digest_variable(&wanted, why);

	if (!err)
		err = whole_path(name, path, why);
	if (err)
		return err;
	printf("Retrieving file: %s\n", path);
	return netif_tftp(net, IS_ENABLED(CONFIG_IPV6) ? netif_server() : netif_var_ip("serverip"),
			  path, at, &wanted, size, why);
}

/* The next name for the menu; false behind the last. */
static bool menu_name(const struct net *net, unsigned int nth, char *name)
{
	const char *mac = env_get("ethaddr"), *own;
	char ip[IP_DIGITS + 1];

	name[0] = '\0';
	switch (nth) {
	case 0:
		own = env_get("pxelinux_configfile");
		if (own)
			snprintf(name, NAME_SIZE, "%s", own);
		return true;
	case 1:
		own = env_get("pxeuuid");
		if (own)
			snprintf(name, NAME_SIZE, "pxelinux.cfg/%s", own);
		return true;
	case 2:
		if (mac)
			snprintf(name, NAME_SIZE, "pxelinux.cfg/01-%s", mac);
		for (char *c = name; *c; c++)
			*c = *c == ':' ? '-' : *c >= 'A' && *c <= 'F' ? (char)(*c - 'A' + 'a') : *c;
		return true;
	case 3 + IP_DIGITS:
		snprintf(name, NAME_SIZE, "pxelinux.cfg/default");
		return true;
	default:
		if (nth > 3 + IP_DIGITS)
			return false;
		snprintf(ip, sizeof(ip), "%08" PRIX32, net->ip);
		snprintf(name, NAME_SIZE, "pxelinux.cfg/%.*s", (int)(IP_DIGITS + 3 - nth), ip);
		return true;
	}
}

/* NULL: none lies there. */
static const struct mem_range *menu_at(paddr_t at)
{
	const struct mem_range *is = memmap_owner(&machine.mem, at, 1);

	return is && is->flags & MEM_LOADED && is->start == at ? is : NULL;
}

int pxe_get(struct net *net, struct why *why)
{
	static char name[NAME_SIZE];
	paddr_t at;
	int err = extlinux_place(&at, why);

	if (err)
		return err;
	if (menu_at(at)) /* that of before is not booted where no other comes, or an empty one */
		(void)memmap_release(&machine.mem, at);
	for (unsigned int nth = 0; menu_name(net, nth, name); nth++) {
		if (!name[0])
			continue;
		err = retrieve(net, name, at, NULL, why);
		if (!err) {
			printf("Config file '%s' found\n", name);
			return 0;
		}
		if (err != -ENOENT)
			return err;
	}
	return refuse(why, -ENOENT, "Config file not found");
}

static int load(void *ctx, const char *name, paddr_t at, uint64_t *size, struct why *why)
{
	struct net *net;
	int err = netif_begin(&net, why);

	(void)ctx;
	if (err)
		return err;
	err = retrieve(net, name, at, size, why);
	netif_end();
	return err;
}

int pxe_boot(struct why *why)
{
	static const struct extlinux_files files = { load, NULL, NULL };
	const struct mem_range *is;
	paddr_t at;
	int err = extlinux_place(&at, why);

	if (err)
		return err;
	is = menu_at(at);
	if (!is)
		return refuse(why, -ENODATA, "no menu was loaded at 0x%" PRIx64 ": pxe get", at);
	return extlinux_boot(&files, at, is->size, why);
}
