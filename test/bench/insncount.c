/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * insncount - a QEMU TCG plugin that counts what one CPU executes; PLUGIN_API is the interface's
 * version: 1 (QEMU 7.2) or 4 (QEMU 10)
 *
 * Arguments (-plugin insncount.so,name=value,...):
 *   out=FILE      the report, written when QEMU ends
 *   cpu=N         which CPU (default 0)
 *   stop=VA       end QEMU before the instruction at this address runs; may be repeated
 *   mark=VA       report the first execution of this address; may be repeated
 *   uart=PA       report each store to this physical address (the data register of a UART)
 *   uartmax=N     end QEMU after the N-th such store
 *   virtio=PA     32 virtio-mmio transports from there on: after a QueueNotify the CPU stands until
 *                 all other threads of QEMU sleep, so whoever polls for an answer finds it at once
 *   hold=PA+SIZE  the same after any store to a device in there: registers of PCI functions
 *   peer=PID      and all of this process, a server that QEMU's network reaches
 *   limit=N       end QEMU after N instructions (default 4000 million)
 *   profile=on    per-instruction counts and the call edges go into the report
 *
 * "count" in every line of the report is how many instructions the CPU had executed before that one.
 *
 * Report, a line a fact:
 *   start PC                   first instruction of all
 *   write COUNT PC REG RT      `msr REG, xRT` was about to run (SCTLR_ELx, HCR_EL2)
 *   eret COUNT PC              an exception return was about to run
 *   call COUNT PC              an hvc or smc was about to run
 *   mark COUNT PC              first execution of a mark
 *   uart COUNT                 one store to the UART
 *   end COUNT PC WHY           why: stop, uart, limit, exit (QEMU ended by itself)
 *   insn PC OPCODE COUNT       profile: how often this instruction ran
 *   edge CALLER CALLEE CALLS INCLUSIVE   profile: calls, and instructions until they came back
 *
 * "write", "eret" and "call" also go to QEMU's log (-d plugin), so that one log file shows them in order
 * with what QEMU itself says of registers (-d cpu) and exceptions (-d int); bench.py reads M from
 * there.
 *
 * The declarations below are what this file uses of the interface that QEMU documents in "QEMU TCG
 * Plugins"; Debian's packages have no header.
 */
#define _GNU_SOURCE /* gettid() */
#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))

/* ---- the plugin interface ---- */
typedef uint64_t plugin_id;
typedef uint32_t plugin_meminfo;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;

enum plugin_regs { PLUGIN_NO_REGS = 0 };
enum plugin_rw { PLUGIN_MEM_READ = 1, PLUGIN_MEM_WRITE = 2 };

typedef void (*tb_trans_fn)(plugin_id id, struct qemu_plugin_tb *tb);
typedef void (*insn_exec_fn)(unsigned int vcpu, void *data);
typedef void (*mem_fn)(unsigned int vcpu, plugin_meminfo info, uint64_t va, void *data);
typedef void (*exit_fn)(plugin_id id, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, tb_trans_fn fn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, insn_exec_fn fn,
					    enum plugin_regs flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, mem_fn fn,
				      enum plugin_regs flags, enum plugin_rw rw, void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, exit_fn fn, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
#if PLUGIN_API == 1
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
#else
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *dest, size_t len);
#endif
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(plugin_meminfo info, uint64_t va);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *hwaddr);
bool qemu_plugin_mem_is_store(plugin_meminfo info);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *hwaddr);
void qemu_plugin_outs(const char *string);

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API;
PLUGIN_EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

/* ---- what is known of each instruction ---- */
enum {
	INSN_BRANCH = 1,	/* may go anywhere, itself included */
	INSN_CALL = 2,		/* bl, blr */
	INSN_RET = 4,
	INSN_WRITE = 8,		/* msr of a register in watched_regs[] */
	INSN_ERET = 16,
	INSN_STOP = 32,
	INSN_MARK = 64,
	INSN_UP = 128,		/* hvc, smc */
	INSN_EVENT = INSN_WRITE | INSN_ERET | INSN_UP | INSN_STOP | INSN_MARK,
};

struct insn {
	struct insn *next;
	uint64_t pc;
	uint64_t count;
	uint32_t opcode;
	uint32_t flags;
};

