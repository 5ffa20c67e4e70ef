# SPDX-License-Identifier: BSD-2-Clause
"""A CPU with features that the emulator's has not, under trapping.S: which registers are whose, and an image of
Loft in which each MRS and MSR of them is an SMC."""

import re
import subprocess

# ID registers: (encoding, {field: (lsb, value)}); a field is what a case below turns on.
IDS = {
    'ID_AA64PFR0_EL1': ((3, 0, 0, 4, 0), {'MPAM': (40, 1)}),
    'ID_AA64PFR1_EL1': ((3, 0, 0, 4, 1), {'MPAM_frac': (16, 1), 'GCS': (44, 1), 'THE': (48, 1), 'PFAR': (60, 1)}),
    'ID_AA64DFR0_EL1': ((3, 0, 0, 5, 0), {'SPE': (32, 5), 'TRBE': (44, 1), 'BRBE': (52, 2), 'TRF': (40, 1)}),
    'ID_AA64DFR1_EL1': ((3, 0, 0, 5, 1), {'SPMU': (32, 1), 'PMICNTR': (36, 1), 'ITE': (40, 1), 'EBEP': (48, 1)}),
    'ID_AA64MMFR0_EL1': ((3, 0, 0, 7, 0), {'FGT2': (56, 2)}),
    'ID_AA64MMFR3_EL1': ((3, 0, 0, 7, 3), {'TCR2': (0, 1), 'SCTLR2': (4, 1), 'S1PIE': (8, 1), 'S1POE': (16, 1),
                                           'AIE': (24, 1), 'D128': (32, 1)}),
    'ID_AA64PFR2_EL1': ((3, 0, 0, 4, 2), {'FPMR': (32, 1)}),
}
# Registers of features: (encoding, what a read says). The boot requirements oblige an EL3 to these, so they are there.
OWED = {
    'TCR2_EL1': ((3, 0, 2, 0, 3), 0), 'TCR2_EL2': ((3, 4, 2, 0, 3), 0),
    'GCSCR_EL1': ((3, 0, 2, 5, 0), 0), 'GCSCRE0_EL1': ((3, 0, 2, 5, 2), 0), 'GCSCR_EL2': ((3, 4, 2, 5, 0), 0),
    'HFGRTR_EL2': ((3, 4, 1, 1, 4), 0), 'HFGWTR_EL2': ((3, 4, 1, 1, 5), 0), 'HFGITR_EL2': ((3, 4, 1, 1, 6), 0),
    'HDFGRTR_EL2': ((3, 4, 3, 1, 4), 0), 'HDFGWTR_EL2': ((3, 4, 3, 1, 5), 0), 'HAFGRTR_EL2': ((3, 4, 3, 1, 6), 0),
    'HFGRTR2_EL2': ((3, 4, 3, 1, 2), 0), 'HFGWTR2_EL2': ((3, 4, 3, 1, 3), 0), 'HFGITR2_EL2': ((3, 4, 3, 1, 7), 0),
    'HDFGRTR2_EL2': ((3, 4, 3, 1, 0), 0), 'HDFGWTR2_EL2': ((3, 4, 3, 1, 1), 0),
    'PMBIDR_EL1': ((3, 0, 9, 10, 7), 0), 'PMSIDR_EL1': ((3, 0, 9, 9, 7), 0), 'PMSCR_EL2': ((3, 4, 9, 9, 0), 0),
    'TRBIDR_EL1': ((3, 0, 9, 11, 7), 0), 'BRBCR_EL2': ((2, 4, 9, 0, 0), 0),
}
# And not to these: each access is fatal. An EL3 that has the buffers for itself says so by PMBIDR_EL1.P.
NOT_OWED = {
    'MPAM0_EL1': (3, 0, 10, 5, 1), 'MPAM1_EL1': (3, 0, 10, 5, 0), 'MPAMIDR_EL1': (3, 0, 10, 4, 4),
    'MPAM2_EL2': (3, 4, 10, 5, 0), 'MPAMHCR_EL2': (3, 4, 10, 4, 0), 'MPAMVPMV_EL2': (3, 4, 10, 4, 1),
    'MPAMSM_EL1': (3, 0, 10, 5, 3), 'SCTLR2_EL1': (3, 0, 1, 0, 3), 'SCTLR2_EL2': (3, 4, 1, 0, 3),
    'TRFCR_EL1': (3, 0, 1, 2, 1), 'TRFCR_EL2': (3, 4, 1, 2, 1), 'AMCGCR_EL0': (3, 3, 13, 2, 2),
    'AMCNTENSET0_EL0': (3, 3, 13, 2, 5), 'AMCNTENSET1_EL0': (3, 3, 13, 3, 1), 'MAIR2_EL1': (3, 0, 10, 2, 1),
    'PFAR_EL1': (3, 0, 6, 0, 5), 'RCWMASK_EL1': (3, 0, 13, 0, 6), 'FPMR': (3, 3, 4, 4, 2),
    'PMICNTR_EL0': (3, 3, 9, 4, 0), 'TRCITECR_EL1': (3, 0, 1, 2, 3),
}
# What an EL3 keeps for itself, where the CPU says so: (SPE, TRBE) with P = 1.
KEPT = {'PMBIDR_EL1': 1 << 4, 'TRBIDR_EL1': 1 << 4}
KEPT_REGISTERS = ('PMSIDR_EL1', 'PMSCR_EL2')

