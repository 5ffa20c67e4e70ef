/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/map/print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "arch/arm64/fault/esr.h"
#include "arch/arm64/cpu/sysreg.h"

struct kind_words {
	char rights[4];
	char type[12];
};

static const struct kind_words words[PT_KIND_COUNT] = {
	[PT_CODE] = { "r-x", "normal" },   [PT_RODATA] = { "r--", "normal" },
	[PT_DATA] = { "rw-", "normal" },   [PT_UNCACHED] = { "rw-", "uncached" },
	[PT_DEVICE] = { "rw-", "device" }, [PT_CODE_RW] = { "rwx", "normal" },
};

const char *map_rights(enum pt_kind kind)
{
	return words[kind].rights;
}

const char *map_type(enum pt_kind kind)
{
	return words[kind].type;
}

/* A line that grows to the right, cut off at its end. */
struct line {
	char *text;
	size_t used;
};

static void __printf(2, 3) append(struct line *line, const char *fmt, ...)
{
	size_t room = MAP_LINE_SIZE - line->used;
	va_list args;
	int length;

	va_start(args, fmt);
	length = vsnprintf(line->text + line->used, room, fmt, args);
	va_end(args);
	if (length > 0)
		line->used += (size_t)length < room ? (size_t)length : room - 1;
}

static void append_spaces(struct line *line, size_t until)
{
	while (line->used < until && line->used < MAP_LINE_SIZE - 1)
		line->text[line->used++] = ' ';
	line->text[line->used] = '\0';
}

/* "2M", "32M", "64K": sizes of leaves are powers of two. */
static void append_size(struct line *line, uint64_t size)
{
	unsigned unit = 0;

	while (size >= KIB && unit < 4) {
		size /= KIB;
		unit++;
	}
	append(line, "%u%c", (unsigned)size, "BKMGT"[unit]);
}

static void append_leaves(struct line *line, const struct pt *pt, const struct pt_leaf *run)
{
	unsigned stride = pt->format.page_shift - 3u;

	for (unsigned level = 0; level < ARRAY_SIZE(run->count); level++) {
		if (!run->count[level])
			continue;
		append(line, " %ux", run->count[level]);
		append_size(line, BIT(pt->format.page_shift + (3 - level) * stride));
	}
}

const char *map_line(const struct pt *pt, const struct pt_leaf *run, const char *name, char *text)
{
	struct line line = { .text = text };

	append(&line, "%016" PRIx64 "-%016" PRIx64 "  %012" PRIx64 "-%012" PRIx64 "  %s  %-8s",
	       run->va, run->va + (run->size - 1), run->pa, run->pa + (run->size - 1),
	       map_rights(run->kind), map_type(run->kind));
	append_leaves(&line, pt, run);
	if (name) {
		append_spaces(&line, 100);
		append(&line, "  %s", name);
	}
	return text;
}

const char *map_name(const struct pt_region *region, unsigned count, vaddr_t va)
{
	for (unsigned i = 0; i < count; i++)
		if (va - region[i].va < region[i].size)
			return region[i].name;
	return NULL;
}

const char *map_step_line(const struct pt_step *step, char *text)
{
	struct line line = { .text = text };

	append(&line, "level %d  0x%012" PRIx64 "[%u]", step->level, step->table, step->index);
	append_spaces(&line, 30);
	append(&line, "  0x%016" PRIx64 "  %s", step->descriptor, pt_meaning_name(step->meaning));
	return text;
}

/* A byte of MAIR. */
static void append_type(struct line *line, unsigned attr)
{
	static const char device[4][8] = { "nGnRnE", "nGnRE", "nGRE", "GRE" };

	if (attr == MAIR_NORMAL_WB)
		append(line, "normal write-back");
	else if (attr == MAIR_NORMAL_NC)
		append(line, "normal non-cacheable");
	else if (!(attr & ~0xcu))
		append(line, "device %s", device[attr >> 2]);
	else
		append(line, "attribute 0x%02x", attr);
}

static unsigned mair_byte(uint64_t mair, unsigned index)
{
	return mair >> index * 8 & 0xff;
}

const char *map_trace_line(const struct pt_trace *trace, int err, uint64_t mair, char *text)
{
	struct line line = { .text = text };
	uint32_t rights = trace->rights;

	if (err) {
		append(&line, "%s", pt_walk_result(err));
		return text;
	}
	append(&line, "PA 0x%012" PRIx64 "  r%c%c  %s", trace->pa,
	       rights & PT_RIGHT_WRITE ? 'w' : '-', rights & PT_RIGHT_EXEC ? 'x' : '-',
	       rights & (PT_RIGHT_EL0 | PT_RIGHT_EL0_EXEC) ? "EL0 too  " : "");
	append_type(&line, mair_byte(mair, trace->attr_index));
	append(&line, "  leaf ");
	append_size(&line, trace->leaf_size);
	if (!(rights & PT_RIGHT_ACCESSED))
		append(&line, "  AF clear: an access faults");
	return text;
}

