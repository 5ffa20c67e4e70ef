/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bank of CFI chips for host tests, on the fake <arch/io.h>. Each chip has a state of its own and
 * may be slow, locked, failing, or lose its power at any write on the bus, in the middle of what it
 * does. Programming only clears bits, as in real flash.
 */
#pragma once

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arch/io.h>

#include "test/host/include/fake_clock.h"

#define SIM_BASE   0x4000000
#define SIM_CHIPS  4
#define SIM_BLOCKS 4
#define SIM_SIZE   (64 * 1024) /* of the bank */
#define SIM_BLOCK  (SIM_SIZE / SIM_BLOCKS)

enum sim_mode {
	SIM_ARRAY,
	SIM_STATUS,
	SIM_QUERY,
	SIM_ID,
	SIM_PROGRAM,
	SIM_ERASE,
	SIM_LOCK,
	SIM_COUNT,
	SIM_DATA,
	SIM_CONFIRM
};

static struct sim {
	unsigned width, chip_width;
	unsigned buffer_power; /* 2^n bytes; 0: none */
	uint8_t query[256];
	uint8_t data[SIM_SIZE];
	struct sim_chip {
		enum sim_mode mode;
		uint8_t status;
		unsigned busy; /* looks until it is ready */
		uint64_t start; /* of a buffer's block */
		unsigned words, got;
		uint64_t at[1024];
		uint32_t word[1024];
		bool locked[SIM_BLOCKS];
	} chip[SIM_CHIPS];
	/* behaviour */
	unsigned slow[SIM_CHIPS];  /* looks that an operation takes */
	uint8_t fail[SIM_CHIPS];   /* status bits that every operation ends with */
	bool dead, silent, has_locks;
	uint64_t writes;    /* so far */
	uint64_t cut_at;    /* the write at which power fails; 0 never */
	bool torn;	    /* that write's operation is half done, else not begun */
	unsigned seed;
	jmp_buf cut;
	unsigned programs, buffers, erases, reads;
} sim;

static uint32_t sim_random(void)
{
	sim.seed = sim.seed * 1664525 + 1013904223;
	return sim.seed >> 8 | sim.seed << 24;
}

static unsigned sim_chips(void)
{
	return sim.width / sim.chip_width;
}

static uint8_t *sim_cell(unsigned chip, uint64_t word_offset)
{
	return sim.data + word_offset + chip * sim.chip_width;
}

static void sim_power_on(void)
{
	for (unsigned i = 0; i < SIM_CHIPS; i++) {
		sim.chip[i].mode = SIM_ARRAY;
		sim.chip[i].status = 0x80;
		sim.chip[i].busy = 0;
		for (unsigned b = 0; b < SIM_BLOCKS; b++)
			sim.chip[i].locked[b] = sim.has_locks;
	}
	sim.cut_at = sim.writes = 0;
}

static void sim_query16(unsigned at, unsigned value)
{
	sim.query[at] = (uint8_t)value;
	sim.query[at + 1] = (uint8_t)(value >> 8);
}

static unsigned sim_log2(unsigned value)
{
	return (unsigned)__builtin_ctz(value);
}

static void sim_init(unsigned width, unsigned chip_width, unsigned buffer_power)
{
	const unsigned chips = width / chip_width;

	memset(&sim, 0, sizeof(sim));
	sim.width = width;
	sim.chip_width = chip_width;
	sim.buffer_power = buffer_power;
	memset(sim.data, 0xff, sizeof(sim.data));
	memcpy(sim.query + 0x10, "QRY", 3);
	sim_query16(0x13, 1);
	sim_query16(0x15, 0x31);
	sim.query[0x1f] = 7;
	sim.query[0x20] = buffer_power ? 7 : 0;
	sim.query[0x21] = 10;
	sim.query[0x23] = sim.query[0x24] = sim.query[0x25] = 2;
	sim.query[0x27] = (uint8_t)sim_log2(SIM_SIZE / chips);
	sim_query16(0x2a, buffer_power);
	sim.query[0x2c] = 1;
	sim_query16(0x2d, SIM_BLOCKS - 1);
	sim_query16(0x2f, SIM_BLOCK / chips / 256);
	memcpy(sim.query + 0x31, "PRI10", 5);
	sim_power_on();
}

static uint32_t sim_mask(void)
{
	return sim.chip_width == 4 ? UINT32_MAX : (1u << (8 * sim.chip_width)) - 1;
}

static uint32_t sim_load(unsigned chip, uint64_t offset)
{
	uint32_t word = 0;

	memcpy(&word, sim_cell(chip, offset), sim.chip_width);
	return word;
}

static uint32_t sim_answer(unsigned i, uint64_t offset)
{
	struct sim_chip *chip = &sim.chip[i];
	const unsigned word = (unsigned)(offset / sim.width);

	if (chip->mode == SIM_ARRAY)
		return sim_load(i, offset);
	if (chip->mode == SIM_QUERY)
		return word < sizeof(sim.query) ? sim.query[word] : 0;
	if (chip->mode == SIM_ID)
		return word ? 0x18 : 0x89;
	if (sim.dead || chip->busy) {
		chip->busy -= chip->busy != 0;
		return 0;
	}
	return chip->status;
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	const uint64_t offset = address - SIM_BASE;
	uint64_t value = 0;

	assert_int_equal(bytes, sim.width);
	assert_int_equal(offset % sim.width, 0);
	assert_true(offset < SIM_SIZE);
	sim.reads++;
	if (sim.silent)
		return 0;
	for (unsigned i = 0; i < sim_chips(); i++)
		value |= (uint64_t)sim_answer(i, offset) << (8 * sim.chip_width * i);
	return value;
}

