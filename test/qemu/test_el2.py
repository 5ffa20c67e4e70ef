# SPDX-License-Identifier: BSD-2-Clause
"""EL2: what the `el2` command says, and what the registers hold under a kernel that looks."""

import re

import pytest

# A kernel that sends the EL2 stub to its own code (physical, MMU off), which prints EL2's registers and powers off.
KERNEL = '''
#include "include/loft/boot.h"
#define UART 0x09000000
    .section .text, "ax"
    .global _start
_start:
    adrp x1, at_el2
    add  x1, x1, :lo12:at_el2
    sub  x1, x1, x2                     /* VA - VIRT_START */
    mov  x0, #LOFT_HVC_SOFT_RESTART
    hvc  #0
1:  b    1b

/* x1 = value, x10 = name: prints "name=value"; x3-x6, x9 and x10 are scratch */
print:
    mov  w9, #UART
2:  ldrb w3, [x10], #1
    cbz  w3, 3f
    strb w3, [x9]
    b    2b
3:  mov  w3, #'='
    strb w3, [x9]
    mov  w4, #64
4:  sub  w4, w4, #4
    lsr  x3, x1, x4
    and  w3, w3, #15
    cmp  w3, #10
    add  w5, w3, #'0'
    add  w6, w3, #('a' - 10)
    csel w3, w5, w6, lo
    strb w3, [x9]
    cbnz w4, 4b
    mov  w3, #'\\n'
    strb w3, [x9]
    ret

    .macro dump name, encoding
    mrs  x1, \\encoding
    adr  x10, 7f
    bl   print
    b    8f
7:  .asciz "\\name"
    .balign 4
8:
    .endm

at_el2:
REGISTERS
    movz x0, #0x8400, lsl #16
    movk x0, #8                         /* PSCI SYSTEM_OFF */
    smc  #0
5:  b    5b
'''

SCRIPT = '''
ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); }
SECTIONS {
    . = 0xffffff8040400000;
    .text : AT(0x40400000) { *(.text) } :text
    /DISCARD/ : { *(.note*) *(.comment) }
}
'''

# Registers that every EL2 has, and some that only newer CPUs have
ENCODINGS = {
    'HCR_EL2': 'S3_4_C1_C1_0', 'CPTR_EL2': 'S3_4_C1_C1_2', 'HSTR_EL2': 'S3_4_C1_C1_3', 'VPIDR_EL2': 'S3_4_C0_C0_0',
    'VMPIDR_EL2': 'S3_4_C0_C0_5', 'VTTBR_EL2': 'S3_4_C2_C1_0', 'CNTHCTL_EL2': 'S3_4_C14_C1_0',
    'CNTVOFF_EL2': 'S3_4_C14_C0_3', 'MDCR_EL2': 'S3_4_C1_C1_1', 'SCTLR_EL2': 'S3_4_C1_C0_0',
    'CPACR_EL1': 'S3_0_C1_C0_2', 'CONTEXTIDR_EL1': 'S3_0_C13_C0_1', 'CNTKCTL_EL1': 'S3_0_C14_C1_0',
    'ICC_SRE_EL2': 'S3_4_C12_C9_5', 'ICH_HCR_EL2': 'S3_4_C12_C11_0', 'LORC_EL1': 'S3_0_C10_C4_3',
    'ZCR_EL2': 'S3_4_C1_C2_0', 'SMCR_EL2': 'S3_4_C1_C2_6', 'HCRX_EL2': 'S3_4_C1_C2_2',
    'HFGRTR_EL2': 'S3_4_C1_C1_4', 'HFGWTR_EL2': 'S3_4_C1_C1_5', 'HFGITR_EL2': 'S3_4_C1_C1_6',
    'HDFGRTR_EL2': 'S3_4_C3_C1_4', 'HDFGWTR_EL2': 'S3_4_C3_C1_5',
}
# Bits that QEMU keeps at 0: lengths it cannot have, and RAS fault injection, which it does not emulate
LOST = {'ZCR_EL2': 0x1f0, 'SMCR_EL2': 0x1f0, 'HCR_EL2': 1 << 47}

CPUS = ['cortex-a35', 'cortex-a53', 'cortex-a57', 'cortex-a72', 'cortex-a76', 'neoverse-n1', 'a64fx', 'max']


def writes(text):
    """The registers that `el2 writes` lists."""
    return {r: int(v, 16) for r, v in re.findall(r'^  (\w+) += 0x([0-9a-f]{16})', text, re.M)}


@pytest.mark.parametrize('gic', ['2', '3'])
@pytest.mark.parametrize('cpu', CPUS)
def test_registers_hold_what_the_command_says(loft, qemu, assemble, cpu, gic):
    machine = f',gic-version={gic}'
    m = loft(el2=True, cpu=cpu, machine=machine)
    said = writes(m.run_check('el2 writes'))
    assert ('ICC_SRE_EL2' in said) == (gic == '3')
    assert said['HCR_EL2'] & (1 << 31) and not said['HCR_EL2'] & (1 << 34 | 1 << 27)
    m.kill()

    looked_at = [r for r in said if r in ENCODINGS]
    assert len(looked_at) >= 13
    kernel = assemble(KERNEL.replace('REGISTERS', '\n'.join(f'    dump {r}, {ENCODINGS[r]}' for r in looked_at)), SCRIPT)
    text = qemu(kernel=kernel, el2=True, cpu=cpu, machine=machine).finish()
    held = {r: int(v, 16) for r, v in re.findall(r'^(\w+)=([0-9a-f]{16})$', text, re.M)}
    for r in looked_at:
        assert held[r] | LOST.get(r, 0) == said[r] | LOST.get(r, 0), f'{r}: {held[r]:#x}, said {said[r]:#x}'


def test_rules_at_el2(loft):
    m = loft(el2=True, cpu='cortex-a57', machine=',gic-version=3')
    text = m.run_check('el2 rules')
    assert 'Loft runs at EL2' in text and 'not reachable' not in text
    assert re.search(r'^yes +MDCR_EL2 .*PMU.*DFR0\.PMUVer 1 \(', text, re.M)
    assert re.search(r'^no +HCRX_EL2 .*MMFR1\.HCX 0 \(>= 1\)', text, re.M)
    assert re.search(r'^no +CPTR_EL2 +-0x0*100 .*PFR0\.SVE 0 \(>= 1\)', text, re.M)
    assert len(re.findall(r'^(?:yes|no) ', text, re.M)) > 120
    assert 'EL2 writes' not in text


def test_command_at_el1(loft):
    m = loft()
    text = m.run_check('el2')
    assert 'EL2 was not reachable' in text and 'would' in text
    assert writes(text)['HCR_EL2'] == 0x80000002
    m.run_fail('el2 nonsense')
