/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/hash.h"
#include "cmd/mem.h"
#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "lib/base/num.h"

#define DIGITS_MAX (2 * HASH_SIZE_MAX + 1)

/* What is asked for, and what came out. */
struct job {
	const char *cmd;
	const struct hash *hash;
	struct mem_span span;
	bool verify;
	const char *sum; /* [*]where it goes, or what it shall be; NULL: only shown */
	paddr_t sum_address;
	union hash_state state;
	uint8_t digest[HASH_SIZE_MAX];
};

static void add(void *ctx, const void *bytes, uint64_t count)
{
	struct job *job = ctx;

	job->hash->update(&job->state, bytes, count);
}

static void to_digits(const uint8_t *digest, unsigned int size, char digits[DIGITS_MAX])
{
	for (unsigned int i = 0; i < size; i++)
		snprintf(digits + 2 * i, 3, "%02x", digest[i]);
}

static void show(const struct job *job)
{
	char digits[DIGITS_MAX] = "";

	to_digits(job->digest, job->hash->size, digits);
	printf("%s for %08" PRIx64 " ... %08" PRIx64 " ==> %s", job->hash->name, job->span.start,
	       job->span.start + job->span.count - 1, digits);
}

static int verify(const struct job *job)
{
	uint8_t wanted[HASH_SIZE_MAX] = { 0 };
	char digits[DIGITS_MAX] = "";
	const char *text = job->sum;

	if (text[0] == '*') {
		for (unsigned int i = 0; i < job->hash->size; i++)
			wanted[i] = (uint8_t)mem_load(job->sum_address + i, 1);
	} else {
		if (strlen(text) != 2 * job->hash->size && env_get(text))
			text = env_get(text);
		if (strlen(text) != 2 * job->hash->size ||
		    !num_hex_bytes(wanted, text, job->hash->size)) {
			printf("%s: '%s' is not %u hexadecimal digits\n", job->cmd, text,
			       2 * job->hash->size);
			return -EINVAL;
		}
	}
	if (!memcmp(wanted, job->digest, job->hash->size))
		return 0;
	to_digits(wanted, job->hash->size, digits);
	show(job);
	printf(" != %s ** ERROR **\n", digits);
	return CMD_FAILED;
}

static int keep(const struct job *job)
{
	char digits[DIGITS_MAX] = "";

	if (job->sum[0] != '*') {
		to_digits(job->digest, job->hash->size, digits);
		return env_set(job->sum, digits);
	}
	for (unsigned int i = 0; i < job->hash->size; i++)
		mem_store(job->sum_address + i, 1, job->digest[i]);
	return 0;
}

static int run(struct job *job)
{
	int err;

	if (job->sum && job->sum[0] == '*') {
		if (mem_address(job->sum + 1, "address of the sum", &job->sum_address))
			return -EINVAL;
		if (!job->verify && mem_may_write(job->cmd, job->sum_address, job->hash->size))
			return -EPERM;
	}
	job->hash->init(&job->state);
	err = mem_visit(job->span.start, job->span.count, add, job);
	if (err)
		return err;
	job->hash->final(&job->state, job->digest);
	if (job->verify)
		return verify(job);
	show(job);
	printf("\n");
	return job->sum ? keep(job) : 0;
}

/* From the algorithm's name on: address count [sum] */
static int run_words(struct job *job, const char *name, int argc, char *const argv[])
{
	if (argc < 2 + job->verify || argc > 3)
		return CMD_USAGE;
	job->hash = hash_find(name);
	if (!job->hash) {
		printf("%s: there is no algorithm '%s'; there are:", job->cmd, name);
		TABLE_FOREACH(hash_table, struct hash, hash)
			printf(" %s", hash->name);
		printf("\n");
		return -EINVAL;
	}
	job->span.width = 1;
	if (mem_address(argv[0], "address", &job->span.start) ||
	    cmd_number(argv[1], "count", &job->span.count) || mem_span_check(job->cmd, &job->span))
		return -EINVAL;
	job->sum = argc > 2 ? argv[2] : NULL;
	return run(job);
}

static bool is_verify(int argc, char *const argv[])
{
	return argc > 1 && !strcmp(argv[1], "-v");
}

static int do_hash(int argc, char *const argv[])
{
	struct job job = { .cmd = argv[0], .verify = is_verify(argc, argv) };
	int used = 1 + job.verify;

	if (argc <= used)
		return CMD_USAGE;
	return run_words(&job, argv[used], argc - used - 1, argv + used + 1);
}

int hash_run_sum(int argc, char *const argv[])
{
	struct job job = { .cmd = argv[0], .verify = is_verify(argc, argv) };
	int used = 1 + job.verify;
	char name[12];

	snprintf(name, sizeof(name), "%.*s", (int)(strlen(argv[0]) - strlen("sum")), argv[0]);
	return run_words(&job, name, argc - used, argv + used);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_hash) = {
	.name = "hash",
	.yields = true,
	.max_args = 6,
	.repeat = true,
	.run = do_hash,
	.brief = "compute hash message digest",
	.usage = "algorithm address count [[*]sum]\n"
		 "	- digest of a memory area [save to a variable, or with * to memory]\n"
		 "hash -v algorithm address count [*]sum\n"
		 "	- verify: digits, a variable, or with * bytes in memory",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_sha256sum) = {
	.name = "sha256sum",
	.yields = true,
	.max_args = 5,
	.repeat = true,
	.run = hash_run_sum,
	.brief = "compute SHA-256 message digest",
	.usage = HASH_SUM_USAGE("sha256sum"),
};
