/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/fdt_work.h"

#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/mem/memguard.h"

#define PAGE       (4 * KIB)
#define GROW_BYTES (16 * KIB)
#define ANYWHERE   (~(paddr_t)0)

static void *other; /* NULL: Loft's own tree */

const void *fdt_work(void)
{
	return other ? other : machine.fdt;
}

static uint32_t used_bytes(const void *fdt)
{
	uint32_t used = fdt_totalsize(fdt);

	(void)!fdt_check(fdt, FDT_SIZE_MAX, &used, NULL);
	return used;
}

int fdt_work_set(paddr_t addr, bool quiet)
{
	const void *fdt = (const void *)addr;
	struct why why;
	uint64_t room;
	int err;

	if (!addr) {
		if (!quiet)
			printf("The address of the fdt is invalid (NULL).\n");
		return -EINVAL;
	}
	err = machine_readable(&machine, addr, &room, &why);
	if (err && fdt == machine.fdt) { /* its own */
		other = NULL;
		return 0;
	}
	if (!err && room >= sizeof(uint32_t) && addr % 8 == 0 && fdt_magic(fdt) != FDT_MAGIC) {
		if (!quiet)
			printf("libfdt fdt_check_header(): %s\n", fdt_strerror(-FDT_ERR_BADMAGIC));
		return -EINVAL;
	}
	if (!err)
		err = fdt_check_whole(fdt, room, false, &why);
	if (err && !quiet)
		printf("%s\n", why.text);
	if (!err)
		other = (void *)addr;
	return err;
}

int fdt_work_check(void)
{
	struct why why;
	uint64_t room;
	int err;

	if (!other)
		return 0;
	err = machine_readable(&machine, (paddr_t)other, &room, &why);
	if (!err)
		err = fdt_check_whole(other, room, false, &why);
	if (err)
		printf("%s\n", why.text);
	return err;
}

/* libfdt edits in place only what stands in its own order: reservations, structure, strings. */
static bool is_ordered(const void *fdt)
{
	return fdt_off_mem_rsvmap(fdt) < fdt_off_dt_struct(fdt) &&
	       fdt_off_dt_struct(fdt) + fdt_size_dt_struct(fdt) <= fdt_off_dt_strings(fdt);
}

/* Loft's own tree becomes a copy of @fdt in a new place of @room bytes. */
static int move_own(const void *fdt, uint64_t room)
{
	const void *old = machine.fdt;
	struct why why;
	paddr_t at;
	int err;

	err = memmap_alloc(&machine.mem, room, PAGE, true, ANYWHERE, 0, "Loft's FDT", &at, &why);
	if (err) {
		printf("%s\n", why.text);
		return err;
	}
	err = fdt_copy((void *)at, room, fdt, used_bytes(fdt));
	if (!err && !is_ordered(fdt))
		err = fdt_open_into((void *)at, (void *)at, (int)room);
	if (err) {
		printf("libfdt fdt_open_into(): %s\n", fdt_strerror(err));
		memmap_release(&machine.mem, at);
		return -EINVAL;
	}
	if (machine_refresh((const void *)at, &why))
		printf("Loft finds no devices any more: %s\n", why.text);
	memmap_release(&machine.mem, (paddr_t)old);
	env_set_hex("fdtcontroladdr", at);
	return 0;
}

/* Tried on a copy of the machine first: a tree without memory must not replace a good one. */
static int check_machine(const void *fdt)
{
	struct machine trial;
	struct why why;
	int err = machine_scan(&trial, fdt, FDT_SIZE_MAX, NULL, &why);

	if (err)
		printf("%s\n", why.text);
	return err;
}

bool fdt_work_hold(const void *fdt)
{
	const uint32_t size = fdt_totalsize(fdt);

	return !memmap_owner(&machine.mem, (paddr_t)fdt, size) &&
	       !memmap_claim(&machine.mem, (paddr_t)fdt, size, MEM_FOREIGN, "FDT at hand", NULL);
}

int fdt_work_adopt(paddr_t addr)
{
	void *before = other;
	const void *fdt;
	int err = fdt_work_set(addr, false);
	bool held;

	fdt = fdt_work();
	other = before;
	if (!err)
		err = check_machine(fdt);
	if (err || fdt == machine.fdt)
		return err;
	held = fdt_work_hold(fdt);
	err = move_own(fdt, ALIGN_UP(2 * (uint64_t)used_bytes(fdt) + GROW_BYTES, PAGE));
	if (held)
		memmap_release(&machine.mem, (paddr_t)fdt);
	return err;
}

