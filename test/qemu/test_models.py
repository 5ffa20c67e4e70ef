# SPDX-License-Identifier: BSD-2-Clause
"""Protocols between CPUs (test/silicon/models): every interleaving is right, each barrier is needed, and each stands
in the source."""

import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / 'test/silicon/models'))

import protocols                                    # noqa: E402
from explore import barriers, explore, without      # noqa: E402

CASES = [(p, why) for p in protocols.PROTOCOLS for why in barriers(p()[0])]


@pytest.mark.parametrize('protocol', protocols.PROTOCOLS, ids=lambda p: p.__name__)
def test_holds(protocol):
    wrong, states = explore(*protocol())
    assert not wrong and states > 4, wrong[:3]


@pytest.mark.parametrize('cpus,rounds', [(2, 2), (3, 1)])
def test_lock(cpus, rounds):
    assert not explore(*protocols.monitor_lock(cpus, rounds))[0]


@pytest.mark.parametrize('protocol,why', CASES, ids=[f'{p.__name__}: {why}' for p, why in CASES])
def test_each_barrier_is_needed(protocol, why):
    programs, memory, final = protocol()
    assert explore(without(programs, why), memory, final)[0]


@pytest.mark.parametrize('why', sorted({why for _, why in CASES}))
def test_barrier_stands_in_the_source(why):
    if why in protocols.KERNELS:
        return
    for path, text in protocols.PLACES[why]:
        assert len(protocols.places((ROOT / path).read_text(), text)) == 1, text
