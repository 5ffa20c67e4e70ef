# SPDX-License-Identifier: BSD-2-Clause
"""AArch32 kernels: Debian's Linux to userspace, and a small zImage that looks at each register of its hand-over."""

import re
import struct
import subprocess

import pytest

from test_linux import LINUX

LEVELS = pytest.mark.parametrize('machine, el2', [('', True), (',secure=on', False), (',secure=on', True)],
                                 ids=['el2', 'el3', 'el3-el2'])


def booted(text, smp):
    assert 'loft-test: userspace reached' in text and 'loft-test: end' in text, text
    assert re.search(r'loft-test: kernel \S*armmp', text), text
    assert f'loft-test: cpus {smp}\n' in text, text
    assert f'SMP: Total of {smp} processors activated' in text
    assert 'CPU: All CPU(s) started in SVC mode.' in text
    assert 'Kernel panic' not in text and 'Oops' not in text and 'Unhandled fault' not in text, text


@pytest.fixture
def linux(payloads):
    return {'kernel': payloads / 'zImage', 'initrd': payloads / 'initramfs-armhf.cpio.gz', 'append': 'console=ttyAMA0'}


@pytest.mark.payload
@pytest.mark.align
@pytest.mark.parametrize('smp', [1, 4])
@LEVELS
def test_linux(qemu, linux, machine, el2, smp):
    booted(qemu(machine=machine, el2=el2, smp=smp, **linux).finish(LINUX), smp)


@pytest.mark.payload
@pytest.mark.parametrize('cpu', ['cortex-a53', 'cortex-a72', 'max'])
def test_linux_cpus(qemu, linux, cpu):
    """With GICv3: its system registers must be AArch32's as well."""
    booted(qemu(machine=',gic-version=3', el2=True, cpu=cpu, smp=2, **linux).finish(LINUX), 2)


@pytest.mark.payload
@pytest.mark.parametrize('memory', ['128M', '6G'])
def test_linux_memory(qemu, linux, memory):
    text = qemu(el2=True, smp=2, memory=memory, **linux).finish(LINUX)
    booted(text, 2)
    low = 0x48000000 if memory == '128M' else 0x60000000
    for what in ('Ramdisk', 'Device Tree'):
        start, end = re.search(rf'Loading {what} to ([0-9a-f]+), end ([0-9a-f]+)', text).groups()
        assert 0x40000000 <= int(start, 16) < int(end, 16) <= low
        assert int(start, 16) % 8 == 0


@pytest.mark.payload
def test_bootz(loft, payloads):
    """At the prompt, by U-Boot's command line; booti says which command it is."""
    initrd = payloads / 'initramfs-armhf.cpio.gz'
    m = loft(el2=True, loads=[(payloads / 'zImage', 0x42000000), (initrd, 0x48000000)])
    assert m.run_fail('booti 42000000') == 'Bad Linux ARM64 Image magic!\nIt is a zImage, for AArch32: bootz'
    said = m.run_fail('bootz 44000000').split('\n')
    assert said[0] == 'zimage: Bad magic!' and len(said) == 2
    assert re.fullmatch(r'bootz: image at 0x44000000: no known format: 0x[0-9a-f]+ bytes, beginning( 00){8}; Loft boots '
                        r'ELF file, arm64 Image, AArch32 zImage, FIT, uImage, Android boot image, EFI UKI, and [\w -]+(/[\w -]+)* of these',
                        said[1]), said
    m.run_check('setenv bootargs console=ttyAMA0 by=bootz')
    m.run_check('setenv loglevel debug')
    base = re.search(r'fdt_blob\s*=\s*0x0*([0-9a-f]+)', m.run('bdinfo'))
    m.send(f'bootz 42000000 48000000:{initrd.stat().st_size:x} {base[1]}\r')
    text = m.finish(LINUX)
    booted(text, 1)
    assert 'by=bootz' in text
    assert 'entered at EL2, kernel at EL1 in AArch32, MMU off' in text
    assert re.search(r'SPSR 0x1d3\n  r0  0x0{16}\n  r1  0x0{8}f{8}\n  r2  0x0{8}[0-9a-f]{8}\n', text)
    assert re.search(r'40203000-[0-9a-f]{12} unpacked zImage\n', text) and 'EL2 stub, reserved' in text


