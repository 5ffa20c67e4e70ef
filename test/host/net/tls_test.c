/* SPDX-License-Identifier: BSD-2-Clause */
/* The TLS client against OpenSSL's server: certificates of every kind, streams cut and bent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/tls.h"

#define NOW   1900000000
#define HOUR  3600
#define BODY  100000
#define HOST  "files.lab.example"
#define ASKED "GET / HTTP/1.1\r\n\r\n"

static struct tls t;
static uint8_t body[BODY], got[BODY];
static uint64_t got_size;
static bool refuses;
static uint32_t dice = 1;

/* The server. */
static SSL_CTX *ctx;
static SSL *ssl;
static BIO *to_server, *from_server;
static char asked[100];
static int asked_size;
static bool answered, rude; /* rude: it says no goodbye */
static uint32_t sent; /* of t.out */

static struct party {
	EVP_PKEY *key;
	X509 *cert;
} ca, other_ca, good, wrong, late, soon, alone;

static uint32_t roll(uint32_t below)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 8) % below;
}

static void make(struct party *p, const char *name, const struct party *by, long from, long to,
		 const char *extension)
{
	static long serial;
	X509V3_CTX v3;
	X509_EXTENSION *e;
	X509 *x = X509_new();

	p->key = by == &ca ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
	p->cert = x;
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
	ASN1_TIME_set(X509_getm_notBefore(x), NOW + from);
	ASN1_TIME_set(X509_getm_notAfter(x), NOW + to);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
				   (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(by ? by->cert : x));
	X509_set_pubkey(x, p->key);
	X509V3_set_ctx(&v3, by ? by->cert : x, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &v3,
				*extension == 'C' ? NID_basic_constraints : NID_subject_alt_name,
				extension);
	assert_non_null(e);
	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	assert_true(X509_sign(x, by ? by->key : p->key, EVP_sha256()) > 0);
}

static int prepare(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < BODY; i++)
		body[i] = (uint8_t)roll(256);
	make(&ca, "Lab", NULL, -HOUR, HOUR, "CA:TRUE");
	make(&other_ca, "Other", NULL, -HOUR, HOUR, "CA:TRUE");
	make(&good, HOST, &ca, -HOUR, HOUR, "DNS:" HOST);
	make(&wrong, HOST, &ca, -HOUR, HOUR, "DNS:other.example");
	make(&late, HOST, &ca, -HOUR, -1, "DNS:" HOST);
	make(&soon, HOST, &ca, 1, HOUR, "DNS:" HOST);
	make(&alone, HOST, NULL, -HOUR, HOUR, "DNS:" HOST);
	return 0;
}

static int end(void **state)
{
	const struct party *all[] = { &ca, &other_ca, &good, &wrong, &late, &soon, &alone };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++) {
		X509_free(all[i]->cert);
		EVP_PKEY_free(all[i]->key);
	}
	return 0;
}

/* ---- one connection */

static void trust(const struct party *who, bool der)
{
	struct why why = { "" };
	BIO *b = BIO_new(BIO_s_mem());
	char *bytes;
	long size;

	if (der)
		i2d_X509_bio(b, who->cert);
	else
		PEM_write_bio_X509(b, who->cert);
	size = BIO_get_mem_data(b, &bytes);
	assert_int_equal(tls_trust_add(&t.trust, bytes, (size_t)size, "here", &why), 0);
	BIO_free(b);
}

static int take(void *unused, uint64_t at, const void *bytes, size_t count)
{
	(void)unused;
	assert_int_equal(at, got_size);
	assert_true(count <= BODY - at);
	memcpy(got + at, bytes, count);
	got_size += count;
	return refuses ? -EPERM : 0;
}

static void begin(const struct party *server, const char *host, bool blind)
{
	static const uint8_t seed[TLS_SEED] = { 1, 2, 3 };
	static const struct tcp_host up = { NULL, take, NULL, NULL };

	ctx = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(ctx, server->cert);
	SSL_CTX_use_PrivateKey(ctx, server->key);
	ssl = SSL_new(ctx);
	to_server = BIO_new(BIO_s_mem());
	from_server = BIO_new(BIO_s_mem());
	SSL_set_bio(ssl, to_server, from_server);
	SSL_set_accept_state(ssl);
	asked_size = 0;
	sent = 0;
	got_size = 0;
	answered = rude = refuses = false;
	tls_init(&t, seed, NOW, blind);
	assert_int_equal(tls_begin(&t, &up, host, ASKED, sizeof(ASKED) - 1), 0);
}

