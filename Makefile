# SPDX-License-Identifier: BSD-2-Clause
# Loft. `make help` lists the targets; doc/porting.md tells how a board or a file is added.
#
# Nothing here needs more than make, sh and python3 before `setup` has run: tools are only named in
# recipes, and the first recipe of all, for the included $(O)/auto.mk, depends on $(O)/.setup-build or -clang.

O ?= build
LOFT_SYSROOT ?= build/sysroot
CROSS_COMPILE ?= aarch64-linux-gnu-
PYTHON := /usr/bin/python3
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
Q := $(if $(V),,@)
say = $(if $(V),@:,@printf '  %-7s %s\n' $(1) $(2))

# Names of folders are words to make. The sources may lie anywhere: nothing is named from the root on.
one-word = $(if $(filter-out 1,$(words $($(1)))),$(error $(1)='$($(1))': make needs the name of a folder without blanks))
$(foreach v,O LOFT_SYSROOT,$(call one-word,$(v)))
# One folder has one name: it stands in the flags, and with other flags all is compiled anew.
override O := $(subst $(CURDIR)/,,$(O))
# As a shell's word, whatever folder the sources lie in.
from-root = '$(if $(filter /%,$(1)),,$(CURDIR)/)$(1)'

all: image examples

# ---- configuration ----------------------------------------------------------------------------

config-goals := menuconfig oldconfig olddefconfig savedefconfig clean distclean %_defconfig
quick-goals := help setup dist format sysroot
goals := $(or $(MAKECMDGOALS),all)

ifneq ($(and $(filter $(config-goals),$(goals)),$(word 2,$(goals))),)
# `make qemu_virt_defconfig all`: the second reads what the first wrote, or finds nothing of the old.
$(goals): in-order ;
in-order: ; $(Q)for goal in $(goals); do $(MAKE) $$goal || exit; done
.PHONY: $(goals) in-order
else

