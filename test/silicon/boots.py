# SPDX-License-Identifier: BSD-2-Clause
"""Boots of Loft under the plugin, of a few seconds each, for mutants.py: each executes other barriers."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test/qemu'))

import run                                                      # noqa: E402
from conftest import CROSS, PAYLOADS                            # noqa: E402
from console import Machine                                     # noqa: E402
from test_boot import checked                                   # noqa: E402
from test_fault import FAULTS, LINKER, faulting                 # noqa: E402
from test_faults12 import EL2_FAULTS, SOURCE as EL2_SOURCE      # noqa: E402
from test_vhe import NOTE, SCRIPT, verdict                      # noqa: E402

QEMU10 = PAYLOADS.parent / 'qemu10/qemu-system-aarch64'
# Below EL3 as a guest, too: its host has all memory mapped cacheable, and so may any line come into a cache.
LEVELS = {'el1': {'host': True}, 'el2': {'el2': True, 'host': True}, 'el3-el1': {'machine': ',secure=on', 'cold': True},
          'el3-el2': {'machine': ',secure=on', 'el2': True, 'cold': True}}
MODERN = ['-global', 'virtio-mmio.force-legacy=false']
PROGRAM = '''
.global _start
_start: adr x1, data
    ldr x2, =0x1122334455667788
    str x2, [x1]
    stp x1, x2, [sp, #-16]!
    ldp x1, x2, [sp], #16
    {end}
    .balign 4096
data: .quad 0
'''


def assembled(tmp, source, script=None, flat=False):
    (tmp / 'k.S').write_text(source)
    command = [CROSS + 'gcc', '-nostdlib', '-static', f'-I{ROOT}', '-Wl,--build-id=none',
               '-Wl,-z,max-page-size=4096', '-o', str(tmp / 'k.elf'), str(tmp / 'k.S')]
    if script:
        (tmp / 'k.lds').write_text(script)
        command.append(f'-Wl,-T,{tmp}/k.lds')
    subprocess.run(command, check=True)
    if flat:
        subprocess.run([CROSS + 'objcopy', '-O', 'binary', str(tmp / 'k.elf'), str(tmp / 'k.bin')], check=True)
    return tmp / ('k.bin' if flat else 'k.elf')


def incoherent(tmp):
    """QEMU's tree, in which no device sees the caches."""
    return run.incoherent_tree([str(QEMU10), '-M', 'virt', '-cpu', 'cortex-a57', '-m', '1G'], str(tmp))


def disk(tmp):
    """64 MiB with a text in every block."""
    file = tmp / 'disk'
    with open(file, 'wb') as out:
        out.write(b''.join(f'block {i:<505}\n'.encode() for i in range(2048)))
        out.truncate(64 << 20)
    return file


class Boot:
    """One boot: what QEMU gets, and what is done at its console. @drive ends it; it asserts what is right."""

    def __init__(self, name, drive, level='el1', **options):
        self.name, self.drive, self.options = name, drive, {**LEVELS[level], **options}

    def command(self, build, loft, so, tmp, ran):
        o = {key: value(build, tmp) if callable(value) else value for key, value in self.options.items()}
        command = [str(QEMU10), '-M', 'virt' + (',virtualization=on' if o.get('el2') else '') + o.get('machine', ''),
                   '-cpu', o.get('cpu', 'cortex-a57'), '-m', o.get('memory', '1G'), '-smp', str(o.get('smp', 1)), '-no-reboot',
                   '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-bios', str(loft)]
        if not any('netdev' in str(e) for e in o.get('extra', ())):
            command += ['-nic', 'none']
        for option in ('kernel', 'initrd', 'append', 'dtb'):
            if option in o:
                command += [f'-{option}', str(o[option])]
        for file, at in o.get('loads', ()):
            command += ['-device', f'loader,file={file},addr={at:#x},force-raw=on']
        found = tmp / 'found'
        found.unlink(missing_ok=True)
        extra = run.arguments(so, found, o.get('cold', False), incoherent='dtb' in o,    # see incoherent()
                              host=o.get('host', False) and not o.get('cold', False))
        extra[-1] += f',ran={ran}' if ran else ''
        return command + [str(e) for e in o.get('extra', ())] + extra

    def run(self, build, loft, so, tmp, ran=None, timeout=30):
        """(What went wrong, or None; the findings)."""
        tmp, wrong = Path(tmp), None
        m = Machine(self.command(build, loft, so, tmp, ran), timeout)
        m.symbols = Path(loft).with_suffix('.nm')
        try:
            self.drive(m)
        except Exception as e:      # whatever went wrong, it was seen
            wrong = f'{type(e).__name__}: {str(e)[-300:]}'
        finally:
            m.process.terminate()
            try:
                m.process.wait(20)
            except subprocess.TimeoutExpired:
                wrong = wrong or 'QEMU does not end'
            m.kill()
        try:
            findings = run.report.read(tmp / 'found')[0]
        except (ValueError, KeyError) as e:
            return wrong or str(e), []
        if findings and not wrong:
            wrong = f'rule {findings[0].rule}'
        return wrong, findings


