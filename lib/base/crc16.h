/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * crc16_xmodem() - CRC-16 of X/YMODEM: polynomial 0x1021, highest bit first
 * @crc: 0, or the result for the bytes before these
 */
uint16_t crc16_xmodem(uint16_t crc, const void *bytes, size_t count);

/**
 * crc16_kermit() - CRC-16 of Kermit's block check 3: polynomial 0x1021, lowest bit first
 * @crc: 0, or the result for the bytes before these
 */
uint16_t crc16_kermit(uint16_t crc, const void *bytes, size_t count);