kconfig := $(PYTHON) scripts/kconfig.py $(O)
kconfig-files := $(wildcard Kconfig */Kconfig */*/Kconfig)

# The packages: .setup-build those of the image, .setup-clang the other compiler's, too, .setup-run the
# emulator, .setup-test all.
setup-groups-build := build
setup-groups-clang := build clang
setup-groups-run := run
setup-groups-test := build clang run test
$(O)/.setup-%: scripts/packages.txt scripts/setup.sh
	$(Q)CROSS_COMPILE='$(CROSS_COMPILE)' scripts/setup.sh $(setup-groups-$*)
	$(Q)mkdir -p $(O) && touch $@
ready := $(O)/.setup-$(if $(LLVM),clang,build)

# The default board, without a question, where nothing was configured.
$(O)/.config: | $(ready)
	$(Q)$(kconfig) defconfig configs/qemu_virt_defconfig

$(O)/auto.mk: $(O)/.config $(kconfig-files) scripts/kconfig.py | $(ready)
	$(Q)$(kconfig) gen

menuconfig oldconfig olddefconfig: $(O)/.config
	$(Q)$(kconfig) $@
savedefconfig: $(O)/.config
	$(Q)$(kconfig) $@ $(O)/defconfig
%_defconfig: configs/%_defconfig | $(ready)
	$(Q)$(kconfig) defconfig $<

ifneq ($(filter-out $(config-goals) $(quick-goals),$(goals)),)
include $(O)/auto.mk
endif

# autoconf.h is older than any object: when a value changes, scripts/kconfig.py makes those old which
# mention it. auto.mk says that it was looked at.
autoconf := $(O)/include/generated/autoconf.h
$(autoconf): $(O)/auto.mk ;

# ---- tools and flags ----------------------------------------------------------------------------

# $(call once,NAME,COMMAND) as the value of NAME: asks at the first use.
once = $(eval $(1) := $(shell $(2)))$($(1))

GCC := $(CROSS_COMPILE)gcc
ifdef LLVM
CC := clang --target=aarch64-linux-gnu
LD := ld.lld
NM := llvm-nm
READELF := llvm-readelf
OBJCOPY := llvm-objcopy
cc-include = $(call once,cc-include,echo $$(clang -print-resource-dir)/include)
else
CC := $(GCC)
LD := $(CROSS_COMPILE)ld
NM := $(CROSS_COMPILE)nm
READELF := $(CROSS_COMPILE)readelf
OBJCOPY := $(CROSS_COMPILE)objcopy
cc-include = $(call once,cc-include,$(GCC) -print-file-name=include)
endif
libgcc = $(call once,libgcc,$(GCC) -print-libgcc-file-name)

picolibc := $(LOFT_SYSROOT)/usr/lib/picolibc/aarch64-linux-gnu

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Werror
c-flags := -std=gnu11 -g -fno-strict-aliasing -fno-common $(warnings)

CPPFLAGS = -nostdinc -I. -Iarch/arm64/include -I$(O)/include -include $(autoconf) \
	   -isystem $(picolibc)/include -isystem $(LOFT_SYSROOT)/usr/include -isystem $(cc-include)
# tiny: every symbol within 1 MiB, one ADR instead of two instructions.
ARCHFLAGS := -march=armv8-a -mcmodel=tiny -mstrict-align -fpie
# A constant made before a loop is a register to save and restore: 1.5 KB.
gcc-size := -fno-move-loop-invariants
# Cortex-A53 835769; scripts/check-code.py looks whether the libraries need it, too.
CFLAGS := $(c-flags) $(if $(LLVM),-Oz,-Os) -ffreestanding $(ARCHFLAGS) -mfix-cortex-a53-835769 \
	  -fno-omit-frame-pointer -fno-stack-protector -fvisibility=hidden \
	  -fno-asynchronous-unwind-tables -fno-unwind-tables -ffunction-sections -fdata-sections \
	  $(if $(LLVM),,-mno-outline-atomics $(gcc-size)) -include lib/base/hidden.h
# Cortex-A53 843419: an ADR for an ADRP, and no veneers, which would be rounded up to a page.
# Addends of relocations also lie in place, as GNU ld leaves them, so that code which runs before
# the move reads right offsets.
LDFLAGS := -L $(O) -pie --no-dynamic-linker -T arch/arm64/loft.lds --gc-sections --build-id=none \
	   -z max-page-size=4096 -z text -z noexecstack --orphan-handling=error \
	   --fix-cortex-a53-843419$(if $(LLVM),,=adr) \
	   $(if $(LLVM),--apply-dynamic-relocs) --fatal-warnings --defsym=vfprintf=__i_vfprintf
LIBS = $(LOFT_SYSROOT)/usr/lib/aarch64-linux-gnu/libfdt.a \
       $(LOFT_SYSROOT)/usr/lib/aarch64-linux-gnu/libdeflate.a \
       $(LOFT_SYSROOT)/usr/lib/aarch64-linux-gnu/libbearssl.a \
       $(picolibc)/lib/release/libc.a $(libgcc)

# ---- sources ------------------------------------------------------------------------------------

# Each folder with a Makefile in it; of the boards, the chosen one's and what boards share.
layers := lib arch common fs net cmd drivers
dirs := $(patsubst %/Makefile,%,$(wildcard $(foreach l,$(layers),$(l)/Makefile $(l)/*/Makefile $(l)/*/*/Makefile))) \
	$(if $(CONFIG_BCM283X),board/raspi) $(addprefix board/,$(BOARD))

# Where the instructions of a boot are spent; everything else is built for size.
hot := -O2 $(if $(LLVM),,-fno-align-functions -fno-align-loops -fno-align-jumps -fmove-loop-invariants)
# Runs with the MMU off: no FP, no loop made into a call of memset() (clang makes none when freestanding).
mmu-off := -mgeneral-regs-only $(if $(LLVM),,-fno-tree-loop-distribute-patterns)
# Whole words at any address: runs with the MMU on, and reads no device.
unaligned := $(if $(LLVM),-munaligned-access,-mno-strict-align) -DWORDS_UNALIGNED=1