def off(m):
    m.send('poweroff\r')
    m.finish()


def kernel(m):
    checked(m.finish())


def unmapped(m):
    assert re.search(r'^unmapped: \d+ ok, 0 FAIL$', m.finish(), re.M)


def vhe(m):
    verdict(m.finish())


def fault(m):
    m.wait('stopped: reset the machine')
    assert re.search('ELR', m.text)


def go(m):
    m.prompt()
    m.run('md 50001000 10')
    m.run('mw.q 50001040 5a5a')
    m.run('go 50000000')
    assert '55667788' in m.run('md.l 50001000 2')
    m.run('mw.l 50001000 1; md.l 50001000 1')
    off(m)


def prompt(m):
    m.prompt()
    m.run('mw.l 44000000 12345678 1000; cp.l 44000000 44100000 1000; crc32 44100000 4000')
    assert re.search('fault', m.run('md 700000000 1'))
    m.run('cpu list')
    m.run('icache off')
    m.run('icache on')
    m.run('icache flush')
    m.run('mmu 40000000; mmu audit')
    m.run('sleep 0.01; time echo')
    off(m)


def flush(m):
    m.prompt()
    m.run('dcache flush')
    off(m)


def packet(text):
    return f'${text}#{sum(text.encode()) & 255:02x}'


def gdb(m):
    """The stub, by hand: a breakpoint in a command, two steps, memory that is not there, and away."""
    m.prompt()
    moved = int(re.search(r'-o (0x[0-9a-f]+)', m.run('gdbinfo'))[1], 16)
    at = int(re.search(r'^([0-9a-f]+) t do_echo$', m.symbols.read_text(), re.M | re.I)[1], 16) + moved
    m.send('gdb\r')
    m.wait('Ctrl-C gives up\r?\n')

    def ask(text, answer=r'\$([^#]*)#..'):
        m.send(packet(text))
        found = m.wait(answer)[1]
        m.send('+')
        return found[1] if found.groups() else ''
    ask('?')
    assert ask(f'Z0,{at:x},4') == 'OK'
    m.send(packet('c'))
    said = ''
    while '6c6f66743d3e20' not in said:     # the prompt, as a packet
        said = m.wait(r'\$([^#]*)#..')[1][1]
        m.send('+')
    for c in 'echo hello\r':                # each is echoed in a packet, and waits for its acknowledgement
        m.send(c)
        said = m.wait(r'\$([^#]*)#..')[1][1]
        m.send('+')
    while said[1:3] != '05':
        said = m.wait(r'\$([^#]*)#..')[1][1]
        m.send('+')
    assert ask(f'z0,{at:x},4') == 'OK'
    for _ in range(2):
        ask('s')
    ask(f'm{0x700000000:x},4')
    ask('D', r'\$OK#..')
    m.prompt()
    off(m)


def blocks(command):
    def drive(m):
        m.prompt()
        m.run('mw.l 50000000 0 8000; md.l 50000000 8')
        for at in (0x64, 0x65):
            m.run(f'{command} read 50000000 {at:x} 20')
            assert f'block {at}' in m.run('md.b 50000000 20'), m.text
        m.run(f'mw.l 50000000 5a5a5a5a 80; {command} write 50000000 10 1; mw.l 50000000 0 80')
        m.run(f'{command} read 50000000 10 1')
        assert '5a5a5a5a' in m.run('md.l 50000000 4'), m.text
        off(m)
    return drive


