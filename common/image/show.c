/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/show.h"

#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/caldate.h"
#include "lib/base/printable.h"
#include "lib/hash/hash.h"

#define SIGNATURE_BYTES 512 /* RSA-4096; of more no more is shown */

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

void fit_print_text(const struct fit *fit, int node, const char *label, const char *property)
{
	const char *text = fit_text(fit->tree, node, property);
	struct printable shown;

	printf("     %-13s %s\n", label, text ? printable(&shown, text) : "unavailable");
}

static void print_value(const struct fit *fit, int node, const char *label, int most)
{
	int bytes, i;
	const uint8_t *value = fdt_getprop(fit->tree, node, "value", &bytes);

	printf("     %-13s ", label);
	for (i = 0; value && i < bytes && i < most; i++)
		printf("%02x", value[i]);
	printf("\n");
}

void fit_print_signatures(const struct fit *fit, int node)
{
	const char *algo, *key;
	struct printable shown, hint;
	const fdt32_t *time;
	int signature, size;

	fdt_for_each_subnode(signature, fit->tree, node) {
		if (strncmp(fit_name(fit->tree, signature), "signature", strlen("signature")))
			continue;
		algo = fit_text(fit->tree, signature, "algo");
		key = fit_text(fit->tree, signature, "key-name-hint");
		printf("     Sign algo:    %s:%s\n", algo ? printable(&shown, algo) : "",
		       key ? printable(&hint, key) : "");
		if (fit_text(fit->tree, signature, "padding"))
			fit_print_text(fit, signature, "Sign padding:", "padding");
		print_value(fit, signature, "Sign value:", SIGNATURE_BYTES);
		time = fdt_getprop(fit->tree, signature, "timestamp", &size);
		if (time && size == sizeof(*time))
			print_time("     Timestamp:    ", fdt32_ld(time));
	}
}

void fit_print_image(const struct fit *fit, int node)
{
	const uint8_t *data;
	struct why why;
	uint32_t size;
	int hash = 0;

	fit_print_text(fit, node, "Description:", "description");
	fit_print_text(fit, node, "Type:", "type");
	fit_print_text(fit, node, "Compression:", "compression");
	if (fit_text(fit->tree, node, "arch"))
		fit_print_text(fit, node, "Architecture:", "arch");
	if (fit_text(fit->tree, node, "os"))
		fit_print_text(fit, node, "OS:", "os");
	if (!fit_data(fit, node, &data, &size, &why)) {
		printf("     Data Start:   0x%08" PRIx64 "\n", (uint64_t)(uintptr_t)data);
		image_print_size("     Data Size:    ", size);
	}
	while ((hash = fit_next_hash(fit->tree, node, hash))) {
		fit_print_text(fit, hash, "Hash algo:", "algo");
		print_value(fit, hash, "Hash value:", HASH_SIZE_MAX);
	}
	if (IS_ENABLED(CONFIG_SIGNED))
		fit_print_signatures(fit, node);
}

int fit_print_hashes(const struct fit *fit, int node, struct why *why)
{
	struct printable shown;
	const char *name;
	int hash = 0, err = 0;

	while (!err && (hash = fit_next_hash(fit->tree, node, hash))) {
		name = fit_text(fit->tree, hash, "algo");
		printf("%s", name ? printable(&shown, name) : "");
		err = fit_check_hash(fit, node, hash, why);
		printf(err ? " error!\n" : "+ ");
	}
	return err;
}
