/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/pci/pci.h"

#include <errno.h>
#include <inttypes.h>

#include <arch/io.h>

#define HEADER_MULTI	    0x80
#define HEADER_BRIDGE	    1
#define STATUS_CAPABILITIES BIT(4)

/* A bridge's registers. */
#define BUSES		    0x18 /* primary, secondary, subordinate, latency */
#define IO_WINDOW	    0x1c
#define MEMORY_WINDOW	    0x20
#define PREFETCH_WINDOW	    0x24

#define BAR_IO		    BIT(0)
#define BAR_64		    0x4
#define BAR_TYPE	    0x6
#define BAR_PREFETCH	    BIT(3)

#define WINDOW_STEP	    MIB
#define DEPTH		    8 /* bridges behind bridges */

static paddr_t place(const struct pci_function *fn, unsigned int at)
{
	return fn->host->ecam + ((uint64_t)(fn->bdf - (fn->host->first << 8)) << 12) + at;
}

uint32_t pci_read32(const struct pci_function *fn, unsigned int at)
{
	return mmio_read32(place(fn, at));
}

uint16_t pci_read16(const struct pci_function *fn, unsigned int at)
{
	return mmio_read16(place(fn, at));
}

uint8_t pci_read8(const struct pci_function *fn, unsigned int at)
{
	return mmio_read8(place(fn, at));
}

void pci_write32(const struct pci_function *fn, unsigned int at, uint32_t value)
{
	mmio_write32(place(fn, at), value);
}

void pci_write16(const struct pci_function *fn, unsigned int at, uint16_t value)
{
	mmio_write16(place(fn, at), value);
}

/* Fills @fn for its bdf; false where nothing answers. */
static bool look(const struct pci_host *host, struct pci_function *fn)
{
	uint32_t value;

	fn->host = host;
	value = pci_read32(fn, PCI_VENDOR);
	fn->vendor = (uint16_t)value;
	fn->device = (uint16_t)(value >> 16);
	if (fn->vendor == 0xffff || !fn->vendor)
		return false;
	value = pci_read32(fn, PCI_CLASS);
	fn->class_code = value >> 8;
	fn->revision = (uint8_t)value;
	fn->header = pci_read8(fn, PCI_HEADER);
	return true;
}

/* The functions of one device have its first one's word for being many. */
static bool is_multi(const struct pci_host *host, unsigned int bdf)
{
	struct pci_function zero = { .bdf = (uint16_t)(bdf & ~7u) };

	return look(host, &zero) && zero.header & HEADER_MULTI;
}

/* The function after @fn on its bus, or the first. */
static bool next_on_bus(const struct pci_host *host, struct pci_function *fn, bool first)
{
	const unsigned int bus = fn->bdf >> 8;

	for (unsigned int devfn = first ? 0 : (fn->bdf & 0xff) + 1u; devfn < 256; devfn++) {
		if (devfn % 8 && !is_multi(host, bus << 8 | devfn)) {
			devfn |= 7;
			continue;
		}
		fn->bdf = (uint16_t)(bus << 8 | devfn);
		if (look(host, fn))
			return true;
	}
	return false;
}

bool pci_next(const struct pci_host *host, struct pci_function *fn)
{
	bool first = !fn->host;
	unsigned int bus = first ? host->first : fn->bdf >> 8;

	for (; bus <= host->top; bus++, first = true) {
		fn->bdf = (uint16_t)(bus << 8 | (first ? 0 : fn->bdf & 0xff));
		if (next_on_bus(host, fn, first))
			return true;
	}
	return false;
}

/* ---- BARs ---- */

static bool is_bridge(const struct pci_function *fn)
{
	return (fn->header & 0x7f) == HEADER_BRIDGE;
}

static unsigned int bar_count(const struct pci_function *fn)
{
	return is_bridge(fn) ? 2 : (fn->header & 0x7f) == 0 ? PCI_BARS : 0;
}

