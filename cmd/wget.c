/* SPDX-License-Identifier: BSD-2-Clause */
/* wget: a file from an HTTP server. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "common/shell/cmd.h"
#include "lib/base/num.h"
#include "lib/hash/hash.h"

/* A digest that the file has to have. */
struct wanted {
	const struct hash *hash;
	uint8_t digest[HASH_SIZE_MAX];
};

/* "sha256=..." */
static int parse_digest(const char *text, struct wanted *wanted, struct why *why)
{
	const char *hex = strchr(text, '=');
	char name[12] = { 0 };

	if (!hex || (size_t)(hex - text) >= sizeof(name))
		return refuse(why, -EINVAL, "-s: '%.80s' is not sha256=digest", text);
	memcpy(name, text, (size_t)(hex - text));
	hex++;
	wanted->hash = hash_find(name);
	if (!wanted->hash)
		return refuse(why, -ENOTSUP, "-s: this Loft has no %s", name);
	if (strlen(hex) != wanted->hash->size * 2)
		return refuse(why, -EINVAL, "-s: a %s has %u digits", name, wanted->hash->size * 2);
	for (unsigned int i = 0; i < wanted->hash->size; i++) {
		const char pair[] = { hex[2 * i], hex[2 * i + 1], '\0' };
		uint64_t byte;

		if (pair[1] == 'x' || num_parse(pair, 16, &byte))
			return refuse(why, -EINVAL, "-s: '%s' is no hexadecimal byte", pair);
		wanted->digest[i] = (uint8_t)byte;
	}
	return 0;
}

static int check(void *ctx, const void *bytes, uint64_t size, struct why *why)
{
	const struct wanted *wanted = ctx;
	uint8_t digest[HASH_SIZE_MAX];
	union hash_state state;

	wanted->hash->init(&state);
	wanted->hash->update(&state, bytes, size);
	wanted->hash->final(&state, digest);
	if (!memcmp(digest, wanted->digest, wanted->hash->size)) {
		printf("%s OK\n", wanted->hash->name);
		return 0;
	}
	return refuse(why, -EBADMSG, "the file's %s is another than the one that is wanted",
		      wanted->hash->name);
}

static int get(paddr_t at, struct http_url *url, struct wanted *wanted, struct why *why)
{
	struct net *net;
	int err = netif_begin(&net, why);

	if (err)
		return err;
	err = netif_http(net, url, at, wanted->hash ? check : NULL, wanted, why);
	netif_end();
	return err;
}

static int do_wget(int argc, char *const argv[])
{
	paddr_t at = env_get_hex("loadaddr", 0);
	struct wanted wanted = { 0 };
	struct why why = { "" };
	static struct http_url url;
	int err = 0, i = 1;

	if (argc > 2 && !strcmp(argv[1], "-s")) {
		err = parse_digest(argv[2], &wanted, &why);
		i = 3;
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

TABLE_ENTRY(cmd_table, struct cmd, cmd_wget) = {
	.name = "wget",
	.max_args = 5,
	.run = do_wget,
	.brief = "boot image via network using HTTP protocol",
	.usage =
		"[-s sha256=digest] [address] url\n"
		"	- url, http://host[:port]/path or [host:]path, to address (default\n"
		"	  ${loadaddr}). Goes on where a connection broke. -s: refuse another file.\n"
		"	  Sets fileaddr and filesize",
};
