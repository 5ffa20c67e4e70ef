/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes and silences: the receivers stay in their memory, and say why they end. */
#include "lib/serload/kermit.h"
#include "lib/serload/srec.h"
#include "lib/serload/xymodem.h"
#include "test/host/lib/serload/model.h"

#define QUIET_BYTE 0xfe /* stands for a silence in front of a byte */
#define SILENCES   200  /* after which everybody has given up */

static struct model m;
static union {
	struct serload base;
	struct xymodem xymodem;
	struct kermit kermit;
	struct srec srec;
} rx;

static int step(unsigned int kind, int c)
{
	if (kind < 2)
		return xymodem_step(&rx.xymodem, c);
	return kind == 2 ? kermit_step(&rx.kermit, c) : srec_step(&rx.srec, c);
}

static void start(unsigned int kind)
{
	model_init(&m);
	if (kind < 2)
		xymodem_start(&rx.xymodem, &m.host, kind == 1);
	else if (kind == 2)
		kermit_start(&rx.kermit, &m.host);
	else
		srec_start(&rx.srec, &m.host, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int kind, silences = 0;
	size_t i;
	int rc = 0;

	if (!size)
		return 0;
	kind = data[0] % 4;
	start(kind);
	for (i = 1; i < size && !rc; i++)
		rc = step(kind, data[i] == QUIET_BYTE ? SERLOAD_QUIET : data[i]);
	while (!rc && silences++ < SILENCES)
		rc = step(kind, SERLOAD_QUIET);
	if (!rc || (rc < 0 && !rx.base.why.text[0]))
		abort();
	if (kind != 3 && m.damaged)
		abort();
	return 0;
}
