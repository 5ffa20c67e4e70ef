# SPDX-License-Identifier: BSD-2-Clause
"""The environment: kept in flash, read and written by others, whole after every power cut.

LOFT_POWER_CUTS=1000 says how many moments of a saveenv the power is cut at (default 40).
"""

import os
import random
import shutil
import signal
import struct
import subprocess
import time
import zlib

import pytest

from bench import build_plugin
from conftest import BUILD, QEMU, ROOT
from qemu_count import Counter

RAM = 0x41000000
BANK = 64 << 20
CUTS = int(os.environ.get('LOFT_POWER_CUTS', '40'))
PUNCTUATION = r'''!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~'''


def option(name):
    """A number of the configuration under test; None where it is not set."""
    with open(BUILD / '.config') as f:
        for line in f:
            key, _, value = line.strip().partition('=')
            if key == 'CONFIG_' + name:
                return True if value == 'y' else int(value, 0)
    return None


SIZE, SECTOR, OFFSET = option('ENV_SIZE'), option('ENV_SECT_SIZE'), option('ENV_FLASH_OFFSET')
HEADER = 5 if option('ENV_REDUNDANT') else 4

pytestmark = pytest.mark.skipif(not option('ENV_FLASH'), reason='no environment in flash')
redundant = pytest.mark.skipif(HEADER != 5, reason='a single copy')


def pflash(file, *more):
    return ['-drive', ','.join(['if=pflash,unit=1,format=raw', f'file={file}', *more])]


@pytest.fixture
def flash(tmp_path):
    """An erased bank 1, as a file of the host."""
    file = tmp_path / 'flash.img'
    write_bank(file, b'')
    return file


def write_bank(file, content):
    """The copies as given, the rest of their sectors erased; what lies behind stays a hole."""
    with open(file, 'wb') as f:
        f.write(b'\xff' * OFFSET + content.ljust(2 * SECTOR, b'\xff'))
        f.truncate(BANK)


def make_copy(variables, generation=1, pad=b'\0', size=None):
    size = size or SIZE
    data = b''.join(f'{k}={v}'.encode() + b'\0' for k, v in variables.items()) + b'\0'
    data = data.ljust(size - HEADER, pad)
    return struct.pack('<I', zlib.crc32(data)) + bytes([generation])[:HEADER - 4] + data


def read_copy(raw):
    """(generation, variables) of a copy, None where it is not whole."""
    crc, data = struct.unpack_from('<I', raw)[0], raw[HEADER:SIZE]
    if zlib.crc32(data) != crc:
        return None
    strings = data[:data.index(b'\0\0') + 1].split(b'\0')[:-1]
    return raw[4], dict(s.decode('latin-1').split('=', 1) for s in strings)


def stored(file):
    """The variables that the bank holds; None where no copy is whole."""
    with open(file, 'rb') as f:
        f.seek(OFFSET)
        raw = f.read(2 * SECTOR)
    copies = [read_copy(raw[:SIZE]), read_copy(raw[SECTOR:SECTOR + SIZE]) if HEADER == 5 else None]
    if copies[0] and copies[1]:
        step = (copies[1][0] - copies[0][0]) % 256
        return copies[1 if step == 1 else 0][1]
    best = copies[0] or copies[1]
    return best and best[1]


def reboot(m):
    m.send('reset\r')
    m.wait('resetting ...', literal=True)
    return m.prompt()


# ---- stored and read ----

def test_saveenv_prints_and_survives_reset(loft):
    """Without a file behind it the flash forgets at exit, not at reset."""
    m = loft()
    assert '*** Warning' not in m.text and 'Loading Environment' not in m.text
    value = 'x' * 1500 + PUNCTUATION.replace("'", '').replace('\\', '')
    m.run_check(f"setenv long '{value}'")
    text, code = m.code('saveenv')
    assert code == 0
    assert text == ('Saving Environment to Flash... Erasing Flash...\n. done\n'
                    'Writing to Flash... done\nOK'), text
    text = reboot(m)
    assert '*** Warning' not in text and 'Loading Environment' not in text
    assert m.run('printenv long') == f'long={value}'


