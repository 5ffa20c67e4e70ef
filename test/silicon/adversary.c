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
 *   E  a fetch with the caches on of an instruction that was stored, and not cleaned to the point
 *      of unification or not invalidated in the instruction cache since (CTR_EL0.IDC, .DIC)
 *   T  a valid descriptor of live tables changed to another valid one (output address, type,
 *      memory type, shareability, nG), or invalid and valid again with another one and no TLBI
 *      and DSB between: break before make
 *   N  a cacheable mapping of memory that nobody may speculate into (nomap=)
 *   P  an executable mapping of such memory, or of Device memory
 *   G  a barrier that is missing: TLBI, IC or DC not completed by a DSB before an ISB or ERET or a
 *      write of SCTLR_ELx relies on it; TTBR, TCR or MAIR of a live regime, or SCTLR_ELx.M,
 *      changed, and memory accessed before an ISB
 *   F  the table walker reads an older copy, or sees a table linked before what was stored to it
 *   S  the TLB may have entries of before, when the MMU goes on or an ERET enters a context
 *   H  a device is told to look into memory, and no barrier since the last store; and with
 *      incoherent=on it reads what may be in a cache only, or writes over a line that may be dirty
 *      (what it wrote is then read through an older copy: B)
 *   X  an exclusive, or DC ZVA, with the MMU off: memory is Device then, where the first need not
 *      work, and the second faults
 *
 * Arguments (-plugin adversary.so,name=value,...):
 *   out=FILE     findings and totals (default: standard error)
 *   cold=on      caches are empty at the start, as after a reset that invalidates them
 *   host=on      somebody else has all memory mapped cacheable, as a guest's host does: any line
 *                that is not dirty may be fetched at any time, while this machine's caches are
 *                off, too
 *   nomap=A:B    no live table may map [A, B), hexadecimal, as Normal cacheable
 *   incoherent=on  fw_cfg, virtio, NVMe and AHCI of QEMU's virt see no caches (devices.c)
 *   strict=on    what Loft asks of itself, and another kernel may do in other ways (doc/silicon.md)
 *   max=N        at most N findings are described (default 200); all are counted
 *   ran=FILE     each block that was translated, `VA WORD WORD ...`: what a boot executes
 *
 * Each rule names an instruction once. A finding is a block of lines:
 *   finding RULE cpu N pc VA pa PA count INSTRUCTIONS
 *     what TEXT
 *     code TB-VA WORD WORD ...           the block that it is in, to find it in an image
 *     near TB-VA WORD ...                blocks that were executed before it
 *     store cached|past|device cpu N pc VA count N     the line's last store, if there was one
 *     maint NAME cpu N pc VA count N            its last maintenance
 * and at the end `total RULE pc VA TIMES` for each, `instructions N`, and `end`.
 *
 * What it does not see: AArch32; devices that write memory, but for those; mappings that are
 * not cacheable (all that a CPU accesses with its MMU and C on counts as cached). Tables are known
 * by the loads and stores of their words, from the TTBRs that a CPU has when its MMU goes on, and
 * those that it switches to before EL0 first runs: with 4 KiB granules. An address given to DC, or
 * fetched from, is translated by what this CPU's own accesses have shown, else by these tables,
 * else it counts as identity-mapped.
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

#include "adversary.h"

#define PLUGIN_EXPORT __attribute__((visibility("default")))

/* ---- the plugin interface, version 4 ---- */
typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
struct qemu_plugin_register;

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
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *hwaddr);
struct array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *handle, struct array *buf);
struct array *g_byte_array_new(void);

PLUGIN_EXPORT int qemu_plugin_version = 4;
PLUGIN_EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

/* ---- memory ---- */
#define LINE_SHIFT  6
#define CHUNK_SHIFT 21
#define CHUNK_LINES (1u << (CHUNK_SHIFT - LINE_SHIFT))
#define PA_BITS     44

enum maint { MAINT_NONE, MAINT_CVAC, MAINT_CIVAC, MAINT_IVAC };
static const char *const maint_names[] = { "none", "clean", "clean+invalidate", "invalidate" };

struct event {
	uint64_t pc, count, tick;
	uint8_t cpu, kind; /* store: 1 past the cache, 2 cached; maintenance: enum maint */
};

/* Instructions between a drop and the look of who polls. */
#define POLL 64

/* Bits of dirty and stale are for 8 bytes each. */
struct line {
	uint8_t dirty;    /* the value may be in a cache only */
	uint8_t stale;    /* a cache may hold an older value than memory */
	uint8_t foreign;  /* dirty of whatever ran before: nothing known about it */
	bool touched;     /* the premise has been applied */
	bool looked;      /* loaded since it was dropped, */
	uint64_t dropped; /* when the CPU had executed so many */
	uint32_t empty;   /* 1 + the period of caches on before which no cache had it; 0: one may */
	struct event store, maint;
	uint64_t value[8];   /* as far as it was loaded or stored */
	uint64_t was[8];     /* the valid descriptor that was broken, */
	uint64_t broken[8];  /* and 1 + how many TLBI had been completed then */
	uint64_t stored, ic; /* ticks: last store, last IC IVAU */
	uint64_t changed[8]; /* tick of the last store of another instruction, or of data */
	uint32_t tables;     /* generation in which it is of a live table, */
	uint8_t level;       /* of this level, */
	bool never;          /* below one that forbids execution */
	uint8_t told;        /* leaves that were found wrong */
	uint16_t altered;    /* words, of 4 bytes, of what changed[] is about */
	uint8_t ic_cpu;      /* who dropped its instructions last */
};

static struct line **chunks;
static bool cold, host;

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

static uint8_t words(uint64_t pa, uint64_t size)
{
	unsigned int first = pa >> 3 & 7, last = (pa + size - 1) >> 3 & 7;

	return (uint8_t)((0xffu << first) & (0xffu >> (7 - last)));
}

static bool may_be_cached(const struct line *line)
{
	return host || !line->empty || line->empty != periods + 1;
}

/* ---- CPUs ---- */
#define CPUS_MAX  64
#define KNOWN_MAX 1024

struct pending {
	const char *what;
	uint64_t pc;
};

/* What was written, and is certainly in force only after the next synchronisation of contexts */
enum context {
	CONTEXT_MMU,         /* SCTLR_ELx.M of the running code */
	CONTEXT_CONTROL,     /* the rest of it */
	CONTEXT_TRANSLATION, /* TTBR, TCR, MAIR of the running code's regime */
	CONTEXT_VECTORS,     /* VBAR_ELx */
	CONTEXT_FP,          /* CPACR_EL1, CPTR_ELx */
	CONTEXT_LEVELS,      /* HCR_EL2, SCR_EL3: which register a name is */
	CONTEXT_GIC,         /* ICC_SRE_ELx */
	CONTEXT_OWN,         /* IMPLEMENTATION DEFINED registers: coherency of the cluster */
	CONTEXT_AT,          /* PAR_EL1 by AT */
	CONTEXTS
};
#define CONTEXT(c) (1u << (c))

#define MADE_MAX   64

struct insn;
struct block {
	uint64_t va;
	unsigned int count;
	uint32_t word[];
};

