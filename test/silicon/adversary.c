/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adversary - a QEMU TCG plugin (API version 4, QEMU 10) that plays the caches which QEMU has not
 *
 * Any line of memory may be dirty or cached when the machine starts, may be fetched into a cache at
 * any time while any CPU has its caches on, and may be written back at any time while it is dirty.
 * What could then go wrong is a finding, whether or not it would on a given day:
 *
 *   A  a store past the cache (MMU or C off) over a line that may be dirty: its eviction would
 *      overwrite the store
 *   B  a cached access to a line of which a word was stored past the cache, while an older copy may
 *      have been cached and was not invalidated since: the old value is read, or written back
 *   C  a load or fetch past the cache of a word whose value may be in a cache only
 *   D  an invalidation without clean (DC IVAC) of a word that is dirty: it is lost
 *   G  a barrier that is missing: TLBI, IC or DC not completed by a DSB before an ISB or ERET or a
 *      write of SCTLR_ELx relies on it; TTBR, TCR or MAIR of a live regime, or SCTLR_ELx.M,
 *      changed, and memory accessed before an ISB
 *   X  an exclusive, or DC ZVA, with the MMU off: memory is Device then, where the first need not
 *      work, and the second faults
 *
 * Arguments (-plugin adversary.so,name=value,...):
 *   out=FILE     findings and totals (default: standard error)
 *   cold=on      caches are empty at the start, as after a reset that invalidates them
 *   max=N        at most N findings are described (default 200); all are counted
 *
 * Each rule names an instruction once. A finding is a block of lines:
 *   finding RULE cpu N pc VA pa PA count INSTRUCTIONS
 *     what TEXT
 *     code TB-VA WORD WORD ...           the block that it is in, to find it in an image
 *     store cached|past cpu N pc VA count N     the line's last store, if there was one
 *     maint NAME cpu N pc VA count N            its last maintenance
 * and at the end `total RULE pc VA TIMES` for each, `instructions N`, and `end`.
 *
 * What it does not see: devices that write memory (DMA); mappings that are not cacheable (all that
 * a CPU accesses with its MMU and C on counts as cached); the table walker. An address given to DC
 * is translated by what this CPU's own accesses have shown; one in a page that was never accessed
 * counts as identity-mapped.
 *
 * Run it with `-accel tcg,thread=multi`: with a single thread QEMU 10 translates the first blocks
 * for CPU 0 for good, and another CPU that runs them reports itself as CPU 0.
 *
 * The declarations below are what this file uses of the interface that QEMU documents in "QEMU TCG
 * Plugins", and of GLib's arrays; no header of either is needed.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))

/* ---- the plugin interface, version 4 ---- */
typedef uint64_t plugin_id;
typedef uint32_t plugin_meminfo;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
struct qemu_plugin_register;

struct array { /* GLib's GArray and GByteArray begin so */
	char *data;
	unsigned int len;
};

struct plugin_reg {
	struct qemu_plugin_register *handle;
	const char *name;
	const char *feature;
};

enum plugin_regs { PLUGIN_NO_REGS = 0, PLUGIN_READ_REGS = 1 };
enum plugin_rw { PLUGIN_MEM_RW = 3 };

typedef void (*tb_trans_fn)(plugin_id id, struct qemu_plugin_tb *tb);
typedef void (*exec_fn)(unsigned int vcpu, void *data);
typedef void (*mem_fn)(unsigned int vcpu, plugin_meminfo info, uint64_t va, void *data);
typedef void (*exit_fn)(plugin_id id, void *data);
typedef void (*init_fn)(plugin_id id, unsigned int vcpu);

void qemu_plugin_register_vcpu_init_cb(plugin_id id, init_fn fn);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, tb_trans_fn fn);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, exec_fn fn,
					  enum plugin_regs flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, exec_fn fn,
					    enum plugin_regs flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, mem_fn fn,
				      enum plugin_regs flags, enum plugin_rw rw, void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, exit_fn fn, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *dest, size_t len);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(plugin_meminfo info, uint64_t va);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *hwaddr);
bool qemu_plugin_mem_is_store(plugin_meminfo info);
unsigned int qemu_plugin_mem_size_shift(plugin_meminfo info);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *hwaddr);
struct array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *handle, struct array *buf);
struct array *g_byte_array_new(void);
struct array *g_byte_array_set_size(struct array *array, unsigned int length);