struct edge {
	struct edge *next;
	uint64_t caller, callee;
	uint64_t calls, inclusive;
};

struct frame {
	uint64_t back;
	uint64_t since;
	struct edge *edge;
};

#define HASH_SIZE 65536
#define FRAMES_MAX 256
#define ADDRESSES_MAX 64

static struct insn *insns[HASH_SIZE];
static struct edge *edges[HASH_SIZE];
static struct frame frames[FRAMES_MAX];
static unsigned int frame_count;

static uint64_t stops[ADDRESSES_MAX], marks[ADDRESSES_MAX];
static unsigned int stop_count, mark_count;
static uint64_t uart_pa, uart_max, uart_seen, virtio_pa, hold_pa, hold_size;
static uint64_t limit = 4000000000ULL;
static unsigned int counted_cpu;
static char peer[16];
static bool profile;

static FILE *out;
static struct insn *last;
static uint64_t total;

/* The A64 encodings of `msr <register>, x0`; Arm ARM DDI 0487, C5.3 "A64 System instructions" */
static const struct {
	uint32_t opcode;
	const char *name;
} watched_regs[] = {
	{ 0xd5181000, "SCTLR_EL1" }, { 0xd51d1000, "SCTLR_EL12" }, { 0xd51c1000, "SCTLR_EL2" },
	{ 0xd51e1000, "SCTLR_EL3" }, { 0xd51c1100, "HCR_EL2" },
};
#define WATCHED_COUNT (sizeof(watched_regs) / sizeof(watched_regs[0]))

static const char *watched_name(uint32_t opcode)
{
	for (size_t i = 0; i < WATCHED_COUNT; i++)
		if ((opcode & ~0x1fU) == watched_regs[i].opcode)
			return watched_regs[i].name;
	return NULL;
}

static bool listed(const uint64_t *list, unsigned int n, uint64_t pc)
{
	for (unsigned int i = 0; i < n; i++)
		if (list[i] == pc)
			return true;
	return false;
}

static uint32_t classify(uint64_t pc, uint32_t op)
{
	uint32_t flags = 0;

	if ((op & 0xfc000000) == 0x94000000 || (op & 0xfffffc1f) == 0xd63f0000)
		flags |= INSN_CALL | INSN_BRANCH;
	if ((op & 0xfffffc1f) == 0xd65f0000)
		flags |= INSN_RET | INSN_BRANCH;
	if ((op & 0x1c000000) == 0x14000000)	/* the whole group "branches, exceptions, system" */
		flags |= INSN_BRANCH;
	if (op == 0xd69f03e0 || op == 0xd69f0bff || op == 0xd69f0fff)
		flags |= INSN_ERET;
	if ((op & 0xffe0001f) == 0xd4000002 || (op & 0xffe0001f) == 0xd4000003)
		flags |= INSN_UP;
	if (watched_name(op))
		flags |= INSN_WRITE;
	if (listed(stops, stop_count, pc))
		flags |= INSN_STOP;
	if (listed(marks, mark_count, pc))
		flags |= INSN_MARK;
	return flags;
}

/* One record for each (address, opcode): retranslation finds it again, so counts go on */
static struct insn *insn_record(uint64_t pc, uint32_t opcode)
{
	struct insn **head = &insns[(pc >> 2) % HASH_SIZE];
	struct insn *insn;

	for (insn = *head; insn; insn = insn->next)
		if (insn->pc == pc && insn->opcode == opcode)
			return insn;
	insn = calloc(1, sizeof(*insn));
	if (!insn)
		abort();
	*insn = (struct insn){ *head, pc, 0, opcode, classify(pc, opcode) };
	*head = insn;
	return insn;
}

static struct edge *edge_record(uint64_t caller, uint64_t callee)
{
	struct edge **head = &edges[((caller >> 2) ^ (callee >> 1)) % HASH_SIZE];
	struct edge *edge;

	for (edge = *head; edge; edge = edge->next)
		if (edge->caller == caller && edge->callee == callee)
			return edge;
	edge = calloc(1, sizeof(*edge));
	if (!edge)
		abort();
	*edge = (struct edge){ .next = *head, .caller = caller, .callee = callee };
	*head = edge;
	return edge;
}

static void leave_frames(unsigned int keep)
{
	while (frame_count > keep) {
		const struct frame *f = &frames[--frame_count];

		f->edge->inclusive += total - f->since;
	}
}

