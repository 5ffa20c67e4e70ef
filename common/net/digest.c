/* SPDX-License-Identifier: BSD-2-Clause */
/* The digest that a file has to have. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "lib/base/num.h"

#define VARIABLE "netdigest"

static int add(struct netif_digest *d, const char *word, size_t size, const char *whose,
	       struct why *why)
{
	const char *hex = memchr(word, '=', size);
	char name[12] = { 0 };
	const struct hash *hash;
	size_t digits;

	if (!hex || (size_t)(hex - word) >= sizeof(name))
		return refuse(why, -EINVAL, "%s: '%.*s' is not sha256=digest", whose,
			      (int)MIN(size, (size_t)80), word);
	if (d->count == NETIF_DIGESTS)
		return refuse(why, -E2BIG, "%s: more than %u digests", whose, NETIF_DIGESTS);
	memcpy(name, word, (size_t)(hex - word));
	hex++;
	digits = size - (size_t)(hex - word);
	hash = hash_find(name);
	if (!hash)
		return refuse(why, -ENOTSUP, "%s: this Loft has no %s", whose, name);
	if (digits != hash->size * 2 || !num_hex_bytes(d->of[d->count].bytes, hex, hash->size))
		return refuse(why, -EINVAL, "%s: '%.*s' is not %u hexadecimal digits", whose,
			      (int)MIN(digits, (size_t)130), hex, hash->size * 2);
	d->of[d->count++].hash = hash;
	return 0;
}

int netif_digest_parse(struct netif_digest *d, const char *text, const char *whose, struct why *why)
{
	int err;

	d->count = 0;
	do {
		const size_t size = strcspn(text, " ");

		err = add(d, text, size, whose, why);
		text += size;
		text += strspn(text, " ");
	} while (!err && *text);
	return err;
}

int netif_digest_variable(struct netif_digest *d, struct why *why)
{
	const char *text = env_get(VARIABLE);

	d->count = 0;
	return text ? netif_digest_parse(d, text, VARIABLE, why) : 0;
}

int netif_digest_check(const struct netif_digest *d, paddr_t at, uint64_t size, struct why *why)
{
	const struct hash *hash = NULL;
	uint8_t digest[HASH_SIZE_MAX];
	union hash_state state;

	if (!d || !d->count)
		return 0;
	for (unsigned int i = 0; i < d->count; i++) {
		if (d->of[i].hash != hash) {
			hash = d->of[i].hash;
			hash->init(&state);
			hash->update(&state, (const void *)at, size);
			hash->final(&state, digest);
		}
		if (memcmp(digest, d->of[i].bytes, hash->size))
			continue;
		printf("%s OK\n", hash->name);
		return 0;
	}
	return refuse(why, -EBADMSG, "the file's %s is another than the one that is wanted",
		      hash->name);
}
