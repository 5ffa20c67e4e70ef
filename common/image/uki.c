// SPDX-License-Identifier: BSD-2-Clause
#include "common/image/uki.h"

#include <errno.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/base/span.h"

#define PE_OFFSET_AT  0x3c /* in the DOS header */
#define PE_SIZE       24   /* signature and COFF header */
#define SECTION_SIZE  40
#define MACHINE_ARM64 0xaa64

/* Whatever CPU it is for: *machine. */
static int open_pe(struct source *source, struct uki *uki, unsigned *machine, struct why *why)
{
	uint8_t head[PE_SIZE];
	unsigned optional;
	uint64_t pe;
	int rc = source_read(source, PE_OFFSET_AT, head, 4, why);

	if (rc)
		return rc;
	pe = get_le32(head);
	if (!span_fits(source->size, pe, PE_SIZE))
		return refuse(why, -EINVAL,
			      "UKI: its PE header at 0x%llx is not inside of 0x%llx bytes",
			      (unsigned long long)pe, (unsigned long long)source->size);
	rc = source_read(source, pe, head, PE_SIZE, why);
	if (rc)
		return rc;
	if (memcmp(head, "PE\0\0", 4))
		return refuse(why, -ENOEXEC, "UKI: no PE header at 0x%llx", (unsigned long long)pe);
	*machine = get_le16(head + 4);
	uki->count = get_le16(head + 6);
	if (uki->count > UKI_SECTIONS_MAX)
		return refuse(why, -EINVAL, "UKI: %u sections at 0x%llx, the limit is %u",
			      uki->count, (unsigned long long)pe + 6, UKI_SECTIONS_MAX);
	optional = get_le16(head + 20);
	if (!span_fits(source->size, pe + PE_SIZE, optional + uki->count * SECTION_SIZE))
		return refuse(
			why, -EINVAL,
			"UKI: its table of %u sections at 0x%llx is not inside of 0x%llx bytes",
			uki->count, (unsigned long long)pe + PE_SIZE + optional,
			(unsigned long long)source->size);
	uki->table = pe + PE_SIZE + optional;
	return 0;
}

int uki_open(struct source *source, struct uki *uki, struct why *why)
{
	unsigned machine;
	int rc = open_pe(source, uki, &machine, why);

	return rc || machine == MACHINE_ARM64
		       ? rc
		       : refuse(why, -ENOEXEC, "UKI: its PE machine is 0x%x, arm64 is 0x%x",
				machine, MACHINE_ARM64);
}

int uki_section(struct source *source, const struct uki *uki, unsigned n,
		struct uki_section *section, struct why *why)
{
	uint8_t entry[SECTION_SIZE];
	int rc;

	if (n >= uki->count)
		return -ENOENT;
	rc = source_read(source, uki->table + n * SECTION_SIZE, entry, SECTION_SIZE, why);
	if (rc)
		return rc;
	memcpy(section->name, entry, 8);
	section->name[8] = '\0';
	/* What is virtual and not in the file is zeros; what is only in the file fills a block. */
	section->size = MIN(get_le32(entry + 8), get_le32(entry + 16));
	section->offset = get_le32(entry + 20);
	if (!section->size)
		section->offset = 0;
	if (!span_fits(source->size, section->offset, section->size))
		return refuse(why, -EINVAL,
			      "UKI: section %u, 0x%llx bytes at 0x%llx, is not inside of 0x%llx", n,
			      (unsigned long long)section->size,
			      (unsigned long long)section->offset,
			      (unsigned long long)source->size);
	return 0;
}

bool uki_is(struct source *source)
{
	struct uki_section section;
	struct uki uki;
	unsigned machine;

	if (open_pe(source, &uki, &machine, NULL))
		return false;
	for (unsigned n = 0; n < uki.count; n++) {
		if (!uki_section(source, &uki, n, &section, NULL) &&
		    !strcmp(section.name, ".linux"))
			return true;
	}
	return false;
}
