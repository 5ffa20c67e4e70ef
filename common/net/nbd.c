/* SPDX-License-Identifier: BSD-2-Clause */
/* nbd.h's machine as disks of the block layer. */
#define LOG_NAME "nbd"
#include "net/nbd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/net/net.h"
#include "common/source/disk.h"
#include "lib/base/log.h"
#include "lib/base/num.h"
#include "net/addr.h"

#define DRIVES_MAX 4
#define PIECE      MIB /* of a request */
#define TRIES      5   /* connections in a row that bring nothing further */
#define PAUSE_MS   250 /* before the second; twice as long each time */

#define NBD_EPERM  1
#define NBD_ENOSPC 28

struct drive {
	struct blk blk; /* the first member */
	struct nbd nbd;
	struct netif_nbd where;
	struct nbd_request list[NBD_BATCH];
	uint64_t size;
	net_addr_t server;
	bool used;
};

static struct drive *drives[DRIVES_MAX]; /* kept, once they are there */

static bool over(void *ctx)
{
	struct nbd *n = ctx;

	nbd_poll(n);
	if (n->state == NBD_OPENING && net_is_unreachable(n->net, n->tcp.to)) {
		n->state = NBD_FAILED;
		n->err = refuse(&n->why, -EIO, "ARP Retry count exceeded; nobody is there");
	}
	return n->state != NBD_OPENING && n->state != NBD_BUSY;
}

/* Run until the machine rests. Where it failed, or Ctrl-C came, the connection is closed. */
static int run(struct nbd *n, struct why *why)
{
	int err = netif_run(over, n);

	if (err)
		netif_ended(err, why);
	if (!err && n->state == NBD_FAILED) {
		err = n->err;
		*why = n->why;
	}
	if (err)
		nbd_stop(n);
	return err;
}

static int open(struct nbd *n, struct net *net, const struct netif_nbd *where, net_addr_t server,
		const struct nbd_host *names, struct why *why)
{
	int err;

	net_poll(net, netif_ms());
	err = nbd_open(n, net, server, where->port, where->name, names, why);
	return err ? err : run(n, why);
}

/* ---- requests */

static int again(struct drive *d, struct net *net, struct why *why)
{
	int err = open(&d->nbd, net, &d->where, d->server, NULL, why);

	if (err)
		return err;
	log_info("%s %u: connected again", d->blk.type, d->blk.number);
	if (d->nbd.size == d->size && d->nbd.block <= d->blk.block_size &&
	    (d->blk.read_only || !d->nbd.read_only))
		return 0;
	nbd_stop(&d->nbd);
	return refuse(why, -EPROTO, "the export is another one by now");
}

static int pause(unsigned int tries)
{
	for (unsigned int ms = tries > 1 ? PAUSE_MS << (tries - 2) : 0; ms; ms--) {
		udelay(1000);
		if (console_ctrlc())
			return -EINTR;
	}
	return 0;
}

static unsigned int count_done(const struct drive *d, unsigned int count)
{
	unsigned int done = 0;

	for (unsigned int i = 0; i < count; i++)
		done += d->list[i].done;
	return done;
}

static int attempt(struct drive *d, struct net *net, enum nbd_command command, unsigned int count,
		   struct why *why)
{
	int err = d->nbd.state == NBD_READY ? 0 : again(d, net, why);

	if (err)
		return err;
	net_poll(net, netif_ms());
	nbd_transfer(&d->nbd, command, d->list, count);
	return run(&d->nbd, why);
}

/* What a server refuses is the answer; a connection that broke is none. */
static int judge(const struct drive *d, unsigned int count, unsigned int *failed)
{
	for (unsigned int i = 0; i < count; i++) {
		const uint32_t error = d->list[i].error;

		if (!error)
			continue;
		*failed = i;
		log_warn("%s %u: the server reports error %" PRIu32 "%s%s", d->blk.type,
			 d->blk.number, error, d->nbd.said[0] ? ": " : "", d->nbd.said);
		return error == NBD_EPERM ? -EPERM : error == NBD_ENOSPC ? -ENOSPC : -EIO;
	}
	return 0;
}

