/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp, bootp, tftpboot, tftpput, ping, dns, net: arguments into calls of common/net. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/net.h"
#include "common/env/env.h"
#include "common/net/net.h"
#include "common/shell/cmd.h"
#include "lib/base/num.h"
#include "net/addr.h"

#define FILE_SIZE DHCP_FILE_SIZE

/* What a load is told: where to, from whom, which file. */
struct load {
	paddr_t at;
	net_addr_t server;
	char file[FILE_SIZE];
};

static int complain(int err, const struct why *why)
{
	if (why->text[0])
		printf("%s\n", why->text);
	return err;
}

/* "[host:]file"; a host is an address. */
static int parse_file(const char *text, struct load *load, struct why *why)
{
	const size_t six =
		IS_ENABLED(CONFIG_IPV6) ? net_bracketed(text, strlen(text), &load->server) : 0;
	const char *colon = six ? NULL : strchr(text, ':');
	char host[NET_IP_TEXT];

	if (six)
		text += six + (text[six] == ':');
	if (colon && (size_t)(colon - text) < sizeof(host)) {
		memcpy(host, text, (size_t)(colon - text));
		host[colon - text] = '\0';
		if (!net_parse_addr(host, &load->server))
			text = colon + 1;
	}
	if (strlen(text) >= sizeof(load->file))
		return refuse(why, -EINVAL, "a file's name has at most %u characters",
			      FILE_SIZE - 1);
	strcpy(load->file, text);
	return 0;
}

/* [addr] [[host:]file]; one word is an address where it is a number. */
static int parse_load(int argc, char *const argv[], struct load *load, struct why *why)
{
	const char *file = NULL;

	*load = (struct load){ .at = env_get_hex("loadaddr", 0) };
	if (argc > 2 && cmd_number(argv[1], "loadAddress", &load->at))
		return -EINVAL;
	if (argc > 2)
		file = argv[2];
	else if (argc > 1 && num_parse(argv[1], 16, &load->at))
		file = argv[1];
	return file ? parse_file(file, load, why) : 0;
}

/* What the arguments have not, the variables do; a file without a name is called by our address. */
static int fill_load(const struct net *net, struct load *load, struct why *why)
{
	const char *file = env_get("bootfile");
	int err = 0;

	if (!load->file[0] && file)
		err = parse_file(file, load, why);
	if (!load->file[0]) {
		snprintf(load->file, sizeof(load->file), "%08" PRIX32 ".img", net->ip);
		printf("*** Warning: no boot file name; using '%s'\n", load->file);
	}
	if (!load->server)
		load->server = IS_ENABLED(CONFIG_IPV6) ? netif_server() : netif_var_ip("serverip");
	return err;
}

static int tftp(struct net *net, struct load *load, struct why *why)
{
	struct netif_digest wanted;
	int err = netif_digest_variable(&wanted, why);

	if (!err)
		err = fill_load(net, load, why);
	return err ? err : netif_tftp(net, load->server, load->file, load->at, &wanted, NULL, why);
}

static int run_load(struct load *load,
		    int (*run)(struct net *net, struct load *load, struct why *why),
		    struct why *why)
{
	struct load again;
	struct net *net;
	unsigned int ms = 0;
	int err;

	do {
		again = *load;
		err = netif_begin(&net, why);
		if (err)
			return complain(err, why);
		err = run(net, &again, why);
		netif_end();
		if (!err)
			return 0;
		(void)complain(err, why);
	} while (err != -EINTR && !netif_retry(&ms));
	return err;
}

/* U-Boot's last word for the server of IPv6. */
static bool ends_in_ipv6(int argc, char *const argv[])
{
	return IS_ENABLED(CONFIG_IPV6) && argc > 1 && !strcmp(argv[argc - 1], "-ipv6");
}

static int load_by(int argc, char *const argv[],
		   int (*run)(struct net *net, struct load *load, struct why *why), bool six)
{
	struct why why = { "" };
	struct load load;
	int err = parse_load(argc - six, argv, &load, &why);

	if (six && !load.server)
		load.server = netif_var_ip6("serverip6");
	if (six && !load.server && !err)
		err = refuse(&why, -EINVAL, "*** ERROR: `serverip6' not set");

	return err ? complain(err, &why) : run_load(&load, run, &why);
}

