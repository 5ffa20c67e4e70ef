/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of lib/pack/xz*.c. */
#pragma once

#include "lib/base/span.h"
#include "lib/pack/xz.h"

/**
 * struct lzma - a decoder between two chunks
 * @begin: the first byte that a match may refer to
 * @reach: how far back that may lie at most
 * @state: what the last symbols were
 * @last:  distances of the last matches, less 1, the newest first
 * @high, @low, @position: bits of the byte before, as a shift, of the place in the file, as masks:
 *         they choose the chances of a literal and of the rest
 */
struct lzma {
	struct lzma_chances *chances;
	const uint8_t *begin;
	uint64_t reach;
	unsigned int state;
	uint32_t last[4];
	unsigned int high, low, position;
};

/** lzma_properties() - @byte says how many bits choose; -EINVAL */
int __must_check lzma_properties(struct lzma *z, uint8_t byte);

/** lzma_reset() - as if nothing had been read before */
void lzma_reset(struct lzma *z);

/**
 * lzma_chunk() - unpack what is coded in one piece
 * @from: all of it
 * @to:   @size bytes come there, up to @room are written
 *
 * Return: 0; -EINVAL.
 */
int __must_check lzma_chunk(struct lzma *z, struct span from, uint8_t *to, uint64_t size,
			    uint64_t room);

/**
 * lzma2() - unpack chunks, up to the one that says it is the end
 * @from:  moves behind that, or to the chunk that is refused
 * @reach: as the filter's properties have it
 * @to:    @room bytes
 * @out:   bytes written
 *
 * Return: 0; -EINVAL; -ENODATA; -EFBIG.
 */
int __must_check lzma2(struct lzma_chances *chances, struct span *from, uint64_t reach, uint8_t *to,
		       uint64_t room, uint64_t *out);

/**
 * xz_arm64() - branches and page addresses back from where they lead to how far that is
 * @begin: the address of the first byte, as the encoder took it
 */
void xz_arm64(uint8_t *code, uint64_t size, uint32_t begin);