def test_the_file_has_it(loft, flash):
    m = loft(extra=pflash(flash))
    m.run_check('setenv hello a  b "c  d"')
    m.run_check('saveenv')
    assert stored(flash)['hello'] == 'a b c  d'
    with open(flash, 'rb') as f:
        raw = f.read(2 * SECTOR)
    assert raw[OFFSET + 4096:OFFSET + SIZE] == b'\xff' * (SIZE - 4096), 'only what is used is written'


@redundant
def test_copies_take_turns(loft, flash):
    m = loft(extra=pflash(flash))
    for i in range(5):
        m.run_check(f'setenv turn {i}; saveenv')
        with open(flash, 'rb') as f:
            raw = f.read(2 * SECTOR)
        copies = [read_copy(raw[at:at + SIZE]) for at in (0, SECTOR)]
        assert copies[i % 2][1]['turn'] == str(i) and copies[i % 2][0] == i + 1
        assert not i or copies[(i + 1) % 2][1]['turn'] == str(i - 1)
    reboot(m)
    assert m.run('printenv turn') == 'turn=4'
    m.run_check('setenv turn x; env load')
    assert m.run('printenv turn') == 'turn=4'


@redundant
@pytest.mark.parametrize('first,second,taken', [(1, 2, 'b'), (2, 1, 'a'), (255, 0, 'b'), (0, 255, 'a')])
def test_the_newer_copy(loft, flash, first, second, taken):
    write_bank(flash, make_copy({'n': 'a'}, first).ljust(SECTOR, b'\xff') + make_copy({'n': 'b'}, second))
    assert loft(extra=pflash(flash)).run('printenv n') == f'n={taken}'


def test_a_full_store(loft, flash):
    """As much as fits is stored, read back and found by others."""
    m = loft(extra=pflash(flash))
    m.run_check('setenv v ' + 'v' * 3000 + '; setenv w $v')
    count = 0
    while m.code(f'setenv fill{count:03} $v')[1] == 0:
        count += 1
    left = m.run('printenv').splitlines()[-1].split()[2].split('/')
    m.run_check('setenv last ' + 'l' * (int(left[1]) - int(left[0]) - 6))
    assert m.run('printenv').splitlines()[-1] == f'Environment size: {left[1]}/{left[1]} bytes'
    assert int(left[1]) == SIZE - HEADER
    m.run_check('saveenv', timeout=120)
    assert stored(flash)[f'fill{count - 1:03}'] == 'v' * 3000
    reboot(m)
    assert m.run(f'printenv fill{count - 1:03}') == f'fill{count - 1:03}=' + 'v' * 3000
    assert m.run('printenv last').startswith('last=lll')


def test_bad_crc_is_told(loft, flash):
    bad = bytearray(make_copy({'n': 'a'}))
    bad[7] ^= 1
    write_bank(flash, bytes(bad))
    m = loft(extra=pflash(flash))
    assert ('Loading Environment from Flash... *** Warning - bad CRC, using default environment\n'
            in m.text)
    text, code = m.code('env load')
    assert code == 1 and 'bad CRC' in text
    m.run_check('saveenv')
    assert 'Warning' not in reboot(m)


def test_write_protected_flash(loft, flash):
    m = loft(extra=pflash(flash, 'readonly=on'))
    text, code = m.code('saveenv')
    assert code == 1 and 'erasing at 0x4000000' in text and 'Failed (1)' in text, text
    assert m.run('echo on') == 'on'


