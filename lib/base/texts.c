// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/texts.h"

#include <string.h>

const char *text_nth(const char *texts, unsigned n)
{
	while (n--)
		texts += strlen(texts) + 1;
	return texts;
}
