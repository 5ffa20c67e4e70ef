/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/map_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

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

static const char *trace_error(int err)
{
	switch (err) {
	case -ENOENT:
		return "not mapped";
	case -EFAULT:
		return "a table lies where nothing can be read";
	case -ERANGE:
		return "in neither half of the address space";
	case -EACCES:
		return "walks of this half are disabled (TCR.EPD)";
	case -EINVAL:
		return "TCR has a size or a granule that does not exist";
	case -ENXIO:
		return "an address is wider than TCR allows";
	default:
		return "no translation";
	}
}

const char *map_trace_line(const struct pt_trace *trace, int err, char *text)
{
	struct line line = { .text = text };
	uint32_t rights = trace->rights;

	if (err) {
		append(&line, "%s", trace_error(err));
		return text;
	}
	append(&line, "PA 0x%012" PRIx64 "  r%c%c", trace->pa, rights & PT_RIGHT_WRITE ? 'w' : '-',
	       rights & PT_RIGHT_EXEC ? 'x' : '-');
	if (rights & (PT_RIGHT_EL0 | PT_RIGHT_EL0_EXEC))
		append(&line, ", EL0 %s%c%c", rights & PT_RIGHT_EL0 ? "r" : "-",
		       (rights & PT_RIGHT_EL0) && (rights & PT_RIGHT_WRITE) ? 'w' : '-',
		       rights & PT_RIGHT_EL0_EXEC ? 'x' : '-');
	append(&line, "  MAIR attribute %u  leaf ", trace->attr_index);
	append_size(&line, trace->leaf_size);
	if (!(rights & PT_RIGHT_ACCESSED))
		append(&line, "  AF clear: an access faults");
	return text;
}
