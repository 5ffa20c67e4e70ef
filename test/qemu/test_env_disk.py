# SPDX-License-Identifier: BSD-2-Clause
"""The environment on a disk: in files of FAT and ext4, in blocks of none; read by libubootenv."""
import os
import shutil
import subprocess

import pytest

from conftest import built
from test_env import SIZE, option, read_copy, reboot

pytestmark = pytest.mark.skipif(not option('ENV_FAT') or not option('ENV_REDUNDANT'),
                                reason='no environment in files')
ENV = dict(os.environ, PATH=os.environ['PATH'] + ':/usr/sbin:/sbin')


def sh(text):
    return subprocess.run(text, shell=True, check=True, env=ENV, capture_output=True,
                          text=True).stdout


def disk(path):
    return ('-drive', f'if=none,id=d,format=raw,file={path}', '-device', 'virtio-blk-device,drive=d')


def fw(tmp_path, *lines):
    """fw_printenv of what these files hold."""
    if not shutil.which('fw_printenv'):
        pytest.skip('fw_printenv is missing (libubootenv-tool)')
    (tmp_path / 'fw_env.config').write_text(''.join(f'{line}\n' for line in lines))
    return sh(f'fw_printenv -c {tmp_path}/fw_env.config turn').strip()


def save_and_load(m, keeper):
    """Three saves; a change is gone with env load."""
    assert m.run(f'env select {keeper}') == f'Select Environment on {keeper}: OK'
    text, code = m.code('env load')
    assert code and 'nothing stored' in text, text
    for i in range(3):
        text = m.run_check(f'setenv turn {i}; saveenv')
        assert text == f'Saving Environment to {keeper}... OK', text
    m.run_check('setenv turn x; env info -p')
    assert m.run('env load') == f'Loading Environment from {keeper}... OK'
    assert m.run('printenv turn') == 'turn=2'
    assert 'env_valid = valid' in m.run('env info')


def test_fat(loft, tmp_path):
    img = tmp_path / 'fat.img'
    sh(f'mkfs.vfat -C -F 32 -s 1 {img} 36864')
    m = loft(extra=disk(img))
    save_and_load(m, 'FAT')
    reboot(m)
    assert '"turn" not defined' in m.run('printenv turn'), 'nothing on a disk is looked for at start'
    m.run_check('env select FAT; env load; test $turn = 2')
    sh(f'fsck.fat -n {img}; cd {tmp_path}; mcopy -i {img} ::/uboot.env ::/uboot-redund.env .')
    copies = [read_copy((tmp_path / n).read_bytes()) for n in ('uboot.env', 'uboot-redund.env')]
    assert [c[0] for c in copies] == [3, 2] and [c[1]['turn'] for c in copies] == ['2', '1']
    assert fw(tmp_path, f'{tmp_path}/uboot.env 0 {SIZE:#x}',
              f'{tmp_path}/uboot-redund.env 0 {SIZE:#x}') == 'turn=2'
    m.run_check('env erase')
    assert 'nothing stored' in m.run_fail('env load')


def test_ext4(loft, tmp_path):
    img, tree = tmp_path / 'ext4.img', tmp_path / 'tree'
    tree.mkdir()
    for name in ('uboot.env', 'uboot-redund.env'):
        (tree / name).write_bytes(b'\xff' * SIZE)
    sh(f'truncate -s 32M {img}; mkfs.ext4 -q -d {tree} {img}')
    m = loft(extra=disk(img))
    save_and_load(m, 'EXT4')
    sh(f'e2fsck -fn {img}')
    for name in ('uboot.env', 'uboot-redund.env'):
        sh(f"debugfs -R 'dump /{name} {tmp_path}/{name}' {img}")
    assert fw(tmp_path, f'{tmp_path}/uboot.env 0 {SIZE:#x}',
              f'{tmp_path}/uboot-redund.env 0 {SIZE:#x}') == 'turn=2'


def test_blocks(loft, tmp_path):
    img = tmp_path / 'disk.img'
    at = [option('ENV_OFFSET'), option('ENV_OFFSET_REDUND')]
    sh(f"truncate -s 8M {img}; printf 'label: gpt\\nstart=2048,size=4096\\n' | sfdisk -q {img}")
    m = loft(extra=disk(img))
    save_and_load(m, 'Block')
    assert fw(tmp_path, *(f'{img} {a:#x} {SIZE:#x}' for a in at)) == 'turn=2'
    sh(f'sfdisk -V -q {img}')


@pytest.mark.parametrize('make, says', [
    ("printf 'label: gpt\\nfirst-lba: 34\\nstart=64,size=4096\\n' | sfdisk -q {}", 'would lie in partition 1'),
    ("printf 'label: dos\\nstart=63,size=4096,type=83\\n' | sfdisk -q {}", 'would lie in partition 1'),
    ('mkfs.vfat {}', 'all of it is a file system, fat'),
    ('truncate -s 300K {}', 'is not in its 0x258 blocks'),
])
def test_blocks_of_others(loft, tmp_path, make, says):
    img = tmp_path / 'disk.img'
    sh(f'truncate -s 8M {img}; ' + make.format(img))
    m = loft(extra=disk(img))
    m.run_check('env select Block')
    before = img.read_bytes()
    assert says in m.run_fail('saveenv')
    assert m.run_fail('env info -p') == 'Environment cannot be persisted'
    assert img.read_bytes() == before


def test_no_such_keeper(loft):
    m = loft()
    assert m.run_fail('env select NAND') == 'Select Environment on NAND: driver not found'
    m.run_check('env select FAT')
    assert 'there is no disk virtio 0' in m.run_fail('saveenv')


def test_nothing_keeps_it(qemu):
    """CONFIG_ENV_ORDER names what is not built in: a word at each command, until another one is selected."""
    m = qemu(bios=built('no-keeper', options=['CONFIG_ENV_ORDER="Nowhere"']))
    m.prompt()
    assert 'Warning' not in m.text, m.text
    for command, says in (('saveenv', 'Saving Environment to nothing... '), ('env load', 'Loading Environment from nothing... '),
                          ('env erase', 'Erasing Environment on nothing... ')):
        text, code = m.code(command)
        assert code and text == f'{says}\nnothing here keeps an environment\nFailed (1)', text
    assert m.run('env select Flash') == 'Select Environment on Flash: OK'
