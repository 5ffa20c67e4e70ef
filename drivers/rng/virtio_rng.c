/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>

#include "drivers/rng/virtio_rng.h"
#include "drivers/virtio/virtio.h"

/* Bytes of one request, in cache lines of their own. */
#define PIECE 128

/* Static: a device that was given up may hold their addresses until its reset takes effect. */
static struct virtq_ring ring;
static unsigned char piece[PIECE] __attribute__((aligned(PIECE)));

int virtio_rng_fill(paddr_t base, bool coherent, void *buf, size_t len)
{
	static struct virtio dev;
	unsigned char *to = buf;
	int err = virtio_probe(&dev, base, coherent);

	if (!err && dev.device_id != VIRTIO_ID_RNG)
		err = -ENODEV;
	if (!err)
		err = virtio_start(&dev, 0, &ring);
	if (err)
		return err;
	while (len && !err) {
		const uint32_t want = (uint32_t)MIN(len, sizeof(piece));
		const struct virtio_buffer buffer = { piece, want, true };
		uint32_t got = 0;

		err = virtio_request(&dev, &buffer, 1, &got);
		if (err)
			return err; /* and the device is stopped */
		/* less than asked is fine, but nothing at all would make a loop without end */
		if (!got)
			err = -EIO;
		memcpy(to, piece, got);
		to += got;
		len -= got;
	}
	virtio_stop(&dev);
	memset(piece, 0, sizeof(piece)); /* the kernel's secrets stay nowhere else */
	return err;
}
