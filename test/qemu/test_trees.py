# SPDX-License-Identifier: BSD-2-Clause
"""The example kernel on other boards' trees with virt's nodes in them: 40 by a seed; `make trees` has all."""

import pytest

import trees
from conftest import PAYLOADS
from test_boot import checked

DTBS = PAYLOADS.parent / 'dtbs'
SEED, COUNT = 9, 40
CHOSEN = trees.cases(DTBS, SEED, COUNT)


def test_there_are_trees():
    """Skipped is what could not be fetched, and nothing else."""
    if not (DTBS / '.stamp').exists():
        pytest.skip('no device trees (make dtbs)')
    assert len(CHOSEN) == COUNT and len(trees.all_trees(DTBS)) > 1400


@pytest.mark.parametrize('case', CHOSEN, ids=str)
def test_tree(build, tmp_path, case):
    text, _ = trees.boot(case, build, tmp_path)
    checked(text)
    assert trees.passed(text), text  # and nothing was left out


@pytest.fixture
def grown(tmp_path):
    """virt's tree with nodes of ours in it: grown(edit=function of the tree)."""
    def make(edit, el2=False):
        tree = trees.Tree.read(trees.virt_tree(el2).pack())
        edit(tree)
        file = tmp_path / 'grown.dtb'
        file.write_bytes(tree.pack())
        return file
    return make


def test_flash_that_does_not_answer(qemu, grown, highhalf):
    """A bus that nobody has set up: no environment there, and the boot goes on."""
    def edit(tree):
        tree.root.children.append(trees.Node('nor@b000000', {
            'compatible': b'cfi-flash\0', 'reg': trees.cells(0, 0xb000000, 0, 0x1000000),
            'bank-width': trees.cells(2)}))
    text = qemu(kernel=highhalf, dtb=grown(edit), smp=2).finish()
    checked(text)
    assert 'fault:' not in text


def test_bridges_are_no_hosts(loft, grown):
    """A PCI bridge has ranges without addresses of the CPU's: nothing of it is left out."""
    def edit(tree):
        bridge = trees.Node('pci@0,0', {'device_type': b'pci\0', '#address-cells': trees.cells(3),
                                        '#size-cells': trees.cells(2), 'ranges': b'', 'reg': bytes(20)})
        next(c for c in tree.root.children if c.name.startswith('pcie@')).children.append(bridge)
    m = loft(dtb=grown(edit))
    assert 'no sense' not in m.text
