/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as loft.cfg and as an entry of the Boot Loader Specification: every part lies inside. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/extlinux/bls.h"
#include "lib/extlinux/loftcfg.h"
#include "lib/extlinux/rpi.h"

static const char *begin;
static size_t whole;

static void inside(struct extlinux_text t)
{
	if (t.at && (t.at < begin || t.size > whole - (size_t)(t.at - begin)))
		abort();
}

static void try_names(void)
{
	char a[64], b[64];
	const size_t half = whole / 2;

	if (half >= sizeof(a))
		return;
	memcpy(a, begin, half);
	memcpy(b, begin + half, half);
	a[half] = b[half] = '\0';
	(void)bls_tries_left(a);
	if (bls_version_compare(a, a) || bls_version_compare(b, b))
		abort();
	/* the sign is the other way round the other way round */
	if ((bls_version_compare(a, b) < 0) != (bls_version_compare(b, a) > 0))
		abort();
}

static void try_rpi(void)
{
	char line[40];
	struct rpi rpi;

	rpi_parse(&rpi, "pi3", begin, whole);
	inside(rpi.prefix);
	inside(rpi.kernel);
	inside(rpi.initramfs);
	inside(rpi.cmdline);
	if (rpi_cmdline(begin, whole, "ttyS0", line, sizeof(line)) && strlen(line) >= sizeof(line))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct why why = { "" };
	struct bls_entry e;
	struct loftcfg cfg;

	begin = (const char *)data;
	whole = size;
	if (loftcfg_parse(&cfg, begin, size, &why) && !why.text[0])
		abort();
	inside(cfg.kernel);
	inside(cfg.initrd);
	inside(cfg.fdt);
	inside(cfg.cmdline);
	inside(cfg.options);
	bls_parse(&e, begin, size);
	if (e.option_count > BLS_OPTIONS || (!e.passed && !e.kernel.size))
		abort();
	inside(e.title);
	inside(e.version);
	inside(e.sort_key);
	inside(e.kernel);
	inside(e.machine_id);
	inside(e.overlays);
	if (e.initrd_count > BLS_INITRDS)
		abort();
	for (unsigned int i = 0; i < e.initrd_count; i++)
		inside(e.initrd[i]);
	inside(e.devicetree);
	for (unsigned int i = 0; i < e.option_count; i++)
		inside(e.options[i]);
	try_names();
	try_rpi();
	return 0;
}
