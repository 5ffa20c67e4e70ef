/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/loftcfg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/boot/modules.h"
#include "common/boot/options.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/trust.h"
#include "common/source/file.h"
#include "lib/base/span.h"
#include "lib/extlinux/loftcfg.h"
#include "lib/extlinux/text.h"

#define NAME_SIZE    256
#define OPTIONS_SIZE 256

/** struct plan - what the file says, as strings */
struct plan {
	char kernel[NAME_SIZE], initrd[NAME_SIZE], fdt[NAME_SIZE], options[OPTIONS_SIZE];
	char options_at[NAME_SIZE]; /* "/loft.cfg: line 2, column 9" */
	struct extlinux_text module[LOFTCFG_MODULES_MAX];
	unsigned module_count;
	char text[LOFTCFG_MAX] __attribute__((aligned(64)));
	char cmdline[LOFTCFG_MAX];
};

static struct plan plan __noinit __attribute__((aligned(64)));

/* A name, in the folder of @path where it has no slash in front. */
static int name(struct extlinux_text t, const char *path, char out[NAME_SIZE], const char *what,
		struct why *why)
{
	const char *slash = strrchr(path, '/');
	const size_t folder = slash && t.size && t.at[0] != '/' ? (size_t)(slash + 1 - path) : 0;

	out[0] = '\0';
	if (!span_fits(NAME_SIZE - 1, folder, t.size))
		return refuse(why, -E2BIG, "%s: %s: a name has at most %u characters", path, what,
			      NAME_SIZE - 1);
	memcpy(out, path, folder);
	return extlinux_copy(t, out + folder, NAME_SIZE - folder);
}

/* Where the options stand, for what is said of them. */
static void print_place(const char *path, const struct extlinux_text *options)
{
	unsigned int line = 1;
	const char *begin = plan.text;

	for (const char *c = plan.text; c < options->at; c++)
		if (*c == '\n') {
			line++;
			begin = c + 1;
		}
	snprintf(plan.options_at, sizeof(plan.options_at), "%s: line %u, column %u", path, line,
		 (unsigned int)(options->at - begin) + 1);
}

static int make_plan(const char *path, uint64_t size, struct why *why)
{
	static const char usual[] = "kernel.elf";
	struct loftcfg cfg;
	struct why reason = { "" };
	int err = loftcfg_parse(&cfg, plan.text, size, &reason);

	if (err)
		return refuse(why, err, "%s: %s", path, reason.text);
	if (!cfg.kernel.at)
		cfg.kernel = (struct extlinux_text){ usual, strlen(usual) };
	err = name(cfg.kernel, path, plan.kernel, "kernel", why);
	if (!err)
		err = name(cfg.initrd, path, plan.initrd, "initrd", why);
	if (!err)
		err = name(cfg.fdt, path, plan.fdt, "fdt", why);
	if (!err && extlinux_copy(cfg.options, plan.options, sizeof(plan.options)))
		err = refuse(why, -E2BIG, "%s: options: %zu bytes, the limit is %d", path,
			     cfg.options.size, OPTIONS_SIZE - 1);
	if (cfg.options.at)
		print_place(path, &cfg.options);
	memcpy(plan.module, cfg.module, sizeof(plan.module));
	plan.module_count = cfg.module_count;
	/* the line is shorter than the file */
	return err ? err : extlinux_copy(cfg.cmdline, plan.cmdline, sizeof(plan.cmdline));
}

static int read_text(const char *type, const char *spec, const char *path, struct why *why)
{
	static struct file file;
	int err = file_open(type, spec, path, &file, why);

	if (err)
		return err;
	if (file.source.size >= LOFTCFG_MAX)
		return refuse(why, -E2BIG, "%s has 0x%" PRIx64 " bytes, the limit is %d", path,
			      file.source.size, LOFTCFG_MAX - 1);
	err = source_read(&file.source, 0, plan.text, file.source.size, why);
	return err ? err : make_plan(path, file.source.size, why);
}