static int request(struct drive *d, enum nbd_command command, unsigned int count,
		   unsigned int *failed)
{
	struct why why = { "" };
	unsigned int tries = 0, before = 0, done;
	struct net *net;
	int err = netif_begin(&net, &why);

	if (err)
		return -EIO;
	for (;;) {
		err = attempt(d, net, command, count, &why);
		if (!err || err == -EINTR || err == -ETIMEDOUT || err == -EPROTO)
			break;
		done = count_done(d, count);
		tries = done > before ? 1 : tries + 1;
		before = done;
		if (tries == TRIES)
			break;
		if (pause(tries)) {
			err = -EINTR;
			break;
		}
	}
	netif_end();
	if (err)
		log_warn("%s %u: %s", d->blk.type, d->blk.number,
			 err == -EINTR ? "Abort" : why.text);
	return err ? err : judge(d, count, failed);
}

static int transfer(struct blk *blk, bool write, const struct blk_request *list, unsigned int count,
		    unsigned int *failed)
{
	struct drive *d = (struct drive *)blk;

	for (unsigned int i = 0; i < count; i++)
		d->list[i] = (struct nbd_request){ .offset = list[i].lba * blk->block_size,
						   .size = list[i].count * blk->block_size,
						   .bytes = list[i].buffer };
	return request(d, write ? NBD_WRITE : NBD_READ, count, failed);
}

static int flush(struct blk *blk)
{
	struct drive *d = (struct drive *)blk;
	unsigned int failed;

	if (!d->nbd.can_flush)
		return 0;
	d->list[0] = (struct nbd_request){ 0 };
	return request(d, NBD_FLUSH, 1, &failed);
}

/* ---- disks */

static int fill(struct drive *d, struct why *why)
{
	static const struct blk_ops ops = { .transfer = transfer, .flush = flush };
	const struct nbd *n = &d->nbd;
	const uint32_t block = MAX(n->block, (uint32_t)BLK_BLOCK_MIN);

	if (block > BLK_BLOCK_MAX)
		return refuse(why, -ENOTSUP,
			      "the server wants blocks of %" PRIu32 " bytes; %u are the most",
			      block, BLK_BLOCK_MAX);
	d->size = n->size;
	d->blk = (struct blk){
		.ops = &ops,
		.type = "nbd",
		.block_size = block,
		.blocks = n->size / block,
		.request_max = MAX(MIN(n->request_max, (uint32_t)PIECE) / block, (uint32_t)1),
		.read_only = n->read_only,
	};
	snprintf(d->blk.vendor, sizeof(d->blk.vendor), "%.23s", d->where.host);
	snprintf(d->blk.product, sizeof(d->blk.product), "%.43s", d->where.name);
	return 0;
}

static int find_server(struct net *net, const struct netif_nbd *where, net_addr_t *server,
		       struct why *why)
{
	int err;

	if (!IS_ENABLED(CONFIG_IPV6) && !net->ip)
		return refuse(why, -EINVAL, "*** ERROR: `ipaddr' not set");
	err = netif_dns(net, where->host, server, why);
	return err || !IS_ENABLED(CONFIG_IPV6) ? err : netif_way(net, *server, why);
}

static struct drive *free_drive(struct why *why)
{
	unsigned int i = 0;

	while (i < DRIVES_MAX && drives[i] && drives[i]->used)
		i++;
	if (i == DRIVES_MAX) {
		refuse(why, -ENOSPC, "there are %u disks of servers already, as many as may be",
		       DRIVES_MAX);
		return NULL;
	}
	if (!drives[i])
		drives[i] = disk_memory(sizeof(*drives[i]), 64);
	if (!drives[i])
		refuse(why, -ENOMEM, "there is no memory for it");
	return drives[i];
}

/* Connected, and not yet known to the block layer. */
static struct drive *connect(const struct netif_nbd *where, struct why *why)
{
	struct drive *d = free_drive(why);
	struct net *net;

	if (!d)
		return NULL;
	if (netif_begin(&net, why))
		return NULL;
	d->where = *where;
	if (find_server(net, where, &d->server, why) ||
	    open(&d->nbd, net, where, d->server, NULL, why)) {
		netif_end();
		return NULL;
	}
	if (fill(d, why)) {
		nbd_stop(&d->nbd);
		netif_end();
		return NULL;
	}
	d->used = true;
	return d;
}

