/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "net/tls.h"

/** tls_checker - looks at the server's certificates: BearSSL's, and their dates for the sentence */
extern const br_x509_class tls_checker;

/** tls_days() - what BearSSL counts from: days since the year 0, and the seconds of the day */
uint32_t tls_days(uint64_t seconds);
