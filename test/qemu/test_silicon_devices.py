# SPDX-License-Identifier: BSD-2-Clause
"""Under the plugin of test/silicon: drivers without one of the calls that keep a device that sees no caches from old or lost
data. The plugin follows what the device does with memory, and names each (rule H, or B where a CPU then reads old data)."""

import sys

import pytest

from conftest import ROOT
from test_silicon import described, QEMU10

sys.path.insert(0, str(ROOT / 'test/silicon'))

import boots                                        # noqa: E402
import mutants                                      # noqa: E402
import run                                          # noqa: E402

pytestmark = pytest.mark.skipif(not QEMU10.exists(), reason='no QEMU 10 (make qemu10)')
READS, WRITES, STALE = 'a device reads', 'a device writes', 'a cached load'
# (boot, file, text of the line, what is found)
FAULTS = [
    ('nvme', 'drivers/block/nvme.c', 'dma_invalidate(nvme->coherent, done, sizeof(*done))', STALE),
    ('nvme', 'drivers/block/nvme.c', 'dma_clean(nvme->coherent, queue->commands', READS),
    ('nvme', 'drivers/block/nvme.c', 'dma_clean(nvme->coherent, m, sizeof', WRITES),
    ('nvme', 'drivers/block/nvme.c', 'dma_clean(nvme->coherent, list[i].buffer', WRITES),
    ('nvme', 'drivers/block/nvme.c', 'dma_invalidate(nvme->coherent, m->page', STALE),
    ('nvme', 'drivers/block/nvme.c', 'dma_invalidate(nvme->coherent, list[i].buffer', STALE),
    ('ahci', 'drivers/block/ahci.c', 'dma_clean(disk->coherent, disk->memory, sizeof', WRITES),
    ('ahci', 'drivers/block/ahci.c', 'dma_clean(disk->coherent, buffer', WRITES),
    ('ahci', 'drivers/block/ahci.c', 'dma_clean(disk->coherent, table', READS),
    ('ahci', 'drivers/block/ahci.c', 'dma_clean(disk->coherent, disk->memory->header', READS),
    ('ahci', 'drivers/block/ahci.c', 'dma_invalidate(disk->coherent, disk->memory->header', STALE),
    ('ahci', 'drivers/block/ahci.c', 'dma_invalidate(disk->coherent, list[i].buffer', STALE),
    ('ahci', 'drivers/block/ahci.c', 'dma_invalidate(disk->coherent, disk->memory->identify', STALE),
    ('virtio-pci', 'drivers/block/virtio_blk.c', 'dma_clean(disk->virtio.coherent, start', READS),
    ('virtio-pci', 'drivers/block/virtio_blk.c', 'invalidate(disk, m->status', STALE),
    ('virtio-pci', 'drivers/block/virtio_blk.c', 'invalidate(disk, list[i].buffer', STALE),
    ('virtio', 'drivers/block/virtio_blk.c', 'invalidate(disk, list[i].buffer', STALE),
    ('virtio-net-pci', 'drivers/net/virtio_net.c', 'cache_clean_poc(q.avail', READS),
    ('virtio-net-pci', 'drivers/net/virtio_net.c', 'clean(dev, m, sizeof', WRITES),
    ('virtio-net-pci', 'drivers/net/virtio_net.c', 'invalidate(dev, tx.used', STALE),
    ('virtio-net-pci', 'drivers/net/virtio_net.c', 'clean(dev, m->tx_buffer[slot]', READS),
    ('virtio-net-pci', 'drivers/net/virtio_net.c', 'invalidate(dev, frame - header, length)', STALE),
]


@pytest.fixture(scope='module')
def image(build):
    return mutants.Image(build)


@pytest.mark.parametrize('boot,file,text,what', FAULTS, ids=[f'{f[0]}: {f[2]}' for f in FAULTS])
def test_seen(image, build, tmp_path, boot, file, text, what):
    line = 1 + next(n for n, it in enumerate((ROOT / file).read_text().split('\n')) if text in it)
    place = mutants.Place(file, line, 'call', text, image.maintenance(file)[line])
    assert place.pcs, text
    boot = next(b for b in boots.BOOTS if b.name == boot)
    wrong, findings = boot.run(build, image.without(place, tmp_path), run.plugin(str(build)), tmp_path, timeout=60)
    assert any(f.what.startswith(what) for f in findings), f'{wrong}\n{described(findings)}'
