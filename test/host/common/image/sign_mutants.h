/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signed FITs of mkimage's, altered by what a stream of bytes says, and the one rule: what the
 * verifier lets pass has every byte that was signed as it was. Used by the fuzzer (sign_fuzz.c) and
 * by the host test (sign_mutants_test.c), which has a generator's numbers for the stream.
 */
#pragma once

#include <errno.h>
#include <libfdt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/image/fit_sign.h"

#define MUTANT_ROOM  (16 * KIB)
#define MUTANT_BASES 5
#define MUTANT_DATA  96 /* bytes of each image */

/** struct base - a FIT as it was signed, and the control tree with its key */
struct base {
	const char *name, *algo, *more, *options;
	bool images; /* each image is signed, configurations are not */
	uint64_t size;
	uint8_t fit[MUTANT_ROOM] __attribute__((aligned(8)));
	uint8_t control[MUTANT_ROOM] __attribute__((aligned(8)));
};

/** struct stream - where alterations come from; zeros behind the end */
struct stream {
	const uint8_t *at;
	size_t size;
};

/** struct mutants - how many were tried, changed a byte, and passed */
struct mutants {
	unsigned int tried, changed, passed;
};

static struct base bases[MUTANT_BASES] = {
	{ .name = "in", .algo = "sha256,rsa2048", .more = "", .options = "" },
	{ .name = "out", .algo = "sha256,rsa2048", .more = "padding = \"pss\";", .options = "-E" },
	{ .name = "ec", .algo = "sha256,ecdsa256", .more = "", .options = "" },
	{ .name = "at", .algo = "sha512,rsa3072", .more = "", .options = "-E -p 0x2000" },
	{ .name = "each", .algo = "sha384,rsa2048", .more = "", .options = "", .images = true },
};

static uint8_t mutant[MUTANT_ROOM] __attribute__((aligned(8)));
static uint64_t mutant_size;

/* ---- making them -------------------------------------------------------------------------- */