# A zImage that prints registers as "name=0x..." in a word each, by clang's assembler for A32.
KERNEL = '''
    .syntax unified
    .arch armv7-a
    .arch_extension sec
    .arch_extension virt
    .arm
    .macro say name
    bl   print
    .asciz "\\name"
    .balign 4
    .endm
    .macro psci name, function, a1=0, a2=0, a3=0
    ldr  r0, =\\function
    ldr  r1, =\\a1
    ldr  r2, =\\a2
    ldr  r3, =\\a3
    smc  #0
    mov  r1, r0
    say  "\\name"
    .endm
start:
    .rept 8
    nop
    .endr
    b    main
    .word 0x016f2818, 0, end - start, 0x04030201, 0x45454545, table - start
table:
    .word 6, 0x5a534c4b, unpacked - start, 0x1000, 0x8000, 0x10000, 0
unpacked:
    .word 0x100000

/* r1 = value; the name follows the call. Keeps r4 to r11. */
print:
    ldr  r12, =0x09000000
1:  ldrb r0, [lr], #1
    cmp  r0, #0
    strbne r0, [r12]
    bne  1b
    add  lr, lr, #3
    bic  lr, lr, #3
    mov  r0, #'='
    str  r0, [r12]
    mov  r2, #28
2:  lsr  r0, r1, r2
    and  r0, r0, #15
    cmp  r0, #10
    addlt r0, r0, #'0'
    addge r0, r0, #('a' - 10)
    str  r0, [r12]
    subs r2, r2, #4
    bge  2b
    mov  r0, #10
    str  r0, [r12]
    bx   lr

/* another CPU: r0 = context; tells its state and goes off; A32 and T32 */
    .balign 4
second:
    ldr  r1, =slot
    str  r0, [r1, #4]
    mrs  r2, cpsr
    bic  r2, r2, #0xf0000000
    str  r2, [r1, #8]
    mrc  p15, 0, r2, c1, c0, 0
    str  r2, [r1, #12]
    mrc  p15, 0, r2, c0, c0, 5
    str  r2, [r1, #16]
    dsb
    mov  r2, #1
    str  r2, [r1]
    dsb
    ldr  r0, =0x84000002
    smc  #0
    b    .
    .ltorg
    .thumb
    .balign 4
second_t32:
    ldr  r3, =second
    mrs  r2, cpsr
    bx   r3
    .ltorg
    .arm

    .macro meet name
    ldr  r4, =slot
1:  ldr  r5, [r4]
    cmp  r5, #1
    bne  1b
    mov  r5, #0
    str  r5, [r4]
    ldr  r1, [r4, #4]
    say  "\\name\\().context"
    ldr  r1, [r4, #8]
    say  "\\name\\().cpsr"
    ldr  r1, [r4, #12]
    say  "\\name\\().sctlr"
    ldr  r1, [r4, #16]
    say  "\\name\\().mpidr"
2:  ldr  r0, =0x84000004
    mov  r1, #1
    mov  r2, #0
    smc  #0
    cmp  r0, #1
    bne  2b
    .endm

main:
    mov  r9, r2
    mov  r8, r1
    mov  r1, r0
    say  "r0"
    mov  r1, r8
    say  "r1"
    mov  r1, r3
    say  "r3"
    ldr  r1, [r9]
    say  "fdt"
    mov  r1, r9
    say  "r2"
    mrs  r1, cpsr
    bic  r1, r1, #0xf0000000         /* the flags are nobody's */
    say  "cpsr"
    mrc  p15, 0, r1, c1, c0, 0
    say  "sctlr"
    mrc  p15, 0, r1, c0, c0, 0
    say  "midr"
    mrc  p15, 0, r1, c0, c0, 5
    say  "mpidr"
    mrc  p15, 0, r1, c2, c0, 2
    say  "ttbcr"
    mrc  p15, 0, r1, c2, c0, 0
    say  "ttbr0"
    mrc  p15, 0, r1, c3, c0, 0
    say  "dacr"
    mrc  p15, 0, r1, c12, c0, 0
    say  "vbar"
    mrc  p15, 0, r1, c13, c0, 1
    say  "contextidr"
    mrc  p15, 0, r1, c13, c0, 2
    say  "tpidrurw"
    mrc  p15, 0, r1, c14, c1, 0
    say  "cntkctl"
    mrc  p15, 0, r1, c14, c0, 0
    say  "cntfrq"
    mrrc p15, 0, r4, r5, c14
    mrrc p15, 1, r6, r7, c14
    subs r6, r6, r4
    sbc  r7, r7, r5
    mov  r1, r7
    say  "cntvoff"
    adr  r1, start
    say  "pc"
MAIN
    ldr  r0, =0x84000008
    smc  #0
    b    .
    .ltorg
    .balign 4
slot:
    .space 32
end:
'''

