# SPDX-License-Identifier: BSD-2-Clause
"""Run QEMU under the insncount plugin and read what it found.

How "instructions with the MMU off" is counted
----------------------------------------------
Plugins of API version 1 cannot read registers, so SCTLR_ELx.M is found with two runs of the same
machine under `-icount shift=0,sleep=off`, where every run executes the same instructions:

1. The first run reports the address of each executed `msr SCTLR_ELx, xN` (and HCR_EL2, whose E2H
   redirects SCTLR_EL1) and of each `eret`, with its place in the count.
2. The second run asks QEMU to log the general registers at the instruction after each of those
   writes (`-d cpu -dfilter`: a write to SCTLR always ends QEMU's translation block, and an MSR
   leaves its source register as it was, so the log shows what was written), every change of
   exception level (`-d int`), and the plugin's own lines in between (`-d plugin`).

One log then holds in order: "write COUNT PC REG RT", the registers, "Exception return from AArch64
EL2 to AArch64 EL1". Following it gives M of the current exception level at every count. Nothing
in it knows the program that runs: it is the same for Loft and for U-Boot. The two runs must agree in
every count, else CountError: that is also the proof that the figures repeat.

An exception taken to another exception level (other than an HVC or SMC) has no
count of its own in the log; the run is refused then, for the figure would be a guess.
"""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field

DUMP_PC = re.compile(r'^ PC=([0-9a-f]{16})')
DUMP_X = re.compile(r'X(\d\d)=([0-9a-f]{16})')
DUMP_EL = re.compile(r'^PSTATE=[0-9a-f]+ \S+ (?:\S+ )*?EL(\d)[th]')
ERET = re.compile(r'^Exception return from AArch64 EL(\d) to AArch64 EL(\d)')
TAKEN = re.compile(r'^\.\.\.from EL(\d) to EL(\d)')
HCR_E2H = 1 << 34


class CountError(Exception):
    pass


@dataclass
class Report:
    """What one run of the plugin said; counts are instructions executed before the thing."""
    start: int = 0
    writes: list = field(default_factory=list)   # (count, pc, register, rt)
    erets: list = field(default_factory=list)    # (count, pc)
    marks: dict = field(default_factory=dict)    # pc -> count
    uart: list = field(default_factory=list)     # count of each byte
    insns: dict = field(default_factory=dict)    # (pc, opcode) -> executions
    edges: list = field(default_factory=list)    # (caller, callee, calls, inclusive)
    total: int = 0
    end_pc: int = 0
    end: str = ''
    console: bytes = b''
    mmu_off: int = 0
    exceptions: int = 0

    def counts(self):
        """Everything that two runs of one machine must agree on."""
        return (self.start, self.writes, self.erets, self.marks, self.uart, self.total, self.end_pc,
                self.end, self.console)

    def at_text(self, text):
        """The count at which the last byte of @text left for the console; None if it never did."""
        at = self.console.find(text)
        if at < 0 or at + len(text) > len(self.uart):
            return None
        return self.uart[at + len(text) - 1]


def parse_report(path):
    r = Report()
    with open(path) as f:
        for line in f:
            w = line.split()
            if w[0] == 'insn':
                r.insns[int(w[1], 16), int(w[2], 16)] = int(w[3])
            elif w[0] == 'edge':
                r.edges.append((int(w[1], 16), int(w[2], 16), int(w[3]), int(w[4])))
            elif w[0] == 'uart':
                r.uart.append(int(w[1]))
            elif w[0] == 'start':
                r.start = int(w[1], 0)
            elif w[0] == 'write':
                r.writes.append((int(w[1]), int(w[2], 0), w[3], int(w[4])))
            elif w[0] == 'eret':
                r.erets.append((int(w[1]), int(w[2], 0)))
            elif w[0] == 'mark':
                r.marks[int(w[2], 0)] = int(w[1])
            elif w[0] == 'end':
                r.total, r.end_pc, r.end = int(w[1]), int(w[2], 0), w[3]
    if not r.end:
        raise CountError(f'{path}: the run did not end by itself')
    return r


