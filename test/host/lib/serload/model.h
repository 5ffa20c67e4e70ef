/* SPDX-License-Identifier: BSD-2-Clause */
/* A host for the receivers that keeps what comes, and a line that damages bytes. */
#pragma once

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/serload/serload.h"

#define MODEL_MAX (256 * 1024)

/** struct model - what came; @sent: what the receiver answered and nobody has read yet */
struct model {
	struct serload_host host;
	uint8_t data[MODEL_MAX], sent[8192];
	size_t size, sent_count, sent_read;
	char name[300];
	uint64_t told;
	unsigned int begun, ended;
	size_t limit; /* bytes that may come until it refuses */
	bool damaged; /* something came where nothing was due */
};

static inline void model_send(void *ctx, const void *bytes, size_t count)
{
	struct model *m = ctx;

	if (m->sent_read == m->sent_count)
		m->sent_read = m->sent_count = 0;
	if (count > sizeof(m->sent) - m->sent_count)
		return;
	memcpy(m->sent + m->sent_count, bytes, count);
	m->sent_count += count;
}

static inline int model_begin(void *ctx, const char *name, uint64_t size, struct why *why)
{
	struct model *m = ctx;

	(void)why;
	m->begun++;
	m->size = 0;
	m->told = size;
	strncpy(m->name, name ? name : "", sizeof(m->name) - 1);
	return 0;
}

static inline int model_data(void *ctx, uint64_t at, const void *bytes, size_t count,
			     struct why *why)
{
	struct model *m = ctx;

	if (at != m->size || m->begun != m->ended + 1)
		m->damaged = true;
	if (at > m->limit || count > m->limit - at)
		return refuse(why, -EPERM, "belongs to the model");
	memcpy(m->data + at, bytes, count);
	m->size = at + count;
	return 0;
}

static inline int model_end(void *ctx, struct why *why)
{
	struct model *m = ctx;

	(void)why;
	m->ended++;
	return 0;
}

static inline void model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->host = (struct serload_host){ model_send, model_begin, model_data, model_end, m };
	m->limit = MODEL_MAX;
}

/** model_answer() - the next byte that the receiver sent; -1: none */
static inline int model_answer(struct model *m)
{
	return m->sent_read < m->sent_count ? m->sent[m->sent_read++] : -1;
}

/** struct noise - of a line: one byte of @one_in is lost, changed, or followed by one; 0: none */
struct noise {
	uint32_t seed, one_in;
};

static inline uint32_t noise_random(struct noise *n)
{
	n->seed = n->seed * 1664525 + 1013904223;
	return n->seed >> 8;
}

/** noise_pass() - a byte goes through. Return: bytes in @out, 0 to 2 */
static inline unsigned int noise_pass(struct noise *n, uint8_t byte, uint8_t out[2])
{
	out[0] = byte;
	if (!n->one_in || noise_random(n) % n->one_in)
		return 1;
	switch (noise_random(n) % 3) {
	case 0:
		return 0;
	case 1:
		out[0] ^= (uint8_t)(1 << noise_random(n) % 8);
		return 1;
	default:
		out[1] = (uint8_t)noise_random(n);
		return 2;
	}
}