struct cpu {
	struct qemu_plugin_register *x[31], *pstate, *sctlr[4], *hcr;
	struct qemu_plugin_register *ttbr0[4], *ttbr1, *tcr[4], *mair[4], *vbar[4], *spsr[4], *ctr;
	struct {
		uint64_t pa, tcr;
		unsigned int tsz, regime;
	} root[2];
	uint64_t attributes, ic_all, ic_dsb;
	uint64_t instructions;       /* that it has executed */
	uint64_t never, never_below; /* PXN or XN of descriptors, PXNTable or XNTable */
	bool idc, dic, tlbi, walks_past;
	unsigned int walk_regime; /* its tables are to be looked at */
	bool there, resync, cached, fetches_cached, mmu;
	bool aarch32, aarch32_user;
	bool rooted; /* TTBR, TCR or MAIR changed while they are in use */
	unsigned int el;
	struct pending maint, context[CONTEXTS];
	unsigned int contexts;             /* CONTEXT() of those that are pending */
	uint64_t order, dsb, sync;         /* last DMB or DSB; DSB; ISB, ERET */
	uint64_t left;                     /* last store but to the stack */
	uint64_t announced;                /* last SEV, HVC, SMC: others are to look */
	uint64_t stored, table, broken;    /* last store; to a live table; one broken */
	uint64_t emptied, cleaned, called; /* last TLBI or IC; DC; where PSCI */
	uint64_t accessed;                 /* last access of memory */
	struct {
		bool used, unknown, written; /* since TLBI: used; never; regs */
		bool live;                   /* regs, by the level itself, MMU on */
	} tlb[4];                            /* by regime */
	const struct block *recent[4];       /* the last that are long enough to be known */
	const struct insn *eret;             /* the ERET that was just executed */
	struct pending interrupted[8];       /* what was pending, by exceptions taken at EL1 */
	unsigned int nested;                 /* from itself, and so on */
	uint64_t made[MADE_MAX];             /* descriptors made valid, not yet visible */
	unsigned int made_count;
	bool made_dsb;
	struct {
		uint64_t va, pa, turn;
	} known[KNOWN_MAX];
	uint64_t turn; /* of TLBIs: what was known before is not any more */
};

static struct cpu cpus[CPUS_MAX];
struct array *buffer;
static uint64_t instructions, tick;
static bool strict, incoherent,
	users; /* users: EL0 has run, and tables are changed as programs need it */

/* CPUs are threads. */
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static FILE *out, *ran;

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
	for (unsigned int i = 0; i < 4; i++)
		cpu->tlb[i].unknown = true;
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
		else if (!strcmp(reg->name, "CTR_EL0"))
			cpu->ctr = reg->handle;
		else if (!strcmp(reg->name, "TTBR1_EL1"))
			cpu->ttbr1 = reg->handle;
		else if (sscanf(reg->name, "TTBR0_EL%u", &n) == 1 && n < 4)
			cpu->ttbr0[n] = reg->handle;
		else if (sscanf(reg->name, "TCR_EL%u", &n) == 1 && n < 4)
			cpu->tcr[n] = reg->handle;
		else if (sscanf(reg->name, "MAIR_EL%u", &n) == 1 && n < 4)
			cpu->mair[n] = reg->handle;
		else if (sscanf(reg->name, "SPSR_EL%u", &n) == 1 && n < 4)
			cpu->spsr[n] = reg->handle;
		else if (!strcmp(reg->name, "VBAR"))
			cpu->vbar[1] = reg->handle;
		else if (sscanf(reg->name, "VBAR_EL%u", &n) == 1 && n < 4)
			cpu->vbar[n] = reg->handle;
	}
	if (!cpu->pstate || !cpu->sctlr[1]) {
		fprintf(stderr, "adversary: this CPU has no PSTATE or SCTLR_EL1 to read\n");
		exit(2);
	}
}

/* Completed TLBI; the live tables' turn. */
static uint64_t tlbis;
static uint32_t generation = 1;
static uint64_t nomap_start, nomap_end;

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
	if (cpu->ctr) {
		uint64_t ctr = read_reg(cpu->ctr);

		cpu->idc = ctr >> 28 & 1;
		cpu->dic = ctr >> 29 & 1;
	}
	if (sctlr & 1 && (!cpu->mmu || cpu->el != el || (cpu->rooted && !users)))
		cpu->walk_regime = regime;
	cpu->rooted = false;
	if (sctlr & 1)
		cpu->tlb[regime].used = true;
	cpu->el = el;
	cpu->resync = false;
	cpu->turn += cpu->mmu != (sctlr & 1);
	cpu->mmu = sctlr & 1;
	cpu->cached = (sctlr & 5) == 5;
	cpu->fetches_cached = sctlr >> 12 & 1;
	if (cpu->cached && !was) {
		periods++;
		cpus_on++;
	} else if (!cpu->cached && was) {
		cpus_on--;
	}
}

/* ---- instructions ---- */
struct insn {
	const struct block *block;
	uint64_t va;
	uint32_t word;
};

#define IS(word, mask, value) (((word) & (mask)) == (value))
#define IS_ISB(w)             IS(w, 0xfffff0ff, 0xd50330df)

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

