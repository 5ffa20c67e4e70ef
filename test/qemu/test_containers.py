# SPDX-License-Identifier: BSD-2-Clause
"""uImages: a kernel and its files in one; bootm and what takes them apart."""
import bz2
import gzip
import lzma
import re
import shutil
import struct
import subprocess

import pytest

from conftest import built

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


# ---- FIT

def fit(tmp_path, images, configurations, *options, name='fit'):
    """A FIT of {name: (file, properties)} and {name: properties}, made by mkimage."""
    def hashes(algos):
        return ''.join(f'hash-{i} {{ algo = "{a}"; }};' for i, a in enumerate(algos))
    text = '/dts-v1/; / { description = "of a test"; #address-cells = <1>; images {'
    for image, (file, properties, *algos) in images.items():
        text += f'{image} {{ data = /incbin/("{file}"); {properties} {hashes(algos or ["sha256"])} }};'
    text += '}; configurations {' + configurations + '}; };'
    source, out = tmp_path / f'{name}.its', tmp_path / f'{name}.itb'
    source.write_text(text)
    subprocess.run(['mkimage', '-f', source, *options, out], check=True, capture_output=True)
    return out


KERNEL = 'description = "k"; type = "kernel"; arch = "arm64"; os = "linux"; compression = "none"; load = <0x41000000>; entry = <0x41000000>;'
RAMDISK = 'description = "r"; type = "ramdisk"; arch = "arm64"; os = "linux"; compression = "none";'
TREE = 'description = "t"; type = "flat_dt"; arch = "arm64"; compression = "none";'
HASHES = ['crc32', 'md5', 'sha1', 'sha256', 'sha384', 'sha512']


@pytest.fixture(scope='session')
def virt_tree(tmp_path_factory):
    """The machine's own tree, with symbols: fixtures of it and overlays are made by dtc."""
    out = tmp_path_factory.mktemp('tree')
    subprocess.run(['qemu-system-aarch64', '-M', f'virt,dumpdtb={out}/v.dtb', '-cpu', 'cortex-a57', '-m', '1G'], check=True,
                   capture_output=True)
    text = subprocess.run(['dtc', '-q', '-I', 'dtb', '-O', 'dts', str(out / 'v.dtb')], check=True, capture_output=True,
                          text=True).stdout
    text = text.replace('\tpl011@9000000 {', '\tserial0: pl011@9000000 {')
    (out / 'v.dts').write_text(text)
    subprocess.run(['dtc', '-q', '-@', '-o', out / 'virt.dtb', out / 'v.dts'], check=True)
    return out / 'virt.dtb'


def overlay(tmp_path, name, body):
    source, out = tmp_path / f'{name}.dts', tmp_path / f'{name}.dtbo'
    source.write_text('/dts-v1/; /plugin/; ' + body)
    subprocess.run(['dtc', '-q', '-@', '-o', out, source], check=True)
    return out


@pytest.mark.parametrize('way', ['bootm', 'fw_cfg', 'external', 'gzip'])
def test_fit_boots(qemu, loft, highhalf, tmp_path, way):
    kernel = tmp_path / 'kernel'
    kernel.write_bytes(gzip.compress(highhalf.read_bytes()) if way == 'gzip' else highhalf.read_bytes())
    what = KERNEL.replace('"none"', '"gzip"') if way == 'gzip' else KERNEL
    image = fit(tmp_path, {'kernel-1': (kernel, what, *HASHES)}, 'default = "c1"; c1 { kernel = "kernel-1"; };',
                *(['-E'] if way == 'external' else []))
    if way == 'fw_cfg':
        text = qemu(kernel=image).finish()
    else:
        m = loft(loads=[(image, RAM)])
        m.send(f'bootm {RAM:x}\r')
        text = m.finish()
    assert re.search(OK, text, re.M), text
    for line in (r"   Using 'c1' configuration", r"   Trying 'kernel-1' kernel subimage",
                 r'   Verifying Hash Integrity \.\.\. crc32\+ md5\+ sha1\+ sha256\+ sha384\+ sha512\+ OK'):
        assert re.search(line, text), (line, text)


COMPRESSIONS = {
    'lz4': lambda data: subprocess.run(['lz4', '-q', '-9', '-c'], input=data, check=True, capture_output=True).stdout,
    'zstd': lambda data: subprocess.run(['zstd', '-q', '-c'], input=data, check=True, capture_output=True).stdout,
    'xz': lzma.compress, 'bzip2': bz2.compress, 'lzo': lambda data: b'\x89LZO\0\r\n\x1a\n' + data,
    'lzma': lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE), 'brotli': bytes}


