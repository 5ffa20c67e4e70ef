/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"
#include "net/addr.h"

#define GROUPS	  8
#define NO_ZEROES (GROUPS + 1)

/* Hexadecimal, one to four digits; moves *text on. */
static bool get_group(const char **text, unsigned int *value)
{
	unsigned int digits = 0;

	for (*value = 0; digits < 5; digits++, (*text)++) {
		const char c = **text, low = (char)(c | 0x20);

		if (c >= '0' && c <= '9')
			*value = *value << 4 | (unsigned int)(c - '0');
		else if (low >= 'a' && low <= 'f')
			*value = *value << 4 | (unsigned int)(low - 'a' + 10);
		else
			break;
	}
	return digits && digits < 5;
}

int ip6_parse(const char *text, net_addr_t *addr)
{
	unsigned int groups[GROUPS] = { 0 }, count = 0, zeroes = NO_ZEROES;
	net_addr_t value = 0;
	uint32_t ip;

	if (text[0] == ':' && text[1] == ':') {
		zeroes = 0;
		text += 2;
	}
	while (*text) {
		if (count <= GROUPS - 2 && !net_parse_ip(text, &ip)) { /* the last 32 bits */
			groups[count++] = ip >> 16;
			groups[count++] = ip & UINT16_MAX;
			break;
		}
		if (count == GROUPS || !get_group(&text, &groups[count]))
			return -EINVAL;
		count++;
		if (!*text)
			break;
		if (*text++ != ':' || !*text)
			return -EINVAL;
		if (*text == ':') {
			if (zeroes != NO_ZEROES)
				return -EINVAL;
			zeroes = count;
			text++;
		}
	}
	if (zeroes == NO_ZEROES ? count != GROUPS : count == GROUPS)
		return -EINVAL;
	for (unsigned int i = 0; i < GROUPS; i++) {
		const unsigned int skip = GROUPS - count;

		value <<= 16;
		if (i < zeroes && i < count)
			value |= groups[i];
		else if (i >= skip && i - skip >= zeroes)
			value |= groups[i - skip];
	}
	if (!net_is_v6(value) || value >> 32 == UINT16_MAX) /* IPv4's are written in dots */
		return -EINVAL;
	*addr = value;
	return 0;
}

int ip6_parse_prefix(const char *text, net_addr_t *addr, uint8_t *length)
{
	const size_t size = strcspn(text, "/");
	char part[IP6_TEXT];
	uint64_t bits = 64;

	if (size >= sizeof(part))
		return -EINVAL;
	memcpy(part, text, size);
	part[size] = '\0';
	if (text[size] && (num_parse(text + size + 1, 10, &bits) || bits > 128))
		return -EINVAL;
	if (ip6_parse(part, addr))
		return -EINVAL;
	*length = (uint8_t)bits;
	return 0;
}

char *ip6_text(net_addr_t addr, char *text)
{
	unsigned int groups[GROUPS], from = NO_ZEROES, most = 1;
	char *p = text;

	for (unsigned int i = GROUPS; i--; addr >>= 16)
		groups[i] = (unsigned int)(addr & UINT16_MAX);
	for (unsigned int i = 0, run = 0; i < GROUPS; i++) { /* the longest run, the first of two */
		run = groups[i] ? 0 : run + 1;
		if (run > most) {
			most = run;
			from = i + 1 - run;
		}
	}
	for (unsigned int i = 0; i < GROUPS; i++) {
		if (i == from) {
			p += snprintf(p, 3, "::");
			i += most - 1;
		} else {
			const bool first = !i || (from != NO_ZEROES && i == from + most);

			p += snprintf(p, 6, "%s%x", first ? "" : ":", groups[i]);
		}
	}
	return text;
}

size_t net_bracketed(const char *text, size_t size, net_addr_t *addr)
{
	const char *end = size && *text == '[' ? memchr(text, ']', size) : NULL;
	const size_t inside = end ? (size_t)(end - text) - 1 : 0;
	char part[IP6_TEXT];
	net_addr_t found;

	if (!inside || inside >= sizeof(part))
		return 0;
	memcpy(part, text + 1, inside);
	part[inside] = '\0';
	if (ip6_parse(part, &found))
		return 0;
	if (addr)
		*addr = found;
	return inside + 2;
}
