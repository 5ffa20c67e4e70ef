#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Loft with one barrier or maintenance call less, one at a time: which tool sees that it is gone?

    mutants.py [--jobs N] [--some N --seed S] [--only TEXT]
    mutants.py --write      all of them, and doc/mutants.md of it
    mutants.py --check      are its places those of the image? No run

A place is a line of the source with a barrier (DSB, DMB, ISB, acquire, release), a maintenance instruction (TLBI, IC, DC)
or a call of one of CALLS. Wherever its instructions are in the linked image, and by inlining they may be at many
addresses, NOPs take their place: that is the image without the line, made in no time. The tools, in order:

    model   test/silicon/models: the protocol without it breaks (and the source has it under that name)
    host    a host test of the file fails without the call (where `make host-build T=drivers` has been)
    code    scripts/check-code.py has a rule for it, which the changed image breaks
    boot    a boot under the plugin that executes it has a finding, or goes wrong
"""
import argparse
import collections
import concurrent.futures
import importlib
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in ('test/silicon', 'test/silicon/models', 'test/qemu', 'scripts'):
    sys.path.insert(0, str(ROOT / folder))

import boots                        # noqa: E402
import protocols                    # noqa: E402
import run                          # noqa: E402
from explore import barriers, explore, without      # noqa: E402

import order                        # noqa: E402

check_code = importlib.import_module('check-code')
CROSS = os.environ.get('CROSS_COMPILE', 'aarch64-linux-gnu-')
TOP = {'arch', 'board', 'cmd', 'common', 'drivers', 'fs', 'include', 'lib', 'net'}
NOP, RET = 0xd503201f, 0xd65f03c0
CALLS = {'cache_clean_poc', 'cache_clean_inval_poc', 'cache_inval_poc', 'cache_sync_code', 'cache_code_drop'}
TABLE = ROOT / 'doc/mutants.md'
CALL = re.compile(r'(?:bl|b)\s+[0-9a-f]+ <(\w+)(?:\.\w+)*>')
HEADERS = re.compile(r'/(arch/(barrier|io|cache)\.h|sysreg[a-z_]*\.h)$')


def kind(word):
    """What a barrier or maintenance instruction is called; None for any other."""
    if word & 0xfffff0ff == 0xd503309f:
        return None if word >> 8 & 15 in (0, 4) else 'dsb'
    if word & 0xfffff0ff == 0xd50330bf:
        return 'dmb'
    if word & 0xfffff0ff == 0xd50330df:
        return 'isb'
    if word & 0xfff80000 == 0xd5080000:
        crn, crm, op = word >> 12 & 15, word >> 8 & 15, word >> 5 & 7
        if crn in (8, 9):
            return 'tlbi'
        if crn == 7 and (crm in (1, 5)):
            return 'ic'
        if crn == 7 and crm in (6, 10, 11, 14) and op in (1, 2):
            return 'dc'
    if word & 0x3ffffc00 in (0x08dffc00, 0x085ffc00):
        return 'acquire'
    return 'release' if word & 0x3ffffc00 == 0x089ffc00 else None


def removed(word):
    what = kind(word)
    if what == 'acquire' and word & 0x00800000:
        return word & 0xc0000000 | 0x39400000 | word & 0x3ff
    if what == 'acquire':
        return word & ~0x8000                   # LDAXR: LDXR
    if what == 'release':
        return word & 0xc0000000 | 0x39000000 | word & 0x3ff
    if word >> 26 == 5:
        return RET                              # a call in the tail
    return NOP


def inside(file):
    """A source's name in this tree: a compiler's cache may have it of another one."""
    parts = Path(file).parts
    names = ('/'.join(parts[i:]) for i in range(len(parts)) if parts[i] in TOP)
    return next((name for name in names if (ROOT / name).exists()), file)


class Image:
    """The linked image, and where in loft.bin each address is."""

    def __init__(self, build):
        self.build = Path(build)
        self.elf = self.build / 'loft.elf'
        self.bin = (self.build / 'loft.bin').read_bytes()
        self.names, self.words = {}, {}
        text = self.command('objdump', '-d', '-z', str(self.elf))
        for found in re.finditer(r'^ *([0-9a-f]+):\t([0-9a-f]{8}) \t(.*)$', text, re.M):
            self.words[int(found[1], 16)] = int(found[2], 16), found[3]

    @staticmethod
    def command(tool, *args, **kw):
        return subprocess.run([CROSS + tool, *args], capture_output=True, text=True, check=True, **kw).stdout

    def places(self):
        """[Place], by line of the source."""
        at = {}
        for pc, (word, text) in self.words.items():
            what = kind(word)
            call = CALL.match(text)
            if call and call[1] in CALLS:
                what = call[1]
            if what:
                at[pc] = what
        text = self.command('addr2line', '-a', '-i', '-e', str(self.elf), input='\n'.join(map(hex, at)))
        found, now = collections.defaultdict(list), None
        chains = collections.defaultdict(list)
        for line in text.splitlines():
            if line.startswith('0x'):
                now = int(line, 16)
            else:
                file, number = line.split(' ')[0].rsplit(':', 1)
                chains[now].append((inside(file), number))
        for pc, chain in chains.items():
            file, number = next((c for c in chain if not HEADERS.search('/' + c[0])), chain[0])
            if number.isdigit() and (ROOT / file).exists():
                found[file, int(number), at[pc]].append(pc)
        return self.split(found)

    def maintenance(self, file):
        """{line of @file: addresses of the calls of maintenance there}, in functions that are inlined there, too."""
        at = [pc for pc, (_, text) in self.words.items() if (call := CALL.match(text)) and call[1] in CALLS]
        text = self.command('addr2line', '-a', '-i', '-e', str(self.elf), input='\n'.join(map(hex, at)))
        found, now = collections.defaultdict(list), None
        for line in text.splitlines():
            if line.startswith('0x'):
                now = int(line, 16)
                continue
            path, number = line.split(' ')[0].rsplit(':', 1)
            if inside(path) == file:
                found[int(number)].append(now)
        return found

    def split(self, found):
        """A macro's instructions all have its line: of each kind the first, the second and so on of a use."""
        answer = []
        for (file, number, what), pcs in sorted(found.items()):
            text = (ROOT / file).read_text().splitlines()[number - 1].strip()
            pcs.sort()
            if file.endswith('.S') and len(pcs) > 1 and not re.search(rf'\b{what}\b', text):
                answer += [Place(file, number, f'{what} {i + 1}', text, [pc]) for i, pc in enumerate(pcs)]
            else:
                answer.append(Place(file, number, what, text, pcs))
        return answer

    def without(self, place, out):
        """A directory with what a boot needs of a build, and loft.bin without the place."""
        out = Path(out)
        data = bytearray(self.bin)
        for pc in place.pcs:
            word = self.words[pc][0]
            assert int.from_bytes(data[pc:pc + 4], 'little') == word, hex(pc)
            data[pc:pc + 4] = removed(word).to_bytes(4, 'little')
        (out / 'loft.bin').write_bytes(data)
        return out / 'loft.bin'


