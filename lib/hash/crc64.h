/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-64 by ECMA-182's polynomial, lowest bit first. Spec: The .xz File Format 1.2.1, 3.4 */
#pragma once

#include "lib/base/types.h"

/** struct crc64_table - for four bytes at once; made when it is wanted, since few need it */
struct crc64_table {
	uint64_t of[4][256];
};

/** crc64_table_make() - about 10,000 instructions */
void crc64_table_make(struct crc64_table *table);

/** crc64() - of bytes of any alignment; CRC-64 of no bytes is 0 */
uint64_t crc64(const struct crc64_table *table, const void *bytes, uint64_t size);
