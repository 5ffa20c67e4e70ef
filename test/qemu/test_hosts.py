# SPDX-License-Identifier: BSD-2-Clause
"""The rows H of FIELD.md, each by its name: how Loft is built, cleaned, packed and set up on a host."""

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from conftest import CROSS, ROOT

SYSROOT = os.environ.get('LOFT_SYSROOT') or ROOT / 'build/sysroot'
ENV = {k: os.environ[k] for k in ('PATH', 'HOME', 'TMPDIR', 'LANG') if k in os.environ}    # a stranger's: no make around it


def run(*command, cwd=ROOT, **env):
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=False, env=ENV | env)
    return done.returncode, done.stdout + done.stderr


def make(tree, *goals):
    return run('make', f'-j{os.cpu_count()}', f'LOFT_SYSROOT={SYSROOT}', *goals, cwd=tree)


def ok(answer):
    assert answer[0] == 0, answer[1][-3000:]
    return answer[1]


@pytest.fixture(scope='session')
def tarball(tmp_path_factory):
    """What `make dist` makes."""
    if run('git', '-c', 'safe.directory=*', 'rev-parse', 'HEAD')[0]:
        pytest.skip('no git repository: nothing to pack')
    out = tmp_path_factory.mktemp('dist')
    ok(run('make', f'O={out}', 'dist'))
    return next(out.glob('loft-*.tar.gz'))


@pytest.fixture
def unpacked(tarball, tmp_path):
    """A fresh tree in a folder with a blank in its name, and what its top folder is called."""
    place = tmp_path / 'with a blank'
    place.mkdir()
    with tarfile.open(tarball) as tar:
        tar.extractall(place)
    return next(place.iterdir())


def test_h2_dist_builds_anywhere_without_git_and_reproducibly(tarball, unpacked, tmp_path, qemu):
    """Two places, one of them with a blank, two output folders: one loft.bin, which says its version."""
    version = tarball.name.removeprefix('loft-').removesuffix('.tar.gz')
    assert unpacked.name == f'loft-{version}'
    # A repository around the sources has a version that is not theirs.
    ok(run('git', 'init', '-q', unpacked.parent))
    other = tmp_path / 'b' / 'c'
    shutil.copytree(unpacked, other)
    stamp = Path(SYSROOT) / '.stamp'
    before = stamp.stat().st_mtime_ns
    ok(make(unpacked, 'qemu_virt_core_defconfig', 'image', 'examples'))
    assert stamp.stat().st_mtime_ns == before, 'all that uses the same libraries will be compiled again'
    ok(make(other, f'O={tmp_path}/out', 'qemu_virt_core_defconfig', 'image'))
    first = unpacked / 'build/loft.bin'
    assert first.read_bytes() == (tmp_path / 'out/loft.bin').read_bytes()
    assert (unpacked / 'build/examples/highhalf/highhalf.elf').exists()
    assert not list(tmp_path.glob('with')), 'a piece of the name became a file'
    m = qemu(bios=tmp_path / 'out/loft.bin')
    m.prompt()
    assert re.search(rf'^Loft {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$', m.text, re.M), m.text


def test_h2_dist_is_the_same_each_time(tarball, tmp_path):
    ok(run('make', f'O={tmp_path}', 'dist'))
    assert (tmp_path / tarball.name).read_bytes() == tarball.read_bytes()


def test_h2_output_folder_with_a_blank(tmp_path):
    code, text = run('make', f'O={tmp_path}/a b', 'help')
    assert code and len(text.splitlines()) == 1 and 'without blanks' in text, text
    assert not list(tmp_path.iterdir())


def test_h1_clean_keeps_the_configuration(unpacked):
    ok(make(unpacked, 'clean'))         # there is nothing yet
    ok(make(unpacked, 'raspi3b_defconfig', 'savedefconfig'))
    ok(make(unpacked, 'O=build/other', 'sbsa_ref_defconfig'))
    build = unpacked / 'build'
    (build / 'lib/x').mkdir(parents=True)
    (build / 'lib/x/y.o').touch()
    (build / 'sysroot').mkdir(exist_ok=True)
    (build / 'sysroot/fetched').touch()
    before = (build / '.config').read_text()
    ok(make(unpacked, 'clean'))
    assert (build / '.config').read_text() == before and 'CONFIG_BOARD_RASPI3B=y' in before
    assert sorted(str(f.relative_to(build)) for f in build.rglob('*') if f.is_file()) == [
        '.config', 'defconfig', 'other/.config', 'sysroot/fetched']
    assert not (build / 'lib').exists()
    ok(make(unpacked, 'distclean'))
    assert [f for f in build.rglob('*') if f.is_file()] == [build / 'sysroot/fetched']
    ok(make(unpacked, 'distclean', 'sbsa_ref_defconfig'))
    assert 'CONFIG_BOARD_SBSA_REF=y' in (build / '.config').read_text()


def test_h1_clean_takes_nothing_of_others(unpacked, tmp_path):
    mine = tmp_path / 'mine'
    mine.mkdir()
    (mine / 'letter').touch()
    code, text = make(unpacked, f'O={mine}', 'clean')
    assert code and 'nothing was removed' in text and (mine / 'letter').exists()


# ---- packages ----

