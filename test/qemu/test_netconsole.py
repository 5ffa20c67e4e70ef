# SPDX-License-Identifier: BSD-2-Clause
"""The console by UDP."""

import re
import sys
import time

import pytest

from conftest import built
from servers import SERVER, Wire

# Types what it is told, a line each 0.3 s, and says what it hears.
TERMINAL = """import socket, sys, threading, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 6666))
def hear():
    while True:
        data, peer = s.recvfrom(2000)
        sys.stdout.write(data.decode() if peer == (sys.argv[2], 7777) else 'WRONG PEER')
        sys.stdout.flush()
threading.Thread(target=hear, daemon=True).start()
for word in sys.argv[3:]:
    s.sendto(word.encode().decode('unicode_escape').encode(), (sys.argv[2], 7777))
    time.sleep(1)
time.sleep(100)
"""


@pytest.fixture
def wire(tmp_path):
    w = Wire(tmp_path)
    yield w
    w.end()


def heard(process, what):
    for _ in range(200):
        if re.search(what, process.log.read_text(), re.S):
            return process.log.read_text()
        time.sleep(0.05)
    raise AssertionError(process.log.read_text())


def test_netconsole(loft, wire):
    """Lines, a Ctrl-C, and a ping meanwhile; others are not listened to; off is off."""
    m = loft(extra=wire.nic(), within=wire.within, bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    m.run_check('setenv ipaddr 10.77.0.2; setenv netmask 255.255.255.0')
    assert 'ncip' in m.run_fail('nc start')
    m.run_check(f'setenv ncip {SERVER}; setenv ncinport 7777')
    m.run_check('nc start')
    here = wire.start(sys.executable, '-c', TERMINAL, SERVER, '10.77.0.2',
                      r'echo by-$ncip-udp\r', rf'ping {SERVER}\r', r'sleep 1000\r', r'\x03', r'setenv x $?\r')
    heard(here, r'by-10\.77\.0\.1-udp.*is alive.*setenv x \$\?\r?\n')
    m.wait('setenv x')
    m.prompt(10)
    assert m.run_check('echo $ncinport') == '7777'
    assert '7777' in heard(here, 'echo [$]ncinport')
    assert 'WRONG' not in here.log.read_text()
    m.run_check('nc stop; echo nobody-hears')
    assert '\nnobody-hears' not in here.log.read_text()
