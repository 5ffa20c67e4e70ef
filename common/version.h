/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/** loft_version - the sign-on line, without a newline: what `version` repeats */
extern const char loft_version[];
