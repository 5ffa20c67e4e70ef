/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: boot a kernel whenever its file has changed. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/boot/boot.h"
#include "common/boot/ram.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/handoff/return.h"
#include "common/net/net.h"
#include "common/source/hostfs.h"
#include "lib/base/crc32.h"

#define CHUNK	   (64 * KIB)
#define LOOK_TICKS 50 /* between two looks */
#define TICK_US	   10000

/* A file as it was at one look: @crc of its bytes, or of what HTTP says of them. */
struct look {
	uint64_t size;
	uint32_t crc;
};

/* Where the file is: how it is looked at, and how booted. */
struct place {
	int (*look)(const char *name, struct look *out, struct why *why);
	int (*boot)(const char *name, struct why *why);
	bool returns; /* Loft's next run can go on with it */
};

static char *buffer; /* for look_hostfs(): CHUNK bytes */
static struct http_url url;

static bool is_same(const struct look *a, const struct look *b)
{
	return a->size == b->size && a->crc == b->crc;
}

/* A file that is not there, or shrinks meanwhile, is no reason to stop. */
static int look_hostfs(const char *name, struct look *out, struct why *why)
{
	struct source source;
	int err = hostfs_source(&source, name, why);

	if (err)
		return err;
	*out = (struct look){ .size = source.size };
	for (uint64_t at = 0; at < source.size && !err; at += CHUNK) {
		uint64_t n = MIN(source.size - at, CHUNK);

		err = source_read(&source, at, buffer, n, why);
		if (!err)
			out->crc = crc32(out->crc, buffer, n);
	}
	return err;
}

static bool interrupted(void)
{
	for (unsigned ticks = LOOK_TICKS; ticks; ticks--) {
		if (console_ctrlc())
			return true;
		udelay(TICK_US);
	}
	return false;
}

/*
 * Until the file is another than @last, and the same twice: a linker that still writes has not
 * finished.
 */
static int wait_change(const struct place *place, const char *name, const struct look *last,
		       struct look *now, struct why *why)
{
	struct look before = { .size = ~UINT64_C(0) };
	bool told = false;

	for (;;) {
		int err = place->look(name, now, why);

		if (err == -ENODEV || err == -EINTR)
			return err;
		if (err && !told) {
			printf("watch: %s; waiting for it\n", why->text);
			told = true;
		}
		if (!err && now->size && !is_same(now, last) && is_same(now, &before))
			return 0;
		before = err ? (struct look){ .size = ~UINT64_C(0) } : *now;
		if (interrupted())
			return -EINTR;
	}
}

static int boot_hostfs(const char *name, struct why *why)
{
	struct source source;
	struct boot_request req = { .source = &source };
	int err = hostfs_source(&source, name, why);

	return err ? err : boot_run(&req, why);
}