static void finish(uint64_t pc, const char *why)
{
	if (!out)
		return;
	fprintf(out, "end %" PRIu64 " %#" PRIx64 " %s\n", total, pc, why);
	if (profile) {
		leave_frames(0);
		for (int i = 0; i < HASH_SIZE; i++)
			for (const struct insn *p = insns[i]; p; p = p->next)
				if (p->count)
					fprintf(out, "insn %#" PRIx64 " %08x %" PRIu64 "\n", p->pc,
						p->opcode, p->count);
		for (int i = 0; i < HASH_SIZE; i++)
			for (const struct edge *e = edges[i]; e; e = e->next)
				fprintf(out,
					"edge %#" PRIx64 " %#" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
					e->caller, e->callee, e->calls, e->inclusive);
	}
	fclose(out);
	out = NULL;
}

/*
 * The run ends here and now: the UART's bytes were written as they came, nothing else of QEMU
 * matters
 */
static void quit(uint64_t pc, const char *why)
{
	finish(pc, why);
	fflush(NULL);
	_exit(0);
}

/* The instruction before this one was a call or a return: keep a shadow of the guest's stack */
static void follow_call(uint64_t pc)
{
	if ((last->flags & INSN_CALL) && frame_count < FRAMES_MAX) {
		struct edge *edge = edge_record(last->pc, pc);

		edge->calls++;
		frames[frame_count++] = (struct frame){ last->pc + 4, total, edge };
		return;
	}
	for (unsigned int n = frame_count; n > 0; n--)
		if (frames[n - 1].back == pc) {
			leave_frames(n - 1);
			return;
		}
}

static void event(struct insn *insn)
{
	char line[128];

	if (insn->flags & INSN_STOP)
		quit(insn->pc, "stop");
	if ((insn->flags & INSN_MARK) && insn->count == 0)
		fprintf(out, "mark %" PRIu64 " %#" PRIx64 "\n", total, insn->pc);
	if (!(insn->flags & (INSN_WRITE | INSN_ERET | INSN_UP)))
		return;
	if (insn->flags & INSN_WRITE)
		snprintf(line, sizeof(line), "write %" PRIu64 " %#" PRIx64 " %s %u\n", total,
			 insn->pc, watched_name(insn->opcode), insn->opcode & 0x1f);
	else
		snprintf(line, sizeof(line), "%s %" PRIu64 " %#" PRIx64 "\n",
			 insn->flags & INSN_UP ? "call" : "eret", total, insn->pc);
	fputs(line, out);
	qemu_plugin_outs(line);
}

static void on_insn(unsigned int vcpu, void *data)
{
	struct insn *insn = data;

	if (vcpu != counted_cpu)
		return;
	/*
	 * Only a branch can be followed by itself. Anything else that seems to be is QEMU starting
	 * the same instruction again (an MMIO access that has to end its block under -icount).
	 */
	if (insn == last && !(insn->flags & INSN_BRANCH))
		return;
	if (!last)
		fprintf(out, "start %#" PRIx64 "\n", insn->pc);
	else if (profile && (last->flags & (INSN_CALL | INSN_RET)))
		follow_call(insn->pc);
	if (insn->flags & INSN_EVENT)
		event(insn);
	if (total >= limit)
		quit(insn->pc, "limit");
	insn->count++;
	total++;
	last = insn;
}

