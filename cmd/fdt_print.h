/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/** do_fdt_print(), do_fdt_list() - print [path [prop]], the whole subtree or one level of it */
int do_fdt_print(int argc, char *const argv[]);
int do_fdt_list(int argc, char *const argv[]);

/** do_fdt_get() - get value|name|addr|size: something of the tree into a variable */
int do_fdt_get(int argc, char *const argv[]);

/** do_fdt_header() - header [get var member] */
int do_fdt_header(int argc, char *const argv[]);

/** fdt_node_at() - the node that a path or alias names; -ENOENT after the line that says so */
int fdt_node_at(const char *path);
