/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/mem/memmap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LAST_ADDRESS (~(paddr_t)0)

/** struct span - a range by its first and last byte, the form that never wraps */
struct span {
	paddr_t first, last;
};

struct span_text {
	char text[48];
};

static const char *show(struct span_text *out, struct span s)
{
	if (s.last == LAST_ADDRESS)
		snprintf(out->text, sizeof(out->text), "[0x%" PRIx64 ", 2^64)", s.first);
	else
		snprintf(out->text, sizeof(out->text), "[0x%" PRIx64 ", 0x%" PRIx64 ")", s.first,
			 s.last + 1);
	return out->text;
}

static struct span span_of(const struct mem_range *r)
{
	return (struct span){ r->start, mem_range_last(r) };
}

/* Fails where the range has no byte or passes the end of the address space. */
static int span_make(struct span *out, paddr_t start, uint64_t size, const char *what,
		     struct why *why)
{
	if (!size)
		return refuse(why, -EINVAL, "%s at 0x%" PRIx64 " is empty", what, start);
	if (size - 1 > LAST_ADDRESS - start)
		return refuse(why, -ERANGE,
			      "%s at 0x%" PRIx64 " has 0x%" PRIx64
			      " bytes: more than the 64-bit address space leaves there",
			      what, start, size);
	*out = (struct span){ start, start + (size - 1) };
	return 0;
}

/* 2^64 bytes have no size: the very last byte is then given up. */
static uint64_t span_size(struct span s)
{
	uint64_t less_one = s.last - s.first;

	return less_one == UINT64_MAX ? less_one : less_one + 1;
}

static struct mem_range range_make(struct span s, uint32_t flags, const char *owner)
{
	struct mem_range r = { .start = s.first, .size = span_size(s), .flags = flags };

	for (unsigned int i = 0; i < sizeof(r.owner) - 1 && owner[i]; i++)
		r.owner[i] = owner[i];
	return r;
}

/* Entries [from, to) of a sorted list make room for one new entry, or for none. */
static void list_replace(struct mem_range *list, unsigned int *count, unsigned int from,
			 unsigned int to, const struct mem_range *with)
{
	unsigned int put = with ? 1 : 0;

	memmove(&list[from + put], &list[to], (*count - to) * sizeof(*list));
	if (with)
		list[from] = *with;
	*count -= to - from;
	*count += put;
}

/* First entry that ends at or after @addr: the first that could overlap what begins there. */
static unsigned int list_seek(const struct mem_range *list, unsigned int count, paddr_t addr)
{
	unsigned int i = 0;

	while (i < count && mem_range_last(&list[i]) < addr)
		i++;
	return i;
}

int memmap_add_bank(struct memmap *map, paddr_t start, uint64_t size, struct why *why)
{
	struct mem_range bank;
	struct span s;
	unsigned int from, to;
	int err;

	if (!size)
		return 0;
	err = span_make(&s, start, size, "the memory bank", why);
	if (err)
		return err;

	/* A bank that ends just before this one, or begins just after it, is merged as well. */
	from = list_seek(map->bank, map->bank_count, s.first ? s.first - 1 : 0);
	for (to = from; to < map->bank_count; to++) {
		struct span b = span_of(&map->bank[to]);

		if (s.last != LAST_ADDRESS && b.first > s.last + 1)
			break;
		s.first = MIN(s.first, b.first);
		s.last = MAX(s.last, b.last);
	}
	if (from == to && map->bank_count == MEMMAP_BANKS_MAX)
		return refuse(why, -ENOSPC,
			      "the memory bank at 0x%" PRIx64 " is one more than %d, the most",
			      start, MEMMAP_BANKS_MAX);
	bank = range_make(s, 0, "DRAM");
	list_replace(map->bank, &map->bank_count, from, to, &bank);
	return 0;
}

/* Banks never touch each other, so what is wholly DRAM lies in one. */
static bool span_is_dram(const struct memmap *map, struct span s)
{
	unsigned int i = list_seek(map->bank, map->bank_count, s.first);

	return i < map->bank_count && map->bank[i].start <= s.first &&
	       mem_range_last(&map->bank[i]) >= s.last;
}

bool memmap_is_dram(const struct memmap *map, paddr_t start, uint64_t size)
{
	struct span s;

	return !span_make(&s, start, size, "", NULL) && span_is_dram(map, s);
}

static int refuse_not_dram(const struct memmap *map, struct span s, const char *what,
			   struct why *why)
{
	unsigned int i = list_seek(map->bank, map->bank_count, s.first);
	struct span_text own, bank;

