# SPDX-License-Identifier: BSD-2-Clause
"""Entry at EL3 (`secure=on`): every CPU leaves reset at once, and PSCI is Loft's own monitor's."""

import re
import socket
import time

import pytest

from conftest import BY_TURNS
from console import Hung
from test_boot import checked
from test_linux import LINUX, booted

SECURE = ',secure=on'
EL2 = pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
GIC = pytest.mark.parametrize('gic', ['2', '3'])


def machine(gic='2'):
    return f'{SECURE},gic-version={gic}'


@EL2
@GIC
@pytest.mark.parametrize('cpu', ['cortex-a57', 'max'])
@pytest.mark.parametrize('smp', [1, 4, 8])
@pytest.mark.align
def test_kernel(qemu, highhalf, el2, gic, cpu, smp):
    text = qemu(kernel=highhalf, el2=el2, cpu=cpu, smp=smp, machine=machine(gic)).finish()
    assert checked(text) >= (81 if el2 else 74)
    assert 'entered at EL3' in text
    assert re.search(r'PSCI by +smc', text) and re.search(r'boot EL +(0x)?3', text), text
    assert 'EL3 monitor' not in text


@pytest.mark.parametrize('cpu', ['cortex-a35', 'cortex-a53', 'cortex-a72', 'cortex-a76', 'neoverse-n1', 'a64fx'])
def test_cpus(qemu, highhalf, cpu):
    checked(qemu(kernel=highhalf, el2=True, cpu=cpu, smp=2, machine=machine('3')).finish())


@pytest.mark.parametrize('smp', [40, 65, 123])
def test_x3_many_cpus(loft, smp):
    """X3: CPUs from 32 on never came, those from 64 on came under another's number. All spin at a gate until the first
    has set them up: by turns, or 122 threads of QEMU keep that one from it."""
    m = loft(el2=True, smp=smp, machine=machine('3'), extra=BY_TURNS)
    lines = m.run_check('cpu list', timeout=60).splitlines()
    assert lines == ['CPU 0: MPIDR 0x0, on: this one, Cortex-A57 at EL2'] + \
        [f'CPU {n}: MPIDR {n // 16 << 8 | n % 16:#x}, off: Cortex-A57, comes at EL2' for n in range(1, smp)]
    # No such CPU: the monitor says so.
    assert 'fault' not in m.run(f'smc c4000003 {smp // 16 << 8 | smp % 16:x} 40000000 0')
    assert m.run('echo here') == 'here'


@pytest.mark.parametrize('memory', ['128M', '4G'])
def test_memory(qemu, highhalf, memory):
    checked(qemu(kernel=highhalf, memory=memory, smp=2, machine=SECURE).finish())


@EL2
def test_prompt(loft, el2):
    """What is the secure world's faults and is survived; reset comes back, with all CPUs; poweroff ends."""
    m = loft(el2=el2, smp=8, machine=SECURE)
    for command in ('md 0e000000 1', 'mw 0e000000 0', 'mw 0e002000 0 100', 'md 090b0000 1', 'mw 0 0'):
        text = m.run(command)
        assert 'fault: data abort' in text, text
        assert m.run('echo alive') == 'alive'
    m.send('reset\r')
    assert 'entered at EL3' in m.prompt()
    m.send('poweroff\r')
    m.finish()


