/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/disk.h"
#include "common/shell/cmd.h"

DISK_COMMAND(scsi, "SCSI sub-system");
