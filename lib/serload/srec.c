/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/serload/srec.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

#include "lib/base/num.h"

#define WAIT_MS    10000
#define WAITED_MAX 6 /* a minute for the first record */

void srec_start(struct srec *s, const struct serload_host *host, uint64_t offset)
{
	*s = (struct srec){ .base = { .host = host, .wait_ms = WAIT_MS },
			    .line = 1,
			    .offset = offset };
}

/* Bytes of the address (of the count, in S5 and S6), by type; 0: there is no such record. */
static unsigned int address_bytes(unsigned int type)
{
	static const uint8_t bytes[] = { 2, 2, 3, 4, 0, 2, 3, 4, 3, 2 };

	return bytes[type];
}

static int take_count(struct srec *s, uint64_t count)
{
	/* A count that is too short for a long file wraps. */
	const uint64_t mask = s->record[0] == 5 ? 0xffff : 0xffffff;

	if ((s->records & mask) == count)
		return 0;
	return refuse(&s->base.why, -EBADMSG,
		      "line %u counts %" PRIu64 " records, %" PRIu64 " came", s->line, count,
		      s->records & mask);
}

static int take(struct srec *s)
{
	const struct serload_host *host = s->base.host;
	const unsigned int type = s->record[0], width = address_bytes(type);
	const size_t size = s->record[1] - width - 1;
	uint64_t value = 0;
	unsigned int i;
	int err;

	for (i = 0; i < width; i++)
		value = value << 8 | s->record[2 + i];
	if (type >= 7) {
		s->entry = value + s->offset;
		s->last = true;
		return 0;
	}
	if (type >= 5)
		return take_count(s, value);
	if (type == 0)
		return 0;
	s->records++;
	if (!size)
		return 0;
	err = host->data(host->ctx, value + s->offset, s->record + 2 + width, size, &s->base.why);
	s->bytes += err ? 0 : size;
	return err;
}

/* The line is complete: is it a record? */
static int end_line(struct srec *s)
{
	const unsigned int type = s->record[0], count = s->record[1];
	const unsigned int line = s->line, width = address_bytes(type);
	uint8_t sum = 0;
	unsigned int i;

	if (s->digits < 3 || s->digits != 3 + 2 * count)
		return refuse(&s->base.why, -EPROTO,
			      "line %u has %u hexadecimal digits, not the %u that it says", line,
			      s->digits, s->digits < 3 ? 3 : 3 + 2 * count);
	for (i = 0; i <= count; i++)
		sum += s->record[i + 1];
	if (sum != 0xff)
		return refuse(&s->base.why, -EBADMSG, "line %u has a wrong sum", line);
	if (!width || count <= width)
		return refuse(&s->base.why, -EPROTO, "line %u is no S%u record", line, type);
	return take(s);
}

static int new_line(struct srec *s)
{
	int err = s->began ? end_line(s) : 0;

	s->line++;
	s->began = false;
	s->digits = 0;
	return err;
}

/* A digit, behind the S: of the type, then two for a byte. */
static int digit(struct srec *s, int c)
{
	const int value = num_digit((char)c, 16);
	const unsigned int at = (s->digits + 1) / 2;

	if (value < 0 || (!s->digits && value > 9) || at >= sizeof(s->record))
		return refuse(&s->base.why, -EPROTO, "line %u has a character 0x%02x at column %u",
			      s->line, c, s->digits + 2);
	if (s->digits++ % 2)
		s->record[at] = (uint8_t)(value << 4);
	else
		s->record[at] = (uint8_t)(s->digits == 1 ? value : s->record[at] | value);
	return 0;
}

static int quiet(struct srec *s)
{
	if (s->ctrl_c)
		return refuse(&s->base.why, -EINTR, "Ctrl-C");
	if (s->line == 1 && !s->began && ++s->waited < WAITED_MAX)
		return 0;
	return refuse(&s->base.why, -ETIMEDOUT, "nothing came for %u seconds, in line %u",
		      s->waited ? WAITED_MAX * WAIT_MS / 1000 : WAIT_MS / 1000, s->line);
}

/* Return: 1: the byte was the LF behind a CR, or another that is no part of a record */
static bool is_blank(struct srec *s, int c)
{
	if (c == '\n' && s->was_cr) {
		s->crlf = true;
		return true;
	}
	return !s->began && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

int srec_step(struct srec *s, int c)
{
	int err = 0;

	if (c == SERLOAD_QUIET)
		return s->last ? SERLOAD_DONE : quiet(s);
	s->ctrl_c = c == SERLOAD_CTRL_C;
	s->base.wait_ms = s->ctrl_c ? SERLOAD_LONE_MS : WAIT_MS;
	if (s->ctrl_c)
		return 0;
	if (s->last) /* behind the last line's CR: the LF that it had */
		return SERLOAD_DONE;
	if (is_blank(s, c)) {
		s->line += (c == '\n' || c == '\r') && !s->was_cr;
	} else if (c == '\r' || c == '\n') {
		err = new_line(s);
	} else if (!s->began) {
		s->began = c == 'S';
		if (!s->began)
			err = refuse(&s->base.why, -EPROTO,
				     "line %u is no S-record: it begins 0x%02x", s->line, c);
	} else {
		err = digit(s, c);
	}
	s->was_cr = c == '\r';
	if (err || !s->last)
		return err;
	s->base.wait_ms = SERLOAD_LONE_MS;
	return s->was_cr && s->crlf ? 0 : SERLOAD_DONE;
}