class Place:
    def __init__(self, file, line, what, text, pcs):
        self.file, self.line, self.what, self.text, self.pcs = file, line, what, text, pcs

    def row(self, seen):
        """Of the table: without the line's number, which any change moves."""
        text = ' '.join(self.text.replace('|', '\\|').replace('`', "'").split())
        return f'| `{self.file}` | {self.what} | `{text}` | {seen} |'

    def reason(self):
        """Why nothing sees it."""
        return next((why for file, what, part, why in UNSEEN
                     if file == self.file and what == self.what and part in self.text), None)

    def __str__(self):
        return f'{self.file}:{self.line} {self.what}'


# What no tool sees: (file, what, part of the line, why).
UNSEEN = [
    ('arch/arm64/cpu/cache_control.c', 'ic', 'ic iallu', '`icache off` and `on` with nothing changed in between'),
    ('arch/arm64/el3/cold.c', 'cache_inval_poc', 'cache_inval_poc(__cold_start', 'for lines that are dirty before the monitor '
     'stores: nothing writes there before, only another boot stage could have'),
    ('arch/arm64/el3/el3.c', 'ic', 'ic iallu', 'a disabled instruction cache may hit; the premise of a boot at EL3 is that caches '
     'are empty after reset'),
    ('arch/arm64/el3/monitor_target.c', 'ic', 'ic iallu', 'for a CPU that comes back after CPU_OFF to code that was changed '
     'meanwhile: no boot changes any'),
    ('arch/arm64/fault/gdb_page.S', 'tlbi', 'vmalle1', 'gdb within a kernel\'s fault: test_gdb.py, not a boot of the list'),
    ('arch/arm64/handoff/handoff.S', 'tlbi', 'vmalle1', 'the unmapped kernel does its own before its MMU goes on, and '
     'the kernels that fault here have used no TTBR0: for those that are not so'),
    ('arch/arm64/handoff/handoff.S', 'ic', 'iallu', 'an unmapped kernel\'s first fetches are with SCTLR_EL1.I 0; that a '
     'disabled instruction cache may hit all the same is no rule of the plugin'),
    ('arch/arm64/handoff/handoff.S', 'tlbi', 'alle1', 'under VHE: no boot here fills entries of EL1 before; what ran '
     'before Loft may have'),
    ('arch/arm64/handoff/secondary.S', 'dc', 'ivac', 'a CPU that comes at another level than the first: no machine here has one'),
    ('arch/arm64/mmu/apply.S', 'ic', 'iallu', 'the program of `go` is fetched for the first time; a second one at the same '
     'address is no boot of the list'),
    ('arch/arm64/start/start.S', 'cache_clean_poc', 'cache_clean_poc', 'another loader\'s `go` with its caches on: '
     'test_chain.py boots so, not under the plugin'),
    ('cmd/cache.c', 'cache_clean_inval_poc', '', '`dcache flush` is asked for by somebody who then looks past the caches'),
    ('cmd/cache.c', 'cache_code_drop', '', '`icache flush`: nothing was changed before it'),
    ('common/boot/elf.c', 'cache_clean_inval_poc', '', '`bootelf -l`, for a debugger or a program that then starts it past the '
     'caches'),
    ('common/console/log.c', 'cache_clean_poc', '', 'the log, for the next boot, which reads it past the caches after a reset: '
     'a boot ends here with the kernel'),
    ('common/handoff/census.c', 'cache_inval_poc', '', 'the drop behind the flag: all that a CPU tells is in one line here'),
    ('common/handoff/go.c', 'cache_clean_inval_poc', 'range->start', 'loaded files beside the program of `go`: it has none'),
    ('common/handoff/go.c', 'cache_clean_poc', '', 'arguments of `go`, which this program does not read'),
    ('common/handoff/handoff.c', 'cache_clean_inval_poc', '', 'a piece that these boots lack, or that the kernel here reads with '
     'its caches on only'),
    ('common/handoff/handoff.c', 'cache_clean_poc', '', 'a kernel found in DRAM by its magic number: for the boot after a reset'),
    ('common/handoff/levels.c', 'isb', '', 'a kernel in AArch32: test_silicon_systems.py boots one, the list does not'),
    ('common/handoff/smp.c', 'cache_clean_inval_poc', 'boot_cpus_frames', 'frames in which another CPU\'s early fault is '
     'kept: no other CPU of these boots has one'),
    ('common/shell/autoboot.c', 'cache_clean_poc', '', 'the flag is for the boot after a reset: each boot here is one'),
    ('drivers/block/sdhci.c', 'dmb', '', 'no boot of the list has a card; the host test\'s model has no order'),
]


