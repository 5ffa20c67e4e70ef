// SPDX-License-Identifier: BSD-2-Clause
#include "common/gdb/server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"

#define REG_SP	 31
#define REG_PC	 32
#define REG_CPSR 33
#define REG_COUNT 34
#define REGS_BYTES (33 * 8 + 4)
#define ACK_TRIES 1000 /* bytes that are no acknowledgement, before an answer counts as taken */

/* One stop: the session, and buffers that only this stop needs. */
struct stop {
	struct gdb_session *session;
	struct fault_frame *regs;
	const struct gdb_stop *why;
	struct gdb_rx rx;
	char in[GDB_PACKET_SIZE + 1];
	char out[GDB_PACKET_SIZE + 1];
};

static void put_frame(const struct gdb_ops *ops, const char *payload)
{
	char tail[4];
	uint8_t sum = gdb_checksum(payload, strlen(payload));

	ops->put('$');
	while (*payload)
		ops->put(*payload++);
	tail[0] = '#';
	gdb_hex_put(tail + 1, &sum, 1);
	for (unsigned i = 0; i < 3; i++)
		ops->put(tail[i]);
}

/* Until it is acknowledged; a NAK has it sent again. */
static void send(struct gdb_session *s, const char *payload)
{
	put_frame(s->ops, payload);
	if (s->no_ack)
		return;
	for (unsigned tries = 0; tries < ACK_TRIES; tries++) {
		char c = s->ops->get();

		if (c == '+')
			return;
		if (c == '-')
			put_frame(s->ops, payload);
	}
}

void gdb_console(struct gdb_session *s, const char *text, size_t len)
{
	char payload[2 + 2 * GDB_CONSOLE_MAX] = "O";

	gdb_hex_put(payload + 1, text, MIN(len, (size_t)GDB_CONSOLE_MAX));
	send(s, payload);
}

void gdb_exited(struct gdb_session *s, unsigned signal)
{
	char payload[4];

	snprintf(payload, sizeof(payload), "X%02x", signal);
	send(s, payload);
}

/* The register's bytes, or NULL for none of ours; all are little-endian, as gdb wants them. */
static void *reg_at(struct fault_frame *f, uint64_t number, size_t *size)
{
	*size = number == REG_CPSR ? 4 : 8;
	if (number < REG_SP)
		return &f->x[number];
	switch (number) {
	case REG_SP:
		return &f->sp;
	case REG_PC:
		return &f->elr;
	case REG_CPSR:
		return &f->spsr;
	default:
		return NULL;
	}
}

static void read_regs(struct stop *s)
{
	char *out = s->out;

	for (unsigned i = 0; i < REG_COUNT; i++) {
		size_t size;
		void *reg = reg_at(s->regs, i, &size);

		out = gdb_hex_put(out, reg, size);
	}
}

static const char *write_regs(struct stop *s, const struct gdb_command *c)
{
	uint8_t bytes[REGS_BYTES], *from = bytes;

	if (c->data_len != 2 * sizeof(bytes) || !num_hex_bytes(bytes, c->data, sizeof(bytes)))
		return "E16";
	for (unsigned i = 0; i < REG_COUNT; i++) {
		size_t size;
		void *reg = reg_at(s->regs, i, &size);

		memcpy(reg, from, size);
		from += size;
	}
	return "OK";
}

static const char *read_reg(struct stop *s, const struct gdb_command *c)
{
	size_t size;
	void *reg = reg_at(s->regs, c->number, &size);

	if (!reg)
		return "E16";
	gdb_hex_put(s->out, reg, size);
	return s->out;
}

static const char *write_reg(struct stop *s, const struct gdb_command *c)
{
	size_t size;
	void *reg = reg_at(s->regs, c->number, &size);
	uint8_t bytes[8];

	if (!reg || c->data_len != 2 * size || !num_hex_bytes(bytes, c->data, size))
		return "E16";
	memcpy(reg, bytes, size);
	return "OK";
}

/* gdb takes less than it asked for as the part that can be read. */
static const char *read_memory(struct stop *s, const struct gdb_command *c)
{
	uint8_t bytes[128];
	size_t left = MIN(c->length, (uint64_t)GDB_PACKET_SIZE / 2);
	uint64_t at = c->address;
	char *out = s->out;

	*out = '\0';
	while (left) {
		size_t n = MIN(left, sizeof(bytes) - at % sizeof(bytes));

		while (n && s->session->ops->read(at, bytes, n))
			n /= 2; /* up to the first byte that is not there */
		if (!n)
			break;
		out = gdb_hex_put(out, bytes, n);
		at += n;
		left -= n;
	}
	return out == s->out && c->length ? "E14" : s->out;
}

static const char *write_memory(struct stop *s, const struct gdb_command *c)
{
	/* In place: the payload is not needed any more, and bytes are shorter than their hex. */
	uint8_t *bytes = (uint8_t *)(uintptr_t)c->data;

	if (c->op == GDB_WRITE && !num_hex_bytes(bytes, c->data, c->length))
		return "E16";
	return c->length && s->session->ops->write(c->address, bytes, c->length) ? "E14" : "OK";
}

