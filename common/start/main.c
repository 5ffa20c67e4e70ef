// SPDX-License-Identifier: BSD-2-Clause
/* Home: the console, what the machine is, the environment, and then a kernel or the prompt. */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "arch/sections.h"
#include "arch/cpu.h"
#include "arch/psci.h"
#include "common/shell/autoboot.h"
#include "common/board.h"
#include "common/fdt/uart.h"
#include "common/console/bootstage.h"
#include "common/console/console.h"
#include "common/console/init.h"
#include "common/fdt/fdt.h"
#include "common/image/linux.h"
#include "common/mem/home.h"
#include "common/start/early.h"
#include "common/env/env.h"
#include "common/handoff/return.h"
#include "common/console/log.h"
#include "common/shell/shell.h"
#include "common/console/version.h"
#include "lib/base/log.h"
#include "lib/base/printable.h"
#include "lib/base/types.h"

/* What the FDT names as the console, and no driver knows; NULL: the console is what it names. */
static const char *undriven;

/* The UART that the FDT names; where it names none, or one that no driver knows, the board's. */
static void console_start(void)
{
	const struct device named = {
		.compatible = machine.console_compatible,
		.compatible_len = machine.console_compatible_len,
		.base = machine.console_base,
		.node = machine.console_node,
	};
	struct serial_node node;

	if (named.compatible) {
		fdt_uart(machine.fdt, &named, &node);
		if (!console_init(&node))
			return;
		undriven = named.compatible;
	}
	node = board_console();
	if (console_init(&node))
		cpu_halt(); /* a board whose console has no driver: nothing can be said */
}

static void print_size(uint64_t bytes)
{
	if (bytes % GIB == 0)
		printf("%llu GiB", (unsigned long long)(bytes / GIB));
	else
		printf("%llu MiB", (unsigned long long)(bytes / MIB));
}

/* By path the first; 0 is the root, which stands for the list of reservations. */
static void print_skipped(void)
{
	char path[128] = "";
	struct printable shown;

	if (!machine.skipped_node ||
	    fdt_get_path(machine.fdt, machine.skipped_node, path, sizeof(path)))
		snprintf(path, sizeof(path), "a node");
	printf("FDT:   %s", printable(&shown, path));
	if (machine.skipped > 1)
		printf(" and %u more nodes", machine.skipped - 1);
	printf(" make%s no sense, left out\n", machine.skipped > 1 ? "" : "s");
}

static void sign_on(void)
{
	struct printable shown;
	uint64_t dram = 0;

	for (unsigned i = 0; i < machine.mem.bank_count; i++)
		dram += machine.mem.bank[i].size;
	printf("\n%s\n\nCPU:   %s, entered at EL%u\nModel: %s\nDRAM:  ", version_text,
	       cpu_name(cpu_midr()), loft.entry_el, machine.model ? machine.model : board.name);
	print_size(dram);
	printf("\n");
	if (undriven)
		printf("UART:  the device tree's '%s' has no driver: this is the board's\n",
		       printable(&shown, undriven));
	if (machine.banks_left_out)
		printf("DRAM:  more than %d banks: what %u nodes add to them is not used\n",
		       MEMMAP_BANKS_MAX, machine.banks_left_out);
	if (machine.skipped)
		print_skipped();
	if (machine.initrd_stale)
		printf("FDT:   the ramdisk at 0x%llx is not in DRAM: ignored\n",
		       (unsigned long long)machine.initrd_stale);
}

/* What is left where the image was started must not look like a kernel to autoboot. */
static void forget_start(void)
{
	const struct mem_range *r = memmap_owner(&machine.mem, loft.started, LINUX_HEADER_SIZE);

	/* Neither page 0 nor what the tree excepts is mapped: nothing looks for one there. */
	if (loft.started && !start_in_flash(&board.start, loft.started) &&
	    !(r && r->flags & MEM_NOMAP) &&
	    memmap_is_dram(&machine.mem, loft.started, LINUX_HEADER_SIZE))
		*(volatile uint32_t *)(loft.started + LINUX_MAGIC_OFFSET) = 0;
}

/* What had to be booted has been; whoever watches a file goes on with that. */
static bool came_back(void)
{
	char line[RETURN_NAME_MAX + 32];

	if (!IS_ENABLED(CONFIG_RETURN_TO_LOADER) || !return_back())
		return false;
	printf("Back from a kernel; `fault` shows how it ended\n");
	if (return_watch()->name[0]) {
		snprintf(line, sizeof(line), "watch hostfs '%s'", return_watch()->name);
		(void)shell_run(line);
	}
	return true;
}

void loft_main(void)
{
	loft.map.arena = &loft.arena; /* it was built in the scratch */
	forget_start();
	if (IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		return_prepare(); /* before anything that the next start must find as it was */
	bootstage_mark("at home");
	if (IS_ENABLED(CONFIG_LOG))
		log_start();
	console_start();	      /* after the move: drivers are found by relocated pointers */
	sign_on();
	psci_use(&machine.psci_ids);
	log_info("entered at 0x%llx, moved to 0x%llx", (unsigned long long)loft.started,
		 (unsigned long long)(uintptr_t)__image_start);
	bootstage_mark("signed on");
	env_init();
	bootstage_mark("environment");
	if (!came_back())
		autoboot();
	bootstage_mark("prompt");
	if (IS_ENABLED(CONFIG_LOG))
		log_capturing(false);
	shell_loop(&autoboot_idle);
}
