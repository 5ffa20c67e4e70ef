// SPDX-License-Identifier: BSD-2-Clause
#include "common/console/video.h"

#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <string.h>

#include "arch/mem.h"
#include "common/console/console.h"
#include "common/fdt/cell.h"
#include "common/fdt/fdt.h"
#include "common/fdt/walk.h"
#include "common/mem/home.h"
#include "drivers/bcm283x/mailbox.h"
#include "drivers/bcm283x/pi_screen.h"
#include "drivers/video/ramfb.h"
#include "lib/base/err.h"

/* QEMU's window has what the guest asks for. */
#define RAMFB_WIDTH  1024
#define RAMFB_HEIGHT 768

#define BLOCK (2 * MIB)

const struct screen_mode *video_made;
bool video_open;

static struct screen screen;
static struct screen_mode made;
static bool on_serial = true, on_screen;

/* ---- the tree's */

/* `reg`, on a bus that is the CPU's: /chosen's, or the root's. */
static int tree_reg(int node, paddr_t *start, uint64_t *size)
{
	int parent = fdt_parent_offset(machine.fdt, node), length;
	int address = fdt_address_cells(machine.fdt, parent);
	int sizes = fdt_size_cells(machine.fdt, parent);
	const uint32_t *reg = fdt_getprop(machine.fdt, node, "reg", &length);

	if (!reg || address < 1 || address > 2 || sizes < 1 || sizes > 2 ||
	    length < (address + sizes) * 4)
		return -EINVAL;
	*start = address == 2 ? fdt_be64(reg) : fdt_be32(reg);
	*size = sizes == 2 ? fdt_be64(reg + address) : fdt_be32(reg + address);
	return 0;
}

static int map_in(paddr_t start, uint64_t size, uint64_t step)
{
	paddr_t from = ALIGN_DOWN(start, step);

	return loft_map_uncached(from, ALIGN_UP(start + size, step) - from);
}

/* Are the whole blocks around it one reservation, so that nothing else comes into the map? */
static bool owns_blocks(paddr_t start, uint64_t size)
{
	const struct mem_range *owner = memmap_owner(&machine.mem, start, size);

	return owner && owner->start <= ALIGN_DOWN(start, BLOCK) &&
	       mem_range_last(owner) >= ALIGN_UP(start + size, BLOCK) - 1;
}

/*
 * Where it is mapped already it is cached; where it is not, as no-map has it, it is not to be.
 * Loft's tables are no more than its map took, so that there may be none for pages.
 */
static int tree_map(paddr_t start, uint64_t size, bool *cached)
{
	int rc = map_in(start, size, 4 * KIB);

	if (rc == -ENOMEM && owns_blocks(start, size))
		rc = map_in(start, size, BLOCK);
	*cached = rc == -EEXIST;
	return *cached ? 0 : rc;
}

/* Memory that is there, and nobody's. */
static int take(struct screen_mode *mode, paddr_t start, uint32_t flags, struct why *why)
{
	uint64_t size = (uint64_t)mode->height * mode->stride;
	bool cached;
	int rc = tree_map(start, size, &cached);

	if (rc)
		return refuse(why, rc, "the framebuffer at 0x%" PRIx64 " cannot be mapped: %s",
			      start, err_name(rc));
	/* Nothing is loaded there, and nothing else; where somebody has it already, that is so. */
	(void)!memmap_claim(&machine.mem, ALIGN_DOWN(start, 4 * KIB),
			    ALIGN_UP(start + size, 4 * KIB) - ALIGN_DOWN(start, 4 * KIB), flags,
			    "framebuffer", NULL);
	mode->base = (uint8_t *)start;
	mode->coherent = !cached;
	return 0;
}

static int from_tree(int node, struct screen_mode *mode, struct why *why)
{
	const char *format = fdt_getprop(machine.fdt, node, "format", NULL);
	uint64_t size, need;
	paddr_t start;

	mode->width = fdt_cell_or(machine.fdt, node, "width", 0);
	mode->height = fdt_cell_or(machine.fdt, node, "height", 0);
	mode->stride = fdt_cell_or(machine.fdt, node, "stride", 0);
	mode->format = format ? screen_format(format) : NULL;
	need = (uint64_t)mode->height * mode->stride;
	if (!mode->format)
		return refuse(why, -EINVAL, "simple-framebuffer: the format '%s' is unknown",
			      format ? format : "");
	if (tree_reg(node, &start, &size) || !need || size < need || start > UINT64_MAX - size ||
	    (start + size) >> 48)
		return refuse(why, -EINVAL,
			      "simple-framebuffer: reg does not hold %u lines of %u bytes",
			      mode->height, mode->stride);
	return take(mode, start, MEM_FOREIGN | MEM_KEEP, why);
}

/* ---- QEMU's */