CALLS = '''
    psci version, 0x84000000
    psci feature.on, 0x8400000a, 0x84000003
    psci unknown, 0x8400ff00
    psci sip64, 0xc2004c32
    psci on.nobody, 0x84000003, 77, 0x40400000
    psci on.self, 0x84000003, 0, 0x40400000
    ldr  r4, =0x44444444
    ldr  r11, =0x11111111
    mov  r0, #1
    psci info.off, 0x84000004, 1
    ldr  r0, =0x84000003
    mov  r1, #1
    adr  r2, second
    ldr  r3, =0xcafef00d
    smc  #0
    mov  r1, r0
    say  "on"
    add  r1, r4, r11
    say  "kept"
    meet a32
    ldr  r0, =0x84000003
    mov  r1, #1
    adr  r2, second_t32
    orr  r2, r2, #1
    ldr  r3, =0x12345678
    smc  #0
    mov  r1, r0
    say  "again"
    meet t32
'''


def zimage(tmp_path, main='', **words):
    """The kernel as a file; words: what else its header says, by offset (x28=...)."""
    (tmp_path / 'k.S').write_text(KERNEL.replace('MAIN', main))
    subprocess.run(['clang', '--target=armv7-none-eabi', '-c', '-o', tmp_path / 'k.o', tmp_path / 'k.S'], check=True)
    # Linked where zimage_plan() puts it: behind what it says to unpack, at 2 MiB
    subprocess.run(['ld.lld', '-Ttext=0x40200000', '-e', '0x40200000', '-o', tmp_path / 'k.elf', tmp_path / 'k.o'], check=True)
    out = tmp_path / 'zImage'
    subprocess.run(['llvm-objcopy', '-O', 'binary', '-j', '.text', tmp_path / 'k.elf', out], check=True)
    data = bytearray(out.read_bytes())
    for at, value in words.items():
        struct.pack_into('<I', data, int(at[1:], 16), value)
    out.write_bytes(data)
    return out


def registers(text):
    return {n: int(v, 16) for n, v in re.findall(r'^([\w.]+)=([0-9a-f]{8})$', text, re.M)}


@LEVELS
@pytest.mark.align
@pytest.mark.parametrize('cpu', ['cortex-a57', 'max'])
def test_registers(qemu, tmp_path, machine, el2, cpu):
    text = qemu(kernel=zimage(tmp_path, CALLS), machine=machine, el2=el2, cpu=cpu, smp=2).finish()
    got = registers(text)
    want = {'r0': 0, 'r1': 0xffffffff, 'r3': 0, 'fdt': 0xedfe0dd0, 'cpsr': 0x1d3, 'mpidr': 0x80000000, 'ttbcr': 0,
            'ttbr0': 0, 'vbar': 0, 'contextidr': 0, 'tpidrurw': 0, 'cntkctl': 0, 'cntvoff': 0,
            'version': 0x10001, 'feature.on': 0, 'unknown': 0xffffffff, 'sip64': 0xffffffff,
            'on.nobody': 0xfffffffe, 'on.self': 0xfffffffc, 'info.off': 1, 'on': 0, 'kept': 0x55555555, 'again': 0,
            'a32.context': 0xcafef00d, 't32.context': 0x12345678, 'a32.cpsr': 0x1d3, 't32.cpsr': 0x1d3,
            'a32.mpidr': 0x80000001, 't32.mpidr': 0x80000001}
    assert {n: got.get(n) for n in want} == want, text
    # MMU, caches, alignment checks, high vectors, byte order and T32 exceptions are off
    for name in ('sctlr', 'a32.sctlr', 't32.sctlr'):
        assert got[name] & 0x72003007 == 0, text
    assert got['cntfrq'] and got['r2'] % 8 == 0 and 0x40000000 <= got['r2'] < 0x60000000
    assert got['pc'] == 0x40200000
    assert 'EL3 monitor' not in text and 'fault:' not in text