static void finish(void)
{
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

/* What the client has said so far, in pieces; the server does what it can. */
static void serve(void)
{
	while (sent < t.out_size) {
		const uint32_t count = MIN(t.out_size - sent, 1 + roll(1460));

		BIO_write(to_server, t.out + sent, (int)count);
		sent += count;
	}
	if (answered || SSL_do_handshake(ssl) != 1)
		return;
	asked_size += MAX(SSL_read(ssl, asked + asked_size, (int)sizeof(asked) - asked_size), 0);
	if (asked_size < (int)sizeof(ASKED) - 1)
		return;
	answered = true;
	SSL_write(ssl, body, BODY);
	if (!rude)
		SSL_shutdown(ssl);
}

/* Until nobody has anything to say. bend: the byte of the server's stream that is changed. */
static int run(uint64_t bend)
{
	uint64_t at = 0;
	int err = 0;

	for (;;) {
		uint8_t piece[1460];
		int count;

		serve();
		count = BIO_read(from_server, piece, 1 + (int)roll(sizeof(piece)));
		if (count <= 0)
			return 0;
		if (bend - at < (uint64_t)count)
			piece[bend - at] ^= (uint8_t)(1 + roll(255));
		if (roll(4)) {
			err = tls_data(&t, at, piece, (size_t)count);
		} else {
			assert_true(tls_early(&t, at, piece, (size_t)count));
			err = tls_data(&t, at, NULL, (size_t)count);
		}
		if (err)
			return err;
		at += (uint64_t)count;
	}
}

static void check_whole(void)
{
	assert_string_equal(t.why.text, "");
	assert_int_equal(got_size, BODY);
	assert_memory_equal(got, body, BODY);
	assert_int_equal(t.closed, !rude);
	assert_memory_equal(asked, ASKED, sizeof(ASKED) - 1);
}

static void test_good(void **state)
{
	static const char *const suites[] = { "ECDHE-RSA-CHACHA20-POLY1305",
					      "ECDHE-RSA-AES128-GCM-SHA256",
					      "ECDHE-RSA-AES256-GCM-SHA384" };

	(void)state;
	memset(&t.trust, 0, sizeof(t.trust));
	trust(&other_ca, false);
	trust(&ca, true);
	assert_int_equal(t.trust.count, 2);
	for (unsigned int i = 0; i < 6; i++) {
		begin(&good, HOST, false);
		SSL_set_cipher_list(ssl, suites[i % 3]);
		rude = i >= 3;
		assert_int_equal(run(UINT64_MAX), 0);
		check_whole();
		assert_string_equal(SSL_get_cipher_name(ssl), suites[i % 3]);
		assert_string_equal(SSL_get_version(ssl), "TLSv1.2");
		assert_string_equal(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name), HOST);
		finish();
	}
	/* the server's own, and nobody else's */
	memset(&t.trust, 0, sizeof(t.trust));
	trust(&alone, false);
	begin(&alone, HOST, false);
	assert_int_equal(run(UINT64_MAX), 0);
	check_whole();
	finish();
}

static void refused(const struct party *server, const char *host, const char *sentence)
{
	memset(&t.trust, 0, sizeof(t.trust));
	trust(&ca, false);
	begin(server, host, false);
	assert_int_not_equal(run(UINT64_MAX), 0);
	if (!strstr(t.why.text, sentence))
		fail_msg("'%s' for '%s'", t.why.text, sentence);
	assert_true(t.final);
	assert_int_equal(got_size, 0);
	assert_int_equal(asked_size, 0); /* it was not even asked */
	finish();
}

