/* SPDX-License-Identifier: BSD-2-Clause */
/* ls, load and size of erofs: what scripts call them. */
#include "cmd/files.h"
#include "common/shell/cmd.h"

FILES_COMMAND(erofsls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
FILES_COMMAND(erofsload, 7, files_load, "load binary file from an EROFS filesystem",
	      FILES_LOAD_ARGS);
FILES_COMMAND(erofssize, 4, files_size, "determine a file's size", FILES_SIZE_ARGS);
