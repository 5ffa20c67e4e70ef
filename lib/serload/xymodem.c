/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/serload/xymodem.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/crc16.h"
#include "lib/base/num.h"

#define SOH        0x01 /* a block of 128 bytes */
#define STX        0x02 /* a block of 1024 */
#define EOT        0x04
#define ACK        0x06
#define BS         0x08
#define NAK        0x15
#define CAN        0x18
#define ASK_CRC    'C'

#define ASK_MS     2000
#define ASKED_MAX  30 /* a minute */
#define BLOCK_MS   3000
#define BYTE_MS    1000 /* within a block: senders behind USB and networks pause */
#define QUIET_MS   100
#define ERRORS_MAX 10 /* of one block */
#define CANS_MAX   5  /* so many at the end of what was no block: the sender gave up in it */
#define PURGE_MAX  (256 * KIB)

/* XMODEM: so often by CRC, then for senders that do not know it, and again. */
#define ASK_CRC_TIMES      10
#define ASK_CHECKSUM_TIMES 3

static void send(struct xymodem *x, uint8_t c)
{
	x->base.host->send(x->base.host->ctx, &c, 1);
}

static void await(struct xymodem *x, enum xymodem_state state, unsigned int ms)
{
	x->state = state;
	x->base.wait_ms = ms;
}

static void await_header(struct xymodem *x)
{
	x->count = 0;
	x->purged = 0;
	await(x, XYMODEM_HEADER, x->asking ? ASK_MS : BLOCK_MS);
}

/* The sender is told by more than the two that it needs, and its terminal is cleaned of them. */
static int cancel(struct xymodem *x, int err)
{
	static const uint8_t bytes[] = { CAN, CAN, CAN, CAN, CAN, CAN, CAN, CAN,
					 BS,  BS,  BS,  BS,  BS,  BS,  BS,  BS };

	x->base.host->send(x->base.host->ctx, bytes, sizeof(bytes));
	return err;
}

static int cancelled(struct xymodem *x)
{
	return refuse(&x->base.why, -ECANCELED, "the sender gave up after 0x%" PRIx64 " bytes",
		      x->received);
}

static void ask(struct xymodem *x)
{
	const unsigned int turn = x->asked++ % (ASK_CRC_TIMES + ASK_CHECKSUM_TIMES);

	x->checksum = !x->batch && turn >= ASK_CRC_TIMES;
	send(x, x->checksum ? NAK : ASK_CRC);
}

/* Ask for a file's first block (YMODEM: block 0). */
static void begin_file(struct xymodem *x)
{
	x->asking = true;
	x->asked = 0;
	x->errors = 0;
	x->ended = false;
	x->open = false;
	x->due = !x->batch;
	ask(x);
	await_header(x);
}

void xymodem_start(struct xymodem *x, const struct serload_host *host, bool batch)
{
	*x = (struct xymodem){ .base = { .host = host }, .batch = batch, .first = true };
	begin_file(x);
}

static int too_many(struct xymodem *x)
{
	return cancel(x, refuse(&x->base.why, -EIO,
				"gave up after %u bad blocks at 0x%" PRIx64 " bytes", ERRORS_MAX,
				x->received));
}

/* Something came, and it was no block. */
static int reject(struct xymodem *x)
{
	if (x->cans >= CANS_MAX)
		return cancelled(x);
	if (++x->errors > ERRORS_MAX)
		return too_many(x);
	x->base.repeats++;
	/* Until the first block is right the sender learns by each answer how to sum. */
	send(x, x->asking && !x->checksum ? ASK_CRC : NAK);
	await_header(x);
	return 0;
}

