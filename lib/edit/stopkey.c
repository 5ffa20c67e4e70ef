/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/edit/stopkey.h"

#include <errno.h>
#include <string.h>

#include "lib/base/num.h"

/* All bytes are looked at, whatever the first ones are. */
static bool same(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;
	uint8_t differs = 0;

	while (len--)
		differs |= (uint8_t)(*x++ ^ *y++);
	return !differs;
}

static bool parse_digest(struct stopkey *key, const char *text)
{
	const char *colon = strrchr(text, ':');
	const char *hex = colon ? colon + 1 : text;

	if (strlen(hex) != (size_t)2 * SHA256_SIZE || !num_hex_bytes(key->digest, hex, SHA256_SIZE))
		return false;
	key->salt = text;
	key->salt_len = colon ? (size_t)(colon - text) : 0;
	return true;
}

static bool fits(const char *text)
{
	return !text || strlen(text) <= STOPKEY_MAX;
}

int stopkey_start(struct stopkey *key, const char *delay, const char *stop, const char *sha256,
		  struct why *why)
{
	int err = 0;

	*key = (struct stopkey){ .delay = fits(delay) ? delay : NULL,
				 .stop = fits(stop) ? stop : NULL };
	if (!fits(delay))
		err = refuse(why, -EINVAL, "bootdelaykey: longer than %d bytes", STOPKEY_MAX);
	if (!fits(stop))
		err = refuse(why, -EINVAL, "bootstopkey: longer than %d bytes", STOPKEY_MAX);
	key->hashed = sha256 && parse_digest(key, sha256);
	if (sha256 && !key->hashed)
		err = refuse(why, -EINVAL,
			     "bootstopkeysha256: not [salt:] and %d hexadecimal digits",
			     2 * SHA256_SIZE);
	return err;
}

static bool ends_with(const struct stopkey *key, const char *text)
{
	const size_t len = text ? strlen(text) : 0;

	return len && len <= key->len && same(key->typed + key->len - len, text, len);
}

static bool hash_matches(const struct stopkey *key)
{
	uint8_t digest[SHA256_SIZE];
	struct sha2 sha;

	if (!key->hashed || key->line > key->len)
		return false;
	sha256_init(&sha);
	sha2_update(&sha, key->salt, key->salt_len);
	sha2_update(&sha, key->typed + key->len - key->line, key->line);
	sha2_final(&sha, digest);
	return same(digest, key->digest, sizeof(digest));
}

enum stopkey_match stopkey_feed(struct stopkey *key, char c)
{
	enum stopkey_match match = STOPKEY_NONE;

	if (key->len == STOPKEY_MAX)
		memmove(key->typed, key->typed + 1, --key->len);
	key->typed[key->len++] = c;
	key->line += key->line <= STOPKEY_MAX;
	if (ends_with(key, key->delay))
		match = STOPKEY_DELAY;
	if (ends_with(key, key->stop) || hash_matches(key))
		match = STOPKEY_STOP;
	if (c == '\r' || c == '\n')
		key->line = 0;
	return match;
}