# A directory's Makefile holds obj-y, obj-$(CONFIG_X), CFLAGS_x.o and cflags, for all of them, nothing
# else. The flags are kept by path, since two directories may each have an x.o.
define read-dir
obj-y :=
obj- :=
cflags :=
-include $(1)/Makefile
objs += $$(addprefix $$(O)/$(1)/,$$(obj-y))
$$(addprefix $$(O)/$(1)/,$$(obj-y)): $(1)/Makefile
$$(foreach o,$$(obj-y),$$(eval file-flags-$(1)/$$(o) := $$(cflags) $$(CFLAGS_$$(o)))$$(eval CFLAGS_$$(o) :=))
endef
objs :=
$(foreach d,$(dirs),$(eval $(call read-dir,$(d))))

# Objects depend on the text of the command that makes them.
flags-text = $(CC) $(CPPFLAGS) $(CFLAGS) $(LD) $(LDFLAGS)
$(O)/.flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(flags-text)' | cmp -s - $@ || echo '$(flags-text)' >$@

# What is linked depends on which objects those are.
$(O)/.objects: FORCE
	$(Q)echo '$(objs)' | cmp -s - $@ || echo '$(objs)' >$@

# From git, or what `make dist` left in scripts/version.txt.
$(O)/include/generated/version.h: FORCE
	$(Q)$(PYTHON) scripts/mkversion.py $@ '$(CC)' '$(LD)'

$(O)/include/generated/env_default.h: configs/env.txt scripts/mkenv.py
	$(Q)$(PYTHON) scripts/mkenv.py $< $@

# What the screen shows text with: fetched once, as the target's libraries are.
font := build/font/Lat15-Fixed16.psf.gz
$(font): scripts/font.sh scripts/private-apt.sh | $(ready)
	$(Q)scripts/font.sh $(@D)
$(O)/include/generated/font.h: $(font) scripts/mkfont.py
	$(Q)$(PYTHON) scripts/mkfont.py $< $@

sysroot: $(LOFT_SYSROOT)/.stamp
$(LOFT_SYSROOT)/.stamp: scripts/sysroot.sh scripts/private-apt.sh | $(ready)
	$(Q)scripts/sysroot.sh $(LOFT_SYSROOT)

generated := $(O)/include/generated/version.h $(O)/include/generated/env_default.h \
	     $(if $(CONFIG_VIDEO),$(O)/include/generated/font.h)
compile-needs := Makefile $(autoconf) $(O)/.flags $(LOFT_SYSROOT)/.stamp \
		 | $(generated)

$(O)/%.o: %.c $(compile-needs)
	$(call say,CC,$*.c)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(file-flags-$*.o) -MMD -MP -c -o $@ $<
$(O)/%.o: %.S $(compile-needs)
	$(call say,AS,$*.S)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -g $(ARCHFLAGS) $(file-flags-$*.o) -MMD -MP -c -o $@ $<

# A board's device tree, as board_fdt[]: in .data, because a hook may fill in what it finds.
$(O)/%.dtb: %.dts Makefile
	$(call say,DTC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)dtc -q -I dts -O dtb -o $@ $<
$(O)/%.dtb.o: $(O)/%.dtb $(O)/.flags
	$(Q)printf '.data\n.balign 8\n.global board_fdt\nboard_fdt: .incbin "$<"\n' | \
		$(CC) $(ARCHFLAGS) -x assembler -c -o $@ -

# The keys, as control_fdt[], constant. A tree that requires none would forbid everything.
objs += $(if $(CONFIG_SIGNED),$(O)/control_fdt.o)
$(O)/control_fdt.o: $(CONFIG_CONTROL_FDT) $(O)/auto.mk $(O)/.flags
	$(call say,KEYS,$(CONFIG_CONTROL_FDT))
	$(Q)dtc -q -I dtb -O dts '$(CONFIG_CONTROL_FDT)' | grep -q 'required = "' || \
		{ echo '$(CONFIG_CONTROL_FDT): requires no key: mkimage -r -K'; exit 1; }
	$(Q)printf '%s\n' '.section .rodata' '.balign 8' '.global control_fdt, control_fdt_end' \
		'control_fdt: .incbin "$(CONFIG_CONTROL_FDT)"' 'control_fdt_end:' | \
		$(CC) $(ARCHFLAGS) -x assembler -c -o $@ -

