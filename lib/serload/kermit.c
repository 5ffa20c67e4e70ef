/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/serload/kermit.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/serload/kermit_parts.h"
#include "lib/base/num.h"

#define SOP        1
#define WAIT_MS    5000
#define WAITED_MAX 12 /* a minute for the first packet */
#define BYTE_MS    1000
#define ERRORS_MAX 10 /* of one packet */

static void await(struct kermit *k, enum kermit_state state, unsigned int ms)
{
	k->state = state;
	k->base.wait_ms = ms;
	k->count = 0;
}

void kermit_start(struct kermit *k, const struct serload_host *host)
{
	*k = (struct kermit){ .base = { .host = host }, .check = 1, .eol = '\r', .quote = '#' };
	await(k, KERMIT_MARK, WAIT_MS);
}

/* The sender is told in the words of the user, and stops. */
static int stop(struct kermit *k, int err)
{
	kermit_reply(k, 'E', k->seq, k->base.why.text, strlen(k->base.why.text));
	return err;
}

static int retry(struct kermit *k)
{
	if (++k->errors > ERRORS_MAX)
		return stop(k, refuse(&k->base.why, -EIO,
				      "gave up after %u bad packets at 0x%" PRIx64 " bytes",
				      ERRORS_MAX, k->received));
	k->base.repeats++;
	kermit_reply(k, 'N', k->seq, "", 0);
	await(k, KERMIT_MARK, WAIT_MS);
	return 0;
}

/* A sender that has not begun is not asked: its user still looks at this console. */
static int silence(struct kermit *k)
{
	if (k->spoke)
		return retry(k);
	if (++k->waited >= WAITED_MAX)
		return stop(k, refuse(&k->base.why, -ETIMEDOUT, "no sender for %u seconds",
				      WAITED_MAX * WAIT_MS / 1000));
	return 0;
}

static int done(struct kermit *k, const void *data, size_t len)
{
	kermit_reply(k, 'Y', k->seq, data, len);
	k->seq = (k->seq + 1) & 63;
	k->errors = 0;
	return 0;
}

static int bad(struct kermit *k, const struct kermit_packet *p)
{
	return stop(k, refuse(&k->base.why, -EPROTO, "a packet of type 0x%02x makes no sense here",
			      p->type));
}

/* Parameters. They hold from the next packet on: the answer still has the simple check. */
static int take_init(struct kermit *k, const struct kermit_packet *p)
{
	uint8_t ours[16];
	size_t len;

	k->check = 1;
	len = kermit_params(k, p->data, p->len, ours);
	done(k, ours, len);
	if (p->type == 'I') { /* a question before the S, which starts to count anew */
		k->seq = 0;
		return 0;
	}
	k->check = k->next_check;
	k->phase = KERMIT_FILE;
	return 0;
}

static int put_name(struct kermit *k, const uint8_t *bytes, size_t count)
{
	const size_t have = strlen(k->name);
	const size_t room = sizeof(k->name) - 1 - have;

	count = MIN(count, room);
	memcpy(k->name + have, bytes, count);
	k->name[have + count] = '\0';
	return 0;
}

static int take_name(struct kermit *k, const struct kermit_packet *p)
{
	memset(k->name, 0, sizeof(k->name));
	if (kermit_decode(k, p->data, p->len, put_name))
		return stop(k, refuse(&k->base.why, -EPROTO, "the file's name is damaged"));
	k->size = SERLOAD_SIZE_UNKNOWN;
	k->received = 0;
	k->phase = KERMIT_ATTR;
	return done(k, "", 0);
}

/* Attributes: a tag, the length of its text, the text. '1' is the size in bytes. */
static int take_attributes(struct kermit *k, const struct kermit_packet *p)
{
	const uint8_t *at = p->data;
	size_t len = p->len;

	while (len >= 2) {
		const size_t size = KERMIT_UNCHAR(at[1]);
		char digits[21] = "";
		uint64_t value;

		if (size > len - 2)
			break;
		if (at[0] == '1' && size < sizeof(digits)) {
			memcpy(digits, at + 2, size);
			if (!num_parse(digits, 10, &value))
				k->size = value;
		}
		at += 2 + size;
		len -= 2 + size;
	}
	return done(k, "", 0);
}

static int open_file(struct kermit *k)
{
	const struct serload_host *host = k->base.host;
	int err = 0;

	if (k->phase == KERMIT_ATTR)
		err = host->begin(host->ctx, k->name[0] ? k->name : NULL, k->size, &k->base.why);
	k->phase = KERMIT_DATA;
	return err ? stop(k, err) : 0;
}

static int put_data(struct kermit *k, const uint8_t *bytes, size_t count)
{
	const struct serload_host *host = k->base.host;
	int err = host->data(host->ctx, k->received, bytes, count, &k->base.why);

	if (!err)
		k->received += count;
	return err;
}