PLUGIN_EXPORT int qemu_plugin_version = 4;
PLUGIN_EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

/* ---- memory ---- */
#define LINE_SHIFT  6
#define CHUNK_SHIFT 21
#define CHUNK_LINES (1u << (CHUNK_SHIFT - LINE_SHIFT))
#define PA_BITS	    44

enum maint { MAINT_NONE, MAINT_CVAC, MAINT_CIVAC, MAINT_IVAC };
static const char *const maint_names[] = { "none", "clean", "clean+invalidate", "invalidate" };

struct event {
	uint64_t pc, count;
	uint8_t cpu, kind; /* store: 1 past the cache, 2 cached; maintenance: enum maint */
};

/* Bits of dirty and stale are for 8 bytes each. */
struct line {
	uint8_t dirty;	 /* the value may be in a cache only */
	uint8_t stale;	 /* a cache may hold an older value than memory */
	uint8_t foreign; /* dirty of whatever ran before: nothing known about it */
	bool touched;	 /* the premise has been applied */
	uint32_t empty;	 /* 1 + the period of caches on before which no cache had it; 0: one may */
	struct event store, maint;
};

static struct line **chunks;
static bool cold;

/* Each time that a CPU turns its caches on a period begins. */
static uint32_t periods;
static unsigned int cpus_on;

static struct line *line_at(uint64_t pa)
{
	struct line **chunk, *line;

	if (pa >> PA_BITS)
		return NULL;
	chunk = &chunks[pa >> CHUNK_SHIFT];
	if (!*chunk)
		*chunk = calloc(CHUNK_LINES, sizeof(**chunk));
	if (!*chunk)
		abort();
	line = &(*chunk)[pa >> LINE_SHIFT & (CHUNK_LINES - 1)];
	if (!line->touched) {
		line->touched = true;
		line->foreign = !cold;
		line->empty = cold ? 1 : 0; /* period 0: nobody had caches on yet */
	}
	return line;
}

static bool may_be_cached(const struct line *line)
{
	return !line->empty || line->empty != periods + 1;
}

/* ---- CPUs ---- */
#define CPUS_MAX  64
#define KNOWN_MAX 1024

struct pending {
	const char *what;
	uint64_t pc;
};

struct cpu {
	struct qemu_plugin_register *x[31], *pstate, *sctlr[4], *hcr;
	bool there, resync, cached, mmu;
	unsigned int el;
	struct pending maint, context;
	struct {
		uint64_t va, pa;
	} known[KNOWN_MAX];
};

static struct cpu cpus[CPUS_MAX];
static struct array *buffer;
static uint64_t instructions;

/* CPUs are threads. */
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static FILE *out;

static uint64_t read_reg(struct qemu_plugin_register *reg)
{
	uint64_t value = 0;

	if (!reg)
		return 0;
	g_byte_array_set_size(buffer, 0);
	if (qemu_plugin_read_register(reg, buffer) <= 0)
		return 0;
	memcpy(&value, buffer->data, buffer->len < 8 ? buffer->len : 8);
	return value;
}

static void cpu_init(plugin_id id, unsigned int vcpu)
{
	struct array *regs = qemu_plugin_get_registers();
	const struct plugin_reg *reg = (const struct plugin_reg *)regs->data;
	struct cpu *cpu = &cpus[vcpu];
	unsigned int n;

	(void)id;
	if (vcpu >= CPUS_MAX)
		abort();
	cpu->there = true;
	cpu->resync = true;
	for (unsigned int i = 0; i < regs->len; i++, reg++) {
		if (sscanf(reg->name, "x%u", &n) == 1 && n < 31)
			cpu->x[n] = reg->handle;
		else if (!strcmp(reg->name, "cpsr"))
			cpu->pstate = reg->handle;
		else if (!strcmp(reg->name, "SCTLR") || !strcmp(reg->name, "SCTLR_EL1"))
			cpu->sctlr[1] = reg->handle;
		else if (!strcmp(reg->name, "SCTLR_EL2"))
			cpu->sctlr[2] = reg->handle;
		else if (!strcmp(reg->name, "SCTLR_EL3"))
			cpu->sctlr[3] = reg->handle;
		else if (!strcmp(reg->name, "HCR_EL2"))
			cpu->hcr = reg->handle;
	}
	if (!cpu->pstate || !cpu->sctlr[1]) {
		fprintf(stderr, "adversary: this CPU has no PSTATE or SCTLR_EL1 to read\n");
		exit(2);
	}
}