def check(places, seen_bar=85):
    """What is wrong with doc/mutants.md: places that are not the image's, unseen ones without a reason, too few seen."""
    rows = [line for line in TABLE.read_text(encoding='utf-8').splitlines() if line.startswith('| `')]
    start = [row.rsplit(' | ', 1)[0] for row in rows]
    want = [place.row('').rsplit(' | ', 1)[0] for place in places]
    missing, gone = collections.Counter(want) - collections.Counter(start), collections.Counter(start) - collections.Counter(want)
    wrong = [f'not in the table: {row}' for row in missing] + [f'no longer there: {row}' for row in gone]
    unseen = [row for row in rows if row.rsplit(' | ', 1)[1].startswith('**not**')]
    wrong += [f'no reason: {row}' for row in unseen if row.endswith('**not** |')]
    if 100 * (len(rows) - len(unseen)) < seen_bar * len(rows):
        wrong.append(f'{len(rows) - len(unseen)} of {len(rows)} seen: under {seen_bar}%')
    return wrong


def write(answers):
    """doc/mutants.md of a whole run."""
    seen = sum(bool(s) for _, s, _ in answers)
    rows = []
    for place, by, tried in answers:
        why = place.reason()
        rows.append(place.row(by or '**not**' + (f': {why}' if why else '') + (f' ({len(tried)} boots execute it)' if why and tried
                                                                             else '')))
    head = f"""# Loft without each of its barriers

Made by `make silicon-mutants MUTANTS=--write` ([doc/silicon.md](silicon.md#mutants-one-barrier-less)): of the linked image's
{len(answers)} places {seen} are seen, {100 * seen // len(answers)}%. `test/qemu/test_silicon_mutants.py` asks that these are the
places of the image as it is, and some, by seed, that they are seen still.

| file | what | line | seen by |
| --- | --- | --- | --- |
"""
    TABLE.write_text(head + '\n'.join(rows) + '\n', encoding='utf-8')


