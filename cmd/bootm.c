/* SPDX-License-Identifier: BSD-2-Clause */
/* bootm: a uImage, a FIT, or any other kernel. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/boot.h"
#include "common/env/env.h"
#include "common/shell/cmd.h"

#define PLACE_SIZE 160

/* What U-Boot does step by step happens at the last of these. */
static const char *const steps[] = { "start",	"loados", "ramdisk", "fdt",
				     "cmdline", "bdt",	  "prep",    "go" };

#define STEP_WORDS 3

/* Of `bootm start`, until `bootm go`. */
static struct {
	bool begun;
	char word[STEP_WORDS][PLACE_SIZE];
	int words;
} step;

/* "addr", "addr:unit", "addr#config": cut in place. */
static void parse_place(char *text, struct boot_request *req)
{
	const size_t size = strcspn(text, ":#");
	char *name = text + size + (text[size] != '\0');

	if (*name && text[size] == '#')
		req->fit_config = name;
	else if (*name)
		req->fit_unit = name;
	text[size] = '\0';
}

static int boot(int argc, char *const argv[])
{
	struct boot_request req = { 0 };
	char place[PLACE_SIZE];
	char *words[BOOT_WORDS] = { NULL };
	int err = boot_take_modules(&argc, argv, words, &req);
	const char *first = argc > 1 && !err ? words[1] : "";

	if (err)
		return err;
	if (strlen(first) >= sizeof(place)) {
		printf("%s: the address and name are longer than %u characters\n", words[0],
		       PLACE_SIZE - 1);
		return CMD_FAILED;
	}
	strcpy(place, first);
	parse_place(place, &req);
	if (!place[0])
		snprintf(place, sizeof(place), "%llx",
			 (unsigned long long)env_get_hex("loadaddr", 0));
	words[1] = place;
	return boot_linux_command(
		MAX(argc, 2), words, &req,
		"Wrong Image Format for bootm command\nERROR: can't get kernel image!");
}

static int keep_words(int argc, char *const argv[])
{
	step.begun = false;
	step.words = argc;
	for (int i = 0; i < argc; i++) {
		if (strlen(argv[i]) >= PLACE_SIZE)
			return CMD_USAGE;
		strcpy(step.word[i], argv[i]);
	}
	step.begun = true;
	return 0;
}

static int run_step(unsigned int number, int argc, char *const argv[])
{
	static char name[] = "bootm";
	char *const words[] = { name, step.word[0], step.word[1], step.word[2] };

	if (number == 0)
		return argc > STEP_WORDS ? CMD_USAGE : keep_words(argc, argv);
	if (!step.begun) {
		printf("bootm: %s comes after `bootm start`\n", steps[number]);
		return CMD_FAILED;
	}
	if (number < ARRAY_SIZE(steps) - 1)
		return 0;
	step.begun = false;
	return boot(1 + step.words, words);
}

static int do_bootm(int argc, char *const argv[])
{
	for (unsigned int i = 0; argc > 1 && i < ARRAY_SIZE(steps); i++) {
		if (!strcmp(argv[1], steps[i]))
			return run_step(i, argc - 2, argv + 2);
	}
	return boot(argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootm) = {
	.name = "bootm",
	.max_args = CMD_WORDS_MAX,
	.run = do_bootm,
	.brief = "boot application image from memory",
	.usage =
		"[-m module] [addr[#config|:unit] [initrd[:size]] [fdt]]\n"
		"	- boot the uImage, the FIT, or any other kernel, at addr (default ${loadaddr})\n"
		"	  '-' for initrd: none, or the image's own; no fdt: the image's own, or the machine's\n"
		"	  -m: as bootelf's\n"
		"bootm start [addr ...]\n	- the same, in the steps that scripts take: loados, ramdisk,\n"
		"	  fdt, cmdline, bdt, prep; all is done at `bootm go`",
};