@pytest.mark.parametrize('full', [False, True])
@pytest.mark.parametrize('name', COMPRESSIONS)
def test_fit_compression(loft, highhalf, tmp_path, name, full):
    """What a FIT's kernel says that it is packed with: unpacked, or refused by that name; never run as it is."""
    (tmp_path / 'packed').write_bytes(COMPRESSIONS[name](highhalf.read_bytes()))
    image = fit(tmp_path, {'k': (tmp_path / 'packed', KERNEL.replace('"none"', f'"{name}"'))}, 'default = "c"; c { kernel = "k"; };')
    m = loft(loads=[(image, RAM)], bios=built('qemu_virt_full', 'qemu_virt_full_defconfig') if full else True)
    if name in (('lz4', 'zstd', 'xz') if full else ('lz4',)):
        m.send(f'bootm {RAM:x}\r')
        assert re.search(OK, m.finish(), re.M), m.text
    else:
        assert f"packed with '{name}', which this Loft does not unpack" in m.run_fail(f'bootm {RAM:x}')


def test_fit_configurations(loft, highhalf, tmp_path):
    """By name, by default, by what the machine is, a kernel alone; and what is not there."""
    image = fit(tmp_path, {'k': (highhalf, KERNEL), 'wrong': (highhalf, KERNEL.replace('arm64', 'riscv'))},
                'default = "other"; other { kernel = "wrong"; compatible = "acme,board"; };'
                'mine { kernel = "k"; compatible = "acme,x", "linux,dummy-virt"; }; none { description = "n"; };')
    m = loft(loads=[(image, RAM)])
    assert "Unsupported Architecture 'riscv' of 'wrong'" in m.run_fail(f'bootm {RAM:x}#other')
    assert "the configuration 'none' names no kernel" in m.run_fail(f'bootm {RAM:x}#none')
    assert "the FIT has no configuration 'nix'" in m.run_fail(f'bootm {RAM:x}#nix')
    assert "Can't find 'nix' FIT subimage" in m.run_fail(f'bootm {RAM:x}:nix')
    m.send(f'bootm {RAM:x}\r')
    text = m.finish()
    assert "Using 'mine' configuration" in text and re.search(OK, text, re.M), text


@pytest.mark.parametrize('unit', [':k', '#c'])
def test_fit_named(loft, highhalf, tmp_path, unit):
    m = loft(loads=[(fit(tmp_path, {'k': (highhalf, KERNEL)}, 'c { kernel = "k"; };'), RAM)])
    m.send(f'bootm {RAM:x}{unit}\r')
    assert re.search(OK, m.finish(), re.M), m.text


def test_fit_altered(loft, highhalf, tmp_path):
    """One bit of the kernel, of a hash; a file that is cut off; ${verify} turned off."""
    image = fit(tmp_path, {'k': (highhalf, KERNEL)}, 'default = "c"; c { kernel = "k"; };')
    bad = bytearray(image.read_bytes())
    bad[bad.index(highhalf.read_bytes()[:64]) + 5000] ^= 1
    (tmp_path / 'bad').write_bytes(bad)
    m = loft(loads=[(tmp_path / 'bad', RAM)])
    assert "Bad hash value for 'sha256' of 'k' image node" in m.run_fail(f'bootm {RAM:x}')
    assert 'damaged' in m.run_fail(f'mw.l {RAM + 4:x} 0; bootm {RAM:x}')


def test_fit_trees(loft, assemble, virt_tree, highhalf, tmp_path):
    """A tree with overlays, two ramdisks, a loadable: all of it is the kernel's."""
    one = overlay(tmp_path, 'one', '&serial0 { of-the-overlay; }; &{/chosen} { loft-says = "by path"; };')
    two = overlay(tmp_path, 'two', '&{/chosen} { second = <2>; };')
    for n in 'ab':
        (tmp_path / n).write_bytes(n.encode() * 1001)
    (tmp_path / 'more').write_bytes(b'loadable' * 64)
    image = fit(tmp_path, {'k': (highhalf, KERNEL), 't': (virt_tree, TREE), 'o1': (one, TREE), 'o2': (two, TREE),
                           'r1': (tmp_path / 'a', RAMDISK), 'r2': (tmp_path / 'b', RAMDISK),
                           'l': (tmp_path / 'more', 'type = "firmware"; arch = "arm64"; os = "linux"; compression = "none"; load = <0x60000000>;')},
                'default = "c"; c { kernel = "k"; fdt = "t", "o1"; ramdisk = "r1", "r2"; loadables = "l"; }; two { fdt = "o2"; };')
    m = loft(loads=[(image, RAM)])
    m.send(f'bootm {RAM:x}#c#two\r')
    text = m.finish()
    assert re.search(OK, text, re.M), text
    for line in ("Trying 't' fdt subimage", "Trying 'o1' fdt subimage", "Trying 'o2' fdt subimage", "Trying 'r2' ramdisk subimage",
                 'Loading loadables from 0x'):
        assert line in text, (line, text)


