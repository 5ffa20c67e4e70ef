/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mkimage signs bytes of the structure block as they are: of each node on a list all but its
 * data, of the children of such nodes that are not on the list the name, and the front of the
 * string block behind that. Here the list is the root, the configuration, the images that the boot
 * takes, and their digests.
 */
#include "common/image/fit_sign.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "lib/base/span.h"

#define IMAGES_MAX     64 /* of a configuration */
#define CHILDREN_MAX   32 /* of a node that is looked at, and its properties */
#define PROPERTIES_MAX 64
#define DEPTH_MAX      8
#define DEPTH_LISTED   3 /* /images/NAME/hash-1 */
#define HEADER_SIZE    40
#define RESERVED_MIN   16 /* an empty list of reservations */

/** struct listed - what is signed; @image: in any order */
struct listed {
	int config;
	int image[IMAGES_MAX];
	unsigned int count;
};

/* All that a boot, or `source`, takes out of a configuration. */
static const char *const taken[] = { "kernel", "ramdisk", "fdt", "loadables", "script" };
/* What mkimage signs of a configuration unless its signature has sign-images. */
static const char by_default[] = "kernel\0fdt\0script";

static bool is_listed(const struct listed *list, int image)
{
	for (unsigned int i = 0; i < list->count; i++) {
		if (list->image[i] == image)
			return true;
	}
	return false;
}

/* ---- a form that can be read in one way only ---------------------------------------------- */

static int check_blocks(const struct fit *fit, struct why *why)
{
	const void *t = fit->tree;
	const struct {
		uint32_t at, size;
	} block[] = { { 0, HEADER_SIZE },
		      { fdt_off_mem_rsvmap(t), RESERVED_MIN },
		      { fdt_off_dt_struct(t), fdt_size_dt_struct(t) },
		      { fdt_off_dt_strings(t), fdt_size_dt_strings(t) } };

	if (fdt_totalsize(t) > fit->size)
		return refuse(why, -EINVAL, "the FIT's header says 0x%x bytes, 0x%llx are there",
			      fdt_totalsize(t), (unsigned long long)fit->size);
	for (unsigned int i = 0; i < ARRAY_SIZE(block); i++) {
		if (!span_fits(fdt_totalsize(t), block[i].at, block[i].size))
			return refuse(why, -EINVAL, "the FIT's blocks reach past its 0x%x bytes",
				      fdt_totalsize(t));
		for (unsigned int j = 0; j < i; j++) {
			if (span_overlap(block[i].at, block[i].size, block[j].at, block[j].size))
				return refuse(why, -EINVAL,
					      "two blocks of the FIT overlap, at 0x%x and 0x%x",
					      block[j].at, block[i].at);
		}
	}
	return 0;
}

/* libfdt finds "kernel@1" where "kernel" is asked for. */
static int check_names(const struct fit *fit, struct why *why)
{
	int offset, next = 0;
	uint32_t tag;

	do {
		offset = next;
		tag = fdt_next_tag(fit->tree, offset, &next);
		if (next < 0)
			return refuse(why, -EINVAL, "the FIT is damaged at 0x%x", offset);
		if (tag == FDT_BEGIN_NODE && strchr(fit_name(fit->tree, offset), '@'))
			return refuse(why, -EINVAL, "a signed FIT has no '@' in a name: '%.60s'",
				      fit_name(fit->tree, offset));
	} while (tag != FDT_END);
	if ((uint32_t)next != fdt_size_dt_struct(fit->tree))
		return refuse(why, -EINVAL, "something follows the end of the FIT's nodes");
	return 0;
}