#define HCR_E2H (UINT64_C(1) << 34)
#define HCR_TGE (UINT64_C(1) << 27)

static void cpu_look(struct cpu *cpu, unsigned int el)
{
	unsigned int regime = el ? el : 1;
	bool was = cpu->cached;
	uint64_t sctlr;

	if (!el && (read_reg(cpu->hcr) & (HCR_E2H | HCR_TGE)) == (HCR_E2H | HCR_TGE))
		regime = 2;
	sctlr = read_reg(cpu->sctlr[regime]);
	cpu->el = el;
	cpu->resync = false;
	if (cpu->mmu != (sctlr & 1))
		memset(cpu->known, 0, sizeof(cpu->known));
	cpu->mmu = sctlr & 1;
	cpu->cached = (sctlr & 5) == 5;
	if (cpu->cached && !was) {
		periods++;
		cpus_on++;
	} else if (!cpu->cached && was) {
		cpus_on--;
	}
}

/* ---- instructions ---- */
struct block {
	uint64_t va;
	unsigned int count;
	uint32_t word[];
};

struct insn {
	const struct block *block;
	uint64_t va;
	uint32_t word;
};

#define IS(word, mask, value) (((word) & (mask)) == (value))

/* ---- findings ---- */
struct seen {
	struct seen *next;
	uint64_t pc, times;
	char rule;
};

static struct seen *seen;
static unsigned int described, described_max = 200;

static bool first_time(char rule, uint64_t pc)
{
	struct seen *s;

	for (s = seen; s; s = s->next) {
		if (s->pc == pc && s->rule == rule) {
			s->times++;
			return false;
		}
	}
	s = malloc(sizeof(*s));
	*s = (struct seen){ seen, pc, 1, rule };
	seen = s;
	return described++ < described_max;
}

static void finding(char rule, unsigned int vcpu, const struct insn *insn, uint64_t pa,
		    const struct line *line, const char *what)
{
	if (!first_time(rule, insn->va))
		return;
	fprintf(out,
		"finding %c cpu %u pc 0x%" PRIx64 " pa 0x%" PRIx64 " count %" PRIu64
		"\n  what %s\n",
		rule, vcpu, insn->va, pa, instructions, what);
	fprintf(out, "  code 0x%" PRIx64, insn->block->va);
	for (unsigned int i = 0; i < insn->block->count; i++)
		fprintf(out, " %08x", insn->block->word[i]);
	fprintf(out, "\n");
	if (line && line->store.kind)
		fprintf(out, "  store %s cpu %u pc 0x%" PRIx64 " count %" PRIu64 "\n",
			line->store.kind == 2 ? "cached" : "past", line->store.cpu, line->store.pc,
			line->store.count);
	else if (line)
		fprintf(out, "  store none: the line is as the start left it\n");
	if (line && line->maint.kind)
		fprintf(out, "  maint %s cpu %u pc 0x%" PRIx64 " count %" PRIu64 "\n",
			maint_names[line->maint.kind], line->maint.cpu, line->maint.pc,
			line->maint.count);
	else if (line)
		fprintf(out, "  maint none\n");
	fflush(out);
}

/* ---- rules ---- */
static uint8_t words(uint64_t pa, uint64_t size)
{
	unsigned int first = pa >> 3 & 7, last = (pa + size - 1) >> 3 & 7;

	return (uint8_t)((0xffu << first) & (0xffu >> (7 - last)));
}

static void store(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size)
{
	struct line *line = line_at(pa);
	uint8_t mask = words(pa, size);

	if (!line)
		return;
	if (cpus[vcpu].cached) {
		if (line->stale & ~mask)
			finding('B', vcpu, insn, pa, line,
				"a cached store to a line with words that were stored past the cache: "
				"its write-back may bring back what they were");
		line->dirty |= mask;
		line->stale = 0; /* told once */
	} else {
		if (line->foreign || line->dirty)
			finding('A', vcpu, insn, pa, line,
				"a store past the cache over a line that may be dirty: its eviction "
				"would overwrite it");
		line->dirty &= (uint8_t)~mask;
		if (may_be_cached(line))
			line->stale |= mask;
	}
	line->store =
		(struct event){ insn->va, instructions, (uint8_t)vcpu, cpus[vcpu].cached ? 2 : 1 };
}