static int from_ramfb(struct screen_mode *mode, struct why *why)
{
	const struct device *device = machine_find(&machine, "qemu,fw-cfg-mmio", 0);
	struct fwcfg_file file;
	struct fwcfg fw;
	paddr_t start;
	int rc;

	if (!device ||
	    fwcfg_init(&fw, device->base,
		       fdt_getprop(machine.fdt, device->node, "dma-coherent", NULL)) ||
	    ramfb_find(&fw, &file))
		return refuse(why, -ENODEV, "no screen: neither a simple-framebuffer nor a ramfb");
	*mode = (struct screen_mode){ .width = RAMFB_WIDTH,
				      .height = RAMFB_HEIGHT,
				      .stride = RAMFB_WIDTH * 4,
				      .format = screen_format("x8r8g8b8"),
				      .coherent = fw.coherent };
	rc = memmap_alloc(&machine.mem, (uint64_t)mode->height * mode->stride, 4 * KIB, true,
			  ~UINT64_C(0), MEM_KEEP, "framebuffer", &start, why);
	if (rc)
		return rc;
	mode->base = (uint8_t *)start;
	mem_fill(mode->base, 0, (uint64_t)mode->height * mode->stride);
	rc = ramfb_show(&fw, &file, mode);
	if (!rc)
		return 0;
	memmap_release(&machine.mem, start);
	return refuse(why, rc, "ramfb: %s", err_name(rc));
}

/* ---- the Raspberry Pi's */

static int from_pi(const struct device *mailbox, struct screen_mode *mode, struct why *why)
{
	paddr_t message, start = 0;
	int rc = memmap_alloc(&machine.mem, 4 * KIB, 4 * KIB, true, MAILBOX_REACH - 1, 0,
			      "a message to the VideoCore", &message, why);

	if (rc)
		return rc;
	rc = pi_screen_make(mailbox->base, (uint32_t *)message, mode, &start);
	memmap_release(&machine.mem, message);
	if (rc)
		return refuse(why, rc, "the VideoCore makes no framebuffer: %s", err_name(rc));
	return take(mode, start, MEM_KEEP, why);
}

/* Without one in the tree. */
static int made_here(struct screen_mode *mode, struct why *why)
{
	const struct device *mailbox = NULL;

	if (IS_ENABLED(CONFIG_VIDEO_PI))
		mailbox = machine_find(&machine, "brcm,bcm2835-mbox", 0);
	if (mailbox)
		return from_pi(mailbox, mode, why);
	if (IS_ENABLED(CONFIG_VIDEO_RAMFB))
		return from_ramfb(mode, why);
	return refuse(why, -ENODEV, "no screen: the tree has no simple-framebuffer");
}

static int open_screen(struct why *why)
{
	struct screen_mode mode = { 0 };
	int node = fdt_next_enabled(machine.fdt, -1, "simple-framebuffer"), rc;

	if (video_open)
		return 0;
	rc = node >= 0 ? from_tree(node, &mode, why) : made_here(&mode, why);
	if (rc)
		return rc;
	rc = screen_open(&screen, &mode);
	if (rc)
		return refuse(why, rc, "a screen of %ux%u, %u bytes a line, cannot be used",
			      mode.width, mode.height, mode.stride);
	video_open = true;
	made = mode;
	video_made = node < 0 ? &made : NULL;
	return 0;
}

/* ---- the console's */

static bool prints(const char *bytes, size_t count)
{
	if (on_screen)
		screen_write(&screen, bytes, count);
	return !on_serial;
}

static struct console_tap tap = { .prints = prints };

static bool is_word(const char *at, size_t length, const char *word)
{
	return length == strlen(word) && !memcmp(at, word, length);
}

int video_outputs(const char *list, struct why *why)
{
	bool serial = !list, wanted = false;
	int rc = 0;

	for (const char *at = list; at && *at; at += at[0] == ',') {
		size_t length = strcspn(at, ",");

		if (is_word(at, length, "serial"))
			serial = true;
		else if (is_word(at, length, "vidconsole"))
			wanted = true;
		else
			return refuse(why, -EINVAL, "'%.*s' is neither serial nor vidconsole",
				      (int)MIN(length, (size_t)40), at);
		at += length;
	}
	if (!serial && !wanted)
		return refuse(why, -EINVAL, "neither serial nor vidconsole is named");
	if (wanted)
		rc = open_screen(why);
	if (rc)
		return rc;
	if (wanted)
		console_tap(&tap);
	on_serial = serial;
	on_screen = wanted;
	return 0;
}

struct screen *video_screen(void)
{
	return on_screen ? &screen : NULL;
}

const struct screen_mode *video_outside(void)
{
	return video_open && !memmap_is_dram(&machine.mem, (paddr_t)made.base, 1) ? &made : NULL;
}
