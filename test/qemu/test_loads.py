# SPDX-License-Identifier: BSD-2-Clause
"""Loads over the serial line: lrzsz and C-Kermit send through a pty, and noise comes between.

Whatever happens the file is whole (crc32 of memory says so), or the command fails and says why.
"""

import os
import pty
import random
import re
import select
import shutil
import subprocess
import time
import tty
import zlib

import pytest

from console import AT_PROMPT, plain

ADDRESS = 0x40200000


class Noise:
    """Damages one direction of a line: each byte with a probability is changed, lost, or doubled by another."""

    def __init__(self, rate=0.0, seed=1, skip=0):
        self.rate, self.random, self.skip, self.hits = rate, random.Random(seed), skip, 0

    def __call__(self, data):
        out = bytearray()
        for byte in data:
            if self.skip > 0 or not self.rate or self.random.random() >= self.rate:
                self.skip -= 1
                out.append(byte)
                continue
            self.hits += 1
            kind = self.random.randrange(3)
            if kind == 0:
                out.append(byte ^ 1 << self.random.randrange(8))
            elif kind == 1:
                out += bytes([byte, self.random.randrange(256)])
        return bytes(out)


class Line:
    """A pty for the sender, with Loft's line on the other side and noise between."""

    def __init__(self, m, there=None, back=None):
        self.seen, self.m, self.there, self.back = '', m, there or Noise(), back or Noise()
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        tty.setraw(self.master)
        self.name = os.ttyname(self.slave)

    def turn(self, ended):
        """What waits on either side goes to the other; once the sender has ended, nowhere."""
        for fd in select.select([self.m.ours] + [self.master] * (not ended), [], [], 0.02)[0]:
            if fd == self.master:
                self.m.ours.sendall(self.there(os.read(self.master, 4096)))
                continue
            data = self.m.ours.recv(4096)
            self.seen += data.decode('latin-1')
            if not ended:
                os.write(self.master, self.back(data))

    def run(self, command, until=AT_PROMPT, timeout=150):
        """Run a sender to its end, and Loft until it prints @until; returns the sender's code and Loft's text."""
        end = time.monotonic() + timeout
        process = subprocess.Popen(command, stdin=self.slave, stdout=self.slave, stderr=subprocess.DEVNULL)
        try:
            while process.poll() is None or not re.search(until, self.seen, re.M):
                assert time.monotonic() < end, f'{command}: {process.poll()}\n{self.seen}'
                self.turn(process.poll() is not None)
        finally:
            process.kill()
            process.wait()
            for fd in self.master, self.slave:
                os.close(fd)
            self.m.raw += self.seen
        return process.returncode, plain(self.seen)


def content(size, seed=7):
    return random.Random(seed).randbytes(size)


@pytest.fixture
def file_of(tmp_path):
    def make(size, name='data.bin', seed=7):
        path = tmp_path / name
        path.write_bytes(content(size, seed))
        return path
    return make


def begin(m, command, ready=r'## Ready for [^\n]*\.\.\.\r*\n'):
    m.send(command + '\r')
    m.wait(ready)
    m.wait(r'[^\n]*\Z')     # the receiver's first request, where it has been read


def kermit(line, path, *settings):
    script = ', '.join(['set quiet on', f'set line {line.name}', 'set carrier-watch off', 'set flow none',
                        'set modem type none', 'set file type binary', 'set transfer mode manual', *settings,
                        f'send {path}', 'exit \\v(status)'])
    return ['kermit', '-Y', '-H', '-C', script]


def value_of(m, name):
    return int(m.run_check(f'printenv {name}').split('=')[1], 16)


def check_memory(m, data, address=ADDRESS):
    """The variables and the memory have it."""
    assert value_of(m, 'filesize') == len(data)
    assert value_of(m, 'fileaddr') == address
    text = m.run_check(f'crc32 {address:x} {len(data):x}')
    assert text.endswith(f'==> {zlib.crc32(data):08x}'), text


def padded(data, block=128):
    return data + b'\x1a' * (-len(data) % block)


def finish(m, result, data, address=ADDRESS):
    """The lines of a load that succeeded, as U-Boot's users know them, and the memory."""
    code, text = result
    size = len(data)
    assert code == 0, text
    assert re.search(rf'^## Total Size      = 0x{size:08x} = {size} Bytes$', text, re.M), text
    assert re.search(rf'^## Start Addr      = 0x{address:08X}$', text, re.M), text
    check_memory(m, data, address)
    return text