	if (!map->bank_count)
		return refuse(why, -ENXIO, "%s %s is not in DRAM: there is none", what,
			      show(&own, s));
	if (i == map->bank_count)
		i--;
	return refuse(why, -ENXIO, "%s %s is not%s in DRAM; the bank there or next to it is %s",
		      what, show(&own, s),
		      memmap_is_dram(map, s.first, 1) || memmap_is_dram(map, s.last, 1) ? " wholly"
											: "",
		      show(&bank, span_of(&map->bank[i])));
}

static const struct mem_range *span_owner(const struct memmap *map, struct span s)
{
	unsigned int i = list_seek(map->owned, map->owned_count, s.first);

	return i < map->owned_count && map->owned[i].start <= s.last ? &map->owned[i] : NULL;
}

const struct mem_range *memmap_owner(const struct memmap *map, paddr_t start, uint64_t size)
{
	if (!size)
		return NULL;
	return span_owner(map, (struct span){ start, start + MIN(size - 1, LAST_ADDRESS - start) });
}

/* All that memmap_claim() asks but the room in the list; owned entries with @over don't count. */
static int check_span(const struct memmap *map, struct span s, uint32_t over, const char *what,
		      struct why *why)
{
	unsigned int i = list_seek(map->owned, map->owned_count, s.first);
	struct span_text own, other;

	if (!span_is_dram(map, s))
		return refuse_not_dram(map, s, what, why);
	for (; i < map->owned_count && map->owned[i].start <= s.last; i++)
		if (!(map->owned[i].flags & over))
			return refuse(why, -EEXIST, "%s %s overlaps %s %s", what, show(&own, s),
				      map->owned[i].owner, show(&other, span_of(&map->owned[i])));
	return 0;
}

int memmap_check_free(const struct memmap *map, paddr_t start, uint64_t size, const char *what,
		      struct why *why)
{
	struct span s;
	int err = span_make(&s, start, size, what, why);

	return err ? err : check_span(map, s, 0, what, why);
}

static int refuse_full(const char *owner, struct why *why)
{
	return refuse(why, -ENOSPC, "%s would be one more owned range than %d, the most", owner,
		      MEMMAP_OWNED_MAX);
}

int memmap_claim(struct memmap *map, paddr_t start, uint64_t size, uint32_t flags,
		 const char *owner, struct why *why)
{
	struct mem_range r;
	struct span s;
	unsigned int from, to;
	int err = span_make(&s, start, size, owner, why);

	if (!err)
		err = check_span(map, s, flags & MEM_LOADED, owner, why);
	if (err)
		return err;
	from = to = list_seek(map->owned, map->owned_count, s.first);
	while (to < map->owned_count && map->owned[to].start <= s.last)
		to++; /* only loads can stand here: they are replaced */
	if (from == to && map->owned_count == MEMMAP_OWNED_MAX)
		return refuse_full(owner, why);
	r = range_make(s, flags, owner);
	list_replace(map->owned, &map->owned_count, from, to, &r);
	return 0;
}

/*
 * Take @s, which lies inside owned[at], out of it for a new owner: up to two rests of the old one
 * stay beside it.
 */
static int take_over(struct memmap *map, unsigned int at, struct span s, uint32_t flags,
		     const char *owner, struct why *why)
{
	struct mem_range old = map->owned[at];
	struct mem_range r = range_make(s, flags, owner);
	struct span o = span_of(&old);
	unsigned int rests = (o.first < s.first) + (o.last > s.last);

	if (map->owned_count + rests > MEMMAP_OWNED_MAX)
		return refuse_full(owner, why);
	list_replace(map->owned, &map->owned_count, at, at + 1, &r);
	if (o.last > s.last) {
		r = range_make((struct span){ s.last + 1, o.last }, old.flags, old.owner);
		list_replace(map->owned, &map->owned_count, at + 1, at + 1, &r);
	}
	if (o.first < s.first) {
		r = range_make((struct span){ o.first, s.first - 1 }, old.flags, old.owner);
		list_replace(map->owned, &map->owned_count, at, at, &r);
	}
	return 0;
}

/* Is @r a reservation which a no-map one takes the bytes of? Both hold, so the stricter wins. */
static bool yields_to(const struct mem_range *r, uint32_t flags)
{
	return (flags & MEM_NOMAP) && (r->flags & MEM_FOREIGN) && !(r->flags & MEM_NOMAP);
}