def test_env_erase(loft, flash):
    m = loft(extra=pflash(flash))
    m.run_check('setenv a 1; saveenv; saveenv')
    assert m.run_check('env erase').startswith('Erasing Environment on Flash... ')
    assert stored(flash) is None
    text, code = m.code('env load')
    assert code == 1
    assert m.run('printenv a') == 'a=1', 'what could not be read replaces nothing'


# ---- others' tools ----

@pytest.fixture
def fw(flash, tmp_path):
    """fw_printenv and fw_setenv of libubootenv on the flash's file."""
    if not shutil.which('fw_printenv'):
        pytest.skip('fw_printenv is missing (libubootenv-tool)')
    config = tmp_path / 'fw_env.config'
    config.write_text(''.join(f'{flash} {OFFSET + i * SECTOR:#x} {SIZE:#x} {SECTOR:#x}\n'
                              for i in range(HEADER - 3)))

    def run(tool, *args):
        return subprocess.run([tool, '-c', str(config), *args], check=True, capture_output=True,
                              text=True).stdout
    return run


def test_fw_printenv_and_fw_setenv(loft, flash, fw):
    m = loft(extra=pflash(flash))
    m.run_check("setenv hello 'a b;  c'; saveenv")
    assert fw('fw_printenv', 'hello') == 'hello=a b;  c\n'
    m.run_check('setenv hello again; saveenv')
    m.kill()
    assert fw('fw_printenv', 'hello') == 'hello=again\n'
    for i in range(3):
        fw('fw_setenv', 'fromlinux', f'it is {i}')
        m = loft(extra=pflash(flash))
        assert m.run('printenv fromlinux') == f'fromlinux=it is {i}'
        assert m.run('printenv hello') == 'hello=again'
        m.run_check(f'setenv back {i}; saveenv')
        m.kill()
        assert fw('fw_printenv', '-n', 'back') == f'{i}\n'


@pytest.mark.parametrize('pad', ['0xff', '0x00', '0x5a'])
def test_mkenvimage(loft, flash, tmp_path, pad):
    """Debian's mkenvimage: in any order, any padding."""
    text = tmp_path / 'env.txt'
    text.write_text('# a comment\nzeta=1\nbootdelay=-1\nalpha=two words\nmid=x=y\nzeta=2\n')
    out = tmp_path / 'env.bin'
    subprocess.run(['mkenvimage', '-s', f'{SIZE:#x}', '-p', pad, *(['-r'] if HEADER == 5 else []),
                    '-o', str(out), str(text)], check=True)
    write_bank(flash, out.read_bytes())
    m = loft(extra=pflash(flash))
    assert m.run('printenv alpha zeta mid') == 'alpha=two words\nzeta=2\nmid=x=y'
    assert m.run_check('echo $loadaddr')


# ---- power cuts ----

def states(tmp_path, old_has_copy_two):
    """A bank whose bootcmd stores the new environment, and what it does."""
    variables = {'bootcmd': "setenv state new; setenv bootcmd; setenv more '" + 'm' * 700 + "'; saveenv",
                 'bootdelay': '0', 'state': 'old', 'keep': 'k' * 300}
    copy = make_copy(variables, 7, b'\xff').ljust(SECTOR, b'\xff')
    if old_has_copy_two:
        return copy + make_copy({'state': 'older'}, 6, b'\0')
    return copy


def check_whole(file):
    found = stored(file)
    assert found is not None, 'neither the old nor the new environment is whole'
    assert found['state'] in ('old', 'new')
    assert found['keep'] == 'k' * 300
    assert ('more' in found) == (found['state'] == 'new') and ('bootcmd' in found) == (found['state'] == 'old')
    return found['state']