const char *map_hardware_line(const struct map_hardware *hardware, vaddr_t va, char *text)
{
	struct line line = { .text = text };
	uint64_t par = hardware->load;

	if (par & PAR_F) {
		esr_fault_status(ID_GET(PAR_FST, par), text, MAP_LINE_SIZE);
		return text;
	}
	append(&line, "PA 0x%012" PRIx64 "  r%c   ", (par & PAR_PA) | (va & 0xfff),
	       hardware->store & PAR_F ? '-' : 'w');
	append_type(&line, ID_GET(PAR_ATTR, par));
	return text;
}

static bool fault_agrees(const struct pt_trace *trace, int err, unsigned status)
{
	int level = trace->step_count ? trace->step[trace->step_count - 1].level : 0;
	bool translation = status - 4u < 4 || status == 0x2b;

	switch (err) {
	case -ENOENT:
		return status == (level < 0 ? 0x2bu : 4u + (unsigned)level);
	case -ENXIO:
		return status < 4 || status == 0x29;
	default:
		return translation && (err == -EACCES || err == -ERANGE);
	}
}

bool map_agrees(const struct pt_trace *trace, int err, uint64_t mair,
		const struct map_hardware *hardware)
{
	uint64_t par = hardware->load;
	bool device = !(mair_byte(mair, trace->attr_index) & 0xf0);

	if (err)
		return (par & PAR_F) && fault_agrees(trace, err, ID_GET(PAR_FST, par));
	return !(par & PAR_F) && !((par ^ trace->pa) & PAR_PA) &&
	       !(ID_GET(PAR_ATTR, par) & 0xf0) == device &&
	       !(hardware->store & PAR_F) == !!(trace->rights & PT_RIGHT_WRITE);
}

static int read_nothing(void *ctx, paddr_t pa, uint64_t *descriptor)
{
	(void)ctx;
	(void)pa;
	(void)descriptor;
	return -EFAULT;
}

/* A half, by a walk that does not get beyond its registers. */
static void append_half(struct line *line, const struct mmu_regs *regs, unsigned el, bool upper)
{
	const struct pt_foreign regime = { .tcr = regs->tcr,
					   .two_halves = el != 2,
					   .read = read_nothing };
	struct pt_trace trace;
	int err = pt_walk_foreign(&regime, upper ? ~UINT64_C(0) : 0, &trace);

	append(line, "TTBR%u ", upper);
	if (err == -EACCES || err == -EINVAL)
		append(line, err == -EACCES ? "off, " : "invalid, ");
	else
		append(line, "%u bits %uK, ", trace.va_bits, 1u << trace.page_shift >> 10);
	if (upper || el == 2)
		append(line, "PA %u bits", trace.oa_bits);
}

static void append_sctlr(struct line *line, uint64_t sctlr)
{
	/* the same at EL1 and EL2 */
	static const struct {
		uint8_t bit;
		char name[4];
	} bits[] = { { 0, "M" }, { 2, "C" }, { 12, "I" }, { 1, "A" }, { 3, "SA" }, { 19, "WXN" } };

	for (unsigned i = 0; i < ARRAY_SIZE(bits); i++)
		append(line, "%s%s %u", i ? "  " : "", bits[i].name,
		       (unsigned)(sctlr >> bits[i].bit & 1));
}

static void append_mair(struct line *line, uint64_t mair)
{
	for (unsigned i = 0; i < 4; i++) {
		append(line, "%s%u ", i ? ", " : "", i);
		append_type(line, mair_byte(mair, i));
	}
}

const char *map_register_line(const struct mmu_regs *regs, unsigned el, enum map_register reg,
			      char *text)
{
	static const char names[MAP_REGISTERS][6] = { "MAIR", "TCR", "TTBR0", "TTBR1", "SCTLR" };
	struct line line = { .text = text };
	uint64_t value = (&regs->mair)[reg];

	append(&line, "%s_EL%u", names[reg], el % 16);
	append_spaces(&line, 11);
	append(&line, "0x%016" PRIx64 "%s", value,
	       (BIT(MAP_TTBR0) | BIT(MAP_TTBR1)) & BIT(reg) ? "" : "  ");
	if (reg == MAP_SCTLR) {
		append_sctlr(&line, value);
	} else if (reg == MAP_MAIR) {
		append_mair(&line, value);
	} else if (reg == MAP_TCR) {
		append_half(&line, regs, el, false);
		if (el != 2)
			append_half(&line, regs, el, true);
	}
	return text;
}
