// SPDX-License-Identifier: BSD-2-Clause
#include "lib/gdb/gdbpacket.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"

enum { IDLE, PAYLOAD, SUM_HIGH, SUM_LOW };

static enum gdb_rx_event between(struct gdb_rx *rx, char c)
{
	switch (c) {
	case '$':
		rx->state = PAYLOAD;
		rx->len = 0;
		rx->sum = 0;
		rx->too_long = false;
		return GDB_RX_MORE;
	case '+':
		return GDB_RX_ACK;
	case '-':
		return GDB_RX_NAK;
	case GDB_INTERRUPT_BYTE:
		return GDB_RX_INTERRUPT;
	default:
		return GDB_RX_MORE;
	}
}

/* A '$' in the middle is a new frame: the end of the last one was lost. */
static enum gdb_rx_event inside(struct gdb_rx *rx, char c)
{
	if (c == '$')
		return between(rx, c);
	if (c == '#') {
		rx->buf[rx->len] = '\0';
		rx->state = SUM_HIGH;
		return GDB_RX_MORE;
	}
	rx->sum += (uint8_t)c;
	if (rx->len < rx->size - 1)
		rx->buf[rx->len++] = c;
	else
		rx->too_long = true;
	return GDB_RX_MORE;
}

enum gdb_rx_event gdb_rx_feed(struct gdb_rx *rx, char c)
{
	const int value = num_digit(c, 16);

	switch (rx->state) {
	case IDLE:
		return between(rx, c);
	case PAYLOAD:
		return inside(rx, c);
	case SUM_HIGH:
		rx->want = (uint8_t)(value * 16);
		rx->state = value < 0 ? IDLE : SUM_LOW;
		return value < 0 ? GDB_RX_BAD : GDB_RX_MORE;
	default:
		rx->state = IDLE;
		if (value < 0 || (rx->want | value) != rx->sum || rx->too_long)
			return GDB_RX_BAD;
		return GDB_RX_PACKET;
	}
}

uint8_t gdb_checksum(const char *payload, size_t len)
{
	uint8_t sum = 0;

	while (len--)
		sum += (uint8_t)*payload++;
	return sum;
}

char *gdb_hex_put(char *out, const void *bytes, size_t len)
{
	const uint8_t *b = bytes;

	for (; len; len--, b++) {
		*out++ = "0123456789abcdef"[*b >> 4];
		*out++ = "0123456789abcdef"[*b & 0xf];
	}
	*out = '\0';
	return out;
}

bool gdb_number(const char **at, uint64_t *out)
{
	const char *s = *at;
	uint64_t value = 0;

	if (num_digit(*s, 16) < 0)
		return false;
	for (; num_digit(*s, 16) >= 0; s++) {
		if (value >> 60)
			return false;
		value = value << 4 | (uint64_t)num_digit(*s, 16);
	}
	*at = s;
	*out = value;
	return true;
}

size_t gdb_unescape(char *bytes, size_t len)
{
	size_t to = 0;

	for (size_t from = 0; from < len; from++) {
		if (bytes[from] == '}' && from < len - 1)
			bytes[to++] = bytes[++from] ^ 0x20;
		else
			bytes[to++] = bytes[from];
	}
	return to;
}