static int take_data(struct kermit *k, const struct kermit_packet *p)
{
	int err = open_file(k);

	if (err)
		return err;
	k->base.why.text[0] = '\0';
	err = kermit_decode(k, p->data, p->len, put_data);
	if (err && !k->base.why.text[0])
		refuse(&k->base.why, err, "a packet ends in a prefix, at 0x%" PRIx64 " bytes",
		       k->received);
	return err ? stop(k, err) : done(k, "", 0);
}

static int take_end(struct kermit *k, const struct kermit_packet *p)
{
	const struct serload_host *host = k->base.host;
	int err;

	if (p->len && p->data[0] == 'D')
		return stop(k, refuse(&k->base.why, -ECANCELED,
				      "the sender gave up after 0x%" PRIx64 " bytes", k->received));
	err = open_file(k);
	if (!err)
		err = host->end(host->ctx, &k->base.why) ? stop(k, -EIO) : 0;
	k->phase = KERMIT_FILE;
	return err ? err : done(k, "", 0);
}

/* The sender's own words, as far as they can be shown. */
static int take_error(struct kermit *k, const struct kermit_packet *p)
{
	char text[80];
	size_t i;

	for (i = 0; i < p->len && i < sizeof(text) - 1; i++)
		text[i] = p->data[i] >= ' ' && p->data[i] < 127 ? (char)p->data[i] : '?';
	text[i] = '\0';
	return refuse(&k->base.why, -ECANCELED, "the sender gave up: %s", text);
}

/* The packet that is due. */
static int take_due(struct kermit *k, const struct kermit_packet *p)
{
	const enum kermit_phase phase = k->phase;

	if ((p->type == 'S' || p->type == 'I') && phase == KERMIT_INIT)
		return take_init(k, p);
	if (p->type == 'F' && phase == KERMIT_FILE)
		return take_name(k, p);
	if (p->type == 'A' && phase == KERMIT_ATTR)
		return take_attributes(k, p);
	if (p->type == 'D' && (phase == KERMIT_ATTR || phase == KERMIT_DATA))
		return take_data(k, p);
	if (p->type == 'Z' && (phase == KERMIT_ATTR || phase == KERMIT_DATA))
		return take_end(k, p);
	if (p->type == 'B' && phase == KERMIT_FILE) {
		k->phase = KERMIT_OVER;
		return done(k, "", 0);
	}
	return bad(k, p);
}

static int take(struct kermit *k, const struct kermit_packet *p)
{
	k->spoke = true;
	if (p->type == 'E')
		return take_error(k, p);
	if (p->seq == k->seq)
		return take_due(k, p);
	if (p->seq != ((k->seq - 1) & 63) || !k->answer_len)
		return retry(k);
	/* Once more: what we answered was lost. */
	k->base.repeats++;
	if (++k->errors > ERRORS_MAX)
		return retry(k);
	k->base.host->send(k->base.host->ctx, k->answer, k->answer_len);
	return 0;
}

static int body(struct kermit *k, int c)
{
	struct kermit_packet p;
	int rc;

	if (c == SERLOAD_QUIET)
		return retry(k);
	if (c == SOP) { /* never within a packet: the one before lost its end */
		k->count = 0;
		return 0;
	}
	k->packet[k->count++] = (uint8_t)c;
	rc = kermit_want(k);
	if (rc < 0 || (rc > 0 && (unsigned int)rc == k->count && !kermit_packet_check(k, &p))) {
		k->spoke = true;
		return retry(k);
	}
	if (!rc || (unsigned int)rc > k->count)
		return 0;
	rc = take(k, &p);
	if (!rc)
		await(k, KERMIT_MARK, k->phase == KERMIT_OVER ? SERLOAD_LONE_MS : WAIT_MS);
	return rc;
}

int kermit_step(struct kermit *k, int c)
{
	if (k->phase == KERMIT_OVER)
		return SERLOAD_DONE; /* behind the last packet the CR that each one has */
	switch (k->state) {
	case KERMIT_BODY:
		return body(k, c);
	case KERMIT_LONE:
		if (c == SERLOAD_QUIET)
			return stop(k, refuse(&k->base.why, -EINTR, "Ctrl-C"));
		if (c == SERLOAD_CTRL_C)
			return 0;
		break;
	default:
		if (c == SERLOAD_QUIET)
			return silence(k);
	}
	if (c == SOP)
		await(k, KERMIT_BODY, BYTE_MS);
	else if (c == SERLOAD_CTRL_C)
		await(k, KERMIT_LONE, SERLOAD_LONE_MS);
	else
		await(k, KERMIT_MARK,
		      k->base.wait_ms == SERLOAD_LONE_MS ? WAIT_MS : k->base.wait_ms);
	return 0;
}
