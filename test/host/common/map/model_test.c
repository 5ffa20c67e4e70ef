/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random boots against a model that knows nothing of lists: arrays with one entry a granule, filled
 * by brute force from the words of the specification. What it calls a contradiction the plan must
 * refuse, and nothing else.
 */
#include "test/host/common/map/fixture.h"

#include <errno.h>

#define ROUNDS   8000
#define PA_PAGES 272 /* from physical pa_base */
#define VA_PAGES 512 /* from pa_base's place in the linear map on */
#define NO_PAGE  (-1)

struct model {
	bool bank_whole[PA_PAGES], bank_some[PA_PAGES], nomap[PA_PAGES], window[PA_PAGES];
	int image_page[VA_PAGES]; /* physical page behind an image page */
	uint32_t image_flags[VA_PAGES];
	bool image_linear[VA_PAGES];
	int page[VA_PAGES]; /* what the map must hold */
	enum pt_kind kind[VA_PAGES];
	int low_kind[PA_PAGES]; /* NO_PAGE: not mapped */
	bool refused;
};

static struct boot b;
static struct model m;
static uint64_t seed = 39;
static uint64_t granule;
static paddr_t
	pa_base; /* 0, or where all memory and devices of this boot lie: beyond VA_BITS, say */
static uint64_t va_bits; /* the note's */

static uint64_t below(uint64_t limit)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * UINT64_C(0x2545f4914f6cdd1d) >> 11) % limit;
}

static bool one_in(unsigned n)
{
	return below(n) == 0;
}

/* The linear map's address of pa_base. */
static vaddr_t va_base(void)
{
	return b.params.value[LOFT_NOTE_VIRT_START] + pa_base;
}

static void mark_some(bool *pages, uint64_t start, uint64_t size)
{
	start -= pa_base;
	for (uint64_t p = start / granule; p <= (start + size - 1) / granule && p < PA_PAGES; p++)
		pages[p] = true;
}

static bool flag(uint64_t bit)
{
	return b.params.value[LOFT_NOTE_FLAGS] & bit;
}

/* ---- a random boot; the model's facts are noted on the way ---- */

static void random_memory(void)
{
	unsigned banks = 1 + below(3);

	for (unsigned i = 0; i < banks; i++) {
		uint64_t start = (20 + i * 75 + below(20)) * granule,
			 size = (20 + below(50)) * granule;

		if (one_in(8))
			size += 0x800;
		if (one_in(8) && i) {
			start += 0x800;
			size -= 0x800;
		}
		boot_bank(&b, pa_base + start, size);
	}
	for (unsigned i = 0; i < b.mem.bank_count; i++) { /* touching banks are one by now */
		uint64_t start = b.mem.bank[i].start, size = b.mem.bank[i].size;

		mark_some(m.bank_some, start, size);
		for (uint64_t p = 0; p < PA_PAGES; p++)
			m.bank_whole[p] |= pa_base + p * granule >= start &&
					   pa_base + (p + 1) * granule <= start + size;
	}
	for (unsigned i = below(4); i; i--) {
		const struct mem_range *bank = &b.mem.bank[below(b.mem.bank_count)];
		uint64_t start = bank->start + below(bank->size / 16) * 16;
		uint64_t size = 16 + below(3 * granule);

		/* What of it is no DRAM is left out by the memory map, so it is no hole either. */
		if (start + size > bank->start + bank->size)
			size = bank->start + bank->size - start;
		assert_int_equal(memmap_reserve_foreign(&b.mem, start, size, MEM_NOMAP, "hole",
							NULL),
				 0);
		mark_some(m.nomap, start, size);
	}
}

static void random_windows(void)
{
	for (unsigned i = below(12); i; i--) {
		uint64_t start = pa_base + below((PA_PAGES - 8) * granule),
			 size = 1 + below(4 * granule);

		boot_window(&b, start, size);
		if (!flag(LOFT_FLAG_NO_MMIO))
			mark_some(m.window, start, size);
	}
	b.request.console = one_in(6) ? 0 : granule * (1 + below(18)) + 8 * below(2);
	if (one_in(50))
		b.request.console = granule * below(PA_PAGES);
	if (b.request.console)
		b.request.console += pa_base;
}

static uint32_t random_rights(void)
{
	static const uint32_t rights[] = { ELF_R | ELF_X, ELF_R, ELF_R | ELF_W,
					   ELF_R | ELF_W | ELF_X };

	return rights[below(one_in(10) ? 4 : 3)];
}

