/* SPDX-License-Identifier: BSD-2-Clause */
/* ms: find values, objects in a row, or text (ms.s). */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/mem.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "lib/base/hexdump.h"

#define WANTED_MAX    64 /* bytes */
#define DEFAULT_LIMIT 10

struct search {
	struct mem_span span; /* what is still to be searched */
	paddr_t end;
	uint8_t wanted[WANTED_MAX];
	unsigned int wanted_bytes;
	uint64_t limit, matches;
	paddr_t last; /* match */
	bool quiet;
	paddr_t line;	 /* the last one printed */
	bool printed;
};

static bool matches_at(const struct search *s, paddr_t at)
{
	for (unsigned int i = 0; i < s->wanted_bytes; i += s->span.width) {
		uint64_t value = 0;

		memcpy(&value, s->wanted + i, s->span.width);
		if (mem_load(at + i, s->span.width) != value)
			return false;
	}
	return true;
}

static void show_line(paddr_t line, paddr_t end, unsigned int width)
{
	unsigned int count = (unsigned int)(MIN(end - line, (uint64_t)HEXDUMP_BYTES) / width);
	uint64_t bytes[HEXDUMP_BYTES / 8] = { 0 };
	char text[HEXDUMP_LINE_SIZE];

	for (unsigned int i = 0; i < count; i++)
		mem_store((paddr_t)bytes + i * width, width, mem_load(line + i * width, width));
	console_write(text, hexdump_line(text, line, bytes, width, count));
}

/* The lines of a match; one that an earlier match has shown is not shown again. */
static void show(struct search *s, paddr_t at)
{
	paddr_t line = ALIGN_DOWN(at, (uint64_t)HEXDUMP_BYTES);
	paddr_t last = ALIGN_DOWN(at + s->wanted_bytes - 1, (uint64_t)HEXDUMP_BYTES);

	if (s->printed && line <= s->line)
		line = s->line + HEXDUMP_BYTES;
	else if (s->printed)
		printf("--\n");
	for (; line <= last; line += HEXDUMP_BYTES) {
		show_line(line, s->end, s->span.width);
		s->line = line;
		s->printed = true;
	}
}

static int search(struct search *s)
{
	paddr_t at = s->span.start;

	for (uint64_t i = 0; s->end - at >= s->wanted_bytes && s->matches < s->limit;
	     i++, at += s->span.width) {
		if (i % MEM_POLL_BYTES == 0 && console_ctrlc())
			return -EINTR;
		if (!matches_at(s, at))
			continue;
		s->matches++;
		s->last = at;
		if (!s->quiet)
			show(s, at);
	}
	if (!s->quiet)
		printf("%" PRIu64 " match%s%s\n", s->matches, s->matches == 1 ? "" : "es",
		       s->matches == s->limit ? " (repeat command to check for more)" : "");
	if (env_set_hex("memmatches", s->matches) || env_set_hex("memaddr", s->last) ||
	    env_set_hex("mempos", s->matches ? (s->last - s->span.start) / s->span.width : 0))
		return CMD_FAILED;
	s->span.start = at;
	return s->matches ? 0 : CMD_FAILED;
}

static int add_text(struct search *s, const char *text)
{
	size_t len = strlen(text);

	if (len > sizeof(s->wanted) - s->wanted_bytes)
		return -E2BIG;
	memcpy(s->wanted + s->wanted_bytes, text, len);
	s->wanted_bytes += (unsigned int)len;
	return 0;
}

static int add_value(struct search *s, const char *word)
{
	uint64_t value;
	int err = cmd_number(word, "ms: value", &value);

	if (err)
		return err;
	if (s->span.width < 8 && value >> s->span.width * 8) {
		printf("ms: 0x%" PRIx64 " does not fit in %u bits\n", value, s->span.width * 8);
		return -ERANGE;
	}
	if (s->span.width > sizeof(s->wanted) - s->wanted_bytes)
		return -E2BIG;
	memcpy(s->wanted + s->wanted_bytes, &value, s->span.width);
	s->wanted_bytes += s->span.width;
	return 0;
}

static int options(struct search *s, int argc, char *const argv[], int *used)
{
	for (*used = 1; *used < argc && argv[*used][0] == '-'; ++*used) {
		const char *word = argv[*used];

		if (!strcmp(word, "-q"))
			s->quiet = true;
		else if (word[1] != 'l' || cmd_number(word + 2, "ms: limit", &s->limit))
			return CMD_USAGE;
	}
	return argc - *used < 3 ? CMD_USAGE : 0;
}

static int parse(struct search *s, int argc, char *const argv[])
{
	bool text = !strcmp(argv[0], "ms.s");
	int i, err;

	*s = (struct search){ .limit = DEFAULT_LIMIT };
	s->span.width = text ? 1 : cmd_width(argv[0], 4);
	err = options(s, argc, argv, &i);
	if (err)
		return err;
	if (mem_address(argv[i], "ms: address", &s->span.start) ||
	    cmd_number(argv[i + 1], "ms: count", &s->span.count) ||
	    mem_span_check(argv[0], &s->span))
		return -EINVAL;
	for (i += 2; i < argc; i++) {
		err = text ? add_text(s, argv[i]) : add_value(s, argv[i]);
		if (err == -E2BIG)
			printf("ms: no more than %u bytes can be searched for\n", WANTED_MAX);
		if (err)
			return err;
	}
	s->end = s->span.start + mem_span_bytes(&s->span);
	return s->wanted_bytes ? 0 : CMD_USAGE;
}

static int do_ms(int argc, char *const argv[])
{
	static struct search s;

	if (!cmd_is_repeat()) {
		int err = parse(&s, argc, argv);

		if (err) {
			s.end = s.span.start = 0;
			return err;
		}
	}
	s.matches = 0;
	s.last = 0;
	s.printed = false;
	return search(&s);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_ms) = {
	.name = "ms",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.sized = true,
	.run = do_ms,
	.brief = "memory search",
	.usage = "[.b, .w, .l, .q] [-q] [-l<limit>] address #-of-objects <value> [<value>...]\n"
		 "ms.s [-q] [-l<limit>] address #-of-bytes <text> [<text>...]\n"
		 "	-q: nothing is printed; -l: how many matches, 10 unless told\n"
		 "	sets memmatches, memaddr, mempos; an empty line searches on",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_ms_text) = {
	.name = "ms.s",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_ms,
	.brief = "memory search for text",
	.usage = "[-q] [-l<limit>] address #-of-bytes <text> [<text>...]",
};
