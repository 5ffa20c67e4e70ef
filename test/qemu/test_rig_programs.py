# SPDX-License-Identifier: BSD-2-Clause
"""doc/rigs.md with the rigs' own programs: labgrid, LAVA's dispatcher and U-Boot's test/py, as Debian has them.

scripts/rigs.sh fetches and unpacks them (not tbot, which Debian lacks: test_rigs.py does by hand what it does).
"""

import os
import pathlib
import re
import subprocess
import sys
import zlib

import pytest

from conftest import BUILD, QEMU, ROOT, built

RIGS = pathlib.Path(os.environ.get('LOFT_PAYLOADS', BUILD / 'payloads')).parent / 'rigs'
DRIVERS = ROOT / 'test/rigs'


@pytest.fixture(scope='session')
def rigs():
    """Directory of scripts/rigs.sh."""
    if not (RIGS / '.stamp').exists():
        fetched = subprocess.run([str(ROOT / 'scripts/rigs.sh'), str(RIGS)], timeout=1200, capture_output=True, text=True)
        if fetched.returncode:
            pytest.skip(f'the programs of test rigs did not come: {fetched.stderr[-200:]}')
    return RIGS


@pytest.fixture(scope='session')
def rig_image():
    return built('qemu_virt_rig', 'qemu_virt_rig_defconfig')


def run(command, rigs, timeout=180, path='', python='', cwd=None):
    """Its output; it has to end with 0."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith('PYTEST')}
    env = {**ours, 'QEMU': QEMU, 'PYTHONPATH': f'{rigs}/python:{python}', 'PATH': f'{path}:{os.environ["PATH"]}',
           'PYTHONDONTWRITEBYTECODE': '1'}
    done = subprocess.run([str(c) for c in command], env=env, cwd=cwd, timeout=timeout, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


@pytest.mark.parametrize('settings', [
    "{prompt: '=> '}",
    "{prompt: 'loft=> ', boot_expression: 'Loft [0-9a-f]+', interrupt: ' ', boot_command: 'run bootcmd'}",
], ids=['rig', 'default'])
def test_r16_labgrid(rigs, rig_image, build, tmp_path, settings):
    """Its QEMUDriver and UBootDriver: to the prompt, commands and their results, boot, power cycle, once more."""
    image = build / 'loft.bin' if 'loft' in settings else rig_image
    text = run([sys.executable, DRIVERS / 'labgrid_boot.py', tmp_path, image, settings], rigs)
    assert 'labgrid complete' in text


@pytest.mark.payload
def test_r13_r16_lava(rigs, rig_image, payloads, tmp_path):
    """A job of its U-Boot method: reset, interrupt, TFTP, fdt, booti, Linux, and the prompt of its userspace."""
    text = run([sys.executable, DRIVERS / 'lava.py', tmp_path, rig_image, payloads / 'Image',
                payloads / 'initramfs.cpio.gz'], rigs)
    assert 'job complete' in text
    assert re.search(r"< Hit any key to stop autoboot:  2", text)
    assert re.search(r'< Room for 0x[0-9a-f]+ bytes, up to Image', text)
    assert '< loft-test: userspace reached' in text
    assert '< loft-test: cmdline console=ttyAMA0,115200n8 root=/dev/ram0 ip=dhcp' in text


TESTPY = ('test_000_version or test_help or test_sleep or test_md or test_hush_if_test or test_bootmenu or test_qfw or '
          'test_env or test_net or test_shell_basics or test_unknown_cmd or test_log or test_part')
CONFIG = '''SYS_PROMPT="=> "
BOOTDELAY=2
VERSION_VARIABLE=y
HUSH_PARSER=y
SYS_MAXARGS=64
CMD_BOOTMENU=y
CMD_CRC32=y
CMD_DHCP=y
CMD_ECHO=y
CMD_EXPORTENV=y
CMD_IMPORTENV=y
CMD_LOG=y
CMD_MEMORY=y
CMD_MISC=y
CMD_NET=y
CMD_NVEDIT_INFO=y
CMD_PART=y
CMD_PING=y
CMD_QFW=y
EFI_PARTITION=y
LOG=y
NET=y
PARTITIONS=y
'''


def test_r12_r17_r20_test_py(rigs, rig_image, tmp_path):
    """U-Boot's own tests, as many as make sense: the hooks and the board's description are doc/rigs.md's."""
    for d in ('bin', 'build/include', 'tftp', 'python'):
        (tmp_path / d).mkdir(parents=True)
    data = os.urandom(100_003)
    (tmp_path / 'tftp/file').write_bytes(data)
    hooks = {'flash': '', 'reset': '',
             'console': f'exec {QEMU} -M virt -cpu cortex-a57 -m 1G -display none -monitor none -serial stdio '
                        f'-nic user,model=virtio-net-pci,tftp={tmp_path}/tftp -bios {rig_image}\n'}
    for name, text in hooks.items():
        hook = tmp_path / f'bin/u-boot-test-{name}'
        hook.write_text('#!/bin/sh\n' + text)
        hook.chmod(0o755)
    (tmp_path / 'build/.config').write_text(re.sub('^', 'CONFIG_', CONFIG.strip(), flags=re.M) + '\n')
    (tmp_path / 'build/include/autoconf.mk').write_text('')
    (tmp_path / 'python/filelock.py').write_text('FileLock = None\n')  # of builds, which do not happen here
    (tmp_path / 'python/u_boot_boardenv_loft.py').write_text(f'''
env__sleep_margin = 2
env__net_dhcp_server = True
env__net_tftp_readable_file = {{'fn': 'file', 'addr': 0x41000000, 'size': {len(data)}, 'crc32': '{zlib.crc32(data):08x}'}}
''')
    tests = rigs / 'u-boot-test/test/py'
    text = run([sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-c', tests / 'pytest.ini',
                '--rootdir', tests, tests / 'tests', '--ignore', tests / 'tests/test_fit_ecdsa.py', '-k', TESTPY,
                '--board-type', 'loft', '--build-dir', tmp_path / 'build'],
               rigs, path=tmp_path / 'bin', python=tmp_path / 'python', cwd=tmp_path)
    assert int(re.search(r'(\d+) passed', text)[1]) >= 94, text[-2000:]
    assert not re.search(r'\d+ (failed|errors?)', text), text[-2000:]
