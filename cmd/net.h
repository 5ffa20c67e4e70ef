/* SPDX-License-Identifier: BSD-2-Clause */
/* net.h - what the commands of IPv6 have in common with those of IPv4 */
#pragma once

/** net_dhcp6() - dhcp, by DHCPv6 */
int net_dhcp6(int argc, char *const argv[]);

/** net_ping6() - ping, to an address of IPv6 */
int net_ping6(int argc, char *const argv[]);
