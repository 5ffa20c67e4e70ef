# SPDX-License-Identifier: BSD-2-Clause
"""Loft's protocols between CPUs, as their accesses are compiled: each is (programs, memory, final).

Barriers have names: that of the comment beside them in the source, in short. All memory counts as Normal: the
monitor's is Device, which keeps more.
"""
import re

from explore import await_, clean, dmb, invalidate, load, order, store, swap


def monitor_lock(cpus=2, rounds=1):
    """arch/arm64/el3/monitor.c: nothing that a CPU did under the lock is lost for the next."""
    programs = []
    for me in range(cpus):
        def mine(regs, me=me):
            return max(regs[f'last{k}'] for k in range(cpus) if k != me) + 1
        others = [k for k in range(cpus) if k != me]
        lasts = [f'last{k}' for k in others]
        p = [store(f'choosing{me}', 1), dmb('choosing before the tickets are looked at')]
        p += [load(f'last{k}', f'ticket{k}') for k in others]
        p += [store(f'ticket{me}', mine, *lasts), dmb('the ticket before it has been chosen'),
              store(f'choosing{me}', 0)]
        for k in others:
            def waits(ticket, regs, k=k, me=me, mine=mine):
                return not (ticket and (ticket < mine(regs) or (ticket == mine(regs) and k < me)))
            p += [await_(f'c{k}', f'choosing{k}', lambda v, regs: v == 0), dmb('chosen before the ticket is looked at'),
                  await_(f't{k}', f'ticket{k}', waits, *lasts)]
        p += [dmb('held before what it protects is read'), load('x', 'shared'),
              store('shared', lambda regs: regs['x'] + 1, 'x'), dmb('written before the next one is let in'),
              store(f'ticket{me}', 0)]
        programs.append(p * rounds)
    memory = {'shared': 0, **{f'{n}{k}': 0 for n in ('choosing', 'ticket') for k in range(cpus)}}
    return programs, memory, lambda regs, mem, ended: ended and mem['shared'] == cpus * rounds


PENDING = 1


def told():
    return [store('entry', 7), dmb('where to before it is told to go'), store('state', PENDING),
            dmb('the state before the event'), store('event', 1)]


def cpu_on():
    """monitor.c: cpu_on(), monitor_target.c: monitor_wait(): a CPU that looks starts where it was told to."""
    cpu = [await_('state', 'state', lambda v, regs: v == PENDING), dmb('told to go before where to is read'),
           load('where', 'entry')]
    return [told()[:3], cpu], {'entry': 0, 'state': 0}, \
        lambda regs, mem, ended: ended and regs[1]['where'] == 7


def cpu_on_asleep():
    """The same, of a CPU that has looked too early, and waits for the event: none is lost."""
    cpu = [load('first', 'state'), order('WFE'), await_('woken', 'event', lambda v, regs: v == 1), order('WFE'),
           load('second', 'state')]
    return [told()[2:], cpu], {'entry': 0, 'state': 0, 'event': 0}, \
        lambda regs, mem, ended: ended and regs[1]['second'] == PENDING


def cpu_is_on():
    """monitor_target.c: monitor_wait(): who was told by a CPU that it runs finds it ON, by AFFINITY_INFO."""
    cpu = [store('state', 2), dmb('ON before the normal world can ask'), store('runs', 1)]
    other = [await_('runs', 'runs', lambda v, regs: v == 1), order('SMC: an exception, and the monitor\'s lock'),
             load('state', 'state')]
    return [cpu, other], {'state': 0, 'runs': 0}, lambda regs, mem, ended: ended and regs[1]['state'] == 2


def cpu_is_off():
    """monitor_smc(): a CPU that counts as off has nothing to write any more."""
    cpu = [store('data', 5), dmb('complete before it counts as off'), store('state', 0)]
    other = [await_('state', 'state', lambda v, regs: v == 0), order('SMC'), load('data', 'data')]
    return [cpu, other], {'state': 2, 'data': 0}, lambda regs, mem, ended: ended and regs[1]['data'] == 5


