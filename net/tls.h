/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls.h - a stream inside TLS 1.2, of a client: BearSSL's engine as a machine of bytes
 *
 * For:  http.h, between it and a connection of tcp.h
 * In:   the server's bytes, by tls_data() and tls_early(); the time, entropy and CAs at the start
 * Out:  bytes for the server, at the end of tls->out; what was inside, to the host
 * Not:  no certificate of ours, no resumed sessions, no renegotiation, no revocation lists
 */
#pragma once

#include <bearssl/bearssl.h>

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "net/tcp.h"

#define TLS_SEED      32
#define TLS_HOST_MAX  128
#define TLS_OUT_MAX   (8 * 1024) /* handshake, request and what alerts there may be */
#define TLS_RECORD    4096	 /* the largest that we send */
#define TLS_ANCHORS   256
#define TLS_BYTES_MAX (192 * 1024) /* of their names and keys */

/** struct tls_trust - who may sign: names and keys of CAs */
struct tls_trust {
	unsigned int count;
	uint32_t used;
	br_x509_trust_anchor anchor[TLS_ANCHORS];
	uint8_t bytes[TLS_BYTES_MAX];
};

/**
 * struct tls - one host's connections, one after the other
 * @out, @out_size: all that has to go to the server since the connection began
 * @got:    bytes of the inside that the host had
 * @closed: the server has said that this was all
 * @final:  another connection would end the same way
 */
struct tls {
	br_ssl_client_context client;
	const br_x509_class *checker; /* ours, before BearSSL's */
	br_x509_minimal_context x509;
	br_x509_decoder_context decoder;
	unsigned int certificates;
	bool blind; /* any certificate will do */
	bool is_address; /* and no name is @host */
	uint64_t now_s;
	char host[TLS_HOST_MAX], wrong_date[64];
	struct tcp_host up;
	const char *request;
	uint32_t request_left;
	uint64_t got;
	bool closed, final;
	uint32_t out_size;
	struct why why;
	struct tls_trust trust;
	uint8_t out[TLS_OUT_MAX];
	uint8_t record_out[TLS_RECORD + BR_SSL_BUFSIZE_OUTPUT - 16384];
	uint8_t record_in[BR_SSL_BUFSIZE_INPUT];
	uint8_t early[TCP_WINDOW]; /* bytes that came too early, at their place modulo this */
};

/**
 * tls_trust_add() - CAs from now on
 * @trust: zeroed at first
 * @bytes: certificates, PEM one behind the other, or one in DER; untrusted
 * @name:  of the bytes, for the sentence
 *
 * One that is no CA's is trusted as the server's own, and as nobody else's. Those of a kind that
 * this Loft cannot check are passed over.
 *
 * Errors: -EINVAL no certificate there, or one is broken; -ENOTSUP all have keys of other kinds;
 *         -ENOSPC more than fit
 */
int __must_check tls_trust_add(struct tls_trust *trust, const void *bytes, size_t size,
			       const char *name, struct why *why);

/**
 * tls_init() - ready for tls_begin()
 * @t:     its trust is filled in, or @blind
 * @seed:  TLS_SEED bytes that nobody can know
 * @now_s: seconds since 1970-01-01 00:00:00 UTC
 * @blind: whoever answers is taken for the host
 */
void tls_init(struct tls *t, const uint8_t *seed, uint64_t now_s, bool blind);

/**
 * tls_begin() - a connection begins; t->out is the first to send
 * @up:      copied; its bytes count from 0
 * @host:    whose certificate it has to be
 * @request: goes when the host is known to be the one; stays until then
 *
 * Errors: -EINVAL the host's name is too long; -EIO the engine refuses
 */
int __must_check tls_begin(struct tls *t, const struct tcp_host *up, const char *host,
			   const char *request, uint32_t size);

/**
 * tls_data() - struct tcp_host's data(); @ctx is a struct tls
 *
 * Return: nonzero: the connection is of no use any more, t->why tells; empty: the host said no
 * Spec:   RFC 5246, 5288, 5289, 7905; 6066 (name); 5280, 6125 (certificates)
 */
int tls_data(void *ctx, uint64_t at, const void *bytes, size_t count);

/** tls_early() - struct tcp_host's early() */
bool tls_early(void *ctx, uint64_t at, const void *bytes, size_t count);
