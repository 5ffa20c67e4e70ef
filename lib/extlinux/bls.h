/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bls.h - /loader/entries/NAME.conf, a file for each way to boot
 *
 * Spec: UAPI Group Specifications, "Boot Loader Specification", type #1; "Version Format";
 *       systemd's "Automatic Boot Assessment" for what stands behind a + in a name
 */
#pragma once

#include "lib/extlinux/extlinux.h"

#define BLS_OPTIONS 8 /* lines of them in one file */
#define BLS_INITRDS 4

/**
 * struct bls_entry - what a file says; parts of its text
 * @passed: it is not for us: another architecture, no kernel, more lines than there is room for
 */
struct bls_entry {
	struct extlinux_text title, version, sort_key, machine_id, kernel, devicetree, overlays;
	struct extlinux_text initrd[BLS_INITRDS], options[BLS_OPTIONS];
	unsigned int initrd_count, option_count;
	bool passed;
};

/** bls_parse() - read an entry; any bytes, which must stay as long as @entry is used */
void bls_parse(struct bls_entry *entry, const char *text, size_t size);

/** bls_is_entry() - NAME.conf: the name of an entry's file? */
bool bls_is_entry(const char *name);

/** bls_tries_left() - "NAME+3-1.conf": 3; an entry that does not count has UINT32_MAX */
uint32_t bls_tries_left(const char *name);

/**
 * bls_next_try() - the name that an entry's file gets before it is booted: "NAME+2-2.conf" after
 * "NAME+3-1.conf"
 *
 * Return: false: it does not count, or has no tries left, or its name does not fit; it stays
 */
bool bls_next_try(const char *name, char *out, size_t room);

/** bls_id_length() - "NAME+3-1.conf", "NAME.conf": how long NAME is; bls_is_entry(@name) */
size_t bls_id_length(const char *name);

/** bls_version_compare() - less, equal or greater than 0, by the version format */
int bls_version_compare(const char *a, const char *b);