static int do_tftpboot(int argc, char *const argv[])
{
	return load_by(argc, argv, tftp, ends_in_ipv6(argc, argv));
}

#define LOAD_USAGE                                                                            \
	"[loadAddress] [[hostIPaddr:]bootfilename]\n"                                         \
	"	- to loadAddress (default ${loadaddr}); default file: ${bootfile}. Sets fileaddr\n" \
	"	  and filesize; dhcp with autoload=no loads nothing"
#define LOAD_USAGE6 LOAD_USAGE "; [IPv6]:file; -ipv6 at the end: ${serverip6}"

TABLE_ENTRY(cmd_table, struct cmd, cmd_tftpboot) = {
	.name = "tftpboot",
	.max_args = IS_ENABLED(CONFIG_IPV6) ? 4 : 3,
	.run = do_tftpboot,
	.brief = "load file via network using TFTP protocol",
	.usage = SELECT_IF(CONFIG_IPV6, LOAD_USAGE6, LOAD_USAGE),
};

/* autoload=no: the address alone. */
static bool autoload(void)
{
	const char *text = env_get("autoload");

	return !text || (text[0] != 'n' && text[0] != 'N' && text[0] != '0');
}

static int dhcp(struct net *net, struct load *load, struct why *why)
{
	const bool file = autoload() || load->file[0];
	int err = netif_dhcp(net, file && !load->file[0] ? NETIF_FILE : NETIF_ADDRESS, why);

	return err || !file ? err : tftp(net, load, why);
}

static int do_dhcp(int argc, char *const argv[])
{
	return load_by(argc, argv, dhcp, false);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_dhcp) = {
	.name = "dhcp",
	.max_args = 3,
	.run = do_dhcp,
	.brief = "boot image via network using DHCP/TFTP protocol",
	.usage = LOAD_USAGE,
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootp) = {
	.name = "bootp",
	.max_args = 3,
	.run = do_dhcp,
	.brief = "boot image via network using DHCP/TFTP protocol",
	.usage = LOAD_USAGE,
};

/* What the server names may be an address of HTTP. */
static int load6(struct net *net, struct load *load, struct why *why)
{
	const char *file = env_get("bootfile");
	static struct http_url url;
	struct netif_digest wanted;
	int err;

	if (!load->file[0] && !file)
		return refuse(why, -ENOENT, "the DHCPv6 server names no boot file");
	if (load->file[0] || !strstr(file, "://") || !IS_ENABLED(CONFIG_NET_HTTP)) {
		if (!load->server)
			load->server = netif_var_ip6("serverip6");
		return tftp(net, load, why);
	}
	err = netif_url(file, &url, why);
	if (!err)
		err = netif_digest_variable(&wanted, why);
	return err ? err : netif_http(net, &url, load->at, &wanted, why);
}

static int dhcp6(struct net *net, struct load *load, struct why *why)
{
	int err = netif_dhcp6(net, why);

	return err || !(autoload() || load->file[0]) ? err : load6(net, load, why);
}

static int do_dhcp6(int argc, char *const argv[])
{
	struct why why = { "" };
	struct load load;
	int err = parse_load(argc, argv, &load, &why);

	return err ? complain(err, &why) : run_load(&load, dhcp6, &why);
}

int net_dhcp6(int argc, char *const argv[])
{
	return IS_ENABLED(CONFIG_IPV6) ? do_dhcp6(argc, argv) : -ENOTSUP;
}

static int do_tftpput(int argc, char *const argv[])
{
	struct load load = { 0 };
	struct why why = { "" };
	uint64_t size;
	struct net *net;
	int err;

	if (argc < 3)
		return CMD_USAGE;
	if (cmd_number(argv[1], "Address", &load.at) || cmd_number(argv[2], "Size", &size))
		return -EINVAL;
	err = argc > 3 ? parse_file(argv[3], &load, &why) : 0;
	if (!err)
		err = netif_begin(&net, &why);
	if (err)
		return complain(err, &why);
	err = fill_load(net, &load, &why);
	if (!err)
		err = netif_tftpput(net, load.server, load.file, load.at, size, &why);
	netif_end();
	return err ? complain(err, &why) : 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_tftpput) = {
	.name = "tftpput",
	.yields = true,
	.max_args = 4,
	.run = do_tftpput,
	.brief = "TFTP put command, for uploading files to a server",
	.usage = "Address Size [[hostIPaddr:]filename]",
};

