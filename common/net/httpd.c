/* SPDX-License-Identifier: BSD-2-Clause */
/* httpd.h's machine, memory and the lines. */
#include "net/httpd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/console/console.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/net/httpd.h"
#include "common/net/net.h"
#include "common/net/sink.h"
#include "common/source/progress.h"
#include "lib/hash/hash.h"
#include "net/addr.h"

#define PAGE	(4 * KIB)
#define ENV_MAX (256 * KIB)
#define BOOT_MS 2000 /* for the answer to get there */

enum what { KERNEL, ENVIRONMENT, SAVE, BOOT };

static const char *const names[] = { "kernel", "env", "saveenv", "boot" };

static struct job {
	struct httpd *server;
	enum what what;
	struct sink sink;
	struct progress progress;
	struct netif_digest wanted;
	uint64_t size, done;
	union hash_state sum;
	uint64_t kernel; /* bytes of it, when it is whole */
	char digest[2 * SHA256_SIZE + 1];
	bool coming, boot;
	struct why why; /* of the last answer */
	uint64_t boot_at;
	uint16_t port;
	unsigned int told; /* addresses of IPv6, a bit for each */
} job;

static int begin_bytes(struct job *j, uint64_t size, struct why *why)
{
	const uint64_t loadaddr = env_get_hex("loadaddr", 0);
	const bool kernel = j->what == KERNEL;
	const paddr_t at = kernel ? loadaddr : env_get_hex("scriptaddr", loadaddr);
	int err;

	if (!size)
		return refuse(why, -EINVAL, "%s: the file is empty", names[j->what]);
	if (!kernel && size > ENV_MAX)
		return refuse(why, -E2BIG, "env: %" PRIu64 " bytes; at most %u", size,
			      (unsigned int)ENV_MAX);
	sink_begin(&j->sink, at, "HTTP");
	err = sink_check(&j->sink, 0, size, why);
	if (err)
		return err;
	if (kernel)
		j->kernel = 0;
	j->size = size;
	j->done = 0;
	j->coming = true;
	j->progress = progress_begin();
	hash_find("sha256")->init(&j->sum);
	console_fresh_line();
	printf("%s: %" PRIu64 " bytes to 0x%" PRIx64 "\n", names[j->what], size, at);
	return 0;
}

static int begin(void *ctx, const char *name, uint64_t size, struct why *why)
{
	struct job *j = ctx;
	unsigned int i = 0;

	while (i < ARRAY_SIZE(names) && strcmp(names[i], name))
		i++;
	if (i == ARRAY_SIZE(names))
		return refuse(why, -ENOENT, "there is /kernel, /env, /saveenv, /boot");
	j->what = (enum what)i;
	if (j->what == KERNEL || j->what == ENVIRONMENT)
		return begin_bytes(j, size, why);
	if (size)
		return refuse(why, -EINVAL, "%s takes no bytes", names[i]);
	if (j->what == BOOT && !j->kernel)
		return refuse(why, -EPERM, "boot: no kernel has come");
	return 0;
}

static int data(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	struct job *j = ctx;
	const int err = bytes ? sink_write(&j->sink, at, bytes, count, why) : 0;

	if (err)
		return err;
	hash_find("sha256")->update(&j->sum, (const void *)(j->sink.at + at), count);
	j->done = at + count;
	return 0;
}

static bool early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct job *j = ctx;

	return !sink_write(&j->sink, at, bytes, count, NULL);
}

static void broken(void *ctx)
{
	struct job *j = ctx;

	if (!j->coming)
		return;
	j->coming = false;
	sink_drop(&j->sink);
	console_fresh_line();
	printf("%s: broken at byte %" PRIu64 "\n", names[j->what], j->done);
}

static int end_bytes(struct job *j, struct why *why)
{
	uint8_t digest[HASH_SIZE_MAX];
	int err;

	j->coming = false;
	console_fresh_line();
	progress_end(&j->progress, "transferred", j->size);
	hash_find("sha256")->final(&j->sum, digest);
	for (unsigned int i = 0; i < SHA256_SIZE; i++)
		snprintf(j->digest + 2 * i, 3, "%02x", digest[i]);
	printf("sha256 %s\n", j->digest);
	err = netif_digest_check(&j->wanted, j->sink.at, j->size, why);
	if (!err)
		err = sink_end(&j->sink, j->size, names[j->what], why);
	if (err) {
		sink_drop(&j->sink);
		printf("%s\n", why->text);
		return err;
	}
	refuse(why, 0, "%s: %" PRIu64 " bytes at 0x%" PRIx64 "\nsha256 %s", names[j->what], j->size,
	       j->sink.at, j->digest);
	if (j->what == KERNEL)
		j->kernel = j->size;
	return 0;
}