/*
 * Segments that follow one another without bytes in common, in both spaces, mostly well laid out.
 */
static void random_image(void)
{
	const struct mem_range *bank = &b.mem.bank[below(b.mem.bank_count)];
	uint64_t pa = ALIGN_UP(bank->start + below(bank->size / 2), granule);
	uint64_t va = b.params.value[LOFT_NOTE_VIRT_START] + pa;
	bool aligned = !one_in(3);

	if (one_in(3))
		va = va_base() + (PA_PAGES + below(100)) * granule + pa % granule;
	if (one_in(20))
		va += granule * below(20);
	for (unsigned i = 1 + below(5); i; i--) {
		uint64_t size = 1 + below(one_in(3) ? granule / 4 : 4 * granule);

		boot_segment(&b, va, pa, size, random_rights());
		if (aligned)
			size = ALIGN_UP(size, granule);
		else if (one_in(3))
			size += below(granule / 2);
		va += size;
		pa += size;
		if (one_in(4)) { /* a hole in the addresses alone: the memory stays packed */
			va += granule * below(3);
		}
		if (one_in(30))
			va += 8;
	}
}

/*
 * Any geometry, and memory at 0 or at some power of two that the descriptors hold: with VIRT_START
 * so much lower its linear map fits whatever VA_BITS is.
 */
static void random_geometry(void)
{
	const struct pt_size *size;
	unsigned sizes = 0, top;

	while (pt_size_get(sizes))
		sizes++;
	size = pt_size_get(below(sizes));
	granule = size->granule;
	va_bits = size->va_bits;
	top = va_bits > 48 ? 52 : 48;
	pa_base = one_in(2) ? 0 : BIT(36 + below(top - 36));
}

static void random_boot(void)
{
	boot_empty(&b);
	memset(&m, 0, sizeof(m));
	random_geometry();
	boot_set(&b, LOFT_NOTE_GRANULE, granule);
	boot_set(&b, LOFT_NOTE_FLAGS,
		 (one_in(3) ? LOFT_FLAG_ALLOW_WX : 0) | (one_in(4) ? LOFT_FLAG_NO_MMIO : 0) |
			 (one_in(2) ? LOFT_FLAG_KEEP_IDMAP : 0) |
			 (one_in(6) ? LOFT_FLAG_IDENTITY : 0));
	if (flag(LOFT_FLAG_IDENTITY))
		pa_base = 0;
	boot_set(&b, LOFT_NOTE_VIRT_START,
		 flag(LOFT_FLAG_IDENTITY)
			 ? 0
			 : (~UINT64_C(0) << va_bits) - pa_base + granule * below(1000));
	boot_set(&b, LOFT_NOTE_VA_BITS, va_bits);
	random_memory();
	random_windows();
	random_image();
	b.request.vectors = b.mem.bank[b.mem.bank_count - 1].start / granule * granule +
			    granule * (15 + below(5));
	b.request.switch_page = one_in(2) ? b.request.vectors : b.request.vectors + granule;
	if (one_in(6))
		boot_set(&b, LOFT_NOTE_CONSOLE_VA, va_base() + granule * below(VA_PAGES));
}

/* ---- what the map must be ---- */

static enum pt_kind kind_of(uint32_t flags)
{
	if (flags & ELF_W)
		return flags & ELF_X ? PT_CODE_RW : PT_DATA;
	return flags & ELF_X ? PT_CODE : PT_RODATA;
}

static enum pt_kind alias_of(enum pt_kind kind)
{
	return kind == PT_CODE ? PT_RODATA : kind == PT_CODE_RW ? PT_DATA : kind;
}

static bool is_dram(uint64_t page)
{
	return page < PA_PAGES && m.bank_whole[page] && !m.nomap[page];
}

static void model_segment(const struct elf_segment *s)
{
	uint64_t offset = s->vaddr - va_base();

	if ((s->vaddr ^ s->paddr) & (granule - 1))
		m.refused = true;
	if ((s->flags & ELF_W) && (s->flags & ELF_X) && !flag(LOFT_FLAG_ALLOW_WX))
		m.refused = true;
	for (uint64_t v = offset / granule; v <= (offset + s->memsz - 1) / granule; v++) {
		uint64_t p = (s->paddr - pa_base) / granule + (v - offset / granule);

		if (!is_dram(p))
			m.refused = true;
		if (m.image_page[v] == NO_PAGE) {
			m.image_page[v] = p;
			m.image_flags[v] = s->flags;
		} else if (m.image_page[v] != (int)p) {
			m.refused = true;
		} else if (kind_of(m.image_flags[v]) != kind_of(s->flags)) {
			m.refused |= !flag(LOFT_FLAG_ALLOW_WX);
			m.image_flags[v] |= s->flags;
		}
		m.image_linear[v] = v == p;
	}
}