def el3_gate():
    """el3.c: open_gate(): a CPU that is let through executes what the boot CPU copied."""
    boot = [store('image', 5), dmb('image before a CPU is let at it'), store('gate', 1),
            dmb('the gate before the event'), store('event', 1)]
    cpu = [await_('gate', 'gate', lambda v, regs: v == 1), dmb('let at it before it is read'), load('image', 'image')]
    return [boot[:3], cpu], {'image': 0, 'gate': 0}, lambda regs, mem, ended: ended and regs[1]['image'] == 5


def el3_gate_asleep():
    """The same, of a CPU that has looked too early, and waits for the event."""
    boot = [store('gate', 1), dmb('the gate before the event'), store('event', 1)]
    cpu = [load('first', 'gate'), order('WFE'), await_('woken', 'event', lambda v, regs: v == 1), order('WFE'),
           load('second', 'gate')]
    return [boot, cpu], {'gate': 0, 'event': 0}, lambda regs, mem, ended: ended and regs[1]['second'] == 1


def mailbox():
    """secondary.S: secondary_page_high, and a kernel that does as BOOT-PROTOCOL section 6 says."""
    kernel = [store('sp', 5), store('argument', 6), store('entry', 7, release=True, why='entry_va after what it publishes')]
    cpu = [await_('entry', 'entry', lambda v, regs: v != 0, acquire=True, why='entry_va before what it publishes'),
           load('sp', 'sp'), load('argument', 'argument')]
    return [kernel, cpu], {'sp': 0, 'argument': 0, 'entry': 0}, \
        lambda regs, mem, ended: ended and (regs[1]['sp'], regs[1]['argument']) == (5, 6)


def released():
    """common/handoff/smp.c: the flag that lets the other CPUs read what the boot CPU left them."""
    boot = [store('handoff', 5), store('released', 1, release=True, why='what it releases before the flag')]
    cpu = [await_('r', 'released', lambda v, regs: v == 1, acquire=True, why='the flag before what it releases'),
           load('handoff', 'handoff')]
    return [boot, cpu], {'handoff': 0, 'released': 0}, lambda regs, mem, ended: ended and regs[1]['handoff'] == 5


def spin_table():
    """common/handoff/spin.c: spin_table_release(): the word is there when the event makes a CPU look."""
    boot = [store('word', 7), dmb('the word before the event'), store('event', 1)]
    cpu = [load('first', 'word'), order('WFE'), await_('woken', 'event', lambda v, regs: v == 1), order('WFE'),
           load('second', 'word')]
    return [boot, cpu], {'word': 0, 'event': 0}, lambda regs, mem, ended: ended and regs[1]['second'] == 7


def census():
    """census.S, census.c: what a CPU tells is read whole."""
    cpu = [store('el', 2), store('midr', 3), dmb('what it tells before the flag'), store('seen', 1)]
    boot = [await_('seen', 'seen', lambda v, regs: v == 1), dmb('the flag before what it stands for'),
            load('el', 'el'), load('midr', 'midr')]
    return [cpu, boot], {'el': 0, 'midr': 0, 'seen': 0}, \
        lambda regs, mem, ended: ended and (regs[1]['el'], regs[1]['midr']) == (2, 3)


def fault_gate(cpus=3):
    """handoff.S: kernel_fault_gate: one CPU reports. The atomicity is all that it needs: no acquire."""
    return [[swap('was', 'taken', 1)] for _ in range(cpus)], {'taken': 0}, \
        lambda regs, mem, ended: ended and [r['was'] for r in regs].count(0) == 1


# Devices: their own accesses are in order (a bus keeps a master's writes so), the driver's are not.
def one(v, regs):
    return v == 1


def doorbell():
    """A device that is told by its register finds what was stored before."""
    driver = [store('memory', 5), dmb('what it shall find, before the doorbell', 'st'), store('bell', 1)]
    device = [await_('bell', 'bell', one), order('device'), load('found', 'memory')]
    return [driver, device], {'memory': 0, 'bell': 0}, lambda regs, mem, ended: ended and regs[1]['found'] == 5


def ring():
    """A device that looks at an index in memory finds what it makes valid."""
    driver = [store('entry', 5), dmb('entries before the index', 'st'), store('index', 1)]
    device = [await_('index', 'index', one), order('device'), load('found', 'entry')]
    return [driver, device], {'entry': 0, 'index': 0}, lambda regs, mem, ended: ended and regs[1]['found'] == 5


