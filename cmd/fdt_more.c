/* SPDX-License-Identifier: BSD-2-Clause */
/* fdt move, memory, rsvmem, bootcpu: a copy of a tree, and what stands outside of its nodes. */
#include "cmd/fdt_more.h"

#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/fdt_work.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/mem/memguard.h"
#include "common/shell/cmd.h"
#include "lib/base/span.h"

#define NODE_BYTES 64	  /* of a memory node and its two properties, beside their values */
#define CELLS_MAX  2	  /* of an address or a size */
#define RSV_BYTES  16	  /* of an entry of the list of reservations */

static int failed(const char *function, int err)
{
	printf("libfdt %s %s\n", function, fdt_strerror(err));
	return -EINVAL;
}

/* A copy of the tree at @from in @room bytes at @to; nothing is written where it is refused. */
static int copy_tree(paddr_t from, paddr_t to, uint64_t room)
{
	const void *fdt = (const void *)from;
	struct why why;
	uint64_t readable;
	int err = machine_readable(&machine, from, &readable, &why);

	if (err && fdt == machine.fdt) { /* its own: nobody else may read it */
		readable = fdt_totalsize(fdt);
		err = 0;
	}
	if (!err)
		err = fdt_check_whole(fdt, readable, false, &why);
	if (!err && room && room < fdt_totalsize(fdt))
		err = refuse(&why, -ENOSPC,
			     "New length 0x%" PRIx64 " < existing length 0x%x, aborting.", room,
			     (unsigned int)fdt_totalsize(fdt));
	if (!err && !room)
		room = fdt_totalsize(fdt);
	if (!err && room > FDT_SIZE_MAX)
		err = refuse(&why, -ENOSPC,
			     "The FDT can't have 0x%" PRIx64 " bytes, more than 0x%x", room,
			     (unsigned int)FDT_SIZE_MAX);
	if (!err && to % 8)
		err = refuse(&why, -EINVAL, "0x%" PRIx64 " is on no boundary of 8 bytes",
			     (uint64_t)to);
	if (!err)
		err = memguard_check_write(&machine.mem, to, room, &why);
	if (err) {
		printf("%s\n", why.text);
		return err;
	}
	/* What is not in libfdt's own order needs both places at once. */
	if (from != to && span_overlap(to, room, from, fdt_totalsize(fdt))) {
		printf("The new place, 0x%" PRIx64 ", and the old one overlap\n", (uint64_t)to);
		return -EINVAL;
	}
	err = fdt_open_into(fdt, (void *)to, (int)room);
	return err ? failed("fdt_open_into():", err) : 0;
}

int do_fdt_move(int argc, char *const argv[])
{
	uint64_t from, to, room = 0;
	int err;

	if (argc < 3)
		return CMD_USAGE;
	err = cmd_number(argv[1], "fdt", &from);
	if (!err)
		err = cmd_number(argv[2], "newaddr", &to);
	if (!err && argc > 3)
		err = cmd_number(argv[3], "length", &room);
	if (!err)
		err = copy_tree(from, to, room);
	if (!err)
		err = fdt_work_set(to, false);
	if (err)
		return err;
	printf("Working FDT set to %" PRIx64 "\n", to);
	env_set_hex("fdtaddr", to);
	return 0;
}

/* How many cells the root's children have; what the specification says where it does not. */
static int cells(const void *fdt, const char *name, int absent)
{
	int len;
	const fdt32_t *value = fdt_getprop(fdt, 0, name, &len);

	return value && len == (int)sizeof(*value) ? (int)fdt32_ld(value) : absent;
}

static int put_cells(fdt32_t *out, uint64_t value, int count)
{
	if (count == 1 && value > UINT32_MAX) {
		printf("0x%" PRIx64 " does not fit the tree's one cell\n", value);
		return -ERANGE;
	}
	for (int i = count; i--; value >>= 32)
		fdt32_st(&out[i], (uint32_t)value);
	return 0;
}

/* The first node that says it is memory, else a new one, named by @start. */
static int memory_node(void *fdt, uint64_t start)
{
	char name[sizeof("memory@") + 16];
	int node =
		fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory", sizeof("memory"));
	int err;

	if (node >= 0)
		return node;
	snprintf(name, sizeof(name), "memory@%" PRIx64, start);
	node = fdt_add_subnode(fdt, 0, name);
	if (node < 0)
		return node;
	err = fdt_setprop_string(fdt, node, "device_type", "memory");
	return err ? err : node;
}

