# SPDX-License-Identifier: BSD-2-Clause
"""A locked Loft with keys, and what strangers put on its disks and its network: nothing of it starts.

The ways in that a person types are in test_signed.py; here are those that boot by themselves, each with
what it would boot, and each with the signed FIT beside which something unsigned stands.
"""
import gzip
import re
import shutil
import subprocess

import pytest

from imagebuild import android, uki
from test_diskboot import disk, fat, volume
from test_images import zboot
from test_signed import OK, PASSWORD, keys, locked, make_fit, unlock  # noqa: F401 (fixtures)

pytestmark = pytest.mark.skipif(not shutil.which('mkimage'), reason='needs u-boot-tools')

STARTED = r'0 FAIL|1 FAIL|Starting (kernel|application)|PWNED|MMU off'
NOT_SIGNED = 'is not signed: this Loft starts nothing but configurations'
LABEL = 'default l\nprompt 0\ntimeout 1\nlabel l\n'
BESIDE = {'extlinux, append': ('extlinux/extlinux.conf', LABEL + ' linux /good\n append init=/evil\n', 'a command line beside the FIT'),
          'extlinux, initrd': ('extlinux/extlinux.conf', LABEL + ' linux /good\n initrd /elf\n', 'a ramdisk beside the FIT'),
          'extlinux, fdt': ('extlinux/extlinux.conf', LABEL + ' linux /good\n fdt /tree\n', 'a device tree beside the FIT'),
          'extlinux, fdtoverlays': ('extlinux/extlinux.conf', LABEL + ' linux /good\n fdtoverlays /overlay\n', 'beside the FIT'),
          'extlinux, #bare': ('extlinux/extlinux.conf', LABEL + ' linux /good#bare\n', 'it has no signature'),
          'loft.cfg, cmdline': ('loft.cfg', 'kernel=good\ncmdline=init=/evil\n', 'a command line beside the FIT'),
          'loft.cfg, initrd': ('loft.cfg', 'kernel=good\ninitrd=elf\n', 'a ramdisk beside the FIT'),
          'loft.cfg, fdt': ('loft.cfg', 'kernel=good\nfdt=tree\n', 'a device tree beside the FIT'),
          'loft.cfg, module': ('loft.cfg', 'kernel=good\nmodule=m elf\n', 'beside the FIT'),
          'loft.cfg, options': ('loft.cfg', 'kernel=good\noptions=-r x5=77\n', 'an option beside the FIT'),
          'bls, options': ('loader/entries/a.conf', 'title t\nlinux /good\noptions init=/evil\n', 'a command line beside the FIT'),
          'bls, initrd': ('loader/entries/a.conf', 'title t\nlinux /good\ninitrd /elf\n', 'a ramdisk beside the FIT')}
SCRIPTS = {'boot.scr': lambda text, tmp_path: script(text, tmp_path), 'text': lambda text, tmp_path: text,
           'uEnv.txt': lambda text, tmp_path: b'bootargs=init=/evil\nbootcmd=echo PWNED\npreboot=echo PWNED\nuenvcmd=' + text}
WAYS = {'kernel.elf': ('kernel.elf', None), 'loft.cfg': ('loft.cfg', 'kernel=FILE\n'),
        'extlinux': ('boot/extlinux/extlinux.conf', LABEL + ' linux /FILE\n'),
        'bls': ('loader/entries/a.conf', 'title t\nlinux /FILE\n')}
FILES = {'elf': lambda elf, image: elf, 'Image': lambda elf, image: image, 'gzip': lambda elf, image: gzip.compress(elf),
         'zboot': lambda elf, image: zboot(gzip.compress(image)), 'uki': lambda elf, image: uki([('.linux', elf), ('.cmdline', b'init=/evil')]),
         'android': lambda elf, image: android(0, elf, b'070701' + bytes(106), b'init=/evil')}


def script(text, tmp_path):
    (tmp_path / 's').write_bytes(text)
    subprocess.run(['mkimage', '-A', 'arm64', '-T', 'script', '-d', tmp_path / 's', tmp_path / 'uscript'], check=True, capture_output=True)
    return (tmp_path / 'uscript').read_bytes()