static void test_refused(void **state)
{
	(void)state;
	refused(&wrong, HOST, "the certificate is for another host than " HOST);
	refused(&good, "lab.example", "for another host than lab.example");
	refused(&good, "10.0.0.2", "for another host than 10.0.0.2");
	refused(&late, HOST, "was valid until 2030-03-17; it is 2030-03-17 17:46 here");
	refused(&soon, HOST, "is not valid before 2030-03-17");
	refused(&alone, HOST, "none of the 1 known CAs has signed for " HOST);
	/* in words: anybody */
	memset(&t.trust, 0, sizeof(t.trust));
	begin(&alone, "10.0.0.2", true);
	assert_int_equal(run(UINT64_MAX), 0);
	check_whole();
	assert_null(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
	finish();
	/* nobody is known */
	begin(&good, HOST, false);
	assert_int_not_equal(run(UINT64_MAX), 0);
	finish();
	/* TLS 1.3 alone */
	begin(&good, HOST, true);
	SSL_set_min_proto_version(ssl, TLS1_3_VERSION);
	assert_int_not_equal(run(UINT64_MAX), 0);
	assert_non_null(strstr(t.why.text, "refuses (alert 70)"));
	finish();
	/* the host has enough */
	begin(&good, HOST, true);
	refuses = true;
	assert_int_not_equal(run(UINT64_MAX), 0);
	assert_string_equal(t.why.text, "");
	finish();
}

/* A byte is another: what comes out is the beginning of what went in, and mostly it is found. */
static void test_bent(void **state)
{
	(void)state;
	memset(&t.trust, 0, sizeof(t.trust));
	trust(&ca, false);
	for (unsigned int i = 0; i < 300; i++) {
		begin(&good, HOST, false);
		(void)!run(roll(i % 2 ? 2500 : BODY + 3000));
		assert_true(got_size <= BODY);
		assert_memory_equal(got, body, got_size);
		assert_true(got_size < BODY || t.closed || t.why.text[0]);
		finish();
	}
}

static void test_trust(void **state)
{
	static char many[TLS_ANCHORS * 1000 + 1000];
	struct why why = { "" };
	char *pem;
	BIO *b = BIO_new(BIO_s_mem());
	long size;

	(void)state;
	PEM_write_bio_X509(b, ca.cert);
	size = BIO_get_mem_data(b, &pem);
	assert_in_range(size, 100, 1000);
	memset(&t.trust, 0, sizeof(t.trust));
	for (unsigned int i = 0; i <= TLS_ANCHORS; i++)
		memcpy(many + i * (size_t)size, pem, (size_t)size);
	assert_int_equal(tls_trust_add(&t.trust, many, (size_t)size * TLS_ANCHORS, "all", &why), 0);
	assert_int_equal(t.trust.count, TLS_ANCHORS);
	memset(&t.trust, 0, sizeof(t.trust));
	assert_int_equal(tls_trust_add(&t.trust, many, (size_t)size * (TLS_ANCHORS + 1), "all",
				       &why),
			 -ENOSPC);
	assert_string_equal(why.text, "all: more CAs than the 256, or 192 KiB, that fit");
	memset(&t.trust, 0, sizeof(t.trust));
	assert_int_equal(tls_trust_add(&t.trust, pem, (size_t)size / 2, "half", &why), -EINVAL);
	assert_string_equal(why.text, "half: certificate 1 is broken");
	assert_int_equal(tls_trust_add(&t.trust, "none\n", 5, "x", &why), -EINVAL);
	assert_string_equal(why.text, "x: no certificate there");
	assert_int_equal(tls_trust_add(&t.trust, "", 0, "x", &why), -EINVAL);
	for (unsigned int i = 0; i < 2000; i++) { /* whatever it is, it ends */
		memcpy(many, pem, (size_t)size);
		many[30 + roll((uint32_t)size - 30)] = (char)roll(256);
		memset(&t.trust, 0, sizeof(t.trust));
		(void)!tls_trust_add(&t.trust, many, (size_t)size, "bent", &why);
		assert_true(t.trust.count <= 1);
	}
	BIO_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bent),
		cmocka_unit_test(test_trust),
	};

	return cmocka_run_group_tests(tests, prepare, end);
}