/* Nothing came. */
static int silence(struct xymodem *x)
{
	if (x->asking && x->asked >= ASKED_MAX)
		return cancel(x, refuse(&x->base.why, -ETIMEDOUT, "no sender for %u seconds",
					ASKED_MAX * ASK_MS / 1000));
	if (!x->asking && ++x->errors > ERRORS_MAX)
		return cancel(x, refuse(&x->base.why, -ETIMEDOUT,
					"no block for %u seconds at 0x%" PRIx64 " bytes",
					ERRORS_MAX * BLOCK_MS / 1000, x->received));
	/* Behind block 0, too, the sender may have missed that it shall begin. */
	if (x->asking || (x->batch && !x->received && x->due == 1 && !x->ended))
		ask(x);
	else
		send(x, NAK);
	await_header(x);
	return 0;
}

/* The number that begins a text, 0x before a hexadecimal one; unknown where there is none. */
static uint64_t size_of(const char *text)
{
	const bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	char digits[21];
	uint64_t size;
	size_t len;

	text += hex ? 2 : 0;
	len = strspn(text, hex ? "0123456789abcdefABCDEF" : "0123456789");

	if (len >= sizeof(digits))
		return SERLOAD_SIZE_UNKNOWN;
	memcpy(digits, text, len);
	digits[len] = '\0';
	return num_parse(digits, hex ? 16 : 10, &size) ? SERLOAD_SIZE_UNKNOWN : size;
}

static int open_file(struct xymodem *x, const char *name)
{
	const struct serload_host *host = x->base.host;
	int err = host->begin(host->ctx, name, x->size, &x->base.why);

	x->open = true;
	x->first = false;
	x->asking = false;
	x->received = 0;
	x->due = 1;
	return err ? cancel(x, err) : 0;
}

/* "name\0size ...\0"; an empty name ends the batch. */
static int take_block0(struct xymodem *x, char *text, size_t size)
{
	size_t len;
	int err;

	text[size - 1] = '\0';
	len = strlen(text);
	if (!len) {
		send(x, ACK);
		return SERLOAD_DONE;
	}
	x->size = size - len > 1 ? size_of(text + len + 1) : SERLOAD_SIZE_UNKNOWN;
	err = open_file(x, text);
	if (err)
		return err;
	send(x, ACK);
	x->asked = 0;
	ask(x);
	return 0;
}

static int take_data(struct xymodem *x, const uint8_t *data, size_t size)
{
	const struct serload_host *host = x->base.host;
	uint64_t left = x->size - x->received;
	int err = 0;

	size = MIN(size, left);
	if (size)
		err = host->data(host->ctx, x->received, data, size, &x->base.why);
	if (err)
		return cancel(x, err);
	x->received += size;
	x->due++;
	send(x, ACK);
	return 0;
}

static int wrong_protocol(struct xymodem *x, uint8_t number)
{
	if (x->first && x->batch && number == 1)
		return cancel(x, refuse(&x->base.why, -EPROTO,
					"the sender speaks XMODEM: loadx takes that"));
	if (x->first && !x->batch && number == 0)
		return cancel(x, refuse(&x->base.why, -EPROTO,
					"the sender speaks YMODEM: loady takes that"));
	return cancel(x, refuse(&x->base.why, -EPROTO,
				"block %u came where %u was due, at 0x%" PRIx64 " bytes", number,
				x->due, x->received));
}

/* A whole block with a right sum. */
static int take(struct xymodem *x)
{
	const uint8_t number = x->block[1];
	const size_t size = x->block[0] == SOH ? 128 : XYMODEM_BLOCK;
	int err = 0;

	x->ended = false;
	if (number == x->due) {
		x->errors = 0;
		if (x->asking && x->batch)
			return take_block0(x, (char *)x->block + 3, size);
		if (x->asking) {
			x->size = SERLOAD_SIZE_UNKNOWN;
			err = open_file(x, NULL);
		}
		return err ? err : take_data(x, x->block + 3, size);
	}
	if (!x->open || number != (uint8_t)(x->due - 1))
		return wrong_protocol(x, number);
	/* Once more: what we answered was lost. */
	x->base.repeats++;
	if (++x->errors > ERRORS_MAX)
		return too_many(x);
	send(x, ACK);
	if (x->batch && !x->received && number == 0)
		ask(x);
	return 0;
}