def notified():
    """A device that sleeps until it is told finds the index."""
    driver = [store('index', 1), dmb('the index before the notification', 'st'), store('bell', 1)]
    device = [await_('bell', 'bell', one), order('device'), load('found', 'index')]
    return [driver, device], {'index': 0, 'bell': 0}, lambda regs, mem, ended: ended and regs[1]['found'] == 1


def suppressed():
    """virtio_net.c: a device that asks to be told again, and then looks once more, misses nothing."""
    driver = [store('index', 1), dmb('the index before the look at the flag'), load('unasked', 'flag')]
    device = [store('flag', 0), order('device'), load('found', 'index')]
    return [driver, device], {'index': 0, 'flag': 1}, \
        lambda regs, mem, ended: ended and (not regs[0]['unasked'] or regs[1]['found'] == 1)


def answered():
    """What a device has written is there when it says so: an index, a flag in the entry, a register."""
    device = [store('data', 7), order('device'), store('done', 1)]
    driver = [await_('done', 'done', one), dmb('done before what is done', 'ld'), load('data', 'data')]
    return [device, driver], {'data': 0, 'done': 0}, lambda regs, mem, ended: ended and regs[1]['data'] == 7


def given_back():
    """A frame has been read before its buffer is the device's again: loads before a store."""
    driver = [load('frame', 'buffer'), dmb('the frame before its buffer is given back'), store('index', 1)]
    device = [await_('index', 'index', one), order('device'), store('buffer', 9)]
    return [driver, device], {'buffer': 7, 'index': 0}, lambda regs, mem, ended: ended and regs[0]['frame'] == 7


def cleaned():
    """Devices that look past the caches: what was stored is in memory, whatever is evicted when."""
    driver = [store('memory@cache', 5), clean('memory', 'cleaned before the device looks'), order('DSB'), store('bell', 1)]
    device = [await_('bell', 'bell', one), order('device'), load('found', 'memory')]
    return [driver, device], {'memory': 0, 'memory@cache': 0, 'bell': 0}, \
        lambda regs, mem, ended: ended and regs[1]['found'] == 5


def dropped():
    """What such a device wrote is read, whatever was fetched when."""
    device = [store('data', 7), order('device'), store('done', 1)]
    driver = [await_('done', 'done', one), order('DMB'), invalidate('data', 'dropped before it is read'), load('x', 'data@cache')]
    return [device, driver, [invalidate('data')]], {'data': 0, 'data@cache': 0, 'done': 0}, \
        lambda regs, mem, ended: ended and regs[1]['x'] == 7


DEVICES = [doorbell, ring, notified, suppressed, answered, given_back, cleaned, dropped]
PROTOCOLS = [monitor_lock, cpu_on, cpu_on_asleep, cpu_is_on, cpu_is_off, el3_gate, el3_gate_asleep, mailbox, released, spin_table, census, fault_gate,
             *DEVICES]