/* May owned[i] grow over what is free up to @s? @bank: both must lie in it. */
static bool may_grow(const struct memmap *map, unsigned int i, struct span bank)
{
	const struct mem_range *r = &map->owned[i];

	return i < map->owned_count && r->flags & MEM_FOREIGN && r->start >= bank.first &&
	       mem_range_last(r) <= bank.last;
}

/*
 * The list is nearly full, and nobody owns a byte of @s: the reservation next to it grows over it;
 * where both can, the one with the same rights, then the nearer one. Without a map wins.
 */
static int grow_over(struct memmap *map, struct span s, struct span bank, uint32_t flags,
		     const char *owner, struct why *why)
{
	unsigned int above = list_seek(map->owned, map->owned_count, s.first), below = above - 1;
	bool up = may_grow(map, above, bank), down = above && may_grow(map, below, bank);
	struct mem_range *r;
	struct span all;

	if (up && down) {
		bool up_same = !((map->owned[above].flags ^ flags) & MEM_NOMAP);
		bool down_same = !((map->owned[below].flags ^ flags) & MEM_NOMAP);

		down = up_same == down_same ? s.first - mem_range_last(&map->owned[below]) <=
						      map->owned[above].start - s.last
					    : down_same;
	}
	if (!up && !down)
		return memmap_claim(map, s.first, span_size(s), flags, owner, why);
	r = &map->owned[down ? below : above];
	all = span_of(r);
	all.first = MIN(all.first, s.first);
	all.last = MAX(all.last, s.last);
	r->start = all.first;
	r->size = span_size(all);
	r->flags |= flags & MEM_NOMAP;
	return 0;
}

/* @s lies inside one bank; walk what is owned in it and fill or take over piece by piece. */
static int reserve_in_bank(struct memmap *map, struct span s, struct span bank, uint32_t flags,
			   const char *owner, struct why *why)
{
	const unsigned int most = MEMMAP_OWNED_MAX - MEMMAP_OWNED_SPARE;
	int err = 0;

	for (;;) {
		unsigned int i = list_seek(map->owned, map->owned_count, s.first);
		const struct mem_range *r = i < map->owned_count ? &map->owned[i] : NULL;
		struct span piece = s;

		if (!r || r->start > s.first) { /* a gap first */
			if (r && r->start <= s.last)
				piece.last = r->start - 1;
			err = map->owned_count < most
				      ? memmap_claim(map, piece.first, span_size(piece), flags,
						     owner, why)
				      : grow_over(map, piece, bank, flags, owner, why);
		} else { /* an owner first */
			piece.last = MIN(s.last, mem_range_last(r));
			if (yields_to(r, flags) && map->owned_count + 2 > most)
				map->owned[i].flags |= MEM_NOMAP; /* all of it */
			else if (yields_to(r, flags))
				err = take_over(map, i, piece, flags, owner, why);
		}
		if (err || piece.last == s.last)
			return err;
		s.first = piece.last + 1;
	}
}

int memmap_reserve_foreign(struct memmap *map, paddr_t start, uint64_t size, uint32_t flags,
			   const char *owner, struct why *why)
{
	struct span s;
	int err;

	if (!size)
		return 0;
	err = span_make(&s, start, size, owner, why);
	for (unsigned int i = 0; !err && i < map->bank_count; i++) {
		struct span b = span_of(&map->bank[i]);
		struct span in = { MAX(s.first, b.first), MIN(s.last, b.last) };

		/* MEM_LOADED would drop what stands there; a reservation is no load. */
		if (in.first <= in.last)
			err = reserve_in_bank(map, in, b, (flags & ~MEM_LOADED) | MEM_FOREIGN,
					      owner, why);
	}
	return err;
}

/*
 * Nobody owns a byte of @s, which lies below owned[at]. Is there a never mapped range in a granule
 * that @s shares? Then a kernel has not that granule either.
 */
static const struct mem_range *nomap_near(const struct memmap *map, struct span s, unsigned int at,
					  uint64_t granule)
{
	const struct span wide = { ALIGN_DOWN(s.first, granule), s.last | (granule - 1) };

	for (unsigned int i = at; i-- && mem_range_last(&map->owned[i]) >= wide.first;)
		if (map->owned[i].flags & MEM_NOMAP)
			return &map->owned[i];
	for (unsigned int i = at; i < map->owned_count && map->owned[i].start <= wide.last; i++)
		if (map->owned[i].flags & MEM_NOMAP)
			return &map->owned[i];
	return NULL;
}

