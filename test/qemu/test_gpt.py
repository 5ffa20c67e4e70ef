# SPDX-License-Identifier: BSD-2-Clause
"""gpt: what it writes is sgdisk's to judge, and what sgdisk wrote is read, judged and mended."""

import os
import re

import pytest

from conftest import built
from test_files import MIB, disk, sh

PARTS = ('uuid_disk=${disk};name=esp,start=1MiB,size=4MiB,type=system,uuid=11111111-2222-3333-4444-555566667777,bootable;'
         'name=root,size=8M,type=linux;name=rest,size=-')


def full(loft, file, options=''):
    return loft(extra=(*disk(file)[:3], disk(file)[3] + options), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))


def blank(tmp_path, size=32 * MIB):
    file = tmp_path / 'disk.img'
    with open(file, 'wb') as f:
        f.truncate(size)
    return file


def good(file):
    said = sh('sgdisk', '-v', file, text=True).stdout
    assert 'No problems found' in said, said
    return sh('sgdisk', '-p', file, text=True).stdout


@pytest.mark.parametrize('blocks', ['', ',logical_block_size=4096,physical_block_size=4096'])
def test_write(loft, tmp_path, blocks):
    """Made, told, made again from what was told; the disk's UUID goes to the variable that has none."""
    file = blank(tmp_path)
    m = full(loft, file, blocks)
    m.run_check(f"setenv partitions '{PARTS}'")
    assert m.run_check('gpt write virtio 0 $partitions') == 'Writing GPT: success!'
    uuid = re.search(r'disk=([0-9a-f-]{36})$', m.run_check('printenv disk'), re.M).group(1)
    assert m.run_check('gpt guid virtio 0') == uuid
    assert m.run_check('gpt verify virtio 0') == 'Verify GPT: success!'
    assert m.run_check('gpt verify virtio 0 $partitions') == 'Verify GPT: success!'
    assert m.run_check('gpt enumerate virtio 0') == 'success!'
    assert 'gpt_partition_list=esp root rest' in m.run_check('printenv gpt_partition_list')
    m.run_check('gpt read virtio 0 told')
    listed = m.run_check('part list virtio 0')
    assert m.run_check('gpt setenv virtio 0 root') == 'success!'
    assert 'gpt_partition_entry=2' in m.run_check('printenv gpt_partition_entry')
    assert f'gpt_partition_size={8 * MIB // (4096 if blocks else 512):x}' in m.run_check('printenv gpt_partition_size')
    m.run_check("gpt write virtio 0 'name=all,size=0'")
    assert '"all"' in m.run_check('part list virtio 0')
    assert 'partition 1 is not' in m.run_fail('gpt verify virtio 0 $partitions')
    m.run_check('gpt write virtio 0 $told')
    assert m.run_check('part list virtio 0') == listed
    if not blocks:
        assert re.search(r'1 +2048 +10239 .*esp', good(file))


def test_refused(loft, tmp_path):
    file = blank(tmp_path)
    m = full(loft, file)
    for text, said in (('name=a,size=64M', 'are not in 34 to 65502'), ('name=a', 'has no size'),
                       ('name=a,size=1M;name=b,start=1M,size=1M', 'lies over'), ('name=a,size=7', 'no multiple'),
                       ('what=a', "'what' is none of")):
        answer = m.run_fail(f"gpt write virtio 0 '{text}'")
        assert 'Writing GPT: error!' in answer and said in answer
    assert 'has no GPT' in m.run_fail('gpt enumerate virtio 0')
    assert 'no GPT' in m.run_fail('gpt verify virtio 0')
    assert 'gpt: ' in m.run_fail('gpt write virtio 9 name=a,size=-')
    with open(file, 'rb') as f:
        assert not any(f.read())
    assert 'Usage:' in m.run_fail('gpt write virtio 0')


def test_repair(loft, tmp_path):
    """A table of sgdisk's of which one copy, then the other, is damaged."""
    file = blank(tmp_path)
    sh('sgdisk', '-n', '1:2048:+4M', '-c', '1:one', '-n', '2:0:0', '-c', '2:two', file)
    was = sh('sgdisk', '-p', file, text=True).stdout
    m = full(loft, file)
    size = os.path.getsize(file) // 512
    for block in (1, size - 1, 2, size - 33):
        m.run_check('gpt verify virtio 0')
        m.run_check('mw.b 48000000 a5 200')
        m.run_check(f'virtio write 48000000 {block:x} 1')
        assert 'Verify GPT: error!' in m.run_fail('gpt verify virtio 0')
        assert m.run_check('gpt repair virtio 0').endswith('Repairing GPT: success!')
    m.run_check('gpt verify virtio 0')
    m.run_check('virtio write 48000000 1 1')
    m.run_check(f'virtio write 48000000 {size - 1:x} 1')
    assert 'both copies are bad' in m.run_fail('gpt repair virtio 0')
    m.run_check("gpt write virtio 0 'name=one,start=1M,size=4M;name=two,size=-'")
    assert [line.split()[:3] for line in good(file).splitlines()[-2:]] == \
           [line.split()[:3] for line in was.splitlines()[-2:]]