def test_loady(loft, file_of):
    """The name and the exact size; the range is what a load put there."""
    m = loft()
    path = file_of(66160)
    begin(m, f'loady {ADDRESS:x}', r'## Ready for binary \(ymodem\) download to 0x40200000 at 115200 bps\.\.\.\r\n')
    text = finish(m, Line(m).run(['sb', '-k', str(path)]), content(66160))
    assert '## data.bin: 0x10270 Bytes at 0x40200000\n' in text
    assert 'sent again' not in text
    assert re.search(r'40200000.*data\.bin', m.run_check('memmap'))


def test_loady_default_address_and_empty_file(loft, file_of):
    m = loft()
    m.run_check('setenv loadaddr 40300000')
    begin(m, 'loady')
    assert Line(m).run(['sb', str(file_of(0)), str(file_of(1, 'one'))])[0] == 0
    check_memory(m, content(1), 0x40300000)
    assert value_of(m, 'filesize_1') == 0


def test_loady_batch(loft, file_of):
    """One file behind the other, at 4 KiB each; the variables name the last, and each by its number."""
    m = loft()
    sizes = {'a': 5000, 'b': 4096, 'c': 1}
    paths = [str(file_of(size, name, size)) for name, size in sizes.items()]
    begin(m, f'loady {ADDRESS:x}')
    code, text = Line(m).run(['sb', '-k', *paths])
    assert code == 0
    assert '= 9097 Bytes' in text
    at = ADDRESS
    for number, (name, size) in enumerate(sizes.items(), 1):
        assert f'## {name}: 0x{size:x} Bytes at 0x{at:08x}' in text
        assert value_of(m, f'fileaddr_{number}') == at and value_of(m, f'filesize_{number}') == size
        crc = zlib.crc32(content(size, size))
        assert m.run_check(f'crc32 {at:x} {size:x}').endswith(f'{crc:08x}')
        at += (size + 4095) & ~4095
    assert value_of(m, 'filesize') == 1


@pytest.mark.parametrize('options', [[], ['-k']], ids=['128', '1k'])
def test_loadx(loft, file_of, options):
    m = loft()
    path = file_of(10000)
    begin(m, f'loadx {ADDRESS:x}', r'## Ready for binary \(xmodem\) download to 0x40200000 at 115200 bps\.\.\.\r\n')
    assert Line(m).run(['sx', *options, str(path)])[0] == 0
    size = value_of(m, 'filesize')
    data = content(10000)
    assert size - len(data) < 1024
    check_memory(m, data + b'\x1a' * (size - len(data)))


@pytest.mark.parametrize('check', [1, 2, 3])
@pytest.mark.parametrize('settings', [
    ['set send packet-length 90'],
    ['set send packet-length 2000'],
    ['set parity space', 'set send packet-length 94'],
], ids=['short', 'long', '7bit'])
def test_loadb(loft, file_of, check, settings):
    m = loft()
    if 'set parity space' in settings and check == 3:
        settings = settings + ['set control prefix all']
    path = file_of(20000)
    path.write_bytes(content(15000) + b'\0' * 3000 + bytes(range(256)) * 8)
    begin(m, f'loadb {ADDRESS:x}', r'## Ready for binary \(kermit\) download to 0x40200000 at 115200 bps\.\.\.\r\n')
    line = Line(m)
    result = line.run(kermit(line, path, f'set block-check {check}', *settings))
    finish(m, result, path.read_bytes())
    assert result[1].count('loft=> ') == 1      # no Enter of the sender's is left


NOISE = [0.0003, 0.001]


@pytest.mark.parametrize('rate', NOISE)
@pytest.mark.parametrize('seed', [1, 2])
def test_loady_noise(loft, file_of, rate, seed):
    m = loft()
    path = file_of(30000)
    begin(m, f'loady {ADDRESS:x}')
    there = Noise(rate, seed)
    text = Line(m, there, Noise(rate, seed + 100, skip=10)).run(['sb', str(path)])[1]
    assert there.hits
    whole_or_why(m, 'loady', text, content(30000), rate)


@pytest.mark.parametrize('rate', NOISE)
def test_loadx_noise(loft, file_of, rate):
    m = loft()
    path = file_of(25600)
    begin(m, f'loadx {ADDRESS:x}')
    text = Line(m, Noise(rate, 5), Noise(rate, 6, skip=10)).run(['sx', str(path)])[1]
    whole_or_why(m, 'loadx', text, content(25600), rate)


@pytest.mark.parametrize('rate', NOISE)
@pytest.mark.parametrize('check', [2, 3])
def test_loadb_noise(loft, file_of, rate, check):
    m = loft()
    path = file_of(30000)
    begin(m, f'loadb {ADDRESS:x}')
    line = Line(m, Noise(rate, 5), Noise(rate, 6))
    text = line.run(kermit(line, path, f'set block-check {check}', 'set send packet-length 500',
                           'set send timeout 2'))[1]
    whole_or_why(m, 'loadb', text, content(30000), rate)


