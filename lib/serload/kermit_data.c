/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>

#include "lib/serload/kermit_parts.h"

#define CAPAS_ATTRIBUTES 8
#define CAPAS_LONG       2

/* A field of the parameters; what the sender left out, or a blank, is the protocol's default. */
static uint8_t field(const uint8_t *params, size_t len, size_t at, uint8_t absent)
{
	return at < len && params[at] != ' ' ? params[at] : absent;
}

/* May it be a prefix? Letters stand for themselves. */
static bool is_prefix(uint8_t c)
{
	return (c > 32 && c < 63) || (c > 95 && c < 127);
}

size_t kermit_params(struct kermit *k, const uint8_t *theirs, size_t len, uint8_t ours[16])
{
	const uint8_t quote8 = field(theirs, len, 6, 'N');
	const uint8_t check = field(theirs, len, 7, '1');
	const uint8_t repeat = field(theirs, len, 8, 0);
	const unsigned int pad = KERMIT_UNCHAR(field(theirs, len, 2, ' '));
	const unsigned int eol = KERMIT_UNCHAR(field(theirs, len, 4, KERMIT_TOCHAR('\r')));

	k->pad = pad <= 94 ? (uint8_t)pad : 0;
	k->padchar = KERMIT_CTL(field(theirs, len, 3, '@'));
	k->eol = eol && eol < 32 ? (uint8_t)eol : '\r';
	k->quote = field(theirs, len, 5, '#');
	k->quote8 = is_prefix(quote8) ? quote8 : 0;
	k->repeat = is_prefix(repeat) ? repeat : 0;
	k->next_check = check >= '1' && check <= '3' ? check - '0' : 1;
	ours[0] = KERMIT_TOCHAR(94);
	ours[1] = KERMIT_TOCHAR(5); /* seconds until the sender asks what became of a packet */
	ours[2] = KERMIT_TOCHAR(0);
	ours[3] = KERMIT_CTL(0);
	ours[4] = KERMIT_TOCHAR('\r');
	ours[5] = '#';
	ours[6] = k->quote8 ? k->quote8 : 'N';
	ours[7] = (uint8_t)('0' + k->next_check);
	ours[8] = k->repeat ? k->repeat : ' ';
	ours[9] = KERMIT_TOCHAR(CAPAS_ATTRIBUTES | CAPAS_LONG);
	ours[10] = KERMIT_TOCHAR(0); /* no windows */
	ours[11] = KERMIT_TOCHAR((KERMIT_PACKET - 10) / 95);
	ours[12] = KERMIT_TOCHAR((KERMIT_PACKET - 10) % 95);
	return 13;
}

/* Return: bytes of @data that make one character; 0: they do not */
static size_t character(const struct kermit *k, const uint8_t *data, size_t len, uint8_t *out)
{
	size_t i = 0;
	uint8_t high = 0, c;

	if (k->quote8 && i < len && data[i] == k->quote8) {
		high = 0x80;
		i++;
	}
	if (i == len)
		return 0;
	c = data[i++];
	if (c == k->quote) {
		if (i == len)
			return 0;
		c = data[i++];
		if ((c & 0x7f) >= 63 && (c & 0x7f) <= 95)
			c = KERMIT_CTL(c);
	}
	*out = c | high;
	return i;
}

int kermit_decode(struct kermit *k, const uint8_t *data, size_t len,
		  int (*put)(struct kermit *k, const uint8_t *bytes, size_t count))
{
	unsigned int times;
	size_t used;
	uint8_t c;
	int err = 0;

	k->out_count = 0;
	while (len) {
		times = 1;
		if (k->repeat && *data == k->repeat) {
			times = len > 1 ? KERMIT_UNCHAR(data[1]) : ~0U;
			if (times > 94)
				return -EPROTO;
			data += 2;
			len -= 2;
		}
		used = character(k, data, len, &c);
		if (!used)
			return -EPROTO;
		data += used;
		len -= used;
		if (times > sizeof(k->out) - k->out_count) {
			err = put(k, k->out, k->out_count);
			k->out_count = 0;
		}
		if (err)
			return err;
		memset(k->out + k->out_count, c, times);
		k->out_count += times;
	}
	return k->out_count ? put(k, k->out, k->out_count) : 0;
}