/* What the next run of Loft goes on with, should the kernel come back. */
static void keep(const char *name, const struct look *now)
{
	struct return_watch *w;

	if (!IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		return;
	w = return_watch();
	snprintf(w->name, sizeof(w->name), "%s", now && strlen(name) < sizeof(w->name) ? name : "");
	w->size = now ? now->size : 0;
	w->crc = now ? now->crc : 0;
}

/* The file as the kernel was that has just come back, where it is that one. */
static struct look kept(const char *name)
{
	struct look none = { .size = ~UINT64_C(0) };
	const struct return_watch *w;

	if (!IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		return none;
	w = return_watch();
	if (strcmp(w->name, name))
		return none;
	printf("watch: waiting for %s to change; Ctrl-C ends\n", name);
	return (struct look){ w->size, w->crc };
}

static int watch_file(const struct place *place, const char *name, struct why *why)
{
	struct look last = { .size = ~UINT64_C(0) }, now;

	if (place->returns)
		last = kept(name);

	for (;;) {
		int err = wait_change(place, name, &last, &now, why);

		if (err)
			return err;
		if (place->returns)
			keep(name, &now);
		printf("watch: %s, %" PRIu64 " bytes, crc32 %08" PRIx32 "\n", name, now.size,
		       now.crc);
		why->text[0] = '\0';
		err = place->boot(name, why);
		if (err == -EINTR)
			return err;
		printf("watch: %s\nwatch: waiting for it to change; Ctrl-C ends\n", why->text);
		last = now;
	}
}

static int watch_hostfs(const char *name, struct why *why)
{
	static const struct place place = { look_hostfs, boot_hostfs, true };
	paddr_t room;
	int err;

	if (!IS_ENABLED(CONFIG_HOSTFS))
		return refuse(why, -ENOTSUP, "this Loft was built without hostfs");
	if (!name)
		return refuse(why, -EINVAL, "hostfs: which file?");
	err = memmap_alloc(&machine.mem, CHUNK, 4 * KIB, true, ~UINT64_C(0), 0, "watch", &room,
			   why);
	if (err)
		return err;
	buffer = (char *)room;
	err = watch_file(&place, name, why);
	memmap_release(&machine.mem, room);
	keep(name, NULL);
	return err;
}

static net_addr_t server(void)
{
	return IS_ENABLED(CONFIG_IPV6) ? netif_server() : netif_var_ip("serverip");
}

static int look_tftp(const char *name, struct look *out, struct why *why)
{
	struct netif_look seen = { 0 };
	struct net *net;
	int err = netif_begin(&net, why);

	if (err)
		return err;
	if (IS_ENABLED(CONFIG_IPV6))
		err = netif_way(net, server(), why);
	if (!err)
		err = netif_tftp_look(net, server(), name, &seen, why);
	netif_end();
	*out = (struct look){ seen.size, seen.crc };
	return err;
}

static int look_http(const char *name, struct look *out, struct why *why)
{
	struct netif_look seen = { 0 };
	struct net *net;
	int err = netif_url(name, &url, why);

	if (!err)
		err = netif_begin(&net, why);
	if (err)
		return err;
	err = netif_http_look(net, &url, &seen, why);
	netif_end();
	*out = (struct look){ seen.size, seen.crc };
	return err;
}

static int load_tftp(struct net *net, const char *name, paddr_t at, struct why *why)
{
	struct netif_digest wanted;
	int err = netif_digest_variable(&wanted, why);

	if (IS_ENABLED(CONFIG_IPV6) && !err)
		err = netif_way(net, server(), why);
	return err ? err : netif_tftp(net, server(), name, at, &wanted, NULL, why);
}

static int load_http(struct net *net, const char *name, paddr_t at, struct why *why)
{
	struct netif_digest wanted;
	int err = netif_digest_variable(&wanted, why);

	if (!err)
		err = netif_url(name, &url, why);
	return err ? err : netif_http(net, &url, at, &wanted, why);
}

static int boot_loaded(const char *name,
		       int (*load)(struct net *net, const char *name, paddr_t at, struct why *why),
		       struct why *why)
{
	const paddr_t at = env_get_hex("loadaddr", 0);
	struct source source = { 0 };
	struct boot_request req = { .source = &source };
	struct net *net;
	int err = netif_begin(&net, why);

	if (err)
		return err;
	err = load(net, name, at, why);
	netif_end();
	if (!err)
		err = bootsrc_ram(&source, at, why);
	return err ? err : boot_run(&req, why);
}

static int boot_tftp(const char *name, struct why *why)
{
	return boot_loaded(name, load_tftp, why);
}

static int boot_http(const char *name, struct why *why)
{
	return boot_loaded(name, load_http, why);
}

static int watch_net(const char *what, const char *name, struct why *why)
{
	static const struct place tftp = { look_tftp, boot_tftp, false };
	static const struct place http = { look_http, boot_http, false };

	if (!name)
		return refuse(why, -EINVAL, "%s: which file?", what);
	if (!IS_ENABLED(CONFIG_IPV6) && !netif_var_ip("ipaddr"))
		return refuse(why, -EINVAL, "%s: ${ipaddr} is not set: dhcp", what);
	if (!IS_ENABLED(CONFIG_NET_HTTP) || !strcmp(what, "tftp"))
		return server() ? watch_file(&tftp, name, why)
				: refuse(why, -EINVAL, "tftp: ${serverip} is not set");
	if (netif_url(name, &url, why))
		return -EINVAL;
	return watch_file(&http, name, why);
}

static int watch(const char *what, const char *name, struct why *why)
{
	if (!strcmp(what, "hostfs"))
		return watch_hostfs(name, why);
	if (!strcmp(what, "qfw"))
		return refuse(why, -ENOTSUP,
			      "qfw: QEMU reads -kernel once, when it starts, and never again; "
			      "start it with -semihosting and watch hostfs FILE");
	if (IS_ENABLED(CONFIG_NET) && !strcmp(what, "tftp"))
		return watch_net(what, name, why);
	if (IS_ENABLED(CONFIG_NET_HTTP) && !strcmp(what, "http"))
		return watch_net(what, name, why);
	if (!strcmp(what, "tftp") || !strcmp(what, "http"))
		return refuse(why, -ENOTSUP, "%s: this Loft was built without it", what);
	return CMD_USAGE;
}

static int do_watch(int argc, char *const argv[])
{
	struct why why = { "" };
	int err;

	if (argc < 2)
		return CMD_USAGE;
	err = watch(argv[1], argc > 2 ? argv[2] : NULL, &why);
	if (err < 0 && err != -EINTR)
		printf("watch: %s\n", why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_watch) = {
	.name = "watch",
	.max_args = 3,
	.run = do_watch,
	.brief = "boot a kernel whenever its file changes",
	.usage =
		"hostfs|tftp|http file\n"
		"	- boot a file of the host (QEMU's -semihosting), of a TFTP server, of an HTTP\n"
		"	  server: now, and where it is refused, again when it has changed. Ctrl-C ends",
};
