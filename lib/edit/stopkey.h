/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/hash/sha256.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

#define STOPKEY_MAX 64 /* bytes of a string that stops autoboot */

/** What has been typed. */
enum stopkey_match {
	STOPKEY_NONE,
	STOPKEY_DELAY, /* bootdelaykey */
	STOPKEY_STOP   /* bootstopkey, or what bootstopkeysha256 is the digest of */
};

/**
 * struct stopkey - the strings that stop autoboot, and what was typed so far
 * @delay:  NULL or the one that lets the prompt give up again
 * @stop:   NULL or the one that does not
 * @salt:   what is hashed before what is typed
 * @hashed: @digest is one to compare with
 * @typed:  the last bytes
 * @len:    how many
 * @line:   how many of them since the line's begin; more than STOPKEY_MAX: some are lost
 */
struct stopkey {
	const char *delay;
	const char *stop;
	const char *salt;
	size_t salt_len;
	bool hashed;
	uint8_t digest[SHA256_SIZE];
	char typed[STOPKEY_MAX];
	unsigned int len;
	unsigned int line;
};

/**
 * stopkey_start() - nothing was typed yet
 * @delay, @stop: strings, or NULL
 * @sha256:       "[salt:]digest", 64 hexadecimal digits, or NULL
 * @why:          the sentence for an error
 *
 * The strings stay where they are.
 *
 * Errors: -EINVAL one of them is too long or no digest; nothing typed matches that one then.
 */
int __must_check stopkey_start(struct stopkey *key, const char *delay, const char *stop,
			       const char *sha256, struct why *why);

/**
 * stopkey_feed() - a byte was typed
 *
 * Plain strings match wherever they end. The digest is that of the salt and of all that was typed
 * since the last CR or LF, so that Enter is the way to begin anew. How long it takes does not
 * depend on how much of a string is right.
 */
enum stopkey_match stopkey_feed(struct stopkey *key, char c);
