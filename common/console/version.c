/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/console/version.h"

#include "generated/version.h"

const char version_tools[] = LOFT_CC "\n" LOFT_LD;
const char version_text[] = "Loft " LOFT_VERSION " (" LOFT_DATE ")";
