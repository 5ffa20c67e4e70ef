# SPDX-License-Identifier: BSD-2-Clause
"""uImages: a kernel and its files in one; bootm and what takes them apart."""
import gzip
import re
import shutil
import struct
import subprocess

import pytest

pytestmark = pytest.mark.skipif(not shutil.which('mkimage'), reason='needs u-boot-tools')

RAM = 0x48000000
LOAD = 0x41000000
OK = r'^highhalf: \d+ ok, 0 FAIL$'

# x0 is a device tree: print its magic's first byte, then power off
RAW = '''
	.globl _start
_start:
	mov	x19, x0
	ldrb	w20, [x19]
	mov	x1, #0x09000000
	adr	x2, text
1:	ldrb	w3, [x2], #1
	cbz	w3, 2f
	str	w3, [x1]
	b	1b
2:	cmp	w20, #0xd0
	b.ne	.
	mov	w3, #'!'
	str	w3, [x1]
	ldr	w0, =0x84000008
	hvc	#0
	b	.
text:	.asciz "raw kernel runs, and has its tree"
'''
PROGRAM = '_start: mov x0, #5\n ret'


def mkimage(out, data, kind='kernel', packing='none', load=LOAD, entry=None, arch='arm64', os='linux'):
    subprocess.run(['mkimage', '-A', arch, '-O', os, '-T', kind, '-C', packing, '-a', f'{load:x}', '-e',
                    f'{load if entry is None else entry:x}', '-n', 'a name', '-d', data, out], check=True, capture_output=True)
    return out


@pytest.mark.parametrize('way', ['fw_cfg', 'bootm', 'gzip'])
def test_uimage_boots(qemu, loft, highhalf, tmp_path, way):
    kernel = tmp_path / 'kernel'
    kernel.write_bytes(gzip.compress(highhalf.read_bytes()) if way == 'gzip' else highhalf.read_bytes())
    image = mkimage(tmp_path / 'uImage', kernel, packing='gzip' if way == 'gzip' else 'none')
    if way == 'fw_cfg':
        text = qemu(kernel=image).finish()
    else:
        m = loft(loads=[(image, RAM)])
        m.send(f'bootm {RAM:x}\r')
        text = m.finish()
    assert re.search(OK, text, re.M), text
    for line in (r'## Booting kernel from Legacy Image at [0-9a-f]{8} \.\.\.', '   Image Name:   a name',
                 r'   Verifying Checksum \.\.\. OK'):
        assert re.search(f'^{line}$', text, re.M), text


@pytest.mark.payload
def test_uimage_linux(loft, payloads, tmp_path):
    packed = tmp_path / 'Image.gz'
    packed.write_bytes(gzip.compress((payloads / 'Image').read_bytes(), 1))
    parts = mkimage(tmp_path / 'multi', f'{packed}:{payloads / "initramfs.cpio.gz"}', 'multi', 'gzip')
    m = loft(loads=[(parts, RAM)])
    m.run_check('setenv bootargs console=ttyAMA0')
    m.send(f'bootm {RAM:x}\r')
    text = m.finish(120)
    assert 'Starting kernel ...' in text and 'loft-test: userspace reached' in text, text


def test_raw_kernel(loft, assemble, tmp_path):
    image = mkimage(tmp_path / 'uImage', assemble(RAW, flat=True))
    m = loft(loads=[(image, RAM)])
    assert m.run_check('setenv loadaddr 48000000') == ''
    m.send('bootm\r')
    assert 'raw kernel runs, and has its tree!' in m.finish()


def test_steps(loft, assemble, tmp_path):
    image = mkimage(tmp_path / 'uImage', assemble(RAW, flat=True))
    m = loft(loads=[(image, RAM)])
    assert 'comes after `bootm start`' in m.run_fail('bootm go')
    for step in ('start 48000000', 'loados', 'ramdisk', 'fdt', 'cmdline', 'bdt', 'prep'):
        assert m.run_check(f'bootm {step}') == ''
    m.send('bootm go\r')
    assert 'raw kernel runs, and has its tree!' in m.finish()


