# SPDX-License-Identifier: BSD-2-Clause
"""Findings of a review that reads silicon's rules (doc/silicon.md), where no other test holds them."""

import re

import pytest

from test_boot import checked


def test_errors_are_taken_at_el2(loft):
    """W2: without HCR_EL2.AMO an SError at EL2 would wait for the kernel to unmask it."""
    m = loft(el2=True)
    assert int(re.search(r'HCR_EL2 +=? *0x([0-9a-f]+)', m.run_check('sysreg HCR_EL2'))[1], 16) & 1 << 5
    assert not int(re.search(r'DAIF +=? *0x([0-9a-f]+)', m.run_check('sysreg DAIF'))[1], 16) & 1 << 8


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('x0', ['0x09000000', '0x0a000000', '0x08000000', '0xfffffffffffffff8'])
def test_x0_is_a_device(qemu, assemble, highhalf, el2, x0):
    """U4: an earlier stage left the address of a device in x0: it is neither mapped nor read as a tree."""
    before = assemble(f'.global _start\n_start: ldr x0, ={x0}\n mov x1, xzr\n br x1\n', flat=True)
    checked(qemu(kernel=highhalf, el2=el2, loads=[(before, 0x50000000)],
                 extra=['-device', 'loader,addr=0x50000000,cpu-num=0']).finish())
