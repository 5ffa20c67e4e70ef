# SPDX-License-Identifier: BSD-2-Clause
"""A Loft with keys: what they have signed boots, and by no way anything else.

What somebody may do to a signed image without its key is tried on the host
(test/host/common/image/fit_sign_test.c); here are the ways in.
"""
import fcntl
import hashlib
import os
import re
import shutil
import subprocess

import pytest

from conftest import BUILD, QEMU, ROOT, built

pytestmark = pytest.mark.skipif(not shutil.which('mkimage'), reason='needs u-boot-tools')

RAM = 0x48000000
OK = r'^highhalf: \d+ ok, 0 FAIL$'
NOT_SIGNED = r'is not signed: this Loft starts nothing but configurations'

SOURCE = '''/dts-v1/;
/ {
	description = "signed";
	#address-cells = <1>;
	images {
		kernel { description = "k"; data = /incbin/("kernel"); type = "kernel"; arch = "arm64"; os = "linux";
			compression = "none"; load = <0x44000000>; entry = <0x44000000>; hash-1 { algo = "sha256"; }; };
		script { description = "s"; data = /incbin/("script"); type = "script"; arch = "arm64";
			compression = "none"; hash-1 { algo = "sha256"; }; };
	};
	configurations {
		default = "conf";
		conf { kernel = "kernel"; script = "script"; SIGNATURE };
		bare { kernel = "kernel"; script = "script"; };
	};
};
'''
SIGNATURE = '''signature-1 { algo = "sha256,rsa2048"; key-name-hint = "dev"; sign-images = "kernel", "script"; };'''


@pytest.fixture(scope='session')
def keys():
    """A key pair and its control FDT; made once for a build, since the image has it in it."""
    folder = BUILD / 'test/signed'
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / '.lock', 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / 'control.dtb').exists():
            def run(command):
                subprocess.run(command, shell=True, cwd=folder, check=True, capture_output=True)
            for key in ('dev', 'mallory'):
                run(f'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out {key}.key')
                run(f'openssl req -batch -new -x509 -key {key}.key -out {key}.crt')
            (folder / 'kernel').write_bytes(b'nothing')
            (folder / 'script').write_bytes(b'nothing')
            (folder / 'its').write_text(SOURCE.replace('SIGNATURE', SIGNATURE))
            run("echo '/dts-v1/; / { };' | dtc -q -p 4096 -O dtb -o made.dtb")
            run('mkimage -f its -k . -K made.dtb -r fit')
            (folder / 'made.dtb').rename(folder / 'control.dtb')
    return folder


@pytest.fixture(scope='session')
def signed(keys):
    """loft.bin with that key, and nothing else different."""
    return built('signed', options=[f'CONFIG_CONTROL_FDT="{keys / "control.dtb"}"'])


@pytest.fixture
def make_fit(keys, tmp_path, highhalf):
    def make(name, signature=SIGNATURE, key='dev', script=b'echo the script runs\n', options=(), kernel=highhalf):
        (tmp_path / 'kernel').write_bytes(kernel.read_bytes())
        (tmp_path / 'script').write_bytes(script)
        (tmp_path / 'its').write_text(SOURCE.replace('SIGNATURE', signature.replace('"dev"', f'"{key}"')))
        subprocess.run(['mkimage', '-f', 'its', '-k', str(keys), *options, name], cwd=tmp_path, check=True,
                       capture_output=True)
        return tmp_path / name
    return make


@pytest.mark.parametrize('way', ['fw_cfg', 'bootm', 'external'])
def test_signed_boots(qemu, loft, signed, make_fit, way):
    fit = make_fit('fit', options=['-E'] if way == 'external' else [])
    if way == 'fw_cfg':
        text = qemu(bios=signed, kernel=fit).finish()
    else:
        m = loft(bios=signed, loads=[(fit, RAM)])
        m.send(f'bootm {RAM:x}\r')
        text = m.finish()
    assert re.search(OK, text, re.M), text
    assert 'Verifying Hash Integrity ... sha256,rsa2048:key-dev+ OK' in text, text


