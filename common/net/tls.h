/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "net/tls.h"

/**
 * netif_tls_begin() - a TLS machine with memory, CAs, the time and entropy
 * @net: for a time server, where there is no clock
 *
 * Errors: -ENODEV no entropy, no clock; -EPERM no CA; -EINVAL, -ENXIO, -ENOTSUP, -ENOSPC what was
 *         named is none; -ENOMEM; as netif_sntp()
 */
int __must_check netif_tls_begin(struct net *net, struct tls **out, struct why *why);

/** netif_tls_end() - its memory is free again; NULL will do */
void netif_tls_end(struct tls *tls);