def test_other_calls(qemu, tmp_path):
    """HVC gets the hyp-stub's error, in A32 and T32; a conditional SMC is a call where its condition holds."""
    main = '''
    hvc  #0
    mov  r1, r0
    say  "hvc"
    mov  r0, #0x84000000
    cmp  r0, r0
    smceq #0
    mov  r1, r0
    say  "smceq"
    mov  r0, #0x84000000
    cmp  r0, r0
    smcne #0
    mov  r1, r0
    say  "smcne"
    adr  r1, 1f + 1
    bx   r1
    .thumb
    .balign 4
1:  mov  r0, #0x84000000
    smc  #0
    mov  r4, r0
    hvc  #0
    mov  r5, r0
    adr  r1, 2f
    bx   r1
    .balign 4
    .arm
2:  mov  r1, r4
    say  "t32.smc"
    mov  r1, r5
    say  "t32.hvc"
'''
    got = registers(qemu(kernel=zimage(tmp_path, main), el2=True).finish())
    want = {'hvc': 0xbadca11, 'smceq': 0x10001, 'smcne': 0x84000000, 't32.smc': 0x10001, 't32.hvc': 0xbadca11}
    assert {n: got.get(n) for n in want} == want


@pytest.mark.parametrize('cpu, el2, sentence', [
    ('cortex-a57', False, 'Loft was entered at EL1, and only EL2 or EL3 lead from AArch64 to AArch32'),
    ('neoverse-n1', True, 'this CPU has AArch64 alone at EL1 (ID_AA64PFR0_EL1 0x1100000010110112, EL1 is 1, '
                          'AArch32 needs 2)'),
    ('neoverse-n1', False, 'this CPU has AArch64 alone at EL1'),
    ('a64fx', True, 'this CPU has AArch64 alone at EL1'),
], ids=['el1', 'n1', 'n1-el1', 'a64fx'])
def test_refused(loft, tmp_path, cpu, el2, sentence):
    text = loft(kernel=zimage(tmp_path), cpu=cpu, el2=el2).text
    assert f'autoboot: an AArch32 kernel: {sentence}' in text, text


@pytest.mark.parametrize('words, sentence', [
    ({'x30': 0x01020304}, 'a big-endian kernel (0x01020304 at 0x30); Loft boots little-endian'),
    ({'x24': 0x18286f01}, 'this is AArch32 zImage, big-endian; Loft boots '),
    ({'x28': 0x60008000}, 'linked to run at 0x60008000 alone; Loft boots a zImage that runs anywhere (start 0)'),
    ({'x2c': 0x7000000}, 'truncated: the header says 0x7000000 bytes, there are 0x'),
    ({'x44': 0x100000}, 'its table leads to 0x100000, the file ends at 0x'),
    ({'x58': 0x40000000}, 'unpacks itself to 0x40003000..0x80008fff, which is not all DRAM'),
], ids=['big-endian', 'big-endian-magic', 'linked', 'truncated', 'table', 'too-large'])
def test_header_refused(loft, tmp_path, words, sentence):
    text = loft(kernel=zimage(tmp_path, **words), el2=True).text
    assert f'autoboot: kernel (QEMU -kernel): {sentence}' in text, text


def test_initrd_refused(loft, tmp_path):
    """What the user put where the kernel unpacks itself, or beyond low memory, is not moved, but named."""
    kernel = zimage(tmp_path)
    m = loft(el2=True, loads=[(kernel, 0x48000000)])
    assert m.run_fail('bootz 48000000 40010000:1000') == (
        'bootz: image at 0x48000000: unpacks itself to 0x40003000..0x40108fff, over initrd 0x40010000..0x40010fff')
    assert m.run_fail('bootz 48000000 70000000:1000') == (
        'bootz: initrd ends at 0x70001000, this kernel reaches to 0x5fffffff')
