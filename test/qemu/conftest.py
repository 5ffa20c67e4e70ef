# SPDX-License-Identifier: BSD-2-Clause
"""Fixtures of the QEMU tests.

    make qemu-test [T=expression]           all of them
    make qemu-test SOME=2                   what `make check` runs: of each test's cases so many, by seed
    QEMU=path pytest test/qemu              another QEMU
    LOFT_BUILD=dir pytest test/qemu         another build

`qemu(...)` starts a machine, `loft(...)` starts one and waits for the prompt; both end with the test.
"""

import collections
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(ROOT / 'test/bench'))
sys.path.insert(0, str(ROOT / 'scripts'))

from chosen import chosen, seed          # noqa: E402
from console import TIMEOUT, Machine     # noqa: E402

BUILD = Path(os.environ.get('LOFT_BUILD') or os.environ.get('O') or ROOT / 'build').resolve()
PAYLOADS = Path(os.environ.get('LOFT_PAYLOADS', ROOT / 'build/payloads'))
QEMU = os.environ.get('QEMU', 'qemu-system-aarch64')
CROSS = os.environ.get('CROSS_COMPILE', 'aarch64-linux-gnu-')

# What every boot must be able to do: DESIGN's matrix of exception level, CPU and memory
MATRIX = [pytest.param(el2, cpu, memory, id=f'el{1 + el2}-{cpu}-{memory}')
          for el2 in (False, True) for cpu in ('cortex-a57', 'max') for memory in ('128M', '4G')]

# For machines whose CPUs all start at EL3, or wait in a spin table: in QEMU each is a thread that loops over WFE, and keeps the
# one that works, and other tests, from the host's CPUs. What is about CPUs at the same time does without, and so does Linux,
# which by turns now and then stands still before its first line.
BY_TURNS = ['-accel', 'tcg,thread=single']


def built(name, goal='olddefconfig', options=()):
    """loft.bin in boards/NAME: of a defconfig, or of this build with other options; one worker makes it for all."""
    out = BUILD / 'boards' / name
    out.mkdir(parents=True, exist_ok=True)
    env = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'O', 'T')}
    with open(out / '.lock', 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(['scripts/seed.py', BUILD, out], cwd=ROOT, check=True, timeout=60)
        asked, config = out / '.asked', '\n'.join([(BUILD / '.config').read_text(), *options, ''])
        if options and not (asked.exists() and asked.read_text() == config):
            (out / '.config').write_text(config)
            asked.write_text(config)
        subprocess.run(['make', '-s', f'-j{os.cpu_count()}', f'O={out}', goal, 'image'], cwd=ROOT, env=env, check=True,
                       timeout=600, stdout=subprocess.DEVNULL)
    return out / 'loft.bin'


def pytest_configure(config):
    if not (BUILD / 'loft.bin').exists():
        raise pytest.UsageError(f'{BUILD}/loft.bin is missing: run make first')
    if not shutil.which(CROSS + 'gcc'):
        raise pytest.UsageError(f'{CROSS}gcc is missing: run make setup first')
    config.addinivalue_line('markers', 'align: what only a QEMU that faults on unaligned Device accesses shows')
    config.addinivalue_line('markers', 'whole: SOME leaves out no case of these')
    config.addinivalue_line('markers', 'payload: boots a kernel that scripts/payloads.sh fetches')


def pytest_collection_modifyitems(config, items):
    """With SOME=n, n cases of each test with more: others at each commit, and the same for each worker."""
    some = int(os.environ.get('SOME') or 0)
    if not some:
        return
    at = seed()
    cases = collections.defaultdict(list)
    for item in items:
        cases[item.nodeid if item.get_closest_marker('whole') else item.nodeid.partition('[')[0]].append(item)
    kept = {id(item) for test, all_of_it in cases.items() for item in chosen(all_of_it, some, at + test)}
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in kept])
    items[:] = [item for item in items if id(item) in kept]


@pytest.fixture(scope='session')
def build():
    """The output directory of make."""
    return BUILD


@pytest.fixture(scope='session')
def highhalf(build):
    """The example kernel."""
    return build / 'examples/highhalf/highhalf.elf'


@pytest.fixture(scope='session')
def asking():
    """Directory of the kernels of test/payloads."""
    out = BUILD / 'test/payloads'
    out.mkdir(parents=True, exist_ok=True)
    with open(out / '.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(['make', '-s', '-C', str(ROOT / 'test/payloads'), f'O={out}', f'CROSS_COMPILE={CROSS}'],
                       check=True, capture_output=True)
    return out


@pytest.fixture(scope='session')
def payloads():
    """Directory of scripts/payloads.sh."""
    if not (PAYLOADS / '.stamp').exists() or not (PAYLOADS / 'zImage').exists():
        subprocess.run([str(ROOT / 'scripts/payloads.sh'), str(PAYLOADS)], check=True, timeout=1200)
    return PAYLOADS


@pytest.fixture
def qemu(build):
    """Start QEMU with Loft as its firmware; everything started is killed when the test ends.

    kernel, initrd, append, dtb: QEMU's options of that name. bios=False: no firmware, so that `kernel` is Loft
    or something else that QEMU enters itself. loads: [(file, address)] put into RAM. extra: more arguments.
    within: a command that QEMU runs under.
    """
    started = []

    def start(kernel=None, initrd=None, append=None, dtb=None, el2=False, cpu='cortex-a57', memory='1G', smp=1,
              machine='', bios=True, loads=(), extra=(), timeout=TIMEOUT, within=()):
        command = [*within, QEMU, '-M', 'virt' + (',virtualization=on' if el2 else '') + machine, '-cpu', cpu,
                   '-m', memory, '-smp', str(smp), '-nic', 'none',
                   '-display', 'none', '-monitor', 'none', '-serial', 'stdio']
        command += ['-bios', str(build / 'loft.bin')] if bios is True else ['-bios', str(bios)] if bios else []
        for option, value in (('-kernel', kernel), ('-initrd', initrd), ('-append', append), ('-dtb', dtb)):
            command += [option, str(value)] if value is not None else []
        for file, address in loads:
            command += ['-device', f'loader,file={file},addr={address:#x},force-raw=on']
        started.append(Machine(command + list(extra), timeout))
        return started[-1]

    yield start
    for m in started:
        m.kill()


@pytest.fixture
def loft(qemu):
    """qemu(), and wait for the prompt."""
    def start(**kw):
        m = qemu(**kw)
        m.prompt()
        return m
    return start


@pytest.fixture(scope='session')
def assemble(tmp_path_factory):
    """Assemble A64 source (C preprocessor, include/loft/boot.h within reach) to an ELF file or a flat image."""
    made = {}

    def make(source, script=None, flat=False):
        key = (source, script, flat)
        if key in made:
            return made[key]
        d = tmp_path_factory.mktemp('asm')
        (d / 'k.S').write_text(source)
        command = [CROSS + 'gcc', '-nostdlib', '-static', f'-I{ROOT}', '-Wl,--build-id=none',
                   '-Wl,-z,max-page-size=4096', '-o', str(d / 'k.elf'), str(d / 'k.S')]
        if script:
            (d / 'k.lds').write_text(script)
            command += [f'-Wl,-T,{d}/k.lds']
        subprocess.run(command, check=True)
        out = d / 'k.elf'
        if flat:
            subprocess.run([CROSS + 'objcopy', '-O', 'binary', str(out), str(d / 'k.bin')], check=True)
            out = d / 'k.bin'
        made[key] = out
        return out
    return make
