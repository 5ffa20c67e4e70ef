/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/** BASE64_SIZE() - of the text for @n bytes, with its NUL */
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)

/**
 * base64_encode() - write bytes in base64, with the '=' at the end
 * @out: of BASE64_SIZE(@count)
 *
 * Spec: RFC 4648, 4
 */
void base64_encode(char *out, const uint8_t *bytes, size_t count);
