/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/edit/keyboard.h"

#include <string.h>

#define ESCAPE	    '\033'

/* Numbers of keys, as virtio 1.2, 5.8 "Input Device" has them from Linux's input-event-codes. */
#define LEFT_CTRL   29
#define LEFT_SHIFT  42
#define RIGHT_SHIFT 54
#define LEFT_ALT    56
#define CAPS_LOCK   58
#define RIGHT_CTRL  97
#define RIGHT_ALT   100

#define LEFT	    1
#define RIGHT	    2

/* By number from 1 on; 0: no character. From 71 on the keypad, as with Num Lock. */
static const char plain[] = "\0331234567890-=\177\t"
			    "qwertyuiop[]\r\0"
			    "asdfghjkl;'`\0"
			    "\\zxcvbnm,./\0*\0 \0"
			    "\0\0\0\0\0\0\0\0\0\0\0\0"
			    "789-456+1230.\0\0\\";
static const char shifted[] = "\033!@#$%^&*()_+\177\t"
			      "QWERTYUIOP{}\r\0"
			      "ASDFGHJKL:\"~\0"
			      "|ZXCVBNM<>?\0*\0 \0"
			      "\0\0\0\0\0\0\0\0\0\0\0\0"
			      "789-456+1230.\0\0|";

/* What stands apart, and sends one character, ... */
static const struct {
	uint8_t code;
	char character;
} single[] = { { 96, '\r' }, { 98, '/' } };

/* ... or ESC [ and this, with a '~' behind a digit. */
static const struct {
	uint8_t code;
	char final;
} sequence[] = {
	{ 102, 'H' }, /* Home */
	{ 103, 'A' }, /* Up */
	{ 104, '5' }, /* Page Up */
	{ 105, 'D' }, /* Left */
	{ 106, 'C' }, /* Right */
	{ 107, 'F' }, /* End */
	{ 108, 'B' }, /* Down */
	{ 109, '6' }, /* Page Down */
	{ 110, '2' }, /* Insert */
	{ 111, '3' }, /* Delete */
};

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static char character_of(const struct keyboard *k, uint16_t code)
{
	char c;

	for (unsigned int i = 0; i < ARRAY_SIZE(single); i++)
		if (single[i].code == code)
			return single[i].character;
	if (!code || code >= sizeof(plain))
		return 0;
	c = plain[code - 1];
	return !k->shift != !(k->caps && is_letter(c)) ? shifted[code - 1] : c;
}

static size_t send_sequence(uint16_t code, char bytes[KEYBOARD_BYTES])
{
	for (unsigned int i = 0; i < ARRAY_SIZE(sequence); i++) {
		if (sequence[i].code != code)
			continue;
		bytes[0] = ESCAPE;
		bytes[1] = '[';
		bytes[2] = sequence[i].final;
		bytes[3] = '~';
		return bytes[2] < 'A' ? 4 : 3;
	}
	return 0;
}

static size_t send(const struct keyboard *k, uint16_t code, char bytes[KEYBOARD_BYTES])
{
	char c = character_of(k, code);
	size_t count = 0;

	if (!c)
		return send_sequence(code, bytes);
	/* '@' to '_', and the small letters: what has a control character */
	if (k->control && (c | 0x20) >= '`' && c != '\177')
		c &= 0x1f;
	if (k->alt)
		bytes[count++] = ESCAPE;
	bytes[count++] = c;
	return count;
}

static bool is_modifier(struct keyboard *k, uint16_t code, bool down)
{
	uint8_t *of = code == LEFT_SHIFT || code == RIGHT_SHIFT ? &k->shift
		      : code == LEFT_CTRL || code == RIGHT_CTRL ? &k->control
		      : code == LEFT_ALT || code == RIGHT_ALT	? &k->alt
								: NULL;
	const uint8_t which =
		code == LEFT_SHIFT || code == LEFT_CTRL || code == LEFT_ALT ? LEFT : RIGHT;

	if (of)
		*of = (uint8_t)(down ? *of | which : *of & ~which);
	return of;
}

size_t keyboard_event(struct keyboard *k, uint16_t code, bool down, uint64_t now_ms,
		      char bytes[KEYBOARD_BYTES])
{
	size_t count;

	if (is_modifier(k, code, down))
		return 0;
	if (down && code == k->held)
		return 0;
	if (!down) {
		if (code == k->held)
			k->held = 0;
		return 0;
	}
	k->held = code;
	if (code == CAPS_LOCK)
		k->caps = !k->caps;
	count = send(k, code, bytes);
	k->next_ms = now_ms + KEYBOARD_DELAY_MS;
	return count;
}

size_t keyboard_repeat(struct keyboard *k, uint64_t now_ms, char bytes[KEYBOARD_BYTES])
{
	/* a clock that wraps, or goes back, is as one that stands still */
	if (!k->held || (int64_t)(now_ms - k->next_ms) < 0)
		return 0;
	k->next_ms = now_ms + KEYBOARD_REPEAT_MS;
	return send(k, k->held, bytes);
}
