/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * devices.c - devices of QEMU's virt that see no caches: what they do with memory, by what they are
 * told through their registers, and when a CPU knows that they have done it
 *
 * fw_cfg, virtio by MMIO and by PCI, NVMe, AHCI. A PCI function is known by what was read of its
 * configuration space, and where its BARs are by what was written there. At a doorbell a device
 * reads its descriptors and what it is to take; what it is to give it may write from then on, until
 * a CPU sees that it is done: so it has written that after whatever was dropped before.
 *
 * Of NVMe: blocks of 512 bytes, pages of 4 KiB, PRPs (QEMU's controller offers SGLs, too).
 */
#include <stdlib.h>
#include <string.h>

#include "adversary.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static void half(uint64_t *where, bool high, uint32_t value)
{
	*where = high ? (*where & UINT32_MAX) | (uint64_t)value << 32
		      : (*where & ~(uint64_t)UINT32_MAX) | value;
}

/* @size bytes of memory at @pa, which a CPU has just loaded some of, at @va of @from. */
static bool as_it_is(uint64_t va, uint64_t from, uint64_t pa, void *to, unsigned int size)
{
	g_byte_array_set_size(buffer, 0);
	if (!qemu_plugin_read_memory_vaddr(va - from + pa, buffer, size))
		return false;
	memcpy(to, buffer->data, size);
	return true;
}

/* ---- fw_cfg ---- */
#define FW_CFG UINT64_C(0x09020010) /* the address of a descriptor, big endian */

static void fw_cfg(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t value,
		   unsigned int size)
{
	static uint32_t high;
	uint64_t at, memory;
	uint32_t control, bytes;

	if (size == 4 && pa == FW_CFG) {
		high = __builtin_bswap32((uint32_t)value);
		return;
	}
	at = size == 8 ? __builtin_bswap64(value)
		       : (uint64_t)high << 32 | __builtin_bswap32((uint32_t)value);
	control = __builtin_bswap32((uint32_t)value_at(at, 4));
	bytes = __builtin_bswap32((uint32_t)value_at(at + 4, 4));
	memory = __builtin_bswap64(value_at(at + 8, 8));
	device_reads(vcpu, insn, at, 16);
	if (control & 2)
		device_writes(vcpu, insn, memory, bytes, NOWHERE);
	else if (control & 16)
		device_reads(vcpu, insn, memory, bytes);
	device_writes(vcpu, insn, at, 4, NOWHERE);
}

/* ---- virtio ---- */
#define VIRTIO   UINT64_C(0x0a000000)
#define VIRTIOS  32
#define QUEUES   4
#define CHAINS   256
#define BUFFERS  8
#define DESC_MAX 1024

/* A queue, and what it was given and has not given back. */
struct queue {
	uint64_t table, avail, used;
	uint32_t size;
	uint16_t taken, given;
	bool listed;
	struct {
		bool there;
		uint16_t head;
		struct {
			uint64_t pa;
			uint32_t size;
		} writes[BUFFERS];
	} chain[CHAINS];
};

struct virtio {
	unsigned int selected;
	struct queue queue[QUEUES];
};

static struct virtio virtios[VIRTIOS]; /* by MMIO, version 2 */
static struct queue *queues[256];      /* those that were ever used */
static unsigned int queue_count;

static void queue_begin(struct queue *q)
{
	q->taken = q->given = 0;
	memset(q->chain, 0, sizeof(q->chain));
	if (q->listed || queue_count == ARRAY_SIZE(queues))
		return;
	q->listed = true;
	queues[queue_count++] = q;
}

/* The device is reset: it touches nothing any more. */
static void virtio_reset(struct virtio *v)
{
	for (unsigned int i = 0; i < QUEUES; i++)
		v->queue[i].size = 0;
}

/* A chain: descriptors and some buffers are read now, others are written from now on. */
static void virtio_chain(unsigned int vcpu, const struct insn *insn, struct queue *q, uint16_t head)
{
	unsigned int slot = 0, n = 0;
	uint16_t at = head, flags = 1;

	while (slot < CHAINS - 1 && q->chain[slot].there)
		slot++;
	memset(&q->chain[slot], 0, sizeof(q->chain[slot]));
	q->chain[slot].there = true;
	q->chain[slot].head = head;
	for (unsigned int i = 0; i < DESC_MAX && flags & 1; i++) {
		uint64_t d = q->table + at % q->size * 16, pa = value_at(d, 8);
		uint32_t size = (uint32_t)value_at(d + 8, 4);

		device_reads(vcpu, insn, d, 16);
		flags = (uint16_t)value_at(d + 12, 2);
		at = (uint16_t)value_at(d + 14, 2);
		if (!(flags & 2)) {
			device_reads(vcpu, insn, pa, size);
			continue;
		}
		device_writes(vcpu, insn, pa, size, NOWHERE);
		if (n < BUFFERS) {
			q->chain[slot].writes[n].pa = pa;
			q->chain[slot].writes[n++].size = size;
		}
	}
}

static void virtio_notify(unsigned int vcpu, const struct insn *insn, struct queue *q)
{
	if (!q->size || !q->avail)
		return;
	device_reads(vcpu, insn, q->avail, 4);
	for (uint16_t to = (uint16_t)value_at(q->avail + 2, 2); q->taken != to; q->taken++) {
		uint64_t entry = q->avail + 4 + q->taken % q->size * 2;

		device_reads(vcpu, insn, entry, 2);
		virtio_chain(vcpu, insn, q, (uint16_t)value_at(entry, 2));
	}
	device_writes(vcpu, insn, q->used, 4 + q->size * 8, NOWHERE);
}

static void virtio_mmio(unsigned int vcpu, const struct insn *insn, struct virtio *v,
			unsigned int reg, uint32_t value)
{
	struct queue *q = &v->queue[v->selected % QUEUES];

	switch (reg) {
	case 0x30:
		v->selected = value;
		break;
	case 0x38:
		q->size = value;
		queue_begin(q);
		break;
	case 0x80:
	case 0x84:
		half(&q->table, reg & 4, value);
		break;
	case 0x90:
	case 0x94:
		half(&q->avail, reg & 4, value);
		break;
	case 0xa0:
	case 0xa4:
		half(&q->used, reg & 4, value);
		break;
	case 0x50:
		virtio_notify(vcpu, insn, &v->queue[value % QUEUES]);
		break;
	case 0x70:
		if (!value)
			virtio_reset(v);
		break;
	default:
		break;
	}
}

/* struct virtio_pci_common_cfg */
static void virtio_common(struct virtio *v, unsigned int reg, uint32_t value, bool is_store)
{
	struct queue *q = &v->queue[v->selected % QUEUES];

	if (reg == 0x18)
		q->size = value & 0xffff;
	if (!is_store)
		return;
	switch (reg) {
	case 0x14:
		if (!(value & 0xff))
			virtio_reset(v);
		break;
	case 0x16:
		v->selected = value & 0xffff;
		break;
	case 0x1c:
		queue_begin(q);
		break;
	case 0x20:
	case 0x24:
		half(&q->table, reg & 4, value);
		break;
	case 0x28:
	case 0x2c:
		half(&q->avail, reg & 4, value);
		break;
	case 0x30:
	case 0x34:
		half(&q->used, reg & 4, value);
		break;
	default:
		break;
	}
}

/*
 * The index of a used ring was read: what is given back was written at any time before that, and
 * so after whatever was dropped before.
 */
static void virtio_index(unsigned int vcpu, const struct insn *insn, struct queue *q, uint64_t va,
			 uint16_t to)
{
	for (uint32_t left = q->size; q->given != to && left; q->given++, left--) {
		uint64_t entry = q->used + 4 + q->given % q->size * 8;
		uint32_t id;

		if (!as_it_is(va, q->used + 2, entry, &id, 4))
			return;
		device_writes(vcpu, insn, entry, 8, q->used + 2);
		for (unsigned int i = 0; i < CHAINS; i++) {
			if (!q->chain[i].there || q->chain[i].head != id)
				continue;
			q->chain[i].there = false;
			for (unsigned int n = 0; n < BUFFERS && q->chain[i].writes[n].size; n++)
				device_writes(vcpu, insn, q->chain[i].writes[n].pa,
					      q->chain[i].writes[n].size, q->used + 2);
			break;
		}
	}
}

/* ---- NVMe ---- */
#define NVME_QUEUES   16
#define NVME_COMMANDS 256
#define NVME_PAGE     4096
#define NVME_BLOCK    512

struct nvme {
	uint64_t asq, acq;
	uint32_t aqa;
	bool on;
	struct {
		uint64_t at;
		uint32_t size, head;
		unsigned int answers; /* to this completion queue */
	} sq[NVME_QUEUES];
	struct {
		uint64_t at;
		uint32_t size, head, pending;
		bool phase;
	} cq[NVME_QUEUES];
	struct nvme_command {
		bool there;
		unsigned int queue, id;
		uint64_t prp[2], bytes; /* that it writes */
	} command[NVME_COMMANDS];
};

static struct nvme *nvmes[8];
static unsigned int nvme_count;

typedef void (*touch_fn)(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size);

static void nothing(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size)
{
	(void)vcpu, (void)insn, (void)pa, (void)size;
}

static void writes(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size)
{
	device_writes(vcpu, insn, pa, size, NOWHERE);
}

/* The first page, and the second, or a list of the others, whose last leads to the next list. */
static void each_page(unsigned int vcpu, const struct insn *insn, const uint64_t prp[2],
		      uint64_t bytes, touch_fn data, touch_fn list)
{
	uint64_t size = NVME_PAGE - prp[0] % NVME_PAGE, at = prp[1];

	if (size > bytes)
		size = bytes;
	data(vcpu, insn, prp[0], size);
	bytes -= size;
	if (bytes && bytes <= NVME_PAGE) {
		data(vcpu, insn, prp[1], bytes);
		return;
	}
	while (bytes) {
		list(vcpu, insn, at, 8);
		if (at % NVME_PAGE == NVME_PAGE - 8 && bytes > NVME_PAGE) {
			at = value_at(at, 8);
			if (at % NVME_PAGE == NVME_PAGE - 8)
				return;
			continue;
		}
		size = bytes < NVME_PAGE ? bytes : NVME_PAGE;
		data(vcpu, insn, value_at(at, 8), size);
		bytes -= size;
		at += 8;
	}
}

/* Bytes that a command transfers, of the admin queue or another; does the device write them? */
static uint64_t admin_bytes(uint64_t at, bool *is_write)
{
	const uint32_t dw10 = (uint32_t)value_at(at + 40, 4);

	*is_write = true;
	switch (value_at(at, 1)) {
	case 0x02: /* Get Log Page */
		return ((uint64_t)(value_at(at + 44, 2) << 16 | dw10 >> 16) + 1) * 4;
	case 0x06: /* Identify */
		return NVME_PAGE;
	default:
		return 0;
	}
}

static uint64_t io_bytes(uint64_t at, bool *is_write)
{
	const uint64_t bytes = (value_at(at + 48, 2) + 1) * NVME_BLOCK;

	*is_write = false;
	switch (value_at(at, 1)) {
	case 0x02: /* Read */
		*is_write = true;
		return bytes;
	case 0x01: /* Write */
	case 0x05: /* Compare */
		return bytes;
	case 0x09: /* Dataset Management */
		return (value_at(at + 40, 1) + 1) * 16;
	default:
		return 0;
	}
}

static void nvme_queue(struct nvme *nvme, bool is_sq, unsigned int n, uint64_t at, uint32_t size,
		       unsigned int answers)
{
	if (n >= NVME_QUEUES || answers >= NVME_QUEUES || !size)
		return;
	if (is_sq) {
		nvme->sq[n].at = at;
		nvme->sq[n].size = size;
		nvme->sq[n].head = 0;
		nvme->sq[n].answers = answers;
		return;
	}
	memset(&nvme->cq[n], 0, sizeof(nvme->cq[n]));
	nvme->cq[n].at = at;
	nvme->cq[n].size = size;
	nvme->cq[n].phase = true;
}

/* The command at @at of submission queue @n is taken; its answer may be written from now on. */
static void nvme_take(unsigned int vcpu, const struct insn *insn, struct nvme *nvme, unsigned int n,
		      uint64_t at)
{
	const uint32_t op = (uint32_t)value_at(at, 1), dw10 = (uint32_t)value_at(at + 40, 4);
	const uint32_t id = (uint32_t)value_at(at + 2, 2);
	const uint64_t prp[2] = { value_at(at + 24, 8), value_at(at + 32, 8) };
	const unsigned int answers = nvme->sq[n].answers;
	bool is_write;
	const uint64_t bytes = n ? io_bytes(at, &is_write) : admin_bytes(at, &is_write);
	struct nvme_command *command = nvme->command;

	device_reads(vcpu, insn, at, 64);
	if (!n && op == 0x05)
		nvme_queue(nvme, false, dw10 & 0xffff, prp[0], (dw10 >> 16) + 1, 0);
	if (!n && op == 0x01)
		nvme_queue(nvme, true, dw10 & 0xffff, prp[0], (dw10 >> 16) + 1,
			   (unsigned int)value_at(at + 46, 2));
	if (bytes)
		each_page(vcpu, insn, prp, bytes, is_write ? writes : device_reads, device_reads);
	if (nvme->cq[answers].size) {
		const uint32_t place = (nvme->cq[answers].head + nvme->cq[answers].pending++) %
				       nvme->cq[answers].size;

		device_writes(vcpu, insn, nvme->cq[answers].at + place * 16, 16, NOWHERE);
	}
	while (command < &nvme->command[NVME_COMMANDS - 1] && command->there)
		command++;
	*command = (struct nvme_command){ true, n, id, { prp[0], prp[1] }, is_write ? bytes : 0 };
}

static void nvme_store(unsigned int vcpu, const struct insn *insn, struct nvme *nvme,
		       unsigned int reg, uint32_t value)
{
	const unsigned int n = (reg - 0x1000) / 8;

	switch (reg) {
	case 0x14: /* CC */
		if (value & 1 && !nvme->on) {
			memset(nvme->sq, 0, sizeof(nvme->sq));
			memset(nvme->cq, 0, sizeof(nvme->cq));
			nvme_queue(nvme, true, 0, nvme->asq, (nvme->aqa & 0xfff) + 1, 0);
			nvme_queue(nvme, false, 0, nvme->acq, (nvme->aqa >> 16 & 0xfff) + 1, 0);
		}
		nvme->on = value & 1;
		memset(nvme->command, 0, sizeof(nvme->command));
		break;
	case 0x24:
		nvme->aqa = value;
		break;
	case 0x28:
	case 0x2c:
		half(&nvme->asq, reg & 4, value);
		break;
	case 0x30:
	case 0x34:
		half(&nvme->acq, reg & 4, value);
		break;
	default: /* doorbells: of queues' tails, and heads */
		if (reg < 0x1000 || reg & 4 || n >= NVME_QUEUES || !nvme->on || !nvme->sq[n].size ||
		    value >= nvme->sq[n].size)
			break;
		while (nvme->sq[n].head != value) {
			nvme_take(vcpu, insn, nvme, n, nvme->sq[n].at + nvme->sq[n].head * 64);
			nvme->sq[n].head = (nvme->sq[n].head + 1) % nvme->sq[n].size;
		}
		break;
	}
}

/* A CPU has seen the phase of the answer at @entry: what is answered was written before that. */
static void nvme_answer(unsigned int vcpu, const struct insn *insn, struct nvme *nvme,
			unsigned int n, const uint16_t said[8])
{
	nvme->cq[n].pending -= nvme->cq[n].pending > 0;
	if (++nvme->cq[n].head == nvme->cq[n].size) {
		nvme->cq[n].head = 0;
		nvme->cq[n].phase = !nvme->cq[n].phase;
	}
	for (unsigned int i = 0; i < NVME_COMMANDS; i++) {
		struct nvme_command *command = &nvme->command[i];

		if (!command->there || command->queue != said[5] || command->id != said[6])
			continue;
		command->there = false;
		if (command->bytes)
			each_page(vcpu, insn, command->prp, command->bytes, writes, nothing);
		return;
	}
}

static void nvme_memory(unsigned int vcpu, const struct insn *insn, struct nvme *nvme, uint64_t va,
			uint64_t pa, unsigned int size)
{
	for (unsigned int n = 0; n < NVME_QUEUES; n++) {
		const uint64_t entry = nvme->cq[n].at + nvme->cq[n].head * 16;
		uint16_t said[8];

		if (!nvme->cq[n].size || pa > entry + 14 || pa + size <= entry + 14)
			continue;
		if (!as_it_is(va, pa, entry, said, sizeof(said)))
			return;
		if ((said[7] & 1) == nvme->cq[n].phase)
			nvme_answer(vcpu, insn, nvme, n, said);
		else if (nvme->cq[n].pending) /* the look was too early, and that is in the cache */
			device_writes(vcpu, insn, entry, 16, NOWHERE);
	}
}

/* ---- AHCI ---- */
#define AHCI_PORTS 32

struct ahci {
	struct port {
		uint64_t list, received;
		uint32_t command, pending,
			queued; /* slots; of them, with a command that is queued */
	} port[AHCI_PORTS];
};

/* What slot @n transfers; and what of its table and list the port reads. */
static void each_piece(unsigned int vcpu, const struct insn *insn, const struct port *p,
		       unsigned int n, bool is_begin)
{
	const uint64_t header = p->list + n * 32;
	const uint32_t flags = (uint32_t)value_at(header, 4);
	const uint64_t table = value_at(header + 8, 8);
	const touch_fn read = is_begin ? device_reads : nothing;

	read(vcpu, insn, header, 16);
	read(vcpu, insn, table, (flags & 0x1f) * 4);
	for (unsigned int i = 0; i < flags >> 16; i++) {
		const uint64_t piece = table + 0x80 + i * 16;
		const uint64_t bytes = (value_at(piece + 12, 4) & 0x3fffff) + 1;

		read(vcpu, insn, piece, 16);
		(flags & 1u << 6 ? read : writes)(vcpu, insn, value_at(piece, 8), bytes);
	}
	writes(vcpu, insn, header + 4, 4);
}

static void ahci_register(unsigned int vcpu, const struct insn *insn, struct ahci *ahci,
			  unsigned int reg, uint32_t value, bool is_store)
{
	struct port *p = &ahci->port[(reg - 0x100) / 0x80 % AHCI_PORTS];
	uint32_t slots = 0;

	if (reg < 0x100 || reg >= 0x100 + AHCI_PORTS * 0x80)
		return;
	reg &= 0x7f;
	if (!is_store) {
		if (reg == 0x34) /* PxSACT: of queued commands the end, */
			slots = p->pending & p->queued & ~value;
		if (reg == 0x38) /* and PxCI that of others */
			slots = p->pending & ~p->queued & ~value;
		p->pending &= ~slots;
		for (unsigned int n = 0; n < 32; n++)
			if (slots & 1u << n)
				each_piece(vcpu, insn, p, n, false);
		return;
	}
	if (reg == 0x00 || reg == 0x04)
		half(&p->list, reg, value);
	if (reg == 0x08 || reg == 0x0c)
		half(&p->received, reg & 4, value);
	if (reg == 0x18 && !(value & 1))
		p->pending = p->queued = 0;
	if (reg == 0x18)
		p->command = value;
	if (reg == 0x34)
		p->queued = (p->queued & p->pending) | value;
	if (reg != 0x38 || !(p->command & 1))
		return;
	for (unsigned int n = 0; n < 32; n++)
		if (value & ~p->pending & 1u << n)
			each_piece(vcpu, insn, p, n, true);
	p->pending |= value;
	p->queued &= p->pending;
	if (p->command & 1u << 4) /* FRE */
		writes(vcpu, insn, p->received, 256);
}

/* ---- PCI ---- */
#define ECAM       UINT64_C(0x4010000000)
#define ECAM_LOW   UINT64_C(0x3f000000) /* with highmem=off */
#define BUSES      16
#define BARS       6
#define CLASS_NVME 0x010802
#define CLASS_AHCI 0x010601

struct function {
	bool placed;
	bool asks[BARS];     /* for its size, */
	uint32_t mask[BARS]; /* which this says */
	uint8_t config[256]; /* as far as it was seen */
	void *device;
};

static struct function functions[BUSES * 256];
static struct function *placed[64]; /* those whose BARs were stored */
static unsigned int placed_count;

static uint32_t config32(const struct function *fn, unsigned int at)
{
	uint32_t value;

	memcpy(&value, &fn->config[at & 0xfc], 4);
	return value;
}

static void pci_config(struct function *fn, unsigned int at, uint64_t value, unsigned int size,
		       bool is_store)
{
	const unsigned int bar = (at - 0x10) / 4;

	if (size > 8 || at + size > sizeof(fn->config))
		return;
	if (at >= 0x10 && bar < BARS && size == 4) {
		if (is_store)
			fn->asks[bar] = (value & 0xfffff800) == 0xfffff800 && (uint32_t)value != 0;
		else if (fn->asks[bar])
			fn->mask[bar] = (uint32_t)value;
		if (fn->asks[bar])
			return;
		if (is_store && !fn->placed && placed_count < ARRAY_SIZE(placed)) {
			fn->placed = true;
			placed[placed_count++] = fn;
		}
	}
	memcpy(&fn->config[at], &value, size);
}

/* The function that has a register at @pa, which BAR that is of, and where in it. */
static struct function *pci_at(uint64_t pa, unsigned int *bar, uint64_t *offset)
{
	if (!((pa >= 0x10000000 && pa < 0x3eff0000) || pa >> 39 == 1))
		return NULL;
	for (unsigned int i = 0; i < placed_count; i++) {
		struct function *fn = placed[i];

		for (unsigned int n = 0; n < BARS; n++) {
			const uint32_t low = config32(fn, 0x10 + 4 * n);
			const bool is_64 = (low & 7) == 4 && n < BARS - 1;
			const uint64_t high = is_64 ? config32(fn, 0x14 + 4 * n) : 0;
			const uint64_t base = high << 32 | (low & ~15u);
			uint64_t size = (uint32_t) - (fn->mask[n] & ~15u);

			if (!size)
				size = is_64 && fn->mask[n + 1] ? UINT64_C(1) << 32 : 0x1000;
			if (!(low & 1) && base && pa >= base && pa - base < size) {
				*bar = n;
				*offset = pa - base;
				return fn;
			}
			n += is_64;
		}
	}
	return NULL;
}

/* The structure of a virtio device that a register is in: 1 the common, 2 notifications; 0 none. */
static unsigned int virtio_structure(const struct function *fn, unsigned int bar, uint64_t *offset)
{
	unsigned int at = fn->config[0x34] & 0xfc;

	if ((config32(fn, 0) & 0xffff) != 0x1af4)
		return 0;
	for (unsigned int i = 0; at >= 0x40 && i < 48; i++, at = fn->config[at + 1] & 0xfc) {
		const uint64_t start = config32(fn, at + 8), size = config32(fn, at + 12);

		if (fn->config[at] != 9 || fn->config[at + 4] != bar || !fn->config[at + 3] ||
		    fn->config[at + 3] > 2 || *offset - start >= size)
			continue;
		*offset -= start;
		return fn->config[at + 3];
	}
	return 0;
}

static void *device_of(struct function *fn, size_t size)
{
	if (!fn->device)
		fn->device = calloc(1, size);
	if (!fn->device)
		abort();
	return fn->device;
}

static void pci_register(unsigned int vcpu, const struct insn *insn, struct function *fn,
			 unsigned int bar, uint64_t offset, uint32_t value, bool is_store)
{
	const uint32_t class_code = config32(fn, 8) >> 8;
	unsigned int structure;

	if (class_code == CLASS_NVME && !bar) {
		const bool is_new = !fn->device;
		struct nvme *nvme = device_of(fn, sizeof(*nvme));

		if (is_new && nvme_count < ARRAY_SIZE(nvmes))
			nvmes[nvme_count++] = nvme;
		if (is_store)
			nvme_store(vcpu, insn, nvme, (unsigned int)offset, value);
	} else if (class_code == CLASS_AHCI && bar == 5) {
		ahci_register(vcpu, insn, device_of(fn, sizeof(struct ahci)), (unsigned int)offset,
			      value, is_store);
	} else if ((structure = virtio_structure(fn, bar, &offset))) {
		struct virtio *v = device_of(fn, sizeof(*v));

		if (structure == 1)
			virtio_common(v, (unsigned int)offset, value, is_store);
		else if (is_store)
			virtio_notify(vcpu, insn, &v->queue[value % QUEUES]);
	}
}

/* ---- what adversary.c asks and tells ---- */
bool is_doorbell(uint64_t pa)
{
	struct function *fn;
	unsigned int bar;
	uint64_t at;

	if (pa >= VIRTIO && pa < VIRTIO + VIRTIOS * 0x200)
		return (pa & 0x1ff) == 0x50; /* QueueNotify */
	if (pa >= FW_CFG && pa < FW_CFG + 8)
		return true;
	fn = pci_at(pa, &bar, &at);
	if (!fn)
		return false;
	if (config32(fn, 8) >> 8 == CLASS_NVME)
		return !bar && at >= 0x1000 && !(at & 4); /* a submission queue's tail */
	if (config32(fn, 8) >> 8 == CLASS_AHCI)
		return bar == 5 && at >= 0x100 && (at & 0x7f) == 0x38; /* PxCI */
	return virtio_structure(fn, bar, &at) == 2;
}

void device_register(unsigned int vcpu, const struct insn *insn, uint64_t pa, plugin_meminfo info,
		     bool incoherent)
{
	const struct plugin_value value = qemu_plugin_mem_get_value(info);
	const unsigned int size = 1u << qemu_plugin_mem_size_shift(info);
	const bool is_store = qemu_plugin_mem_is_store(info);
	struct function *fn;
	unsigned int bar;
	uint64_t at;

	if (pa - ECAM < BUSES << 20 || pa - ECAM_LOW < BUSES << 20) {
		at = pa - (pa >= ECAM ? ECAM : ECAM_LOW);
		if ((at & 0xfff) < 256)
			pci_config(&functions[at >> 12], at & 0xfff, value.data.both[0], size,
				   is_store);
		return;
	}
	if (!incoherent)
		return;
	if (is_store && pa >= FW_CFG && pa < FW_CFG + 8) {
		fw_cfg(vcpu, insn, pa, value.data.both[0], size);
	} else if (is_store && pa >= VIRTIO && pa < VIRTIO + VIRTIOS * 0x200) {
		virtio_mmio(vcpu, insn, &virtios[(pa - VIRTIO) / 0x200], pa & 0x1ff,
			    (uint32_t)value.data.both[0]);
	} else if ((fn = pci_at(pa, &bar, &at))) {
		pci_register(vcpu, insn, fn, bar, at, (uint32_t)value.data.both[0], is_store);
		if (size == 8)
			pci_register(vcpu, insn, fn, bar, at + 4,
				     (uint32_t)(value.data.both[0] >> 32), is_store);
	}
}

void device_memory(unsigned int vcpu, const struct insn *insn, uint64_t va, uint64_t pa,
		   const struct plugin_value *value, unsigned int size)
{
	for (unsigned int i = 0; size == 2 && i < queue_count; i++)
		if (queues[i]->size && queues[i]->used + 2 == pa)
			virtio_index(vcpu, insn, queues[i], va, (uint16_t)value->data.both[0]);
	for (unsigned int i = 0; i < nvme_count; i++)
		if (nvmes[i]->on)
			nvme_memory(vcpu, insn, nvmes[i], va, pa, size);
}
