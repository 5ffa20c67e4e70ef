/* SPDX-License-Identifier: BSD-2-Clause */
/* pxelinux.cfg: which menu a server has for this machine, and what it names. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

struct net;

/**
 * pxe_get() - load this machine's menu to ${pxefile_addr_r}, else ${scriptaddr}
 *
 * The first of: ${pxelinux_configfile} (DHCP's option 209); pxelinux.cfg/ and ${pxeuuid},
 * 01-MAC-address, the address in hexadecimal, shorter by a digit each time; default. They are below
 * ${pxelinux_pathprefix} (option 210), else in the directory of ${bootfile}.
 *
 * Errors: -ENOENT there is none; -EINTR, -EIO... as netif_tftp()
 */
int __must_check pxe_get(struct net *net, struct why *why);

/**
 * pxe_boot() - extlinux_boot() of the menu there; names that begin with a slash are not below
 * the prefix
 *
 * Errors: -ENODATA no menu was loaded; as extlinux_boot()
 */
int __must_check pxe_boot(struct why *why);