def test_iminfo(loft, signed, make_fit, tmp_path):
    """What somebody says to have signed, in U-Boot's lines, and what of that this Loft's keys have."""
    good = make_fit('good')
    listed = subprocess.run(['mkimage', '-l', str(good)], check=True, capture_output=True, text=True).stdout
    value = re.search(r'Sign value: +(\w+)', listed)[1]
    m = loft(bios=signed, loads=[(good, RAM), (make_fit('theirs', key='mallory'), RAM + 0x1000000)])
    said = m.run_fail(f'iminfo {RAM:x}')
    assert f'     Sign algo:    sha256,rsa2048:dev\n     Sign value:   {value}\n     Timestamp:    ' in said, said
    assert '   Signature(s) for Configuration 0 (conf): sha256,rsa2048:key-dev+ \n' in said, said
    assert "   Signature(s) for Configuration 1 (bare): 'bare' is not signed by 'key-dev': it has no signature" in said, said
    said = m.run_fail(f'iminfo {RAM + 0x1000000:x}')
    assert 'sha256,rsa2048:mallory' in said and "(conf): 'conf' is not signed by 'key-dev'" in said and 'key-dev+' not in said, said


COUNTER = 0x80000   # CONFIG_ROLLBACK_FLASH_OFFSET


def test_no_way_back(qemu, loft, signed, make_fit, tmp_path):
    """Once version 2 has started, neither version 1 nor one that says nothing does; a damaged counter is no zero."""
    def fit(name, value):
        return make_fit(name, (f'rollback-version = {value}; ' if value else '') + SIGNATURE)
    files = [fit('one', '<1>'), fit('two', '<2>'), fit('silent', ''), fit('odd', '<1 2>')]
    loads = [(file, RAM + number * 0x1000000) for number, file in enumerate(files)]
    one, two, silent, odd = (f'bootm {at:x}' for _, at in loads)
    flash = tmp_path / 'flash'
    flash.write_bytes(b'\xff' * (64 << 20))
    extra = ['-drive', f'if=pflash,unit=1,format=raw,file={flash}']

    def boots(command):
        m = loft(bios=signed, loads=loads, extra=extra)
        m.send(command + '\r')
        text = m.finish()
        assert re.search(OK, text, re.M), text
        return text

    assert 'is kept' not in boots(silent)
    assert 'Version 1 is kept' in boots(one)
    assert 'Version 2 is kept' in boots(two)
    assert flash.read_bytes()[COUNTER + 5:][:11] == flash.read_bytes()[COUNTER + 0x40005:][:11] == b'rollback=2\0'
    m = loft(bios=signed, loads=loads, extra=extra)
    assert "'conf' is of version 1, and one of 2 has started here" in m.run(one)
    assert "'conf' is of version 0, and one of 2 has started here" in m.run(silent)
    assert "'conf' is of version 1, and one of 2 has started here" in m.run(f'source {RAM:x}')
    assert 'rollback-version of \'conf\' has 8 bytes, not 4' in m.run(odd)
    m.send(two + '\r')
    text = m.finish()
    assert re.search(OK, text, re.M) and 'is kept' not in text, text
    with open(flash, 'r+b') as f:
        for copy in (COUNTER, COUNTER + 0x40000):
            f.seek(copy + 14)
            f.write(b'0')
    m = loft(bios=signed, loads=loads, extra=extra)
    for command in (one, two, silent):
        assert 'is no whole version number' in m.run(command), command


def without_flash(to):
    """QEMU's tree, with no flash in it."""
    subprocess.run([QEMU, '-M', f'virt,dumpdtb={to}', '-m', '1G', '-nic', 'none', '-display', 'none'], check=True,
                   capture_output=True)
    text = subprocess.run(['dtc', '-q', '-I', 'dtb', '-O', 'dts', str(to)], check=True, capture_output=True).stdout
    made = subprocess.run(['dtc', '-q', '-O', 'dtb'], input=text.replace(b'"cfi-flash"', b'"none"'), check=True,
                          capture_output=True).stdout
    assert b'"cfi-flash"' in text
    to.write_bytes(made)
    return to


