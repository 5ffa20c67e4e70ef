# SPDX-License-Identifier: BSD-2-Clause
"""scripts/order.py over small images: each rule names what is planted, by symbol and line, and is silent where it is right.

No boot: only the assembler, and the rules. (The linked image itself: `make check-symbols`.)
"""

import importlib
import subprocess
import sys

import pytest

from conftest import CROSS, ROOT

sys.path.insert(0, str(ROOT / 'scripts'))

import order                                        # noqa: E402

check_code = importlib.import_module('check-code')

# (rule, code; what `!` begins is what the second image lacks)
CASES = {
    'tlbi-dsb': ('maintenance complete', 'tlbi vmalle1; !dsb nsh; isb; ret'),
    'tlbi-isb': ('maintenance complete', 'tlbi vmalle1; dsb nsh; !isb; ldr x0, [x1]; ret'),
    'tlbi-one-way': ('maintenance complete', 'tlbi alle2; cbz x0, 1f; dsb nsh; b 2f; 1: !dsb nsh; 2: isb; ret'),
    'ic-dsb': ('maintenance complete', 'ic iallu; !dsb nsh; isb; ret'),
    'ic-isb': ('maintenance complete', 'ic iallu; dsb nsh; !isb; br x1'),
    'dc-ic': ('maintenance complete', '1: dc cvau, x0; add x0, x0, x1; cbnz x2, 1b; !dsb ish; ic ivau, x0; dsb ish; isb; ret'),
    'dc-off': ('maintenance complete', 'dc civac, x0; !dsb sy; msr sctlr_el1, x1; isb; ret'),
    'mmu-off': ('in force before use', 'msr sctlr_el1, x0; !isb; br x1'),
    'mmu-on': ('in force before use', 'msr ttbr0_el1, x1; isb; tlbi vmalle1; dsb nsh; isb; msr sctlr_el1, x0; !isb; ldr x0, [x1]; ret'),
    'ttbr-tlbi': ('in force before use', 'msr ttbr0_el2, x0; !isb; tlbi alle2; dsb nsh; isb; ret'),
    'tcr-on': ('in force before use', 'msr tcr_el1, x0; !isb; msr sctlr_el1, x1; isb; ret'),
    'vbar': ('in force before use', 'msr vbar_el1, x0; !isb; str x1, [x2]; ret'),
    'fp': ('in force before use', 'msr cpacr_el1, x0; !isb; fmov d0, x1; ret'),
    'e2h': ('in force before use', 'dsb nsh; msr hcr_el2, x0; !isb; msr cptr_el2, x1; isb; ret'),
    'scr': ('in force before use', 'msr scr_el3, x0; !isb; msr sctlr_el1, x1; eret; dsb nsh; isb'),
    'debug': ('in force before use', 'msr mdscr_el1, x0; !isb; ret'),
    'at': ('in force before use', 'at s1e1r, x0; !isb; mrs x0, par_el1; ret'),
    'far': ('in force before use', 'msr far_el2, x0; msr far_el1, xzr; !isb; mrs x0, far_el2; ret'),
    'walk': ('speculative walks', 'msr tcr_el1, x0; !isb; msr ttbr0_el1, x1; isb; tlbi vmalle1; dsb nsh; isb; ldr x0, [x1]; ret'),
    'sev': ('seen when woken', 'str x0, [x1]; !dsb ish; sev; ret'),
    'wfi': ('seen when woken', 'str x0, [x1]; !dsb sy; wfi; ret'),
    'ivac': ('stores before lines', 'str x0, [x1]; !dmb sy; dc ivac, x1; dsb sy; ret'),
}
# What reads as one of them, and is none
FINE = {
    'parked': 'str x0, [x1]; 1: wfi; b 1b',
    'eret': 'msr vbar_el1, x0; tlbi vmalle1; ic iallu; dsb nsh; eret',
    'off-anyway': 'msr tcr_el1, x0; msr ttbr0_el1, x1; isb; tlbi vmalle1; dsb nsh; isb; msr sctlr_el1, x2; isb; br x3',
    'out-of-context': 'msr sctlr_el2, x3; isb; msr tcr_el1, x0; msr ttbr0_el1, x1; msr sctlr_el1, x2; tlbi alle1; dsb nsh; eret',
}


def found(tmp_path, code):
    (tmp_path / 'k.S').write_text('.arch armv8-a\n.global planted\n.type planted, %function\nplanted:\n' +
                                  '\n'.join(line.strip() for line in code.split(';')) + '\n.size planted, . - planted\n')
    subprocess.run([CROSS + 'gcc', '-g', '-nostdlib', '-static', '-Wl,--build-id=none', '-Wl,-e,planted', '-o', tmp_path / 'k.elf',
                    tmp_path / 'k.S'], check=True, cwd=tmp_path)
    insns, names = check_code.functions(CROSS, str(tmp_path / 'k.elf'))
    return check_code.named(CROSS, str(tmp_path / 'k.elf'), names, list(order.findings(order.Flow(insns, names))))


@pytest.mark.parametrize('name', CASES)
def test_planted(tmp_path, name):
    rule, code = CASES[name]
    assert not found(tmp_path, code.replace('!', ''))
    lines = [line.strip() for line in code.split(';')]
    missing = next(i for i, line in enumerate(lines) if '!' in line)
    lines[missing] = lines[missing].split('!')[0]
    wrong = found(tmp_path, ';'.join(lines))
    assert wrong and all(rule in w and w.startswith('planted at 0x') and 'k.S:' in w for w in wrong), wrong


@pytest.mark.parametrize('name', FINE)
def test_fine(tmp_path, name):
    assert not found(tmp_path, FINE[name])
