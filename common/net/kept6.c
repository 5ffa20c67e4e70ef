/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/net/net.h"
#include "net/addr.h"

/* What is known stays from one command to the next, while the interface is the same. */
static struct ip6 kept;
static uint8_t kept_mac[NET_MAC_SIZE];

void netif_ip6_keep(const struct net *net)
{
	kept = *net->ip6;
	memcpy(kept_mac, net->mac, NET_MAC_SIZE);
}

void netif_ip6_again(struct net *net)
{
	if (!memcmp(kept_mac, net->mac, NET_MAC_SIZE))
		*net->ip6 = kept;
}

void netif_ip6_print(const char *before)
{
	char text[IP6_TEXT];

	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		const struct ip6_address *own = &kept.own[i];

		if (own->state == IP6_OWN || own->state == IP6_DUPLICATE)
			printf("%s%s/%u%s\n", before, ip6_text(own->addr, text), own->length,
			       own->state == IP6_OWN ? "" : " (another machine has it)");
	}
}
