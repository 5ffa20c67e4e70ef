/* SPDX-License-Identifier: BSD-2-Clause */
/* CAs: of each certificate its name and its key are kept. */
#include "net/tls.h"

#include <errno.h>
#include <string.h>

#define DER_SEQUENCE 0x30

/* What is being read: one certificate, into the room behind those that there are. */
struct reader {
	struct tls_trust *trust;
	br_x509_decoder_context decoder;
	uint32_t name_size;
	bool full;
};

/* Room for @count bytes, or NULL. */
static uint8_t *take(struct reader *r, const void *bytes, size_t count)
{
	struct tls_trust *trust = r->trust;
	uint8_t *at = trust->bytes + trust->used;

	if (count > sizeof(trust->bytes) - trust->used) {
		r->full = true;
		return NULL;
	}
	memcpy(at, bytes, count);
	trust->used += (uint32_t)count;
	return at;
}

static void take_name(void *ctx, const void *bytes, size_t count)
{
	struct reader *r = ctx;

	if (take(r, bytes, count))
		r->name_size += (uint32_t)count;
}

static void push(void *ctx, const void *bytes, size_t count)
{
	struct reader *r = ctx;

	br_x509_decoder_push(&r->decoder, bytes, count);
}

static void begin(struct reader *r)
{
	r->name_size = 0;
	br_x509_decoder_init(&r->decoder, take_name, r);
}

static void take_key(struct reader *r, br_x509_pkey *key, const br_x509_pkey *from)
{
	*key = *from;
	if (from->key_type == BR_KEYTYPE_RSA) {
		key->key.rsa.n = take(r, from->key.rsa.n, from->key.rsa.nlen);
		key->key.rsa.e = take(r, from->key.rsa.e, from->key.rsa.elen);
	} else {
		key->key.ec.q = take(r, from->key.ec.q, from->key.ec.qlen);
	}
}

/* Return: 1, it was one; 0, of a kind that nobody here can check; -E... */
static int end(struct reader *r, uint32_t before)
{
	struct tls_trust *trust = r->trust;
	const br_x509_pkey *key = br_x509_decoder_get_pkey(&r->decoder);
	br_x509_trust_anchor *a = &trust->anchor[trust->count];

	if (!key) {
		trust->used = before;
		return br_x509_decoder_last_error(&r->decoder) == BR_ERR_X509_UNSUPPORTED ? 0
											  : -EINVAL;
	}
	r->full |= trust->count == TLS_ANCHORS;
	if (!r->full) {
		a->dn.data = trust->bytes + before;
		a->dn.len = r->name_size;
		a->flags = br_x509_decoder_isCA(&r->decoder) ? BR_X509_TA_CA : 0;
		take_key(r, &a->pkey, key);
	}
	if (r->full)
		return -ENOSPC;
	trust->count++;
	return 1;
}

static int said(int result, const char *name, unsigned int nth, struct why *why)
{
	if (result == -ENOSPC)
		return refuse(why, -ENOSPC, "%.80s: more CAs than the %u, or %u KiB, that fit",
			      name, TLS_ANCHORS, TLS_BYTES_MAX / 1024);
	return refuse(why, -EINVAL, "%.80s: certificate %u is broken", name, nth);
}

static bool is_certificate(const char *name)
{
	return !strcmp(name, "CERTIFICATE") || !strcmp(name, "X509 CERTIFICATE");
}

/* Return: certificates, those of other kinds in @others, or -E... */
static int add_pem(struct reader *r, const char *bytes, size_t size, unsigned int *others,
		   const char *name, struct why *why)
{
	br_pem_decoder_context pem;
	uint32_t before = r->trust->used;
	bool inside = false;
	int taken = 0;

	br_pem_decoder_init(&pem);
	while (size) {
		const size_t used = br_pem_decoder_push(&pem, bytes, size);
		const int event = br_pem_decoder_event(&pem);
		int result;

		bytes += used;
		size -= used;
		if (event == BR_PEM_BEGIN_OBJ) {
			inside = is_certificate(br_pem_decoder_name(&pem));
			before = r->trust->used;
			begin(r);
			br_pem_decoder_setdest(&pem, inside ? push : NULL, r);
			continue;
		}
		if (event == BR_PEM_ERROR)
			return said(-EINVAL, name, (unsigned int)taken + *others + 1, why);
		if (event != BR_PEM_END_OBJ || !inside)
			continue;
		inside = false;
		result = end(r, before);
		if (result < 0)
			return said(result, name, (unsigned int)taken + *others + 1, why);
		taken += result;
		*others += !result;
	}
	return inside ? said(-EINVAL, name, (unsigned int)taken + *others + 1, why) : taken;
}

int tls_trust_add(struct tls_trust *trust, const void *bytes, size_t size, const char *name,
		  struct why *why)
{
	static struct reader r;
	const uint32_t before = trust->used;
	unsigned int others = 0;
	int taken;

	r = (struct reader){ .trust = trust };
	if (size && *(const uint8_t *)bytes == DER_SEQUENCE) {
		begin(&r);
		push(&r, bytes, size);
		taken = end(&r, before);
		if (taken < 0)
			return said(taken, name, 1, why);
		others = !taken;
	} else {
		taken = add_pem(&r, bytes, size, &others, name, why);
	}
	if (taken < 0)
		return taken;
	if (!taken && others)
		return refuse(why, -ENOTSUP, "%.80s: keys are neither RSA nor of P-256, 384, 521",
			      name);
	return taken ? 0 : refuse(why, -EINVAL, "%.80s: no certificate there", name);
}
