# SPDX-License-Identifier: BSD-2-Clause
"""LAVA's dispatcher runs one job on Loft in QEMU, without a server: lava.py WORK BIOS KERNEL RAMDISK [PROMPT].

What a server hands to the dispatcher are two documents: the device, which is what doc/rigs.md says put into the device
type, and the job. The files are served by QEMU's TFTP, for the dispatcher's deploy action wants root.
"""

import logging
import os
import pathlib
import shutil
import stat
import sys
import types

sys.modules['guestfs'] = types.ModuleType('guestfs')  # compiled, and only for disk images
os.environ['PATH'] += ':/usr/sbin:/sbin'

import lava_common.constants  # noqa: E402

work, bios, kernel, ramdisk = map(pathlib.Path, sys.argv[1:5])
prompt = sys.argv[5] if len(sys.argv) > 5 else '=> '
lava_common.constants.DISPATCHER_DOWNLOAD_DIR = str(work)

import yaml  # noqa: E402
from lava_dispatcher.device import NewDevice  # noqa: E402
from lava_dispatcher.parser import JobParser  # noqa: E402


class Logger(logging.Logger):
    """The calls that the dispatcher makes of its own logger."""

    def target(self, line):
        print('<', line, flush=True)

    def input(self, line):
        print('>', line.rstrip('\n'), flush=True)

    def feedback(self, line, **_kwargs):
        print('<', line, flush=True)

    def results(self, results, *_args, **_kwargs):
        print('#', results, flush=True)

    def event(self, *_args, **_kwargs):
        pass

    marker = setMetadata = event


def script(name, text):
    path = work / name
    path.write_text('#!/bin/sh\n' + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


logging.setLoggerClass(Logger)
logger = logging.getLogger('dispatcher')
logger.addHandler(logging.StreamHandler(sys.stdout))
logger.setLevel(logging.INFO)

(work / 'tftp').mkdir(exist_ok=True)
for name, path in (('Image', kernel), ('initramfs.cpio.gz', ramdisk)):
    shutil.copy(path, work / 'tftp' / name)

qemu = os.environ.get('QEMU', 'qemu-system-aarch64')
connect = script('connect', f'exec {qemu} -M virt -cpu cortex-a57 -m 1G -display none -no-shutdown -S -serial stdio '
                 f'-monitor unix:{work}/monitor,server,nowait -nic user,model=virtio-net-pci,tftp={work}/tftp '
                 f'-bios {bios}\n')
reset = script('reset', f'''exec {sys.executable} -c '
import socket, time
for _ in range(100):
    try:
        s = socket.socket(socket.AF_UNIX)
        s.connect("{work}/monitor")
        break
    except OSError:
        time.sleep(0.1)
s.sendall(b"system_reset\\ncont\\ninfo status\\n")
text = b""
while b"VM status: running" not in text:
    text += s.recv(4096)'
''')

# spawn_maxread: pexpect looks for a prompt in the last 4,000 characters (lava_dispatcher/shell.py), and of a read of
# 4,092, which is the usual value here, drops the first 92 unseen: `Linux version` stood there when QEMU was faster
# than a busy host. Of 2,000 at a time none is dropped.
device = NewDevice(yaml.safe_load(f'''
character_delays: {{}}
commands:
  connections:
    uart0:
      connect: {connect}
      tags: [primary, telnet]
  hard_reset: {reset}
  power_off: ['true']
parameters:
  interfaces: {{}}
constants:
  failure_retry: 1
  boot_retry: 1
  default-shell-prompt: 'lava-test: # '
  kernel-start-message: 'Linux version [0-9]'
  shutdown-message: 'reboot: Restarting system'
  spawn_maxread: '2000'
  posix:
    lava_test_sh_cmd: /bin/sh
  u-boot:
    interrupt-prompt: 'Hit any key to stop autoboot'
    interrupt-character: ' '
    interrupt-newline: False
    final-message: 'Starting kernel'
    error-messages: ['Resetting CPU', 'Must RESET board to recover', 'TIMEOUT', 'Retry count exceeded',
      'Retry time exceeded; starting again', 'ERROR: The remote end did not respond in time.',
      'File not found', 'Bad Linux ARM64 Image magic!', 'Wrong Ramdisk Image Format',
      'Ramdisk image is corrupt or invalid', 'ERROR: Failed to allocate', 'TFTP error: trying to overwrite reserved memory',
      'Invalid partition', 'Unknown command', 'syntax error']
actions:
  deploy:
    methods: {{}}
    connections: {{}}
  boot:
    connections: {{serial: }}
    methods:
      u-boot:
        parameters:
          bootloader_prompt: {prompt!r}
          interrupt_prompt: 'Hit any key to stop autoboot'
timeouts:
  actions: {{}}
  connections: {{}}
'''))

commands = '''
setenv autoload no
setenv initrd_high 0xffffffffffffffff
setenv fdt_high 0xffffffffffffffff
dhcp
setenv serverip 10.0.2.2
tftp ${kernel_addr_r} Image
tftp ${ramdisk_addr_r} initramfs.cpio.gz
setenv initrd_size ${filesize}
fdt addr ${fdtcontroladdr}
cp.b ${fdtcontroladdr} ${fdt_addr_r} 100000
fdt addr ${fdt_addr_r}
fdt resize 1048576
setenv bootargs 'console=ttyAMA0,115200n8 root=/dev/ram0 ip=dhcp'
printenv
booti ${kernel_addr_r} ${ramdisk_addr_r}:${initrd_size} ${fdt_addr_r}
'''.strip().splitlines()
job = {
    'job_name': 'loft', 'timeouts': {'job': {'minutes': 5}, 'action': {'minutes': 2}, 'connection': {'minutes': 2}},
    'actions': [{'boot': {'method': 'u-boot', 'commands': commands, 'prompts': ['loft-test: end'],
                          'timeout': {'minutes': 3}}}],
}
parsed = JobParser().parse(yaml.safe_dump(job), device, '1', logger, 'dispatcher_ip: 10.0.2.2')
parsed.validate()
parsed.run()
print('job complete', flush=True)