# The CAs of https, as tls_ca[], constant: before other code, as cold.list says why. Code lies at words: empty lines
# bring it there.
objs += $(if $(CONFIG_TLS_CA_FILE),$(O)/tls_ca.o)
$(O)/tls_ca.o: $(CONFIG_TLS_CA) $(O)/auto.mk $(O)/.flags
	$(call say,CA,$(CONFIG_TLS_CA))
	$(Q)grep -q 'BEGIN CERTIFICATE' '$(CONFIG_TLS_CA)' || { echo '$(CONFIG_TLS_CA): no certificate in PEM'; exit 1; }
	$(Q)printf '%s\n' '.section .text.tls_ca, "a"' '.balign 4' '.global tls_ca, tls_ca_end' \
		'tls_ca: .incbin "$(CONFIG_TLS_CA)"' '.balign 4, 10' 'tls_ca_end:' | \
		$(CC) $(ARCHFLAGS) -x assembler -c -o $@ -

objs: $(objs)
-include $(objs:.o=.d)

# ---- link ---------------------------------------------------------------------------------------

# Four times: the first link tells where the functions are. The second carries the table of them
# (lib/base/ksyms.h) behind everything else that is read-only, so that no function moves, and tells how
# long the table of pointers is (scripts/mkrelr.py); the third, with one of that length, tells where
# the pointers are, and the fourth has that.
$(O)/ksyms-empty.S: scripts/mksyms.py | $(O)/.flags
	$(Q)$(PYTHON) scripts/mksyms.py write /dev/null $@
$(O)/ksyms.S: $(O)/loft.pass1.nm scripts/mksyms.py
	$(Q)$(PYTHON) scripts/mksyms.py write $< $@
$(O)/relr-%.S: $(O)/loft.%.rel scripts/mkrelr.py
	$(Q)$(PYTHON) scripts/mkrelr.py $< $@
$(O)/loft.%.rel: $(O)/loft.%.elf
	$(Q)$(READELF) -rW $< >$@
relocs := $(addprefix $(O)/relr-,pass1.o pass2.o pass3.o)
$(O)/ksyms.o $(O)/ksyms-empty.o $(relocs): %.o: %.S $(O)/.flags
	$(Q)$(CC) $(ARCHFLAGS) -c -o $@ $<
%.nm: %.elf
	$(Q)$(NM) -n $< >$@

link = $(LD) $(LDFLAGS) -Map $(@:.elf=.map) -o $@ $(filter %.o,$^) --start-group $(LIBS) --end-group
# Only where a fault can be gone on from; else its place is empty.
$(O)/cold.lds: arch/arm64/cold.list arch/arm64/cold.lds $(O)/.flags
	$(Q)if [ -n "$(CONFIG_COLD)" ]; then \
		awk 'NR == FNR { if (/^[^#]/) file[n++] = $$0; next } \
		     sub(/^@/, "") { for (i = 0; i < n; i++) print "\t" file[i] $$0; next } \
		     { print }' arch/arm64/cold.list arch/arm64/cold.lds; \
	else echo '__cold_start = .; __cold_text_end = .; __cold_end = .;'; fi >$@
link-needs := $(objs) arch/arm64/loft.lds $(O)/cold.lds $(O)/.flags $(O)/.objects

$(O)/loft.pass1.elf: $(link-needs) $(O)/ksyms-empty.o
	$(Q)$(link)
$(O)/loft.pass2.elf: $(link-needs) $(O)/ksyms.o $(O)/relr-pass1.o
	$(Q)$(link)
$(O)/loft.pass3.elf: $(link-needs) $(O)/ksyms.o $(O)/relr-pass2.o
	$(Q)$(link)