static void tell_block(const char *what, const struct block *block)
{
	fprintf(out, "  %s 0x%" PRIx64, what, block->va);
	for (unsigned int i = 0; i < block->count; i++)
		fprintf(out, " %08x", block->word[i]);
	fprintf(out, "\n");
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
	tell_block("code", insn->block);
	for (unsigned int i = 0; i < 4 && cpus[vcpu].recent[i]; i++)
		tell_block("near", cpus[vcpu].recent[i]);
	if (line && line->store.kind)
		fprintf(out, "  store %s cpu %u pc 0x%" PRIx64 " count %" PRIu64 "\n",
			line->store.kind == 3   ? "device"
			: line->store.kind == 2 ? "cached"
						: "past",
			line->store.cpu, line->store.pc, line->store.count);
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

/* ---- live tables ---- */
#define VALID      1
#define TABLE      2
#define ADDRESS    UINT64_C(0x0000fffffffff000)
#define NEEDS_MAKE (ADDRESS | 0xb1e) /* and type, AttrIndx, SH, nG */

static bool is_table_word(uint64_t d, unsigned int level)
{
	return level < 3 && (d & 3) == (VALID | TABLE);
}

/* Word @i of @at, at @level, maps memory. Each is told once. */
static void look_at_leaf(unsigned int vcpu, const struct insn *insn, struct line *at,
			 unsigned int i, unsigned int level)
{
	uint64_t d = at->value[i], size = UINT64_C(1) << (39 - 9 * level);
	uint64_t pa = d & ADDRESS & ~(size - 1);
	unsigned int attr = cpus[vcpu].attributes >> (d >> 2 & 7) * 8 & 0xff;
	bool others = pa < nomap_end && pa + size > nomap_start;
	bool cacheable = attr & 0xf0 && attr != 0x44, device = !(attr & 0xf0);
	bool executable = !(d & cpus[vcpu].never) && !at->never;

	if (at->told & 1u << i || !(others || device))
		return;
	if (others && cacheable)
		finding('N', vcpu, insn, pa, NULL,
			"a cacheable mapping of memory that nobody may speculate into");
	else if (executable)
		finding('P', vcpu, insn, pa, NULL,
			others ? "an executable mapping of memory that nobody may speculate into"
			       : "an executable mapping of Device memory: instructions may be fetched "
				 "from it by speculation");
	else
		return;
	at->told |= (uint8_t)(1u << i);
}

static void mark(unsigned int vcpu, const struct insn *insn, uint64_t table, unsigned int level,
		 bool never)
{
	for (uint64_t pa = table; pa < table + 4096; pa += 64) {
		struct line *line = line_at(pa);

		if (!line || line->tables == generation)
			return;
		if (line->stale)
			finding('F', vcpu, insn, pa, line,
				"a table that was stored past the cache: the walker may read an older "
				"copy, which may have been cached since before that");
		else if (line->dirty && cpus[vcpu].walks_past)
			finding('F', vcpu, insn, pa, line,
				"a table whose descriptors may be in a cache only, and TCR_ELx has "
				"walks past the caches");
		line->stale = 0; /* told once */
		line->tables = generation;
		line->level = (uint8_t)level;
		line->never = never;
		memset(line->broken, 0, sizeof(line->broken));
		for (unsigned int i = 0; i < 8; i++) {
			uint64_t d = line->value[i];

			if (is_table_word(d, level))
				mark(vcpu, insn, d & ADDRESS, level + 1,
				     never || d & cpus[vcpu].never_below);
			else if (d & VALID)
				look_at_leaf(vcpu, insn, line, i, level);
		}
	}
}

/* A table is of no live ones any more, and may become anything. */
static void unmark(uint64_t table, unsigned int level)
{
	for (uint64_t pa = table; pa < table + 4096; pa += 64) {
		struct line *line = line_at(pa);

		if (!line || line->tables != generation || line->level != level)
			return;
		line->tables = 0;
		for (unsigned int i = 0; i < 8; i++)
			if (is_table_word(line->value[i], level))
				unmark(line->value[i] & ADDRESS, level + 1);
	}
}

static unsigned int first_level(unsigned int tsz)
{
	return tsz < 25 ? 0 : tsz < 34 ? 1 : 2;
}

static void mark_roots(unsigned int vcpu, const struct insn *insn)
{
	for (unsigned int i = 0; i < 2; i++)
		if (cpus[vcpu].root[i].pa)
			mark(vcpu, insn, cpus[vcpu].root[i].pa, first_level(cpus[vcpu].root[i].tsz),
			     false);
}

/* A CPU's MMU went on: its tables, and the others' that are live. */
static void look_at_tables(unsigned int vcpu, const struct insn *insn)
{
	struct cpu *cpu = &cpus[vcpu];
	unsigned int regime = cpu->walk_regime;
	uint64_t tcr = read_reg(cpu->tcr[regime]);
	bool two = regime == 1 || (regime == 2 && read_reg(cpu->hcr) & HCR_E2H);

	cpu->walk_regime = 0;
	cpu->attributes = read_reg(cpu->mair[regime]);
	/* PXN and PXNTable; XN and XNTable where there is but one privilege */
	cpu->never = UINT64_C(1) << (two ? 53 : 54);
	cpu->never_below = UINT64_C(1) << (two ? 59 : 60);
	memset(cpu->root, 0, sizeof(cpu->root));
	if ((tcr >> 14 & 3) == 0 && !(two && tcr >> 7 & 1)) {
		cpu->root[0].pa = read_reg(cpu->ttbr0[regime]) & ADDRESS;
		cpu->root[0].tsz = tcr & 63;
	}
	if (two && regime == 1 && (tcr >> 30 & 3) == 2 && !(tcr >> 23 & 1)) {
		cpu->root[1].pa = read_reg(cpu->ttbr1) & ADDRESS;
		cpu->root[1].tsz = tcr >> 16 & 63;
	}
	cpu->walks_past = (tcr >> 8 & 3) == 0 || (tcr >> 10 & 3) == 0;
	generation++;
	for (unsigned int i = 0; i < CPUS_MAX; i++)
		if (cpus[i].there && cpus[i].mmu)
			mark_roots(i, insn);
}

/* A table is linked into live ones: what it holds has to be visible to the walker before. */
static void linked(unsigned int vcpu, const struct insn *insn, uint64_t table,
		   const struct line *at)
{
	for (uint64_t pa = table; pa < table + 4096; pa += 64) {
		struct line *line = line_at(pa);

		if (!line || line->tables == generation || line->store.cpu != vcpu ||
		    line->store.tick <= cpus[vcpu].order)
			continue;
		finding('F', vcpu, insn, pa, at,
			"a table linked into live ones, and no barrier between: the walker may see "
			"the link before what was stored to the table");
		return;
	}
}

/* A word of a live table was stored. */
static void table_changed(unsigned int vcpu, const struct insn *insn, uint64_t pa,
			  struct line *line, unsigned int i, uint64_t old, uint64_t new)
{
	uint64_t counts = is_table_word(old, line->level) && is_table_word(new, line->level)
				  ? ADDRESS
				  : NEEDS_MAKE;

	if (users && !strict)
		return;
	if (old & new &VALID && (old ^ new) & counts)
		finding('T', vcpu, insn, pa, line,
			"a valid descriptor of live tables changed to another valid one: no break "
			"before make");
	cpus[vcpu].table = tick;
	line->told &= (uint8_t) ~(1u << i);
	if (!cpus[vcpu].cached && !cpus[vcpu].walks_past)
		finding('F', vcpu, insn, pa, line,
			"a descriptor of live tables stored past the cache: the walker may read an "
			"older copy");
	if (is_table_word(old, line->level) && (old ^ new) & (ADDRESS | 3))
		unmark(old & ADDRESS, line->level + 1);
	if (old & VALID && !(new &VALID)) {
		cpus[vcpu].broken = tick;
		line->was[i] = old;
		line->broken[i] = tlbis + 1;
	} else if (new &VALID && line->broken[i]) {
		if (line->broken[i] == tlbis + 1 && (line->was[i] ^ new) & counts)
			finding('T', vcpu, insn, pa, line,
				"a descriptor of live tables broken and made anew, and no TLBI "
				"and DSB between");
		line->broken[i] = 0;
	}
	if (!(new &VALID))
		return;
	if (!(old & VALID) && cpus[vcpu].made_count < MADE_MAX) {
		cpus[vcpu].made[cpus[vcpu].made_count++] = pa;
		cpus[vcpu].made_dsb = false;
	}
	if (is_table_word(new, line->level))
		linked(vcpu, insn, new &ADDRESS, line);
	if (is_table_word(new, line->level))
		mark(vcpu, insn, new &ADDRESS, line->level + 1,
		     line->never || new &cpus[vcpu].never_below);
	else
		look_at_leaf(vcpu, insn, line, i, line->level);
}

/*
 * Instructions that may be replaced, one by another, while they are executed (DDI 0487, "Concurrent
 * modification and execution of instructions"): B, BL, NOP, BRK, HVC, SMC, SVC, ISB.
 */
static bool may_race(uint32_t old, uint32_t new)
{
	uint32_t w[2] = { old, new };

	for (unsigned int i = 0; i < 2; i++)
		if (!IS(w[i], 0x7c000000, 0x14000000) && w[i] != 0xd503201f &&
		    !IS(w[i], 0xffe0001f, 0xd4200000) && !IS_ISB(w[i]) &&
		    !(IS(w[i], 0xffe0001c, 0xd4000000) && w[i] & 3))
			return old == new &&old;
	return true;
}

/* What memory holds, as far as it was seen. */
static void learn(unsigned int vcpu, const struct insn *insn, uint64_t pa, const uint8_t *bytes,
		  unsigned int size, bool is_store)
{
	struct line *line = line_at(pa);
	uint64_t old[8];

	if (!line || (pa & 63) + size > 64)
		return;
	memcpy(old, line->value, sizeof(old));
	if (bytes)
		memcpy((uint8_t *)line->value + (pa & 63), bytes, size);
	else
		memset((uint8_t *)line->value + (pa & 63), 0, size);
	if (!is_store)
		return;
	line->stored = ++tick;
	for (unsigned int i = (pa & 63) / 4; i <= ((pa & 63) + size - 1) / 4; i++) {
		uint32_t was = (uint32_t)(old[i / 2] >> i % 2 * 32);

		if (may_race(was, (uint32_t)(line->value[i / 2] >> i % 2 * 32)))
			continue;
		if (line->changed[i / 2] < line->ic)
			line->altered &= (uint16_t) ~(3u << (i & ~1u));
		line->changed[i / 2] = tick;
		line->altered |= (uint16_t)(1u << i);
	}
	for (unsigned int i = 0; line->tables == generation && i < 8; i++)
		if (old[i] != line->value[i])
			table_changed(vcpu, insn, (pa & ~UINT64_C(63)) + i * 8, line, i, old[i],
				      line->value[i]);
}

static bool walk(const struct cpu *cpu, uint64_t va, uint64_t *pa)
{
	unsigned int half = va >> 63;
	uint64_t table = cpu->root[half].pa;

	if (!table)
		return false;
	for (unsigned int level = first_level(cpu->root[half].tsz); level < 4; level++) {
		unsigned int shift = 39 - 9 * level;
		struct line *line = line_at(table + (va >> shift & 511) * 8);
		uint64_t d = line ? line->value[va >> shift & 7] : 0;

		if (!(d & VALID))
			return false;
		if (!is_table_word(d, level)) {
			*pa = (d & ADDRESS & ~((UINT64_C(1) << shift) - 1)) |
			      (va & ((UINT64_C(1) << shift) - 1));
			return true;
		}
		table = d & ADDRESS;
	}
	return false;
}

/* ---- devices that see no caches (incoherent=on): devices.c says what they do ---- */
uint64_t value_at(uint64_t pa, unsigned int size)
{
	const struct line *line = line_at(pa);
	uint64_t value = 0;

	if (line && (pa & 63) + size <= 64)
		memcpy(&value, (const uint8_t *)line->value + (pa & 63), size);
	return value;
}

void device_reads(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size)
{
	for (uint64_t end = pa + size, next; pa < end; pa = next) {
		struct line *line = line_at(pa);

		next = (pa | 63) + 1 < end ? (pa | 63) + 1 : end;
		if (line && line->dirty & words(pa, next - pa))
			finding('H', vcpu, insn, pa, line,
				"a device reads memory whose value may be in a cache only");
	}
}

/* As much of [@pa, @pa + @size) as is not in the line at @but, which was just fetched. */
void device_writes(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size,
		   uint64_t but)
{
	for (uint64_t end = pa + size, next; pa < end; pa = next) {
		struct line *line = line_at(pa);

		next = (pa | 63) + 1 < end ? (pa | 63) + 1 : end;
		if (!line || pa >> LINE_SHIFT == but >> LINE_SHIFT)
			continue;
		if (line->dirty || line->foreign)
			finding('H', vcpu, insn, pa, line,
				"a device writes to a line that may be dirty: its eviction would "
				"overwrite that");
		line->dirty = line->foreign = 0;
		if (may_be_cached(line))
			line->stale |= words(pa, next - pa);
		line->stored = ++tick;
		for (unsigned int i = (pa & 63) / 8; i <= ((next - 1) & 63) / 8; i++)
			line->changed[i] = tick, line->altered |= (uint16_t)(3u << i * 2);
		line->store = (struct event){ insn->va, instructions, tick, (uint8_t)vcpu, 3 };
	}
}

static void device_access(unsigned int vcpu, const struct insn *insn, uint64_t pa,
			  plugin_meminfo info)
{
	struct cpu *cpu = &cpus[vcpu];

	if ((strict || incoherent) && qemu_plugin_mem_is_store(info) && is_doorbell(pa) &&
	    cpu->left > cpu->order)
		finding('H', vcpu, insn, pa, NULL,
			"a device is told to look into memory, and no barrier since the last store");
	device_register(vcpu, insn, pa, info, incoherent);
}

/* ---- rules ---- */
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
	line->store = (struct event){ insn->va, instructions, tick, (uint8_t)vcpu,
				      cpus[vcpu].cached ? 2 : 1 };
}

