/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keyboards behind virtio: "virtio-keyboard-device", "virtio-keyboard-pci".
 *
 * Spec: OASIS virtio 1.2, 5.8 "Input Device"
 */
#pragma once

#include "drivers/virtio/virtio.h"

/** Events that wait until somebody looks: 16 keys, down and up; more are lost. */
#define VIRTIO_INPUT_EVENTS 64

struct virtio_input_memory;

/** struct virtio_input_event - what happened */
struct virtio_input_event {
	uint16_t type, code;
	uint32_t value;
};

#define VIRTIO_INPUT_KEY 1 /* a type: code went down, value 1, or up, 0 */

/** struct virtio_input - a keyboard; the caller's, and static: the list of running devices holds it
 */
struct virtio_input {
	struct virtio virtio;
	struct virtio_input_memory *memory;
	uint16_t avail, used;
};

/** virtio_input_memory_size() - what virtio_input_start() wants */
size_t virtio_input_memory_size(void);

/**
 * virtio_input_start() - take an input device that has the keys of a keyboard
 * @dev:    filled
 * @virtio: probed
 * @memory: pages, mapped at their physical addresses; the device's until it is stopped
 *
 * Errors: -ENODEV it has no keys A and Enter: a mouse, or a tablet; nothing runs then
 *         -ETIMEDOUT, -ENOTSUP, -ERANGE as virtio_start()
 */
int __must_check virtio_input_start(struct virtio_input *dev, const struct virtio *virtio,
				    void *memory);

/**
 * virtio_input_poll() - the next event
 *
 * Return: 1 with @event filled; 0: there is none, or the device runs no longer; -EPROTO: the device
 * has written nonsense, and has been stopped
 */
int virtio_input_poll(struct virtio_input *dev, struct virtio_input_event *event);
