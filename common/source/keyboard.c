/* SPDX-License-Identifier: BSD-2-Clause */
#define LOG_NAME "keyboard"
#include "common/source/keyboard.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/source/pci.h"
#include "drivers/input/virtio_input.h"
#include "drivers/virtio/virtio_pci.h"
#include "lib/base/err.h"
#include "lib/base/log.h"
#include "lib/edit/keyboard.h"

#define KEYBOARDS 4
#define PAGE	  (4 * KIB)

bool keyboard_looked;

static struct virtio_input devices[KEYBOARDS];
static struct keyboard state; /* all type into one line, as on a desk */
static unsigned int count;
static bool searched;
static bool on_serial = true, on_keys, on_screen, named;

static uint64_t now_ms(void)
{
	const uint64_t hz = cpu_ticks_hz() ? cpu_ticks_hz() : 1000000000, ticks = cpu_ticks();

	return ticks / hz * 1000 + ticks % hz * 1000 / hz;
}

/* ---- devices */

static void add(const struct virtio *virtio)
{
	struct why why;
	paddr_t memory;
	int rc;

	if (count == KEYBOARDS)
		return;
	if (memmap_alloc(&machine.mem, virtio_input_memory_size(), PAGE, true, UINT64_MAX, 0,
			 "keyboard", &memory, &why)) {
		log_warn("%s", why.text);
		return;
	}
	rc = virtio_input_start(&devices[count], virtio, (void *)memory);
	if (!rc)
		count++;
	else
		(void)memmap_release(&machine.mem, memory);
	if (rc && rc != -ENODEV)
		log_warn("a virtio keyboard takes no driver: %s", err_name(rc));
}

static void look_mmio(void)
{
	for (unsigned int i = 0; i < machine.dev_count; i++) {
		const struct device *dev = &machine.dev[i];
		struct virtio found;

		if (device_is(dev, "virtio,mmio") && virtio_is(dev->base, VIRTIO_ID_INPUT) &&
		    !virtio_probe(&found, dev->base,
				  fdt_getprop(machine.fdt, dev->node, "dma-coherent", NULL)))
			add(&found);
	}
}

static void look_pci(void)
{
	struct pci_function fn = { 0 };
	unsigned int host = 0;
	struct virtio found;
	struct why why;

	while (pci_walk(&fn, &host)) {
		if (virtio_pci_id(&fn) != VIRTIO_ID_INPUT)
			continue;
		if (virtio_pci_probe(&found, &fn, &why))
			log_warn("%s", why.text);
		else
			add(&found);
	}
}

/* ---- the console's */

/* After a look that found all that a device can hold, keys may have been lost: also an "up". */
static void look_at(struct virtio_input *dev, bool types)
{
	struct virtio_input_event event;
	char bytes[KEYBOARD_BYTES];
	unsigned int n;
	int rc = 0;

	for (n = 0; n < VIRTIO_INPUT_EVENTS; n++) {
		rc = virtio_input_poll(dev, &event);
		if (rc <= 0)
			break;
		if (types && event.type == VIRTIO_INPUT_KEY)
			console_typed(bytes, keyboard_event(&state, event.code, event.value,
							    now_ms(), bytes));
	}
	if (n == VIRTIO_INPUT_EVENTS)
		state.held = 0;
	if (rc < 0)
		log_warn("the device's queue makes no sense; it has been stopped");
}

static void poll(void)
{
	char bytes[KEYBOARD_BYTES];

	if (!on_keys)
		return;
	for (unsigned int i = 0; i < count; i++)
		look_at(&devices[i], true);
	if (state.held)
		console_typed(bytes, keyboard_repeat(&state, now_ms(), bytes));
}

/* The line's bytes, where it is not listened to. */
static bool takes(char c)
{
	(void)c;
	return !on_serial;
}

static void look(void)
{
	static struct console_tap tap = { .poll = poll, .takes = takes };

	if (searched)
		return;
	searched = true;
	look_mmio();
	if (IS_ENABLED(CONFIG_VIRTIO_PCI))
		look_pci();
	console_tap(&tap);
}

static void listen(bool serial, bool keys)
{
	keyboard_looked = true;
	if (keys && !on_keys) {
		/* what was typed while nobody listened */
		for (unsigned int i = 0; i < count; i++)
			look_at(&devices[i], false);
		state = (struct keyboard){ 0 };
	}
	on_serial = serial;
	on_keys = keys;
}

static bool is_word(const char *at, size_t length, const char *word)
{
	return length == strlen(word) && !memcmp(at, word, length);
}

int keyboard_inputs(const char *list, struct why *why)
{
	bool serial = !list, keys = !list && on_screen;

	for (const char *at = list; at && *at; at += at[0] == ',') {
		size_t length = strcspn(at, ",");

		if (is_word(at, length, "serial"))
			serial = true;
		else if (is_word(at, length, "keyboard"))
			keys = true;
		else
			return refuse(why, -EINVAL, "'%.*s' is neither serial nor keyboard",
				      (int)MIN(length, (size_t)40), at);
		at += length;
	}
	if (!serial && !keys)
		return refuse(why, -EINVAL, "neither serial nor keyboard is named");
	if (keys)
		look();
	if (list && keys && !count)
		return refuse(why, -ENODEV, "no keyboard: no virtio device has the keys of one");
	named = list;
	listen(serial, keys);
	return 0;
}

void keyboard_follow(bool screen)
{
	on_screen = screen;
	if (named)
		return;
	if (screen)
		look();
	listen(true, screen);
}
