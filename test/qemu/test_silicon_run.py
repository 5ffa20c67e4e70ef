# SPDX-License-Identifier: BSD-2-Clause
"""`make silicon-run` on a kernel that is not Loft's: nothing where it is right, and each planted fault by its name."""

import os
import re
import subprocess

from conftest import BUILD, CROSS, PAYLOADS, ROOT
from test_silicon import pytestmark     # noqa: F401

SOURCE = ROOT / 'test/silicon/early.S'
# What is wrong in test/silicon/early.S with -DFAULT_name: the rule, and the place that the finding names.
FAULTS = {
    'unclean': ('A', 'tables'), 'walk': ('F', 'mmu_is_on'), 'args': ('B', 'args'), 'registers_isb': ('G', 'empty_tlb'),
    'tlbi': ('S', 'mmu_on_again'), 'tlbi_dsb': ('G', 'empty_tlb'), 'mmu_isb': ('G', 'args'), 'device_x': ('P', 'map_device'),
    'nomap': ('N', 'map_others'), 'map_dsb': ('G', 'mapped'), 'unmap_dsb': ('G', 'unmap'), 'break': ('T', 'make'),
    'link': ('F', 'linked'), 'ttbr_isb': ('G', 'ttbr_used'), 'patch_clean': ('E', 'patch'), 'patch_ic': ('E', 'patch'),
    'patch_isb': ('E', 'patch'), 'drop': ('D', 'drop'), 'mail': ('C', 'second'), 'answer': ('B', 'answer'),
    'dma_dirty': ('H', 'tell_device'), 'dma_clean': ('H', 'tell_device'), 'dma_barrier': ('H', 'tell_device'),
    'dma_drop': ('B', 'dma'), 'eret_tlbi': ('S', 'down_again'), 'eret_dsb': ('G', 'down'), 'fp_isb': ('G', 'fp'),
}


def built(tmp_path, name):
    elf, flat = tmp_path / f'{name}.elf', tmp_path / f'{name}.bin'
    subprocess.run([CROSS + 'gcc', '-nostdlib', '-static', '-g', '-Wl,--build-id=none', '-Wl,-Ttext=0',
                    f'-DFAULT_{name}', '-o', str(elf), str(SOURCE)], check=True)
    subprocess.run([CROSS + 'objcopy', '-O', 'binary', str(elf), str(flat)], check=True)
    return flat


def silicon_run(kernels, arguments):
    """{Name of the kernel: [(rule, symbol, file:line)]}"""
    env = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'T')}
    text = subprocess.run(['make', '-s', f'O={BUILD}', 'silicon-run', 'KERNEL=' + ' '.join(map(str, kernels)),
                           f'SILICON_ARGS={arguments}'], cwd=ROOT, env=env, capture_output=True, text=True, timeout=600,
                          check=False).stdout
    found, name = {}, kernels[0].stem
    for line in text.splitlines():
        if line.startswith('== '):
            name = os.path.splitext(os.path.basename(line[3:]))[0]
        elif re.match(r'\d+ found$', line):
            found.setdefault(name, [])
        elif line.startswith('rule '):
            found.setdefault(name, []).append(re.match(r'rule (\S): (\S+)(?: \((.*)\))?, \d+ times', line).groups(''))
    return found


def test_planted(tmp_path):
    """One fault per kernel: found, and nothing else; and nothing in the kernel without."""
    places = set(re.findall(r'FAULT_(\w+)', SOURCE.read_text())) - {'name'}
    assert places == set(FAULTS)
    found = silicon_run([built(tmp_path, name) for name in ['none', *FAULTS]],
                        '--timeout 60 --incoherent --nomap 80000000:c0000000 -- -smp 2 -nic none')
    assert {name: {f[:2] for f in what} for name, what in found.items()} == \
        {'none': set(), **{name: {fault} for name, fault in FAULTS.items()}}
    assert all(f[2].startswith('early.S:') for what in found.values() for f in what), found
