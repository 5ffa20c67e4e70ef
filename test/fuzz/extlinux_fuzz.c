/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as extlinux.conf: every part lies inside, or it is refused with a sentence. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/extlinux/extlinux.h"

static const char *begin;
static size_t whole;

static void inside(struct extlinux_text t)
{
	if (t.at && (t.at < begin || t.size > whole - (size_t)(t.at - begin)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct extlinux x;
	struct why why = { "" };
	const struct extlinux_label *chosen;

	begin = (const char *)data;
	whole = size;
	memset(&x, 0, sizeof(x));
	if (extlinux_parse(&x, begin, size, &why) && !why.text[0])
		abort();
	if (x.labels > EXTLINUX_LABELS || x.includes > EXTLINUX_INCLUDES || x.marked > x.labels)
		abort();
	for (unsigned int i = 0; i < x.labels; i++) {
		const struct extlinux_label *l = &x.label[i];

		inside(l->name);
		inside(l->title);
		inside(l->kernel);
		inside(l->initrd);
		inside(extlinux_append(&x, l));
		inside(l->fdt);
		inside(l->fdtdir);
		inside(l->overlays);
	}
	for (unsigned int i = 0; i < x.includes; i++)
		inside(x.include[i]);
	if (x.says > EXTLINUX_SAYS)
		abort();
	for (unsigned int i = 0; i < x.says; i++)
		inside(x.say[i].text);
	inside(x.title);
	inside(x.first);
	inside(x.ignored);
	chosen = extlinux_default(&x);
	if (chosen && (chosen < x.label || chosen >= x.label + x.labels))
		abort();
	return 0;
}