def net(m):
    m.prompt()
    text = m.run('dhcp 50000000 none')
    assert 'DHCP client bound' in text or '10.0.2.15' in text, text
    m.run('ping 10.0.2.2')
    off(m)


def linux(m):
    m.wait('Run /init as init process|Freeing unused kernel memory')


def hdd(device):
    return lambda build, tmp: ['-drive', f'file={disk(tmp)},format=raw,if=none,id=d0', *MODERN, *device]


def nic(device):
    return lambda build, tmp: ['-netdev', 'user,id=n', *MODERN, '-device', device]


BOOTS = []
for el in LEVELS:
    BOOTS.append(Boot(f'kernel-{el}', kernel, el, smp=2, kernel=lambda b, t: b / 'examples/highhalf/highhalf.elf'))
for el in LEVELS:
    BOOTS.append(Boot(f'parked-{el}', kernel, el, smp=2, kernel=lambda b, t: b / 'test/payloads/park.elf'))
for el in ('el2', 'el3-el2'):
    BOOTS.append(Boot(f'vhe-{el}', vhe, el, smp=2, cpu='max',
                      kernel=lambda b, t: b / 'examples/highhalf/highhalf-el2.elf'))
for el in ('el1', 'el2'):
    BOOTS.append(Boot(f'prompt-{el}', prompt, el, smp=2, memory='128M'))
BOOTS.append(Boot('prompt-el3', prompt, 'el3-el2', smp=2, memory='128M'))
for el in ('el1', 'el2'):
    BOOTS.append(Boot(f'fault-{el}', fault, el,
                      kernel=lambda b, t: assembled(t, faulting(FAULTS['read-null'][0]), LINKER)))
BOOTS.append(Boot('fault-vhe', fault, 'el2', cpu='max',
                  kernel=lambda b, t: assembled(t, faulting(FAULTS['read-null'][0]) + NOTE, SCRIPT)))
BOOTS.append(Boot('unmapped-el1', unmapped, kernel=lambda b, t: b / 'test/payloads/unmapped-high.elf'))
BOOTS.append(Boot('fault-stub', fault, 'el2', kernel=lambda b, t: assembled(
    t, EL2_SOURCE.format(body=EL2_FAULTS['el2-undefined'][0], el2=EL2_FAULTS['el2-undefined'][1]), LINKER)))
for el in ('el1', 'el2'):
    for name, end in (('go', 'ret'), ('go-fault', 'udf #0')):
        BOOTS.append(Boot(f'{name}-{el}', go, el,
                          loads=lambda b, t, end=end: [(assembled(t, PROGRAM.format(end=end), flat=True), 0x50000000)]))
BOOTS.append(Boot('flush', flush, memory='128M'))
for el in ('el1', 'el2'):
    BOOTS.append(Boot(f'gdb-{el}', gdb, el))
for name, command, device in (
        ('virtio', 'virtio', ['-device', 'virtio-blk-device,drive=d0']),
        ('virtio-pci', 'virtio', ['-device', 'virtio-blk-pci,disable-legacy=on,drive=d0']),
        ('nvme', 'nvme', ['-device', 'nvme,serial=a,drive=d0']),
        ('ahci', 'scsi', ['-device', 'ich9-ahci,id=ahci', '-device', 'ide-hd,bus=ahci.2,drive=d0'])):
    BOOTS.append(Boot(f'{name}', blocks(command), 'el1', extra=hdd(device), dtb=lambda b, t: incoherent(t)))
for name, device in (('virtio-net', 'virtio-net-device,netdev=n'), ('e1000', 'e1000,netdev=n'),
                     ('virtio-net-pci', 'virtio-net-pci,disable-legacy=on,netdev=n')):
    BOOTS.append(Boot(name, net, 'el1', extra=nic(device),
                      **({} if name == 'e1000' else {'dtb': lambda b, t: incoherent(t)})))
