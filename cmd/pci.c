/* SPDX-License-Identifier: BSD-2-Clause */
/* pci: functions, their BARs and registers. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/console/console.h"
#include "common/shell/cmd.h"
#include "common/source/pci.h"
#include "lib/base/num.h"

static const char *class_name(unsigned int class)
{
	static const char *const names[] = {
		"Build before PCI Rev2.0",
		"Mass storage controller",
		"Network controller",
		"Display controller",
		"Multimedia device",
		"Memory controller",
		"Bridge device",
		"Simple comm. controller",
		"Base system peripheral",
		"Input device",
		"Docking station",
		"Processor",
		"Serial bus controller",
		"Intelligent controller",
		"Satellite controller",
		"Cryptographic device",
		"DSP",
	};

	return class < ARRAY_SIZE(names) ? names[class] : "Does not fit any class";
}

static void print_function(const struct pci_function *fn)
{
	printf("%02x.%02x.%02x   0x%04x     0x%04x     %-23s 0x%02" PRIx32 "\n", fn->bdf >> 8,
	       fn->bdf >> 3 & 0x1f, fn->bdf & 7, fn->vendor, fn->device,
	       class_name(fn->class_code >> 16), fn->class_code >> 8 & 0xff);
}

/* @bus: -1: all */
static int list(int bus)
{
	struct pci_function fn = { 0 };
	unsigned int host = 0, last = UINT32_MAX;

	if (!pci_host(0)) {
		printf("pci: there is no host bridge here\n");
		return -ENODEV;
	}
	if (bus >= 0)
		printf("Scanning PCI devices on bus %d\n", bus);
	while (pci_walk(&fn, &host)) {
		if (bus >= 0 && fn.bdf >> 8 != bus)
			continue;
		if (last == UINT32_MAX)
			printf("BusDevFun  VendorId   DeviceId   Device Class       Sub-Class\n"
			       "_____________________________________________________________\n");
		last = fn.bdf;
		print_function(&fn);
		if (console_ctrlc())
			return -EINTR;
	}
	return 0;
}

/* "b.d.f", hexadecimal */
static int find(const char *text, struct pci_function *fn)
{
	static const unsigned int limits[] = { 255, 31, 7 };
	unsigned int host = 0, number[3] = { 0 };

	for (unsigned int i = 0; i < 3; i++) {
		const size_t digits = strcspn(text, ".");
		char part[4];
		uint64_t value;

		if (!digits || digits >= sizeof(part) || !!text[digits] != (i < 2))
			return CMD_USAGE;
		memcpy(part, text, digits);
		part[digits] = '\0';
		if (num_parse(part, 16, &value) || value > limits[i])
			return CMD_USAGE;
		number[i] = (unsigned int)value;
		text += digits + (i < 2);
	}
	*fn = (struct pci_function){ 0 };
	while (pci_walk(fn, &host))
		if (fn->bdf == (number[0] << 8 | number[1] << 3 | number[2]))
			return 0;
	printf("No such device\n");
	return -ENODEV;
}

static int bars(const struct pci_function *fn)
{
	struct pci_bar bar;

	printf("ID   Base                Size                Width  Type\n"
	       "----------------------------------------------------------\n");
	for (unsigned int n = 0; n < PCI_BARS; n++) {
		if (pci_bar(fn, n, &bar))
			continue;
		printf(" %u   0x%016" PRIx64 "  0x%016" PRIx64 "  %-5d  %s   %s\n", n, bar.base,
		       bar.size, bar.is_64 ? 64 : 32, bar.is_io ? "I/O" : "MEM",
		       bar.prefetchable ? "Prefetchable" : "");
	}
	return 0;
}

static int display(const struct pci_function *fn, const char *count)
{
	uint64_t bytes = 64;

	if (count && (num_parse(count, 16, &bytes) || !bytes || bytes > 4096))
		return CMD_USAGE;
	for (unsigned int at = 0; at < bytes; at += 4) {
		if (at % 16 == 0)
			printf("%s%08x:", at ? "\n" : "", at);
		printf(" %08" PRIx32, pci_read32(fn, at));
	}
	printf("\n");
	return 0;
}

static int do_pci(int argc, char *const argv[])
{
	struct pci_function fn;
	uint64_t bus;
	int err;

	if (argc == 1 || (argc == 2 && !strcmp(argv[1], "*")))
		return list(-1);
	if (argc == 2 && !num_parse(argv[1], 16, &bus) && bus < 256)
		return list((int)bus);
	if (argc == 2 && !strcmp(argv[1], "enum")) {
		(void)pci_host(0);
		return 0;
	}
	if (argc < 3 ||
	    (strcmp(argv[1], "bar") && strcmp(argv[1], "display") && strcmp(argv[1], "display.l")))
		return CMD_USAGE;
	err = find(argv[2], &fn);
	if (err)
		return err;
	return argv[1][0] == 'b' ? bars(&fn) : display(&fn, argc > 3 ? argv[3] : NULL);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_pci) = {
	.name = "pci",
	.max_args = 4,
	.run = do_pci,
	.brief = "list and access PCI Configuration Space",
	.usage = "[bus|*]\n"
		 "	- the functions of a bus, or of all\n"
		 "pci enum\n"
		 "	- number buses and BARs, which the first use does, too\n"
		 "pci bar b.d.f\n"
		 "	- where a function's registers lie\n"
		 "pci display[.l] b.d.f [bytes]\n"
		 "	- configuration space",
};
