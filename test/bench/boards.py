# SPDX-License-Identifier: BSD-2-Clause
"""Reset to kernel on the boards beside virt, each on the machine that QEMU has for it.

Nothing is typed: the kernel, linked high without AT(), lies where loadaddr is, and autoboot finds it there. Where QEMU
would put loft.bin over it, the image asks to lie higher, by the text_offset of its own arm64 header.
"""

import os
import struct
import subprocess
from dataclasses import dataclass, field

from payload import Elf
from qemu_count import CountError, Counter

LOAD = 0x200000         # loadaddr, above DRAM's base
HIGHER = 0x08000000
LIMIT = 20_000_000
MMU_OFF = 5_000
DTBS, PIS = 'build/dtbs/arm64/', 'build/rpi-dtb/'


@dataclass
class Board:
    """What QEMU is told; @bar: instructions from reset to the kernel; @line: the serial line that is the console."""
    config: str
    name: str
    machine: list
    bar: int
    base: int = 0
    tree: str = ''
    line: int = 0
    flash: bool = False     # starts from it, at EL3
    own_place: bool = True  # QEMU loads the image by its header
    kernel: str = 'noat'    # of test/payloads
    qemu7: bool = False     # the distribution's emulator has the machine
    memory: list = field(default_factory=lambda: ['-m', '1G'])


ZCU102 = DTBS + 'xilinx/zynqmp-zcu102-rev1.0.dtb'
IMX8MP = DTBS + 'freescale/imx8mp-evk.dtb'
BOARDS = (
    Board('xlnx_versal', 'xlnx_versal, EL2', ['xlnx-versal-virt'], 480_000),
    Board('xlnx_zcu102', 'xlnx_zcu102, EL2', ['xlnx-zcu102,virtualization=on'], 730_000, tree=ZCU102),
    Board('imx8mp_evk', 'imx8mp_evk, EL2', ['imx8mp-evk'], 690_000, base=0x40000000, tree=IMX8MP, line=1),
    Board('ast2700', 'ast2700, EL2', ['ast2700a1-evb'], 340_000, base=0x400000000),
    Board('raspi3b', 'raspi3b, EL2', ['raspi3b'], 400_000, own_place=False, qemu7=True, memory=[]),
    Board('raspi4b', 'raspi4b, EL2', ['raspi4b'], 400_000, own_place=False, memory=[]),
    Board('sbsa_ref', 'sbsa_ref, from EL3 by way of EL2', ['sbsa-ref', '-cpu', 'cortex-a57', '-global', 'VGA.romfile='],
          620_000, base=0x100_0000_0000, flash=True, qemu7=True, kernel='tib'),
    Board('generic', 'generic on xlnx-versal-virt, EL2', ['xlnx-versal-virt'], 480_000),
    Board('generic', 'generic on xlnx-zcu102, EL1', ['xlnx-zcu102'], 670_000, tree=ZCU102),
    Board('generic', 'generic on imx8mp-evk, EL2', ['imx8mp-evk'], 690_000, base=0x40000000, tree=IMX8MP, line=1),
    Board('generic', 'generic on raspi3b, EL2', ['raspi3b'], 530_000, tree=PIS + 'bcm2837-rpi-3-b.dtb', line=1,
          qemu7=True, memory=[]),
)


def moved(image, out):
    """A copy of an arm64 Image that asks for a place beyond the kernel's: text_offset, at byte 8."""
    with open(image, 'rb') as f:
        data = bytearray(f.read())
    data[8:16] = struct.pack('<Q', HIGHER)
    with open(out, 'wb') as f:
        f.write(data)
    return out


class Boards:
    """@root: of the sources; @qemu: QEMU 7.2; @plugin: makes one for an interface's version; @tmp: a folder."""

    def __init__(self, root, qemu, plugin, tmp):
        self.root, self.tmp = root, tmp
        self.qemu10 = os.path.join(root, 'build/qemu10/qemu-system-aarch64')
        self.counters = {True: Counter(qemu, plugin(1)), False: Counter(self.qemu10, plugin(4))}

    def lacks(self, board):
        """What has to be fetched first; '' if nothing."""
        if not board.qemu7 and not os.path.exists(self.qemu10):
            return 'make qemu10'
        if board.tree and not os.path.exists(os.path.join(self.root, board.tree)):
            return 'make dtbs' if board.tree.startswith(DTBS) else 'scripts/rpi-dtb.sh build/rpi-dtb'
        return ''

    def image(self, build, board):
        """loft.bin of its defconfig."""
        out = os.path.join(build, 'boards', board.config)
        os.makedirs(out, exist_ok=True)
        for command in (['scripts/seed.py', build, out],
                        ['make', '-s', f'-j{os.cpu_count()}', f'O={out}', f'{board.config}_defconfig', 'image']):
            env = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'O', 'T')}
            subprocess.run(command, cwd=self.root, env=env, check=True, stdout=subprocess.DEVNULL)
        return os.path.join(out, 'loft.bin')

    def kernel(self, board):
        """The example kernel, linked without load addresses: it runs wherever DRAM is."""
        out = os.path.join(self.tmp, 'payloads')
        if not os.path.exists(out):
            subprocess.run(['make', '-s', '-C', 'test/payloads', f'O={out}'], cwd=self.root, check=True,
                           stderr=subprocess.DEVNULL)
        return os.path.join(out, board.kernel + '.elf')

    def arguments(self, board, loft):
        args = ['-M', *board.machine, *board.memory, *([] if board.qemu7 else ['-audio', 'none'])]
        if board.flash:
            args += ['-bios', loft]
        else:
            args += ['-kernel', moved(loft, os.path.join(self.tmp, 'moved.bin')) if board.own_place else loft]
        if board.tree:
            args += ['-dtb', os.path.join(self.root, board.tree)]
        return args + ['-device', f'loader,file={self.kernel(board)},addr={board.base + LOAD:#x},force-raw=on']

    def measure(self, board, loft):
        """The way to the kernel, counted twice, with what of it had the MMU off."""
        report = self.counters[board.qemu7].measure(self.arguments(board, loft), stop=[Elf(self.kernel(board)).entry],
                                                    line=board.line, limit=LIMIT)
        if report.end != 'stop':
            raise CountError(f'{board.name}: no kernel:\n' + report.console.decode(errors='replace'))
        return report
