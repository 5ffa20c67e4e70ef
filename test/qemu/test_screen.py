# SPDX-License-Identifier: BSD-2-Clause
"""The console on a screen: glyphs are read back from QEMU's picture, or from the memory that it shows."""

import re
import socket
import subprocess
import time

import pytest

from conftest import QEMU
from test_boards import LINUX, QEMU10, image, pi  # noqa: F401 (fixtures)
from test_env import option
from test_machines import start  # noqa: F401 (fixture)

def needs(name):
    return pytest.mark.skipif(not option(name), reason=f'without CONFIG_{name}')


pytestmark = needs('VIDEO')
GREY, BLACK = (0xaa,) * 3, (0, 0, 0)
WIDTH, HEIGHT = 1024, 768


@pytest.fixture(scope='session')
def font(build):
    """{16 bytes: character}, of the table that was built in."""
    rows = re.findall(r'\{ (.*?) \}', (build / 'include/generated/font.h').read_text())
    glyphs = [bytes(int(b, 16) for b in row.split(',')) for row in rows]
    characters = [*map(chr, range(0x20, 0x7f)), *map(chr, range(0xa0, 0x100)), '\ufffd']
    assert len(glyphs) == len(characters) and len(set(glyphs[:95])) == 95
    return dict(zip(reversed(glyphs), reversed(characters)))


