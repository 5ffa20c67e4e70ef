/* SPDX-License-Identifier: BSD-2-Clause */
/* Any CAs, and any bytes from a server, in any pieces. */
#include <stdlib.h>
#include <string.h>

#include "net/tls.h"

static struct tls t;
static uint64_t expected;

static int take(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	(void)ctx;
	(void)bytes;
	if (at != expected)
		abort();
	expected += count;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[TLS_SEED];
	const struct tcp_host up = { NULL, take, NULL, NULL };
	struct why why;
	uint64_t at = 0;

	if (!size)
		return 0;
	memset(&t.trust, 0, offsetof(struct tls_trust, anchor));
	if (data[0] & 2)
		(void)!tls_trust_add(&t.trust, data + 1, size - 1, "fuzz", &why);
	if (t.trust.count > TLS_ANCHORS || t.trust.used > TLS_BYTES_MAX)
		abort();
	tls_init(&t, seed, 1900000000, data[0] & 1);
	expected = 0;
	if (tls_begin(&t, &up, "a.example", "GET", 3))
		abort();
	for (size_t i = 1, count; i < size; i += count) {
		count = MIN(size - i, (size_t)1 + data[i]);
		if (data[0] & 4 && tls_early(&t, at, data + i, count)) {
			if (tls_data(&t, at, NULL, count))
				break;
		} else if (tls_data(&t, at, data + i, count)) {
			break;
		}
		at += count;
	}
	if (t.out_size > TLS_OUT_MAX)
		abort();
	return 0;
}
