/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/bcm283x/mailbox.h"

#include <errno.h>

#include <arch/cache.h>
#include <arch/io.h>

#define MAIL0_READ	  0x00
#define MAIL0_STATUS	  0x18
#define MAIL1_WRITE	  0x20
#define MAIL1_STATUS	  0x38
#define STATUS_FULL	  BIT(31)
#define STATUS_EMPTY	  BIT(30)

#define CHANNEL_PROPERTY  8
#define BUS_UNCACHED	  0xc0000000 /* the VideoCore's name for DRAM, past its own L2 cache */

#define REQUEST		  0
#define RESPONSE_OK	  0x80000000
#define TAG_ANSWERED	  BIT(31)

#define SPINS		  1000000 /* reads of a status; 50 ns or more each on silicon */

/* A message of one tag; whole cache lines, because the VideoCore writes past this CPU's cache. */
struct message {
	uint32_t size, code;
	uint32_t tag, value_bytes, value_code;
	uint32_t value[MAILBOX_WORDS_MAX];
	uint32_t end;
} __attribute__((aligned(MAILBOX_ALIGN)));

/* Until a bit of a status is clear. */
static int wait_clear(paddr_t status, uint32_t bit)
{
	for (unsigned spins = SPINS; spins; spins--)
		if (!(mmio_read32(status) & bit))
			return 0;
	return -ETIMEDOUT;
}

static int exchange(paddr_t mailbox, uint32_t mail)
{
	int err;

	/* Answers that nobody waited for. */
	for (unsigned i = 0; i < 16 && !(mmio_read32(mailbox + MAIL0_STATUS) & STATUS_EMPTY); i++)
		(void)mmio_read32(mailbox + MAIL0_READ);
	err = wait_clear(mailbox + MAIL1_STATUS, STATUS_FULL);
	if (err)
		return err;
	mmio_write32(mailbox + MAIL1_WRITE, mail);
	for (unsigned others = 16; others; others--) {
		err = wait_clear(mailbox + MAIL0_STATUS, STATUS_EMPTY);
		if (err || mmio_read32(mailbox + MAIL0_READ) == mail)
			return err;
	}
	return -ETIMEDOUT;
}

int mailbox_message(paddr_t mailbox, volatile uint32_t *message, size_t bytes)
{
	void *at = (void *)(paddr_t)message;
	int err;

	cache_clean_inval_poc(at, bytes); /* the VideoCore reads and writes memory */
	err = exchange(mailbox, (uint32_t)(paddr_t)at | BUS_UNCACHED | CHANNEL_PROPERTY);
	dma_rmb();
	cache_inval_poc(at, bytes); /* lines that a prefetch brought in meanwhile */
	if (err)
		return err;
	return message[1] == RESPONSE_OK ? 0 : -EIO;
}

int mailbox_property(paddr_t mailbox, uint32_t tag, uint32_t *value, unsigned words)
{
	struct message message = {
		.size = sizeof(message),
		.code = REQUEST,
		.tag = tag,
		.value_bytes = words * sizeof(uint32_t),
	};
	/* Behind a value of one word the end mark is value[1], which is 0 as well. */
	volatile struct message *answer = &message;
	int err;

	if (!words || words > MAILBOX_WORDS_MAX)
		return -EINVAL;
	if ((paddr_t)&message >= MAILBOX_REACH)
		return -ERANGE;
	for (unsigned i = 0; i < words; i++)
		message.value[i] = value[i];
	err = mailbox_message(mailbox, &message.size, sizeof(message));
	if (err)
		return err;
	if (!(answer->value_code & TAG_ANSWERED))
		return -EIO;
	for (unsigned i = 0; i < words; i++)
		value[i] = answer->value[i];
	return 0;
}
