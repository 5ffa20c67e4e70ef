/* SPDX-License-Identifier: BSD-2-Clause */
/* What bootflow found, for bootdev (CONFIG_BOOTSTD_FULL). */
#pragma once

#include "drivers/block/block.h"

/** bootflow_count() - how many bootflows of a disk are known, and how many of them could boot */
unsigned int bootflow_count(const struct blk *blk, unsigned int *valid);
