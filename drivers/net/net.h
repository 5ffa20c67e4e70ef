/* SPDX-License-Identifier: BSD-2-Clause */
/* net.h - a network device: frames in, frames out, by polling */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define NETDEV_FRAME_MAX 1514
#define NETDEV_MAC_SIZE  6

struct netdev;
struct mii;

/** netdev_input - what poll() calls for each frame; good until it returns
 * @checked: the device has seen to the checksum of TCP and UDP
 */
typedef void netdev_input(void *ctx, const void *frame, size_t size, bool checked);

/**
 * struct netdev_ops - one kind of device
 * @memory: bytes that start() wants, for rings and buffers
 * @low:    it reaches the first 4 GiB alone
 * @start:  begin; @memory is aligned to 4 KiB, mapped at its physical address, and the device's
 *          until stop(). A carrier is waited for, three seconds at most.
 *          Errors: -EINTR @enough; -E...; with the sentence
 * @send:   has taken the frame when it returns. Errors: -EIO, the device stands still
 * @poll:   hand over the frames that have come, a bounded number; returns how many.
 *          The device writes them straight to where @input sees them
 * @stop:   the device touches no memory from then on
 * @link:   is there a carrier, as far as the device tells
 */
struct netdev_ops {
	uint32_t memory;
	bool low;
	int (*start)(struct netdev *dev, void *memory, struct why *why);
	int (*send)(struct netdev *dev, const void *frame, size_t size);
	unsigned int (*poll)(struct netdev *dev, netdev_input *input, void *ctx);
	void (*stop)(struct netdev *dev);
	bool (*link)(struct netdev *dev);
};

/**
 * struct netdev - a device; a driver's own structure begins with it
 * @mii:    the PHYs behind its MDIO (drivers/net/mii.h); NULL: none that Loft can speak to
 * @enough: nobody wants it any more: ends start()'s wait for a carrier; may be NULL
 */
struct netdev {
	const struct netdev_ops *ops;
	char name[20];
	uint8_t mac[NETDEV_MAC_SIZE]; /* its own; all zero: it has none */
	struct mii *mii;
	bool (*enough)(void);
};