static int check_properties(const void *tree, int node, struct why *why)
{
	const char *name[PROPERTIES_MAX];
	unsigned int count = 0;
	int property;

	fdt_for_each_property_offset(property, tree, node) {
		if (count == ARRAY_SIZE(name))
			return refuse(why, -E2BIG, "'%.60s' has more than %u properties",
				      fit_name(tree, node), PROPERTIES_MAX);
		if (!fdt_getprop_by_offset(tree, property, &name[count], NULL))
			return refuse(why, -EINVAL, "'%.60s' is damaged", fit_name(tree, node));
		for (unsigned int i = 0; i < count; i++) {
			if (!strcmp(name[i], name[count]))
				return refuse(why, -EINVAL, "'%.60s' has its '%.40s' twice",
					      fit_name(tree, node), name[i]);
		}
		count++;
	}
	return 0;
}

/* Its properties, its children's names, and their properties. */
static int __attribute__((noinline)) check_node(const void *tree, int node, struct why *why)
{
	const char *name[CHILDREN_MAX];
	unsigned int count = 0;
	int child, err = check_properties(tree, node, why);

	if (err)
		return err;
	fdt_for_each_subnode(child, tree, node) {
		if (count == ARRAY_SIZE(name))
			return refuse(why, -E2BIG, "'%.60s' has more than %u nodes",
				      fit_name(tree, node), CHILDREN_MAX);
		name[count] = fit_name(tree, child);
		for (unsigned int i = 0; i < count; i++) {
			if (!strcmp(name[i], name[count]))
				return refuse(why, -EINVAL, "'%.60s' has two nodes '%.60s'",
					      fit_name(tree, node), name[i]);
		}
		count++;
		err = check_properties(tree, child, why);
		if (err)
			return err;
	}
	return 0;
}

/* Is the node the only child of its parent that has its name? */
static int check_only(const void *tree, const char *parent, int node, struct why *why)
{
	const char *name = fit_name(tree, node);
	int child;

	fdt_for_each_subnode(child, tree, fdt_path_offset(tree, parent)) {
		if (child != node && !strcmp(fit_name(tree, child), name))
			return refuse(why, -EINVAL, "%s has two nodes '%.60s'", parent, name);
	}
	return 0;
}

/* One place for its data: in the tree, or behind it, and apart from the others'. */
static int check_data(const struct fit *fit, const struct listed *list, unsigned int number,
		      struct why *why)
{
	const int image = list->image[number];
	const void *t = fit->tree;
	const char *name = fit_name(t, image);
	const unsigned int places = !!fdt_getprop(t, image, "data", NULL) +
				    !!fdt_getprop(t, image, "data-offset", NULL) +
				    !!fdt_getprop(t, image, "data-position", NULL);
	const uint8_t *data, *other;
	uint32_t size, others;
	int err;

	if (places != 1)
		return refuse(why, -EINVAL, "'%.60s' has %u places for its data", name, places);
	err = fit_data(fit, image, &data, &size, why);
	if (err || fdt_getprop(t, image, "data", NULL))
		return err;
	if ((uint64_t)(data - (const uint8_t *)t) < fdt_totalsize(t))
		return refuse(why, -EINVAL, "the data of '%.60s' lies in the FIT's own tree", name);
	for (unsigned int i = 0; i < number; i++) {
		err = fit_data(fit, list->image[i], &other, &others, why);
		if (err)
			return err;
		if (span_overlap((uintptr_t)data, size, (uintptr_t)other, others))
			return refuse(why, -EINVAL, "the data of '%.60s' and of '%.60s' overlap",
				      name, fit_name(t, list->image[i]));
	}
	return 0;
}

static int check_form(const struct fit *fit, const char *parent, int node, struct why *why)
{
	int err = check_blocks(fit, why);

	if (!err)
		err = check_names(fit, why);
	if (!err)
		err = check_node(fit->tree, 0, why);
	if (!err)
		err = check_only(fit->tree, parent, node, why);
	return err ? err : check_node(fit->tree, node, why);
}

/* ---- what is signed ----------------------------------------------------------------------- */

/* Its digests are on the list; one at least must be worth it. */
static int check_digests(const void *tree, int image, struct why *why)
{
	const char *algo;

	for (int hash = 0; (hash = fit_next_hash(tree, image, hash));) {
		algo = fit_text(tree, hash, "algo");
		if (algo && !strchr(algo, ',') && fit_keys_algo(algo))
			return 0;
	}
	return refuse(why, -EBADMSG,
		      "'%.60s' has no digest by sha256, sha384 or sha512: its signature says "
		      "nothing of its data",
		      fit_name(tree, image));
}