def models():
    """{(file, line): [protocol]}: the lines whose barrier a model cannot do without."""
    needed = {}
    for protocol in protocols.PROTOCOLS:
        programs, memory, final = protocol()
        for why in barriers(programs):
            if why in protocols.KERNELS or not explore(without(programs, why), memory, final)[0]:
                continue
            for path, text in protocols.PLACES[why]:
                (first, last), = protocols.places((ROOT / path).read_text(), text)
                needed.update({(path, line): protocol.__name__ for line in range(first, last + 1)})
    return needed


def executed(image, build, so):
    """{boot name: addresses of the image that it executes}, of the boots as they are."""
    ran, index = {}, collections.defaultdict(list)
    for pc, (word, _) in image.words.items():
        index[word].append(pc)

    def places(words):
        """Where in the image a block may come from."""
        rare = min(range(len(words)), key=lambda i: len(index.get(words[i], ())))
        at = [pc - 4 * rare for pc in index.get(words[rare], ())]
        return [a for a in at if all(image.words.get(a + 4 * i, (None,))[0] == w for i, w in enumerate(words))]

    def one(boot):
        with tempfile.TemporaryDirectory() as tmp:
            wrong, _ = boot.run(build, build / 'loft.bin', so, tmp, ran=f'{tmp}/ran')
            if wrong:
                sys.exit(f'{boot.name}: wrong before anything is removed: {wrong}')
            with open(f'{tmp}/ran', encoding='ascii') as lines:
                blocks = {line for line in lines}
            blocks = [(int(b[0], 16), [int(w, 16) for w in b[1:]]) for b in map(str.split, blocks)]
            found = [(va, len(words), places(words)) for va, words in blocks]
            # Code is copied: what moved by the same as others of some length did is executed, short blocks, too.
            votes = collections.Counter()
            for va, size, at in found:
                votes.update({va - a: size for a in at if size > 2})
            moves = {move for move, size in votes.items() if size > 5}
            seen = set()
            for va, size, at in found:
                for a in [a for a in at if va - a in moves]:
                    seen.update(a + 4 * i for i in range(size))
            return boot.name, seen

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, seen in pool.map(one, boots.BOOTS):
            ran[name] = seen
    return ran


