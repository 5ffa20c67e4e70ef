#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""make bench: guest instructions from reset to the kernel, Loft and U-Boot side by side.

    bench.py                    the table, build/bench.json; exit 1 if a bar is missed
    bench.py --profile          Loft's 40 most expensive functions, with their callers
    bench.py --profile --hot F  and the hottest instructions of function F

What is run. Loft: `-bios loft.bin -kernel highhalf.elf`, nothing else, console output on.
U-Boot is Debian's u-boot-qemu. It cannot enter a kernel at a high address, and its `go` and `bootelf`
never return from draining the PL011 (2023.01), so it gets the same bytes as an arm64 Image and its
shortest way there: `booti` from an environment in flash with bootdelay=0, once with the Image put
into RAM by QEMU (`-device loader`), once by `qfw load`. The U-Boot prompt is with bootdelay=-1.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../qemu'))
from disks import Disks                             # noqa: E402
from images import Images                           # noqa: E402
from memory import Memory                           # noqa: E402
from network import Network                         # noqa: E402
from payload import Elf, arm64_image, uboot_env     # noqa: E402
from attribute import Profile                       # noqa: E402
from boards import BOARDS, Boards, MMU_OFF          # noqa: E402
from qemu_count import CountError, Counter          # noqa: E402
from signatures import Signatures                   # noqa: E402
from wall import Wall                               # noqa: E402
import trees                                        # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UART = 0x09000000
BARS = {'instructions': 500_000, 'mmu_off': MMU_OFF, 'image': 200 * 1024, 'el3': 100_000, 'cpu': 20_000,
        'disk': 1_000_000, 'node': 2_400, 'reservation': 1_500}
AIM = 250_000
TREE_AIMS = {'node': 300, 'reservation': 400}
CORE = 'Loft without console'
PROMPT = b'loft=> '
CPUS = 8
DISK_RUNS = 7
UBOOT_LOAD = 0x40400000
UBOOT_FDT = 0x40000000
UBOOT_LIMIT = 400_000_000
LOFT_LIMIT = 100_000_000


def build_plugin(out, api=1):
    """Compile the plugin when it is older than its source. @api: of QEMU's interface: 1 of 7.2, 4 of 10."""
    source = os.path.join(ROOT, 'test/bench/insncount.c')
    plugin = os.path.join(out, f'test/bench/insncount-{api}.so')
    if not os.path.exists(plugin) or os.path.getmtime(plugin) < os.path.getmtime(source):
        os.makedirs(os.path.dirname(plugin), exist_ok=True)
        subprocess.run([os.environ.get('HOSTCC', 'gcc'), '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror',
                        f'-DPLUGIN_API={api}', '-fPIC', '-shared', '-fvisibility=hidden', '-o', plugin, source],
                       check=True)
    return plugin


def machine(el2=False, cpu='cortex-a57', memory='1G', secure=False):
    options = (',virtualization=on' if el2 else '') + (',secure=on' if secure else '')
    return ['-M', 'virt' + options, '-cpu', cpu, '-m', memory]


