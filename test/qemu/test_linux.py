# SPDX-License-Identifier: BSD-2-Clause
"""Kernels that others made: Debian's Linux to userspace, Xen to its dom0."""

import re

import pytest

pytestmark = pytest.mark.payload
LINUX = 120     # seconds; a boot takes 2 to 8


def booted(text, el2, smp):
    assert 'loft-test: userspace reached' in text, text
    assert 'loft-test: end' in text, text
    assert f'loft-test: cpus {smp}' in text, text
    level = re.search(r'CPU: All CPU\(s\) started at (EL\d)', text)
    assert level and level[1] == f'EL{1 + el2}', text
    assert 'Kernel panic' not in text and 'Oops' not in text, text
    assert 'Unable to handle' not in text, text


@pytest.mark.align
@pytest.mark.parametrize('smp', [1, 4])
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_image(qemu, payloads, el2, smp):
    text = qemu(kernel=payloads / 'Image', initrd=payloads / 'initramfs.cpio.gz', el2=el2, smp=smp,
                append='console=ttyAMA0 loft.test=1').finish(LINUX)
    booted(text, el2, smp)
    assert 'loft-test: cmdline console=ttyAMA0 loft.test=1\n' in text


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_image_gz(qemu, payloads, el2):
    text = qemu(kernel=payloads / 'Image.gz', initrd=payloads / 'initramfs.cpio.gz', el2=el2,
                append='console=ttyAMA0').finish(LINUX)
    booted(text, el2, 1)


@pytest.mark.parametrize('cpu', ['cortex-a53', 'cortex-a76', 'neoverse-n1', 'max'])
def test_cpu(qemu, payloads, cpu):
    """At EL2 with GICv3: what the CPU has beyond v8.0 must have been set up."""
    text = qemu(kernel=payloads / 'Image', initrd=payloads / 'initramfs.cpio.gz', el2=True, cpu=cpu, smp=2,
                machine=',gic-version=3', append='console=ttyAMA0').finish(LINUX)
    booted(text, True, 2)


@pytest.mark.parametrize('memory', ['256M', '4G'])
def test_memory(qemu, payloads, memory):
    text = qemu(kernel=payloads / 'Image', initrd=payloads / 'initramfs.cpio.gz', memory=memory,
                append='console=ttyAMA0').finish(LINUX)
    booted(text, False, 1)


def test_booti(loft, payloads):
    """The same at the prompt, by U-Boot's command line."""
    initrd = payloads / 'initramfs.cpio.gz'
    m = loft(loads=[(payloads / 'Image', 0x48000000), (initrd, 0x58000000)])
    m.run_check('setenv bootargs console=ttyAMA0 by=booti')
    size = initrd.stat().st_size
    base = re.search(r'fdt_blob\s*=\s*0x0*([0-9a-f]+)', m.run('bdinfo'))
    m.send(f'booti 48000000 58000000:{size:x} {base[1]}\r')
    text = m.finish(LINUX)
    booted(text, False, 1)
    assert 'Starting kernel ...' in text
    assert 'by=booti' in text


@pytest.mark.parametrize('smp', [1, 2])
def test_xen(qemu, payloads, smp):
    """Xen needs EL2, makes its own tables, starts the other CPUs, and stops for want of a dom0."""
    m = qemu(kernel=payloads / 'xen', append='console=dtuart noreboot', el2=True, smp=smp)
    m.wait(r'\(XEN\) \*\*\* LOADING DOMAIN 0 \*\*\*', LINUX)
    text = m.text
    assert 'Xen version 4.' in text
    if smp > 1:
        assert f'Brought up {smp} CPUs' in text


def test_xen_with_dom0(qemu, payloads):
    """K10: two loaders deep: QEMU's guest-loader names the modules in the FDT, Loft boots Xen, Xen boots Linux."""
    modules = ['-device', f'guest-loader,addr=0x49000000,kernel={payloads}/Image,bootargs=console=hvc0',
               '-device', f'guest-loader,addr=0x4d000000,initrd={payloads}/initramfs.cpio.gz']
    m = qemu(kernel=payloads / 'xen', append='console=dtuart dom0_mem=1G noreboot', el2=True, smp=2,
             memory='2G', extra=modules)
    text = m.finish(LINUX)
    assert 'loft-test: userspace reached' in text and 'loft-test: cpus 2' in text