@redundant
@pytest.mark.parametrize('second', [False, True], ids=['into-erased', 'over-older'])
def test_power_cuts(tmp_path, second):
    """QEMU ends at an instruction somewhere between reset and the end of saveenv."""
    bank = states(tmp_path, second)
    file = tmp_path / 'flash.img'
    counter = Counter(QEMU, build_plugin(str(BUILD)))
    args = ['-M', 'virt', '-cpu', 'cortex-a57', '-m', '256M', '-bios', str(BUILD / 'loft.bin'), *pflash(file)]

    def run(limit):
        write_bank(file, bank)
        return counter.run(args, limit=limit)

    # Where saveenv begins and ends: by the text that it prints.
    begin, write, end = (until(counter, args, file, bank, text)
                         for text in (b'Saving Env', b'Writing to Flash... ', b'flash... done\r\nOK'))
    # All of it, the writing of the variables, and the CRC: most of the time goes into reading back.
    spans = [(begin, end), (write, write + 15000), (end - 8000, end)]
    rng = random.Random(second)
    seen = {'old': 0, 'new': 0}
    for i in range(CUTS // 2):
        run(rng.randrange(*spans[i % 3]))
        seen[check_whole(file)] += 1
    assert seen['old'], seen
    print(f'{CUTS // 2} power cuts in {end - begin} instructions: {seen}')


def until(counter, args, file, bank, text):
    """How many instructions pass until the console has printed @text."""
    write_bank(file, bank)
    low, high = 100_000, 20_000_000
    whole = counter.run(args, limit=high, uart=0x09000000)
    at = whole.console.lower().find(text.lower())
    assert at >= 0, whole.console
    return whole.uart[at + len(text) - 1]


@redundant
def test_killed_at_any_time(tmp_path, qemu):
    """The process killed, as a host sees a power cut, and Loft starts again from what is left."""
    file = tmp_path / 'flash.img'
    rng = random.Random(1)
    bank = states(tmp_path, True)
    for i in range(6):
        write_bank(file, bank)
        m = qemu(extra=pflash(file))
        m.wait('Saving Environment', literal=True)
        time.sleep(rng.random() * 0.02)
        m.process.send_signal(signal.SIGKILL)
        m.process.wait()
        state = check_whole(file)
        m = qemu(extra=pflash(file))
        m.wait(r'Saving Environment.*\n(.*\n)*OK' if state == 'old' else r'loft=> ')
        m.kill()


# ---- commands ----

def test_env_info(loft):
    m = loft()
    assert m.run_check('env info') == 'env_valid = invalid\nenv_ready = true\nenv_use_default = true'
    assert m.run_check('env info -d') == 'Default environment is used'
    assert m.run_check('env info -p') == 'Environment can be persisted'
    assert m.run_check('env info -d -p -q') == ''
    m.run_check('saveenv')
    reboot(m)
    assert m.run('env info') == 'env_valid = valid\nenv_ready = true\nenv_use_default = false'
    assert m.code('env info -d') == ('Environment was loaded from persistent storage', 1)
    assert m.code('env info -q -d') == ('', 1)
    assert m.run('env info -z').startswith('env - ')


def test_no_flash_no_saveenv(loft, tmp_path):
    """A tree without flash: it says so, and nothing else changes."""
    dtb = tmp_path / 'virt.dtb'
    subprocess.run([QEMU, '-M', f'virt,dumpdtb={dtb}', '-m', '1G', '-nic', 'none', '-display', 'none'],
                   check=True, capture_output=True)
    dts = subprocess.run(['dtc', '-q', '-I', 'dtb', '-O', 'dts', str(dtb)], check=True, capture_output=True,
                         text=True).stdout
    made = subprocess.run(['dtc', '-q', '-I', 'dts', '-O', 'dtb'], input=dts.replace('"cfi-flash"', '"none"').encode(),
                          check=True, capture_output=True).stdout
    dtb.write_bytes(made)
    m = loft(dtb=dtb)
    assert m.run('env info -p') == 'Environment cannot be persisted'
    text, code = m.code('saveenv')
    assert code == 1 and 'no flash' in text


def test_export_import_text(loft):
    m = loft()
    m.run_check("setenv a 'one two'; setenv b 'x\\y'; setenv c 3")
    m.run_check(f'env export -t {RAM:x} a b c')
    assert m.run('echo $filesize') == f'{len("a=one two b=xx") + len("y c=3 ") + 2:X}'
    m.run_check(f'setenv a; setenv b 2; setenv c; env import -t {RAM:x} $filesize')
    assert m.run('printenv a b c') == 'a=one two\nb=x\\y\nc=3'
    m.run_check(f'setenv a; setenv c; env import -t {RAM:x} - c')
    assert m.run('printenv c') == 'c=3' and 'not defined' in m.run('printenv a')
    text = m.run_check(f'env import {RAM:x}')
    assert text.startswith('## Warning: defaulting to text format\n## Info: input data size = '), text
    m.run_check(f'env import -d -t {RAM:x}')
    assert [l.split('=')[0] for l in m.run('printenv').split('\n\n')[0].splitlines()] == ['a', 'b', 'c', 'ver']


def test_values_with_newlines(loft, flash, fw):
    m = loft(extra=pflash(flash))
    for i, line in enumerate(('first', 'second \\\\ third')):
        m.run_check(f"setenv part{i} '{line}'")
    text = b'multi=first\\\nsecond\\\\end\n\0'
    for i, byte in enumerate(text):
        m.run_check(f'mw.b {RAM + i:x} {byte:x}')
    m.run_check(f'env import -t {RAM:x} {len(text):x}; saveenv')
    assert stored(flash)['multi'] == 'first\nsecond\\end'
    reboot(m)
    assert m.run('printenv multi') == 'multi=first\nsecond\\end'
    m.run_check(f'env export -t {RAM + 0x1000:x} multi; cmp.b {RAM:x} {RAM + 0x1000:x} $filesize')
    assert fw('fw_printenv', '-n', 'multi') == 'first\nsecond\\end\n'


def test_export_import_checksum(loft):
    m = loft()
    m.run_check(f'setenv a 1; env export -c {RAM:x}; setenv a')
    assert m.run('echo $filesize') == f'{SIZE:x}'
    m.run_check(f'env import -c {RAM:x} $filesize')
    assert m.run('printenv a') == 'a=1'
    assert m.code(f'env import -c {RAM:x} -') == ('## Error: external checksum format must pass size', 1)
    assert m.code(f'env import -c {RAM:x}') == ('## Error: external checksum format must pass size', 1)
    m.run_check(f'setenv b 2; env export -c -s 1000 {RAM:x} a b; setenv a 5; mw.b {RAM + HEADER:x} 62')
    assert m.code(f'env import -c {RAM:x} 1000') == ('## Error: bad CRC, import failed', 1)
    assert m.run('printenv a') == 'a=5'
    text = m.run_check(f'env export -c -s 1000 {RAM:x} b; env import -d -c {RAM:x} 1000 a b nosuch')
    assert text == ("WARNING: 'a' not in imported env, deleting it!\n"
                    "WARNING: 'nosuch' neither in running nor in imported env!")
    assert m.run('printenv a b') == '## Error: "a" not defined\nb=2'
    m.run_check(f'env export -b {RAM:x} b; setenv b; env import -b {RAM:x}')
    assert m.run('printenv b') == 'b=2'
    assert m.code(f'env import -b -t {RAM:x}') == ('## import: only one of "-b", "-c" or "-t" allowed', 1)
    text, code = m.code(f'env export -t -s 2 {RAM:x}')
    assert code == 1 and 'buffer too small' in text
    text, code = m.code('env export -t $fdtcontroladdr')
    assert code == 1 and 'belongs to' in text


def test_flags(loft):
    m = loft()
    m.run_check('setenv serial# abc')
    assert m.code('setenv serial# def') == ('## Error: Can\'t overwrite "serial#"', 1)
    assert m.code('setenv serial#') == ('## Error: Can\'t delete "serial#"', 1)
    m.run_check('setenv serial# abc; setenv -f serial# def')
    assert m.run('printenv serial#') == 'serial#=def'
    assert m.code('setenv ethaddr x')[0] == '## Error: flags type check failure for "ethaddr" <= "x" (type: m)'
    m.run_check('setenv ethaddr 52:54:00:12:34:56')
    assert m.code('setenv ethaddr 52:54:00:12:34:57')[1] == 1
    m.run_check('setenv .flags num:d,ro:sr,bootcmd:sc')
    assert m.code('setenv num 1x')[1] == 1 and m.code('setenv ro 1')[1] == 1
    m.run_check('setenv num 12; setenv num')
    m.run_check('setenv bootcmd echo')
    assert m.code('setenv bootcmd other')[1] == 1, 'changed from its default once'
    assert '.flags' not in m.run('printenv') and '.flags=num' in m.run('printenv -a')
    text = m.run_check('env flags')
    assert 'serial#              string               write-once' in text
    assert m.run('printenv ver') == 'ver=' + m.run('version').splitlines()[0]


def test_grep(loft):
    m = loft()
    m.run_check('setenv aa needle; setenv needle 1; setenv other xneedlex')
    assert m.run_check('env grep needle') == 'aa=needle\nneedle=1\nother=xneedlex'
    assert m.run_check('grepenv -n needle') == 'needle=1'
    assert m.run_check('env grep -v needle') == 'aa=needle\nother=xneedlex'
    assert m.run_check('env grep -e -v ^needle$') == 'aa=needle'
    assert m.code('env grep nosuchthing') == ('', 1)
    assert m.run('env grep -q x').startswith('env - ')


def test_default(loft):
    m = loft()
    m.run_check('setenv bootcmd x; setenv extra 1; env default bootcmd')
    assert m.run('printenv bootcmd extra') == 'bootcmd=autoboot\nextra=1'
    m.run_check('setenv bootcmd x; env default -k -a')
    assert m.run('printenv bootcmd extra') == 'bootcmd=autoboot\nextra=1'
    assert m.run_check('env default extra') == "WARNING: 'extra' not in imported env, deleting it!"
    assert m.run_check('env default -a') == '## Resetting to default environment'
    assert m.run('env default').startswith('env - ')


def test_edit_and_ask(loft):
    m = loft()
    m.run_check('setenv e old')
    m.send('editenv e\r')
    m.wait('edit: old', literal=True)
    m.send('er\r')
    m.prompt()
    assert m.run('printenv e') == 'e=older'
    m.send('env ask q 3\r')
    m.wait("Please enter 'q': ", literal=True)
    m.send('12345\r')
    m.prompt()
    assert m.run('printenv q') == 'q=123'
    m.send('askenv q Your name?\r')
    m.wait('Your name? ', literal=True)
    m.send('some one\r')
    m.prompt()
    assert m.run('printenv q') == 'q=some one'
    m.send('env edit q\r')
    m.wait('edit: some one', literal=True)
    m.send('\x03')
    m.prompt()
    assert m.run('printenv q') == 'q=some one'


@pytest.mark.parametrize('command, question', [('env edit kept', 'edit: old'), ('env ask kept Say:', 'Say: '),
                                               ('mm 41000000', '41000000: 00000000 ? ')])
def test_ctrl_c_at_a_question(loft, command, question):
    """It is said once, and ends the line and the loop."""
    m = loft()
    m.run_check('setenv kept old')
    m.send(f'while true; do {command}; done; echo after\r')
    m.wait(question, literal=True)
    m.send('\x03')
    assert m.prompt() == '<INTERRUPT>\n'
    assert m.run_check('printenv kept') == 'kept=old'


def test_setenv_refuses(loft):
    m = loft()
    assert m.run_fail('setenv a=b c') == '## Error: illegal character \'=\'in variable name "a=b"'
    assert 'Usage:' in m.run_fail('setenv -x name value')
