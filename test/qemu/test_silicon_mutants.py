# SPDX-License-Identifier: BSD-2-Clause
"""Loft without one barrier, under the boot that sees it: a few by seed (`make silicon-mutants` tries all places)."""

import os
import random
import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / 'test/silicon'))

import boots                                        # noqa: E402
import mutants                                      # noqa: E402
import run                                          # noqa: E402
from test_silicon import pytestmark                 # noqa: E402, F401

# (file, what, text of the line, the boot, the rule that it breaks)
KNOWN = [
    ('arch/arm64/cpu/cache.c', 'dsb', 'lines in memory before a device or a CPU', 'kernel-el1', 'G'),
    ('arch/arm64/cpu/cache.c', 'dc', 'EACH_LINE("dc ivac"', 'kernel-el1', 'A'),
    ('arch/arm64/cpu/cache.c', 'ic', 'EACH_LINE("ic ivau"', 'prompt-el1', 'E'),
    ('arch/arm64/cpu/cpu.c', 'isb', 'the count is read after', 'kernel-el1', 'G'),
    ('arch/arm64/cpu/cpu.c', 'isb', 'the translation is done', 'kernel-el1', 'G'),
    ('arch/arm64/el2/target.c', 'isb', 'in force before the registers', 'kernel-el2', 'G'),
    ('arch/arm64/el3/entry.S', 'isb', 'both in force before C', 'kernel-el3-el1', 'G'),
    ('arch/arm64/el3/monitor_target.c', 'tlbi', 'tlbi alle1', 'kernel-el3-el1', 'S'),
    ('arch/arm64/handoff/handoff.S', 'isb', 'MMU off before anything of the old map', 'kernel-el1', 'G'),
    ('arch/arm64/handoff/handoff.S', 'isb', 'TTBR0 changed before', 'kernel-el1', 'G'),
    ('arch/arm64/handoff/handoff.S', 'isb', 'from here on a fault is', 'fault-el1', 'G'),
    ('arch/arm64/mmu/apply.S', 'isb', 'MMU on before the next instruction', 'kernel-el1', 'G'),
    ('arch/arm64/mmu/mmu.c', 'dsb', 'new descriptors visible', 'kernel-el1', 'G'),
    ('arch/arm64/mmu/mmu.c', 'isb', 'before the next access may need them', 'kernel-el1', 'G'),
    ('arch/arm64/mmu/mmu.c', 'tlbi', 'tlbi vmalle1', 'prompt-el1', 'S'),
    ('arch/arm64/start/early_map.c', 'dsb', 'descriptors in memory before lines', 'kernel-el1', 'G'),
    ('arch/arm64/start/early_map.c', 'cache_inval_poc', 'tables * 4 * KIB', 'kernel-el1', 'A'),
]
CHOSEN = random.Random(int(os.environ.get('LOFT_MUTANTS_SEED', '14'))).sample(KNOWN, 4)


@pytest.fixture(scope='module')
def image(build):
    return mutants.Image(build)


@pytest.fixture(scope='module')
def places(image):
    return image.places()


def test_places(places):
    """The lines of KNOWN are there, each once; and there are as many places as ever."""
    for file, what, text, _, _ in KNOWN:
        assert len([p for p in places if (p.file, p.what) == (file, what) and text in p.text]) == 1, text
    assert len(places) > 150


def test_table(places):
    """doc/mutants.md has these places, a reason for each that nothing sees, and enough that something does."""
    assert not mutants.check(places)


@pytest.mark.parametrize('fault', ['gone', 'new', 'unexplained', 'few'])
def test_table_of_another_image(places, tmp_path, monkeypatch, fault):
    text = mutants.TABLE.read_text()
    rows = [line for line in text.splitlines() if line.startswith('| `')]
    if fault == 'new':
        places = [*places, places[0]]
    elif fault == 'gone':
        places = places[1:]
    elif fault == 'unexplained':
        text = text.replace(rows[0], rows[0].rsplit(' | ', 1)[0] + ' | **not** |')
    else:
        for row in rows[:len(rows) // 6]:
            text = text.replace(row, row.rsplit(' | ', 1)[0] + ' | **not**: so |')
    monkeypatch.setattr(mutants, 'TABLE', tmp_path / 'table')
    mutants.TABLE.write_text(text)
    assert mutants.check(places)


@pytest.mark.parametrize('file,what,text,boot,rule', CHOSEN, ids=[f'{c[0].rsplit("/", 1)[1]}: {c[2]}' for c in CHOSEN])
def test_seen(image, places, build, tmp_path, file, what, text, boot, rule):
    place = next(p for p in places if (p.file, p.what) == (file, what) and text in p.text)
    boot = next(b for b in boots.BOOTS if b.name == boot)
    wrong, findings = boot.run(build, image.without(place, tmp_path), run.plugin(str(build)), tmp_path, timeout=60)
    assert rule in {f.rule for f in findings}, f'{place}: {wrong}'
