# SPDX-License-Identifier: BSD-2-Clause
"""What kernels come packed in: gzip, lz4, zstd, xz, EFI zboot; what is refused, and by which sentence."""

import gzip
import re
import struct
import subprocess
import zlib

import pytest

from conftest import built

RAM = 0x48000000


def tool(command, data):
    return subprocess.run(command.split(), input=data, stdout=subprocess.PIPE, check=True).stdout


def zboot(payload, name=b'gzip', offset=4096, size=None):
    """The header of Linux's EFI zboot images, what it packs, and what lies behind that."""
    head = bytearray(offset if offset >= 64 else 64)
    head[0:2] = b'MZ'
    head[4:8] = b'zimg'
    struct.pack_into('<II', head, 8, offset, len(payload) if size is None else size)
    head[24:24 + len(name)] = name
    return bytes(head) + payload + b'behind' * 100


PACKINGS = {
    'gzip': gzip.compress,
    'lz4': lambda data: tool('lz4 -q -9 -c', data),
    'lz4-linked': lambda data: tool('lz4 -q -BD -B4 --content-size -c', data),
    'lz4-legacy': lambda data: tool('lz4 -q -l -9 -c', data),
    'zstd': lambda data: tool('zstd -q -19 -c', data),
    'xz': lambda data: tool('xz -q -c', data),
    'xz-arm64': lambda data: tool('xz -q -c --check=crc32 --arm64 --lzma2=dict=128MiB', data),
    'xz-blocks': lambda data: tool('xz -q -c --check=sha256 --block-size=10000', data),
    'zboot-gzip': lambda data: zboot(gzip.compress(data)),
    'zboot-lz4': lambda data: zboot(tool('lz4 -q -l -9 -c', data) + struct.pack('<I', len(data)), b'lz4'),
    'zboot-zstd': lambda data: zboot(tool('zstd -q -19 -c', data), b'zstd22'),
    'zboot-xz': lambda data: zboot(tool('xz -q -c --check=crc32', data), b'xzkern'),
}


def image_for(name):
    """The default's has neither zstd nor xz."""
    return built('qemu_virt_full', 'qemu_virt_full_defconfig') if re.search('zstd|xz', name) else True


@pytest.mark.parametrize('way', ['fw_cfg', 'memory'])
@pytest.mark.parametrize('name', PACKINGS)
def test_packed(qemu, loft, highhalf, tmp_path, name, way):
    """The example kernel reaches its end from each of them, by both ways that bytes come."""
    kernel = tmp_path / name
    kernel.write_bytes(PACKINGS[name](highhalf.read_bytes()))
    if way == 'fw_cfg':
        text = qemu(kernel=kernel, bios=image_for(name)).finish()
    else:
        m = loft(loads=[(kernel, RAM)], bios=image_for(name))
        m.send(f'bootelf {RAM:x}\r')
        text = m.finish()
    assert re.search(r' ok, 0 FAIL', text), text


@pytest.mark.payload
@pytest.mark.parametrize('name', ['lz4-legacy', 'zboot-gzip', 'xz-arm64'])
def test_linux(loft, payloads, tmp_path, name):
    """booti of what distributions ship."""
    kernel, initrd = tmp_path / name, payloads / 'initramfs.cpio.gz'
    kernel.write_bytes(PACKINGS[name]((payloads / 'Image').read_bytes()))
    m = loft(loads=[(kernel, RAM), (initrd, 0x58000000)], bios=image_for(name))
    m.run_check('setenv bootargs console=ttyAMA0')
    m.send(f'booti {RAM:x} 58000000:{initrd.stat().st_size:x}\r')
    text = m.finish(120)
    assert 'Starting kernel ...' in text
    assert 'loft-test: userspace reached' in text, text