def rows_of(pixels, width, height, font, ink=GREY, paper=BLACK):
    """Lines of text; pixels(x, y) gives a colour. What is in other colours reads as \\0."""
    text = []
    for row in range(height // 16):
        line = ''
        for column in range(width // 8):
            cell = [[pixels(column * 8 + x, row * 16 + y) for x in range(8)] for y in range(16)]
            if any(p not in (ink, paper) for bits in cell for p in bits):
                line += '\0'
                continue
            line += font.get(bytes(sum((p == ink) << (7 - x) for x, p in enumerate(bits)) for bits in cell), '\0')
        text.append(line.rstrip())
    while text and not text[-1]:
        text.pop()
    return text


class Monitor:
    """QEMU's, over a socket."""

    def __init__(self, path):
        self.path = path
        self.options = ('-monitor', f'unix:{path},server=on,wait=off')

    def run(self, command):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(self.path))
            s.settimeout(20)
            text = b''
            for line in ('', command + '\n'):
                s.sendall(line.encode())
                text = b''
                while not text.endswith(b'(qemu) '):
                    text += s.recv(65536)
        return text.decode()


@pytest.fixture
def monitor(tmp_path):
    return Monitor(tmp_path / 'monitor')


def picture(monitor, tmp_path, font, width=WIDTH, height=HEIGHT, **colours):
    out = tmp_path / 'screen.ppm'
    out.unlink(missing_ok=True)
    monitor.run(f'screendump {out}')
    for _ in range(50):
        if out.exists() and out.stat().st_size >= width * height * 3:
            break
        time.sleep(0.1)
    magic, size, depth, data = out.read_bytes().split(b'\n', 3)
    assert (magic, size, depth) == (b'P6', f'{width} {height}'.encode(), b'255')
    return rows_of(lambda x, y: tuple(data[(y * width + x) * 3:(y * width + x) * 3 + 3]), width, height, font, **colours)


@pytest.fixture
def ramfb(loft, monitor):
    # conftest's own -monitor none comes first, and the last one counts
    return lambda **kw: loft(extra=('-device', 'ramfb', *monitor.options), **kw)


@needs('VIDEO_RAMFB')
def test_ramfb(ramfb, monitor, tmp_path, font):
    m = ramfb()
    before = m.run_check('memmap')
    assert 'framebuffer' not in before
    assert m.run_check('setenv stdout serial,vidconsole') == ''
    text = m.run_check('memmap')
    assert re.search(r'0x300000 +-k--- +framebuffer$', text, re.M), text
    shown = picture(monitor, tmp_path, font)
    # as on the line, from the prompt on
    wanted = ['loft=> echo $?', '0', 'loft=> memmap', *text.split('\n')]
    at = shown.index('loft=> memmap') - 2
    assert shown[at:at + len(wanted)] == wanted, shown
    assert shown[-1] == 'loft=>'
    # scrolling: more lines than the screen has
    for i in range(60):
        m.run(f'echo line {i}')
    shown = picture(monitor, tmp_path, font)
    assert len(shown) == HEIGHT // 16 and shown[-2] == 'line 59' and shown[-4] == 'line 58', shown
    m.run_check('setenv stdout serial')
    m.run('echo not there')
    assert 'not there' not in ''.join(picture(monitor, tmp_path, font))
    assert m.run_check('setenv stdout') == ''


@needs('VIDEO_RAMFB')
def test_screen_alone(ramfb, monitor, tmp_path, font):
    m = ramfb()
    m.send('setenv stdout vidconsole\r')
    m.send('echo on the screen\r')
    m.send('setenv stdout serial\r')
    m.send('echo back\r')
    m.wait('\nback', literal=True)
    m.prompt()
    assert '\non the screen' not in m.text
    assert 'on the screen' in picture(monitor, tmp_path, font)


@needs('VIDEO_RAMFB')
@needs('CMD_BOOTMENU')
def test_boot_menu(ramfb, monitor, tmp_path, font):
    m = ramfb()
    for i in range(3):
        m.run_check(f"setenv bootmenu_{i} 'entry {i + 1}=echo ok {i + 1}'")
    m.run_check('setenv stdout serial,vidconsole')
    m.send('bootmenu\r')
    m.wait('Enter: boot', literal=True)
    m.send('\x1b[B')
    m.wait(r'entry 2')
    time.sleep(0.5)
    shown = '\n'.join(picture(monitor, tmp_path, font))
    assert '*** Loft Boot Menu ***' in shown, shown
    assert 'entry 1' in shown and 'entry 3' in shown and 'Enter: boot' in shown, shown
    inverse = picture(monitor, tmp_path, font, ink=BLACK, paper=GREY)
    assert any('entry 2' in line for line in inverse), inverse
    m.send('\r')
    m.prompt()
    assert '\nok 2\n' in m.text


def test_refused(loft):
    m = loft()
    for value, says in (('serial,vidconsole', 'no screen: neither a simple-framebuffer nor a ramfb'),
                        ('serial,nothing', "'nothing' is neither serial nor vidconsole"),
                        (',', "'' is neither serial nor vidconsole")):
        assert says in m.run_fail(f'setenv stdout {value}')
        assert m.run('echo $stdout') == 'serial'


@needs('VIDEO_RAMFB')
def test_handed_over(ramfb, build, monitor, tmp_path, font):
    """The next kernel finds it in its tree: here that is Loft again, which knows simple-framebuffers."""
    m = ramfb(loads=[(build / 'loft.bin', 0x50000000)])
    m.run_check('setenv stdout serial,vidconsole')
    at = int(re.search(r'^0x([0-9a-f]+) .*framebuffer$', m.run_check('memmap'), re.M)[1], 16)
    m.send('booti 50000000 - 40000000\r')
    m.prompt()
    node = m.run_check(f'fdt print /chosen/framebuffer@{at:x}')
    assert 'compatible = "simple-framebuffer"' in node and 'format = "x8r8g8b8"' in node, node
    assert f'reg = <0x00000000 {at:#010x} 0x00000000 0x00300000>' in node, node
    assert re.search(f'^{at:#018x} .*0x300000 .*framebuffer', m.run_check('memmap'), re.M)
    m.run_check('setenv stdout serial,vidconsole')
    m.run('echo the second one')
    assert 'the second one' in picture(monitor, tmp_path, font)


PI_DISPLAYS = pytest.mark.parametrize('machine,size', [('raspi3b', None), ('raspi4b', (800, 600))])


@PI_DISPLAYS
def test_pi(pi, image, monitor, tmp_path, font, machine, size):  # noqa: F811
    """The VideoCore's, as large as the display; then it is the next Loft's, by the tree that this one leaves."""
    width, height = size or (640, 480)
    extra = [*monitor.options, *(a for n in range(2 if size else 0)
                                 for a in ('-global', f'bcm2835-fb.{"xy"[n]}res={size[n]}'))]
    m = pi(machine, extra=extra, loads=[(image(machine), 0x10000000)])
    assert 'uncached ' not in m.run_check('mmu')
    assert m.run_check('setenv stdout serial,vidconsole') == ''
    # pages of the framebuffer's, and nothing beside it
    first, last = re.search(r'^ +([0-9a-f]+)-([0-9a-f]+)  .* uncached ', m.run_check('mmu'), re.M).groups()
    at, last = int(first, 16), int(last, 16)
    assert at >= 0x3c000000 and last + 1 - at == (width * height * 4 + 4095) // 4096 * 4096
    assert re.search(r' uncached .* framebuffer$', m.run_check('mmu'), re.M)
    end = at + width * height * 4 - 1
    assert re.search(f'^{at:#018x}  {end:#018x}  .*-k--- +framebuffer$', m.run_check('memmap'), re.M)
    m.run_check('echo on the display')
    shown = picture(monitor, tmp_path, font, width, height)
    assert 'on the display' in shown and shown[-1] == 'loft=>', shown
    assert 'FAIL' not in m.run_check('mmu audit')
    m.run_check('memmap -g')
    picture(monitor, tmp_path, font, width, height)
    data = (tmp_path / 'screen.ppm').read_bytes()[-3 * width * height:]
    colours = {data[i:i + 3] for i in range(0, len(data), 3)}
    assert b'\x55\x55\xff' in colours and b'\xff\x55\x55' not in colours, colours  # Loft is blue
    m.send('booti 10000000\r')
    m.prompt()
    node = m.run_check(f'fdt print /chosen/framebuffer@{at:x}')
    assert f'width = <{width:#010x}>' in node and 'format = "x8r8g8b8"' in node, node
    m.run_check('setenv stdout serial,vidconsole')
    m.run('echo the second one')
    assert 'the second one' in picture(monitor, tmp_path, font, width, height)


FORMATS = {'x8r8g8b8': (4, lambda p: ((p >> 16) & 255, (p >> 8) & 255, p & 255)),
           'a8b8g8r8': (4, lambda p: (p & 255, (p >> 8) & 255, (p >> 16) & 255)),
           'r5g6b5': (2, lambda p: ((p >> 11) * 8 + 2, (p >> 5 & 63) * 4 + 2, (p & 31) * 8 + 2)),
           'r8g8b8': (3, lambda p: ((p >> 16) & 255, (p >> 8) & 255, p & 255))}


@pytest.mark.parametrize('no_map', [False, True])
@pytest.mark.parametrize('format', FORMATS)
def test_of_the_tree(loft, monitor, tmp_path, font, format, no_map):
    """A simple-framebuffer that firmware has set up, in memory that may be mapped or must not have been."""
    base, width, height = 0x60000000, 640, 200
    size, colour = FORMATS[format]
    stride = width * size + 64
    dumped, text, tree = (tmp_path / name for name in ('plain.dtb', 'tree.dts', 'tree.dtb'))
    subprocess.run([QEMU, '-M', f'virt,dumpdtb={dumped}', '-cpu', 'cortex-a57', '-m', '1G'], check=True,
                   capture_output=True)
    source = subprocess.run(['dtc', '-q', '-O', 'dts', str(dumped)], check=True, capture_output=True, text=True).stdout
    source += f'''/ {{ reserved-memory {{ #address-cells = <2>; #size-cells = <2>; ranges;
        fb@{base:x} {{ reg = <0 {base:#x} 0 0x200000>; {'no-map;' if no_map else ''} }}; }};
        chosen {{ #address-cells = <2>; #size-cells = <2>; ranges; framebuffer@{base:x} {{
        compatible = "simple-framebuffer"; reg = <0 {base:#x} 0 {stride * height:#x}>; width = <{width}>;
        height = <{height}>; stride = <{stride}>; format = "{format}"; }}; }}; }};'''
    text.write_text(source)
    subprocess.run(['dtc', '-q', '-o', str(tree), str(text)], check=True)
    m = loft(dtb=tree, extra=monitor.options)
    m.run_check('setenv stdout serial,vidconsole')
    m.run_check('echo here')
    out = tmp_path / 'memory'
    monitor.run(f'pmemsave {base:#x} {stride * height:#x} "{out}"')
    data = out.read_bytes()

    def pixels(x, y):
        at = y * stride + x * size
        return colour(int.from_bytes(data[at:at + size], 'little'))
    shades = {pixels(x, y) for y in range(height) for x in range(width)}
    paper, ink = sorted(shades, key=sum)
    shown = rows_of(pixels, width, height, font, ink, paper)
    assert 'here' in shown and shown[-1] == 'loft=>', shown


@pytest.mark.parametrize('change,says', [('format = "p8"', "the format 'p8' is unknown"),
                                         ('stride = <100>', 'cannot be used'),
                                         ('height = <9999>', 'reg does not hold 9999 lines of 2560 bytes'),
                                         ('width = <0>', 'cannot be used')])
def test_wrong_in_the_tree(loft, tmp_path, change, says):
    dumped, text, tree = (tmp_path / name for name in ('plain.dtb', 'tree.dts', 'tree.dtb'))
    subprocess.run([QEMU, '-M', f'virt,dumpdtb={dumped}', '-cpu', 'cortex-a57', '-m', '1G'], check=True,
                   capture_output=True)
    source = subprocess.run(['dtc', '-q', '-O', 'dts', str(dumped)], check=True, capture_output=True, text=True).stdout
    text.write_text(source + f'''/ {{ chosen {{ #address-cells = <2>; #size-cells = <2>; ranges; framebuffer@60000000 {{
        compatible = "simple-framebuffer"; reg = <0 0x60000000 0 0x200000>; width = <640>; height = <200>;
        stride = <2560>; format = "x8r8g8b8"; }}; }}; }};
        / {{ chosen {{ framebuffer@60000000 {{ {change}; }}; }}; }};''')
    subprocess.run(['dtc', '-q', '-o', str(tree), str(text)], check=True)
    m = loft(dtb=tree)
    assert says in m.run_fail('setenv stdout vidconsole')
    assert m.run('echo still') == 'still'


@needs('VIDEO_RAMFB')
def test_memory_map(ramfb, monitor, tmp_path):
    m = ramfb()
    assert 'the console has no screen' in m.run_fail('memmap -g')
    m.run_check('setenv stdout serial,vidconsole')
    text = m.run_check('memmap -g')
    assert 'framebuffer' in text
    out = tmp_path / 'map.ppm'
    monitor.run(f'screendump {out}')
    time.sleep(1)
    data = out.read_bytes().split(b'\n', 3)[3]

    def pixel(x, y):
        return tuple(data[(y * WIDTH + x) * 3:(y * WIDTH + x) * 3 + 3])
    bar = [pixel(WIDTH - 10, y) for y in range(HEIGHT)]
    free, kept, loft = (0x55, 0x55, 0x55), (0x55, 0xff, 0x55), (0x55, 0x55, 0xff)
    assert {free, kept, loft} <= set(bar), set(bar)
    # 1 GiB in 768 lines: 3 MiB of framebuffer are two, Loft is less than two
    assert bar[0] == free and bar[-1] == loft and 740 <= bar.count(free) <= 766 and 2 <= bar.count(kept) <= 4, bar
    rows = text.split('\n')
    swatches = [pixel(WIDTH - 192 - 24, 16 * n + 8) for n in range(len(rows))]
    shown = [n for n, line in enumerate(rows) if line.endswith('framebuffer')][0]
    first = [n for n, line in enumerate(rows) if 'Start  ' in line][0]
    assert swatches[shown - first] == kept, swatches


@pytest.mark.payload
def test_linux_on_the_pis_screen(pi, payloads, monitor, tmp_path, font):  # noqa: F811
    """Debian's kernel finds the VideoCore's framebuffer as Loft hands it over, and writes on it to the end."""
    initrd = payloads / 'initramfs.cpio.gz'
    m = pi(loads=[(payloads / 'Image', 0x10000000), (initrd, 0x18000000)], extra=monitor.options, threads=True)
    m.run_check('setenv stdout serial,vidconsole')
    m.run_check('setenv bootargs console=ttyAMA0 console=tty0')
    m.send(f'booti 10000000 18000000:{initrd.stat().st_size:x}\r')
    m.wait('simple-framebuffer [0-9a-f]+.framebuffer: fb0: simplefb registered', LINUX)
    m.wait('reboot: System halted', LINUX)
    data = b''
    for _ in range(50):  # its own font: what is read is that there is text in it
        out = tmp_path / 'screen.ppm'
        monitor.run(f'screendump {out}')
        time.sleep(0.2)
        data = out.read_bytes()[-640 * 480 * 3:]
        if data[:3] == b'\0\0\0' and len(set(data)) > 1:
            break
    rows = [data[y * 640 * 3:(y + 16) * 640 * 3] for y in range(0, 480, 16)]
    assert sum(any(row) for row in rows) > 20, [any(row) for row in rows]