/* The lowest free place in @in for @size bytes. */
static bool lowest_in(const struct memmap *map, struct span in, uint64_t size, uint64_t align,
		      uint64_t granule, paddr_t *out)
{
	paddr_t at = in.first, last;

	for (;;) {
		const struct mem_range *r;
		unsigned int i;

		if (at > LAST_ADDRESS - (align - 1))
			return false;
		at = ALIGN_UP(at, align);
		if (at > in.last || in.last - at < size - 1)
			return false;
		i = list_seek(map->owned, map->owned_count, at);
		r = i < map->owned_count && map->owned[i].start <= at + (size - 1) ? &map->owned[i]
										   : NULL;
		if (r) {
			last = mem_range_last(r);
		} else {
			r = nomap_near(map, (struct span){ at, at + (size - 1) }, i, granule);
			if (!r) {
				*out = at;
				return true;
			}
			last = mem_range_last(r) | (granule - 1);
		}
		if (last >= in.last)
			return false;
		at = last + 1;
	}
}

/* The highest free place in @in for @size bytes. */
static bool highest_in(const struct memmap *map, struct span in, uint64_t size, uint64_t align,
		       uint64_t granule, paddr_t *out)
{
	unsigned int i = map->owned_count;

	for (;;) {
		const struct mem_range *r;
		paddr_t at, first;

		if (in.last < in.first || in.last - in.first < size - 1)
			return false;
		at = ALIGN_DOWN(in.last - (size - 1), align);
		if (at < in.first)
			return false;
		/* Owners above the place can't be met again: the place only moves down. */
		while (i && map->owned[i - 1].start > at + (size - 1))
			i--;
		if (i && mem_range_last(&map->owned[i - 1]) >= at) {
			first = map->owned[--i].start;
		} else {
			r = nomap_near(map, (struct span){ at, at + (size - 1) }, i, granule);
			if (!r) {
				*out = at;
				return true;
			}
			first = ALIGN_DOWN(r->start, granule);
		}
		if (first <= in.first)
			return false;
		in.last = first - 1;
	}
}

/* Page 0 is never a place. What does not fill a granule of a bank is none either. */
static bool find_in_banks(const struct memmap *map, uint64_t size, uint64_t align, bool top,
			  paddr_t limit_last, uint64_t granule, paddr_t *out)
{
	for (unsigned int n = 0; n < map->bank_count; n++) {
		struct span in = span_of(&map->bank[top ? map->bank_count - 1 - n : n]);

		if (in.first > LAST_ADDRESS - (granule - 1))
			continue;
		in.first = ALIGN_UP(in.first, granule);
		if (in.last != LAST_ADDRESS) {
			const paddr_t end = ALIGN_DOWN(in.last + 1, granule);

			if (end <= in.first)
				continue;
			in.last = end - 1;
		}
		in.first = MAX(in.first, (paddr_t)1);
		in.last = MIN(in.last, limit_last);
		if (top ? highest_in(map, in, size, align, granule, out)
			: lowest_in(map, in, size, align, granule, out))
			return true;
	}
	return false;
}

int memmap_find(const struct memmap *map, uint64_t size, uint64_t align, bool top,
		paddr_t limit_last, const char *what, paddr_t *out, struct why *why)
{
	if (!size || !align || (align & (align - 1)))
		return refuse(why, -EINVAL,
			      "%s: 0x%" PRIx64 " bytes aligned to 0x%" PRIx64 " can't be asked for",
			      what, size, align);
	/* Where memory is that short, pages will have to do. */
	if (find_in_banks(map, size, align, top, limit_last, MEM_GRANULE, out) ||
	    find_in_banks(map, size, align, top, limit_last, 4 * KIB, out))
		return 0;
	return refuse(why, -ENOMEM,
		      "no free DRAM for %s: 0x%" PRIx64 " bytes aligned to 0x%" PRIx64
		      ", up to 0x%" PRIx64,
		      what, size, align, limit_last);
}

int memmap_alloc(struct memmap *map, uint64_t size, uint64_t align, bool top, paddr_t limit_last,
		 uint32_t flags, const char *owner, paddr_t *out, struct why *why)
{
	paddr_t at = 0;
	int err = memmap_find(map, size, align, top, limit_last, owner, &at, why);

	if (!err)
		err = memmap_claim(map, at, size, flags, owner, why);
	if (!err)
		*out = at;
	return err;
}

int memmap_release(struct memmap *map, paddr_t start)
{
	unsigned int i = list_seek(map->owned, map->owned_count, start);

	if (i == map->owned_count || map->owned[i].start != start)
		return -ENOENT;
	list_replace(map->owned, &map->owned_count, i, i + 1, NULL);
	return 0;
}