class Tools:
    """What may see a mutant."""

    def __init__(self, image, build, work):
        self.image, self.build, self.work = image, build, Path(work)
        self.so = run.plugin(str(build))
        self.models = models()
        self.code, self.names = check_code.functions(CROSS, str(image.elf))
        self.flow = order.Flow(self.code, self.names)
        self.ran = executed(image, build, self.so)

    def see(self, place):
        """'tool: what it says', or None; and the boots that executed the place."""
        protocol = self.models.get((place.file, place.line))
        if protocol:
            return f'model: {protocol}', []
        broken = self.by_code(place)
        if broken:
            return f'code: {broken}', []
        test = self.by_host(place)
        if test:
            return f'host: {test}', []
        tried = []
        with tempfile.TemporaryDirectory(dir=self.work) as tmp:
            loft = self.image.without(place, tmp)
            for boot in boots.BOOTS:
                if not self.ran[boot.name].isdisjoint(place.pcs):
                    tried.append(boot.name)
                    wrong, _ = boot.run(self.build, loft, self.so, tmp, timeout=30)
                    if wrong and not wrong.startswith('Hung'):      # the machine may be busy
                        what = wrong if wrong.startswith('rule') else 'goes wrong'
                        return f'boot: {boot.name}, {what}', tried
        return None, tried

    def by_host(self, place):
        """Which host test fails where the source lacks a call of maintenance."""
        path = Path(place.file)
        objects = self.build / 'host/gcc'
        test = objects / 'test/host' / path.parent / f'{path.stem}_test.o'
        if not place.what.startswith('cache_') or not test.exists() or not (objects / 'libpure.a').exists():
            return None
        lines = (ROOT / path).read_text().split('\n')
        lines[place.line - 1] = lines[place.line - 1].replace(place.what + '(', '(void)sizeof(')
        with tempfile.TemporaryDirectory(dir=self.work) as tmp:
            (Path(tmp) / 'mutant.c').write_text('\n'.join(lines))
            flags = ['-std=gnu11', '-w', '-O1', '-g', f'-I{ROOT}', f'-I{ROOT}/test/host/fake/include',
                     f'-I{ROOT}/arch/arm64/include', f'-I{ROOT}/include', f'-I{self.build}/include', '-include',
                     f'{self.build}/include/config.h', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']
            if not Path(flags[flags.index('-include') + 1]).exists():
                flags[flags.index('-include') + 1] = str(next(self.build.glob('include/**/autoconf.h')))
            subprocess.run(['gcc', *flags, '-o', f'{tmp}/mutant', f'{tmp}/mutant.c', str(test), str(objects / 'libpure.a'),
                            '-lcmocka', '-lfdt', '-ldeflate', '-lbearssl', '-lcrypto'], check=True, capture_output=True)
            done = subprocess.run([f'{tmp}/mutant'], capture_output=True, timeout=120, check=False)
        return f'{path.stem}_test' if done.returncode else None

    def by_code(self, place):
        """Which rule of scripts/check-code.py the image without the place breaks."""
        changed = {}
        for pc in place.pcs:
            at = max((a for a in self.code if a <= pc), default=None)
            if at is not None:
                changed.setdefault(at, [i if i.pc not in place.pcs else check_code.nop(i) for i in self.code[at]])
        found = next((name for name, rule in check_code.RULES.items() if list(rule(changed, self.names))), None)
        if found:
            return found
        flow = self.flow.without(place.pcs, check_code.nop)
        return next((name for name, rule in order.RULES.items() if next(rule(flow, self.flow.ruled), None)), None)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--build', default=ROOT / 'build', type=Path)
    p.add_argument('--jobs', type=int, default=2)
    p.add_argument('--some', type=int, help='only so many, chosen by --seed')
    p.add_argument('--seed', type=int, default=0)
    p.add_argument('--only', default='', help='only places with this in their name')
    p.add_argument('--write', action='store_true')
    p.add_argument('--check', action='store_true')
    args = p.parse_args()
    if args.write and (args.some or args.only):
        p.error('--write wants all places')
    image = Image(args.build)
    if args.check:
        sys.exit('\n'.join(check(image.places())) or 0)
    places = [place for place in image.places() if args.only in str(place) or args.only in place.text]
    if args.some:
        places = random.Random(args.seed).sample(places, min(args.some, len(places)))
    with tempfile.TemporaryDirectory() as work, concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        tools = Tools(image, args.build, work)
        answers = []
        for place, (seen, tried) in zip(places, pool.map(tools.see, places)):
            answers.append((place, seen, tried))
            print(f'{place}: {seen or "NOT SEEN by " + (", ".join(tried) or "no boot, none executes it")}', flush=True)
    if args.write:
        write(answers)
    seen = sum(bool(s) for _, s, _ in answers)
    print(f'{seen} of {len(answers)} seen: {100 * seen // max(len(answers), 1)}%')


if __name__ == '__main__':
    main()
