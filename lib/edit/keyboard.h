/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard.h - from the keys of a keyboard to the bytes that a terminal would send for them
 *
 * Keys have the numbers of Linux's input events, which virtio-input has taken over. The layout is
 * the American one. A held key repeats after half a second, 30 times a second.
 */
#pragma once

#include <stddef.h>

#include "lib/base/types.h"

#define KEYBOARD_BYTES	   4 /* of one key, at most */
#define KEYBOARD_DELAY_MS  500
#define KEYBOARD_REPEAT_MS 33

/** struct keyboard - zeroed at first; nobody else reads it */
struct keyboard {
	uint8_t shift, control, alt; /* a bit for the left one, and one for the right one */
	bool caps;
	uint16_t held;	  /* the key that repeats; 0: none */
	uint64_t next_ms; /* and when it does so again */
};

/**
 * keyboard_event() - a key went down, or up
 * @code:   its number; one that is unknown does nothing
 * @down:   a second time without an "up" between does nothing: repeating is done here
 * @now_ms: any clock, the same in each call
 * @bytes:  filled with what it sends
 *
 * Return: how many bytes that is, often none
 */
size_t keyboard_event(struct keyboard *k, uint16_t code, bool down, uint64_t now_ms,
		      char bytes[KEYBOARD_BYTES]);

/** keyboard_repeat() - what the held key sends now, if it is time; as keyboard_event() */
size_t keyboard_repeat(struct keyboard *k, uint64_t now_ms, char bytes[KEYBOARD_BYTES]);
