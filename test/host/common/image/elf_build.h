/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds ELF files in memory for tests: an honest one, whose fields a test then spoils. */
#pragma once

#include <stdint.h>
#include <string.h>

#define ELF_BUILD_SIZE 0x8000
#define ELF_EHDR       64
#define ELF_PHDR       56
#define ELF_SHDR       64
#define ELF_PHOFF      64

struct elf_build {
	uint8_t bytes[ELF_BUILD_SIZE];
	uint64_t size;
	unsigned phnum;
};

static inline void put(struct elf_build *b, uint64_t at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		b->bytes[at + i] = (uint8_t)(value >> (8 * i));
}

/* field of program header n: type 0/4, flags 4/4, offset 8, vaddr 16, paddr 24, filesz 32, ... */
static inline void put_ph(struct elf_build *b, unsigned n, unsigned field, uint64_t value)
{
	put(b, ELF_PHOFF + n * ELF_PHDR + field, value, field < 8 ? 4 : 8);
}

enum {
	PH_TYPE = 0,
	PH_FLAGS = 4,
	PH_OFFSET = 8,
	PH_VADDR = 16,
	PH_PADDR = 24,
	PH_FILESZ = 32,
	PH_MEMSZ = 40,
	PH_ALIGN = 48
};

static inline void elf_start(struct elf_build *b, uint64_t entry)
{
	memset(b, 0, sizeof(*b));
	memcpy(b->bytes, "\177ELF\2\1\1", 7);
	put(b, 16, 2, 2);   /* ET_EXEC */
	put(b, 18, 183, 2); /* EM_AARCH64 */
	put(b, 20, 1, 4);
	put(b, 24, entry, 8);
	put(b, 32, ELF_PHOFF, 8);
	put(b, 52, ELF_EHDR, 2);
	put(b, 54, ELF_PHDR, 2);
	put(b, 58, ELF_SHDR, 2);
	b->size = ELF_BUILD_SIZE;
}

static inline unsigned elf_phdr(struct elf_build *b, uint32_t type, uint32_t flags, uint64_t offset,
				uint64_t vaddr, uint64_t paddr, uint64_t filesz, uint64_t memsz)
{
	unsigned n = b->phnum++;

	put_ph(b, n, PH_TYPE, type);
	put_ph(b, n, PH_FLAGS, flags);
	put_ph(b, n, PH_OFFSET, offset);
	put_ph(b, n, PH_VADDR, vaddr);
	put_ph(b, n, PH_PADDR, paddr);
	put_ph(b, n, PH_FILESZ, filesz);
	put_ph(b, n, PH_MEMSZ, memsz);
	put_ph(b, n, PH_ALIGN, 0x1000);
	put(b, 56, b->phnum, 2);
	return n;
}

#define HIGH UINT64_C(0xffffff8000000000)
#define DRAM UINT64_C(0x40000000)

/* text, rodata, data with bss, at HIGH + PA, and entry at the start of text */
static inline void elf_honest(struct elf_build *b)
{
	elf_start(b, HIGH + DRAM + 0x80000);
	elf_phdr(b, 1, 5, 0x1000, HIGH + DRAM + 0x80000, DRAM + 0x80000, 0x2000, 0x2000);
	elf_phdr(b, 1, 4, 0x3000, HIGH + DRAM + 0x82000, DRAM + 0x82000, 0x800, 0x800);
	elf_phdr(b, 1, 6, 0x4000, HIGH + DRAM + 0x83000, DRAM + 0x83000, 0x400, 0x5000);
	for (uint64_t i = 0x1000; i < b->size; i++)
		b->bytes[i] = (uint8_t)(i * 7 + (i >> 8));
}
