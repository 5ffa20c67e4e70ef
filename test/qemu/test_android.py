# SPDX-License-Identifier: BSD-2-Clause
"""Android's boot images: versions 0 to 4, vendor_boot, init_boot, and files that lie."""
import re
import shutil
import struct
import subprocess

import pytest

from imagebuild import android, vendor_boot

RAM, VENDOR, INIT = 0x48000000, 0x58000000, 0x5c000000
OK = r'^highhalf: \d+ ok, 0 FAIL$'


def tree(tmp_path, *compatible):
    """The machine's own tree, for some machines."""
    out = tmp_path / 'v.dtb'
    subprocess.run(['qemu-system-aarch64', '-M', f'virt,dumpdtb={out}', '-m', '1G', '-cpu', 'cortex-a57'], check=True,
                   capture_output=True)
    subprocess.run(['fdtput', '-ts', out, '/', 'compatible', *compatible], check=True)
    subprocess.run(['dtc', '-qI', 'dtb', '-O', 'dtb', '-o', out, out], check=True)
    return out.read_bytes()


def write(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


@pytest.mark.parametrize('version', range(5))
def test_versions(qemu, highhalf, tmp_path, version):
    """By -kernel: every version's kernel, and its command line behind what was said; of version 2 its tree."""
    more = {'dtb': tree(tmp_path, 'acme,x') + tree(tmp_path, 'acme,y', 'linux,dummy-virt')} if version == 2 else {}
    line = b'first=' + b'x' * 507 + b'yz=end' if version < 3 else b'first=1'
    image = android(version, highhalf.read_bytes(), b'070701' + bytes(106), line, dtbo=b'\xd7\xb7\xab\x1e' * 8 if version in (1, 2) else b'',
                    **more)
    text = qemu(kernel=write(tmp_path, 'boot.img', image), append='said=1').finish()
    assert re.search(OK, text, re.M), text
    assert f'said=1 {line.decode()}' in text.replace('\n', ''), text
    if version < 3:
        assert 'Verifying Hash Integrity ... sha1+ OK' in text
    if version == 2:
        assert 'Device tree 1 of the image is for this machine' in text


@pytest.mark.payload
@pytest.mark.skipif(not shutil.which('mkbootimg'), reason='needs the package mkbootimg')
@pytest.mark.parametrize('version', [0, 2, 3])
def test_mkbootimg(loft, build, payloads, tmp_path, version):
    """Linux out of what the maker's own tool writes: its header of version 3 says a size that it has not."""
    out = write(tmp_path, 'boot', b'')
    args = ['mkbootimg', '--header_version', str(version), '--kernel', payloads / 'Image.gz', '--cmdline', 'console=ttyAMA0 from=mkbootimg',
            '--os_version', '12.0.0', '--os_patch_level', '2023-01', '-o', out]
    ramdisk = ['--ramdisk', payloads / 'initramfs.cpio.gz']
    # With firmware QEMU's machine has other GPIOs.
    subprocess.run(['qemu-system-aarch64', '-M', f'virt,dumpdtb={tmp_path}/t', '-m', '1G', '-cpu', 'cortex-a57', '-bios', build / 'loft.bin',
                    '-display', 'none'], check=True, capture_output=True)
    dtb = ['--dtb', tmp_path / 't']
    loads = [(out, RAM)]
    if version == 3:
        vendor = write(tmp_path, 'vendor', b'')
        loads += [(vendor, VENDOR)]
        subprocess.run(args[:3] + ['--vendor_boot', vendor, '--vendor_ramdisk', ramdisk[1], '--vendor_cmdline', 'v=1', *dtb], check=True)
        ramdisk, dtb = ['--ramdisk', write(tmp_path, 'none', b'')], []
    subprocess.run(args + ramdisk + (dtb if version == 2 else []), check=True)
    m = loft(loads=loads)
    m.send(f'bootm {RAM:x}' + (f' {VENDOR:x}' if version == 3 else '') + '\r')
    text = m.finish(120)
    assert 'loft-test: userspace reached' in text and 'from=mkbootimg' in text, text


@pytest.mark.payload
@pytest.mark.parametrize('way', ['bootm', 'qfw', 'init_boot'])
def test_vendor_boot(qemu, loft, payloads, tmp_path, way):
    """Linux: the ramdisk is in two images, the bootconfig at its end; a piece for recovery is left out."""
    ramdisk = (payloads / 'initramfs.cpio.gz').read_bytes()
    kernel = (payloads / 'Image.gz').read_bytes()
    vendor = write(tmp_path, 'vendor', vendor_boot(4, [(1, ramdisk[:0x1000]), (2, b'recovery' * 99), (3, ramdisk[0x1000:0x3000])],
                                                   b'console=ttyAMA0', bootconfig=b'a.b = "c"\nkernel.from.config = 1\n'))
    rest = ramdisk[0x3000:]
    boot = write(tmp_path, 'boot', android(4, kernel, b'' if way == 'init_boot' else rest, b'from=boot'))
    if way == 'qfw':
        text = qemu(kernel=boot, initrd=vendor).finish(120)
    elif way == 'bootm':
        m = loft(loads=[(boot, RAM), (vendor, VENDOR)])
        m.send(f'bootm {RAM:x} {VENDOR:x}\r')
        text = m.finish(120)
    else:
        init = write(tmp_path, 'init', android(4, b'', rest))
        m = loft(loads=[(boot, RAM), (vendor, VENDOR), (init, INIT)])
        assert 'it has no kernel' in m.run_fail(f'bootm {INIT:x}')
        assert 'it is the ramdisk of its boot image' in m.run_fail(f'bootm {VENDOR:x}')
        m.run_check(f'setenv android_vendor_boot {VENDOR:x}; setenv android_init_boot {INIT:x}')
        m.send(f'booti {RAM:x}\r')
        text = m.finish(120)
    assert 'loft-test: userspace reached' in text, text
    line = re.search(r'Kernel command line: (.*)', text)[1]
    assert 'console=ttyAMA0 from=boot bootconfig' in line, line


def test_bootconfig(loft, highhalf, tmp_path):
    """What is behind the ramdisk, byte by byte; Debian's kernel has no bootconfig."""
    config = b'a.b = "c"\nkernel.x = 1\n'
    m = loft(loads=[(write(tmp_path, 'boot', android(4, highhalf.read_bytes(), b'SYSTEM')), RAM),
                    (write(tmp_path, 'vendor', vendor_boot(4, [(1, b'MAKER'), (2, b'not')], bootconfig=config)), VENDOR)])
    m.run_check(f'setenv android_vendor_boot {VENDOR:x}')
    text = m.run_check(f'bootelf -n -r x4=@initrd {RAM:x}')
    start = int(re.search(r'\bx4\b.*?0x([0-9a-f]+)', text)[1], 16)
    padded = config.ljust((11 + len(config) + 3) // 4 * 4 - 11, b'\0')
    wanted = b'MAKERSYSTEM' + padded + struct.pack('<II', len(padded), sum(config)) + b'#BOOTCONFIG\n'
    dump = m.run_check(f'md.b {start:x} {len(wanted):x}')
    got = bytes.fromhex(''.join(''.join(line[10:].split('  ')[0].split()) for line in dump.splitlines()))
    assert got == wanted, (got, wanted)


def patched(data, at, value, size=4):
    out = bytearray(data)
    out[at:at + size] = value.to_bytes(size, 'little')
    return bytes(out)


BAD = [
    (lambda k: patched(android(0, k, page=2048), 36, 1000), 'pages of 0x3e8 bytes at 0x24'),
    (lambda k: patched(android(0, k), 40, 9), 'header version 9 at 0x28, known are 0 to 4'),
    (lambda k: patched(android(2, k), 8, 0xffffffff), 'truncated: its kernel, 0xffffffff bytes at 0x800, is not inside of'),
    (lambda k: patched(android(0, k), 3000, 0x55), 'Bad hash: its id at 0x240'),
    (lambda k: patched(android(1, k), 1644, 3), 'header version 1 has 0x670 bytes, and says 0x3 at 0x66c'),
    (lambda k: android(2, k, dtb=b'none at all' * 9), 'dtb: begins with 0x6e6f6e65, a device tree with 0xd00dfeed'),
    (lambda k: android(3, k, b'r')[:5000], 'truncated: its kernel'),
]


@pytest.mark.parametrize('case', range(len(BAD)))
def test_refused(loft, highhalf, tmp_path, case):
    make, sentence = BAD[case]
    data = make(highhalf.read_bytes())
    m = loft(loads=[(write(tmp_path, 'boot.img', data), RAM)])
    m.run_check(f'setenv fileaddr {RAM:x}; setenv filesize {len(data):x}')
    before = m.run_check('memmap')
    assert sentence in m.run_fail(f'bootm {RAM:x}'), m.text
    assert m.run_check('memmap') == before


def test_vendor_that_lies(loft, highhalf, tmp_path):
    vendor = vendor_boot(4, [(1, b'1' * 64)])
    at = 4096 * 2  # of the table
    m = loft(loads=[(write(tmp_path, 'boot.img', android(4, highhalf.read_bytes())), RAM),
                    (write(tmp_path, 'v1', patched(vendor, at, 65)), VENDOR), (write(tmp_path, 'v2', patched(vendor, 2120, 8)), INIT)])
    before = m.run_check('memmap')
    assert 'piece 0 of its ramdisk, 0x41 bytes at 0x0, is not inside of 0x40' in m.run_fail(f'bootm {RAM:x} {VENDOR:x}')
    assert 'its ramdisk table at 0x840' in m.run_fail(f'bootm {RAM:x} {INIT:x}:4000')
    assert m.run_check('memmap') == before
