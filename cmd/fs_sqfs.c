/* SPDX-License-Identifier: BSD-2-Clause */
/* ls, load and size of squashfs: what scripts call them. */
#include "cmd/files.h"
#include "common/shell/cmd.h"

FILES_COMMAND(sqfsls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
FILES_COMMAND(sqfsload, 7, files_load, "load binary file from a SquashFS filesystem",
	      FILES_LOAD_ARGS);
FILES_COMMAND(sqfssize, 4, files_size, "determine a file's size", FILES_SIZE_ARGS);