static void load(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size,
		 const char *what)
{
	struct line *line = line_at(pa);
	uint8_t mask = words(pa, size);

	if (!line)
		return;
	if (cpus[vcpu].cached) {
		/*
		 * Who polls drops the line and looks: what another CPU stores in between, it sees
		 * now or the next time. Once: what else is in the line may be older than the flag.
		 */
		const bool polls = !line->looked && line->maint.cpu == vcpu &&
				   line->store.cpu != vcpu &&
				   line->store.tick >= line->maint.tick &&
				   cpus[vcpu].instructions - line->dropped <= POLL;

		if (line->stale & mask && !polls)
			finding('B', vcpu, insn, pa, line,
				"a cached load of what was stored past the cache: an older copy may "
				"have been cached since before that");
		line->looked = true;
	} else if (line->dirty & mask) {
		/* who waits for another's store may look before that is cleaned */
		if (line->store.cpu == vcpu || cpus[line->store.cpu].announced > line->store.tick)
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

static void begin(struct cpu *cpu, enum context context, const struct insn *insn, const char *what)
{
	cpu->contexts |= CONTEXT(context);
	cpu->context[context] = (struct pending){ what, insn->va };
}

/* Something that relies on one of @contexts happens. Each is told once. */
static void uses(unsigned int vcpu, const struct insn *insn, uint64_t pa, unsigned int contexts)
{
	struct cpu *cpu = &cpus[vcpu];

	for (unsigned int i = 0; cpu->contexts & contexts && i < CONTEXTS; i++) {
		if (!(cpu->contexts & contexts & CONTEXT(i)))
			continue;
		finding('G', vcpu, insn, pa, NULL, cpu->context[i].what);
		cpu->contexts &= ~CONTEXT(i);
	}
}

/* ISB, ERET, an exception */
static void synchronised(struct cpu *cpu)
{
	cpu->contexts = 0;
	cpu->sync = ++tick;
	cpu->resync = true;
	if (cpu->made_dsb)
		cpu->made_count = 0;
}

/* Is @va translated by a descriptor that may not be visible to the walker yet? */
static void walks_through(unsigned int vcpu, const struct insn *insn, uint64_t va)
{
	struct cpu *cpu = &cpus[vcpu];
	unsigned int half = va >> 63;
	uint64_t table = cpu->root[half].pa;

	/* a kernel in the upper half may wait for the fault in a program's memory */
	if (!strict && !half && insn->va >> 63)
		return;
	for (unsigned int level = first_level(cpu->root[half].tsz); table && level < 4; level++) {
		uint64_t at = table + (va >> (39 - 9 * level) & 511) * 8;
		struct line *line = line_at(at);
		uint64_t d = line ? line->value[at >> 3 & 7] : 0;

		for (unsigned int i = 0; i < cpu->made_count; i++) {
			if (cpu->made[i] != at)
				continue;
			finding('G', vcpu, insn, at, line,
				cpu->made_dsb
					? "memory is accessed through a descriptor that was made "
					  "valid, and no ISB since"
					: "memory is accessed through a descriptor that was made "
					  "valid, and no DSB since");
			cpu->made_count = 0;
			return;
		}
		if (!is_table_word(d, level))
			return;
		table = d & ADDRESS;
	}
}

static void mem(unsigned int vcpu, plugin_meminfo info, uint64_t va, void *data)
{
	const struct insn *insn = data;
	struct cpu *cpu = &cpus[vcpu];
	struct qemu_plugin_hwaddr *hw = qemu_plugin_get_hwaddr(info, va);
	uint64_t pa, size = UINT64_C(1) << qemu_plugin_mem_size_shift(info);

	if (cpu->aarch32)
		return;
	pthread_mutex_lock(&one);
	cpu->accessed = ++tick;
	uses(vcpu, insn, va,
	     CONTEXT(CONTEXT_MMU) | CONTEXT(CONTEXT_CONTROL) |
		     (cpu->mmu ? CONTEXT(CONTEXT_TRANSLATION) : 0) |
		     (strict && cpu->el < 3 ? CONTEXT(CONTEXT_VECTORS) : 0));
	if (cpu->mmu && cpu->made_count && (strict || !users))
		walks_through(vcpu, insn, va);
	if (hw && qemu_plugin_hwaddr_is_io(hw))
		device_access(vcpu, insn, qemu_plugin_hwaddr_phys_addr(hw), info);
	if (!hw || qemu_plugin_hwaddr_is_io(hw))
		goto out;
	pa = qemu_plugin_hwaddr_phys_addr(hw);
	if (cpu->mmu) {
		unsigned int slot = va >> 12 & (KNOWN_MAX - 1);

		cpu->known[slot].va = va >> 12 | UINT64_C(1) << 63;
		cpu->known[slot].pa = pa >> 12 << 12;
		cpu->known[slot].turn = cpu->turn;
	}
	/* LDXR, STXR and theirs: 001000 in 29:24, o2 (23) clear */
	if (!cpu->mmu && IS(insn->word, 0x3f800000, 0x08000000) && IS(insn->word, 0x00200000, 0))
		if (insn->word >> 15 & 1 ? IS(insn->word, 0x00800000, 0) : true)
			finding('X', vcpu, insn, pa, NULL, "an exclusive access with the MMU off");
	if (qemu_plugin_mem_is_store(info)) {
		cpu->stored = tick;
		/* what is stored by SP nobody shares */
		if ((insn->word >> 5 & 31) != 31)
			cpu->left = tick;
	}
	each_line(qemu_plugin_mem_is_store(info) ? store : load_data, vcpu, insn, pa, size);
	if (size <= 16) {
		struct plugin_value value = qemu_plugin_mem_get_value(info);

		learn(vcpu, insn, pa, value.data.bytes, (unsigned int)size,
		      qemu_plugin_mem_is_store(info));
		if (incoherent && !qemu_plugin_mem_is_store(info))
			device_memory(vcpu, insn, va, pa, &value, (unsigned int)size);
	}
out:
	pthread_mutex_unlock(&one);
}

static uint64_t translate(const struct cpu *cpu, uint64_t va)
{
	unsigned int slot = va >> 12 & (KNOWN_MAX - 1);
	uint64_t pa;

	if (cpu->mmu && cpu->known[slot].va == (va >> 12 | UINT64_C(1) << 63) &&
	    cpu->known[slot].turn == cpu->turn)
		return cpu->known[slot].pa | (va & 0xfff);
	if (cpu->mmu && walk(cpu, va, &pa))
		return pa;
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

	cpu->cleaned = ++tick;
	cpu->maint =
		(struct pending){ "cache maintenance (DC) that no DSB has completed", insn->va };
	if (!line)
		return;
	if (line->store.kind == 1 && line->store.cpu == vcpu && line->store.tick > cpu->order)
		finding('G', vcpu, insn, pa, line,
			"cache maintenance (DC) of a line after a store past the cache, and no barrier "
			"between: it may come first");
	if (kind == MAINT_IVAC && line->dirty)
		finding('D', vcpu, insn, pa, line,
			"an invalidation without clean of a line with dirty words: they may be lost");
	line->dirty = 0;
	line->foreign = 0;
	if (kind != MAINT_CVAC) {
		line->stale = 0;
		line->looked = false;
		line->dropped = cpu->instructions;
		/* while anybody's caches are on it may be back at once, with what memory holds */
		line->empty = cpus_on ? 0 : periods + 1;
	}
	line->maint =
		(struct event){ insn->va, instructions, ++tick, (uint8_t)vcpu, (uint8_t)kind };
}

/* DSB: 11010101000000110011 CRm 1 00 11111 with CRm not 0 or 4 (SSBB, PSSBB) */
#define IS_DSB(w)  (IS(w, 0xfffff0ff, 0xd503309f) && ((w) >> 8 & 15) != 0 && ((w) >> 8 & 15) != 4)
#define IS_ERET(w) (IS(w, 0xfffffbff, 0xd69f03e0) || IS(w, 0xfffffbff, 0xd69f0bff))
/* SYS and MSR (register) with op1, CRn, CRm, op2 */
#define SYS(op1, crn, crm, op2) (0xd5080000u | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define MSR(op1, crn, crm, op2) (0xd5180000u | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define IS_REG(w, code)         IS(w, 0xffffffe0, code)
/* TLBI: SYS with CRn 8, or 9 (nXS) */
#define IS_TLBI(w) (IS(w, 0xfff8f000, 0xd5088000) || IS(w, 0xfff8f000, 0xd5089000))
#define IS_IC(w) \
	(IS_REG(w, SYS(0, 7, 1, 0)) || IS_REG(w, SYS(0, 7, 5, 0)) || IS_REG(w, SYS(3, 7, 5, 1)))

static void drop_code(struct cpu *cpu, uint32_t w)
{
	struct line *line;

	tick++;
	cpu->ic_dsb = cpu->dsb;
	if (IS_REG(w, SYS(3, 7, 5, 1))) {
		line = line_at(translate(cpu, operand(cpu, w)));
		if (line)
			line->ic = tick, line->ic_cpu = (uint8_t)(cpu - cpus);
	} else {
		cpu->ic_all = tick;
	}
	for (unsigned int i = 0; IS_REG(w, SYS(0, 7, 1, 0)) && i < CPUS_MAX; i++)
		cpus[i].ic_all = tick;
}

static void relies(unsigned int vcpu, const struct insn *insn)
{
	struct cpu *cpu = &cpus[vcpu];

	if (cpu->maint.what)
		finding('G', vcpu, insn, cpu->maint.pc, NULL, cpu->maint.what);
	cpu->maint.what = NULL;
}

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

#define IS_SYSREG(w) IS(w, 0xffd00000, 0xd5100000) /* MSR (register) and MRS */
#define IS_MRS(w)    ((w) >> 21 & 1)
#define NAME(w)      ((w)&0x001fffe0) /* op0[0], op1, CRn, CRm, op2 */
#define OP1(w)       ((w) >> 16 & 7)
#define CRN(w)       ((w) >> 12 & 15)
#define CRM(w)       ((w) >> 8 & 15)
#define OP2(w)       ((w) >> 5 & 7)
#define OP0(w)       (2 | ((w) >> 19 & 1))
#define IS_AT(w)     (IS(w, 0xfff8ff00, 0xd5087800) || IS(w, 0xfff8ff00, 0xd5087900))
#define IS_CALL(w)   (IS(w, 0xffe0001f, 0xd4000002) || IS(w, 0xffe0001f, 0xd4000003)) /* HVC, SMC */
#define SEV          0xd503209fu
#define WFE          0xd503205fu
#define WFI          0xd503207fu

static bool is_special(uint32_t w)
{
	return IS(w, 0xfff80000, 0xd5080000) || IS_DSB(w) || IS(w, 0xfffff0ff, 0xd50330bf) ||
	       IS_ISB(w) || IS_ERET(w) || IS_SYSREG(w) || IS_CALL(w) || w == SEV || w == WFE ||
	       w == WFI;
}

static bool is_own_regime(const struct cpu *cpu, unsigned int regime)
{
	/* with HCR_EL2.E2H the _EL1 names are EL2's */
	return cpu->el == regime || (cpu->el == 2 && regime == 1 && (read_reg(cpu->hcr) & HCR_E2H));
}

/* All of a regime's entries are dropped: ALLEx, VMALLE1, VMALLS12E1, and their IS and OS. */
static void empty_tlb(struct cpu *cpu, uint32_t w)
{
	bool e2h = cpu->el == 2 && (read_reg(cpu->hcr) & HCR_E2H);
	unsigned int regime = OP1(w) == 6 ? 3 : OP1(w) == 4 ? 2 : cpu->el == 2 && e2h ? 2 : 1;

	if (OP1(w) == 4 && (OP2(w) == 4 || OP2(w) == 6))
		regime = 1;
	if ((CRM(w) != 7 && CRM(w) != 3 && CRM(w) != 1) || (OP2(w) & 1))
		return;
	cpu->tlb[regime].used = cpu->mmu && cpu->el == regime;
	cpu->tlb[regime].unknown = cpu->tlb[regime].written = cpu->tlb[regime].live = false;
	for (unsigned int i = 0; CRM(w) != 7 && i < CPUS_MAX; i++)
		cpus[i].tlb[regime] = cpu->tlb[regime];
}

/* Registers that are another level's, or have another layout, by HCR_EL2 and SCR_EL3 */
static bool depends_on_levels(uint32_t w)
{
	if (OP0(w) != 3 || OP1(w) == 3 || OP1(w) == 6)
		return false;
	if (OP1(w) == 4)
		return (CRN(w) == 1 && CRM(w) == 1 && OP2(w) == 2) || CRN(w) == 14;
	return CRN(w) == 1 || CRN(w) == 2 || CRN(w) == 5 || CRN(w) == 6 || CRN(w) == 10 ||
	       CRN(w) == 12 || CRN(w) == 14;
}

static bool is_gic(uint32_t w)
{
	return OP0(w) == 3 && ((CRN(w) == 12 && CRM(w) >= 8 && !(CRM(w) == 12 && OP2(w) == 5) &&
				!(CRM(w) == 9 && OP2(w) == 5)) ||
			       (CRN(w) == 4 && CRM(w) == 6));
}

static void sysreg(unsigned int vcpu, const struct insn *insn)
{
	struct cpu *cpu = &cpus[vcpu];
	uint32_t w = insn->word, name = NAME(w);
	unsigned int regime;

	if (depends_on_levels(w))
		uses(vcpu, insn, 0, CONTEXT(CONTEXT_LEVELS));
	if (is_gic(w))
		uses(vcpu, insn, 0, CONTEXT(CONTEXT_GIC) | CONTEXT(CONTEXT_LEVELS));
	if (IS_MRS(w)) {
		if (name == NAME(MSR(0, 7, 4, 0)))
			uses(vcpu, insn, 0, CONTEXT(CONTEXT_AT));
		if (strict && (name == NAME(MSR(3, 14, 0, 1)) || name == NAME(MSR(3, 14, 0, 2))) &&
		    cpu->accessed > cpu->sync)
			finding('G', vcpu, insn, 0, NULL,
				"a counter is read, and no ISB since the last access of memory: it may "
				"be read before that");
		return;
	}
	if ((regime = sctlr_of(w))) {
		uint64_t value = operand(cpu, w), old = read_reg(cpu->sctlr[regime]);
		bool on = (value & 1) && !cpu->mmu;

		relies(vcpu, insn);
		cpu->resync = true;
		if (!is_own_regime(cpu, regime))
			return;
		if (on)
			uses(vcpu, insn, 0, CONTEXT(CONTEXT_TRANSLATION));
		if (strict && on && cpu->emptied > cpu->sync)
			finding('G', vcpu, insn, 0, NULL,
				"the MMU goes on after a TLBI or IC, and no ISB between");
		if (on && (cpu->tlb[cpu->el].unknown ||
			   (cpu->tlb[cpu->el].used &&
			    (cpu->tlb[cpu->el].written || cpu->tlb[cpu->el].live))))
			finding('S', vcpu, insn, 0, NULL,
				"the MMU goes on, and the TLB may have entries of before: no TLBI of "
				"all since");
		if (on) /* from here on its entries are by these */
			cpu->tlb[cpu->el].written = cpu->tlb[cpu->el].live = false;
		if ((value & 1) != cpu->mmu)
			begin(cpu, CONTEXT_MMU, insn,
			      "memory, translation registers or the TLB are used after SCTLR_ELx.M changed, "
			      "before an ISB");
		else if ((value ^ old) & 0x100f)
			begin(cpu, CONTEXT_CONTROL, insn,
			      "memory is accessed after SCTLR_ELx changed, before an ISB");
	} else if ((regime = translation_of(w))) {
		bool own = is_own_regime(cpu, regime);

		if (own && cpu->mmu)
			cpu->tlb[cpu->el].live = true;
		else
			cpu->tlb[own ? cpu->el : regime].written = true;
		cpu->rooted = own && cpu->mmu;
		uses(vcpu, insn, 0, CONTEXT(CONTEXT_MMU));
		/* TTBR0_EL1 := 0, and no EPD0 */
		if (own && cpu->mmu && name == NAME(MSR(0, 2, 0, 0)) && regime == 1 &&
		    !(operand(cpu, w) & ADDRESS) && !(read_reg(cpu->tcr[cpu->el]) >> 7 & 1))
			finding('F', vcpu, insn, 0, NULL,
				"TTBR0_EL1 becomes 0 while TCR_EL1.EPD0 is clear: the walker may read "
				"what is at address 0");
		if (own)
			begin(cpu, CONTEXT_TRANSLATION, insn,
			      cpu->mmu
				      ? "memory is accessed after a translation register of the live "
					"regime was written, before an ISB"
				      : "a translation register was written, and the TLB is emptied for "
					"it, or the MMU goes on, before an ISB");
	} else if (name == NAME(MSR(4, 1, 1, 0))) { /* HCR_EL2 */
		cpu->resync = true;
		if (strict || (operand(cpu, w) ^ read_reg(cpu->hcr)) & HCR_E2H)
			begin(cpu, CONTEXT_LEVELS, insn,
			      "HCR_EL2 was written, and a register that depends on it is used before an ISB");
		if (strict && (operand(cpu, w) ^ read_reg(cpu->hcr)) & HCR_E2H && cpu->el == 2 &&
		    cpu->tlb[2].used)
			finding('S', vcpu, insn, 0, NULL,
				"HCR_EL2.E2H changes, and the TLB may have entries of the regime that "
				"was: no TLBI of all since");
	} else if (name == NAME(MSR(6, 1, 1, 0))) { /* SCR_EL3 */
		begin(cpu, CONTEXT_LEVELS, insn,
		      "SCR_EL3 was written, and a register that depends on it is used before an ISB");
	} else if (CRN(w) == 12 && CRM(w) == 0 && OP2(w) == 0 && OP0(w) == 3) { /* VBAR_ELx */
		begin(cpu, CONTEXT_VECTORS, insn,
		      "memory is accessed after VBAR_ELx was written, before an ISB: a fault may still "
		      "go to the old vectors");
	} else if (name == NAME(MSR(0, 1, 0, 2)) || name == NAME(MSR(4, 1, 1, 2)) ||
		   name == NAME(MSR(6, 1, 1, 2))) { /* CPACR_EL1, CPTR_EL2, CPTR_EL3 */
		begin(cpu, CONTEXT_FP, insn,
		      "FP/SIMD is used after CPACR_EL1 or CPTR_ELx was written, before an ISB");
	} else if (CRN(w) == 12 &&
		   ((CRM(w) == 12 && OP2(w) == 5 && OP1(w) != 4) ||
		    (CRM(w) == 9 && OP2(w) == 5 && OP1(w) == 4))) { /* ICC_SRE_ELx */
		begin(cpu, CONTEXT_GIC, insn,
		      "ICC_SRE_ELx was written, and the interface is used before an ISB");
	} else if (OP0(w) == 3 && (CRN(w) == 11 || CRN(w) == 15)) {
		begin(cpu, CONTEXT_OWN, insn,
		      "caches or TLB are maintained after an IMPLEMENTATION DEFINED register was "
		      "written, before an ISB");
	}
}

/* SEV, PSCI's CPU_ON and CPU_OFF, and sleep: somebody looks at what was stored. */
static void announces(unsigned int vcpu, const struct insn *insn)
{
	struct cpu *cpu = &cpus[vcpu];
	uint64_t function = read_reg(cpu->x[0]) & 0xbfffffff;

	if (insn->word == SEV || IS_CALL(insn->word))
		cpu->announced = ++tick;
	if (insn->word == SEV && cpu->stored > cpu->dsb)
		finding('G', vcpu, insn, 0, NULL,
			"an event (SEV) after stores that no DSB has completed: who it wakes may not "
			"see them");
	if (!strict)
		return;
	if (IS_CALL(insn->word) && (function == 0x84000003 || function == 0x84000002)) {
		/* one DSB before several calls will do */
		if (cpu->stored > cpu->dsb && cpu->called != insn->va)
			finding('G', vcpu, insn, 0, NULL,
				"PSCI's CPU_ON or CPU_OFF after stores that no DSB has completed");
		cpu->called = insn->va;
	}
	if (insn->word == WFE || insn->word == WFI)
		relies(vcpu, insn);
	if (insn->word == WFI)
		uses(vcpu, insn, 0, CONTEXT(CONTEXT_LEVELS));
}

static void special(unsigned int vcpu, void *data)
{
	const struct insn *insn = data;
	struct cpu *cpu = &cpus[vcpu];
	uint32_t w = insn->word;

	if (cpu->aarch32)
		return;
	pthread_mutex_lock(&one);
	if (IS_DSB(w)) {
		cpu->maint.what = NULL;
		cpu->order = cpu->dsb = ++tick;
		cpu->made_dsb = true;
		tlbis += cpu->tlbi;
		cpu->tlbi = false;
	} else if (IS(w, 0xfffff0ff, 0xd50330bf)) { /* DMB */
		cpu->order = ++tick;
	} else if (IS_ISB(w)) {
		relies(vcpu, insn);
		if (strict && cpu->broken > cpu->emptied)
			finding('S', vcpu, insn, 0, NULL,
				"a descriptor of live tables was broken, and the TLB may have it still: "
				"no TLBI before the ISB");
		cpu->broken = 0;
		synchronised(cpu);
	} else if (IS_ERET(w)) {
		synchronised(cpu);
		cpu->eret = insn;
	} else if (IS_SYSREG(w)) {
		sysreg(vcpu, insn);
	} else if (IS_CALL(w) || w == SEV || w == WFE || w == WFI) {
		announces(vcpu, insn);
	} else if (IS_AT(w)) {
		begin(cpu, CONTEXT_AT, insn, "PAR_EL1 is read after an AT, before an ISB");
	} else if (IS_TLBI(w)) {
		uses(vcpu, insn, 0,
		     CONTEXT(CONTEXT_TRANSLATION) | CONTEXT(CONTEXT_OWN) | CONTEXT(CONTEXT_MMU));
		if (cpu->table > cpu->dsb)
			finding('G', vcpu, insn, 0, NULL,
				"a TLBI after stores to live tables, and no DSB between: the walker "
				"may still read, and keep, what was there");
		cpu->maint = (struct pending){ "a TLBI that no DSB has completed", insn->va };
		cpu->tlbi = true;
		cpu->emptied = ++tick;
		for (unsigned int i = 0; i < CPUS_MAX; i++)
			cpus[i].turn++;
		empty_tlb(cpu, w);
	} else if (IS_IC(w)) {
		uses(vcpu, insn, 0, CONTEXT(CONTEXT_OWN));
		if (cpu->cleaned > cpu->dsb)
			finding('G', vcpu, insn, cpu->maint.pc, NULL,
				"an invalidation of instructions (IC) after a clean (DC) that no DSB "
				"has completed: older ones may be fetched between");
		cpu->maint =
			(struct pending){ "an invalidation of instructions (IC) that no DSB has "
					  "completed",
					  insn->va };
		cpu->emptied = ++tick;
		drop_code(cpu, w);
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
		cpu->stored = ++tick;
		store(vcpu, insn, pa, 64);
		learn(vcpu, insn, pa, NULL, 64, true);
	}
	pthread_mutex_unlock(&one);
}

/* FP/SIMD: data processing, and loads and stores with V */
static bool is_fp(uint32_t w)
{
	return IS(w, 0x0e000000, 0x0e000000) || IS(w, 0x0e000000, 0x0c000000);
}

/* A return to a lower level: what the TLB may hold of it, and of the level that was left. */
static void returned(unsigned int vcpu, const struct insn *insn, unsigned int from, unsigned int to)
{
	struct cpu *cpu = &cpus[vcpu];
	unsigned int regime = to ? to : 1;

	cpu->eret = NULL;
	/* who was interrupted between a TLBI and its DSB goes on to it */
	if (to == from && cpu->nested && --cpu->nested < 8)
		cpu->maint = cpu->interrupted[cpu->nested];
	else
		relies(vcpu, insn);
	if (to != from)
		cpu->nested = 0;
	if (strict && from == 3 && to < 3 && !cpu->ic_all)
		finding('E', vcpu, insn, 0, NULL,
			"an ERET out of EL3, and the instruction cache was never emptied since reset");
	if (strict && to < from && to &&
	    (cpu->tlb[1].unknown || (from == 3 && to == 2 && cpu->tlb[2].unknown)))
		finding('S', vcpu, insn, 0, NULL,
			"an ERET, and the TLB of EL1 or EL2 was never emptied since reset");
	if (to && to < from && cpu->sctlr[regime] && read_reg(cpu->sctlr[regime]) & 1 &&
	    cpu->tlb[regime].written && (cpu->tlb[regime].used || cpu->tlb[regime].unknown))
		finding('S', vcpu, insn, 0, NULL,
			"an ERET to a context with the MMU on, whose registers were written, and the "
			"TLB may have entries of before: no TLBI of all since");
	if (strict && to && to == from && cpu->mmu && cpu->tlb[regime].live)
		finding('S', vcpu, insn, 0, NULL,
			"an ERET after the live regime's registers were written: the TLB may have "
			"entries of before");
	if (strict && !cpu->mmu && from != to && cpu->tlb[from].used)
		finding('S', vcpu, insn, 0, NULL,
			"an ERET from a level whose MMU is off, and the TLB may have its entries of "
			"before");
}

/* An instruction that was changed at tick @at, in @line. */
static void fetch_changed(unsigned int vcpu, const struct insn *insn, uint64_t pa,
			  const struct line *line, uint64_t at)
{
	const struct cpu *cpu = &cpus[vcpu];

	if (cpu->cached && !cpu->idc && line->dirty & words(pa, 4) && at > line->maint.tick)
		finding('E', vcpu, insn, pa, line,
			"a fetch of an instruction that was stored and not cleaned since: it may "
			"be in a data cache only");
	if (!cpu->fetches_cached)
		return;
	if (line->store.kind == 1 && line->store.cpu == vcpu && at > cpu->ic_dsb &&
	    at < cpu->ic_all)
		finding('E', vcpu, insn, pa, line,
			"a fetch of an instruction that was stored past the cache, and no DSB before the "
			"IC since: an older one may be cached");
	if (at < line->ic && cpu->sync < line->ic && line->ic_cpu == vcpu)
		finding('E', vcpu, insn, pa, line,
			"a fetch of an instruction that was stored and dropped from the instruction "
			"cache, and no ISB since: it may have been fetched before");
	if (!cpu->dic && at > line->ic && at > cpu->ic_all)
		finding('E', vcpu, insn, pa, line,
			"a fetch of an instruction that was stored, and no IC since: an older one "
			"may be cached");
}

/* @insn is the first of its block in its line. */
static void fetch(unsigned int vcpu, const struct insn *insn, const struct insn *end)
{
	const struct cpu *cpu = &cpus[vcpu];
	uint64_t pa = translate(cpu, insn->va);
	struct line *line = line_at(pa);

	if (!line || !line->stored || !cpu->el)
		return;
	if (!(line->dirty && !cpu->idc) && line->stored <= cpu->ic_dsb && line->ic <= cpu->sync &&
	    (line->stored <= line->ic || line->stored <= cpu->ic_all))
		return;
	do {
		uint64_t at = line->changed[pa >> 3 & 7];

		if (at && line->altered >> (pa >> 2 & 15) & 1)
			fetch_changed(vcpu, insn, pa, line, at);
		pa += 4;
	} while (++insn < end && pa & 63);
}

/* Is @va a vector for exceptions from a lower level in AArch32? */
static bool leaves_aarch32(const struct cpu *cpu, uint64_t va)
{
	for (unsigned int el = cpu->aarch32_user ? 1 : 2; el < 4; el++)
		if (cpu->vbar[el] && va - read_reg(cpu->vbar[el]) - 0x600 < 0x200)
			return true;
	return false;
}

/* Is @va the vector of an exception that a level has taken from itself? */
static void interrupted(struct cpu *cpu, uint64_t va)
{
	if (va - read_reg(cpu->vbar[cpu->el]) >= 0x400)
		return;
	synchronised(cpu);
	if (cpu->nested < 8) {
		cpu->interrupted[cpu->nested] = cpu->maint;
		cpu->maint.what = NULL;
	}
	cpu->nested++;
}

/* The block that runs next: EL and caches first, and then its own fetches. */
static void run(unsigned int vcpu, void *data)
{
	const struct insn *insn = data;
	struct cpu *cpu = &cpus[vcpu];
	uint64_t pstate;
	unsigned int el;

	pthread_mutex_lock(&one);
	pstate = read_reg(cpu->pstate);
	el = (unsigned int)pstate >> 2 & 3;
	if (cpu->eret) {
		uint64_t spsr = read_reg(cpu->spsr[cpu->el]);

		cpu->aarch32 = spsr >> 4 & 1; /* nRW, */
		cpu->aarch32_user = !(spsr & 15);
	} else if (cpu->aarch32) {
		cpu->aarch32 = !leaves_aarch32(cpu, insn->va);
		cpu->order = cpu->dsb = ++tick; /* its barriers were not seen */
	}
	if (cpu->aarch32) /* which QEMU's PSTATE does not say */
		el = !cpu->aarch32_user;
	users = users || !el;
	if (el != cpu->el) /* an exception or its return */
		synchronised(cpu);
	if (insn->va >> 12 != cpu->context[CONTEXT_MMU].pc >> 12)
		uses(vcpu, insn, insn->va, CONTEXT(CONTEXT_MMU));
	if (cpu->eret)
		returned(vcpu, cpu->eret, cpu->el, el);
	if (!(insn->va & 0x7f) && el == cpu->el && el)
		interrupted(cpu, insn->va);
	if (cpu->aarch32) {
		cpu_look(cpu, el);
		goto out;
	}
	for (unsigned int i = 0;
	     cpu->contexts & CONTEXT(CONTEXT_FP) && i < insn->block->count && !IS_ISB(insn[i].word);
	     i++)
		if (is_fp(insn[i].word))
			uses(vcpu, &insn[i], 0, CONTEXT(CONTEXT_FP));
	if (cpu->resync)
		cpu_look(cpu, el);
	if (cpu->walk_regime && cpu->mmu)
		look_at_tables(vcpu, insn);
	for (unsigned int i = 0; i < insn->block->count; i++)
		if (!i || !(insn[i].va & 63))
			fetch(vcpu, &insn[i], &insn[insn->block->count]);
	instructions += insn->block->count;
	cpu->instructions += insn->block->count;
	if (insn->block->count >= 4 && insn->block != cpu->recent[0]) {
		memmove(&cpu->recent[1], cpu->recent, sizeof(cpu->recent) - sizeof(cpu->recent[0]));
		cpu->recent[0] = insn->block;
	}
	for (unsigned int i = 0; !cpu->mmu && i < insn->block->count; i++)
		load(vcpu, &insn[i], insn[i].va, 4,
		     "a fetch past the cache of an instruction that may be in a cache only");
out:
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
	if (ran) {
		pthread_mutex_lock(&one);
		fprintf(ran, "%" PRIx64, block->va);
		for (size_t i = 0; i < n; i++)
			fprintf(ran, " %08x", block->word[i]);
		fprintf(ran, "\n");
		pthread_mutex_unlock(&one);
	}
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
	if (ran)
		fclose(ran);
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
		} else if (!strcmp(argv[i], "host=on")) {
			host = true;
		} else if (!strcmp(argv[i], "incoherent=on")) {
			incoherent = true;
		} else if (!strcmp(argv[i], "strict=on")) {
			strict = true;
		} else if (sscanf(argv[i], "nomap=%" SCNx64 ":%" SCNx64, &nomap_start,
				  &nomap_end) == 2) {
			continue;
		} else if (!strncmp(argv[i], "ran=", 4)) {
			ran = fopen(argv[i] + 4, "w");
			if (!ran) {
				perror(argv[i] + 4);
				return -1;
			}
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
