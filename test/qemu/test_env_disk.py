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


def set_by_linux(tmp_path, *lines):
    """fw_setenv, of a value with blanks and a name that was not there."""
    (tmp_path / 'fw_env.config').write_text(''.join(f'{line}\n' for line in lines))
    (tmp_path / 'default').write_text('')
    sh(f'fw_setenv -c {tmp_path}/fw_env.config -f {tmp_path}/default turn "by  linux"; '
       f'fw_setenv -c {tmp_path}/fw_env.config -f {tmp_path}/default more 1')


def found_and_kept(m, keeper):
    """What fw_setenv wrote is there, and Loft saves beside it."""
    m.run_check(f'env select {keeper}; env load')
    assert m.run('printenv turn') == 'turn=by  linux' and m.run('printenv more') == 'more=1'
    m.run_check('setenv turn again; saveenv')


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
    m.run_check('env select FAT; setenv turn first; saveenv')
    sh(f'cd {tmp_path}; mcopy -i {img} ::/uboot.env ::/uboot-redund.env .')
    files = [f'{tmp_path}/{name} 0 {SIZE:#x}' for name in ('uboot.env', 'uboot-redund.env')]
    assert fw(tmp_path, *files) == 'turn=first', 'both files are there from the first time on'
    sh(f'cd {tmp_path}; rm uboot*.env; mdel -i {img} ::/uboot.env ::/uboot-redund.env')
    save_and_load(m, 'FAT')
    reboot(m)
    assert '"turn" not defined' in m.run('printenv turn'), 'nothing on a disk is looked for at start'
    m.run_check('env select FAT; env load; test $turn = 2')
    sh(f'fsck.fat -n {img}; cd {tmp_path}; mcopy -i {img} ::/uboot.env ::/uboot-redund.env .')
    copies = [read_copy((tmp_path / n).read_bytes()) for n in ('uboot.env', 'uboot-redund.env')]
    assert [c[0] for c in copies] == [3, 2] and [c[1]['turn'] for c in copies] == ['2', '1']
    assert fw(tmp_path, f'{tmp_path}/uboot.env 0 {SIZE:#x}',
              f'{tmp_path}/uboot-redund.env 0 {SIZE:#x}') == 'turn=2'
    m.kill()
    set_by_linux(tmp_path, *files)
    sh(f'cd {tmp_path}; mcopy -o -i {img} uboot.env uboot-redund.env ::')
    m = loft(extra=disk(img))
    found_and_kept(m, 'FAT')
    sh(f'fsck.fat -n {img}; cd {tmp_path}; mcopy -n -i {img} ::/uboot.env ::/uboot-redund.env .')
    assert fw(tmp_path, *files) == 'turn=again'
    m.run_check('env erase')
    assert 'nothing stored' in m.run_fail('env load')


def test_ext4(loft, tmp_path):
    img, tree = tmp_path / 'ext4.img', tmp_path / 'tree'
    tree.mkdir()
    for name in ('uboot.env', 'uboot-redund.env'):
        (tree / name).write_bytes(b'\xff' * SIZE)
    sh(f'truncate -s 32M {img}; mkfs.ext4 -q -b 1024 -d {tree} {img}')
    m = loft(extra=disk(img))
    save_and_load(m, 'EXT4')
    sh(f'e2fsck -fn {img}')
    for name in ('uboot.env', 'uboot-redund.env'):
        sh(f"debugfs -R 'dump /{name} {tmp_path}/{name}' {img}")
    assert fw(tmp_path, f'{tmp_path}/uboot.env 0 {SIZE:#x}',
              f'{tmp_path}/uboot-redund.env 0 {SIZE:#x}') == 'turn=2'
    files = [f'{tmp_path}/{name} 0 {SIZE:#x}' for name in ('uboot.env', 'uboot-redund.env')]
    m.kill()
    set_by_linux(tmp_path, *files)
    for name in ('uboot.env', 'uboot-redund.env'):      # to the blocks that it has, as Linux writes it
        unit, content = 1024, (tmp_path / name).read_bytes()
        with open(img, 'r+b') as f:
            for i, block in enumerate(sh(f"debugfs -R 'blocks /{name}' {img}").split()):
                f.seek(int(block) * unit)
                f.write(content[i * unit:(i + 1) * unit])
    found_and_kept(loft(extra=disk(img)), 'EXT4')
    sh(f'e2fsck -fn {img}')
    for name in ('uboot.env', 'uboot-redund.env'):
        sh(f"debugfs -R 'dump /{name} {tmp_path}/{name}' {img}")
    assert fw(tmp_path, *files) == 'turn=again'