BAD = [
    ('lz4', lambda d: d[:len(d) // 2], 'lz4: '),
    ('lz4', lambda d: d[:40] + bytes([d[40] ^ 0xff]) + d[41:], 'lz4: '),
    ('xz', lambda d: d, 'this is xz; Loft boots '),
    ('xz, full', lambda d: d[:len(d) // 2], 'xz: truncated in a block: the file ends at 0x'),
    ('xz, full', lambda d: d[:200] + bytes([d[200] ^ 0xff]) + d[201:], 'xz: the block at 0xc is damaged, in its chunk at 0x18'),
    ('xz, full', lambda d: d[:7] + b'\x02' + struct.pack('<I', zlib.crc32(b'\0\x02')) + d[12:], 'xz: the stream at 0x0 has check 2'),
    ('zboot-gzip', lambda d: zboot(gzip.compress(d), offset=16), 'are not inside'),
    ('zboot-gzip', lambda d: zboot(gzip.compress(d), size=0xffffffff), 'are not inside'),
    ('zboot-gzip', lambda d: zboot(gzip.compress(d), size=0), 'are not inside'),
    ('zboot-gzip', lambda d: zboot(gzip.compress(d), b'xz'), "packed with 'xz', which this Loft does not unpack"),
    ('zboot-gzip', lambda d: zboot(gzip.compress(d), b'x' * 32), "packed with '" + 'x' * 32 + "'"),
    ('zboot-gzip', lambda d: zboot(zboot(gzip.compress(d)), b'gzip'), 'gzip: bad header'),
    ('zboot-gzip', lambda d: zboot(gzip.compress(zboot(gzip.compress(d)))), 'EFI zboot inside EFI zboot'),
]


@pytest.mark.parametrize('case', range(len(BAD)))
def test_refused(qemu, highhalf, tmp_path, case):
    """Loft says what is wrong, and is at its prompt."""
    name, spoil, sentence = BAD[case]
    data = highhalf.read_bytes()
    name, _, full = name.partition(', ')
    if name in ('lz4', 'xz'):
        data = PACKINGS[name](data)
    kernel = tmp_path / 'bad'
    kernel.write_bytes(spoil(data))
    m = qemu(kernel=kernel, bios=image_for(name) if full else True)
    m.prompt()
    assert sentence in m.text, m.text
    assert m.run_check('echo alive') == 'alive'


MIB = 1 << 20


def fill(head, block):
    """A file of 1 MiB: @block again and again."""
    return (head + block * (MIB // len(block)))[:MIB]


# 1 GiB, 256 MiB, 32 GiB, 6 GiB, and of 32 MiB of gzip in zstd 33 GiB; `claim` says 1 TiB in its header. No format
# makes 1 TiB of 1 MiB by itself.
BOMBS = {
    'gzip': fill(b'', gzip.compress(bytes(8 * MIB))),
    'lz4': fill(b'\x02\x21\x4c\x18', tool('lz4 -q -l -9 -c', bytes(8 * MIB))[4:]),
    'zstd': fill(bytes.fromhex('28b52ffd0098'), bytes.fromhex('020010') + b'B'),
    'xz': fill(b'', tool('xz -q -c -C crc32', bytes(8 * MIB))),
    'nested': tool('zstd -q -c --long', gzip.compress(bytes(8 * MIB)) * 4000),
    'claim': fill(bytes.fromhex('28b52ffdc098') + struct.pack('<Q', 1 << 40), bytes.fromhex('020010') + b'B'),
}
BOMB_FIT = """/dts-v1/;
/ { description = "bomb"; #address-cells = <1>;
    images { kernel { description = "kernel"; data = /incbin/("bomb"); type = "kernel"; arch = "arm64"; os = "linux";
                      compression = "gzip"; load = <0x44000000>; entry = <0x44000000>; }; };
    configurations { default = "c"; c { kernel = "kernel"; }; };
};
"""


@pytest.mark.parametrize('way', ['plain', 'zboot', 'fit'])
def test_bombs(loft, tmp_path, way):
    """1 MiB that would be more than there is ends at the room there is, and Loft has its memory back."""
    kinds = ('gzip',) if way == 'fit' else BOMBS
    loads = []
    for i, kind in enumerate(kinds):
        file = tmp_path / ('bomb' if way == 'fit' else kind)
        file.write_bytes(zboot(BOMBS[kind], b'zstd22' if kind in ('claim', 'nested') else kind.encode()) if way == 'zboot' else BOMBS[kind])
        loads.append((file, RAM + i * 2 * MIB))
    if way == 'fit':
        (tmp_path / 'its').write_text(BOMB_FIT)
        subprocess.run(['mkimage', '-f', 'its', 'fit'], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
        loads = [(tmp_path / 'fit', RAM)]
    m = loft(bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'), loads=loads, extra=['-m', '256M'])
    free = m.run('memmap')
    for kind, (_, at) in zip(kinds, loads):
        command = f'bootm {at:x}' if way == 'fit' else f'booti {at:x}'
        said = m.run(command)
        assert re.search(r': unpacks to (more than the 0x[1-9a-f]\w+ bytes there is room for|'
                         r'0x10000000000 bytes, there is room for 0x[1-9a-f]\w+)$', said, re.M), f'{kind}: {said}'
        assert 'Starting' not in said and m.run('memmap') == free, kind