$(O)/loft.elf: $(link-needs) $(O)/ksyms.o $(O)/relr-pass3.o scripts/check-symbols scripts/mksyms.py
	$(call say,LD,$@)
	$(Q)$(link)
	$(Q)$(NM) -n $@ >$(O)/loft.nm
	$(Q)$(READELF) -rW $@ | cmp -s $(O)/loft.pass3.rel - || { echo "$@: a pointer moved in the last link"; exit 1; }
	$(Q)$(PYTHON) scripts/mksyms.py verify $(O)/loft.pass1.nm $(O)/loft.nm
	$(Q)$(PYTHON) scripts/check-symbols $(CROSS_COMPILE) $@ $(objs)
# What boots keeps to 200 KB; the whole console has as much again, 46 for the network, 81 for disks
# and finding what to boot on them, 14 for files and variables that are written there, 30 for uImages,
# FITs and overlays, 10 for menus, 12 for watchdogs, gpio and what switches a machine without PSCI, 8 for
# loads that meet; keys and what verifies them have 16, a screen 14, UKIs and Android's images 14. What
# clang makes is 10 larger. U-Boot has 971.
console-kb = 604$(if $(CONFIG_XZ), + 11)$(if $(CONFIG_SIGNED), + 16)$(if $(CONFIG_VIDEO), + 14)$(if $(CONFIG_ANDROID), + 14)$(if $(LLVM), + 10) \
	     $(if $(CONFIG_ZSTD), + 12)$(if $(CONFIG_FS_ISO), + 5)$(if $(CONFIG_FS_SQUASHFS), + 6)$(if $(CONFIG_FS_EXFAT), + 4)$(if $(CONFIG_FS_EROFS), + 8)$(if $(CONFIG_FS_BTRFS), + 15)$(if $(CONFIG_FS_EXT4_JOURNAL), + 1)$(if $(CONFIG_FS_CPIO), + 3) \
	     $(if $(CONFIG_KEYBOARD), + 4)$(if $(CONFIG_SERIAL_PCI), + 2)
budget-kb = $(if $(CONFIG_CONSOLE),$(shell echo $$(($(console-kb)))),200)
# The recovery page; TLS with the CAs that are built in.
console-kb += $(if $(CONFIG_CMD_HTTPD), + 10)
console-kb += $(if $(CONFIG_TLS), + 76)$(if $(CONFIG_TLS_CA_FILE), + $$(wc -c <'$(CONFIG_TLS_CA)') / 1024 + 1)
# What only the linker needs; loft.lds puts it behind the rest.
not-loaded := .rela.dyn .dynamic .hash .gnu.hash .dynsym .dynstr .gnu.version*
$(O)/loft.bin: $(O)/loft.elf scripts/size.py
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) -O binary $(not-loaded:%=-R %) $< $@
	$(Q)$(PYTHON) scripts/size.py $(budget-kb) $(O)/loft.nm $@

# ... and what reaches further than this machine
console-kb += $(if $(CONFIG_NET_GEM), + 3)$(if $(CONFIG_NET_FEC), + 3)$(if $(CONFIG_CMD_MII), + 8)
console-kb += $(if $(CONFIG_CMD_BLKMAP), + 6)$(if $(CONFIG_VIRTIO_PCI_LEGACY), + 4)
console-kb += $(if $(CONFIG_CMD_NBD), + 9)$(if $(CONFIG_CMD_GPT), + 8)$(if $(CONFIG_CMD_TFTPSRV), + 4)$(if $(CONFIG_CMD_SYSLOG), + 3)$(if $(CONFIG_CMD_NC), + 3)$(if $(CONFIG_BOOTSTD_FULL), + 3)
console-kb += $(if $(CONFIG_IPV6), + 16)
console-kb += $(if $(CONFIG_SDHOST), + 4)$(if $(CONFIG_USDHC), + 2)$(if $(CONFIG_MMC_HWPART), + 1)

image: $(O)/loft.bin
size: $(O)/loft.bin
	$(Q)$(PYTHON) scripts/size.py $(budget-kb) $(O)/loft.nm $< $(O)/loft.map

