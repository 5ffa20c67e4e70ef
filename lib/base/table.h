/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * A set of things that each stand in their own file: commands, drivers, image formats.
 *
 *	TABLE_ENTRY(cmd_table, struct cmd, cmd_go) = { .name = "go", ... };
 *	TABLE_FOREACH(cmd_table, struct cmd, cmd) printf("%s\n", cmd->name);
 *
 * The section holds pointers and not the things: a compiler may pad things, and then the loop
 * steps wrongly. The linker makes __start_ and __stop_; `retain` keeps --gc-sections from dropping
 * what nobody calls. The order is the linker's: sort where it shows. The pointers are relocated,
 * so a table is empty talk before Loft has moved home.
 */
#define TABLE_ENTRY(table, type, id)                                                               \
	static const type id;                                                                      \
	TABLE_KEEP_(table) static const type *const table##_##id = &id;                            \
	static const type id
#define TABLE_KEEP_(table) __attribute__((used, retain, section(#table)))

#define TABLE_FOREACH(table, type, p)                                                              \
	for (const type *const *p##_slot = TABLE_START_(table, type), *p;                          \
	     p##_slot < TABLE_STOP_(table, type) && ((p = *p##_slot), 1); p##_slot++)

/* The bounds are declared where they are used: a table needs no header line of its own. */
#define TABLE_START_(table, type)                                                                  \
	({                                                                                         \
		extern const type *const __start_##table[];                                        \
		__start_##table;                                                                   \
	})
#define TABLE_STOP_(table, type)                                                                   \
	({                                                                                         \
		extern const type *const __stop_##table[];                                         \
		__stop_##table;                                                                    \
	})
