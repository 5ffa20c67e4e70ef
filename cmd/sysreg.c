/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "arch/cpu.h"
#include "arch/sysreg_name.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"

#define FIELDS_PER_LINE 6

static unsigned int number(const char **text)
{
	unsigned int n = 0;

	while (**text >= '0' && **text <= '9')
		n = n * 10 + (unsigned int)(*(*text)++ - '0');
	return n;
}

/* The next field of a description, "IPS 34:32 ..."; false at its end. */
static bool next_field(const char **text, int *name_length, unsigned int *high, unsigned int *low)
{
	const char *at = *text;

	*name_length = (int)strcspn(at, " ");
	if (!*name_length)
		return false;
	at += *name_length + 1;
	*low = *high = number(&at);
	if (*at == ':') {
		at++;
		*low = number(&at);
	}
	*text = at + (*at == ' ');
	return true;
}

static void print_fields(const char *fields, uint64_t value)
{
	unsigned int high, low, column = 0;
	const char *name = fields;
	int length;

	while (next_field(&fields, &length, &high, &low)) {
		printf("%s%.*s %" PRIx64,
		       column % FIELDS_PER_LINE ? "  "
		       : column                 ? "\n  "
						: "  ",
		       length, name, FIELD_GET(high, low, value));
		column++;
		name = fields;
	}
	if (column)
		printf("\n");
}

static int print_register(unsigned int index, const struct sysreg_name *reg)
{
	uint64_t value;
	int err = sysreg_name_read(index, &value);

	if (err == -EPERM)
		printf("%-16s needs EL%u, Loft runs at EL%u\n", reg->name, reg->el, cpu_el());
	else if (err)
		printf("%-16s is not on this CPU, or is trapped\n", reg->name);
	if (err)
		return err;
	printf("%-16s 0x%016" PRIx64 "\n", reg->name, value);
	print_fields(reg->fields, value);
	return 0;
}

/* A name, or the beginning of some. */
static int print_matching(const char *text)
{
	size_t length = strlen(text);
	struct sysreg_name reg;
	unsigned int found = 0;
	int err = 0;

	for (unsigned int i = 0; sysreg_name(i, &reg); i++) {
		if (!strcasecmp(reg.name, text))
			return print_register(i, &reg);
		found += !strncasecmp(reg.name, text, length);
	}
	if (!found) {
		printf("sysreg: no register begins with '%s': `sysreg` lists them\n", text);
		return -ENOENT;
	}
	for (unsigned int i = 0; sysreg_name(i, &reg); i++) {
		if (console_ctrlc())
			return -EINTR;
		if (!strncasecmp(reg.name, text, length))
			err = print_register(i, &reg);
	}
	return found == 1 ? err : 0;
}

static void list_names(void)
{
	struct sysreg_name reg, next;
	bool more = sysreg_name(0, &reg);

	for (unsigned int i = 1; more; i++, reg = next) {
		more = sysreg_name(i, &next);
		if (more && i % 4)
			printf("%-18s", reg.name);
		else
			printf("%s\n", reg.name);
	}
}

static int do_sysreg(int argc, char *const argv[])
{
	int worst = 0;

	if (argc == 1)
		list_names();
	for (int i = 1; i < argc && worst != -EINTR; i++) {
		int err = print_matching(argv[i]);

		worst = err ? err : worst;
	}
	return worst;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_sysreg) = {
	.name = "sysreg",
	.yields = true,
	.max_args = 8,
	.repeat = true,
	.run = do_sysreg,
	.brief = "read system registers",
	.usage = "[<name> ...]\n"
		 "    - by name, or all whose names begin so, with their fields in hexadecimal;\n"
		 "      without a name: list the names\n"
		 "sysreg sctlr_el1 id_aa64",
};