static bool is_right(const struct xymodem *x)
{
	const uint8_t *data = x->block + 3;
	const size_t size = x->want - 3 - (x->checksum ? 1 : 2);
	uint8_t sum = 0;
	size_t i;

	if ((x->block[1] ^ x->block[2]) != 0xff)
		return false;
	if (!x->checksum)
		return !crc16_xmodem(0, data, size + 2); /* with its own CRC it is 0 */
	for (i = 0; i < size; i++)
		sum += data[i];
	return sum == data[size];
}

static int body(struct xymodem *x, int c)
{
	int rc;

	if (c == SERLOAD_QUIET)
		return reject(x);
	x->block[x->count++] = (uint8_t)c;
	if (x->count < x->want)
		return 0;
	if (!is_right(x)) {
		await(x, XYMODEM_PURGE, QUIET_MS);
		return 0;
	}
	rc = take(x);
	await_header(x);
	return rc;
}

static int header(struct xymodem *x, int c)
{
	switch (c) {
	case SERLOAD_QUIET:
		return silence(x);
	case SOH:
	case STX:
		x->block[0] = (uint8_t)c;
		x->count = 1;
		x->want = 3 + (c == SOH ? 128 : XYMODEM_BLOCK) + (x->checksum ? 1 : 2);
		await(x, XYMODEM_BODY, BYTE_MS);
		return 0;
	case EOT:
	case CAN:
	case SERLOAD_CTRL_C:
		x->lone = (uint8_t)c;
		await(x, XYMODEM_LONE, SERLOAD_LONE_MS);
		return 0;
	default:
		await(x, XYMODEM_PURGE, QUIET_MS);
		return 0;
	}
}

/* The file ends. One EOT may be a SOH that suffered; it is asked for again. */
static int end_of_file(struct xymodem *x)
{
	const struct serload_host *host = x->base.host;
	int err;

	if (!x->open && !x->first) { /* our ACK was lost */
		send(x, ACK);
		ask(x);
		await_header(x);
		return 0;
	}
	if (!x->open)
		return reject(x);
	if (!x->ended) {
		x->ended = true;
		send(x, NAK);
		await_header(x);
		return 0;
	}
	if (x->size != SERLOAD_SIZE_UNKNOWN && x->received != x->size)
		return cancel(x, refuse(&x->base.why, -EPROTO,
					"the file ended after 0x%" PRIx64 " of 0x%" PRIx64 " bytes",
					x->received, x->size));
	err = host->end(host->ctx, &x->base.why);
	if (err)
		return cancel(x, err);
	send(x, ACK);
	if (!x->batch)
		return SERLOAD_DONE;
	begin_file(x);
	return 0;
}

static int lone(struct xymodem *x, int c)
{
	if (c == x->lone && c == CAN)
		return cancelled(x);
	if (c == x->lone && ++x->purged < PURGE_MAX)
		return 0;
	if (c != SERLOAD_QUIET) {
		await(x, XYMODEM_PURGE, QUIET_MS);
		return 0;
	}
	if (x->lone == EOT)
		return end_of_file(x);
	if (x->lone == CAN)
		return reject(x);
	return cancel(x, refuse(&x->base.why, -EINTR, "Ctrl-C"));
}

static int purge(struct xymodem *x, int c)
{
	if (c == SERLOAD_QUIET)
		return reject(x);
	if (++x->purged > PURGE_MAX)
		return cancel(x,
			      refuse(&x->base.why, -EIO, "the line is full of what is no block"));
	return 0;
}

int xymodem_step(struct xymodem *x, int c)
{
	if (c != SERLOAD_QUIET && c != BS)
		x->cans = c == CAN ? x->cans + 1 : 0;
	switch (x->state) {
	case XYMODEM_HEADER:
		return header(x, c);
	case XYMODEM_LONE:
		return lone(x, c);
	case XYMODEM_BODY:
		return body(x, c);
	default:
		return purge(x, c);
	}
}
