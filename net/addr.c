/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/addr.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"

int net_parse_ip(const char *text, uint32_t *ip)
{
	uint32_t value = 0;

	for (unsigned int part = 0; part < 4; part++) {
		unsigned int number = 0, digits = 0;

		for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
			number = number * 10 + (unsigned int)(*text - '0');
		if (!digits || number > 255 || *text != (part < 3 ? '.' : '\0'))
			return -EINVAL;
		value = value << 8 | number;
		text++;
	}
	*ip = value;
	return 0;
}

char *net_ip_text(uint32_t ip, char *text)
{
	snprintf(text, NET_IP_TEXT, "%u.%u.%u.%u", (unsigned int)(ip >> 24),
		 (unsigned int)(ip >> 16 & 255), (unsigned int)(ip >> 8 & 255),
		 (unsigned int)(ip & 255));
	return text;
}

bool net_mac_is_valid(const uint8_t *mac)
{
	static const uint8_t zero[NET_MAC_SIZE];

	return !(mac[0] & 1) && memcmp(mac, zero, NET_MAC_SIZE);
}

int net_parse_mac(const char *text, uint8_t *mac)
{
	uint8_t bytes[NET_MAC_SIZE];

	for (unsigned int i = 0; i < NET_MAC_SIZE; i++, text += 3) {
		if (!num_hex_bytes(bytes + i, text, 1))
			return -EINVAL;
		if (i == NET_MAC_SIZE - 1 ? text[2] != '\0' : text[2] != ':' && text[2] != '-')
			return -EINVAL;
	}
	if (!net_mac_is_valid(bytes))
		return -EINVAL;
	memcpy(mac, bytes, sizeof(bytes));
	return 0;
}

char *net_mac_text(const uint8_t *mac, char *text)
{
	snprintf(text, NET_MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	return text;
}