static void make(const char *folder, const char *fmt, ...)
{
	char text[1000], command[1200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(command, sizeof(command), "cd %s && { %s; } >out 2>&1 || { cat out >&2; false; }",
		 folder, text);
	if (system(command))
		abort();
}

static uint64_t take_file(const char *folder, const char *name, const char *end, uint8_t *to)
{
	char path[100];
	uint64_t size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s%s", folder, name, end);
	f = fopen(path, "rb");
	if (!f)
		abort();
	size = fread(to, 1, MUTANT_ROOM, f);
	if (!size || size == MUTANT_ROOM)
		abort();
	fclose(f);
	return size;
}

/* mkimage 2023.01 can put the key of such a signature into a tree once only. */
static bool is_ecdsa(const struct base *b)
{
	return strstr(b->algo, "ecdsa");
}

static void make_source(const char *folder, const struct base *b)
{
	static const char *const names[] = { "kernel", "ramdisk", "fdt", "evil" };
	char path[100], signature[300];
	FILE *f;

	snprintf(signature, sizeof(signature),
		 "signature-1 { algo = \"%s\"; key-name-hint = \"%s\"; %s %s };", b->algo,
		 strstr(b->algo, "ecdsa")  ? "ec"
		 : strstr(b->algo, "3072") ? "big"
					   : "key",
		 b->more,
		 b->images ? "" : "sign-images = \"kernel\", \"ramdisk\", \"fdt\", \"loadables\";");
	snprintf(path, sizeof(path), "%s/its", folder);
	f = fopen(path, "w");
	if (!f)
		abort();
	fprintf(f, "/dts-v1/; / { description = \"d\"; #address-cells = <1>; images {");
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		fprintf(f,
			"%s { description = \"%s\"; data = /incbin/(\"%s\"); type = \"%s\"; "
			"arch = \"arm64\"; os = \"linux\"; compression = \"none\"; load = <0x%x>; "
			"entry = <0x%x>; %s %s };",
			names[i], names[i], names[i],
			i == 1   ? "ramdisk"
			: i == 2 ? "flat_dt"
				 : "kernel",
			0x41000000 + i * 0x1000, 0x41000000 + i * 0x1000,
			b->images ? "" : "hash-1 { algo = \"sha256\"; };",
			b->images && i < 3 ? signature : "");
	fprintf(f,
		"}; configurations { default = \"conf\";"
		"conf { kernel = \"kernel\"; ramdisk = \"ramdisk\"; fdt = \"fdt\"; %s };"
		"less { kernel = \"kernel\"; loadables = \"ramdisk\"; %s };"
		"other { kernel = \"evil\"; ramdisk = \"ramdisk\"; }; }; };",
		b->images ? "" : signature, b->images || is_ecdsa(b) ? "" : signature);
	fclose(f);
}

static void make_base(const char *folder, struct base *b)
{
	make_source(folder, b);
	make(folder, "echo '/dts-v1/; / { signature { }; };' | dtc -q -p 4096 -O dtb -o %s.dtb",
	     b->name);
	make(folder, "mkimage %s -f its -k . -K %s.dtb -r %s", b->options, b->name, b->name);
	/* mkimage 2023.01 leaves that out for this scheme. */
	if (is_ecdsa(b))
		make(folder, "fdtput -t s %s.dtb /signature/ec required conf", b->name);
	b->size = take_file(folder, b->name, "", b->fit);
	take_file(folder, b->name, ".dtb", b->control);
}

static void make_bases(void)
{
	static const char *const names[] = { "kernel", "ramdisk", "fdt", "evil" };
	char folder[] = "/tmp/loft-mutants-XXXXXX";

	if (!mkdtemp(folder))
		abort();
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		make(folder, "head -c %u /dev/zero | tr '\\0' '%c' >%s", MUTANT_DATA, 'a' + i,
		     names[i]);
	for (unsigned int big = 0; big < 2; big++)
		make(folder,
		     "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:%u -out %s.key; "
		     "openssl req -batch -new -x509 -key %s.key -out %s.crt",
		     big ? 3072 : 2048, big ? "big" : "key", big ? "big" : "key",
		     big ? "big" : "key");
	make(folder, "openssl ecparam -name prime256v1 -genkey -noout -out ec.pem");
	for (unsigned int i = 0; i < MUTANT_BASES; i++)
		make_base(folder, &bases[i]);
	make("/tmp", "rm -r %s", folder);
}

/* ---- altering one ------------------------------------------------------------------------- */

static uint32_t next(struct stream *s, unsigned int bytes)
{
	uint32_t value = 0;

	for (; bytes && s->size; bytes--, s->size--)
		value = value << 8 | *s->at++;
	return value;
}

/* A node of the tree as it is now, by number; the root where there is none. */
static int some_node(struct stream *s)
{
	unsigned int number = next(s, 1) % 40;
	int node = 0;

	while (number-- && node >= 0)
		node = fdt_next_node(mutant, node, NULL);
	return node < 0 ? 0 : node;
}

static const struct fdt_property *some_property(struct stream *s, int node)
{
	unsigned int number = next(s, 1) % 12;
	int offset = fdt_first_property_offset(mutant, node), further;

	while (number-- && (further = fdt_next_property_offset(mutant, offset)) >= 0)
		offset = further;
	return offset < 0 ? NULL : fdt_get_property_by_offset(mutant, offset, NULL);
}

static const char *some_name(struct stream *s)
{
	static const char *const names[] = { "kernel", "ramdisk",  "fdt",	  "evil",
					     "conf",   "less",	   "other",	  "hash-1",
					     "hash-2", "hash-1@1", "signature-1", "signature-2",
					     "images", "kernel@1", "loadables",	  "script" };

	return names[next(s, 1) % ARRAY_SIZE(names)];
}

/* What libfdt can do: nodes and properties as wholes. */
static void edit_tree(struct stream *s)
{
	const int node = some_node(s), other = some_node(s);
	const struct fdt_property *p = some_property(s, node), *q = some_property(s, other);
	const char *name = p ? fdt_string(mutant, (int)fdt32_to_cpu(p->nameoff)) : NULL;
	uint8_t value[600];
	int size = q ? (int)fdt32_to_cpu(q->len) : 0;

	switch (next(s, 1) % 8) {
	case 0: /* a property with another's value */
		if (!name || !q || size > (int)sizeof(value))
			return;
		memcpy(value, q->data, (size_t)size);
		(void)!fdt_setprop(mutant, node, name, value, size);
		break;
	case 1: /* ... elsewhere */
		if (!q || size > (int)sizeof(value))
			return;
		memcpy(value, q->data, (size_t)size);
		(void)!fdt_setprop(mutant, node, fdt_string(mutant, (int)fdt32_to_cpu(q->nameoff)),
				   value, size);
		break;
	case 2: /* a name for a list */
		name = some_name(s);
		(void)!fdt_setprop_string(mutant, node, some_name(s), name);
		break;
	case 3:
		if (name)
			(void)!fdt_delprop(mutant, node, name);
		break;
	case 4:
		if (node)
			(void)!fdt_del_node(mutant, node);
		break;
	case 5:
		if (node)
			(void)!fdt_set_name(mutant, node, some_name(s));
		break;
	case 6:
		(void)!fdt_add_subnode(mutant, node, some_name(s));
		break;
	case 7: /* the same property once more, by its name's place */
		if (p && q)
			((struct fdt_property *)(uintptr_t)p)->nameoff = q->nameoff;
		break;
	}
}

/* What a disk or a hand can do: bytes. */
static void edit_bytes(struct stream *s)
{
	static const uint32_t numbers[] = { 0,          1,          3,          9,
					    0x28,       0x38,       0x1000,     0x2000,
					    0x3fff,     0x4000,     0x7fffffff, 0x80000000,
					    0xfffffff0, 0xfffffffc, 0xffffffff };
	const uint64_t size = mutant_size;
	uint64_t at = next(s, 2) % size, from = next(s, 2) % size, count = next(s, 1);
	uint32_t number;

	switch (next(s, 1) % 6) {
	case 0:
		mutant[at] ^= (uint8_t)(1 << count % 8);
		break;
	case 1:
		mutant[at] = (uint8_t)count;
		break;
	case 2: /* a number of the tree */
		number = cpu_to_fdt32(numbers[count % ARRAY_SIZE(numbers)]);
		memcpy(mutant + MIN(at & ~3ull, size - 4), &number, 4);
		break;
	case 3: /* ... of its header */
		number = cpu_to_fdt32(count & 1 ? (uint32_t)from
						: numbers[count / 2 % ARRAY_SIZE(numbers)]);
		memcpy(mutant + at % 10 * 4, &number, 4);
		break;
	case 4:
		memmove(mutant + at, mutant + from, MIN(count, size - MAX(at, from)));
		break;
	case 5: /* a number that is near what it was */
		memcpy(&number, mutant + MIN(at & ~3ull, size - 4), 4);
		number = cpu_to_fdt32(fdt32_to_cpu(number) + (uint32_t)count - 128);
		memcpy(mutant + MIN(at & ~3ull, size - 4), &number, 4);
		break;
	}
}

/* From the original, up to eight alterations: of nodes first, while libfdt may still touch it. */
static void alter(const struct base *b, struct stream *s)
{
	const unsigned int how = next(s, 1);

	memcpy(mutant, b->fit, sizeof(mutant));
	mutant_size = b->size;
	/* Data behind the tree counts from its end: such a FIT stays where it is. */
	if (how & 1 && !strstr(b->options, "-E") && !fdt_open_into(mutant, mutant, sizeof(mutant)))
		mutant_size = sizeof(mutant);
	for (unsigned int n = how >> 1 & 3; n && s->size; n--)
		edit_tree(s);
	for (unsigned int n = how >> 3 & 3; n && s->size; n--)
		edit_bytes(s);
	if (how & 0x20)
		mutant_size -= next(s, 2) % mutant_size;
}

/* ---- what a boot takes -------------------------------------------------------------------- */

static const char *const roles[] = { "kernel", "ramdisk", "fdt", "loadables" };

static int verify_image(const struct fit *fit, const char *name, const struct fit_keys *keys,
			struct why *why)
{
	const int node = fit_child(fit->tree, "/images", name);
	const uint8_t *data;
	uint32_t size;
	int hash = 0, err;

	if (node < 0)
		return -ENOENT;
	err = fit_data(fit, node, &data, &size, why);
	while (!err && (hash = fit_next_hash(fit->tree, node, hash)))
		err = fit_check_hash(fit, node, hash, why);
	return err ? err : fit_sign_image(fit, node, keys, why);
}

/* The configuration that boots; negative: nothing does. As common/boot/fit.c goes. */
static int boots(const struct base *b, struct fit *fit)
{
	const struct fit_keys keys = { b->control, NULL };
	struct why why;
	int config, err = fit_keys_check(b->control, sizeof(b->control), &why);

	if (!err)
		err = fit_check(fit, mutant, mutant_size, &why);
	if (err)
		return err;
	config = fit_child(mutant, "/configurations", fit_default(mutant, "/configurations"));
	if (config < 0)
		return config;
	err = fit_sign_config(fit, config, &keys, &why);
	for (unsigned int r = 0; !err && r < ARRAY_SIZE(roles); r++) {
		for (int i = 0; !err && i < fdt_stringlist_count(mutant, config, roles[r]); i++)
			err = verify_image(fit,
					   fdt_stringlist_get(mutant, config, roles[r], i, NULL),
					   &keys, &why);
	}
	return err ? -1 : config;
}

/* ---- the rule ----------------------------------------------------------------------------- */

#define HOLDS(what)                                                               \
	do {                                                                      \
		if (!(what)) {                                                    \
			fprintf(stderr, "%s: passed with other bytes: %s\n", b->name, #what); \
			abort();                                                  \
		}                                                                 \
	} while (0)

static bool is_place(const char *name)
{
	return !strncmp(name, "data", 4);
}

/* Every property of one is the other's, but where data lies. */
static void same_node(const struct base *b, const void *one, int node, const void *other, int as)
{
	const char *name;
	int p, size, there;

	HOLDS(as >= 0);
	fdt_for_each_property_offset(p, one, node) {
		const void *value = fdt_getprop_by_offset(one, p, &name, &size), *is;

		HOLDS(value);
		if (is_place(name))
			continue;
		is = fdt_getprop(other, as, name, &there);
		HOLDS(is && size == there && !memcmp(value, is, (size_t)size));
	}
}

static void same_both_ways(const struct base *b, int node, int as)
{
	HOLDS(node >= 0 && as >= 0);
	same_node(b, mutant, node, b->fit, as);
	same_node(b, b->fit, as, mutant, node);
}

static void same_image(const struct base *b, const struct fit *now, const char *name)
{
	const struct fit was = { b->fit, b->size, NULL };
	const int node = fit_child(mutant, "/images", name),
		  as = fit_child(b->fit, "/images", name);
	const uint8_t *data, *original;
	uint32_t size, there;
	struct why why;
	int hash = 0;

	HOLDS(node >= 0 && as >= 0);
	HOLDS(!fit_data(now, node, &data, &size, &why));
	HOLDS(!fit_data(&was, as, &original, &there, &why));
	HOLDS(size == there && !memcmp(data, original, size));
	same_both_ways(b, node, as);
	while ((hash = fit_next_hash(mutant, node, hash)))
		same_both_ways(b, hash, fdt_subnode_offset(b->fit, as, fit_name(mutant, hash)));
}

/* Only the bytes are signed: they are those of one that was. */
static void one_of_the_signed(const struct base *b, const struct fit *now, const char *name)
{
	const uint8_t *data;
	uint32_t size;
	struct why why;

	HOLDS(!fit_data(now, fit_child(mutant, "/images", name), &data, &size, &why));
	HOLDS(size == MUTANT_DATA && data[0] >= 'a' && data[0] <= 'c');
	for (uint32_t i = 0; i < size; i++)
		HOLDS(data[i] == data[0]);
}

static void hold_rule(const struct base *b, const struct fit *now, int config)
{
	const char *name = fit_name(mutant, config);

	HOLDS(b->images || !strcmp(name, "conf") || (!strcmp(name, "less") && !is_ecdsa(b)));
	if (!b->images) {
		same_both_ways(b, 0, 0);
		same_both_ways(b, config, fit_child(b->fit, "/configurations", name));
	}
	for (unsigned int r = 0; r < ARRAY_SIZE(roles); r++) {
		for (int i = 0; i < fdt_stringlist_count(mutant, config, roles[r]); i++) {
			name = fdt_stringlist_get(mutant, config, roles[r], i, NULL);
			if (b->images)
				one_of_the_signed(b, now, name);
			else
				same_image(b, now, name);
		}
	}
}

/* One mutant by a stream: its first byte says of which base. Aborts where the rule is broken. */
static void try_mutant(struct stream *s, struct mutants *count)
{
	const struct base *b = &bases[next(s, 1) % MUTANT_BASES];
	struct fit fit;
	int config;

	alter(b, s);
	count->tried++;
	count->changed += mutant_size != b->size || memcmp(mutant, b->fit, (size_t)b->size);
	config = boots(b, &fit);
	if (config < 0)
		return;
	count->passed++;
	hold_rule(b, &fit, config);
}
