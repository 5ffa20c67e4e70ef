/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of rules.inc, and apart from them their words: a pointer in each would be 1 KB. */
#include "arch/arm64/el2/el2.h"
#include "arch/arm64/el2/rows.h"
#include "arch/arm64/cpu/sysreg.h"
#include "lib/base/texts.h"

#define LIST(name_) const struct el2_rule name_[] = {
#define LIST_END    }
#include "arch/arm64/el2/rules.inc"

const unsigned el2_rules_count = ARRAY_SIZE(el2_rules);
const unsigned vhe_rules_count = ARRAY_SIZE(vhe_rules);
const unsigned el1_rules_count = ARRAY_SIZE(el1_rules);

#undef LIST
#undef LIST_END
#undef BASE
#undef RULE
#undef PAIR
#undef CLEAR
#undef COPY
#define LIST(name_) static const char name_##_words[] =
#define LIST_END
#define BASE(what_, ...)  what_ "\0"
#define RULE(what_, ...)  what_ "\0"
#define PAIR(what_, ...)  what_ "\0"
#define CLEAR(what_, ...) what_ "\0"
#define COPY(what_, ...)  what_ "\0"
#include "arch/arm64/el2/rules.inc"

const char *el2_rule_what(const struct el2_rule *rule)
{
	if (rule >= el1_rules && rule < el1_rules + el1_rules_count)
		return text_nth(el1_rules_words, (unsigned)(rule - el1_rules));
	if (rule >= vhe_rules && rule < vhe_rules + vhe_rules_count)
		return text_nth(vhe_rules_words, (unsigned)(rule - vhe_rules));
	return text_nth(el2_rules_words, (unsigned)(rule - el2_rules));
}
