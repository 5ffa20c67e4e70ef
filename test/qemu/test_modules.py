# SPDX-License-Identifier: BSD-2-Clause
"""Files beside a kernel: Xen's dom0 by command, FIT and loft.cfg; modules of an ELF kernel; lies."""
import re

import pytest

from test_containers import KERNEL, fit
from test_diskboot import disk, volume

RAM, DOM0, INITRD = 0x48000000, 0x50000000, 0x58000000
MODULE = 'arch = "arm64"; os = "linux"; compression = "none";'


def xen_with_dom0(m):
    text = m.finish(180)
    assert 'Xen version 4.' in text and 'loft-test: userspace reached' in text, text
    assert 'Kernel command line: console=hvc0 by=module' in text, text


@pytest.mark.payload
def test_xen_booti(loft, payloads):
    files = [(payloads / 'xen', RAM), (payloads / 'Image', DOM0), (payloads / 'initramfs.cpio.gz', INITRD)]
    m = loft(loads=files, el2=True, memory='2G')
    size = {f: p.stat().st_size for p, f in files}
    m.run_check('setenv bootargs console=dtuart dom0_mem=512M noreboot')
    m.send(f'booti -m "dom0={DOM0:x}:{size[DOM0]:x},console=hvc0 by=module" -m initrd={INITRD:x}:{size[INITRD]:x} {RAM:x}\r')
    xen_with_dom0(m)


@pytest.mark.payload
def test_xen_fit(loft, payloads, tmp_path):
    image = fit(tmp_path, {'xen': (payloads / 'xen', 'type = "kernel_noload"; ' + MODULE),
                           'linux': (payloads / 'Image', 'type = "kernel"; bootargs = "console=hvc0 by=module"; ' + MODULE),
                           'rd': (payloads / 'initramfs.cpio.gz', 'type = "ramdisk"; ' + MODULE)},
                'default = "c"; c { kernel = "xen"; loadables = "linux", "rd"; };')
    m = loft(loads=[(image, RAM)], el2=True, memory='2G')
    m.run_check('setenv bootargs console=dtuart dom0_mem=512M noreboot')
    m.send(f'bootm {RAM:x}\r')
    xen_with_dom0(m)


@pytest.mark.payload
def test_xen_loft_cfg(qemu, payloads, tmp_path):
    image = volume(tmp_path, {'loft.cfg': 'kernel=xen\ncmdline=console=dtuart dom0_mem=512M noreboot\n'
                                          'module = dom0 Image console=hvc0 by=module\nmodule=initrd rd\n',
                              **{to: (payloads / name).read_bytes() for to, name in
                                 (('xen', 'xen'), ('Image', 'Image'), ('rd', 'initramfs.cpio.gz'))}})
    xen_with_dom0(qemu(el2=True, memory='2G', extra=disk(image)))


def test_elf(loft, highhalf, tmp_path):
    """Each is a reserved node, to the byte; the kernel runs; another boot finds them free again."""
    (tmp_path / 'm').write_bytes(b'module' * 700)
    m = loft(loads=[(highhalf, RAM), (tmp_path / 'm', DOM0)])
    before = m.run_check('memmap')
    m.run_check(f'setenv bootelf_options -m "x=58000001:3"')
    text = m.run_check(f'bootelf -n -r x4=@fdt -m "root.task={DOM0:x}:1068,one two" {RAM:x}')
    tree = re.search(r'\bx4\b.*?0x([0-9a-f]+)', text)[1]
    m.run_check(f'fdt addr {tree}')
    text = m.run_check('fdt print /reserved-memory')
    node = re.search(r'loft-module-root-task@50000000 {(.*?)}', text, re.S)[1]
    for line in (r'compatible = "loft,module"', r'loft,name = "root.task"', 'bootargs = "one two"', 'loft,reclaimable',
                 r'reg = <0x0+ 0x50000000 0x0+ 0x0*1068>'):
        assert re.search(line, node), node
    assert re.search(r'loft-module-x@58000001 {.*?0x58000001 0x0+ 0x0*3>', text, re.S), text
    assert 'multiboot' not in m.run_check('fdt print /chosen')
    assert m.run_check('memmap') == before
    m.send(f'bootelf -m root.task={DOM0:x}:1068 {RAM:x}\r')
    assert re.search(r'^highhalf: \d+ ok, 0 FAIL$', m.finish(), re.M), m.text


def test_bootm(loft, highhalf, tmp_path):
    """The same by bootm, before its words and behind them; lies are refused, and leave all as it was."""
    (tmp_path / 'm').write_bytes(b'module' * 700)
    m = loft(loads=[(highhalf, RAM), (tmp_path / 'm', DOM0)])
    before = m.run_check('memmap')
    for text, sentence in BAD:
        quoted = f'"{text}"' if text.startswith('x y') else text
        assert re.search(sentence, m.run_fail(f'bootm {RAM:x} -m {quoted}')), (text, m.text[-400:])
        assert m.run_check('memmap') == before
    assert 'Usage' in m.run_fail(f'bootm -m x={INITRD:x}:3 {RAM:x} - - {RAM:x}')
    m.run_check(f'setenv loadaddr {RAM:x}')
    m.send(f'bootm -m root.task={DOM0:x}:1068,one -m x={INITRD:x}:3\r')
    text = m.finish()
    assert re.search(r'^highhalf: \d+ ok, 0 FAIL$', text, re.M), text
    assert f'Module root.task at 0x{DOM0:x}, 0x1068 bytes: one' in text and f'Module x at 0x{INITRD:x}, 0x3 bytes' in text
    m = loft(loads=[(highhalf, RAM), (tmp_path / 'm', DOM0)])
    m.run_check(f'bootm start {RAM:x} -m root.task={DOM0:x}:1068; bootm loados')
    m.send('bootm go\r')
    assert f'Module root.task at 0x{DOM0:x}, 0x1068 bytes' in m.finish(), m.text


BAD = [('x', "module: 'x' is not name=address"), ('x=1,2=3', 'are not all DRAM|no size known'),
       ('x y=50000000:10', "a name has 1 to 20 letters"), ('=50000000:10', "module '': a name has 1 to 20"),
       ('x=50000000', "module 'x': no size known"), ('x=50000000:zz', 'are hexadecimal'),
       ('x=50000000:ffffffffffffffff', 'are not all DRAM'), ('x=ffffffffffffff00:1000', 'are not all DRAM'),
       ('x=7ff00000:10000', "module 'x' at 0x7ff00000: 0x7ff00000 belongs to Loft"),
       ('x=50000000:10 -m y=50000008:10', "module 'y' at 0x50000008: 0x50000008 belongs to module x"),
       (' '.join(['x=50000000:10'] * 17).replace(' ', ' -m '), 'more than 16 modules'),
       ('a' * 21 + '=50000000:10', 'is not name=address|a name has 1 to 20')]


def test_refused(loft, highhalf):
    m = loft(loads=[(highhalf, RAM)])
    before = m.run_check('memmap')
    for text, sentence in BAD:
        quoted = f'"{text}"' if text.startswith('x y') else text
        assert re.search(sentence, m.run_fail(f'bootelf -m {quoted} {RAM:x}')), (text, m.text[-400:])
        assert m.run_check('memmap') == before
    assert 'lies over module x' in m.run_fail(f'bootelf -m x=40200000:10 {RAM:x}')