/* Does a thread of @process, but this one, run or wait for a disk? */
static bool is_busy(const char *process)
{
	char path[300];
	DIR *tasks;
	const struct dirent *task;
	bool busy = false;

	snprintf(path, sizeof(path), "/proc/%s/task", process);
	tasks = opendir(path);

	while (tasks && (task = readdir(tasks))) {
		char line[256] = "", *state;
		FILE *f;

		if (task->d_name[0] == '.' || atoi(task->d_name) == gettid())
			continue;
		snprintf(path, sizeof(path), "/proc/%.40s/task/%.40s/stat", process, task->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		state = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
		busy |= state && strlen(state) > 2 && state[2] != 'S';
		fclose(f);
	}
	if (tasks)
		closedir(tasks);
	return busy;
}

#define VIRTIO_TRANSPORTS 32
#define VIRTIO_SIZE	  0x200
#define VIRTIO_NOTIFY	  0x50
#define IDLE_LOOKS	  3
#define IDLE_LOOKS_MAX	  20000

static void hold(void)
{
	unsigned int idle = 0;

	for (unsigned int n = 0; idle < IDLE_LOOKS && n < IDLE_LOOKS_MAX; n++) {
		usleep(500);
		idle = is_busy("self") || (peer[0] && is_busy(peer)) ? 0 : idle + 1;
	}
}

static void on_store(unsigned int vcpu, plugin_meminfo info, uint64_t va, void *data)
{
	const struct qemu_plugin_hwaddr *hwaddr;
	const struct insn *insn = data;
	uint64_t pa;

	/* QEMU 7.2 calls for loads as well, whatever was asked for. */
	if (vcpu != counted_cpu || !qemu_plugin_mem_is_store(info))
		return;
	hwaddr = qemu_plugin_get_hwaddr(info, va);
	if (!hwaddr || !qemu_plugin_hwaddr_is_io(hwaddr))
		return;
	pa = qemu_plugin_hwaddr_phys_addr(hwaddr);
	if (virtio_pa && pa - virtio_pa < VIRTIO_TRANSPORTS * VIRTIO_SIZE &&
	    pa % VIRTIO_SIZE == VIRTIO_NOTIFY)
		hold();
	if (pa - hold_pa < hold_size)
		hold();
	if (pa != uart_pa)
		return;
	fprintf(out, "uart %" PRIu64 "\n", total - 1);
	if (++uart_seen == uart_max)
		quit(insn->pc, "uart");
}

static void on_translate(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *q = qemu_plugin_tb_get_insn(tb, i);
		struct insn *insn;
		uint32_t opcode;

#if PLUGIN_API == 1
		memcpy(&opcode, qemu_plugin_insn_data(q), sizeof(opcode));
#else
		qemu_plugin_insn_data(q, &opcode, sizeof(opcode));
#endif
		insn = insn_record(qemu_plugin_insn_vaddr(q), opcode);
		qemu_plugin_register_vcpu_insn_exec_cb(q, on_insn, PLUGIN_NO_REGS, insn);
		if (uart_pa || virtio_pa || hold_size)
			qemu_plugin_register_vcpu_mem_cb(q, on_store, PLUGIN_NO_REGS,
							 PLUGIN_MEM_WRITE, insn);
	}
}

static void on_end(plugin_id id, void *data)
{
	(void)id;
	(void)data;
	finish(last ? last->pc : 0, "exit");
}

static bool add_address(uint64_t *list, unsigned int *n, const char *text)
{
	if (*n == ADDRESSES_MAX)
		return false;
	list[(*n)++] = strtoull(text, NULL, 0);
	return true;
}

static bool argument(char *arg)
{
	char *value = strchr(arg, '=');

	if (!value)
		return false;
	*value++ = '\0';
	if (!strcmp(arg, "out"))
		return (out = fopen(value, "w")) != NULL;
	if (!strcmp(arg, "stop"))
		return add_address(stops, &stop_count, value);
	if (!strcmp(arg, "mark"))
		return add_address(marks, &mark_count, value);
	if (!strcmp(arg, "uart"))
		uart_pa = strtoull(value, NULL, 0);
	else if (!strcmp(arg, "virtio"))
		virtio_pa = strtoull(value, NULL, 0);
	else if (!strcmp(arg, "hold")) {
		hold_pa = strtoull(value, &value, 0);
		hold_size = strtoull(value, NULL, 0);
	} else if (!strcmp(arg, "uartmax"))
		uart_max = strtoull(value, NULL, 0);
	else if (!strcmp(arg, "limit"))
		limit = strtoull(value, NULL, 0);
	else if (!strcmp(arg, "peer"))
		snprintf(peer, sizeof(peer), "%s", value);
	else if (!strcmp(arg, "cpu"))
		counted_cpu = strtoul(value, NULL, 0);
	else if (!strcmp(arg, "profile"))
		profile = !strcmp(value, "on");
	else
		return false;
	return true;
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!argument(argv[i])) {
			fprintf(stderr, "insncount: bad argument '%s'\n", argv[i]);
			return -1;
		}
	if (!out) {
		fprintf(stderr, "insncount: out=FILE is needed\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
	return 0;
}