/* The first word of a text is taken off it. */
static int word(struct extlinux_text *text, char *out, size_t room)
{
	return extlinux_copy(text_word(text), out, room);
}

/* "name file command line", to where there is room. */
static int load_module(const char *type, const char *spec, const char *path,
		       struct extlinux_text line, struct boot_request *req, paddr_t *at,
		       struct why *why)
{
	static struct file file;
	static char called[NAME_SIZE], from[NAME_SIZE], given[NAME_SIZE], cmdline[LOFTCFG_MAX];
	int err = word(&line, called, sizeof(called));

	if (!err)
		err = word(&line, given, sizeof(given));
	if (err)
		return refuse(why, err, "%s: %s: a name has at most %u characters", path, "module",
			      NAME_SIZE - 1);
	err = name((struct extlinux_text){ given, strlen(given) }, path, from, "module", why);
	if (!err)
		err = extlinux_copy(line, cmdline, sizeof(cmdline)); /* shorter than the file */
	if (err)
		return err;
	printf("Retrieving file: %s\n", from);
	err = file_open(type, spec, from, &file, why);
	if (!err && !file.source.size)
		err = refuse(why, -ENODATA, "'%s' is empty", from);
	if (!err)
		err = memmap_alloc(&machine.mem, file.source.size, 4 * KIB, true, ~(paddr_t)0,
				   MEM_LOADED, "module", at, why);
	if (!err)
		err = source_read(&file.source, 0, (void *)*at, file.source.size, why);
	return err ? err : modules_request(called, *at, file.source.size, cmdline, req, why);
}

static int load_modules(const char *type, const char *spec, const char *path,
			struct boot_request *req, paddr_t at[LOFTCFG_MODULES_MAX], struct why *why)
{
	int err = 0;

	if (plan.module_count && !IS_ENABLED(CONFIG_MODULES))
		return refuse(why, -ENOTSUP, "%s: this Loft was built without modules", path);
	for (unsigned i = 0; i < plan.module_count && !err && IS_ENABLED(CONFIG_MODULES); i++)
		err = load_module(type, spec, path, plan.module[i], req, &at[i], why);
	return err;
}

static int boot(const char *type, const char *spec, struct boot_request *req, paddr_t fdt,
		struct why *why)
{
	static struct file kernel;
	char hex[20];
	int err = 0;

	if (plan.cmdline[0])
		req->bootargs = plan.cmdline;
	if (fdt) {
		snprintf(hex, sizeof(hex), "%" PRIx64, fdt);
		err = boot_option_fdt(hex, req, why);
	}
	if (!err && IS_ENABLED(CONFIG_LOCKED) && plan.options[0])
		err = trust_refuse("an option beside the FIT", why);
	if (!err && plan.options[0])
		err = boot_options_under(plan.options, plan.options_at, req, why);
	if (!err)
		err = boot_options_stored(req, why);
	if (!err)
		err = file_open(type, spec, plan.kernel, &kernel, why);
	req->source = &kernel.source;
	return err ? err : boot_run(req, why);
}

int loftcfg_run(const struct extlinux_files *files, const char *type, const char *spec,
		const char *path, struct why *why)
{
	struct boot_request req = { 0 };
	paddr_t module[LOFTCFG_MODULES_MAX] = { 0 };
	uint64_t fdt_size;
	paddr_t fdt;
	int err = read_text(type, spec, path, why);

	if (err)
		return err;
	err = extlinux_load(files, plan.initrd, "ramdisk_addr_r", &req.initrd_start,
			    &req.initrd_size, why);
	if (!err)
		err = extlinux_load(files, plan.fdt, "fdt_addr_r", &fdt, &fdt_size, why);
	if (!err)
		err = load_modules(type, spec, path, &req, module, why);
	if (!err)
		err = boot(type, spec, &req, fdt_size ? fdt : 0, why);
	for (unsigned i = 0; i < LOFTCFG_MODULES_MAX; i++)
		if (module[i])
			(void)!memmap_release(&machine.mem, module[i]);
	return err;
}