/* The images that @config has as its @property. */
static int list_images(const struct fit *fit, const char *property, struct listed *list,
		       struct why *why)
{
	const void *t = fit->tree;
	const int count = fdt_stringlist_count(t, list->config, property);
	const char *name;
	int image, err;

	for (int i = 0; i < count; i++) {
		name = fdt_stringlist_get(t, list->config, property, i, NULL);
		image = fit_child(t, "/images", name);
		if (image < 0)
			return refuse(why, -ENOENT, "Can't find '%.60s' FIT subimage", name);
		if (is_listed(list, image))
			continue;
		if (list->count == IMAGES_MAX)
			return refuse(why, -E2BIG, "'%.60s' has more than %u images",
				      fit_name(t, list->config), IMAGES_MAX);
		list->image[list->count++] = image;
		err = check_only(t, "/images", image, why);
		if (!err)
			err = check_node(t, image, why);
		if (!err)
			err = check_data(fit, list, list->count - 1, why);
		if (!err)
			err = check_digests(t, image, why);
		if (err)
			return err;
	}
	return 0;
}

/* What the signature is said to be about: if that is not so, it is no signature of these bytes. */
static int make_list(const struct fit *fit, int signature, struct listed *list, struct why *why)
{
	const void *t = fit->tree;
	int size, err = 0, count = (int)sizeof(by_default);
	const char *names = fdt_getprop(t, signature, "sign-images", &size);

	list->count = 0;
	if (names)
		count = size;
	else
		names = by_default;
	if (count <= 0 || names[count - 1])
		return refuse(why, -EINVAL, "its sign-images is no list of names");
	for (int at = 0; !err && at < count; at += (int)strlen(names + at) + 1)
		err = list_images(fit, names + at, list, why);
	return err;
}

/* Everything that will be taken is on the list. */
static int check_taken(const struct fit *fit, const struct listed *list, struct why *why)
{
	const void *t = fit->tree;
	const char *name;

	for (unsigned int i = 0; i < ARRAY_SIZE(taken); i++) {
		const int count = fdt_stringlist_count(t, list->config, taken[i]);

		if (count == -FDT_ERR_BADVALUE)
			return refuse(why, -EINVAL, "its %s is no list of names", taken[i]);
		for (int n = 0; n < count; n++) {
			name = fdt_stringlist_get(t, list->config, taken[i], n, NULL);
			if (!is_listed(list, fit_child(t, "/images", name)))
				return refuse(
					why, -EBADMSG,
					"its %s '%.60s' is not among what it signs (sign-images)",
					taken[i], name);
		}
	}
	return 0;
}

/* 2: all of the node is signed; 1: its name; 0: nothing. @above: its parent's. */
static unsigned int wanted(const void *tree, const struct listed *list, int node, int depth,
			   int parent, unsigned int above)
{
	const char *name;

	if (depth == 0 || (depth == 2 && (node == list->config || is_listed(list, node))))
		return 2;
	name = fit_name(tree, node);
	if (depth == DEPTH_LISTED && is_listed(list, parent) &&
	    (!strncmp(name, "hash", 4) || !strcmp(name, "cipher")))
		return 2;
	return above ? above - 1 : 0;
}

static bool is_data(const char *name)
{
	return !strcmp(name, "data") || !strcmp(name, "data-size") ||
	       !strcmp(name, "data-position") || !strcmp(name, "data-offset");
}

/** struct reading - the structure block, tag by tag; @from: of what is signed and not hashed yet */
struct reading {
	const void *tree;
	const struct listed *list;
	const struct hash *hash;
	union hash_state *state;
	uint32_t strings; /* bytes of names that are signed, too */
	int depth, node[DEPTH_MAX], from;
	uint8_t want[DEPTH_MAX];
};