/* A BAR as devices see it; the size is asked for with decoding off. */
static int bar_raw(const struct pci_function *fn, unsigned int n, struct pci_bar *bar)
{
	const unsigned int at = PCI_BAR0 + 4 * n;
	const uint16_t command = pci_read16(fn, PCI_COMMAND);
	uint32_t low, high = 0, ones, ones_high = UINT32_MAX;

	if (n >= bar_count(fn))
		return -ENOENT;
	low = pci_read32(fn, at);
	*bar = (struct pci_bar){ .is_io = low & BAR_IO,
				 .is_64 = !(low & BAR_IO) && (low & BAR_TYPE) == BAR_64,
				 .prefetchable = !(low & BAR_IO) && low & BAR_PREFETCH };
	if (bar->is_64 && n >= bar_count(fn) - 1)
		return -ENOENT;
	pci_write16(fn, PCI_COMMAND, (uint16_t)(command & ~(PCI_COMMAND_MEMORY | BIT(0))));
	pci_write32(fn, at, UINT32_MAX);
	ones = pci_read32(fn, at);
	pci_write32(fn, at, low);
	if (bar->is_64) {
		high = pci_read32(fn, at + 4);
		pci_write32(fn, at + 4, UINT32_MAX);
		ones_high = pci_read32(fn, at + 4);
		pci_write32(fn, at + 4, high);
	}
	pci_write16(fn, PCI_COMMAND, command);

	const uint32_t flags = bar->is_io ? 0x3 : 0xf;
	uint64_t mask = (uint64_t)ones_high << 32 | (ones & ~flags);

	if (bar->is_io)
		mask |= 0xffff0000; /* devices may have 16 bits only */
	if (!(ones & ~flags) && ones_high == (bar->is_64 ? 0 : UINT32_MAX))
		return -ENOENT;
	bar->size = -mask;
	bar->base = (uint64_t)high << 32 | (low & ~flags);
	/* a power of two */
	return !bar->size || bar->size & (bar->size - 1) ? -ENOENT : 0;
}

static bool in_window(const struct pci_host *host, const struct pci_bar *bar)
{
	return bar->base && bar->base >= host->bus && bar->size <= host->size &&
	       bar->base - host->bus <= host->size - bar->size;
}

/* n is the second half of a 64-bit BAR. */
static bool is_upper_half(const struct pci_function *fn, unsigned int n)
{
	bool upper = false;

	for (unsigned int i = 0; i < n; i++) {
		const uint32_t value = pci_read32(fn, PCI_BAR0 + 4 * i);

		upper = !upper && !(value & BAR_IO) && (value & BAR_TYPE) == BAR_64;
	}
	return upper;
}

int pci_bar(const struct pci_function *fn, unsigned int n, struct pci_bar *bar)
{
	int err;

	if (n >= bar_count(fn) || is_upper_half(fn, n))
		return -ENOENT;
	err = bar_raw(fn, n, bar);
	if (!err && !bar->is_io && in_window(fn->host, bar))
		bar->base = bar->base - fn->host->bus + fn->host->cpu;
	return err;
}

int pci_registers(const struct pci_function *fn, unsigned int n, uint64_t size, paddr_t *base)
{
	struct pci_bar bar;

	if (n >= bar_count(fn) || is_upper_half(fn, n) || bar_raw(fn, n, &bar) || bar.is_io)
		return -ENOENT;
	if (!in_window(fn->host, &bar) || bar.size < size)
		return -ERANGE;
	*base = bar.base - fn->host->bus + fn->host->cpu;
	return 0;
}

void pci_enable(const struct pci_function *fn)
{
	pci_write16(fn, PCI_COMMAND,
		    (uint16_t)(pci_read16(fn, PCI_COMMAND) | PCI_COMMAND_MEMORY |
			       PCI_COMMAND_MASTER));
}

unsigned int pci_capability(const struct pci_function *fn, uint8_t id, unsigned int after)
{
	unsigned int at;

	if (!(pci_read16(fn, PCI_STATUS) & STATUS_CAPABILITIES))
		return 0;
	at = pci_read8(fn, after ? after + 1 : PCI_CAPABILITIES) & 0xfc;
	/* 48 of four bytes fit: a longer chain is a circle */
	for (unsigned int i = 0; at >= 0x40 && i < 48; i++) {
		if (pci_read8(fn, at) == id)
			return at;
		at = pci_read8(fn, at + 1) & 0xfc;
	}
	return 0;
}

/* ---- numbering ---- */

/* Takes @size of the window, at a multiple of it; 0: no room. */
static uint64_t take(struct pci_host *host, uint64_t size, bool is_64)
{
	const uint64_t at = ALIGN_UP(MAX(host->next, (uint64_t)1), size);
	const uint64_t used = at - host->bus;

	if (at < host->next || used > host->size || size > host->size - used)
		return 0;
	if (!is_64 && (at > UINT32_MAX || size - 1 > UINT32_MAX - at))
		return 0;
	host->next = at + size;
	return at;
}

static int no_room(const struct pci_function *fn, const char *for_what, struct why *why)
{
	return refuse(why, -ENOSPC, "pci %02x.%02x.%x: %s finds no room in the host's window",
		      fn->bdf >> 8, fn->bdf >> 3 & 0x1f, fn->bdf & 7, for_what);
}

/* @root: on the first bus, where what lies in the window stays */
static int give_addresses(struct pci_host *host, const struct pci_function *fn, bool root,
			  struct why *why)
{
	struct pci_bar bar;
	int err = 0;

