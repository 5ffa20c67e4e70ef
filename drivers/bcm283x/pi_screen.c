// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/bcm283x/pi_screen.h"

#include <errno.h>

#include "drivers/bcm283x/mailbox.h"

#define TAG_DISPLAY	 0x00040003 /* width, height */
#define TAG_ALLOCATE	 0x00040001 /* alignment; base, size */
#define TAG_PITCH	 0x00040008
#define TAG_SET_DISPLAY	 0x00048003 /* as TAG_DISPLAY */
#define TAG_SET_BUFFER	 0x00048004
#define TAG_SET_DEPTH	 0x00048005
#define TAG_SET_ORDER	 0x00048006
#define TAG_SET_OFFSET	 0x00048009 /* of the part that is shown */

#define ORDER_BGR	 0 /* of the bytes in memory; RGB is 1 */
#define DEPTH		 32
#define BUS_ALIAS	 0xc0000000 /* the VideoCore's names for the same DRAM */

/* Where the firmware drives no display. */
#define WIDTH		 640
#define HEIGHT		 480

static volatile uint32_t *put_tag(volatile uint32_t *at, uint32_t tag, unsigned words,
				  uint32_t first, uint32_t second)
{
	*at++ = tag;
	*at++ = words * sizeof(uint32_t);
	*at++ = 0;
	*at++ = first;
	if (words == 2)
		*at++ = second;
	return at;
}

static int send(paddr_t mailbox, volatile uint32_t *message, volatile uint32_t *end)
{
	*end++ = 0;
	message[0] = (uint32_t)((end - message) * (long)sizeof(uint32_t));
	message[1] = 0;
	return mailbox_message(mailbox, message, PI_SCREEN_MESSAGE);
}

static void display_size(paddr_t mailbox, volatile uint32_t *message, uint32_t size[2])
{
	size[0] = WIDTH;
	size[1] = HEIGHT;
	if (send(mailbox, message, put_tag(message + 2, TAG_DISPLAY, 2, 0, 0)) || !message[5] ||
	    !message[6])
		return;
	size[0] = message[5];
	size[1] = message[6];
}

int pi_screen_make(paddr_t mailbox, volatile uint32_t *message, struct screen_mode *mode,
		   paddr_t *start)
{
	volatile uint32_t *at = message + 2, *buffer, *depth, *order, *base, *pitch;
	uint32_t size[2];
	int rc;

	display_size(mailbox, message, size);
	/* One message: each of these, sent alone, would have the firmware make a framebuffer. */
	at = put_tag(at, TAG_SET_DISPLAY, 2, size[0], size[1]);
	buffer = at + 3;
	at = put_tag(at, TAG_SET_BUFFER, 2, size[0], size[1]);
	at = put_tag(at, TAG_SET_OFFSET, 2, 0, 0);
	depth = at + 3;
	at = put_tag(at, TAG_SET_DEPTH, 1, DEPTH, 0);
	order = at + 3;
	at = put_tag(at, TAG_SET_ORDER, 1, ORDER_BGR, 0);
	base = at + 3;
	at = put_tag(at, TAG_ALLOCATE, 2, 4 * KIB, 0);
	pitch = at + 3;
	at = put_tag(at, TAG_PITCH, 1, 0, 0);
	rc = send(mailbox, message, at);
	if (rc)
		return rc;
	*start = base[0] & ~(uint32_t)BUS_ALIAS;
	*mode = (struct screen_mode){ .width = buffer[0],
				      .height = buffer[1],
				      .stride = pitch[0],
				      .format = screen_format(order[0] == ORDER_BGR ? "x8r8g8b8"
										    : "a8b8g8r8") };
	if (depth[0] != DEPTH || !*start || !mode->height || !mode->stride ||
	    base[1] / mode->stride < mode->height || base[1] > MAILBOX_REACH - *start)
		return -ENODEV;
	return 0;
}