# A kernel with the MMU off that calls PSCI and prints each result as "name=0x...".
KERNEL = '''
#define UART 0x09000000
#define GICD 0x08000000
#define GICC 0x08010000
    .section .text, "ax"
    .global _start
_start:
    adr  x0, vectors
    mrs  x1, CurrentEL
    cmp  x1, #8
    b.ne 1f
    msr  vbar_el2, x0
1:  msr  vbar_el1, x0
    isb
    ldr  x0, =stack
    mov  sp, x0
    b    main

/* x10 = name, x1 = value */
print:
    mov  w9, #UART
2:  ldrb w3, [x10], #1
    cbz  w3, 3f
    strb w3, [x9]
    b    2b
3:  mov  w3, #'='
    strb w3, [x9]
    mov  w4, #64
4:  sub  w4, w4, #4
    lsr  x3, x1, x4
    and  w3, w3, #15
    cmp  w3, #10
    add  w5, w3, #'0'
    add  w6, w3, #('a' - 10)
    csel w3, w5, w6, lo
    strb w3, [x9]
    cbnz w4, 4b
    mov  w3, #'\\n'
    strb w3, [x9]
    ret

    .macro say name
    adr  x10, 7f
    bl   print
    b    8f
7:  .asciz "\\name"
    .balign 4
8:
    .endm

    .macro psci name, function, a1=0, a2=0, a3=0
    ldr  x0, =\\function
    ldr  x1, =\\a1
    ldr  x2, =\\a2
    ldr  x3, =\\a3
    smc  #0
    mov  x1, x0
    say  "\\name"
    .endm

    .balign 2048
vectors:
    .rept 16
    .balign 128
    b    fault
    .endr
/* says so, goes on behind the instruction */
fault:
    mrs  x1, CurrentEL
    cmp  x1, #8
    b.ne 1f
    mrs  x1, elr_el2
    add  x1, x1, #4
    msr  elr_el2, x1
    b    2f
1:  mrs  x1, elr_el1
    add  x1, x1, #4
    msr  elr_el1, x1
2:  mov  x20, #1
    eret

/* x0 = context: the number of this CPU's slot, and in bit 32 whether to go off again */
secondary:
    mov  x19, x0
    ldr  x10, =slots
    and  x11, x0, #0xff
    add  x10, x10, x11, lsl #4
    mrs  x12, CurrentEL
    str  x12, [x10, #8]
    dsb  sy
    mov  x12, #1
    str  x12, [x10]
    dsb  sy
    sev
    tbnz x19, #32, 1f
0:  wfe
    b    0b
1:  ldr  x0, =0x84000002
    smc  #0
    b    0b

    /* wait until CPU \\n has been there, and take its word back */
    .macro meet n
    ldr  x11, =slots + \\n * 16
6:  ldr  x12, [x11]
    cbz  x12, 6b
    str  xzr, [x11]
    ldr  x1, [x11, #8]
    .endm

main:
MAIN
    ldr  x0, =0x84000008
    smc  #0
0:  b    0b
    .ltorg
    .balign 64
slots:
    .space 64 * 16
    .space 1024
    .balign 16
stack:
'''

SCRIPT = '''
ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(7); }
SECTIONS {
    . = 0x40400000;
    .text : { *(.text) } :text
    /DISCARD/ : { *(.note*) *(.comment) }
}
'''


def run(qemu, assemble, main, **kw):
    """The results that a kernel with this in the middle prints, signed."""
    text = qemu(kernel=assemble(KERNEL.replace('MAIN', main), SCRIPT), **kw).finish()
    found = {n: int(v, 16) for n, v in re.findall(r'^([\w.]+)=([0-9a-f]{16})$', text, re.M)}
    return {n: v - (1 << 64) if v >> 63 else v for n, v in found.items()}, text