static const char *set_point(struct stop *s, const struct gdb_command *c)
{
	int rc;

	if (c->number > 4)
		return "";
	rc = s->session->ops->point(c->op == GDB_INSERT, (unsigned)c->number, c->address,
				    c->length);
	return !rc ? "OK" : rc == -ENOTSUP ? "" : rc == -ENOSPC ? "E1c" : "E0e";
}

static const char *read_target(struct stop *s, const struct gdb_command *c)
{
	struct gdb_window w = { .out = s->out + 1,
				.offset = c->address,
				.length = MIN(c->length, (uint64_t)GDB_PACKET_SIZE - 1) };
	size_t all = gdb_target_xml(&w);

	s->out[0] = w.offset >= all || w.offset + w.kept == all ? 'l' : 'm';
	s->out[1 + w.kept] = '\0';
	return s->out;
}

static const char *stop_reply(struct stop *s)
{
	if (s->why->watch)
		snprintf(s->out, sizeof(s->out), "T%02xwatch:%llx;", s->why->signal,
			 (unsigned long long)s->why->watch);
	else
		snprintf(s->out, sizeof(s->out), "S%02x", s->why->signal);
	return s->out;
}

static const char *answer(struct stop *s, const struct gdb_command *c)
{
	switch (c->op) {
	case GDB_MALFORMED:
		return "E16";
	case GDB_WHY:
		return stop_reply(s);
	case GDB_READ_REGS:
		read_regs(s);
		return s->out;
	case GDB_WRITE_REGS:
		return write_regs(s, c);
	case GDB_READ_REG:
		return read_reg(s, c);
	case GDB_WRITE_REG:
		return write_reg(s, c);
	case GDB_READ:
		return read_memory(s, c);
	case GDB_WRITE:
	case GDB_WRITE_BINARY:
		return write_memory(s, c);
	case GDB_INSERT:
	case GDB_REMOVE:
		return set_point(s, c);
	case GDB_SUPPORTED:
		snprintf(s->out, sizeof(s->out),
			 "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+", GDB_PACKET_SIZE);
		return s->out;
	case GDB_XFER_TARGET:
		return read_target(s, c);
	case GDB_VCONT:
		return "vCont;c;C;s;S";
	case GDB_ATTACHED:
		return "1"; /* so that gdb detaches when it quits */
	case GDB_THREAD:
		return "QC1";
	case GDB_FIRST_THREAD:
		return "m1";
	case GDB_NEXT_THREAD:
		return "l";
	case GDB_NO_ACK:
	case GDB_FINE:
	case GDB_DETACH:
	case GDB_KILL:
		return "OK";
	default:
		return "";
	}
}

/* Does this end the stop?  A `k` gets no answer. */
static bool ends(struct stop *s, const struct gdb_command *c, enum gdb_resume *how)
{
	switch (c->op) {
	case GDB_GO:
	case GDB_STEP_ONE:
		if (c->has_address)
			s->regs->elr = c->address;
		*how = c->op == GDB_GO ? GDB_CONTINUE : GDB_STEP;
		return true;
	case GDB_DETACH:
	case GDB_KILL:
		if (s->in[0] != 'k')
			send(s->session, "OK");
		s->session->attached = s->session->no_ack = false;
		*how = GDB_DETACHED;
		return true;
	default:
		return false;
	}
}

/* Return: false where a person's Ctrl-C ends the wait for a gdb. */
static bool receive(struct stop *s)
{
	for (;;) {
		switch (gdb_rx_feed(&s->rx, s->session->ops->get())) {
		case GDB_RX_PACKET:
			if (!s->session->no_ack)
				s->session->ops->put('+');
			return true;
		case GDB_RX_INTERRUPT:
			if (!s->session->attached)
				return false;
			break;
		case GDB_RX_BAD:
			if (!s->session->no_ack)
				s->session->ops->put('-');
			break;
		default:
			break;
		}
	}
}

enum gdb_resume gdb_serve(struct gdb_session *session, struct fault_frame *regs,
			  const struct gdb_stop *why, bool tell)
{
	struct stop s = { .session = session, .regs = regs, .why = why };
	enum gdb_resume how;

	s.rx = (struct gdb_rx){ .buf = s.in, .size = sizeof(s.in) };
	if (tell)
		send(session, stop_reply(&s));
	for (;;) {
		struct gdb_command c;

		if (!receive(&s))
			return GDB_DETACHED;
		/* A gdb that begins anew begins with acknowledgements. */
		if (!strncmp(s.in, "qSupported", strlen("qSupported"))) {
			if (session->no_ack)
				session->ops->put('+');
			session->no_ack = false;
		}
		session->attached = true;
		gdb_parse(s.in, s.rx.len, &c);
		if (ends(&s, &c, &how))
			return how;
		send(session, answer(&s, &c));
		if (c.op == GDB_NO_ACK)
			session->no_ack = true;
	}
}