static void load(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size,
		 const char *what)
{
	struct line *line = line_at(pa);
	uint8_t mask = words(pa, size);

	if (!line)
		return;
	if (cpus[vcpu].cached) {
		if (line->stale & mask)
			finding('B', vcpu, insn, pa, line,
				"a cached load of what was stored past the cache: an older copy may "
				"have been cached since before that");
	} else if (line->dirty & mask) {
		finding('C', vcpu, insn, pa, line, what);
	}
}

/* 1 to 64 bytes, over at most two lines. */
static void each_line(void (*fn)(unsigned int, const struct insn *, uint64_t, uint64_t),
		      unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size)
{
	uint64_t room = (UINT64_C(1) << LINE_SHIFT) - (pa & 63);

	if (size > room) {
		fn(vcpu, insn, pa, room);
		fn(vcpu, insn, pa + room, size - room);
	} else {
		fn(vcpu, insn, pa, size);
	}
}

static void load_data(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size)
{
	load(vcpu, insn, pa, size,
	     "a load past the cache of a word whose value may be in a cache only");
}

static void mem(unsigned int vcpu, plugin_meminfo info, uint64_t va, void *data)
{
	const struct insn *insn = data;
	struct cpu *cpu = &cpus[vcpu];
	struct qemu_plugin_hwaddr *hw = qemu_plugin_get_hwaddr(info, va);
	uint64_t pa, size = UINT64_C(1) << qemu_plugin_mem_size_shift(info);

	pthread_mutex_lock(&one);
	if (cpu->context.what) {
		finding('G', vcpu, insn, va, NULL, cpu->context.what);
		cpu->context.what = NULL;
	}
	if (!hw || qemu_plugin_hwaddr_is_io(hw))
		goto out;
	pa = qemu_plugin_hwaddr_phys_addr(hw);
	if (cpu->mmu) {
		unsigned int slot = va >> 12 & (KNOWN_MAX - 1);

		cpu->known[slot].va = va >> 12 | UINT64_C(1) << 63;
		cpu->known[slot].pa = pa >> 12 << 12;
	}
	/* LDXR, STXR and theirs: 001000 in 29:24, o2 (23) clear */
	if (!cpu->mmu && IS(insn->word, 0x3f800000, 0x08000000) && IS(insn->word, 0x00200000, 0))
		if (insn->word >> 15 & 1 ? IS(insn->word, 0x00800000, 0) : true)
			finding('X', vcpu, insn, pa, NULL, "an exclusive access with the MMU off");
	each_line(qemu_plugin_mem_is_store(info) ? store : load_data, vcpu, insn, pa, size);
out:
	pthread_mutex_unlock(&one);
}

static uint64_t translate(const struct cpu *cpu, uint64_t va)
{
	unsigned int slot = va >> 12 & (KNOWN_MAX - 1);

	if (cpu->mmu && cpu->known[slot].va == (va >> 12 | UINT64_C(1) << 63))
		return cpu->known[slot].pa | (va & 0xfff);
	return va;
}

static uint64_t operand(const struct cpu *cpu, uint32_t word)
{
	return (word & 31) == 31 ? 0 : read_reg(cpu->x[word & 31]);
}

static void maintain(unsigned int vcpu, const struct insn *insn, enum maint kind)
{
	struct cpu *cpu = &cpus[vcpu];
	uint64_t pa = translate(cpu, operand(cpu, insn->word));
	struct line *line = line_at(pa);

	cpu->maint =
		(struct pending){ "cache maintenance (DC) that no DSB has completed", insn->va };
	if (!line)
		return;
	if (kind == MAINT_IVAC && line->dirty)
		finding('D', vcpu, insn, pa, line,
			"an invalidation without clean of a line with dirty words: they may be lost");
	line->dirty = 0;
	line->foreign = 0;
	if (kind != MAINT_CVAC) {
		line->stale = 0;
		/* while anybody's caches are on it may be back at once, with what memory holds */
		line->empty = cpus_on ? 0 : periods + 1;
	}
	line->maint = (struct event){ insn->va, instructions, (uint8_t)vcpu, (uint8_t)kind };
}