# Where each barrier stands; of a kernel's own there is none.
MONITOR, TARGET = 'arch/arm64/el3/monitor.c', 'arch/arm64/el3/monitor_target.c'
EL3, SMP, HANDOFF = 'arch/arm64/el3/el3.c', 'common/handoff/smp.c', 'arch/arm64/handoff/'
SOURCE = {
    'choosing before the tickets are looked at': (MONITOR, 'dmb(sy); /* said before the others'),
    'the ticket before it has been chosen': (MONITOR, 'dmb(sy); /* the ticket is there for whoever'),
    'chosen before the ticket is looked at': (MONITOR, 'dmb(sy);\n\t\twhile (goes_first'),
    'held before what it protects is read': (MONITOR, 'dmb(sy); /* the lock is held before'),
    'written before the next one is let in': (MONITOR, 'dmb(sy); /* what it protects is written before'),
    'where to before it is told to go': (MONITOR, 'dmb(sy); /* where to is known before'),
    'the state before the event': (MONITOR, 'dsb(sy); /* the state is there before the event'),
    'told to go before where to is read': (TARGET, 'dmb(sy); /* told to go before where to is read'),
    'ON before the normal world can ask': (TARGET, 'dsb(sy); /* ON for everybody before'),
    'complete before it counts as off': (TARGET, 'dsb(sy);\n\t\tm->cpu[self].state = MONITOR_OFF;'),
    'image before a CPU is let at it': (EL3, 'dsb(sy); /* monitor and image in memory before'),
    'let at it before it is read': (EL3, 'dsb(sy); /* what the boot CPU copied'),
    'the gate before the event': (EL3, 'dsb(sy); /* the gate is open before the event'),
    'entry_va before what it publishes': (HANDOFF + 'secondary.S', 'ldar\tx4, [x0]\t\t\t/* entry_va before'),
    'what it releases before the flag': (SMP, '__atomic_store_n(&boot_state.released, true, __ATOMIC_RELEASE)'),
    'the flag before what it releases': (SMP, '__atomic_load_n(&boot_state.released, __ATOMIC_ACQUIRE)'),
    'the word before the event': ('common/handoff/spin.c', 'dsb(sy); /* the word is in memory before the event'),
    'what it tells before the flag': (HANDOFF + 'census.S', 'dmb\tsy\t\t\t/* what it tells, before the flag'),
    'the flag before what it stands for': ('common/handoff/census.c', 'dmb(sy); /* the flag before what it stands for'),
}
# Of drivers, each place that does it
VIRTIO, BLK, NET = 'drivers/virtio/virtio.c', 'drivers/block/virtio_blk.c', 'drivers/net/virtio_net.c'
NVME, AHCI, E1000, FWCFG = 'drivers/block/nvme.c', 'drivers/block/ahci.c', 'drivers/net/e1000.c', 'drivers/fwcfg/fwcfg.c'
PLACES = {
    'what it shall find, before the doorbell': [
        (VIRTIO, 'dma_wmb(); /* the rings before the device may look'), (NVME, 'dma_wmb(); /* the commands before the doorbell'),
        (NVME, 'dma_wmb(); /* empty queues before'), (AHCI, 'dma_wmb(); /* empty lists before'),
        (AHCI, 'dma_wmb(); /* the commands before the register'), (E1000, 'dma_wmb(); /* descriptors before the index'),
        (E1000, 'dma_wmb(); /* frame and descriptor before'), (FWCFG, 'dma_wmb();\n\tmmio_write64')],
    'entries before the index': [
        (VIRTIO, 'dma_wmb(); /* descriptors and ring entry before'), (BLK, 'dma_wmb(); /* descriptors and ring entries before'),
        (NET, 'dma_wmb(); /* frame and descriptor before')],
    'the index before the notification': [
        (VIRTIO, 'dma_wmb(); /* the index before the notification'), (BLK, 'dma_wmb(); /* the index before the notification'),
        (NET, 'dma_wmb(); /* the index before the notification')],
    'the index before the look at the flag': [(NET, 'dma_mb(); /* the index before the look at the flag')],
    'done before what is done': [
        (VIRTIO, 'dma_rmb(); /* the index before the entry'), (BLK, 'dma_rmb(); /* the index before the entries'),
        (NET, 'dma_rmb(); /* the index before the entries'), (NVME, 'dma_rmb(); /* the phase before the rest'),
        (AHCI, 'dma_rmb(); /* the end before the data'), (E1000, 'dma_rmb(); /* "done" before the length'),
        (FWCFG, 'dma_rmb();\n\treturn err')],
    'the frame before its buffer is given back': [
        (NET, 'dma_mb(); /* ring entries, and frames read, before the index'),
        (E1000, 'dma_mb(); /* the descriptor, and the frame read, before the index')],
    'cleaned before the device looks': [(NET, 'cache_clean_poc(start, size);')],
    'dropped before it is read': [(NET, 'cache_inval_poc(start, size);')],
}
PLACES.update({why: [place] for why, place in SOURCE.items()})
# The same again
PLACES['entry_va before what it publishes'].append((HANDOFF + 'secondary.S', 'ldar\tx4, [x0]\t\t\t/* as above; SEV before the WFE'))
KERNELS = {'entry_va after what it publishes'}


def places(source, text):
    """[(first line, last)] where @text stands in @source: blanks, which a formatter changes, count as one."""
    pattern = r'\s+'.join(map(re.escape, text.split()))
    return [tuple(1 + source.count('\n', 0, at) for at in found.span()) for found in re.finditer(pattern, source)]
