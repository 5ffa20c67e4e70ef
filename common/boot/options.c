/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/options.h"

#include <errno.h>
#include <string.h>

#include <libfdt.h>

#include "common/boot/modules.h"
#include "common/boot/ram.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/fdt/overlay.h"
#include "common/image/trust.h"
#include "lib/base/num.h"

#define OPTIONS_SIZE 256
#define WORDS_MAX    32

/* A device tree in memory; as much of the DRAM bank as is left may be read. */
int boot_option_fdt(const char *arg, struct boot_request *req, struct why *why)
{
	struct source source;
	paddr_t addr;
	int err = num_parse(arg, 16, &addr);

	if (err)
		return refuse(why, err, "fdt: '%s' is not a hexadecimal address", arg);
	if (addr == (uintptr_t)machine.fdt) /* ${fdtcontroladdr}: Loft's own */
		return 0;
	err = bootsrc_ram(&source, addr, why);
	if (err)
		return err;
	req->fdt = source.mem;
	return fdt_check_whole(source.mem, source.size, false, why);
}

/* A number, or the place of something that Loft chooses. */
static int parse_reg(const char *value, struct boot_request *req, unsigned reg, struct why *why)
{
	static const char *const places[] = {
		[BOOT_PLACE_KERNEL] = "@kernel",
		[BOOT_PLACE_INITRD] = "@initrd",
		[BOOT_PLACE_FDT] = "@fdt",
		[BOOT_PLACE_END] = "@end",
	};

	req->reg_given |= 1u << reg;
	req->reg_place[reg] = BOOT_PLACE_NONE;
	if (*value != '@')
		return num_parse(value, 16, &req->reg[reg])
			       ? refuse(why, -EINVAL, "-r: x%u: '%s' is not a hexadecimal number",
					reg, value)
			       : 0;
	for (unsigned i = 1; i < ARRAY_SIZE(places); i++) {
		if (strcmp(value, places[i]))
			continue;
		req->reg_place[reg] = (uint8_t)i;
		return 0;
	}
	return refuse(why, -EINVAL, "-r: x%u: '%s' is none of @kernel, @initrd, @fdt, @end", reg,
		      value);
}

/* x0=VALUE,x5=VALUE */
static int parse_regs(const char *arg, struct boot_request *req, struct why *why)
{
	while (*arg) {
		size_t len = strcspn(arg, ",");
		char value[24];
		int err;

		if (len < 4 || len - 3 >= sizeof(value) || arg[0] != 'x' || arg[1] < '0' ||
		    arg[1] >= '0' + BOOT_REGS || arg[2] != '=')
			return refuse(why, -EINVAL, "-r: '%.*s' is not x0=value to x%d=value",
				      (int)len, arg, BOOT_REGS - 1);
		memcpy(value, arg + 3, len - 3);
		value[len - 3] = '\0';
		err = parse_reg(value, req, (unsigned)(arg[1] - '0'), why);
		if (err)
			return err;
		arg += len + (arg[len] == ',');
	}
	return 0;
}

static int parse_el(const char *arg, struct boot_request *req, struct why *why)
{
	if ((arg[0] != '1' && arg[0] != '2') || arg[1])
		return refuse(why, -EINVAL, "-e: '%s' is not 1 or 2", arg);
	return boot_params_set(&req->params, LOFT_NOTE_ENTRY_EL, (uint64_t)(arg[0] - '0'), why);
}

/* What has no '=' is no value for the note, but where an overlay lies. */
static int parse_option(const char *arg, struct boot_request *req, struct why *why)
{
	paddr_t addr;

	if (IS_ENABLED(CONFIG_FIT) && !num_parse(arg, 16, &addr)) {
		if (req->overlay_count == BOOT_OVERLAYS)
			return refuse(why, -E2BIG, "-o: more than %d overlays", BOOT_OVERLAYS);
		req->overlay[req->overlay_count++] = addr;
		return 0;
	}
	return boot_params_option(&req->params, arg, why);
}

static int parse_module(const char *arg, struct boot_request *req, struct why *why)
{
	return IS_ENABLED(CONFIG_MODULES)
		       ? modules_option(arg, req, why)
		       : refuse(why, -ENOTSUP, "-m: this Loft was built without modules");
}

static int set_flag(char letter, struct boot_request *req, struct why *why)
{
	switch (letter) {
	case 'p': /* program headers: the only way there is */
		return 0;
	case 'g':
		req->gdb = true;
		return IS_ENABLED(CONFIG_GDB)
			       ? 0
			       : refuse(why, -ENOTSUP, "-g: this Loft was built without gdb");
	case 'n':
		req->dry_run = true;
		return 0;
	case 'l':
		req->load_only = true;
		return 0;
	case 'u':
		req->unmapped = true;
		return 0;
	case 'V':
		req->mapped = true;
		return 0;
	case 'w':
		req->allow_wx = true;
		return 0;
	case 's':
		return refuse(why, -EINVAL,
			      "-s: section headers do not say where things belong; "
			      "only program headers count");
	default:
		return refuse(why, -EINVAL, "unknown option -%c", letter);
	}
}

