# SPDX-License-Identifier: BSD-2-Clause
"""Every interleaving of a few CPUs' accesses, with the reorderings that Arm allows between those that nothing orders.

A program is a list of operations without branches but `await`. What a CPU may do next is any operation that nothing
before it holds back: a barrier between, the same address, a register that it needs, and for a store a loop that may
not end. Loads pass loops: speculation. Memory is multi-copy atomic, as Arm's is.

    load(register, address)             store(address, value, *registers that the value needs)
    await_(register, address, test, *registers that the test needs)
    swap(register, address, value)      exclusive load and store
    dmb(why), and acquire=True (await_, swap) or release=True (store)
    dmb(why, 'st'), dmb(why, 'ld')      only stores with stores; only loads with what follows
    clean(address, why), invalidate(address, why)
                                        of a device that looks past the caches: `address@cache` is the CPU's copy
    order(why)                          a barrier that is the architecture's own: nobody can leave it out
"""
from collections import namedtuple

Op = namedtuple('Op', 'kind register address value test needs acquire release why')


def load(register, address):
    return Op('load', register, address, None, None, (), False, False, '')


def store(address, value, *needs, release=False, why=''):
    return Op('store', None, address, value, None, needs, False, release, why)


def await_(register, address, test, *needs, acquire=False, why=''):
    return Op('await', register, address, None, test, needs, acquire, False, why)


def swap(register, address, value, acquire=False, why=''):
    return Op('swap', register, address, value, None, (), acquire, False, why)


def dmb(why, only=None):
    return Op('dmb', None, None, only, None, (), False, False, why)


def clean(address, why=''):
    return Op('copy', None, address, address + '@cache', None, (), False, False, why)


def invalidate(address, why=''):
    """The copy is gone, and comes anew from memory at any time: what the next load would do."""
    return Op('copy', None, address + '@cache', address, None, (), False, False, why)


def order(why):
    return Op('order', None, None, None, None, (), False, False, why)


def holds_back(before, op):
    for barrier, other, first in ((op, before, True), (before, op, False)):
        if barrier.kind == 'dmb' and barrier.value and other.kind not in ('dmb', 'order'):
            loads = other.kind in ('load', 'await', 'swap')
            return (not loads or other.kind == 'swap') if barrier.value == 'st' else loads or not first
    if 'copy' in (before.kind, op.kind) and {before.address, before.kind == 'copy' and before.value} & \
            {op.address, op.kind == 'copy' and op.value} - {False, None}:
        return True
    if before.kind in ('dmb', 'order') or op.kind in ('dmb', 'order') or before.acquire or op.release:
        return True
    if before.address == op.address or before.register in op.needs and before.register:
        return True
    return op.kind != 'load' and op.kind != 'await' and before.kind in ('await', 'swap')


def explore(programs, memory, final):
    """final(registers, memory) for each end, and None for a state that nothing leaves; the ends that are wrong."""
    after = [[[k for k in range(i) if holds_back(p[k], p[i])] for i in range(len(p))] for p in programs]
    names = sorted(memory)
    start = (tuple(0 for _ in programs), tuple(() for _ in programs), tuple(memory[n] for n in names))
    seen, todo, wrong = {start}, [start], []
    while todo:
        done, registers, values = todo.pop()
        moved = False
        for t, program in enumerate(programs):
            for i, op in enumerate(program):
                if done[t] >> i & 1 or any(not done[t] >> k & 1 for k in after[t][i]):
                    continue
                regs, now = dict(registers[t]), list(values)
                if op.address is not None:
                    at = names.index(op.address)
                    if op.kind == 'await' and not op.test(now[at], regs):
                        continue
                    if op.register:
                        regs[op.register] = now[at]
                    if op.kind == 'copy':
                        now[at] = now[names.index(op.value)]
                    elif op.kind in ('store', 'swap'):
                        now[at] = op.value(regs) if callable(op.value) else op.value
                moved = True
                state = (done[:t] + (done[t] | 1 << i,) + done[t + 1:],
                         registers[:t] + (tuple(sorted(regs.items())),) + registers[t + 1:], tuple(now))
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        if not moved:
            ended = all(d == (1 << len(p)) - 1 for d, p in zip(done, programs))
            if not final([dict(r) for r in registers], dict(zip(names, values)), ended):
                wrong.append((registers, values))
    return wrong, len(seen)


def barriers(programs):
    """(CPU, index) of each barrier that somebody wrote; those of CPUs with the same program once."""
    whys = set()
    for t, program in enumerate(programs):
        for i, op in enumerate(program):
            if (op.kind in ('dmb', 'copy') or op.acquire or op.release) and op.why and op.why not in whys:
                whys.add(op.why)
                yield op.why


def without(programs, why):
    """The same programs without the barrier of that name: on all CPUs, as it stands once in the source."""
    return [[op._replace(acquire=False, release=False) if op.why == why else op
             for op in program if op.kind not in ('dmb', 'copy') or op.why != why] for program in programs]
