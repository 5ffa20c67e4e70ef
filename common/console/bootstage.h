/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

#define BOOTSTAGE_NAME_MAX 20	/* bytes that a name has at most */
#define BOOTSTAGE_JSON	   1056 /* bytes of the JSON text, with the NUL */

void bootstage_add(const char *name);
uint64_t bootstage_ticks(void);
void bootstage_count(const char *name, uint64_t since);

/**
 * bootstage_mark() - the boot has come this far
 * @name: of what is done now; static text, no characters that JSON escapes
 *
 * Costs a dozen instructions; what does not fit the list is left out. From loft_main() on; what
 * comes before notes its times in struct loft.
 */
static inline void bootstage_mark(const char *name)
{
	if (IS_ENABLED(CONFIG_BOOTSTAGE))
		bootstage_add(name);
}

/** bootstage_begin(), bootstage_end() - what lies between adds to the time that @name takes */
static inline uint64_t bootstage_begin(void)
{
	return IS_ENABLED(CONFIG_BOOTSTAGE) ? bootstage_ticks() : 0;
}

static inline void bootstage_end(const char *name, uint64_t begun)
{
	if (IS_ENABLED(CONFIG_BOOTSTAGE))
		bootstage_count(name, begun);
}

/** bootstage_report() - print U-Boot's table: microseconds since the counter began */
void bootstage_report(void);

/**
 * bootstage_json() - {"stages":[{"name":"MMU on","us":12},...],"times":[...]}
 * @out: filled with blanks behind the text, so that a later and longer one takes its place
 */
void bootstage_json(char out[BOOTSTAGE_JSON]);
