# SPDX-License-Identifier: BSD-2-Clause
"""The kernel writer's loop: files of the host by semihosting, and a kernel that boots when it changes."""

import shutil
import time

import pytest

SEMIHOSTING = ('-semihosting-config', 'enable=on,target=native')
BOTH = pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])


@BOTH
def test_load_hostfs(loft, tmp_path, el2):
    file = tmp_path / 'file'
    file.write_bytes(bytes(range(256)) * 300)
    m = loft(el2=el2, extra=SEMIHOSTING)
    assert '76800 bytes read' in m.run_check(f'load hostfs - 41000000 {file}')
    assert m.run('echo $fileaddr $filesize') == '41000000 12c00'
    assert m.run('md.b 41012bf8 8').startswith('41012bf8: f8 f9 fa fb fc fd fe ff')
    m.run_check(f'setenv bootfile {file}; setenv loadaddr 42000000')
    m.run_check('load hostfs -')
    assert m.run('md.b 42000000 4').startswith('42000000: 00 01 02 03')
    assert 'does not open' in m.run_fail(f'load hostfs - 41000000 {tmp_path}/none')
    (tmp_path / 'empty').write_bytes(b'')
    assert 'empty' in m.run_fail(f'load hostfs - 41000000 {tmp_path}/empty')
    assert 'Loft' in m.run_fail(f'load hostfs - 7ff80000 {file}')


@BOTH
def test_no_semihosting(loft, el2):
    m = loft(el2=el2)
    assert '-semihosting' in m.run_fail('load hostfs - 41000000 x')
    assert '-semihosting' in m.run_fail('watch hostfs x')
    assert m.run('echo on') == 'on'


def test_what_cannot_be_watched(loft):
    m = loft()
    assert 'reads -kernel once' in m.run_fail('watch qfw')
    assert 'no network' in m.run_fail('watch tftp')
    assert 'Usage' in m.run_fail('watch')


@BOTH
def test_watch(loft, build, tmp_path, el2):
    """A file that is no kernel is refused; when it becomes one, it boots. A half-written one is not taken."""
    file = tmp_path / 'kernel.elf'
    kernel = (build / 'examples/highhalf/highhalf.elf').read_bytes()
    file.write_bytes(b'not a kernel')
    m = loft(el2=el2, extra=SEMIHOSTING)
    m.send(f'watch hostfs {file}\r')
    m.wait('waiting for it to change')
    file.unlink()
    time.sleep(1)
    file.write_bytes(kernel[:len(kernel) // 2])
    time.sleep(0.2)
    other = tmp_path / 'new'
    other.write_bytes(kernel)
    shutil.move(other, file)
    m.wait(f'{len(kernel)} bytes, crc32')
    m.wait('ok, 0 FAIL')


def test_watch_ends(loft, build, tmp_path):
    m = loft(extra=SEMIHOSTING)
    m.send(f'watch hostfs {tmp_path}/none\r')
    time.sleep(0.5)
    m.send('\x03')
    m.prompt()
    assert m.run('echo on') == 'on'
    assert 'watch' not in m.run('memmap')