	for (unsigned int n = 0; n < bar_count(fn); n++) {
		const unsigned int at = PCI_BAR0 + 4 * n;
		const bool is = !bar_raw(fn, n, &bar) && !bar.is_io;
		uint64_t address;

		if (is && !(root && in_window(host, &bar))) {
			address = take(host, bar.size, bar.is_64 && root);
			if (!address)
				err = no_room(fn, "a BAR", why);
			pci_write16(fn, PCI_COMMAND,
				    (uint16_t)(pci_read16(fn, PCI_COMMAND) & ~PCI_COMMAND_MEMORY));
			pci_write32(fn, at, (uint32_t)address);
			if (bar.is_64)
				pci_write32(fn, at + 4, (uint32_t)(address >> 32));
		}
		n += (pci_read32(fn, at) & (BAR_IO | BAR_TYPE)) == BAR_64;
	}
	return err;
}

/* Behind what firmware gave on the first bus nothing is given twice. */
static void skip_used(struct pci_host *host)
{
	struct pci_function fn = { .bdf = (uint16_t)(host->first << 8) };
	struct pci_bar bar;
	bool first = true;

	for (; next_on_bus(host, &fn, first); first = false) {
		for (unsigned int n = 0; n < bar_count(&fn); n++) {
			if (!bar_raw(&fn, n, &bar) && !bar.is_io && in_window(host, &bar))
				host->next = MAX(host->next, bar.base + bar.size);
			n += (pci_read32(&fn, PCI_BAR0 + 4 * n) & (BAR_IO | BAR_TYPE)) == BAR_64;
		}
		if (!is_bridge(&fn) || !(pci_read32(&fn, BUSES) & 0xff00))
			continue;

		const uint32_t window = pci_read32(&fn, MEMORY_WINDOW);
		const uint64_t end = (window & 0xfff00000u) + WINDOW_STEP;

		host->top =
			MAX(host->top, MIN((uint8_t)(pci_read32(&fn, BUSES) >> 16), host->last));
		if ((window & 0xfff0u) << 16 < end && end > host->bus &&
		    end - host->bus <= host->size)
			host->next = MAX(host->next, end);
	}
}

static int open_bridge(struct pci_host *host, const struct pci_function *fn, unsigned int depth,
		       struct why *why)
{
	const uint32_t latency = pci_read32(fn, BUSES) & 0xff000000u;
	const uint64_t start = ALIGN_UP(host->next, WINDOW_STEP);

	if (depth == DEPTH)
		return refuse(why, -ENOSPC, "pci: more than %d bridges, one behind another", DEPTH);
	if (host->top == host->last)
		return refuse(why, -ENOSPC, "pci %02x.%02x.%x: no bus number is left behind %u",
			      fn->bdf >> 8, fn->bdf >> 3 & 0x1f, fn->bdf & 7, host->last);
	host->next = start;
	host->top++;
	/* all buses up to the last are behind it, until it is known how many there are */
	pci_write32(fn, BUSES,
		    latency | (uint32_t)host->last << 16 | (uint32_t)host->top << 8 | fn->bdf >> 8);
	pci_write16(fn, IO_WINDOW, 0x00f0);
	pci_write32(fn, PREFETCH_WINDOW, 0x0000fff0);
	pci_write32(fn, MEMORY_WINDOW, (uint32_t)(start >> 16));
	return 0;
}

static void close_bridge(struct pci_host *host, const struct pci_function *fn)
{
	const uint32_t buses = pci_read32(fn, BUSES) & 0xff00ffffu;
	const uint64_t start = (uint64_t)(pci_read32(fn, MEMORY_WINDOW) & 0xfff0u) << 16;
	uint64_t end;

	host->next = ALIGN_UP(host->next, WINDOW_STEP);
	end = host->next;
	pci_write32(fn, BUSES, buses | (uint32_t)host->top << 16);
	/* the last megabyte; a window whose start is behind its end is closed */
	pci_write32(fn, MEMORY_WINDOW,
		    start < end ? (uint32_t)((end - WINDOW_STEP) | start >> 16) : 0x0000fff0);
	pci_enable(fn);
}

int pci_scan(struct pci_host *host, struct why *why)
{
	struct pci_function parents[DEPTH], fn = { .bdf = (uint16_t)(host->first << 8) };
	unsigned int depth = 0;
	bool first = true;
	int err = 0;

	host->top = host->first;
	host->next = host->bus;
	skip_used(host);
	for (;;) {
		if (!next_on_bus(host, &fn, first)) {
			if (!depth)
				return err;
			fn = parents[--depth];
			close_bridge(host, &fn);
			first = false;
			continue;
		}
		first = false;
		if (give_addresses(host, &fn, !depth, why))
			err = -ENOSPC;
		if (!is_bridge(&fn) || (!depth && pci_read32(&fn, BUSES) & 0xff00))
			continue;
		if (open_bridge(host, &fn, depth, why)) {
			err = -ENOSPC;
			continue;
		}
		parents[depth++] = fn;
		fn.bdf = (uint16_t)(host->top << 8);
		first = true;
	}
}
