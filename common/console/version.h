/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/** version_text - the sign-on line, without a newline: what `version` repeats */
extern const char version_text[];

/** version_tools - the compiler's line and the linker's, of what built this */
extern const char version_tools[];
