# SPDX-License-Identifier: BSD-2-Clause
"""What a signature costs a boot: from the verification of one to the word that it is right.

A Loft with four keys, any of which may sign, boots four FITs. The digest of what is signed is not
in it: that is a row of its own (sha256), a byte.
"""

import os
import subprocess

from attribute import Profile
from payload import Elf
from qemu_count import CountError

#          scheme, its function, bar
SCHEMES = (('rsa2048', 'rsa_verify', 300_000), ('rsa4096', 'rsa_verify', 1_100_000),
           ('ecdsa256', 'ecdsa_verify', 3_000_000), ('ecdsa384', 'ecdsa_verify', 6_000_000))
LIMIT = 200_000_000
FIT = """/dts-v1/;
/ { description = "bench"; #address-cells = <1>;
    images { kernel { description = "kernel"; data = /incbin/("kernel"); type = "kernel"; arch = "arm64"; os = "linux";
                      compression = "none"; load = <0x44000000>; entry = <0x44000000>; hash-1 { algo = "sha256"; }; }; };
    configurations { default = "c"; c { kernel = "kernel"; signature-1 {
        algo = "sha256,SCHEME"; key-name-hint = "SCHEME"; sign-images = "kernel"; }; }; };
};
"""


class Signatures:
    def __init__(self, bench):
        self.bench = bench
        self.tmp = os.path.join(bench.tmp, 'signatures')
        self.build = os.path.join(bench.args.build, 'boards/signed-bench')
        self.bases = []     # where Loft ran

    def run(self, command):
        done = subprocess.run(command, shell=True, cwd=self.tmp, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        if done.returncode:
            raise CountError(f'{command}\n{done.stdout}')

    def make_key(self, scheme):
        """Its private half and, in mkimage's way, a control FDT with the public half."""
        kind, bits = scheme[:3], scheme[-4:]
        if kind == 'rsa':
            self.run(f'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out {scheme}.key && '
                     f'openssl req -batch -new -x509 -key {scheme}.key -out {scheme}.crt')
        else:
            curve = {'a256': 'prime256v1', 'a384': 'secp384r1'}[bits]
            self.run(f'openssl ecparam -name {curve} -genkey -noout -out {scheme}.pem')

    def make_images(self, schemes):
        os.makedirs(self.tmp, exist_ok=True)
        with open(self.bench.args.kernel, 'rb') as f, open(os.path.join(self.tmp, 'kernel'), 'wb') as to:
            to.write(f.read())
        self.run("echo '/dts-v1/; / { signature { required-mode = \"any\"; }; };' | dtc -q -p 8192 -O dtb -o control.dtb")
        for scheme in schemes:
            self.make_key(scheme)
            with open(os.path.join(self.tmp, scheme + '.its'), 'w') as f:
                f.write(FIT.replace('SCHEME', scheme))
            mkimage = self.bench.args.mkimage if scheme == 'ecdsa384' else 'mkimage'
            self.run(f'{mkimage} -f {scheme}.its -k . -K control.dtb -r {scheme}.fit')
        # mkimage leaves these out for ECDSA; with them no key is tried on another's signature.
        for scheme in schemes:
            self.run(f'node=$(fdtget -l control.dtb /signature | grep {scheme}) && '
                     f'fdtput -t s control.dtb /signature/$node required conf && '
                     f'fdtput -t s control.dtb /signature/$node algo sha256,{scheme}')

    def make_loft(self):
        top = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
        os.makedirs(self.build, exist_ok=True)
        subprocess.run(['scripts/seed.py', self.bench.args.build, self.build], cwd=top, check=True)
        with open(os.path.join(self.bench.args.build, '.config')) as f, \
                open(os.path.join(self.build, '.config'), 'w') as to:
            to.write(f.read().replace('CONFIG_CONTROL_FDT=""\n', '') + f'CONFIG_CONTROL_FDT="{self.tmp}/control.dtb"\n')
        env = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'O', 'T')}
        subprocess.run(['make', '-s', f'-j{os.cpu_count()}', f'O={self.build}', 'olddefconfig', 'image'], cwd=top, env=env,
                       check=True, stdout=subprocess.DEVNULL)

    def count(self, machine, scheme, function):
        elf, kernel = Elf(os.path.join(self.build, 'loft.elf')), Elf(self.bench.args.kernel)
        args = machine + ['-bios', os.path.join(self.build, 'loft.bin'), '-kernel', os.path.join(self.tmp, scheme + '.fit')]
        if not self.bases:
            report = self.bench.counter.run(args, stop=[kernel.entry], limit=LIMIT, profile=True)
            self.bases = Profile(report, elf).bases
        places = [[base + elf.function(name) for base in self.bases] for name in (function, 'told')]
        report = self.bench.counter.twice(args, mark=sum(places, []), stop=[kernel.entry], limit=LIMIT)
        at = [[report.marks[pc] for pc in pcs if pc in report.marks] for pcs in places]
        if report.end != 'stop' or not all(len(counts) == 1 for counts in at):
            raise CountError(f'{scheme}: no kernel:\n' + report.console.decode(errors='replace'))
        report.mmu_off = None
        return report, at[1][0] - at[0][0]

    def rows(self, machine):
        """A row each for the bench, and a bar each."""
        schemes = [s for s in SCHEMES if self.bench.args.mkimage or s[0] != 'ecdsa384']
        self.make_images([scheme for scheme, *_ in schemes])
        self.make_loft()
        for scheme, function, bar in schemes:
            report, count = self.count(machine, scheme, function)
            self.bench.row('Loft', f'to verify a signature, {scheme}', report, count)
            if count > bar:
                self.bench.rows[-1]['missed'].append(f'{count} > {bar}')
