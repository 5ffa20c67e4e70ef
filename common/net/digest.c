/* SPDX-License-Identifier: BSD-2-Clause */
/* The digest that a file has to have. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "lib/base/num.h"

#define VARIABLE "netdigest"

int netif_digest_parse(struct netif_digest *d, const char *text, const char *whose, struct why *why)
{
	const char *hex = strchr(text, '=');
	char name[12] = { 0 };

	if (!hex || (size_t)(hex - text) >= sizeof(name))
		return refuse(why, -EINVAL, "%s: '%.80s' is not sha256=digest", whose, text);
	memcpy(name, text, (size_t)(hex - text));
	hex++;
	d->hash = hash_find(name);
	if (!d->hash)
		return refuse(why, -ENOTSUP, "%s: this Loft has no %s", whose, name);
	if (strlen(hex) != d->hash->size * 2 || !num_hex_bytes(d->bytes, hex, d->hash->size))
		return refuse(why, -EINVAL, "%s: '%.130s' is not %u hexadecimal digits", whose, hex,
			      d->hash->size * 2);
	return 0;
}

int netif_digest_variable(struct netif_digest *d, struct why *why)
{
	const char *text = env_get(VARIABLE);

	d->hash = NULL;
	return text ? netif_digest_parse(d, text, VARIABLE, why) : 0;
}

int netif_digest_check(const struct netif_digest *d, paddr_t at, uint64_t size, struct why *why)
{
	uint8_t digest[HASH_SIZE_MAX];
	union hash_state state;

	if (!d || !d->hash)
		return 0;
	d->hash->init(&state);
	d->hash->update(&state, (const void *)at, size);
	d->hash->final(&state, digest);
	if (memcmp(digest, d->bytes, d->hash->size))
		return refuse(why, -EBADMSG, "the file's %s is another than the one that is wanted",
			      d->hash->name);
	printf("%s OK\n", d->hash->name);
	return 0;
}