def damage(img, at):
    with open(img, 'r+b') as f:
        f.seek(at + 5)
        f.write(b'\0damaged')


def test_blocks_damaged(loft, tmp_path):
    """One copy: the other counts. Both: said, the variables stay, and saveenv makes it whole."""
    img = tmp_path / 'disk.img'
    at = [option('ENV_OFFSET'), option('ENV_OFFSET_REDUND')]
    sh(f'truncate -s 8M {img}')
    m = loft(extra=disk(img))
    m.run_check('env select Block; setenv turn 0; saveenv; setenv turn 1; saveenv')
    damage(img, at[1])
    m.run_check('env load; test $turn = 0; setenv turn 2; saveenv; setenv turn 3; saveenv')
    damage(img, at[0])
    assert fw(tmp_path, *(f'{img} {a:#x} {SIZE:#x}' for a in at)) == m.run('env load; printenv turn').split('\n')[-1]
    damage(img, at[1])
    m.run_check('setenv turn mine')
    assert 'bad CRC' in m.run_fail('env load')
    assert m.run('printenv turn') == 'turn=mine'
    m.run_check('saveenv; setenv turn x; env load; test $turn = mine')
    m.run_check('env default -a')
    assert 'not defined' in m.run('printenv turn')
    assert 'env_use_default = true' in m.run('env info')


def test_read_only(loft, tmp_path):
    """saveenv and env erase say that it can't be written."""
    img = tmp_path / 'disk.img'
    sh(f'truncate -s 8M {img}')
    extra = list(disk(img))
    extra[1] += ',readonly=on'
    m = loft(extra=extra)
    m.run_check('env select Block')
    for command in ('saveenv', 'env erase'):
        assert "virtio 0 can't be written" in m.run_fail(command), command
    assert img.read_bytes() == bytes(8 << 20)


def test_too_large(loft, tmp_path):
    """More variables than a copy holds: setenv says so, what is stored stays."""
    img = tmp_path / 'disk.img'
    sh(f'truncate -s 8M {img}')
    m = loft(extra=disk(img))
    m.run_check('env select Block; setenv turn 1; saveenv')
    m.run_check('a=xxxxxxxxxxxxxxxx; b=$a$a$a$a$a$a$a$a; c=$b$b$b$b$b$b$b$b; d=$c$c')
    text = m.run('for i in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do for j in 0 1 2 3 4 5 6 7 8 9; do setenv v$i$j $d || echo full; done; done')
    assert 'full' in text
    m.run_check('saveenv; setenv turn x; env load; test $turn = 1')


@pytest.mark.parametrize('redundant', [True, False], ids=['two', 'one'])
def test_sd_card_at_start(qemu, tmp_path, redundant):
    """CONFIG_ENV_ORDER has them on a card's sectors: they are there at start, of one copy or two; fw_setenv's, too."""
    img = tmp_path / 'card.img'
    at = [option('ENV_OFFSET'), option('ENV_OFFSET_REDUND')][:1 + redundant]
    sh(f'truncate -s 64M {img}; printf "label: dos\nstart=8192,size=8192,type=c\n" | sfdisk -q {img}')
    bios = built(f'env-card-{len(at)}', options=['CONFIG_ENV_ORDER="Block"', 'CONFIG_ENV_BLOCK_INTERFACE="mmc"',
                                                 f'CONFIG_ENV_REDUNDANT={"y" if redundant else "n"}'])
    card = ('-drive', f'if=none,id=sd,format=raw,file={img}', '-device', 'sdhci-pci', '-device', 'sd-card,drive=sd')
    lines = [f'{img} {a:#x} {SIZE:#x}' for a in at]
    m = qemu(bios=bios, extra=card)
    m.prompt()
    m.run_check('setenv turn here; saveenv')
    assert fw(tmp_path, *lines) == 'turn=here'
    set_by_linux(tmp_path, *lines)
    m = qemu(bios=bios, extra=card)
    m.prompt()
    assert 'bad CRC' not in m.text
    assert m.run('printenv turn more') == 'turn=by  linux\nmore=1' and 'env_use_default = false' in m.run('env info')
    m.run_check('setenv turn again; saveenv')
    assert fw(tmp_path, *lines) == 'turn=again'
    for a in at:
        damage(img, a)
    m = qemu(bios=bios, extra=card)
    m.prompt()
    assert 'bad CRC' in m.text and '"turn" not defined' in m.run('printenv turn')


