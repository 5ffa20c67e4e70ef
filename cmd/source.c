/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/fit.h"
#include "common/image/trust.h"
#include "common/shell/shell.h"
#include "lib/base/printable.h"
#include "lib/pack/uimage.h"

#define PLAIN_MAX (1 * MIB) /* of a text whose size nobody told */

/** struct script - the text to run */
struct script {
	const char *text;
	size_t size;
};

static int wrong_format(void)
{
	printf("Wrong image format for \"source\" command\n");
	return CMD_FAILED;
}

static int from_uimage(const void *at, uint64_t room, struct script *script)
{
	struct uimage image;
	struct why why;
	uint32_t size;
	const uint8_t *data;
	int err = uimage_parse(at, room, &image);

	if (err == -E2BIG) {
		printf("The image has 0x%x bytes of data, more than are there\n", image.size);
		return CMD_FAILED;
	}
	if (err) {
		printf("Bad header crc\n");
		return CMD_FAILED;
	}
	if (uimage_check_data(&image, console_ctrlc)) {
		printf("Bad data crc\n");
		return CMD_FAILED;
	}
	if (image.type != UIMAGE_TYPE_SCRIPT) {
		printf("Bad image type\n");
		return CMD_FAILED;
	}
	if (uimage_part(&image, 0, &data, &size, &why)) {
		printf("%s\n", why.text);
		return CMD_FAILED;
	}
	*script = (struct script){ (const char *)data, size };
	return 0;
}

static int check_hashes(const struct fit *fit, int node, struct why *why)
{
	int hash = 0;
	int err = 0;

	while (!err && (hash = fit_next_hash(fit->tree, node, hash)))
		err = fit_check_hash(fit, node, hash, why);
	return err;
}

/* A script of a configuration that is signed, or an image that is; @node: of the image. */
static int check_signed(const struct fit *fit, const char *image, const char *config, int node,
			struct why *why)
{
	uint32_t version;
	int conf, err;

	if (!trust_required())
		return 0;
	if (trust_needs_config()) {
		conf = fit_child(fit->tree, "/configurations",
				 config  ? config
				 : image ? image
					 : fit_default(fit->tree, "/configurations"));
		if (conf < 0 ||
		    fit_child(fit->tree, "/images", fit_text(fit->tree, conf, "script")) != node)
			return trust_refuse("a script without its configuration", why);
		err = trust_config(fit, conf, &version, why);
		if (err)
			return err;
	}
	return trust_image(fit, node, why);
}

static int from_fit(const void *at, uint64_t room, const char *image, const char *config,
		    struct script *script)
{
	struct fit fit;
	struct printable name, type;
	struct why why;
	const uint8_t *data;
	const char *word;
	uint32_t size;
	int node;

	if (fit_check(&fit, at, room, &why) ||
	    fit_find_script(fit.tree, image, config, &node, &why)) {
		printf("%s\n", why.text);
		return CMD_FAILED;
	}
	fit.stopped = console_ctrlc;
	if (check_signed(&fit, image, config, node, &why) ||
	    fit_data(&fit, node, &data, &size, &why) || check_hashes(&fit, node, &why)) {
		printf("%s\n", why.text);
		return CMD_FAILED;
	}
	word = fit_text(fit.tree, node, "type");
	if (!word || strcmp(word, "script")) {
		printf("Not a image image\n");
		return CMD_FAILED;
	}
	word = fit_text(fit.tree, node, "compression");
	if (word && strcmp(word, "none")) {
		printf("'%s' is compressed (%s)\n", printable(&name, fit_name(fit.tree, node)),
		       printable(&type, word));
		return CMD_FAILED;
	}
	*script = (struct script){ (const char *)data, size };
	return 0;
}

static bool is_text(char c)
{
	return (unsigned char)c >= ' ' ? c != 0x7f : c && strchr("\t\n\r", c);
}

/* Text up to a NUL, or all of the file where the last load was of this one. */
static int from_text(const char *at, uint64_t room, struct script *script)
{
	const bool loaded = env_get("filesize") && env_get("fileaddr") &&
			    env_get_hex("fileaddr", 0) == (uintptr_t)at;
	const uint64_t max = MIN(room, loaded ? env_get_hex("filesize", 0) : PLAIN_MAX);
	size_t size = 0;

	while (size < max && is_text(at[size]))
		size++;
	if (!size || (size >= max ? !loaded : at[size] != '\0'))
		return wrong_format();
	*script = (struct script){ at, size };
	return 0;
}

/* "address", "address:image" or "address#config", the address optional. @text is ours. */
static int parse_place(char *text, uint64_t *addr, const char **image, const char **config)
{
	const size_t size = strcspn(text, ":#");
	const char mark = text[size];

	*image = mark == ':' && text[size + 1] ? text + size + 1 : NULL;
	*config = mark == '#' && text[size + 1] ? text + size + 1 : NULL;
	text[size] = '\0';
	*addr = env_get_hex("loadaddr", 0);
	return *text ? cmd_number(text, "source: address", addr) : 0;
}

/* Apart, so that a script that runs scripts does not keep all this on the stack for each. */
static int __attribute__((noinline))
find_script(int argc, char *const argv[], struct script *script)
{
	char place[160] = "";
	const char *image, *config;
	uint64_t addr, room;
	struct why why;
	const void *at;

	if (argc == 2 && strlen(argv[1]) >= sizeof(place))
		return CMD_USAGE;
	if (argc == 2)
		strcpy(place, argv[1]);
	if (parse_place(place, &addr, &image, &config))
		return -EINVAL;
	at = (const void *)(uintptr_t)addr;
	printf("## Executing script at %08" PRIx64 "\n", addr);
	if (machine_readable(&machine, addr, &room, &why)) {
		printf("%s\n", why.text);
		return CMD_FAILED;
	}
	if (room >= UIMAGE_HEADER_SIZE && fit_is(at))
		return from_fit(at, room, image, config, script);
	if (trust_required()) {
		(void)!trust_refuse("a script outside a FIT", &why);
		printf("source: %s\n", why.text);
		return CMD_FAILED;
	}
	if (room >= UIMAGE_HEADER_SIZE && uimage_is(at))
		return from_uimage(at, room, script);
	return from_text(at, room, script);
}

static int do_source(int argc, char *const argv[])
{
	struct script script;
	int err = find_script(argc, argv, &script);

	if (err)
		return err;
	return cmd_status(shell_run_script(script.text, strnlen(script.text, script.size)));
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_source) = {
	.name = "source",
	.max_args = 2,
	.run = do_source,
	.brief = "run script from memory",
	.usage =
		"[addr][:[image]|#[config]]\n"
		"	- run the script at 'addr', or ${loadaddr}: an image that mkimage made, the\n"
		"	  'image', or that of the 'config', of a FIT, or plain text that a NUL ends",
};
