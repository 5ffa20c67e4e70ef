/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/version.h"

#include "generated/version.h"

const char loft_version[] = "Loft " LOFT_VERSION " (" LOFT_DATE ")";
