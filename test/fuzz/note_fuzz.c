// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes as a note segment and, as text, as the argument of bootelf -o. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/image/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct boot_params *params)
{
	struct boot_params again = { .given = 0 };
	bool good = boot_params_check(params, 4096, NULL) == 0;
	char text[32];

	for (unsigned i = 0; i < BOOT_PARAM_LAST; i++) {
		const struct boot_key *key = &boot_keys[i];

		if (!boot_params_has(params, key->key))
			continue;
		if (boot_params_set(&again, key->key, params->value[key->key], NULL) && good)
			abort();
		boot_param_format(key, params->value[key->key], text, sizeof(text));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct boot_params params = { .given = 0 };
	struct why why;
	uint8_t *copy = malloc(size + 1);

	memcpy(copy, data, size);
	if (note_parse(copy, size, &params, &why) == 0)
		check(&params);
	memset(&params, 0, sizeof(params));
	copy[size] = '\0';
	if (boot_params_option(&params, (const char *)copy, &why) == 0)
		check(&params);
	free(copy);
	return 0;
}