/* Return: true, @wish is the caller's to do, and to answer */
static bool end(struct job *j, struct netif_wish *wish)
{
	int err = 0;

	j->why.text[0] = '\0';
	if (j->what == BOOT) {
		refuse(&j->why, 0, "booting");
		j->boot = true;
		j->boot_at = netif_ms() + BOOT_MS;
	} else if (j->what == SAVE) {
		refuse(&j->why, 0, "saved");
		wish->what = NETIF_WISH_SAVE;
		return true;
	} else {
		err = end_bytes(j, &j->why);
	}
	if (!err && j->what == ENVIRONMENT) {
		*wish = (struct netif_wish){ NETIF_WISH_ENV, j->sink.at, j->size };
		return true;
	}
	httpd_finish(j->server, !err, j->why.text);
	return false;
}

static void status(void *ctx, char *text)
{
	const struct job *j = ctx;

	snprintf(text, HTTPD_TEXT_MAX,
		 "{\"kernel\":%" PRIu64 ",\"sha256\":\"%s\",\"coming\":%" PRIu64 ",\"of\":%" PRIu64
		 "}\n",
		 j->kernel, j->kernel ? j->digest : "", j->coming ? j->done : 0,
		 j->coming ? j->size : 0);
}

static bool is_booting(const struct job *j)
{
	return j->boot && (httpd_is_quiet(j->server) || netif_ms() > j->boot_at);
}

static void tell(const char *host, uint16_t port)
{
	console_fresh_line();
	printf("Recovery page at http://%s:%u/ for whoever is on this network; Ctrl-C ends it\n",
	       host, port);
}

/* Addresses of IPv6, when they are ours; that of the wire is nothing that a browser takes. */
static void tell_ip6(struct job *j)
{
	char text[IP6_TEXT + 2] = "[", addr[IP6_TEXT];

	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		const struct ip6_address *own = &j->server->net->ip6->own[i];

		if (own->state != IP6_OWN || ip6_is_link_local(own->addr) || (j->told & 1u << i))
			continue;
		j->told |= 1u << i;
		snprintf(text, sizeof(text), "[%s]", ip6_text(own->addr, addr));
		tell(text, j->port);
	}
}

static bool over(void *ctx)
{
	struct job *j = ctx;

	if (IS_ENABLED(CONFIG_IPV6))
		tell_ip6(j);
	httpd_poll(j->server);
	if (j->coming)
		progress_step(&j->progress, j->done, j->size);
	return httpd_has_whole(j->server) || is_booting(j);
}

int netif_httpd_next(struct netif_wish *wish)
{
	struct job *j = &job;

	for (;;) {
		const int err = netif_run(over, j);

		if (err)
			return err;
		if (httpd_has_whole(j->server) && end(j, wish))
			return 0;
		if (is_booting(j)) {
			wish->what = NETIF_WISH_BOOT;
			return 0;
		}
	}
}

void netif_httpd_answer(bool done, const char *why)
{
	if (!done)
		printf("%s\n", why);
	httpd_finish(job.server, done, done ? job.why.text : why);
}

int netif_httpd_begin(struct net *net, uint16_t port, struct why *why)
{
	const struct httpd_host host = { .ctx = &job,
					 .page = httpd_page,
					 .page_size = strlen(httpd_page),
					 .name = env_get("hostname"),
					 .status = status,
					 .begin = begin,
					 .data = data,
					 .early = early,
					 .broken = broken };
	char ip[NET_IP_TEXT];
	paddr_t at;
	int err;

	if (!net->ip && !netif_wants_ip6(net))
		return refuse(why, -EINVAL, "*** ERROR: `ipaddr' not set");
	memset(&job, 0, sizeof(job));
	err = netif_digest_variable(&job.wanted, why);
	if (!err)
		err = memmap_alloc(&machine.mem, sizeof(struct httpd), PAGE, true, UINT64_MAX, 0,
				   "httpd", &at, why);
	if (err)
		return err;
	job.server = (struct httpd *)at;
	job.port = port;
	net_poll(net, netif_ms());
	httpd_start(job.server, net, &host, port);
	if (net->ip)
		tell(net_ip_text(net->ip, ip), port);
	if (IS_ENABLED(CONFIG_IPV6))
		netif_ip6_start(net);
	return 0;
}

void netif_httpd_end(void)
{
	httpd_stop(job.server);
	(void)memmap_release(&machine.mem, (paddr_t)job.server);
	console_fresh_line();
}