/* One character that must stand there. */
static bool skip(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static bool parse_range(const char **at, struct gdb_command *c)
{
	return gdb_number(at, &c->address) && skip(at, ',') && gdb_number(at, &c->length);
}

static bool parse_memory(const char *at, char *end, struct gdb_command *c)
{
	bool binary = c->op == GDB_WRITE_BINARY;

	if (!parse_range(&at, c))
		return false;
	if (c->op == GDB_READ)
		return !*at;
	if (!skip(&at, ':'))
		return false;
	c->data = at;
	c->data_len = (size_t)(end - at);
	if (binary) {
		c->data_len = gdb_unescape((char *)(uintptr_t)at, c->data_len);
		return c->data_len == c->length;
	}
	return c->data_len % 2 == 0 && c->data_len / 2 == c->length;
}

static bool parse_point(const char *at, struct gdb_command *c)
{
	return gdb_number(&at, &c->number) && skip(&at, ',') && parse_range(&at, c) &&
	       (!*at || *at == ';');
}

static bool parse_register(const char *at, char *end, struct gdb_command *c)
{
	if (!gdb_number(&at, &c->number))
		return false;
	if (c->op == GDB_READ_REG)
		return !*at;
	if (!skip(&at, '='))
		return false;
	c->data = at;
	c->data_len = (size_t)(end - at);
	return c->data_len % 2 == 0;
}

/* c[address], s[address], Csig[;address], Ssig[;address] */
static bool parse_resume(const char *at, bool signal, struct gdb_command *c)
{
	if (signal && !gdb_number(&at, &c->number))
		return false;
	if (!*at)
		return true;
	if (signal && !skip(&at, ';'))
		return false;
	c->has_address = true;
	return gdb_number(&at, &c->address) && !*at;
}

/* vCont;action[:thread]...: there is one thread, so the first action is its. */
static void parse_vcont(const char *at, struct gdb_command *c)
{
	c->op = *at == 'c' || *at == 'C'   ? GDB_GO
		: *at == 's' || *at == 'S' ? GDB_STEP_ONE
					   : GDB_MALFORMED;
	if (*at != 'C' && *at != 'S')
		return;
	at++;
	if (!gdb_number(&at, &c->number) || (*at && *at != ':' && *at != ';'))
		c->op = GDB_MALFORMED;
}

#define TARGET_XML "qXfer:features:read:target.xml:"

/* Packets that are a word; those with a rest are told by their beginning. */
static const struct {
	const char *word;
	enum gdb_op op;
	bool prefix;
} words[] = {
	{ "qSupported", GDB_SUPPORTED, true },
	{ "QStartNoAckMode", GDB_NO_ACK, false },
	{ TARGET_XML, GDB_XFER_TARGET, true },
	{ "vCont?", GDB_VCONT, false },
	{ "vCont;", GDB_GO, true },
	{ "qAttached", GDB_ATTACHED, true },
	{ "qC", GDB_THREAD, false },
	{ "qfThreadInfo", GDB_FIRST_THREAD, false },
	{ "qsThreadInfo", GDB_NEXT_THREAD, false },
	{ "vKill", GDB_KILL, true },
};

static void parse_word(const char *payload, struct gdb_command *c)
{
	for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i].word);
		const char *rest = payload + n;

		if (strncmp(payload, words[i].word, n) || (!words[i].prefix && *rest))
			continue;
		c->op = words[i].op;
		if (c->op == GDB_GO)
			parse_vcont(rest, c);
		else if (c->op == GDB_XFER_TARGET && (!parse_range(&rest, c) || *rest))
			c->op = GDB_MALFORMED;
		return;
	}
}

static const struct {
	char letter;
	enum gdb_op op;
} letters[] = {
	{ '?', GDB_WHY },	{ 'g', GDB_READ_REGS }, { 'G', GDB_WRITE_REGS },
	{ 'p', GDB_READ_REG },	{ 'P', GDB_WRITE_REG }, { 'm', GDB_READ },
	{ 'M', GDB_WRITE },	{ 'X', GDB_WRITE_BINARY }, { 'Z', GDB_INSERT },
	{ 'z', GDB_REMOVE },	{ 'c', GDB_GO },	{ 'C', GDB_GO },
	{ 's', GDB_STEP_ONE },	{ 'S', GDB_STEP_ONE },	{ 'D', GDB_DETACH },
	{ 'k', GDB_KILL },	{ 'H', GDB_FINE },	{ 'T', GDB_FINE },
};

void gdb_parse(char *payload, size_t len, struct gdb_command *c)
{
	const char *rest = payload + 1;
	char *end = payload + len;
	bool ok = true;

	*c = (struct gdb_command){ .op = GDB_UNKNOWN };
	for (unsigned i = 0; i < ARRAY_SIZE(letters) && len; i++) {
		if (letters[i].letter == payload[0])
			c->op = letters[i].op;
	}
	switch (c->op) {
	case GDB_UNKNOWN:
		parse_word(payload, c);
		return;
	case GDB_WRITE_REGS:
		c->data = rest;
		c->data_len = len - 1;
		break;
	case GDB_READ_REG:
	case GDB_WRITE_REG:
		ok = parse_register(rest, end, c);
		break;
	case GDB_READ:
	case GDB_WRITE:
	case GDB_WRITE_BINARY:
		ok = parse_memory(rest, end, c);
		break;
	case GDB_INSERT:
	case GDB_REMOVE:
		ok = parse_point(rest, c);
		break;
	case GDB_GO:
	case GDB_STEP_ONE:
		ok = parse_resume(rest, payload[0] == 'C' || payload[0] == 'S', c);
		break;
	default:
		break;
	}
	if (!ok)
		c->op = GDB_MALFORMED;
}

static void emit(struct gdb_window *w, const char *text)
{
	for (; *text; text++, w->seen++) {
		if (w->seen >= w->offset && w->kept < w->length)
			w->out[w->kept++] = *text;
	}
}

size_t gdb_target_xml(struct gdb_window *w)
{
	char reg[48];

	emit(w, "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
		"<target version=\"1.0\"><architecture>aarch64</architecture>"
		"<feature name=\"org.gnu.gdb.aarch64.core\">");
	for (unsigned i = 0; i < 31; i++) {
		snprintf(reg, sizeof(reg), "<reg name=\"x%u\" bitsize=\"64\"/>", i);
		emit(w, reg);
	}
	emit(w, "<reg name=\"sp\" bitsize=\"64\" type=\"data_ptr\"/>"
		"<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\"/>"
		"<reg name=\"cpsr\" bitsize=\"32\"/></feature></target>");
	return w->seen;
}