static unsigned int want_at(const struct reading *r)
{
	return r->depth >= 0 && r->depth < DEPTH_MAX ? r->want[r->depth] : 0;
}

static void enter_node(struct reading *r, int offset)
{
	const unsigned int above = want_at(r);
	const int parent = r->depth >= 0 && r->depth < DEPTH_MAX ? r->node[r->depth] : -1;

	if (++r->depth >= DEPTH_MAX)
		return;
	r->node[r->depth] = offset;
	r->want[r->depth] = (uint8_t)wanted(r->tree, r->list, offset, r->depth, parent, above);
}

/* Signed, not signed, or a refusal. */
static int wants_property(const struct reading *r, int offset, struct why *why)
{
	const struct fdt_property *p = fdt_offset_ptr(r->tree, offset, sizeof(*p));
	const uint32_t at = p ? fdt32_ld(&p->nameoff) : UINT32_MAX;
	const char *name = p ? fdt_string(r->tree, (int)at) : NULL;

	if (want_at(r) < 2 || (name && is_data(name)))
		return 0;
	if (!name || !span_fits(r->strings, at, strlen(name) + 1))
		return refuse(why, -EBADMSG, "it does not sign the name of '%.40s' in '%.60s'",
			      name ? name : "", fit_name(r->tree, r->node[r->depth]));
	return 1;
}

static void hash_block(const struct reading *r, uint32_t block, uint32_t size)
{
	r->hash->update(r->state, (const char *)r->tree + block, size);
}

static void take_tag(struct reading *r, int offset, bool wants)
{
	if (wants && r->from < 0)
		r->from = offset;
	if (wants || r->from < 0)
		return;
	hash_block(r, fdt_off_dt_struct(r->tree) + (uint32_t)r->from, (uint32_t)(offset - r->from));
	r->from = -1;
}

static int read_structure(struct reading *r, struct why *why)
{
	int offset, next = 0, wants;
	uint32_t tag;

	do {
		offset = next;
		tag = fdt_next_tag(r->tree, offset, &next);
		wants = want_at(r) == 2;
		if (tag == FDT_BEGIN_NODE) {
			enter_node(r, offset);
			wants = want_at(r) > 0;
		} else if (tag == FDT_END_NODE) {
			wants = want_at(r) > 0;
			r->depth--;
		} else if (tag == FDT_PROP) {
			wants = wants_property(r, offset, why);
		} else if (tag == FDT_END) {
			wants = true;
		}
		if (wants < 0)
			return wants;
		take_tag(r, offset, wants);
	} while (tag != FDT_END);
	take_tag(r, next, false);
	return 0;
}

static int __attribute__((noinline))
digest_config(const struct fit *fit, const struct listed *list, int signature,
	      const struct hash *hash, uint8_t *digest, struct why *why)
{
	union hash_state state;
	struct reading r = { .tree = fit->tree,
			     .list = list,
			     .hash = hash,
			     .state = &state,
			     .depth = -1,
			     .from = -1 };
	int size, err;
	const fdt32_t *strings = fdt_getprop(fit->tree, signature, "hashed-strings", &size);

	if (!strings || size != 2 * (int)sizeof(*strings) || fdt32_ld(strings) ||
	    fdt32_ld(strings + 1) > fdt_size_dt_strings(fit->tree))
		return refuse(why, -EBADMSG, "its hashed-strings are not in the FIT");
	r.strings = fdt32_ld(strings + 1);
	hash->init(&state);
	err = read_structure(&r, why);
	if (err)
		return err;
	hash_block(&r, fdt_off_dt_strings(fit->tree), r.strings);
	hash->final(&state, digest);
	return 0;
}

/* ---- signatures --------------------------------------------------------------------------- */

static int read_signature(const void *tree, int node, struct fit_signature *signature,
			  struct why *why)
{
	const char *padding = fit_text(tree, node, "padding");
	int size;