int boot_option_word(int argc, char *const argv[], int *i, struct boot_request *req,
		     struct why *why)
{
	static const struct {
		char letter;
		int (*parse)(const char *arg, struct boot_request *req, struct why *why);
	} valued[] = {
		{ 'd', boot_option_fdt }, { 'e', parse_el },   { 'm', parse_module },
		{ 'o', parse_option },    { 'r', parse_regs },
	};
	const char *letters = argv[*i] + 1;
	int err = 0;

	for (; *letters && !err; letters++) {
		unsigned int v = 0;

		while (v < ARRAY_SIZE(valued) && valued[v].letter != *letters)
			v++;
		if (v == ARRAY_SIZE(valued)) {
			err = set_flag(*letters, req, why);
			continue;
		}
		if (letters[1])
			return valued[v].parse(letters + 1, req, why);
		if (++*i == argc)
			return refuse(why, -EINVAL, "-%c needs a value", *letters);
		return valued[v].parse(argv[*i], req, why);
	}
	return err;
}

/* Cuts @text into words, in place. */
static int split(char *text, char *word[WORDS_MAX])
{
	int count = 0;

	while (*(text += strspn(text, " \t")) && count < WORDS_MAX) {
		word[count++] = text;
		text += strcspn(text, " \t");
		if (*text)
			*text++ = '\0';
	}
	return count;
}

static int parse_text(const char *text, struct boot_request *req, struct why *why)
{
	char copy[OPTIONS_SIZE], *word[WORDS_MAX];
	int count, err = 0;

	if (strlen(text) >= sizeof(copy))
		return refuse(why, -E2BIG, "%zu bytes of options, the limit is %zu", strlen(text),
			      sizeof(copy) - 1);
	memcpy(copy, text, strlen(text) + 1);
	count = split(copy, word);
	for (int i = 0; i < count && !err; i++)
		err = word[i][0] == '-' && word[i][1]
			      ? boot_option_word(count, word, &i, req, why)
			      : refuse(why, -EINVAL, "'%s' is no option", word[i]);
	return err;
}

int boot_options_under(const char *text, const char *from, struct boot_request *req,
		       struct why *why)
{
	struct boot_request under = { .module_count = req->module_count };
	struct why reason = { "" };
	int err = parse_text(text, &under, &reason);

	if (err)
		return refuse(why, err, "%s: %.200s", from, reason.text);
	boot_params_merge(&under.params, &req->params);
	req->params = under.params;
	req->module_count = under.module_count;
	req->dry_run |= under.dry_run;
	req->load_only |= under.load_only;
	req->gdb |= under.gdb;
	req->allow_wx |= under.allow_wx;
	if (!req->unmapped && !req->mapped) {
		req->unmapped = under.unmapped;
		req->mapped = under.mapped;
	}
	if (!req->fdt)
		req->fdt = under.fdt;
	if (!req->overlay_count) {
		memcpy(req->overlay, under.overlay, sizeof(req->overlay));
		req->overlay_count = under.overlay_count;
	}
	for (unsigned i = 0; i < BOOT_REGS; i++) {
		if (req->reg_given & BIT(i) || !(under.reg_given & BIT(i)))
			continue;
		req->reg[i] = under.reg[i];
		req->reg_place[i] = under.reg_place[i];
	}
	req->reg_given |= under.reg_given;
	return 0;
}

int boot_options_overlays(struct boot_request *req, struct why *why)
{
	const void *base = req->fdt ? req->fdt : machine.fdt;
	struct source source;
	void *tree;
	int err;

	if (!IS_ENABLED(CONFIG_FIT))
		return 0;
	if (trust_required())
		return trust_refuse("an overlay beside the FIT", why);
	err = fdt_take(base, fdt_totalsize(base), &tree, why);
	for (unsigned int i = 0; i < req->overlay_count && !err; i++) {
		err = bootsrc_ram(&source, req->overlay[i], why);
		if (!err)
			err = fdt_check_whole(source.mem, source.size, false, why);
		if (!err)
			err = fdt_overlay(&tree, source.mem, fdt_totalsize(source.mem),
					  "the overlay", why);
	}
	if (!err)
		req->fdt = tree;
	return err;
}

int boot_options_stored(struct boot_request *req, struct why *why)
{
	const char *text = env_get("bootelf_options");

	return text ? boot_options_under(text, "bootelf_options", req, why) : 0;
}

int boot_options_cut(const char **cmdline, char *options, size_t size, struct why *why)
{
	static const char key[] = "loft.bootelf=";
	const char *text = *cmdline + strspn(*cmdline, " ");
	bool quoted;
	size_t len;

	options[0] = '\0';
	if (strncmp(text, key, sizeof(key) - 1))
		return 0;
	text += sizeof(key) - 1;
	quoted = *text == '"';
	text += quoted;
	len = strcspn(text, quoted ? "\"" : " ");
	if (quoted && !text[len])
		return refuse(why, -EINVAL, "-append: loft.bootelf=\" has no closing quote");
	if (len >= size)
		return refuse(why, -E2BIG, "-append: loft.bootelf has %zu bytes, the limit is %zu",
			      len, size - 1);
	memcpy(options, text, len);
	options[len] = '\0';
	text += len + quoted;
	*cmdline = text + strspn(text, " ");
	return 0;
}
