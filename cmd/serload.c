/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/serload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "arch/cpu.h"
#include "cmd/baud.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/console/speed.h"
#include "common/env/env.h"
#include "lib/base/num.h"

#define ESC 0x1b

/* ---- the line's speed */

static unsigned int speed(void)
{
	return IS_ENABLED(CONFIG_CONSOLE_SPEED) ? console_baud() : CONSOLE_BAUD;
}

static void switch_back(unsigned int baud)
{
	struct why why;

	printf("## Switch baudrate to %u bps and press ESC ...\n", baud);
	console_drain();
	if (console_set_baud(baud, &why))
		return;
	udelay(50000);
	(void)!baud_wait_key(ESC, ESC);
}

static int parse_baud(const char *text, unsigned int *baud)
{
	uint64_t value;

	if (num_parse(text, 10, &value) || !value || value > UINT32_MAX) {
		printf("## Baudrate %s bps not supported\n", text);
		return -EINVAL;
	}
	*baud = (unsigned int)value;
	if (*baud == speed() || IS_ENABLED(CONFIG_CONSOLE_SPEED))
		return 0;
	printf("## Baudrate %u bps not supported\n", *baud);
	return -EINVAL;
}

/* ---- what is printed */

static void print_total(uint64_t size, paddr_t start)
{
	printf("## Total Size      = 0x%08" PRIx64 " = %" PRIu64 " Bytes\n", size, size);
	printf("## Start Addr      = 0x%08" PRIX64 "\n", start);
}

/* "fileaddr_2", of a batch. */
static void set_numbered(const char *name, unsigned int number, uint64_t value)
{
	char numbered[24];

	snprintf(numbered, sizeof(numbered), "%s_%u", name, number);
	(void)!env_set_hex(numbered, value);
}

static void report_files(const struct serload_job *job)
{
	uint64_t total = 0;
	unsigned int i;

	for (i = 0; i < job->file_count; i++) {
		const struct serload_file *file = &job->file[i];

		total += file->size;
		if (file->name[0])
			printf("## %s: 0x%" PRIx64 " Bytes at 0x%08" PRIx64 "\n", file->name,
			       file->size, file->start);
		(void)!env_set_hex("fileaddr", file->start);
		(void)!env_set_hex("filesize", file->size);
		if (job->file_count < 2)
			continue;
		set_numbered("fileaddr", i + 1, file->start);
		set_numbered("filesize", i + 1, file->size);
	}
	if (!job->file_count)
		printf("## No file came\n");
	else
		print_total(total, job->file[0].start);
}

static void report_records(const struct serload_job *job)
{
	const bool any = job->low <= job->last;
	const paddr_t low = any ? job->low : 0;
	const uint64_t size = any ? job->last - low + 1 : 0;

	printf("## First Load Addr = 0x%08" PRIX64 "\n", low);
	printf("## Last  Load Addr = 0x%08" PRIX64 "\n", any ? job->last : 0);
	print_total(size, job->rx.srec.entry);
	(void)!env_set_hex("fileaddr", low);
	(void)!env_set_hex("filesize", size);
}

static int report(const struct serload_cmd *cmd, const struct serload_job *job, int err)
{
	const unsigned int repeats = job->rx.base.repeats;

	printf("\n"); /* the protocol left the cursor anywhere */
	if (repeats)
		printf("## %u block%s sent again\n", repeats, repeats == 1 ? " was" : "s were");
	if (!err && cmd->format)
		report_files(job);
	else if (!err)
		report_records(job);
	if (!err)
		return 0;
	printf("%s: %s\n", cmd->name, job->rx.base.why.text);
	if (cmd->format)
		printf("## Binary (%s) download aborted\n", cmd->format);
	else
		printf("## S-Record download aborted\n");
	return err;
}

/* ---- the command */

static int prepare(const struct serload_cmd *cmd, uint64_t arg, struct serload_job **job)
{
	struct why why;
	int err = cmd->format ? serload_prepare(cmd->name, arg, job, &why)
			      : serload_prepare_records(cmd->name, job, &why);

	if (err)
		printf("%s: %s\n", cmd->name, why.text);
	return err;
}

static int transfer(const struct serload_cmd *cmd, struct serload_job *job, uint64_t arg)
{
	if (cmd->format)
		printf("## Ready for binary (%s) download to 0x%08" PRIX64 " at %u bps...\n",
		       cmd->format, arg, speed());
	else
		printf("## Ready for S-Record download ...\n");
	console_drain();
	cmd->start(job, arg);
	return report(cmd, job, serload_run(job, cmd->step));
}

int serload_command(const struct serload_cmd *cmd, int argc, char *const argv[])
{
	uint64_t arg = cmd->format ? env_get_hex("loadaddr", 0) : 0;
	const unsigned int old = speed();
	unsigned int baud = old;
	struct serload_job *job;
	int err;

	if ((argc > 1 && cmd_number(argv[1], cmd->format ? "addr" : "off", &arg)) ||
	    (argc > 2 && parse_baud(argv[2], &baud)))
		return -EINVAL;
	err = prepare(cmd, arg, &job);
	if (IS_ENABLED(CONFIG_CONSOLE_SPEED) && !err && baud != old)
		err = baud_switch(baud);
	if (err)
		return err;
	err = transfer(cmd, job, arg);
	if (IS_ENABLED(CONFIG_CONSOLE_SPEED) && baud != old)
		switch_back(old);
	return err;
}
