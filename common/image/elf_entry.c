/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/elf.h"

#include <errno.h>
#include <inttypes.h>

#include "include/loft/boot.h"

bool elf_va_to_pa(const struct elf_image *image, vaddr_t va, paddr_t *pa, unsigned *segment)
{
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf_segment *s = &image->segment[i];

		if (va < s->vaddr || va - s->vaddr >= s->memsz)
			continue;
		*pa = s->paddr + (va - s->vaddr);
		if (segment)
			*segment = i;
		return true;
	}
	return false;
}

static bool pa_to_segment(const struct elf_image *image, paddr_t pa, unsigned *segment)
{
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf_segment *s = &image->segment[i];

		if (pa < s->paddr || pa - s->paddr >= s->memsz)
			continue;
		*segment = i;
		return true;
	}
	return false;
}

static int entry_mode(const struct elf_image *image, uint64_t flags, enum elf_mode *mode,
		      struct why *why)
{
	bool high = image->entry & BIT(55);

	if ((flags & LOFT_FLAG_UNMAPPED) && (flags & LOFT_FLAG_IDENTITY))
		return refuse(why, -EINVAL, "FLAGS UNMAPPED and IDENTITY exclude each other");
	if (high && (flags & LOFT_FLAG_IDENTITY))
		return refuse(why, -EINVAL,
			      "FLAGS IDENTITY contradicts e_entry 0x%" PRIx64
			      ", which is in the high half",
			      image->entry);
	if (flags & LOFT_FLAG_UNMAPPED)
		*mode = ELF_UNMAPPED;
	else if (flags & LOFT_FLAG_IDENTITY)
		*mode = ELF_IDENTITY;
	else
		*mode = high || elf_is_pie(image) ? ELF_MAPPED : ELF_UNMAPPED;
	return 0;
}

static int check_entry(const struct elf_image *image, const struct elf_entry *entry,
		       struct why *why)
{
	const struct elf_segment *s = &image->segment[entry->segment];
	uint64_t into = entry->pa - s->paddr;

	if (entry->mode != ELF_UNMAPPED && !(s->flags & ELF_X))
		return refuse(why, -EFAULT,
			      "e_entry 0x%" PRIx64 " is in segment %u (%s), not executable",
			      entry->va, s->phdr, elf_segment_kind(s));
	if (s->filesz < 4 || into > s->filesz - 4)
		return refuse(why, -EFAULT,
			      "e_entry 0x%" PRIx64 " is in the zeroed part of segment %u (%s)"
			      ", which has 0x%" PRIx64 " bytes from the file",
			      entry->va, s->phdr, elf_segment_kind(s), s->filesz);
	return 0;
}

int elf_entry(const struct elf_image *image, uint64_t flags, struct elf_entry *entry,
	      struct why *why)
{
	int err = entry_mode(image, flags, &entry->mode, why);

	if (err)
		return err;
	entry->va = image->entry;
	if (image->entry & 3)
		return refuse(why, -EINVAL, "e_entry 0x%" PRIx64 " is not a multiple of 4",
			      image->entry);
	if (elf_va_to_pa(image, image->entry, &entry->pa, &entry->segment))
		return check_entry(image, entry, why);
	/* ENTRY(a physical symbol) is common with kernels that turn the MMU on themselves */
	entry->pa = image->entry;
	if (entry->mode == ELF_UNMAPPED && pa_to_segment(image, entry->pa, &entry->segment))
		return check_entry(image, entry, why);
	return refuse(why, -EFAULT,
		      "e_entry 0x%" PRIx64 " is in no segment (they span 0x%" PRIx64 "..0x%" PRIx64
		      ")",
		      image->entry, image->va_lowest, image->va_last);
}
