/* SPDX-License-Identifier: BSD-2-Clause */
/* What tls.h's machine has to be given: CAs, the time, entropy, memory. */
#include "net/tls.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/handoff/rng.h"
#include "common/net/net.h"
#include "common/net/tls.h"
#include "drivers/rtc/pl031.h"
#include "lib/base/num.h"

#define PAGE (4 * KIB)

extern const uint8_t tls_ca[], tls_ca_end[];

static const char
	*ca_words; /* "address:size"; NULL: the variable's, else those that are built in */
static bool blind;

void netif_tls_choose(const char *ca, bool any)
{
	ca_words = ca;
	blind = any;
}

/* "address:size", hexadecimal */
static int add_loaded(struct tls_trust *trust, const char *words, struct why *why)
{
	const char *colon = strchr(words, ':');
	char address[20] = "";
	paddr_t at;
	uint64_t size;

	if (colon && (size_t)(colon - words) < sizeof(address))
		memcpy(address, words, (size_t)(colon - words));
	if (num_parse(address, 16, &at) || num_parse(colon + 1, 16, &size))
		return refuse(why, -EINVAL, "TLS: '%.60s': CAs are at address:size", words);
	if (!memmap_is_dram(&machine.mem, at, size))
		return refuse(why, -ENXIO, "TLS: '%.60s' is not all DRAM", words);
	return tls_trust_add(trust, (const void *)at, (size_t)size, words, why);
}

static int add_trust(struct tls_trust *trust, struct why *why)
{
	const char *words = ca_words ? ca_words : env_get("tlsca");

	memset(trust, 0, offsetof(struct tls_trust, anchor));
	if (words)
		return add_loaded(trust, words, why);
	if (IS_ENABLED(CONFIG_TLS_CA_FILE))
		return tls_trust_add(trust, tls_ca, (size_t)(tls_ca_end - tls_ca),
				     "the CAs that are built in", why);
	return refuse(
		why, -EPERM,
		"TLS: no CA is known to ask who answers; load one: -c, or `tlsca' (-k: anybody)");
}

/* Of the machine's clock, else of a time server, which nobody vouches for. */
static int get_time(struct net *net, uint64_t *seconds, struct why *why)
{
	const struct device *clock =
		IS_ENABLED(CONFIG_RTC_PL031) ? machine_find(&machine, PL031_COMPATIBLE, 0) : NULL;
	const char *server = env_get("ntpserverip");
	struct netif_time time;
	net_addr_t ip;
	int err;

	if (clock) {
		*seconds = pl031_read(clock->base);
		return 0;
	}
	if (!IS_ENABLED(CONFIG_NET_SNTP) || !server)
		return refuse(why, -ENODEV,
			      "TLS: without a clock no certificate has a date: no RTC here, and %s",
			      IS_ENABLED(CONFIG_NET_SNTP) ? "`ntpserverip' is not set"
							  : "no SNTP in this Loft");
	err = netif_dns(net, server, &ip, why);
	if (!err)
		err = netif_sntp(net, ip, &time, why);
	if (!err)
		*seconds = time.ms / 1000;
	return err;
}

int netif_tls_begin(struct net *net, struct tls **out, struct why *why)
{
	uint8_t seed[TLS_SEED];
	uint64_t seconds = 0;
	struct tls *tls;
	paddr_t at;
	int err;

	if (rng_fill(seed, sizeof(seed)))
		return refuse(why, -ENODEV, "TLS: this machine has no source of entropy for keys");
	err = blind ? 0 : get_time(net, &seconds, why);
	if (!err)
		err = memmap_alloc(&machine.mem, sizeof(*tls), PAGE, true, UINT64_MAX, 0, "TLS",
				   &at, why);
	if (err)
		return err;
	tls = (struct tls *)at;
	if (blind)
		printf("TLS: whoever answers is taken for the server (-k)\n");
	else
		err = add_trust(&tls->trust, why);
	if (err) {
		netif_tls_end(tls);
		return err;
	}
	tls_init(tls, seed, seconds, blind);
	memset(seed, 0, sizeof(seed));
	*out = tls;
	return 0;
}

void netif_tls_end(struct tls *tls)
{
	if (!tls)
		return;
	memset(tls, 0, offsetof(struct tls, trust)); /* keys */
	(void)memmap_release(&machine.mem, (paddr_t)tls);
}