class Bench:
    def __init__(self, args, tmp):
        self.args, self.tmp = args, tmp
        self.counter = Counter(args.qemu, build_plugin(args.build))
        self.rows = []
        self.memory = []
        self.wall = []

    def file(self, name, data):
        path = os.path.join(self.tmp, name)
        with open(path, 'wb') as f:
            f.write(data)
        return path

    def row(self, program, what, report, count, bars=()):
        row = {'program': program, 'what': what, 'instructions': count, 'mmu_off': report.mmu_off,
               'sctlr_writes': len(report.writes), 'missed': []}
        row['missed'] = [f'{k} {row[k]} > {BARS[k]}' for k in bars if row[k] > BARS[k]]
        self.rows.append(row)

    def loft_args(self, el2=False, secure=False, core=False, bios=None):
        return machine(el2, secure=secure) + ['-bios', bios or (self.args.core if core else self.args.loft)]

    def loft_kernel(self, el2, profile=False, secure=False, core=False):
        kernel = Elf(self.args.kernel)
        args = self.loft_args(el2, secure, core) + ['-kernel', self.args.kernel]
        run = self.counter.run if profile else self.counter.measure
        report = run(args, stop=[kernel.entry], limit=LOFT_LIMIT, **({'profile': True} if profile else {}))
        if report.end != 'stop':
            raise CountError('Loft did not reach the kernel:\n' + report.console.decode(errors='replace'))
        return report

    def loft_prompt(self, el2, profile):
        args = self.loft_args(el2)
        count = self.bytes_to(args, PROMPT, LOFT_LIMIT)
        if profile:
            return self.counter.run(args, uart=UART, uartmax=count, limit=LOFT_LIMIT, profile=True)
        return self.counter.measure(args, uart=UART, uartmax=count, limit=LOFT_LIMIT)

    def loft(self):
        for el2 in (False, True):
            report = self.loft_kernel(el2)
            self.row('Loft', f'reset to kernel, ELF by fw_cfg, EL{1 + el2}', report, report.total,
                     ('instructions', 'mmu_off'))
            below = report.total
            report = self.loft_kernel(el2, secure=True)
            self.row('Loft', f'the same from EL3 by way of EL{1 + el2}', report, report.total, ('instructions',))
            if report.total - below > BARS['el3']:
                self.rows[-1]['missed'].append(f'EL3 adds {report.total - below} > {BARS["el3"]}')
        report = self.loft_kernel(False, core=True)
        self.row('Loft', 'reset to kernel without the console, EL1', report, report.total, ('instructions', 'mmu_off'))
        for el2 in (False, True):
            for secure in (False, True):
                self.further_cpu(el2, secure)
        self.disks()
        self.trees()
        Signatures(self).rows(machine())
        report = self.loft_prompt(False, False)
        self.row('Loft', 'reset to prompt, no kernel', report, report.at_text(PROMPT))
        self.boards()

    def boards(self):
        """Each board's way to the kernel; from EL3, where the monitor goes first, no bar for the MMU."""
        boards = Boards(ROOT, self.args.qemu, lambda api: build_plugin(self.args.build, api), self.tmp)
        for board in BOARDS:
            if lacks := boards.lacks(board):
                print(f'{board.name}: not counted ({lacks})', file=sys.stderr)
                continue
            report = boards.measure(board, boards.image(self.args.build, board))
            self.row('Loft', 'reset to kernel, ' + board.name, report, report.total, () if board.flash else ('mmu_off',))
            if report.total > board.bar:
                self.rows[-1]['missed'].append(f'{report.total} > {board.bar}')

    def disk_image(self, kind, files):
        """A disk of 64 MiB without a partition table, made by that file system's own tools."""
        top = tempfile.mkdtemp(dir=self.tmp)
        image = top + '.img'
        for name, source in files.items():
            os.makedirs(os.path.dirname(os.path.join(top, name)), exist_ok=True)
            with open(source, 'rb') as f, open(os.path.join(top, name), 'wb') as to:
                to.write(f.read())
        with open(image, 'wb') as f:
            f.truncate(64 << 20)
        quiet = {'check': True, 'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}
        if kind == 'ext4':
            subprocess.run(['mke2fs', '-q', '-t', 'ext4', '-d', top, image], **quiet)
        else:
            subprocess.run(['mkfs.fat', image], **quiet)
            subprocess.run(['mcopy', '-s', '-i', image] + [os.path.join(top, n) for n in os.listdir(top)] + ['::'],
                           **quiet)
        return image

    def disks(self):
        """What a boot from a virtio disk costs that is found by itself.

        Loft polls while the host works, so the count swings with the host's load: the least of several runs.
        """
        menu = self.file('extlinux.conf', b'default l0\nlabel l0\n\tkernel /boot/kernel\n')
        kernel = self.args.kernel
        for kind, what, files in (
                ('fat', 'kernel.elf of a FAT', {'kernel.elf': kernel}),
                ('fat', 'extlinux.conf of a FAT', {'extlinux/extlinux.conf': menu, 'boot/kernel': kernel}),
                ('ext4', 'extlinux.conf of an ext4', {'boot/extlinux/extlinux.conf': menu, 'boot/kernel': kernel})):
            args = self.loft_args() + [
                '-nic', 'none', '-drive', f'if=none,id=d,format=raw,file={self.disk_image(kind, files)},snapshot=on',
                '-device', 'virtio-blk-device,drive=d']
            runs = [self.counter.run(args, stop=[Elf(kernel).entry], limit=LOFT_LIMIT) for _ in range(DISK_RUNS)]
            if any(r.end != 'stop' for r in runs):
                raise CountError(f'Loft did not reach the kernel on a {kind} disk')
            report = min(runs, key=lambda r: r.total)
            report.mmu_off = None       # as for every kernel
            self.row('Loft', f'reset to kernel, {what} disk, least of {DISK_RUNS}', report, report.total)
            if report.total > BARS['disk']:
                self.rows[-1]['missed'].append(f'{report.total} > {BARS["disk"]}')

    def further_cpu(self, el2, secure):
        """What one more CPU costs: its own way into the kernel, and what the boot CPU does for it."""
        kernel = Elf(self.args.kernel)

        def count(cpus, cpu, stop):
            args = self.loft_args(el2, secure) + ['-smp', str(cpus), '-kernel', self.args.kernel]
            report = self.counter.twice(args, cpu=cpu, stop=[stop], limit=LOFT_LIMIT)
            if report.end != 'stop':
                raise CountError(f'CPU {cpu} did not come:\n' + report.console.decode(errors='replace'))
            return report

        own = count(CPUS, CPUS - 1, kernel.function('secondary_start'))
        own.total += (count(CPUS, 0, kernel.entry).total - count(1, 0, kernel.entry).total) // (CPUS - 1)
        where = ('EL3 by way of ' if secure else '') + f'EL{1 + el2}'
        self.row('Loft', f'a further CPU to the kernel, {where}', own, own.total)
        if own.total > BARS['cpu']:
            self.rows[-1]['missed'].append(f'{own.total} > {BARS["cpu"]}')
        self.rows[-1]['mmu_off'] = None

    def trees(self):
        """What one more device node, and one more reservation, adds to the way to the kernel."""
        for thing, grow, few, many in (('node', trees.add_devices, 500, 2500),
                                       ('reservation', trees.add_reserved, 200, 1000)):
            def count(things, grow=grow):
                tree = trees.Tree.read(trees.virt_tree().pack())
                grow(tree, things)
                args = self.loft_args() + ['-smp', '2', '-kernel', self.args.kernel, '-dtb',
                                           self.file('grown.dtb', tree.pack())]
                report = self.counter.twice(args, stop=[Elf(self.args.kernel).entry], limit=LOFT_LIMIT)
                if report.end != 'stop':
                    raise CountError(f'{things}: no kernel:\n' + report.console.decode(errors='replace'))
                return report
            report = count(many)
            each = -(-(report.total - count(few).total) // (many - few))
            report.mmu_off = None
            self.row('Loft', f'one more {"device " if thing == "node" else ""}{thing} of the tree, EL1', report, each)
            if each > BARS[thing]:
                self.rows[-1]['missed'].append(f'{each} > {BARS[thing]}')

    def bytes_to(self, args, prompt, limit):
        """How many bytes the console has had when the prompt is out, so that a run can end there."""
        report = self.counter.run(args, uart=UART, limit=limit)
        at = report.console.find(prompt)
        if at < 0:
            raise CountError(f'no prompt {prompt}:\n' + report.console.decode(errors='replace'))
        return at + len(prompt)

    def uboot_args(self, variables):
        env = self.file('env.img', uboot_env(variables))
        return machine() + ['-bios', self.args.uboot, '-drive',
                            f'if=pflash,unit=1,format=raw,file={env},snapshot=on']

    def uboot(self):
        elf = Elf(self.args.kernel)
        image = self.file('kernel.img', arm64_image(elf.flat()[1], elf.memory_size()))
        ways = (
            ('reset to kernel, Image in RAM, booti, EL1', f'booti {UBOOT_LOAD:x} - {UBOOT_FDT:x}',
             ['-device', f'loader,file={image},addr={UBOOT_LOAD:#x},force-raw=on']),
            ('reset to kernel, Image by fw_cfg, booti, EL1',
             f'qfw load {UBOOT_LOAD:x} 44000000;booti {UBOOT_LOAD:x} - {UBOOT_FDT:x}', ['-kernel', image]),
        )
        for what, command, extra in ways:
            args = self.uboot_args({'bootdelay': '0', 'bootcmd': command}) + extra
            report = self.counter.measure(args, stop=[UBOOT_LOAD], limit=UBOOT_LIMIT)
            if report.end != 'stop':
                raise CountError('U-Boot did not reach the kernel:\n' + report.console.decode(errors='replace'))
            self.row('U-Boot', what, report, report.total)
        args = self.uboot_args({'bootdelay': '-1'})
        count = self.bytes_to(args, b'\n=> ', 80_000_000)
        report = self.counter.measure(args, uart=UART, uartmax=count, limit=UBOOT_LIMIT)
        self.row('U-Boot', 'reset to prompt, no kernel', report, report.at_text(b'\n=> '))

    def result(self):
        sizes = {}
        if self.args.only != 'uboot':
            sizes['Loft'] = os.path.getsize(self.args.loft)
            sizes[CORE] = os.path.getsize(self.args.core)
        if self.args.uboot:
            sizes['U-Boot'] = os.path.getsize(self.args.uboot)
        missed = [f'{r["what"]}: {m}' for r in self.rows for m in r['missed']]
        missed += [f'{r["what"]}: {r["loft"]:.3f} a byte > {r["bar"]}' for r in self.memory if r['missed']]
        missed += [f'{r["what"]}: {r["loft"]} ms, U-Boot {r["uboot"]} ms' for r in self.wall if r['missed']]
        if sizes.get(CORE, 0) > BARS['image']:
            missed.append(f'image without the console {sizes[CORE]} > {BARS["image"]}')
        return {'rows': self.rows, 'memory': self.memory, 'wall': self.wall, 'image_bytes': sizes, 'bars': BARS, 'aim': AIM, 'missed': missed}


def figure(count):
    return '' if count is None else f'{count:,}'


def per_byte(count):
    return '' if count is None else f'{count:.3f}' if count < 10 else f'{count:.0f}'


def show(result):
    print(f'{"":8}{"":48}{"instructions":>14}{"MMU off":>12}')
    for r in result['rows']:
        print(f'{r["program"]:8}{r["what"]:48}{r["instructions"]:14,}{figure(r["mmu_off"]):>12}'
              + ('  MISSED' if r['missed'] else ''))
    for program, size in result['image_bytes'].items():
        print(f'{program:24}{"image, bytes":32}{size:14,}')
    bars = result['bars']
    print(f'bars: reset to kernel <= {bars["instructions"]:,} (aim {result["aim"]:,}), '
          f'MMU off <= {bars["mmu_off"]:,} (but from EL3), EL3 adds <= {bars["el3"]:,}, a further CPU <= {bars["cpu"]:,}, '
          f'from a disk <= {bars["disk"]:,}, a device node <= {bars["node"]:,} (aim {TREE_AIMS["node"]}), '
          f'a reservation <= {bars["reservation"]:,} (aim {TREE_AIMS["reservation"]}), '
          f'image without the console <= {bars["image"]:,} bytes')
    print(f'{"instructions per byte":24}{"Loft":>10}{"bar":>10}{"U-Boot":>10}')
    for r in result['memory']:
        print(f'{r["what"]:24}{per_byte(r["loft"]):>10}{r["bar"]:>10}{per_byte(r["uboot"]):>10}'
              + ('  MISSED' if r['missed'] else ''))
    if result['wall']:
        print(f'{"least ms, in turns":32}{"Loft":>10}{"U-Boot":>10}{"ratio":>10}')
    for r in result['wall']:
        print(f'{r["what"]:32}{r["loft"]:>10}{r["uboot"]:>10}{r["loft"] / max(r["uboot"], 1):>10.2f}'
              + ('  MISSED' if r['missed'] else ''))
    print('each figure but those of disks and the network was counted twice and agreed' if not result['missed'] else
          'MISSED: ' + '; '.join(result['missed']))


def arguments():
    build = os.environ.get('O', os.path.join(ROOT, 'build'))
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--build', default=build, help='output directory of make')
    p.add_argument('--loft', help='loft.bin')
    p.add_argument('--core', help='loft.bin of configs/qemu_virt_core_defconfig')
    p.add_argument('--full', help='loft.bin of configs/qemu_virt_full_defconfig, for squashfs and images')
    p.add_argument('--elf', help='loft.elf, for --profile')
    p.add_argument('--kernel', help='the example kernel')
    p.add_argument('--uboot', default='/usr/lib/u-boot/qemu_arm64/u-boot.bin')
    p.add_argument('--mkimage', help='one that signs with P-384 (make mkimage2025); without it that has no row')
    p.add_argument('--qemu', default=os.environ.get('BENCH_QEMU', 'qemu-system-aarch64'))
    p.add_argument('--json', help='where the figures go (default: <build>/bench.json)')
    p.add_argument('--only', choices=('loft', 'uboot'))
    p.add_argument('--profile', action='store_true')
    p.add_argument('--el2', action='store_true', help='profile the boot that starts at EL2')
    p.add_argument('--prompt', action='store_true', help='profile the way to the prompt, without a kernel')
    p.add_argument('--hot', action='append', default=[], metavar='FUNCTION')
    p.add_argument('--top', type=int, default=40)
    args = p.parse_args()
    args.build = os.path.abspath(args.build)
    args.loft = args.loft or os.path.join(args.build, 'loft.bin')
    args.core = args.core or os.path.join(args.build, 'core/loft.bin')
    args.full = args.full or os.path.join(args.build, 'boards/qemu_virt_full/loft.bin')
    args.elf = args.elf or os.path.join(args.build, 'loft.elf')
    args.kernel = args.kernel or os.path.join(args.build, 'examples/highhalf/highhalf.elf')
    made = os.path.join(ROOT, 'build/mkimage2025/mkimage')
    args.mkimage = args.mkimage or (made if os.path.exists(made) else None)
    args.json = args.json or os.path.join(args.build, 'bench.json')
    return args


def main():
    args = arguments()
    if not os.path.exists(args.uboot):
        print(f'{args.uboot} is missing (package u-boot-qemu): Loft alone is measured', file=sys.stderr)
        args.uboot = None
    with tempfile.TemporaryDirectory(prefix='loft-bench-') as tmp:
        bench = Bench(args, tmp)
        if args.profile:
            run = bench.loft_prompt if args.prompt else bench.loft_kernel
            profile = Profile(run(args.el2, True), Elf(args.elf))
            print(profile.text(args.top))
            for name in args.hot:
                print(f'{name}:\n{profile.hottest(name)}')
            return 0
        if args.only != 'uboot':
            bench.loft()
        if args.uboot and args.only != 'loft':
            bench.uboot()
        disks = Disks(bench)
        bench.memory = (Memory(bench).rows(UART) + disks.rows() + Network(bench).rows() +
                        Images(bench).rows(UART))
        bench.wall = Wall(bench, disks).rows()
        result = bench.result()
    with open(args.json, 'w') as f:
        json.dump(result, f, indent=1)
    show(result)
    return 1 if result['missed'] else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except CountError as e:
        sys.exit(f'bench: {e}')
