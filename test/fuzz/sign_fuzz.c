/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mkimage signed, altered in any way: nothing passes the verifier whose signed bytes are not
 * those that were signed (test/host/common/image/sign_mutants.h).
 */
#include "test/host/common/image/sign_mutants.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mutants count;
	struct stream s = { data, size };

	if (!count.tried)
		make_bases();
	try_mutant(&s, &count);
	return 0;
}
