/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/console/version.h"

#include "generated/version.h"
#include "lib/base/types.h"

const char version_tools[] = LOFT_CC "\n" LOFT_LD;
const char version_text[] =
	SELECT_IF(CONFIG_RIG, "U-Boot 2023.01 as ", "") "Loft " LOFT_VERSION " (" LOFT_DATE ")";