CALLS = '''
    psci version, 0x84000000
    psci smccc, 0x80000000
    psci feature.on, 0x8400000a, 0xc4000003
    psci feature.suspend, 0x8400000a, 0xc4000001
    psci feature.smccc, 0x8400000a, 0x80000000
    psci feature.migrate, 0x8400000a, 0x84000005
    psci migrate.type, 0x84000006
    psci unknown, 0xc400ff00
    psci unknown.sip, 0xc2000000
    psci unknown.zero, 0
    psci suspend.down, 0xc4000001, 0x10000, 0x40400000
    psci info.self, 0xc4000004, 0
    psci info.off, 0xc4000004, 1
    psci info.nobody, 0xc4000004, 0x77
    psci info.level, 0xc4000004, 1, 1
    psci on.self, 0xc4000003, 0, secondary
    psci on.nobody, 0xc4000003, 8, secondary
    psci on.bits, 0xc4000003, 0x80000001, secondary
    psci on.monitor, 0xc4000003, 1, 0x0e000000
    psci on.flash, 0xc4000003, 1, 0
    psci on.odd, 0xc4000003, 1, 0x40400002
    psci on.far, 0xc4000003, 1, 0xffffff8040400000
    mov  x4, #0x44
    mov  x17, #0x1717
    mov  x18, #0x1818
    mov  x30, #0x3030
    psci on, 0xc4000003, 1, secondary, 0x100000001
    add  x1, x4, x17
    meet 1
    say  el
9:  ldr  x0, =0xc4000004
    mov  x1, #1
    mov  x2, #0
    smc  #0
    cmp  x0, #1
    b.ne 9b                          /* it goes off again */
    psci again, 0xc4000003, 1, secondary, 1
    meet 1
    psci info.on, 0xc4000004, 1
    psci on.on, 0xc4000003, 1, secondary
    psci on.32, 0x84000003, 2, secondary, 0x2
    meet 2
    mov  x20, #0
    ldr  x0, =0x0e000000
    ldr  x1, [x0]
    mov  x1, x20
    say  denied.read
    mov  x20, #0
    ldr  x0, =0x0e002000
    str  xzr, [x0]
    nop
    mov  x1, x20
    say  denied.write
    psci version.after, 0x84000000
'''

RESULTS = {
    'version': 0x10001, 'smccc': 0x10001, 'feature.on': 0, 'feature.suspend': 0, 'feature.smccc': 0,
    'feature.migrate': -1, 'migrate.type': 2, 'unknown': -1, 'unknown.sip': -1, 'unknown.zero': -1, 'suspend.down': -2,
    'info.self': 0, 'info.off': 1, 'info.nobody': -2, 'info.level': -2, 'on.self': -4, 'on.nobody': -2, 'on.bits': -2,
    'on.monitor': -9, 'on.flash': -9, 'on.odd': -9, 'on.far': -9, 'on': 0, 'again': 0, 'info.on': 0, 'on.on': -4,
    'on.32': 0, 'denied.read': 1, 'denied.write': 1, 'version.after': 0x10001,
}


@EL2
@GIC
def test_psci(qemu, assemble, el2, gic):
    got, text = run(qemu, assemble, CALLS, el2=el2, smp=4, machine=machine(gic))
    assert {n: got.get(n) for n in RESULTS} == RESULTS, text
    assert got['el'] == (8 if el2 else 4), text


KEPT = ''.join(f'    mov x{i}, #{0x100 + i}\n' for i in range(4, 31)) + '''
    mov  x1, #0x11
    mov  x2, #0x22
    mov  x3, #0x33
    ldr  x0, =0x84000000
    smc  #0
    mov  x0, x1
    add  x0, x0, x2
    add  x0, x0, x3
''' + ''.join(f'    add x0, x0, x{i}\n' for i in range(4, 31)) + '''
    mov  x1, x0
    say  sum
'''


def test_registers_are_kept(qemu, assemble):
    got, _ = run(qemu, assemble, KEPT, machine=SECURE)
    assert got['sum'] == 0x66 + sum(0x100 + i for i in range(4, 31))


# The timer's interrupt is the normal world's, and ends a standby: GICv2, PPI 30.
STANDBY = '''
    ldr  x0, =GICD
    mov  w1, #1
    str  w1, [x0]
    mov  w1, #(1 << 30)
    str  w1, [x0, #0x100]
    ldr  w1, [x0, #0x80]
    say  groups
    ldr  x0, =GICC
    mov  w1, #0xf0
    str  w1, [x0, #4]
    mov  w1, #1
    str  w1, [x0]
    ldr  x1, =100000
    msr  cntp_tval_el0, x1
    mov  x1, #1
    msr  cntp_ctl_el0, x1
    isb
    psci standby, 0xc4000001
    mrs  x1, cntp_ctl_el0
    say  timer
    ldr  x0, =GICC
    ldr  w1, [x0, #12]
    say  interrupt
'''