@pytest.mark.parametrize('lack', ['flash', 'option'])
def test_nowhere_to_keep_a_version(loft, signed, keys, make_fit, tmp_path, lack):
    """Without a flash, or without CONFIG_ROLLBACK, what says a version does not start; what says none does."""
    loads = [(make_fit('one', 'rollback-version = <1>; ' + SIGNATURE), RAM), (make_fit('silent'), RAM + 0x1000000)]
    machine = {'bios': signed, 'dtb': without_flash(tmp_path / 'virt.dtb')} if lack == 'flash' else {
        'bios': built('signed-no-rollback', options=[f'CONFIG_CONTROL_FDT="{keys}/control.dtb"',
                                                     '# CONFIG_ROLLBACK is not set'])}
    m = loft(loads=loads, **machine)
    for command in (f'bootm {RAM:x}', f'source {RAM:x}'):
        said = m.run(command)
        assert "'conf' has a rollback-version, and this Loft has no flash to keep it in" in said, said
        assert 'Starting' not in said and 'the script runs' not in said, said
    m.send(f'bootm {RAM + 0x1000000:x}\r')
    assert re.search(OK, m.finish(), re.M), m.text


def test_last_version_of_all(loft, signed, make_fit, tmp_path):
    """Where 32 bits end: the last version starts again and again, and nothing below; no way leads on to 0."""
    top = 0xffffffff
    loads = [(make_fit(f'v{i}', f'rollback-version = <{version:#x}>; ' + SIGNATURE), RAM + i * 0x1000000)
             for i, version in enumerate((top, top - 1, 1))] + [(make_fit('silent'), RAM + 3 * 0x1000000)]
    flash = tmp_path / 'flash'
    flash.write_bytes(b'\xff' * (64 << 20))
    extra = ['-drive', f'if=pflash,unit=1,format=raw,file={flash}']
    for said in (f'Version {top} is kept', None):
        m = loft(bios=signed, loads=loads, extra=extra)
        m.send(f'bootm {RAM:x}\r')
        text = m.finish()
        assert re.search(OK, text, re.M), text
        assert said in text if said else 'is kept' not in text, text
    m = loft(bios=signed, loads=loads, extra=extra)
    for i, version in ((1, top - 1), (2, 1), (3, 0)):
        assert f"'conf' is of version {version}, and one of {top} has started here" in m.run(f'bootm {RAM + i * 0x1000000:x}')


def test_version_cannot_be_stored(loft, signed, make_fit, tmp_path):
    """A flash that takes no writes: the kernel does not start."""
    flash = tmp_path / 'flash'
    flash.write_bytes(b'\xff' * (64 << 20))
    m = loft(bios=signed, loads=[(make_fit('one', 'rollback-version = <1>; ' + SIGNATURE), RAM)],
             extra=['-drive', f'if=pflash,unit=1,format=raw,readonly=on,file={flash}'])
    said = m.run(f'bootm {RAM:x}')
    assert 'Starting' not in said and 'is kept' not in said and re.search('flash|erase|0x4080000', said), said
    assert m.run_check('echo alive') == 'alive'


def altered(fit, to):
    """One byte of the kernel."""
    data = bytearray(fit.read_bytes())
    at = data.index(b'\x7fELF') + 0x1800
    data[at] ^= 1
    to.write_bytes(data)
    return to


