/* SPDX-License-Identifier: BSD-2-Clause */
/* What images say of themselves, in U-Boot's lines. */
#pragma once

#include "common/image/fit.h"
#include "lib/pack/uimage.h"

/** image_print_size() - "LABEL12345 Bytes = 12.1 KiB" */
void image_print_size(const char *label, uint32_t size);

/** uimage_print() - the lines of a header, from "Image Name" to "Entry Point" */
void uimage_print(const struct uimage *image);

/** uimage_print_parts() - the parts of a multi-file image and of a script; others have none */
void uimage_print_parts(const struct uimage *image);

/** fit_print_text() - a property that is text, after its label */
void fit_print_text(const struct fit *fit, int node, const char *label, const char *property);

/**
 * fit_print_hashes() - check all digests of an image: "sha256+ " for each, " error!" at the first
 *                      that is not right
 *
 * Errors: as fit_check_hash()
 */
int __must_check fit_print_hashes(const struct fit *fit, int node, struct why *why);

/** fit_print_signatures() - who says to have signed an image or a configuration, and by what */
void fit_print_signatures(const struct fit *fit, int node);

/** fit_print_image() - the lines of an image of a FIT, from "Description" to its hashes */
void fit_print_image(const struct fit *fit, int node);