/* To the block layer, in order. Return: how many there are */
static unsigned int add_drives(void)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < DRIVES_MAX; i++) {
		if (!drives[i] || !drives[i]->used)
			continue;
		blk_add(&drives[i]->blk);
		count++;
	}
	return count;
}

/* The first look for one, in a boot: ${nbdurl}, with an address of our own. */
static int connect_by_variable(const char *text, struct why *why)
{
	struct netif_nbd where;
	struct net *net;
	int err = netif_nbd_parse(&where, text, why);

	if (!err && !netif_var_ip("ipaddr")) {
		err = netif_begin(&net, why);
		if (err)
			return err;
		err = netif_dhcp(net, NETIF_ADDRESS, why);
		netif_end();
	}
	return err ? err : connect(&where, why) ? 0 : -EIO;
}

static void scan(void)
{
	const char *url = env_get("nbdurl");
	struct why why = { "" };

	if (add_drives() || !url)
		return;
	if (connect_by_variable(url, &why))
		printf("nbd: %s\n", why.text);
	(void)add_drives();
}

TABLE_ENTRY(disk_table, struct disk_type, disk_nbd) = {
	.name = "nbd",
	.title = "NBD",
	.scan = scan,
};

int netif_nbd_connect(const struct netif_nbd *where, struct blk **disk, struct why *why)
{
	struct drive *d = connect(where, why);

	if (!d)
		return -EIO;
	disk_scan(disk_type("nbd"));
	*disk = &d->blk;
	return 0;
}

void netif_nbd_disconnect(struct blk *disk)
{
	struct drive *d = (struct drive *)disk;

	nbd_stop(&d->nbd);
	netif_end();
	blk_remove_type("nbd");
	d->used = false;
	(void)add_drives();
}

/* ---- lists and names */

static void print_name(void *ctx, const char *name, const char *description)
{
	unsigned int *count = ctx;

	++*count;
	printf("  %s%s%s\n", name[0] ? name : "(default)", description[0] ? "  " : "", description);
}

int netif_nbd_list(const struct netif_nbd *where, struct why *why)
{
	unsigned int count = 0;
	const struct nbd_host names = { &count, print_name };
	struct drive *d = free_drive(why); /* for as long as this takes */
	struct net *net;
	net_addr_t server;
	int err = d ? netif_begin(&net, why) : -ENOMEM;

	if (err)
		return err;
	err = find_server(net, where, &server, why);
	if (!err)
		err = open(&d->nbd, net, where, server, &names, why);
	nbd_stop(&d->nbd);
	netif_end();
	if (!err)
		printf("%u export%s\n", count, count == 1 ? "" : "s");
	return err;
}

int netif_nbd_parse(struct netif_nbd *nbd, const char *text, struct why *why)
{
	const char *host = text + (strncmp(text, "nbd://", 6) ? 0 : 6), *name, *port;
	size_t size = strcspn(host, "/"), six;
	char digits[6] = "";
	uint64_t number = NBD_PORT;

	name = host[size] ? host + size + 1 : "";
	port = memchr(host, ':', size);
	six = IS_ENABLED(CONFIG_IPV6) ? net_bracketed(host, size, NULL) : 0;
	if (six)
		port = host[six] == ':' ? host + six : NULL;
	if (IS_ENABLED(CONFIG_IPV6) && *host == '[' && (!six || (!port && six != size)))
		return refuse(why, -EINVAL, "'%.100s' names no host", text);
	if (port) {
		const size_t count = size - (size_t)(port + 1 - host);

		if (count < sizeof(digits))
			memcpy(digits, port + 1, count);
		if (num_parse(digits, 10, &number) || !number || number > 65535)
			return refuse(why, -EINVAL, "'%.100s': a port is 1 to 65535", text);
		size = (size_t)(port - host);
	}
	if (!size || size >= sizeof(nbd->host))
		return refuse(why, -EINVAL, "'%.100s' names no host", text);
	if (strlen(name) > NBD_NAME_MAX)
		return refuse(why, -E2BIG, "an export's name has at most %u characters",
			      NBD_NAME_MAX);
	memcpy(nbd->host, host, size);
	nbd->host[size] = '\0';
	strcpy(nbd->name, name);
	nbd->port = (uint16_t)number;
	return 0;
}
