/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands about files share. */
#pragma once

#include "common/shell/cmd.h"
#include "common/source/file.h"

/**
 * files_open() - file_open() for a command
 * @command: its name; fat..., ext..., sqfs..., erofs... and btr... want that file system
 *
 * Errors: as file_open(); -ENODEV another file system
 */
int __must_check files_open(const char *command, const char *type, const char *spec,
			    const char *path, struct file *file, struct why *why);

/**
 * files_mount() - volume_open() for a command; as files_open()
 */
int __must_check files_mount(const char *command, const char *type, const char *spec,
			     struct fs **fs, struct why *why);

/** files_load() - load, and its other names */
int files_load(int argc, char *const argv[]);

/** files_size() - size, and its other names */
int files_size(int argc, char *const argv[]);

/** files_save() - save, and its other names */
int files_save(int argc, char *const argv[]);

/** files_ls() - ls, and its other names */
int files_ls(int argc, char *const argv[]);

/** files_info() - fsinfo, and its other names */
int files_info(int argc, char *const argv[]);

struct complete;

/** files_complete() - struct cmd.complete of commands with a kind, a disk, (an address,) a path */
void files_complete(struct complete *c);

/** FILES_COMPLETE - that hook, where there is one */
#define FILES_COMPLETE (IS_ENABLED(CONFIG_CMD_FS_COMPLETE) ? files_complete : NULL)

/** FILES_COMMAND() - a command about files, which Tab completes */
#define FILES_COMMAND(word, args, function, about, how)                            \
	TABLE_ENTRY(cmd_table, struct cmd, cmd_##word) = { .name = #word,    \
							   .max_args = args, \
							   .run = function,  \
							   .brief = about,   \
							   .usage = how,     \
							   .complete = FILES_COMPLETE }

#define FILES_LS_ARGS	"<interface> [<dev[:part]> [directory]]"
#define FILES_INFO_ARGS "<interface> [<dev[:part]>]"
#define FILES_LOAD_ARGS "<interface> [<dev[:part]> [<addr> [<filename> [bytes [pos]]]]]"
#define FILES_SAVE_ARGS "<interface> <dev[:part]> <addr> <filename> <bytes> [pos]"
#define FILES_SIZE_ARGS "<interface> <dev[:part]> <filename>"
