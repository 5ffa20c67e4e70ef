# SPDX-License-Identifier: BSD-2-Clause
"""Instructions per byte of what comes by the network, and to the first packet of dhcp: Loft's and U-Boot's.

Both run one line, as memory.py has it, on QEMU's user network, whose TFTP server sends blocks of at most
1,428 bytes and waits for the answer to each; HTTP is Python's. Whoever polls for an answer finds it at once (insncount's virtio= and
peer=), so the figures repeat but for the moment at which a server's bytes are cut into segments. A
command that one of them does not have, or that ends with an error, has no figure. dhcp is counted
from the command's start to its first line, which is there with the first packet. NBD and HTTPS are of
the full image; https counts with its handshake.
"""

import os
import subprocess
import sys

from disks import FAILED, numbered, sh
from memory import line, mark
from qemu_count import CountError

VIRTIO = 0x0a000000
UART = 0x09000000
TO = 0x48000000
SIZE = 4 << 20
LIMIT = 600_000_000
TIMEOUT = 300       # a block is a hold of three looks
FIRST = b'BOOTP broadcast 1'
ADDRESSES = 'setenv ipaddr 10.0.2.15;setenv serverip 10.0.2.2;setenv tftpblocksize 1468'

#       what, bar, divided by, command
ROWS = (('TFTP, 1,428 a block', 0.85, SIZE, f'tftpboot {TO:x} big'),
        ('TFTP, 1,468 a block', 0.85, SIZE, f'setenv tftpwindowsize 1;setenv tftpdstp {{tftp}};tftpboot {TO:x} big'),
        ('TFTP, 16 of 1,468 at a time', 0.7, SIZE, f'setenv tftpdstp {{tftp}};tftpboot {TO:x} big'),
        ('HTTP', 0.7, SIZE, f'wget {TO:x} http://10.0.2.2:{{http}}/big'),
        ('dhcp, first packet', 150_000, 1, 'dhcp'))
FULL = (('NBD', 0.7, SIZE, f'setenv nbdurl nbd://10.0.2.2:{{nbd}};nbd read {TO:x} 0 {SIZE // 512:x}'),
        ('HTTPS', 40, SIZE, f'wget -k {TO:x} https://10.0.2.2:{{https}}/big'))
ALONE = 'tftpdstp', 'nbd', 'https'
# What Loft has alone; U-Boot in Debian's build asks for TFTP at no other port than 69.
SERVER = """import functools, http.server, socket, ssl, struct, sys, threading
def tftp(s, data):
    while True:
        packet, peer = s.recvfrom(2000)
        kind, n = struct.unpack('>HH', packet[:4])
        if kind == 1:
            words = packet[2:].split(bytes(1))
            asked = dict(zip(words[2::2], map(int, words[3::2])))
            block, window, base = asked[b'blksize'], asked.get(b'windowsize', 1), 0
            more = b'windowsize\\0%d\\0' % window if window > 1 else b''
            s.sendto(b'\\0\\6blksize\\0%d\\0tsize\\0%d\\0' % (block, len(data)) + more, peer)
        if kind == 4:
            base += (n - base) & 0xffff
            for i in range(base + 1, min(base + window, len(data) // block + 1) + 1):
                s.sendto(struct.pack('>HH', 3, i & 0xffff) + data[(i - 1) * block:i * block], peer)
def nbd(listener, data):
    while True:
        s = listener.accept()[0]
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        f = s.makefile('rb')
        s.sendall(b'NBDMAGICIHAVEOPT\\0\\3')
        f.read(4)
        while True:
            option, size = struct.unpack('>8xII', f.read(16))
            f.read(size)
            answer = lambda kind, more=b'': s.sendall(struct.pack('>QIII', 0x3e889045565a9, option, kind, len(more)) + more)
            if option == 7:
                answer(3, struct.pack('>HQH', 0, len(data), 1))
            answer(1)
            if option == 7:
                break
        while len(head := f.read(28)) == 28:
            kind, cookie, at, size = struct.unpack('>6xHQQI', head)
            if kind == 2:
                break
            s.sendall(struct.pack('>IHHQIQ', 0x668e33ef, 1, 1, cookie, 8 + size, at) + data[at:at + size])
        s.close()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(('127.0.0.1', 0))
disk = socket.create_server(('127.0.0.1', 0))
with open(sys.argv[1] + '/big', 'rb') as f:
    data = f.read()
threading.Thread(target=tftp, args=(udp, data), daemon=True).start()
threading.Thread(target=nbd, args=(disk, data), daemon=True).start()
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass
def serve():
    return http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=sys.argv[1]))
server, secure = serve(), serve()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + '/cert', sys.argv[1] + '/key')
context.set_ciphers('ECDHE+CHACHA20')
secure.socket = context.wrap_socket(secure.socket, server_side=True)
threading.Thread(target=secure.serve_forever, daemon=True).start()
print(f"http={server.server_address[1]} https={secure.server_address[1]} tftp={udp.getsockname()[1]} "
      f"nbd={disk.getsockname()[1]}", flush=True)
server.serve_forever()
"""


class Network:
    def __init__(self, bench):
        self.bench = bench
        self.tmp = os.path.join(bench.tmp, 'network')
        os.makedirs(self.tmp)
        with open(os.path.join(self.tmp, 'big'), 'wb') as f:
            f.write(numbered(SIZE))
        sh('openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=bench '
           '-keyout key -out cert', self.tmp)

    def cost(self, command, program, peer, image=None):
        """Of one command behind the one that sets the addresses; None where it has none."""
        counter = self.bench.counter
        timeout, counter.timeout = counter.timeout, TIMEOUT
        text = line([ADDRESSES, command])
        if program == 'loft':
            args, typed = self.bench.loft_args(bios=image) + ['-device', 'virtio-rng-device'], '\r' + text + '\r'
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

    def rows(self, rows=ROWS + FULL):
        args, made = self.bench.args, []
        with subprocess.Popen([sys.executable, '-c', SERVER, self.tmp], stdout=subprocess.PIPE, text=True) as server:
            try:
                ports = dict(word.split('=') for word in server.stdout.readline().split())
                for row in rows:
                    image = args.full if row in FULL else None
                    if image and not os.path.exists(image):
                        continue
                    what, bar, by, command = row
                    command = command.format(**ports)
                    ours = self.cost(command, 'loft', server.pid, image) if args.only != 'uboot' else None
                    both = args.uboot and args.only != 'loft' and not any(word in command for word in ALONE)
                    theirs = self.cost(command, 'uboot', server.pid) if both else None
                    ours, theirs = ours and ours / by, theirs and theirs / by
                    made.append({'what': what, 'bar': bar, 'loft': ours, 'uboot': theirs,
                                 'missed': ours is not None and ours > bar})
            finally:
                server.terminate()
        return made
