/* SPDX-License-Identifier: BSD-2-Clause */
/* wget: a file from an HTTP server. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "common/shell/cmd.h"

#define WORDS 5 /* without those of TLS */

static int get(paddr_t at, struct http_url *url, const struct netif_digest *wanted, struct why *why)
{
	struct net *net;
	int err = netif_begin(&net, why);

	if (err)
		return err;
	err = netif_http(net, url, at, wanted, why);
	netif_end();
	return err;
}

/* -k and -c; returns how many words are left. */
static int take_tls(int argc, char *const argv[], char *words[WORDS])
{
	const char *ca = NULL;
	bool any = false;
	int left = 0;

	for (int i = 0; i < argc && left < WORDS; i++) {
		if (!strcmp(argv[i], "-k"))
			any = true;
		else if (!strcmp(argv[i], "-c") && i + 1 < argc)
			ca = argv[++i];
		else
			words[left++] = argv[i];
	}
	netif_tls_choose(ca, any);
	return left;
}

static int do_get(int argc, char *const argv[])
{
	paddr_t at = env_get_hex("loadaddr", 0);
	struct netif_digest wanted = { 0 };
	struct why why = { "" };
	static struct http_url url;
	int err = 0, i = 1;

	if (argc == 2 && !strcmp(argv[1], "-s"))
		return CMD_USAGE;
	if (argc > 2 && !strcmp(argv[1], "-s")) {
		err = netif_digest_parse(&wanted, argv[2], "-s", &why);
		i = 3;
	} else {
		err = netif_digest_variable(&wanted, &why);
	}
	if (argc - i < 1 || argc - i > 2)
		return err ? err : CMD_USAGE;
	if (!err && argc - i == 2 && cmd_number(argv[i++], "address", &at))
		return -EINVAL;
	if (!err)
		err = netif_url(argv[i], &url, &why);
	if (!err)
		err = get(at, &url, &wanted, &why);
	if (err && why.text[0])
		printf("%s\n", why.text);
	return err;
}

static int do_wget(int argc, char *const argv[])
{
	char *words[WORDS];
	int err;

	if (!IS_ENABLED(CONFIG_TLS))
		return do_get(argc, argv);
	err = do_get(take_tls(argc, argv, words), words);
	netif_tls_choose(NULL, false);
	return err;
}

#define USAGE                                                                   \
	"	- url, http://host[:port]/path or [host:]path, to address (default\n" \
	"	  ${loadaddr}). Goes on where a connection broke. -s, ${netdigest}: refuse another file.\n"

TABLE_ENTRY(cmd_table, struct cmd, cmd_wget) = {
	.name = "wget",
	.max_args = IS_ENABLED(CONFIG_TLS) ? WORDS + 3 : WORDS,
	.run = do_wget,
	.brief = "boot image via network using HTTP protocol",
	.usage =
		IS_ENABLED(CONFIG_TLS)
			? "[-s sha256=digest] [-c address:size | -k] [address] url\n" USAGE
			  "	  https: -c, ${tlsca}: CAs' certificates in memory; -k: whoever answers will do.\n"
			  "	  Sets fileaddr and filesize"
			: "[-s sha256=digest] [address] url\n" USAGE
			  "	  Sets fileaddr and filesize",
};
