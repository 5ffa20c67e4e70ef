/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "lib/base/crc16.h"
#include "lib/base/span.h"
#include "lib/serload/kermit_parts.h"

#define SOP       1 /* Ctrl-A */
#define SHORT_MAX 94
#define TAKEN_MAX 95 /* C-Kermit's own are that long when they are asked to be 94 */
#define LONG_HEAD 6  /* LEN SEQ TYPE LENX1 LENX2 HCHECK */

static unsigned int sum_of(const uint8_t *bytes, size_t count)
{
	unsigned int sum = 0;

	while (count--)
		sum += *bytes++;
	return sum;
}

static uint8_t check1(const uint8_t *bytes, size_t count)
{
	const unsigned int sum = sum_of(bytes, count);

	return KERMIT_TOCHAR((sum + (sum >> 6 & 3)) & 63);
}

/* As characters: 1, 2 or 3 of them. */
static void make_check(unsigned int kind, const uint8_t *bytes, size_t count, uint8_t out[3])
{
	const unsigned int value = kind == 3 ? crc16_kermit(0, bytes, count) : sum_of(bytes, count);

	if (kind == 1) {
		out[0] = check1(bytes, count);
		return;
	}
	if (kind == 3)
		*out++ = KERMIT_TOCHAR(value >> 12 & 15);
	out[0] = KERMIT_TOCHAR(value >> 6 & 63);
	out[1] = KERMIT_TOCHAR(value & 63);
}

/* Those that open a conversation come by the simplest check, whatever was agreed before. */
static unsigned int check_of(const struct kermit *k, uint8_t type)
{
	return type == 'S' || type == 'I' ? 1 : k->check;
}

int kermit_want(const struct kermit *k)
{
	const uint8_t *p = k->packet;
	unsigned int len;

	if (!k->count)
		return 0;
	len = KERMIT_UNCHAR(p[0]);
	if (len > TAKEN_MAX || len == 1 || len == 2)
		return -1;
	if (len)
		return (int)len + 1;
	if (k->count < LONG_HEAD)
		return 0;
	if (KERMIT_UNCHAR(p[3]) > SHORT_MAX || KERMIT_UNCHAR(p[4]) > SHORT_MAX ||
	    p[5] != check1(p, LONG_HEAD - 1))
		return -1;
	len = LONG_HEAD + KERMIT_UNCHAR(p[3]) * 95 + KERMIT_UNCHAR(p[4]);
	return len <= sizeof(k->packet) ? (int)len : -1;
}

bool kermit_packet_check(struct kermit *k, struct kermit_packet *p)
{
	const size_t head = k->packet[0] == ' ' ? LONG_HEAD : 3;
	const unsigned int kind = check_of(k, k->packet[2]);
	uint8_t check[3];

	if (!span_fits(k->count, head, kind) || KERMIT_UNCHAR(k->packet[1]) > 63)
		return false;
	make_check(kind, k->packet, k->count - kind, check);
	if (memcmp(check, k->packet + k->count - kind, kind))
		return false;
	*p = (struct kermit_packet){ .seq = (uint8_t)KERMIT_UNCHAR(k->packet[1]),
				     .type = k->packet[2],
				     .data = k->packet + head,
				     .len = k->count - kind - head };
	return true;
}

void kermit_reply(struct kermit *k, char type, uint8_t seq, const void *data, size_t len)
{
	uint8_t packet[1 + SHORT_MAX + 2], pad[SHORT_MAX];
	const unsigned int kind = k->check;

	len = MIN(len, (size_t)SHORT_MAX - 2 - kind);
	packet[0] = SOP;
	packet[1] = KERMIT_TOCHAR(len + 2 + kind);
	packet[2] = KERMIT_TOCHAR(seq);
	packet[3] = (uint8_t)type;
	memcpy(packet + 4, data, len);
	make_check(kind, packet + 1, len + 3, packet + 4 + len);
	len += 4 + kind;
	packet[len++] = k->eol;
	memset(pad, k->padchar, sizeof(pad));
	if (k->pad)
		k->base.host->send(k->base.host->ctx, pad, k->pad);
	k->base.host->send(k->base.host->ctx, packet, len);
	if (type == 'Y' && len <= sizeof(k->answer)) {
		memcpy(k->answer, packet, len);
		k->answer_len = (unsigned int)len;
	}
}
