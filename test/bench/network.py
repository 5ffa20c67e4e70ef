# SPDX-License-Identifier: BSD-2-Clause
"""Instructions per byte of what comes by the network, and to the first packet of dhcp: Loft's and U-Boot's.

Both run one line, as memory.py has it, on QEMU's user network, whose TFTP server sends blocks of at most
1,428 bytes and waits for the answer to each; HTTP is Python's. Whoever polls for an answer finds it at once (insncount's virtio= and
peer=), so the figures repeat but for the moment at which a server's bytes are cut into segments. A
command that one of them does not have, or that ends with an error, has no figure. dhcp is counted
from the command's start to its first line, which is there with the first packet.
"""

import os
import subprocess
import sys

from disks import FAILED, numbered
from memory import line, mark
from qemu_count import CountError

VIRTIO = 0x0a000000
UART = 0x09000000
TO = 0x48000000
SIZE = 4 << 20
LIMIT = 200_000_000
TIMEOUT = 300       # a block is a hold of three looks
FIRST = b'BOOTP broadcast 1'
ADDRESSES = 'setenv ipaddr 10.0.2.15;setenv serverip 10.0.2.2;setenv tftpblocksize 1468'

#       what, bar, divided by, command
ROWS = (('TFTP, 1,428 a block', 1.15, SIZE, f'tftpboot {TO:x} big'),
        ('TFTP, 16 of 1,468 at a time', 0.8, SIZE, f'setenv tftpdstp {{tftp}};tftpboot {TO:x} big'),
        ('HTTP', 0.8, SIZE, f'wget {TO:x} http://10.0.2.2:{{port}}/big'),
        ('dhcp, first packet', 150_000, 1, 'dhcp'))
# TFTP with windows, for Loft alone: U-Boot in Debian's build asks no other port than 69.
SERVER = """import functools, http.server, socket, struct, sys, threading
def tftp(s, data):
    while True:
        packet, peer = s.recvfrom(2000)
        kind, n = struct.unpack('>HH', packet[:4])
        if kind == 1:
            words = packet[2:].split(bytes(1))
            asked = dict(zip(words[2::2], map(int, words[3::2])))
            block, window, base = asked[b'blksize'], asked[b'windowsize'], 0
            s.sendto(b'\\0\\6blksize\\0%d\\0tsize\\0%d\\0windowsize\\0%d\\0' % (block, len(data), window), peer)
        if kind == 4:
            base += (n - base) & 0xffff
            for i in range(base + 1, min(base + window, len(data) // block + 1) + 1):
                s.sendto(struct.pack('>HH', 3, i & 0xffff) + data[(i - 1) * block:i * block], peer)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(('127.0.0.1', 0))
with open(sys.argv[1] + '/big', 'rb') as f:
    threading.Thread(target=tftp, args=(udp, f.read()), daemon=True).start()
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=sys.argv[1]))
print(server.server_address[1], udp.getsockname()[1], flush=True)
server.serve_forever()
"""


class Network:
    def __init__(self, bench):
        self.bench = bench
        self.tmp = os.path.join(bench.tmp, 'network')
        os.makedirs(self.tmp)
        with open(os.path.join(self.tmp, 'big'), 'wb') as f:
            f.write(numbered(SIZE))

    def cost(self, command, program, peer):
        """Of one command behind the one that sets the addresses; None where it has none."""
        counter = self.bench.counter
        timeout, counter.timeout = counter.timeout, TIMEOUT
        text = line([ADDRESSES, command])
        if program == 'loft':
            args, typed = self.bench.loft_args(), '\r' + text + '\r'
        else:
            args, typed = self.bench.uboot_args({'bootdelay': '0', 'bootcmd': text}), ''
        args += ['-netdev', f'user,id=n,tftp={self.tmp}', '-device', 'virtio-net-device,netdev=n']
        try:
            report = counter.run(args, uart=UART, limit=LIMIT, virtio=VIRTIO, typed=typed, peer=peer)
        finally:
            counter.timeout = timeout
        begin = report.console.find(mark(1)) + len(mark(1))
        end = report.console.find(FIRST if command == 'dhcp' else mark(2), begin)
        said = report.console[begin:end if end >= 0 else None]
        if begin < len(mark(1)) or end < 0 or FAILED.search(said.decode(errors='replace')):
            if program == 'loft':
                raise CountError(f'{command}:\n' + report.console[:4000].decode(errors='replace'))
            return None
        return report.uart[end] - report.uart[begin - 1]

    def rows(self, rows=ROWS):
        args, made = self.bench.args, []
        with subprocess.Popen([sys.executable, '-c', SERVER, self.tmp], stdout=subprocess.PIPE, text=True) as server:
            try:
                port, tftp = server.stdout.readline().split()
                for what, bar, by, command in rows:
                    command = command.format(port=port, tftp=tftp)
                    ours = self.cost(command, 'loft', server.pid) if args.only != 'uboot' else None
                    both = args.uboot and args.only != 'loft' and 'tftpdstp' not in command
                    theirs = self.cost(command, 'uboot', server.pid) if both else None
                    ours, theirs = ours and ours / by, theirs and theirs / by
                    made.append({'what': what, 'bar': bar, 'loft': ours, 'uboot': theirs,
                                 'missed': ours is not None and ours > bar})
            finally:
                server.terminate()
        return made