@pytest.mark.parametrize('body,says', [
    ('&nowhere { x; };', "o wants the symbol 'nowhere', which the tree lacks"),
    ('&{/no/such} { x; };', "o: the target of fragment@0, '/no/such', is not in the tree")])
def test_fit_overlay_refused(loft, virt_tree, highhalf, tmp_path, body, says):
    image = fit(tmp_path, {'k': (highhalf, KERNEL), 't': (virt_tree, TREE), 'o': (overlay(tmp_path, 'o', body), TREE)},
                'default = "c"; c { kernel = "k"; fdt = "t", "o"; };')
    m = loft(loads=[(image, RAM)])
    assert says in m.run_fail(f'bootm {RAM:x}')
    assert m.run('echo on') == 'on'


def test_bootelf_overlay(loft, virt_tree, highhalf, tmp_path):
    """bootelf -o: the kernel's tree has them, Loft's own has not; what fails starts nothing and takes no memory."""
    files = [overlay(tmp_path, 'one', '&{/chosen} { one = "of -o"; big = [' + '55 ' * 5000 + ']; };'),
             overlay(tmp_path, 'two', '&serial0 { two; };'), overlay(tmp_path, 'none', '&{/not/there} { x; };')]
    one, two, none = (RAM + i * 0x10000 for i in range(3))
    m = loft(loads=[*zip(files, (one, two, none)), (virt_tree, RAM + 0x100000), (highhalf, RAM + 0x400000)])
    kernel, before, tree = f'{RAM + 0x400000:x}', m.run_check('memmap'), m.run_check('fdt print')
    assert "the target of fragment@0, '/not/there', is not in the tree" in m.run_fail(f'bootelf -o {one:x} -o {none:x} {kernel}')
    assert "wants the symbol 'serial0', and the tree has no __symbols__" in m.run_fail(f'bootelf -o {two:x} {kernel}')
    assert 'no FDT at 0x70000000' in m.run_fail(f'bootelf -o 70000000 {kernel}')
    assert '-o: more than 4 overlays' in m.run_fail(f'bootelf {"-o 48000000 " * 5} {kernel}')
    m.run_check(f'bootelf -n -d {RAM + 0x100000:x} -o {one:x} -o {two:x} {kernel}')
    said = m.run_check(f'bootelf -n -o {one:x} -r x5=@fdt {kernel}')
    assert m.run_check('memmap') == before and m.run_check('fdt print') == tree
    at = re.search(r'\bx5\b.*?0x([0-9a-f]+)', said)[1]
    assert 'one = "of -o"' in m.run_check(f'fdt addr -q {at}; fdt print /chosen')
    m.send(f'bootelf -d {RAM + 0x100000:x} -o {one:x} -o {two:x} {kernel}\r')
    assert re.search(OK, m.finish(), re.M), m.text


def test_fdt_apply(loft, virt_tree, tmp_path):
    """On Loft's own tree and on another; what fails leaves the tree as it was, in words."""
    good = overlay(tmp_path, 'good', '&{/chosen} { of-the-overlay = "yes"; };')
    symbol = overlay(tmp_path, 'symbol', '&serial0 { more = <&serial0>; };')
    path = overlay(tmp_path, 'path', '&{/not/there} { x; };')
    m = loft(loads=[(good, RAM), (symbol, RAM + 0x10000), (path, RAM + 0x20000), (virt_tree, RAM + 0x100000)])
    m.run_check(f'fdt addr ${{fdtcontroladdr}}; fdt apply {RAM:x}')
    assert m.run('fdt get value v /chosen of-the-overlay; echo $v') == 'yes'
    assert "wants the symbol 'serial0', and the tree has no __symbols__ (dtc -@)" in m.run_fail(f'fdt apply {RAM + 0x10000:x}')
    before = m.run('fdt print')
    assert "the target of fragment@0, '/not/there', is not in the tree" in m.run_fail(f'fdt apply {RAM + 0x20000:x}')
    assert m.run('fdt print') == before
    assert 'no overlay' in m.run_fail(f'fdt apply {RAM + 0x100000:x}')
    m.run_check(f'fdt addr {RAM + 0x100000:x}; fdt apply {RAM + 0x10000:x}')
    assert 'more = <' in m.run('fdt print /pl011@9000000')
    assert '0x70000001 is on no boundary' in m.run_fail('fdt apply 70000001') and m.run('echo on') == 'on'
