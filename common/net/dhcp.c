/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp.h's machine, the variables and the lines. */
#define LOG_NAME "net"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "lib/base/log.h"
#include "lib/base/num.h"
#include "net/addr.h"

#define ARCH_ARM64_UBOOT      0x16 /* IANA's "Processor Architecture Types" */
#define ARCH_ARM64_UBOOT_HTTP 0x18

#define VENDOR_PXE  "PXEClient:Arch:00022:UNDI:003000"
#define VENDOR_HTTP "HTTPClient:Arch:00024:UNDI:003000"

static unsigned int shown;

static bool over(void *ctx)
{
	struct dhcp *d = ctx;

	dhcp_poll(d);
	for (; shown < d->tries; shown++)
		printf("BOOTP broadcast %u\n", shown + 1);
	return d->state >= DHCP_BOUND;
}

static void set(const char *name, const char *value)
{
	if (value[0])
		(void)!env_set(name, value);
}

static void set_variables(const struct dhcp_lease *l)
{
	netif_set_ip("ipaddr", l->ip);
	netif_set_ip("netmask", l->mask);
	netif_set_ip("gatewayip", l->gateway);
	netif_set_ip("dnsip", l->dns[0]);
	netif_set_ip("dnsip2", l->dns[1]);
	netif_set_ip("ntpserverip", l->ntp);
	netif_set_ip("serverip", l->next);
	set("hostname", l->host);
	set("domain", l->domain);
	set("rootpath", l->root_path);
	set("bootfile", l->boot_file);
	set("dnssearch", l->search);
	set("pxelinux_configfile", l->config_file);
	set("pxelinux_pathprefix", l->path_prefix);
}

/* ${pxeuuid}: 32 digits, in the order in which they stand; dashes are passed over. */
static void get_uuid(uint8_t uuid[DHCP_UUID_SIZE])
{
	const char *text = env_get("pxeuuid");
	unsigned int n = 0;

	for (const char *c = text; c && *c; c++) {
		const char digit[2] = { *c };
		uint64_t value;

		if (*c == '-')
			continue;
		if (n == 2 * DHCP_UUID_SIZE || num_parse(digit, 16, &value)) {
			n = 0;
			break;
		}
		uuid[n / 2] = (uint8_t)(uuid[n / 2] << 4 | value);
		n++;
	}
	if (n == 2 * DHCP_UUID_SIZE)
		return;
	memset(uuid, 0, DHCP_UUID_SIZE);
	if (text)
		log_warn("pxeuuid: '%.40s' is no UUID of 32 digits; servers are not told", text);
}

void netif_uuid(uint8_t uuid[DHCP_UUID_SIZE])
{
	if (IS_ENABLED(CONFIG_IPV6))
		get_uuid(uuid);
}

/* Option 66 has a name: by the name servers of the same lease. */
static void look_up(struct net *net, struct dhcp_lease *l)
{
	net_addr_t server;
	struct why why;

	netif_set_ip("dnsip", l->dns[0]);
	netif_set_ip("dnsip2", l->dns[1]);
	l->next = l->server;
	if (netif_dns(net, l->tftp_name, &server, &why))
		printf("%s\n", why.text);
	else if (!net_is_v6(server))
		l->next = (uint32_t)server;
}

int netif_dhcp(struct net *net, enum netif_want want, struct why *why)
{
	static struct dhcp d;
	const char *vci = env_get("bootp_vci"), *host = env_get("hostname");
	const uint16_t arch = want == NETIF_URL ? ARCH_ARM64_UBOOT_HTTP : ARCH_ARM64_UBOOT;
	struct dhcp_request ask = { .vendor_class = vci		       ? vci
						    : want == NETIF_URL ? VENDOR_HTTP
									: VENDOR_PXE,
				    .host = host ? host : "",
				    .arch = (uint16_t)env_get_hex("bootp_arch", arch),
				    .want_file = want != NETIF_ADDRESS };
	const uint64_t begun = netif_ms();
	char text[NET_IP_TEXT];
	int err;

	get_uuid(ask.uuid);
	shown = 0;
	net_poll(net, begun);
	dhcp_start(&d, net, &ask);
	err = netif_run(over, &d);
	dhcp_stop(&d);
	if (err)
		return netif_ended(err, why);
	if (d.state != DHCP_BOUND)
		return refuse(why, -ETIMEDOUT, "Retry time exceeded; no DHCP server answers");
	printf("DHCP client bound to address %s (%" PRIu64 " ms)\n", net_ip_text(net->ip, text),
	       netif_ms() - begun);
	if (!d.lease.next)
		look_up(net, &d.lease);
	set_variables(&d.lease);
	return 0;
}
