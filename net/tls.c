/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/tls.h"

#include <errno.h>
#include <string.h>

#include "lib/base/caldate.h"
#include "net/addr.h"
#include "net/tls_check.h"

/* ---- what is spoken */

static void set_hashes(struct tls *t)
{
	static const struct {
		int id;
		const br_hash_class *class;
	} hashes[] = { { br_sha256_ID, &br_sha256_vtable },
		       { br_sha384_ID, &br_sha384_vtable },
		       { br_sha512_ID, &br_sha512_vtable } };

	for (unsigned int i = 0; i < ARRAY_SIZE(hashes); i++) {
		br_ssl_engine_set_hash(&t->client.eng, hashes[i].id, hashes[i].class);
		br_x509_minimal_set_hash(&t->x509, hashes[i].id, hashes[i].class);
	}
}

static void set_records(br_ssl_engine_context *eng)
{
	/* ChaCha20 first: it needs no tables and no instructions that a CPU may lack */
	static const uint16_t suites[] = {
		BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	};

	br_ssl_engine_set_versions(eng, BR_TLS12, BR_TLS12);
	br_ssl_engine_set_suites(eng, suites, ARRAY_SIZE(suites));
	br_ssl_engine_set_prf_sha256(eng, br_tls12_sha256_prf);
	br_ssl_engine_set_prf_sha384(eng, br_tls12_sha384_prf);
	br_ssl_engine_set_chapol(eng, &br_sslrec_in_chapol_vtable, &br_sslrec_out_chapol_vtable);
	br_ssl_engine_set_chacha20(eng, br_chacha20_ct_run);
	br_ssl_engine_set_poly1305(eng, br_poly1305_ctmulq_get());
	br_ssl_engine_set_gcm(eng, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
	br_ssl_engine_set_aes_ctr(eng, &br_aes_ct64_ctr_vtable);
	br_ssl_engine_set_ghash(eng, br_ghash_ctmul64);
	br_ssl_engine_set_all_flags(eng, BR_OPT_NO_RENEGOTIATION);
}

void tls_init(struct tls *t, const uint8_t *seed, uint64_t now_s, bool blind)
{
	br_ssl_engine_context *eng = &t->client.eng;

	br_ssl_client_zero(&t->client);
	br_x509_minimal_init(&t->x509, &br_sha256_vtable, t->trust.anchor, t->trust.count);
	set_hashes(t);
	set_records(eng);
	br_ssl_engine_set_ec(eng, &br_ec_all_m31);
	br_ssl_engine_set_ecdsa(eng, br_ecdsa_i31_vrfy_asn1);
	br_ssl_engine_set_rsavrfy(eng, br_rsa_i31_pkcs1_vrfy);
	br_x509_minimal_set_rsa(&t->x509, br_rsa_i31_pkcs1_vrfy);
	br_x509_minimal_set_ecdsa(&t->x509, &br_ec_all_m31, br_ecdsa_i31_vrfy_asn1);
	br_x509_minimal_set_time(&t->x509, tls_days(now_s), (uint32_t)(now_s % 86400));
	t->now_s = now_s;
	t->blind = blind;
	t->checker = &tls_checker;
	br_ssl_engine_set_x509(eng, &t->checker);
	br_ssl_engine_set_buffers_bidi(eng, t->record_in, sizeof(t->record_in), t->record_out,
				       sizeof(t->record_out));
	br_ssl_engine_inject_entropy(eng, seed, TLS_SEED);
}

/* ---- what went wrong */

static int refuse_date(struct tls *t)
{
	const struct caldate now = caldate_from(t->now_s);

	return refuse(&t->why, -EPERM,
		      "TLS: a certificate of %.64s %s; it is %04u-%02u-%02u %02u:%02u here",
		      t->host, t->wrong_date[0] ? t->wrong_date : "is out of date", now.year,
		      now.month, now.day, now.hour, now.minute);
}

static int refuse_error(struct tls *t, int error)
{
	struct why *why = &t->why;

	t->final = true;
	switch (error) {
	case BR_ERR_X509_NOT_TRUSTED:
		return refuse(why, -EPERM, "TLS: none of the %u known CAs has signed for %.64s",
			      t->trust.count, t->host);
	case BR_ERR_X509_EXPIRED:
		return refuse_date(t);
	case BR_ERR_X509_BAD_SERVER_NAME:
		if (t->is_address)
			return refuse(why, -EPERM,
				      "TLS: the certificate is for another host than %.64s: an "
				      "address has to be in it as a name, DNS:%.64s",
				      t->host, t->host);
		return refuse(why, -EPERM, "TLS: the certificate is for another host than %.64s",
			      t->host);
	case BR_ERR_UNSUPPORTED_VERSION:
	case BR_ERR_BAD_VERSION:
		return refuse(why, -EPROTO, "TLS: %.64s does not speak TLS 1.2", t->host);
	default:
		break;
	}
	if (error >= BR_ERR_SEND_FATAL_ALERT)
		error -= BR_ERR_SEND_FATAL_ALERT;
	if (error >= BR_ERR_RECV_FATAL_ALERT)
		return refuse(why, -EPROTO, "TLS: %.64s refuses (alert %d)", t->host,
			      error - BR_ERR_RECV_FATAL_ALERT);
	if (error >= BR_ERR_X509_OK)
		return refuse(why, -EPERM, "TLS: the certificate of %.64s is not right (%d)",
			      t->host, error);
	/* what broke on its way may be whole the next time */
	t->final = error != BR_ERR_BAD_MAC;
	return refuse(why, -EPROTO, "TLS: %.64s sends what is not right (%d)", t->host, error);
}

/* ---- bytes */

/* What the engine has for the server. Return: -EIO, there is no room for it */
static int put_record(struct tls *t)
{
	size_t count;
	const void *from = br_ssl_engine_sendrec_buf(&t->client.eng, &count);

	if (count > sizeof(t->out) - t->out_size) {
		t->final = true;
		return refuse(&t->why, -EIO, "TLS: %.64s wants more than %u bytes of answers",
			      t->host, TLS_OUT_MAX);
	}
	memcpy(t->out + t->out_size, from, count);
	t->out_size += (uint32_t)count;
	br_ssl_engine_sendrec_ack(&t->client.eng, count);
	return 0;
}

static void put_request(struct tls *t)
{
	size_t count;
	void *to = br_ssl_engine_sendapp_buf(&t->client.eng, &count);

	count = MIN(count, (size_t)t->request_left);
	memcpy(to, t->request, count);
	t->request += count;
	t->request_left -= (uint32_t)count;
	br_ssl_engine_sendapp_ack(&t->client.eng, count);
	if (!t->request_left)
		br_ssl_engine_flush(&t->client.eng, 0);
}

static int give(struct tls *t)
{
	const uint64_t at = t->got;
	size_t count;
	const void *from = br_ssl_engine_recvapp_buf(&t->client.eng, &count);

	t->got += count;
	if (t->up.data(t->up.ctx, at, from, count))
		return -EIO;
	br_ssl_engine_recvapp_ack(&t->client.eng, count);
	return 0;
}

/* Until the engine wants more bytes, or is done. */
static int run(struct tls *t)
{
	for (;;) {
		const unsigned int state = br_ssl_engine_current_state(&t->client.eng);
		int err = 0;

		if (state == BR_SSL_CLOSED) {
			const int error = br_ssl_engine_last_error(&t->client.eng);

			t->closed = !error;
			return error ? refuse_error(t, error) : 0;
		}
		if (state & BR_SSL_SENDREC)
			err = put_record(t);
		else if (state & BR_SSL_RECVAPP)
			err = give(t);
		else if (state & BR_SSL_SENDAPP && t->request_left)
			put_request(t);
		else
			return 0;
		if (err)
			return err;
	}
}

int tls_begin(struct tls *t, const struct tcp_host *up, const char *host, const char *request,
	      uint32_t size)
{
	net_addr_t addr;
	uint32_t ip;

	if (strlen(host) >= sizeof(t->host))
		return refuse(&t->why, -EINVAL, "TLS: a host's name has less than %u characters",
			      TLS_HOST_MAX);
	strcpy(t->host, host);
	t->is_address = !net_parse_ip(host, &ip);
	if (IS_ENABLED(CONFIG_IPV6) && net_bracketed(host, strlen(host), &addr)) {
		ip6_text(addr, t->host);
		t->is_address = true;
	}
	t->up = *up;
	t->request = request;
	t->request_left = size;
	t->got = 0;
	t->out_size = 0;
	t->closed = t->final = false;
	t->why.text[0] = '\0';
	/* RFC 6066, 3: an address is no name to ask for */
	if (!br_ssl_client_reset(&t->client, t->is_address ? NULL : t->host, 0))
		return refuse_error(t, br_ssl_engine_last_error(&t->client.eng));
	return run(t);
}

static int feed(struct tls *t, const uint8_t *bytes, size_t count)
{
	while (count) {
		size_t room;
		uint8_t *to;
		int err;

		if (!(br_ssl_engine_current_state(&t->client.eng) & BR_SSL_RECVREC))
			return t->closed ? 0 : -EIO; /* what follows a goodbye is no concern */
		to = br_ssl_engine_recvrec_buf(&t->client.eng, &room);
		room = MIN(room, count);
		memcpy(to, bytes, room);
		br_ssl_engine_recvrec_ack(&t->client.eng, room);
		bytes += room;
		count -= room;
		err = run(t);
		if (err)
			return err;
	}
	return 0;
}

int tls_data(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct tls *t = ctx;

	if (bytes)
		return feed(t, bytes, count);
	while (count) { /* they were kept, perhaps around the end */
		const size_t from = (size_t)(at % TCP_WINDOW);
		const size_t part = MIN(count, (size_t)TCP_WINDOW - from);
		const int err = feed(t, t->early + from, part);

		if (err)
			return err;
		at += part;
		count -= part;
	}
	return 0;
}

bool tls_early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct tls *t = ctx;
	const size_t to = (size_t)(at % TCP_WINDOW), part = MIN(count, (size_t)TCP_WINDOW - to);

	memcpy(t->early + to, bytes, part);
	memcpy(t->early, (const uint8_t *)bytes + part, count - part);
	return true;
}
