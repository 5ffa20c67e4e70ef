# SPDX-License-Identifier: BSD-2-Clause
"""A file that a host puts: tftpsrv, against curl, tftp-hpa's and atftp's clients, and one with windows."""

import random
import socket
import struct
import subprocess
import zlib

import pytest

from conftest import built
from servers import Wire, need


@pytest.fixture
def wire(tmp_path):
    w = Wire(tmp_path)
    yield w
    w.end()


def machine(loft, wire):
    m = loft(extra=wire.nic(), within=wire.within, bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    m.run_check('setenv ipaddr 10.77.0.2; setenv netmask 255.255.255.0')
    return m


def curl(wire, file, *words):
    return wire.start(need('curl', 'curl'), '-sS', *words, '-T', file, 'tftp://10.77.0.2/there')


@pytest.mark.parametrize('block', [512, 1468, 9000])
def test_curl(loft, wire, block):
    data = random.Random(block).randbytes(1468 * 400 + (block == 512))
    (wire.dir / 'f').write_bytes(data)
    m = machine(loft, wire)
    m.send('tftpsrv 48000000\r')
    m.wait('Listening for TFTP transfer on 10.77.0.2')
    client = curl(wire, wire.dir / 'f', '--tftp-blksize', block)
    text = m.prompt(30)
    assert "Filename 'there'." in text and f'Bytes transferred = {len(data)} ' in text
    assert client.wait(20) == 0, client.log.read_text()
    assert m.run_check('printenv filesize') == f'filesize={len(data):x}'
    assert m.run_check('crc32 $fileaddr $filesize').endswith(f'{zlib.crc32(data):08x}')


CLIENTS = {
    'tftp': ('tftp-hpa', '-m', 'binary', '10.77.0.2', '-c', 'put', 'f', 'there'),
    'atftp': ('atftp', '--put', '--local-file', 'f', '--remote-file', 'there', '10.77.0.2'),
    'atftp with options': ('atftp', '--option', 'tsize enable', '--option', 'blksize 1428', '--put', '--local-file', 'f',
                           '--remote-file', 'there', '10.77.0.2'),
}


@pytest.mark.parametrize('client', CLIENTS)
def test_clients(loft, wire, client):
    """What people have at hand to put a file with."""
    package, *words = CLIENTS[client]
    data = random.Random(8).randbytes(1428 * 200)       # ends with a block of none, where that is its size
    (wire.dir / 'f').write_bytes(data)
    m = machine(loft, wire)
    m.send('tftpsrv 48000000\r')
    m.wait('Listening for TFTP transfer on 10.77.0.2')
    client = wire.start('env', '-C', wire.dir, need(client.split()[0], package), *words)
    assert f'Bytes transferred = {len(data)} ' in m.prompt(30)
    assert client.wait(20) == 0, client.log.read_text()
    assert m.run_check('crc32 $fileaddr $filesize').endswith(f'{zlib.crc32(data):08x}')


def test_refusals(loft, wire):
    """No room, another digest, Ctrl-C: nothing counts as loaded, and the prompt is there."""
    (wire.dir / 'f').write_bytes(bytes(5000))
    m = machine(loft, wire)
    m.send('tftpsrv 0\r')
    m.wait('Listening')
    client = curl(wire, wire.dir / 'f')
    assert 'DRAM has 0x0 there' in m.prompt(30)
    assert client.wait(20) != 0
    m.run_check('setenv netdigest sha256=' + '00' * 32)
    m.send('tftpsrv 48000000\r')
    m.wait('Listening')
    curl(wire, wire.dir / 'f')
    assert 'another than the one that is wanted' in m.prompt(30)
    m.send('tftpsrv 48000000\r')
    m.wait('Listening')
    m.send('\x03')
    assert 'Abort' in m.prompt(10)
    assert 'filesize' not in m.run('printenv filesize').replace('printenv filesize', '').replace('"filesize" not', '')