FEATURES = sorted(field for _, fields in IDS.values() for field in fields)
LINE = re.compile(r'^\s*([0-9a-f]+):\t([0-9a-f]{8}) \t(mrs|msr)\t')


def word(encoding):
    """Bits 20:5 of an MRS or MSR, less op0's upper bit, which is 1."""
    op0, op1, crn, crm, op2 = encoding
    return (op0 - 2) << 14 | op1 << 11 | crn << 7 | crm << 3 | op2


def name(encoding):
    return 's{}_{}_c{}_c{}_{}'.format(*encoding)


def registers(features, kept):
    """[(name, encoding, kind, set, clear)]: 0 ID, 1 a word, 2 a trap"""
    out = []
    for reg, (encoding, fields) in IDS.items():
        on = [fields[f] for f in features if f in fields]
        if on:
            out.append((reg, encoding, 0, sum(v << lsb for lsb, v in on), sum(0xf << lsb for lsb, _ in on)))
    for reg, (encoding, value) in OWED.items():
        trap = kept and reg in KEPT_REGISTERS
        out.append((reg, encoding, 2 if trap else 1, value | (KEPT.get(reg, 0) if kept else 0), 0))
    out += [(reg, encoding, 2, 0, 0) for reg, encoding in NOT_OWED.items()]
    return out


def make(cross, build, out, features, kept=False):
    """Write OUT/loft.bin and OUT/trapping.inc; how many accesses are SMCs now."""
    regs = registers(features, kept)
    by_word = {word(r[1]): i for i, r in enumerate(regs)}
    image = bytearray((build / 'loft.bin').read_bytes())
    text = subprocess.run([cross + 'objdump', '-d', str(build / 'loft.elf')], capture_output=True, text=True,
                          check=True).stdout
    sites = [(0, 0, 0)]
    for line in text.splitlines():
        found = LINE.match(line)
        if not found:
            continue
        at, insn = int(found[1], 16), int(found[2], 16)
        reg = by_word.get(insn >> 5 & 0x7fff)
        if reg is None or insn >> 20 not in (0xd51, 0xd53):
            continue
        assert int.from_bytes(image[at:at + 4], 'little') == insn, f'{at:#x}'
        image[at:at + 4] = (0xd4000003 | len(sites) << 5).to_bytes(4, 'little')
        sites.append((reg, insn & 31, int(insn >> 20 == 0xd51)))
    (out / 'loft.bin').write_bytes(image)
    lines = ['regs:']
    lines += [f'\treg {r[0]}, {name(r[1])}, {r[2]}, {r[3]:#x}, {r[4]:#x}' for r in regs]
    lines += ['stubs:']
    lines += [f'\tstub {r[0]}, {name(r[1])}, {r[2]}, {r[3]:#x}, {r[4]:#x}' for r in regs]
    lines += ['sites:'] + [f'\tsite {reg}, {rt}, {write}' for reg, rt, write in sites]
    (out / 'trapping.inc').write_text('\n'.join(lines) + '\n')
    return len(sites) - 1


def shim(cross, root, out, loft, level, linux=False):
    """The firmware, flat; @linux: what Linux itself relies on is granted."""
    elf = out / 'trapping.elf'
    subprocess.run([cross + 'gcc', '-nostdlib', '-static', '-march=armv8.2-a', '-Wl,--build-id=none', '-Wl,-Ttext=0',
                    f'-I{out}', f'-DLOFT={loft:#x}', f'-DLEVEL={level}', f'-DLESS_THAN_LINUX={int(not linux)}', '-o', str(elf),
                    str(root / 'test/silicon/trapping.S')], check=True)
    subprocess.run([cross + 'objcopy', '-O', 'binary', str(elf), str(out / 'trapping.bin')], check=True)
    return out / 'trapping.bin'