@pytest.mark.parametrize('el2', [False, True])
def test_nothing_else_starts(loft, signed, make_fit, highhalf, payloads, assemble, tmp_path, el2):
    """Every way that code or a script may come in by."""
    plain = make_fit('plain', '')
    raw = tmp_path / 'raw'
    raw.write_bytes(b'\x1f\x20\x03\xd5' * 64)
    text = tmp_path / 'text'
    text.write_bytes(b'echo the script runs\0')
    for kind, name, data in (('script', 'uscript', text), ('kernel', 'ukernel', highhalf), ('standalone', 'uprogram', raw)):
        subprocess.run(['mkimage', '-A', 'arm64', '-O', 'linux', '-T', kind, '-C', 'none', '-a', '44000000', '-e',
                        '44000000', '-d', str(data), str(tmp_path / name)], check=True, capture_output=True)
    good = make_fit('good')
    files = [good, plain, altered(good, tmp_path / 'altered'), make_fit('theirs', key='mallory'), highhalf, payloads / 'Image',
             raw, text, tmp_path / 'uscript', tmp_path / 'ukernel', tmp_path / 'uprogram', payloads / 'zImage']
    where = {file.name: RAM + number * 0x4000000 for number, file in enumerate(files)}
    at = {name: f'{address:x}' for name, address in where.items()}
    m = loft(bios=signed, el2=el2, memory='2G', loads=[(file, where[file.name]) for file in files])
    refusals = {
        f'bootelf {at["highhalf.elf"]}': NOT_SIGNED,
        f'bootelf -u {at["highhalf.elf"]}': NOT_SIGNED,
        f'bootelf -l {at["highhalf.elf"]}': NOT_SIGNED,
        f'bootelf -n {at["highhalf.elf"]}': NOT_SIGNED,
        f'bootelf -g {at["highhalf.elf"]}': 'built without gdb',
        f'booti {at["Image"]}': NOT_SIGNED,
        f'bootz {at["zImage"]}': NOT_SIGNED,
        f'bootm {at["Image"]}': NOT_SIGNED,
        f'bootm {at["ukernel"]}': NOT_SIGNED,
        f'bootm {at["uprogram"]}': NOT_SIGNED,
        f'bootm {at["plain"]}': 'it has no signature',
        f'bootm {at["altered"]}': "Bad hash value for 'sha256' of 'kernel'",
        f'bootm {at["theirs"]}': "it is not the key 'key-dev's",
        f'bootm {at["good"]}#bare': 'it has no signature',
        f'bootm {at["good"]}:kernel': NOT_SIGNED,
        f'bootm {at["good"]} {at["raw"]}:100': 'a ramdisk beside the FIT is not signed',
        f'bootm {at["good"]} - 40000000': 'a device tree beside the FIT is not signed',
        f'bootelf {at["good"]}': 'No elf image',
        f'go {at["raw"]}': NOT_SIGNED,
        f'source {at["text"]}': 'source: a script outside a FIT ' + NOT_SIGNED,
        f'source {at["uscript"]}': NOT_SIGNED,
        f'source {at["plain"]}': 'it has no signature',
        f'source {at["theirs"]}': "it is not the key 'key-dev's",
        f'source {at["good"]}:script': 'without its configuration',
        f'source {at["good"]}#bare': 'it has no signature',
        'gdb': 'Unknown command',
        'smc c4000003 1 48000000': 'Unknown command',
        'hvc c4000003 1 48000000': 'Unknown command',
        f'setenv verify n; bootm {at["altered"]}': 'Bad hash value',
        f'setenv loadaddr {at["plain"]}; bootm start; bootm go': 'it has no signature',
        f'setenv bootcmd bootelf {at["highhalf.elf"]}; boot': NOT_SIGNED,
        f'setenv loadaddr {at["highhalf.elf"]}; bootelf': NOT_SIGNED,
    }
    for command, words in refusals.items():
        said = m.run(command)
        assert re.search(words, said), (command, said)
        assert not re.search('Starting (kernel|application)|MMU off|mapped,|terminated|0 FAIL|script runs', said), (command, said)
    assert 'the script runs' in m.run(f'source {at["good"]}')
    m.send(f'bootm {at["good"]}\r')
    assert re.search(OK, m.finish(), re.M)