/* The linear map's kind for a page of DRAM: that of the image in it, or the weakest alias. */
static enum pt_kind linear_kind(uint64_t p, bool low)
{
	enum pt_kind kind = PT_DATA;
	int first = NO_PAGE;

	for (int v = 0; v < VA_PAGES; v++) {
		enum pt_kind own;

		if (m.image_page[v] != (int)p)
			continue;
		own = kind_of(m.image_flags[v]);
		if (first != NO_PAGE && kind_of(m.image_flags[first]) != own &&
		    !flag(LOFT_FLAG_ALLOW_WX))
			m.refused = true;
		if (first == NO_PAGE)
			first = v;
		if (alias_of(own) == PT_RODATA)
			kind = PT_RODATA;
	}
	if (first != NO_PAGE && m.image_linear[p] && m.image_page[p] == (int)p)
		return low ? alias_of(kind_of(m.image_flags[p])) : kind_of(m.image_flags[p]);
	return kind;
}

static bool has_image(uint64_t p)
{
	for (int v = 0; v < VA_PAGES; v++)
		if (m.image_page[v] == (int)p)
			return true;
	return false;
}

static void model_put(uint64_t v, int page, enum pt_kind kind)
{
	if (m.page[v] != NO_PAGE)
		m.refused = true;
	m.page[v] = page;
	m.kind[v] = kind;
}

static void model_loft(uint64_t p, enum pt_kind kind)
{
	if (!is_dram(p) || has_image(p)) {
		m.refused = true;
		return;
	}
	m.kind[p] = kind;
	m.low_kind[p] = PT_CODE;
}

static void model_console(void)
{
	uint64_t p = b.request.console ? (b.request.console - pa_base) / granule : 0;

	if (b.request.console && !flag(LOFT_FLAG_NO_MMIO)) {
		if (m.bank_some[p] || (m.image_page[p] != NO_PAGE && !m.image_linear[p]))
			m.refused = true;
		m.window[p] = true;
	}
	if (b.request.console && flag(LOFT_FLAG_KEEP_IDMAP) && !flag(LOFT_FLAG_IDENTITY)) {
		m.refused |= m.bank_some[p];
		m.low_kind[p] = PT_DEVICE;
	}
}

static void model_make(void)
{
	for (int v = 0; v < VA_PAGES; v++)
		m.image_page[v] = m.page[v] = NO_PAGE;
	for (int p = 0; p < PA_PAGES; p++)
		m.low_kind[p] = NO_PAGE;
	for (unsigned i = 0; i < b.image.segment_count; i++)
		model_segment(&b.image.segment[i]);
	for (int p = 0; p < PA_PAGES; p++) {
		if (!is_dram(p))
			continue;
		model_put(p, p, linear_kind(p, false));
		m.low_kind[p] = linear_kind(p, true);
	}
	if (b.request.switch_page != b.request.vectors)
		model_loft((b.request.switch_page - pa_base) / granule,
			   flag(LOFT_FLAG_IDENTITY) ? PT_CODE : PT_RODATA);
	model_loft((b.request.vectors - pa_base) / granule, PT_CODE);
	model_console();
	for (int v = 0; v < VA_PAGES; v++)
		if (m.image_page[v] != NO_PAGE && !m.image_linear[v])
			model_put(v, m.image_page[v], kind_of(m.image_flags[v]));
	for (int p = 0; p < PA_PAGES; p++)
		if (m.window[p] && !m.bank_some[p] &&
		    (m.image_page[p] == NO_PAGE || m.image_linear[p]))
			model_put(p, p, PT_DEVICE);
	if (boot_params_has(&b.params, LOFT_NOTE_CONSOLE_VA)) {
		if (!b.request.console) {
			m.refused = true;
			return;
		}
		m.refused |= m.bank_some[(b.request.console - pa_base) / granule];
		model_put((b.params.value[LOFT_NOTE_CONSOLE_VA] - va_base()) / granule,
			  (b.request.console - pa_base) / granule, PT_DEVICE);
	}
}

/* ---- the comparison ---- */

static const struct pt_region *find(const struct pt_region *list, unsigned count, vaddr_t va)
{
	for (unsigned i = 0; i < count; i++)
		if (va - list[i].va < list[i].size)
			return &list[i];
	return NULL;
}

