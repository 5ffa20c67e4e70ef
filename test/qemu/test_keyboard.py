# SPDX-License-Identifier: BSD-2-Clause
"""A virtio keyboard beside the serial line, typed at by QEMU's QMP."""

import json
import socket
import time

import pytest

from conftest import built
from test_env import option
from test_screen import BLACK, GREY, Monitor, font, monitor, picture  # noqa: F401 (fixtures)

pytestmark = pytest.mark.skipif(not option('VIDEO_RAMFB'), reason='without CONFIG_VIDEO_RAMFB')
CODES = {' ': ('spc',), '\r': ('ret',), '!': ('shift', '1'), '-': ('minus',), '.': ('dot',)}


class Keyboard:
    """Keys, each down and up in one message: none is held as long as it takes to repeat."""

    def __init__(self, path):
        self.path = path
        self.options = ('-qmp', f'unix:{path},server=on,wait=off')
        self.file = None

    def call(self, command, **arguments):
        if not self.file:
            s = socket.socket(socket.AF_UNIX)
            s.connect(str(self.path))
            s.settimeout(20)
            self.file = s.makefile('rw')
            self.file.readline()
            self.call('qmp_capabilities')
        self.file.write(json.dumps({'execute': command, 'arguments': arguments}) + '\n')
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            assert 'error' not in answer, answer
            if 'return' in answer:
                return

    def events(self, *events):
        self.call('input-send-event', events=[
            {'type': 'key', 'data': {'down': down, 'key': {'type': 'qcode', 'data': code}}} for code, down in events])

    def press(self, *codes):
        self.events(*[(c, True) for c in codes], *[(c, False) for c in reversed(codes)])

    def type(self, text):
        for c in text:
            if c in CODES:
                self.press(*CODES[c])
            else:
                self.press(*(('shift', c.lower()) if c.isupper() else (c,)))


@pytest.fixture
def keyboard(tmp_path):
    return Keyboard(tmp_path / 'qmp')


@pytest.fixture
def desk(loft, monitor, keyboard):  # noqa: F811
    """Loft with a screen, and these devices."""
    full = built('qemu_virt_full', 'qemu_virt_full_defconfig')
    return lambda *devices: loft(bios=full, extra=(
        '-device', 'ramfb', *(a for d in devices for a in ('-device', d)), *monitor.options, *keyboard.options))


@pytest.mark.parametrize('devices', [('virtio-keyboard-device',), ('virtio-tablet-device', 'virtio-keyboard-device'),
                                     ('virtio-mouse-pci', 'virtio-keyboard-pci')])
def test_typing(desk, monitor, keyboard, tmp_path, font, devices):  # noqa: F811
    m = desk(*devices)
    assert 'keyboard' not in m.run_check('memmap')
    keyboard.type('too early\r')  # nobody listens, and nobody hears it later
    m.run_check('setenv stdout serial,vidconsole')
    assert m.run_check('memmap').count('keyboard') == 1
    keyboard.type('echo Hello world!\r')
    m.wait('\nHello world!', literal=True)
    m.prompt()
    shown = picture(monitor, tmp_path, font)
    assert 'loft=> echo Hello world!' in shown and shown[-1] == 'loft=>', shown
    assert 'early' not in m.text
    # what the line editor makes of keys: back over a letter, one more, the line before
    keyboard.type('echo ac')
    for code in ('left', 'b', 'end', 'd', 'ret'):
        keyboard.press(code)
    m.wait('\nabcd', literal=True)
    m.prompt()
    keyboard.press('up')
    keyboard.press('backspace')
    keyboard.press('ret')
    m.wait(r'\nabc\r?\n')
    m.prompt()
    keyboard.type('sleep 1000\r')
    m.wait('sleep 1000', literal=True)
    time.sleep(0.5)
    keyboard.press('ctrl', 'c')
    m.prompt()
    # the line is heard as well
    assert m.run_check('echo line') == 'line'
    m.run_check('setenv stdout serial')
    keyboard.type('echo unheard\r')
    assert m.run_check('echo line') == 'line' and 'unheard' not in m.text


def test_repeats(desk, keyboard):
    """A held key: as long as it is held, and no longer."""
    m = desk('virtio-keyboard-device')
    m.run_check('setenv stdout serial,vidconsole')
    keyboard.events(('x', True))
    m.wait('xxxxx', literal=True)
    keyboard.events(('x', False))
    keyboard.press('ctrl', 'u')
    keyboard.type('echo over\r')
    m.wait('\nover', literal=True)
    m.prompt()
    # more than the device holds, while nobody looks: the "up" is lost, and it does not go on for ever
    m.send('sleep 2\r')
    m.wait('sleep 2', literal=True)
    keyboard.type('y' * 40)
    m.prompt()
    keyboard.press('ctrl', 'u')
    keyboard.type('echo quiet\r')
    m.wait('\nquiet', literal=True)
    m.prompt()


@pytest.mark.skipif(not option('CMD_BOOTMENU'), reason='without CONFIG_CMD_BOOTMENU')
def test_boot_menu(desk, monitor, keyboard, tmp_path, font):  # noqa: F811
    m = desk('virtio-keyboard-device')
    for i in range(3):
        m.run_check(f"setenv bootmenu_{i} 'entry {i + 1}=echo ok {i + 1}'")
    m.run_check('setenv stdout serial,vidconsole')
    m.send('setenv stdout vidconsole; setenv stdin keyboard; bootmenu; setenv stdin; setenv stdout\r')
    for _ in range(50):
        shown = picture(monitor, tmp_path, font)
        if any('Enter: boot' in line for line in shown):
            break
        time.sleep(0.2)
    assert any('Loft Boot Menu' in line for line in shown), shown
    m.send('\r')  # the line is not listened to
    keyboard.press('down')
    keyboard.press('down')
    time.sleep(1)
    inverse = picture(monitor, tmp_path, font, ink=BLACK, paper=GREY)
    assert any('entry 3' in line for line in inverse), inverse
    keyboard.press('ret')
    m.prompt()
    assert 'ok 3' in picture(monitor, tmp_path, font)


def test_refused(desk):
    m = desk('virtio-tablet-device')
    assert 'no keyboard: no virtio device has the keys of one' in m.run_fail('setenv stdin serial,keyboard')
    assert "'mouse' is neither serial nor keyboard" in m.run_fail('setenv stdin mouse')
    assert "'' is neither serial nor keyboard" in m.run_fail('setenv stdin ,')
    assert m.run('echo $stdin') == 'serial'
    m.run_check('setenv stdout serial,vidconsole')  # a screen without a keyboard is no mistake
    m.run_check('setenv stdin serial')
    m.run_check('setenv stdin')