def whole_or_why(m, command, text, data, rate):
    """Where one byte of 3,000 is damaged, senders get through."""
    if rate <= NOISE[0] or '## Total Size' in text:
        assert '## Total Size' in text, text
        check_memory(m, data)
        assert re.search(r'^## \d+ blocks? (was|were) sent again$', text, re.M)
    else:
        assert re.search(rf'^{command}: .*\n## Binary \(\w+\) download aborted$', text, re.M), text


@pytest.mark.parametrize('command', ['loadx', 'loady', 'loadb', 'loads'])
def test_ctrlc(loft, command):
    """Before a sender came; the line is clean then, and $? tells."""
    m = loft()
    begin(m, f'{command} {ADDRESS:x}; echo not this')
    m.send('\x03')
    text = m.prompt()
    assert f'{command}: Ctrl-C\n' in text and 'aborted' in text and 'not this' not in text
    assert m.run('echo $?') == '1'


@pytest.mark.parametrize('command, sender', [('loadx', 'sx'), ('loady', 'sb')])
def test_sender_cancels(loft, command, sender):
    m = loft()
    begin(m, command)
    m.send('\x18' * 10 + '\b' * 10)
    text = m.prompt()
    assert f'{command}: the sender gave up after 0x0 bytes' in text
    assert m.run('echo on') == 'on'


@pytest.mark.parametrize('command, sender', [('loadx', 'sx'), ('loady', 'sb'), ('loadb', 'kermit')])
def test_refused(loft, file_of, command, sender):
    """A load that runs into what somebody has stops in front of it, and the sender is told."""
    m = loft(memory='256M')
    assert 'are not all DRAM' in m.run_fail(f'{command} 9000000')     # it has its own memory now
    low = min(int(start, 16) for start in re.findall(r'reserved\[\d+\]\t\[0x([0-9a-f]+)-', m.run_check('bdinfo'))
              if int(start, 16) >= 0x48000000)
    path = file_of(30000)
    begin(m, f'{command} {low - 0x1000:x}')
    line = Line(m)
    code, text = line.run(kermit(line, path) if sender == 'kermit' else [sender, str(path)])
    assert code != 0
    assert re.search(rf'^{command}: loading to .* refused: 0x{low:x}\.\.0x[0-9a-f]+ belongs to ', text, re.M), text
    assert re.search(r'^## Binary \(\w+\) download aborted$', text, re.M), text
    assert 'belongs to' in m.run_fail(f'{command} {low:x}')


def test_other_protocol(loft, file_of):
    m = loft()
    begin(m, 'loadx')
    code, text = Line(m).run(['sb', str(file_of(10))])
    assert code != 0 and 'loadx: the sender speaks YMODEM: loady takes that' in text
    begin(m, 'loady')
    code, text = Line(m).run(['sx', str(file_of(10))])
    assert code != 0 and 'loady: the sender speaks XMODEM: loadx takes that' in text


def srec(data, address, ends="\r\n", width=4, step=32):
    def record(kind, at, payload, size):
        body = bytes([len(payload) + size + 1]) + at.to_bytes(size, 'big') + payload
        return f'S{kind}{body.hex().upper()}{~sum(body) & 0xff:02X}{ends}'
    text = record(0, 0, b"hello", 2)
    count = 0
    for at in range(0, len(data), step):
        text += record(width - 1, address + at, data[at:at + step], width)
        count += 1
    text += record(5, count & 0xffff, b'', 2)
    return text + record(11 - width, address + 4, b'', width)


@pytest.mark.parametrize('ends', ['\r\n', '\n', '\r'], ids=['crlf', 'lf', 'cr'])
@pytest.mark.parametrize('width', [2, 3, 4])
def test_loads(loft, ends, width):
    m = loft()
    data = content(5000)
    low = ADDRESS if width == 4 else 0x1000
    begin(m, f'loads {ADDRESS - low:x}', r'## Ready for S-Record download \.\.\.\r\n')
    m.send(srec(data, low, ends=ends, width=width))
    text = m.prompt()
    assert f'## First Load Addr = 0x{ADDRESS:08X}\n' in text
    assert f'## Last  Load Addr = 0x{ADDRESS + 4999:08X}\n' in text
    assert '## Total Size      = 0x00001388 = 5000 Bytes\n' in text
    assert f'## Start Addr      = 0x{ADDRESS + 4:08X}' in text
    check_memory(m, data)


def test_loads_objcopy(loft, tmp_path):
    """What binutils writes."""
    m = loft()
    (tmp_path / 'in').write_bytes(content(3000))
    subprocess.run(['aarch64-linux-gnu-objcopy', '-I', 'binary', '-O', 'srec', f'--change-addresses={ADDRESS:#x}',
                    str(tmp_path / 'in'), str(tmp_path / 'out')], check=True)
    begin(m, 'loads')
    m.send((tmp_path / 'out').read_text())
    m.prompt()
    check_memory(m, content(3000))