static void relies(unsigned int vcpu, const struct insn *insn)
{
	struct cpu *cpu = &cpus[vcpu];

	if (cpu->maint.what)
		finding('G', vcpu, insn, cpu->maint.pc, NULL, cpu->maint.what);
	cpu->maint.what = NULL;
}

/* DSB: 11010101000000110011 CRm 1 00 11111 with CRm not 0 or 4 (SSBB, PSSBB) */
#define IS_DSB(w)  (IS(w, 0xfffff0ff, 0xd503309f) && ((w) >> 8 & 15) != 0 && ((w) >> 8 & 15) != 4)
#define IS_ISB(w)  IS(w, 0xfffff0ff, 0xd50330df)
#define IS_ERET(w) (IS(w, 0xfffffbff, 0xd69f03e0) || IS(w, 0xfffffbff, 0xd69f0bff))
/* SYS and MSR (register) with op1, CRn, CRm, op2 */
#define SYS(op1, crn, crm, op2) (0xd5080000u | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define MSR(op1, crn, crm, op2) (0xd5180000u | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define IS_REG(w, code)		IS(w, 0xffffffe0, code)
/* TLBI: SYS with CRn 8, or 9 (nXS) */
#define IS_TLBI(w) (IS(w, 0xfff8f000, 0xd5088000) || IS(w, 0xfff8f000, 0xd5089000))
#define IS_IC(w) \
	(IS_REG(w, SYS(0, 7, 1, 0)) || IS_REG(w, SYS(0, 7, 5, 0)) || IS_REG(w, SYS(3, 7, 5, 1)))

static unsigned int sctlr_of(uint32_t w)
{
	return IS_REG(w, MSR(0, 1, 0, 0))   ? 1
	       : IS_REG(w, MSR(4, 1, 0, 0)) ? 2
	       : IS_REG(w, MSR(6, 1, 0, 0)) ? 3
					    : 0;
}

/* MAIR, TCR, TTBR0, TTBR1 of EL1, EL2, EL3 */
static unsigned int translation_of(uint32_t w)
{
	static const uint8_t op1[] = { 0, 4, 6 };

	for (unsigned int i = 0; i < 3; i++) {
		if (IS_REG(w, MSR(op1[i], 10, 2, 0)) || IS_REG(w, MSR(op1[i], 2, 0, 0)) ||
		    IS_REG(w, MSR(op1[i], 2, 0, 1)) || IS_REG(w, MSR(op1[i], 2, 0, 2)))
			return i + 1;
	}
	return 0;
}

static bool is_special(uint32_t w)
{
	return IS(w, 0xfff80000, 0xd5080000) || IS_DSB(w) || IS_ISB(w) || IS_ERET(w) ||
	       sctlr_of(w) || translation_of(w) || IS_REG(w, MSR(4, 1, 1, 0));
}

static bool is_own_regime(const struct cpu *cpu, unsigned int regime)
{
	/* with HCR_EL2.E2H the _EL1 names are EL2's */
	return cpu->el == regime || (cpu->el == 2 && regime == 1 && (read_reg(cpu->hcr) & HCR_E2H));
}

