/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/targets.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/boot/diskboot.h"
#include "common/boot/options.h"
#include "common/boot/parts.h"
#include "common/boot/pxe.h"
#include "common/mem/home.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/image.h"
#include "common/net/net.h"
#include "common/source/qfw.h"
#include "lib/pack/uimage.h"

#define CMDLINE_SIZE 4096

#define QEMU_LOAD_OFFSET 0x80000 /* of code without a header, from where DRAM begins */

#define UIMAGE_TYPE_AT 30 /* in its header */

/* -append, after the options that it may begin with: with -kernel nobody is at a prompt. */
static int take_cmdline(struct boot_request *req, const char *cmdline, struct why *why)
{
	char options[256];
	int err = boot_options_cut(&cmdline, options, sizeof(options), why);

	req->bootargs = cmdline;
	if (err || !options[0])
		return err;
	return boot_options_under(options, "-append: loft.bootelf", req, why);
}

int bootsrc_qfw(struct boot_request *req, struct source *source, struct why *why)
{
	static char cmdline[CMDLINE_SIZE] __noinit;
	paddr_t load;
	int err;

	if (!IS_ENABLED(CONFIG_FW_CFG))
		return refuse(why, -ENOTSUP, "this Loft was built without fw_cfg");
	err = qfw_kernel_source(source, why);
	if (err)
		return err;
	err = qfw_cmdline(cmdline, sizeof(cmdline), why);
	if (err && err != -ENOENT)
		return err;
	req->source = source;
	load = machine.mem.bank[0].start + QEMU_LOAD_OFFSET;
	req->flat = (struct boot_raw){ &boot_raw_kernel, load, load };
	req->initrd_from_qfw = qfw_initrd_size() != 0;
	return err || !cmdline[0] ? 0 : take_cmdline(req, cmdline, why);
}

/* `-bios loft.bin -kernel loft.bin`: each would start the next one, without end. */
static bool is_this_loft(struct source *source)
{
	char header[64];

	return source->size == loft_file_size() &&
	       !source_read(source, 0, header, sizeof(header), NULL) && loft_is_header(header);
}

static int find_qfw(struct boot_request *req, struct source *source, struct why *why)
{
	int err = bootsrc_qfw(req, source, why);

	if (!err && is_this_loft(source))
		return refuse(why, -EINVAL, "QEMU's -kernel is this Loft itself");
	return err == -ENODEV || err == -ENOTSUP ? -ENOENT : err;
}

/* Beside it what was loaded to ${ramdisk_addr_r}, or says there that it is a ramdisk. */
static void find_ramdisk(struct boot_request *req)
{
	uint64_t addr = env_get_hex("ramdisk_addr_r", 0);
	const struct mem_range *is = memmap_owner(&machine.mem, addr, 1);

	req->initrd_start = addr;
	if (is && is->flags & MEM_LOADED && is->start == addr)
		req->initrd_size = is->size;
	else if (!is)
		req->initrd_size = boot_initrd_size(addr);
}

/* A script that was run from ${loadaddr} still lies there: it is none to boot. */
static bool is_script(struct source *source)
{
	static const uint8_t magic[] = { 0x27, 0x05, 0x19, 0x56 };
	uint8_t header[UIMAGE_TYPE_AT + 1];

	return source->size >= sizeof(header) &&
	       !source_read(source, 0, header, sizeof(header), NULL) &&
	       !memcmp(header, magic, sizeof(magic)) &&
	       header[UIMAGE_TYPE_AT] == UIMAGE_TYPE_SCRIPT;
}

static int find_ram(struct boot_request *req, struct source *source, struct why *why)
{
	uint64_t addr = env_get_hex("loadaddr", 0);

	if (bootsrc_ram(source, addr, why) || !image_may_be(source, NULL) || is_script(source))
		return -ENOENT;
	req->source = source;
	req->found_at = addr;
	find_ramdisk(req);
	return 0;
}

/* An address, and ${bootfile}. */
static int ask_dhcp(struct net *net, enum netif_want want, struct why *why)
{
	int err = netif_dhcp(net, want, why);

	if (!err && !env_get("bootfile"))
		err = refuse(why, -ENOENT, "the DHCP server names no boot file");
	return err;
}

static int fetch_dhcp(struct net *net, struct why *why)
{
	struct netif_digest wanted;
	int err = netif_digest_variable(&wanted, why);

	if (!err)
		err = ask_dhcp(net, NETIF_FILE, why);
	return err ? err
		   : netif_tftp(net, netif_var_ip("serverip"), env_get("bootfile"),
				env_get_hex("loadaddr", 0), &wanted, NULL, why);
}

static int fetch_http(struct net *net, struct why *why)
{
	static struct http_url url;
	struct netif_digest wanted;
	int err = netif_digest_variable(&wanted, why);

	if (!err)
		err = ask_dhcp(net, NETIF_URL, why);
	if (!err)
		err = netif_url(env_get("bootfile"), &url, why);
	return err ? err : netif_http(net, &url, env_get_hex("loadaddr", 0), &wanted, why);
}