/* The bytes behind a tree that Loft does not own must be DRAM that is nobody's. */
static int grow_other(void *fdt, uint64_t room)
{
	paddr_t end = (paddr_t)fdt + fdt_totalsize(fdt);
	struct why why;
	int err = memguard_check_write(&machine.mem, (paddr_t)fdt, fdt_totalsize(fdt), &why);

	if (!err && room > fdt_totalsize(fdt))
		err = memmap_check_free(&machine.mem, end, room - fdt_totalsize(fdt),
					"what the FDT would grow into", &why);
	if (err) {
		printf("%s\n", why.text);
		return err;
	}
	err = fdt_open_into(fdt, fdt, (int)room);
	if (err)
		printf("libfdt fdt_open_into(): %s\n", fdt_strerror(err));
	return err ? -EINVAL : 0;
}

int fdt_work_grow(uint64_t size)
{
	if (size > FDT_SIZE_MAX) {
		printf("The FDT can't have 0x%" PRIx64 " bytes, more than 0x%x\n", size,
		       (unsigned int)FDT_SIZE_MAX);
		return -ENOSPC;
	}
	return other ? grow_other(other, size) : move_own(machine.fdt, size);
}

static int make_room(uint64_t bytes)
{
	const void *fdt = fdt_work();
	uint64_t used = used_bytes(fdt), room;
	struct why why;

	if (other && memguard_check_write(&machine.mem, (paddr_t)other, fdt_totalsize(fdt), &why)) {
		printf("%s\n", why.text);
		return -EPERM;
	}
	if (is_ordered(fdt) && fdt_totalsize(fdt) - used >= bytes)
		return 0;
	room = ALIGN_UP(used + bytes + GROW_BYTES, PAGE);
	if (!is_ordered(fdt))
		room += used; /* fdt_open_into() needs both at once */
	room = MAX(room, (uint64_t)fdt_totalsize(fdt));
	return fdt_work_grow(room);
}

void *fdt_work_edit(uint32_t bytes)
{
	return make_room(bytes) ? NULL : (void *)(uintptr_t)fdt_work();
}

void fdt_work_done(void)
{
	struct why why;

	if (!other && machine_refresh(machine.fdt, &why))
		printf("Loft finds no devices any more: %s\n", why.text);
}

static int set_totalsize(void *fdt, uint32_t size)
{
	struct why why;
	int err = memguard_check_write(&machine.mem, (paddr_t)fdt, fdt_totalsize(fdt), &why);

	if (err)
		printf("%s\n", why.text);
	else
		fdt_set_totalsize(fdt, size);
	return err;
}

/* At most @room bytes from the start of a tree that Loft does not own; no less than it has. */
static uint64_t free_room(const void *fdt, uint64_t room)
{
	const uint64_t has = fdt_totalsize(fdt);
	const paddr_t start = (paddr_t)fdt, end = start + has;
	const struct mem_range *taken = memmap_owner(&machine.mem, end, room - has);

	if (taken)
		room = taken->start > end ? taken->start - start : has;
	for (unsigned int i = 0; i < machine.mem.bank_count; i++) {
		const struct mem_range *bank = &machine.mem.bank[i];

		if (start >= bank->start && start - bank->start < bank->size)
			room = MIN(room, bank->size - (start - bank->start));
	}
	if (taken)
		printf("Room for 0x%" PRIx64 " bytes, up to %s\n", room, taken->owner);
	return room;
}

int fdt_work_resize(uint64_t extra)
{
	uint64_t used = used_bytes(fdt_work()), room;

	room = extra > FDT_SIZE_MAX ? extra : ALIGN_UP(used + extra, PAGE);
	if (room > FDT_SIZE_MAX) {
		printf("Room for 0x%x bytes, the most that an FDT can have\n",
		       (unsigned int)FDT_SIZE_MAX);
		room = FDT_SIZE_MAX;
	}
	if (other && room > fdt_totalsize(other))
		room = free_room(other, room);
	if (room > fdt_totalsize(fdt_work()))
		return fdt_work_grow(room);
	/* Loft's own keeps its place: what was given back could not be had again. */
	if (other)
		return set_totalsize(other, (uint32_t)room);
	return 0;
}
