/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/show.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/caldate.h"
#include "lib/base/printable.h"

void image_print_size(const char *label, uint32_t size)
{
	static const char units[] = " KMG";
	uint64_t scale = 1;
	unsigned int unit = 0;
	uint64_t tenths;

	printf("%s%" PRIu32 " Bytes = ", label, size);
	while (size / scale >= KIB) {
		scale *= KIB;
		unit++;
	}
	tenths = (10 * (uint64_t)size + scale / 2) / scale;
	printf("%" PRIu64, tenths / 10);
	if (tenths % 10)
		printf(".%" PRIu64, tenths % 10);
	if (unit)
		printf(" %ciB\n", units[unit]);
	else
		printf(" Bytes\n");
}

static void print_time(const char *label, uint32_t time)
{
	const struct caldate date = caldate_from(time);

	printf("%s%4u-%02u-%02u  %2u:%02u:%02u UTC\n", label, date.year, date.month, date.day,
	       date.hour, date.minute, date.second);
}

void uimage_print_parts(const struct uimage *image)
{
	const uint8_t *data;
	struct why why;
	uint32_t size;
	unsigned int i;

	if (image->type != UIMAGE_TYPE_MULTI && image->type != UIMAGE_TYPE_SCRIPT)
		return;
	printf("   Contents:\n");
	for (i = 0; !uimage_part(image, i, &data, &size, &why); i++) {
		printf("      Image %u: ", i);
		image_print_size("", size);
	}
}

void uimage_print(const struct uimage *image)
{
	struct printable name;

	printf("   Image Name:   %s\n", printable(&name, image->name));
	print_time("   Created:      ", image->time);
	printf("   Image Type:   %s %s %s (%s)\n", uimage_arch_name(image->arch),
	       uimage_os_name(image->os), uimage_type_name(image->type),
	       uimage_compression_name(image->compression));
	image_print_size("   Data Size:    ", image->size);
	printf("   Load Address: %08" PRIx32 "\n   Entry Point:  %08" PRIx32 "\n", image->load,
	       image->entry);
}