def test_program(loft, assemble, tmp_path):
    image = mkimage(tmp_path / 'prog', assemble(PROGRAM, flat=True), 'standalone')
    m = loft(loads=[(image, RAM)])
    text = m.run(f'bootm {RAM:x}')
    assert f'## Starting application at 0x{LOAD:08x} ...' in text and '## Application terminated, rc = 0x5' in text, text
    assert 'program' not in m.run_check('memmap') and 'uImage' not in m.run_check('memmap')


def spoilt(image, at, value):
    data = bytearray(image.read_bytes())
    data[at] = value
    if at < 64 and at not in range(4, 8):
        import zlib
        data[4:8] = bytes(4)
        struct.pack_into('>I', data, 4, zlib.crc32(data[:64]))
    image.write_bytes(data)
    return image


BAD = [(5, 0, 'Bad Header Checksum'), (70, 0xaa, 'Bad Data CRC'), (29, 3, 'Unsupported Architecture 0x3 (Intel x86)'),
       (30, 6, 'a script, which source runs'), (30, 5, 'Wrong Image Type for bootm command: Firmware'),
       (31, 3, "packed with 'lzma'"), (31, 99, 'compression 99 is unknown'), (31, 1, 'gzip: '),
       (20, 0x99, 'is not in its'), (12, 0x7f, 'the uImage has 0x'), (16, 0, 'is not in its')]


@pytest.mark.parametrize('at, value, sentence', BAD)
def test_refused(loft, assemble, tmp_path, at, value, sentence):
    image = spoilt(mkimage(tmp_path / 'uImage', assemble(RAW, flat=True)), at, value)
    m = loft(loads=[(image, RAM)])
    before = m.run_check('memmap')
    assert sentence in m.run_fail(f'bootm {RAM:x}'), m.text
    assert m.run_check('memmap') == before
    if sentence == 'Bad Data CRC':
        m.run_check('setenv verify no')
        m.send(f'bootm {RAM:x}\r')
        m.wait('raw kernel|Exception|fault|Starting kernel')


def test_other_kernels(loft, assemble, highhalf, tmp_path):
    """bootm boots whatever is a kernel; what is none is named; booti says who boots a uImage."""
    image = mkimage(tmp_path / 'uImage', highhalf)
    m = loft(loads=[(highhalf, RAM), (image, 0x50000000)])
    assert m.run_fail('bootm 42000000').startswith("Wrong Image Format for bootm command\nERROR: can't get kernel image!")
    text = m.run_fail('booti 50000000')
    assert text.startswith('Bad Linux ARM64 Image magic!') and 'uImage: bootm boots it' in text
    m.send(f'bootm {RAM:x}\r')
    assert re.search(OK, m.finish(), re.M)


def test_inside_another(loft, assemble, tmp_path):
    inner = mkimage(tmp_path / 'inner', assemble(RAW, flat=True))
    m = loft(loads=[(mkimage(tmp_path / 'outer', inner), RAM)])
    assert 'a uImage inside another' in m.run_fail(f'bootm {RAM:x}')


def test_imxtract(loft, tmp_path):
    files = [tmp_path / name for name in ('one', 'two', 'three')]
    for file in files:
        file.write_text(f'this is {file.name}, of a length')
    m = loft(loads=[(mkimage(tmp_path / 'multi', ':'.join(map(str, files)), 'multi'), RAM)])
    assert m.run_check(f'imxtract {RAM:x} 1 50000000') == \
        f'## Copying part 1 from legacy image at {RAM:08x} ...\n   Loading part 1 ... OK'
    assert 'this is two, of ' in m.run_check('md.b 50000000 10')
    assert m.run_check('printenv filesize fileaddr') == 'filesize=18\nfileaddr=50000000'
    m.run_check(f'imxtract {RAM:x} 2')
    assert 'this is three, o' in m.run_check('md.b $fileaddr 10')
    assert 'the image has 3 parts' in m.run_fail(f'imxtract {RAM:x} 3')
    assert "'x' is not a part's number" in m.run_fail(f'imxtract {RAM:x} x')
    assert 'Invalid image type' in m.run_fail('imxtract 42000000 0')
    m.run(f'mw.b {RAM + 64:x} 7')
    assert 'Bad Data CRC' in m.run_fail(f'imxtract {RAM:x} 1 50000000')