# How a disk of each kind is there
KINDS = {'virtio': ('virtio-blk-device,drive=d',), 'nvme': ('nvme,serial=1,drive=d',), 'mmc': ('sdhci-pci', 'sd-card,drive=d')}


@pytest.mark.parametrize('kind', KINDS)
def test_at_start_by_what_is_there(qemu, tmp_path, kind):
    """CONFIG_ENV_ORDER names blocks, FAT and ext4: a disk of each is found at start for what it is, by one image."""
    bios = built(f'env-{kind}', options=['CONFIG_ENV_ORDER="Block FAT EXT4"'] + [
        f'CONFIG_ENV_{keeper}_INTERFACE="{kind}"' for keeper in ('BLOCK', 'FAT', 'EXT4')])
    img, files, tree = tmp_path / 'disk.img', [tmp_path / n for n in ('uboot.env', 'uboot-redund.env')], tmp_path / 'tree'
    tree.mkdir()
    for file in files:
        (tree / file.name).write_bytes(b'\xff' * SIZE)
    of_blocks = [f'{img} {option("ENV_OFFSET" + more):#x} {SIZE:#x}' for more in ('', '_REDUND')]
    of_files = [f'{file} 0 {SIZE:#x}' for file in files]
    # its name, what makes it, where fw_printenv finds it, after what
    for keeper, make, at, copy in (
            ('Block', f"truncate -s 64M {img}; printf 'label: gpt\\nstart=8192\\n' | sfdisk -q {img}", of_blocks, ':'),
            ('FAT', f'truncate -s 64M {img}; mkfs.vfat -F 32 -s 1 {img}', of_files,
             f'cd {tmp_path}; mcopy -n -o -i {img} ::/uboot.env ::/uboot-redund.env .'),
            ('EXT4', f'truncate -s 64M {img}; mkfs.ext4 -q -d {tree} {img}', of_files,
             '; '.join(f"debugfs -R 'dump /{f.name} {f}' {img}" for f in files))):
        sh(f'rm -f {img}; {make}')
        extra = ['-drive', f'if=none,id=d,format=raw,file={img}'] + [w for d in KINDS[kind] for w in ('-device', d)]
        m = qemu(bios=bios, extra=extra)
        m.prompt()
        assert m.run_check(f'setenv turn {keeper}; saveenv') == f'Saving Environment to {keeper}... OK'
        reboot(m)
        assert m.run('printenv turn') == f'turn={keeper}' and 'env_use_default = false' in m.run('env info')
        m.run_check('setenv turn again; saveenv')
        m.kill()
        sh(copy)
        assert fw(tmp_path, *at) == 'turn=again'
        m = qemu(bios=bios, extra=extra)
        m.prompt()
        assert m.run('printenv turn') == 'turn=again', keeper
        m.kill()


def test_blocks(loft, tmp_path):
    img = tmp_path / 'disk.img'
    at = [option('ENV_OFFSET'), option('ENV_OFFSET_REDUND')]
    sh(f"truncate -s 8M {img}; printf 'label: gpt\\nstart=2048,size=4096\\n' | sfdisk -q {img}")
    m = loft(extra=disk(img))
    save_and_load(m, 'Block')
    assert fw(tmp_path, *(f'{img} {a:#x} {SIZE:#x}' for a in at)) == 'turn=2'
    sh(f'sfdisk -V -q {img}')
    m.kill()
    set_by_linux(tmp_path, *(f'{img} {a:#x} {SIZE:#x}' for a in at))
    found_and_kept(loft(extra=disk(img)), 'Block')
    assert fw(tmp_path, *(f'{img} {a:#x} {SIZE:#x}' for a in at)) == 'turn=again'


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
