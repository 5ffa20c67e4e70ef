# SPDX-License-Identifier: BSD-2-Clause
# QEMU tests: pytest over the console. T=expression picks tests by name, QEMU=path takes another QEMU. Many wait, for a
# retry's second, a sender's time-out or an event of the machine: so twice as many at once as there are CPUs.

test-qemu = $(QEMU)
pytest = LOFT_BUILD=$(call from-root,$(O)) LOFT_PAYLOADS=$(call from-root,build/payloads) \
	 CROSS_COMPILE=$(CROSS_COMPILE) QEMU='$(test-qemu)' SOME=$(SOME) $(PYTHON) -m pytest -q -p no:cacheprovider -n $$((2 * $$(nproc))) \
	 $(if $(T),-k '$(T)') $(test-marks) $(PYTEST_ARGS) test/qemu

# Kernels that others made, and the QEMU that faults as hardware does: fetched once.
payloads: | $(O)/.setup-test
	$(Q)scripts/payloads.sh build/payloads
qemu10: | $(O)/.setup-test
	$(Q)scripts/qemu10.sh build/qemu10

# The mkimage that signs with P-384: what needs it is skipped without a network.
mkimage2025: | $(O)/.setup-test
	-$(Q)scripts/mkimage2025.sh build/mkimage2025

# The mkfs.btrfs that compresses and makes subvolumes, and a mkfs.erofs as new: as above.
mkfs2025: | $(O)/.setup-test
	-$(Q)scripts/mkfs2025.sh build/mkfs2025
# File systems that others filled: 150 MB. No other target asks for them.
samples: | $(O)/.setup-test
	$(Q)scripts/samples.sh build/samples

# Disks on which Debian installed itself, and Loft boots them to their login prompt.
debian-disk: | $(O)/.setup-test
	$(Q)scripts/debian-disk.sh build/debian-disk
# ... and a Raspberry Pi's card, made from them.
rpi-disk: debian-disk
	$(Q)scripts/rpi-disk.sh build/rpi-disk build/debian-disk
debian-test: all debian-disk rpi-disk
	$(Q)LOFT_DEBIAN=$(call from-root,build/debian-disk) LOFT_RPI=$(call from-root,build/rpi-disk) $(pytest)
debian-test: test-marks := -n 0 -k test_debian.py

# Debian's installer by network, to its first question. 74 MB are fetched; some minutes.
netboot: | $(O)/.setup-test
	$(Q)scripts/netboot.sh build/netboot
netboot-test: all netboot
	$(Q)LOFT_NETBOOT=$(call from-root,build/netboot) $(pytest)
netboot-test: test-marks := -k test_debian_installer

# The trees that Debian has for the Raspberry Pis.
rpi-dtb: | $(O)/.setup-test
	$(Q)scripts/rpi-dtb.sh build/rpi-dtb

# All of them, for the tests that read every tree: build/dtbs/{arm64/VENDOR,armhf}/*.dtb. Without a
# network those are skipped.
dtbs: | $(O)/.setup-test
	-$(Q)scripts/dtbs.sh build/dtbs
# The programs of test rigs (doc/rigs.md). Without a network their tests are skipped.
rigs: | $(O)/.setup-test
	-$(Q)scripts/rigs.sh build/rigs

# The example kernel on each of them, with virt's nodes in it.
trees: all dtbs
	$(Q)QEMU='$(test-qemu)' $(PYTHON) test/qemu/trees.py boot '$(T)' --build $(call from-root,$(O)) $(TREES_ARGS)

# The browser before the recovery page. Without a network its tests are skipped.
chromium: | $(O)/.setup-test
	-$(Q)scripts/chromium.sh build/chromium

# A TFTP server that cannot be installed beside the other. Without a network its test is skipped.
atftpd: | $(O)/.setup-test
	-$(Q)scripts/atftpd.sh build/atftpd

# With QEMU 10 at hand for the machines that 7.2 lacks. SOME=2: two cases of each test, by seed.
qemu-test: all payloads qemu10 rpi-dtb dtbs mkimage2025 mkfs2025 rigs chromium atftpd
	$(Q)$(pytest)
# The tests that are about alignment, on QEMU 10: 7.2 lets unaligned accesses to Device memory pass.
qemu10-test: test-qemu = $(CURDIR)/build/qemu10/qemu-system-aarch64
qemu10-test: test-marks := -m align
qemu10-test: all payloads qemu10
	$(Q)$(pytest)
# Under the plugin of test/silicon: all of its boots, and a kernel of yours (doc/silicon.md).
silicon-test: test-marks := -k 'test_silicon'
silicon-test: all qemu10
	$(Q)$(pytest)
silicon-run: all qemu10
	$(Q)$(PYTHON) test/silicon/run.py --build $(call from-root,$(O)) --qemu $(call from-root,build/qemu10/qemu-system-aarch64) \
		--kernel $(KERNEL) $(SILICON_ARGS)
# Loft without each of its barriers, in turn: who sees it?  MUTANTS='--only handoff.S', '--some 20 --seed 7'
silicon-mutants: all qemu10
	$(Q)$(MAKE) -s -C test/payloads O=$(abspath $(O))/test/payloads CROSS_COMPILE=$(CROSS_COMPILE) >/dev/null
	$(Q)$(PYTHON) test/silicon/mutants.py --build $(call from-root,$(O)) $(MUTANTS)
# doc/porting.md alone, followed block by block.
porting-test: test-qemu := $(QEMU)
porting-test: all | $(O)/.setup-test
	$(Q)$(pytest) -k test_porting
.PHONY: samples silicon-test silicon-run silicon-mutants porting-test payloads qemu10 mkimage2025 mkfs2025 rpi-dtb dtbs rigs chromium atftpd netboot netboot-test trees qemu-test \
	qemu10-test debian-disk rpi-disk debian-test
