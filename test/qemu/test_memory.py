# SPDX-License-Identifier: BSD-2-Clause
"""The memory commands: U-Boot's syntax and lines, every width, what is refused, what comes back from a fault."""

import gzip
import hashlib
import random
import re
import subprocess
import time
import zlib

import pytest

from conftest import built

RAM = 0x41000000
WIDTHS = {'b': 1, 'w': 2, 'l': 4, 'q': 8}
HOLE = 0x90000000       # behind the DRAM of 1 GiB


def dump(m, address, size):
    """Bytes as md.b shows them."""
    text = m.run_check(f'md.b {address:x} {size:x}')
    return bytes.fromhex(''.join(line[10:57] for line in text.splitlines()))


def objects(data, width):
    return [int.from_bytes(data[i:i + width], 'little') for i in range(0, len(data), width)]


@pytest.fixture
def noise(tmp_path):
    """A file of bytes that repeat nowhere."""
    file = tmp_path / 'noise'
    file.write_bytes(random.Random(4).randbytes(0x20000))
    return file


# ---- show and write ----

@pytest.mark.parametrize('name,width', WIDTHS.items(), ids=WIDTHS)
def test_md_every_width_and_length(loft, noise, name, width):
    m = loft(loads=[(noise, RAM)])
    data = noise.read_bytes()
    for count in (1, 16 // width - 1 or 1, 16 // width, 16 // width + 1, 33):
        at = 3 * width
        lines = m.run_check(f'md.{name} {RAM + at:x} {count:x}').splitlines()
        shown = data[at:at + count * width]
        for i, line in enumerate(lines):
            piece = shown[16 * i:16 * i + 16]
            words = ' '.join(f'{v:0{2 * width}x}' for v in objects(piece, width))
            text = ''.join(chr(c) if 32 <= c < 127 else '.' for c in piece)
            full = 16 // width * (2 * width + 1) - 1
            assert line == f'{RAM + at + 16 * i:08x}: {words:{full}}  {text}'.rstrip() or \
                line == f'{RAM + at + 16 * i:08x}: {words:{full}}  {text}'
        assert len(lines) == -(-len(shown) // 16)


@pytest.mark.parametrize('name,width', WIDTHS.items(), ids=WIDTHS)
def test_mw_every_length(loft, name, width):
    """The wide loop, its rest, and not a byte more; C5: nor a digit more."""
    m = loft()
    value = int.from_bytes(bytes(range(0xa1, 0xa1 + width)), 'little')
    for count in (0, 1, 7, 31, 32, 33, 255, 300):
        m.run_check(f'mw.b {RAM:x} ee 1000; mw.{name} {RAM + 64 + width:x} {value:x} {count:x}')
        size = count * width
        got = dump(m, RAM, 64 + width + size + 8)
        assert got == b'\xee' * (64 + width) + value.to_bytes(width, 'little') * count + b'\xee' * 8
    # C5: a digit too many is refused; a negative result of setexpr is not.
    m.run_check(f'setexpr n 0 - 1; mw.b {RAM:x} $n 2')
    assert dump(m, RAM, 3) == b'\xff\xff\xee'
    for digits, bits in (('1ff', 8), ('12345', 16), ('123456789', 32)):
        line = f'mw.{"bwl"[bits // 16]} {RAM:x} {digits}'
        assert f': 0x{digits} does not fit in {bits} bits' in m.run_fail(line)
    assert dump(m, RAM, 3) == b'\xff\xff\xee'


def test_base(loft):
    m = loft()
    assert m.run_check('base') == 'Base Address: 0x00000000'
    assert m.run_check(f'base {RAM:x}') == f'Base Address: 0x{RAM:08x}'
    m.run_check('mw.l 100 cafe0001; cp.l 100 200 1')
    assert m.run_check('md.l 200 1').startswith(f'{RAM + 0x200:08x}: cafe0001')
    assert m.run_check('cmp.l 100 200 1') == 'Total of 1 word(s) were the same'
    assert m.run_check('crc32 100 4').startswith(f'crc32 for {RAM + 0x100:08x} ... {RAM + 0x103:08x} ==> ')
    assert m.run_check('base 0') == 'Base Address: 0x00000000'
    m.run_fail('base xyz')


def ask(m, prompt, answer):
    m.wait(prompt, literal=True)
    m.send(answer + '\r')


def test_mm(loft):
    m = loft()
    m.run_check(f'mw.l {RAM:x} 0 10')
    m.send(f'mm {RAM:x}\r')
    ask(m, f'{RAM:08x}: 00000000 ? ', '12345678')
    ask(m, f'{RAM + 4:08x}: 00000000 ? ', '')
    ask(m, f'{RAM + 8:08x}: 00000000 ? ', '-')
    ask(m, f'{RAM + 4:08x}: 00000000 ? ', 'ff')
    ask(m, f'{RAM + 8:08x}: 00000000 ? ', 'q')
    m.prompt()
    assert objects(dump(m, RAM, 16), 4) == [0x12345678, 0xff, 0, 0]
    m.send(f'mm.b {RAM:x}\r')
    ask(m, f'{RAM:08x}: 78 ? ', '100')
    ask(m, f'{RAM:08x}: 78 ? ', '.')
    m.prompt()


def test_nm(loft):
    m = loft()
    m.run_check(f'mw.q {RAM:x} 5')
    m.send(f'nm.q {RAM:x}\r')
    ask(m, f'{RAM:08x}: 0000000000000005 ? ', '6')
    ask(m, f'{RAM:08x}: 0000000000000006 ? ', '7')
    m.wait(f'{RAM:08x}: 0000000000000007 ? ', literal=True)
    m.send('\x03')
    m.prompt()
    assert objects(dump(m, RAM, 8), 8) == [7]


# ---- copy and compare ----

@pytest.mark.parametrize('distance', [1, 3, 16, 127, 128, 129, 4096, 70001])
def test_cp_overlapping(loft, noise, distance):
    """Both ways, by any distance, across the pieces between which Ctrl-C is looked for."""
    data = noise.read_bytes()
    size = 0x18003
    m = loft(loads=[(noise, RAM), (noise, RAM + 0x100000)])
    m.run_check(f'cp.b {RAM:x} {RAM + distance:x} {size:x}')
    want = zlib.crc32(data[:distance] + data[:size])
    assert m.run_check(f'crc32 {RAM:x} {distance + size:x}').endswith(f'==> {want:08x}')
    down = RAM + 0x100000
    m.run_check(f'cp.b {down + distance:x} {down:x} {size:x}')
    want = zlib.crc32((data + bytes(0x20000))[distance:distance + size])
    assert m.run_check(f'crc32 {down:x} {size:x}').endswith(f'==> {want:08x}')


def test_cp_of_flash_is_by_width(loft, noise):
    """Loft's own image in flash, a device in its map: each width reads the same bytes."""
    m = loft()
    for name, width in WIDTHS.items():
        m.run_check(f'mw.b {RAM:x} 0 100; cp.{name} 0x1000 {RAM:x} {0x100 // width:x}')
        assert m.run_check(f'cmp.{name} 0x1000 {RAM:x} {0x100 // width:x}').endswith('were the same')
    whole = m.run_check('crc32 0x1000 1003').split()[-1]
    m.run_check(f'cp.b 0x1000 {RAM:x} 1003')
    assert m.run_check(f'crc32 {RAM:x} 1003').split()[-1] == whole


@pytest.mark.parametrize('at', [0, 1, 62, 63, 64, 65, 0x1000, 0x10003, 0x1ffff])
def test_cmp_finds_any_byte(loft, noise, at):
    m = loft(loads=[(noise, RAM), (noise, RAM + 0x100000)])
    data = noise.read_bytes()
    size = len(data)
    assert m.run_check(f'cmp.b {RAM:x} {RAM + 0x100000:x} {size:x}') == f'Total of {size} byte(s) were the same'
    m.run_check(f'mw.b {RAM + 0x100000 + at:x} {data[at] ^ 1:x}')
    assert m.run_fail(f'cmp.b {RAM:x} {RAM + 0x100000:x} {size:x}').splitlines() == [
        f'byte at 0x{RAM + at:08x} (0x{data[at]:02x}) != byte at 0x{RAM + 0x100000 + at:08x} (0x{data[at] ^ 1:02x})',
        f'Total of {at} byte(s) were the same']
    word = at // 8
    text = m.run_fail(f'cmp.q {RAM:x} {RAM + 0x100000:x} {size // 8:x}')
    assert text.endswith(f'Total of {word} double word(s) were the same')


# ---- digests ----

@pytest.mark.parametrize('cpu', ['cortex-a57', 'max'])
def test_digests(loft, noise, cpu):
    data = noise.read_bytes()
    m = loft(loads=[(noise, RAM)], cpu=cpu)
    for off, size in ((0, 0), (0, 1), (1, 55), (3, 56), (0, 64), (5, 119), (0, 120), (2, 0x80), (1, 0xef), (7, 0x10001), (0, len(data))):
        last = RAM + off + size - 1
        for name in ('sha256', 'sha384', 'sha512', 'sha1', 'md5'):
            digest = hashlib.new(name, data[off:off + size]).hexdigest()
            line = f'{name} for {RAM + off:08x} ... {last:08x} ==> {digest}'
            assert m.run_check(f'hash {name} {RAM + off:x} {size:x}') == line
        crc = zlib.crc32(data[off:off + size])
        assert m.run_check(f'hash crc32 {RAM + off:x} {size:x}').endswith(f'==> {crc:08x}')
        assert m.run_check(f'crc32 {RAM + off:x} {size:x}').endswith(f'==> {crc:08x}')


def test_digest_saved_and_verified(loft, noise):
    data = noise.read_bytes()
    m = loft(loads=[(noise, RAM)])
    sha = hashlib.sha256(data[:0x100]).hexdigest()
    m.run_check(f'hash sha256 {RAM:x} 100 sum')
    assert m.run_check('printenv sum') == f'sum={sha}'
    m.run_check(f'sha256sum {RAM:x} 100 *{RAM + 0x100000:x}')
    assert dump(m, RAM + 0x100000, 32).hex() == sha
    for sum_ in (sha, sha.upper(), 'sum', f'*{RAM + 0x100000:x}'):
        m.run_check(f'hash -v sha256 {RAM:x} 100 {sum_}')
        m.run_check(f'sha256sum -v {RAM:x} 100 {sum_}')
        text = m.run_fail(f'sha256sum -v {RAM + 1:x} 100 {sum_}')
        assert text.endswith(f' != {sha} ** ERROR **'), text
    sha1 = hashlib.sha1(data[:0x100]).hexdigest()
    assert m.run_check(f'sha1sum {RAM:x} 100').endswith(f'==> {sha1}')
    assert 'digits' in m.run_fail(f'hash -v sha1 {RAM:x} 100 {sha}')
    assert 'digits' in m.run_fail(f'hash -v sha1 {RAM:x} 100 nosuch')
    assert 'there are:' in m.run_fail(f'hash sha3 {RAM:x} 100')


# ---- search ----

def test_ms(loft):
    m = loft()
    m.run_check(f'mw.b {RAM:x} 0 200')
    for at in (0, 0x31, 0xff, 0x100):
        m.run_check(f'mw.b {RAM + at:x} 12')
    assert m.run_check(f'ms.b {RAM + 1:x} ff 12').splitlines() == [
        f'{RAM + 0x30:08x}: 00 12' + ' 00' * 14 + '  ................', '--',
        f'{RAM + 0xf0:08x}:' + ' 00' * 15 + ' 12  ................', '2 matches']
    assert m.run_check('echo $memmatches $memaddr $mempos') == f'2 {RAM + 0xff:x} fe'
    assert m.run_fail(f'ms {RAM:x} 40 12345679') == '0 matches'
    assert m.run_check(f'ms.b -q -l2 {RAM:x} 200 12') == ''
    assert m.run_check('echo $memmatches') == '2'
    assert m.run_check(f'ms.w {RAM:x} 100 12').splitlines()[-1] == '2 matches', '0 and 100'
    assert 'Usage:' in m.run_fail(f'ms {RAM:x} 40')


def test_ms_goes_on(loft):
    m = loft()
    m.run_check(f'mw.b {RAM:x} 0 100')
    for at in range(5, 0x33, 3):
        m.run_check(f'mw.b {RAM + at:x} 34')
    assert m.run(f'ms.b {RAM:x} 100 34').splitlines()[-1] == '10 matches (repeat command to check for more)'
    m.send('\r')
    text = m.prompt().strip().splitlines()
    assert text[-1] == '6 matches' and text[0].startswith(f'{RAM + 0x20:08x}: 34')
    m.send('\r')
    assert m.prompt().strip() == '0 matches'


def test_ms_text(loft):
    m = loft()
    m.run_check(f'mw.b {RAM:x} 0 100')
    for i, c in enumerate(b'hellothere'):
        m.run_check(f'mw.b {RAM + 0x1e + i:x} {c:x}')
    want = [f'{RAM + 0x10:08x}:' + ' 00' * 14 + ' 68 65  ..............he',
            f'{RAM + 0x20:08x}: 6c 6c 6f 74 68 65 72 65' + ' 00' * 8 + '  llothere........', '1 match']
    assert m.run_check(f'ms.s {RAM:x} 100 hello there').splitlines() == want
    assert m.run_check(f'ms.b {RAM:x} 100 68 65 6c').splitlines()[-1] == '1 match'


# ---- test, random, loops ----

def test_mtest(loft):
    m = loft()
    text = m.run_check(f'mtest {RAM:x} {RAM + 0x1000:x} 5a 2')
    assert text.startswith(f'Testing {RAM:08x} ... {RAM + 0x1000:08x}:\n')
    assert 'Pattern 000000000000005A  Writing...' in text and 'Pattern FFFFFFFFFFFFFFA5  Writing...' in text
    assert text.splitlines()[-1] == 'Tested 2 iteration(s) with 0 errors.'
    assert m.run_fail(f'mtest {RAM:x} {RAM:x} 5a 1') == 'Refusing to do empty test'
    assert m.run_fail(f'mtest {RAM + 0x1000:x} {RAM:x} 5a 1') == 'Refusing to do empty test'
    assert 'Tested' not in m.run_fail(f'mtest {RAM:x} {RAM + 0x1000:x} nonsense 1')
    text = m.run_fail('mtest 0x1000 0x1020 1 1')     # flash in its command mode keeps nothing
    assert 'Mem error @ 0x' in text and re.search(r'Tested 1 iteration\(s\) with [1-4] errors\.$', text), text
    m.send('mtest\r')
    m.wait('Iteration:')
    m.send('\x03')
    text = m.prompt()
    assert 'with 0 errors.' in text and '<INTERRUPT>' in text


def test_random(loft):
    m = loft()
    assert m.run_check(f'mw.b {RAM:x} ee 100; random {RAM + 3:x} 15 5') == '21 bytes filled with random data'
    first = dump(m, RAM, 0x20)
    assert first[:3] == b'\xee' * 3 and first[24:] == b'\xee' * 8 and len(set(first[3:24])) > 10
    m.run_check(f'random {RAM + 3:x} 15 5')
    assert dump(m, RAM, 0x20) == first, 'a seed gives the same bytes again'
    m.run_check(f'random {RAM + 3:x} 15')
    assert dump(m, RAM, 0x20) != first
    assert m.run_check(f'random {RAM:x} 10000').startswith('65536 bytes')
    assert 'Using 0xDEADBEEF' in m.run_check(f'random {RAM:x} 10 0')


@pytest.mark.parametrize('command', [f'loop.b {RAM:x} 10', f'loop {RAM:x} 1', f'loopw.q {RAM:x} 4 aa55'])
def test_loops_end_by_ctrl_c(loft, command):
    m = loft()
    m.send(command + '\r')
    m.wait(command, literal=True)
    time.sleep(0.5)     # until it runs
    m.send('\x03')
    assert '<INTERRUPT>' in m.prompt()
    if 'loopw' in command:
        assert objects(dump(m, RAM, 40), 8)[:4] == [0xaa55] * 4
    assert m.run_fail(f'loop {RAM:x} 0').strip()


def test_cyclic(loft):
    m = loft()
    m.send(f'mdc.b {RAM:x} 4 10\r')
    for _ in range(3):
        m.wait(rf'\n{RAM:08x}: \w\w \w\w \w\w \w\w ')
    m.send('\x03')
    assert '<INTERRUPT>' in m.prompt()
    m.send(f'mwc.b {RAM:x} 77 10\r')
    m.wait('77 10', literal=True)
    time.sleep(0.5)
    m.send('\x03')
    m.prompt()
    assert dump(m, RAM, 1) == b'\x77'
    assert 'milliseconds' in m.run_fail(f'mdc {RAM:x} 4 soon')


# ---- unzip ----

def test_unzip(loft, tmp_path):
    data = b'hello world ' * 5000
    file = tmp_path / 'gz'
    file.write_bytes(gzip.compress(data))
    m = loft(loads=[(file, RAM)])
    to = RAM + 0x1000000
    assert m.run_check(f'unzip {RAM:x} {to:x}') == f'Uncompressed size: {len(data)} = 0x{len(data):X}'
    assert m.run_check('echo $filesize') == f'{len(data):x}'
    assert m.run_check(f'crc32 {to:x} {len(data):x}').endswith(f'==> {zlib.crc32(data):08x}')
    assert 'more than' in m.run_fail(f'unzip {RAM:x} {to:x} 100')
    assert m.run_check(f'unzip {RAM:x} {to:x} {len(data):x}')
    assert 'Error' in m.run_fail(f'unzip {to:x} {RAM:x}')
    assert 'not in DRAM' in m.run_fail(f'unzip {RAM:x} 9000000')
    assert 'more than' in m.run_fail(f'unzip {RAM:x} {RAM - 0x1000:x}'), 'up to its own source'


@pytest.mark.parametrize('command, packer', [
    ('unlz4', 'lz4 -q -9 -c'), ('unlz4', 'lz4 -q -l -9 -c'), ('unzstd', 'zstd -q -19 -c'),
    ('unxz', 'xz -q -c --arm64 --lzma2')])
def test_unpack(loft, build, tmp_path, command, packer):
    """What the CPU copies in words of 16 bytes, at any address, is what was packed."""
    data = (build / 'loft.elf').read_bytes()
    file = tmp_path / 'packed'
    file.write_bytes(subprocess.run(packer.split(), input=data, stdout=subprocess.PIPE, check=True).stdout)
    m = loft(loads=[(file, RAM + 3)], bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    to = RAM + 0x1000000
    for at in (to, to + 0x2000001):
        assert m.run_check(f'{command} {RAM + 3:x} {at:x}') == \
            f'Uncompressed size: {len(data)} = 0x{len(data):X}'
        assert m.run_check('echo $filesize') == f'{len(data):x}'
        assert m.run_check(f'crc32 {at:x} {len(data):x}').endswith(f'==> {zlib.crc32(data):08x}')
    assert 'room for' in m.run_fail(f'{command} {RAM + 3:x} {to:x} 100')
    assert 'Error' in m.run_fail(f'{command} {to:x} {RAM:x}')


# ---- what is not to be written, what is not there ----

WRITERS = ('mw.b {0:x} 0', 'mw.q {0:x} 0 1000', f'cp.b {RAM:x} {{0:x}} 10', f'cp.l {RAM:x} {{1:x}} 1000',
           'random {0:x} 10', 'random {1:x} 2000', 'mtest {0:x} {2:x} 0 1', 'mtest {1:x} {2:x} 0 1',
           'loopw {0:x} 1 0', f'crc32 {RAM:x} 10 {{0:x}}', f'sha256sum {RAM:x} 10 *{{0:x}}', 'mwc {0:x} 0 1',
           f'unzip {RAM:x} {{0:x}}')


def test_loft_is_not_overwritten(loft, tmp_path):
    file = tmp_path / 'gz'
    file.write_bytes(gzip.compress(bytes(0x200000)))
    m = loft(loads=[(file, RAM)])
    at = int(re.search(r'relocaddr\s*= 0x0*([0-9a-f]+)', m.run('bdinfo'))[1], 16)
    lowest = min(int(a, 16) for a in re.findall(r"^0x([0-9a-f]+) .*Loft.*$", m.run('memmap'), re.M))
    for writer in WRITERS:
        text = m.run_fail(writer.format(at, lowest - 0x1000, at + 0x1000))
        assert re.search(r'refused: \[.*\] belongs to Loft', text), (writer, text)
    text = m.run_fail(f'unzip {RAM:x} {lowest - 0x1000:x}')
    assert 'more than the 0x1000 bytes' in text, text
    m.send(f'mm {at:x}\r')
    ask(m, ' ? ', '0')
    assert 'belongs to Loft' in m.prompt()
    assert m.run('echo on') == 'on'


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_a_hole_is_a_report_and_the_session_goes_on(loft, el2):
    m = loft(el2=el2)
    for command in ('md {0:x} 4', 'mw {0:x} 0', f'cp {{0:x}} {RAM:x} 1', f'cmp {{0:x}} {RAM:x} 1', 'crc32 {0:x} 4',
                    'ms {0:x} 10 1', 'sha256sum {0:x} 4', 'random {0:x} 4', 'mtest {0:x} 90000100 0 1', 'mm {0:x}',
                    'loop {0:x} 1', 'loopw {0:x} 1 0'):
        text = m.run_fail(command.format(HOLE))
        assert re.search(r'^fault: data abort', text, re.M) and f'FAR 0x{HOLE:016x}' in text, (command, text)
    m.run_check(f'mw.l {RAM:x} 600df00d 40; cp.l {RAM:x} {RAM + 0x1000:x} 40')
    assert m.run_check(f'md.l {RAM + 0x1000:x} 1').startswith(f'{RAM + 0x1000:08x}: 600df00d')


def test_unaligned_and_past_the_end(loft):
    m = loft()
    m.run_check(f'mw.b {RAM:x} ee 100')
    for name, width in list(WIDTHS.items())[1:]:
        value = int.from_bytes(bytes(range(0xa1, 0xa1 + width)), 'little')
        m.run_check(f'mw.{name} {RAM + 1:x} {value:x} 2; cp.{name} {RAM + 1:x} {RAM + 0x43:x} 2')
        assert m.run_check(f'md.{name} {RAM + 1:x} 1').startswith(f'{RAM + 1:08x}: {value:0{2 * width}x} ')
        assert dump(m, RAM + 0x42, 2 * width + 2) == b'\xee' + 2 * value.to_bytes(width, 'little') + b'\xee'
        assert m.run_check(f'cmp.{name} {RAM + 1:x} {RAM + 0x43:x} 2').startswith('Total of 2 ')
        assert 'multiple' in m.run_fail(f'md.{name} 9000001 1')     # a device's registers
        assert 'multiple' in m.run_fail(f'cp.{name} {RAM:x} 9000001 1')
    assert 'end of the addresses' in m.run_fail('md.q fffffffffffffff8 2')
    assert 'end of the addresses' in m.run_fail(f'mw.q {RAM:x} 0 4000000000000000')


def test_printed_as_by_u_boot(loft):
    m = loft()
    m.run_check(f'mw.b {RAM:x} 0 20; mw {RAM:x} 5a5a5a5a')
    assert m.run_fail(f'cp.b {RAM:x} {RAM + 0x100:x} 0') == 'Zero length ???'
    for name, word, kind in (('b', '0x5a', 'byte'), ('w', '0x5a5a', 'halfword'), ('l', '0x5a5a5a5a', 'word'),
                             ('q', '0x5a5a5a5a', 'double word')):
        zero = {'q': '0x000000', 'l': '0x00'}.get(name, '0x0')
        assert m.run_fail(f'cmp.{name} {RAM:x} {RAM + 0x10:x} 1').startswith(
            f'{kind} at 0x{RAM:08x} ({word}) != {kind} at 0x{RAM + 0x10:08x} ({zero})\n')
