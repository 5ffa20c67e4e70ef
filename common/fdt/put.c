/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/fdt/put.h"

#include <libfdt.h>
#include <string.h>

#include "lib/base/num.h"

#define TEXT(id, text) .id = text,
const struct fdt_put_names fdt_put_names = { FDT_PUT_NAMES(TEXT) };

/* Room for @count words, or NULL. */
static uint32_t *take(struct fdt_put *out, size_t count)
{
	uint32_t *at = out->next;

	if (count > (size_t)(out->end - at)) {
		out->failed = true;
		return NULL;
	}
	out->next += count;
	return at;
}

void fdt_put_words(struct fdt_put *out, const uint32_t *words, size_t count)
{
	uint32_t *at = take(out, count);

	if (at)
		memcpy(at, words, count * 4);
}

void fdt_put_numbers(struct fdt_put *out, uint64_t a, uint64_t b)
{
	uint64_t numbers[2] = { cpu_to_fdt64(a), cpu_to_fdt64(b) };

	fdt_put_words(out, (uint32_t *)numbers, 4);
}

/* Bytes, and zeroes up to the next word. */
static void put_bytes(struct fdt_put *out, const void *bytes, uint32_t len)
{
	uint32_t *at = take(out, len / 4 + (len % 4 != 0));

	if (!at || !len)
		return;
	out->next[-1] = 0;
	memcpy(at, bytes, len);
}

void fdt_put_begin(struct fdt_put *out, const char *name)
{
	fdt_put_words(out, &(uint32_t){ cpu_to_fdt32(FDT_BEGIN_NODE) }, 1);
	put_bytes(out, name, (uint32_t)strlen(name) + 1);
}

void fdt_put_end(struct fdt_put *out)
{
	fdt_put_words(out, &(uint32_t){ cpu_to_fdt32(FDT_END_NODE) }, 1);
}

void fdt_put_prop(struct fdt_put *out, uint32_t name, const void *value, uint32_t len)
{
	uint32_t head[3] = { cpu_to_fdt32(FDT_PROP), cpu_to_fdt32(len),
			     cpu_to_fdt32(out->names_at + name) };

	fdt_put_words(out, head, 3);
	put_bytes(out, value, len);
}

void *fdt_put_room(struct fdt_put *out, uint32_t name, uint32_t len)
{
	fdt_put_prop(out, name, NULL, 0);
	if (!out->failed)
		out->next[-2] = cpu_to_fdt32(len);
	return take(out, len / 4 + (len % 4 != 0));
}

void fdt_put_string(struct fdt_put *out, uint32_t name, const char *value)
{
	fdt_put_prop(out, name, value, (uint32_t)strlen(value) + 1);
}

void fdt_put_u32(struct fdt_put *out, uint32_t name, uint32_t value)
{
	fdt_put_prop(out, name, &(uint32_t){ cpu_to_fdt32(value) }, 4);
}

void fdt_put_u64(struct fdt_put *out, uint32_t name, uint64_t value)
{
	fdt_put_prop(out, name, &(uint64_t){ cpu_to_fdt64(value) }, 8);
}

static void put_cells(struct fdt_put *out, uint64_t value, uint32_t cells)
{
	uint32_t words[2] = { cpu_to_fdt32((uint32_t)(value >> 32)),
			      cpu_to_fdt32((uint32_t)value) };

	if (cells < 1 || cells > 2 || (cells == 1 && words[0])) {
		out->unfit = true;
		out->unfit_number = value;
		return;
	}
	fdt_put_words(out, words + 2 - cells, cells);
}

void fdt_put_reg(struct fdt_put *out, const struct mem_range *ranges, unsigned int count,
		 uint32_t address_cells, uint32_t size_cells)
{
	uint32_t head[3] = { cpu_to_fdt32(FDT_PROP),
			     cpu_to_fdt32(count * (address_cells + size_cells) * 4),
			     cpu_to_fdt32(out->names_at + FDT_NAME(reg)) };

	fdt_put_words(out, head, 3);
	for (unsigned int i = 0; i < count; i++) {
		put_cells(out, ranges[i].start, address_cells);
		put_cells(out, ranges[i].size, size_cells);
	}
}

void fdt_put_range_name(char out[FDT_RANGE_NAME_SIZE], const struct mem_range *r)
{
	static const char prefix[] = "loft-";
	const char *from = r->owner;
	size_t n = sizeof(prefix) - 1;

	memcpy(out, prefix, n);
	if (!strncmp(from, "Loft", 4))
		from += 4;
	if (!strncmp(from, "'s", 2))
		from += 2;
	for (; *from; from++) {
		char c = *from;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
		else if (out[n - 1] != '-')
			out[n++] = '-';
	}
	if (out[n - 1] == '-')
		n--;
	out[n++] = '@';
	num_put_hex(out + n, r->start);
}