class Follower:
    """Follows a log of the second run and adds up what ran with the MMU off."""

    def __init__(self):
        self.el = None
        self.m = {1: False, 2: False, 3: False}     # QEMU resets SCTLR_ELx.M to 0
        self.e2h = False
        self.off = 0
        self.since = 0
        self.exceptions = 0
        self.pending = None     # a write whose register dump is still to come
        self.dump = {}
        self.taken = None
        self.called = None      # the count at an HVC or SMC that has led nowhere yet

    def account(self, count):
        if not self.m[self.el]:
            self.off += count - self.since
        self.since = count

    def write(self, count, reg, value):
        self.account(count + 1)     # the MSR itself ran under the old state
        if reg == 'HCR_EL2':
            self.e2h = bool(value & HCR_E2H)
            return
        el = {'SCTLR_EL1': 2 if self.el == 2 and self.e2h else 1, 'SCTLR_EL12': 1,
              'SCTLR_EL2': 2, 'SCTLR_EL3': 3}[reg]
        self.m[el] = bool(value & 1)

    def line(self, line):
        w = line.split()
        if self.taken is not None:
            if 'handled as PSCI call' in line:
                self.taken = None
            elif m := TAKEN.match(line):
                if m[1] != m[2] and self.called is not None:
                    self.account(self.called + 1)
                    self.el, self.taken = int(m[2]), None
                elif m[1] != m[2]:
                    self.taken = (int(m[1]), int(m[2]))
                else:
                    self.taken = None
                    self.exceptions += 1
        if line.startswith('Taking exception'):
            self.settle()
            self.taken = ()
        elif line.startswith('write '):
            self.settle()
            self.called = None
            self.pending = (int(w[1]), int(w[2], 0), w[3], int(w[4]))
        elif line.startswith('call '):
            self.settle()
            self.called = int(w[1])
        elif line.startswith('eret '):
            self.settle()
            self.called = None
            self.account(int(w[1]) + 1)
        elif m := ERET.match(line):
            self.el = int(m[2])
        elif m := DUMP_PC.match(line):
            self.dump = {'pc': int(m[1], 16)}
            self.registers(line)
        elif line.startswith('X'):
            self.registers(line)
        elif m := DUMP_EL.match(line):
            self.dumped(int(m[1]))

    def registers(self, line):
        for number, value in DUMP_X.findall(line):
            self.dump[int(number)] = int(value, 16)

    def dumped(self, el):
        if self.el is None:
            self.el = el
        if self.pending and self.dump['pc'] == self.pending[1] + 4:
            count, _, reg, rt = self.pending
            self.pending = None
            self.write(count, reg, 0 if rt == 31 else self.dump[rt])

    def settle(self):
        if self.pending:
            raise CountError(f'no registers logged after the write at {self.pending[1]:#x}')
        if self.taken:
            raise CountError('an exception from EL%d to EL%d: what ran with the MMU off is not known'
                             % self.taken)

    def finish(self, total):
        self.settle()
        self.account(total)
        return self.off


class Counter:
    def __init__(self, qemu, plugin, timeout=60):
        self.qemu, self.plugin, self.timeout = qemu, plugin, timeout

    def run(self, args, stop=(), mark=(), uart=None, uartmax=0, limit=400_000_000, profile=False,
            cpu=0, log=None, dfilter=None, typed='', virtio=None, hold=None, line=0, peer=None):
        """One bounded run of QEMU; returns its Report. @log: file for the second run's log.

        @typed: what the console's user types, all at once.
        @virtio: where the virtio-mmio transports are: the CPU stands while the host works for one of them.
        @hold: where registers begin, and their bytes: it stands after each store to them.
        @peer: a server's process, which is waited for as well.
        @line: which of the machine's serial lines is the console.
        """
        with tempfile.TemporaryDirectory(prefix='loft-bench-') as tmp:
            out, con = os.path.join(tmp, 'report'), os.path.join(tmp, 'console')
            plugin = [self.plugin, f'out={out}', f'limit={limit}', f'cpu={cpu}']
            plugin += [f'stop={pc:#x}' for pc in stop] + [f'mark={pc:#x}' for pc in mark]
            plugin += [f'uart={uart:#x}', f'uartmax={uartmax}'] if uart else []
            plugin += ['profile=on'] if profile else []
            plugin += [f'virtio={virtio:#x}'] if virtio else []
            plugin += [f'hold={hold[0]:#x}+{hold[1]:#x}'] if hold else []
            plugin += [f'peer={peer}'] if peer else []
            cmd = [self.qemu, '-nodefaults', '-display', 'none', '-monitor', 'none',
                   *['-serial', 'null'] * line, '-serial', 'stdio' if typed else f'file:{con}', '-icount', 'shift=0,sleep=off',
                   '-plugin', ','.join(plugin)] + args
            if log:
                cmd += ['-d', 'plugin,int,cpu', '-D', log, '-dfilter', dfilter]
            try:
                done = self.start(cmd, con, typed)
            except subprocess.TimeoutExpired as e:
                with open(con, errors='replace') as f:
                    raise CountError(f'no end within {self.timeout} s (a fault that faults again executes '
                                     f'nothing):\n{" ".join(cmd)}\n{f.read()}') from e
            if done.returncode or not os.path.exists(out):
                raise CountError(f'{" ".join(cmd)}\n{done.stderr}')
            report = parse_report(out)
            with open(con, 'rb') as f:
                report.console = f.read()
            return report

    def twice(self, args, **kw):
        """Two runs, which must agree; nothing is said about the MMU."""
        first, second = self.run(args, **kw), self.run(args, **kw)
        if first.counts() != second.counts():
            raise CountError(f'two runs differ: {first.total} and {second.total} instructions')
        return second

    def start(self, cmd, con, typed):
        if not typed:
            return subprocess.run(cmd, timeout=self.timeout, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        with open(con, 'wb') as out:
            return subprocess.run(cmd, timeout=self.timeout, input=typed, stdout=out, stderr=subprocess.PIPE, text=True)

    def measure(self, args, **kw):
        """Two runs: the second must agree with the first and adds what ran with the MMU off."""
        first = self.run(args, **kw)
        points = {first.start} | {pc + 4 for _, pc, _, _ in first.writes}
        with tempfile.TemporaryDirectory(prefix='loft-bench-') as tmp:
            log = os.path.join(tmp, 'log')
            second = self.run(args, log=log, dfilter=','.join(f'{p:#x}+4' for p in sorted(points)), **kw)
            if first.counts() != second.counts():
                raise CountError(f'two runs differ: {first.total} and {second.total} instructions')
            follower = Follower()
            with open(log, errors='replace') as f:
                for line in f:
                    follower.line(line)
            second.mmu_off = follower.finish(second.total)
            second.exceptions = follower.exceptions
        return second