static void sim_store(unsigned i, uint64_t offset, uint32_t word, bool torn)
{
	uint32_t old = sim_load(i, offset);
	uint32_t cleared = old & ~word & (torn ? sim_random() : UINT32_MAX);
	uint32_t now = old & ~cleared;

	memcpy(sim_cell(i, offset), &now, sim.chip_width);
}

static void sim_erase(unsigned i, uint64_t offset, bool torn)
{
	const uint64_t block = offset / SIM_BLOCK * SIM_BLOCK;
	const unsigned how = torn ? sim_random() % 3 : 0; /* some bits, or all up to somewhere */
	const uint64_t until = torn && how ? sim_random() % SIM_BLOCK : SIM_BLOCK;

	for (uint64_t at = 0; at < until; at += sim.width) {
		uint32_t now = sim_load(i, block + at) |
			       (torn && how != 1 ? sim_random() | sim_random() : UINT32_MAX);

		memcpy(sim_cell(i, block + at), &now, sim.chip_width);
	}
}

static void sim_end(unsigned i)
{
	struct sim_chip *chip = &sim.chip[i];

	chip->mode = SIM_STATUS;
	chip->busy = sim.slow[i];
	chip->status |= sim.fail[i] | 0x80;
}

static bool sim_refuses(unsigned i, uint64_t offset, uint8_t status)
{
	struct sim_chip *chip = &sim.chip[i];

	if (!chip->locked[offset / SIM_BLOCK])
		return false;
	sim_end(i);
	chip->status |= status | 0x02;
	return true;
}

static void sim_command(unsigned i, uint64_t offset, uint8_t command)
{
	struct sim_chip *chip = &sim.chip[i];

	if (chip->busy)
		return;
	switch (command) {
	case 0xff:
		chip->mode = SIM_ARRAY;
		break;
	case 0x50:
		chip->status = 0x80;
		break;
	case 0x70:
		chip->mode = SIM_STATUS;
		break;
	case 0x98:
		chip->mode = offset / sim.width == 0x55 ? SIM_QUERY : chip->mode;
		break;
	case 0x90:
		chip->mode = SIM_ID;
		break;
	case 0x20:
		chip->mode = SIM_ERASE;
		break;
	case 0x60:
		chip->mode = SIM_LOCK;
		break;
	case 0x10:
	case 0x40:
		chip->mode = SIM_PROGRAM;
		break;
	case 0xe8:
		chip->mode = SIM_COUNT;
		chip->start = offset / SIM_BLOCK;
		chip->busy = sim.slow[i];
		break;
	}
}

static void sim_commit(unsigned i, bool torn)
{
	struct sim_chip *chip = &sim.chip[i];
	unsigned count = chip->words;

	for (unsigned w = 0; w < count; w++)
		if (!torn || sim_random() % 2)
			sim_store(i, chip->at[w], chip->word[w], torn);
}

static void sim_buffer(unsigned i, uint64_t offset, uint32_t value)
{
	struct sim_chip *chip = &sim.chip[i];
	const uint64_t size = 1ull << sim.buffer_power;

	assert_int_equal(offset / SIM_BLOCK, chip->start);
	assert_int_equal(offset / size, (chip->got ? chip->at[0] : offset) / size);
	chip->at[chip->got] = offset;
	chip->word[chip->got++] = value;
	if (chip->got == chip->words)
		chip->mode = SIM_CONFIRM;
}

/* Every write of the driver comes to every chip. @torn: power goes off while it works on it. */
static void sim_write(unsigned i, uint64_t offset, uint32_t value, bool torn)
{
	struct sim_chip *chip = &sim.chip[i];
	const uint8_t command = (uint8_t)value;

	switch (chip->mode) {
	case SIM_PROGRAM:
		if (!sim_refuses(i, offset, 0x10)) {
			sim_store(i, offset, value, torn);
			sim_end(i);
		}
		sim.programs++;
		return;
	case SIM_ERASE:
		assert_int_equal(command, 0xd0);
		if (!sim_refuses(i, offset, 0x20)) {
			sim_erase(i, offset, torn);
			sim_end(i);
		}
		sim.erases++;
		return;
	case SIM_LOCK:
		assert_true(command == 0xd0 || command == 1);
		chip->locked[offset / SIM_BLOCK] = command == 1;
		sim_end(i);
		return;
	case SIM_COUNT:
		assert_int_equal(chip->busy, 0);
		chip->words = value + 1;
		chip->got = 0;
		assert_true(chip->words * sim.width <= 1u << sim.buffer_power);
		chip->mode = SIM_DATA;
		return;
	case SIM_DATA:
		sim_buffer(i, offset, value);
		return;
	case SIM_CONFIRM:
		assert_int_equal(command, 0xd0);
		if (!sim_refuses(i, offset, 0x10)) {
			sim_commit(i, torn);
			sim_end(i);
		}
		sim.buffers++;
		return;
	default:
		sim_command(i, offset, command);
	}
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const uint64_t offset = address - SIM_BASE;
	const bool cut = ++sim.writes == sim.cut_at;

	assert_int_equal(bytes, sim.width);
	assert_int_equal(offset % sim.width, 0);
	assert_true(offset < SIM_SIZE);
	for (unsigned i = 0; i < sim_chips() && (!cut || sim.torn); i++)
		sim_write(i, offset, (uint32_t)(value >> (8 * sim.chip_width * i)) & sim_mask(),
			  cut);
	if (cut)
		longjmp(sim.cut, 1);
}