@pytest.mark.parametrize('what', ['elf', 'image', 'altered', 'theirs', 'initrd'])
def test_qemus_kernel(loft, signed, make_fit, highhalf, payloads, tmp_path, what):
    """-kernel and -initrd: autoboot refuses, and the prompt comes."""
    good = make_fit('good')
    kernel = {'elf': lambda: highhalf, 'image': lambda: payloads / 'Image', 'initrd': lambda: good,
              'altered': lambda: altered(good, tmp_path / 'altered'), 'theirs': lambda: make_fit('theirs', key='mallory')}
    words = {'altered': 'Bad hash value', 'theirs': 'not the key'}
    m = loft(bios=signed, kernel=kernel[what](), initrd=make_fit('r') if what == 'initrd' else None)
    assert re.search(words.get(what, 'is not signed'), m.text), m.text
    assert not re.search(OK, m.text, re.M) and 'Starting kernel' not in m.text


def test_the_page(qemu, highhalf, tmp_path):
    """doc/signed.md, its commands as they stand, in one shell, by somebody who has read nothing else."""
    page = (ROOT / 'doc/signed.md').read_text()
    subprocess.run(['scripts/seed.py', BUILD, f'{BUILD}/boards/signed-page'], cwd=ROOT, check=True, timeout=60)
    commands = '\n'.join(re.findall(r'^```sh\n(.*?)^```', page, re.M | re.S))
    commands = commands.replace('$LOFT/build/signed', f'{BUILD}/boards/signed-page').replace('build/signed', f'{BUILD}/boards/signed-page')
    env = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'O', 'T')}
    subprocess.run(['bash', '-ec', commands], cwd=tmp_path, check=True, timeout=600, capture_output=True,
                   env=env | {'LOFT': str(ROOT), 'KERNEL': str(highhalf)})
    started = re.search(r'`(qemu-system-aarch64 .*?)`', page)[1]
    for word in ('-M virt', '-bios "$LOFT/build/signed/loft.bin"', '-kernel signed.itb'):
        assert word in started, started
    loft_bin = BUILD / 'boards/signed-page/loft.bin'
    good = qemu(bios=loft_bin, kernel=tmp_path / 'signed.itb').finish()
    assert re.search(OK, good, re.M) and 'sha256,rsa3072:key-dev+ OK' in good, good
    bad = qemu(bios=loft_bin, kernel=tmp_path / 'altered.itb')
    bad.prompt()
    said = re.search(r'^```text\n(.*?)^```', page, re.M | re.S)[1].splitlines()
    for line in said:
        assert line in bad.text, (line, bad.text)


# ---- locked -----------------------------------------------------------------------------------

PASSWORD = 'open sesame'


@pytest.fixture(scope='session')
def locked(keys):
    """The same, locked, with a password."""
    digest = hashlib.sha256(f'salt{PASSWORD}'.encode()).hexdigest()
    return built('locked', options=[f'CONFIG_CONTROL_FDT="{keys / "control.dtb"}"', 'CONFIG_LOCKED=y',
                                    f'CONFIG_LOCKED_PASSWORD="salt:{digest}"'])


def unlock(m):
    m.wait('This Loft is locked. Password: ')
    m.send(PASSWORD)
    m.prompt()
    return m


def test_password(qemu, locked):
    m = qemu(bios=locked)
    m.wait('This Loft is locked. Password: ')
    for wrong in ('', 'open', f'{PASSWORD[:-1]}', f' {PASSWORD[1:]}', 'x' * 300, 'version'):
        m.send(wrong + '\r')
        said, _ = m.wait('Password: ')
        assert 'loft=>' not in said and wrong[:4] not in (said or ' ') or not wrong, said
    m.send(PASSWORD)
    m.prompt()


# What a person may do there: all else is refused by name.
ALLOWED = ('? [ autoboot bdinfo boot bootcount bootd bootflow bootm bootp bootstage break continue dhcp dns echo exit false help '
           'load ls lsblk net part ping poweroff printenv pxe reset return run saveenv setenv showvar size sleep source sysboot '
           'test tftpboot time true version wget').split()