@pytest.mark.parametrize('damage, sentence', [
    (lambda t: t[:40], 'line 3 has .* hexadecimal digits'),
    (lambda t: t.replace('0', '1', 1), 'line 3 '),
    (lambda t: 'X' + t[1:], 'line 3 is no S-record'),
    (lambda t: '', r'line \d+ counts'),
], ids=['short', 'sum', 'begin', 'lost'])
def test_loads_damaged(loft, damage, sentence):
    """The line is named, and what else comes is not run as commands."""
    m = loft()
    lines = srec(content(2000), ADDRESS).splitlines(keepends=True)
    lines[2] = damage(lines[2].rstrip()) + ('\r\n' if damage('x' * 99) else '')
    begin(m, 'loads')
    m.send(''.join(lines))
    text = m.prompt()
    assert re.search(rf'^loads: {sentence}', text, re.M), text
    assert '## S-Record download aborted' in text and 'Unknown command' not in text
    assert m.run('echo on') == 'on'


def test_loads_echo(loft):
    m = loft()
    m.run_check('setenv loads_echo 1')
    begin(m, 'loads')
    text = srec(b'abcd', ADDRESS)
    m.send(text)
    assert text.splitlines()[1] in m.prompt()


def test_loads_refused(loft):
    """Outside of DRAM, and over what belongs to somebody."""
    m = loft()
    begin(m, 'loads')
    m.send(srec(b'abcd', 0x09000000, width=4))
    assert 'loads: 0x4 bytes at 0x9000000 are not all DRAM' in m.prompt()
    home = re.search(r'relocaddr   = 0x0*([0-9a-f]+)', m.run_check('bdinfo'))
    begin(m, 'loads')
    m.send(srec(b'abcd', int(home[1], 16), width=4))
    assert re.search(r'loads: loading to .* refused: .* belongs to', m.prompt())
    assert m.run('version')


def test_speed(loft, file_of):
    """U-Boot's dialogue; the divisor says what the line has."""
    m = loft()
    begin(m, f'loady {ADDRESS:x} 921600', r'## Switch baudrate to 921600 bps and press ENTER \.\.\.\r\n')
    m.send('\r')
    m.wait(r'at 921600 bps\.\.\.\r\n')
    m.wait(r'[^\n]*\Z')
    assert Line(m).run(['sb', str(file_of(500))], r'## Switch baudrate to 115200 bps and press ESC \.\.\.\r\n')[0] == 0
    m.send('\x1b')
    m.prompt()
    check_memory(m, content(500))
    assert '0000000d' in m.run_check('md.l 9000024 1')      # 24 MHz / (16 * 115200) = 13.02
    assert 'not supported: the UART\'s 24000000 Hz make at most 1500000' in m.run_fail('loady 40200000 4000000')
    assert '## Baudrate 12x bps not supported' in m.run_fail('loady 40200000 12x')


def test_baudrate_variable(loft):
    m = loft()
    begin(m, 'setenv baudrate 230400', r'## Switch baudrate to 230400 bps and press ENTER \.\.\.\r\n')
    m.send('\r')
    m.prompt()
    assert 'baudrate    = 230400 bps' in m.run('bdinfo')
    assert '00000006' in m.run_check('md.l 9000024 1')      # 24 MHz / (16 * 230400) = 6.51
    assert 'not supported' in m.run_fail('setenv baudrate 1')
    m.run_check('setenv baudrate 230400')


def test_stored_baudrate(loft, tmp_path):
    """In force after a reset, without a dialogue; Ctrl-C in one leaves the speed as it is."""
    flash = tmp_path / 'flash'
    flash.write_bytes(b'')
    os.truncate(flash, 64 << 20)
    m = loft(extra=['-drive', f'if=pflash,unit=1,format=raw,file={flash}'])
    begin(m, 'setenv baudrate 460800', r'press ENTER \.\.\.\r\n')
    m.send('\r')
    m.prompt()
    m.run_check('saveenv')
    m.send('reset\r')
    assert '## Baudrate is 460800 bps from here on\n' in m.prompt()
    begin(m, 'setenv baudrate 115200', r'press ENTER \.\.\.\r\n')
    m.send('\x03')
    assert '## No ENTER at 115200 bps' in m.prompt()
    assert 'baudrate    = 460800 bps' in m.run('bdinfo')
    assert m.run('printenv baudrate') == 'baudrate=460800'


def test_tools():
    for tool in 'sx', 'sb', 'kermit':
        assert shutil.which(tool)