int do_fdt_memory(int argc, char *const argv[])
{
	fdt32_t reg[2 * CELLS_MAX];
	uint64_t start, size;
	int address_cells = cells(fdt_work(), "#address-cells", 2);
	int size_cells = cells(fdt_work(), "#size-cells", 1);
	void *fdt;
	int node, err;

	if (argc != 3)
		return CMD_USAGE;
	err = cmd_number(argv[1], "addr", &start);
	if (!err)
		err = cmd_number(argv[2], "size", &size);
	if (err)
		return err;
	if (address_cells < 1 || address_cells > CELLS_MAX || size_cells < 1 ||
	    size_cells > CELLS_MAX) {
		printf("%d cells of address and %d of size: no memory is described so\n",
		       address_cells, size_cells);
		return -EINVAL;
	}
	if (put_cells(reg, start, address_cells) ||
	    put_cells(reg + address_cells, size, size_cells))
		return -ERANGE;
	fdt = fdt_work_edit(sizeof(reg) + 2 * NODE_BYTES);
	if (!fdt)
		return -ENOSPC;
	node = memory_node(fdt, start);
	err = node < 0 ? node
		       : fdt_setprop(fdt, node, "reg", reg,
				     (int)sizeof(*reg) * (address_cells + size_cells));
	fdt_work_done();
	return err ? failed("fdt_setprop():", err) : 0;
}

static int print_reservations(const void *fdt)
{
	uint64_t start, size;
	int count = fdt_num_mem_rsv(fdt);

	printf("index\t\t   start\t\t    size\n"
	       "------------------------------------------------\n");
	for (int i = 0; i < count && !fdt_get_mem_rsv(fdt, i, &start, &size); i++)
		printf("    %x\t%016" PRIx64 "\t%016" PRIx64 "\n", (unsigned int)i, start, size);
	return 0;
}

static int add_reservation(int argc, char *const argv[])
{
	uint64_t start, size;
	void *fdt;
	int err;

	if (argc != 4)
		return CMD_USAGE;
	err = cmd_number(argv[2], "addr", &start);
	if (!err)
		err = cmd_number(argv[3], "size", &size);
	if (err)
		return err;
	if (!size || size - 1 > UINT64_MAX - start) {
		printf("0x%" PRIx64 " bytes at 0x%" PRIx64 " are no range\n", size, start);
		return -EINVAL;
	}
	fdt = fdt_work_edit(RSV_BYTES);
	if (!fdt)
		return -ENOSPC;
	err = fdt_add_mem_rsv(fdt, start, size);
	fdt_work_done();
	return err ? failed("fdt_add_mem_rsv():", err) : 0;
}

static int delete_reservation(int argc, char *const argv[])
{
	uint64_t index;
	void *fdt;
	int err;

	if (argc != 3)
		return CMD_USAGE;
	err = cmd_number(argv[2], "index", &index);
	if (err)
		return err;
	if (index >= (uint64_t)fdt_num_mem_rsv(fdt_work()))
		return failed("fdt_del_mem_rsv():", -FDT_ERR_NOTFOUND);
	fdt = fdt_work_edit(0);
	if (!fdt)
		return -ENOSPC;
	err = fdt_del_mem_rsv(fdt, (int)index);
	fdt_work_done();
	return err ? failed("fdt_del_mem_rsv():", err) : 0;
}

int do_fdt_rsvmem(int argc, char *const argv[])
{
	switch (argc > 1 ? argv[1][0] : 0) {
	case 'p':
		return print_reservations(fdt_work());
	case 'a':
		return add_reservation(argc, argv);
	case 'd':
		return delete_reservation(argc, argv);
	}
	return CMD_USAGE;
}

int do_fdt_bootcpu(int argc, char *const argv[])
{
	uint64_t cpu;
	void *fdt;
	int err;

	if (argc != 2)
		return CMD_USAGE;
	err = cmd_number(argv[1], "id", &cpu);
	if (err)
		return err;
	if (cpu > UINT32_MAX) {
		printf("0x%" PRIx64 " does not fit in 32 bits\n", cpu);
		return -ERANGE;
	}
	fdt = fdt_work_edit(0);
	if (!fdt)
		return -ENOSPC;
	fdt_set_boot_cpuid_phys(fdt, (uint32_t)cpu);
	fdt_work_done();
	return 0;
}