def tools(folder, **scripts):
    folder.mkdir()
    for name, text in scripts.items():
        (folder / name.replace('_', '-')).write_text('#!/bin/sh\n' + text)
        (folder / name.replace('_', '-')).chmod(0o755)
    return folder


def wants(tmp_path, *groups):
    """On a Debian that has nothing, for who is not root."""
    fake = tools(tmp_path / 'fake', dpkg_query='exit 1\n', id='echo 1000\n')
    return run('scripts/setup.sh', *groups, PATH=f'{fake}:{os.environ["PATH"]}')


def test_h3_the_build_wants_its_own(tmp_path):
    code, text = wants(tmp_path, 'build')
    wanted = text.splitlines()[0].split(':')[1].split()
    assert code and wanted == ['gcc-aarch64-linux-gnu', 'binutils-aarch64-linux-gnu', 'device-tree-compiler',
                               'python3-kconfiglib']
    assert text.splitlines()[2].endswith(' '.join(wanted) + "'")


def test_h3_tests_want_all(tmp_path):
    code, text = wants(tmp_path, 'build', 'clang', 'run', 'test')
    assert code and all(f' {p}' in text for p in ('qemu-system-arm', 'python3-kconfiglib', 'lld', 'python3-pytest', 'u-boot-qemu'))


def test_h3_which_goal_asks_for_what(unpacked):
    def asks(*goals):
        """The groups that setup.sh is called with."""
        text = run('make', '-n', f'LOFT_SYSROOT={SYSROOT}', *goals, cwd=unpacked)[1]
        return set(re.findall(r'scripts/setup\.sh (.*)', text))
    (unpacked / 'build').mkdir(exist_ok=True)
    assert asks('qemu_virt_defconfig') == {'build'}
    assert asks('qemu_virt_defconfig', 'LLVM=1') == {'build clang'}
    assert 'run' in asks('run')
    assert 'build clang run test' in asks('setup')


def test_h3_without_dpkg(tmp_path):
    """Another distribution: what is looked for are the tools."""
    real = {name: shutil.which(name) for name in ('sh', 'sed', 'dirname')}
    fake = tools(tmp_path / 'fake', dtc='', **{'x-gcc': '', 'x-ld': ''})
    for name, path in real.items():
        (fake / name).symlink_to(path)
    assert run('scripts/setup.sh', 'build', PATH=str(fake), CROSS_COMPILE='x-') == (0, '')
    code, text = run('scripts/setup.sh', 'build', PATH=str(fake), CROSS_COMPILE='y-')
    assert code and text.startswith('Loft needs tools that are not here: y-gcc y-ld\n') and 'doc/building.md' in text


def test_h6_the_bars_of_assembly_are_bars(build, tmp_path):
    """What the check prints as a bar it holds the sources to."""
    script = (ROOT / 'scripts/check-symbols').read_text()
    lowered = script.replace('"start": (100,', '"start": (10,')
    assert lowered != script
    (tmp_path / 'check').write_text(lowered)
    for path, says in ((ROOT / 'scripts/check-symbols', ''), (tmp_path / 'check', 'arch/arm64/start: ')):
        done = subprocess.run(['/usr/bin/python3', path, CROSS, build / 'loft.elf', *(build / 'arch/arm64/el3').glob('monitor*.o')], cwd=ROOT, capture_output=True,
                              text=True, check=False)
        assert done.returncode == bool(says) and done.stderr.startswith(says), done.stderr


# ---- boards ----

def test_a_seeded_build_compiles_what_differs(build):
    """Each image of the tests starts with another one's objects (scripts/seed.py): no option differs, then one does."""
    out = build / 'boards/seeded'
    shutil.rmtree(out, ignore_errors=True)
    ok(run('scripts/seed.py', build, out))
    compiled = re.findall(r'^ +(?:CC|AS) +(\S+)$', ok(run('make', f'O={out}', 'image')), re.M)
    assert set(compiled) <= {'common/console/version.c'}, compiled       # which says when
    with open(out / '.config', 'a', encoding='ascii') as config:
        config.write('# CONFIG_CMD_GO is not set\n')
    compiled = re.findall(r'^ +(?:CC|AS) +(\S+)$', ok(run('make', f'O={out}', 'olddefconfig', 'image')), re.M)
    assert len(compiled) < 20, compiled


@pytest.mark.parametrize('board', sorted(f.name.removesuffix('_defconfig') for f in (ROOT / 'configs').glob('*_defconfig')
                                         if (ROOT / 'board' / f.name.removesuffix('_defconfig')).is_dir()))
def test_h4_a_board_that_menuconfig_chose(board, tmp_path):
    """The board alone gives what its defconfig gives."""
    configs = []
    (tmp_path / 'board').write_text(f'CONFIG_BOARD_{board.upper()}=y\n')
    for source in (tmp_path / 'board', ROOT / f'configs/{board}_defconfig'):
        ok(run('/usr/bin/python3', 'scripts/kconfig.py', tmp_path / 'out', 'defconfig', source))
        configs.append((tmp_path / 'out/.config').read_text())
    assert configs[0] == configs[1]
    raspi = board.startswith('raspi')
    assert ('CONFIG_IMAGE_TEXT_OFFSET=0x80000\n' in configs[0]) == raspi
    assert ('CONFIG_FW_CFG=y\n' in configs[0]) == (board == 'qemu_virt')
