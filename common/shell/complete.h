/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/edit/complete.h"
#include "lib/base/table.h"

/** complete_tab() - the Tab key of a line for the shell (struct lineedit.tab) */
bool complete_tab(struct lineedit *le);

/*
 * What a hook in struct cmd may call, for the word that stands at c->argc - 1 (the command itself
 * is word 0), besides complete_offer().
 */

/** complete_string() - complete_offer() of a whole string */
void complete_string(struct complete *c, const char *name);

/** complete_commands() - offer commands and functions; to a word with a dot those with a width */
void complete_commands(struct complete *c);

/** complete_variables() - offer the variables that are set; behind a '$' the shell's own, too */
void complete_variables(struct complete *c);

/**
 * struct complete_files - somewhere with files that have names
 * @offer: calls complete_offer() for each of them; unable to read them, it offers none
 *
 * Registered by  TABLE_ENTRY(complete_files_table, struct complete_files, ...) = { ... };
 */
struct complete_files {
	void (*offer)(struct complete *c);
};

/** complete_files() - offer the names of files, wherever there are some */
void complete_files(struct complete *c);
