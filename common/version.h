/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/** version_text - the sign-on line, without a newline: what `version` repeats */
extern const char version_text[];