examples: $(patsubst examples/%/Makefile,example-%,$(wildcard examples/*/Makefile))
example-%: | $(ready)
	$(Q)$(MAKE) -s -C examples/$* O=$(if $(filter /%,$(O)),,../../)$(O)/examples/$* CROSS_COMPILE=$(CROSS_COMPILE)

# ---- tests and tools ----------------------------------------------------------------------------

include test/host/host.mk

QEMU ?= qemu-system-aarch64
run: all | $(O)/.setup-run
	$(QEMU) -M virt -cpu cortex-a57 -m 1G -nographic -bios $(O)/loft.bin \
		-kernel $(O)/examples/highhalf/highhalf.elf $(QEMU_ARGS)

# ALL=1: every switch and every case of the QEMU tests, of which a run has some by seed (scripts/check.py).
check: $(LOFT_SYSROOT)/.stamp | $(O)/.setup-test
	$(Q)ALL=$(ALL) $(PYTHON) scripts/check.py $(O)

include test/qemu/qemu.mk

# Every option alone, and all off: builds, boots.  T=CMD_MEM: that one; SOME=10: so many by seed; KEYS=1: of an
# image with keys.
switches: example-highhalf | $(LOFT_SYSROOT)/.stamp $(O)/.setup-test
	$(Q)LOFT_SYSROOT=$(LOFT_SYSROOT) $(PYTHON) scripts/switches.py $(if $(KEYS),--keys) $(O) $(T) $(addprefix --some ,$(SOME))

# Of the boards, too, where they have been built: each has objects that the others lack. And the lengths in
# parsers, that none is added up where a bound is.
check-layers: $(O)/loft.elf
	$(Q)CROSS_COMPILE=$(CROSS_COMPILE) $(PYTHON) scripts/check-layers.py $(O) $(wildcard $(O)/boards/*)
	$(Q)$(PYTHON) scripts/check-lengths.py
check-format: | $(O)/.setup-test
	$(Q)scripts/check-format
check-docs: | $(O)/.setup-test
	$(Q)scripts/check-docs
# The documents that are made: from Kconfig, from a running image, from the last `make bench`.
docs: $(O)/loft.bin | $(O)/.setup-test
	$(Q)$(PYTHON) scripts/gen-options.py
	$(Q)$(PYTHON) scripts/gen-house.py
	$(Q)$(PYTHON) scripts/gen-commands.py $(O)
	$(Q)$(PYTHON) scripts/gen-bench.py $(O)/bench.json
check-headers: $(compile-needs)
	$(Q)scripts/check-headers $(CC) $(CPPFLAGS) $(CFLAGS)
check-symbols: $(O)/loft.elf
	$(Q)$(PYTHON) scripts/check-symbols -v $(CROSS_COMPILE) $< $(objs)
	$(Q)$(PYTHON) scripts/check-code.py -v $(CROSS_COMPILE) $<

# Which types functions are called by, clang tells; the frames are the image's. It takes every file, those
# for the CPUs that have more too.
stack-clang = clang --target=aarch64-linux-gnu $(subst -isystem $(cc-include),,$(CPPFLAGS)) \
	      -isystem $(call once,clang-include,clang -print-resource-dir)/include \
	      -std=gnu11 -ffreestanding -march=armv8.2-a+sha3 -include lib/base/hidden.h
check-stack: $(O)/loft.elf | $(O)/.setup-test
	$(Q)$(PYTHON) scripts/check-stack.py $(if $(V),-v) $(O) $(CROSS_COMPILE) $(objs) -- $(stack-clang)

# The image's bar is for what boots; the instructions are counted with the whole console in it.
bench: all mkimage2025 | $(O)/.setup-test
	$(Q)$(MAKE) O=$(O)/core qemu_virt_core_defconfig image
	$(Q)scripts/seed.py $(O) $(O)/boards/qemu_virt_full
	$(Q)$(MAKE) O=$(O)/boards/qemu_virt_full qemu_virt_full_defconfig image
	$(Q)$(PYTHON) test/bench/bench.py --build $(O) $(if $(PROFILE),--profile) $(BENCH_ARGS)

format: | $(O)/.setup-test
	$(Q)scripts/check-format --fix
# All of the packages, those of tests too; `make` itself asks for those of the build.
setup:
	$(Q)rm -f $(O)/.setup-*
	$(Q)$(MAKE) $(O)/.setup-test

# What came over the network stays, and with `clean` what was configured, in builds below O, too.
fetched := font sysroot payloads qemu10 mkimage2025 mkfs2025 samples rpi-dtb dtbs rigs chromium atftpd netboot
configured := .config defconfig
clean distclean:
	$(Q)scripts/clean $(O) $(fetched) $(if $(filter clean,$@),$(configured))

# The sources of the last commit, with its name in scripts/version.txt: the same bytes each time.
dist:
	$(Q)scripts/dist $(O)

help:
	@sed -n 's/^#: //p' Makefile
#: make                    build/loft.bin, build/loft.elf, build/loft.map and the examples
#: make run                boot the example kernel in QEMU                       [QEMU_ARGS=...]
#: make check              both compilers, host tests, fuzzers, QEMU tests, layers, format, headers [ALL=1: every case]
#: make host-test          the tests that need no target, with gcc and clang      [T=part of a path]
#: make fuzz-test          the fuzzers, a bounded number of runs    [T=..., FUZZ_RUNS=20000]
#: make power-test         the power goes at every sector of 1,000 writes to FAT and of 1,000 saved environments
#: make qemu-test          the tests that boot QEMU        [T=pytest expression, QEMU=path, SOME=N]
#: make samples qemu-test T=samples  file systems that others filled, exFAT among them, file by file (150 MB are fetched)
#: make debian-test        disks on which Debian installed itself, and a Pi's card, to their login prompt (made once: 15 minutes)
#: make qemu10-test        those about alignment, on QEMU 10, which is fetched
#: make silicon-test       boots under a plugin that plays the caches, on QEMU 10
#: make silicon-run        a kernel of yours under it     KERNEL=...  [SILICON_ARGS='--el1 --timeout 60']
#: make silicon-mutants    without each barrier in turn: which tool sees it?      [MUTANTS='--some 20 --seed 7']
#: make trees              the example kernel on every tree of Debian's kernels        [T=part of a path]
#: make porting-test       what doc/porting.md adds, put into a copy of the tree, built and booted
#: make bench              instructions from reset to the kernel, beside U-Boot
#: make bench PROFILE=1    which functions they are   [BENCH_ARGS='--hot FUNCTION --el2']
#: make size               where the bytes of the image go, by file and by option
#: make switches           every option off alone, and all off: builds, boots, bytes    [T=OPTION, SOME=N, KEYS=1]
#: make qemu_virt_defconfig | menuconfig | oldconfig | olddefconfig | savedefconfig
#: make format             clang-format over the sources
#: make check-layers | check-format | check-docs | check-headers | check-symbols | check-stack
#: make docs               doc/options.md, doc/commands.md, doc/house.svg, the figures in README.md
#: make setup | sysroot    the packages of scripts/packages.txt, tests' too; the target's libraries
#: make clean              remove what was built; the configuration stays
#: make distclean          that, too; only what was fetched stays
#: make dist               build/loft-VERSION.tar.gz: builds anywhere, without git
#:
#: O=DIR                   build there instead of build/
#: LLVM=1                  clang and lld instead of gcc and GNU ld
#: V=1                     show the commands
#: CROSS_COMPILE=PREFIX    default aarch64-linux-gnu-
#: LOFT_SYSROOT=DIR        the target's libraries, default build/sysroot

FORCE:
.PHONY: all image examples objs size run check switches bench docs format setup clean distclean dist help sysroot FORCE \
	menuconfig oldconfig olddefconfig savedefconfig \
	host-test fuzz-test check-layers check-format check-docs check-headers check-symbols check-stack

endif
