/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/extlinux: PURE: menus of kernels: extlinux.conf, and the files of pxelinux.cfg.
 * In:    the text of a file, and of those that it includes
 * Out:   labels, each with kernel, ramdisk, tree and command line; default and timeout
 * Uses:  base
 */
/*
 * The words are Syslinux's, with those of the Boot Loader Specification's extlinux.conf for device
 * trees; upper and lower case are the same. What only looks (colours, pictures) is passed over.
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define EXTLINUX_LABELS	  64
#define EXTLINUX_INCLUDES 8
#define EXTLINUX_SAYS	  16

/** struct extlinux_text - a part of the file, without an end of its own; @at NULL: not given */
struct extlinux_text {
	const char *at;
	size_t size;
};

/**
 * struct extlinux_label - one way to boot
 * @name:     what follows "label"
 * @title:    "menu label", with the ^ that marks a key
 * @append:   its own command line, else that of all labels
 * @localboot: not from here, but whatever comes next
 * @ipappend: 1: ip= with the addresses; 2: BOOTIF= with the MAC address; 3: both
 */
struct extlinux_label {
	struct extlinux_text name, title, kernel, initrd, append, fdt, fdtdir, overlays;
	bool localboot;
	unsigned int ipappend;
};

/** struct extlinux_say - a line to print when @label boots; NULL: before the menu */
struct extlinux_say {
	const struct extlinux_label *label;
	struct extlinux_text text;
};

/**
 * struct extlinux - what the files say; all zero at first
 * @title:    "menu title"
 * @append:   of labels that have none
 * @first:    the label that "default" names, or its number
 * @marked:   number from 1 of the label with "menu default"; 0: none
 * @include:  files to be read by extlinux_parse() after this one, in order
 * @say:      in the order of the files; more than EXTLINUX_SAYS are left out
 * @timeout:  seconds until the default boots, rounded up; 0: none was given
 * @prompt:   ask even where a default is given
 * @at_once:  a timeout below 0: don't ask
 * @ignored:  the first word that means nothing here, @ignored_line its line
 */
struct extlinux {
	struct extlinux_text title, append, first, ignored;
	struct extlinux_label label[EXTLINUX_LABELS];
	struct extlinux_text include[EXTLINUX_INCLUDES];
	struct extlinux_say say[EXTLINUX_SAYS];
	unsigned int labels, includes, says, marked, timeout, ignored_line;
	bool prompt, at_once;
};

/**
 * extlinux_parse() - take a file in
 * @x:    as it is after the files before
 * @text: any bytes; must stay as long as @x is used
 * @why:  the sentence, with the line
 *
 * Errors: -EINVAL a value is missing, or is no number; -ENOSPC too many labels or includes;
 *         -ENOEXEC it has a NUL: no text
 * Spec:   The Boot Loader Specification of the U-Boot and Syslinux documents ("Syslinux/Config")
 */
int __must_check extlinux_parse(struct extlinux *x, const char *text, size_t size, struct why *why);

/** extlinux_default() - the label that boots when nobody chooses; NULL: none was named */
const struct extlinux_label *extlinux_default(const struct extlinux *x);

/** extlinux_find() - the label of a name, or of a number from 1; NULL: there is none */
const struct extlinux_label *extlinux_find(const struct extlinux *x, const char *choice);

/** extlinux_append() - a label's command line, its own or that of all; NULL @at: none given */
struct extlinux_text extlinux_append(const struct extlinux *x, const struct extlinux_label *label);

/**
 * extlinux_copy() - a part as a string
 *
 * Errors: -E2BIG it has more than @room - 1 bytes; @out is then ""
 */
int __must_check extlinux_copy(struct extlinux_text text, char *out, size_t room);
