# SPDX-License-Identifier: BSD-2-Clause
"""Real servers and QEMU on a wire of their own: a network namespace with a tap device, and nothing else."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from console import die_with_parent

ROOT = Path(__file__).parents[2]
SERVER = '10.77.0.1'


def document(kind, directory, card='tap0'):
    """A configuration of doc/network.md, of this directory and card."""
    text = (ROOT / 'doc/network.md').read_text()
    block = re.search(rf'^```{kind}\n(.*?)^```', text, re.M | re.S)[1]
    block = re.sub(r' +#.*', '', block) if kind != 'nginx' else block
    return block.replace('/srv/tftp', str(directory)).replace('eth1', card)


class Wire:
    """tap0 with 10.77.0.1/24. What is started in here ends with it."""

    def __init__(self, directory):
        need('ip', 'iproute2')
        self.dir, self.processes = directory, []
        how = ['-n'] if os.getuid() == 0 else ['-Urn']
        script = ('ip link set lo up && ip tuntap add tap0 mode tap && '
                  f'ip addr add {SERVER}/24 dev tap0 && ip link set tap0 up && echo ready && exec sleep 100000')
        self.holder = subprocess.Popen(['unshare', *how, 'sh', '-c', script], stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, preexec_fn=die_with_parent, start_new_session=True)
        said = self.holder.stdout.readline().decode()
        if said != 'ready\n':
            self.end()
            pytest.skip(f'no network namespace with a tap device can be made here: {said.strip()}')
        user = [] if os.getuid() == 0 else ['-U', '--preserve-credentials']
        self.within = ['nsenter', '-t', str(self.holder.pid), *user, '-n', '--']

    def start(self, *command, until=None):
        """A server that stays; until: what its output says when it is ready."""
        log = self.dir / f'log{len(self.processes)}'
        with open(log, 'wb') as out:
            process = subprocess.Popen([*self.within, *map(str, command)], stdout=out, stderr=subprocess.STDOUT,
                                       stdin=subprocess.DEVNULL, preexec_fn=die_with_parent, start_new_session=True)
        process.log = log
        self.processes.append(process)
        for _ in range(100):
            if until is None or re.search(until, log.read_text(errors='replace')):
                return process
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f'{command}: {log.read_text()}')

    def run(self, *command):
        return subprocess.run([*self.within, *command], check=True, capture_output=True, text=True).stdout

    def listening(self, port, kind='t'):
        """Wait until somebody listens there."""
        for _ in range(100):
            if f':{port} ' in self.run('ss', f'-{kind}lnH'):
                return
            time.sleep(0.02)
        raise AssertionError(f'nobody listens at {port}')

    def dnsmasq_command(self, conf):
        return [need('dnsmasq', 'dnsmasq-base'), '--keep-in-foreground', f'--conf-file={conf}', '--user=root',
                '--group=root', f'--dhcp-leasefile={conf}.leases', '--pid-file', '--log-facility=-']

    def dnsmasq(self, kind='dnsmasq', more='', card='tap0'):
        """With the file of doc/network.md, and what more it is to have; 'no-ping': an address at once."""
        conf = self.dir / f'{kind}.conf'
        conf.write_text(document(kind, self.dir / 'srv', card) + more)
        return self.start(*self.dnsmasq_command(conf), until='started')

    def nginx(self, more=''):
        conf = self.dir / 'nginx.conf'
        conf.write_text(f'daemon off; worker_processes 1; user root; pid {self.dir}/nginx.pid;\n'
                        f'error_log {self.dir}/error.log;\nevents {{}}\n'
                        + document('nginx', self.dir / 'srv').replace(
                            'server {', f'access_log {self.dir}/access.log; limit_rate 24m; {more} server {{', 1))
        process = self.start(need('nginx', 'nginx-light'), '-p', self.dir, '-e', self.dir / 'error.log', '-c', conf)
        self.listening(80)
        return process

    def chrony(self, more='local stratum 5'):
        """A time server that takes the host's clock for right, and leaves it alone."""
        conf = self.dir / 'chrony.conf'
        conf.write_text(f'{more}\nallow\ncmdport 0\npidfile {self.dir}/chrony.pid\nbindaddress {SERVER}\n')
        process = self.start(need('chronyd', 'chrony'), '-d', '-x', '-u', 'root', '-f', conf, until='starting')
        self.listening(123, 'u')
        return process

    def kill(self, nginx, more=''):
        """As a machine that loses its power; returns another one."""
        os.killpg(nginx.pid, signal.SIGKILL)
        nginx.wait()
        return self.nginx(more)

    def sent(self):
        """Bytes that went to QEMU."""
        return int(self.run('cat', '/proc/net/dev').split('tap0:')[1].split()[8])

    def nic(self, device='virtio-net-device'):
        return ['-netdev', 'tap,id=n,ifname=tap0,script=no,downscript=no', '-device', f'{device},netdev=n']

    def end(self):
        for process in [*self.processes, self.holder]:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def need(command, package):
    """Where a server is; it belongs to scripts/packages.txt."""
    found = shutil.which(command, path=os.environ['PATH'] + ':/usr/sbin:/sbin')
    if not found:
        pytest.fail(f'{command} is not there: package {package}, make setup')
    return found
