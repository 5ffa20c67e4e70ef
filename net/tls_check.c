/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the server's certificates have to pass. BearSSL's "minimal" engine decides; beside it its
 * decoder reads the dates, so that the sentence can name them, and for who wants any certificate
 * the key.
 */
#include "net/tls_check.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/caldate.h"

#define DAY_S	       86400
#define DAYS_TO_1970   719528 /* from the year 0 on */

uint32_t tls_days(uint64_t seconds)
{
	return (uint32_t)(seconds / DAY_S) + DAYS_TO_1970;
}

static struct tls *of(const br_x509_class **ctx)
{
	return (struct tls *)((char *)ctx - offsetof(struct tls, checker));
}

static void start_chain(const br_x509_class **ctx, const char *name)
{
	struct tls *t = of(ctx);

	(void)name; /* none is told where the host is an address */
	t->certificates = 0;
	t->wrong_date[0] = '\0';
	if (!t->blind)
		t->x509.vtable->start_chain(&t->x509.vtable, t->host);
}

static void start_cert(const br_x509_class **ctx, uint32_t length)
{
	struct tls *t = of(ctx);

	if (!t->blind || !t->certificates)
		br_x509_decoder_init(&t->decoder, NULL, NULL);
	if (!t->blind)
		t->x509.vtable->start_cert(&t->x509.vtable, length);
}

static void append(const br_x509_class **ctx, const unsigned char *bytes, size_t count)
{
	struct tls *t = of(ctx);

	if (!t->blind || !t->certificates)
		br_x509_decoder_push(&t->decoder, bytes, count);
	if (!t->blind)
		t->x509.vtable->append(&t->x509.vtable, bytes, count);
}

static bool is_before(uint32_t days, uint32_t seconds, uint64_t now_s)
{
	const uint32_t today = tls_days(now_s);

	return days < today || (days == today && seconds < now_s % DAY_S);
}

static bool is_after(uint32_t days, uint32_t seconds, uint64_t now_s)
{
	return !is_before(days, seconds, now_s + 1);
}

/* The first that is out of date. */
static void look_at_dates(struct tls *t)
{
	const br_x509_decoder_context *d = &t->decoder;
	const bool late = is_before(d->notafter_days, d->notafter_seconds, t->now_s);
	const bool soon = !late && is_after(d->notbefore_days, d->notbefore_seconds, t->now_s);
	const uint32_t days = late ? d->notafter_days : d->notbefore_days;
	struct caldate date;

	if (t->wrong_date[0] || !(late || soon) || days < DAYS_TO_1970)
		return;
	date = caldate_from((uint64_t)(days - DAYS_TO_1970) * DAY_S);
	snprintf(t->wrong_date, sizeof(t->wrong_date), "%s %04u-%02u-%02u",
		 late ? "was valid until" : "is not valid before", date.year, date.month, date.day);
}

static void end_cert(const br_x509_class **ctx)
{
	struct tls *t = of(ctx);

	if (!t->blind && !br_x509_decoder_last_error(&t->decoder))
		look_at_dates(t);
	if (!t->blind)
		t->x509.vtable->end_cert(&t->x509.vtable);
	t->certificates++;
}

static unsigned int end_chain(const br_x509_class **ctx)
{
	struct tls *t = of(ctx);

	if (!t->blind)
		return t->x509.vtable->end_chain(&t->x509.vtable);
	return t->certificates ? (unsigned int)br_x509_decoder_last_error(&t->decoder)
			       : BR_ERR_X509_EMPTY_CHAIN;
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *ctx, unsigned int *usages)
{
	struct tls *t = of((const br_x509_class **)ctx);

	if (!t->blind)
		return t->x509.vtable->get_pkey((const br_x509_class *const *)&t->x509.vtable,
						usages);
	if (usages)
		*usages = BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN;
	return br_x509_decoder_get_pkey(&t->decoder);
}

const br_x509_class tls_checker = {
	sizeof(br_x509_class *), start_chain, start_cert, append, end_cert, end_chain, get_pkey
};
