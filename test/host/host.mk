# SPDX-License-Identifier: BSD-2-Clause
# Host tests: every test/host/**/*_test.c is one cmocka program, linked with an archive of the pure
# sources (test/host/sources.mk); every test/fuzz/*_fuzz.c is one libFuzzer program.

host-y :=
host-rows :=
include test/host/sources.mk

# T=num: only the tests with that in their path.
T ?=
with-t = $(if $(T),$(foreach f,$(1),$(if $(findstring $(T),$(f)),$(f))),$(1))
host-tests := $(call with-t,$(shell find test/host -name '*_test.c' | sort))
host-fuzzers := $(call with-t,$(wildcard test/fuzz/*_fuzz.c))
FUZZ_RUNS ?= 20000

# The fake <arch/...> comes before the real one.
host-cflags := $(c-flags) -O1 -I. -Itest/host/fake/include -Iarch/arm64/include -I$(O)/include \
	       -include $(autoconf) -DCONFIG_ZSTD=1 -DCONFIG_XZ=1 -DCONFIG_FS_BTRFS=1 -DCONFIG_FS_EXT4_JOURNAL=1 -DCONFIG_VIDEO_PI=1 -DCONFIG_TLS=1 -DCONFIG_TCP_SERVER=1 -DCONFIG_IPV6=1 -fno-omit-frame-pointer \
	       -fsanitize=address,undefined -fno-sanitize-recover=all -DCONFIG_USDHC=1 -DCONFIG_MMC_HWPART=1
host-cc-gcc := gcc
# Its objects are the fuzzers', too; what counts the edges is idle in a test.
host-cc-clang := clang -fsanitize=fuzzer-no-link

# $(1) is gcc or clang
define host-rules
$(O)/host/$(1)/%.o: %.c $(autoconf) Makefile test/host/host.mk | $(generated)
	$$(call say,HOSTCC,"$$*.c ($(1))")
	$(Q)mkdir -p $$(@D)
	$(Q)$(host-cc-$(1)) $(host-cflags) -MMD -MP -c -o $$@ $$<
$(O)/host/$(1)/libpure.a: $(host-y:%.c=$(O)/host/$(1)/%.o) test/host/sources.mk
	$(Q)rm -f $$@
	$(Q)ar rcs $$@ $$(filter %.o,$$^)
$(O)/host/$(1)/%_test: $(O)/host/$(1)/%_test.o $(host-rows:%.c=$(O)/host/$(1)/%.o) $(O)/host/$(1)/libpure.a
	$(Q)$(host-cc-$(1)) $(host-cflags) -o $$@ $$^ -lcmocka -lfdt -ldeflate -lbearssl -lssl -lcrypto
-include $(patsubst %.c,$(O)/host/$(1)/%.d,$(host-y) $(host-tests) $(host-fuzzers))
endef
$(foreach c,gcc clang,$(eval $(call host-rules,$(c))))

$(O)/host/clang/%_fuzz: $(O)/host/clang/%_fuzz.o $(host-rows:%.c=$(O)/host/clang/%.o) $(O)/host/clang/libpure.a
	$(Q)clang -fsanitize=fuzzer,address,undefined -o $@ $^ -lfdt -ldeflate -lbearssl

host-programs := $(foreach c,gcc clang,$(host-tests:%.c=$(O)/host/$(c)/%))
# SOME=1: each test by one of the compilers, by seed.
ifneq ($(and $(SOME),$(filter host-%,$(goals))),)
comma := ,
host-programs := $(shell scripts/chosen.py $(SOME) \
		   $(foreach t,$(host-tests:%.c=%),$(O)/host/gcc/$(t)$(comma)$(O)/host/clang/$(t)))
endif
fuzz-programs := $(host-fuzzers:%.c=$(O)/host/clang/%)

host-build: $(host-programs)
fuzz-build: $(fuzz-programs)
# A test that does not build fails, alone.
host-test: dtbs mkimage2025 mkfs2025 | $(O)/.setup-test
	$(Q)$(MAKE) --keep-going host-build || true
	$(Q)$(PYTHON) scripts/run-host-tests.py cmocka $(host-programs)
# The power goes at every sector of 1,000 writes: to FAT, each judged by fsck.fat, and of the environment.
power-programs := $(addprefix $(O)/host/gcc/test/host/,fs/fat_write_test lib/env/envpair_test)
power-test: $(power-programs) | $(O)/.setup-test
	$(Q)for program in $(power-programs); do LOFT_OPS=1000 LOFT_FSCK=1 LOFT_SAVES=1000 LOFT_LOOK=13 ./$$program || exit; done
fuzz-test: mkfs2025 | $(O)/.setup-test
	$(Q)$(MAKE) --keep-going fuzz-build || true
	$(Q)$(PYTHON) scripts/run-host-tests.py fuzz $(FUZZ_RUNS) $(fuzz-programs)
.PHONY: host-build fuzz-build power-test