/* @six: an address of IPv6 alone. */
static int ping(int argc, char *const argv[], bool six)
{
	struct why why = { "" };
	struct net *net;
	net_addr_t to;
	int err;

	if (argc < 2)
		return CMD_USAGE;
	err = netif_begin(&net, &why);
	if (err)
		return complain(err, &why);
	if (!IS_ENABLED(CONFIG_IPV6) && !net->ip)
		err = refuse(&why, -EINVAL, "*** ERROR: `ipaddr' not set");
	if (!err)
		err = six ? netif_dns6(net, argv[1], &to, &why)
			  : netif_dns(net, argv[1], &to, &why);
	if (IS_ENABLED(CONFIG_IPV6) && !err)
		err = netif_way(net, to, &why);
	if (err) {
		netif_end();
		return complain(err, &why);
	}
	printf("Using %s device\n", netif_name());
	err = netif_ping(net, to);
	netif_end();
	if (err == -EHOSTUNREACH)
		printf(net_is_v6(to) ? "\nNobody on the wire answers for it\n"
				     : "\nARP Retry count exceeded; starting again\n");
	if (err == -EINTR)
		printf("\nAbort\n");
	if (err)
		printf("ping failed; host %s is not alive\n", argv[1]);
	else
		printf("host %s is alive\n", argv[1]);
	return err;
}

static int do_ping(int argc, char *const argv[])
{
	return ping(argc, argv, false);
}

int net_ping6(int argc, char *const argv[])
{
	return IS_ENABLED(CONFIG_IPV6) ? ping(argc, argv, true) : -ENOTSUP;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_ping) = {
	.name = "ping",
	.max_args = 2,
	.run = do_ping,
	.brief = "send ICMP ECHO_REQUEST to network host",
	.usage = "pingAddress",
};

static int do_dns(int argc, char *const argv[])
{
	struct why why = { "" };
	char text[NET_ADDR_TEXT];
	struct net *net;
	net_addr_t ip;
	int err;
	const bool six = IS_ENABLED(CONFIG_IPV6) && argc > 1 && !strcmp(argv[1], "-6");

	argc -= six;
	argv += six;
	if (argc < 2)
		return CMD_USAGE;
	err = netif_begin(&net, &why);
	if (err)
		return complain(err, &why);
	err = six ? netif_dns6(net, argv[1], &ip, &why) : netif_dns(net, argv[1], &ip, &why);
	netif_end();
	if (err)
		return complain(err, &why);
	printf("%s\n", net_addr_text(ip, text));
	if (argc > 2)
		(void)!env_set(argv[2], text);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_dns) = {
	.name = "dns",
	.max_args = IS_ENABLED(CONFIG_IPV6) ? 4 : 3,
	.run = do_dns,
	.brief = "lookup the IP of a hostname",
	.usage = SELECT_IF(CONFIG_IPV6,
			   "[-6] hostname [envvar]\n"
			   "	- print its address, or with -6 that of IPv6",
			   "hostname [envvar]"),
};

static int do_net_list(int argc, char *const argv[])
{
	const char *chosen = env_get("ethact");
	struct netdev *dev;

	(void)argc;
	(void)argv;
	for (unsigned int i = 0; (dev = netif_device(i)); i++) {
		uint8_t mac[NETDEV_MAC_SIZE];
		char text[NET_MAC_TEXT], name[8];
		const bool known = netif_mac(i, mac);

		snprintf(name, sizeof(name), "eth%u", i);
		printf("%s : %s %s%s%s\n", name, dev->name,
		       known ? net_mac_text(mac, text) : "no MAC address",
		       (chosen ? !strcmp(chosen, dev->name) || !strcmp(chosen, name) : !i)
			       ? " active"
			       : "",
		       dev->ops->link(dev) ? "" : " no link");
	}
	if (IS_ENABLED(CONFIG_IPV6))
		netif_ip6_print("       ");
	return 0;
}

static int do_net(int argc, char *const argv[])
{
	static const struct cmd subs[] = { { .name = "list", .max_args = 1, .run = do_net_list } };

	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_net) = {
	.name = "net",
	.max_args = 2,
	.run = do_net,
	.brief = "NET sub-system",
	.usage = "list - list available devices",
};
