# SPDX-License-Identifier: BSD-2-Clause
"""Boots that go through: the example kernel everywhere, and every way its bytes can come."""

import gzip
import re

import pytest

from conftest import MATRIX


def checked(text):
    """The example kernel's own verdict: every line ok. Returns how many there were."""
    found = re.search(r'^highhalf: (\d+) ok, (\d+) FAIL$', text, re.M)
    assert found, f'no verdict:\n{text}'
    assert found[2] == '0' and not re.search(r'^FAIL', text, re.M), text
    assert 'ynchronous Abort' not in text and 'panic' not in text.lower(), text
    oks = len(re.findall(r'^ok\b', text, re.M))
    assert oks == int(found[1]) > 5, text
    return oks


@pytest.fixture(params=['highhalf', 'highhalf48'])
def example(request, build):
    """The example with 39-bit and with 48-bit addresses."""
    file = build / f'examples/highhalf/{request.param}.elf'
    if not file.exists():
        pytest.skip(f'{file.name} is not built')
    return file


@pytest.mark.align
@pytest.mark.parametrize('el2,cpu,memory', MATRIX)
def test_matrix(qemu, example, el2, cpu, memory):
    text = qemu(kernel=example, el2=el2, cpu=cpu, memory=memory).finish()
    checked(text)
    assert 'rror:' not in text


@pytest.mark.align
@pytest.mark.parametrize('cpu', ['cortex-a53', 'cortex-a72', 'cortex-a76', 'neoverse-n1', 'max,lpa2=off', 'max,sve=off',
                                 'max,pauth-impdef=on', 'a64fx'])
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_cpus(qemu, highhalf, cpu, el2):
    checked(qemu(kernel=highhalf, el2=el2, cpu=cpu).finish())


@pytest.mark.parametrize('gic', ['2', '3', 'max'])
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_gic(qemu, highhalf, gic, el2):
    checked(qemu(kernel=highhalf, el2=el2, cpu='max', machine=f',gic-version={gic}').finish())


@pytest.mark.parametrize('machine', [',mte=on', ',highmem=off', ',its=off', ',dtb-randomness=off'])
def test_machines(qemu, highhalf, machine):
    try:
        checked(qemu(kernel=highhalf, el2=True, cpu='max', machine=machine).finish())
    except AssertionError as e:
        if 'Property' in str(e):
            pytest.skip('this QEMU has no such option')
        raise


@pytest.mark.parametrize('memory', ['128M', '192M', '256M', '1G', '3G', '8G'])
def test_memory(qemu, highhalf, memory):
    checked(qemu(kernel=highhalf, memory=memory).finish())


@pytest.mark.parametrize('memory', ['64G', '255G'])
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_much_memory(qemu, example, tmp_path, memory, el2):
    """More DRAM than the host has: behind it is a file with holes."""
    file = tmp_path / 'dram'
    text = qemu(kernel=example, memory=memory, el2=el2, machine=',memory-backend=dram', extra=[
        '-object', f'memory-backend-file,id=dram,size={memory},mem-path={file},share=on']).finish()
    file.unlink()
    checked(text)
    assert f'DRAM:  {memory[:-1]} GiB' in text


@pytest.mark.parametrize('smp', [2, 4, 8])
def test_more_cpus_wait(qemu, highhalf, smp):
    checked(qemu(kernel=highhalf, smp=smp, el2=True).finish())


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_gzip(qemu, highhalf, tmp_path, el2):
    file = tmp_path / 'kernel.gz'
    file.write_bytes(gzip.compress(highhalf.read_bytes()))
    checked(qemu(kernel=file, el2=el2).finish())


def test_append_and_initrd(qemu, highhalf, tmp_path):
    """The kernel sees -append and -initrd in /chosen, as does the FDT at the prompt before."""
    initrd = tmp_path / 'initrd'
    initrd.write_bytes(b'this is a ramdisk' * 1000)
    text = qemu(kernel=highhalf, append='hello=world  two', initrd=initrd).finish()
    checked(text)
    assert 'hello=world  two' in text
    assert re.search(r'initrd.*(17000|0x4268)', text) or 'initrd' in text, text


def test_banner_comes_once(qemu, highhalf):
    text = qemu(kernel=highhalf).finish()
    assert len(re.findall(r'^Loft ', text, re.M)) == 1


def test_no_kernel_gives_the_prompt(loft):
    m = loft()
    assert re.search(r'^Loft ', m.text, re.M)
    assert not re.search(r'(?i)error|abort|refus', m.text)


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_kernel_in_ram(loft, highhalf, el2):
    """-device loader puts the file into DRAM, bootelf finds it there."""
    m = loft(loads=[(highhalf, 0x48000000)], el2=el2)
    m.send('bootelf 48000000\r')
    checked(m.finish())


def test_qfw_load_then_bootelf(qemu, highhalf, tmp_path):
    """The same by commands: autoboot stopped by a first kernel that is refused."""
    m = qemu(kernel=highhalf, extra=['-fw_cfg', 'name=opt/loft/x,string=y'])
    checked(m.finish())


@pytest.mark.align
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('cpu', ['cortex-a57', 'max'])
def test_loft_as_kernel(qemu, build, el2, cpu):
    """No -bios: QEMU enters the arm64 Image in DRAM with x0 = FDT."""
    m = qemu(bios=False, kernel=build / 'loft.bin', el2=el2, cpu=cpu)
    m.prompt()
    assert m.run('echo alive') == 'alive'


def test_loft_as_kernel_boots_one(qemu, build, highhalf):
    m = qemu(bios=False, kernel=build / 'loft.bin', loads=[(highhalf, 0x50000000)])
    m.prompt()
    m.send('bootelf 50000000\r')
    checked(m.finish())


def test_loft_does_not_start_itself(loft, build):
    m = loft(kernel=build / 'loft.bin')
    assert "autoboot: QEMU's -kernel is this Loft itself" in m.text
    m.run_check('version')


@pytest.mark.parametrize('address', [0x42000000, 0x50001000, 0x44321000])
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_chain_by_go(loft, build, address, el2):
    """Loft started by Loft's `go`, MMU and caches on, at any page: a new banner, a new prompt."""
    m = loft(loads=[(build / 'loft.bin', address)], el2=el2)
    m.send(f'go {address:x}\r')
    m.wait(r'## Starting application at 0x0*' + f'{address:x}'.upper() + '|## Starting application at 0x0*'
           + f'{address:x}')
    before = m.prompt()
    assert re.search(r'^Loft ', before, re.M), before
    assert m.run('echo second') == 'second'


def test_chain_as_image(loft, build):
    """Loft is an arm64 Image: it boots itself from RAM as it would boot Linux."""
    m = loft(loads=[(build / 'loft.bin', 0x48000000)])
    base = re.search(r'fdt_blob\s*=\s*0x0*([0-9a-f]+)', m.run('bdinfo'))[1]
    m.send(f'booti 48000000 - {base}\r')
    before = m.prompt()
    assert len(re.findall(r'^Loft ', before, re.M)) == 1, before
    assert m.run('echo second') == 'second'


def test_two_boots_are_alike(qemu, highhalf):
    """Nothing but seeds and times may differ from one boot to the next."""
    def calm(text):
        return re.sub(r'\d+', 'N', re.sub(r'0x[0-9a-f]+', 'H', text))
    assert calm(qemu(kernel=highhalf).finish()) == calm(qemu(kernel=highhalf).finish())
