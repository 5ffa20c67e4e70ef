/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/gdb: PURE: the packets of gdb's remote protocol.
 * In:    bytes
 * Out:   packets
 * Uses:  base
 */
/*
 * gdb's remote protocol, the part that is only bytes: frames, hex, and the commands in them.
 *
 * Spec: "Debugging with GDB", appendix E "GDB Remote Serial Protocol"
 */
#pragma once

#include "lib/base/types.h"

#define GDB_INTERRUPT_BYTE 3

/** enum gdb_rx_event - what one received byte brought */
enum gdb_rx_event {
	GDB_RX_MORE,	  /* in the middle of a frame, or noise between frames */
	GDB_RX_PACKET,	  /* a whole frame: its payload is in the buffer, NUL behind it */
	GDB_RX_BAD,	  /* a frame whose checksum is wrong, or that is too long: a NAK is due */
	GDB_RX_INTERRUPT, /* Ctrl-C between frames */
	GDB_RX_ACK,
	GDB_RX_NAK,
};

/**
 * struct gdb_rx - a receiver; zeroed but for @buf and @size at the start
 * @buf:  payload as it came, escapes and all
 * @size: of @buf, 2 at least
 * @len:  payload bytes in it
 */
struct gdb_rx {
	char *buf;
	size_t size, len;
	uint8_t state, sum, want;
	bool too_long;
};

/** gdb_rx_feed() - the next byte of the line */
enum gdb_rx_event gdb_rx_feed(struct gdb_rx *rx, char c);

/** gdb_checksum() - of a payload */
uint8_t gdb_checksum(const char *payload, size_t len);

/** gdb_hex_put() - bytes as hex; @out gets 2 * @len digits and a NUL.  Return: behind the digits */
char *gdb_hex_put(char *out, const void *bytes, size_t len);

/**
 * gdb_number() - hex digits, one at least
 * @at: moved behind them
 *
 * Return: false where there are none, or more than 64 bits hold; @at is then undefined
 */
bool gdb_number(const char **at, uint64_t *out);

/** gdb_unescape() - binary data of X, in place.  Return: its length */
size_t gdb_unescape(char *bytes, size_t len);

/** enum gdb_op - what a packet asks; everything else is GDB_UNKNOWN, to which "" is the answer */
enum gdb_op {
	GDB_UNKNOWN,
	GDB_MALFORMED,	/* known, but its arguments are not */
	GDB_WHY,	/* ? */
	GDB_READ_REGS,	/* g */
	GDB_WRITE_REGS, /* G: @data */
	GDB_READ_REG,	/* p: @number */
	GDB_WRITE_REG,	/* P: @number, @data */
	GDB_READ,	/* m: @address, @length */
	GDB_WRITE,	/* M: @address, @length, @data in hex, checked to be that long */
	GDB_WRITE_BINARY, /* X: the same, @data unescaped already */
	GDB_INSERT,	/* Z: @number is the kind of point, @address, @length */
	GDB_REMOVE,	/* z */
	GDB_GO,		/* c, C, vCont;c: @address if @has_address; @number is the signal, or 0 */
	GDB_STEP_ONE,	/* s, S, vCont;s */
	GDB_DETACH,
	GDB_KILL,
	GDB_SUPPORTED,	/* qSupported */
	GDB_NO_ACK,	/* QStartNoAckMode */
	GDB_XFER_TARGET, /* qXfer:features:read:target.xml: @address, @length */
	GDB_VCONT,	/* vCont? */
	GDB_ATTACHED,	/* qAttached */
	GDB_THREAD,	/* qC */
	GDB_FIRST_THREAD, /* qfThreadInfo */
	GDB_NEXT_THREAD, /* qsThreadInfo */
	GDB_FINE,	/* H, T, vKill: nothing to do, all is well */
};

struct gdb_command {
	enum gdb_op op;
	uint64_t address, length, number;
	bool has_address;
	const char *data; /* in the payload */
	size_t data_len;
};

/**
 * gdb_parse() - what a payload asks
 * @payload: NUL behind it; X is unescaped in place
 */
void gdb_parse(char *payload, size_t len, struct gdb_command *out);

/** struct gdb_window - [offset, offset + length) of a text that is made in pieces */
struct gdb_window {
	char *out;
	size_t offset, length;
	size_t seen, kept;
};

/** gdb_target_xml() - the description of the registers.  Return: the length of all of it */
size_t gdb_target_xml(struct gdb_window *window);