static void special(unsigned int vcpu, void *data)
{
	const struct insn *insn = data;
	struct cpu *cpu = &cpus[vcpu];
	uint32_t w = insn->word;
	unsigned int regime;

	pthread_mutex_lock(&one);
	if (IS_DSB(w)) {
		cpu->maint.what = NULL;
	} else if (IS_ISB(w)) {
		relies(vcpu, insn);
		cpu->context.what = NULL;
		cpu->resync = true;
	} else if (IS_ERET(w)) {
		relies(vcpu, insn);
		cpu->context.what = NULL;
		cpu->resync = true;
	} else if (IS_TLBI(w)) {
		cpu->maint = (struct pending){ "a TLBI that no DSB has completed", insn->va };
	} else if (IS_IC(w)) {
		cpu->maint =
			(struct pending){ "an invalidation of instructions (IC) that no DSB has "
					  "completed",
					  insn->va };
	} else if (IS_REG(w, SYS(3, 7, 10, 1)) || IS_REG(w, SYS(3, 7, 11, 1))) { /* CVAC, CVAU */
		maintain(vcpu, insn, MAINT_CVAC);
	} else if (IS_REG(w, SYS(3, 7, 14, 1))) {
		maintain(vcpu, insn, MAINT_CIVAC);
	} else if (IS_REG(w, SYS(0, 7, 6, 1))) {
		maintain(vcpu, insn, MAINT_IVAC);
	} else if (IS_REG(w, SYS(3, 7, 4, 1))) { /* ZVA: 64 bytes on every CPU that QEMU has, or
						    less than a page on a64fx */
		uint64_t pa = translate(cpu, operand(cpu, w)) >> 6 << 6;

		if (!cpu->mmu)
			finding('X', vcpu, insn, pa, NULL, "DC ZVA with the MMU off");
		store(vcpu, insn, pa, 64);
	} else if ((regime = sctlr_of(w))) {
		relies(vcpu, insn);
		if (is_own_regime(cpu, regime) && (operand(cpu, w) & 1) != cpu->mmu)
			cpu->context =
				(struct pending){ "memory is accessed after SCTLR_ELx.M changed, "
						  "before an ISB",
						  insn->va };
		cpu->resync = true;
	} else if ((regime = translation_of(w))) {
		if (cpu->mmu && is_own_regime(cpu, regime))
			cpu->context =
				(struct pending){ "memory is accessed after a translation register "
						  "of the live regime was written, before an ISB",
						  insn->va };
	} else if (IS_REG(w, MSR(4, 1, 1, 0))) {
		cpu->resync = true;
	}
	pthread_mutex_unlock(&one);
}

/* The block that runs next: EL and caches first, and then its own fetches. */
static void run(unsigned int vcpu, void *data)
{
	const struct insn *insn = data;
	struct cpu *cpu = &cpus[vcpu];
	unsigned int el;

	pthread_mutex_lock(&one);
	el = (unsigned int)read_reg(cpu->pstate) >> 2 & 3;
	if (el != cpu->el) {
		/* an exception or its return: a synchronisation of contexts */
		cpu->context.what = NULL;
		cpu->resync = true;
	}
	if (cpu->resync)
		cpu_look(cpu, el);
	instructions += insn->block->count;
	for (unsigned int i = 0; !cpu->mmu && i < insn->block->count; i++)
		load(vcpu, &insn[i], insn[i].va, 4,
		     "a fetch past the cache of an instruction that may be in a cache only");
	pthread_mutex_unlock(&one);
}

static void translate_block(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	struct block *block = malloc(sizeof(*block) + n * sizeof(block->word[0]));
	struct insn *insns = malloc(n * sizeof(*insns));

	(void)id;
	if (!block || !insns)
		abort();
	block->count = (unsigned int)n;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		qemu_plugin_insn_data(insn, &block->word[i], sizeof(block->word[i]));
		insns[i] = (struct insn){ block, qemu_plugin_insn_vaddr(insn), block->word[i] };
		if (is_special(block->word[i]))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, special, PLUGIN_READ_REGS,
							       &insns[i]);
		qemu_plugin_register_vcpu_mem_cb(insn, mem, PLUGIN_NO_REGS, PLUGIN_MEM_RW,
						 &insns[i]);
	}
	block->va = insns[0].va;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, run, PLUGIN_READ_REGS, insns);
}

static void at_exit(plugin_id id, void *data)
{
	(void)id;
	(void)data;
	for (const struct seen *s = seen; s; s = s->next)
		fprintf(out, "total %c pc 0x%" PRIx64 " %" PRIu64 "\n", s->rule, s->pc, s->times);
	fprintf(out, "instructions %" PRIu64 "\nend\n", instructions);
	fflush(out);
}

PLUGIN_EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	(void)info;
	out = stderr;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4)) {
			out = fopen(argv[i] + 4, "w");
			if (!out) {
				perror(argv[i] + 4);
				return -1;
			}
		} else if (!strcmp(argv[i], "cold=on")) {
			cold = true;
		} else if (!strncmp(argv[i], "max=", 4)) {
			described_max = (unsigned int)atoi(argv[i] + 4);
		} else {
			fprintf(stderr, "adversary: what is %s?\n", argv[i]);
			return -1;
		}
	}
	chunks = calloc((size_t)1 << (PA_BITS - CHUNK_SHIFT), sizeof(*chunks));
	buffer = g_byte_array_new();
	if (!chunks || !buffer)
		return -1;
	qemu_plugin_register_vcpu_init_cb(id, cpu_init);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate_block);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