static int fetch_pxe(struct net *net, struct why *why)
{
	int err = netif_dhcp(net, NETIF_FILE, why);

	return err ? err : pxe_get(net, why);
}

static int fetch(int (*how)(struct net *net, struct why *why), struct why *why)
{
	struct net *net;
	int err = netif_begin(&net, why);

	if (err)
		return err;
	err = how(net, why);
	netif_end();
	return err;
}

/* 0: there is something. */
static int fetch_retry(int (*how)(struct net *net, struct why *why), struct why *why)
{
	unsigned int ms = 0;
	int err;

	for (;;) {
		why->text[0] = '\0';
		err = fetch(how, why);
		if (!err || err == -EINTR)
			return err;
		if (err == -ENODEV)
			return -ENOENT;
		if (why->text[0])
			printf("%s\n", why->text);
		err = netif_retry(&ms);
		if (err == -EINTR)
			return refuse(why, -EINTR, "Abort");
		if (err)
			return -ENOENT;
	}
}

static int find_dhcp(struct boot_request *req, struct source *source, struct why *why)
{
	int err = IS_ENABLED(CONFIG_NET) ? fetch_retry(fetch_dhcp, why) : -ENOENT;

	return err ? err : find_ram(req, source, why);
}

static int find_http(struct boot_request *req, struct source *source, struct why *why)
{
	int err = IS_ENABLED(CONFIG_NET_HTTP) ? fetch_retry(fetch_http, why) : -ENOENT;

	return err ? err : find_ram(req, source, why);
}

/* Boots by itself: a menu names kernel, ramdisk, tree and command line. */
static int find_pxe(struct boot_request *req, struct source *source, struct why *why)
{
	int err = IS_ENABLED(CONFIG_PXE) ? fetch_retry(fetch_pxe, why) : -ENOENT;

	(void)req;
	(void)source;
	if (!err)
		err = pxe_boot(why);
	if (err == -ENOENT && why->text[0])
		printf("%s\n", why->text);
	return err;
}

/* Where autoboot may look. A target that holds nothing says -ENOENT, and the next has its turn. */
static const struct {
	const char *name;
	int (*find)(struct boot_request *req, struct source *source, struct why *why);
} targets[] = {
	{ "qfw", find_qfw },   { "ram", find_ram }, { "dhcp", find_dhcp },
	{ "http", find_http }, { "pxe", find_pxe },
};

/* What the targets before had does not boot. */
static void say_before(struct why *why)
{
	if (why->text[0])
		printf("%s\n", why->text);
	why->text[0] = '\0';
}

/*
 * "virtio0", "virtio": the disks of a kind. The usual list has them where none are built in, too.
 * -ENODATA: what is there does not boot, or there is no such target; the next has its turn.
 */
static int boot_disk(const char *name, size_t len, struct why *why)
{
	static const char *const usual[] = { "virtio", "nvme", "scsi", "mmc" };
	const int err = IS_ENABLED(CONFIG_DISKBOOT) ? diskboot_auto(name, len, why) : -EINVAL;

	if (err != -EINVAL)
		return err && err != -ENOENT && err != -EINTR ? -ENODATA : err;
	for (unsigned int i = 0; i < ARRAY_SIZE(usual); i++)
		if (len >= strlen(usual[i]) && !memcmp(name, usual[i], strlen(usual[i])))
			return -ENOENT;
	say_before(why);
	return refuse(why, -ENODATA, "boot_targets: no target '%.*s'", (int)len, name);
}

static int boot_target(const char *name, size_t len, struct why *why)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(targets); i++) {
		struct boot_request req = { 0 };
		struct source source = { 0 };
		int err;

		if (strlen(targets[i].name) != len || memcmp(targets[i].name, name, len))
			continue;
		say_before(why);
		err = targets[i].find(&req, &source, why);
		if (!err)
			err = boot_options_stored(&req, why);
		if (err == -ENOENT)
			why->text[0] = '\0';
		if (!err && req.source)
			err = boot_run(&req, why);
		return err == -ENODATA ? -EINVAL : err; /* cut short: nobody looks further */
	}
	return boot_disk(name, len, why);
}

int bootsrc_one(const char *target, struct why *why)
{
	return boot_target(target, strlen(target), why);
}

int bootsrc_auto(struct why *why)
{
	const char *list = env_get("boot_targets");
	const char *name = list ? list : "";

	why->text[0] = '\0';
	while (*(name += strspn(name, " "))) {
		size_t len = strcspn(name, " ");
		int err = boot_target(name, len, why);

		if (err != -ENOENT && err != -ENODATA)
			return err;
		name += len;
	}
	if (why->text[0])
		return -ENODATA;
	return refuse(why, -ENOENT, "nothing to boot in boot_targets (%s)",
		      list ? list : "not set");
}