@EL2
def test_standby(qemu, assemble, el2):
    got, text = run(qemu, assemble, STANDBY, el2=el2, machine=machine('2'))
    assert got['standby'] == 0 and got['timer'] == 5 and got['interrupt'] == 30, text
    assert got['groups'] == 0, 'the normal world cannot see groups'


# Every CPU by CPU_ON, at once.
ALL = ''.join(f'''
    ldr  x0, =0xc4000003
    mov  x1, #{i}
    ldr  x2, =secondary
    mov  x3, #{i}
    smc  #0
''' for i in range(1, 8)) + ''.join(f'    meet {i}\n    say cpu.{i}\n' for i in range(1, 8))


@GIC
def test_20_boots_with_8_cpus(qemu, assemble, gic):
    for boot in range(10):
        got, text = run(qemu, assemble, ALL, el2=bool(boot % 2), smp=8, machine=machine(gic))
        level = 8 if boot % 2 else 4
        assert got == {f'cpu.{i}': level for i in range(1, 8)}, f'boot {boot}: {text}'


@pytest.mark.payload
@pytest.mark.align
@EL2
@GIC
def test_linux(qemu, payloads, el2, gic):
    text = qemu(kernel=payloads / 'Image', initrd=payloads / 'initramfs.cpio.gz', el2=el2, smp=4, machine=machine(gic),
                append='console=ttyAMA0').finish(LINUX)
    booted(text, el2, 4)
    assert 'PSCIv1.1 detected in firmware' in text


@pytest.mark.payload
def test_linux_cpu_max(qemu, payloads):
    text = qemu(kernel=payloads / 'Image', initrd=payloads / 'initramfs.cpio.gz', el2=True, cpu='max', smp=4,
                machine=machine('3'), append='console=ttyAMA0').finish(LINUX)
    booted(text, True, 4)


class Gdb:
    """As much of a debugger as it takes to break something at EL3, which no guest can."""

    def __init__(self, path):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(30)
        self.data = b''
        deadline = time.time() + 30
        while True:
            try:
                self.s.connect(str(path))
                return
            except OSError:
                assert time.time() < deadline
                time.sleep(0.05)

    def send(self, text):
        self.s.sendall(f'${text}#{sum(text.encode()) & 0xff:02x}'.encode())

    def reply(self):
        while not (found := re.match(rb'[^$]*\$([^#]*)#..', self.data)):
            more = self.s.recv(4096)
            assert more, 'QEMU is gone'
            self.data += more
        self.data = self.data[found.end():]
        self.s.sendall(b'+')
        return found[1].decode()

    def ask(self, text):
        """The answer; not that the machine stopped when we came."""
        self.send(text)
        while (answer := self.reply()).startswith('T'):
            pass
        return answer


def test_unexpected_exception(qemu, tmp_path):
    """The monitor's code is spoilt where an SMC enters it: one line, and nothing after it."""
    m = qemu(machine=SECURE, extra=['-gdb', f'unix:{tmp_path}/gdb,server=on,wait=off'])
    m.prompt()
    gdb = Gdb(tmp_path / 'gdb')
    assert gdb.ask('Z1,e000400,4') == 'OK'
    gdb.send('c')
    m.send('poweroff\r')
    assert gdb.reply().startswith('T05')
    assert gdb.ask('Me000404,4:00000000') == 'OK'
    assert gdb.ask('z1,e000400,4') == 'OK'
    gdb.send('c')
    m.wait(r'^EL3 monitor: unexpected exception, vector 4, ESR 0x2000000, ELR 0xe000404, FAR 0x[0-9a-f]+, '
           r'SPSR 0x[0-9a-f]+; CPU 0x0 stops\r\n')
    with pytest.raises(Hung):
        m.wait('.', 2)