static void check_lists(const struct pt_region *list, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		assert_non_null(list[i].name);
		assert_true(list[i].size);
		assert_int_equal((list[i].va | list[i].pa | list[i].size) & (granule - 1), 0);
		assert_true(!i || list[i].va > list[i - 1].va + (list[i - 1].size - 1));
	}
}

static void check_page(const struct pt_region *list, unsigned count, vaddr_t va, int page, int kind)
{
	const struct pt_region *r = find(list, count, va);
	int has = r ? (int)((r->pa + (va - r->va) - pa_base) / granule) : NO_PAGE;

	if (has != page || (r && (int)r->kind != kind))
		fail_msg("VA 0x%llx: page %d kind %d (%s), expected page %d kind %d",
			 (unsigned long long)va, has, r ? (int)r->kind : -1, r ? r->name : "", page,
			 kind);
}

/* T0SZ alone is extended, to what the identity map's last byte takes and no further. */
static void check_low_bits(void)
{
	unsigned count = b.plan.low_count, bits = va_bits;
	uint64_t end = count ? b.plan.low[count - 1].va + (b.plan.low[count - 1].size - 1) : 0;

	while (bits < 64 && end >> bits)
		bits++;
	assert_int_equal(b.plan.va_bits, va_bits);
	assert_int_equal(b.plan.low_va_bits, bits);
}

/* Tables of the plan's sizes hold it, and one TCR serves both halves. */
static void build(void)
{
	const struct map_plan *p = &b.plan;
	struct pt_arena arena[2];
	struct mmu_regs regs;
	struct pt low, high;

	for (unsigned i = 0; i < 2; i++) {
		const struct pt_region *list = i ? p->region : p->low;
		unsigned count = i ? p->count : p->low_count;
		unsigned bits = i ? p->va_bits : p->low_va_bits;
		struct pt *pt = i ? &high : &low;

		arena[i] = (struct pt_arena){ .pa = BIT(30) };
		arena[i].capacity = pt_tables_needed(list, count, granule, bits);
		arena[i].mem = calloc(arena[i].capacity, granule);
		assert_non_null(arena[i].mem);
		assert_int_equal(pt_init(pt, &arena[i], PT_EL1, granule, bits, i && !p->identity),
				 0);
		for (unsigned r = 0; r < count; r++)
			assert_int_equal(pt_map(pt, &list[r]), 0);
		assert_int_equal(arena[i].used, arena[i].capacity);
	}
	if (!p->identity) {
		assert_int_equal(pt_mmu_regs(&low, &high, 6, &regs), 0);
		assert_int_equal(64 - (regs.tcr & 0x3f), p->low_va_bits);
		assert_int_equal(64 - (regs.tcr >> 16 & 0x3f), p->va_bits);
	}
	free(arena[0].mem);
	free(arena[1].mem);
}

static void compare(void)
{
	struct pt_wx wx;

	check_lists(b.plan.region, b.plan.count);
	check_lists(b.plan.low, b.plan.low_count);
	for (int v = 0; v < VA_PAGES; v++)
		check_page(b.plan.region, b.plan.count, va_base() + v * granule, m.page[v],
			   m.kind[v]);
	for (int p = 0; p < PA_PAGES && b.plan.keep_low; p++)
		check_page(b.plan.low, b.plan.low_count, pa_base + p * granule,
			   m.low_kind[p] == NO_PAGE ? NO_PAGE : p, m.low_kind[p]);
	assert_int_equal(b.plan.keep_low, flag(LOFT_FLAG_KEEP_IDMAP) && !flag(LOFT_FLAG_IDENTITY));
	assert_int_equal(b.plan.low_count != 0, !flag(LOFT_FLAG_IDENTITY));
	check_low_bits();
	if (one_in(8))
		build();
	if (!flag(LOFT_FLAG_ALLOW_WX))
		assert_int_equal(map_plan_audit(&b.plan, &wx), 0);
}

static void test_model(void **state)
{
	unsigned accepted = 0;

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		int err;

		random_boot();
		model_make();
		err = map_plan(&b.request, &b.plan, &b.why);
		if (!err != !m.refused)
			fail_msg("round %u: plan %d \"%s\", model %s", i, err, b.why.text,
				 m.refused ? "refuses" : "accepts");
		if (!err) {
			accepted++;
			compare();
		}
	}
	print_message("  %u of %u boots accepted\n", accepted, ROUNDS);
	assert_in_range(accepted, ROUNDS / 5, ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