def test_every_command(qemu, locked, signed):
    """Each that this image has, by its help: on the list of doc/signed.md, or refused."""
    page = (ROOT / 'doc/signed.md').read_text()
    assert ' '.join(f'`{name}`' for name in ALLOWED) in ' '.join(page.split()), ALLOWED
    there = qemu(bios=signed)
    there.prompt()
    names = re.findall(r'^(\S+) +- ', there.run('help'), re.M)
    m = unlock(qemu(bios=locked))
    assert sorted(re.findall(r'^(\S+) +- ', m.run('help'), re.M)) == sorted(ALLOWED)
    assert set(re.findall(r'^(\S+) - ', m.run('help -a'), re.M)) == set(ALLOWED)
    assert len(names) > 80 and set(ALLOWED) <= set(names), set(ALLOWED) - set(names)
    for name in names:
        if name not in ALLOWED:
            assert m.run(f'{name} 48000000 48000000 4') == f'{name}: this Loft is locked', name
    for name in ('mw', 'mm', 'nm', 'cp', 'md', 'fdt', 'go', 'bootelf', 'booti', 'loadb', 'unzip', 'env', 'itest', 'exception'):
        assert name in names and name not in ALLOWED
    assert 'Unknown command' in m.run('gdb') and 'Unknown command' in m.run('smc 84000000')
    # Tab offers what help lists.
    for machine, offered in (there, True), (m, False):
        begin = len(machine.text)
        machine.send('unzi\t\x15prin\t\x15')
        machine.run('version')
        typed = machine.text[begin:]
        assert 'printenv' in typed and ('unzip' in typed) == offered, typed
    # Nor does a refusal show what lies at an address.
    for refused in ('bootm 48000000', 'bootm 48000000 - 48000000'):
        said = m.run(refused)
        assert re.search('no known format$|no FDT at 0x48000000$', said, re.M), said


def test_variables(qemu, locked, loft, tmp_path):
    """Few may be changed, and of the flash few count."""
    flash = tmp_path / 'flash'
    flash.write_bytes(bytes(64 << 20))
    extra = ['-drive', f'if=pflash,unit=1,format=raw,file={flash}']
    m = loft(extra=extra)
    for command in ('setenv bootcmd echo EVIL', 'setenv bootargs init=/evil', 'setenv evil 1', 'setenv bootlimit 7',
                    'setenv preboot echo EVIL', 'setenv ' + 'n' * 90 + ' 1', 'saveenv'):
        m.run_check(command)
    m.kill()
    m = unlock(qemu(bios=locked, extra=extra))
    assert 'EVIL' not in m.text
    shown = m.run('printenv')
    assert 'evil' not in shown and 'EVIL' not in shown and 'nnnn' not in shown and 'bootcmd=' in shown, shown
    for name in ('bootcmd', 'bootargs', 'preboot', 'loadaddr', 'verify', 'stdout', '.flags', 'anything'):
        for option in ('', '-f '):
            assert f'Can\'t change "{name}": this Loft is locked' in m.run(f'setenv {option}{name} x'), name
    m.run_check('setenv bootlimit 5; saveenv')
    assert 'bootlimit=5' in m.run('printenv bootlimit')


def test_locked_boots(qemu, locked, make_fit, assemble):
    """A key does not stop it; a command line from outside does; a fault's report has no memory in it."""
    m = qemu(bios=locked, kernel=make_fit('fit'))
    m.send(' \x03\x03 ')
    assert re.search(OK, m.finish(), re.M)
    m = qemu(bios=locked, kernel=make_fit('fit'), append='init=/evil')
    m.wait('a command line beside the FIT is not signed')
    m.wait('Password: ')
    wrong = make_fit('wrong', kernel=assemble('.globl _start\n_start: udf #0\n', """
ENTRY(_start) PHDRS { t PT_LOAD FLAGS(5); }
SECTIONS { . = 0xffff000041000000; .text : AT(0x41000000) { *(.text) } :t }"""))
    m = qemu(bios=locked, kernel=wrong)
    said, _ = m.wait(r'fault: .*\n(.*\n)*?  LR .*\n')
    m.kill()
    assert not re.search('  x0 |backtrace|instruction 0x|walk of', m.text), m.text
