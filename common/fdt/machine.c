// SPDX-License-Identifier: BSD-2-Clause
#include "common/fdt/fdt.h"

struct machine machine;