	signature->algo = fit_text(tree, node, "algo");
	signature->value = fdt_getprop(tree, node, "value", &size);
	if (!signature->algo || !signature->value || size <= 0)
		return refuse(why, -EBADMSG, "it has no algo or no value");
	signature->size = (unsigned int)size;
	signature->pss = padding && !strcmp(padding, "pss");
	if (padding && !signature->pss && strcmp(padding, "pkcs-1.5"))
		return refuse(why, -ENOTSUP, "no padding '%.20s' here", padding);
	if (!fit_keys_algo(signature->algo))
		return refuse(why, -ENOTSUP, "no signature by %.40s here", signature->algo);
	return 0;
}

/** struct subject - what is to be signed: a configuration, or an image (list NULL) */
struct subject {
	const struct fit *fit;
	int node;
	struct listed *list;
};

static int verify(const struct subject *s, int node, const struct fit_keys *keys, int key,
		  struct why *why)
{
	struct fit_signature signature;
	uint8_t digest[HASH_SIZE_MAX];
	int err = read_signature(s->fit->tree, node, &signature, why);

	if (!err && s->list)
		err = make_list(s->fit, node, s->list, why);
	if (!err && s->list)
		err = check_taken(s->fit, s->list, why);
	if (!err)
		err = s->list ? digest_config(s->fit, s->list, node, fit_keys_algo(signature.algo),
					      digest, why)
			      : fit_digest(s->fit, s->node, fit_keys_algo(signature.algo), digest,
					   why);
	if (!err)
		err = fit_keys_verify(keys, key, &signature, digest, why);
	if (!err && keys->told)
		keys->told(signature.algo, fit_name(keys->tree, key));
	return err;
}

/* One of the signatures that it has is that key's. */
static int check_key(const struct subject *s, const struct fit_keys *keys, int key, struct why *why)
{
	const void *t = s->fit->tree;
	const char *name = fit_name(t, s->node);
	struct why said = { "it has no signature" }, now;
	int node, err, before = 0;

	fdt_for_each_subnode(node, t, s->node) {
		if (strncmp(fit_name(t, node), "signature", strlen("signature")))
			continue;
		err = verify(s, node, keys, key, &now);
		if (!err)
			return 0;
		/* That some other algorithm's is not right tells less. */
		if (!before || before == -ENOTSUP)
			said = now;
		before = err;
	}
	return refuse(why, -EBADMSG, "'%.40s' is not signed by '%.40s': %.140s", name,
		      fit_name(keys->tree, key), said.text);
}

/* Those that are required for @kind: all, or any of them. */
static int check_keys(const struct subject *s, const struct fit_keys *keys, const char *kind,
		      struct why *why)
{
	const int parent = fdt_path_offset(keys->tree, "/signature");
	const char *mode = parent < 0 ? NULL : fit_text(keys->tree, parent, "required-mode");
	const bool any = mode && !strcmp(mode, "any");
	const char *required;
	int key, err = 0;

	fdt_for_each_subnode(key, keys->tree, parent) {
		required = fit_text(keys->tree, key, "required");
		if (!required || strcmp(required, kind))
			continue;
		err = check_key(s, keys, key, why);
		if (any ? !err : err)
			return err;
	}
	return err;
}

int fit_sign_config(const struct fit *fit, int config, const struct fit_keys *keys, struct why *why)
{
	struct listed list = { .config = config };
	const struct subject subject = { fit, config, &list };
	int err;

	if (!fit_keys_require(keys, "conf"))
		return 0;
	err = check_form(fit, "/configurations", config, why);
	return err ? err : check_keys(&subject, keys, "conf", why);
}

int fit_sign_image(const struct fit *fit, int image, const struct fit_keys *keys, struct why *why)
{
	const struct subject subject = { fit, image, NULL };
	const struct listed list = { .image = { image }, .count = 1 };
	int err;

	if (!fit_keys_require(keys, "image"))
		return 0;
	err = check_form(fit, "/images", image, why);
	if (!err)
		err = check_data(fit, &list, 0, why);
	return err ? err : check_keys(&subject, keys, "image", why);
}
