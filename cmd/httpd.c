/* SPDX-License-Identifier: BSD-2-Clause */
/* httpd: a page where a browser uploads a kernel or an environment, and boots. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/boot/targets.h"
#include "common/net/net.h"
#include "common/shell/cmd.h"
#include "common/shell/shell.h"
#include "lib/base/num.h"

#define PORT 80

/* Not on the stack: what is imported or saved is a command's. */
static struct why why;

static void grant(const struct netif_wish *wish)
{
	char line[48];
	int status;

	if (wish->what == NETIF_WISH_ENV)
		snprintf(line, sizeof(line), "env import -t %" PRIx64 " %" PRIx64, wish->at,
			 wish->size);
	else
		strcpy(line, "saveenv");
	status = shell_run(line);
	refuse(&why, 0, "'%s' failed: its console says why", line);
	netif_httpd_answer(!status, why.text);
}

static int serve(uint16_t port)
{
	struct netif_wish wish;
	struct net *net;
	int err = netif_begin(&net, &why);

	if (err)
		return err;
	err = netif_httpd_begin(net, port, &why);
	if (!err) {
		while (!(err = netif_httpd_next(&wish)) && wish.what != NETIF_WISH_BOOT)
			grant(&wish);
		netif_httpd_end();
		if (err)
			(void)netif_ended(err, &why);
	}
	netif_end();
	return err;
}

static int do_httpd(int argc, char *const argv[])
{
	uint64_t port = PORT;
	int err;

	if (argc > 1 && (num_parse(argv[1], 10, &port) || !port || port > UINT16_MAX)) {
		printf("httpd: '%.20s': a port is 1 to 65535\n", argv[1]);
		return -EINVAL;
	}
	err = serve((uint16_t)port);
	if (!err) {
		why.text[0] = '\0';
		err = bootsrc_one("ram", &why);
	}
	if (err == -ENOENT && !why.text[0])
		refuse(&why, err, "httpd: what came is no kernel");
	if (err && why.text[0])
		printf("%s\n", why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_httpd) = {
	.name = "httpd",
	.max_args = 2,
	.run = do_httpd,
	.brief = "a page where a browser uploads a kernel and boots it",
	.usage =
		"[port]\n"
		"	- serve a page at ${ipaddr} (default port 80) until Ctrl-C or its boot button: a kernel to\n"
		"	  ${loadaddr}, variables (text) to ${scriptaddr} and into the environment",
};