def all_files(make_fit, highhalf, tmp_path):
    """What may be named: the signed FIT, an ELF file, a tree, an overlay."""
    (tmp_path / 'o.dts').write_text('/dts-v1/; /plugin/; &{/chosen} { evil; };')
    for name, source in (('overlay', 'o.dts'), ('tree', 't.dts')):
        if name == 'tree':
            subprocess.run(['qemu-system-aarch64', '-M', f'virt,dumpdtb={tmp_path}/tree', '-m', '1G'], check=True, capture_output=True)
        else:
            subprocess.run(['dtc', '-q', '-@', '-o', tmp_path / name, tmp_path / source], check=True)
    return {'good': make_fit('good'), 'elf': highhalf, 'tree': tmp_path / 'tree', 'overlay': tmp_path / 'overlay'}


def refused(qemu, locked, image, words):
    """It ends where a password is wanted, nothing has started, and Loft is well."""
    m = qemu(bios=locked, extra=disk(image))
    m.wait('This Loft is locked. Password: ')
    assert words in m.text, m.text
    m.send(PASSWORD)
    m.prompt()
    m.run('autoboot')
    shown = m.run('printenv bootargs bootcmd preboot')
    assert 'evil' not in shown and 'PWNED' not in shown, shown
    assert not re.search(STARTED, m.text), m.text
    m.kill()


@pytest.mark.parametrize('case', BESIDE)
def test_beside_the_fit(qemu, locked, make_fit, highhalf, tmp_path, case):
    path, text, words = BESIDE[case]
    refused(qemu, locked, volume(tmp_path, {path: text, **all_files(make_fit, highhalf, tmp_path)}, fat), words)


@pytest.mark.parametrize('kind', SCRIPTS)
def test_scripts(qemu, locked, make_fit, highhalf, tmp_path, kind):
    text = b'echo PWNED; setenv bootargs init=/evil; load ${devtype} ${devnum} 48000000 elf; bootelf 48000000\n'
    name = 'uEnv.txt' if kind == 'uEnv.txt' else 'boot.scr'
    refused(qemu, locked, volume(tmp_path, {name: SCRIPTS[kind](text, tmp_path), 'elf': highhalf}, fat), '')


@pytest.mark.parametrize('what', FILES)
@pytest.mark.parametrize('way', WAYS)
def test_unsigned_file(qemu, locked, highhalf, payloads, tmp_path, way, what):
    path, text = WAYS[way]
    data = FILES[what](highhalf.read_bytes(), (payloads / 'Image').read_bytes() if what in ('Image', 'zboot') else b'')
    files = {path: text.replace('FILE', 'evil'), 'evil': data} if text else {path: data}
    refused(qemu, locked, volume(tmp_path, files, fat), NOT_SIGNED)


@pytest.mark.parametrize('way', WAYS)
def test_signed_file(qemu, locked, make_fit, tmp_path, way):
    """The same ways with the FIT alone: it boots."""
    path, text = WAYS[way]
    fit = make_fit('good')
    files = {path: text.replace('FILE', 'good'), 'good': fit} if text else {path: fit}
    text = qemu(bios=locked, extra=disk(volume(tmp_path, files, fat))).finish()
    assert re.search(OK, text, re.M) and 'sha256,rsa2048:key-dev+ OK' in text, text


def test_network(qemu, locked, make_fit, highhalf, tmp_path):
    """By TFTP: pxe's menu, and files by name; the FIT boots, and nothing else."""
    top = tmp_path / 'tftp'
    (top / 'pxelinux.cfg').mkdir(parents=True)
    (top / 'pxelinux.cfg/default').write_text(LABEL + ' linux elf\n append init=/evil\n')
    for name, file in (('elf', highhalf), ('good', make_fit('good'))):
        shutil.copy(file, top / name)
    m = unlock(qemu(bios=locked, extra=('-netdev', f'user,id=n0,tftp={top},bootfile=pxelinux.0', '-device', 'virtio-net-device,netdev=n0')))
    m.run('dhcp')
    for command in ('pxe get; pxe boot', 'tftpboot 50000000 elf; bootm 50000000', 'autoboot', 'tftpboot 50000000 good; bootm 50000000#bare'):
        said = m.run(command)
        assert re.search(NOT_SIGNED + '|it has no signature|nothing to boot|autoboot', said), (command, said)
        assert not re.search(STARTED, said), (command, said)
    m.run_check('tftpboot 50000000 good')
    m.send('bootm 50000000\r')
    assert re.search(OK, m.finish(), re.M), m.text
